//! Doors and the people behind them.
//!
//! Floor: replica. Invariant: lists are answered from rows and paged; no document is opened to order them.

use super::{Kept, Part, Replica, ReplicaError, Writing, reader};
use crate::projection::normalised;
use crate::record::{AreaId, DocumentId, Household, HouseholdId, Scope, Time};

/// Doors and the people behind them.
#[derive(Clone, Copy, Debug)]
pub struct Households<'r>(pub(super) &'r Replica);

/// In which order doors are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Those visited longest ago first, those never visited before them.
    LastVisit,
    /// As a worker walks: by group, building, unit, floor, room.
    Walking,
}

/// A door in a list.
#[derive(Clone, Debug)]
pub struct HouseholdLine {
    /// The door.
    pub household: Kept<Household>,
    /// When it was last visited, by anybody.
    pub last_visit: Option<Time>,
}

reader!(household, Household);

impl Households<'_> {
    /// Saves a door that is new in the roster of `grid`.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn save(
        &self,
        grid: AreaId,
        record: &Household,
        writing: impl Into<Writing>,
    ) -> Result<HouseholdId, ReplicaError> {
        let saved = self.0.save_new(&writing.into(), None, &record.clone().into(), |_, _| Ok(Scope::Grid(grid)))?;
        Ok(saved.into())
    }

    /// Saves what the person changed: `before` is what they were shown, `after` what they made of it. False
    /// if there is nothing to write.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: HouseholdId,
        before: &Household,
        after: &Household,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id.into(), &before.clone().into(), &after.clone().into())
    }

    /// One door.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: HouseholdId) -> Result<Option<Kept<Household>>, ReplicaError> {
        self.0.get_one(id.into(), household)
    }

    /// Doors of one grid, or of all that the phone holds.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self, grid: Option<AreaId>, order: Order, part: Part) -> Result<Vec<HouseholdLine>, ReplicaError> {
        let order = match order {
            Order::LastVisit => "last, household.walk",
            Order::Walking => "household.walk",
        };
        let sql = format!(
            "SELECT document.id, (SELECT max(visit.ended) FROM visit WHERE visit.household = document.id) AS last
             FROM household JOIN document USING(record)
             WHERE ?1 IS NULL OR document.scope = ?1 ORDER BY {order}, document.id LIMIT ?2 OFFSET ?3"
        );
        let scope = grid.map(|grid| Scope::Grid(grid).to_bytes());
        let found = self.0.read(|store| Ok(store.dated(&sql, &[&scope, &part.take, &part.skip])?))?;
        self.lines(found)
    }

    /// Doors whose address, or whose residents' names, hold `text`, in walking order.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn find(&self, text: &str, part: Part) -> Result<Vec<HouseholdLine>, ReplicaError> {
        let sql = "SELECT document.id, (SELECT max(visit.ended) FROM visit WHERE visit.household = document.id)
             FROM household JOIN document USING(record)
             WHERE instr(household.search, ?1) > 0
                OR record IN (SELECT resident.record FROM resident WHERE instr(resident.name, ?2) > 0)
             ORDER BY household.walk, document.id LIMIT ?3 OFFSET ?4";
        let (search, name) = (normalised(text), text.trim());
        let found = self.0.read(|store| Ok(store.dated(sql, &[&search, &name, &part.take, &part.skip])?))?;
        self.lines(found)
    }

    fn lines(&self, found: Vec<(DocumentId, Option<Time>)>) -> Result<Vec<HouseholdLine>, ReplicaError> {
        let line = |(id, last_visit): (DocumentId, Option<Time>)| {
            let kept = self.0.get_one(id, household).transpose()?;
            Some(kept.map(|household| HouseholdLine { household, last_visit }))
        };
        found.into_iter().filter_map(line).collect()
    }
}
