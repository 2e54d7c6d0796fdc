//! Webhooks, what waits to be sent to them, and what was sent in the last minute.
//!
//! Floor: store. Invariants: of one webhook and kind at most one message waits; a number is given once, so that what
//! became of a message is never noted for the one that replaced it; each sending is noted before it is begun; of a
//! removed webhook neither address nor secret is kept.

use qiaomen_core::record::{PersonId, Time};
use rusqlite::{Connection, OptionalExtension, Row};

use super::column::{int, number, person_id, time};
use crate::store::{HookEnd, HookFormat, HookTarget, NewHook, News, NewsKind, QueuedNews, StoreError, Webhook};

/// The tables.
pub(super) const TABLES_SQL: &str = "
-- Before `quiet` nothing is sent: the receiver asked for it.
CREATE TABLE webhook (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    format TEXT NOT NULL,
    secret BLOB,
    link TEXT,
    per_minute INTEGER NOT NULL,
    quiet INTEGER,
    created INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    removed INTEGER,
    removed_by BLOB
);
CREATE UNIQUE INDEX webhook_name ON webhook (name) WHERE removed IS NULL;

CREATE TABLE hook_queue (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook INTEGER NOT NULL REFERENCES webhook (number),
    kind TEXT NOT NULL,
    count INTEGER NOT NULL,
    created INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    next INTEGER NOT NULL,
    sent INTEGER,
    failed INTEGER
);
CREATE UNIQUE INDEX hook_queue_waiting ON hook_queue (webhook, kind) WHERE sent IS NULL AND failed IS NULL;

-- When something was sent, whatever became of it: the receiver counts it too.
CREATE TABLE hook_send (webhook INTEGER NOT NULL REFERENCES webhook (number), at INTEGER NOT NULL);
CREATE INDEX hook_send_webhook ON hook_send (webhook, at);
";

const MINUTE: i64 = 60_000;

/// For how long it is remembered what became of a message.
const KEPT: i64 = 30 * 24 * 60 * MINUTE;

/// Whether webhook `w` may be sent something at `?1`. What lies ahead of now, or waits for more than a day, was written
/// while the clock was wrong.
const FREE: &str = "w.removed IS NULL AND (w.quiet IS NULL OR w.quiet <= ?1 OR w.quiet > ?1 + 86400000) \
     AND (SELECT count(*) FROM hook_send s WHERE s.webhook = w.number AND s.at > ?1 - 60000 AND s.at <= ?1) < w.per_minute";

/// Whether message `q` is to be sent at `?1`.
const DUE: &str = "q.sent IS NULL AND q.failed IS NULL AND (q.next <= ?1 OR q.next > ?1 + 86400000)";

const TARGET: &str = "w.name, w.url, w.format, w.secret, w.link, w.per_minute";

/// A webhook's columns, where [`TARGET`] was selected first.
fn target(row: &Row<'_>) -> Result<HookTarget, StoreError> {
    let format: String = row.get(2)?;
    Ok(HookTarget {
        name: row.get(0)?,
        url: row.get(1)?,
        format: HookFormat::from_word(&format).ok_or(StoreError::Damaged("a webhook's format"))?,
        secret: row.get(3)?,
        link: row.get(4)?,
        per_minute: row.get(5)?,
    })
}

pub(super) fn add(store: &Connection, new: &NewHook<'_>) -> Result<bool, StoreError> {
    let target = new.target;
    let taken =
        store.prepare_cached("SELECT 1 FROM webhook WHERE name = ?1 AND removed IS NULL")?.exists([&target.name])?;
    if taken {
        return Ok(false);
    }
    store
        .prepare_cached(
            "INSERT INTO webhook (name, url, format, secret, link, per_minute, created, created_by) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            &target.name,
            &target.url,
            target.format.word(),
            &target.secret,
            &target.link,
            target.per_minute,
            new.now.millis(),
            new.person.bytes(),
        ))?;
    Ok(true)
}

pub(super) fn remove(store: &Connection, name: &str, person: PersonId, now: Time) -> Result<bool, StoreError> {
    let removed = store
        .prepare_cached(
            "UPDATE webhook SET removed = ?2, removed_by = ?3, url = '', secret = NULL, link = NULL \
             WHERE name = ?1 AND removed IS NULL RETURNING number",
        )?
        .query_row((name, now.millis(), person.bytes()), |row| row.get::<_, i64>(0))
        .optional()?;
    let Some(webhook) = removed else { return Ok(false) };
    for table in ["hook_queue", "hook_send"] {
        store.prepare_cached(&format!("DELETE FROM {table} WHERE webhook = ?1"))?.execute([webhook])?;
    }
    Ok(true)
}

pub(super) fn list(store: &Connection) -> Result<Vec<Webhook>, StoreError> {
    let mut statement = store.prepare_cached(&format!(
        "SELECT {TARGET}, w.number, w.created, w.created_by, \
             (SELECT count(*) FROM hook_queue q WHERE q.webhook = w.number AND q.sent IS NULL AND q.failed IS NULL), \
             (SELECT max(q.sent) FROM hook_queue q WHERE q.webhook = w.number), \
             (SELECT max(q.failed) FROM hook_queue q WHERE q.webhook = w.number) \
         FROM webhook w WHERE w.removed IS NULL ORDER BY w.name"
    ))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Webhook {
            target: target(row)?,
            number: number(row, 6)?,
            created: time(row, 7)?,
            created_by: person_id(row, 8)?,
            waiting: number(row, 9)?,
            sent: row.get::<_, Option<i64>>(10)?.map(Time::from_millis),
            failed: row.get::<_, Option<i64>>(11)?.map(Time::from_millis),
        });
    }
    Ok(found)
}

pub(super) fn is_any(store: &Connection) -> Result<bool, StoreError> {
    Ok(store.prepare_cached("SELECT 1 FROM webhook WHERE removed IS NULL")?.exists([])?)
}

pub(super) fn tell(store: &Connection, news: &[News], now: Time) -> Result<(), StoreError> {
    store.prepare_cached("DELETE FROM hook_queue WHERE coalesce(sent, failed) < ?1")?.execute([now.millis() - KEPT])?;
    let webhooks: Vec<i64> = store
        .prepare_cached("SELECT number FROM webhook WHERE removed IS NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    // One that says the same stays, since it may be on its way.
    let mut renew = store.prepare_cached(
        "UPDATE hook_queue SET created = ?4 \
         WHERE webhook = ?1 AND kind = ?2 AND count = ?3 AND sent IS NULL AND failed IS NULL",
    )?;
    let mut take_back = store.prepare_cached(
        "DELETE FROM hook_queue WHERE webhook = ?1 AND kind = ?2 AND sent IS NULL AND failed IS NULL \
         RETURNING tries, next",
    )?;
    let mut insert = store.prepare_cached(
        "INSERT INTO hook_queue (webhook, kind, count, created, tries, next) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for webhook in webhooks {
        for News { kind, count } in news {
            let (kind, count) = (kind.word(), int(*count));
            if count > 0 && renew.execute((webhook, kind, count, now.millis()))? > 0 {
                continue;
            }
            let before: Option<(u32, i64)> =
                take_back.query_row((webhook, kind), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            if count > 0 {
                // A receiver that does not answer is not asked sooner because there is newer news.
                let (tries, next) = before.unwrap_or((0, now.millis()));
                insert.execute((webhook, kind, count, now.millis(), tries, next))?;
            }
        }
    }
    Ok(())
}

pub(super) fn due(store: &Connection, now: Time) -> Result<Vec<u64>, StoreError> {
    let mut statement = store.prepare_cached(&format!(
        "SELECT w.number FROM webhook w \
         WHERE EXISTS (SELECT 1 FROM hook_queue q WHERE q.webhook = w.number AND {DUE}) AND {FREE} ORDER BY w.number"
    ))?;
    let found = statement.query_map([now.millis()], |row| number(row, 0))?.collect::<Result<_, _>>()?;
    Ok(found)
}

pub(super) fn take(store: &Connection, webhook: u64, now: Time, until: Time) -> Result<Option<QueuedNews>, StoreError> {
    let mut statement = store.prepare_cached(&format!(
        "SELECT {TARGET}, q.number, q.kind, q.count, q.created, q.tries \
         FROM webhook w JOIN hook_queue q ON q.webhook = w.number AND {DUE} \
         WHERE w.number = ?2 AND {FREE} ORDER BY q.next, q.number LIMIT 1"
    ))?;
    let mut rows = statement.query((now.millis(), int(webhook)))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let kind: String = row.get(7)?;
    let kind = NewsKind::from_word(&kind).ok_or(StoreError::Damaged("a kind of news"))?;
    let taken = QueuedNews {
        target: target(row)?,
        number: number(row, 6)?,
        news: News { kind, count: number(row, 8)? },
        created: time(row, 9)?,
        tries: row.get::<_, u32>(10)?.saturating_add(1),
    };
    drop(rows);
    store.prepare_cached("UPDATE hook_queue SET tries = ?2, next = ?3 WHERE number = ?1")?.execute((
        int(taken.number),
        taken.tries,
        until.millis(),
    ))?;
    note(store, webhook, now)?;
    Ok(Some(taken))
}

pub(super) fn spend(store: &Connection, webhook: u64, now: Time) -> Result<bool, StoreError> {
    let free = store
        .prepare_cached(&format!("SELECT 1 FROM webhook w WHERE w.number = ?2 AND {FREE}"))?
        .exists((now.millis(), int(webhook)))?;
    if free {
        note(store, webhook, now)?;
    }
    Ok(free)
}

/// Notes that something is sent now, and forgets what no longer counts.
fn note(store: &Connection, webhook: u64, now: Time) -> Result<(), StoreError> {
    store.prepare_cached("DELETE FROM hook_send WHERE webhook = ?1 AND (at <= ?2 - ?3 OR at > ?2)")?.execute((
        int(webhook),
        now.millis(),
        MINUTE,
    ))?;
    store
        .prepare_cached("INSERT INTO hook_send (webhook, at) VALUES (?1, ?2)")?
        .execute((int(webhook), now.millis()))?;
    Ok(())
}

pub(super) fn done(
    store: &Connection,
    webhook: u64,
    queued: Option<(u64, HookEnd)>,
    quiet: Option<Time>,
) -> Result<(), StoreError> {
    if let Some((number, end)) = queued {
        let (column, at) = match end {
            HookEnd::Sent(at) => ("sent", at),
            HookEnd::Again(at) => ("next", at),
            HookEnd::GivenUp(at) => ("failed", at),
        };
        store
            .prepare_cached(&format!("UPDATE hook_queue SET {column} = ?2 WHERE number = ?1"))?
            .execute((int(number), at.millis()))?;
    }
    if let Some(until) = quiet {
        store
            .prepare_cached("UPDATE webhook SET quiet = ?2 WHERE number = ?1")?
            .execute((int(webhook), until.millis()))?;
    }
    Ok(())
}
