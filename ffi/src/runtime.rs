//! The one tokio runtime: exchanges with the server run on it, never on a thread of the shell's.
//!
//! Floor: below `inside`. Invariants: one a process, made when it is first needed and kept; whatever the shell polls only
//! waits for what runs here, so that a shell's main thread never does the store's work. (uniffi's `async_runtime = "tokio"`
//! would start another one of its own, and run the work on whatever thread polls.)

use std::sync::OnceLock;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::QiaomenError;

/// Enough for a poll that waits and a run beside it.
const WORKERS: usize = 2;

/// The runtime.
pub(crate) fn runtime() -> Result<Handle, QiaomenError> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let made = RUNTIME.get_or_init(|| {
        Builder::new_multi_thread().worker_threads(WORKERS).thread_name("qiaomen").enable_all().build().ok()
    });
    made.as_ref().map(|runtime| runtime.handle().clone()).ok_or_else(|| QiaomenError::unexpected("no threads"))
}
