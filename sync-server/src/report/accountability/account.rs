//! What had been done for somebody by a moment, as the server knew it then beside as it is known now.
//!
//! Floor: sync-server, report. Invariants: a record stands in exactly one part: known then (it had happened and had
//! arrived), come later (it had happened, and arrived after the moment), afterwards; what was known then is shown as it
//! was known then, and says when it was edited since; what lies at a door that was merged into theirs after the moment came
//! later too; a record dated after the moment counts as afterwards, whatever
//! its clock, and says that its times are doubtful.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::dossier::{Entry, dossier, is_about, same_person};
use qiaomen_core::identify::names_agree;
use qiaomen_core::record::{
    Address, Alert, AlertId, AreaId, DocumentId, HouseholdId, Kind, PersonId, Record, ResidentId, Time, numbers,
};
use serde::Serialize;

use super::Held;
use super::case::{self, AlertThen};
use super::door::{Asked, DoorThen};
use super::lookup::Subject;
use super::missed::{Missed, Undone, missed, once};
use super::trace::{CaseTrace, DoorTrace, Traced, View};
use crate::store::{About, StoreError};
use crate::town::Town;

/// Who is looked up.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// What was asked for.
    pub subject: Subject,
    /// Their name; none for a door.
    pub name: Option<String>,
    /// Their telephones.
    pub telephones: Vec<String>,
    /// Where they live, as it is known now.
    pub address: Option<Address>,
    /// In which grid, or for somebody who lives elsewhere the area of their alert.
    pub area: Option<AreaId>,
}

/// What had been done by the moment, as it is known from somewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Side {
    /// At the door; none where they have none that was known.
    pub door: Option<DoorThen>,
    /// The alerts that had been issued, the oldest first.
    pub alerts: Vec<AlertThen>,
    /// What should have been done and was not.
    pub missed: Vec<Missed>,
}

/// A record in its part.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// The record; one that was known then as it was known then.
    #[serde(flatten)]
    pub entry: Entry,
    /// When the first edit of it arrived that came after the moment.
    pub edited_since: Option<Time>,
}

/// Every record in its part.
#[derive(Clone, Debug, Serialize)]
pub struct Split {
    /// It had happened, and the server knew it.
    pub known_then: Vec<Listed>,
    /// It had happened, and the server was told later.
    pub came_later: Vec<Listed>,
    /// It happened after the moment.
    pub afterwards: Vec<Listed>,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// Who is looked up.
    pub person: Person,
    /// The moment that it is about.
    pub moment: Time,
    /// When the answer was made.
    pub made: Time,
    /// What had been done by the moment, as the server knew it then.
    pub then: Side,
    /// What had been done by the moment, as it is known now.
    pub now: Side,
    /// The records.
    pub records: Split,
}

/// What had been done for somebody by the moment (L8, Q12); none where `reader` does not hold them as a supervisor or as
/// the police.
///
/// # Errors
/// As the store.
pub fn account(
    town: &Town,
    reader: PersonId,
    subject: Subject,
    moment: Time,
    now: Time,
) -> Result<Option<Account>, StoreError> {
    let held = Held::of(town, reader)?;
    let Some(gathered) = Gathered::of(town, &held, subject, moment)? else { return Ok(None) };
    let books = town.books()?;
    let side = |view: View| {
        let door = gathered.door.as_ref().and_then(|door| {
            let resident = gathered.person.subject.resident;
            Asked { door, resident, cases: &gathered.cases, books: &books, zone: town.zone(), moment }.seen(view)
        });
        let mut alerts: Vec<AlertThen> =
            gathered.cases.iter().filter_map(|found| case::seen(found, view, (&books, town.zone()), moment)).collect();
        alerts.sort_by_key(|alert| (alert.issued, alert.alert));
        let mut missed = missed(door.as_ref(), &alerts, moment);
        let stood = door.as_ref().is_some_and(|door| door.on_roster != Some(false));
        if view == View::Then && gathered.door.is_some() && !stood {
            missed.insert(0, once(Undone::NotOnRoster, None));
        }
        Side { door, alerts, missed }
    };
    let (then, known) = (side(View::Then), side(View::Now));
    let records = split(&gathered, moment);
    Ok(Some(Account { person: gathered.person, moment, made: now, then, now: known, records }))
}

/// All that the answer is made from.
struct Gathered {
    person: Person,
    theirs: Theirs,
    door: Option<DoorTrace>,
    cases: Vec<CaseTrace>,
}

impl Gathered {
    fn of(town: &Town, held: &Held, asked: Subject, moment: Time) -> Result<Option<Self>, StoreError> {
        let mut subject = asked;
        let mut area = None;
        let mut named: Option<Alert> = None;
        if let Some(alert) = asked.alert {
            let Some(found) = held.alert(town, alert)? else { return Ok(None) };
            area = Some(found);
            if let Some((_, document)) = town.document(alert.into())?
                && let Ok(Record::Alert(found)) = document.record()
            {
                subject.household = subject.household.or(found.household);
                subject.resident = subject.resident.or(found.resident);
                named = Some(found);
            }
        }
        let mut door = None;
        if let Some(household) = subject.household {
            let stored = town.store().document(household.into())?;
            if stored.is_some_and(|stored| stored.kind == Kind::Household && held.lies_here(&stored)) {
                door = DoorTrace::read(town, household, moment)?;
            }
        }
        if door.is_none() && asked.alert.is_none() {
            return Ok(None);
        }
        let person = Person::of(subject, door.as_ref(), named.as_ref(), area);
        let theirs = Theirs::of(subject, door.as_ref());
        let mut cases = Vec::new();
        for alert in person.alerts(town, &theirs, named.as_ref())? {
            if held.alert(town, alert)?.is_none() {
                continue;
            }
            let Some(case) = CaseTrace::read(town, alert, moment)? else { continue };
            let about = match case.own.seen(View::Now) {
                Some(Record::Alert(found)) => {
                    asked.alert == Some(alert) || person.is_meant_by(&theirs, found, named.as_ref())
                }
                _ => false,
            };
            if about {
                cases.push(case);
            }
        }
        Ok(Some(Self { person, theirs, door, cases }))
    }

    /// The records that are about the person, those of a case file all.
    fn records(&self) -> impl Iterator<Item = &Traced> {
        let them = &self.theirs.residents;
        let at_door = move |fact: &&Traced| match fact.seen(View::Now) {
            Some(record @ Record::Pledge(_)) => them.is_empty() || them.iter().any(|who| is_about(record, *who)),
            // Whom a visit met or not, it was to their door.
            found => found.is_some(),
        };
        let door = self.door.iter().flat_map(DoorTrace::every_fact).filter(at_door);
        self.cases.iter().flat_map(|case| std::iter::once(&case.own).chain(&case.facts)).chain(door)
    }
}

/// Somebody's doors, and who they are at each, as it is known now: who is who is no matter of the moment.
struct Theirs {
    doors: BTreeSet<HouseholdId>,
    residents: BTreeSet<ResidentId>,
}

impl Theirs {
    fn of(subject: Subject, door: Option<&DoorTrace>) -> Self {
        let mut theirs =
            Self { doors: subject.household.into_iter().collect(), residents: subject.resident.into_iter().collect() };
        if let Some(door) = door {
            theirs.doors.extend(door.family(View::Now));
            theirs.residents.extend(subject.resident.iter().flat_map(|who| door.everywhere(View::Now, *who)));
        }
        theirs
    }
}

impl Person {
    fn of(subject: Subject, door: Option<&DoorTrace>, named: Option<&Alert>, area: Option<AreaId>) -> Self {
        let home = door.and_then(|door| door.door(View::Now));
        let resident = home.as_ref().zip(subject.resident).and_then(|(home, id)| home.residents.get(&id));
        let telephones = match (resident, named) {
            (Some(resident), _) => resident.telephones.iter().cloned().collect(),
            (None, Some(alert)) => alert.telephone.iter().cloned().collect(),
            (None, None) => Vec::new(),
        };
        let grid = door.and_then(|door| match door.stored.scope {
            qiaomen_core::record::Scope::Grid(grid) => Some(grid),
            _ => None,
        });
        Self {
            subject,
            name: resident.map(|resident| resident.name.clone()).or_else(|| named.map(|alert| alert.name.clone())),
            telephones,
            address: home.as_ref().map(|home| home.address.clone()),
            area: grid.or(area),
        }
    }

    /// Alerts that may be about them.
    fn alerts(&self, town: &Town, theirs: &Theirs, named: Option<&Alert>) -> Result<BTreeSet<AlertId>, StoreError> {
        let mut found: BTreeSet<AlertId> = self.subject.alert.into_iter().collect();
        let who = theirs.residents.iter().map(|who| About { resident: Some(*who), ..About::default() });
        let where_to = theirs.doors.iter().map(|door| About { household: Some(*door), ..About::default() });
        for about in who.chain(where_to) {
            found.extend(town.store().alerts_about(&about)?);
        }
        let written = self.telephones.iter().chain(named.and_then(|alert| alert.telephone.as_ref()));
        let called: BTreeSet<String> = written.flat_map(|telephone| numbers(telephone)).collect();
        for telephone in called {
            found.extend(town.store().alerts_about(&About { telephone: Some(telephone), ..About::default() })?);
        }
        Ok(found)
    }

    /// Whether an alert is about them.
    fn is_meant_by(&self, theirs: &Theirs, alert: &Alert, named: Option<&Alert>) -> bool {
        let goes_there = alert.household.is_some_and(|door| theirs.doors.contains(&door));
        match (self.subject.resident, alert.resident) {
            (Some(_), Some(meant)) => return theirs.residents.contains(&meant),
            (None, _) if named.is_none() => return goes_there,
            _ => {}
        }
        if named.is_some_and(|named| same_person(named, alert)) {
            return true;
        }
        let Some(name) = &self.name else { return false };
        let theirs = |written: &String| numbers(written);
        let mine: BTreeSet<String> = self.telephones.iter().flat_map(theirs).collect();
        let called = alert.telephone.iter().flat_map(theirs).any(|number| number.len() >= 7 && mine.contains(&number));
        let at_home = goes_there && alert.name == *name;
        at_home || (called && names_agree(name, &alert.name))
    }
}

fn split(gathered: &Gathered, moment: Time) -> Split {
    let (mut then, mut later, mut after) = (Vec::new(), Vec::new(), Vec::new());
    let mut edited: BTreeMap<DocumentId, Time> = BTreeMap::new();
    let had_happened = |traced: &Traced, view: View| {
        let record = traced.seen(view)?;
        Some(record.moment().unwrap_or_else(|| traced.header.written()) <= moment)
    };
    // What lies at a double was known as theirs once the server was told whose double it is.
    let was_theirs = |traced: &Traced| {
        let door = gathered.door.as_ref();
        let id = traced.stored.id;
        door.is_none_or(|door| door.lies(id, View::Then) || !door.lies(id, View::Now))
    };
    for traced in gathered.records() {
        let (part, view) = if was_theirs(traced) && had_happened(traced, View::Then) == Some(true) {
            (&mut then, View::Then)
        } else if had_happened(traced, View::Now) == Some(true) {
            (&mut later, View::Now)
        } else {
            (&mut after, View::Now)
        };
        part.extend(traced.known(view));
        edited.extend(traced.changed.map(|changed| (traced.stored.id, changed)));
    }
    let listed = |known| {
        let entries = dossier(known).into_iter();
        entries.map(|entry| Listed { edited_since: edited.get(&entry.id).copied(), entry }).collect()
    };
    Split { known_then: listed(then), came_later: listed(later), afterwards: listed(after) }
}

impl Subject {
    /// Somebody behind a door.
    #[must_use]
    pub const fn resident(household: HouseholdId, resident: ResidentId) -> Self {
        Self { household: Some(household), resident: Some(resident), alert: None }
    }

    /// A door, and whoever lives there.
    #[must_use]
    pub const fn door(household: HouseholdId) -> Self {
        Self { household: Some(household), resident: None, alert: None }
    }

    /// Whoever an alert is about.
    #[must_use]
    pub const fn alert(alert: AlertId) -> Self {
        Self { household: None, resident: None, alert: Some(alert) }
    }
}
