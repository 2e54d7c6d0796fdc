//! One person's dossier, as the server knows it, for somebody (L4).
//!
//! Floor: sync-server, report. Invariant: made for a person, and shows what lies in the scopes that they hold.

use std::collections::BTreeSet;

use qiaomen_core::dossier::{self, Entry, Known};
use qiaomen_core::projection::Cell;
use qiaomen_core::record::{AlertId, DocumentId, PersonId, Scope};
use serde::Serialize;

use super::cases::{CaseFile, Fact};
use crate::store::{RecordRow, StoreError};
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
        for fact in town.store().facts_of(household.into())? {
            known.extend(read(town, fact, &held)?.filter(|known| dossier::is_about(&known.record, resident)));
        }
    }
    Ok(Some(Dossier { name: alert.name, entries: dossier::dossier(known) }))
}

fn read(town: &Town, id: DocumentId, held: &BTreeSet<Scope>) -> Result<Option<Known>, StoreError> {
    let Some(stored) = town.store().document(id)?.filter(|stored| held.contains(&stored.scope)) else {
        return Ok(None);
    };
    Ok(Fact::of(stored, &town.store().changes(id)?).map(Fact::known))
}
