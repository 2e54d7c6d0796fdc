//! All that is known of one door, and of one person behind it, for somebody (L4).
//!
//! Floor: sync-server, report. Invariant: made for a person, and shows what lies in the scopes that they hold.

use std::collections::BTreeSet;

use qiaomen_core::document::{Change, Document};
use qiaomen_core::dossier::{self, Entry, Known};
use qiaomen_core::record::{
    Alert, AlertId, AreaId, DocumentId, Fields, Household, HouseholdId, Kind, PersonId, Record, ResidentId, Scope,
    Time, Value,
};
use serde::Serialize;

use super::cases::{CaseFile, Fact};
use super::dossier::{Dossier, merged_with, stood};
use crate::store::{About, StoreError, StoredDocument, Wanted};
use crate::town::Town;

/// What somebody finds who looks for something.
#[derive(Clone, Debug)]
pub enum Found<T> {
    /// There is no such thing.
    Nothing,
    /// It lies where they hold nothing.
    Elsewhere,
    /// It is here.
    Here(T),
}

/// One field of a door that somebody changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The keys from the root; the second is a resident's where the first is `residents`.
    pub path: Vec<String>,
    /// What stood there.
    pub before: Option<String>,
    /// What was put there.
    pub after: Option<String>,
}

/// What somebody changed at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edited {
    /// When it was written, by the clock of whoever wrote it.
    pub written: Time,
    /// When it arrived.
    pub arrived: Time,
    /// By whom; none where nobody knows.
    pub by: Option<PersonId>,
    /// Whether the door was entered by it.
    pub first: bool,
    /// The fields.
    pub fields: Vec<FieldChange>,
}

/// An alert that names the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The alert.
    pub id: AlertId,
    /// What it says.
    pub alert: Alert,
    /// When it arrived.
    pub arrived: Time,
}

/// All that is known of one door.
#[derive(Clone, Debug)]
pub struct HouseholdFile {
    /// The door.
    pub id: HouseholdId,
    /// The grid that it lies in.
    pub grid: AreaId,
    /// What it says.
    pub household: Household,
    /// Its columns.
    pub stored: StoredDocument,
    /// The door that it counts for, where it was merged into another.
    pub stands_at: Option<HouseholdId>,
    /// The doors that were merged into it.
    pub merged: Vec<(HouseholdId, Household)>,
    /// What was recorded at it, the oldest first: visits, those for alerts among them, pledges, consents, reviews,
    /// decisions.
    pub entries: Vec<Entry>,
    /// The alerts that name it or somebody behind it.
    pub alerts: Vec<Named>,
    /// Who changed what, the newest first.
    pub edits: Vec<Edited>,
}

/// All that is known of a door, for `reader`.
///
/// # Errors
/// As the store.
pub fn household(town: &Town, id: HouseholdId, reader: PersonId) -> Result<Found<HouseholdFile>, StoreError> {
    let Some((stored, document)) = town.document(id.into())? else { return Ok(Found::Nothing) };
    let (Scope::Grid(grid), Ok(Record::Household(household))) = (stored.scope, document.record()) else {
        return Ok(Found::Nothing);
    };
    let held: BTreeSet<Scope> = town.scopes_of(reader)?.into_iter().collect();
    if !held.contains(&stored.scope) {
        return Ok(Found::Elsewhere);
    }
    let mut known: Vec<Known> = Vec::new();
    let mut merged = Vec::new();
    for fact in town.store().facts_of(id.into())? {
        // A fact belongs to its door while both lie in one grid.
        let Some(filed) = town.store().document(fact)?.filter(|filed| filed.scope == stored.scope) else { continue };
        let Some(fact) = Fact::of(filed, &town.store().changes(fact)?) else { continue };
        match &fact.record {
            Record::Household(other) => merged.push((fact.stored.id.into(), other.clone())),
            _ => known.push(fact.known()),
        }
    }
    let alerts = alerts(town, &About { resident: None, household: Some(id), telephone: None }, &held)?;
    for alert in &alerts {
        let Some(file) = CaseFile::read(town, alert.id)? else { continue };
        let to_it =
            |fact: &Fact| matches!(&fact.record, Record::Visit(visit) if visit.household.is_none_or(|at| at == id));
        known.extend(file.facts.into_iter().filter(to_it).map(Fact::known));
    }
    let stands_at = household.merged_into;
    let edits = edits(town, id.into())?;
    let entries = dossier::dossier(known);
    Ok(Found::Here(HouseholdFile { id, grid, household, stored, stands_at, merged, entries, alerts, edits }))
}

/// The alerts about something, of those whose case files are held, the newest first.
fn alerts(town: &Town, about: &About, held: &BTreeSet<Scope>) -> Result<Vec<Named>, StoreError> {
    let mut found = Vec::new();
    for id in town.store().alerts_about(about)? {
        if !held.contains(&Scope::CaseFile(id)) {
            continue;
        }
        if let Some((stored, document)) = town.document(id.into())?
            && let Ok(Record::Alert(alert)) = document.record()
        {
            found.push(Named { id, alert, arrived: stored.arrival });
        }
    }
    found.sort_by_key(|named| (std::cmp::Reverse(named.alert.issued), named.id));
    Ok(found)
}

/// The dossier of somebody behind a door, for `reader`: what was recorded of them at it and at the doors that were merged
/// with it, and the case files about them that the reader holds.
///
/// # Errors
/// As the store.
pub fn of_resident(
    town: &Town,
    (household, resident): (HouseholdId, ResidentId),
    reader: PersonId,
) -> Result<Found<Dossier>, StoreError> {
    let Some((stored, document)) = town.document(household.into())? else { return Ok(Found::Nothing) };
    let (Scope::Grid(_), Ok(Record::Household(door))) = (stored.scope, document.record()) else {
        return Ok(Found::Nothing);
    };
    let held: BTreeSet<Scope> = town.scopes_of(reader)?.into_iter().collect();
    if !held.contains(&stored.scope) {
        return Ok(Found::Elsewhere);
    }
    let Some(person) = door.residents.get(&resident) else { return Ok(Found::Nothing) };
    let (facts, doors) = merged_with(town, household)?;
    let them = dossier::everywhere(resident, &doors);
    let mut known = Vec::new();
    for fact in facts {
        let Some(filed) = town.store().document(fact)?.filter(|filed| held.contains(&filed.scope)) else { continue };
        let Some(fact) = Fact::of(filed, &town.store().changes(fact)?) else { continue };
        if them.iter().any(|one| dossier::is_about(&fact.record, *one)) {
            known.push(fact.known());
        }
    }
    let mut files = BTreeSet::new();
    for one in &them {
        let about = About { resident: Some(*one), household: None, telephone: None };
        files.extend(alerts(town, &about, &held)?.into_iter().map(|named| named.id));
    }
    // An alert about one of them may be about the same person as others that name no resident.
    let first = files.first().copied();
    if let Some(more) = first.map(|first| super::dossier::dossier(town, first, reader)).transpose()?.flatten() {
        let of = |entry: &Entry| matches!(entry.kind, Kind::Alert);
        files.extend(more.entries.iter().filter(|entry| of(entry)).map(|entry| AlertId::from(entry.id)));
    }
    let mut corrections = Vec::new();
    for id in files {
        let Some(file) = CaseFile::read(town, id)? else { continue };
        corrections.extend(super::dossier::corrections(town, id)?);
        known.push(file.own.known());
        known.extend(file.facts.into_iter().map(Fact::known));
    }
    corrections.sort_by_key(|one| one.arrived);
    Ok(Found::Here(Dossier { name: person.name.clone(), entries: dossier::dossier(known), corrections }))
}

/// Who changed what of a document, the newest first.
fn edits(town: &Town, id: DocumentId) -> Result<Vec<Edited>, StoreError> {
    let changes = town.store().changes(id)?;
    let wanted = Wanted { actors: changes.iter().map(|change| change.actor).collect(), ..Wanted::default() };
    let actors = town.store().context(&wanted)?.actors;
    let mut found = Vec::new();
    let mut document: Option<Document> = None;
    let mut before = Fields::new();
    for change in &changes {
        let Ok(parsed) = Change::parse(&change.bytes) else { continue };
        let first = document.is_none();
        match &mut document {
            None => document = Document::load([change.bytes.as_slice()]).ok(),
            Some(document) => {
                // One that this version does not take shows nowhere else either.
                let _ = document.apply(&parsed);
            }
        }
        let after = document.as_ref().map(Document::fields).unwrap_or_default();
        let row = town.store().log_entries(change.sequence.saturating_sub(1), 1)?;
        let Some(arrived) = row.first().map(|row| row.entry.arrival) else { continue };
        let fields = if first { Vec::new() } else { compared(&before, &after) };
        if first || !fields.is_empty() {
            found.push(Edited {
                written: Time::from_millis(parsed.seconds().saturating_mul(1_000)),
                arrived,
                by: actors.get(&change.actor).map(|note| note.person),
                first,
                fields,
            });
        }
        before = after;
    }
    found.reverse();
    Ok(found)
}

fn compared(before: &Fields, after: &Fields) -> Vec<FieldChange> {
    let of = |edit: &qiaomen_core::record::field::Edit| FieldChange {
        path: edit.path.iter().map(|key| key.to_string()).collect(),
        before: stood(before, &edit.path).and_then(text),
        after: text(&edit.value),
    };
    before.difference(after).iter().map(of).collect()
}

/// A value as text; somebody who was added is told by their name.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Map(fields) => fields.text("name").ok().map(str::to_owned),
        Value::Null | Value::Bytes(_) => None,
    }
}
