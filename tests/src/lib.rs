//! Suites and benchmarks that reach through every floor, and what they share.
//!
//! Floor: the highest; knows every other. Invariant: nothing here is part of the product.

pub mod corpus;
pub mod figures;
pub mod generator;
pub mod messages;
pub mod process;
pub mod roster;
