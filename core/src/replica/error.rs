//! Errors by what the person can do about them.
//!
//! Floor: replica. Invariant: nothing a person wrote stands in an error.

use crate::document::DocumentError;
use crate::protocol::Code;
use crate::record::Invalid;
use crate::store::StoreError;
use crate::sync::SyncError;
use crate::transport::TransportError;

/// What went wrong, by what the person can do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplicaError {
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
    #[error("{0}")]
    Invalid(Invalid),
    /// Update the app.
    #[error("this version cannot do that; an update is needed")]
    Incompatible,
    /// The key is wrong or the store is damaged: it can be put aside and reported.
    #[error("the phone's store cannot be read")]
    DamagedStore,
    /// The person ended it.
    #[error("cancelled")]
    Cancelled,
    /// It is not on this phone.
    #[error("there is no such record on this phone")]
    NotFound,
    /// Enrol first.
    #[error("this phone has not been enrolled")]
    NotEnrolled,
    /// The phone does not know in which role the person may write this: say it.
    #[error("it is not known in which role this is written")]
    RoleUnknown,
    /// The server says no, and why.
    #[error("{}", .0.title())]
    Server(Code),
    /// Anything else.
    #[error("something unexpected went wrong: {0}")]
    Unexpected(&'static str),
}

impl From<Invalid> for ReplicaError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<StoreError> for ReplicaError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unreadable | StoreError::File => Self::DamagedStore,
            StoreError::Newer { .. } => Self::Incompatible,
            StoreError::Full => Self::StorageFull,
            StoreError::NotFound => Self::NotFound,
            StoreError::NotEnrolled => Self::NotEnrolled,
            StoreError::OtherPerson => Self::Unexpected("this phone holds another person's records"),
            StoreError::Invalid(invalid) => Self::Invalid(invalid),
            StoreError::Document(error) => error.into(),
            StoreError::Busy => Self::Unexpected("the store is in use"),
            StoreError::Malformed(what) => Self::Unexpected(what),
            StoreError::Sqlite(_) => Self::Unexpected("the store failed"),
            StoreError::Injected => Self::Unexpected("a failure that a test asked for"),
        }
    }
}

impl From<DocumentError> for ReplicaError {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Invalid(invalid) => Self::Invalid(invalid),
            DocumentError::Gate(gate) => Self::Unexpected(gate.code()),
            DocumentError::Nothing => Self::NotFound,
            _ => Self::Unexpected("the document cannot be edited there"),
        }
    }
}

impl From<TransportError> for ReplicaError {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Offline | TransportError::Cut => Self::Offline,
            TransportError::SignedOut => Self::SignedOut,
            TransportError::Revoked => Self::Revoked,
            TransportError::Problem(Code::VersionUnsupported) => Self::Incompatible,
            TransportError::Problem(code) => Self::Server(code),
            TransportError::TooLarge => Self::Unexpected("the answer is too large"),
            TransportError::Malformed => Self::Unexpected("the answer could not be understood"),
            TransportError::Address => Self::Unexpected("the address cannot be used"),
        }
    }
}

impl From<SyncError> for ReplicaError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Transport(error) => error.into(),
            SyncError::Store(error) => error.into(),
            SyncError::Malformed => Self::Unexpected("the answer could not be understood"),
            SyncError::Cancelled => Self::Cancelled,
        }
    }
}
