//! What imports remember, and what is kept of ID numbers.
//!
//! Floor: store. Invariant: nothing here is in a document, so that no phone is sent it.

use std::collections::HashSet;

use minicbor::data::Type;
use qiaomen_core::projection::{ColumnKind, TABLES};
use qiaomen_core::record::{AlertId, AreaId, DocumentId, Fields, Scope, Time, Value};
use rusqlite::{Connection, OptionalExtension, Row};

use super::column::{actor_id, document_id, int, number, person_id, time};
use crate::store::{IdentityNumber, ImportEntry, ImportRecord, Learnt, NewImport, PartKey, Remembered, StoreError};

pub(super) const TABLES_SQL: &str = r"
-- `ended` is null while it is at work, or where it was cut off.
CREATE TABLE import (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    noun TEXT NOT NULL,
    file TEXT NOT NULL,
    digest BLOB NOT NULL,
    person BLOB NOT NULL,
    begun INTEGER NOT NULL,
    ended INTEGER,
    undone INTEGER,
    rows INTEGER NOT NULL,
    made INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0
);

-- Written before the changes themselves: `body` is what was there, what is written, what had been read before
-- and what is read now. `part` is empty for the record itself.
CREATE TABLE import_entry (
    import INTEGER NOT NULL REFERENCES import (id),
    number INTEGER NOT NULL,
    row INTEGER NOT NULL,
    document BLOB NOT NULL,
    part BLOB NOT NULL,
    made INTEGER NOT NULL,
    actor BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (import, number)
) WITHOUT ROWID;

-- Each field's value as last read from a file.
CREATE TABLE import_memory (
    document BLOB NOT NULL,
    part BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (document, part)
) WITHOUT ROWID;

-- What a file calls a record, such as a household's number.
CREATE TABLE import_key (key TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE identity_number (
    document BLOB NOT NULL,
    part BLOB NOT NULL,
    hash BLOB NOT NULL,
    last_four TEXT NOT NULL,
    born INTEGER NOT NULL,
    PRIMARY KEY (document, part)
) WITHOUT ROWID;
CREATE INDEX identity_number_hash ON identity_number (hash);
";

const DAMAGED: StoreError = StoreError::Damaged("what an import remembers");

type Encoded = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn write_fields(fields: &Fields, out: &mut minicbor::Encoder<&mut Vec<u8>>) -> Encoded {
    out.map(fields.len() as u64)?;
    for (key, value) in fields.iter() {
        out.str(key)?;
        match value {
            // Nothing that is remembered holds a map.
            Value::Null | Value::Map(_) => out.null()?,
            Value::Bool(truth) => out.bool(*truth)?,
            Value::Int(number) => out.i64(*number)?,
            Value::Text(text) => out.str(text)?,
            Value::Bytes(bytes) => out.bytes(bytes)?,
        };
    }
    Ok(())
}

fn body(all: &[&Fields]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = minicbor::Encoder::new(&mut out);
    for fields in all {
        // Writing into a Vec cannot fail.
        let _ = write_fields(fields, &mut encoder);
    }
    out
}

fn read_fields(from: &mut minicbor::Decoder<'_>) -> Result<Fields, StoreError> {
    let damaged = |_| DAMAGED;
    let mut fields = Fields::new();
    let count = from.map().map_err(damaged)?.ok_or(DAMAGED)?;
    for _ in 0..count {
        let key = from.str().map_err(damaged)?;
        let value = match from.datatype().map_err(damaged)? {
            Type::Null => {
                from.null().map_err(damaged)?;
                Value::Null
            }
            Type::Bool => Value::Bool(from.bool().map_err(damaged)?),
            Type::String => Value::Text(from.str().map_err(damaged)?.into()),
            Type::Bytes => Value::Bytes(from.bytes().map_err(damaged)?.into()),
            _ => Value::Int(from.i64().map_err(damaged)?),
        };
        fields.set(key, value);
    }
    Ok(fields)
}

fn part(row: &Row<'_>, at: usize) -> Result<PartKey, StoreError> {
    let bytes: Vec<u8> = row.get(at)?;
    if bytes.is_empty() { Ok(None) } else { bytes.try_into().map(Some).map_err(|_| DAMAGED) }
}

fn part_bytes(part: &PartKey) -> &[u8] {
    part.as_ref().map_or(&[], <[u8; 16]>::as_slice)
}

pub(super) fn begin(store: &Connection, new: &NewImport<'_>) -> Result<u64, StoreError> {
    let cut_off: Option<i64> = store
        .query_row(
            "SELECT id FROM import WHERE noun = ?1 AND digest = ?2 AND ended IS NULL AND undone IS NULL \
             ORDER BY id DESC LIMIT 1",
            (new.noun, new.digest),
            |row| row.get(0),
        )
        .optional()?;
    if let Some(id) = cut_off {
        store.execute("UPDATE import SET file = ?2, rows = ?3 WHERE id = ?1", (id, new.file, int(new.rows)))?;
        return Ok(id.cast_unsigned());
    }
    store.execute(
        "INSERT INTO import (noun, file, digest, person, begun, rows) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (new.noun, new.file, new.digest, new.person.bytes(), new.now.millis(), int(new.rows)),
    )?;
    Ok(store.last_insert_rowid().cast_unsigned())
}

pub(super) fn journal(store: &Connection, import: u64, entries: &[ImportEntry]) -> Result<(), StoreError> {
    let mut last: i64 = store
        .prepare_cached("SELECT ifnull(max(number), 0) FROM import_entry WHERE import = ?1")?
        .query_row([int(import)], |row| row.get(0))?;
    let mut insert = store.prepare_cached(
        "INSERT INTO import_entry (import, number, row, document, part, made, actor, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for entry in entries {
        last += 1;
        insert.execute((
            int(import),
            last,
            int(entry.row),
            entry.document.bytes(),
            part_bytes(&entry.part),
            entry.made,
            entry.actor.bytes(),
            body(&[&entry.before, &entry.after, &entry.was, &entry.reads]),
        ))?;
    }
    Ok(())
}

pub(super) fn remember(store: &Connection, memory: &[Remembered]) -> Result<(), StoreError> {
    let mut put =
        store.prepare_cached("INSERT OR REPLACE INTO import_memory (document, part, body) VALUES (?1, ?2, ?3)")?;
    for one in memory {
        put.execute((one.document.bytes(), part_bytes(&one.part), body(&[&one.fields])))?;
    }
    Ok(())
}

pub(super) fn learn(store: &Connection, import: u64, learnt: &Learnt<'_>) -> Result<(), StoreError> {
    remember(store, learnt.memory)?;
    let mut put = store.prepare_cached(
        "INSERT OR REPLACE INTO identity_number (document, part, hash, last_four, born) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for one in learnt.identities {
        put.execute((one.document.bytes(), one.part, one.hash, &one.last_four, one.born))?;
    }
    let mut put = store.prepare_cached("INSERT OR REPLACE INTO import_key (key, document) VALUES (?1, ?2)")?;
    for (key, document) in learnt.keys {
        put.execute((key, document.bytes()))?;
    }
    store.execute(
        "UPDATE import SET made = made + ?2, changed = changed + ?3 WHERE id = ?1",
        (int(import), int(learnt.made), int(learnt.changed)),
    )?;
    Ok(())
}

pub(super) fn end(store: &Connection, import: u64, now: Time) -> Result<(), StoreError> {
    store.execute("UPDATE import SET ended = ?2 WHERE id = ?1", (int(import), now.millis()))?;
    Ok(())
}

pub(super) fn forget(store: &Connection, memory: &[Remembered], identities: &[DocumentId]) -> Result<(), StoreError> {
    remember(store, memory)?;
    let mut delete = store.prepare_cached("DELETE FROM identity_number WHERE document = ?1")?;
    for document in identities {
        delete.execute([document.bytes()])?;
    }
    Ok(())
}

pub(super) fn undone(store: &Connection, import: u64, now: Time) -> Result<(), StoreError> {
    store.execute(
        "UPDATE import SET undone = ?2, ended = ifnull(ended, ?2) WHERE id = ?1",
        (int(import), now.millis()),
    )?;
    Ok(())
}

pub(super) fn list(store: &Connection) -> Result<Vec<ImportRecord>, StoreError> {
    let mut statement = store
        .prepare("SELECT id, noun, file, person, begun, ended, undone, rows, made, changed FROM import ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        let maybe = |at: usize| row.get::<_, Option<i64>>(at).map(|millis| millis.map(Time::from_millis));
        Ok(ImportRecord {
            id: number(row, 0)?,
            noun: row.get(1)?,
            file: row.get(2)?,
            person: person_id(row, 3)?,
            begun: time(row, 4)?,
            ended: maybe(5)?,
            undone: maybe(6)?,
            rows: number(row, 7)?,
            made: number(row, 8)?,
            changed: number(row, 9)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn entries(
    store: &Connection,
    import: u64,
    below: u64,
    limit: usize,
) -> Result<Vec<ImportEntry>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT number, row, document, part, made, actor, body FROM import_entry \
         WHERE import = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3",
    )?;
    let mut rows = statement.query((int(import), int(below), i64::try_from(limit).unwrap_or(i64::MAX)))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let body: Vec<u8> = row.get(6)?;
        let mut from = minicbor::Decoder::new(&body);
        found.push(ImportEntry {
            number: number(row, 0)?,
            row: number(row, 1)?,
            document: document_id(row, 2)?,
            part: part(row, 3)?,
            made: row.get(4)?,
            actor: actor_id(row, 5)?,
            before: read_fields(&mut from)?,
            after: read_fields(&mut from)?,
            was: read_fields(&mut from)?,
            reads: read_fields(&mut from)?,
        });
    }
    Ok(found)
}

pub(super) fn remembered(store: &Connection, documents: &[DocumentId]) -> Result<Vec<Remembered>, StoreError> {
    let mut statement = store.prepare_cached("SELECT part, body FROM import_memory WHERE document = ?1")?;
    let mut found = Vec::new();
    for document in documents {
        let mut rows = statement.query([document.bytes()])?;
        while let Some(row) = rows.next()? {
            let body: Vec<u8> = row.get(1)?;
            let fields = read_fields(&mut minicbor::Decoder::new(&body))?;
            found.push(Remembered { document: *document, part: part(row, 0)?, fields });
        }
    }
    Ok(found)
}

fn identity(row: &Row<'_>) -> Result<IdentityNumber, rusqlite::Error> {
    Ok(IdentityNumber {
        document: document_id(row, 0)?,
        part: row.get(1)?,
        hash: row.get(2)?,
        last_four: row.get(3)?,
        born: row.get(4)?,
    })
}

pub(super) fn identities(store: &Connection, hashes: &[[u8; 32]]) -> Result<Vec<IdentityNumber>, StoreError> {
    let mut statement =
        store.prepare_cached("SELECT document, part, hash, last_four, born FROM identity_number WHERE hash = ?1")?;
    let mut found = Vec::new();
    for hash in hashes {
        for row in statement.query_map([hash], identity)? {
            found.push(row?);
        }
    }
    Ok(found)
}

pub(super) fn identities_of(store: &Connection, documents: &[DocumentId]) -> Result<Vec<IdentityNumber>, StoreError> {
    let mut statement = store
        .prepare_cached("SELECT document, part, hash, last_four, born FROM identity_number WHERE document = ?1")?;
    let mut found = Vec::new();
    for document in documents {
        for row in statement.query_map([document.bytes()], identity)? {
            found.push(row?);
        }
    }
    Ok(found)
}

pub(super) fn called(store: &Connection, keys: &[String]) -> Result<Vec<(String, DocumentId)>, StoreError> {
    let mut statement = store.prepare_cached("SELECT document FROM import_key WHERE key = ?1")?;
    let mut found = Vec::new();
    for key in keys {
        if let Some(document) = statement.query_row([key], |row| document_id(row, 0)).optional()? {
            found.push((key.clone(), document));
        }
    }
    Ok(found)
}

/// Which of these records or parts anything names: a row of another record, a scope that something else lies
/// in, a device, a change by that person.
pub(super) fn mentioned(store: &Connection, ids: &[[u8; 16]]) -> Result<Vec<[u8; 16]>, StoreError> {
    let wanted: HashSet<[u8; 16]> = ids.iter().copied().collect();
    let mut found: HashSet<[u8; 16]> = HashSet::new();
    let mut note = |bytes: &[u8]| {
        if let Ok(id) = <[u8; 16]>::try_from(bytes)
            && wanted.contains(&id)
        {
            found.insert(id);
        }
    };
    let mut scan = |sql: &str| -> Result<(), StoreError> {
        let mut statement = store.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            note(row.get_ref(0)?.as_blob().unwrap_or_default());
        }
        Ok(())
    };
    for table in TABLES {
        for column in table.columns.iter().filter(|column| column.kind == ColumnKind::Blob) {
            let (table, column) = (table.name, column.name);
            scan(&format!("SELECT DISTINCT \"{column}\" FROM \"{table}\" WHERE \"{column}\" IS NOT NULL"))?;
        }
    }
    scan("SELECT DISTINCT person FROM device WHERE own = 0")?;
    scan("SELECT DISTINCT author FROM document")?;
    // Whom somebody met stands in a text.
    let mut statement = store.prepare_cached("SELECT met FROM visit WHERE met <> ''")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().unwrap_or_default();
        for id in text.split(',').filter_map(|id| uuid::Uuid::try_parse(id).ok()) {
            note(id.as_bytes());
        }
    }
    let mut statement = store.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM scope s JOIN document d ON d.scope = s.number WHERE s.bytes = ?1 AND d.id <> ?2)",
    )?;
    for id in ids {
        for scope in [Scope::Grid(AreaId::from_bytes(*id)), Scope::CaseFile(AlertId::from_bytes(*id))] {
            if statement.query_row((scope.to_bytes(), id), |row| row.get::<_, bool>(0))? {
                found.insert(*id);
            }
        }
    }
    Ok(found.into_iter().collect())
}
