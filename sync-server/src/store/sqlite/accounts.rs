//! Accounts, sessions, links, tokens and the audit trail.
//!
//! Floor: store. Invariants: what was spent (a link, a recovery code, a second factor's step) is spent in the same
//! statement that looks for it, so that it works once.

use qiaomen_core::record::{PersonId, Time};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::column::{int, number, person_id, time};
use crate::store::{Account, AuditEntry, AuditWanted, Link, LinkUse, Session, Stage, StoreError, UserToken};

pub(super) const TABLES_SQL: &str = "
CREATE TABLE account (
    person BLOB PRIMARY KEY,
    password TEXT NOT NULL,
    totp BLOB,
    confirmed INTEGER NOT NULL DEFAULT 0,
    step INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE recovery (
    person BLOB NOT NULL,
    hash BLOB NOT NULL,
    used INTEGER,
    PRIMARY KEY (person, hash)
) WITHOUT ROWID;
CREATE TABLE session (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    person BLOB NOT NULL,
    stage INTEGER NOT NULL,
    token BLOB NOT NULL UNIQUE,
    previous BLOB UNIQUE,
    created INTEGER NOT NULL,
    rotated INTEGER NOT NULL,
    seen INTEGER NOT NULL
);
CREATE INDEX session_person ON session (person);
CREATE TABLE link (
    hash BLOB PRIMARY KEY,
    purpose INTEGER NOT NULL,
    person BLOB,
    expires INTEGER NOT NULL,
    used INTEGER
) WITHOUT ROWID;
CREATE TABLE user_token (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    person BLOB NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    label TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    revoked INTEGER,
    seen INTEGER
);
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    person BLOB,
    action TEXT NOT NULL,
    subject TEXT,
    detail TEXT,
    address TEXT
);
CREATE INDEX audit_person ON audit (person);
CREATE INDEX audit_subject ON audit (subject) WHERE subject IS NOT NULL;
";

/// How the trail is looked through, besides by whom and about what.
pub(super) const TRAIL_SQL: &str = "
CREATE INDEX audit_action ON audit (action);
CREATE INDEX audit_at ON audit (at);
";

fn maybe_time(row: &Row<'_>, at: usize) -> Result<Option<Time>, rusqlite::Error> {
    row.get::<_, Option<i64>>(at).map(|millis| millis.map(Time::from_millis))
}

fn maybe_person(row: &Row<'_>, at: usize) -> Result<Option<PersonId>, rusqlite::Error> {
    let bytes: Option<Vec<u8>> = row.get(at)?;
    Ok(bytes.and_then(|bytes| PersonId::from_slice(&bytes).ok()))
}

pub(super) fn any(store: &Connection) -> Result<bool, StoreError> {
    Ok(store.query_row("SELECT EXISTS (SELECT 1 FROM account)", [], |row| row.get(0))?)
}

pub(super) fn account(store: &Connection, person: PersonId) -> Result<Option<Account>, StoreError> {
    let sql = "SELECT password, totp, confirmed, changed FROM account WHERE person = ?1";
    let found = store.prepare_cached(sql)?.query_row([person.bytes()], |row| {
        Ok(Account { person, password: row.get(0)?, totp: row.get(1)?, confirmed: row.get(2)?, changed: time(row, 3)? })
    });
    Ok(found.optional()?)
}

pub(super) fn put(store: &Connection, account: &Account) -> Result<(), StoreError> {
    store.execute(
        "INSERT INTO account (person, password, totp, confirmed, changed) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (person) DO UPDATE SET password = ?2, totp = ?3, confirmed = ?4, changed = ?5",
        params![account.person.bytes(), account.password, account.totp, account.confirmed, account.changed.millis()],
    )?;
    Ok(())
}

pub(super) fn spend_step(store: &Connection, person: PersonId, step: u64) -> Result<bool, StoreError> {
    let sql = "UPDATE account SET step = ?2 WHERE person = ?1 AND step < ?2";
    Ok(store.execute(sql, (person.bytes(), int(step)))? > 0)
}

pub(super) fn recovery_put(store: &Connection, person: PersonId, hashes: &[[u8; 32]]) -> Result<(), StoreError> {
    store.execute("DELETE FROM recovery WHERE person = ?1", [person.bytes()])?;
    for hash in hashes {
        store.execute("INSERT INTO recovery (person, hash) VALUES (?1, ?2)", (person.bytes(), hash))?;
    }
    Ok(())
}

pub(super) fn recovery_spend(
    store: &Connection,
    person: PersonId,
    hash: &[u8; 32],
    now: Time,
) -> Result<bool, StoreError> {
    let sql = "UPDATE recovery SET used = ?3 WHERE person = ?1 AND hash = ?2 AND used IS NULL";
    Ok(store.execute(sql, (person.bytes(), hash, now.millis()))? > 0)
}

pub(super) fn recovery_left(store: &Connection, person: PersonId) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM recovery WHERE person = ?1 AND used IS NULL";
    Ok(store.query_row(sql, [person.bytes()], |row| number(row, 0))?)
}

const SESSION: &str = "number, person, stage, created, rotated, seen";

fn session(row: &Row<'_>) -> Result<Session, rusqlite::Error> {
    Ok(Session {
        number: number(row, 0)?,
        person: person_id(row, 1)?,
        stage: match row.get::<_, i64>(2)? {
            2 => Stage::In,
            1 => Stage::Setup,
            _ => Stage::Code,
        },
        created: time(row, 3)?,
        rotated: time(row, 4)?,
        seen: time(row, 5)?,
    })
}

const fn stage_number(stage: Stage) -> i64 {
    match stage {
        Stage::Code => 0,
        Stage::Setup => 1,
        Stage::In => 2,
    }
}

pub(super) fn session_add(
    store: &Connection,
    token: &[u8; 32],
    person: PersonId,
    stage: Stage,
    now: Time,
) -> Result<u64, StoreError> {
    store.execute(
        "INSERT INTO session (person, stage, token, created, rotated, seen) VALUES (?1, ?2, ?3, ?4, ?4, ?4)",
        (person.bytes(), stage_number(stage), token, now.millis()),
    )?;
    Ok(store.last_insert_rowid().cast_unsigned())
}

pub(super) fn session_by_token(store: &Connection, token: &[u8; 32]) -> Result<Option<(Session, bool)>, StoreError> {
    let sql = format!("SELECT {SESSION}, token = ?1 FROM session WHERE token = ?1 OR previous = ?1");
    let found = store.prepare_cached(&sql)?.query_row([token], |row| Ok((session(row)?, row.get(6)?)));
    Ok(found.optional()?)
}

pub(super) fn session_rotate(
    store: &Connection,
    session: u64,
    (from, to): (&[u8; 32], &[u8; 32]),
    now: Time,
) -> Result<bool, StoreError> {
    let sql = "UPDATE session SET previous = token, token = ?3, rotated = ?4 WHERE number = ?1 AND token = ?2";
    Ok(store.execute(sql, (int(session), from, to, now.millis()))? > 0)
}

pub(super) fn session_seen(store: &Connection, session: u64, now: Time) -> Result<(), StoreError> {
    store.execute("UPDATE session SET seen = ?2 WHERE number = ?1", (int(session), now.millis()))?;
    Ok(())
}

pub(super) fn sessions_end(
    store: &Connection,
    person: PersonId,
    only: Option<u64>,
    but: Option<u64>,
) -> Result<(), StoreError> {
    store.execute(
        "DELETE FROM session WHERE person = ?1 AND (?2 IS NULL OR number = ?2) AND (?3 IS NULL OR number <> ?3)",
        (person.bytes(), only.map(int), but.map(int)),
    )?;
    Ok(())
}

pub(super) fn sessions_sweep(store: &Connection, created: Time, seen: Time) -> Result<(), StoreError> {
    store.execute("DELETE FROM session WHERE created < ?1 OR seen < ?2", (created.millis(), seen.millis()))?;
    Ok(())
}

pub(super) fn sessions(store: &Connection, person: PersonId) -> Result<Vec<Session>, StoreError> {
    let mut statement = store.prepare(&format!("SELECT {SESSION} FROM session WHERE person = ?1 ORDER BY number"))?;
    let found = statement.query_map([person.bytes()], session)?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn link_add(store: &Connection, hash: &[u8; 32], link: &Link) -> Result<(), StoreError> {
    let purpose = i64::from(link.purpose == LinkUse::Password);
    // A newer link of the same use takes the older one's place.
    store.execute(
        "UPDATE link SET used = 0 WHERE purpose = ?1 AND person IS ?2 AND used IS NULL",
        params![purpose, link.person.map(|person| *person.bytes())],
    )?;
    store.execute(
        "INSERT INTO link (hash, purpose, person, expires) VALUES (?1, ?2, ?3, ?4)",
        params![hash, purpose, link.person.map(|person| *person.bytes()), link.expires.millis()],
    )?;
    Ok(())
}

pub(super) fn link(store: &Connection, hash: &[u8; 32], now: Time) -> Result<Option<Link>, StoreError> {
    let sql = "SELECT purpose, person, expires FROM link WHERE hash = ?1 AND used IS NULL AND expires > ?2";
    let found = store.prepare(sql)?.query_row((hash, now.millis()), |row| {
        let purpose = if row.get::<_, i64>(0)? == 1 { LinkUse::Password } else { LinkUse::First };
        Ok(Link { purpose, person: maybe_person(row, 1)?, expires: time(row, 2)? })
    });
    Ok(found.optional()?)
}

pub(super) fn link_spend(store: &Connection, hash: &[u8; 32], now: Time) -> Result<bool, StoreError> {
    let sql = "UPDATE link SET used = ?2 WHERE hash = ?1 AND used IS NULL AND expires > ?2";
    Ok(store.execute(sql, (hash, now.millis()))? > 0)
}

fn user_token(row: &Row<'_>) -> Result<UserToken, rusqlite::Error> {
    Ok(UserToken {
        number: number(row, 0)?,
        person: person_id(row, 1)?,
        label: row.get(2)?,
        created: time(row, 3)?,
        expires: time(row, 4)?,
        revoked: maybe_time(row, 5)?,
        seen: maybe_time(row, 6)?,
    })
}

const USER_TOKEN: &str = "number, person, label, created, expires, revoked, seen";

pub(super) fn token_add(store: &Connection, hash: &[u8; 32], token: &UserToken) -> Result<u64, StoreError> {
    store.execute(
        "INSERT INTO user_token (person, hash, label, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![token.person.bytes(), hash, token.label, token.created.millis(), token.expires.millis()],
    )?;
    Ok(store.last_insert_rowid().cast_unsigned())
}

pub(super) fn token_by_hash(store: &Connection, hash: &[u8; 32]) -> Result<Option<UserToken>, StoreError> {
    let sql = format!("SELECT {USER_TOKEN} FROM user_token WHERE hash = ?1");
    Ok(store.prepare_cached(&sql)?.query_row([hash], user_token).optional()?)
}

pub(super) fn tokens(store: &Connection, person: PersonId) -> Result<Vec<UserToken>, StoreError> {
    let mut statement =
        store.prepare(&format!("SELECT {USER_TOKEN} FROM user_token WHERE person = ?1 ORDER BY number"))?;
    let found = statement.query_map([person.bytes()], user_token)?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn token_revoke(
    store: &Connection,
    person: PersonId,
    only: Option<u64>,
    now: Time,
) -> Result<bool, StoreError> {
    let sql = "UPDATE user_token SET revoked = ?3
               WHERE person = ?1 AND (?2 IS NULL OR number = ?2) AND revoked IS NULL";
    Ok(store.execute(sql, (person.bytes(), only.map(int), now.millis()))? > 0)
}

pub(super) fn token_seen(store: &Connection, number: u64, now: Time) -> Result<(), StoreError> {
    store.execute("UPDATE user_token SET seen = ?2 WHERE number = ?1", (int(number), now.millis()))?;
    Ok(())
}

pub(super) fn audit_add(store: &Connection, entry: &AuditEntry) -> Result<(), StoreError> {
    store.execute(
        "INSERT INTO audit (at, person, action, subject, detail, address) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            entry.at.millis(),
            entry.person.map(|person| *person.bytes()),
            entry.action,
            entry.subject,
            entry.detail,
            entry.address
        ],
    )?;
    Ok(())
}

/// The conditions of a look at the trail: only those that are wanted, so that an index can serve them.
fn audit_sql(wanted: &AuditWanted) -> String {
    let conditions = [
        (wanted.person.is_some(), "person = ?1"),
        (wanted.action.is_some(), "action = ?2"),
        (wanted.subject.is_some(), "subject = ?3"),
        (wanted.from.is_some(), "at >= ?4"),
        (wanted.to.is_some(), "at < ?5"),
        (wanted.below.is_some(), "number < ?6"),
    ];
    let conditions: Vec<&str> = conditions.iter().filter(|(is_wanted, _)| *is_wanted).map(|(_, sql)| *sql).collect();
    let only = if conditions.is_empty() { String::new() } else { format!("WHERE {} ", conditions.join(" AND ")) };
    // The last parameter is there in any case, so that all of them are bound.
    format!(
        "SELECT number, at, person, action, subject, detail, address FROM audit {only}ORDER BY number DESC LIMIT ?7"
    )
}

pub(super) fn audit(store: &Connection, wanted: &AuditWanted) -> Result<Vec<(u64, AuditEntry)>, StoreError> {
    let mut statement = store.prepare_cached(&audit_sql(wanted))?;
    let found = statement.query_map(
        params![
            wanted.person.map(|person| *person.bytes()),
            wanted.action,
            wanted.subject,
            wanted.from.map(Time::millis),
            wanted.to.map(Time::millis),
            wanted.below.map(int),
            int(wanted.limit as u64)
        ],
        |row| {
            let entry = AuditEntry {
                at: time(row, 1)?,
                person: maybe_person(row, 2)?,
                action: row.get(3)?,
                subject: row.get(4)?,
                detail: row.get(5)?,
                address: row.get(6)?,
            };
            Ok((number(row, 0)?, entry))
        },
    )?;
    Ok(found.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_look_at_the_trail_reads_all_of_it() {
        let store = Connection::open_in_memory().unwrap();
        store.execute_batch(TABLES_SQL).unwrap();
        store.execute_batch(TRAIL_SQL).unwrap();
        let (person, now) = (PersonId::from_bytes([1; 16]), Time::from_millis(1));
        let wants = [
            AuditWanted { action: Some("export".to_owned()), ..AuditWanted::default() },
            AuditWanted { person: Some(person), ..AuditWanted::default() },
            AuditWanted { subject: Some("one".to_owned()), ..AuditWanted::default() },
            AuditWanted { below: Some(7), ..AuditWanted::default() },
            AuditWanted { from: Some(now), to: Some(now), ..AuditWanted::default() },
        ];
        for wanted in wants {
            let sql = format!("EXPLAIN QUERY PLAN {}", audit_sql(&wanted));
            let mut statement = store.prepare(&sql).unwrap();
            let plan: Vec<String> =
                statement.query_map([], |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
            assert!(plan.iter().any(|line| line.starts_with("SEARCH")), "{sql}: {plan:?}");
        }
        assert!(audit(&store, &AuditWanted { limit: 5, ..AuditWanted::default() }).unwrap().is_empty());
    }
}
