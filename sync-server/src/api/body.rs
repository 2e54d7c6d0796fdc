//! Messages as bodies.
//!
//! Floor: api. Invariant: a body is never read past its limit.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use qiaomen_core::identity::secret;
use qiaomen_core::protocol::limits::{MAX_REQUEST, MAX_REQUEST_INFLATED};
use qiaomen_core::protocol::{Code, MEDIA_TYPE, WireError, unpack};

use super::problem::Failure;

/// A request's body, compressed as it came.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Failure> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if media != Some(MEDIA_TYPE) {
        return Err(Failure(Code::Malformed));
    }
    let claimed = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if claimed.is_some_and(|claimed| claimed > MAX_REQUEST) {
        return Err(Failure(Code::TooLarge));
    }
    match to_bytes(body, MAX_REQUEST).await {
        Ok(bytes) => Ok(bytes),
        // Either the limit or a cut line, on which nobody hears the answer.
        Err(_) => Err(Failure(Code::TooLarge)),
    }
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
