//! Keys of systems that send alerts.
//!
//! Floor: store. Invariants: of a key nothing but its hash is kept; one that was revoked stays listed.

use qiaomen_core::record::{PersonId, Time};
use rusqlite::{Connection, OptionalExtension, Row};

use super::column::{int, number, person_id, time};
use crate::store::{IntegrationKey, StoreError};

/// The table, and that of the alerts that are not settled (see `cases.rs`).
pub(super) const TABLES_SQL: &str = "
CREATE TABLE integration (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    person BLOB NOT NULL,
    key BLOB NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    revoked INTEGER,
    seen INTEGER
);
CREATE TABLE open_case (alert BLOB PRIMARY KEY) WITHOUT ROWID;
";

const COLUMNS: &str = "number, person, created, created_by, revoked, seen";

fn key(row: &Row<'_>) -> Result<IntegrationKey, rusqlite::Error> {
    let maybe = |at: usize| row.get::<_, Option<i64>>(at).map(|millis| millis.map(Time::from_millis));
    Ok(IntegrationKey {
        number: number(row, 0)?,
        person: person_id(row, 1)?,
        created: time(row, 2)?,
        created_by: person_id(row, 3)?,
        revoked: maybe(4)?,
        seen: maybe(5)?,
    })
}

pub(super) fn add(
    store: &Connection,
    hash: &[u8; 32],
    person: PersonId,
    by: PersonId,
    now: Time,
) -> Result<u64, StoreError> {
    store.execute(
        "INSERT INTO integration (person, key, created, created_by) VALUES (?1, ?2, ?3, ?4)",
        (person.bytes(), hash, now.millis(), by.bytes()),
    )?;
    Ok(store.last_insert_rowid().cast_unsigned())
}

pub(super) fn by_key(store: &Connection, hash: &[u8; 32]) -> Result<Option<IntegrationKey>, StoreError> {
    let mut statement = store.prepare_cached(&format!("SELECT {COLUMNS} FROM integration WHERE key = ?1"))?;
    Ok(statement.query_row([hash], key).optional()?)
}

pub(super) fn list(store: &Connection) -> Result<Vec<IntegrationKey>, StoreError> {
    let mut statement = store.prepare(&format!("SELECT {COLUMNS} FROM integration ORDER BY number"))?;
    let found = statement.query_map([], key)?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn revoke(store: &Connection, number: u64, now: Time) -> Result<bool, StoreError> {
    let sql = "UPDATE integration SET revoked = ?2 WHERE number = ?1 AND revoked IS NULL";
    Ok(store.execute(sql, (int(number), now.millis()))? > 0)
}

pub(super) fn seen(store: &Connection, number: u64, now: Time) -> Result<(), StoreError> {
    store.execute("UPDATE integration SET seen = ?2 WHERE number = ?1", (int(number), now.millis()))?;
    Ok(())
}
