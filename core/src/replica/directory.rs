//! The area tree, and the people who work with Qiaomen.
//!
//! Floor: replica. Invariant: read and written like every other record; the server decides who may.

use super::{Kept, Part, Replica, ReplicaError, Writing, reader};
use crate::record::{Area, AreaId, Person, PersonId, Scope};

/// The area tree.
#[derive(Clone, Copy, Debug)]
pub struct Areas<'r>(pub(super) &'r Replica);

/// People and their roles.
#[derive(Clone, Copy, Debug)]
pub struct People<'r>(pub(super) &'r Replica);

reader!(area, Area);
reader!(person, Person);

impl Areas<'_> {
    /// Saves a new area.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn save(&self, record: &Area, writing: impl Into<Writing>) -> Result<AreaId, ReplicaError> {
        let saved = self.0.save_new(&writing.into(), None, &record.clone().into(), |_, _| Ok(Scope::Town))?;
        Ok(saved.into())
    }

    /// Saves what the person changed of an area.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: AreaId,
        before: &Area,
        after: &Area,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id.into(), &before.clone().into(), &after.clone().into())
    }

    /// One area.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: AreaId) -> Result<Option<Kept<Area>>, ReplicaError> {
        self.0.get_one(id.into(), area)
    }

    /// The areas below `parent`; those without one for none.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn below(&self, parent: Option<AreaId>) -> Result<Vec<Kept<Area>>, ReplicaError> {
        let sql = "SELECT document.id FROM area JOIN document USING(record) WHERE area.parent IS ?1
             ORDER BY area.code, area.name, document.id";
        let parent = parent.map(|parent| *parent.bytes());
        let found = self.0.read(|store| Ok(store.ids(sql, &[&parent])?))?;
        found.into_iter().filter_map(|id| self.get(id.into()).transpose()).collect()
    }
}

impl People<'_> {
    /// Saves a person who is new.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn save(&self, record: &Person, writing: impl Into<Writing>) -> Result<PersonId, ReplicaError> {
        let saved = self.0.save_new(&writing.into(), None, &record.clone().into(), |_, _| Ok(Scope::Town))?;
        Ok(saved.into())
    }

    /// Saves what was changed of a person.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: PersonId,
        before: &Person,
        after: &Person,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id.into(), &before.clone().into(), &after.clone().into())
    }

    /// Whose phone this is.
    ///
    /// # Errors
    /// [`ReplicaError::NotEnrolled`], [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn me(&self) -> Result<PersonId, ReplicaError> {
        self.0.person()
    }

    /// One person.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: PersonId) -> Result<Option<Kept<Person>>, ReplicaError> {
        self.0.get_one(id.into(), person)
    }

    /// Everybody, by name.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self, part: Part) -> Result<Vec<Kept<Person>>, ReplicaError> {
        let sql = "SELECT document.id FROM person JOIN document USING(record)
             ORDER BY person.name, document.id LIMIT ?1 OFFSET ?2";
        let found = self.0.read(|store| Ok(store.ids(sql, &[&part.take, &part.skip])?))?;
        found.into_iter().filter_map(|id| self.get(id.into()).transpose()).collect()
    }
}
