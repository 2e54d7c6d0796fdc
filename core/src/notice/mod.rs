//! What the shell is to tell its person, and when: no vendor's push service is asked, and none is needed.
//!
//! Floor: beside [`document`](crate::document), knows [`playbook`](crate::playbook) and [`record`](crate::record).
//! Invariants: pure; every thing has a key and is told at most once; what somebody did themselves is never told to
//! them; what is not urgent waits for the morning; the later word on a due visit swallows the earlier; nothing is told
//! about an alert that is closed; [`Plan::next`] is never later than the next moment at which there is something to tell.

mod candidates;
mod fold;
mod plan;
mod quiet;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use crate::playbook::{CaseResult, Custody, DueVisit};
use crate::record::{AlertId, DocumentId, Level, PersonId, ReviewState, Time, Zone};

pub use plan::plan;

/// The minute of the local day from which on only what is urgent is told.
pub const QUIET_FROM: u16 = 22 * 60;
/// The minute of the local day until which only what is urgent is told.
pub const QUIET_UNTIL: u16 = 7 * 60;
/// How many notices stand for themselves at once; the others are told as one of each kind.
pub const AT_ONCE: usize = 5;
/// How many hours before its time a due visit is told of first.
pub const EARLY_HOURS: i64 = 6;
/// How many hours before its time it is told of again.
pub const LATE_HOURS: i64 = 1;

/// What a notice is about, so that it is told once: the same on every asking, after any restart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct NoticeKey(String);

impl NoticeKey {
    /// The key of this text, as it was kept.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NoticeKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// There is an alert for them that nobody has yet, or they were sent to one.
    NewAlert,
    /// Somebody offers them an alert, or a supervisor has given it to them.
    HandedOver,
    /// Somebody says that they took an alert before its first receiver did.
    Contest,
    /// An alert that was theirs is somebody else's, and they did not offer it.
    TakenFromMe,
    /// A visit is due within [`EARLY_HOURS`].
    DueInSixHours,
    /// A visit is due within [`LATE_HOURS`].
    DueInOneHour,
    /// The time of a visit has passed.
    Overdue,
    /// The server refused what they wrote.
    Refused,
    /// A reviewer finds fault with a record of theirs or says something about it, or somebody has said something about a
    /// case of theirs.
    Comment,
    /// The town reminds everybody of something.
    Reminder,
}

/// Something to tell.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Notice {
    /// Its key.
    pub key: NoticeKey,
    /// What it says.
    pub kind: NoticeKind,
    /// The alert that it is about; none where it stands for things about several.
    pub alert: Option<AlertId>,
    /// The record that it is about; none where it stands for several things.
    pub document: Option<DocumentId>,
    /// From when on it is to be told.
    pub at: Time,
    /// Whether it is told at night too.
    pub urgent: bool,
    /// For how many things it stands.
    pub count: u32,
    /// The keys of what is told along with it, and need not be told any more.
    pub also: Vec<NoticeKey>,
}

impl Notice {
    /// Every key that counts as told with it.
    pub fn keys(&self) -> impl Iterator<Item = &NoticeKey> {
        std::iter::once(&self.key).chain(&self.also)
    }
}

/// What to tell now, and when to ask again.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Plan {
    /// What to tell at once, the most important first.
    pub show: Vec<Notice>,
    /// When to ask again at the latest, as long as nothing is written or fetched; none if nothing is to come.
    pub next: Option<Time>,
}

/// When people are left in peace, and how much they are told at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The minute of the local day from which on only what is urgent is told.
    pub quiet_from: u16,
    /// The minute until which; the same minute for no such hours at all.
    pub quiet_until: u16,
    /// How many notices stand for themselves at once.
    pub at_once: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { quiet_from: QUIET_FROM, quiet_until: QUIET_UNTIL, at_once: AT_ONCE }
    }
}

/// Whom it is told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Me {
    /// Who.
    pub person: PersonId,
    /// Whether alerts that nobody has are for them to take: they are police, or head a team.
    pub takes: bool,
    /// Whether contests are for them to end: they are a supervisor.
    pub decides: bool,
}

/// A record that bears on somebody: which, whose, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// The record.
    pub document: DocumentId,
    /// Who wrote it.
    pub by: PersonId,
    /// When.
    pub at: Time,
}

/// One alert as it stands on this phone.
#[derive(Clone, Debug)]
pub struct CaseNow {
    /// The alert.
    pub alert: AlertId,
    /// How urgent it is now.
    pub level: Level,
    /// What became of it.
    pub result: CaseResult,
    /// Who entered it, and when it came.
    pub entered: Said,
    /// Whose it is.
    pub custody: Custody,
    /// What is and was due for it.
    pub due: Vec<DueVisit>,
    /// The sendings of this phone's person to it.
    pub sendings: Vec<Said>,
    /// What was said about it.
    pub comments: Vec<Said>,
}

/// Something of theirs that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedNow {
    /// The record.
    pub document: DocumentId,
    /// When the refusal came.
    pub at: Time,
}

/// The review of a record of theirs that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewNow {
    /// The review.
    pub said: Said,
    /// The record.
    pub of: DocumentId,
    /// What was made of it.
    pub state: ReviewState,
    /// What its author is told.
    pub comment: Option<String>,
}

/// Something that the town reminds everybody of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReminderNow {
    /// The reminder; when is since when it is on.
    pub said: Said,
    /// Until when.
    pub until: Option<Time>,
}

/// All that a plan is made from.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    /// Whom it is told to.
    pub me: Me,
    /// Alerts; those that are closed are passed over.
    pub cases: Vec<CaseNow>,
    /// What was refused.
    pub refused: Vec<RefusedNow>,
    /// Reviews.
    pub reviews: Vec<ReviewNow>,
    /// Reminders that were not taken back.
    pub reminders: Vec<ReminderNow>,
    /// What was told before.
    pub shown: BTreeSet<NoticeKey>,
    /// What is older is history, and is never told.
    pub floor: Time,
    /// Now.
    pub now: Time,
    /// Whose nights are quiet.
    pub zone: &'a Zone,
    /// When people are left in peace.
    pub settings: Settings,
}
