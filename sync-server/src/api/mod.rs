//! HTTP: one table of routes; parse, authorise, call one service, map the error.
//!
//! Floor: the top; knows nothing of SQL. Invariants: every route stands in [`ROUTES`], with whom it is for; bodies
//! are limited before and after they are inflated; work on the store never runs on the runtime's own threads; no
//! name, code, token or telephone stands in a log line.

mod attempts;
mod body;
mod handle;
mod health;
mod intake;
mod measure;
mod metrics;
mod openapi;
mod poll;
mod problem;
mod serve;

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodFilter, MethodRouter, on};
use parking_lot::Mutex;
use qiaomen_core::protocol::path;
use qiaomen_core::record::Random;
use tokio::sync::{Semaphore, watch};

use self::attempts::Attempts;
use self::handle::{common, enrol, exchange, salvage};
use self::health::{healthz, readyz};
use self::intake::take_alerts;
use self::metrics::{Metrics, metrics};
use self::openapi::served as describe;
use self::poll::Polls;
use self::problem::{no_method, not_found};
use crate::clock::Clock;
use crate::intake::Intake;
use crate::town::Town;

pub use self::openapi::document as openapi;
pub use self::serve::{MIN_FREE_MB, Readiness, Server, serve, serve_with};

/// What a route does, for whoever asks what may be done at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// A phone joins by a code.
    Enrol,
    /// A phone exchanges changes.
    Exchange,
    /// A phone looks for a common point.
    Common,
    /// A revoked phone hands in what it had not sent.
    Salvage,
    /// A system hands in alerts.
    TakeAlerts,
    /// Somebody reads what the API is.
    Describe,
    /// Somebody asks whether the server is there.
    Health,
    /// Somebody asks whether the server should be given work.
    Ready,
    /// A monitoring system reads figures.
    Metrics,
}

/// Whom a route is for: each has a listener of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Phones, and whatever else reaches the address that they use.
    Phones,
    /// Those who look after the server.
    Operators,
    /// Both.
    Both,
}

impl Audience {
    /// Whether what is for `self` is served where `other` comes in.
    fn includes(self, other: Self) -> bool {
        self == other || self == Self::Both
    }
}

/// One route.
#[derive(Debug)]
pub struct Route {
    /// The method.
    pub method: &'static str,
    /// Where.
    pub path: &'static str,
    /// What it does.
    pub action: Action,
    /// Whom it is for.
    pub audience: Audience,
    handler: fn() -> MethodRouter<Shared>,
    /// What stands about it in the API's description; none where it is no part of that.
    operation: Option<fn(&mut openapi::Schemas) -> serde_json::Value>,
}

macro_rules! routes {
    (@described) => { None };
    (@described $operation:path) => { Some($operation) };
    ($($audience:ident { $($method:ident $path:expr => $action:ident $handler:ident $(, $operation:path)?;)+ })+) => {
        /// Every route there is.
        pub static ROUTES: &[Route] = &[$($(Route {
            method: stringify!($method),
            path: $path,
            action: Action::$action,
            audience: Audience::$audience,
            handler: || on(MethodFilter::$method, $handler),
            operation: routes!(@described $($operation)?),
        },)+)+];
    };
}

routes! {
    Phones {
        POST path::ENROL => Enrol enrol;
        POST path::EXCHANGE => Exchange exchange;
        POST path::COMMON => Common common;
        POST path::SALVAGE => Salvage salvage;
        POST "/api/v1/alerts" => TakeAlerts take_alerts, openapi::take_alerts;
        GET "/api/openapi.json" => Describe describe, openapi::describe;
    }
    Both {
        GET "/healthz" => Health healthz, openapi::healthz;
        GET "/readyz" => Ready readyz, openapi::readyz;
    }
    Operators {
        GET "/metrics" => Metrics metrics;
    }
}

/// What the handlers share.
pub(crate) struct State {
    town: Arc<Town>,
    intake: Arc<Intake>,
    clock: Arc<dyn Clock>,
    random: Mutex<Box<dyn Random>>,
    /// How many may be at the store at a time; the rest queue.
    turns: Arc<Semaphore>,
    /// How many may hand in a batch at a time, beside the others: judging one may take long.
    submits: Arc<Semaphore>,
    /// Whoever asks whether the store is there waits for nobody but others who ask the same.
    probes: Arc<Semaphore>,
    /// The room for bodies.
    room: Arc<Semaphore>,
    polls: Polls,
    attempts: Attempts,
    metrics: Metrics,
    /// How many bytes the disk must have left.
    min_free: u64,
    readiness: Readiness,
    closing: watch::Receiver<bool>,
}

pub(crate) type Shared = Arc<State>;

fn router(state: Shared, audience: Audience) -> Router {
    ROUTES
        .iter()
        .filter(|route| route.audience.includes(audience))
        .fold(Router::new(), |router, route| router.route(route.path, (route.handler)()))
        .fallback(not_found)
        .method_not_allowed_fallback(no_method)
        .layer(axum::middleware::from_fn_with_state(state.clone(), measure::measure))
        .with_state(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_route_stands_twice() {
        for (at, route) in ROUTES.iter().enumerate() {
            assert!(!ROUTES[at + 1..].iter().any(|other| other.path == route.path && other.method == route.method));
        }
    }
}
