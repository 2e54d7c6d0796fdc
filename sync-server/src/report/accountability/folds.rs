//! Which doors are one, for lists that read rows alone.
//!
//! Floor: sync-server, report; pure but for its reading. Invariant: the same doors are one as core's `doors` make of the
//! merges: a merge holds while both doors lie in one grid.

use std::collections::HashMap;

use qiaomen_core::projection::Cell;
use qiaomen_core::record::{HouseholdId, Scope};

use super::groups::Groups;
use crate::store::StoreError;
use crate::town::Town;

/// Doors that were merged, each with the one that stands for all that are one with it.
#[derive(Debug, Default)]
pub(super) struct Folds {
    doors: HashMap<HouseholdId, HouseholdId>,
}

impl Folds {
    /// Those of the town, as it is known now.
    pub(super) fn read(town: &Town) -> Result<Self, StoreError> {
        let mut merged: Vec<(HouseholdId, HouseholdId, Scope)> = Vec::new();
        town.store().walk_cells("household", &["merged_into"], &mut |row, cells| {
            if let [Cell::Blob(into)] = cells
                && let Ok(into) = HouseholdId::from_slice(into)
            {
                merged.push((row.document.into(), into, row.scope));
            }
            Ok(())
        })?;
        let mut groups = Groups::default();
        for (gone, kept, scope) in &merged {
            if town.store().document((*kept).into())?.is_some_and(|kept| kept.scope == *scope) {
                groups.join(*gone, *kept);
            }
        }
        let doors = merged.iter().flat_map(|(gone, kept, _)| [*gone, *kept]);
        Ok(Self { doors: doors.map(|door| (door, groups.of(door))).collect() })
    }

    /// What stands for a door and all that are one with it: most doors stand for themselves.
    pub(super) fn door(&self, door: HouseholdId) -> HouseholdId {
        self.doors.get(&door).copied().unwrap_or(door)
    }
}
