//! How far a campaign came over time: counts to be drawn (L1, W2, W5, P1).
//!
//! Floor: sync-server, report. Invariants: from rows alone, each grid read once however many points there are; the doors
//! that are counted are those of today, as in the coverage report, and each point says what that report says of the
//! period that ends there; counts name nobody.

use qiaomen_core::doors::{DoorFacts, Milestones, Period, milestones};
use qiaomen_core::record::{AreaId, Day, Time, Zone};
use serde::Serialize;

use super::{Place, Reports};
use crate::store::StoreError;
use crate::town::Town;

/// The most points of one history; what lies after them is left out.
pub const MOST_POINTS: usize = 1_000;

/// How far points lie apart, in the town's local days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A day.
    Days,
    /// A week, which begins on a Monday.
    Weeks,
    /// A calendar month.
    Months,
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first instant.
    pub from: Time,
    /// The first instant after it.
    pub to: Time,
    /// How far points lie apart.
    pub step: Step,
    /// Whether what was done before it counts too; otherwise it begins with nothing done, as a campaign does.
    pub before: bool,
}

impl Span {
    /// What counts in it.
    pub(super) fn period(&self) -> Period {
        Period { from: Some(self.from).filter(|_| !self.before), until: Some(self.to) }
    }
}

/// How many counted doors had come how far by a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Point {
    /// The first instant that no longer counts: the end of the step, or of the span.
    pub until: Time,
    /// Doors to which somebody went, whatever came of it.
    pub tried: u64,
    /// Doors where somebody was met face to face.
    pub met: u64,
    /// Doors where somebody's pledge stands.
    pub pledged: u64,
    /// Doors where the app was explained to somebody who was met.
    pub app: u64,
}

impl Point {
    const fn nothing(until: Time) -> Self {
        Self { until, tried: 0, met: 0, pledged: 0, app: 0 }
    }
}

/// How far an area came over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct History {
    /// The area; none for all there are.
    pub area: Option<Place>,
    /// The doors that are counted today: what each point is a part of.
    pub counted: u64,
    /// The people who live behind them today.
    pub residents: u64,
    /// Of those, how many have the app today; since when is not recorded.
    pub app_installed: u64,
    /// The points, the first step first.
    pub points: Vec<Point>,
}

/// How far the doors at or below an area came over time, or all there are.
///
/// # Errors
/// As the store.
pub fn history(town: &Town, area: Option<AreaId>, span: Span) -> Result<History, StoreError> {
    let reports = Reports::of(town)?;
    let area = area.or_else(|| reports.tree.only_root());
    let mut bounds = Bounds::of(town.zone(), span);
    let period = span.period();
    let (mut counted, mut residents, mut app_installed) = (0, 0, 0);
    for grid in reports.tree.grids(area) {
        for door in &reports.doors(grid)?.doors {
            bounds.count(door, period, [&mut counted, &mut residents, &mut app_installed]);
        }
    }
    let area = area.and_then(|area| reports.place(area));
    Ok(History { area, counted, residents, app_installed, points: bounds.summed() })
}

/// Points while they are gathered: each has what came within its own step.
pub(super) struct Bounds(Vec<Point>);

impl Bounds {
    pub(super) fn of(zone: &Zone, span: Span) -> Self {
        let mut points = Vec::new();
        let mut at = span.from;
        while at < span.to && points.len() < MOST_POINTS {
            let Some(last) = last_day(zone.day(at), span.step) else { break };
            let until = zone.end(last).min(span.to);
            // A zone that skips a day ends it where it began.
            if until <= at {
                break;
            }
            points.push(Point::nothing(until));
            at = until;
        }
        Self(points)
    }

    /// Counts a door in, with those who live behind it and those of them who have the app.
    pub(super) fn count(&mut self, door: &DoorFacts, period: Period, [doors, people, app]: [&mut u64; 3]) {
        let Some(found) = milestones(door, period) else { return };
        *doors += 1;
        for resident in door.residents.iter().filter(|resident| resident.is_here()) {
            *people += 1;
            *app += u64::from(resident.app_installed == Some(true));
        }
        self.take(&found);
    }

    fn take(&mut self, found: &Milestones) {
        let Milestones { tried, met, pledged, app } = *found;
        let mut count = |when: Option<Time>, of: fn(&mut Point) -> &mut u64| {
            let place = when.map(|when| self.0.partition_point(|point| point.until <= when));
            if let Some(point) = place.and_then(|place| self.0.get_mut(place)) {
                *of(point) += 1;
            }
        };
        count(tried, |point| &mut point.tried);
        count(met, |point| &mut point.met);
        count(pledged, |point| &mut point.pledged);
        count(app, |point| &mut point.app);
    }

    /// Each with all that came before it.
    pub(super) fn summed(self) -> Vec<Point> {
        let sum = |so_far: &mut Point, point: Point| {
            so_far.tried += point.tried;
            so_far.met += point.met;
            so_far.pledged += point.pledged;
            so_far.app += point.app;
            so_far.until = point.until;
            Some(*so_far)
        };
        self.0.into_iter().scan(Point::nothing(Time::MIN), sum).collect()
    }
}

/// The last day of the step that a day lies in.
fn last_day(day: Day, step: Step) -> Option<Day> {
    match step {
        Step::Days => Some(day),
        Step::Weeks => {
            let left = 7 - i64::from(day.weekday().to_monday_one_offset());
            day.checked_add(jiff::Span::new().days(left)).ok()
        }
        Step::Months => Some(day.last_of_month()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    #[test]
    fn l1_points_lie_at_the_ends_of_local_days_weeks_and_months() {
        let ends = |step| {
            let (from, to) = (at("2026-02-26T10:00:00+08:00"), at("2026-03-03T12:00:00+08:00"));
            let span = Span { from, to, step, before: false };
            let points = Bounds::of(&Zone::shanghai(), span).0;
            points.iter().map(|point| Zone::shanghai().rfc3339(point.until)[..16].to_owned()).collect::<Vec<_>>()
        };
        let days = ["2026-02-27T00:00", "2026-02-28T00:00", "2026-03-01T00:00", "2026-03-02T00:00", "2026-03-03T00:00"];
        assert_eq!(ends(Step::Days), [&days[..], &["2026-03-03T12:00"]].concat());
        assert_eq!(ends(Step::Weeks), ["2026-03-02T00:00", "2026-03-03T12:00"]);
        assert_eq!(ends(Step::Months), ["2026-03-01T00:00", "2026-03-03T12:00"]);
    }

    #[test]
    fn l1_a_history_has_an_end() {
        let span = |to| Span { from: Time::from_millis(0), to, step: Step::Days, before: true };
        assert_eq!(Bounds::of(&Zone::shanghai(), span(Time::MAX)).0.len(), MOST_POINTS);
        assert_eq!(Bounds::of(&Zone::shanghai(), span(Time::from_millis(0))).0.len(), 0);
    }
}
