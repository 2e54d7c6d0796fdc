//! Alerts and what is recorded for them.
//!
//! Floor: replica. Invariant: every fact of a case file is a record of its own, filed in the case file.

use super::{Kept, Part, Replica, ReplicaError, Writing, reader};
use crate::record::{
    Alert, AlertId, Clearance, DocumentId, Extension, Feedback, HandOver, Level, PersonId, Raise, Receipt, Record,
    Scope, Sending, Time, Withdrawal,
};
use crate::store::case_tables;

/// Alerts and their case files.
#[derive(Clone, Copy, Debug)]
pub struct Alerts<'r>(pub(super) &'r Replica);

reader!(alert, Alert);

impl Alerts<'_> {
    /// Saves a new alert; its case file is named after it.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn create(&self, record: &Alert, writing: impl Into<Writing>) -> Result<AlertId, ReplicaError> {
        let saved =
            self.0.save_new(&writing.into(), None, &record.clone().into(), |_, id| Ok(Scope::CaseFile(id.into())))?;
        Ok(saved.into())
    }

    /// Saves what the person changed of an alert.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: AlertId,
        before: &Alert,
        after: &Alert,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id.into(), &before.clone().into(), &after.clone().into())
    }

    /// One alert.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: AlertId) -> Result<Option<Kept<Alert>>, ReplicaError> {
        self.0.get_one(id.into(), alert)
    }

    /// Alerts, the newest first.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self, part: Part) -> Result<Vec<Kept<Alert>>, ReplicaError> {
        let sql = "SELECT document.id FROM alert JOIN document USING(record)
             ORDER BY alert.issued DESC, document.id DESC LIMIT ?1 OFFSET ?2";
        let found = self.0.read(|store| Ok(store.ids(sql, &[&part.take, &part.skip])?))?;
        found.into_iter().filter_map(|id| self.get(id.into()).transpose()).collect()
    }

    /// Everything recorded for an alert, the alert itself not included, the oldest first.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn file(&self, id: AlertId) -> Result<Vec<Kept<Record>>, ReplicaError> {
        let parts: Vec<String> = case_tables()
            .map(|(table, when)| {
                format!(
                    "SELECT document.id, \"{table}\".\"{when}\" AS moment FROM \"{table}\" JOIN document USING(record)
                     WHERE \"{table}\".alert = ?1"
                )
            })
            .collect();
        let sql = format!("{} ORDER BY moment, id", parts.join(" UNION ALL "));
        let found = self.0.read(|store| Ok(store.ids(&sql, &[id.bytes()])?))?;
        // What cannot be read as a record counts for nothing, and hides nothing else.
        Ok(found.into_iter().filter_map(|id| self.0.record(id).ok().flatten()).collect())
    }

    fn fact(
        &self,
        alert: AlertId,
        writing: impl Into<Writing>,
        make: impl FnOnce(Time) -> Record,
    ) -> Result<DocumentId, ReplicaError> {
        let writing = writing.into();
        let now = self.0.corrected(&writing.reading)?.time;
        self.0.save_new(&writing, None, &make(now), |_, _| Ok(Scope::CaseFile(alert)))
    }

    /// Raises an alert's level.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn raise(
        &self,
        alert: AlertId,
        level: Level,
        reason: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Raise { alert, level, at, reason }.into())
    }

    /// Takes an alert.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn receipt(&self, alert: AlertId, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Receipt { alert, at }.into())
    }

    /// Reports back what was found.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn feedback(
        &self,
        alert: AlertId,
        note: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Feedback { alert, at, note }.into())
    }

    /// Finds the person out of danger.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn clear(
        &self,
        alert: AlertId,
        reason: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Clearance { alert, at, reason }.into())
    }

    /// Takes a clearance back.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn withdraw(
        &self,
        alert: AlertId,
        clearance: DocumentId,
        reason: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Withdrawal { alert, clearance, at, reason }.into())
    }

    /// Carries the month on.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn extend(
        &self,
        alert: AlertId,
        until: Time,
        reason: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Extension { alert, at, until, reason }.into())
    }

    /// Sends somebody from elsewhere.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn send(
        &self,
        alert: AlertId,
        person: PersonId,
        note: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Sending { alert, person, at, note }.into())
    }

    /// Offers an alert to somebody; it is theirs once they accept.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn hand_over(
        &self,
        alert: AlertId,
        to: PersonId,
        note: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| HandOver { alert, to, at, note }.into())
    }
}
