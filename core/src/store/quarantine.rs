//! What the server refused.
//!
//! Floor: store. Invariants: nothing leaves the quarantine but by the person's own word; an item holds the
//! raw changes, why they were refused, and what the record looked like with them.

use rusqlite::{Connection, OptionalExtension, params};

use super::document;
use super::write::Author;
use super::{Store, StoreError, body, flat};
use crate::document::Document;
use crate::protocol::Refusal;
use crate::record::field::Edit;
use crate::record::word::Word;
use crate::record::{DocumentId, Fields, Header, Kind, Role, Scope, Time, Value};

/// Something that was refused.
#[derive(Clone, Debug)]
pub struct Quarantined {
    /// Its number on this phone.
    pub item: i64,
    /// The document.
    pub document: DocumentId,
    /// What the document is.
    pub kind: Kind,
    /// Where it was filed.
    pub scope: Scope,
    /// The role it was written in, where that is known.
    pub role: Role,
    /// Whether all of the record was refused, and not an edit of it.
    pub whole: bool,
    /// Why: a stable code.
    pub code: String,
    /// The field, where it is about one.
    pub field: Option<String>,
    /// When the refusal came, corrected.
    pub at: Time,
    /// The record as the person had it.
    pub fields: Option<Fields>,
    /// What an edit wrote.
    pub edits: Option<Vec<Edit>>,
    /// The raw changes.
    pub changes: Vec<Vec<u8>>,
}

impl Quarantined {
    /// What the person wrote of `corrected`.
    fn written(&self, document: &Document, corrected: &Fields) -> Vec<Edit> {
        let mut edits = match &self.edits {
            Some(edits) if !self.whole => edits.clone(),
            _ if self.whole => {
                let mut lacking = Vec::new();
                lacks(&document.fields(), corrected, &[], &mut lacking);
                lacking
            }
            _ => Vec::new(),
        };
        let corrections = match &self.fields {
            Some(shown) => shown.difference(corrected),
            // Only what was refused was shown.
            None => {
                let mut shown = corrected.clone();
                for edit in &edits {
                    put_at(&mut shown, &edit.path, &edit.value);
                }
                shown.difference(corrected)
            }
        };
        for correction in corrections {
            correct(&mut edits, correction);
        }
        edits
    }
}

/// What `fields` has no key for.
fn lacks(have: &Fields, fields: &Fields, path: &[Box<str>], edits: &mut Vec<Edit>) {
    for (key, value) in fields.iter() {
        let at = || path.iter().cloned().chain([key.into()]).collect::<Vec<Box<str>>>();
        match (have.get(key), value) {
            (Some(Value::Map(have)), Value::Map(inner)) => lacks(have, inner, &at(), edits),
            // Maps of parts are made with the document; one that it has not cannot be made any more.
            (None, Value::Map(_)) if path.is_empty() => {}
            (None, value) if !value.is_null() => edits.push(Edit { path: at(), value: value.clone() }),
            _ => {}
        }
    }
}

/// Puts a correction in the place of what it corrects.
fn correct(edits: &mut Vec<Edit>, correction: Edit) {
    for edit in edits.iter_mut() {
        if edit.path == correction.path {
            edit.value = correction.value;
            return;
        }
        if let (Some(inside), Value::Map(part)) = (correction.path.strip_prefix(&*edit.path), &mut edit.value) {
            put_at(part, inside, &correction.value);
            return;
        }
    }
    edits.push(correction);
}

fn put_at(fields: &mut Fields, path: &[Box<str>], value: &Value) {
    match path {
        [] => {}
        [key] => fields.set(key, value.clone()),
        [key, rest @ ..] => {
            if let Some(Value::Map(inner)) = fields.get_mut(key) {
                put_at(inner, rest, value);
            }
        }
    }
}

/// Something to be put into the quarantine.
pub(super) struct Item<'a> {
    pub(super) document: DocumentId,
    pub(super) epoch: u32,
    pub(super) kind: &'a Kind,
    pub(super) scope: Scope,
    pub(super) role: Option<Role>,
    pub(super) whole: bool,
    pub(super) why: &'a Refusal,
    pub(super) at: Time,
    pub(super) fields: Option<Fields>,
    pub(super) edits: Option<Vec<Edit>>,
    pub(super) changes: Vec<Vec<u8>>,
}

pub(super) fn put(connection: &Connection, item: &Item<'_>) -> Result<(), StoreError> {
    let frames: Vec<body::Confirmed> = item
        .changes
        .iter()
        .map(|raw| body::Confirmed { sequence: 0, acceptance: 0, arrival: item.at, raw: raw.clone() })
        .collect();
    connection
        .prepare_cached(
            "INSERT INTO quarantine(document, epoch, kind, scope, role, whole, code, field, at, fields, edits, changes)
             VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            item.document.bytes(),
            item.epoch,
            item.kind.word(),
            item.scope.to_bytes(),
            item.role.as_ref().map_or("", Word::word),
            item.whole,
            item.why.code,
            item.why.field,
            item.at.millis(),
            item.fields.as_ref().map(flat::encode),
            item.edits.as_ref().map(|edits| flat::encode_edits(edits)),
            body::pack(&frames),
        ])?;
    Ok(())
}

const COLUMNS: &str =
    "SELECT item, document, kind, scope, role, whole, code, field, at, fields, edits, changes FROM quarantine";

type Blobs = (Option<Vec<u8>>, Option<Vec<u8>>, Vec<u8>);

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Quarantined, Blobs)> {
    let item = Quarantined {
        item: row.get(0)?,
        document: DocumentId::from_bytes(row.get(1)?),
        kind: Kind::from_word(row.get_ref(2)?.as_str()?),
        scope: document::scope_of(row.get_ref(3)?.as_blob()?)?,
        role: Role::from_word(row.get_ref(4)?.as_str()?),
        whole: row.get(5)?,
        code: row.get(6)?,
        field: row.get(7)?,
        at: Time::from_millis(row.get(8)?),
        fields: None,
        edits: None,
        changes: Vec::new(),
    };
    Ok((item, (row.get(9)?, row.get(10)?, row.get(11)?)))
}

fn full((item, (fields, edits, changes)): (Quarantined, Blobs)) -> Result<Quarantined, StoreError> {
    Ok(Quarantined {
        fields: fields.as_deref().map(flat::decode).transpose()?,
        edits: edits.as_deref().map(flat::decode_edits).transpose()?,
        changes: body::unpack(&changes)?.into_iter().map(|change| change.raw).collect(),
        ..item
    })
}

fn one(connection: &Connection, item: i64) -> Result<Quarantined, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} WHERE item = ?"))?;
    full(statement.query_row([item], read).optional()?.ok_or(StoreError::NotFound)?)
}

fn take_out(connection: &Connection, item: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM quarantine WHERE item = ?")?.execute([item])?;
    Ok(())
}

impl Store {
    /// Everything in the quarantine, the oldest first.
    pub(crate) fn quarantined(&self) -> Result<Vec<Quarantined>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!("{COLUMNS} ORDER BY item"))?;
        let found: Vec<_> = statement.query_map([], read)?.collect::<Result<_, _>>()?;
        found.into_iter().map(full).collect()
    }

    /// One item of the quarantine.
    pub(crate) fn quarantined_item(&self, item: i64) -> Result<Quarantined, StoreError> {
        one(&self.connection, item)
    }

    /// Puts a corrected record in the place of a refused one, under the same identifier, and takes the
    /// refused one out of the quarantine, in one transaction. Where the document is here, only what the person
    /// wrote is written, the correction included: what others wrote meanwhile stays.
    pub(crate) fn resend(
        &mut self,
        item: i64,
        header: &Header,
        fields: &Fields,
        author: &mut Author<'_>,
    ) -> Result<(), StoreError> {
        let found = one(&self.connection, item)?;
        if found.document != header.id || found.kind != header.kind {
            return Err(StoreError::NotFound);
        }
        // A verdict other than accepted has passed since: the actor is a fresh one already.
        if document::find(&self.connection, header.id)?.is_some() {
            self.change(
                header.id,
                author,
                |connection| take_out(connection, item),
                |document: &mut Document, actor, now| document.edit(&found.written(document, fields), actor, now),
            )?;
            return Ok(());
        }
        self.create_and(header, fields, author, |connection| take_out(connection, item))
    }

    /// Takes an item out of the quarantine for good.
    pub(crate) fn discard(&mut self, item: i64) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        let found = one(&transaction, item)?;
        take_out(&transaction, item)?;
        if let Some(stored) = document::find(&transaction, found.document)? {
            let pending = super::outbox::of(&transaction, stored.record)?;
            let shown = document::show_what_can_be(&stored.confirmed, &pending).filter(|_| !stored.leaving);
            document::save(&transaction, &stored, &pending, shown.as_ref())?;
        }
        transaction.commit()?;
        Ok(())
    }
}
