//! The three-day series a second time: one day after another, by hand.

use super::*;
use crate::playbook::Case;
use crate::record::Day;

/// One entry of the series: due time, state, when it was done.
pub(super) type Entry = (Time, DueState, Option<Time>);

/// Walks from the day of the alert to the end of the series, a day at a time, keeping the one task that a
/// phone would show.
pub(super) fn series(case: &Case, zone: &Zone, now: Time) -> Vec<Entry> {
    let third = |day: Day| day.tomorrow().unwrap().tomorrow().unwrap().tomorrow().unwrap();
    let issued = zone.day(case.issued);
    let mut last = issued.saturating_add(jiff::Span::new().months(1));
    for extension in case.extensions.iter().filter(|extension| extension.at <= now) {
        last = last.max(zone.day(extension.until));
    }
    let mut met: Vec<Time> = case.visits.iter().filter(|visit| visit.met_person()).map(|visit| visit.ended).collect();
    met.retain(|ended| case.issued < *ended && *ended <= now);
    met.sort();

    let mut finished: Vec<Entry> = Vec::new();
    let mut task = Some(third(issued)).filter(|day| *day <= last);
    let mut last_met: Option<Day> = None;
    let mut first_deadline_passed = false;
    let mut day = issued;
    while zone.start(day) <= now {
        // Midnight: what was due three days before the day that just ended is missed.
        if let Some(due) = task {
            let yesterday = day.yesterday().unwrap();
            first_deadline_passed |= due < day;
            if third(due) == yesterday {
                finished.push((zone.end(due), DueState::Missed, None));
                task = Some(yesterday);
            }
        }
        if day > last {
            if let Some(due) = task.take() {
                finished.push((zone.end(due), DueState::Missed, None));
            }
            break;
        }
        for ended in met.iter().filter(|ended| zone.day(**ended) == day) {
            if last_met == Some(day) {
                continue;
            }
            if let Some(due) = task {
                let state = if due < day { DueState::Late } else { DueState::Done };
                if last_met.is_some() || first_deadline_passed {
                    finished.push((zone.end(due), state, Some(*ended)));
                }
            }
            last_met = Some(day);
            task = Some(third(day)).filter(|day| *day <= last);
        }
        day = day.tomorrow().unwrap();
    }
    if let Some(due) = task {
        let state = if now >= zone.end(due) { DueState::Overdue } else { DueState::Open };
        finished.push((zone.end(due), state, None));
    }
    finished
}

#[test]
fn the_naive_series_knows_the_worked_cases() {
    let case = scenario::parse(&scenario_of("low", "03-01 09:00", &[]).to_string()).unwrap();
    let entries = series(&case, &shanghai(), at("04-02 00:00"));
    assert_eq!(entries.len(), 10);
    assert!(entries.iter().all(|(_, state, _)| *state == DueState::Missed));
}
