//! Phones and a server together: real replicas in real encrypted files, a real town behind real HTTP, a clock
//! that the test sets, and a way between them that breaks when it is told to.
//!
//! A test acts on one side and asserts on what another side reads. Names begin with the rule they show
//! (`docs/rules.md`) where they show one.

#![allow(missing_docs, unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod browser;
mod harness;

mod accountability;
mod alerts;
mod badge;
mod cases;
mod clocks;
mod convergence;
mod coverage;
mod doors;
mod due;
mod history;
mod hostile;
mod in_process;
mod killed;
mod many;
mod merges;
mod messages;
mod moved;
mod newer;
mod orders;
mod phone_status;
mod refusals;
mod repeated;
mod restored;
mod reviews;
mod revoked;
mod roster;
mod settings;
mod stores;
mod texts;
mod two_phones;
mod wake;
mod wire_case;
