//! Exchanges with the server.
//!
//! Floor: replica. Invariant: one exchange at a time; what was taken in before one ended early stays.

use super::{Kept, Part, Replica, ReplicaError};
use crate::clock::Watch;
use crate::record::{DocumentId, Record, Time};
use crate::store::Pace;
use crate::sync::{Cancel, Progress, Shell, Step, Summary};
use crate::transport::Transport;

/// Exchanges with the server.
#[derive(Clone, Copy, Debug)]
pub struct Syncing<'r>(pub(super) &'r Replica);

/// Something that the server keeps until something comes, or somebody decides.
#[derive(Clone, Debug)]
pub struct Held {
    /// The document.
    pub document: DocumentId,
    /// When the change was written, where that is known.
    pub at: Option<Time>,
    /// Why: the server's stable code.
    pub code: String,
    /// The field that it is about.
    pub field: Option<String>,
    /// The record as this phone shows it; none where it may see it no longer.
    pub record: Option<Kept<Record>>,
}

impl Syncing<'_> {
    /// One exchange: what waits goes up, one page comes down.
    ///
    /// # Errors
    /// Why it did not come about; what was taken in before stays.
    pub async fn step(
        self,
        transport: &dyn Transport,
        watch: &dyn Watch,
        cancel: &Cancel,
    ) -> Result<Step, ReplicaError> {
        Ok(self.0.engine.step(transport, watch, 0, cancel).await?)
    }

    /// Exchanges until there is nothing more to send or fetch.
    ///
    /// # Errors
    /// Why it ended early; what was taken in before stays.
    pub async fn run(self, transport: &dyn Transport, watch: &dyn Watch) -> Result<Summary, ReplicaError> {
        self.run_with(transport, watch, &Cancel::new(), &mut |_| {}).await
    }

    /// The same, telling how far it is, and until `cancel` is used.
    ///
    /// # Errors
    /// Why it ended early; what was taken in before stays.
    pub async fn run_with(
        self,
        transport: &dyn Transport,
        watch: &dyn Watch,
        cancel: &Cancel,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Summary, ReplicaError> {
        Ok(self.0.engine.run(transport, watch, cancel, progress).await?)
    }

    /// Waits for news: until the server has some, something is saved here, or `wait_seconds` have passed.
    ///
    /// # Errors
    /// Why it ended early.
    pub async fn poll(
        self,
        transport: &dyn Transport,
        watch: &dyn Watch,
        wait_seconds: u16,
        cancel: &Cancel,
    ) -> Result<Step, ReplicaError> {
        Ok(self.0.engine.poll(transport, watch, wait_seconds, cancel).await?)
    }

    /// Hands in what a revoked phone had not sent; returns how many changes the server put aside.
    ///
    /// # Errors
    /// Why it could not be done.
    pub async fn salvage(self, transport: &dyn Transport, watch: &dyn Watch) -> Result<u64, ReplicaError> {
        Ok(self.0.engine.salvage(transport, watch).await?)
    }

    /// Says what only the shell knows of this phone, to be told to the server with one of the next exchanges. The
    /// replica forgets it when it is closed: it is to be said at each start, and whenever it has changed. What the
    /// replica knows itself (what is unsent, how far the clock is off) goes along.
    pub fn set_shell(&self, shell: Shell) {
        self.0.engine.state().telling.shell = shell;
    }

    /// How many changes wait to be sent.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn waiting(&self) -> Result<u64, ReplicaError> {
        Ok(self.0.engine.state().store.waiting()?)
    }

    /// What the server keeps until something comes, or somebody decides: one entry a document, the newest first. A
    /// document that this phone may see no longer has an entry too.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn held(&self, part: Part) -> Result<Vec<Held>, ReplicaError> {
        let found = self.0.read(|store| Ok(store.held(part.skip, part.take)?))?;
        let entry =
            |(document, at, code, field)| Ok(Held { document, at, code, field, record: self.0.record(document)? });
        found.into_iter().map(entry).collect()
    }

    /// How much goes in one exchange now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn pace(&self) -> Result<Pace, ReplicaError> {
        Ok(self.0.engine.state().store.standing()?.pace)
    }

    /// Sets how much goes in one exchange next.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_pace(&self, pace: Pace) -> Result<(), ReplicaError> {
        Ok(self.0.engine.state().store.set_pace(pace)?)
    }
}
