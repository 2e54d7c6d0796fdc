//! Reviews: what a supervisor made of somebody's record.
//!
//! Floor: record. Invariants: a review names the heads of the document that it judged, so that nobody approves
//! what they have not seen; of several the last one accepted counts; what was judged and has moved on since is
//! told by its heads, never stored.

use super::field::{Field, Fields, Value, check_note, part};
use super::id::DocumentId;
use super::invalid::{Invalid, Reason};
use super::spec::Shape;
use super::time::Time;
use super::word::words;

words! {
    /// What a supervisor made of a record.
    pub enum ReviewState {
        /// Something is to be put right (有问题).
        HasIssues = "has_issues",
        /// It stands (通过).
        Approved = "approved",
        /// It does not count (不通过).
        Rejected = "rejected",
    }
}

/// The most heads that a review can name.
const MAX_HEADS: usize = 256;

/// The changes of a document that no other depends on: what its reader saw. Sorted, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heads(Vec<[u8; 32]>);

impl Heads {
    /// These heads, in whatever order.
    ///
    /// # Errors
    /// [`Reason::Missing`] for none, [`Reason::TooMany`].
    pub fn new(heads: impl IntoIterator<Item = [u8; 32]>) -> Result<Self, Invalid> {
        let mut heads: Vec<_> = heads.into_iter().collect();
        heads.sort_unstable();
        heads.dedup();
        match heads.len() {
            0 => Err(Invalid::new("heads", Reason::Missing)),
            1..=MAX_HEADS => Ok(Self(heads)),
            _ => Err(Invalid::new("heads", Reason::TooMany(MAX_HEADS))),
        }
    }

    /// The hashes, sorted.
    #[must_use]
    pub fn hashes(&self) -> &[[u8; 32]] {
        &self.0
    }

    /// Their bytes, one after another.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.0.concat()
    }

    /// The heads of these bytes.
    ///
    /// # Errors
    /// [`Reason::Malformed`].
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Invalid> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        let heads = Self::new(hashes.iter().copied())?;
        if rest.is_empty() && heads.0 == hashes { Ok(heads) } else { Err(Invalid::new("heads", Reason::Malformed)) }
    }
}

impl serde::Serialize for Heads {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let hex = |hash: &[u8; 32]| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        serializer.collect_seq(self.0.iter().map(hex))
    }
}

impl Field for Heads {
    const SHAPE: Shape = Shape::Bytes;

    fn write(&self, key: &str, out: &mut Fields) {
        out.set(key, Value::Bytes(self.bytes().into()));
    }

    fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
        Self::from_slice(from.bytes(key)?).map_err(|found| Invalid::new(key.to_owned(), found.reason))
    }
}

part! {
    /// What a supervisor made of a record.
    pub struct Review {
        /// The record.
        pub of: DocumentId,
        /// Its heads as the supervisor saw it.
        pub heads: Heads,
        /// What they made of it.
        pub state: ReviewState,
        /// When, corrected.
        pub at: Time,
        /// What they tell its author.
        pub comment: Option<String>,
    }
}

impl Review {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("comment", self.comment.as_ref(), 2000)
    }
}
