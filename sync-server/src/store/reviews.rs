//! What supervisors review, in the order in which it came: plain data.
//!
//! Floor: store. Invariant: nothing here knows how it is kept.

use qiaomen_core::record::{AlertId, HouseholdId, Kind, Outcome, PersonId, Purpose, Scope, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::types::StoredDocument;

/// How far the review of a record has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueState {
    /// Nobody has reviewed it.
    Received,
    /// Something is to be put right, and nobody has yet.
    HasIssues,
    /// It was edited since a review that did not approve it.
    Edited,
    /// It was approved.
    Approved,
    /// It does not count.
    Rejected,
}

impl QueueState {
    /// All there are, in their order.
    pub const ALL: [Self; 5] = [Self::Received, Self::HasIssues, Self::Edited, Self::Approved, Self::Rejected];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::HasIssues => "has_issues",
            Self::Edited => "edited",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// Which end of the queue to begin at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueFrom {
    /// The newest first.
    #[default]
    Newest,
    /// Those accepted before the one of this acceptance number, the newest first.
    Below(u64),
    /// Those accepted after the one of this acceptance number, the oldest first.
    Above(u64),
}

/// Which records.
#[derive(Clone, Debug, Default)]
pub struct QueueWanted {
    /// Where they lie; nowhere else.
    pub scopes: Vec<Scope>,
    /// How far their reviews have come.
    pub state: Option<QueueState>,
    /// What they are.
    pub kind: Option<Kind>,
    /// Who wrote them.
    pub author: Option<PersonId>,
    /// From when on they happened, and up to when.
    pub happened: (Option<Time>, Option<Time>),
    /// From when on they arrived, and up to when.
    pub arrived: (Option<Time>, Option<Time>),
    /// Only those that were written so many minutes after they happened, or more.
    pub late_minutes: Option<i64>,
    /// Only those whose times cannot be relied upon.
    pub doubtful: bool,
    /// From where on.
    pub from: QueueFrom,
    /// How many to pass over.
    pub skip: usize,
    /// How many at most.
    pub take: usize,
}

/// One record of the queue.
#[derive(Clone, Debug)]
pub struct QueueRow {
    /// Its columns.
    pub document: StoredDocument,
    /// When it was written, corrected.
    pub written: Time,
    /// When it happened, where it says so.
    pub happened: Option<Time>,
    /// Whether its times cannot be relied upon.
    pub doubtful: bool,
    /// Of a visit, what it was for.
    pub purpose: Option<Purpose>,
    /// Of a visit, what came of it.
    pub outcome: Option<Outcome>,
    /// The door.
    pub household: Option<HouseholdId>,
    /// The alert.
    pub alert: Option<AlertId>,
    /// How far its review has come.
    pub state: QueueState,
    /// Who wrote the review that counts, and when.
    pub reviewed: Option<(PersonId, Time)>,
    /// Whether it was edited since.
    pub moved_on: bool,
}
