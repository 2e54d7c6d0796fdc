//! How one door stands in a period.
//!
//! Floor: doors; pure. Invariants: a removed door stands nowhere; a door is left out only while the last word on it
//! names the state that it is in; it was reached in exactly one way.

use serde::{Serialize, Serializer};

use super::facts::{DoorFacts, ResidentFacts, VisitFacts};
use crate::record::{Door, Explained, Given, Outcome, Phase, Time};

/// A stretch of time: from an instant on, and until before another. Without either it has no bound there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Its first instant.
    pub from: Option<Time>,
    /// The first instant after it.
    pub until: Option<Time>,
}

impl Period {
    /// All of time.
    pub const ALL: Self = Self { from: None, until: None };

    /// Whether an instant lies in it.
    #[must_use]
    pub fn contains(&self, time: Time) -> bool {
        self.from.is_none_or(|from| from <= time) && self.until.is_none_or(|until| time < until)
    }
}

impl From<&Phase> for Period {
    /// The phase's dates (P1).
    fn from(phase: &Phase) -> Self {
        Self { from: Some(phase.from), until: Some(phase.to) }
    }
}

/// How a door was reached, the best that came of any visit to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Somebody was met face to face.
    Visited,
    /// Its people were only spoken to by telephone.
    TelephoneOnly,
    /// They would not talk.
    Refused,
    /// Nobody was home, it could not be reached, they had moved.
    InVain,
    /// Nobody went.
    NeverTried,
}

impl Reach {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Visited => "visited",
            Self::TelephoneOnly => "telephone_only",
            Self::Refused => "refused",
            Self::InVain => "in_vain",
            Self::NeverTried => "never_tried",
        }
    }

    const fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Met => Self::Visited,
            Outcome::TelephoneOnly => Self::TelephoneOnly,
            Outcome::Refused => Self::Refused,
            Outcome::NobodyHome | Outcome::Inaccessible | Outcome::Moved | Outcome::Unknown(_) => Self::InVain,
        }
    }
}

impl Serialize for Reach {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// A door is left out of the count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Out {
    /// The state for which it is.
    pub reason: Door,
    /// Whether the server has the supervisor's consent.
    pub confirmed: bool,
}

/// How a door stands in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Why it is left out of the count; none for a door that is counted.
    pub out: Option<Out>,
    /// How it was reached.
    pub reach: Reach,
    /// Whether the open letter was handed over.
    pub letter: bool,
    /// Whether the police's card was.
    pub card: bool,
    /// Whether a pledge was, to be signed.
    pub pledge_given: bool,
    /// Whether any kind of fraud was explained.
    pub fraud: bool,
    /// Whether never giving out personal and bank data was.
    pub personal_information: bool,
    /// Whether the app was.
    pub app: bool,
    /// Whether cases were.
    pub cases: bool,
    /// Whether somebody's pledge stands that was signed in the period.
    pub pledged: bool,
    /// How many people live there.
    pub here: u64,
    /// Of those, how many have a standing pledge that was signed in the period.
    pub signed: u64,
    /// Of those, how many have the app.
    pub app_installed: u64,
    /// Of those, how many do not.
    pub app_missing: u64,
    /// Standing pledges signed on the screen in the period.
    pub on_screen: u64,
    /// Those signed on paper.
    pub on_paper: u64,
    /// Of those on paper, how many were not filed yet.
    pub unfiled: u64,
}

/// How a door stands in a period; none for one that is no door.
#[must_use]
pub fn standing(door: &DoorFacts, period: Period) -> Option<Standing> {
    if door.removed {
        return None;
    }
    let visits: Vec<&VisitFacts> =
        door.visits.iter().filter(|visit| visit.is_to_the_door() && period.contains(visit.ended)).collect();
    let given = |what: Given| visits.iter().any(|visit| visit.given.contains(&what));
    let told = |what: fn(&Explained) -> bool| {
        visits.iter().any(|visit| visit.outcome == Outcome::Met && visit.explained.iter().any(what))
    };
    let pledges: Vec<_> = door.pledges.iter().filter(|pledge| pledge.stands() && period.contains(pledge.at)).collect();
    let here: Vec<&ResidentFacts> = door.residents.iter().filter(|resident| resident.is_here()).collect();
    let has_signed = |resident: &ResidentFacts| pledges.iter().any(|pledge| pledge.resident == resident.resident);
    let count = |which: &dyn Fn(&ResidentFacts) -> bool| here.iter().filter(|resident| which(resident)).count() as u64;
    let on_paper = pledges.iter().filter(|pledge| pledge.on_paper).count();
    Some(Standing {
        out: out(door),
        reach: visits.iter().map(|visit| Reach::of(&visit.outcome)).min().unwrap_or(Reach::NeverTried),
        letter: given(Given::OpenLetter),
        card: given(Given::ContactCard),
        pledge_given: given(Given::Pledge),
        fraud: told(is_kind_of_fraud),
        personal_information: told(|what| *what == Explained::PersonalInformation),
        app: told(|what| *what == Explained::App),
        cases: told(|what| *what == Explained::Cases),
        pledged: !pledges.is_empty(),
        here: here.len() as u64,
        signed: count(&has_signed),
        app_installed: count(&|resident| resident.app_installed == Some(true)),
        app_missing: count(&|resident| resident.app_installed == Some(false)),
        on_screen: (pledges.len() - on_paper) as u64,
        on_paper: on_paper as u64,
        unfiled: pledges.iter().filter(|pledge| pledge.is_unfiled()).count() as u64,
    })
}

/// Whether, and for what, the last word of a supervisor leaves a door out of the count.
pub(super) fn out(door: &DoorFacts) -> Option<Out> {
    let last = door.consents.last().filter(|consent| consent.out_of_count)?;
    let reason = last.reason.clone().filter(|reason| *reason == door.door && *reason != Door::LivedIn)?;
    Some(Out { reason, confirmed: last.acceptance.is_some() })
}

const fn is_kind_of_fraud(what: &Explained) -> bool {
    matches!(
        what,
        Explained::TaskRebate
            | Explained::Investment
            | Explained::Loan
            | Explained::CustomerService
            | Explained::Impersonation
            | Explained::Romance
            | Explained::HealthProducts
    )
}
