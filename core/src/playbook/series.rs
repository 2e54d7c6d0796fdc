//! The three-day visits of the month (L4).
//!
//! Floor: playbook. Invariants: at any instant at most one three-day visit can be done; each falls due three
//! local days after the person was last met or, where nobody met them, after the one before it fell due.

use super::due::{Clock, DueKind, DueState, DueVisit, Owed, View};
use crate::record::Time;

/// Adds every three-day visit that came into being by now.
pub(super) fn three_day_visits(view: &View<'_>, list: &mut Vec<DueVisit>) {
    let (month, calendar) = (&view.month, &view.calendar);
    let days = view.playbook.three_day_visit_days;
    let cut = view.cleared.filter(|_| view.playbook.clearing_ends_series);
    let mut meetings = view.seen.meetings.as_slice();
    if let Some(cut) = cut {
        meetings = &meetings[..meetings.partition_point(|meeting| meeting.ended <= cut)];
    }
    let mut born = view.case.issued;
    // The last day on which the person was met, or by which somebody should have met them.
    let mut from = calendar.day(born);
    let mut last_met = None;
    let mut deadline_passed = false;
    while from + days <= month.last_day {
        let due = calendar.end(from + days);
        let mut owed = Owed { kind: DueKind::ThreeDayVisit, clock: Clock::Days, born, due, done: None, missed: None };
        let next_due = if from + 2 * days > month.last_day { month.ends } else { calendar.end(from + 2 * days) };
        while let [again, rest @ ..] = meetings
            && last_met == Some(again.day)
        {
            meetings = rest;
        }
        match meetings {
            [met, rest @ ..] if met.ended < next_due => {
                let starts_series = last_met.is_none() && !deadline_passed && met.ended < due;
                if !starts_series {
                    owed.done = Some(met.ended);
                    list.push(view.settle(&owed));
                }
                (born, from, last_met, meetings) = (met.ended, met.day, Some(met.day), rest);
            }
            _ => {
                if cut.is_some_and(|cut| due > cut) {
                    return;
                }
                owed.missed = Some(cut.map_or(next_due, |cut| cut.min(next_due)));
                list.push(excuse(view, view.settle(&owed)));
                if next_due > view.now || cut.is_some_and(|cut| next_due > cut) {
                    return;
                }
                (born, from, deadline_passed) = (next_due, from + days, true);
            }
        }
    }
}

/// `visit`, which no meeting satisfied, as it stands for a person who was in other hands when it fell due.
fn excuse(view: &View<'_>, visit: DueVisit) -> DueVisit {
    let holds = |due: Time| {
        view.case
            .transfers
            .iter()
            .any(|away| away.at <= view.now && away.at <= due && away.until.is_none_or(|until| due <= until))
    };
    if holds(visit.due) { DueVisit { state: DueState::Excused, late_minutes: 0, ..visit } } else { visit }
}
