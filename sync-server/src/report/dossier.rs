//! One person's dossier, as the server knows it, for somebody (L4).
//!
//! Floor: sync-server, report. Invariant: made for a person, and shows what lies in the scopes that they hold.

use std::collections::BTreeSet;

use qiaomen_core::document::Document;
use qiaomen_core::dossier::{self, Entry, Known};
use qiaomen_core::projection::Cell;
use qiaomen_core::record::{
    AlertId, DocumentId, Fields, Household, HouseholdId, Kind, PersonId, Record, Scope, Time, Value,
};
use serde::Serialize;

use super::cases::{CaseFile, Fact};
use crate::store::{RecordRow, StoreError, Wanted};
use crate::town::Town;

/// The table of alerts.
const ALERT: &str = "alert";

/// Everything about one person.
#[derive(Clone, Debug, Serialize)]
pub struct Dossier {
    /// Their name, as the alert that was asked for says it.
    pub name: String,
    /// Everything, the oldest first.
    pub entries: Vec<Entry>,
    /// What was put right in the alerts, the oldest first.
    pub corrections: Vec<Correction>,
}

/// One field of an alert that was put right.
#[derive(Clone, Debug, Serialize)]
pub struct Correction {
    /// The alert.
    pub alert: AlertId,
    /// When it arrived.
    pub arrived: Time,
    /// By whom.
    pub by: PersonId,
    /// The field, a place's behind its identifier.
    pub field: String,
    /// What stood there; nothing where nothing did, or only who it is about.
    pub before: Option<String>,
    /// What was put there.
    pub after: Option<String>,
}

/// What was put right in an alert.
pub(super) fn corrections(town: &Town, id: AlertId) -> Result<Vec<Correction>, StoreError> {
    let changes = town.store().changes(id.into())?;
    let wanted = Wanted { actors: changes.iter().map(|change| change.actor).collect(), ..Wanted::default() };
    let actors = town.store().context(&wanted)?.actors;
    let fields = |upto: usize| {
        let raw = changes.iter().take(upto).map(|change| change.bytes.as_slice());
        Document::load(raw).map(|document| document.fields()).unwrap_or_default()
    };
    let mut found = Vec::new();
    let mut before = fields(1);
    for (at, change) in changes.iter().enumerate().skip(1) {
        let after = fields(at + 1);
        let arrived = town.store().log_entries(change.sequence.saturating_sub(1), 1)?;
        if let (Some(row), Some(actor)) = (arrived.first(), actors.get(&change.actor)) {
            found.extend(before.difference(&after).into_iter().map(|edit| Correction {
                alert: id,
                arrived: row.entry.arrival,
                by: actor.person,
                field: edit.path.join("."),
                before: stood(&before, &edit.path).and_then(|value| shown(town, &edit.path, value)),
                after: shown(town, &edit.path, &edit.value),
            }));
        }
        before = after;
    }
    Ok(found)
}

/// What stands under a path.
pub(crate) fn stood<'f>(fields: &'f Fields, path: &[Box<str>]) -> Option<&'f Value> {
    let (first, rest) = path.split_first()?;
    match (fields.get(first), rest.is_empty()) {
        (found, true) => found,
        (Some(Value::Map(inner)), false) => stood(inner, rest),
        _ => None,
    }
}

/// A value as somebody reads it; identifiers are not.
fn shown(town: &Town, path: &[Box<str>], value: &Value) -> Option<String> {
    const TIMES: [&str; 4] = ["issued", "reached_station", "passed_on", "entered"];
    let key = path.last().map_or("", |key| &**key);
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Int(millis) if TIMES.contains(&key) => Some(town.zone().written(Time::from_millis(*millis))),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Map(fields) => fields.text("address").ok().map(str::to_owned),
        Value::Null | Value::Bytes(_) => None,
    }
}

/// The alerts that a text names: by identifier, number on the issuer's platform, or the person's telephone.
///
/// # Errors
/// As the store.
pub fn alerts_called(town: &Town, text: &str) -> Result<Vec<AlertId>, StoreError> {
    if let Ok(id) = text.parse::<AlertId>() {
        return Ok(vec![id]);
    }
    alerts(town, |row| {
        let is = |column: &str| matches!(row.cell(ALERT, column), Some(Cell::Text(have)) if have == text);
        is("platform_number") || is("telephone")
    })
}

/// The alerts whose rows `fits` takes.
fn alerts(town: &Town, fits: impl Fn(&RecordRow) -> bool) -> Result<Vec<AlertId>, StoreError> {
    let mut found = Vec::new();
    town.store().walk_rows(ALERT, &mut |row| {
        if fits(&row) {
            found.push(row.document.id.into());
        }
        Ok(())
    })?;
    Ok(found)
}

/// The dossier of the person whom an alert is about, for `reader`; none where there is no such alert, or they do not
/// hold it.
///
/// # Errors
/// As the store.
pub fn dossier(town: &Town, id: AlertId, reader: PersonId) -> Result<Option<Dossier>, StoreError> {
    let held: BTreeSet<Scope> = town.scopes_of(reader)?.into_iter().collect();
    if !held.contains(&Scope::CaseFile(id)) {
        return Ok(None);
    }
    let Some(asked) = CaseFile::read(town, id)? else { return Ok(None) };
    let alert = asked.alert.clone();
    let (resident, household) = (alert.resident.map(|id| *id.bytes()), alert.household.map(|id| *id.bytes()));
    let telephone = alert.telephone.as_deref().map(dossier::digits);
    // Only those that may be about the same person are read whole.
    let others = alerts(town, |row| {
        let is = |column: &str, id: Option<[u8; 16]>| {
            id.is_some_and(|id| matches!(row.cell(ALERT, column), Some(Cell::Blob(have)) if *have == id))
        };
        let called = || match (row.cell(ALERT, "telephone"), &telephone) {
            (Some(Cell::Text(have)), Some(telephone)) => dossier::digits(have) == *telephone,
            _ => false,
        };
        is("resident", resident) || is("household", household) || called()
    })?;
    let mut known: Vec<Known> = Vec::new();
    let mut doors = BTreeSet::new();
    let mut take = |file: CaseFile, doors: &mut BTreeSet<_>| {
        doors.extend(file.alert.household.zip(file.alert.resident));
        known.push(file.own.known());
        known.extend(file.facts.into_iter().map(Fact::known));
    };
    take(asked, &mut doors);
    for other in others.into_iter().filter(|other| *other != id && held.contains(&Scope::CaseFile(*other))) {
        if let Some(file) = CaseFile::read(town, other)?.filter(|file| dossier::same_person(&alert, &file.alert)) {
            take(file, &mut doors);
        }
    }
    for (household, resident) in doors {
        let (facts, merged) = merged_with(town, household)?;
        let them = dossier::everywhere(resident, &merged);
        let about = |known: &Known| them.iter().any(|one| dossier::is_about(&known.record, *one));
        for fact in facts {
            known.extend(read(town, fact, &held)?.filter(about));
        }
    }
    let mut put_right = Vec::new();
    for known in &known {
        if known.header.kind == Kind::Alert {
            put_right.extend(corrections(town, known.id.into())?);
        }
    }
    put_right.sort_by_key(|one| one.arrived);
    Ok(Some(Dossier { name: alert.name, entries: dossier::dossier(known), corrections: put_right }))
}

/// What was recorded at a door and at those that were merged with it, and these doors.
pub(super) fn merged_with(
    town: &Town,
    household: HouseholdId,
) -> Result<(Vec<DocumentId>, Vec<Household>), StoreError> {
    let door = |id: DocumentId| -> Result<Option<(Scope, Household)>, StoreError> {
        let found = town.document(id)?.map(|(stored, document)| (stored.scope, document.record()));
        Ok(match found {
            Some((scope, Ok(Record::Household(door)))) => Some((scope, door)),
            _ => None,
        })
    };
    let mut doors = Vec::new();
    let mut seen = BTreeSet::new();
    let (mut at, mut lies) = (household, None);
    // Up to the door that stands, within one grid; a ring ends where it began.
    while seen.insert(at) {
        let Some((scope, record)) = door(at.into())? else { break };
        if *lies.get_or_insert(scope) != scope {
            break;
        }
        let Some(next) = record.merged_into else { break };
        if door(next.into())?.is_none_or(|(there, _)| there != scope) {
            break;
        }
        at = next;
    }
    let mut facts = town.store().facts_of(at.into())?;
    facts.sort_unstable();
    for id in facts.iter().copied().chain([at.into()]) {
        if town.store().document(id)?.is_some_and(|stored| stored.kind == Kind::Household) {
            doors.extend(door(id)?.map(|(_, door)| door));
        }
    }
    Ok((facts, doors))
}

fn read(town: &Town, id: DocumentId, held: &BTreeSet<Scope>) -> Result<Option<Known>, StoreError> {
    let Some(stored) = town.store().document(id)?.filter(|stored| held.contains(&stored.scope)) else {
        return Ok(None);
    };
    Ok(Fact::of(stored, &town.store().changes(id)?).map(Fact::known))
}
