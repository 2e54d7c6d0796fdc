//! What a town decides for the alerts that are to come: who goes first, who is on duty, what is said at the door.
//!
//! Floor: record. Invariants: none of it is a fact of a case file; what is over is marked, never taken out, so that
//! what was done under it can be explained later; of several that say something of one level the newest counts.

use super::alert::Level;
use super::field::{check_name, check_note, part};
use super::fraud::FraudKind;
use super::id::{AlertId, AreaId, PersonId};
use super::invalid::{Invalid, Reason};
use super::time::Time;
use super::visit::Position;
use super::word::words;

words! {
    /// Who does the first dissuasion of an alert (Q4, L3).
    pub enum FirstHands {
        /// The station's people.
        Station = "station",
        /// The local team.
        Team = "team",
        /// The station's people, together with the team.
        Joint = "joint",
    }
}

/// A week, in minutes: nobody waits longer for an answer to an alert.
const MOST_MINUTES: i64 = 7 * 24 * 60;

part! {
    /// Where alerts of one level go first, and how long nobody may take them before the next is told (Q4, L11).
    pub struct Routing {
        /// The level.
        pub level: Level,
        /// Who goes first.
        pub first: FirstHands,
        /// After how many minutes the deputy is offered an alert that nobody took.
        pub deputy_minutes: i64,
        /// After how many minutes the team's head is.
        pub head_minutes: i64,
        /// After how many minutes the supervisor is to telephone.
        pub telephone_minutes: i64,
    }
}

impl Routing {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let steps = [
            ("deputy_minutes", self.deputy_minutes, 0),
            ("head_minutes", self.head_minutes, self.deputy_minutes),
            ("telephone_minutes", self.telephone_minutes, self.head_minutes),
        ];
        for (field, minutes, before) in steps {
            if !(1..=MOST_MINUTES).contains(&minutes) || minutes < before {
                return Err(Invalid::new(field, Reason::OutOfRange));
            }
        }
        Ok(())
    }
}

part! {
    /// Who answers for an area's alerts for a while, and who stands in for them (L11).
    pub struct Duty {
        /// The area; the town's own for the station.
        pub area: AreaId,
        /// From when.
        pub from: Time,
        /// Until when.
        pub until: Time,
        /// Who.
        pub person: PersonId,
        /// Who stands in.
        pub deputy: Option<PersonId>,
        /// Whether it was called off.
        pub cancelled: bool,
    }
}

impl Duty {
    /// Whether it is in force at `now`.
    #[must_use]
    pub fn is_on(&self, now: Time) -> bool {
        !self.cancelled && self.from <= now && now < self.until
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if self.until <= self.from {
            return Err(Invalid::new("until", Reason::Before("from")));
        }
        if self.deputy == Some(self.person) {
            return Err(Invalid::new("deputy", Reason::Contradicts("person")));
        }
        Ok(())
    }
}

words! {
    /// The languages in which texts are kept.
    pub enum Language {
        /// Chinese.
        Zh = "zh",
        /// English.
        En = "en",
    }
}

part! {
    /// What is said at the door about one kind of fraud (Q7, P6).
    pub struct Script {
        /// The kind.
        pub fraud: FraudKind,
        /// In which language.
        pub language: Language,
        /// What it is called.
        pub title: String,
        /// What is said, a line an utterance.
        pub body: String,
        /// Whether it is used no more.
        pub retired: bool,
    }
}

impl Script {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("title", &self.title, 200)?;
        check_name("body", &self.body, 6000)
    }
}

part! {
    /// A new trick, or something to remind people of, for every worker and to be passed on (P6).
    pub struct Reminder {
        /// What it is called.
        pub title: String,
        /// What it says.
        pub body: String,
        /// The kind of fraud that it is about.
        pub fraud: Option<FraudKind>,
        /// Since when.
        pub at: Time,
        /// Until when; for good if absent.
        pub until: Option<Time>,
        /// Whether it was taken back.
        pub withdrawn: bool,
    }
}

impl Reminder {
    /// Whether it is to be shown at `now`.
    #[must_use]
    pub fn is_on(&self, now: Time) -> bool {
        !self.withdrawn && self.at <= now && self.until.is_none_or(|until| now < until)
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("title", &self.title, 200)?;
        check_name("body", &self.body, 6000)?;
        if self.until.is_some_and(|until| until < self.at) {
            return Err(Invalid::new("until", Reason::Before("at")));
        }
        Ok(())
    }
}

words! {
    /// What only a supervisor can say about an alert.
    pub enum Asked {
        /// Who the person is.
        Who = "who",
        /// Whether the level is right: the sender has lowered it.
        LowerLevel = "lower_level",
        /// What to believe: the sender has said something else than what stands here.
        Differs = "differs",
        /// Who takes it: its area has no team.
        NoTeam = "no_team",
    }
}

part! {
    /// A question about an alert that waits for a supervisor, while the alert itself waits for nobody.
    pub struct Question {
        /// The alert.
        pub alert: AlertId,
        /// What is asked.
        pub what: Asked,
        /// The level that the sender names now.
        pub level: Option<Level>,
        /// What there is to know for an answer.
        pub note: Option<String>,
        /// Since when it waits, corrected.
        pub at: Time,
        /// When it was answered.
        pub answered: Option<Time>,
        /// What was decided.
        pub answer: Option<String>,
    }
}

impl Question {
    /// A question that begins to wait.
    #[must_use]
    pub const fn new(alert: AlertId, what: Asked, at: Time) -> Self {
        Self { alert, what, level: None, note: None, at, answered: None, answer: None }
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("note", self.note.as_ref(), 4000)?;
        check_note("answer", self.answer.as_ref(), 2000)?;
        if self.answered.is_some_and(|answered| answered < self.at) {
            return Err(Invalid::new("answered", Reason::Before("at")));
        }
        Ok(())
    }
}

part! {
    /// Where a worker says by hand that they are, for whoever looks for the nearest (Q4). Nobody is followed.
    pub struct Whereabouts {
        /// When, corrected.
        pub at: Time,
        /// Where.
        pub position: Position,
        /// Until when they are there, as they say; to the end of the day if absent.
        pub until: Option<Time>,
    }
}

impl Whereabouts {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if self.until.is_some_and(|until| until < self.at) {
            return Err(Invalid::new("until", Reason::Before("at")));
        }
        self.position.check()
    }
}
