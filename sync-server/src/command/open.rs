//! What commands begin with: the clock, randomness, the town, the person on whose behalf.
//!
//! Floor: sync-server, command. The only place of the server that reads the system's clock.

use qiaomen_core::record::{OsRandom, Time};

use super::output::Failure;

/// This moment, by the system's clock.
pub(super) fn now() -> Result<Time, Failure> {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_err(|_| Failure::new("the system's clock stands before 1970; set it first"))?;
    i64::try_from(since.as_millis())
        .map(Time::from_millis)
        .map_err(|_| Failure::new("the system's clock stands too far ahead; set it first"))
}

/// The operating system's randomness.
pub(super) fn random() -> Result<OsRandom, Failure> {
    OsRandom::new().map_err(|_| Failure::new("the operating system gives no randomness"))
}
