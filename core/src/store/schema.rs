//! Opening, pragmas, migrations.
//!
//! Floor: store. Invariants: migrations are numbered steps, applied in one transaction; a released step is
//! never changed; a file of a newer version is refused.

use rusqlite::Connection;

use super::{StoreError, rows};
use crate::projection;

/// The steps from an empty file to the schema of today. Step n brings version n to n + 1.
pub(super) const STEPS: &[&str] = &[
    // 1: the first schema.
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
     CREATE TABLE document(
       record INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, scope BLOB NOT NULL,
       birth BLOB, author BLOB, role TEXT, written INTEGER, doubtful INTEGER,
       epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, acceptance INTEGER, arrival INTEGER,
       conflicts INTEGER NOT NULL, state INTEGER NOT NULL, leaving INTEGER NOT NULL DEFAULT 0,
       body BLOB NOT NULL);
     CREATE INDEX document_state ON document(state) WHERE state > 0;
     CREATE INDEX document_conflicts ON document(conflicts) WHERE conflicts > 0;
     CREATE TABLE outbox(
       position INTEGER PRIMARY KEY, record INTEGER NOT NULL, document BLOB NOT NULL, epoch INTEGER NOT NULL,
       actor BLOB NOT NULL, hash BLOB NOT NULL, state INTEGER NOT NULL, acceptance INTEGER,
       code TEXT, field TEXT, bytes BLOB NOT NULL);
     CREATE INDEX outbox_record ON outbox(record);
     CREATE INDEX outbox_kept ON outbox(state) WHERE state > 0;
     CREATE TABLE actor(actor BLOB PRIMARY KEY, device BLOB NOT NULL, person BLOB NOT NULL) WITHOUT ROWID;
     CREATE TABLE point(size INTEGER PRIMARY KEY, root BLOB NOT NULL);
     CREATE TABLE departure(scope BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
     CREATE TABLE quarantine(
       item INTEGER PRIMARY KEY, document BLOB NOT NULL, epoch INTEGER NOT NULL, kind TEXT NOT NULL,
       scope BLOB NOT NULL, role TEXT NOT NULL, whole INTEGER NOT NULL, code TEXT NOT NULL, field TEXT,
       at INTEGER NOT NULL, fields BLOB, edits BLOB, changes BLOB NOT NULL);
     CREATE INDEX quarantine_document ON quarantine(document);
     CREATE TABLE draft(
       id BLOB PRIMARY KEY, kind TEXT NOT NULL, scope BLOB, at INTEGER NOT NULL, fields BLOB NOT NULL) WITHOUT ROWID;
     CREATE TABLE aside(
       document BLOB PRIMARY KEY, scope BLOB NOT NULL, epoch INTEGER NOT NULL, code TEXT NOT NULL,
       at INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
     CREATE TABLE counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;",
    // 2: as which device the phone sent what is held.
    "ALTER TABLE outbox ADD COLUMN holder BLOB;",
    // 3: which document a door is and where it lies, without its long row.
    "CREATE INDEX document_door ON document(record, id, scope) WHERE kind = 'household';",
    // 4: under which dictionary a change that waits is packed; by how many milliseconds the latest instant that a
    // record tells of lies behind its writing, null where nobody has reckoned it.
    "ALTER TABLE outbox ADD COLUMN encoding INTEGER NOT NULL DEFAULT 0;
     ALTER TABLE document ADD COLUMN beyond INTEGER;",
    // 5: when the server first sent an alert to the device that wrote a receipt for it.
    "CREATE TABLE first_sent(receipt BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;",
    // 6: what the person was told, and when.
    "CREATE TABLE notified(key TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
     CREATE INDEX notified_at ON notified(at);",
    // 7: when a change that waits was written, where that is known.
    "ALTER TABLE outbox ADD COLUMN at INTEGER;
     CREATE INDEX outbox_at ON outbox(at) WHERE at NOT NULL;",
    // 8: what is being typed, and preferences.
    "CREATE TABLE form(key TEXT PRIMARY KEY, at INTEGER NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;",
];

/// Gives the key and sets how the file is used.
pub(super) fn unlock(connection: &Connection, key: &[u8; 32]) -> Result<(), StoreError> {
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    // Before the key, so that a wrong one prints nothing.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    connection.execute_batch(&format!("PRAGMA key = \"x'{digits}'\";"))?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;
         PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
    )?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// Brings the schema up to today's.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    migrate_by(connection, STEPS)
}

fn migrate_by(connection: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let from = usize::try_from(found).map_err(|_| StoreError::Unreadable)?;
    if from == steps.len() {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    for step in &steps[from..] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

/// What the row tables look like and which version they are computed by; another text means that they are made anew.
pub(super) fn shape() -> String {
    format!("-- version {}\n{}", projection::VERSION, rows::create_all().join(";\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_leads_on_and_a_failed_one_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let mut more = STEPS.to_vec();
        more.push("CREATE TABLE another(a); CREATE TABLE meta(a);");
        assert!(migrate_by(&mut connection, &more).is_err());
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, i64::try_from(STEPS.len()).unwrap());
        assert!(connection.execute_batch("SELECT * FROM another").is_err());
        *more.last_mut().unwrap() = "CREATE TABLE another(a)";
        migrate_by(&mut connection, &more).unwrap();
        assert_eq!(migrate(&mut connection), Err(StoreError::Newer { found: version + 1, known: version }));
    }

    #[test]
    fn what_was_held_before_the_second_step_is_no_devices_in_particular() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate_by(&mut connection, &STEPS[..1]).unwrap();
        let held = "INSERT INTO outbox(record, document, epoch, actor, hash, state, bytes) VALUES(1, x'', 0, x'', x'', 1, x'')";
        connection.execute_batch(held).unwrap();
        migrate(&mut connection).unwrap();
        let unknown = "SELECT count(*) FROM outbox WHERE state = 1 AND holder IS NULL";
        let count: i64 = connection.query_row(unknown, [], |row| row.get(0)).unwrap();
        assert_eq!(count, 1);
    }
}
