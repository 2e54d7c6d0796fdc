//! Areas by what people call them.
//!
//! Floor: sync-server, import. Invariant: a name that fits several areas is an error, never a guess.

use std::collections::HashMap;

use qiaomen_core::record::{Area, AreaId, AreaLevel};

/// The column that is wrong, and why.
type Wrong = (&'static str, &'static str);

/// The town's areas.
pub(super) struct Places {
    pub(super) all: Vec<(AreaId, Area)>,
    /// What was asked for before: a grid's name and its village's.
    found: HashMap<(String, Option<String>), Result<AreaId, Wrong>>,
}

impl Places {
    pub(super) fn new(all: Vec<(AreaId, Area)>) -> Self {
        Self { all, found: HashMap::new() }
    }

    /// The area called `text`: a name, or names from an area above down to it, `village/grid`.
    pub(super) fn find(&self, text: &str, level: Option<&AreaLevel>) -> Result<AreaId, &'static str> {
        find(&self.all, text, level)
    }

    /// The grid of this name in the village of that name, or a village's only grid; where there is none, the
    /// column that is wrong, and why.
    pub(super) fn grid(&mut self, grid: Option<String>, village: Option<String>) -> Result<AreaId, Wrong> {
        let key = (grid.unwrap_or_default(), village);
        if let Some(found) = self.found.get(&key) {
            return *found;
        }
        let found = self.seek(&key.0, key.1.as_deref());
        self.found.insert(key, found);
        found
    }

    fn seek(&self, grid: &str, village: Option<&str>) -> Result<AreaId, Wrong> {
        if let Some(village) = village {
            find(&self.all, village, None).map_err(|reason| ("village", reason))?;
        }
        match (grid, village) {
            ("", None) => Err(("grid", "must be given")),
            ("", Some(village)) => {
                let above = find(&self.all, village, None).map_err(|reason| ("village", reason))?;
                let mut grids = self.all.iter().filter(|(id, area)| {
                    area.level == AreaLevel::Grid && (*id == above || self.lies_below(area, above))
                });
                match (grids.next(), grids.next()) {
                    (Some((id, _)), None) => Ok(*id),
                    _ => Err(("grid", "must be given; the village has not just one")),
                }
            }
            (grid, Some(village)) => {
                find(&self.all, &format!("{village}/{grid}"), Some(&AreaLevel::Grid)).map_err(|reason| ("grid", reason))
            }
            (grid, None) => find(&self.all, grid, Some(&AreaLevel::Grid)).map_err(|reason| ("grid", reason)),
        }
    }

    fn lies_below(&self, area: &Area, above: AreaId) -> bool {
        let mut parent = area.parent;
        for _ in 0..DEPTH {
            match parent {
                Some(id) if id == above => return true,
                Some(id) => parent = self.all.iter().find(|(other, _)| *other == id).and_then(|(_, area)| area.parent),
                None => return false,
            }
        }
        false
    }

    /// The village that a grid lies in, or whatever is above it.
    pub(super) fn above(&self, grid: AreaId) -> AreaId {
        let parent = self.all.iter().find(|(id, _)| *id == grid).and_then(|(_, area)| area.parent);
        parent.unwrap_or(grid)
    }
}

/// No tree is deeper than this; a loop in it must not hang an import.
const DEPTH: usize = 32;

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
    for _ in 0..DEPTH {
        let Some(next) = names.peek() else { return true };
        let Some((_, above)) = areas.iter().find(|(id, _)| Some(*id) == parent) else { return false };
        if above.name == **next {
            names.next();
        }
        parent = above.parent;
    }
    names.peek().is_none()
}
