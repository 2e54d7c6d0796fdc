//! What whoever watches the server asks of the store: figures, never what anybody wrote.
//!
//! Floor: store. Invariant: nothing here is about a person.

use qiaomen_core::record::{AreaId, Kind, Time};

/// How much of everything there is, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many entries the log has: every change that was ever accepted.
    pub log: u64,
    /// How many documents there are of each kind, in the order of the projection's tables.
    pub documents: Vec<(Kind, u64)>,
    /// Phones that may exchange.
    pub enrolled: u64,
    /// Phones that were revoked.
    pub revoked: u64,
    /// Changes that wait for a decision or for what they depend on.
    pub held: u64,
    /// Refusals that are kept.
    pub refused: u64,
    /// How large the database is, in bytes.
    pub database: u64,
    /// How large its write-ahead log is, in bytes.
    pub write_ahead: u64,
}

/// What lies in one grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridCount {
    /// The grid.
    pub grid: AreaId,
    /// How many households lie there now.
    pub households: u64,
    /// When the newest change of anything that lies there arrived.
    pub latest: Option<Time>,
}
