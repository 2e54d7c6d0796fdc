//! Who signed what: device keys, certificates, signed manifests, badges, the log's hashes.
//!
//! Floor: identity; knows `protocol` and below, nothing of SQLite or HTTP. Invariants: every signature is
//! over a domain's name and the message, so that none can stand for another; secret keys show nothing when
//! they are printed.

pub mod badge;
pub mod key;
pub mod manifest;
pub mod secret;
pub mod tree;

pub use badge::{Badge, BadgeTime};
pub use key::{DeviceKey, IdentityError, issue, seal, verify_certificate, verify_seal};
pub use manifest::{digest, manifest_hash, sign, verify};
pub use tree::{Frontier, LogEntry, root_of};
