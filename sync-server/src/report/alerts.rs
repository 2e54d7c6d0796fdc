//! How alerts of a period came out: by side, met in time, cleared, paid after all (B2, L5, L6, W4).
//!
//! Floor: sync-server, report. Invariants: counts name nobody; each alert is reckoned by itself from its rows, settled or
//! not; one that joined another counts with neither side, its person counts once.

use qiaomen_core::doors::Period;
use qiaomen_core::playbook::{CaseResult, DueKind, DueState};
use qiaomen_core::record::{AreaId, Origin, Record, Time};
use serde::Serialize;

use super::Reports;
use crate::board::OpenCase;
use crate::store::{CaseSet, StoreError};

/// At most so many of a hundred of the alerts from the side of the money may send money again, as a notice asks.
pub const MOST_PERCENT: f64 = 2.0;

/// How alerts came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct AlertCounts {
    /// Alerts, those that joined another or were issued in error left out.
    pub alerts: u64,
    /// Those that joined another.
    pub joined: u64,
    /// Those issued in error.
    pub recalled: u64,
    /// Of the alerts, whose month still runs.
    pub running: u64,
    /// Of the alerts, out of danger.
    pub cleared: u64,
    /// Of the alerts, such that the month is over and nobody judged.
    pub lying: u64,
    /// Of the alerts, whose person was met.
    pub met: u64,
    /// Of those, met in the time that their level gives.
    pub met_in_time: u64,
    /// Of the alerts, whose person sent money after it was issued.
    pub sent_after_alert: u64,
    /// Of those, having been met: accidents.
    pub accidents: u64,
    /// What they sent, in fen.
    pub fen_after_alert: i64,
    /// Of the alerts, those from the side of the money.
    pub funds_side: u64,
    /// Of those, whose person sent money after it was issued.
    pub funds_side_sent: u64,
    /// How many of a hundred those are; nothing where there are none.
    pub funds_side_percent: Option<f64>,
}

impl Reports<'_> {
    /// How the alerts came out that were issued in a period, of an area or of all.
    ///
    /// # Errors
    /// As the store.
    pub fn alerts(&self, area: Option<AreaId>, period: Period, now: Time) -> Result<AlertCounts, StoreError> {
        let books = self.town.books()?;
        let mut counts = AlertCounts::default();
        let mut asked = Vec::new();
        self.town.store().walk_rows("alert", &mut |row| {
            if let Some(Record::Alert(alert)) = row.record("alert")
                && period.contains(alert.issued)
            {
                asked.push((row.document.id, alert.area));
            }
            Ok(())
        })?;
        for (id, of) in asked {
            if area.is_some_and(|area| of != area && !self.tree.upward(of).any(|(above, _)| above == area)) {
                continue;
            }
            let mut rows = Vec::new();
            self.town.store().case_rows(CaseSet::One(id.into()), &mut |row| rows.push(row))?;
            let Some(case) = OpenCase::read(rows) else { continue };
            let stands = case.standing(self.town.zone(), now);
            match stands.result {
                CaseResult::Joined => {
                    counts.joined += 1;
                    continue;
                }
                CaseResult::Recalled => {
                    counts.recalled += 1;
                    continue;
                }
                CaseResult::Running => counts.running += 1,
                CaseResult::Cleared => counts.cleared += 1,
                CaseResult::Lying => counts.lying += 1,
            }
            let due = case.due(&books, self.town.zone(), now);
            let in_time = |due: &qiaomen_core::playbook::DueVisit| {
                due.kind == DueKind::FirstMeeting && due.state == DueState::Done
            };
            let sent = stands.sent_after_alert.is_some();
            let funds = case.alert.origin == Origin::FundsSide;
            counts.alerts += 1;
            counts.met += u64::from(stands.met.is_some());
            counts.met_in_time += u64::from(due.list.iter().any(in_time));
            counts.sent_after_alert += u64::from(sent);
            counts.accidents += u64::from(stands.accident.is_some());
            counts.fen_after_alert = counts.fen_after_alert.saturating_add(stands.fen_after_alert);
            counts.funds_side += u64::from(funds);
            counts.funds_side_sent += u64::from(funds && sent);
        }
        if counts.funds_side > 0 {
            let share = counts.funds_side_sent as f64 / counts.funds_side as f64;
            counts.funds_side_percent = Some((share * 10_000.0).round() / 100.0);
        }
        Ok(counts)
    }
}
