//! Alerts and the facts of their case files, as a shell sees them.
//!
//! Floor: mirror. Invariant: each has every field of the core's record under its name (taking one apart without a rest
//! proves it), and goes both ways unchanged.

use qiaomen_core::record;

use super::macros::{entries, mirror};
use super::visits::Position;
use super::words::{AlertOrigin, Level};
use super::{Id, Millis};

mirror! {
    /// A place where an alert's person may be found.
    pub struct Place = record::Place {
        /// What it is to them: home, work.
        label: String,
        /// Where it is, in words.
        address: Option<String>,
        /// Where it is on the map.
        position: Option<Position>,
    }
}

entries! {
    /// One of several, under its identifier.
    pub struct PlaceEntry { place: Place } = record::PlaceId, record::Place
}

mirror! {
    /// An alert about one person.
    pub struct FraudAlert = record::Alert {
        /// The person's name.
        name: String,
        /// The person's telephone.
        telephone: Option<String>,
        /// The person's door, where it is known.
        household: Option<Id>,
        /// The person among that door's residents.
        resident: Option<Id>,
        /// Whether it is known that they are no resident here, so that nobody asks who they are.
        outsider: bool,
        /// The area whose team answers for it.
        area: Id,
        /// Where the person may be found.
        places: Vec<PlaceEntry>,
        /// The level it was issued with.
        level: Level,
        /// Who issued it.
        issuer: String,
        /// Its number on the issuer's platform.
        platform_number: Option<String>,
        /// Where it came from.
        origin: AlertOrigin,
        /// When it was issued; the month runs from here.
        issued: Millis,
        /// When it reached the station; the response clocks run from here, or from `issued` if absent.
        reached_station: Option<Millis>,
        /// When it was passed on.
        passed_on: Option<Millis>,
        /// When it was entered here.
        entered: Millis,
        /// The version of the playbook in force when it was issued.
        playbook: String,
        /// What else is known.
        note: Option<String>,
    }
}

mirror! {
    /// An alert's level goes up.
    pub struct Raise = record::Raise {
        /// The alert.
        alert: Id,
        /// The new level.
        level: Level,
        /// When.
        at: Millis,
        /// Why.
        reason: Option<String>,
    }
}

mirror! {
    /// Somebody took the alert (Q5), the first time or as it was offered to them. Whose it is follows from the order
    /// in which the server accepted these.
    pub struct Receipt = record::Receipt {
        /// The alert.
        alert: Id,
        /// When, corrected.
        at: Millis,
        /// The hand-over that is accepted with it.
        offer: Option<Id>,
    }
}

mirror! {
    /// What was found is reported back to the station.
    pub struct Feedback = record::Feedback {
        /// The alert.
        alert: Id,
        /// When, corrected.
        at: Millis,
        /// What.
        note: Option<String>,
    }
}

mirror! {
    /// The team's head or the police find that the person is out of danger (L5).
    pub struct Clearance = record::Clearance {
        /// The alert.
        alert: Id,
        /// When, corrected.
        at: Millis,
        /// Why.
        reason: Option<String>,
    }
}

mirror! {
    /// A clearance is taken back.
    pub struct Withdrawal = record::Withdrawal {
        /// The alert.
        alert: Id,
        /// The clearance.
        clearance: Id,
        /// When, corrected.
        at: Millis,
        /// Why.
        reason: Option<String>,
    }
}

mirror! {
    /// A supervisor carries the month on.
    pub struct Extension = record::Extension {
        /// The alert.
        alert: Id,
        /// When this was decided, corrected.
        at: Millis,
        /// The last instant; the month runs to the end of its local day.
        until: Millis,
        /// Why.
        reason: Option<String>,
    }
}

mirror! {
    /// Somebody from elsewhere is sent, and is given the case file for it.
    pub struct Sending = record::Sending {
        /// The alert.
        alert: Id,
        /// Who is sent.
        person: Id,
        /// When, corrected.
        at: Millis,
        /// What for.
        note: Option<String>,
    }
}

mirror! {
    /// Whoever has an alert offers it to somebody else, who is given the case file for it. It changes hands only
    /// when they accept (Q5).
    pub struct HandOver = record::HandOver {
        /// The alert.
        alert: Id,
        /// Who is offered it.
        to: Id,
        /// When, corrected.
        at: Millis,
        /// Why.
        note: Option<String>,
    }
}
