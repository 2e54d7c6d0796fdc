//! What can go wrong with the store.
//!
//! Floor: store. Invariant: SQLite's messages are not passed on, only its codes.

use rusqlite::ErrorCode;

use crate::document::{DocumentError, GateError};
use crate::record::Invalid;

/// What can go wrong with the store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The key is wrong or the file is damaged; which of the two cannot be told. The file is as it was.
    #[error("the store cannot be read: its key is wrong or its file is damaged")]
    Unreadable,
    /// A newer version wrote it.
    #[error("the store was written by a newer version ({found}; this one knows {known})")]
    Newer {
        /// The schema's version.
        found: i64,
        /// The newest this version knows.
        known: i64,
    },
    /// The phone's storage is full.
    #[error("the phone's storage is full")]
    Full,
    /// The file system does not let the file be opened or moved.
    #[error("the store's file cannot be opened or moved")]
    File,
    /// Somebody else writes.
    #[error("the store is in use")]
    Busy,
    /// There is no such thing on this phone.
    #[error("there is no such record on this phone")]
    NotFound,
    /// No server has been joined.
    #[error("this phone has not been enrolled")]
    NotEnrolled,
    /// The phone holds another person's records.
    #[error("this phone holds another person's records")]
    OtherPerson,
    /// What was to be written cannot stand.
    #[error(transparent)]
    Invalid(Invalid),
    /// A document cannot be made or edited.
    #[error("the document cannot be written: {0}")]
    Document(DocumentError),
    /// Something stored is not as this version wrote it.
    #[error("something stored is not as it should be: {0}")]
    Malformed(&'static str),
    /// Anything else of SQLite's.
    #[error("the store failed (SQLite {0})")]
    Sqlite(i32),
    /// A failure that a test asked for.
    #[error("a failure that a test asked for")]
    Injected,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => Self::Unreadable,
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly => Self::File,
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                _ => Self::Sqlite(failure.extended_code),
            },
            rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..) => {
                Self::Malformed("column")
            }
            _ => Self::Sqlite(0),
        }
    }
}

impl From<rusqlite::types::FromSqlError> for StoreError {
    fn from(_: rusqlite::types::FromSqlError) -> Self {
        Self::Malformed("column")
    }
}

impl From<DocumentError> for StoreError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Invalid(invalid) => Self::Invalid(invalid),
            other => Self::Document(other),
        }
    }
}

impl From<GateError> for StoreError {
    fn from(error: GateError) -> Self {
        DocumentError::from(error).into()
    }
}

impl From<Invalid> for StoreError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}
