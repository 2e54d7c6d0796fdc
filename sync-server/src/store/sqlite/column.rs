//! Between SQLite's values and the product's.
//!
//! Floor: store. Invariant: what cannot be read is reported as damage by the column's name, never by value.

use qiaomen_core::document::ChangeHash;
use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{Kind, Role, Scope, Time};
use rusqlite::{ErrorCode, Row};

use crate::store::{StoreError, StoredDocument};

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::DatabaseCorrupt => Self::Damaged("the database file"),
                ErrorCode::NotADatabase => Self::Damaged("not a database file"),
                // The number alone: a message may quote what stands in a row.
                code => Self::Io(format!("SQLite {code:?} ({})", failure.extended_code)),
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Damaged("a column's type"),
            rusqlite::Error::SqlInputError { msg, .. } => Self::Io(format!("SQL: {msg}")),
            _ => Self::Io("SQLite".to_owned()),
        }
    }
}

/// A number for SQLite, whose integers have a sign.
pub(super) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number from SQLite.
pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn number(row: &Row<'_>, at: usize) -> Result<u64, rusqlite::Error> {
    row.get::<_, i64>(at).map(unsigned)
}

pub(super) fn time(row: &Row<'_>, at: usize) -> Result<Time, rusqlite::Error> {
    row.get(at).map(Time::from_millis)
}

pub(super) fn scope(row: &Row<'_>, at: usize) -> Result<Scope, StoreError> {
    let bytes = row.get_ref(at)?.as_blob().map_err(|_| StoreError::Damaged("scope"))?;
    Scope::from_slice(bytes).map_err(|_| StoreError::Damaged("scope"))
}

pub(super) fn hash(row: &Row<'_>, at: usize) -> Result<ChangeHash, rusqlite::Error> {
    row.get(at).map(ChangeHash::from_bytes)
}

macro_rules! ids {
    ($($function:ident: $name:ident,)*) => {$(
        pub(super) fn $function(row: &Row<'_>, at: usize) -> Result<qiaomen_core::record::$name, rusqlite::Error> {
            row.get(at).map(qiaomen_core::record::$name::from_bytes)
        }
    )*};
}

ids! {
    document_id: DocumentId,
    person_id: PersonId,
    device_id: DeviceId,
    actor_id: ActorId,
    area_id: AreaId,
    alert_id: AlertId,
}

pub(super) fn verdict(bytes: &[u8]) -> Result<Verdict, StoreError> {
    minicbor::decode(bytes).map_err(|_| StoreError::Damaged("verdict"))
}

pub(super) fn verdict_bytes(verdict: &Verdict) -> Vec<u8> {
    // Writing into a Vec cannot fail.
    minicbor::to_vec(verdict).unwrap_or_default()
}

/// The columns of [`document`], for a query over `document d`.
pub(super) const DOCUMENT: &str = "d.record, d.id, d.kind, s.bytes, b.bytes, d.author, d.role, d.epoch, d.sequence, \
     d.entered, d.acceptance, d.arrival, d.conflicts";
/// The tables that [`DOCUMENT`] is read from.
pub(super) const DOCUMENT_FROM: &str =
    "document d JOIN scope s ON s.number = d.scope LEFT JOIN scope b ON b.number = d.birth";

/// A document's key and columns, where [`DOCUMENT`] was selected first.
pub(super) fn document(row: &Row<'_>) -> Result<(i64, StoredDocument), StoreError> {
    let scope_now = scope(row, 3)?;
    let birth = match row.get_ref(4)?.as_blob_or_null().map_err(|_| StoreError::Damaged("scope"))? {
        None => scope_now,
        Some(bytes) => Scope::from_slice(bytes).map_err(|_| StoreError::Damaged("scope"))?,
    };
    let word = |at: usize| -> Result<String, rusqlite::Error> { row.get(at) };
    let stored = StoredDocument {
        id: document_id(row, 1)?,
        kind: Kind::from_word(&word(2)?),
        scope: scope_now,
        birth_scope: birth,
        author: person_id(row, 5)?,
        role: Role::from_word(&word(6)?),
        epoch: row.get(7)?,
        sequence: number(row, 8)?,
        entered: number(row, 9)?,
        acceptance: number(row, 10)?,
        arrival: time(row, 11)?,
        conflicts: row.get(12)?,
    };
    Ok((row.get(0)?, stored))
}

/// A change's bytes as they travel.
pub(super) fn bytes(encoding: i64, stored: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    match encoding {
        0 => Ok(stored),
        1 => zstd::bulk::decompress(&stored, qiaomen_core::document::MAX_CHANGE)
            .map_err(|_| StoreError::Damaged("a change's compression")),
        _ => Err(StoreError::Damaged("a change's encoding")),
    }
}
