//! What supervisors made of records.
//!
//! Floor: replica. Invariants: a review names the heads that its author saw; whether its record has moved on since
//! is told by the heads it has now.

use super::{Kept, Part, Replica, ReplicaError, Writing, reader, scope_of_fact};
use crate::record::{DocumentId, Heads, Record, Review, ReviewState};

/// What supervisors made of records.
#[derive(Clone, Copy, Debug)]
pub struct Reviews<'r>(pub(super) &'r Replica);

/// A review, and whether its record has moved on since.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// The review.
    pub review: Kept<Review>,
    /// Whether the record has been edited since it was judged.
    pub edited: bool,
}

reader!(review, Review);

impl Reviews<'_> {
    /// What this phone shows of a record now: what its review names.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`], or when the store cannot be read.
    pub fn heads(&self, of: DocumentId) -> Result<Heads, ReplicaError> {
        let document = self.0.read(|store| Ok(store.document(of)?))?.ok_or(ReplicaError::NotFound)?;
        Ok(Heads::new(document.heads().iter().map(|hash| *hash.bytes()))?)
    }

    /// Saves what a supervisor made of a record; `heads` are those that [`heads`](Self::heads) gave when they looked.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`] where the record is not on this phone, [`ReplicaError::Invalid`].
    pub fn save(
        &self,
        of: DocumentId,
        heads: Heads,
        state: ReviewState,
        comment: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        let writing = writing.into();
        let at = self.0.corrected(&writing.reading)?.time;
        let record = Record::from(Review { of, heads, state, at, comment });
        self.0.save_new(&writing, None, &record, |store, _| scope_of_fact(store, &record))
    }

    /// Saves what its author changed of a review.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: DocumentId,
        before: &Review,
        after: &Review,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id, &before.clone().into(), &after.clone().into())
    }

    /// The reviews of a record, the one that counts first: the last that the server accepted, after those that it
    /// has not seen yet.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn of(&self, of: DocumentId, part: Part) -> Result<Vec<Reviewed>, ReplicaError> {
        let sql = "SELECT document.id FROM review JOIN document USING(record) WHERE review.\"of\" = ?1
             ORDER BY document.acceptance IS NOT NULL, document.acceptance DESC, document.id DESC LIMIT ?2 OFFSET ?3";
        let found = self.0.read(|store| Ok(store.ids(sql, &[of.bytes(), &part.take, &part.skip])?))?;
        let now = if found.is_empty() { None } else { self.heads(of).ok() };
        let read = |id| {
            let kept = self.0.get_one(id, review).transpose()?;
            Some(kept.map(|review| Reviewed { edited: now.as_ref() != Some(&review.record.heads), review }))
        };
        found.into_iter().filter_map(read).collect()
    }
}
