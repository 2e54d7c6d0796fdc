//! Fields that show several values, and the word of a supervisor on which of them counts.
//!
//! Floor: sync-server, amend. Invariants: shown to supervisors of where the record lies, and to nobody else; nothing is
//! hidden: the value that counts now and all others, with who and when; a settled field was settled by an ordinary change,
//! with a record of why beside it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use qiaomen_core::document::ChangeHash;
use qiaomen_core::record::{Decision, DecisionAbout, DocumentId, Kind, PersonId, Random, Record, Scope, Time, Value};
use serde::Serialize;

use super::rights::Rights;
use super::{AmendError, Listed, Page, Who, named, who, write};
use crate::access::field_of;
use crate::author::Draft;
use crate::store::{StoreError, StoredDocument, Wanted};
use crate::town::Town;

/// A field with several values.
#[derive(Clone, Debug, Serialize)]
pub struct FieldConflict {
    /// The record.
    pub document: DocumentId,
    /// What it is.
    pub kind: Kind,
    /// What people call it: a door by its address, a person by their name.
    pub name: String,
    /// The keys from the root to the field, for [`settle`].
    pub path: Vec<String>,
    /// Of somebody behind a door, their name.
    pub resident: Option<String>,
    /// The field: the last key.
    pub field: String,
    /// What was written; the first one counts now.
    pub values: Vec<FieldValue>,
    /// Whether the reader may settle it: some fields are for their record's author alone.
    pub can_settle: bool,
}

/// One of several values.
#[derive(Clone, Debug, Serialize)]
pub struct FieldValue {
    /// The change that wrote it, for [`settle`].
    pub change: String,
    /// The value, as it is written; none where the field was cleared.
    pub value: Option<String>,
    /// The same as the record has it.
    #[serde(skip)]
    pub raw: Value,
    /// Who wrote it, where that is known.
    pub by: Option<Who>,
    /// When, by the writer's corrected clock.
    pub at: Time,
}

/// The records with several values that somebody sees, and what they may do there.
fn seen(town: &Town, reader: PersonId) -> Result<(Vec<StoredDocument>, Rights), StoreError> {
    let mut all = town.store().conflicted()?;
    let rights = Rights::of(town, reader, all.iter().map(|stored| stored.scope))?;
    all.retain(|stored| rights.decides(stored.scope));
    Ok((all, rights))
}

/// How many fields show several values, of records that lie where the reader is a supervisor.
///
/// # Errors
/// [`AmendError::Store`].
pub fn count(town: &Town, reader: PersonId) -> Result<usize, AmendError> {
    let (all, _) = seen(town, reader)?;
    Ok(all.iter().map(|stored| stored.conflicts as usize).sum())
}

/// The fields that show several values, of records that lie where the reader is a supervisor; a page is of records.
///
/// # Errors
/// [`AmendError::Store`].
pub fn list(town: &Town, reader: PersonId, page: Page) -> Result<Listed<FieldConflict>, AmendError> {
    let (all, rights) = seen(town, reader)?;
    let Listed { total, skip, list } = page.of(all);
    let mut found = Vec::new();
    let mut people: HashMap<PersonId, Who> = HashMap::new();
    for stored in list {
        let Some((stored, document)) = town.document(stored.id)? else { continue };
        let conflicts = document.conflicts();
        let actors = conflicts.iter().flat_map(|conflict| conflict.values.iter().map(|value| value.actor)).collect();
        let actors = town.store().context(&Wanted { actors, ..Wanted::default() })?.actors;
        let (kind, name) = named(town, stored.id)?.unwrap_or_else(|| (stored.kind.clone(), String::new()));
        for conflict in conflicts {
            let mut values = Vec::with_capacity(conflict.values.len());
            for candidate in conflict.values {
                let person = actors.get(&candidate.actor).map(|note| note.person);
                let by = match person {
                    None => None,
                    Some(person) => Some(match people.entry(person) {
                        Entry::Occupied(known) => known.get().clone(),
                        Entry::Vacant(place) => place.insert(who(town, person)?).clone(),
                    }),
                };
                values.push(FieldValue {
                    change: candidate.change.to_string(),
                    value: shown(&candidate.value),
                    raw: candidate.value,
                    by,
                    at: Time::from_millis(candidate.seconds.saturating_mul(1000)),
                });
            }
            let root = conflict.path.first().map(|key| &**key).unwrap_or_default();
            let resident = match (document.fields().get(root), conflict.path.get(1)) {
                (Some(Value::Map(parts)), Some(part)) => match parts.get(part) {
                    Some(Value::Map(part)) => part.text("name").ok().map(str::to_owned),
                    _ => None,
                },
                _ => None,
            };
            found.push(FieldConflict {
                document: stored.id,
                kind: kind.clone(),
                name: name.clone(),
                can_settle: rights.edits(stored.author, &stored.kind, stored.scope, root),
                field: conflict.path.last().map(|key| key.to_string()).unwrap_or_default(),
                path: conflict.path.iter().map(|key| key.to_string()).collect(),
                resident,
                values,
            });
        }
    }
    Ok(Listed { total, skip, list: found })
}

/// A value as somebody reads it; an identifier as such.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Map(_) => None,
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.to_string()),
        Value::Bytes(bytes) => Some(match DocumentId::from_slice(bytes) {
            Ok(id) => id.to_string(),
            Err(_) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        }),
    }
}

/// What is to be settled.
#[derive(Clone, Copy, Debug)]
pub struct Settling<'s> {
    /// The record.
    pub document: DocumentId,
    /// The keys from the root to the field.
    pub path: &'s [String],
    /// The changes whose values whoever settles it was shown.
    pub seen: &'s [String],
    /// The one of them whose value is to count.
    pub change: &'s str,
    /// Why.
    pub reason: &'s str,
}

/// Has one of a field's values count from now on; returns the record of why.
///
/// # Errors
/// [`AmendError`]; [`AmendError::MovedOn`] where the field shows other values than those that were seen.
pub fn settle(
    town: &Town,
    by: PersonId,
    what: &Settling<'_>,
    now: Time,
    random: &mut dyn Random,
) -> Result<DocumentId, AmendError> {
    let Some((stored, document)) = town.document(what.document)? else { return Err(AmendError::Unknown) };
    let rights = Rights::of(town, by, [stored.scope])?;
    let root = what.path.first().map(String::as_str).unwrap_or_default();
    if !rights.decides(stored.scope) || !rights.edits(stored.author, &stored.kind, stored.scope, root) {
        return Err(AmendError::NotPermitted);
    }
    let path: Vec<Box<str>> = what.path.iter().map(|key| key.as_str().into()).collect();
    let conflict =
        document.conflicts().into_iter().find(|conflict| conflict.path == path).ok_or(AmendError::MovedOn)?;
    // A value that came in since would be settled away unseen.
    let stands: BTreeSet<String> = conflict.values.iter().map(|one| one.change.to_string()).collect();
    if stands != what.seen.iter().cloned().collect() {
        return Err(AmendError::MovedOn);
    }
    let is_chosen = |change: &ChangeHash| change.to_string() == what.change;
    let chosen = conflict.values.into_iter().find(|one| is_chosen(&one.change)).ok_or(AmendError::MovedOn)?;
    if matches!(stored.kind, Kind::Household | Kind::Unit)
        && field_of(root) == "grid"
        && !matches!(&chosen.value, Value::Bytes(bytes) if may_hold(town, by, &stored, bytes)?)
    {
        return Err(AmendError::NotPermitted);
    }
    let decision = Record::from(Decision {
        subject: what.document,
        about: DecisionAbout::Settle,
        field: Some(what.path.join(".")),
        other: None,
        reason: what.reason.trim().to_owned(),
        at: now,
        moved_from: None,
        residents: Default::default(),
        filled: Default::default(),
    });
    decision.validate()?;
    let id = DocumentId::fresh(now, random);
    let drafts = vec![
        Draft::Settle { id: what.document, path, value: chosen.value },
        Draft::Create { id, record: Box::new(decision), scope: stored.scope },
    ];
    write(town, by, drafts, now, random)?;
    Ok(id)
}

/// Whether somebody may file a door in the grid of these bytes.
fn may_hold(town: &Town, by: PersonId, stored: &StoredDocument, bytes: &[u8]) -> Result<bool, StoreError> {
    let Ok(grid) = qiaomen_core::record::AreaId::from_slice(bytes) else { return Ok(false) };
    let scope = Scope::Grid(grid);
    Ok(Rights::of(town, by, [scope])?.edits(stored.author, &stored.kind, scope, "grid"))
}
