//! Clocks that a test sets: the true time, and phones' own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

use qiaomen_core::clock::{Reading, Watch};
use qiaomen_core::record::Time;
use qiaomen_server::clock::Clock;

/// The true time, which the server knows.
pub struct SimClock(AtomicI64);

impl SimClock {
    pub fn new(now: Time) -> Self {
        Self(AtomicI64::new(now.millis()))
    }

    pub fn set(&self, now: Time) {
        self.0.store(now.millis(), Ordering::SeqCst);
    }

    pub fn pass(&self, millis: i64) -> Time {
        Time::from_millis(self.0.fetch_add(millis, Ordering::SeqCst) + millis)
    }
}

impl Clock for SimClock {
    fn now(&self) -> Time {
        Time::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// A phone's clocks: the wall clock may be wrong, the monotonic one begins with the boot.
pub struct PhoneClock {
    true_time: Arc<SimClock>,
    off_ms: AtomicI64,
    booted: AtomicI64,
    boot: AtomicU8,
}

impl PhoneClock {
    /// One that is right, of a phone that has run for as long as there is time.
    pub fn new(true_time: Arc<SimClock>) -> Self {
        Self { true_time, off_ms: AtomicI64::new(0), booted: AtomicI64::new(0), boot: AtomicU8::new(1) }
    }

    /// Sets how far the wall clock is off.
    pub fn off(&self, millis: i64) {
        self.off_ms.store(millis, Ordering::SeqCst);
    }

    pub fn reboot(&self) {
        self.booted.store(self.true_time.now().millis(), Ordering::SeqCst);
        self.boot.fetch_add(1, Ordering::SeqCst);
    }
}

impl Watch for PhoneClock {
    fn read(&self) -> Reading {
        let now = self.true_time.now();
        Reading {
            wall: now.plus_millis(self.off_ms.load(Ordering::SeqCst)),
            monotonic_ms: now.millis() - self.booted.load(Ordering::SeqCst),
            boot: [self.boot.load(Ordering::SeqCst); 16],
        }
    }
}
