//! Fields that two people wrote without knowing of each other.
//!
//! Floor: replica. Invariant: nothing is hidden: the value that counts and all others, with who and when.

use super::{Part, Replica, ReplicaError, Writing};
use crate::document::ChangeHash;
use crate::record::{DocumentId, Kind, PersonId, Time, Value};

/// Fields that were written concurrently.
#[derive(Clone, Copy, Debug)]
pub struct Conflicts<'r>(pub(super) &'r Replica);

/// One of several values of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictValue {
    /// The value.
    pub value: Value,
    /// Who wrote it, where that is known.
    pub person: Option<PersonId>,
    /// When, by the writer's corrected clock.
    pub at: Time,
    /// The change that wrote it.
    pub change: ChangeHash,
}

/// A field that was written concurrently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldConflict {
    /// The keys from the root to the field.
    pub path: Vec<Box<str>>,
    /// What was written; the first one counts now.
    pub values: Vec<ConflictValue>,
}

/// A record with such fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicted {
    /// The document.
    pub id: DocumentId,
    /// What it is.
    pub kind: Kind,
    /// Its fields.
    pub fields: Vec<FieldConflict>,
}

impl Conflicts<'_> {
    /// Records with fields that were written concurrently.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self, part: Part) -> Result<Vec<Conflicted>, ReplicaError> {
        let sql = "SELECT id FROM document WHERE conflicts > 0 ORDER BY id LIMIT ?1 OFFSET ?2";
        let found = self.0.read(|store| Ok(store.ids(sql, &[&part.take, &part.skip])?))?;
        found.into_iter().filter_map(|id| self.get(id).transpose()).collect()
    }

    /// One record's.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: DocumentId) -> Result<Option<Conflicted>, ReplicaError> {
        self.0.read(|store| {
            let Some(facts) = store.facts(id)? else { return Ok(None) };
            let mut fields = Vec::new();
            for conflict in store.conflicts(id)? {
                let mut values = Vec::new();
                for candidate in conflict.values {
                    values.push(ConflictValue {
                        person: store.person_of(candidate.actor)?,
                        value: candidate.value,
                        at: Time::from_millis(candidate.seconds.saturating_mul(1000)),
                        change: candidate.change,
                    });
                }
                fields.push(FieldConflict { path: conflict.path, values });
            }
            Ok(Some(Conflicted { id, kind: facts.header.kind, fields }))
        })
    }

    /// Says what a field holds from now on. False if there was no conflict and it holds that already.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] for a value the field does not take, [`ReplicaError::NotFound`].
    pub fn settle(
        &self,
        id: DocumentId,
        path: &[Box<str>],
        value: Value,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.write(&writing.into(), |store, author, _| Ok(store.settle(id, path, value, author)?))
    }
}
