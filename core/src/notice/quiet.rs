//! The hours in which only what is urgent is told.
//!
//! Floor: notice. Invariants: the first instant of the quiet hours belongs to them, the last is the first that does
//! not; they follow the clocks of the zone, also where those are changed.

use super::Settings;
use crate::record::{Time, Zone};

/// When the quiet hours in which `time` lies end; none if it lies in none.
pub(super) fn ends(settings: &Settings, zone: &Zone, time: Time) -> Option<Time> {
    let (from, until) = (settings.quiet_from, settings.quiet_until);
    let today = zone.day(time);
    let night = |evening, morning| (zone.minute(evening, from), zone.minute(morning, until));
    let nights = if from < until {
        [Some(night(today, today)), None]
    } else if from == until {
        [None, None]
    } else {
        [
            today.yesterday().ok().map(|yesterday| night(yesterday, today)),
            today.tomorrow().ok().map(|tomorrow| night(today, tomorrow)),
        ]
    };
    nights.into_iter().flatten().find(|(from, until)| *from <= time && time < *until).map(|(_, until)| until)
}
