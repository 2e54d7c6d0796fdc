//! What is due, how cases stand, dossiers, and what happened.
//!
//! Floor: client. Invariant: reads alone.

use crate::error::QiaomenError;
use crate::inside::given;
use crate::mirror::reckoned::{CaseStanding, Custody, DossierEntry, DueList, DueTask};
use crate::mirror::state::KeptRecord;
use crate::mirror::sums::{DueFigures, Today};
use crate::mirror::{Id, Page, Show};

client! {
    /// What is due.
    Tasks;
    /// Everything about one person.
    Dossiers;
    /// What happened, newest first.
    Timeline;
}

#[uniffi::export]
impl Tasks {
    /// What can still be done: what is overdue first, then the higher level, then what has less time left.
    pub fn list(&self, page: Page) -> Result<Vec<DueTask>, QiaomenError> {
        Ok(self.0.core.tasks().list(&self.0.reading()?, page.into())?.show())
    }

    /// What is and ever was due for one alert.
    pub fn of_case(&self, alert: Id) -> Result<DueList, QiaomenError> {
        Ok(self.0.core.tasks().of_case(given("alert", alert)?, &self.0.reading()?)?.show())
    }

    /// How a case stands.
    pub fn standing(&self, alert: Id) -> Result<CaseStanding, QiaomenError> {
        Ok(self.0.core.tasks().standing(given("alert", alert)?, &self.0.reading()?)?.show())
    }

    /// Whose an alert is.
    pub fn custody(&self, alert: Id) -> Result<Custody, QiaomenError> {
        Ok(self.0.core.tasks().custody(given("alert", alert)?)?.show())
    }

    /// The person's own day so far.
    pub fn today(&self) -> Result<Today, QiaomenError> {
        Ok(self.0.core.tasks().today(&self.0.reading()?)?.show())
    }

    /// Counts over all case files on the phone.
    pub fn figures(&self) -> Result<DueFigures, QiaomenError> {
        Ok(self.0.core.tasks().figures(&self.0.reading()?)?.show())
    }
}

#[uniffi::export]
impl Dossiers {
    /// Everything about the person of an alert, the oldest first.
    pub fn of(&self, alert: Id) -> Result<Vec<DossierEntry>, QiaomenError> {
        Ok(self.0.core.dossiers().of(given("alert", alert)?)?.show())
    }
}

#[uniffi::export]
impl Timeline {
    /// What happened at a door.
    pub fn household(&self, household: Id, page: Page) -> Result<Vec<KeptRecord>, QiaomenError> {
        Ok(self.0.core.timeline().household(given("household", household)?, page.into())?.show())
    }

    /// What happened for an alert, the alert itself at the end.
    pub fn case(&self, alert: Id, page: Page) -> Result<Vec<KeptRecord>, QiaomenError> {
        Ok(self.0.core.timeline().case(given("alert", alert)?, page.into())?.show())
    }
}
