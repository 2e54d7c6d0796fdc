//! What the exported objects share: the core's replica, and what the shell brought.
//!
//! Floor: below `client`. Invariants: the shell is called before or after the core, never from within it but for its
//! clocks, which the core reads without its lock; whatever is under way can be ended at once.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use qiaomen_core::clock::{Reading, Watch};
use qiaomen_core::record::{OsRandom, Random, Time};
use qiaomen_core::replica::{Replica, ReplicaError, Writing};
use qiaomen_core::sync::Cancel;
use qiaomen_core::transport::HttpTransport;
use tokio::task::AbortHandle;

use crate::error::{InvalidReason, QiaomenError};
use crate::mirror::words::Role;
use crate::mirror::{Back, under};
use crate::platform::{ClockReading, DeviceClock, Network, NetworkState, Notifier, Noun, Observer, ShellError};
use crate::runtime::runtime;

/// What the shell brought, but for the key.
pub(crate) struct Platform {
    pub(crate) clock: Arc<dyn DeviceClock>,
    pub(crate) network: Arc<dyn NetworkState>,
    pub(crate) notifier: Arc<dyn Notifier>,
    pub(crate) observer: Arc<dyn Observer>,
}

/// What the exported objects share.
pub(crate) struct Inside {
    pub(crate) core: Replica,
    pub(crate) platform: Platform,
    clocks: Arc<Clocks>,
    server: Mutex<Option<HttpTransport>>,
    random: Mutex<OsRandom>,
    operations: Arc<Operations>,
}

impl Inside {
    pub(crate) fn new(core: Replica, platform: Platform, random: OsRandom) -> Self {
        let clocks = Arc::new(Clocks { clock: platform.clock.clone(), last: Mutex::default() });
        Self {
            core,
            platform,
            clocks,
            server: Mutex::default(),
            random: Mutex::new(random),
            operations: Arc::default(),
        }
    }

    /// What the clocks say now.
    pub(crate) fn reading(&self) -> Result<Reading, QiaomenError> {
        self.clocks.ask()
    }

    /// The clocks, for work that takes a while.
    pub(crate) fn watch(&self) -> Arc<Clocks> {
        self.clocks.clone()
    }

    /// Now, and in which role something is written.
    pub(crate) fn writing(&self, role: Option<Role>) -> Result<Writing, QiaomenError> {
        Ok(Writing { reading: self.reading()?, role: given("role", role)? })
    }

    /// Tells what changed by something that was written, and passes it on.
    pub(crate) fn wrote<T>(&self, written: Result<T, ReplicaError>, nouns: &[Noun]) -> Result<T, QiaomenError> {
        let written = written?;
        self.changed(nouns);
        Ok(written)
    }

    /// Tells what may have changed.
    pub(crate) fn changed(&self, nouns: &[Noun]) {
        // An observer that fails has not heard; nothing else depends on it.
        let _heard = self.platform.observer.changed(nouns.to_vec());
    }

    /// So many random bytes.
    pub(crate) fn random<T>(&self, draw: impl FnOnce(&mut dyn Random) -> T) -> T {
        draw(&mut *locked(&self.random))
    }

    /// Sets which server is asked.
    pub(crate) fn set_server(&self, transport: HttpTransport) {
        *locked(&self.server) = Some(transport);
    }

    /// The way to the server, if there is a network to go by.
    pub(crate) fn transport(&self) -> Result<HttpTransport, QiaomenError> {
        if self.platform.network.network() == Ok(Network::Absent) {
            return Err(QiaomenError::Offline);
        }
        locked(&self.server).clone().ok_or(QiaomenError::NotEnrolled)
    }

    /// The address of the server, without a slash at its end.
    pub(crate) fn address(&self) -> Result<String, QiaomenError> {
        locked(&self.server).as_ref().map(|server| server.address().to_owned()).ok_or(QiaomenError::NotEnrolled)
    }

    /// Ends everything that is under way.
    pub(crate) fn cancel(&self) {
        self.operations.stop();
    }

    /// Runs `work` on the runtime, with a token by which it can be ended.
    pub(crate) async fn cancellable<T, W>(&self, work: impl FnOnce(Cancel) -> W) -> Result<T, QiaomenError>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, ReplicaError>> + Send + 'static,
    {
        let cancel = Cancel::new();
        let running = runtime()?.spawn(work(cancel.clone()));
        let _ticket = self.operations.begin(Stop::Token(cancel));
        joined(running.await)
    }

    /// Runs `work`, which knows of no token, on the runtime; it is ended where it waits.
    pub(crate) async fn abortable<T, W>(&self, work: W) -> Result<T, QiaomenError>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, ReplicaError>> + Send + 'static,
    {
        let running = runtime()?.spawn(work);
        let _ticket = self.operations.begin(Stop::Task(running.abort_handle()));
        joined(running.await)
    }
}

fn joined<T>(ended: Result<Result<T, ReplicaError>, tokio::task::JoinError>) -> Result<T, QiaomenError> {
    match ended {
        Ok(result) => result.map_err(QiaomenError::from),
        Err(error) if error.is_cancelled() => Err(QiaomenError::Cancelled),
        Err(_) => Err(QiaomenError::unexpected("a panic")),
    }
}

/// What the core makes of an argument called `field`.
pub(crate) fn given<M: Back<C>, C>(field: &'static str, value: M) -> Result<C, QiaomenError> {
    value.back().map_err(|found| under(field, found).into())
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How something that is under way is ended.
enum Stop {
    Token(Cancel),
    Task(AbortHandle),
}

impl Stop {
    fn stop(&self) {
        match self {
            Self::Token(cancel) => cancel.cancel(),
            Self::Task(task) => task.abort(),
        }
    }
}

/// What is under way.
#[derive(Default)]
struct Operations(Mutex<(u64, BTreeMap<u64, Stop>)>);

impl Operations {
    fn begin(self: &Arc<Self>, stop: Stop) -> Ticket {
        let mut held = locked(&self.0);
        held.0 += 1;
        let number = held.0;
        held.1.insert(number, stop);
        Ticket { operations: self.clone(), number }
    }

    fn stop(&self) {
        locked(&self.0).1.values().for_each(Stop::stop);
    }
}

/// Stands for one operation: when the shell gives its future up, what it waits for ends too.
struct Ticket {
    operations: Arc<Operations>,
    number: u64,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(stop) = locked(&self.operations.0).1.remove(&self.number) {
            stop.stop();
        }
    }
}

/// The shell's clocks as the core reads them.
pub(crate) struct Clocks {
    clock: Arc<dyn DeviceClock>,
    last: Mutex<Option<Reading>>,
}

impl Clocks {
    fn ask(&self) -> Result<Reading, QiaomenError> {
        let ClockReading { wall, monotonic, boot } = self.clock.read().map_err(|error| match error {
            ShellError::Unavailable => QiaomenError::unexpected("the clocks are not to be had"),
            ShellError::Failed { .. } => QiaomenError::unexpected("the clocks failed"),
        })?;
        let boot = boot
            .try_into()
            .map_err(|_| QiaomenError::Invalid { field: "boot".to_owned(), reason: InvalidReason::Malformed })?;
        let reading = Reading { wall: Time::from_millis(wall), monotonic_ms: monotonic, boot };
        *locked(&self.last) = Some(reading);
        Ok(reading)
    }
}

impl Watch for Clocks {
    fn read(&self) -> Reading {
        // An exchange goes on without clocks: by the last reading, as of another boot, so that it is doubtful and nobody
        // learns the server's time from it.
        self.ask().unwrap_or_else(|_| {
            let last = *locked(&self.last);
            let wall = last.map_or(Time::MIN, |reading| reading.wall);
            Reading { wall, monotonic_ms: 0, boot: [0xff; 16] }
        })
    }
}
