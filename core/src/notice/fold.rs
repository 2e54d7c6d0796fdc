//! Not too much at once.
//!
//! Floor: notice. Invariants: the most important stand for themselves; what is folded is folded with its kind and is
//! counted; nothing is lost, every key is in some notice.

use std::cmp::Reverse;

use super::candidates::Candidate;
use super::{Inputs, Notice, NoticeKind, plan};
use crate::record::Level;

/// The notices of what is to be told at once, the most important first.
pub(super) fn fold(mut show: Vec<Candidate>, inputs: &Inputs<'_>) -> Vec<Notice> {
    show.sort_by(|one, other| rank(one).cmp(&rank(other)));
    let rest = show.split_off(show.len().min(inputs.settings.at_once));
    let mut groups: Vec<(NoticeKind, Vec<Candidate>)> = Vec::new();
    for candidate in rest {
        match groups.iter_mut().find(|(kind, _)| *kind == candidate.kind) {
            Some((_, group)) => group.push(candidate),
            None => groups.push((candidate.kind, vec![candidate])),
        }
    }
    for (kind, group) in &mut groups {
        // One more of a kind that stands for itself already would be one too many.
        if group.len() == 1
            && let Some(at) = show.iter().rposition(|single| single.kind == *kind)
        {
            group.insert(0, show.remove(at));
        }
    }
    let singles = show.into_iter().map(|single| vec![single]);
    singles.chain(groups.into_iter().map(|(_, group)| group)).filter_map(|group| notice(&group, inputs)).collect()
}

/// Urgent first, then the higher level, then what came first.
fn rank(candidate: &Candidate) -> (bool, Reverse<Option<&Level>>, super::Time, &super::NoticeKey) {
    (!candidate.urgent, Reverse(candidate.level.as_ref()), candidate.since, &candidate.key)
}

fn notice(group: &[Candidate], inputs: &Inputs<'_>) -> Option<Notice> {
    let (first, rest) = group.split_first()?;
    let one_alert = rest.iter().all(|other| other.alert == first.alert);
    let swallowed = group.iter().flat_map(|one| &one.swallows);
    let mut also: Vec<_> = rest.iter().map(|other| &other.key).chain(swallowed).cloned().collect();
    also.sort_unstable();
    also.dedup();
    Some(Notice {
        key: first.key.clone(),
        kind: first.kind,
        alert: first.alert.filter(|_| one_alert),
        document: first.document.filter(|_| rest.is_empty()),
        at: group.iter().map(|one| plan::told_from(inputs, one)).min().unwrap_or(first.since),
        urgent: group.iter().any(|one| one.urgent),
        count: u32::try_from(group.len()).unwrap_or(u32::MAX),
        also,
    })
}
