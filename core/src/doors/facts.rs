//! What is known of one door, gathered from rows.
//!
//! Floor: doors. Invariants: only what lies where its door lies is gathered, and visits of alerts that name the
//! door; residents stand by identifier, all else by time and then by identifier.

use std::collections::BTreeSet;

use crate::record::{
    Address, AreaId, DocumentId, Door, Explained, Given, HouseholdId, Outcome, PersonId, Purpose, ResidentId,
    ReviewState, Tag, Time,
};

/// One door with all that was recorded of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorFacts {
    /// The door.
    pub household: HouseholdId,
    /// The grid it lies in.
    pub grid: AreaId,
    /// Where it is.
    pub address: Address,
    /// The same in the one form that all ways of writing it come to.
    pub walk: String,
    /// What is found behind it.
    pub door: Door,
    /// Whether it was listed by mistake.
    pub removed: bool,
    /// The people behind it.
    pub residents: Vec<ResidentFacts>,
    /// Visits to it, those for an alert among them.
    pub visits: Vec<VisitFacts>,
    /// Pledges signed at it.
    pub pledges: Vec<PledgeFacts>,
    /// What supervisors said of it and the count: by acceptance number, those without one last.
    pub consents: Vec<ConsentFacts>,
}

/// Somebody behind a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidentFacts {
    /// Who.
    pub resident: ResidentId,
    /// Their name.
    pub name: String,
    /// Their telephone numbers.
    pub telephones: Vec<String>,
    /// What a worker should know of them.
    pub tags: BTreeSet<Tag>,
    /// Whether they have the app; absent where nobody has looked.
    pub app_installed: Option<bool>,
    /// Whether they left the town.
    pub left_town: bool,
    /// Where they went.
    pub left_to: Option<String>,
    /// How to reach them there.
    pub left_contact: Option<String>,
    /// Whether they were listed by mistake, or are here no longer.
    pub removed: bool,
}

impl ResidentFacts {
    /// Whether they live here, so that something is owed to them here.
    #[must_use]
    pub const fn is_here(&self) -> bool {
        !self.removed && !self.left_town
    }

    /// Whether they are easily deceived, and so reached again.
    #[must_use]
    pub fn is_easily_deceived(&self) -> bool {
        self.tags.contains(&Tag::EasilyDeceived)
    }
}

/// One visit to a door, or one attempt at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitFacts {
    /// The visit.
    pub visit: DocumentId,
    /// What it was for.
    pub purpose: Purpose,
    /// Whether it was for an alert: a contact, and no visit to the door.
    pub for_alert: bool,
    /// What came of it.
    pub outcome: Outcome,
    /// The residents who were met, or spoken to by telephone.
    pub met: BTreeSet<ResidentId>,
    /// When it ended.
    pub ended: Time,
    /// What was handed over.
    pub given: BTreeSet<Given>,
    /// What was explained.
    pub explained: BTreeSet<Explained>,
    /// What its last accepted review made of it.
    pub review: Option<ReviewState>,
}

impl VisitFacts {
    /// Whether it counts for anything.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.review != Some(ReviewState::Rejected)
    }

    /// Whether it counts as a visit to the door.
    #[must_use]
    pub fn is_to_the_door(&self) -> bool {
        self.counts() && !self.for_alert && self.purpose == Purpose::Door
    }
}

/// One pledge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PledgeFacts {
    /// The pledge.
    pub pledge: DocumentId,
    /// Who pledged.
    pub resident: ResidentId,
    /// When it was signed.
    pub at: Time,
    /// Whether it was signed on paper.
    pub on_paper: bool,
    /// Under which number the paper was filed.
    pub archive_number: Option<String>,
    /// Whether it only takes another one back.
    pub void: bool,
    /// Whether another one that counts was written in its place.
    pub corrected: bool,
    /// Who recorded it.
    pub author: Option<PersonId>,
    /// What its last accepted review made of it.
    pub review: Option<ReviewState>,
}

impl PledgeFacts {
    /// Whether it stands: not taken back, not corrected, not rejected.
    #[must_use]
    pub fn stands(&self) -> bool {
        !self.void && !self.corrected && self.review != Some(ReviewState::Rejected)
    }

    /// Whether it is on paper and was not filed yet.
    #[must_use]
    pub fn is_unfiled(&self) -> bool {
        self.on_paper && self.archive_number.as_ref().is_none_or(|number| number.trim().is_empty())
    }
}

/// A supervisor's word on a door and the count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentFacts {
    /// The consent.
    pub consent: DocumentId,
    /// Its acceptance number, once the server gave it one.
    pub acceptance: Option<u64>,
    /// Whether the door is left out.
    pub out_of_count: bool,
    /// The state for which it is.
    pub reason: Option<Door>,
}
