//! When each door came how far: what is drawn over time.
//!
//! Floor: doors; pure. Invariant: up to any moment it says the same as [`standing`](super::standing()) of the period that
//! ends there.

use super::facts::{DoorFacts, VisitFacts};
use super::standing::{Period, out};
use crate::record::{Explained, Outcome, Time};

/// When a counted door first came how far, within a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Milestones {
    /// When somebody first went there, whatever came of it.
    pub tried: Option<Time>,
    /// When somebody was first met face to face.
    pub met: Option<Time>,
    /// When the first pledge was signed that stands.
    pub pledged: Option<Time>,
    /// When the app was first explained to somebody who was met.
    pub app: Option<Time>,
}

/// When a door first came how far within a period; none for a door that is not counted.
#[must_use]
pub fn milestones(door: &DoorFacts, period: Period) -> Option<Milestones> {
    if door.removed || out(door).is_some() {
        return None;
    }
    let visits = || door.visits.iter().filter(|visit| visit.is_to_the_door() && period.contains(visit.ended));
    let met = |visit: &&VisitFacts| visit.outcome == Outcome::Met;
    let told = |visit: &&VisitFacts| met(visit) && visit.explained.contains(&Explained::App);
    let pledges = door.pledges.iter().filter(|pledge| pledge.stands() && period.contains(pledge.at));
    Some(Milestones {
        tried: visits().map(|visit| visit.ended).min(),
        met: visits().filter(met).map(|visit| visit.ended).min(),
        pledged: pledges.map(|pledge| pledge.at).min(),
        app: visits().filter(told).map(|visit| visit.ended).min(),
    })
}
