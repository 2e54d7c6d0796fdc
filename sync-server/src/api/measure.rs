//! What every request is measured by.
//!
//! Floor: api. Invariants: a request counts under its row of the table of routes, whatever its path and method
//! were; one that is given up counts too.

use std::time::{Duration, Instant};

use axum::body::HttpBody as _;
use axum::extract::{MatchedPath, Request, State as Extract};
use axum::middleware::Next;
use axum::response::Response;

use super::metrics::Asked;
use super::{ROUTES, Shared};

/// The status under which a request counts whose sender has gone.
const GONE: u16 = 499;

/// What is told of a request that belongs to no route.
const NOWHERE: Asked = Asked { method: "other", route: "none" };

/// For how long an answer was kept back because its phone wanted to wait; told by the handler.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Waited(pub(super) Duration);

/// Counts a request when it ends, however it does.
struct Ending {
    state: Shared,
    asked: Asked,
    status: u16,
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.state.metrics.answered(self.asked, self.status);
    }
}

fn asked(request: &Request) -> Asked {
    let Some(path) = request.extensions().get::<MatchedPath>() else { return NOWHERE };
    // Whoever asks for the head alone is answered by the same handler.
    let method = if request.method() == "HEAD" { "GET" } else { request.method().as_str() };
    let route = ROUTES
        .iter()
        .find(|route| (route.path == path.as_str() || route.api == Some(path.as_str())) && route.method == method);
    route.map_or(NOWHERE, |route| Asked { method: route.method, route: route.path })
}

pub(super) async fn measure(Extract(state): Extract<Shared>, request: Request, next: Next) -> Response {
    let mut ending = Ending { asked: asked(&request), state, status: GONE };
    let started = Instant::now();
    let response = next.run(request).await;
    ending.status = response.status().as_u16();
    let Waited(waited) = response.extensions().get().copied().unwrap_or_default();
    let bytes = response.body().size_hint().exact().unwrap_or(0);
    ending.state.metrics.took(ending.asked, started.elapsed().saturating_sub(waited), bytes);
    response
}
