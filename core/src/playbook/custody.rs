//! Whose an alert is (Q5), from its receipts.
//!
//! Floor: playbook. Invariants: the order is the server's acceptance numbers, whatever the phones' clocks
//! say; an earlier time changes no owner, it only opens a contest; the answer does not depend on the order
//! of the input.

use std::cmp::Ordering;

use crate::record::{DocumentId, PersonId, Time};

/// One receipt: somebody took the alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub person: PersonId,
    /// The receipt's document.
    pub document: DocumentId,
    /// The number under which the server accepted it; none yet where it has not.
    pub acceptance: Option<u64>,
    /// Whether it was sent again after the server was restored, and kept its number.
    pub healed: bool,
    /// The hash of its change.
    pub change_hash: [u8; 32],
    /// When, corrected. Whoever makes the claim counts it no earlier than the alert reached that phone, where
    /// that is known; so far the server does not tell.
    pub at: Time,
}

/// Somebody took the alert earlier than its owner, by their phone's account, and was heard of later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contest {
    /// Who.
    pub person: PersonId,
    /// Their receipt.
    pub document: DocumentId,
    /// When they say they took it.
    pub at: Time,
}

/// Whose an alert is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Custody {
    /// The first receipt that the server accepted.
    pub owner: Option<Claim>,
    /// Receipts accepted later with an earlier time, in the order of acceptance.
    pub contests: Vec<Contest>,
    /// Receipts that the server has not accepted yet.
    pub unconfirmed: Vec<Claim>,
}

/// Whose the alert of these receipts is.
#[must_use]
pub fn custody(receipts: &[Claim]) -> Custody {
    let mut sorted: Vec<&Claim> = receipts.iter().collect();
    sorted.sort_unstable_by(|one, other| order(one, other));
    let confirmed = sorted.partition_point(|claim| claim.acceptance.is_some());
    let (confirmed, unconfirmed) = sorted.split_at(confirmed);
    let unconfirmed = unconfirmed.iter().map(|claim| (*claim).clone()).collect();
    let Some((owner, later)) = confirmed.split_first() else {
        return Custody { owner: None, contests: Vec::new(), unconfirmed };
    };
    let contests = later
        .iter()
        .filter(|claim| claim.at < owner.at && claim.person != owner.person)
        .map(|claim| Contest { person: claim.person, document: claim.document, at: claim.at })
        .collect();
    Custody { owner: Some((*owner).clone()), contests, unconfirmed }
}

/// By acceptance number, those without one last; of equals the healed one first, then the smaller hash.
fn order(one: &Claim, other: &Claim) -> Ordering {
    let key = |claim: &Claim| (claim.acceptance.is_none(), claim.acceptance, !claim.healed);
    key(one)
        .cmp(&key(other))
        .then_with(|| one.change_hash.cmp(&other.change_hash))
        .then_with(|| one.document.cmp(&other.document))
}
