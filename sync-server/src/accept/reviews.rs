//! Reviews: judged on what stands, and binding until another follows.
//!
//! Floor: accept. Invariant: nobody judges what they have not seen.

use qiaomen_core::document::Document;
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{DocumentId, Heads, Kind, Record, Review, ReviewState};

use super::judge::{Bench, Outcome};
use crate::store::StoreError;

impl Bench<'_, '_> {
    /// What a review says once these fields are written; nothing where it cannot be read.
    pub(super) fn review_after(&self, document: DocumentId, edits: &[Edit]) -> Option<Review> {
        let mut fields = self.sheets.get(&document)?.document.as_ref()?.fields();
        for edit in edits {
            if let [key] = &edit.path[..] {
                fields.set(key, edit.value.clone());
            }
        }
        match Record::read(&Kind::Review, &fields) {
            Ok(Record::Review(review)) => Some(review),
            _ => None,
        }
    }

    /// Nobody judges what they have not seen: a review is refused where its record has moved on.
    pub(super) fn still_seen(&self, review: &Review) -> Result<Result<(), Outcome>, StoreError> {
        let sheet = self.sheets.get(&review.of);
        let loaded = sheet.and_then(|sheet| sheet.document.as_ref()).map(|document| document.heads());
        let known = self.context.loaded.contains_key(&review.of) || sheet.is_some_and(|sheet| !sheet.added.is_empty());
        let heads = match loaded {
            Some(heads) => Some(heads),
            None if known => self.load(review.of).map(|document| document.heads()),
            None => {
                let changes = self.store.changes(review.of)?;
                Document::load(changes.iter().map(|change| change.bytes.as_slice())).ok().map(|found| found.heads())
            }
        };
        let seen = heads.and_then(|heads| Heads::new(heads.iter().map(|hash| *hash.bytes())).ok());
        let same = seen.as_ref() == Some(&review.heads);
        Ok(if same { Ok(()) } else { Err(Outcome::refused("moved_on")) })
    }

    /// What the rest of the batch finds of a review that stands now.
    pub(super) fn note_review(&mut self, review: &Review) {
        if review.state == ReviewState::Approved {
            self.context.approved.insert(review.of);
        } else {
            self.context.approved.remove(&review.of);
        }
    }
}
