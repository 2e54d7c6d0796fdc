//! The tables, and the numbered steps that lead to them.
//!
//! Floor: store. Invariants: a step, once released, is never changed; all the steps that a store lacks run in
//! one transaction; a store that a newer program wrote is refused, never touched. The projection's tables are no
//! step: they are made anew from the documents whenever their shape changes, or how they are computed.

use std::fmt::Write;

use qiaomen_core::projection::{ColumnKind, TABLES, VERSION};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::append;
use crate::store::StoreError;

type Step = fn(&Connection) -> Result<(), StoreError>;

/// The steps; the store's version is how many of them it has gone.
const STEPS: &[Step] =
    &[first, second, third, imports, deliveries, integrations, hooks, accounts, reviewing, trail, statuses, conflicts];

/// The newest version this program knows.
pub(super) fn known() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

/// Brings a store to the newest version.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known() {
        return Err(StoreError::Newer { found, known: known() });
    }
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(usize::MAX)) {
        step(&transaction)?;
    }
    if found < known() {
        transaction.pragma_update(None, "user_version", known())?;
    }
    rows(&transaction)?;
    transaction.commit()?;
    Ok(())
}

fn first(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(FIRST)?;
    Ok(())
}

/// Makes the projection's tables, anew where this version's are shaped otherwise: their rows are derived.
fn rows(connection: &Connection) -> Result<(), StoreError> {
    const SHAPE: &str = "rows";
    let shape = row_tables();
    let have: Option<Vec<u8>> =
        connection.query_row("SELECT value FROM meta WHERE key = ?1", [SHAPE], |row| row.get(0)).optional()?;
    if have.as_deref() == Some(shape.as_bytes()) {
        return Ok(());
    }
    for table in TABLES {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS \"{}\"", table.name))?;
    }
    connection.execute_batch(&shape)?;
    append::rows_anew(connection)?;
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", (SHAPE, shape.as_bytes()))?;
    Ok(())
}

fn second(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(SECOND)?;
    Ok(())
}

fn third(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(THIRD)?;
    Ok(())
}

fn imports(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(super::imports::TABLES_SQL)?;
    Ok(())
}

fn deliveries(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(super::delivery::TABLES_SQL)?;
    Ok(())
}

fn accounts(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(super::accounts::TABLES_SQL)?;
    Ok(())
}

fn reviewing(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(super::reviews::INDEX_SQL)?;
    Ok(())
}

fn trail(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(super::accounts::TRAIL_SQL)?;
    Ok(())
}

fn statuses(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(super::devices::STATUS_SQL)?;
    Ok(())
}

fn conflicts(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(super::query::CONFLICTS_SQL)?;
    Ok(())
}

fn integrations(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(super::integrations::TABLES_SQL)?;
    Ok(())
}

fn hooks(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(super::hooks::TABLES_SQL)?;
    Ok(())
}

const FIRST: &str = r#"
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- One row: how many commits there were, the log's size and root, the right edge of its tree.
CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    frontier BLOB NOT NULL
);
INSERT INTO state VALUES (1, 0, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', x'');

-- The log's root at each committed size.
CREATE TABLE point (size INTEGER PRIMARY KEY, root BLOB NOT NULL);

CREATE TABLE scope (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL UNIQUE);

CREATE TABLE device (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    person BLOB NOT NULL,
    key BLOB NOT NULL,
    token BLOB UNIQUE,
    label TEXT NOT NULL,
    enrolled INTEGER NOT NULL,
    revoked INTEGER,
    seen INTEGER,
    own INTEGER NOT NULL DEFAULT 0,
    later INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE actor (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    device INTEGER NOT NULL REFERENCES device (number),
    person BLOB NOT NULL
);

CREATE TABLE manifest (
    number INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    device INTEGER NOT NULL REFERENCES device (number),
    body BLOB NOT NULL,
    signature BLOB NOT NULL,
    arrival INTEGER NOT NULL
);

CREATE TABLE invite (
    code BLOB PRIMARY KEY,
    person BLOB NOT NULL,
    created_by BLOB,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER,
    device INTEGER REFERENCES device (number)
) WITHOUT ROWID;

-- `sequence` is the document's place in its scope's feed; `birth` is null where it lies where it was
-- filed first; `device` is null as soon as more than one device wrote.
CREATE TABLE document (
    record INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    scope INTEGER NOT NULL REFERENCES scope (number),
    birth INTEGER REFERENCES scope (number),
    author BLOB NOT NULL,
    role TEXT NOT NULL,
    written INTEGER NOT NULL,
    doubtful INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    acceptance INTEGER NOT NULL,
    arrival INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    device INTEGER REFERENCES device (number)
);
CREATE INDEX document_feed ON document (scope, sequence);

-- `encoding` of the bytes: 0 raw, 1 one zstd frame. `acceptance` is null where it is the sequence.
CREATE TABLE change (
    record INTEGER NOT NULL REFERENCES document (record),
    sequence INTEGER NOT NULL,
    acceptance INTEGER,
    hash BLOB NOT NULL,
    actor INTEGER NOT NULL REFERENCES actor (number),
    seq INTEGER NOT NULL,
    device INTEGER NOT NULL,
    manifest INTEGER NOT NULL REFERENCES manifest (number),
    epoch INTEGER NOT NULL,
    arrival INTEGER NOT NULL,
    encoding INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (record, sequence)
) WITHOUT ROWID;
CREATE UNIQUE INDEX change_log ON change (sequence);

CREATE TABLE departed (
    scope INTEGER NOT NULL REFERENCES scope (number),
    sequence INTEGER NOT NULL,
    document BLOB NOT NULL,
    PRIMARY KEY (scope, sequence, document)
) WITHOUT ROWID;

CREATE TABLE refused (
    document BLOB NOT NULL,
    hash BLOB NOT NULL,
    device INTEGER NOT NULL REFERENCES device (number),
    verdict BLOB NOT NULL,
    actor BLOB,
    seq INTEGER,
    at INTEGER NOT NULL,
    PRIMARY KEY (document, hash, device)
) WITHOUT ROWID;

CREATE TABLE held (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    document BLOB NOT NULL,
    hash BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    claimed INTEGER,
    code TEXT NOT NULL,
    field TEXT,
    waits_for BLOB,
    device INTEGER NOT NULL REFERENCES device (number),
    person BLOB NOT NULL,
    actor BLOB NOT NULL,
    seq INTEGER NOT NULL,
    manifest BLOB NOT NULL,
    base INTEGER NOT NULL,
    arrival INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (document, hash, device)
);
CREATE INDEX held_waits ON held (waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX held_device ON held (device);

CREATE TABLE later (
    device INTEGER NOT NULL REFERENCES device (number),
    number INTEGER NOT NULL,
    document BLOB NOT NULL,
    hash BLOB NOT NULL,
    verdict BLOB NOT NULL,
    PRIMARY KEY (device, number)
) WITHOUT ROWID;

CREATE TABLE salvaged (
    device INTEGER NOT NULL REFERENCES device (number),
    document BLOB NOT NULL,
    hash BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    claimed INTEGER,
    manifest INTEGER NOT NULL REFERENCES manifest (number),
    arrival INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (device, document, hash)
);
"#;

/// What is known of each device besides: `base` is the largest that it named while it was not healing, `wrote` the
/// place of its newest accepted change, `held` and `held_bytes` what is held of it.
const SECOND: &str = r#"
ALTER TABLE device ADD COLUMN base INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN wrote INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN held_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE device SET
    held = (SELECT count(*) FROM held WHERE held.device = device.number),
    held_bytes = (SELECT ifnull(sum(length(bytes) + 256), 0) FROM held WHERE held.device = device.number);
CREATE TRIGGER held_more AFTER INSERT ON held BEGIN
    UPDATE device SET held = held + 1, held_bytes = held_bytes + length(new.bytes) + 256 WHERE number = new.device;
END;
CREATE TRIGGER held_less AFTER DELETE ON held BEGIN
    UPDATE device SET held = held - 1, held_bytes = held_bytes - length(old.bytes) - 256 WHERE number = old.device;
END;

CREATE INDEX held_used ON held (document, actor, seq);
CREATE INDEX refused_used ON refused (document, actor, seq) WHERE actor IS NOT NULL;
CREATE INDEX refused_device ON refused (device, at);
CREATE INDEX departed_document ON departed (document, sequence);
CREATE INDEX invite_person ON invite (person) WHERE used IS NULL;
"#;

/// A change's key is its place in the log, so that changes are put one behind the other.
const THIRD: &str = r#"
CREATE TABLE change_in_log (
    sequence INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES document (record),
    acceptance INTEGER,
    hash BLOB NOT NULL,
    actor INTEGER NOT NULL REFERENCES actor (number),
    seq INTEGER NOT NULL,
    device INTEGER NOT NULL,
    manifest INTEGER NOT NULL REFERENCES manifest (number),
    epoch INTEGER NOT NULL,
    arrival INTEGER NOT NULL,
    encoding INTEGER NOT NULL,
    bytes BLOB NOT NULL
);
INSERT INTO change_in_log
    SELECT sequence, record, acceptance, hash, actor, seq, device, manifest, epoch, arrival, encoding, bytes
    FROM change ORDER BY sequence;
DROP TABLE change;
ALTER TABLE change_in_log RENAME TO change;
CREATE INDEX change_record ON change (record);
"#;

/// The tables of the projection, tied to their documents.
fn row_tables() -> String {
    // Rows that are computed otherwise are made anew as well.
    let mut sql = format!("-- version {VERSION}\n");
    for table in TABLES {
        let name = table.name;
        // Writing into a String cannot fail.
        let _ = write!(sql, "CREATE TABLE \"{name}\" (\"record\" INTEGER ");
        sql.push_str(if table.parts { "NOT NULL" } else { "PRIMARY KEY" });
        sql.push_str(" REFERENCES document (record)");
        if table.parts {
            sql.push_str(", \"part\" BLOB NOT NULL");
        }
        for column in table.columns {
            let kind = match column.kind {
                ColumnKind::Integer => "INTEGER",
                ColumnKind::Text => "TEXT",
                ColumnKind::Blob => "BLOB",
            };
            let _ = write!(sql, ", \"{}\" {kind}", column.name);
        }
        sql.push_str(if table.parts { ", PRIMARY KEY (\"record\", \"part\")) WITHOUT ROWID;\n" } else { ");\n" });
        let whole = table.indexes.iter().map(|columns| (columns, false));
        let filled = table.filled.iter().map(|columns| (columns, true));
        for (columns, filled) in whole.chain(filled) {
            let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
            let only = if filled { format!(" WHERE {} IS NOT NULL", quoted[0]) } else { String::new() };
            let index = columns.join("_");
            let _ = writeln!(sql, "CREATE INDEX \"{name}_{index}\" ON \"{name}\" ({}){only};", quoted.join(", "));
        }
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_store_comes_to_the_newest_version_and_stays_there() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        migrate(&mut connection).unwrap();
        let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(version, known());
        let tables: u32 = connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'household'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(tables, 1);
    }

    #[test]
    fn rows_are_made_anew_when_they_are_computed_otherwise() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let marked = "SELECT count(*) FROM pragma_table_info('household') WHERE name = 'marker'";
        let count = |connection: &Connection| connection.query_row(marked, [], |row| row.get::<_, u32>(0)).unwrap();
        connection.execute_batch("ALTER TABLE household ADD COLUMN marker").unwrap();
        migrate(&mut connection).unwrap();
        assert_eq!(count(&connection), 1);
        let older = row_tables().replacen("-- version ", "-- version 0", 1);
        connection.execute("UPDATE meta SET value = ?1 WHERE key = 'rows'", [older.as_bytes()]).unwrap();
        migrate(&mut connection).unwrap();
        assert_eq!(count(&connection), 0);
    }

    #[test]
    fn a_newer_store_is_refused_and_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", known() + 1).unwrap();
        let error = migrate(&mut connection).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found, known: newest } if found == newest + 1), "{error}");
        let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 0);
    }
}
