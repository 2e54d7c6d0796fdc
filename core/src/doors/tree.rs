//! The area tree, as reports go through it.
//!
//! Floor: doors; pure. Invariants: areas stand as the tree has them, those below one by code, name and identifier; a
//! ring of parents ends.

use std::collections::{BTreeMap, BTreeSet};

use crate::projection::{Cell, canonical};
use crate::record::word::Word;
use crate::record::{Area, AreaId, AreaLevel};

/// The columns of an area's row that [`AreaTree::take`] reads, in this order.
pub const AREA_COLUMNS: &[&str] = &["name", "level", "parent", "code", "telephone"];

/// Every area.
#[derive(Clone, Debug, Default)]
pub struct AreaTree {
    areas: BTreeMap<AreaId, Area>,
}

/// Whom residents ask about somebody at their door.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Station {
    /// What the town is called; empty where there is none.
    pub town: String,
    /// The number to call, if the town has set one.
    pub telephone: Option<String>,
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
        let name = text(0).unwrap_or_default();
        self.areas.insert(id, Area { name, level, parent, code: text(3), telephone: text(4) });
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

    /// Whom residents ask about somebody who works in these areas: the town, and the number to call. The first area that
    /// tells counts, itself before those above it; where none does, what lies in no other if there is but one.
    #[must_use]
    pub fn station(&self, areas: &[AreaId]) -> Station {
        let within = || areas.iter().copied().chain(self.only_root()).flat_map(|area| self.upward(area));
        let is_town = |area: &Area| area.level == AreaLevel::Town;
        let town = within().find(|(_, area)| is_town(area)).or_else(|| within().last());
        Station {
            town: town.map(|(_, area)| area.name.clone()).unwrap_or_default(),
            telephone: within().find_map(|(_, area)| area.telephone.clone()),
        }
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
    use super::{AreaTree, Station, in_order};
    use crate::projection::Cell;
    use crate::record::AreaId;

    fn id(number: u8) -> AreaId {
        AreaId::from_bytes([number; 16])
    }

    /// A county with two towns; the first has a village with a grid.
    fn tree(telephones: &[(u8, &str)]) -> AreaTree {
        let mut tree = AreaTree::default();
        let areas = [
            (1, "县", "county", 0),
            (2, "甲镇", "town", 1),
            (3, "村", "village", 2),
            (4, "格", "grid", 3),
            (5, "乙镇", "town", 1),
        ];
        for (number, name, level, parent) in areas {
            let text = |text: &str| Cell::Text(text.to_owned());
            let parent = if parent == 0 { Cell::Null } else { Cell::Blob(id(parent).bytes().to_vec()) };
            let own = telephones.iter().find(|(of, _)| *of == number);
            let telephone = own.map_or(Cell::Null, |(_, telephone)| text(telephone));
            tree.take(id(number), &[text(name), text(level), parent, Cell::Null, telephone]);
        }
        tree
    }

    fn station(tree: &AreaTree, areas: &[u8]) -> (String, Option<String>) {
        let areas: Vec<AreaId> = areas.iter().map(|number| id(*number)).collect();
        let Station { town, telephone } = tree.station(&areas);
        (town, telephone)
    }

    #[test]
    fn q7_the_nearest_number_at_or_above_where_somebody_works_counts() {
        let told = |town: &str, telephone: Option<&str>| (town.to_owned(), telephone.map(str::to_owned));
        let all = tree(&[(1, "110"), (2, "222"), (4, "444")]);
        assert_eq!(station(&all, &[4]), told("甲镇", Some("444")));
        assert_eq!(station(&all, &[3]), told("甲镇", Some("222")));
        assert_eq!(station(&all, &[5]), told("乙镇", Some("110")));
        // The first role counts.
        assert_eq!(station(&all, &[5, 4]), told("乙镇", Some("110")));
        // Somebody above all towns, an area that is not here, and nobody at all.
        assert_eq!(station(&all, &[1]), told("县", Some("110")));
        assert_eq!(station(&all, &[9, 4]), told("甲镇", Some("444")));
        assert_eq!(station(&all, &[]), told("县", Some("110")));
        assert_eq!(station(&tree(&[]), &[4]), told("甲镇", None));
        assert_eq!(station(&AreaTree::default(), &[4]), told("", None));
    }

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
