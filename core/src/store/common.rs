//! Going back to the point that the phone and a restored server have in common.
//!
//! Floor: store. Invariants: above the point nothing of others' stays and nothing own is lost; own changes go
//! back into the outbox before all that waits, in the order in which they were accepted, with the numbers
//! they had.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::body::{self, Confirmed};
use super::document::{self, Stored};
use super::outbox::{self, Entry};
use super::{Store, StoreError, meta, scope};
use crate::document::{Change, ChangeHash};
use crate::protocol::{Cursor, Gained, Point, Sealed};
use crate::record::{ActorId, DeviceId, DocumentId, Kind, Scope};

impl Store {
    /// The points that were kept, the newest first.
    pub(crate) fn points(&self, limit: usize) -> Result<Vec<Point>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT size, root FROM point ORDER BY size DESC LIMIT ?")?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = statement
            .query_map([limit], |row| Ok(Point { size: row.get::<_, i64>(0)?.cast_unsigned(), root: row.get(1)? }))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Goes back to `common`, in one transaction.
    pub(crate) fn roll_back(&mut self, common: Option<Point>) -> Result<(), StoreError> {
        let point = common.unwrap_or(Point { size: 0, root: [0; 32] });
        self.actor = None;
        let transaction = self.connection.transaction()?;
        let standing = meta::standing(&transaction)?;
        let devices: Vec<DeviceId> = meta::get(&transaction, meta::DEVICES)?.ok_or(StoreError::NotEnrolled)?;
        let records: Vec<i64> = transaction
            .prepare_cached("SELECT record FROM document WHERE sequence > ?")?
            .query_map([point.size.cast_signed()], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        outbox::release_all(&transaction)?;
        let mut back = Vec::new();
        let mut changed = Vec::new();
        for record in records {
            let Some(mut stored) = document::by_record(&transaction, record)? else { continue };
            split(&transaction, &mut stored, point.size, &devices, &mut back)?;
            changed.push(stored);
        }
        let again = split_aside(&transaction, point.size, &devices, &mut back, &mut changed)?;
        put_back(&transaction, back)?;
        for stored in &changed {
            document::refresh(&transaction, stored)?;
        }
        transaction.execute("DELETE FROM point WHERE size > ?", [point.size.cast_signed()])?;
        let mut cursor = back_to(&standing.cursor, point);
        let departed = scope::departed(&transaction, point.size, &standing.scopes)?;
        let mut phase = standing.phase;
        let again = again.into_iter().filter(|scope| standing.scopes.contains(scope));
        scope::gain(&cursor, &mut phase, again.chain(departed));
        scope::gain_more(&mut cursor, &mut phase);
        transaction.execute("DELETE FROM departure WHERE at > ?", [point.size.cast_signed()])?;
        phase.healing = Some(point);
        // Of several restores in a row, the one before which most was known.
        let seal: Option<Sealed> = meta::get(&transaction, meta::SEAL)?;
        phase.lost = phase.lost.into_iter().chain(seal).max_by_key(|seal| seal.point.size);
        transaction.execute("DELETE FROM meta WHERE name = ?", [meta::SEAL])?;
        meta::set(&transaction, meta::PHASE, &phase)?;
        meta::set(&transaction, meta::CURSOR, &cursor)?;
        // The restored server counts its later verdicts from where it was.
        meta::set(&transaction, meta::LATER, &0_u64)?;
        transaction.commit()?;
        Ok(())
    }
}

fn back_to(cursor: &Cursor, point: Point) -> Cursor {
    let gained = cursor.gained.iter().map(|gained| Gained {
        scope: gained.scope,
        base: gained.base.min(point.size),
        at: gained.at.min(point.size),
    });
    Cursor { base: cursor.base.min(point.size), at: cursor.at.min(point.size), log: point, gained: gained.collect() }
}

/// An own change on its way back into the outbox.
struct Back {
    sequence: u64,
    acceptance: u64,
    record: i64,
    document: DocumentId,
    epoch: u32,
    actor: ActorId,
    hash: ChangeHash,
    raw: Vec<u8>,
}

fn split(
    connection: &Connection,
    stored: &mut Stored,
    size: u64,
    devices: &[DeviceId],
    back: &mut Vec<Back>,
) -> Result<(), StoreError> {
    let at = stored.confirmed.partition_point(|change| change.sequence <= size);
    let above = stored.confirmed.split_off(at);
    own_of(connection, stored, above, devices, back)
}

/// Puts what is own of `above` on its way back.
fn own_of(
    connection: &Connection,
    stored: &Stored,
    above: Vec<Confirmed>,
    devices: &[DeviceId],
    back: &mut Vec<Back>,
) -> Result<(), StoreError> {
    for change in above {
        let parsed = Change::parse(&change.raw)?;
        let (actor, hash) = (parsed.actor(), parsed.hash());
        if is_own(connection, actor, devices)? {
            back.push(Back {
                sequence: change.sequence,
                acceptance: change.acceptance,
                record: stored.record,
                document: stored.id,
                epoch: stored.epoch,
                actor,
                hash,
                raw: change.raw,
            });
        }
    }
    Ok(())
}

/// Takes out what was put aside above the point; returns the scopes in which something was. What is own of it and
/// nowhere else goes back into the outbox.
fn split_aside(
    connection: &Connection,
    size: u64,
    devices: &[DeviceId],
    back: &mut Vec<Back>,
    changed: &mut Vec<Stored>,
) -> Result<BTreeSet<Scope>, StoreError> {
    let mut scopes = BTreeSet::new();
    let found: Vec<([u8; 16], Scope, u32, Vec<u8>)> = connection
        .prepare_cached("SELECT document, scope, epoch, body FROM aside ORDER BY document")?
        .query_map([], |row| {
            Ok((row.get(0)?, document::scope_of(row.get_ref(1)?.as_blob()?)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<Result<_, _>>()?;
    for (id, scope, epoch, body) in found {
        let mut below = body::unpack(&body)?;
        let above = below.split_off(below.partition_point(|change| change.sequence <= size));
        if above.is_empty() {
            continue;
        }
        scopes.insert(scope);
        if below.is_empty() {
            connection.prepare_cached("DELETE FROM aside WHERE document = ?")?.execute([id])?;
        } else {
            connection
                .prepare_cached("UPDATE aside SET body = ? WHERE document = ?")?
                .execute((body::pack(&below), id))?;
        }
        let id = DocumentId::from_bytes(id);
        let kind = Kind::Unknown("".into());
        let nothing = Stored { record: 0, id, kind, scope, epoch, leaving: false, confirmed: Vec::new() };
        let mut stored = document::find(connection, id)?.unwrap_or(nothing);
        let mut own = Vec::new();
        own_of(connection, &stored, above, devices, &mut own)?;
        let waiting = outbox::of(connection, stored.record)?;
        own.retain(|change| {
            back.iter().all(|have| have.hash != change.hash)
                && waiting.iter().all(|have| have.hash != change.hash)
                && stored.confirmed.iter().all(|have| have.raw != change.raw)
        });
        if own.is_empty() {
            continue;
        }
        if stored.record == 0 {
            let first = own.iter().find_map(|change| Change::parse(&change.raw).ok()?.first().ok());
            stored.kind = first.map_or(stored.kind, |first| first.header.kind);
            stored.record = document::save_columns(connection, &stored, &[], None)?;
        }
        if changed.iter().all(|have| have.record != stored.record) {
            changed.push(stored.clone());
        }
        back.extend(own.into_iter().map(|change| Back { record: stored.record, ..change }));
    }
    Ok(scopes)
}

fn put_back(connection: &Connection, mut back: Vec<Back>) -> Result<(), StoreError> {
    back.sort_by_key(|change| change.sequence);
    let least: Option<i64> = connection.query_row("SELECT min(position) FROM outbox", [], |row| row.get(0))?;
    let first = least.unwrap_or(1).saturating_sub(i64::try_from(back.len()).unwrap_or(0));
    for (position, change) in (first..).zip(&back) {
        let entry = Entry {
            record: change.record,
            document: change.document,
            epoch: change.epoch,
            actor: change.actor,
            hash: change.hash,
            raw: &change.raw,
            acceptance: Some(change.acceptance),
            at: None,
        };
        outbox::put(connection, &entry, Some(position))?;
    }
    Ok(())
}

/// Whether a change of this actor was made by this phone: nobody else's actors go without a note.
fn is_own(connection: &Connection, actor: ActorId, devices: &[DeviceId]) -> Result<bool, StoreError> {
    use rusqlite::OptionalExtension;
    let mut statement = connection.prepare_cached("SELECT device FROM actor WHERE actor = ?")?;
    let noted: Option<[u8; 16]> = statement.query_row([actor.bytes()], |row| row.get(0)).optional()?;
    Ok(noted.is_none_or(|noted| devices.contains(&DeviceId::from_bytes(noted))))
}
