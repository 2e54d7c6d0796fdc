//! What is still to do at a door, by name.
//!
//! Floor: doors; pure. Invariants: a removed door and a removed resident stand in no list; who left the town stands
//! only in the list of those who did; a contact is a visit, of whatever purpose, that names the resident among those
//! met, face to face or by telephone, and that ended no later than now.

use serde::{Serialize, Serializer};

use super::facts::{DoorFacts, ResidentFacts};
use super::standing::{Period, out};
use crate::playbook::Playbook;
use crate::record::{Address, AreaId, DocumentId, HouseholdId, Outcome, PersonId, Purpose, ResidentId, Time, Zone};

/// Somebody in a list, and where they live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Who {
    /// The grid.
    pub grid: AreaId,
    /// The door.
    pub household: HouseholdId,
    /// Where it is.
    pub address: Address,
    /// Who.
    pub resident: ResidentId,
    /// Their name; none for somebody who is not on the roster.
    pub name: Option<String>,
    /// Their telephone numbers.
    pub telephones: Vec<String>,
}

/// A paper pledge that was not filed yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unfiled {
    /// Whose it is.
    #[serde(flatten)]
    pub who: Who,
    /// The pledge.
    pub pledge: DocumentId,
    /// When it was signed.
    pub at: Time,
    /// Who recorded it, and should have it.
    pub worker: Option<PersonId>,
}

/// What is known of the app on somebody's telephone, where it is not known to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppState {
    /// It is not installed.
    Missing,
    /// Nobody has looked.
    NotLooked,
}

impl AppState {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotLooked => "not_looked",
        }
    }
}

impl Serialize for AppState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// Somebody who is not known to have the app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppLine {
    /// Who.
    #[serde(flatten)]
    pub who: Who,
    /// What is known.
    pub app: AppState,
}

/// The last time somebody was met or spoken to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// The visit.
    pub visit: DocumentId,
    /// When it ended.
    pub at: Time,
    /// Whether they were met face to face; otherwise it was by telephone.
    pub in_person: bool,
    /// What the visit was for.
    pub purpose: Purpose,
}

/// Somebody easily deceived, and when they are to be reached again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReachAgain {
    /// Who.
    #[serde(flatten)]
    pub who: Who,
    /// When they were last reached.
    pub last: Option<Contact>,
    /// By when they are to be reached again; none for at once, as they never were.
    pub due: Option<Time>,
    /// Whether that time has come.
    pub overdue: bool,
}

/// Somebody who left the town.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftTown {
    /// Who.
    #[serde(flatten)]
    pub who: Who,
    /// Where they went.
    pub left_to: Option<String>,
    /// How to reach them there.
    pub left_contact: Option<String>,
    /// When they were last spoken to.
    pub last: Option<Contact>,
}

impl Who {
    fn of(door: &DoorFacts, resident: ResidentId, found: Option<&ResidentFacts>) -> Self {
        Self {
            grid: door.grid,
            household: door.household,
            address: door.address.clone(),
            resident,
            name: found.map(|found| found.name.clone()),
            telephones: found.map(|found| found.telephones.clone()).unwrap_or_default(),
        }
    }
}

fn each(door: &DoorFacts) -> impl Iterator<Item = (Who, &ResidentFacts)> {
    door.residents
        .iter()
        .filter(|resident| !door.removed && !resident.removed)
        .map(|resident| (Who::of(door, resident.resident, Some(resident)), resident))
}

/// Those who live behind a counted door, and of whom no standing pledge was signed in the period (W2).
#[must_use]
pub fn unsigned(door: &DoorFacts, period: Period) -> Vec<Who> {
    if out(door).is_some() {
        return Vec::new();
    }
    let signed = |resident: ResidentId| {
        door.pledges.iter().any(|pledge| pledge.resident == resident && pledge.stands() && period.contains(pledge.at))
    };
    each(door).filter(|(_, resident)| resident.is_here() && !signed(resident.resident)).map(|(who, _)| who).collect()
}

/// A door's standing paper pledges, signed in the period, that were not filed yet (L1). Those of doors that are left
/// out, and of people who are here no longer, are among them: the paper is somewhere.
#[must_use]
pub fn unfiled(door: &DoorFacts, period: Period) -> Vec<Unfiled> {
    let owed = door
        .pledges
        .iter()
        .filter(|pledge| !door.removed && pledge.stands() && pledge.is_unfiled() && period.contains(pledge.at));
    owed.map(|pledge| {
        let resident = door.residents.iter().find(|resident| resident.resident == pledge.resident);
        let who = Who::of(door, pledge.resident, resident);
        Unfiled { who, pledge: pledge.pledge, at: pledge.at, worker: pledge.author }
    })
    .collect()
}

/// Those who live behind a counted door and are not known to have the app (W5).
#[must_use]
pub fn app(door: &DoorFacts) -> Vec<AppLine> {
    if out(door).is_some() {
        return Vec::new();
    }
    let line = |(who, resident): (Who, &ResidentFacts)| {
        let app = match resident.app_installed {
            Some(true) => return None,
            Some(false) => AppState::Missing,
            None => AppState::NotLooked,
        };
        resident.is_here().then_some(AppLine { who, app })
    };
    each(door).filter_map(line).collect()
}

/// The easily deceived behind a door who live here, those of a door that is left out too, with when they are to be
/// reached again (B5).
#[must_use]
pub fn reach_again(door: &DoorFacts, playbook: &Playbook, zone: &Zone, now: Time) -> Vec<ReachAgain> {
    each(door)
        .filter(|(_, resident)| resident.is_here() && resident.is_easily_deceived())
        .map(|(who, resident)| {
            let last = last_contact(door, resident.resident, now);
            let due = last.as_ref().map(|last| playbook.easily_deceived_due(last.at, zone));
            ReachAgain { who, last, due, overdue: due.is_none_or(|due| due <= now) }
        })
        .collect()
}

/// Those of a door who left the town (P4).
#[must_use]
pub fn left_town(door: &DoorFacts, now: Time) -> Vec<LeftTown> {
    each(door)
        .filter(|(_, resident)| resident.left_town)
        .map(|(who, resident)| LeftTown {
            who,
            left_to: resident.left_to.clone(),
            left_contact: resident.left_contact.clone(),
            last: last_contact(door, resident.resident, now),
        })
        .collect()
}

/// Puts those who were never reached first, then those who are to be reached again soonest.
pub fn by_due(list: &mut [ReachAgain]) {
    list.sort_by_key(|line| line.due);
}

fn last_contact(door: &DoorFacts, resident: ResidentId, now: Time) -> Option<Contact> {
    let spoken = |outcome: &Outcome| matches!(outcome, Outcome::Met | Outcome::TelephoneOnly);
    let with = door.visits.iter().filter(|visit| {
        visit.counts() && spoken(&visit.outcome) && visit.met.contains(&resident) && visit.ended <= now
    });
    with.max_by_key(|visit| (visit.ended, visit.visit)).map(|visit| Contact {
        visit: visit.visit,
        at: visit.ended,
        in_person: visit.outcome == Outcome::Met,
        purpose: visit.purpose.clone(),
    })
}
