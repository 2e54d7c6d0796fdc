//! Webhooks: by which a duty group learns that alerts wait for somebody.
//!
//! Floor: above `town`, beside `report`; knows nothing of SQL. What is to be told is put into the store by
//! [`Town::tell`](crate::town::Town::tell); here it is worded ([`message`]), sent ([`send`]) and tried again ([`queue`]).
//! Invariants: a message is a count and a link, never about whom; nothing is sent to a receiver more often than it takes
//! messages, a restart between or not; no redirect is followed, and plain HTTP goes to this machine only; neither an
//! address nor a secret nor a text stands in a log or an error, only what the webhook is called and a status.

pub mod address;
pub mod message;
pub mod queue;
pub mod send;

pub use queue::Post;
pub use send::{Client, Reply, Status};
