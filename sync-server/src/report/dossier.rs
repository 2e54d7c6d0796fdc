//! One person's dossier, as the server knows it, for somebody (L4).
//!
//! Floor: sync-server, report. Invariant: made for a person, and shows what lies in the scopes that they hold.

use std::collections::BTreeSet;

use qiaomen_core::dossier::{self, Entry, Known};
use qiaomen_core::projection::{Cell, table_named};
use qiaomen_core::record::{AlertId, DocumentId, PersonId, Record, Scope};
use serde::Serialize;

use super::cases::{CaseFile, Fact};
use crate::store::StoreError;
use crate::town::Town;

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
    let mut found = Vec::new();
    alerts(
        town,
        |cell| {
            let is = |column: &str| matches!(cell(column), Some(Cell::Text(have)) if have == text);
            is("platform_number") || is("telephone")
        },
        &mut found,
    )?;
    Ok(found)
}

/// The alerts whose rows `fits` takes.
fn alerts<'r>(
    town: &Town,
    fits: impl for<'c> Fn(&dyn Fn(&str) -> Option<&'c Cell>) -> bool + 'r,
    found: &mut Vec<AlertId>,
) -> Result<(), StoreError> {
    let table = table_named("alert").ok_or(StoreError::Damaged("a table there is not"))?;
    town.store().walk_rows("alert", &mut |row| {
        let cell = |name: &str| {
            let at = table.columns.iter().position(|column| column.name == name)?;
            row.cells.get(at)
        };
        if fits(&cell) {
            found.push(row.document.id.into());
        }
        Ok(())
    })
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
    let (alert, own) = (asked.alert.clone(), id);
    let mut others = Vec::new();
    let (resident, household) = (alert.resident, alert.household);
    let is = |cell: Option<&Cell>, id: Option<&[u8; 16]>| {
        id.is_some_and(|id| matches!(cell, Some(Cell::Blob(have)) if have.as_slice() == id))
    };
    alerts(
        town,
        |cell| {
            is(cell("resident"), resident.as_ref().map(|id| id.bytes()))
                || is(cell("household"), household.as_ref().map(|id| id.bytes()))
                || matches!(cell("telephone"), Some(Cell::Text(_)))
        },
        &mut others,
    )?;
    let mut known: Vec<Known> = Vec::new();
    let mut doors = BTreeSet::new();
    let mut take = |file: CaseFile, doors: &mut BTreeSet<_>| {
        doors.extend(file.alert.household.zip(file.alert.resident));
        known.push(file.own.known());
        known.extend(file.facts.into_iter().map(Fact::known));
    };
    take(asked, &mut doors);
    for other in others.into_iter().filter(|other| *other != own && held.contains(&Scope::CaseFile(*other))) {
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

/// Whether anything in it was not recorded that should have been.
#[must_use]
pub fn lacks_recordings(dossier: &Dossier) -> bool {
    let missing = |entry: &Entry| entry.recording == dossier::Recording::Missing;
    dossier.entries.iter().any(|entry| matches!(entry.record, Record::Visit(_)) && missing(entry))
}
