//! Pledges signed at a door, and consents that a door leaves the count.
//!
//! Floor: replica. Invariant: both are filed with their door.

use super::{Kept, Part, Replica, ReplicaError, Writing, reader, scope_of_fact};
use crate::clock::Reading;
use crate::record::{Consent, DocumentId, HouseholdId, Language, Pledge, PledgeText, Record};
use crate::script::pledge::{self as words, Shown};

/// Pledges, and consents that a door leaves the count.
#[derive(Clone, Copy, Debug)]
pub struct Pledges<'r>(pub(super) &'r Replica);

reader!(pledge, Pledge);
reader!(consent, Consent);
reader!(text_of, PledgeText);

impl Pledges<'_> {
    /// Saves a pledge that was signed.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together; [`ReplicaError::NotFound`] where its door is not
    /// on this phone.
    pub fn save(&self, record: &Pledge, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        self.fact(record.clone().into(), writing)
    }

    /// One pledge.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: DocumentId) -> Result<Option<Kept<Pledge>>, ReplicaError> {
        self.0.get_one(id, pledge)
    }

    /// A door's pledges, the newest first; corrected ones and what took them back among them.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn of_household(&self, id: HouseholdId, part: Part) -> Result<Vec<Kept<Pledge>>, ReplicaError> {
        let found = self.about("pledge", id, part)?;
        found.into_iter().filter_map(|id| self.get(id).transpose()).collect()
    }

    /// The text that is signed now: the town's, else the built-in one. A new pledge names it by its `template` and
    /// `version`.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn text(&self, language: &Language, reading: &Reading) -> Result<Shown, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        words::shown(language, &self.texts()?, now).ok_or(ReplicaError::Unexpected("there is no built-in pledge"))
    }

    /// The words that a pledge names; none where they are not on this phone.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn signed(&self, pledge: &Pledge) -> Result<Option<Shown>, ReplicaError> {
        Ok(words::signed(pledge, &self.texts()?))
    }

    /// The town's texts, retired ones too, the last accepted first, after those that the server has not seen.
    fn texts(&self) -> Result<Vec<(DocumentId, PledgeText)>, ReplicaError> {
        let sql = "SELECT document.id FROM pledge_text CROSS JOIN document USING(record)
             ORDER BY document.acceptance IS NOT NULL, document.acceptance DESC, document.id DESC";
        let found = self.0.read(|store| Ok(store.ids(sql, &[])?))?;
        let read = found.into_iter().filter_map(|id| self.0.get_one(id, text_of).transpose());
        read.map(|kept| kept.map(|kept| (kept.id, kept.record))).collect()
    }

    /// A supervisor's word that a door leaves the count, or is counted again.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    pub fn consent(&self, record: &Consent, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        self.fact(record.clone().into(), writing)
    }

    /// What supervisors said of a door and the count, the newest first.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn consents(&self, id: HouseholdId, part: Part) -> Result<Vec<Kept<Consent>>, ReplicaError> {
        let found = self.about("consent", id, part)?;
        found.into_iter().filter_map(|id| self.0.get_one(id, consent).transpose()).collect()
    }

    fn fact(&self, record: Record, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        self.0.save_new(&writing.into(), None, &record, |store, _| scope_of_fact(store, &record))
    }

    fn about(&self, table: &str, id: HouseholdId, part: Part) -> Result<Vec<DocumentId>, ReplicaError> {
        let sql = format!(
            "SELECT document.id FROM \"{table}\" AS fact JOIN document USING(record) WHERE fact.household = ?1
             ORDER BY fact.at DESC, document.id DESC LIMIT ?2 OFFSET ?3"
        );
        self.0.read(|store| Ok(store.ids(&sql, &[id.bytes(), &part.take, &part.skip])?))
    }
}
