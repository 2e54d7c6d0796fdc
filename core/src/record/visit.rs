//! Visits: who was at which door, for what, whom they met and what came of it.
//!
//! Floor: record. Invariants: a visit to an alert's person names the alert; met with an outcome other than
//! met is an error; coordinates are whole ten-millionths of a degree with the datum they were taken in.

use std::collections::BTreeSet;

use super::dissuasion::Dissuasion;
use super::field::{check_note, check_set, group, part};
use super::id::{AlertId, HouseholdId, ResidentId};
use super::invalid::{Invalid, Reason};
use super::photos::PhotoNote;
use super::time::Time;
use super::word::words;

words! {
    /// What a visit was for.
    pub enum Purpose {
        /// Telling every household how the tricks work.
        Door = "door",
        /// Reaching an alert's person for the first time, by whatever means.
        FirstContact = "first_contact",
        /// Meeting an alert's person to stop the fraud.
        Dissuasion = "dissuasion",
        /// Coming back afterwards.
        FollowUp = "follow_up",
    }
}

words! {
    /// What came of a visit.
    pub enum Outcome {
        /// The person was met face to face.
        Met = "met",
        /// Nobody opened.
        NobodyHome = "nobody_home",
        /// They would not talk.
        Refused = "refused",
        /// They live there no longer.
        Moved = "moved",
        /// The door could not be reached.
        Inaccessible = "inaccessible",
        /// They were only spoken to by telephone.
        TelephoneOnly = "telephone_only",
    }
}

words! {
    /// What a meeting judged.
    pub enum Risk {
        /// No further risk.
        None = "none",
        /// The person may be defrauded again.
        MayBeDefraudedAgain = "may_be_defrauded_again",
    }
}

words! {
    /// What was handed over.
    pub enum Given {
        /// The open letter.
        OpenLetter = "open_letter",
        /// The police's contact card.
        ContactCard = "contact_card",
        /// The pledge, to be signed.
        Pledge = "pledge",
        /// Other material.
        Leaflet = "leaflet",
    }
}

words! {
    /// What was explained.
    pub enum Explained {
        /// Paid tasks and false orders.
        TaskRebate = "task_rebate",
        /// Investment.
        Investment = "investment",
        /// Loans.
        Loan = "loan",
        /// Callers who say they are customer service.
        CustomerService = "customer_service",
        /// Callers who say they are police, prosecutors or courts.
        Impersonation = "impersonation",
        /// Romance.
        Romance = "romance",
        /// Health products and old-age care.
        HealthProducts = "health_products",
        /// Never giving out personal and bank data.
        PersonalInformation = "personal_information",
        /// The national anti-fraud app.
        App = "app",
        /// Cases from nearby.
        Cases = "cases",
    }
}

words! {
    /// What the worker noticed.
    pub enum Observation {
        /// Flustered.
        Flustered = "flustered",
        /// Evasive.
        Evasive = "evasive",
        /// Incoherent.
        Incoherent = "incoherent",
        /// On the telephone with a stranger while the worker was there.
        OnTheTelephone = "on_the_telephone",
        /// Money has been sent.
        MoneySent = "money_sent",
        /// Calm, and knows the trick.
        Aware = "aware",
    }
}

words! {
    /// The datum of a position.
    pub enum Datum {
        /// The satellites' own.
        Wgs84 = "wgs84",
        /// Chinese maps'.
        Gcj02 = "gcj02",
        /// Baidu's.
        Bd09 = "bd09",
        /// Not known.
        Unstated = "unstated",
    }
}

part! {
    /// Where something happened.
    pub struct Position {
        /// Degrees north, times ten million.
        pub latitude: i64,
        /// Degrees east, times ten million.
        pub longitude: i64,
        /// The datum.
        pub datum: Datum,
        /// How far off it may be, in metres.
        pub accuracy: Option<i64>,
    }
}

group!(Position);

impl Position {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if !(-900_000_000..=900_000_000).contains(&self.latitude) {
            return Err(Invalid::new("position.latitude", Reason::OutOfRange));
        }
        if !(-1_800_000_000..=1_800_000_000).contains(&self.longitude) {
            return Err(Invalid::new("position.longitude", Reason::OutOfRange));
        }
        if self.accuracy.is_some_and(|metres| !(0..=1_000_000).contains(&metres)) {
            return Err(Invalid::new("position.accuracy", Reason::OutOfRange));
        }
        Ok(())
    }
}

part! {
    /// One visit, or one attempt at it.
    pub struct Visit {
        /// What it was for.
        pub purpose: Purpose,
        /// The door, where it was one of the roster's.
        pub household: Option<HouseholdId>,
        /// The alert it belongs to.
        pub alert: Option<AlertId>,
        /// What came of it.
        pub outcome: Outcome,
        /// Whether the alert's person was met in person; absent where the outcome says it.
        pub met_target: Option<bool>,
        /// The residents of the door who were met; where they were only spoken to by telephone, those who were.
        pub met: BTreeSet<ResidentId>,
        /// Who else was met, in words.
        pub met_others: Option<String>,
        /// When it began, corrected.
        pub started: Time,
        /// When it ended, corrected.
        pub ended: Time,
        /// Where it was recorded.
        pub position: Option<Position>,
        /// What was handed over.
        pub given: BTreeSet<Given>,
        /// What was explained.
        pub explained: BTreeSet<Explained>,
        /// What was noticed.
        pub observations: BTreeSet<Observation>,
        /// What else was seen or said.
        pub note: Option<String>,
        /// What the meeting judged.
        pub risk: Option<Risk>,
        /// What is to happen next.
        pub next_step: Option<String>,
        /// What was done to talk the person out of it.
        pub dissuasion: Option<Box<Dissuasion>>,
        /// What is noted of photos that were taken; a visit without them is told as it was before they could be noted.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub photos: Option<Box<PhotoNote>>,
    }
}

impl Visit {
    /// Whether the alert's person was met in person.
    #[must_use]
    pub fn met_person(&self) -> bool {
        self.outcome == Outcome::Met && self.met_target.unwrap_or(true)
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if self.ended < self.started {
            return Err(Invalid::new("ended", Reason::Before("started")));
        }
        if self.outcome != Outcome::Met && self.met_target == Some(true) {
            return Err(Invalid::new("met_target", Reason::Contradicts("outcome")));
        }
        match (&self.purpose, self.household, self.alert) {
            (Purpose::Door, None, _) => return Err(Invalid::new("household", Reason::Missing)),
            (Purpose::Door, _, Some(_)) => return Err(Invalid::new("alert", Reason::Contradicts("purpose"))),
            (Purpose::FirstContact | Purpose::Dissuasion | Purpose::FollowUp, _, None) => {
                return Err(Invalid::new("alert", Reason::Missing));
            }
            (Purpose::Unknown(_), None, None) => return Err(Invalid::new("household", Reason::Missing)),
            _ => {}
        }
        check_set("met", &self.met, 60)?;
        check_set("given", &self.given, 60)?;
        check_set("explained", &self.explained, 60)?;
        check_set("observations", &self.observations, 60)?;
        check_note("met_others", self.met_others.as_ref(), 400)?;
        check_note("note", self.note.as_ref(), 4000)?;
        check_note("next_step", self.next_step.as_ref(), 400)?;
        if let Some(dissuasion) = &self.dissuasion {
            dissuasion.check().map_err(|found| found.inside("dissuasion"))?;
        }
        if let Some(photos) = &self.photos {
            photos.check().map_err(|found| found.inside("photos"))?;
        }
        self.position.as_ref().map_or(Ok(()), Position::check)
    }
}
