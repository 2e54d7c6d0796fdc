//! What is known of a record besides what it says, as a shell sees it.
//!
//! Floor: mirror. Invariant: header, place, mark and arrival as the core has them.

use qiaomen_core::record::{self, Header as CoreHeader};
use qiaomen_core::replica::Kept;
use qiaomen_core::store::{Aside as CoreAside, Draft as CoreDraft, Mark};

use super::alerts::FraudAlert;
use super::any::AnyRecord;
use super::doors::{Area, Consent, Household, Organisation, Person, Pledge};
use super::macros::{choice, kept, shown};
use super::town::{CampaignPhase, Duty, Reminder, Review, Routing, Script};
use super::visits::Visit;
use super::words::{RecordKind, Role};
use super::{Id, Millis, Scope, Show};

choice! {
    /// How far a record has come.
    pub enum SyncMark = Mark {
        /// Not finished.
        Draft,
        /// The server has all of it.
        Sent,
        /// A part of it has not been sent.
        Waiting,
        /// The server keeps a part of it until something comes, or somebody decides.
        Held,
        /// The server refused a part of it, which lies in the quarantine.
        Refused,
    }
}

shown! {
    /// What stands in a record's first change and never again.
    pub struct Header = CoreHeader {
        /// The document.
        id: Id,
        /// What it is.
        kind: RecordKind,
        /// The scope it was written in.
        scope: Scope,
        /// Who wrote it.
        author: Id,
        /// The role they wrote it in.
        role: Role,
        /// What the phone's own clock said.
        said: Millis,
        /// Corrected time less what its clock said, in milliseconds.
        offset: Option<i64>,
        /// Whether the clock could not be trusted.
        doubtful: bool,
    }
}

/// What is known of a record.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct About {
    /// Author, role, when it was written.
    pub header: Header,
    /// When it was written, corrected by the known offset.
    pub written: Millis,
    /// Where it lies now.
    pub scope: Scope,
    /// How far it has come.
    pub mark: SyncMark,
    /// Its acceptance number, once the server gave it one.
    pub acceptance: Option<u64>,
    /// When it arrived at the server.
    pub arrival: Option<Millis>,
    /// How many of its fields were written concurrently.
    pub conflicts: u64,
}

/// A record of the core's and what is known of it.
pub(crate) fn apart<T>(kept: Kept<T>) -> (T, About) {
    let Kept { id: _, record, header, scope, mark, acceptance, arrival, conflicts } = kept;
    let about = About {
        written: header.written().show(),
        header: header.show(),
        scope: scope.show(),
        mark: mark.show(),
        acceptance,
        arrival: arrival.show(),
        conflicts: conflicts.show(),
    };
    (record, about)
}

kept! {
    /// A record of any kind with what is known of it.
    KeptRecord = AnyRecord, record::Record;
    /// A door with what is known of it.
    KeptHousehold = Household, record::Household;
    /// A visit with what is known of it.
    KeptVisit = Visit, record::Visit;
    /// An alert with what is known of it.
    KeptAlert = FraudAlert, record::Alert;
    /// An area with what is known of it.
    KeptArea = Area, record::Area;
    /// A person with what is known of them.
    KeptPerson = Person, record::Person;
    /// An organisation with what is known of it.
    KeptOrganisation = Organisation, record::Unit;
    /// A pledge with what is known of it.
    KeptPledge = Pledge, record::Pledge;
    /// A consent with what is known of it.
    KeptConsent = Consent, record::Consent;
    /// A review with what is known of it.
    KeptReview = Review, record::Review;
    /// A script with what is known of it.
    KeptScript = Script, record::Script;
    /// A reminder with what is known of it.
    KeptReminder = Reminder, record::Reminder;
    /// A duty with what is known of it.
    KeptDuty = Duty, record::Duty;
    /// A routing with what is known of it.
    KeptRouting = Routing, record::Routing;
    /// A campaign's phase with what is known of it.
    KeptPhase = CampaignPhase, record::Phase;
}

/// A visit that is not finished.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct Draft {
    /// The identifier that the record will have.
    pub id: Id,
    /// What it will be.
    pub kind: RecordKind,
    /// When it was last saved, corrected.
    pub at: Millis,
    /// What it says so far; none where this version cannot read it.
    pub record: Option<AnyRecord>,
}

impl Show<Draft> for CoreDraft {
    fn show(self) -> Draft {
        let record = self.record().ok().show();
        Draft { id: self.id.show(), kind: self.kind.show(), at: self.at.show(), record }
    }
}

shown! {
    /// A document that came and could not be applied.
    pub struct Aside = CoreAside {
        /// The document.
        document: Id,
        /// Where it lies.
        scope: Scope,
        /// Why: a stable code.
        code: String,
        /// When it came, corrected.
        at: Millis,
    }
}
