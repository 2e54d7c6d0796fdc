//! What waits for webhooks is sent, and tried again.
//!
//! Floor: hook. Invariants: what is decided is decided from what the store keeps and the clock that was given, so that
//! a restart changes nothing; a message is sent once at least, and twice only where nobody noted that it was taken; of
//! one webhook one message is on its way at a time, and none waits for another webhook's.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use qiaomen_core::record::Time;
use tokio::task::{Id, JoinSet};

use super::send::{Client, ClientError, Reply, Status};
use crate::clock::Clock;
use crate::store::{HookEnd, QueuedNews, Store, StoreError};
use crate::town::Town;

/// How often the queue is looked at.
const TICK: Duration = Duration::from_secs(1);

/// For how many milliseconds a message that was taken is nobody else's: longer than a receiver may take.
const LEASE: i64 = 15_000;

/// The pause after the first failure, in milliseconds; each further one doubles it.
const FIRST_PAUSE: i64 = 5_000;
/// No pause is longer.
const LONGEST_PAUSE: i64 = 10 * 60_000;
/// After so many milliseconds a message is given up: what it counts is long another number.
const GIVEN_UP: i64 = 24 * 60 * 60_000;

/// Sends what waits for a town's webhooks. Cheap to clone.
#[derive(Clone)]
pub struct Post {
    town: Arc<Town>,
    clock: Arc<dyn Clock>,
    client: Client,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Post").finish_non_exhaustive()
    }
}

impl Post {
    /// That of a town.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn new(town: Arc<Town>, clock: Arc<dyn Clock>) -> Result<Self, ClientError> {
        Ok(Self { town, clock, client: Client::new()? })
    }

    /// Sends until it is dropped.
    pub async fn run(self) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let (mut tasks, mut busy) = (JoinSet::new(), HashMap::new());
        let mut failing = false;
        loop {
            ticks.tick().await;
            while let Some(ended) = tasks.try_join_next_with_id() {
                let id = ended.as_ref().map_or_else(tokio::task::JoinError::id, |(id, ())| *id);
                busy.remove(&id);
            }
            let begun = self.begin(&mut tasks, &mut busy).await;
            // A store that fails for hours is told of once.
            if let Err(error) = &begun
                && !failing
            {
                tracing::error!(%error, "what waits for webhooks could not be read");
            }
            failing = begun.is_err();
        }
    }

    /// Sends everything that is due now, and returns when all of it was answered or failed.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be told what is due.
    pub async fn step(&self) -> Result<(), StoreError> {
        let mut tasks = JoinSet::new();
        self.begin(&mut tasks, &mut HashMap::new()).await?;
        while tasks.join_next().await.is_some() {}
        Ok(())
    }

    /// Begins to send to every webhook that something is due to and nothing on its way.
    async fn begin(&self, tasks: &mut JoinSet<()>, busy: &mut HashMap<Id, u64>) -> Result<(), StoreError> {
        let now = self.clock.now();
        for webhook in self.store(move |store| store.hooks_due(now)).await? {
            if !busy.values().any(|other| *other == webhook) {
                let task = tasks.spawn(self.clone().deliver(webhook));
                busy.insert(task.id(), webhook);
            }
        }
        Ok(())
    }

    /// Sends to a webhook, one message after another, until nothing is due to it.
    async fn deliver(self, webhook: u64) {
        loop {
            match self.deliver_one(webhook).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::error!(%error, "what became of a webhook's message could not be kept");
                    return;
                }
            }
        }
    }

    /// Sends the message to a webhook that waited longest; says whether there was one.
    async fn deliver_one(&self, webhook: u64) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let taken = self.store(move |store| store.hook_take(webhook, now, now.plus_millis(LEASE))).await?;
        let Some(queued) = taken else { return Ok(false) };
        let reply =
            if is_stale(&queued, now) { None } else { Some(self.client.send(&queued.target, queued.news, now).await) };
        let (end, quiet) = outcome(&queued, reply, self.clock.now());
        log(&queued, reply, end);
        let number = queued.number;
        self.store(move |store| store.hook_done(webhook, Some((number, end)), quiet)).await?;
        Ok(true)
    }

    async fn store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let town = self.town.clone();
        let done = tokio::task::spawn_blocking(move || work(&**town.store())).await;
        done.unwrap_or_else(|_| Err(StoreError::Io("a fault in the program".to_owned())))
    }
}

fn is_stale(queued: &QueuedNews, now: Time) -> bool {
    now.millis_since(queued.created) >= GIVEN_UP
}

/// How long to wait after so many failures.
fn pause(tries: u32) -> i64 {
    // The shift stays far below the width of the number.
    (FIRST_PAUSE << tries.saturating_sub(1).min(16)).min(LONGEST_PAUSE)
}

/// What becomes of a message that was answered so, or was too old to be sent, and until when its receiver is left alone.
fn outcome(queued: &QueuedNews, reply: Option<Reply>, now: Time) -> (HookEnd, Option<Time>) {
    let Some(reply) = reply else { return (HookEnd::GivenUp(now), None) };
    if reply.status == Status::Taken {
        return (HookEnd::Sent(now), None);
    }
    // A receiver that goes on saying so is asked less and less.
    let wait = reply.wait.unwrap_or(0).max(pause(queued.tries));
    let quiet = reply.wait.map(|_| now.plus_millis(wait));
    if is_stale(queued, now.plus_millis(wait)) {
        return (HookEnd::GivenUp(now), quiet);
    }
    (HookEnd::Again(now.plus_millis(wait)), quiet)
}

fn log(queued: &QueuedNews, reply: Option<Reply>, end: HookEnd) {
    let (webhook, kind, tries) = (&queued.target.name, queued.news.kind.word(), queued.tries);
    let status = reply.map_or_else(|| "too old".to_owned(), |reply| reply.status.to_string());
    match end {
        HookEnd::Sent(_) => tracing::info!(webhook, kind, tries, "a webhook was told"),
        HookEnd::Again(_) => tracing::warn!(webhook, kind, tries, status, "a webhook was not told; it is tried again"),
        HookEnd::GivenUp(_) => tracing::error!(webhook, kind, tries, status, "a webhook was not told; given up"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{HookFormat, HookTarget, News, NewsKind};

    const NOW: Time = Time::from_millis(1_772_326_800_000);

    fn queued(tries: u32) -> QueuedNews {
        let target = HookTarget {
            name: "duty".to_owned(),
            url: String::new(),
            format: HookFormat::Json,
            secret: None,
            link: None,
            per_minute: 20,
        };
        QueuedNews { number: 1, target, news: News { kind: NewsKind::Waiting, count: 2 }, created: NOW, tries }
    }

    #[test]
    fn pauses_double_up_to_ten_minutes() {
        let pauses: Vec<i64> = (1..=9).map(|tries| pause(tries) / 1_000).collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 600, 600]);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }

    #[test]
    fn a_message_is_sent_or_tried_again_or_given_up() {
        let reply = |status, wait| Some(Reply { status, wait });
        let failed = reply(Status::Http(500), None);
        assert_eq!(outcome(&queued(1), reply(Status::Taken, None), NOW), (HookEnd::Sent(NOW), None));
        assert_eq!(outcome(&queued(1), failed, NOW), (HookEnd::Again(NOW.plus_millis(5_000)), None));
        let late = NOW.plus_hours(24).plus_minutes(-11);
        assert_eq!(outcome(&queued(20), failed, late), (HookEnd::Again(late.plus_minutes(10)), None));
        let later = late.plus_minutes(2);
        assert_eq!(outcome(&queued(20), failed, later), (HookEnd::GivenUp(later), None));
        assert_eq!(outcome(&queued(1), None, NOW), (HookEnd::GivenUp(NOW), None));
        // Who asks to be left alone is left alone, and longer where they go on asking.
        for (tries, minutes) in [(1, 1), (8, 10)] {
            let until = NOW.plus_minutes(minutes);
            let reply = reply(Status::Code(45_009), Some(60_000));
            assert_eq!(outcome(&queued(tries), reply, NOW), (HookEnd::Again(until), Some(until)));
        }
    }
}
