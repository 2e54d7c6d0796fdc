//! Merges that were made, and taking them apart again.
//!
//! Floor: sync-server, amend. Invariants: only what the merge itself wrote is taken back, and of that only what nobody has
//! written since; what stays is said; what was done is read from the record of why and from the documents' histories.

use std::collections::BTreeMap;

use qiaomen_core::document::Document;
use qiaomen_core::projection::Cell;
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    Decision, DecisionAbout, DocumentId, Fields, Household, HouseholdId, PersonId, Random, Record, Resident,
    ResidentId, Scope, Time, Value,
};
use serde::Serialize;

use super::plan::path_of;
use super::{Opened, may};
use crate::amend::rights::Rights;
use crate::amend::{AmendError, Listed, Page, Who, address, who, write};
use crate::author::Draft;
use crate::report::dossier::stood;
use crate::store::{StoreError, StoredDocument};
use crate::town::Town;

/// The table of why.
const TABLE: &str = "decision";

/// A merge.
#[derive(Clone, Debug, Serialize)]
pub struct MergeLine {
    /// The record of why.
    pub decision: DocumentId,
    /// The door that stays.
    pub keep: HouseholdId,
    /// Its address.
    pub keep_address: String,
    /// The door that is no longer shown.
    pub gone: HouseholdId,
    /// Its address.
    pub gone_address: String,
    /// By whom.
    pub by: Who,
    /// When.
    pub at: Time,
    /// Why.
    pub reason: String,
    /// How it was undone, if it was.
    pub undone: Option<UndoneMerge>,
    /// Whether the reader can undo it now.
    pub undoable: bool,
}

/// The undoing of a merge.
#[derive(Clone, Debug, Serialize)]
pub struct UndoneMerge {
    /// By whom.
    pub by: Who,
    /// When.
    pub at: Time,
    /// Why.
    pub reason: String,
}

/// Something that a merge wrote and that stays, since somebody wrote to it after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stayed {
    /// Whose it is; none for the door's own.
    pub resident: Option<ResidentId>,
    /// Their name.
    pub name: Option<String>,
    /// Which field.
    pub field: String,
}

/// What an undoing did.
#[derive(Clone, Debug, Serialize)]
pub struct Undone {
    /// The record of why.
    pub decision: DocumentId,
    /// The door that it had been merged into.
    pub keep: HouseholdId,
    /// Residents who had been copied, and are marked as removed there.
    pub removed: Vec<ResidentId>,
    /// What of the door that stays was written since, and so is left as it is; of those marked as removed, what was put
    /// right at that door only.
    pub stayed: Vec<Stayed>,
}

/// A decision about doors, from its row.
struct Row {
    stored: StoredDocument,
    about: DecisionAbout,
    gone: HouseholdId,
    keep: HouseholdId,
    at: Time,
    reason: String,
}

/// Every decision about merging, by acceptance number.
fn decisions(town: &Town) -> Result<Vec<Row>, StoreError> {
    let id = |cell: Option<&Cell>| match cell {
        Some(Cell::Blob(bytes)) => HouseholdId::from_slice(bytes).ok(),
        _ => None,
    };
    let mut found = Vec::new();
    town.store().walk_rows(TABLE, &mut |row| {
        let text = |column: &str| match row.cell(TABLE, column) {
            Some(Cell::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let about = DecisionAbout::from_word(&text("about"));
        let at = match row.cell(TABLE, "at") {
            Some(Cell::Integer(millis)) => Time::from_millis(*millis),
            _ => row.document.arrival,
        };
        if let (DecisionAbout::Merge | DecisionAbout::Unmerge, Some(gone), Some(keep)) =
            (&about, id(row.cell(TABLE, "subject")), id(row.cell(TABLE, "other")))
        {
            let reason = text("reason");
            found.push(Row { stored: row.document, about, gone, keep, at, reason });
        }
        Ok(())
    })?;
    found.sort_by_key(|row| row.stored.acceptance);
    Ok(found)
}

/// The merges in grids where the reader is a supervisor, newest first.
///
/// # Errors
/// [`AmendError::Store`].
pub fn merged(town: &Town, reader: PersonId, page: Page) -> Result<Listed<MergeLine>, AmendError> {
    let rows = decisions(town)?;
    let rights = Rights::of(town, reader, rows.iter().map(|row| row.stored.scope))?;
    let mut merges: Vec<(Row, Option<Row>)> = Vec::new();
    for row in rows.into_iter().filter(|row| rights.decides(row.stored.scope)) {
        match row.about {
            DecisionAbout::Merge => merges.push((row, None)),
            _ => {
                let open = merges.iter_mut().rev().find(|(merge, undone)| merge.gone == row.gone && undone.is_none());
                if let Some((_, undone)) = open {
                    *undone = Some(row);
                }
            }
        }
    }
    merges.reverse();
    let Listed { total, skip, list } = page.of(merges);
    let mut lines = Vec::with_capacity(list.len());
    for (merge, undone) in list {
        let (keep, gone) = (Opened::read(town, merge.keep)?, Opened::read(town, merge.gone)?);
        let holds = undone.is_none() && gone.record.merged_into == Some(merge.keep);
        let both = Rights::of(town, reader, [keep.stored.scope, gone.stored.scope])?;
        let undone = match undone {
            None => None,
            Some(row) => Some(UndoneMerge { by: who(town, row.stored.author)?, at: row.at, reason: row.reason }),
        };
        lines.push(MergeLine {
            decision: merge.stored.id,
            keep: merge.keep,
            keep_address: address(&keep.record.address),
            gone: merge.gone,
            gone_address: address(&gone.record.address),
            by: who(town, merge.stored.author)?,
            at: merge.at,
            reason: merge.reason,
            undone,
            undoable: holds
                && keep.record.merged_into.is_none()
                && both.decides(keep.stored.scope)
                && both.decides(gone.stored.scope),
        });
    }
    Ok(Listed { total, skip, list: lines })
}

/// The record of why a door was merged into the one that it names, and the other door's fields right after.
fn why(town: &Town, gone: &Opened, keep: HouseholdId) -> Result<Option<(Decision, Fields)>, AmendError> {
    let last = decisions(town)?
        .into_iter()
        .rfind(|row| row.about == DecisionAbout::Merge && row.gone == gone.id && row.keep == keep);
    let Some(row) = last else { return Ok(None) };
    let Some((_, document)) = town.document(row.stored.id)? else { return Ok(None) };
    let Ok(Record::Decision(decision)) = document.record() else { return Ok(None) };
    let first = town.store().changes(row.stored.id)?.first().map_or(0, |change| change.sequence);
    let changes = town.store().changes_until(keep.into(), first, None)?;
    let then = Document::load(changes.iter().map(Vec::as_slice)).map_err(|_| StoreError::Damaged("a document"))?;
    Ok(Some((decision, then.fields())))
}

/// Takes a merge apart again.
///
/// # Errors
/// [`AmendError`]; [`AmendError::Later`] where the door that stays was merged itself since.
pub fn undo(
    town: &Town,
    by: PersonId,
    gone: HouseholdId,
    reason: &str,
    now: Time,
    random: &mut dyn Random,
) -> Result<Undone, AmendError> {
    let gone = Opened::read(town, gone)?;
    may(town, by, &[&gone], &[])?;
    let keep = Opened::read(town, gone.record.merged_into.ok_or(AmendError::NoDoor)?)?;
    // Of a ring, either can be taken out.
    if keep.record.merged_into.is_some_and(|next| next != gone.id) {
        return Err(AmendError::Later);
    }
    // Somebody may have merged it by hand, and said no reason.
    let why = why(town, &gone, keep.id)?;
    let back = why.as_ref().and_then(|(decision, _)| decision.moved_from);
    may(town, by, &[&gone, &keep], &back.into_iter().collect::<Vec<_>>())?;

    let after = Household {
        merged_into: None,
        counterparts: Default::default(),
        grid: back.filter(|back| *back != gone.grid).or(gone.record.grid),
        ..gone.record.clone()
    };
    let gone_edits = Record::from(gone.record.clone()).fields().difference(&Record::from(after.clone()).fields());
    let (mut edits, mut removed, mut stayed) = (Vec::new(), Vec::new(), Vec::new());
    if let Some((decision, then)) = &why {
        let now_there = keep.document.fields();
        let named = |resident: &ResidentId| keep.record.residents.get(resident).map(|there| there.name.clone());
        for text in &decision.filled {
            let path = path_of(text);
            let (wrote, shows) = (stood(then, &path), stood(&now_there, &path));
            let key = path.last().map(|key| &**key).unwrap_or_default();
            let nothing = if key.contains('/') { Value::Bool(false) } else { Value::Null };
            if wrote == shows {
                edits.push(Edit { path, value: nothing });
            } else if shows.is_some_and(|shows| *shows != nothing) {
                let resident = path.get(1).and_then(|key| key.parse().ok());
                stayed.push(Stayed { resident, name: resident.as_ref().and_then(named), field: key.to_owned() });
            }
        }
        for resident in &decision.residents {
            let Some(there) = keep.record.residents.get(resident) else { continue };
            stayed.extend(changed(resident, there, then));
            if !there.removed {
                let path = vec!["residents".into(), resident.to_string().into(), "removed".into()];
                edits.push(Edit { path, value: Value::Bool(true) });
                removed.push(*resident);
            }
        }
    }
    let decision = Record::from(Decision {
        subject: gone.id.into(),
        about: DecisionAbout::Unmerge,
        field: None,
        other: Some(keep.id.into()),
        reason: reason.trim().to_owned(),
        at: now,
        moved_from: None,
        residents: Default::default(),
        filled: Default::default(),
    });
    decision.validate()?;
    let id = DocumentId::fresh(now, random);
    let scope = Scope::Grid(back.unwrap_or(gone.grid));
    let drafts = vec![
        Draft::Edit { id: gone.id.into(), edits: gone_edits },
        Draft::Edit { id: keep.id.into(), edits },
        Draft::Create { id, record: Box::new(decision), scope },
    ];
    write(town, by, drafts, now, random)?;
    Ok(Undone { decision: id, keep: keep.id, removed, stayed })
}

/// What of somebody who was copied was put right since.
fn changed(resident: &ResidentId, there: &Resident, then: &Fields) -> Vec<Stayed> {
    use qiaomen_core::record::Part as _;
    let mut shows = Fields::new();
    there.write_fields("", &mut shows);
    let path: [Box<str>; 2] = ["residents".into(), resident.to_string().into()];
    let Some(Value::Map(copied)) = stood(then, &path) else { return Vec::new() };
    let differs: BTreeMap<String, ()> = copied
        .difference(&shows)
        .into_iter()
        .filter_map(|edit| edit.path.first().map(|key| (crate::access::field_of(key).to_owned(), ())))
        .filter(|(field, ())| field != "removed")
        .collect();
    let name = Some(there.name.clone());
    differs.into_keys().map(|field| Stayed { resident: Some(*resident), name: name.clone(), field }).collect()
}
