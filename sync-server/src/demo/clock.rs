//! The demo's clock: simulated days first, the real clock once they are over.
//!
//! Floor: sync-server, demo. Invariant: everybody's time is this clock's, off by what their phone is off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use qiaomen_core::clock::{Reading, Watch};
use qiaomen_core::record::Time;

use crate::clock::{Clock, SystemClock};

/// One clock for everybody.
#[derive(Debug, Default)]
pub(super) struct DemoClock {
    simulated: AtomicI64,
    released: AtomicBool,
}

impl DemoClock {
    pub(super) fn set(&self, now: Time) {
        self.simulated.store(now.millis(), Ordering::SeqCst);
    }

    /// From here on the real clock runs.
    pub(super) fn release(&self) {
        self.released.store(true, Ordering::SeqCst);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Time {
        if self.released.load(Ordering::SeqCst) {
            SystemClock.now()
        } else {
            Time::from_millis(self.simulated.load(Ordering::SeqCst))
        }
    }
}

/// A phone's clocks: its wall clock is off by so many minutes, its monotonic clock is right.
#[derive(Clone, Debug)]
pub(super) struct PhoneClock {
    pub(super) clock: Arc<DemoClock>,
    pub(super) off_minutes: i64,
}

impl Watch for PhoneClock {
    fn read(&self) -> Reading {
        let now = self.clock.now();
        Reading { wall: now.plus_minutes(self.off_minutes), monotonic_ms: now.millis(), boot: [1; 16] }
    }
}
