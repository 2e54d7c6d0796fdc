//! Whether the server is there, and whether it should be given work.
//!
//! Floor: api. Invariants: `/healthz` asks nothing but the process; `/readyz` says no from the moment that the
//! server was told to stop, and its reason holds no internals.

use std::time::Duration;

use axum::extract::State as Extract;
use axum::response::{IntoResponse, Response};
use qiaomen_core::protocol::Code;

use super::Shared;
use super::poll::work_in;
use super::problem::{Failure, detailed};
use crate::store::StoreError;

/// How long the store may take to say that it is there.
const SLOWEST: Duration = Duration::from_secs(5);

pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

pub(super) async fn readyz(Extract(state): Extract<Shared>) -> Response {
    match ready(&state).await {
        Ok(()) => "ready\n".into_response(),
        Err(why) => detailed(Code::NotReady, why),
    }
}

async fn ready(state: &Shared) -> Result<(), String> {
    if state.readiness.is_withdrawn() {
        return Err("The server is shutting down.".to_owned());
    }
    // In a queue of its own, so that what is judged at the time does not count as a fault.
    let probed = work_in(&state.probes, state, |state| Ok(state.town.store().probe()));
    let left = match tokio::time::timeout(SLOWEST, probed).await {
        Ok(Ok(Ok(left))) => left,
        Ok(Ok(Err(StoreError::Busy))) => {
            return Err("The store cannot be written: somebody else has been writing for a second.".to_owned());
        }
        Ok(Ok(Err(error))) => {
            tracing::error!(%error, "the store failed");
            return Err("The store cannot be read and written; the log says why.".to_owned());
        }
        Ok(Err(Failure(_))) | Err(_) => return Err("The store does not answer.".to_owned()),
    };
    let wanted = state.min_free;
    if left.is_some_and(|left| left < wanted) {
        return Err(format!("The store's disk has less than {} MB left.", wanted / MEGABYTE));
    }
    Ok(())
}

/// What settings count the disk's room in.
pub(super) const MEGABYTE: u64 = 1024 * 1024;
