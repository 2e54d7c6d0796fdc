//! An exchange that may wait.
//!
//! Floor: api. Invariants: it registers for news first and looks second; each look checks the device's
//! revocation; it ends when there is something to say, when its time is over, when the same device begins
//! another, when it is to be woken for a test, or when the server closes; batches queue by themselves, so that nobody else waits for one.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use qiaomen_core::protocol::limits::MAX_WAIT_SECONDS;
use qiaomen_core::protocol::{Code, ExchangeRequest};

use qiaomen_core::record::DeviceId;
use tokio::sync::{Semaphore, oneshot, watch};

use super::body::{Held, decode, inflate, wire};
use super::measure::Waited;
use super::problem::Failure;
use super::{Shared, State};
use crate::accept::Answer;

/// From how many polls on those that are over are looked for.
const SWEPT: usize = 10_000;

/// Does work on the store, off the runtime's own threads, when there is a turn for it.
pub(super) async fn work<T: Send + 'static>(
    state: &Shared,
    job: impl FnOnce(&State) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    work_in(&state.turns, state, job).await
}

/// As [`work`], in a queue of its own.
pub(super) async fn work_in<T: Send + 'static>(
    turns: &Arc<Semaphore>,
    state: &Shared,
    job: impl FnOnce(&State) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let turn = turns.clone().acquire_owned().await.map_err(|_| Failure(Code::Busy))?;
    let state = state.clone();
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        job(&state)
    });
    match done.await {
        Ok(done) => done,
        Err(_) => {
            tracing::error!("a request's work broke off");
            Err(Failure(Code::Unexpected))
        }
    }
}

/// How long a phone that is to be woken for a test has waited by then: long enough to have fallen asleep over it.
const WAKES_AFTER: Duration = Duration::from_secs(2);

/// Looks for news without a batch.
struct Again {
    device: DeviceId,
    token: [u8; 32],
    request: ExchangeRequest<'static>,
}

/// What one look came to.
enum Look {
    Said(Vec<u8>),
    Nothing(Vec<u8>, Box<Again>),
    /// There is a batch, for which it is not the turn.
    Batch,
}

/// What ended a sleep.
enum Woken {
    /// Something was committed.
    News,
    /// Nobody wants the answer any more, or nobody can wait any longer.
    End,
    /// The time is over.
    Over,
    /// It is to be woken for a test.
    Test(u64),
}

/// The polls that wait, by device: a newer one ends the older.
#[derive(Default)]
pub(super) struct Polls {
    waiting: Mutex<HashMap<DeviceId, oneshot::Sender<()>>>,
    /// The devices whose next poll is ended for a test, each with its number: one a device, the last it asked for.
    tests: Mutex<HashMap<DeviceId, u64>>,
}

impl Polls {
    /// Notes that a device's next poll is to be ended for a test.
    fn test(&self, device: DeviceId, nonce: u64) {
        self.tests.lock().insert(device, nonce);
    }

    /// The test for which a device's poll is to be ended.
    fn testing(&self, device: DeviceId) -> Option<u64> {
        self.tests.lock().get(&device).copied()
    }

    /// Forgets a test that has been carried out, unless another was asked for since.
    fn tested(&self, device: DeviceId, nonce: u64) {
        let mut tests = self.tests.lock();
        if tests.get(&device) == Some(&nonce) {
            tests.remove(&device);
        }
    }

    /// Registers a poll; what is returned comes to an end with the next one of the same device.
    fn begin(&self, device: DeviceId) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let mut polls = self.waiting.lock();
        if polls.len() >= SWEPT {
            polls.retain(|_, sender| !sender.is_closed());
        }
        polls.insert(device, sender);
        receiver
    }

    /// Forgets those of a device that are over.
    fn end(&self, device: DeviceId) {
        let mut polls = self.waiting.lock();
        if polls.get(&device).is_some_and(oneshot::Sender::is_closed) {
            polls.remove(&device);
        }
    }
}

/// The answer, and for how long the phone wanted to wait for it.
pub(super) async fn exchange(state: &Shared, token: [u8; 32], held: Held) -> (Result<Vec<u8>, Failure>, Waited) {
    let mut waited = Waited::default();
    (answer(state, token, held, &mut waited).await, waited)
}

async fn answer(state: &Shared, token: [u8; 32], held: Held, waited: &mut Waited) -> Result<Vec<u8>, Failure> {
    let mut news = state.town.subscribe();
    news.mark_unchanged();
    let frame = held.frame.clone();
    // Where it is its turn at once, a batch is judged as it is found; where not, it is kept as it came, compressed,
    // and opened again.
    let turn = state.submits.clone().try_acquire_owned().ok();
    let mut looked = work(state, move |state| {
        let looked = first(state, token, &frame, turn.is_some());
        drop(turn);
        looked
    })
    .await?;
    if matches!(looked, Look::Batch) {
        let frame = held.frame.clone();
        looked = work_in(&state.submits, state, move |state| first(state, token, &frame, true)).await?;
    }
    drop(held);
    let device = match looked {
        Look::Said(said) => return Ok(said),
        Look::Batch => return Err(Failure(Code::Unexpected)),
        Look::Nothing(_, ref again) => again.device,
    };
    let newer = state.polls.begin(device);
    let open = state.metrics.poll();
    let said = wait(state, looked, news, newer, waited).await;
    drop(open);
    state.polls.end(device);
    said
}

/// Waits for something to say.
async fn wait(
    state: &Shared,
    mut looked: Look,
    mut news: watch::Receiver<u64>,
    mut newer: oneshot::Receiver<()>,
    waited: &mut Waited,
) -> Result<Vec<u8>, Failure> {
    let mut closing = state.closing.clone();
    let test = match &looked {
        Look::Nothing(_, again) => state.polls.testing(again.device),
        Look::Said(_) | Look::Batch => None,
    };
    let started = tokio::time::Instant::now();
    loop {
        let (nothing, again) = match looked {
            Look::Said(said) => return Ok(said),
            Look::Nothing(nothing, again) => (nothing, again),
            Look::Batch => return Err(Failure(Code::Unexpected)),
        };
        let wait = Duration::from_secs(u64::from(again.request.wait_seconds.min(MAX_WAIT_SECONDS)));
        if *closing.borrow() {
            return Ok(nothing);
        }
        let asleep = tokio::time::Instant::now();
        let woken = tokio::select! {
            news = news.changed() => if news.is_ok() { Woken::News } else { Woken::End },
            _ = closing.changed() => Woken::End,
            _ = &mut newer => Woken::End,
            () = tokio::time::sleep_until(started + wait) => Woken::Over,
            () = tokio::time::sleep_until(started + WAKES_AFTER), if test.is_some() => {
                test.map_or(Woken::Over, Woken::Test)
            }
        };
        waited.0 += asleep.elapsed();
        match woken {
            Woken::News => {}
            Woken::End => return Ok(nothing),
            // The server's clock and the cursor are those of now.
            Woken::Over | Woken::Test(_) => {
                let woken = if let Woken::Test(nonce) = woken { Some(nonce) } else { None };
                return match work(state, move |state| look(state, *again, woken)).await? {
                    Look::Said(said) | Look::Nothing(said, _) => Ok(said),
                    Look::Batch => Err(Failure(Code::Unexpected)),
                };
            }
        }
        looked = work(state, move |state| look(state, *again, None)).await?;
    }
}

fn first(state: &State, token: [u8; 32], frame: &[u8], may_submit: bool) -> Result<Look, Failure> {
    let device = state.town.device_by_token(&token)?.ok_or(Failure(Code::SignedOut))?;
    let plain = inflate(frame)?;
    let request: ExchangeRequest<'_> = decode(&plain)?;
    if request.batch.is_some() && !may_submit {
        return Ok(Look::Batch);
    }
    let answer = run(state, &device, &request)?;
    if let Some(nonce) = request.wake_test {
        // Answered at once, with whatever there is: it is the next poll that is to wait.
        state.polls.test(device.id, nonce);
        return Ok(Look::Said(answer.encode().map_err(|error| wire(&error))?));
    }
    let request = ExchangeRequest {
        version: request.version,
        cursor: request.cursor,
        scopes: request.scopes,
        later_seen: request.later_seen,
        page_bytes: request.page_bytes,
        wait_seconds: request.wait_seconds,
        batch: None,
        lost: None,
        wake_test: None,
        // It has been noted.
        status: None,
    };
    said(&answer, Again { device: device.id, token, request })
}

fn look(state: &State, again: Again, woken: Option<u64>) -> Result<Look, Failure> {
    let device = state.town.device_by_token(&again.token)?.ok_or(Failure(Code::SignedOut))?;
    let mut answer = run(state, &device, &again.request)?;
    if let Some(nonce) = woken {
        answer.woken = woken;
        state.polls.tested(device.id, nonce);
    }
    said(&answer, again)
}

fn run(state: &State, device: &crate::store::DeviceRecord, request: &ExchangeRequest<'_>) -> Result<Answer, Failure> {
    let now = state.clock.now();
    let answer = state.town.exchange(device, request, now)?;
    state.metrics.exchanged(&answer);
    Ok(answer)
}

fn said(answer: &Answer, again: Again) -> Result<Look, Failure> {
    let frame = answer.encode().map_err(|error| wire(&error))?;
    Ok(if answer.is_empty() && again.request.wait_seconds > 0 {
        Look::Nothing(frame, Box::new(again))
    } else {
        Look::Said(frame)
    })
}
