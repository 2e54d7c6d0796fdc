//! Why a value was not taken: always a field and a reason, never the value itself.
//!
//! Floor: record. Invariant: nothing here can carry what a person wrote, so an `Invalid` may be logged.

use std::borrow::Cow;
use std::fmt;

/// A field that cannot stand as it is, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct Invalid {
    /// The field's key, with its path where it is nested (`residents.name`).
    pub field: Cow<'static, str>,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What can be wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It must be given.
    Missing,
    /// It holds another type than the field takes.
    WrongType,
    /// Its text is longer than this many bytes.
    TooLong(usize),
    /// There are more than this many.
    TooMany(usize),
    /// It lies outside the range it may take.
    OutOfRange,
    /// It is before the time it must not precede; the other field is named.
    Before(&'static str),
    /// It does not go with another field; the other field is named.
    Contradicts(&'static str),
    /// It is not one of the words that may stand here.
    UnknownWord,
    /// It is not written as such a value is written.
    Malformed,
    /// It stands for something else than the record it was found in.
    Mismatch,
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => out.write_str("must be given"),
            Self::WrongType => out.write_str("holds another type than the field takes"),
            Self::TooLong(limit) => write!(out, "is longer than {limit} bytes"),
            Self::TooMany(limit) => write!(out, "has more than {limit} entries"),
            Self::OutOfRange => out.write_str("is outside its range"),
            Self::Before(other) => write!(out, "is before {other}"),
            Self::Contradicts(other) => write!(out, "does not go with {other}"),
            Self::UnknownWord => out.write_str("is not one of the words that may stand here"),
            Self::Malformed => out.write_str("is not written as it should be"),
            Self::Mismatch => out.write_str("names something else"),
        }
    }
}

impl Invalid {
    /// A complaint about `field`.
    pub fn new(field: impl Into<Cow<'static, str>>, reason: Reason) -> Self {
        Self { field: field.into(), reason }
    }

    /// The same complaint, seen from the record that holds the field under `prefix`.
    #[must_use]
    pub fn inside(self, prefix: &str) -> Self {
        Self { field: format!("{prefix}.{}", self.field).into(), reason: self.reason }
    }
}
