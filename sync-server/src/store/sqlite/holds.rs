//! Held changes, a part at a time.
//!
//! Floor: store. Invariant: nothing reads the bytes of more of them than it was asked for.

use std::collections::HashSet;

use qiaomen_core::protocol::Refusal;
use qiaomen_core::record::DocumentId;
use rusqlite::{Connection, OptionalExtension, Row, Rows};

use super::column::{self, actor_id, device_id, document_id, hash, int, number, person_id, time};
use super::context::known_in;
use crate::store::{Context, HeldChange, StoreError, Wanted};

/// How many bytes of held changes are read at a time, unless one alone has more.
const BYTES: usize = 8 * 1024 * 1024;

const HELD: &str = "SELECT h.number, h.document, h.hash, h.epoch, h.claimed, h.code, h.field, h.waits_for, d.id, \
     h.person, h.actor, h.seq, h.manifest, h.base, h.arrival";
const FROM: &str = "FROM held h JOIN device d ON d.number = h.device";

fn change(row: &Row<'_>) -> Result<HeldChange, rusqlite::Error> {
    Ok(HeldChange {
        number: number(row, 0)?,
        document: document_id(row, 1)?,
        hash: hash(row, 2)?,
        epoch: row.get(3)?,
        claimed: row.get::<_, Option<i64>>(4)?.map(column::unsigned),
        refusal: Refusal { code: row.get(5)?, field: row.get(6)? },
        waits_for: row.get::<_, Option<[u8; 16]>>(7)?.map(DocumentId::from_bytes),
        device: device_id(row, 8)?,
        person: person_id(row, 9)?,
        used: (actor_id(row, 10)?, number(row, 11)?),
        manifest: row.get(12)?,
        base: number(row, 13)?,
        arrival: time(row, 14)?,
        bytes: row.get(15)?,
    })
}

pub(super) fn waiting_for(
    store: &Connection,
    documents: &[DocumentId],
    after: u64,
    limit: usize,
) -> Result<Vec<HeldChange>, StoreError> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut numbers: Vec<u64> = Vec::new();
    let mut waiting = store
        .prepare_cached("SELECT number FROM held WHERE waits_for = ?1 AND number > ?2 ORDER BY number LIMIT ?3")?;
    for document in documents {
        for found in waiting.query_map((document.bytes(), int(after), most), |row| number(row, 0))? {
            numbers.push(found?);
        }
        if numbers.len() > limit.saturating_mul(4) {
            numbers.sort_unstable();
            numbers.truncate(limit);
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers.truncate(limit);
    let mut found = Vec::with_capacity(numbers.len());
    let mut bytes = 0_usize;
    for number in numbers {
        let Some(held) = one(store, number)? else { continue };
        bytes = bytes.saturating_add(held.bytes.len());
        if bytes > BYTES && !found.is_empty() {
            break;
        }
        found.push(held);
    }
    Ok(found)
}

pub(super) fn one(store: &Connection, number: u64) -> Result<Option<HeldChange>, StoreError> {
    let mut statement = store.prepare_cached(&format!("{HELD}, h.bytes {FROM} WHERE h.number = ?1"))?;
    Ok(statement.query_row([int(number)], change).optional()?)
}

pub(super) fn list(store: &Connection, after: u64, limit: usize) -> Result<Vec<HeldChange>, StoreError> {
    let mut statement =
        store.prepare_cached(&format!("{HELD}, x'' {FROM} WHERE h.number > ?1 ORDER BY h.number LIMIT ?2"))?;
    let found = statement
        .query_map((int(after), i64::try_from(limit).unwrap_or(i64::MAX)), change)?
        .collect::<Result<_, _>>()?;
    Ok(found)
}

pub(super) fn awaited(store: &Connection) -> Result<Vec<DocumentId>, StoreError> {
    // What hangs on a change that is held still would only be found held again.
    let mut statement = store.prepare_cached(
        "SELECT DISTINCT h.waits_for FROM held h LEFT JOIN document d ON d.id = h.waits_for \
         WHERE h.waits_for IS NOT NULL AND CASE h.code WHEN 'depends_on_held' THEN NOT EXISTS \
             (SELECT 1 FROM held b WHERE b.document = h.waits_for AND b.code <> 'depends_on_held') \
         ELSE d.record NOT NULL END",
    )?;
    let found = statement.query_map([], |row| document_id(row, 0))?.collect::<Result<_, _>>()?;
    Ok(found)
}

/// Holds of the changes asked for, of those they depend on, and of whatever bears their numbers; without bytes.
pub(super) fn about(store: &Connection, wanted: &Wanted, context: &mut Context) -> Result<(), StoreError> {
    let known = known_in(store, "held", wanted)?;
    if known.is_empty() {
        return Ok(());
    }
    let mut named = store.prepare_cached(&format!("{HELD}, x'' {FROM} WHERE h.document = ?1 AND h.hash = ?2"))?;
    let mut used =
        store.prepare_cached(&format!("{HELD}, x'' {FROM} WHERE h.document = ?1 AND h.actor = ?2 AND h.seq = ?3"))?;
    let mut seen = HashSet::new();
    let mut take = |rows: &mut Rows<'_>| -> Result<(), StoreError> {
        while let Some(row) = rows.next()? {
            let held = change(row)?;
            if seen.insert(held.number) {
                context.held.push(held);
            }
        }
        Ok(())
    };
    for (document, change) in wanted.changes.iter().chain(&wanted.dependencies) {
        if known.contains(document) {
            take(&mut named.query((document.bytes(), change.bytes()))?)?;
        }
    }
    for (document, actor, seq) in &wanted.used {
        if known.contains(document) {
            take(&mut used.query((document.bytes(), actor.bytes(), int(*seq)))?)?;
        }
    }
    Ok(())
}
