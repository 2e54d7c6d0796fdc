//! The one core of Qiaomen: what a worker's phone and the sync server must never disagree about.
//!
//! Rooms from the top down, each knowing only those after it: `replica`, `sync`, `transport` and `store`
//! (all four and their `clock` behind the feature `device`), [`identity`], [`protocol`], [`doors`], [`dossier`],
//! [`projection`], [`document`], [`notice`], [`playbook`], [`message`], [`script`], [`sensitive`], [`datum`], [`record`].
//! `docs/architecture.md` describes the house.
//!
//! Invariants of the whole crate: time and randomness are parameters, nothing reads a clock or the
//! network unless it is handed one; no error and no log line carries what a person wrote.

pub mod datum;
pub mod document;
pub mod doors;
pub mod dossier;
pub mod identify;
pub mod identity;
pub mod message;
pub mod nearest;
pub mod notice;
pub mod playbook;
pub mod projection;
pub mod protocol;
pub mod record;
pub mod script;
pub mod sensitive;

#[cfg(feature = "device")]
pub mod clock;
#[cfg(feature = "device")]
pub mod replica;
#[cfg(feature = "device")]
pub mod store;
#[cfg(feature = "device")]
pub mod sync;
#[cfg(feature = "device")]
pub mod transport;
