//! How records were reviewed: received, with issues, edited since, approved, rejected.
//!
//! Floor: report, ledger. Invariant: of several reviews the last accepted counts; a record whose heads are no longer those
//! that were judged counts as edited, and only those are read whole that may have been.

use std::collections::HashMap;

use qiaomen_core::projection::Cell as Raw;
use qiaomen_core::record::{DocumentId, Heads};

use crate::store::{StoreError, StoredDocument};
use crate::town::Town;

struct Last {
    acceptance: u64,
    state: String,
    heads: Vec<u8>,
}

/// The last review of every record that has one.
pub(super) struct Reviews(HashMap<DocumentId, Last>);

impl Reviews {
    pub(super) fn read(town: &Town) -> Result<Self, StoreError> {
        let mut found: HashMap<DocumentId, Last> = HashMap::new();
        town.store().walk_cells("review", &["of", "state", "heads"], &mut |row, cells| {
            if let [Raw::Blob(of), Raw::Text(state), heads] = cells
                && let Ok(of) = DocumentId::from_slice(of)
                && found.get(&of).is_none_or(|last| last.acceptance <= row.acceptance)
            {
                let heads = if let Raw::Blob(heads) = heads { heads.clone() } else { Vec::new() };
                found.insert(of, Last { acceptance: row.acceptance, state: state.clone(), heads });
            }
            Ok(())
        })?;
        Ok(Self(found))
    }

    /// How a record stands.
    pub(super) fn state(&self, town: &Town, stored: &StoredDocument) -> Result<&str, StoreError> {
        let Some(last) = self.0.get(&stored.id) else { return Ok("received") };
        // Nothing was written into it since, and it was not moved.
        if stored.sequence <= last.acceptance {
            return Ok(&last.state);
        }
        let heads = match town.document(stored.id)? {
            Some((_, document)) => document.heads(),
            None => return Ok(&last.state),
        };
        let now = Heads::new(heads.iter().map(|hash| *hash.bytes())).map(|heads| heads.bytes());
        Ok(if now.is_ok_and(|now| now == last.heads) { &last.state } else { "edited" })
    }
}
