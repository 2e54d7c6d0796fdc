//! Why a supervisor put records right: a conflict that was settled, doors that were merged, a merge that was undone.
//!
//! Floor: record. Invariants: a fact, filed with its subject and going where that goes; the deed itself is an ordinary
//! edit of the subject beside it, and this only says why; who and when stand in the header.

use std::collections::BTreeSet;

use super::field::{check_name, check_note, check_set, part};
use super::id::{AreaId, DocumentId, ResidentId};
use super::invalid::{Invalid, Reason};
use super::time::Time;
use super::word::words;

words! {
    /// What a supervisor decided.
    pub enum DecisionAbout {
        /// Which of several values of a field counts.
        Settle = "settle",
        /// That a door is one and the same as another.
        Merge = "merge",
        /// That it is not after all.
        Unmerge = "unmerge",
    }
}

part! {
    /// Why a supervisor put a record right.
    pub struct Decision {
        /// The record; of a merge, the door that is no longer shown.
        pub subject: DocumentId,
        /// What was decided.
        pub about: DecisionAbout,
        /// Which field was settled: its keys from the root, joined by dots.
        pub field: Option<String>,
        /// The door that it was merged into.
        pub other: Option<DocumentId>,
        /// Why.
        pub reason: String,
        /// When, corrected.
        pub at: Time,
        /// The grid that the merged door lay in before, if it was moved for the merge.
        pub moved_from: Option<AreaId>,
        /// Residents who were copied to the other door.
        pub residents: BTreeSet<ResidentId>,
        /// Fields of the other door that were filled in, each as its keys from the root joined by dots.
        pub filled: BTreeSet<String>,
    }
}

impl Decision {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("reason", &self.reason, 2000)?;
        check_note("field", self.field.as_ref(), 400)?;
        check_set("residents", &self.residents, 400)?;
        check_set("filled", &self.filled, 2000)?;
        match self.about {
            DecisionAbout::Settle if self.field.is_none() => Err(Invalid::new("field", Reason::Missing)),
            DecisionAbout::Merge | DecisionAbout::Unmerge => match self.other {
                None => Err(Invalid::new("other", Reason::Missing)),
                Some(other) if other == self.subject => Err(Invalid::new("other", Reason::Contradicts("subject"))),
                Some(_) => Ok(()),
            },
            DecisionAbout::Settle | DecisionAbout::Unknown(_) => Ok(()),
        }
    }
}
