//! What waits between two pages: a file between its preview and its import, doors between their preview and their move.
//!
//! Floor: console. Invariants: it is kept in memory alone, for an hour at most, for whoever brought it and nobody else;
//! all of it together has a limit, and what was brought first goes first; a restart loses it, and whoever brought it is
//! asked to bring it again.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use qiaomen_core::record::random::{self, Random};
use qiaomen_core::record::{PersonId, Time};

use super::pages::imports::{Outcome, Staged};
use super::pages::moves::Plan;

/// For how long something waits, in minutes.
pub(crate) const MINUTES: i64 = 60;
/// How many bytes wait at most.
const MOST_BYTES: usize = 96 * 1024 * 1024;
/// How many things wait at most.
const MOST: usize = 200;

/// Something that waits.
pub(crate) enum Waiting {
    /// A file that somebody looks at before it is imported.
    File(Box<Staged>),
    /// What an import, or its being taken back, came to.
    Outcome(Outcome),
    /// Doors that somebody is about to move.
    Moves(Plan),
}

struct Held {
    ticket: String,
    person: PersonId,
    until: Time,
    bytes: usize,
    what: Arc<Waiting>,
}

/// What waits.
#[derive(Default)]
pub(crate) struct Kept(Mutex<VecDeque<Held>>);

impl Kept {
    /// A ticket that nobody guesses.
    pub(crate) fn ticket(random: &mut dyn Random) -> String {
        let bytes: [u8; 12] = random::bytes(random);
        bytes.iter().fold("t".to_owned(), |text, byte| format!("{text}{byte:02x}"))
    }

    /// Keeps something under a ticket, in the place of what was there.
    pub(crate) fn put(&self, (person, ticket): (PersonId, &str), now: Time, bytes: usize, what: Arc<Waiting>) {
        let mut held = self.0.lock();
        held.retain(|one| one.until > now && !(one.ticket == ticket && one.person == person));
        let mut all: usize = held.iter().map(|one| one.bytes).sum();
        while !held.is_empty() && (all + bytes > MOST_BYTES || held.len() >= MOST) {
            all -= held.pop_front().map_or(0, |one| one.bytes);
        }
        held.push_back(Held { ticket: ticket.to_owned(), person, until: now.plus_minutes(MINUTES), bytes, what });
    }

    /// What waits under a ticket of somebody's, and until when.
    pub(crate) fn get(&self, person: PersonId, ticket: &str, now: Time) -> Option<(Arc<Waiting>, Time)> {
        let held = self.0.lock();
        let one = held.iter().find(|one| one.person == person && one.ticket == ticket && one.until > now)?;
        Some((one.what.clone(), one.until))
    }

    /// Takes what waits under a ticket, so that nobody takes it twice.
    pub(crate) fn take(&self, person: PersonId, ticket: &str, now: Time) -> Option<(Arc<Waiting>, usize)> {
        let mut held = self.0.lock();
        let at = held.iter().position(|one| one.person == person && one.ticket == ticket && one.until > now)?;
        held.remove(at).map(|one| (one.what, one.bytes))
    }
}
