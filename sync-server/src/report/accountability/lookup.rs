//! Who is meant by a name, a telephone, an address, an alert's number or an identifier.
//!
//! Floor: sync-server, report. Invariants: whoever is listed lies in a grid or case file that the reader holds as a
//! supervisor or as the police; somebody who has left the town is found too, and somebody who was never on the roster by
//! the alerts about them.

use std::collections::BTreeSet;

use qiaomen_core::dossier::digits;
use qiaomen_core::projection::Cell;
use qiaomen_core::projection::search::{self, Parts, Search};
use qiaomen_core::record::{
    Address, Alert, AlertId, AreaId, DocumentId, Household, HouseholdId, Kind, PersonId, Record, ResidentId, Scope,
    Time, numbers,
};
use serde::{Deserialize, Serialize};

use super::Held;
use crate::store::StoreError;
use crate::town::Town;

/// At most so many are listed: whoever has more to choose from writes more.
const MOST: usize = 100;

/// The fewest digits of a telephone that people are found by.
const FEWEST_DIGITS: usize = 7;

/// Who is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// A name, a telephone, an address, an alert's number, or an identifier.
    pub text: String,
    /// The moment of the loss.
    pub moment: Time,
}

/// Somebody, or a door, that an account can be made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// The door.
    pub household: Option<HouseholdId>,
    /// Who behind it.
    pub resident: Option<ResidentId>,
    /// An alert about them.
    pub alert: Option<AlertId>,
}

/// By what somebody was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// By their place on the roster: name, telephone or address.
    Roster,
    /// By an alert about them.
    Alert,
}

/// Somebody who may be meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Match {
    /// Of whom an account can be made.
    pub subject: Subject,
    /// By what they were found.
    pub found: Found,
    /// Their name; none for a door behind which nobody is known.
    pub name: Option<String>,
    /// Their telephones.
    pub telephones: Vec<String>,
    /// Where they live.
    pub address: Option<Address>,
    /// The grid they live in, or the area of the alert.
    pub area: AreaId,
    /// Alerts about them that had been issued by the moment, as far as their alerts name them on the roster.
    pub alerts: Vec<AlertId>,
}

/// Who may be meant, of what `reader` holds as a supervisor or as the police.
///
/// # Errors
/// As the store.
pub fn lookup(town: &Town, reader: PersonId, query: &Query) -> Result<Vec<Match>, StoreError> {
    let held = Held::of(town, reader)?;
    let text = query.text.trim();
    if text.is_empty() || held.is_nothing() {
        return Ok(Vec::new());
    }
    let doors = doors(town, &held, text)?;
    let alerts = alerts(town, &held, text)?;
    let mut found: Vec<Match> = Vec::new();
    for (id, grid, household) in &doors {
        found.extend(behind(text, *id, *grid, household));
        if found.len() > MOST {
            break;
        }
    }
    let mut listed: BTreeSet<AlertId> = BTreeSet::new();
    for one in &mut found {
        if let Some(resident) = one.subject.resident {
            let alerts = town
                .store()
                .alerts_about(&crate::store::About { resident: Some(resident), ..crate::store::About::default() })?;
            for alert in alerts {
                let Some(Record::Alert(said)) = alert_record(town, &held, alert)? else { continue };
                listed.insert(alert);
                if said.issued <= query.moment {
                    one.alerts.push(alert);
                }
            }
        }
    }
    for (id, alert) in alerts.into_iter().filter(|(id, _)| !listed.contains(id)) {
        let issued = Some(id).filter(|_| alert.issued <= query.moment);
        let one = by_alert(town, &held, id, alert)?;
        // Several alerts may be about one person.
        match found.iter_mut().find(|have| have.subject == one.subject) {
            Some(have) => have.alerts.extend(issued),
            None => found.push(Match { alerts: issued.into_iter().collect(), ..one }),
        }
    }
    found.truncate(MOST);
    Ok(found)
}

/// Whoever an alert is about: the resident that it names, where their door is held too.
fn by_alert(town: &Town, held: &Held, id: AlertId, alert: Alert) -> Result<Match, StoreError> {
    let mut one = Match {
        subject: Subject::alert(id),
        found: Found::Alert,
        name: Some(alert.name),
        telephones: alert.telephone.into_iter().collect(),
        address: None,
        area: alert.area,
        alerts: Vec::new(),
    };
    if let Some((household, resident)) = alert.household.zip(alert.resident)
        && let Some((stored, document)) = town.document(household.into())?
        && let (true, Scope::Grid(grid), Ok(Record::Household(door))) =
            (held.lies_here(&stored), stored.scope, document.record())
        && let Some(said) = door.residents.get(&resident)
    {
        one.subject = Subject::resident(household, resident);
        one.name = Some(said.name.clone());
        one.telephones = said.telephones.iter().cloned().collect();
        (one.address, one.area) = (Some(door.address), grid);
    }
    Ok(one)
}

fn alert_record(town: &Town, held: &Held, alert: AlertId) -> Result<Option<Record>, StoreError> {
    if held.alert(town, alert)?.is_none() {
        return Ok(None);
    }
    Ok(town.document(alert.into())?.and_then(|(_, document)| document.record().ok()))
}

/// The doors that the text finds, by their address or by whoever lives there.
fn doors(town: &Town, held: &Held, text: &str) -> Result<Vec<(HouseholdId, AreaId, Household)>, StoreError> {
    let mut ids: BTreeSet<DocumentId> = BTreeSet::new();
    if let Ok(id) = text.parse::<DocumentId>() {
        ids.insert(id);
        let mut wanted = BTreeSet::new();
        town.store().walk_cells("resident", &[], &mut |row, _| {
            if row.part == Some(*id.bytes()) {
                wanted.insert(row.document);
            }
            Ok(())
        })?;
        ids.extend(wanted);
    } else {
        let condition = Search::new(text).condition();
        town.store().walk_cells("household", &["search", "removed"], &mut |row, cells| {
            if let [Cell::Text(searched), Cell::Integer(0)] = cells
                && ids.len() <= MOST
                && matches!(row.scope, Scope::Grid(grid) if held.area(grid))
                && condition.holds(searched)
            {
                ids.insert(row.document);
            }
            Ok(())
        })?;
    }
    let mut found = Vec::new();
    for id in ids {
        let Some((stored, document)) = town.document(id)? else { continue };
        if let (true, Scope::Grid(grid), Ok(Record::Household(household))) =
            (stored.kind == Kind::Household && held.lies_here(&stored), stored.scope, document.record())
        {
            found.push((id.into(), grid, household));
        }
    }
    Ok(found)
}

/// Those behind a door who are meant: those that the text finds together with the address, or all where it names the
/// door; the door itself where nobody is known behind it.
fn behind(text: &str, id: HouseholdId, grid: AreaId, household: &Household) -> Vec<Match> {
    let address = &household.address;
    let parts = Parts {
        group: address.group.as_deref(),
        building: address.building.as_deref(),
        unit: address.unit.as_deref(),
        floor: address.floor,
        room: address.room.as_deref(),
        number: address.number.as_deref(),
    }
    .searched();
    let condition = Search::new(text).condition();
    let by_id = text.parse::<DocumentId>().ok();
    let names_the_door = condition.holds(&search::whole(&parts, &[])) || by_id == Some(id.into());
    let line = |subject, name, telephones| Match {
        subject,
        found: Found::Roster,
        name,
        telephones,
        address: Some(address.clone()),
        area: grid,
        alerts: Vec::new(),
    };
    let here = household.residents.iter().filter(|(_, resident)| !resident.removed);
    let meant = here.filter(|(resident, said)| {
        let section = search::resident(&said.name, said.telephones.iter().map(String::as_str));
        let named = condition.holds(&search::whole(&parts, &[section]));
        names_the_door || named || by_id.is_some_and(|id| id.bytes() == resident.bytes())
    });
    let mut found: Vec<Match> = meant
        .map(|(resident, said)| {
            let telephones = said.telephones.iter().cloned().collect();
            line(Subject::resident(id, *resident), Some(said.name.clone()), telephones)
        })
        .collect();
    if found.is_empty() && names_the_door {
        found.push(line(Subject::door(id), None, Vec::new()));
    }
    found
}

/// The alerts that the text names: by identifier, number, telephone, name, or a place where the person may be found.
fn alerts(town: &Town, held: &Held, text: &str) -> Result<Vec<(AlertId, Alert)>, StoreError> {
    let mut ids: BTreeSet<AlertId> = BTreeSet::new();
    if let Ok(id) = text.parse::<AlertId>() {
        ids.insert(id);
    } else {
        ids.extend(town.store().alerts_numbered(text)?.into_iter().map(|(id, _)| id));
        if digits(text).len() >= FEWEST_DIGITS {
            for telephone in numbers(text) {
                let about = crate::store::About { telephone: Some(telephone), ..crate::store::About::default() };
                ids.extend(town.store().alerts_about(&about)?);
            }
        }
        ids.extend(town.store().alerts_like(text, MOST)?);
    }
    let mut found = Vec::new();
    for id in ids {
        if let Some(Record::Alert(alert)) = alert_record(town, held, id)? {
            found.push((id, alert));
        }
    }
    found.sort_by_key(|(id, alert)| (std::cmp::Reverse(alert.issued), *id));
    Ok(found)
}
