//! Who answers for an area's alerts, and when (L11).
//!
//! Floor: sync-server, settings. Invariants: days are the town's own; a duty that has begun is ended and not called off,
//! so that who was on duty when an alert came can be told later.

use std::collections::HashMap;

use qiaomen_core::doors::AreaTree;
use qiaomen_core::record::{
    AreaId, Day, DocumentId, Duty, Invalid, Person, PersonId, Random, Reason, Record, Role, Time, Zone,
};
use serde::Serialize;

use super::{SettingError, changed, create, read, write};
use crate::report::area_tree;
use crate::store::StoreError;
use crate::town::Town;

/// The most days that are set at once.
pub const MOST_DAYS: usize = 366;

/// Who is to answer, and when.
#[derive(Clone, Debug)]
pub struct New {
    /// The area; the town's own for the station.
    pub area: AreaId,
    /// Who.
    pub person: PersonId,
    /// Who stands in.
    pub deputy: Option<PersonId>,
    /// From when until when, one after the other; [`stretches`] makes them of days.
    pub stretches: Vec<(Time, Time)>,
}

/// A duty, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The duty.
    pub id: DocumentId,
    /// The area.
    pub area: AreaId,
    /// What people call it.
    pub path: String,
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: Option<String>,
    /// Who stands in.
    pub deputy: Option<PersonId>,
    /// Their name.
    pub deputy_name: Option<String>,
    /// Whether it was called off.
    pub cancelled: bool,
}

/// Which duties are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those of now and later that were not called off.
    Coming,
    /// Those of a day, over or called off or not.
    On(Day),
    /// Those of the days from one to another, over or called off or not.
    Within(Day, Day),
}

/// What is wrong with the days of a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DaysError {
    /// The last day is before the first.
    #[error("the last day is before the first")]
    Backwards,
    /// There are more than [`MOST_DAYS`].
    #[error("these are too many days")]
    TooMany,
    /// The hour from which on it begins is no time of a day.
    #[error("the beginning is no time of a day")]
    From,
    /// The hour at which it ends is no time of a day.
    #[error("the end is no time of a day")]
    To,
}

/// From when until when somebody is on duty from one day to another: all days as one, or each day's hours, such as
/// 08:00 to 20:00; hours that do not end after they begin end on the day after.
///
/// # Errors
/// [`DaysError`].
pub fn stretches(
    zone: &Zone,
    (first, last): (Day, Day),
    hours: Option<(&str, &str)>,
) -> Result<Vec<(Time, Time)>, DaysError> {
    if last < first {
        return Err(DaysError::Backwards);
    }
    let after = |day: Day| day.tomorrow().map_err(|_| DaysError::TooMany);
    let mut stretches = Vec::new();
    let mut day = first;
    while day <= last {
        if stretches.len() >= MOST_DAYS {
            return Err(DaysError::TooMany);
        }
        stretches.push(match hours {
            Some((from, to)) => {
                let from = clock(zone, day, from).ok_or(DaysError::From)?;
                let until = clock(zone, day, to).ok_or(DaysError::To)?;
                let until = if until > from { until } else { clock(zone, after(day)?, to).ok_or(DaysError::To)? };
                (from, until)
            }
            None => (zone.start(day), zone.end(day)),
        });
        day = after(day)?;
    }
    // Whole days meet at midnight and are one stretch.
    Ok(if hours.is_none() { vec![(zone.start(first), zone.end(last))] } else { stretches })
}

/// A time of a day; 24:00 is its end.
fn clock(zone: &Zone, day: Day, text: &str) -> Option<Time> {
    if text == "24:00" {
        return Some(zone.end(day));
    }
    if text.len() != 5 || text.as_bytes().get(2) != Some(&b':') {
        return None;
    }
    zone.parse_local(&format!("{day} {text}")).ok()
}

/// The town's areas and people, by which duties are told.
struct Names {
    tree: AreaTree,
    people: HashMap<PersonId, Person>,
}

impl Names {
    fn read(town: &Town) -> Result<Self, StoreError> {
        Ok(Self { tree: area_tree(town)?, people: town.people()?.into_iter().collect() })
    }

    fn line(&self, id: DocumentId, duty: &Duty) -> Line {
        let name = |id: &PersonId| self.people.get(id).map(|person| person.name.clone());
        Line {
            id,
            area: duty.area,
            path: self.tree.path(duty.area),
            from: duty.from,
            until: duty.until,
            person: duty.person,
            name: name(&duty.person),
            deputy: duty.deputy,
            deputy_name: duty.deputy.as_ref().and_then(name),
            cancelled: duty.cancelled,
        }
    }

    fn is_able(&self, person: PersonId) -> bool {
        self.people.get(&person).is_some_and(is_able)
    }
}

/// Whether somebody could take an alert: an administrator reads no case file, and a system has no phone.
fn is_able(person: &Person) -> bool {
    !person.left && person.roles().any(|(role, _)| !matches!(role, Role::Administrator | Role::Integration))
}

/// Whoever could be on duty, by name.
///
/// # Errors
/// As the store.
pub fn able(town: &Town) -> Result<Vec<(PersonId, String)>, StoreError> {
    let people = town.people()?.into_iter().filter(|(_, person)| is_able(person));
    let mut able: Vec<_> = people.map(|(id, person)| (id, person.name)).collect();
    able.sort_by(|one, other| (&one.1, one.0).cmp(&(&other.1, other.0)));
    Ok(able)
}

/// Duties, the first to begin first.
///
/// # Errors
/// As the store.
pub fn list(town: &Town, which: Which, now: Time) -> Result<Vec<Line>, StoreError> {
    let (names, zone) = (Names::read(town)?, town.zone());
    let wanted = |duty: &Duty| match which {
        Which::On(day) => duty.from < zone.end(day) && zone.start(day) < duty.until,
        Which::Within(first, last) => duty.from < zone.end(last) && zone.start(first) < duty.until,
        Which::Coming => !duty.cancelled && now < duty.until,
    };
    Ok(duties(town)?.iter().filter(|(_, duty)| wanted(duty)).map(|(id, duty)| names.line(*id, duty)).collect())
}

/// Says who answers for an area's alerts.
///
/// # Errors
/// [`SettingError::Unable`] for somebody who could take no alert, [`SettingError::Past`] where a stretch is over,
/// [`SettingError::Taken`] where they are on duty there then already, [`SettingError::Invalid`],
/// [`SettingError::Denied`], or as the store.
pub fn add(
    town: &Town,
    by: PersonId,
    new: &New,
    now: Time,
    random: &mut dyn Random,
) -> Result<Vec<Line>, SettingError> {
    let names = Names::read(town)?;
    let New { area, person, deputy, stretches } = new;
    if names.tree.get(*area).is_none() {
        return Err(Invalid::new("area", Reason::Mismatch).into());
    }
    for who in std::iter::once(person).chain(deputy) {
        if !names.is_able(*who) {
            return Err(SettingError::Unable(*who));
        }
    }
    if stretches.is_empty() {
        return Err(SettingError::Nothing);
    }
    if stretches.iter().any(|(_, until)| *until <= now) {
        return Err(SettingError::Past);
    }
    let there = duties(town)?;
    let mut duties = Vec::with_capacity(stretches.len());
    for (from, until) in stretches {
        let meets = |duty: &Duty| duty.from < *until && *from < duty.until;
        if there.iter().any(|(_, duty)| !duty.cancelled && duty.area == *area && duty.person == *person && meets(duty))
        {
            return Err(SettingError::Taken);
        }
        let (from, until) = (*from, *until);
        duties.push(Duty { area: *area, from, until, person: *person, deputy: *deputy, cancelled: false });
    }
    let made = create(town, by, duties.iter().cloned().map(Record::from).collect(), now, random)?;
    Ok(made.into_iter().zip(&duties).map(|(id, duty)| names.line(id, duty)).collect())
}

/// Ends a duty now, or calls it off before it begins.
///
/// # Errors
/// [`SettingError::Unknown`], [`SettingError::Over`], [`SettingError::Denied`], or as the store.
pub fn end(
    town: &Town,
    by: PersonId,
    id: DocumentId,
    now: Time,
    random: &mut dyn Random,
) -> Result<Line, SettingError> {
    let found = duties(town)?.into_iter().find(|(other, _)| *other == id);
    let (_, before) = found.ok_or(SettingError::Unknown)?;
    if before.cancelled || before.until <= now {
        return Err(SettingError::Over);
    }
    let mut after = before.clone();
    if before.from < now {
        after.until = now;
    } else {
        after.cancelled = true;
    }
    write(town, by, vec![changed(id, before, after.clone())?], now, random)?;
    Ok(Names::read(town)?.line(id, &after))
}

/// All, the first to begin first.
fn duties(town: &Town) -> Result<Vec<(DocumentId, Duty)>, StoreError> {
    let found = read(town, "duty", |record| match record {
        Record::Duty(duty) => Some(duty),
        _ => None,
    })?;
    let mut found: Vec<_> = found.into_iter().map(|(stored, duty)| (stored.id, duty)).collect();
    found.sort_by_key(|(id, duty)| (duty.from, *id));
    Ok(found)
}
