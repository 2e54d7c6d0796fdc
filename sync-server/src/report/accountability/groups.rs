//! Things of which some are one and the same.
//!
//! Floor: sync-server, report; pure. Invariant: the smallest of those that are one stands for them, in whatever order they
//! were joined.

use std::collections::HashMap;
use std::hash::Hash;

/// Which things are one.
#[derive(Debug)]
pub(super) struct Groups<T> {
    towards: HashMap<T, T>,
}

impl<T> Default for Groups<T> {
    fn default() -> Self {
        Self { towards: HashMap::new() }
    }
}

impl<T: Copy + Eq + Ord + Hash> Groups<T> {
    /// The one that stands for all that are one with it.
    pub(super) fn of(&self, one: T) -> T {
        let mut at = one;
        // Always towards something smaller, so it ends.
        while let Some(next) = self.towards.get(&at) {
            at = *next;
        }
        at
    }

    /// Makes two one.
    pub(super) fn join(&mut self, one: T, other: T) {
        let (one, other) = (self.of(one), self.of(other));
        if one != other {
            self.towards.insert(one.max(other), one.min(other));
        }
    }
}
