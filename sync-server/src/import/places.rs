//! Areas by what people call them.
//!
//! Floor: sync-server, import. Invariant: a name that fits several areas is an error, never a guess.

use qiaomen_core::record::{Area, AreaId, AreaLevel};

/// The area called `text`: a name, or names from an area above down to it, `village/grid`.
pub(super) fn find(areas: &[(AreaId, Area)], text: &str, level: Option<&AreaLevel>) -> Result<AreaId, &'static str> {
    let mut names = text.rsplit('/').map(str::trim);
    let name = names.next().unwrap_or_default();
    let above: Vec<&str> = names.collect();
    let mut found = areas.iter().filter(|(_, area)| {
        area.name == name && level.is_none_or(|level| area.level == *level) && lies_in(areas, area, &above)
    });
    match (found.next(), found.next()) {
        (Some((id, _)), None) => Ok(*id),
        (None, _) => Err("names an area that is not known; import the areas first, or check the spelling"),
        (Some(_), Some(_)) => Err("fits several areas; write the one above it too, as village/grid"),
    }
}

/// Whether each of `names`, nearest first, is some area above, in this order.
fn lies_in(areas: &[(AreaId, Area)], area: &Area, names: &[&str]) -> bool {
    let mut names = names.iter().peekable();
    let mut parent = area.parent;
    // No tree is deeper than this; a loop in it must not hang an import.
    for _ in 0..32 {
        let Some(next) = names.peek() else { return true };
        let Some((_, above)) = areas.iter().find(|(id, _)| Some(*id) == parent) else { return false };
        if above.name == **next {
            names.next();
        }
        parent = above.parent;
    }
    names.peek().is_none()
}
