//! Errors as problem details.
//!
//! Floor: api. Invariant: no internals stand in one; what went wrong inside is logged by its own words.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qiaomen_core::protocol::{Code, Problem};

use crate::accept::AcceptError;
use crate::store::StoreError;

/// An answer that is a problem.
pub(super) struct Failure(pub(super) Code);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        respond(self.0, Problem::from(self.0))
    }
}

/// An answer that is a problem, with words for this case that hold no internals.
pub(super) fn detailed(code: Code, detail: String) -> Response {
    respond(code, Problem { detail: Some(detail), ..Problem::from(code) })
}

fn respond(code: Code, problem: Problem) -> Response {
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    let seconds = match code {
        Code::Busy | Code::NotReady => Some("2"),
        Code::TooManyAttempts => Some("60"),
        _ => None,
    };
    if let Some(seconds) = seconds {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
    }
    response
}

impl From<AcceptError> for Failure {
    fn from(error: AcceptError) -> Self {
        if error.code() == Code::Unexpected {
            tracing::error!(%error, "the store failed");
        }
        Self(error.code())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        AcceptError::from(error).into()
    }
}

pub(super) async fn not_found() -> Failure {
    Failure(Code::NotFound)
}

pub(super) async fn no_method() -> Failure {
    Failure(Code::MethodNotAllowed)
}
