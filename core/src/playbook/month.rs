//! The month of an alert: when it ends, the judgements it owes, and whether a clearance stands (L5).
//!
//! Floor: playbook. Invariants: the month ends with a local day; an extension only ever carries it further.

use super::calendar::Calendar;
use super::case::{Case, Cleared, Extended};
use crate::record::Time;

/// How far an alert's month reaches, as known at some instant.
pub(super) struct Month {
    /// Its last local day.
    pub(super) last_day: i64,
    /// The first instant after it.
    pub(super) ends: Time,
    /// The ends that extensions carried it beyond, each with when that was decided.
    carried: Vec<(Time, Time)>,
}

impl Month {
    /// The month of `case`, with the extensions recorded by `now`, in the order they were decided.
    pub(super) fn of(case: &Case, calendar: &Calendar<'_>, now: Time) -> Self {
        let mut last_day = Calendar::next_month(calendar.day(case.issued));
        // One set of tasks, and the latest of the months.
        for join in case.joins.iter().filter(|join| join.at <= now) {
            last_day = last_day.max(Calendar::next_month(calendar.day(join.issued)));
        }
        let mut carried = Vec::new();
        let mut extensions: Vec<&Extended> = case.extensions.iter().filter(|extension| extension.at <= now).collect();
        extensions.sort_unstable_by_key(|extension| (extension.at, std::cmp::Reverse(extension.until)));
        for extension in extensions {
            let until = calendar.day(extension.until);
            if until > last_day {
                carried.push((calendar.end(last_day), extension.at));
                last_day = until;
            }
        }
        Self { last_day, ends: calendar.end(last_day), carried }
    }

    /// When each judgement is due, with the extension that did it; the one at the end comes last.
    pub(super) fn judgements(&self) -> impl Iterator<Item = (Time, Option<Time>)> {
        let carried = self.carried.iter().map(|(due, decided)| (*due, Some(*decided)));
        carried.chain(std::iter::once((self.ends, None)))
    }
}

/// When the earliest clearance that stands at `now` was given. `risks` are the ends of the meetings that
/// judged a risk: a later one takes a clearance back, and so does money sent later.
pub(super) fn standing(case: &Case, now: Time, risks: impl Iterator<Item = Time> + Clone) -> Option<Time> {
    let stands = |cleared: &Cleared| {
        cleared.at <= now
            && cleared.withdrawn.is_none_or(|withdrawn| withdrawn > now)
            && !case.money_sent.iter().any(|sent| cleared.at < sent.at && sent.at <= now)
            && !risks.clone().any(|judged| cleared.at < judged && judged <= now)
    };
    case.clearances.iter().filter(|cleared| stands(cleared)).map(|cleared| cleared.at).min()
}
