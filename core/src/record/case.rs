//! The facts of a case file besides visits and raises.
//!
//! Floor: record. Invariant: each names its alert, is written once by its author, and is only ever followed
//! by another fact.

use super::field::{check_note, part};
use super::id::{AlertId, DocumentId, PersonId};
use super::invalid::{Invalid, Reason};
use super::time::Time;

part! {
    /// Somebody took the alert (Q5), the first time or as it was offered to them. Whose it is follows from the order
    /// in which the server accepted these.
    pub struct Receipt {
        /// The alert.
        pub alert: AlertId,
        /// When, corrected.
        pub at: Time,
        /// The hand-over that is accepted with it.
        pub offer: Option<DocumentId>,
    }
}

part! {
    /// What was found is reported back to the station.
    pub struct Feedback {
        /// The alert.
        pub alert: AlertId,
        /// When, corrected.
        pub at: Time,
        /// What.
        pub note: Option<String>,
    }
}

part! {
    /// The team's head or the police find that the person is out of danger (L5).
    pub struct Clearance {
        /// The alert.
        pub alert: AlertId,
        /// When, corrected.
        pub at: Time,
        /// Why.
        pub reason: Option<String>,
    }
}

part! {
    /// A clearance is taken back.
    pub struct Withdrawal {
        /// The alert.
        pub alert: AlertId,
        /// The clearance.
        pub clearance: DocumentId,
        /// When, corrected.
        pub at: Time,
        /// Why.
        pub reason: Option<String>,
    }
}

part! {
    /// A supervisor carries the month on.
    pub struct Extension {
        /// The alert.
        pub alert: AlertId,
        /// When this was decided, corrected.
        pub at: Time,
        /// The last instant; the month runs to the end of its local day.
        pub until: Time,
        /// Why.
        pub reason: Option<String>,
    }
}

part! {
    /// Somebody from elsewhere is sent, and is given the case file for it.
    pub struct Sending {
        /// The alert.
        pub alert: AlertId,
        /// Who is sent.
        pub person: PersonId,
        /// When, corrected.
        pub at: Time,
        /// What for.
        pub note: Option<String>,
    }
}

part! {
    /// Whoever has an alert offers it to somebody else, who is given the case file for it. It changes hands only
    /// when they accept (Q5).
    pub struct HandOver {
        /// The alert.
        pub alert: AlertId,
        /// Who is offered it.
        pub to: PersonId,
        /// When, corrected.
        pub at: Time,
        /// Why.
        pub note: Option<String>,
    }
}

impl HandOver {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("note", self.note.as_ref(), 2000)
    }
}

impl Receipt {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

impl Feedback {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("note", self.note.as_ref(), 4000)
    }
}

impl Clearance {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("reason", self.reason.as_ref(), 2000)
    }
}

impl Withdrawal {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("reason", self.reason.as_ref(), 2000)
    }
}

impl Extension {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        // A day may be named by its first instant, and be decided on in its course.
        if self.until < self.at.plus_hours(-24) {
            return Err(Invalid::new("until", Reason::Before("at")));
        }
        check_note("reason", self.reason.as_ref(), 2000)
    }
}

impl Sending {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("note", self.note.as_ref(), 2000)
    }
}
