//! Visits, drafts, and what is being typed.
//!
//! Floor: client. Invariant: as `client`'s.

use qiaomen_core::record::Visit as CoreVisit;

use crate::error::QiaomenError;
use crate::inside::given;
use crate::mirror::state::{Draft, KeptVisit};
use crate::mirror::visits::Visit;
use crate::mirror::words::Role;
use crate::mirror::{Back, Id, Page, Show};
use crate::platform::Noun;

client! {
    /// Visits.
    Visits;
    /// Visits that are not finished.
    Drafts;
    /// What is being typed and was not saved, and how the person wants the app to be: the shell's own text under its own
    /// keys. Those that begin with `preference.` are told on a revoked phone too.
    Forms;
}

const SAVED: &[Noun] = &[Noun::Visits, Noun::Tasks, Noun::Alerts, Noun::Households, Noun::Drafts, Noun::Sync];

#[uniffi::export]
impl Visits {
    /// Saves a visit that is finished; says its identifier.
    #[uniffi::method(default(role = None))]
    pub fn save(&self, record: Visit, role: Option<Role>) -> Result<Id, QiaomenError> {
        let record: CoreVisit = record.back()?;
        Ok(self.0.wrote(self.0.core.visits().save(&record, self.0.writing(role)?), SAVED)?.show())
    }

    /// Complains of what `save` would complain of, and writes nothing.
    #[uniffi::method(default(role = None))]
    pub fn check(&self, record: Visit, role: Option<Role>) -> Result<(), QiaomenError> {
        let record: CoreVisit = record.back()?;
        Ok(self.0.core.visits().check(&record, self.0.writing(role)?)?)
    }

    /// Keeps a visit that is not finished; says the identifier that it has from now on.
    pub fn draft(&self, id: Option<Id>, record: Visit) -> Result<Id, QiaomenError> {
        let record: CoreVisit = record.back()?;
        let kept = self.0.core.visits().draft(given("id", id)?, &record, self.0.writing(None)?);
        Ok(self.0.wrote(kept, &[Noun::Drafts])?.show())
    }

    /// Finishes a draft: it becomes a record that waits to be sent.
    #[uniffi::method(default(role = None))]
    pub fn finish(&self, id: Id, role: Option<Role>) -> Result<(), QiaomenError> {
        self.0.wrote(self.0.core.visits().finish(given("id", id)?, self.0.writing(role)?), SAVED)
    }

    /// Saves what the person changed: `before` is what they were shown. False if there is nothing to write.
    #[uniffi::method(default(role = None))]
    pub fn edit(&self, id: Id, before: Visit, after: Visit, role: Option<Role>) -> Result<bool, QiaomenError> {
        let (before, after): (CoreVisit, CoreVisit) = (before.back()?, after.back()?);
        self.0.wrote(self.0.core.visits().edit(given("id", id)?, &before, &after, self.0.writing(role)?), SAVED)
    }

    /// One visit.
    pub fn get(&self, id: Id) -> Result<Option<KeptVisit>, QiaomenError> {
        Ok(self.0.core.visits().get(given("id", id)?)?.show())
    }

    /// Visits to a door, the newest first.
    pub fn of_household(&self, household: Id, page: Page) -> Result<Vec<KeptVisit>, QiaomenError> {
        Ok(self.0.core.visits().of_household(given("household", household)?, page.into())?.show())
    }

    /// Visits for an alert, the newest first.
    pub fn of_case(&self, alert: Id, page: Page) -> Result<Vec<KeptVisit>, QiaomenError> {
        Ok(self.0.core.visits().of_case(given("alert", alert)?, page.into())?.show())
    }
}

#[uniffi::export]
impl Drafts {
    /// Everything not finished, the newest first.
    pub fn list(&self) -> Result<Vec<Draft>, QiaomenError> {
        Ok(self.0.core.drafts().list()?.show())
    }

    /// One draft.
    pub fn get(&self, id: Id) -> Result<Option<Draft>, QiaomenError> {
        Ok(self.0.core.drafts().get(given("id", id)?)?.show())
    }

    /// Throws a draft away; false if there is none.
    pub fn discard(&self, id: Id) -> Result<bool, QiaomenError> {
        self.0.wrote(self.0.core.drafts().discard(given("id", id)?), &[Noun::Drafts])
    }
}

#[uniffi::export]
impl Forms {
    /// Keeps a form's text, in the place of what stood under its key.
    pub fn keep(&self, key: String, text: String) -> Result<(), QiaomenError> {
        Ok(self.0.core.forms().keep(&key, &text, &self.0.reading()?)?)
    }

    /// A form's text; none if there is none.
    pub fn get(&self, key: String) -> Result<Option<String>, QiaomenError> {
        Ok(self.0.core.forms().get(&key)?)
    }

    /// The keys of all forms, the last kept first.
    pub fn keys(&self) -> Result<Vec<String>, QiaomenError> {
        Ok(self.0.core.forms().keys()?)
    }

    /// Throws a form away; false if there is none.
    pub fn discard(&self, key: String) -> Result<bool, QiaomenError> {
        Ok(self.0.core.forms().discard(&key)?)
    }
}
