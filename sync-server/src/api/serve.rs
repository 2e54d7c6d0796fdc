//! A server at work: two listeners, one for phones and one for those who look after it.
//!
//! Floor: api. Invariants: what is meant for operators is never served where phones come in; their listener ends
//! after the phones', so that it tells of the stopping.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use qiaomen_core::record::{OsRandom, Random, Time};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use super::attempts::Attempts;
use super::health::MEGABYTE;
use super::metrics::Metrics;
use super::poll::Polls;
use super::{Audience, State, body, router};
use crate::clock::Clock;
use crate::hook::Post;
use crate::intake::{Intake, IntakeError};
use crate::store::StoreError;
use crate::town::Town;

/// How often the store is asked whether another process committed something.
const WATCH: Duration = Duration::from_millis(200);

/// How often alerts that nobody has taken are looked at, in steps of [`WATCH`].
const ESCALATE: u32 = 25;

/// How often what waited is looked at again, in steps of [`WATCH`].
const SWEEP: u32 = 300;

/// How many batches are read at a time; they are judged one after another.
const SUBMITS: usize = 2;

/// How long an operator's request may still take when everything else is over.
const LINGER: Duration = Duration::from_secs(1);

/// How much room the disk must have for the server to call itself ready, in megabytes.
pub const MIN_FREE_MB: u32 = 64;

/// Whether the server calls itself ready.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// From now on the server says that it is not ready, and goes on serving.
    pub fn withdraw(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_withdrawn(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A server before it serves.
pub struct Server {
    town: Arc<Town>,
    intake: Arc<Intake>,
    clock: Arc<dyn Clock>,
    random: Box<dyn Random>,
    operators: Option<TcpListener>,
    min_free: u64,
    readiness: Readiness,
    proxies: Vec<IpAddr>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Server").finish_non_exhaustive()
    }
}

impl Server {
    /// A server of a town, with nothing for operators.
    #[must_use]
    pub fn new(town: Arc<Town>, clock: Arc<dyn Clock>, random: Box<dyn Random>) -> Self {
        let min_free = u64::from(MIN_FREE_MB) * MEGABYTE;
        let (intake, readiness) = (Arc::default(), Readiness::default());
        Self { town, intake, clock, random, operators: None, min_free, readiness, proxies: Vec::new() }
    }

    /// Takes alerts in through this one, which somebody else in this process uses too.
    #[must_use]
    pub fn with_intake(self, intake: Arc<Intake>) -> Self {
        Self { intake, ..self }
    }

    /// Serves what is meant for operators too, on a listener of its own.
    #[must_use]
    pub fn with_operators(self, listener: Option<TcpListener>) -> Self {
        Self { operators: listener, ..self }
    }

    /// Is not ready while the store's disk has less than so many megabytes left.
    #[must_use]
    pub fn with_min_free(self, megabytes: u32) -> Self {
        Self { min_free: u64::from(megabytes) * MEGABYTE, ..self }
    }

    /// Believes what reverse proxies at these addresses say of whoever asks, as it does those on this machine.
    #[must_use]
    pub fn with_trusted_proxies(self, proxies: Vec<IpAddr>) -> Self {
        Self { proxies: proxies.into_iter().map(|address| address.to_canonical()).collect(), ..self }
    }

    /// By which it can be made to say that it is not ready, before it stops.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        self.readiness.clone()
    }

    /// Serves until `shutdown` is over; open polls end at once then.
    ///
    /// # Errors
    /// Where a listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let (close, closing) = watch::channel(false);
        let (end, mut ended) = watch::channel(false);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let state = Arc::new(State {
            town: self.town.clone(),
            intake: self.intake.clone(),
            metrics: Metrics::new(self.clock.now()),
            clock: self.clock.clone(),
            random: Mutex::new(self.random),
            turns: Arc::new(Semaphore::new(cores * 4)),
            submits: Arc::new(Semaphore::new(SUBMITS)),
            slow: Arc::new(Semaphore::new(cores)),
            entries: Arc::new(Semaphore::new(cores)),
            probes: Arc::new(Semaphore::new(1)),
            room: body::room(),
            files: body::files(),
            desk: crate::console::Desk::default(),
            polls: Polls::default(),
            attempts: Attempts::default(),
            badges: Attempts::default(),
            min_free: self.min_free,
            proxies: self.proxies,
            readiness: self.readiness.clone(),
            closing,
        });
        let watcher = tokio::spawn(watch_store(self.town.clone(), self.intake, self.clock.clone()));
        let (town, over) = (self.town.clone(), state.closing.clone());
        let warming = tokio::task::spawn_blocking(move || {
            if let Err(error) = town.warm(|| *over.borrow()) {
                tracing::warn!(%error, "doors could not be read before anybody asked for them");
            }
        });
        let post = Post::new(self.town, self.clock).map_err(io::Error::other)?;
        let post = tokio::spawn(post.run());
        if let Ok(address) = listener.local_addr() {
            tracing::info!(%address, "serving");
        }
        let phones = router(state.clone(), Audience::Phones).into_make_service_with_connect_info::<SocketAddr>();
        let readiness = self.readiness;
        let phones = axum::serve(listener, phones).with_graceful_shutdown(async move {
            shutdown.await;
            readiness.withdraw();
            close.send_replace(true);
        });
        let phones = async move {
            let served = phones.await;
            end.send_replace(true);
            served
        };
        let operators = async move {
            let Some(listener) = self.operators else { return Ok(()) };
            let mut over = ended.clone();
            let served = axum::serve(listener, router(state, Audience::Operators)).with_graceful_shutdown(async move {
                let _ = over.wait_for(|over| *over).await;
            });
            let linger = async {
                let _ = ended.wait_for(|over| *over).await;
                tokio::time::sleep(LINGER).await;
            };
            tokio::select! {
                served = async { served.await } => served,
                () = linger => Ok(()),
            }
        };
        let (phones, operators) = tokio::join!(phones, operators);
        watcher.abort();
        let _ = warming.await;
        // A message that is on its way may arrive; who serves next sends it again unless that was noted.
        post.abort();
        phones.and(operators)
    }
}

/// Serves a town's phones until `shutdown` is over; open polls end at once then.
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
    Server::new(town, clock, random).serve(listener, shutdown).await
}

/// Sees to alerts that came in, and with `late` to those that nobody has taken in time.
fn tend(town: &Town, intake: &Intake, now: Time, late: bool) -> Result<(), IntakeError> {
    let mut random = OsRandom::new().map_err(|_| IntakeError::Denied("no randomness".to_owned()))?;
    intake.tend(town, now, &mut random)?;
    if late {
        intake.escalate(town, now, &mut random)?;
    }
    Ok(())
}

/// Wakes polls for what other processes committed, and ends holds whose end was missed.
async fn watch_store(town: Arc<Town>, intake: Arc<Intake>, clock: Arc<dyn Clock>) {
    let mut ticks = tokio::time::interval(WATCH);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut tick, mut tended) = (0_u32, None);
    loop {
        ticks.tick().await;
        let (town, intake, clock) = (town.clone(), intake.clone(), clock.clone());
        tick = tick.wrapping_add(1);
        let watched = tokio::task::spawn_blocking(move || {
            town.wake();
            let pulse = *town.subscribe().borrow();
            if !intake.is_paused() && (tended != Some(pulse) || tick.is_multiple_of(ESCALATE)) {
                match tend(&town, &intake, clock.now(), tick.is_multiple_of(ESCALATE)) {
                    Ok(()) => tended = Some(pulse),
                    // Tried again at the next tick.
                    Err(IntakeError::Store(StoreError::Busy | StoreError::Conflict)) => {}
                    Err(error) => tracing::error!(%error, "alerts could not be seen to"),
                }
            }
            if tick.is_multiple_of(SWEEP) {
                let swept = town.sweep(clock.now()).map_err(|error| error.to_string());
                if let Err(error) = swept.and_then(|()| town.tidy(clock.now()).map_err(|error| error.to_string())) {
                    tracing::error!(%error, "what waited could not be judged again");
                }
            }
            tended
        });
        let watched = watched.await.map(|pulse| tended = pulse);
        if watched.is_err() {
            tracing::error!("watching the store failed");
        }
    }
}
