//! Qiaomen's sync server: takes in what phones recorded, merges it, and answers what they lack.
//!
//! Rooms from the top down, each knowing only those after it: [`command`], `console`, [`settings`] and [`people`], [`intake`], [`import`], [`amend`], [`report`] and [`hook`],
//! [`town`], [`board`], [`author`], [`accept`], [`access`], [`store`]. `docs/architecture.md` describes the house. Invariants: nothing but the
//! edges reads a clock; no error and no log line carries what a person wrote, a code or a token.

pub mod accept;
pub mod access;
pub mod amend;
pub mod api;
pub mod author;
pub mod board;
pub mod clock;
pub mod command;
mod console;
#[cfg(feature = "demo")]
mod demo;
pub mod hook;
pub mod import;
pub mod intake;
pub mod people;
pub mod report;
pub mod settings;
pub mod store;
pub mod town;
