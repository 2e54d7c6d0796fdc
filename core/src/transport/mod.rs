//! The way to the server: a trait, and its HTTP implementation.
//!
//! Floor: transport; knows nothing of the store. Invariants: what went wrong is named by what can be done
//! about it; an answer is never taken in part; no error carries an address or anything that was sent.

mod http;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::pin::Pin;

pub use http::{Counters, HttpOptions, HttpTransport, Traffic};

use crate::protocol::Code;

/// Why the server could not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The server could not be reached.
    #[error("the server cannot be reached")]
    Offline,
    /// The connection broke or took too long after the request had begun: nobody knows whether it arrived.
    #[error("the connection was cut")]
    Cut,
    /// The token is not known.
    #[error("this device is not signed in")]
    SignedOut,
    /// The device or its person was revoked.
    #[error("this device was revoked")]
    Revoked,
    /// The server says no, and why.
    #[error("the server says: {}", .0.title())]
    Problem(Code),
    /// The answer is larger than the limit.
    #[error("the answer is too large")]
    TooLarge,
    /// What answered is no server of ours, or speaks another version.
    #[error("the answer could not be understood")]
    Malformed,
    /// The address is not one that this transport may use.
    #[error("the address cannot be used")]
    Address,
}

/// An answer that comes later.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, TransportError>> + Send + 'a>>;

/// The way to the server. Bodies are messages as [`encode`](crate::protocol::encode) makes them. A future
/// that is dropped ends its request.
pub trait Transport: Send + Sync {
    /// Joins by a code: an `EnrolRequest` up, an `EnrolAnswer` down.
    fn enrol(&self, body: Vec<u8>) -> Answer<'_>;

    /// One exchange; the server may wait for `wait_seconds` before it answers.
    fn exchange(&self, token: &[u8; 32], body: Vec<u8>, wait_seconds: u16) -> Answer<'_>;

    /// Which point do both sides know.
    fn common(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_>;

    /// A revoked phone hands in what it had not sent.
    fn salvage(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_>;
}
