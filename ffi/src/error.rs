//! Errors by what the person in front of the phone can do about them.
//!
//! Floor: the lowest here. Invariants: nothing that a person wrote stands in an error; no field is called `message`,
//! which Kotlin's and Swift's exceptions have already.

use qiaomen_core::record::{Invalid, Reason};
use qiaomen_core::replica::ReplicaError;
use qiaomen_core::transport::TransportError;

/// What went wrong, by what the person can do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum QiaomenError {
    /// Try again with a connection.
    #[error("there is no connection")]
    Offline,
    /// Enrol with a new code.
    #[error("this device is not signed in")]
    SignedOut,
    /// Hand in what was not sent; nothing can be read any more.
    #[error("this device was revoked")]
    Revoked,
    /// Make room.
    #[error("the phone's storage is full")]
    StorageFull,
    /// Correct the field.
    #[error("{field}: {reason:?}")]
    Invalid {
        /// The field's key, with its path where it is nested.
        field: String,
        /// What is wrong with it.
        reason: InvalidReason,
    },
    /// Update the app.
    #[error("this version cannot do that; an update is needed")]
    Incompatible,
    /// The key is wrong or the store is damaged: it can be put aside and reported.
    #[error("the phone's store cannot be read")]
    DamagedStore,
    /// Unlock the phone, then try again: its key store does not give the key out.
    #[error("the store's key is not to be had now")]
    KeyUnavailable,
    /// Nothing: the person ended it.
    #[error("cancelled")]
    Cancelled,
    /// Nothing: it is not on this phone.
    #[error("there is no such record on this phone")]
    NotFound,
    /// Enrol first.
    #[error("this phone has not been enrolled")]
    NotEnrolled,
    /// Say in which role this is written.
    #[error("it is not known in which role this is written")]
    RoleUnknown,
    /// What the code says: the server will not have it.
    #[error("the server refused: {code}")]
    Refused {
        /// The server's stable code.
        code: String,
    },
    /// Report it.
    #[error("something unexpected went wrong: {what}")]
    Unexpected {
        /// What, for whoever looks into it.
        what: String,
    },
}

/// What can be wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum InvalidReason {
    /// It must be given.
    Missing,
    /// It holds another type than the field takes.
    WrongType,
    /// Its text is longer than that.
    TooLong {
        /// The most bytes.
        bytes: u64,
    },
    /// There are more than that.
    TooMany {
        /// The most entries.
        most: u64,
    },
    /// It lies outside the range it may take.
    OutOfRange,
    /// It is before the time it must not precede.
    Before {
        /// The other field.
        other: String,
    },
    /// It does not go with another field.
    Contradicts {
        /// The other field.
        other: String,
    },
    /// It is not one of the words that may stand here.
    UnknownWord,
    /// It is not written as such a value is written.
    Malformed,
    /// It stands for something else than the record it was found in.
    Mismatch,
    /// Something that this version has no word for.
    Other,
}

impl From<Reason> for InvalidReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Missing => Self::Missing,
            Reason::WrongType => Self::WrongType,
            Reason::TooLong(bytes) => Self::TooLong { bytes: bytes as u64 },
            Reason::TooMany(most) => Self::TooMany { most: most as u64 },
            Reason::OutOfRange => Self::OutOfRange,
            Reason::Before(other) => Self::Before { other: other.to_owned() },
            Reason::Contradicts(other) => Self::Contradicts { other: other.to_owned() },
            Reason::UnknownWord => Self::UnknownWord,
            Reason::Malformed => Self::Malformed,
            Reason::Mismatch => Self::Mismatch,
            _ => Self::Other,
        }
    }
}

impl From<Invalid> for QiaomenError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid { field: invalid.field.into_owned(), reason: invalid.reason.into() }
    }
}

impl From<ReplicaError> for QiaomenError {
    fn from(error: ReplicaError) -> Self {
        match error {
            ReplicaError::Offline => Self::Offline,
            ReplicaError::SignedOut => Self::SignedOut,
            ReplicaError::Revoked => Self::Revoked,
            ReplicaError::StorageFull => Self::StorageFull,
            ReplicaError::Invalid(invalid) => invalid.into(),
            ReplicaError::Incompatible => Self::Incompatible,
            ReplicaError::DamagedStore => Self::DamagedStore,
            ReplicaError::Cancelled => Self::Cancelled,
            ReplicaError::NotFound => Self::NotFound,
            ReplicaError::NotEnrolled => Self::NotEnrolled,
            ReplicaError::RoleUnknown => Self::RoleUnknown,
            ReplicaError::Server(code) => Self::Refused { code: code.word().to_owned() },
            ReplicaError::Unexpected(what) => Self::Unexpected { what: what.to_owned() },
            _ => Self::unexpected("an error that this version has no word for"),
        }
    }
}

impl From<TransportError> for QiaomenError {
    fn from(error: TransportError) -> Self {
        ReplicaError::from(error).into()
    }
}

impl QiaomenError {
    pub(crate) fn unexpected(what: &str) -> Self {
        Self::Unexpected { what: what.to_owned() }
    }
}
