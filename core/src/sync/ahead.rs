//! The next batch on its way while the verdicts on the last one are written.
//!
//! Floor: sync. Invariants: a batch goes ahead only of an answer that accepted everything and brought nothing, so
//! that nothing it holds can hang on what that answer changes, and the place it names is one the phone has;
//! answers are taken in one after another, each a transaction of its own; the phone's turn to exchange lasts until
//! the last one is. A phone that dies in between sends again what it has no verdict on, as ever.

use std::sync::{Arc, Mutex};

use tokio::sync::OwnedMutexGuard;

use super::engine::{Arrived, Outgoing, State, Step, SyncError, take_in};
use crate::clock::{Reading, Watch};
use crate::protocol::{ExchangeAnswer, Run, Verdict};
use crate::store::Phase;
use crate::transport::{Answer, Transport, TransportError};

/// A request that is on its way.
pub(super) struct Ahead<'t> {
    /// The phone's turn to exchange.
    pub(super) turn: Arc<OwnedMutexGuard<()>>,
    /// The phone's clocks when it went.
    pub(super) before: Reading,
    pub(super) out: Outgoing,
    pub(super) answer: Answer<'t>,
}

/// Whether the next batch may go before `answer` to `out` has been taken in.
pub(super) fn may_go(out: &Outgoing, answer: &ExchangeAnswer<'_>) -> bool {
    let nothing = answer.page.as_ref().is_some_and(|page| page.documents.is_empty() && page.left.is_empty());
    let quiet = nothing && !answer.more && answer.scopes.is_none() && answer.later.is_empty();
    let plain = out.standing.phase == Phase::default() && answer.cursor.gained.is_empty();
    let known = answer.later_top == out.standing.later_seen;
    quiet
        && plain
        && known
        && !out.sent.is_empty()
        && all_accepted(&answer.verdicts, out.sent.len())
        && tokio::runtime::Handle::try_current().is_ok()
}

fn all_accepted(verdicts: &[Run], count: usize) -> bool {
    let accepted = verdicts.iter().all(|run| matches!(run.verdict, Verdict::Accepted { .. }));
    accepted && verdicts.iter().map(|run| u64::from(run.count)).sum::<u64>() == count as u64
}

/// Sends `next`, and meanwhile takes `arrived` in.
pub(super) async fn go<'t>(
    transport: &'t dyn Transport,
    watch: &dyn Watch,
    mut next: Outgoing,
    state: Arc<Mutex<State>>,
    turn: Arc<OwnedMutexGuard<()>>,
    arrived: Arrived,
) -> Result<(Step, Ahead<'t>), SyncError> {
    let before = watch.read();
    let body = std::mem::take(&mut next.body);
    let mut answer = transport.exchange(&next.identity.token, body, 0);
    let held = turn.clone();
    let mut taking = tokio::task::spawn_blocking(move || {
        let step = take_in(&state, &arrived);
        drop(held);
        step
    });
    let mut early: Option<Result<Vec<u8>, TransportError>> = None;
    let step = loop {
        tokio::select! {
            biased;
            came = &mut answer, if early.is_none() => early = Some(came),
            // Only a panic ends the taking otherwise, and leaves what it began to be rolled back.
            done = &mut taking => break done.map_err(|_| SyncError::Malformed)??,
        }
    };
    let answer = match early {
        Some(came) => Box::pin(std::future::ready(came)),
        None => answer,
    };
    Ok((step, Ahead { turn, before, out: next, answer }))
}
