//! The exported objects: one replica that hands out sub-clients by noun.
//!
//! Floor: the highest. Invariant: every method asks the core once and maps; what writes tells the observer afterwards.

/// A sub-client.
macro_rules! client {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(uniffi::Object)]
        pub struct $name(pub(crate) std::sync::Arc<$crate::inside::Inside>);
    )+};
}

pub mod alerts;
pub mod cases;
pub mod doors;
pub mod plain;
pub mod records;
pub mod replica;
pub mod syncing;
pub mod town;
pub mod work;
