//! How doors stand: who was reached, what was handed over, told and signed, and what is still to do (L1, L2, W2,
//! W5, B5, P4).
//!
//! Floor: doors, above [`projection`](crate::projection), whose rows it reads, and below `protocol`; knows
//! [`playbook`](crate::playbook)'s numbers and [`record`](crate::record), no Automerge, SQLite or HTTP. Pure: `now`,
//! the zone and the period are parameters, and the answer does not depend on the order of the rows. The phone and the
//! server read the same columns ([`Source`]) into the same [`Roster`], so that they cannot disagree. What counts is
//! told in `docs/rules.md`.

mod coverage;
mod doubles;
mod facts;
mod folded;
mod lists;
mod milestones;
mod roster;
mod standing;
mod tree;

pub use coverage::{Coverage, Explained, LeftOut, Pledges, Residents};
pub use doubles::{Double, doubles};
pub use facts::{ConsentFacts, DoorFacts, PledgeFacts, ResidentFacts, VisitFacts};
pub use lists::{
    AppLine, AppState, Contact, LeftTown, ReachAgain, Unfiled, Who, app, by_due, left_town, reach_again, unfiled,
    unsigned,
};
pub use milestones::{Milestones, milestones};
pub use roster::{Filed, Roster, Source};
pub use standing::{Out, Period, Reach, Standing, standing};
pub use tree::{AREA_COLUMNS, AreaTree, NotOne, Station, in_order};

#[cfg(test)]
mod tests;
