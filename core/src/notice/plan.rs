//! What to tell now, and when to ask again.
//!
//! Floor: notice. Invariants: what waits for the morning is swallowed by what comes to take its place; a moment at
//! which there may be something to tell is never passed over, though there may turn out to be nothing.

use std::collections::BTreeSet;

use super::candidates::{Candidate, collect};
use super::{Inputs, NoticeKey, Plan, fold, quiet};

/// What to tell at `inputs.now`, and when to ask again at the latest.
#[must_use]
pub fn plan(inputs: &Inputs<'_>) -> Plan {
    let now = inputs.now;
    let wanted = |candidate: &Candidate| {
        candidate.since >= inputs.floor
            && candidate.until.is_none_or(|until| until > now)
            && !inputs.shown.contains(&candidate.key)
    };
    let mut known = BTreeSet::new();
    let found = collect(inputs).into_iter().filter(wanted);
    // Two visits of one kind that are due at one moment are one to be told of.
    let found: Vec<Candidate> = found.filter(|candidate| known.insert(candidate.key.clone())).collect();
    let (mut present, future): (Vec<_>, Vec<_>) = found.into_iter().partition(|candidate| candidate.since <= now);
    let swallowed: BTreeSet<NoticeKey> = present.iter().flat_map(|one| one.swallows.iter().cloned()).collect();
    present.retain(|candidate| !candidate.unsure && !swallowed.contains(&candidate.key));
    let (mut show, waiting): (Vec<_>, Vec<_>) =
        present.into_iter().partition(|candidate| told_from(inputs, candidate) <= now);
    for candidate in &mut show {
        candidate.swallows.retain(|key| !inputs.shown.contains(key));
    }
    let later = waiting.iter().chain(&future).filter_map(|candidate| {
        let at = told_from(inputs, candidate);
        candidate.until.is_none_or(|until| at < until).then_some(at)
    });
    let next = later.min();
    Plan { show: fold::fold(show, inputs), next }
}

/// From when on a candidate is to be told: at night only if it is urgent.
pub(super) fn told_from(inputs: &Inputs<'_>, candidate: &Candidate) -> super::Time {
    let night = || quiet::ends(&inputs.settings, inputs.zone, candidate.since);
    let told = if candidate.urgent { None } else { night() }.unwrap_or(candidate.since);
    if told > inputs.now || candidate.urgent {
        return told;
    }
    // It could have been told before, and this night is another.
    quiet::ends(&inputs.settings, inputs.zone, inputs.now).unwrap_or(told)
}
