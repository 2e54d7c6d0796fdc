//! Server.
pub mod command;
pub mod import;
