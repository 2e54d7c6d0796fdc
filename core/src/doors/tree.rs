//! The area tree, as reports go through it.
//!
//! Floor: doors; pure. Invariants: areas stand as the tree has them, those below one by code, name and identifier; a
//! ring of parents ends.

use std::collections::{BTreeMap, BTreeSet};

use crate::projection::{Cell, canonical};
use crate::record::word::Word;
use crate::record::{Area, AreaId, AreaLevel};

/// The columns of an area's row that [`AreaTree::take`] reads, in this order.
pub const AREA_COLUMNS: &[&str] = &["name", "level", "parent", "code"];

/// Every area.
#[derive(Clone, Debug, Default)]
pub struct AreaTree {
    areas: BTreeMap<AreaId, Area>,
}

/// Why a text names no area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOne {
    /// There is none of this name or code.
    Unknown,
    /// There are several.
    Several,
}

/// A name as a key by which names stand as people count: 第二网格 before 第十网格, 3栋 before 12栋.
#[must_use]
pub fn in_order(name: &str) -> String {
    let text = canonical(name);
    let mut key = String::with_capacity(text.len() + 4);
    let mut rest = text.as_str();
    while let Some((before, number)) = rest.split_once('#') {
        key.push_str(before);
        let length = number.bytes().take_while(u8::is_ascii_digit).count();
        // Preceded by how many digits it has: 9 comes before 10.
        key.push(char::from(b'0' + u8::try_from(length.min(9)).unwrap_or(9)));
        key.push_str(&number[..length]);
        rest = &number[length..];
    }
    key.push_str(rest);
    // What differs in signs alone still has an order.
    key.push('\u{1f}');
    key.push_str(name);
    key
}

impl AreaTree {
    /// Takes an area in, by the cells of [`AREA_COLUMNS`].
    pub fn take(&mut self, id: AreaId, cells: &[Cell]) {
        let text = |at: usize| match cells.get(at) {
            Some(Cell::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let parent = match cells.get(2) {
            Some(Cell::Blob(bytes)) => AreaId::from_slice(bytes).ok(),
            _ => None,
        };
        let level = AreaLevel::from_word(&text(1).unwrap_or_default());
        self.areas.insert(id, Area { name: text(0).unwrap_or_default(), level, parent, code: text(3) });
    }

    /// An area.
    #[must_use]
    pub fn get(&self, id: AreaId) -> Option<&Area> {
        self.areas.get(&id)
    }

    /// The grids at or below an area, or all of them, as the tree has them.
    #[must_use]
    pub fn grids(&self, area: Option<AreaId>) -> Vec<AreaId> {
        let mut children: BTreeMap<Option<AreaId>, Vec<AreaId>> = BTreeMap::new();
        for (id, found) in &self.areas {
            let parent = found.parent.filter(|parent| self.areas.contains_key(parent));
            children.entry(parent).or_default().push(*id);
        }
        let order = |id: &AreaId| self.get(*id).map(|area| (area.code.clone(), in_order(&area.name)));
        for below in children.values_mut() {
            // The last is looked at first.
            below.sort_by_cached_key(|id| std::cmp::Reverse((order(id), *id)));
        }
        let mut grids = Vec::new();
        let mut seen = BTreeSet::new();
        let roots = || children.get(&None).cloned().unwrap_or_default();
        let mut open: Vec<AreaId> = area.map_or_else(roots, |area| vec![area]);
        while let Some(at) = open.pop() {
            if !seen.insert(at) {
                continue;
            }
            if self.get(at).is_some_and(|found| found.level == AreaLevel::Grid) {
                grids.push(at);
            }
            open.extend(children.get(&Some(at)).into_iter().flatten());
        }
        grids
    }

    /// The area that lies in no other, where there is but one.
    #[must_use]
    pub fn only_root(&self) -> Option<AreaId> {
        let mut roots = self.areas.iter().filter(|(_, area)| area.parent.is_none()).map(|(id, _)| *id);
        let first = roots.next();
        first.filter(|_| roots.next().is_none())
    }

    /// An area and those above it, nearest first.
    pub fn upward(&self, area: AreaId) -> impl Iterator<Item = (AreaId, &Area)> {
        let mut seen = BTreeSet::new();
        let mut at = Some(area);
        std::iter::from_fn(move || {
            let id = at.filter(|id| seen.insert(*id))?;
            let found = self.get(id)?;
            at = found.parent;
            Some((id, found))
        })
    }

    /// Where an area lies, as people write it: the names from below the root down to it, `village/grid`.
    #[must_use]
    pub fn path(&self, area: AreaId) -> String {
        let mut names: Vec<&str> = self.upward(area).map(|(_, found)| found.name.as_str()).collect();
        if names.len() > 1 {
            names.pop();
        }
        names.reverse();
        names.join("/")
    }

    /// The one area of this identifier, code or name; a name may have those of areas above it before it,
    /// `village/grid`.
    ///
    /// # Errors
    /// [`NotOne`].
    pub fn find(&self, text: &str) -> Result<AreaId, NotOne> {
        if let Some(id) = text.parse().ok().filter(|id| self.areas.contains_key(id)) {
            return Ok(id);
        }
        let of_code: Vec<AreaId> =
            self.areas.iter().filter(|(_, area)| area.code.as_deref() == Some(text)).map(|(id, _)| *id).collect();
        let found = if of_code.is_empty() { self.named(text) } else { of_code };
        match found[..] {
            [one] => Ok(one),
            [] => Err(NotOne::Unknown),
            _ => Err(NotOne::Several),
        }
    }

    fn named(&self, text: &str) -> Vec<AreaId> {
        let names: Vec<&str> = text.rsplit('/').map(str::trim).collect();
        let fits = |id: AreaId| {
            let mut wanted = names.iter().peekable();
            for (at, (_, area)) in self.upward(id).enumerate() {
                let next = wanted.next_if(|name| ***name == area.name);
                // The first name is the area's own; the others may leave areas out.
                if at == 0 && next.is_none() {
                    return false;
                }
            }
            wanted.peek().is_none()
        };
        self.areas.keys().copied().filter(|id| fits(*id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn names_stand_as_people_count() {
        let mut names =
            ["南溪第十一网格", "南溪第三网格", "南溪第一网格", "12栋", "3栋", "南溪第十网格", "北桥", "南溪第七网格"];
        names.sort_by_key(|name| in_order(name));
        let place = |name: &str| names.iter().position(|one| *one == name);
        let grids = ["南溪第一网格", "南溪第三网格", "南溪第七网格", "南溪第十网格", "南溪第十一网格"].map(place);
        assert!(grids.is_sorted(), "{names:?}");
        assert!(place("3栋") < place("12栋"), "{names:?}");
    }
}
