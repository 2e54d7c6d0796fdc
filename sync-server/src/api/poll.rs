//! An exchange that may wait.
//!
//! Floor: api. Invariants: it registers for news first and looks second; each look checks the device's
//! revocation; it ends when there is something to say, when its time is over, or when the server closes.

use std::time::Duration;

use axum::body::Bytes;
use qiaomen_core::protocol::limits::MAX_WAIT_SECONDS;
use qiaomen_core::protocol::{Code, ExchangeRequest};

use super::body::{decode, inflate, wire};
use super::problem::Failure;
use super::{Shared, State};
use crate::accept::Answer;

/// Does work on the store, off the runtime's own threads, when there is a turn for it.
pub(super) async fn work<T: Send + 'static>(
    state: &Shared,
    job: impl FnOnce(&State) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let turn = state.turns.clone().acquire_owned().await.map_err(|_| Failure(Code::Busy))?;
    let state = state.clone();
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        job(&state)
    });
    match done.await {
        Ok(done) => done,
        Err(_) => {
            tracing::error!("a request's work broke off");
            Err(Failure(Code::Unexpected))
        }
    }
}

/// Looks for news without a batch.
struct Again {
    token: [u8; 32],
    request: ExchangeRequest<'static>,
}

/// What one look came to.
enum Look {
    Said(Vec<u8>),
    Nothing(Vec<u8>, Box<Again>),
}

pub(super) async fn exchange(state: &Shared, token: [u8; 32], frame: Bytes) -> Result<Vec<u8>, Failure> {
    let mut news = state.town.subscribe();
    let mut closing = state.closing.clone();
    news.mark_unchanged();
    let mut looked = work(state, move |state| first(state, token, &frame)).await?;
    let started = tokio::time::Instant::now();
    loop {
        let (nothing, again) = match looked {
            Look::Said(said) => return Ok(said),
            Look::Nothing(nothing, again) => (nothing, again),
        };
        let wait = Duration::from_secs(u64::from(again.request.wait_seconds.min(MAX_WAIT_SECONDS)));
        let over = tokio::time::sleep_until(started + wait);
        if *closing.borrow() {
            return Ok(nothing);
        }
        tokio::select! {
            woken = news.changed() => {
                if woken.is_err() {
                    return Ok(nothing);
                }
            }
            _ = closing.changed() => return Ok(nothing),
            () = over => {
                // The server's clock and the cursor are those of now.
                return match work(state, move |state| look(state, *again)).await? {
                    Look::Said(said) | Look::Nothing(said, _) => Ok(said),
                };
            }
        }
        looked = work(state, move |state| look(state, *again)).await?;
    }
}

fn first(state: &State, token: [u8; 32], frame: &[u8]) -> Result<Look, Failure> {
    let device = state.town.device_by_token(&token)?.ok_or(Failure(Code::SignedOut))?;
    let plain = inflate(frame)?;
    let request: ExchangeRequest<'_> = decode(&plain)?;
    let answer = run(state, &device, &request)?;
    let request = ExchangeRequest {
        version: request.version,
        cursor: request.cursor,
        scopes: request.scopes,
        later_seen: request.later_seen,
        page_bytes: request.page_bytes,
        wait_seconds: request.wait_seconds,
        batch: None,
        lost: None,
    };
    said(&answer, Again { token, request })
}

fn look(state: &State, again: Again) -> Result<Look, Failure> {
    let device = state.town.device_by_token(&again.token)?.ok_or(Failure(Code::SignedOut))?;
    let answer = run(state, &device, &again.request)?;
    said(&answer, again)
}

fn run(state: &State, device: &crate::store::DeviceRecord, request: &ExchangeRequest<'_>) -> Result<Answer, Failure> {
    let now = state.clock.now();
    Ok(state.town.exchange(device, request, now)?)
}

fn said(answer: &Answer, again: Again) -> Result<Look, Failure> {
    let frame = answer.encode().map_err(|error| wire(&error))?;
    Ok(if answer.is_empty() && again.request.wait_seconds > 0 {
        Look::Nothing(frame, Box::new(again))
    } else {
        Look::Said(frame)
    })
}
