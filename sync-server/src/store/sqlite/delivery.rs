//! When alerts were first sent to devices.
//!
//! Floor: store. Invariants: the first time is kept and never changed; it is on the disk before the answer goes.

use qiaomen_core::protocol::FirstSent;
use qiaomen_core::record::{AlertId, DeviceId, DocumentId, PersonId, Time};
use rusqlite::{Connection, OptionalExtension};

use super::column::{device_id, person_id, time};
use super::device_number;
use crate::store::StoreError;

/// The table.
pub(super) const TABLES_SQL: &str = "
CREATE TABLE delivery (
    alert BLOB NOT NULL,
    device INTEGER NOT NULL REFERENCES device (number),
    at INTEGER NOT NULL,
    PRIMARY KEY (alert, device)
) WITHOUT ROWID;
";

/// Those of the alerts that the device was not sent yet. One that it wrote itself it need not be sent, though it comes
/// back with the rest of its case file.
pub(super) fn fresh(store: &Connection, device: DeviceId, alerts: &[AlertId]) -> Result<Vec<AlertId>, StoreError> {
    let device = device_number(store, device)?;
    let mut known = store.prepare_cached(
        "SELECT 1 FROM delivery WHERE alert = ?1 AND device = ?2 \
         UNION ALL SELECT 1 FROM document d JOIN change c ON c.record = d.record WHERE d.id = ?1 AND c.device = ?2",
    )?;
    let mut fresh = Vec::new();
    for alert in alerts {
        if !known.exists((alert.bytes(), device))? {
            fresh.push(*alert);
        }
    }
    Ok(fresh)
}

pub(super) fn note(store: &Connection, device: DeviceId, alerts: &[AlertId], now: Time) -> Result<(), StoreError> {
    let device = device_number(store, device)?;
    let mut note = store.prepare_cached("INSERT OR IGNORE INTO delivery (alert, device, at) VALUES (?1, ?2, ?3)")?;
    for alert in alerts {
        note.execute((alert.bytes(), device, now.millis()))?;
    }
    Ok(())
}

pub(super) fn first_sent(store: &Connection, documents: &[DocumentId]) -> Result<Vec<FirstSent>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT y.at FROM document d JOIN \"receipt\" r ON r.\"record\" = d.record \
             JOIN change c ON c.record = d.record JOIN delivery y ON y.alert = r.\"alert\" AND y.device = c.device \
         WHERE d.id = ?1 ORDER BY c.sequence LIMIT 1",
    )?;
    let mut found = Vec::new();
    for receipt in documents {
        let at = statement.query_row([receipt.bytes()], |row| time(row, 0)).optional()?;
        found.extend(at.map(|at| FirstSent { receipt: *receipt, at }));
    }
    Ok(found)
}

pub(super) fn delivered(store: &Connection, alert: AlertId) -> Result<Vec<(DeviceId, PersonId, Time)>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT d.id, d.person, y.at FROM delivery y JOIN device d ON d.number = y.device \
         WHERE y.alert = ?1 ORDER BY y.at, d.id",
    )?;
    let found =
        statement.query_map([alert.bytes()], |row| Ok((device_id(row, 0)?, person_id(row, 1)?, time(row, 2)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}
