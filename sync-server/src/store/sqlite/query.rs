//! What commands and checks read.
//!
//! Floor: store. Invariant: a table is named by the projection, never by a caller's text.

use qiaomen_core::identity::LogEntry;
use qiaomen_core::projection::{Cell, TABLES, Table, table_named};
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{AlertId, DeviceId, DocumentId, Kind, Role, Scope, Time};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};

use super::column::{self, DOCUMENT, DOCUMENT_FROM, document_id, hash, int, number, time};
use super::context;
use super::merged::FOLDED;
use crate::store::{CellRow, EachCells, LogRow, RecordRow, StoreError, StoredChange, StoredDocument, Whole};

pub(super) fn log_entries(store: &Connection, after: u64, limit: usize) -> Result<Vec<LogRow>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT c.sequence, ifnull(c.acceptance, c.sequence), d.id, c.epoch, c.hash, m.hash, c.arrival \
         FROM change c JOIN document d ON d.record = c.record JOIN manifest m ON m.number = c.manifest \
         WHERE c.sequence > ?1 ORDER BY c.sequence LIMIT ?2",
    )?;
    let rows = statement.query_map((int(after), i64::try_from(limit).unwrap_or(i64::MAX)), |row| {
        let entry = LogEntry {
            sequence: number(row, 0)?,
            document: document_id(row, 2)?,
            epoch: row.get(3)?,
            change: hash(row, 4)?,
            manifest: row.get(5)?,
            arrival: time(row, 6)?,
        };
        Ok(LogRow { entry, acceptance: number(row, 1)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn changes_until(
    store: &Connection,
    document: DocumentId,
    sequence: u64,
    since: Option<Time>,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT c.encoding, c.bytes FROM document d JOIN change c ON c.record = d.record \
         WHERE d.id = ?1 AND (c.sequence <= ?2 OR c.arrival <= ?3) ORDER BY c.sequence",
    )?;
    let mut rows = statement.query((document.bytes(), int(sequence), since.map(Time::millis)))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(column::bytes(row.get(0)?, row.get(1)?)?);
    }
    Ok(found)
}

pub(super) fn departed_after(
    store: &Connection,
    document: DocumentId,
    sequence: u64,
) -> Result<Option<Scope>, StoreError> {
    let bytes: Option<Vec<u8>> = store
        .prepare_cached(
            "SELECT s.bytes FROM departed d JOIN scope s ON s.number = d.scope \
             WHERE d.document = ?1 AND d.sequence > ?2 ORDER BY d.sequence LIMIT 1",
        )?
        .query_row((document.bytes(), int(sequence)), |row| row.get(0))
        .optional()?;
    bytes.map(|bytes| Scope::from_slice(&bytes).map_err(|_| StoreError::Damaged("a scope"))).transpose()
}

pub(super) fn facts_of(store: &Connection, subject: DocumentId) -> Result<Vec<DocumentId>, StoreError> {
    let mut statement = store.prepare_cached(&format!(
        "WITH RECURSIVE {FOLDED}, \
         door (id) AS (SELECT ?1 UNION SELECT start FROM way WHERE at = ?1), \
         fact (id) AS (SELECT id FROM door WHERE id <> ?1 \
             UNION ALL SELECT d.id FROM door CROSS JOIN \"visit\" f CROSS JOIN document d \
                 WHERE f.\"household\" = door.id AND f.\"alert\" IS NULL AND d.record = f.\"record\" \
             UNION ALL SELECT d.id FROM door CROSS JOIN \"pledge\" f CROSS JOIN document d \
                 WHERE f.\"household\" = door.id AND d.record = f.\"record\" \
             UNION ALL SELECT d.id FROM door CROSS JOIN \"consent\" f CROSS JOIN document d \
                 WHERE f.\"household\" = door.id AND d.record = f.\"record\"), \
         judged (id) AS (SELECT id FROM fact \
             UNION SELECT d.id FROM fact CROSS JOIN \"review\" r CROSS JOIN document d \
                 WHERE r.\"of\" = fact.id AND d.record = r.\"record\") \
         SELECT id FROM judged \
         UNION SELECT d.id FROM (SELECT id FROM judged UNION SELECT id FROM door) s \
             CROSS JOIN \"decision\" r CROSS JOIN document d WHERE r.\"subject\" = s.id AND d.record = r.\"record\""
    ))?;
    let found = statement.query_map([subject.bytes()], |row| document_id(row, 0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn count(store: &Connection, kind: &Kind) -> Result<u64, StoreError> {
    match table_named(kind.word()) {
        None => Ok(0),
        Some(table) => {
            Ok(store.query_row(&format!("SELECT count(*) FROM \"{}\"", table.name), [], |row| number(row, 0))?)
        }
    }
}

fn cells(row: &rusqlite::Row<'_>, table: &Table, from: usize) -> Result<Vec<Cell>, StoreError> {
    (0..table.columns.len()).map(|at| cell(row, from + at)).collect()
}

pub(super) fn cell(row: &rusqlite::Row<'_>, at: usize) -> Result<Cell, StoreError> {
    Ok(match row.get_ref(at)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Text(text) => {
            Cell::Text(String::from_utf8(text.to_vec()).map_err(|_| StoreError::Damaged("a row's text"))?)
        }
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
        ValueRef::Real(_) => return Err(StoreError::Damaged("a row's type")),
    })
}

fn columns(table: &Table) -> String {
    let part = if table.parts { "r.\"part\"" } else { "NULL" };
    let names = table.columns.iter().map(|column| format!(", r.\"{}\"", column.name)).collect::<String>();
    format!("{part}{names}")
}

/// How many columns a document has in front of a row's.
const DOCUMENT_COLUMNS: usize = 13;

pub(super) fn rows(store: &Connection, table: &str) -> Result<Vec<RecordRow>, StoreError> {
    let table = table_named(table).ok_or(StoreError::Damaged("a table there is not"))?;
    let order = if table.parts { ", r.\"part\"" } else { "" };
    let mut statement = store.prepare(&format!(
        // The table first: it may be short, and the documents are many.
        "SELECT {DOCUMENT}, {} FROM \"{}\" r CROSS JOIN {DOCUMENT_FROM} WHERE d.record = r.\"record\" ORDER BY d.id{order}",
        columns(table),
        table.name
    ))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(RecordRow {
            document: column::document(row)?.1,
            part: row.get(DOCUMENT_COLUMNS)?,
            cells: cells(row, table, DOCUMENT_COLUMNS + 1)?,
        });
    }
    Ok(found)
}

pub(super) fn questions(store: &Connection, about: Option<AlertId>) -> Result<Vec<RecordRow>, StoreError> {
    let table = table_named("question").ok_or(StoreError::Damaged("a table there is not"))?;
    let which = if about.is_some() { "r.\"alert\" = ?1" } else { "r.\"answered\" IS NULL AND ?1 IS NULL" };
    let mut statement = store.prepare_cached(&format!(
        "SELECT {DOCUMENT}, {} FROM \"question\" r CROSS JOIN {DOCUMENT_FROM} WHERE d.record = r.\"record\" AND {which}",
        columns(table)
    ))?;
    let mut rows = statement.query([about.as_ref().map(AlertId::bytes)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(RecordRow {
            document: column::document(row)?.1,
            part: None,
            cells: cells(row, table, DOCUMENT_COLUMNS + 1)?,
        });
    }
    Ok(found)
}

pub(super) fn walk_rows(
    store: &Connection,
    table: &str,
    each: &mut dyn FnMut(RecordRow) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let table = table_named(table).ok_or(StoreError::Damaged("a table there is not"))?;
    let mut statement = store.prepare(&format!(
        "SELECT {DOCUMENT}, {} FROM \"{}\" r CROSS JOIN {DOCUMENT_FROM} WHERE d.record = r.\"record\"",
        columns(table),
        table.name
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(RecordRow {
            document: column::document(row)?.1,
            part: row.get(DOCUMENT_COLUMNS)?,
            cells: cells(row, table, DOCUMENT_COLUMNS + 1)?,
        })?;
    }
    Ok(())
}

pub(super) fn walk_cells(
    store: &Connection,
    table: &str,
    columns: &[&str],
    each: EachCells<'_>,
) -> Result<(), StoreError> {
    let table = table_named(table).ok_or(StoreError::Damaged("a table there is not"))?;
    let mut names = String::new();
    for column in columns {
        let known = table.columns.iter().find(|have| have.name == *column);
        let name = known.ok_or(StoreError::Damaged("a column there is not"))?.name;
        names.push_str(&format!(", r.\"{name}\""));
    }
    let part = if table.parts { "r.\"part\"" } else { "NULL" };
    let mut statement = store.prepare(&format!(
        "SELECT d.id, s.bytes, d.author, d.role, d.acceptance, d.arrival, {part}{names} \
         FROM \"{}\" r CROSS JOIN document d CROSS JOIN scope s WHERE d.record = r.\"record\" AND s.number = d.scope",
        table.name
    ))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::with_capacity(columns.len());
    while let Some(row) = rows.next()? {
        let of = CellRow {
            document: document_id(row, 0)?,
            scope: column::scope(row, 1)?,
            author: column::person_id(row, 2)?,
            role: Role::from_word(row.get_ref(3)?.as_str().map_err(|_| StoreError::Damaged("a role"))?),
            acceptance: number(row, 4)?,
            arrival: time(row, 5)?,
            part: row.get(6)?,
        };
        found.clear();
        for at in 7..7 + columns.len() {
            found.push(cell(row, at)?);
        }
        each(&of, &found)?;
    }
    Ok(())
}

pub(super) fn refusals(store: &Connection) -> Result<Vec<(DeviceId, u64)>, StoreError> {
    let mut statement = store.prepare(
        "SELECT device.id, count(*) FROM refused JOIN device ON device.number = refused.device GROUP BY device.id",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id: Vec<u8> = row.get(0)?;
        let id = DeviceId::from_slice(&id).map_err(|_| StoreError::Damaged("a device"))?;
        found.push((id, row.get::<_, i64>(1)?.cast_unsigned()));
    }
    Ok(found)
}

/// What finds the few documents with fields written concurrently among very many.
pub(super) const CONFLICTS_SQL: &str = "CREATE INDEX document_conflicts ON document (id) WHERE conflicts > 0;";

pub(super) fn conflicted(store: &Connection) -> Result<Vec<StoredDocument>, StoreError> {
    let mut statement =
        store.prepare(&format!("SELECT {DOCUMENT} FROM {DOCUMENT_FROM} WHERE d.conflicts > 0 ORDER BY d.id"))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(column::document(row)?.1);
    }
    Ok(found)
}

pub(super) fn walk_kind(
    store: &Connection,
    kind: &Kind,
    each: &mut dyn FnMut(StoredDocument, Vec<StoredChange>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let Some(table) = table_named(kind.word()) else { return Ok(()) };
    let mut statement = store.prepare(&format!(
        "SELECT {DOCUMENT} FROM \"{}\" r CROSS JOIN {DOCUMENT_FROM} WHERE d.record = r.\"record\" ORDER BY d.id",
        table.name
    ))?;
    let mut documents = statement.query([])?;
    while let Some(row) = documents.next()? {
        let (record, document) = column::document(row)?;
        each(document, context::changes(store, record)?)?;
    }
    Ok(())
}

pub(super) fn lying_in(
    store: &Connection,
    scope: Scope,
) -> Result<Vec<(StoredDocument, Vec<StoredChange>)>, StoreError> {
    let mut statement = store.prepare_cached(&format!(
        "SELECT {DOCUMENT} FROM {DOCUMENT_FROM} \
         WHERE d.scope = (SELECT number FROM scope WHERE bytes = ?1) ORDER BY d.sequence, d.id"
    ))?;
    let mut documents = statement.query([scope.to_bytes()])?;
    let mut found = Vec::new();
    while let Some(row) = documents.next()? {
        let (record, document) = column::document(row)?;
        found.push((document, context::changes(store, record)?));
    }
    Ok(found)
}

pub(super) fn walk(
    store: &Connection,
    each: &mut dyn FnMut(Whole) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = store.prepare(&format!("SELECT {DOCUMENT} FROM {DOCUMENT_FROM} ORDER BY d.id"))?;
    let mut documents = statement.query([])?;
    while let Some(row) = documents.next()? {
        let (record, document) = column::document(row)?;
        let mut shown = Vec::new();
        for table in TABLES {
            let order = if table.parts { " ORDER BY r.\"part\"" } else { "" };
            let mut statement = store.prepare_cached(&format!(
                "SELECT {} FROM \"{}\" r WHERE r.\"record\" = ?1{order}",
                columns(table),
                table.name
            ))?;
            let mut rows = statement.query([record])?;
            while let Some(row) = rows.next()? {
                shown.push((table.name, row.get(0)?, cells(row, table, 1)?));
            }
        }
        each(Whole { document, changes: context::changes(store, record)?, rows: shown })?;
    }
    Ok(())
}
