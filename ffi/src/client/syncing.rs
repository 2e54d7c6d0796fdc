//! Exchanges with the server, and being on duty.
//!
//! Floor: client. Invariants: the work runs on the runtime, and ends when it is cancelled or nobody waits for it any
//! more; the observer hears of progress beside it, and of changes after it.

use qiaomen_core::record::random;
use qiaomen_core::replica::ReplicaError;
use tokio::sync::mpsc;

use crate::error::QiaomenError;
use crate::inside::given;
use crate::mirror::reckoned::{PollAdvice, WakeTest, WakeTestResult};
use crate::mirror::syncing::{HeldEntry, ShellStatus, SyncPace, SyncProgress, SyncStep, SyncSummary};
use crate::mirror::{Millis, Page, Show};
use crate::platform::Noun;

client! {
    /// Exchanges with the server.
    Syncing;
    /// Being on duty, and whether this phone is woken.
    OnDuty;
}

#[uniffi::export]
impl Syncing {
    /// Exchanges until there is nothing more to send or fetch, telling the observer how far it is.
    pub async fn run(&self) -> Result<SyncSummary, QiaomenError> {
        let (transport, watch, core) = (self.0.transport()?, self.0.watch(), self.0.core.clone());
        let observer = self.0.platform.observer.clone();
        let ended = self
            .0
            .cancellable(|cancel| async move {
                let (tell, mut told) = mpsc::unbounded_channel::<SyncProgress>();
                // Beside the run, which holds its turn: an observer may take its time, and ask for another run.
                let telling = tokio::task::spawn_blocking(move || {
                    while let Some(progress) = told.blocking_recv() {
                        let _heard = observer.progress(progress);
                    }
                });
                let mut progress = |progress: qiaomen_core::sync::Progress| {
                    let _sent = tell.send(progress.show());
                };
                let ended = core.sync().run_with(&transport, &*watch, &cancel, &mut progress).await;
                drop(tell);
                let _ended = telling.await;
                ended
            })
            .await;
        self.0.changed(&Noun::ALL);
        Ok(ended?.show())
    }

    /// One exchange: what waits goes up, one page comes down.
    pub async fn step(&self) -> Result<SyncStep, QiaomenError> {
        let (transport, watch, core) = (self.0.transport()?, self.0.watch(), self.0.core.clone());
        let work = |cancel| async move { core.sync().step(&transport, &*watch, &cancel).await };
        let ended = self.0.cancellable(work).await;
        self.0.changed(&Noun::ALL);
        Ok(ended?.show())
    }

    /// Waits for news: until the server has some, something is saved here, or `wait_seconds` have passed.
    pub async fn poll(&self, wait_seconds: u16) -> Result<SyncStep, QiaomenError> {
        let (transport, watch, core) = (self.0.transport()?, self.0.watch(), self.0.core.clone());
        let work = move |cancel| async move { core.sync().poll(&transport, &*watch, wait_seconds, &cancel).await };
        let ended = self.0.cancellable(work).await;
        self.0.changed(&Noun::ALL);
        Ok(ended?.show())
    }

    /// Hands in what a revoked phone had not sent; says how many changes the server put aside.
    pub async fn salvage(&self) -> Result<u64, QiaomenError> {
        let (transport, watch, core) = (self.0.transport()?, self.0.watch(), self.0.core.clone());
        let work = async move { core.sync().salvage(&transport, &*watch).await };
        let kept = self.0.abortable(work).await?;
        self.0.changed(&[Noun::Sync]);
        Ok(kept)
    }

    /// Ends every exchange that is under way; what was taken in before stays.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Says what only the shell knows of this phone, to be told to the server: at each start, and when it has changed.
    pub fn set_shell(&self, status: ShellStatus) {
        self.0.core.sync().set_shell(status.into());
    }

    /// How many changes wait to be sent.
    pub fn waiting(&self) -> Result<u64, QiaomenError> {
        Ok(self.0.core.sync().waiting()?)
    }

    /// What the server keeps until something comes, or somebody decides: one entry a document, the newest first.
    pub fn held(&self, page: Page) -> Result<Vec<HeldEntry>, QiaomenError> {
        Ok(self.0.core.sync().held(page.into())?.show())
    }

    /// How much goes in one exchange now.
    pub fn pace(&self) -> Result<SyncPace, QiaomenError> {
        Ok(self.0.core.sync().pace()?.show())
    }
}

#[uniffi::export]
impl OnDuty {
    /// Goes on duty, until then or until told otherwise; or ends it.
    #[uniffi::method(default(until = None))]
    pub fn set(&self, on: bool, until: Option<Millis>) -> Result<(), QiaomenError> {
        self.0.wrote(self.0.core.duty().set(on, given("until", until)?), &[Noun::Duty])
    }

    /// Whether this phone is on duty.
    pub fn is_on(&self) -> Result<bool, QiaomenError> {
        Ok(self.0.core.duty().is_on(&self.0.reading()?)?)
    }

    /// How the shell is to wait for news now.
    pub fn poll_advice(&self) -> Result<PollAdvice, QiaomenError> {
        Ok(self.0.core.duty().poll(&self.0.reading()?)?.show())
    }

    /// Begins a test whether this phone is woken, which takes the place of the last one. The shell polls on as ever.
    pub fn begin_test(&self) -> Result<WakeTest, QiaomenError> {
        let nonce = u64::from_le_bytes(self.0.random(|dice| random::bytes(dice)));
        let begun: Result<_, ReplicaError> = self.0.core.duty().begin_test(&self.0.reading()?, nonce);
        Ok(self.0.wrote(begun, &[Noun::Duty])?.show())
    }

    /// What came of the last test; none if there was none.
    pub fn last_test(&self) -> Result<Option<WakeTestResult>, QiaomenError> {
        Ok(self.0.core.duty().last_test()?.show())
    }
}
