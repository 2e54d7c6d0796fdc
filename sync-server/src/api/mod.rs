//! HTTP: one table of routes; parse, authorise, call one service, map the error.
//!
//! Floor: the top; knows nothing of SQL. Invariants: every route stands in [`ROUTES`]; bodies are limited
//! before and after they are inflated; work on the store never runs on the runtime's own threads; no
//! name, code, token or telephone stands in a log line.

mod attempts;
mod body;
mod handle;
mod poll;
mod problem;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{MethodFilter, MethodRouter, on};
use parking_lot::Mutex;
use qiaomen_core::protocol::path;
use qiaomen_core::record::{OsRandom, Random};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use self::attempts::Attempts;
use self::handle::{common, enrol, exchange, healthz, salvage};
use self::poll::Polls;
use self::problem::{no_method, not_found};
use crate::clock::Clock;
use crate::town::Town;

/// How often the store is asked whether another process committed something.
const WATCH: Duration = Duration::from_millis(200);

/// How often what waited is looked at again, in steps of [`WATCH`].
const SWEEP: u32 = 300;

/// How many batches are read at a time; they are judged one after another.
const SUBMITS: usize = 2;

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
    /// Somebody asks whether the server is there.
    Health,
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
    handler: fn() -> MethodRouter<Shared>,
}

macro_rules! routes {
    ($($method:ident $path:expr => $action:ident $handler:ident;)+) => {
        /// Every route there is.
        pub static ROUTES: &[Route] = &[$(Route {
            method: stringify!($method),
            path: $path,
            action: Action::$action,
            handler: || on(MethodFilter::$method, $handler),
        },)+];
    };
}

routes! {
    POST path::ENROL => Enrol enrol;
    POST path::EXCHANGE => Exchange exchange;
    POST path::COMMON => Common common;
    POST path::SALVAGE => Salvage salvage;
    GET "/healthz" => Health healthz;
}

/// What the handlers share.
pub(crate) struct State {
    town: Arc<Town>,
    clock: Arc<dyn Clock>,
    random: Mutex<Box<dyn Random>>,
    /// How many may be at the store at a time; the rest queue.
    turns: Arc<Semaphore>,
    /// How many may hand in a batch at a time, beside the others: judging one may take long.
    submits: Arc<Semaphore>,
    /// The room for bodies.
    room: Arc<Semaphore>,
    polls: Polls,
    attempts: Attempts,
    closing: watch::Receiver<bool>,
}

pub(crate) type Shared = Arc<State>;

fn router(state: Shared) -> Router {
    ROUTES
        .iter()
        .fold(Router::new(), |router, route| router.route(route.path, (route.handler)()))
        .fallback(not_found)
        .method_not_allowed_fallback(no_method)
        .with_state(state)
}

/// Serves a town until `shutdown` is over; open polls end at once then.
///
/// # Errors
/// Where the operating system has no randomness, or the listener fails.
pub async fn serve(
    town: Arc<Town>,
    listener: TcpListener,
    clock: Arc<dyn Clock>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let random = OsRandom::new().map_err(|_| io::Error::other("no randomness"))?;
    serve_with(town, listener, clock, Box::new(random), shutdown).await
}

/// As [`serve`], with the caller's randomness.
///
/// # Errors
/// Where the listener fails.
pub async fn serve_with(
    town: Arc<Town>,
    listener: TcpListener,
    clock: Arc<dyn Clock>,
    random: Box<dyn Random>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (close, closing) = watch::channel(false);
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let state = Arc::new(State {
        town: town.clone(),
        clock,
        random: Mutex::new(random),
        turns: Arc::new(Semaphore::new(cores * 4)),
        submits: Arc::new(Semaphore::new(SUBMITS)),
        room: body::room(),
        polls: Polls::default(),
        attempts: Attempts::default(),
        closing,
    });
    let watcher = tokio::spawn(watch_store(town, state.clock.clone()));
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "serving");
    }
    let served = axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            shutdown.await;
            close.send_replace(true);
        })
        .await;
    watcher.abort();
    served
}

/// Wakes polls for what other processes committed, and ends holds whose end was missed.
async fn watch_store(town: Arc<Town>, clock: Arc<dyn Clock>) {
    let mut ticks = tokio::time::interval(WATCH);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut until_sweep = SWEEP;
    loop {
        ticks.tick().await;
        let (town, clock) = (town.clone(), clock.clone());
        until_sweep -= 1;
        let sweep = until_sweep == 0;
        if sweep {
            until_sweep = SWEEP;
        }
        let watched = tokio::task::spawn_blocking(move || {
            town.wake();
            if sweep && let Err(error) = town.sweep(clock.now()) {
                tracing::error!(%error, "what waited could not be judged again");
            }
        });
        if watched.await.is_err() {
            tracing::error!("watching the store failed");
        }
    }
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
