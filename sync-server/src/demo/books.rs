//! The demo's own books: what it did, counted as it does it, without asking any store.
//!
//! Floor: sync-server, demo. Invariant: written when a thing is done, and read only at the end.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::playbook::{Case, Due, DueState, Playbook, due};
use qiaomen_core::record::{AlertId, DocumentId, Scope, Time, Zone};
use serde::{Deserialize, Serialize};

/// What is counted, for one phone or for the town.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    /// Changes saved on the phone.
    pub recorded: u64,
    /// Of those, accepted by the server.
    pub sent: u64,
    /// Changes, by whomever, in the documents the phone holds.
    pub merged: u64,
    /// Of those documents, the ones with a field written concurrently.
    pub conflicts: u64,
    /// Changes refused.
    pub refused: u64,
    /// Changes held for a decision.
    pub held: u64,
    /// Due visits of the case files the phone holds, everything ever owed.
    pub due: u64,
    /// Of those, done on time.
    pub done: u64,
    /// Done late.
    pub late: u64,
    /// Overdue.
    pub overdue: u64,
    /// Missed.
    pub missed: u64,
}

impl Counts {
    pub(super) fn count_due(&mut self, due: &Due) {
        for visit in &due.list {
            self.due += 1;
            match visit.state {
                DueState::Done => self.done += 1,
                DueState::Late => self.late += 1,
                DueState::Overdue => self.overdue += 1,
                DueState::Missed => self.missed += 1,
                DueState::Open | DueState::Excused => {}
            }
        }
    }
}

/// What became of a change, as the demo expects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Accepted,
    Refused,
    Held,
}

/// One change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    /// The phone; none for the office.
    pub phone: Option<usize>,
    pub scope: Scope,
    pub fate: Fate,
}

/// The books.
#[derive(Debug, Default)]
pub(super) struct Books {
    pub written: Vec<Written>,
    pub conflicts: BTreeMap<DocumentId, Scope>,
    pub cases: BTreeMap<AlertId, Case>,
    /// Who was sent to which alert.
    pub sent: BTreeSet<(usize, AlertId)>,
    /// How many offers were made, the server's own included.
    pub offers: u64,
    /// What was refused, and lies in which phone's quarantine.
    pub refused: BTreeSet<(usize, DocumentId)>,
}

impl Books {
    pub(super) fn note(&mut self, phone: Option<usize>, scope: Scope, fate: Fate) {
        self.written.push(Written { phone, scope, fate });
    }

    /// What this phone, holding these scopes, must show.
    pub(super) fn counts(&self, phone: usize, scopes: &BTreeSet<Scope>, zone: &Zone, now: Time) -> Counts {
        let own = |fate: Fate| {
            let of = self.written.iter().filter(|written| written.phone == Some(phone) && written.fate == fate);
            of.count() as u64
        };
        let mut counts = Counts {
            recorded: self.written.iter().filter(|written| written.phone == Some(phone)).count() as u64,
            sent: own(Fate::Accepted),
            refused: own(Fate::Refused),
            held: own(Fate::Held),
            ..Counts::default()
        };
        let inside = self.written.iter().filter(|written| written.fate == Fate::Accepted);
        counts.merged = inside.filter(|written| scopes.contains(&written.scope)).count() as u64;
        counts.conflicts = self.conflicts.values().filter(|scope| scopes.contains(scope)).count() as u64;
        let playbook = Playbook::builtin();
        for (alert, case) in &self.cases {
            if scopes.contains(&Scope::CaseFile(*alert)) {
                counts.count_due(&due(&playbook, case, zone, now));
            }
        }
        counts
    }
}
