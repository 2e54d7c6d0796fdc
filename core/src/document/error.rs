//! Why a change is refused, and why a document cannot do what it was asked.
//!
//! Floor: document. Invariants: no error carries anything that a person wrote; a code never changes its
//! meaning once it was released.

use crate::record::Invalid;

macro_rules! gate_errors {
    ($($(#[$meta:meta])* $variant:ident = $code:literal, $message:literal;)+) => {
        /// Why a change is refused.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum GateError {
            $($(#[$meta])* #[error($message)] $variant,)+
            /// A field holds what it must not.
            #[error(transparent)]
            Field(#[from] Invalid),
        }

        impl GateError {
            /// The word by which programs know this refusal.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Field(_) => "field",
                }
            }

            /// Every code there is.
            pub const CODES: &'static [&'static str] = &[$($code,)+ "field"];
        }
    };
}

gate_errors! {
    /// More bytes than [`MAX_CHANGE`](super::MAX_CHANGE).
    TooLarge = "change_too_large", "the change has too many bytes";
    /// It does not begin like an Automerge chunk.
    Magic = "chunk_magic", "not an Automerge chunk";
    /// A chunk other than one uncompressed change.
    ChunkType = "chunk_type", "not an uncompressed change";
    /// The checksum does not belong to the bytes.
    Checksum = "chunk_checksum", "the checksum does not belong to the bytes";
    /// Bytes behind the change or inside it that belong to nothing.
    Trailing = "trailing_bytes", "there are bytes that belong to nothing";
    /// It ends too early, or a part of it cannot be read.
    Malformed = "malformed", "the change cannot be read";
    /// It is written otherwise than Automerge writes it.
    NotCanonical = "not_canonical", "the change is written otherwise than it would be";
    /// A column that is unknown, out of order or empty, or not there.
    Column = "column", "a column that must not be there, or one that is missing";
    /// A column is compressed.
    Deflated = "column_deflated", "a column is compressed";
    /// More operations than [`MAX_OPS`](super::MAX_OPS).
    TooManyOperations = "too_many_operations", "the change has too many operations";
    /// There is nothing in it.
    Empty = "change_empty", "the change does nothing";
    /// An actor that has not sixteen bytes, or that the table of actors should not hold.
    Actor = "actor", "an actor that cannot stand here";
    /// It bears a message.
    Message = "message", "the change bears a message";
    /// A commit time outside the years a record may carry.
    CommitTime = "commit_time", "the commit time is out of range";
    /// An operation other than a put or the making of a map.
    Operation = "operation", "an operation that records do not use";
    /// A value other than null, a truth value, a whole number, text or bytes.
    ValueType = "value_type", "a value that records do not use";
    /// A key that is missing or empty.
    Key = "key", "a key that cannot be";
    /// A key longer than a record may have.
    KeyTooLong = "key_too_long", "a key is too long";
    /// A value longer than a record may have.
    ValueTooLong = "value_too_long", "a value is too long";
    /// One field is written twice.
    WrittenTwice = "written_twice", "a field is written twice";
    /// A later change stands where a first one must.
    NotFirst = "not_first", "not a document's first change";
    /// A first change stands where a later one must.
    SecondFirst = "second_first", "the document has its first change already";
    /// The change is in the document already.
    AlreadyThere = "already_there", "the document has this change already";
    /// A dependency is not in this document.
    Dependency = "dependency_missing", "a dependency is not in this document";
    /// A dependency is named that another one implies, or two in the wrong order.
    DependencyOrder = "dependency_order", "the dependencies are not the heads its author had";
    /// Its number does not follow its actor's last, or that is not among its ancestors.
    Sequence = "sequence", "the change does not follow its actor's last one";
    /// Its first operation's number is not the one that follows.
    StartOp = "start_op", "its operations are not numbered as they would be";
    /// It writes into something that its ancestors do not hold.
    Object = "object", "it writes into something that is not there";
    /// It replaces other values than the field shows in its ancestors.
    Predecessor = "predecessor", "it replaces other values than the field has";
    /// It writes what only a first change writes.
    HeaderKey = "header_key", "it writes a part of the header";
    /// It makes a map where none may be made.
    Container = "container", "it makes a map where none may be made";
    /// A part's key is no UUID, or one that was used.
    PartKey = "part_key", "a part's key is no fresh UUID";
    /// The kind is not known.
    Kind = "kind", "the kind is not known";
    /// The document would grow beyond what one may be.
    DocumentFull = "document_full", "the document would grow too large";
    /// More keys than [`MAX_KEYS`](super::MAX_KEYS).
    TooManyKeys = "too_many_keys", "the document would have too many keys";
    /// More heads than [`MAX_HEADS`](super::MAX_HEADS).
    TooManyHeads = "too_many_heads", "the document would have too many heads";
    /// Automerge itself would not take it.
    Engine = "engine", "Automerge does not take the change";
}

/// Why a document cannot be made, loaded or edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// A field cannot stand as it is.
    #[error(transparent)]
    Invalid(Invalid),
    /// A change is not one that this document could have.
    #[error(transparent)]
    Gate(GateError),
    /// There is no change to load.
    #[error("a document has at least one change")]
    Nothing,
    /// An edit names something that is not there, or that is not edited.
    #[error("there is nothing to edit there")]
    Path,
}

impl From<Invalid> for DocumentError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<GateError> for DocumentError {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Field(invalid) => Self::Invalid(invalid),
            other => Self::Gate(other),
        }
    }
}
