//! Facts about how an alert is handled: who saw it, whose it is, where it went, how it ended.
//!
//! Floor: record. Invariant: each names its alert, is written once by its author (a custody decision may be
//! corrected by who made it), and is only ever followed by another fact.

use super::alert::{Alert, Level};
use super::field::{check_name, check_note, part};
use super::id::{AlertId, DocumentId, PersonId};
use super::invalid::{Invalid, Reason};
use super::time::Time;
use super::word::words;

part! {
    /// Somebody has looked at the alert (L11).
    pub struct Seen {
        /// The alert.
        pub alert: AlertId,
        /// When, corrected.
        pub at: Time,
    }
}

part! {
    /// The issuer takes the alert back: it was issued in error. It is closed, for all to see.
    pub struct Recall {
        /// The alert.
        pub alert: AlertId,
        /// When, corrected.
        pub at: Time,
        /// Why.
        pub reason: Option<String>,
    }
}

part! {
    /// Another alert about the same person joins this one; visits name this one. What the rules need of the other
    /// stands here too: not everybody who has this case file has the other.
    /// The one that joins gets such a fact too, the other way round.
    pub struct Join {
        /// The alert that is joined: the one that was open.
        pub alert: AlertId,
        /// The alert that joins it.
        pub other: AlertId,
        /// The other's level when it was issued.
        pub level: Level,
        /// When the other was issued.
        pub issued: Time,
        /// When it joined, corrected.
        pub at: Time,
        /// Whether it is this one that joins the other: nothing more is owed here.
        pub into_other: bool,
    }
}

words! {
    /// In whose hands a person is who is elsewhere.
    pub enum Hands {
        /// Another place, which has accepted.
        OtherPlace = "other_place",
        /// Ours, from afar, with a supervisor's consent.
        FromAfar = "from_afar",
    }
}

part! {
    /// The person is elsewhere, and in other hands or followed up from afar.
    pub struct Transfer {
        /// The alert.
        pub alert: AlertId,
        /// In whose hands.
        pub hands: Hands,
        /// Where.
        pub place: Option<String>,
        /// Who there has accepted.
        pub accepted_by: Option<String>,
        /// From when, corrected.
        pub at: Time,
        /// Until when; to the end of the month if absent.
        pub until: Option<Time>,
        /// Why.
        pub reason: Option<String>,
    }
}

part! {
    /// A worker finds that the person is out of danger, for the team's head or the police to say so (L5).
    pub struct Proposal {
        /// The alert.
        pub alert: AlertId,
        /// When, corrected.
        pub at: Time,
        /// Why.
        pub reason: Option<String>,
    }
}

part! {
    /// Something said about a case.
    pub struct Comment {
        /// The alert.
        pub alert: AlertId,
        /// When, corrected.
        pub at: Time,
        /// What.
        pub text: String,
    }
}

part! {
    /// An offer of the alert is taken back before it was accepted.
    pub struct TakeBack {
        /// The alert.
        pub alert: AlertId,
        /// The hand-over that offered it.
        pub offer: DocumentId,
        /// When, corrected.
        pub at: Time,
        /// Why.
        pub reason: Option<String>,
    }
}

part! {
    /// A supervisor says whose the alert is: to end a contest, or to give it to somebody else.
    pub struct CustodyDecision {
        /// The alert.
        pub alert: AlertId,
        /// Whose it is from now on.
        pub owner: PersonId,
        /// When, corrected.
        pub at: Time,
        /// Why.
        pub reason: Option<String>,
    }
}

impl Seen {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

impl Recall {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("reason", self.reason.as_ref(), 2000)
    }
}

impl Join {
    /// The facts with which `second` joins `first`, one for the file of each.
    #[must_use]
    pub fn between(first: (AlertId, &Alert), second: (AlertId, &Alert), at: Time) -> [Self; 2] {
        let fact = |(alert, _): (AlertId, &Alert), (other, about): (AlertId, &Alert), into_other| Self {
            alert,
            other,
            level: about.level.clone(),
            issued: about.issued,
            at,
            into_other,
        };
        [fact(first, second, false), fact(second, first, true)]
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if self.other == self.alert {
            return Err(Invalid::new("other", Reason::Contradicts("alert")));
        }
        Ok(())
    }
}

impl Transfer {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("place", self.place.as_ref(), 400)?;
        check_note("accepted_by", self.accepted_by.as_ref(), 400)?;
        check_note("reason", self.reason.as_ref(), 2000)?;
        let nobody = self.accepted_by.as_ref().is_none_or(|who| who.trim().is_empty());
        if self.hands == Hands::OtherPlace && nobody {
            return Err(Invalid::new("accepted_by", Reason::Missing));
        }
        if self.until.is_some_and(|until| until < self.at) {
            return Err(Invalid::new("until", Reason::Before("at")));
        }
        Ok(())
    }
}

impl Proposal {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("reason", self.reason.as_ref(), 2000)
    }
}

impl Comment {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("text", &self.text, 4000)
    }
}

impl TakeBack {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("reason", self.reason.as_ref(), 2000)
    }
}

impl CustodyDecision {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("reason", self.reason.as_ref(), 2000)
    }
}
