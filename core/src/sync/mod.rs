//! Keeping the phone and its server alike.
//!
//! Floor: sync; above `store` and `transport`, knows nothing of what a record means. Invariants: nothing is
//! sent that is not on the phone's disk; one step is one exchange and at most one page; it can be cut at any
//! byte and goes on.

mod ahead;
mod engine;
pub mod plan;
mod request;

pub(crate) use engine::State;
pub use engine::{Cancel, Engine, Progress, Step, Summary, SyncError};
pub use request::Shell;
