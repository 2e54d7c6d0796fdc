//! What became of records: reviews, conflicts, refusals.
//!
//! Floor: client. Invariant: as `client`'s.

use qiaomen_core::record::{Record, Review as CoreReview};

use crate::error::QiaomenError;
use crate::inside::given;
use crate::mirror::any::AnyRecord;
use crate::mirror::reckoned::ReviewLine;
use crate::mirror::syncing::{ConflictedRecord, FieldValue, QuarantineEntry};
use crate::mirror::town::Review;
use crate::mirror::words::{ReviewState, Role};
use crate::mirror::{Back, Id, Page, Show};
use crate::platform::Noun;

client! {
    /// What supervisors made of records.
    Reviews;
    /// Fields that were written concurrently.
    Conflicts;
    /// What the server refused.
    Quarantine;
}

#[uniffi::export]
impl Reviews {
    /// What this phone shows of a record now: what its review names.
    pub fn heads(&self, of: Id) -> Result<Vec<Vec<u8>>, QiaomenError> {
        Ok(self.0.core.reviews().heads(given("of", of)?)?.show())
    }

    /// Saves what a supervisor made of a record; `heads` are those that `heads` gave when they looked.
    #[uniffi::method(default(comment = None, role = None))]
    pub fn save(
        &self,
        of: Id,
        heads: Vec<Vec<u8>>,
        state: ReviewState,
        comment: Option<String>,
        role: Option<Role>,
    ) -> Result<Id, QiaomenError> {
        let (of, heads, state) = (given("of", of)?, given("heads", heads)?, given("state", state)?);
        let saved = self.0.core.reviews().save(of, heads, state, comment, self.0.writing(role)?);
        Ok(self.0.wrote(saved, &[Noun::Reviews, Noun::Sync])?.show())
    }

    /// Saves what its author changed of a review.
    #[uniffi::method(default(role = None))]
    pub fn edit(&self, id: Id, before: Review, after: Review, role: Option<Role>) -> Result<bool, QiaomenError> {
        let (before, after): (CoreReview, CoreReview) = (before.back()?, after.back()?);
        let saved = self.0.core.reviews().edit(given("id", id)?, &before, &after, self.0.writing(role)?);
        self.0.wrote(saved, &[Noun::Reviews, Noun::Sync])
    }

    /// The reviews of a record, the one that counts first.
    pub fn of(&self, of: Id, page: Page) -> Result<Vec<ReviewLine>, QiaomenError> {
        Ok(self.0.core.reviews().of(given("of", of)?, page.into())?.show())
    }
}

#[uniffi::export]
impl Conflicts {
    /// Records with fields that were written concurrently.
    pub fn list(&self, page: Page) -> Result<Vec<ConflictedRecord>, QiaomenError> {
        Ok(self.0.core.conflicts().list(page.into())?.show())
    }

    /// One record's.
    pub fn get(&self, id: Id) -> Result<Option<ConflictedRecord>, QiaomenError> {
        Ok(self.0.core.conflicts().get(given("id", id)?)?.show())
    }

    /// Says what a field holds from now on. False if there was no conflict and it holds that already.
    #[uniffi::method(default(role = None))]
    pub fn settle(
        &self,
        id: Id,
        path: Vec<String>,
        value: FieldValue,
        role: Option<Role>,
    ) -> Result<bool, QiaomenError> {
        let path: Vec<Box<str>> = path.into_iter().map(Into::into).collect();
        let (id, value) = (given("id", id)?, given("value", value)?);
        let settled = self.0.core.conflicts().settle(id, &path, value, self.0.writing(role)?);
        self.0.wrote(settled, &Noun::ALL)
    }
}

#[uniffi::export]
impl Quarantine {
    /// Everything that was refused, the oldest first.
    pub fn list(&self) -> Result<Vec<QuarantineEntry>, QiaomenError> {
        Ok(self.0.core.quarantine().list()?.show())
    }

    /// One item.
    pub fn get(&self, item: i64) -> Result<QuarantineEntry, QiaomenError> {
        Ok(self.0.core.quarantine().get(item)?.show())
    }

    /// Sends a corrected record in the place of the refused one.
    #[uniffi::method(default(role = None))]
    pub fn resend(&self, item: i64, corrected: AnyRecord, role: Option<Role>) -> Result<(), QiaomenError> {
        let corrected: Record = corrected.back()?;
        self.0.wrote(self.0.core.quarantine().resend(item, &corrected, self.0.writing(role)?), &Noun::ALL)
    }

    /// Everything about an item as JSON, for whoever the person shows it to.
    pub fn export(&self, item: i64) -> Result<String, QiaomenError> {
        Ok(self.0.core.quarantine().export(item)?)
    }

    /// Gives an item up for good.
    pub fn discard(&self, item: i64) -> Result<(), QiaomenError> {
        self.0.wrote(self.0.core.quarantine().discard(item), &[Noun::Quarantine])
    }
}
