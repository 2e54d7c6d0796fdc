//! What a town decides, and what supervisors make of records, as a shell sees them.
//!
//! Floor: mirror. Invariant: each has every field of the core's record under its name (taking one apart without a rest
//! proves it), and goes both ways unchanged.

use qiaomen_core::record;

use super::macros::mirror;
use super::visits::Position;
use super::words::{Asked, DecisionAbout, FirstHands, FraudKind, Language, Level, ReviewState};
use super::{Id, Millis};

mirror! {
    /// Where alerts of one level go first, and how long nobody may take them before the next is told (Q4, L11).
    pub struct Routing = record::Routing {
        /// The level.
        level: Level,
        /// Who goes first.
        first: FirstHands,
        /// After how many minutes the deputy is offered an alert that nobody took.
        deputy_minutes: i64,
        /// After how many minutes the team's head is.
        head_minutes: i64,
        /// After how many minutes the supervisor is to telephone.
        telephone_minutes: i64,
    }
}

mirror! {
    /// Who answers for an area's alerts for a while, and who stands in for them (L11).
    pub struct Duty = record::Duty {
        /// The area; the town's own for the station.
        area: Id,
        /// From when.
        from: Millis,
        /// Until when.
        until: Millis,
        /// Who.
        person: Id,
        /// Who stands in.
        deputy: Option<Id>,
        /// Whether it was called off.
        cancelled: bool,
    }
}

mirror! {
    /// What is said at the door about one kind of fraud (Q7, P6).
    pub struct Script = record::Script {
        /// The kind.
        fraud: FraudKind,
        /// In which language.
        language: Language,
        /// What it is called.
        title: String,
        /// What is said, a line an utterance.
        body: String,
        /// Whether it is used no more.
        retired: bool,
    }
}

mirror! {
    /// A new trick, or something to remind people of, for every worker and to be passed on (P6).
    pub struct Reminder = record::Reminder {
        /// What it is called.
        title: String,
        /// What it says.
        body: String,
        /// The kind of fraud that it is about.
        fraud: Option<FraudKind>,
        /// Since when.
        at: Millis,
        /// Until when; for good if absent.
        until: Option<Millis>,
        /// Whether it was taken back.
        withdrawn: bool,
    }
}

mirror! {
    /// A question about an alert that waits for a supervisor, while the alert itself waits for nobody.
    pub struct Question = record::Question {
        /// The alert.
        alert: Id,
        /// What is asked.
        what: Asked,
        /// The level that the sender names now.
        level: Option<Level>,
        /// What there is to know for an answer.
        note: Option<String>,
        /// Since when it waits, corrected.
        at: Millis,
        /// When it was answered.
        answered: Option<Millis>,
        /// What was decided.
        answer: Option<String>,
    }
}

mirror! {
    /// Where a worker says by hand that they are, for whoever looks for the nearest (Q4). Nobody is followed.
    pub struct Whereabouts = record::Whereabouts {
        /// When, corrected.
        at: Millis,
        /// Where.
        position: Position,
        /// Until when they are there, as they say; to the end of the day if absent.
        until: Option<Millis>,
    }
}

mirror! {
    /// A stretch of a campaign, by which reports can be cut (P1).
    pub struct CampaignPhase = record::Phase {
        /// What the campaign is called.
        campaign: String,
        /// What the phase is called.
        name: String,
        /// Its first instant.
        from: Millis,
        /// The first instant after it.
        to: Millis,
        /// What is to be done in it.
        note: Option<String>,
        /// Whether it was called off.
        cancelled: bool,
    }
}

mirror! {
    /// A town's own playbook: the follow-up rules that alerts issued from then on are reckoned by.
    pub struct Rulebook = record::Rulebook {
        /// The name it goes by, which no other has.
        version: String,
        /// The rules, as TOML; what can stand there is the playbook's business.
        rules: String,
        /// From when it is in force.
        from: Millis,
        /// Why it was set.
        reason: Option<String>,
    }
}

mirror! {
    /// What a resident signs (L1).
    pub struct PledgeText = record::PledgeText {
        /// In which language.
        language: Language,
        /// What it is called.
        title: String,
        /// What is pledged, a line a promise.
        body: String,
        /// Which edition it is, as the town counts them and prints them on paper.
        version: i64,
        /// From when it is signed.
        from: Millis,
        /// Whether it is signed no more.
        retired: bool,
    }
}

mirror! {
    /// What a supervisor made of a record.
    pub struct Review = record::Review {
        /// The record.
        of: Id,
        /// Its heads as the supervisor saw it.
        heads: Vec<Vec<u8>>,
        /// What they made of it.
        state: ReviewState,
        /// When, corrected.
        at: Millis,
        /// What they tell its author.
        comment: Option<String>,
    }
}

mirror! {
    /// Why a supervisor put a record right.
    pub struct Decision = record::Decision {
        /// The record; of a merge, the door that is no longer shown.
        subject: Id,
        /// What was decided.
        about: DecisionAbout,
        /// Which field was settled: its keys from the root, joined by dots.
        field: Option<String>,
        /// The door that it was merged into.
        other: Option<Id>,
        /// Why.
        reason: String,
        /// When, corrected.
        at: Millis,
        /// The grid that the merged door lay in before, if it was moved for the merge.
        moved_from: Option<Id>,
        /// Residents who were copied to the other door.
        residents: Vec<Id>,
        /// Fields of the other door that were filled in, each as its keys from the root joined by dots.
        filled: Vec<String>,
    }
}
