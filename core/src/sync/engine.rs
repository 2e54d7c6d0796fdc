//! Driving store and transport: one exchange a step.
//!
//! Floor: sync. Invariants: the store is never locked while the network is waited for; exchanges of one
//! phone follow one another, but for plain batches of a run, of which the next goes while the last is judged or its
//! verdicts are written (see [`ahead`](super::ahead)); what is not known to have arrived is sent again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::ahead::{self, Behind, Pipe};
use super::plan::{self, Batching};
use super::request::{Telling, Which, request, signed_batch};
use crate::clock::{self, Reading, Watch};
use crate::identity;
use crate::protocol::limits::{MAX_ANSWER_INFLATED, MAX_POINTS, MAX_WAIT_SECONDS};
use crate::protocol::{
    self, Code, CommonAnswer, CommonRequest, ExchangeAnswer, PhoneStatus, Point, SalvageAnswer, SalvageRequest, VERSION,
};
use crate::record::Random;
use crate::store::{Author, Choice, Identity, Standing, Store, StoreError, Taken, Unsent};
use crate::transport::{Transport, TransportError};

/// Why an exchange did not come about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// The server could not be asked.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server's answer cannot be what it should be.
    #[error("the answer could not be understood")]
    Malformed,
    /// The caller ended it.
    #[error("cancelled")]
    Cancelled,
}

/// Ends what is under way.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<(AtomicBool, Notify)>);

impl Cancel {
    /// One that has not been used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends everything that was given this token.
    pub fn cancel(&self) {
        self.0.0.store(true, Ordering::SeqCst);
        self.0.1.notify_waiters();
    }

    /// Whether it has been used.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.0.load(Ordering::SeqCst)
    }

    async fn cancelled(&self) {
        loop {
            let notified = self.0.1.notified();
            if self.is_cancelled() {
                return;
            }
            notified.await;
        }
    }
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Own changes sent, and how many there were to send.
    pub sent: (u64, u64),
    /// The place in the server's log, and the log's size.
    pub fetched: (u64, u64),
    /// Documents taken in so far.
    pub documents: u64,
}

/// What one step came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// What the answer came to.
    pub taken: Taken,
    /// Whether there is nothing more to send or fetch.
    pub caught_up: bool,
    /// Whether the phone went back to a point it has in common with a restored server.
    pub rolled_back: bool,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many exchanges.
    pub steps: u64,
    /// Own changes that were accepted, refused, held.
    pub accepted: u64,
    /// Own changes that were refused.
    pub refused: u64,
    /// Own changes that are held.
    pub held: u64,
    /// Documents taken in.
    pub documents: u64,
    /// Documents put aside.
    pub aside: u64,
    /// Documents that left the phone.
    pub dropped: u64,
    /// How often the phone went back to a common point.
    pub rolled_back: u64,
}

impl Summary {
    fn add(&mut self, step: &Step) {
        self.steps += 1;
        self.accepted += step.taken.accepted as u64;
        self.refused += step.taken.refused as u64;
        self.held += step.taken.held as u64;
        self.documents += step.taken.documents as u64;
        self.aside += step.taken.aside as u64;
        self.dropped += step.taken.dropped as u64;
        self.rolled_back += u64::from(step.rolled_back);
    }
}

/// The phone's state: its store and its dice, and what the server was told of it.
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) random: Box<dyn Random>,
    pub(crate) telling: Telling,
}

impl State {
    /// Corrected time at `reading`.
    pub(crate) fn now(&self, reading: &Reading) -> Result<clock::Corrected, StoreError> {
        Ok(clock::corrected(self.store.clock()?.as_ref(), reading))
    }
}

/// Drives store and transport.
pub struct Engine {
    state: Arc<Mutex<State>>,
    /// Held during an exchange.
    exchange: Arc<tokio::sync::Mutex<()>>,
    /// Told when something was written that waits to be sent.
    wrote: Notify,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Engine")
    }
}

/// What is sent in one exchange.
pub(super) struct Outgoing {
    pub(super) identity: Identity,
    pub(super) standing: Standing,
    pub(super) sent: Vec<Unsent>,
    pub(super) body: Vec<u8>,
    /// The test whether the phone is woken that the server is told of.
    pub(super) wake_test: Option<u64>,
    /// What the server is told of the phone.
    pub(super) status: Option<PhoneStatus>,
}

/// An answer that has come, on its way into the store.
pub(super) struct Arrived {
    pub(super) out: Outgoing,
    /// The answer, inflated.
    pub(super) plain: Vec<u8>,
    /// The phone's clocks when it was asked for, and when it came.
    pub(super) clocks: (Reading, Reading),
    /// Whether the server waited with it.
    pub(super) waited: bool,
}

/// How many runs of failures a run goes through by halving what it asks for.
const MAX_CUTS: u32 = 24;

impl Engine {
    pub(crate) fn new(store: Store, random: Box<dyn Random>) -> Self {
        Self {
            state: Arc::new(Mutex::new(State { store, random, telling: Telling::default() })),
            exchange: Arc::default(),
            wrote: Notify::new(),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }

    /// Tells a poll that something waits to be sent.
    pub(crate) fn wake(&self) {
        self.wrote.notify_one();
    }

    /// One exchange: what waits goes up, one page comes down. With `wait_seconds` and nothing to send, the
    /// server answers when there is something, or when they have passed.
    ///
    /// # Errors
    /// Why it did not come about. A cut makes the next one smaller.
    pub async fn step(
        &self,
        transport: &dyn Transport,
        watch: &dyn Watch,
        wait_seconds: u16,
        cancel: &Cancel,
    ) -> Result<Step, SyncError> {
        self.step_with(transport, watch, wait_seconds, cancel, None).await
    }

    /// One exchange; what is on its way in `pipe` comes first, and more may be on its way when this one is done.
    async fn step_with<'t>(
        &self,
        transport: &'t dyn Transport,
        watch: &dyn Watch,
        wait_seconds: u16,
        cancel: &Cancel,
        pipe: Option<&mut Pipe<'t>>,
    ) -> Result<Step, SyncError> {
        let stepped = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(SyncError::Cancelled),
            stepped = self.exchange_once(transport, watch, wait_seconds.min(MAX_WAIT_SECONDS), pipe) => stepped,
        };
        match &stepped {
            Err(SyncError::Transport(TransportError::Revoked)) => self.state().store.lock()?,
            Err(error) if wait_seconds == 0 && is_too_much(error) => {
                let mut state = self.state();
                let pace = state.store.standing()?.pace;
                state.store.set_pace(plan::after_cut(pace))?;
            }
            _ => {}
        }
        stepped
    }

    /// Exchanges until there is nothing more to send or fetch. Cuts are gone through with ever smaller pages
    /// as long as that may help.
    ///
    /// # Errors
    /// Why it ended early; what was taken in until then stays.
    pub async fn run(
        &self,
        transport: &dyn Transport,
        watch: &dyn Watch,
        cancel: &Cancel,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Summary, SyncError> {
        let mut summary = Summary::default();
        let mut total = self.state().store.waiting()?;
        let mut cuts = 0;
        let mut pipe = Pipe::default();
        loop {
            let step = match self.step_with(transport, watch, 0, cancel, Some(&mut pipe)).await {
                Ok(step) => step,
                Err(error) if cuts < MAX_CUTS && is_too_much(&error) => {
                    cuts += 1;
                    pipe.fail();
                    continue;
                }
                Err(error) => return Err(error),
            };
            cuts = 0;
            summary.add(&step);
            let judged = summary.accepted + summary.refused + summary.held;
            let cursor = {
                let state = self.state();
                if step.rolled_back {
                    // What the server lost goes up again.
                    total = judged + state.store.waiting()?;
                }
                state.store.standing()?.cursor
            };
            progress(Progress {
                sent: (judged.min(total), total),
                fetched: (cursor.at.min(cursor.log.size), cursor.log.size),
                documents: summary.documents,
            });
            if step.caught_up {
                return Ok(summary);
            }
        }
    }

    /// Waits until the server has something, something is written here, or `wait_seconds` have passed, and
    /// exchanges what there is.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub async fn poll(
        &self,
        transport: &dyn Transport,
        watch: &dyn Watch,
        wait_seconds: u16,
        cancel: &Cancel,
    ) -> Result<Step, SyncError> {
        if !self.state().store.waits()? {
            tokio::select! {
                biased;
                // The request that waits is dropped: what was written goes at once.
                () = self.wrote.notified() => {}
                stepped = self.step(transport, watch, wait_seconds, cancel) => return stepped,
            }
        }
        self.step(transport, watch, 0, cancel).await
    }

    async fn exchange_once<'t>(
        &self,
        transport: &'t dyn Transport,
        watch: &dyn Watch,
        wait_seconds: u16,
        pipe: Option<&mut Pipe<'t>>,
    ) -> Result<Step, SyncError> {
        let (mut alone, goes_ahead) = (Pipe::default(), pipe.is_some());
        let pipe = pipe.unwrap_or(&mut alone);
        if pipe.is_empty() {
            pipe.begin(self.exchange.clone().lock_owned().await);
            let before = watch.read();
            let out = self.outgoing(&before, wait_seconds, goes_ahead)?;
            if self.is_lost(transport, &out).await? {
                self.go_back(transport, &out.identity).await?;
                pipe.give_up();
                return Ok(Step { rolled_back: true, ..Step::default() });
            }
            let wait = if out.sent.is_empty() { wait_seconds } else { 0 };
            pipe.send(transport, before, out, wait);
        }
        if goes_ahead && let Some(behind) = pipe.behind() {
            self.send_behind(transport, watch, pipe, behind).await?;
        }
        let Some((before, out, answer)) = pipe.next().await else { return Err(SyncError::Malformed) };
        let (clocks, answer) = ((before, watch.read()), answer?);
        let plain = protocol::unpack(&answer, MAX_ANSWER_INFLATED).map_err(|_| SyncError::Malformed)?;
        drop(answer);
        let answer: ExchangeAnswer<'_> = protocol::decode(&plain).map_err(|_| SyncError::Malformed)?;
        if answer.version != VERSION {
            return Err(SyncError::Malformed);
        }
        // The log only grows: a shorter one than was seen before is another one.
        if answer.diverged || answer.cursor.log.size < out.standing.cursor.log.size {
            pipe.give_up();
            self.go_back(transport, &out.identity).await?;
            return Ok(Step { rolled_back: true, ..Step::default() });
        }
        if answer.seal.is_some_and(|seal| identity::verify_seal(&out.identity.server_key, &seal).is_err()) {
            return Err(SyncError::Malformed);
        }
        if !ahead::may_go(&out, &answer) {
            pipe.abandon();
        } else if goes_ahead {
            pipe.goes_on_from(&answer.cursor);
            if pipe.is_empty()
                && tokio::runtime::Handle::try_current().is_ok()
                && let Some(behind) = Behind::of(&out, answer.cursor.clone(), Choice::Waiting)
            {
                self.send_behind(transport, watch, pipe, behind).await?;
            }
        }
        drop(answer);
        let waited = wait_seconds > 0 && out.sent.is_empty();
        let (state, arrived) = (self.state.clone(), Arrived { out, plain, clocks, waited });
        let step = pipe.beside(move || take_in(&state, &arrived)).await?;
        if pipe.is_empty() {
            pipe.give_up();
        }
        Ok(step)
    }

    /// Whether a server that was restored has forgotten what this phone saw last. While changes are put back, the
    /// request names the common point instead: a server that was restored once more has to be noticed apart.
    async fn is_lost(&self, transport: &dyn Transport, out: &Outgoing) -> Result<bool, SyncError> {
        let seen = out.standing.cursor.log;
        Ok(out.standing.phase.healing.is_some_and(|healing| healing != seen)
            && common(transport, &out.identity, vec![seen]).await?.is_none())
    }

    /// What is sent first. Where more goes behind it, half a batch, so that the server begins sooner.
    fn outgoing(&self, reading: &Reading, wait_seconds: u16, more_behind: bool) -> Result<Outgoing, SyncError> {
        let state = self.state();
        let identity = state.store.identity()?.ok_or(StoreError::NotEnrolled)?;
        let standing = state.store.standing()?;
        let limit = if more_behind { (standing.pace.batch / 2).max(1) } else { standing.pace.batch };
        let which = Which { after: i64::MIN, choice: Choice::Waiting, limit };
        request(&state, identity, standing, &which, reading, wait_seconds)
    }

    /// Sends what goes behind another request before that one's answer has been taken in, if anything may.
    async fn send_behind<'t>(
        &self,
        transport: &'t dyn Transport,
        watch: &dyn Watch,
        pipe: &mut Pipe<'t>,
        behind: Behind,
    ) -> Result<(), SyncError> {
        let (state, reading) = (self.state.clone(), watch.read());
        let work = move || {
            let Behind { identity, standing, after, choice } = behind;
            let which = Which { after, choice, limit: standing.pace.batch };
            request(&locked(&state), identity, standing, &which, &reading, 0)
        };
        let next = pipe.beside(work).await?;
        if !next.sent.is_empty() {
            pipe.send(transport, watch.read(), next, 0);
        }
        Ok(())
    }

    /// Finds the point in common with a restored server, and goes back to it.
    async fn go_back(&self, transport: &dyn Transport, identity: &Identity) -> Result<(), SyncError> {
        let points = self.state().store.points(MAX_POINTS)?;
        let common = common(transport, identity, points).await?;
        self.state().store.roll_back(common)?;
        Ok(())
    }

    /// Hands in what a revoked phone had not sent; returns how many changes the server put aside. They stay
    /// on the phone too.
    ///
    /// # Errors
    /// Why it could not be done.
    pub async fn salvage(&self, transport: &dyn Transport, watch: &dyn Watch) -> Result<u64, SyncError> {
        let _turn = self.exchange.lock().await;
        let (mut kept, mut after, mut cuts) = (0, i64::MIN, 0);
        loop {
            // Whoever reads the clocks is not ours, and is never asked under a lock.
            let reading = watch.read();
            let (token, pace, last, body) = {
                let state = self.state();
                let store = &state.store;
                let identity = store.identity()?.ok_or(StoreError::NotEnrolled)?;
                let pace = store.standing()?.pace;
                let mut batching = Batching::new(pace.batch);
                let sent = store.unsent(Choice::All, after, |unsent| batching.takes(unsent.raw.len(), unsent.actor))?;
                let Some(last) = sent.last().map(|unsent| unsent.position) else { return Ok(kept) };
                let signed = clock::corrected(store.clock()?.as_ref(), &reading).time;
                let batch = signed_batch(&identity, &sent, batching.into_actors(), signed);
                let request = SalvageRequest { version: VERSION, batch };
                let body = protocol::encode(&request).map_err(|_| SyncError::Malformed)?;
                (identity.token, pace, last, body)
            };
            let answer = match transport.salvage(&token, body).await.map_err(SyncError::from) {
                Err(error) if cuts < MAX_CUTS && is_too_much(&error) => {
                    cuts += 1;
                    self.state().store.set_pace(plan::after_cut(pace))?;
                    continue;
                }
                answer => answer?,
            };
            let plain = protocol::unpack(&answer, MAX_ANSWER_INFLATED).map_err(|_| SyncError::Malformed)?;
            let answer: SalvageAnswer = protocol::decode(&plain).map_err(|_| SyncError::Malformed)?;
            // The server says how many of this batch it has.
            kept += u64::from(answer.kept);
            (after, cuts) = (last, 0);
            self.state().store.set_pace(plan::after_success(pace))?;
        }
    }
}

/// The newest of `points` that the server has.
async fn common(
    transport: &dyn Transport,
    identity: &Identity,
    points: Vec<Point>,
) -> Result<Option<Point>, SyncError> {
    let request = CommonRequest { version: VERSION, points };
    let body = protocol::encode(&request).map_err(|_| SyncError::Malformed)?;
    let answer = transport.common(&identity.token, body).await?;
    let plain = protocol::unpack(&answer, MAX_ANSWER_INFLATED).map_err(|_| SyncError::Malformed)?;
    let answer: CommonAnswer = protocol::decode(&plain).map_err(|_| SyncError::Malformed)?;
    if answer.common.is_some_and(|common| !request.points.contains(&common)) {
        return Err(SyncError::Malformed);
    }
    Ok(answer.common)
}

/// Whether asking for less, or sending less, may help.
const fn is_too_much(error: &SyncError) -> bool {
    matches!(
        error,
        SyncError::Transport(
            TransportError::Cut | TransportError::TooLarge | TransportError::Problem(Code::TooLarge | Code::TooMany)
        )
    )
}

/// The state of a phone.
pub(super) fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // A panic elsewhere left SQLite's own transaction to be rolled back.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes an answer in, which was found to be one.
pub(super) fn take_in(state: &Mutex<State>, arrived: &Arrived) -> Result<Step, SyncError> {
    let Arrived { out, plain, clocks: (before, after), waited } = arrived;
    let Outgoing { standing, sent, wake_test, status, .. } = out;
    let answer: ExchangeAnswer<'_> = protocol::decode(plain).map_err(|_| SyncError::Malformed)?;
    let mut state = locked(state);
    let State { store, random, telling } = &mut *state;
    // A poll that waited says nothing about the way.
    let mark = (!waited).then(|| clock::learn(answer.now, before, after)).flatten();
    if let Some(mark) = mark {
        store.set_clock(&mark)?;
    }
    let now = clock::corrected(store.clock()?.as_ref(), after).time;
    let taken = store.take(sent, &answer, &mut Author { now, random: random.as_mut() })?;
    store.follow_wake_test(*wake_test, answer.woken, now)?;
    if let Some(status) = status {
        telling.told(status.clone(), now);
    }
    let moved = !sent.is_empty() || taken.documents > 0;
    let grown = plan::after_success(standing.pace);
    if moved && grown != standing.pace {
        store.set_pace(grown)?;
    }
    let settled =
        !answer.more && !taken.asks_again && answer.scopes.is_none() && store.standing()?.phase.next_scopes.is_none();
    Ok(Step { taken, caught_up: settled && !store.waits()?, rolled_back: false })
}
