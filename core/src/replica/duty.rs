//! Being on duty: the shell keeps a poll alive, and proves that this phone is woken.
//!
//! Floor: replica. Invariants: duty ends by itself where an end was set; a test counts as passed only if the server woke
//! the phone with the very number that it was given, in an exchange after the one that gave it.

use super::{Replica, ReplicaError};
use crate::clock::Reading;
use crate::protocol::limits::MAX_WAIT_SECONDS;
use crate::record::Time;
use crate::store::{DutyMode, WakeTest};

/// How long a poll waits while the app is open and nobody is on duty, in seconds.
pub const WAIT_SECONDS: u16 = 25;

/// Being on duty.
#[derive(Clone, Copy, Debug)]
pub struct OnDuty<'r>(pub(super) &'r Replica);

/// How the shell is to wait for news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poll {
    /// How long each poll may wait, in seconds.
    pub wait_seconds: u16,
    /// Whether the shell is to keep polling when the app is not looked at.
    pub keeps_alive: bool,
    /// Until when, where an end is set; it is to be asked again then.
    pub until: Option<Time>,
}

/// A test that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Test {
    /// What the server will wake the phone with.
    pub nonce: u64,
    /// When it was begun, corrected.
    pub asked: Time,
}

/// What came of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TestResult {
    /// When it was begun, corrected.
    pub asked: Time,
    /// When the server woke this phone; none as long as it has not.
    pub woken: Option<Time>,
}

impl OnDuty<'_> {
    /// Goes on duty, until then or until told otherwise; or ends it.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be written.
    pub fn set(&self, on: bool, until: Option<Time>) -> Result<(), ReplicaError> {
        self.unlocked()?;
        Ok(self.0.engine.state().store.set_duty(DutyMode { on, until: until.filter(|_| on) })?)
    }

    /// Whether this phone is on duty.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn is_on(&self, reading: &Reading) -> Result<bool, ReplicaError> {
        Ok(self.poll(reading)?.keeps_alive)
    }

    /// How the shell is to wait for news now.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn poll(&self, reading: &Reading) -> Result<Poll, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        let DutyMode { on, until } = self.0.read(|store| Ok(store.duty()?))?;
        Ok(if on && until.is_none_or(|until| now < until) {
            Poll { wait_seconds: MAX_WAIT_SECONDS, keeps_alive: true, until }
        } else {
            Poll { wait_seconds: WAIT_SECONDS, keeps_alive: false, until: None }
        })
    }

    /// Begins a test, which takes the place of the last one. The shell polls on as ever, and shows what
    /// [`last_test`](Self::last_test) says: a poll that waits already ends, the next one that waits tells the server and
    /// is answered at once, and the one after that is answered by the server two seconds after it began to wait. `nonce`
    /// is to be random, so that no late answer to another test counts.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be written.
    pub fn begin_test(&self, reading: &Reading, nonce: u64) -> Result<Test, ReplicaError> {
        self.unlocked()?;
        let mut state = self.0.engine.state();
        let asked = state.now(reading)?.time;
        state.store.set_wake_test(&WakeTest { nonce, asked, told: false, woken: None })?;
        drop(state);
        // A poll that waits already knows nothing of it.
        self.0.engine.wake();
        Ok(Test { nonce, asked })
    }

    /// What came of the last test; none if there was none.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn last_test(&self) -> Result<Option<TestResult>, ReplicaError> {
        let test = self.0.read(|store| Ok(store.wake_test()?))?;
        Ok(test.map(|WakeTest { asked, woken, .. }| TestResult { asked, woken }))
    }

    fn unlocked(&self) -> Result<(), ReplicaError> {
        self.0.read(|_| Ok(()))
    }
}
