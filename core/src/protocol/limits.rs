//! Limits on what either side takes in. Each has an error of its own where it is enforced.
//!
//! Floor: protocol. Invariant: a limit is the same on both sides, so that neither sends what the other refuses.

/// The most bytes of a request's body, compressed.
pub const MAX_REQUEST: usize = 8 * 1024 * 1024;
/// The most bytes a request's body may decompress to.
pub const MAX_REQUEST_INFLATED: usize = 16 * 1024 * 1024;
/// The most bytes of an answer's body, compressed.
pub const MAX_ANSWER: usize = 32 * 1024 * 1024;
/// The most bytes an answer's body may decompress to. One document with its whole history must fit.
pub const MAX_ANSWER_INFLATED: usize = 64 * 1024 * 1024;
/// The most changes in one batch.
pub const MAX_BATCH_CHANGES: usize = 10_000;
/// The most actors one manifest may announce.
pub const MAX_BATCH_ACTORS: usize = 256;
/// The least and the most bytes of raw changes that a phone may ask for in one page.
pub const PAGE_BYTES: std::ops::RangeInclusive<u32> = 1..=8 * 1024 * 1024;
/// The most documents in one page.
pub const MAX_PAGE_DOCUMENTS: usize = 5_000;
/// The longest a poll may wait, in seconds.
pub const MAX_WAIT_SECONDS: u16 = 55;
/// The most scopes gained that a cursor may carry.
pub const MAX_GAINED: usize = 20_000;
/// The most points a phone may offer after `diverged`.
pub const MAX_POINTS: usize = 4_096;
/// The most bytes of the version that a phone's app says it has.
pub const MAX_APP_VERSION: usize = 64;
/// How long an enrolment code works, in hours, unless the one who invites says less.
pub const INVITE_HOURS: i64 = 72;
/// The most bytes one device may leave in the server's quarantine.
pub const MAX_SALVAGE: u64 = 64 * 1024 * 1024;
/// The most changes of one device that may be held at a time.
pub const MAX_HELD: u64 = 20_000;
/// The most bytes of one device that may be held at a time.
pub const MAX_HELD_BYTES: u64 = 16 * 1024 * 1024;
