//! What the store keeps of imports: plain data.
//!
//! Floor: store. Invariants: nothing here knows how it is kept; an ID number is never among it, only its keyed
//! hash, its last four characters and the year of birth it gives.

use qiaomen_core::record::{ActorId, DocumentId, Fields, PersonId, Time};

/// A part's sixteen bytes: a resident, a role; none for the record itself.
pub type PartKey = Option<[u8; 16]>;

/// An import that is about to write.
#[derive(Clone, Copy, Debug)]
pub struct NewImport<'a> {
    /// What the file lists, as the command line calls it.
    pub noun: &'a str,
    /// The file's name, without its folder.
    pub file: &'a str,
    /// The SHA-256 of the file.
    pub digest: [u8; 32],
    /// On whose behalf.
    pub person: PersonId,
    /// How many rows of data it has.
    pub rows: u64,
    /// When.
    pub now: Time,
}

/// An import that has written something, or was about to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRecord {
    /// Its number.
    pub id: u64,
    /// What the file lists.
    pub noun: String,
    /// The file's name.
    pub file: String,
    /// On whose behalf.
    pub person: PersonId,
    /// When it began.
    pub begun: Time,
    /// When it ended; none where it was cut off, or is at work.
    pub ended: Option<Time>,
    /// When it was undone.
    pub undone: Option<Time>,
    /// How many rows of data the file has.
    pub rows: u64,
    /// How many records it made.
    pub made: u64,
    /// How many records it changed.
    pub changed: u64,
}

/// What an import is about to do to one record, or to one part of one. Fields by their keys in the flat form;
/// what was not there is null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportEntry {
    /// Its number among the import's, given by the store.
    pub number: u64,
    /// The row of the file.
    pub row: u64,
    /// The record.
    pub document: DocumentId,
    /// The part.
    pub part: PartKey,
    /// Whether the import makes it.
    pub made: bool,
    /// Under which actor the change is written, so that one that was never written can be told.
    pub actor: ActorId,
    /// What the fields that it writes showed before.
    pub before: Fields,
    /// What it writes; of a part that it makes, all of it.
    pub after: Fields,
    /// What had last been read from a file for the fields that it remembers anew.
    pub was: Fields,
    /// What it read for them.
    pub reads: Fields,
}

/// What was last read from a file for one record, or for one part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The record.
    pub document: DocumentId,
    /// The part.
    pub part: PartKey,
    /// The values, by key.
    pub fields: Fields,
}

/// What is kept of a resident's ID number.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityNumber {
    /// HMAC-SHA-256 of its eighteen characters, under a key of the town's own.
    pub hash: [u8; 32],
    /// Its last four characters.
    pub last_four: String,
    /// The year of birth it gives.
    pub born: i64,
    /// The household.
    pub document: DocumentId,
    /// The resident.
    pub part: [u8; 16],
}

impl std::fmt::Debug for IdentityNumber {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("IdentityNumber").field("document", &self.document).finish_non_exhaustive()
    }
}

/// What an import has learnt with what it has just written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Learnt<'a> {
    /// Values as last read from a file, each standing for all that is remembered of its record or part.
    pub memory: &'a [Remembered],
    /// ID numbers, each replacing what its resident had.
    pub identities: &'a [IdentityNumber],
    /// Names by which a file calls records, such as a household's number.
    pub keys: &'a [(String, DocumentId)],
    /// How many records were made.
    pub made: u64,
    /// How many were changed.
    pub changed: u64,
}
