//! Qiaomen's core for the phone shells: what Kotlin, Swift and Python see of it.
//!
//! Rooms from the top down: `client` (the exported objects, by noun), `inside` (what they share), `platform` (what a shell
//! must bring), `runtime` (the one tokio runtime), [`mirror`] (records and enumerations), [`error`].
//!
//! Invariants: nothing but mapping, what is decided is decided in the core; nothing of the shell's is called while the
//! store is locked; what takes long is asynchronous and can be cancelled; no error carries what a person wrote.
//! `ffi/README.md` says how bindings are made.

pub mod client;
pub mod error;
mod inside;
pub mod mirror;
pub mod platform;
mod runtime;

pub use error::{InvalidReason, QiaomenError};

uniffi::setup_scaffolding!("qiaomen");
