//! Visits: drafts, records, lists.
//!
//! Floor: replica. Invariant: a draft becomes a record in the transaction in which it leaves the drafts.

use super::{Kept, Part, Replica, ReplicaError, Writing, author_and_role, header, reader, scope_of_fact};
use crate::record::{AlertId, DocumentId, HouseholdId, Kind, Record, Visit};
use crate::store::Draft;

/// Visits.
#[derive(Clone, Copy, Debug)]
pub struct Visits<'r>(pub(super) &'r Replica);

/// What is not finished.
#[derive(Clone, Copy, Debug)]
pub struct Drafts<'r>(pub(super) &'r Replica);

reader!(visit, Visit);

impl Visits<'_> {
    /// Saves a visit that is finished.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together; [`ReplicaError::NotFound`] where its door
    /// is not on this phone.
    pub fn save(&self, record: &Visit, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        let record = Record::from(record.clone());
        self.0.save_new(&writing.into(), None, &record, |store, _| scope_of_fact(store, &record))
    }

    /// Keeps a visit that is not finished; returns the identifier that it has from now on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn draft(
        &self,
        id: Option<DocumentId>,
        record: &Visit,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.0.write(&writing.into(), |store, author, _| {
            let id = id.unwrap_or_else(|| DocumentId::fresh(author.now, author.random));
            let fields = Record::from(record.clone()).fields();
            store.keep_draft(&Draft { id, kind: Kind::Visit, scope: None, at: author.now, fields })?;
            Ok(id)
        })
    }

    /// Complains of what [`save`](Self::save) would complain of, and writes nothing.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    pub fn check(&self, record: &Visit, writing: impl Into<Writing>) -> Result<(), ReplicaError> {
        let (record, writing) = (Record::from(record.clone()), writing.into());
        record.validate()?;
        self.0.read(|store| {
            let scope = scope_of_fact(store, &record)?;
            author_and_role(store, &record, scope, &writing).map(|_| ())
        })
    }

    /// Finishes a draft: it becomes a record that waits to be sent.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn finish(&self, id: DocumentId, writing: impl Into<Writing>) -> Result<(), ReplicaError> {
        let writing = writing.into();
        self.0.write(&writing, |store, author, corrected| {
            let record = store.draft(id)?.ok_or(ReplicaError::NotFound)?.record()?;
            record.validate()?;
            let scope = scope_of_fact(store, &record)?;
            let header = header(store, id, &record, scope, &writing, corrected)?;
            Ok(store.finish_draft(&header, &record.fields(), author)?)
        })
    }

    /// Saves what the person changed of a visit.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: DocumentId,
        before: &Visit,
        after: &Visit,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id, &before.clone().into(), &after.clone().into())
    }

    /// One visit.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: DocumentId) -> Result<Option<Kept<Visit>>, ReplicaError> {
        self.0.get_one(id, visit)
    }

    /// Visits to a door, the newest first.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn of_household(&self, id: HouseholdId, part: Part) -> Result<Vec<Kept<Visit>>, ReplicaError> {
        self.list("household", id.bytes(), part)
    }

    /// Visits for an alert, the newest first.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn of_case(&self, id: AlertId, part: Part) -> Result<Vec<Kept<Visit>>, ReplicaError> {
        self.list("alert", id.bytes(), part)
    }

    fn list(&self, column: &str, id: &[u8; 16], part: Part) -> Result<Vec<Kept<Visit>>, ReplicaError> {
        let sql = format!(
            "SELECT document.id FROM visit JOIN document USING(record) WHERE visit.{column} = ?1
             ORDER BY visit.ended DESC, document.id DESC LIMIT ?2 OFFSET ?3"
        );
        let found = self.0.read(|store| Ok(store.ids(&sql, &[id, &part.take, &part.skip])?))?;
        found.into_iter().filter_map(|id| self.get(id).transpose()).collect()
    }
}

impl Drafts<'_> {
    /// Everything not finished, the newest first.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self) -> Result<Vec<Draft>, ReplicaError> {
        self.0.read(|store| Ok(store.drafts()?))
    }

    /// One draft.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: DocumentId) -> Result<Option<Draft>, ReplicaError> {
        self.0.read(|store| Ok(store.draft(id)?))
    }

    /// Throws a draft away; false if there is none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn discard(&self, id: DocumentId) -> Result<bool, ReplicaError> {
        Ok(self.0.engine.state().store.drop_draft(id)?)
    }
}
