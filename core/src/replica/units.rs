//! Units: organisations with a person who answers for them.
//!
//! Floor: replica. Invariant: lists are pages of what this phone holds; a unit marked as removed is in none.

use super::{Kept, Part, Replica, ReplicaError, Writing, reader};
use crate::record::{AreaId, Scope, Unit, UnitId};

/// Organisations with a person who answers for them.
#[derive(Clone, Copy, Debug)]
pub struct Units<'r>(pub(super) &'r Replica);

reader!(unit, Unit);

impl Units<'_> {
    /// Saves a new unit in a grid.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn save(&self, grid: AreaId, record: &Unit, writing: impl Into<Writing>) -> Result<UnitId, ReplicaError> {
        let saved = self.0.save_new(&writing.into(), None, &record.clone().into(), |_, _| Ok(Scope::Grid(grid)))?;
        Ok(saved.into())
    }

    /// Saves what the person changed of a unit.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: UnitId,
        before: &Unit,
        after: &Unit,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id.into(), &before.clone().into(), &after.clone().into())
    }

    /// One unit.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: UnitId) -> Result<Option<Kept<Unit>>, ReplicaError> {
        self.0.get_one(id.into(), unit)
    }

    /// Units of one grid, or of all that the phone holds, by sort and name.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self, grid: Option<AreaId>, part: Part) -> Result<Vec<Kept<Unit>>, ReplicaError> {
        let sql = "SELECT document.id FROM unit JOIN document USING(record)
             WHERE unit.removed = 0 AND (?1 IS NULL OR document.scope = ?1)
             ORDER BY unit.sort, unit.name, document.id LIMIT ?2 OFFSET ?3";
        let scope = grid.map(|grid| Scope::Grid(grid).to_bytes());
        let found = self.0.read(|store| Ok(store.ids(sql, &[&scope, &part.take, &part.skip])?))?;
        found.into_iter().filter_map(|id| self.get(id.into()).transpose()).collect()
    }
}
