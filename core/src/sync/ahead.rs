//! Batches on their way before the verdicts on the last ones are written.
//!
//! Floor: sync. Invariants: at most [`FLIGHTS`] requests are on their way; their answers are taken in one after
//! another, each a transaction of its own, and the phone's turn to exchange lasts until the last one is. A second
//! batch goes before the answer to the first only if every change of it makes a whole record about something that
//! the server has confirmed (`Choice::Alone`): whichever of the two the server judges first, the verdicts are the
//! same. What else waits goes once the answer before has accepted everything and brought nothing. Where an answer
//! did not, whatever is on its way behind it is given up, as if the way had been cut: the server repeats what it
//! said. After a cut one request at a time is all the way has to carry. A phone that dies in between sends again
//! what it has no verdict on, as ever.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::OwnedMutexGuard;

use super::engine::{Outgoing, SyncError};
use super::plan;
use crate::clock::Reading;
use crate::protocol::{Cursor, ExchangeAnswer, Run, Verdict};
use crate::store::{Choice, Identity, Phase, Standing};
use crate::transport::{Answer, Transport, TransportError};

/// How many requests are on their way at most.
const FLIGHTS: usize = 2;

/// What came of a request.
type Came = Result<Vec<u8>, TransportError>;

/// One request that is on its way.
struct Flight<'t> {
    /// The phone's clocks when it went.
    before: Reading,
    out: Outgoing,
    answer: Flying<'t>,
}

enum Flying<'t> {
    Going(Answer<'t>),
    Came(Came),
}

/// The requests that are on their way, oldest first.
#[derive(Default)]
pub(super) struct Pipe<'t> {
    flights: VecDeque<Flight<'t>>,
    /// The phone's turn to exchange, while there are any.
    turn: Option<Arc<OwnedMutexGuard<()>>>,
    /// Where the last answer led to.
    cursor: Option<Cursor>,
    /// Whether the way was cut: only one request goes at a time.
    careful: bool,
}

/// What the next request goes behind.
pub(super) struct Behind {
    pub(super) identity: Identity,
    pub(super) standing: Standing,
    /// The last position in the outbox that went before it.
    pub(super) after: i64,
    pub(super) choice: Choice,
}

impl Behind {
    /// What goes behind `out`, going on from `cursor`; none where nothing was sent.
    pub(super) fn of(out: &Outgoing, cursor: Cursor, choice: Choice) -> Option<Self> {
        let after = out.sent.last()?.position;
        let pace = plan::after_success(out.standing.pace);
        let standing = Standing { cursor, pace, ..out.standing.clone() };
        Some(Self { identity: out.identity.clone(), standing, after, choice })
    }
}

impl<'t> Pipe<'t> {
    pub(super) fn is_empty(&self) -> bool {
        self.flights.is_empty()
    }

    /// Begins with a turn, and nothing on its way.
    pub(super) fn begin(&mut self, turn: OwnedMutexGuard<()>) {
        self.turn = Some(Arc::new(turn));
        self.cursor = None;
    }

    /// Gives up what is on its way.
    pub(super) fn give_up(&mut self) {
        self.flights.clear();
        self.turn = None;
    }

    /// Gives up what goes behind an answer that is yet to be taken in.
    pub(super) fn abandon(&mut self) {
        self.flights.clear();
    }

    /// After a failure: nothing more is on its way, and less is sent at a time.
    pub(super) fn fail(&mut self) {
        self.give_up();
        self.careful = true;
    }

    /// Sends a request behind the others.
    pub(super) fn send(&mut self, transport: &'t dyn Transport, before: Reading, mut out: Outgoing, wait: u16) {
        let body = std::mem::take(&mut out.body);
        let answer = Flying::Going(transport.exchange(&out.identity.token, body, wait));
        self.flights.push_back(Flight { before, out, answer });
    }

    /// What the next request goes behind, if there is room for one, and where it goes on from.
    pub(super) fn behind(&self) -> Option<Behind> {
        let room = !self.careful && self.flights.len() < FLIGHTS;
        let last = self.flights.back().filter(|last| room && is_plain(&last.out))?;
        let cursor = self.cursor.clone().unwrap_or_else(|| last.out.standing.cursor.clone());
        Behind::of(&last.out, cursor, Choice::Alone)
    }

    /// Notes where an answer led to.
    pub(super) fn goes_on_from(&mut self, cursor: &Cursor) {
        self.cursor = Some(cursor.clone());
    }

    fn poll(&mut self, context: &mut Context<'_>) {
        for flight in &mut self.flights {
            if let Flying::Going(answer) = &mut flight.answer
                && let Poll::Ready(came) = answer.as_mut().poll(context)
            {
                flight.answer = Flying::Came(came);
            }
        }
    }

    /// The answer to the oldest, while all of them go on; none if nothing is on its way.
    pub(super) async fn next(&mut self) -> Option<(Reading, Outgoing, Came)> {
        poll_fn(|context| {
            self.poll(context);
            match self.flights.front() {
                Some(Flight { answer: Flying::Going(_), .. }) => Poll::Pending,
                _ => Poll::Ready(()),
            }
        })
        .await;
        let Flight { before, out, answer } = self.flights.pop_front()?;
        match answer {
            Flying::Came(came) => Some((before, out, came)),
            Flying::Going(_) => None,
        }
    }

    /// Does work on the phone's state, while what is on its way goes on.
    pub(super) async fn beside<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> Result<T, SyncError> + Send + 'static,
    ) -> Result<T, SyncError> {
        if self.flights.is_empty() || tokio::runtime::Handle::try_current().is_err() {
            return work();
        }
        let held = self.turn.clone();
        let mut working = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(held);
            done
        });
        poll_fn(|context| {
            self.poll(context);
            Pin::new(&mut working).poll(context)
        })
        .await
        // Only a panic ends the work otherwise, and leaves what it began to be rolled back.
        .map_err(|_| SyncError::Malformed)?
    }
}

/// Whether nothing but plain batches is under way: nothing is being healed, gained or handed over.
fn is_plain(out: &Outgoing) -> bool {
    out.standing.phase == Phase::default() && out.standing.cursor.gained.is_empty()
}

/// Whether what waits may go, or go on, before `answer` to `out` has been taken in.
pub(super) fn may_go(out: &Outgoing, answer: &ExchangeAnswer<'_>) -> bool {
    let nothing = answer.page.as_ref().is_some_and(|page| page.documents.is_empty() && page.left.is_empty());
    let quiet = nothing && !answer.more && answer.scopes.is_none() && answer.later.is_empty();
    let plain = is_plain(out) && answer.cursor.gained.is_empty();
    let known = answer.later_top == out.standing.later_seen;
    quiet && plain && known && !out.sent.is_empty() && all_accepted(&answer.verdicts, out.sent.len())
}

fn all_accepted(verdicts: &[Run], count: usize) -> bool {
    let accepted = verdicts.iter().all(|run| matches!(run.verdict, Verdict::Accepted { .. }));
    accepted && verdicts.iter().map(|run| u64::from(run.count)).sum::<u64>() == count as u64
}
