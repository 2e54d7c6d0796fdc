//! What phone and server say to each other: wire types with a version, limits, codes.
//!
//! Floor: protocol; knows `document`'s hashes and `record`'s identifiers, nothing of SQLite or HTTP.
//! Invariants: every message is one CBOR value inside one zstd frame; a field is a numbered place in an
//! array, so that a newer side may add places and an older one skips them; nothing is decompressed past
//! the limit that the reader states; a message never changes its meaning under the same version.

pub mod enrol;
pub mod exchange;
pub mod limits;
pub mod problem;
pub mod reasons;
pub mod status;
pub mod wire;

pub use enrol::{Certificate, EnrolAnswer, EnrolRequest};
pub use exchange::{
    ActorNote, Batch, CommonAnswer, CommonRequest, Cursor, Entry, ExchangeAnswer, ExchangeRequest, FirstSent, Gained,
    Later, Left, Manifest, Page, PageDocument, Point, Refusal, Run, SalvageAnswer, SalvageRequest, ScopesDigest,
    Sealed, Sent, Signature, Verdict,
};
pub use problem::{Code, Problem};
pub use status::PhoneStatus;
pub use wire::{WireError, decode, encode, unpack};

/// The version of every message described here.
pub const VERSION: u16 = 1;

/// The media type of every message described here.
pub const MEDIA_TYPE: &str = "application/vnd.qiaomen.sync";

/// Where the endpoints are, below the server's address.
pub mod path {
    /// A phone joins by a one-time code.
    pub const ENROL: &str = "/sync/v1/enrol";
    /// One exchange: a batch up, a page down.
    pub const EXCHANGE: &str = "/sync/v1/exchange";
    /// After `diverged`: which point do both sides know.
    pub const COMMON: &str = "/sync/v1/common";
    /// A revoked phone hands in what it had not sent.
    pub const SALVAGE: &str = "/sync/v1/salvage";
    /// A resident looks up who stands at the door; the badge's text follows.
    pub const BADGE: &str = "/badge/";
}

#[cfg(test)]
mod tests;
