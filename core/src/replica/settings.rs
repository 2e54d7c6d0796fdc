//! What a town sets for itself, as phones show it: the phases of its campaigns, and the rules that alerts are reckoned by.
//!
//! Floor: replica. Invariants: all of it lies in the town's scope, so that every phone has it without a connection; which
//! rules are in force when is core's to say, as on the server.

use std::sync::Arc;

use super::{Kept, Replica, ReplicaError, reader};
use crate::clock::Reading;
use crate::doors::Period;
use crate::playbook::{Books, Playbook};
use crate::record::{AlertId, DocumentId, Phase, Time};

/// The phases of the town's campaigns.
#[derive(Clone, Copy, Debug)]
pub struct Phases<'r>(&'r Replica);

/// The follow-up rules that alerts are reckoned by.
#[derive(Clone, Copy, Debug)]
pub struct Playbooks<'r>(&'r Replica);

reader!(phase, Phase);

impl Replica {
    /// The phases of the town's campaigns.
    #[must_use]
    pub const fn phases(&self) -> Phases<'_> {
        Phases(self)
    }

    /// The follow-up rules that alerts are reckoned by.
    #[must_use]
    pub const fn playbooks(&self) -> Playbooks<'_> {
        Playbooks(self)
    }

    /// The town's playbooks.
    pub(super) fn books(&self) -> Result<Arc<Books>, ReplicaError> {
        let mut state = self.engine.state();
        if state.store.standing()?.phase.locked {
            return Err(ReplicaError::Revoked);
        }
        Ok(state.store.books()?)
    }
}

impl Phases<'_> {
    /// One phase.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: DocumentId) -> Result<Option<Kept<Phase>>, ReplicaError> {
        self.0.get_one(id, phase)
    }

    /// The phases that were not called off, the first to begin first.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self) -> Result<Vec<Kept<Phase>>, ReplicaError> {
        let sql = "SELECT document.id FROM phase CROSS JOIN document USING(record)
             WHERE phase.cancelled = 0 ORDER BY phase.\"from\", document.id";
        let found = self.0.read(|store| Ok(store.ids(sql, &[])?))?;
        found.into_iter().filter_map(|id| self.get(id).transpose()).collect()
    }

    /// Those that run now.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn current(&self, reading: &Reading) -> Result<Vec<Kept<Phase>>, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        let mut found = self.list()?;
        found.retain(|kept| Period::from(&kept.record).contains(now));
        Ok(found)
    }
}

impl Playbooks<'_> {
    /// The built-in rules and the town's own, and from when on each is in force.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn all(&self) -> Result<Arc<Books>, ReplicaError> {
        self.0.books()
    }

    /// The rules in force at a moment; an alert issued then names their version.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn in_force(&self, at: Time) -> Result<Playbook, ReplicaError> {
        Ok(self.0.books()?.in_force(at).clone())
    }

    /// The rules by which an alert is reckoned, and whether they are those of the version that it names: where this
    /// phone does not have that one, the built-in rules stand in.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`], [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn of_alert(&self, alert: AlertId) -> Result<(Playbook, bool), ReplicaError> {
        let alert = self.0.alerts().get(alert)?.ok_or(ReplicaError::NotFound)?;
        let (books, version) = (self.0.books()?, alert.record.playbook);
        Ok((books.of_alert(&version).clone(), books.knows(&version)))
    }
}
