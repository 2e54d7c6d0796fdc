//! What to send, and how much to ask for.
//!
//! Floor: sync; pure. Invariant: a batch or page never shrinks below one change or one byte.

use crate::protocol::limits::{MAX_BATCH_ACTORS, MAX_BATCH_CHANGES, PAGE_BYTES};
use crate::record::ActorId;
use crate::store::Pace;

/// The largest page asked for.
pub const LARGEST_PAGE: u32 = 2 * 1024 * 1024;
/// The largest batch sent, in bytes of changes: several, so that one goes while the last one's verdicts are written.
pub const LARGEST_BATCH: u32 = 2 * 1024 * 1024;

/// Fills one batch: as many changes as fit, at least one.
#[derive(Debug)]
pub struct Batching {
    bytes: usize,
    limit: usize,
    changes: usize,
    actors: Vec<ActorId>,
}

impl Batching {
    /// An empty batch of at most `limit` bytes.
    #[must_use]
    pub const fn new(limit: u32) -> Self {
        Self { bytes: 0, limit: limit as usize, changes: 0, actors: Vec::new() }
    }

    /// Whether a change of so many bytes by `actor` still goes in; it is counted if so.
    pub fn takes(&mut self, bytes: usize, actor: ActorId) -> bool {
        let known = self.actors.contains(&actor);
        let fits = self.changes == 0
            || (self.bytes + bytes <= self.limit
                && self.changes < MAX_BATCH_CHANGES
                && (known || self.actors.len() < MAX_BATCH_ACTORS));
        if fits {
            self.bytes += bytes;
            self.changes += 1;
            if !known {
                self.actors.push(actor);
            }
        }
        fits
    }

    /// The actors of the changes that went in.
    #[must_use]
    pub fn into_actors(self) -> Vec<ActorId> {
        self.actors
    }
}

/// After a cut: half of everything, down to one document and one change at a time.
#[must_use]
pub fn after_cut(pace: Pace) -> Pace {
    Pace { page: (pace.page / 2).max(*PAGE_BYTES.start()), batch: (pace.batch / 2).max(1) }
}

/// After a success that moved something: twice as much, up to the largest.
#[must_use]
pub fn after_success(pace: Pace) -> Pace {
    Pace { page: pace.page.saturating_mul(2).min(LARGEST_PAGE), batch: pace.batch.saturating_mul(2).min(LARGEST_BATCH) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_halve_to_one_byte_and_grow_back() {
        let mut pace = Pace::default();
        for _ in 0..40 {
            pace = after_cut(pace);
        }
        assert_eq!(pace, Pace { page: 1, batch: 1 });
        for _ in 0..40 {
            pace = after_success(pace);
        }
        assert_eq!(pace, Pace { page: LARGEST_PAGE, batch: LARGEST_BATCH });
    }

    #[test]
    fn batches_are_filled_by_bytes_changes_and_actors() {
        let actor = |number: u16| ActorId::from_bytes(u128::from(number).to_be_bytes());
        let mut batch = Batching::new(100);
        assert!(batch.takes(500, actor(1)), "one change always goes");
        assert!(!batch.takes(1, actor(1)));
        let mut batch = Batching::new(u32::MAX);
        assert_eq!((0..20_000).take_while(|_| batch.takes(1, actor(1))).count(), MAX_BATCH_CHANGES);
        let mut batch = Batching::new(u32::MAX);
        assert_eq!((0..1_000).take_while(|at| batch.takes(1, actor(*at))).count(), MAX_BATCH_ACTORS);
        assert!(batch.takes(1, actor(3)));
        assert_eq!(batch.into_actors().len(), MAX_BATCH_ACTORS);
    }
}
