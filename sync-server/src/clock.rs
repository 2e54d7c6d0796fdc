//! The clock, as a parameter.
//!
//! Floor: the lowest of the server's. Invariant: nothing but a [`Clock`] reads the time of day.

use std::time::{SystemTime, UNIX_EPOCH};

use qiaomen_core::record::Time;

/// Something that knows the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Time;
}

/// The computer's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(_) => 0,
        };
        Time::from_millis(millis)
    }
}
