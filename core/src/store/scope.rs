//! Which scopes the phone holds, and what goes when it holds one no longer.
//!
//! Floor: store. Invariants: what was not sent is handed over before anything goes; what the server holds for
//! a decision stays in the outbox, alone, so that a refusal still finds its way to the person.

use std::collections::HashSet;

use rusqlite::Connection;

use super::StoreError;
use super::document::{self, Stored};
use super::meta::{self, Phase};
use super::outbox::{self, State};
use crate::protocol::{Cursor, Gained};
use crate::record::Scope;

/// How many gained scopes a request carries at most.
const MOST_AT_A_TIME: usize = 1_000;

/// Takes a document out of the phone. What waits is handed over first: it goes later then, and this returns
/// false. What is held keeps its own change and nothing else.
pub(super) fn drop_document(connection: &Connection, mut stored: Stored) -> Result<bool, StoreError> {
    // What the record looked like is others' work too; what the person wrote stays.
    connection
        .prepare_cached("UPDATE quarantine SET fields = NULL WHERE document = ? AND NOT whole")?
        .execute([stored.id.bytes()])?;
    connection.prepare_cached("DELETE FROM first_sent WHERE receipt = ?")?.execute([stored.id.bytes()])?;
    // What it was kept back for does not come any more.
    outbox::let_go(connection, stored.record)?;
    let pending = outbox::of(connection, stored.record)?;
    if pending.iter().any(|change| change.state == State::Waiting) {
        connection.prepare_cached("UPDATE document SET leaving = 1 WHERE record = ?")?.execute([stored.record])?;
        return Ok(false);
    }
    stored.confirmed.clear();
    // What is held stays, and shows nothing until the document comes back.
    stored.leaving = true;
    document::save(connection, &stored, &pending, None)?;
    Ok(true)
}

/// Once nothing written under the old scopes waits any more, the phone holds the new ones: what it gained is
/// asked for from the beginning, what it lost goes. Returns how many documents went.
pub(super) fn go_on(connection: &Connection) -> Result<usize, StoreError> {
    let mut standing = meta::standing(connection)?;
    if outbox::waiting(connection)? > 0 {
        return Ok(0);
    }
    if standing.phase.healing.take().is_some() {
        meta::set(connection, meta::PHASE, &standing.phase)?;
    }
    let Some(next) = standing.phase.next_scopes.take() else { return Ok(0) };
    let (before, after): (HashSet<Scope>, HashSet<Scope>) =
        (standing.scopes.iter().copied().collect(), next.iter().copied().collect());
    let mut kept_back = 0;
    for scope in before.difference(&after) {
        kept_back += outbox::let_go_in(connection, *scope)?;
    }
    if kept_back > 0 {
        return Ok(0);
    }
    let mut cursor = standing.cursor;
    cursor.gained.retain(|gained| after.contains(&gained.scope));
    standing.phase.to_gain.iter_mut().for_each(|scopes| scopes.retain(|scope| after.contains(scope)));
    // A phone that has nothing yet gets everything through its main place.
    if cursor.at > 0 {
        let mut gained: Vec<Scope> = after.difference(&before).copied().collect();
        gained.sort_unstable();
        gain(&cursor, &mut standing.phase, gained);
    }
    gain_more(&mut cursor, &mut standing.phase);
    let mut dropped = 0;
    for scope in before.difference(&after) {
        dropped += drop_scope(connection, *scope)?;
    }
    meta::set(connection, meta::SCOPES, &next)?;
    meta::set(connection, meta::CURSOR, &cursor)?;
    meta::set(connection, meta::PHASE, &standing.phase)?;
    Ok(dropped)
}

/// Takes out those of `records` that the server has accepted in a scope that is not held, and will not be:
/// nothing more would come of them. Returns how many.
pub(super) fn drop_strays(connection: &Connection, records: &[i64]) -> Result<usize, StoreError> {
    let standing = meta::standing(connection)?;
    let next = standing.phase.next_scopes.unwrap_or_default();
    let mut dropped = 0;
    for record in records {
        let Some(scope) = document::scope(connection, *record)? else { continue };
        let held = standing.scopes.contains(&scope) || next.contains(&scope);
        if !held
            && outbox::of(connection, *record)?.is_empty()
            && let Some(stored) = document::by_record(connection, *record)?
        {
            dropped += usize::from(drop_document(connection, stored)?);
        }
    }
    Ok(dropped)
}

/// Notes that all of these scopes are to be asked for.
pub(super) fn gain(cursor: &Cursor, phase: &mut Phase, scopes: impl IntoIterator<Item = Scope>) {
    let mut to_gain = phase.to_gain.take().unwrap_or_default();
    let mut known: HashSet<Scope> = cursor.gained.iter().map(|gained| gained.scope).chain(to_gain.clone()).collect();
    to_gain.extend(scopes.into_iter().filter(|scope| known.insert(*scope)));
    phase.to_gain = (!to_gain.is_empty()).then_some(to_gain);
}

/// Asks for as many of the scopes noted as a request shall carry at a time, in the order in which they were noted;
/// says whether any came in.
pub(super) fn gain_more(cursor: &mut Cursor, phase: &mut Phase) -> bool {
    let Some(to_gain) = phase.to_gain.as_mut() else { return false };
    let count = to_gain.len().min(MOST_AT_A_TIME.saturating_sub(cursor.gained.len()));
    cursor.gained.extend(to_gain.drain(..count).map(|scope| Gained { scope, base: 0, at: 0 }));
    if to_gain.is_empty() {
        phase.to_gain = None;
    }
    count > 0
}

fn drop_scope(connection: &Connection, scope: Scope) -> Result<usize, StoreError> {
    let bytes = scope.to_bytes();
    let records: Vec<i64> = connection
        .prepare_cached("SELECT record FROM document WHERE scope = ?")?
        .query_map([&bytes], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut dropped = 0;
    for record in records {
        if let Some(stored) = document::by_record(connection, record)? {
            dropped += usize::from(drop_document(connection, stored)?);
        }
    }
    connection.prepare_cached("DELETE FROM aside WHERE scope = ?")?.execute([&bytes])?;
    Ok(dropped)
}

/// Remembers that a document was taken out of `scope` about `at`: after a restore of the server to a point
/// before, it may be in there again.
pub(super) fn depart(connection: &Connection, scope: Scope, at: u64) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO departure(scope, at) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET at = max(at, ?2)")?
        .execute((scope.to_bytes(), at.cast_signed()))?;
    Ok(())
}

/// Asks for all of these scopes once more, because documents in them lack changes that this phone wrote and
/// has lost (it was restored from a backup): through a gained scope the server sends those too. A scope for
/// which that did not serve is not asked for again. Returns whether anything is asked for.
pub(super) fn ask_again(
    connection: &Connection,
    cursor: &Cursor,
    phase: &mut Phase,
    scopes: &HashSet<Scope>,
) -> Result<bool, StoreError> {
    let mut asks = false;
    for scope in scopes {
        let name = asked(*scope);
        if meta::get::<bool>(connection, &name)?.is_none() {
            meta::set(connection, &name, &true)?;
            gain(cursor, phase, [*scope]);
            asks = true;
        }
    }
    Ok(asks)
}

fn asked(scope: Scope) -> String {
    format!("asked:{scope}")
}

/// Asking for a scope again served: it may be done again another time.
pub(super) fn asked_in_vain_no_more(connection: &Connection, scope: Scope) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM meta WHERE name = ?")?.execute([asked(scope)])?;
    Ok(())
}

/// The scopes out of which something went above `size`, of those held.
pub(super) fn departed(connection: &Connection, size: u64, held: &[Scope]) -> Result<Vec<Scope>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT scope FROM departure WHERE at > ? ORDER BY scope")?;
    let found: Vec<Scope> = statement
        .query_map([size.cast_signed()], |row| document::scope_of(row.get_ref(0)?.as_blob()?))?
        .collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(|scope| held.contains(scope)).collect())
}
