//! Local days as numbers.
//!
//! Floor: playbook. Invariant: says exactly what the zone says; where no clock is changed nearby it only
//! adds and divides, which is what makes reckoning thousands of alerts cheap.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Span};

use crate::record::{Day, Time, Zone};

const DAY: i64 = 24 * 60 * 60 * 1000;
const EPOCH: Date = date(1970, 1, 1);

/// The local days of one zone around one instant, counted from 1970-01-01.
pub(super) struct Calendar<'z> {
    zone: &'z Zone,
    offset: i64,
    from: Time,
    until: Time,
}

impl<'z> Calendar<'z> {
    /// The days of `zone`, quick around `time`.
    pub(super) fn around(zone: &'z Zone, time: Time) -> Self {
        let (offset, from, until) = zone.steady(time);
        Self { zone, offset, from, until }
    }

    /// The local day on which `time` falls.
    pub(super) fn day(&self, time: Time) -> i64 {
        if self.from <= time && time < self.until {
            (time.millis() + self.offset).div_euclid(DAY)
        } else {
            number(self.zone.day(time))
        }
    }

    /// The first instant of the day after `day`: what "by the end of `day`" means.
    pub(super) fn end(&self, day: i64) -> Time {
        let guess = (day + 1) * DAY - self.offset;
        if self.from.millis() <= guess && guess < self.until.millis() {
            Time::from_millis(guess)
        } else {
            self.zone.end(date_of(day))
        }
    }

    /// The same day of the next month, or that month's last day where it is shorter.
    pub(super) fn next_month(day: i64) -> i64 {
        number(date_of(day).saturating_add(Span::new().months(1)))
    }
}

fn number(day: Day) -> i64 {
    day.duration_since(EPOCH).as_hours() / 24
}

fn date_of(number: i64) -> Day {
    EPOCH.saturating_add(SignedDuration::from_secs(number.saturating_mul(24 * 60 * 60)))
}
