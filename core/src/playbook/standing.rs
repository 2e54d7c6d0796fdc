//! How a case stands: what became of it, and what must not be overlooked (L5, L6, W4, B2, Q8).
//!
//! Floor: playbook. Invariants: a pure function like [`due`](super::due()); records later than `now` do not count yet;
//! what it says does not depend on the order of the records. An accident stays one, whatever came after.

use super::calendar::Calendar;
use super::case::{Case, Closed};
use super::due::Seen;
use super::month::{self, Month};
use crate::record::{Level, StopStep, Time, Zone};

/// What became of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Result {
    /// Its month runs, and nothing is decided.
    Running,
    /// The person was found out of danger, and that stands.
    Cleared,
    /// The alert was issued in error.
    Recalled,
    /// It joined another alert about the same person.
    Joined,
    /// The month is over, and nobody has said what came of it (W4).
    Lying,
}

/// How a case stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its level now: the highest of the one it was issued with and those it was raised to.
    pub level: Level,
    /// When its month ends.
    pub series_ends: Time,
    /// What became of it.
    pub result: Result,
    /// When the person was first met.
    pub met: Option<Time>,
    /// When the clearance that stands was given.
    pub cleared: Option<Time>,
    /// When money was first sent after the alert was issued (B2).
    pub sent_after_alert: Option<Time>,
    /// When the person, having been met, first sent money afterwards: an accident (L6).
    pub accident: Option<Time>,
    /// All that is known to have been sent after the alert was issued, in fen.
    pub fen_after_alert: i64,
    /// Whether money went and nobody has asked for a stop-payment (Q8).
    pub stop_payment_owed: bool,
    /// Whether the account is stopped though the person was cleared: it is to be released (L5).
    pub release_owed: bool,
}

/// How `case` stands at `now`.
#[must_use]
pub fn standing(case: &Case, zone: &Zone, now: Time) -> Standing {
    let calendar = Calendar::around(zone, case.issued);
    let month = Month::of(case, &calendar, now);
    let seen = Seen::by(case, &calendar, now);
    let cleared = month::standing(case, now, seen.risks());
    let met = seen.first_meeting();
    let sent = || case.money_sent.iter().filter(|sent| sent.at <= now);
    let after = |from: Time| sent().map(|sent| sent.at).filter(|at| *at > from).min();
    let closed = case.closed.filter(|closing| closing.at <= now).map(|closing| closing.why);
    let result = match closed {
        Some(Closed::Recalled) => Result::Recalled,
        Some(Closed::Joined) => Result::Joined,
        None if cleared.is_some() => Result::Cleared,
        None if now < month.ends => Result::Running,
        None => Result::Lying,
    };
    // Of steps at one moment the one that goes further counts as the last.
    let step = |stop: &&super::case::Stopped| (stop.at, stop.step.clone());
    let stopped = case.stops.iter().filter(|stop| stop.at <= now).max_by_key(step).map(|stop| &stop.step);
    let raised = case.raises.iter().filter(|raise| raise.at <= now).map(|raise| &raise.level);
    // Words order as their ranks do, and of two with one rank always the same one shows.
    let level = std::iter::once(&case.alert).chain(raised).max();
    Standing {
        level: level.cloned().unwrap_or(Level::Extreme),
        series_ends: month.ends,
        result,
        met,
        cleared,
        sent_after_alert: after(case.issued),
        accident: met.and_then(after),
        fen_after_alert: sent()
            .filter(|sent| sent.at > case.issued)
            .filter_map(|sent| sent.fen)
            .fold(0, i64::saturating_add),
        stop_payment_owed: sent().next().is_some() && stopped.is_none(),
        release_owed: cleared.is_some() && matches!(stopped, Some(StopStep::Asked | StopStep::Frozen)),
    }
}
