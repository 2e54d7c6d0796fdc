//! The follow-up rules as data, and what follows from them: due visits, and whose an alert is.
//!
//! Floor: knows only [`record`](crate::record). Invariants: every function here is pure; `now` and the zone
//! are parameters; the answer depends on which records there are, never on the order in which they came.
//! The rules themselves are told in `docs/rules.md`, what they leave open in
//! `docs/decisions/0003-playbook-readings.md`.

pub mod books;
mod calendar;
pub mod case;
pub mod custody;
pub mod due;
mod month;
mod node;
pub mod rules;
pub mod samples;
pub mod scenario;
mod series;
mod standing;

pub use books::Books;
pub use case::{Away, Case, CaseVisit, Cleared, Closed, Closing, Extended, Joined, Raised, Sent, Stopped};
pub use custody::{Came, Contest, Custody, Event, Holder, Offer, Place, What, custody};
pub use due::{Due, DueKind, DueState, DueVisit, due};
pub use rules::{Playbook, PlaybookError};
pub use standing::{Result as CaseResult, Standing, standing};

#[cfg(test)]
pub(crate) mod tests;
