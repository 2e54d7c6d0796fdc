//! Alerts and what is recorded for them.
//!
//! Floor: replica. Invariant: every fact of a case file is a record of its own, filed in the case file.

use super::{Kept, Part, Replica, ReplicaError, Writing, reader};
use crate::record::{
    Alert, AlertId, Clearance, Comment, CustodyDecision, DocumentId, Extension, Feedback, HandOver, Join, Level,
    MoneySent, PersonId, Proposal, Raise, Recall, Receipt, Record, Scope, Seen, Sending, StopPayment, StopStep,
    TakeBack, Time, Transfer, Withdrawal,
};
use crate::store::case_tables;

/// Alerts and their case files.
#[derive(Clone, Copy, Debug)]
pub struct Alerts<'r>(pub(super) &'r Replica);

reader!(alert, Alert);

impl Alerts<'_> {
    /// Saves a new alert; its case file is named after it. It keeps the playbook that this phone knows to have been in
    /// force when it was issued, whatever stands in `record`.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn create(&self, record: &Alert, writing: impl Into<Writing>) -> Result<AlertId, ReplicaError> {
        let playbook = self.0.books()?.in_force(record.issued).version().to_owned();
        let record = Alert { playbook, ..record.clone() };
        let saved = self.0.save_new(&writing.into(), None, &record.into(), |_, id| Ok(Scope::CaseFile(id.into())))?;
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
        self.fact(alert, writing, |at| Receipt { alert, at, offer: None }.into())
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

    /// Accepts an alert as it was offered.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn accept(
        &self,
        alert: AlertId,
        offer: DocumentId,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Receipt { alert, at, offer: Some(offer) }.into())
    }

    /// Takes an offer back.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn take_back(
        &self,
        alert: AlertId,
        offer: DocumentId,
        reason: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| TakeBack { alert, offer, at, reason }.into())
    }

    /// Says whose an alert is: a supervisor's word.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn decide(
        &self,
        alert: AlertId,
        owner: PersonId,
        reason: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| CustodyDecision { alert, owner, at, reason }.into())
    }

    /// Notes that the alert was looked at.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn seen(&self, alert: AlertId, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Seen { alert, at }.into())
    }

    /// Takes an alert back that was issued in error.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn recall(
        &self,
        alert: AlertId,
        reason: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Recall { alert, at, reason }.into())
    }

    /// Notes money that went, `what` without when that became known.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn money_sent(&self, what: &MoneySent, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        self.fact(what.alert, writing, |at| MoneySent { at, ..what.clone() }.into())
    }

    /// Notes how far a stop-payment has come.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn stop_payment(
        &self,
        alert: AlertId,
        step: StopStep,
        institution: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| StopPayment { alert, step, at, fen: None, institution, note: None }.into())
    }

    /// Has another alert about the same person join one: a fact in the file of each.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn join(
        &self,
        alert: AlertId,
        other: AlertId,
        writing: impl Into<Writing>,
    ) -> Result<(DocumentId, DocumentId), ReplicaError> {
        let writing = writing.into();
        let found = |id| self.get(id)?.map(|kept| kept.record).ok_or(ReplicaError::NotFound);
        let (first, second): (Alert, Alert) = (found(alert)?, found(other)?);
        let at = self.0.corrected(&writing.reading)?.time;
        let [one, two] = Join::between((alert, &first), (other, &second), at);
        let joined = self.fact(alert, writing.clone(), |_| one.into())?;
        let closed = self.fact(other, writing, |_| two.into())?;
        Ok((joined, closed))
    }

    /// Notes that the person is in other hands, `what` without from when.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn transfer(&self, what: &Transfer, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        self.fact(what.alert, writing, |at| Transfer { at, ..what.clone() }.into())
    }

    /// Proposes that the person is out of danger.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn propose(
        &self,
        alert: AlertId,
        reason: Option<String>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Proposal { alert, at, reason }.into())
    }

    /// Says something about a case.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn comment(
        &self,
        alert: AlertId,
        text: String,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        self.fact(alert, writing, |at| Comment { alert, at, text }.into())
    }
}
