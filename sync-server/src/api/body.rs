//! Messages as bodies.
//!
//! Floor: api. Invariants: a body is never read past its limit, nor for longer than a minute; all bodies in memory
//! together have a limit too.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use qiaomen_core::identity::secret;
use qiaomen_core::protocol::limits::MAX_REQUEST_INFLATED;
use qiaomen_core::protocol::{Code, MEDIA_TYPE, WireError, unpack};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::State;
use super::problem::Failure;

/// The most bytes of bodies that are in memory at a time; the rest wait.
const ROOM: usize = 128 * 1024 * 1024;
/// In what steps they are counted.
const STEP: usize = 1024;
/// How long a body may take, from its first byte to its last.
const SLOWEST: Duration = Duration::from_secs(60);

/// How many files are in memory at a time; the rest wait.
const FILES: usize = 2;

/// The room for files.
pub(super) fn files() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(FILES))
}

/// The room for bodies.
pub(super) fn room() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(ROOM / STEP))
}

/// A request's body, compressed as it came, and the room it takes.
pub(super) struct Held {
    pub(super) frame: Bytes,
    _room: OwnedSemaphorePermit,
}

/// Reads a request's body of so many bytes at most.
pub(super) async fn read(state: &State, headers: &HeaderMap, body: Body, most: usize) -> Result<Held, Failure> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if media != Some(MEDIA_TYPE) {
        return Err(Failure(Code::Malformed));
    }
    read_any(state, headers, body, most).await
}

/// Reads a JSON body of so many bytes at most.
pub(super) async fn read_json(state: &State, headers: &HeaderMap, body: Body, most: usize) -> Result<Held, Failure> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = media.map(|media| media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    if media.as_deref() != Some("application/json") {
        return Err(Failure(Code::MediaTypeUnsupported));
    }
    read_any(state, headers, body, most).await
}

/// Reads a request's body of so many bytes at most, whatever it holds.
pub(super) async fn read_any(state: &State, headers: &HeaderMap, body: Body, most: usize) -> Result<Held, Failure> {
    let most = claimed(headers, most)?;
    let steps = u32::try_from(most.div_ceil(STEP).max(1)).map_err(|_| Failure(Code::TooLarge))?;
    in_time(state, (&state.room, steps), body, most).await
}

/// Reads a file of so many bytes at most: a few at a time, as each is opened and turned before it can be forgotten; whoever
/// sends a small body does not wait for them.
pub(super) async fn read_file(state: &State, headers: &HeaderMap, body: Body, most: usize) -> Result<Held, Failure> {
    in_time(state, (&state.files, 1), body, claimed(headers, most)?).await
}

/// How many bytes a body has at most: as many as it says, unless that is too many.
fn claimed(headers: &HeaderMap, most: usize) -> Result<usize, Failure> {
    let claimed = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    match claimed {
        Some(claimed) if claimed > most => Err(Failure(Code::TooLarge)),
        claimed => Ok(claimed.unwrap_or(most)),
    }
}

async fn in_time(
    state: &State,
    (room, steps): (&Arc<Semaphore>, u32),
    body: Body,
    most: usize,
) -> Result<Held, Failure> {
    let whole = async {
        let room = room.clone().acquire_many_owned(steps).await.map_err(|_| Failure(Code::Busy))?;
        match to_bytes(body, most).await {
            Ok(frame) => {
                state.metrics.received(frame.len());
                Ok(Held { frame, _room: room })
            }
            // Either the limit or a cut line, on which nobody hears the answer.
            Err(_) => Err(Failure(Code::TooLarge)),
        }
    };
    tokio::time::timeout(SLOWEST, whole).await.unwrap_or(Err(Failure(Code::Busy)))
}

/// A body inflated.
pub(super) fn inflate(frame: &[u8]) -> Result<Vec<u8>, Failure> {
    unpack(frame, MAX_REQUEST_INFLATED).map_err(|error| wire(&error))
}

pub(super) fn wire(error: &WireError) -> Failure {
    Failure(match error {
        WireError::TooLarge(_) => Code::TooLarge,
        WireError::Encode => Code::Unexpected,
        _ => Code::Malformed,
    })
}

/// The message of a body.
pub(super) fn decode<'b, T: minicbor::Decode<'b, ()>>(plain: &'b [u8]) -> Result<T, Failure> {
    qiaomen_core::protocol::decode(plain).map_err(|error| wire(&error))
}

/// A message as an answer.
pub(super) fn answer(frame: Vec<u8>) -> Response {
    let mut response = frame.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The token a request shows.
pub(super) fn token(headers: &HeaderMap) -> Result<[u8; 32], Failure> {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown =
        shown.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    shown.and_then(|(_, token)| secret::token_from(token.trim())).ok_or(Failure(Code::SignedOut))
}
