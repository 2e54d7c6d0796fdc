//! The area tree as commands tell of it.
//!
//! Floor: sync-server, command; pure. Invariant: a ring of parents ends every walk.

use std::collections::HashMap;

use qiaomen_core::record::{Area, AreaId, AreaLevel};

/// How far up a walk goes.
const DEPTH: usize = 32;

/// Every area, by identifier.
pub(super) struct Tree<'a>(HashMap<AreaId, &'a Area>);

impl<'a> Tree<'a> {
    pub(super) fn new(areas: &'a [(AreaId, Area)]) -> Self {
        Self(areas.iter().map(|(id, area)| (*id, area)).collect())
    }

    /// An area and all above it, from below.
    pub(super) fn upwards(&self, area: AreaId) -> impl Iterator<Item = (AreaId, &'a Area)> {
        let mut at = Some(area);
        std::iter::from_fn(move || {
            let id = at?;
            let area = *self.0.get(&id)?;
            at = area.parent;
            Some((id, area))
        })
        .take(DEPTH)
    }

    /// An area's name with those above it; the town's own adds nothing to what lies in it.
    pub(super) fn path(&self, area: AreaId) -> String {
        let mut names: Vec<&str> = self.upwards(area).map(|(_, area)| area.name.as_str()).collect();
        if names.len() > 1 {
            names.pop();
        }
        names.reverse();
        names.join("/")
    }

    /// The village that an area lies in, or is.
    pub(super) fn village(&self, area: AreaId) -> Option<(AreaId, &'a Area)> {
        self.upwards(area).find(|(_, area)| area.level == AreaLevel::Village)
    }
}
