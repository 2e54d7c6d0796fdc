//! Counts, as the demonstration and the person's own page show them.
//!
//! Floor: replica. Invariant: counted in the store at each call, or kept in the same transaction as what they
//! count.

use super::{Replica, ReplicaError};

/// Counts of what happened on this phone, and of what it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Changes the person saved.
    pub recorded: u64,
    /// Of all changes of this phone, those that the server accepted.
    pub sent: u64,
    /// How often others' changes were merged into a document that was on the phone.
    pub merged: u64,
    /// Changes that wait to be sent.
    pub waiting: u64,
    /// Changes that are held now.
    pub held: u64,
    /// Changes that were ever refused.
    pub refused: u64,
    /// Refused records and edits that lie in the quarantine.
    pub quarantined: u64,
    /// Records with fields that were written concurrently.
    pub conflicts: u64,
    /// Documents on the phone.
    pub documents: u64,
    /// Documents that could not be applied.
    pub aside: u64,
    /// Drafts.
    pub drafts: u64,
}

impl Replica {
    /// Counts of what happened on this phone, and of what it holds.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn figures(&self) -> Result<Figures, ReplicaError> {
        let state = self.engine.state();
        let store = &state.store;
        let count = |sql: &str| store.number(sql, &[]).map(i64::cast_unsigned);
        Ok(Figures {
            recorded: store.counter("recorded")?,
            sent: store.counter("sent")?,
            merged: store.counter("merged")?,
            waiting: count("SELECT count(*) FROM outbox WHERE state <> 1")?,
            held: count("SELECT count(*) FROM outbox WHERE state = 1")?,
            refused: store.counter("refused")?,
            quarantined: count("SELECT count(*) FROM quarantine")?,
            conflicts: count("SELECT count(*) FROM document WHERE conflicts > 0")?,
            documents: count("SELECT count(*) FROM document")?,
            aside: count("SELECT count(*) FROM aside")?,
            drafts: count("SELECT count(*) FROM draft")?,
        })
    }
}
