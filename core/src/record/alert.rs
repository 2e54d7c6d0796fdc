//! Alerts: the police's notice that a named person is probably being defrauded right now.
//!
//! Floor: record. Invariants: an alert's level is the one it was issued with and is never edited; its level
//! now is the highest of that and its raises (Q14, and "Time" in `docs/rules.md`).

use std::collections::BTreeMap;

use super::field::{check_name, check_note, part};
use super::household::MAX_RESIDENTS;
use super::id::{AlertId, AreaId, HouseholdId, PlaceId, ResidentId};
use super::invalid::{Invalid, Reason};
use super::time::Time;
use super::visit::Position;
use super::word::words;

words! {
    /// How urgent an alert is.
    pub enum Level {
        /// 低危
        Low = "low",
        /// 中危
        Medium = "medium",
        /// 高危
        High = "high",
        /// 特危
        Extreme = "extreme",
    }
}

impl Level {
    /// The level to reckon with: one that this version does not know counts as the highest, so that
    /// nobody is reached later for it.
    #[must_use]
    pub fn effective(&self) -> Self {
        match self {
            Self::Unknown(_) => Self::Extreme,
            known => known.clone(),
        }
    }
}

words! {
    /// Where an alert came from.
    pub enum Origin {
        /// The side of the money: banks and payment.
        FundsSide = "funds_side",
        /// Anything else.
        Other = "other",
    }
}

part! {
    /// A place where an alert's person may be found.
    pub struct Place {
        /// What it is to them: home, work.
        pub label: String,
        /// Where it is, in words.
        pub address: Option<String>,
        /// Where it is on the map.
        pub position: Option<Position>,
    }
}

impl Place {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("label", &self.label, 120)?;
        check_note("address", self.address.as_ref(), 800)?;
        self.position.as_ref().map_or(Ok(()), Position::check)
    }
}

part! {
    /// An alert about one person.
    pub struct Alert {
        /// The person's name.
        pub name: String,
        /// The person's telephone.
        pub telephone: Option<String>,
        /// The person's door, where it is known.
        pub household: Option<HouseholdId>,
        /// The person among that door's residents.
        pub resident: Option<ResidentId>,
        /// Whether it is known that they are no resident here, so that nobody asks who they are.
        pub outsider: bool,
        /// The area whose team answers for it.
        pub area: AreaId,
        /// Where the person may be found.
        pub places: BTreeMap<PlaceId, Place>,
        /// The level it was issued with.
        pub level: Level,
        /// Who issued it.
        pub issuer: String,
        /// Its number on the issuer's platform.
        pub platform_number: Option<String>,
        /// Where it came from.
        pub origin: Origin,
        /// When it was issued; the month runs from here.
        pub issued: Time,
        /// When it reached the station; the response clocks run from here, or from `issued` if absent.
        pub reached_station: Option<Time>,
        /// When it was passed on.
        pub passed_on: Option<Time>,
        /// When it was entered here.
        pub entered: Time,
        /// The version of the playbook in force when it was issued.
        pub playbook: String,
        /// What else is known.
        pub note: Option<String>,
    }
}

impl Alert {
    /// When its response clocks begin.
    #[must_use]
    pub fn reached(&self) -> Time {
        self.reached_station.unwrap_or(self.issued)
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("name", &self.name, 200)?;
        check_name("issuer", &self.issuer, 200)?;
        check_name("playbook", &self.playbook, 64)?;
        check_note("telephone", self.telephone.as_ref(), 40)?;
        check_note("platform_number", self.platform_number.as_ref(), 120)?;
        check_note("note", self.note.as_ref(), 4000)?;
        if self.reached_station.is_some_and(|reached| reached < self.issued) {
            return Err(Invalid::new("reached_station", Reason::Before("issued")));
        }
        if self.passed_on.is_some_and(|passed| passed < self.issued) {
            return Err(Invalid::new("passed_on", Reason::Before("issued")));
        }
        if self.places.len() > MAX_RESIDENTS {
            return Err(Invalid::new("places", Reason::TooMany(MAX_RESIDENTS)));
        }
        self.places.values().try_for_each(|place| place.check().map_err(|found| found.inside("places")))
    }
}

part! {
    /// An alert's level goes up.
    pub struct Raise {
        /// The alert.
        pub alert: AlertId,
        /// The new level.
        pub level: Level,
        /// When.
        pub at: Time,
        /// Why.
        pub reason: Option<String>,
    }
}

impl Raise {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("reason", self.reason.as_ref(), 2000)
    }
}
