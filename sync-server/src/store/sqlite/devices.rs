//! Devices, enrolment codes, verdicts that followed a hold, and what revoked phones handed in.
//!
//! Floor: store. Invariant: of codes and tokens only hashes are kept.

use qiaomen_core::protocol::{Later, PhoneStatus};
use qiaomen_core::record::{DeviceId, PersonId, Time};
use rusqlite::{Connection, OptionalExtension, Row};

use super::column::{self, device_id, document_id, hash, int, number, person_id, time, unsigned};
use super::{context, device_number, manifest_number};
use crate::store::{DeviceRecord, KeptManifest, Redeemed, Salvaged, StoreError};

const DEVICE: &str = "SELECT id, person, key, label, enrolled, revoked, seen, own, base, wrote, told, app_version, \
     free_bytes, used_bytes, clock_offset, unsent, unsent_since, quarantined FROM device";

/// How each device said it was, and when; nothing of one that never did.
pub(super) const STATUS_SQL: &str = "
ALTER TABLE device ADD COLUMN told INTEGER;
ALTER TABLE device ADD COLUMN app_version TEXT;
ALTER TABLE device ADD COLUMN free_bytes INTEGER;
ALTER TABLE device ADD COLUMN used_bytes INTEGER;
ALTER TABLE device ADD COLUMN clock_offset INTEGER;
ALTER TABLE device ADD COLUMN unsent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN unsent_since INTEGER;
ALTER TABLE device ADD COLUMN quarantined INTEGER NOT NULL DEFAULT 0;
";

fn record(row: &Row<'_>) -> Result<DeviceRecord, rusqlite::Error> {
    let optional = |at: usize| -> Result<Option<Time>, rusqlite::Error> {
        Ok(row.get::<_, Option<i64>>(at)?.map(Time::from_millis))
    };
    Ok(DeviceRecord {
        id: device_id(row, 0)?,
        person: person_id(row, 1)?,
        key: row.get(2)?,
        label: row.get(3)?,
        enrolled: time(row, 4)?,
        revoked: optional(5)?,
        seen: optional(6)?,
        own: row.get(7)?,
        base: number(row, 8)?,
        wrote: number(row, 9)?,
        told: match optional(10)? {
            Some(at) => Some((status(row)?, at)),
            None => None,
        },
    })
}

fn status(row: &Row<'_>) -> Result<PhoneStatus, rusqlite::Error> {
    let bytes = |at: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(unsigned));
    Ok(PhoneStatus {
        version: row.get(11)?,
        free_bytes: bytes(12)?,
        used_bytes: bytes(13)?,
        clock_offset: row.get(14)?,
        unsent: number(row, 15)?,
        unsent_since: row.get::<_, Option<i64>>(16)?.map(Time::from_millis),
        quarantined: number(row, 17)?,
    })
}

pub(super) fn by_token(store: &Connection, token_hash: &[u8; 32]) -> Result<Option<DeviceRecord>, StoreError> {
    Ok(store.prepare_cached(&format!("{DEVICE} WHERE token = ?1"))?.query_row([token_hash], record).optional()?)
}

pub(super) fn device(store: &Connection, id: DeviceId) -> Result<Option<DeviceRecord>, StoreError> {
    Ok(store.prepare_cached(&format!("{DEVICE} WHERE id = ?1"))?.query_row([id.bytes()], record).optional()?)
}

pub(super) fn all(store: &Connection) -> Result<Vec<DeviceRecord>, StoreError> {
    let mut statement = store.prepare_cached(&format!("{DEVICE} ORDER BY number"))?;
    let found = statement.query_map([], record)?.collect::<Result<_, _>>()?;
    Ok(found)
}

pub(super) fn add(store: &Connection, device: &DeviceRecord, token_hash: Option<&[u8; 32]>) -> Result<i64, StoreError> {
    Ok(store
        .prepare_cached(
            "INSERT INTO device (id, person, key, token, label, enrolled, own) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .insert((
            device.id.bytes(),
            device.person.bytes(),
            device.key,
            token_hash,
            &device.label,
            device.enrolled.millis(),
            device.own,
        ))?)
}

pub(super) fn revoke(store: &Connection, device: DeviceId, now: Time) -> Result<bool, StoreError> {
    let done = store
        .prepare_cached("UPDATE device SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL")?
        .execute((device.bytes(), now.millis()))?
        > 0;
    // Whoever is deciding on a batch of this device decides again.
    store.prepare_cached("UPDATE state SET generation = generation + 1")?.execute([])?;
    Ok(done)
}

pub(super) fn revoke_person(store: &Connection, person: PersonId, now: Time) -> Result<Vec<DeviceId>, StoreError> {
    let revoked: Vec<DeviceId> = store
        .prepare_cached(
            "UPDATE device SET revoked = ?2 WHERE person = ?1 AND revoked IS NULL AND own = 0 RETURNING id",
        )?
        .query_map((person.bytes(), now.millis()), |row| device_id(row, 0))?
        .collect::<Result<_, _>>()?;
    void_invites(store, person)?;
    store.prepare_cached("UPDATE state SET generation = generation + 1")?.execute([])?;
    Ok(revoked)
}

/// Has a person's unused codes be over.
pub(super) fn void_invites(store: &Connection, person: PersonId) -> Result<(), StoreError> {
    store
        .prepare_cached("UPDATE invite SET expires = 0 WHERE person = ?1 AND used IS NULL")?
        .execute([person.bytes()])?;
    Ok(())
}

pub(super) fn seen(store: &Connection, device: DeviceId, base: u64, now: Time) -> Result<(), StoreError> {
    store.prepare_cached("UPDATE device SET seen = ?2, base = max(base, ?3) WHERE id = ?1")?.execute((
        device.bytes(),
        now.millis(),
        int(base),
    ))?;
    Ok(())
}

pub(super) fn told(store: &Connection, device: DeviceId, status: &PhoneStatus, now: Time) -> Result<(), StoreError> {
    store
        .prepare_cached(
            "UPDATE device SET told = ?2, app_version = ?3, free_bytes = ?4, used_bytes = ?5, clock_offset = ?6, \
             unsent = ?7, unsent_since = ?8, quarantined = ?9 WHERE id = ?1",
        )?
        .execute((
            device.bytes(),
            now.millis(),
            &status.version,
            status.free_bytes.map(int),
            status.used_bytes.map(int),
            status.clock_offset,
            int(status.unsent),
            status.unsent_since.map(Time::millis),
            int(status.quarantined),
        ))?;
    Ok(())
}

pub(super) fn refused_since(store: &Connection, device: DeviceId, since: Time) -> Result<u64, StoreError> {
    let device = device_number(store, device)?;
    Ok(store
        .prepare_cached("SELECT count(*) FROM refused WHERE device = ?1 AND at > ?2")?
        .query_row((device, since.millis()), |row| number(row, 0))?)
}

pub(super) fn is_invited(store: &Connection, code_hash: &[u8; 32]) -> Result<bool, StoreError> {
    Ok(store.prepare_cached("SELECT 1 FROM invite WHERE code = ?1")?.exists([code_hash])?)
}

pub(super) fn invite(
    store: &Connection,
    code_hash: &[u8; 32],
    person: PersonId,
    created_by: Option<PersonId>,
    now: Time,
    expires: Time,
) -> Result<(), StoreError> {
    store
        .prepare_cached("INSERT INTO invite (code, person, created_by, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((
            code_hash,
            person.bytes(),
            created_by.as_ref().map(PersonId::bytes),
            now.millis(),
            expires.millis(),
        ))?;
    Ok(())
}

pub(super) fn redeem(
    store: &Connection,
    code_hash: &[u8; 32],
    device: &DeviceRecord,
    token_hash: &[u8; 32],
    now: Time,
) -> Result<Redeemed, StoreError> {
    let found = store
        .prepare_cached("SELECT person, expires, used IS NOT NULL FROM invite WHERE code = ?1")?
        .query_row([code_hash], |row| Ok((person_id(row, 0)?, time(row, 1)?, row.get::<_, bool>(2)?)))
        .optional()?;
    let Some((person, expires, used)) = found else { return Ok(Redeemed::Unknown) };
    if used {
        return Ok(Redeemed::Used);
    }
    // A code made while they were leaving is as good as over.
    if expires <= now || context::standing(store, person)?.left {
        return Ok(Redeemed::Expired);
    }
    let device = DeviceRecord { person, ..device.clone() };
    let number = add(store, &device, Some(token_hash))?;
    store.prepare_cached("UPDATE invite SET used = ?2, device = ?3 WHERE code = ?1")?.execute((
        code_hash,
        now.millis(),
        number,
    ))?;
    Ok(Redeemed::Enrolled(person))
}

/// How many of them one answer carries; the rest comes with the next one.
const LATER: i64 = 2_000;
/// What one takes in an answer besides its verdict.
const LATER_BYTES: usize = 64;

pub(super) fn waiting(store: &Connection, device: DeviceId) -> Result<(u64, u64), StoreError> {
    let mut statement = store.prepare_cached("SELECT later, held FROM device WHERE id = ?1")?;
    let mut rows = statement.query([device.bytes()])?;
    Ok(match rows.next()? {
        Some(row) => (number(row, 0)?, number(row, 1)?),
        None => (0, 0),
    })
}

pub(super) fn later(store: &Connection, device: DeviceId, seen: u64, bytes: usize) -> Result<Vec<Later>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT l.number, l.document, l.hash, l.verdict FROM device d JOIN later l ON l.device = d.number \
         WHERE d.id = ?1 AND l.number > ?2 ORDER BY l.number LIMIT ?3",
    )?;
    let mut rows = statement.query((device.bytes(), int(seen), LATER))?;
    let mut found = Vec::new();
    let mut taken = 0;
    while let Some(row) = rows.next()? {
        let verdict: Vec<u8> = row.get(3)?;
        taken += LATER_BYTES + verdict.len();
        if taken > bytes && !found.is_empty() {
            break;
        }
        found.push(Later {
            number: number(row, 0)?,
            document: document_id(row, 1)?,
            change: hash(row, 2)?,
            verdict: column::verdict(&verdict)?,
        });
    }
    Ok(found)
}

/// What a change put aside takes besides its bytes.
const SALVAGED: u64 = 256;

pub(super) fn salvage(
    store: &Connection,
    device: DeviceId,
    manifest: &KeptManifest,
    changes: &[Salvaged<'_>],
    now: Time,
    limit: u64,
) -> Result<Option<u32>, StoreError> {
    let number = device_number(store, device)?;
    let have: i64 = store
        .prepare_cached("SELECT ifnull(sum(length(bytes) + 256), 0) FROM salvaged WHERE device = ?1")?
        .query_row([number], |row| row.get(0))?;
    let mut total = unsigned(have);
    let mut known = store.prepare_cached("SELECT 1 FROM salvaged WHERE device = ?1 AND document = ?2 AND hash = ?3")?;
    let mut fresh = Vec::new();
    for change in changes {
        if !known.exists((number, change.document.bytes(), change.hash.bytes()))? {
            total = total.saturating_add(change.bytes.len() as u64).saturating_add(SALVAGED);
            fresh.push(change);
        }
    }
    if total > limit {
        return Ok(None);
    }
    if !fresh.is_empty() {
        let manifest = manifest_number(store, manifest, number, now)?;
        let mut insert = store.prepare_cached(
            "INSERT OR IGNORE INTO salvaged (device, document, hash, epoch, claimed, manifest, arrival, bytes) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for change in fresh {
            insert.execute((
                number,
                change.document.bytes(),
                change.hash.bytes(),
                change.epoch,
                change.claimed.map(int),
                manifest,
                now.millis(),
                change.bytes,
            ))?;
        }
    }
    Ok(Some(u32::try_from(changes.len()).unwrap_or(u32::MAX)))
}
