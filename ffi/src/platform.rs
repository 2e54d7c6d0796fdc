//! What a shell must bring: its key store, its clocks, its network, its notifications, and who wants to know of changes.
//!
//! Floor: beside `mirror`. Invariants: each is called without a lock on the store and answers at once; each may fail, and
//! nothing is lost when it does.

use crate::mirror::Millis;
use crate::mirror::reckoned::Notice;
use crate::mirror::syncing::SyncProgress;

/// Why the shell could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum ShellError {
    /// Not now: the phone is locked, or a permission is missing.
    #[error("not now")]
    Unavailable,
    /// It failed.
    #[error("the shell failed: {what}")]
    Failed {
        /// What failed, without anything about a person.
        what: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for ShellError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        // What it says may hold anything.
        Self::Failed { what: "an exception that it did not declare".to_owned() }
    }
}

/// Where the store's key is kept: the platform's own key store. It is asked once, when the replica is opened.
#[uniffi::export(with_foreign)]
pub trait KeyStore: Send + Sync {
    /// The store's key, 32 random bytes that are the same for ever; made if there is none.
    fn store_key(&self) -> Result<Vec<u8>, ShellError>;
}

/// What the phone's clocks say at one moment.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ClockReading {
    /// The clock that people see and set, in milliseconds since 1970.
    pub wall: Millis,
    /// Milliseconds since some moment of this boot, sleep included.
    pub monotonic: Millis,
    /// Which boot this is: 16 bytes.
    pub boot: Vec<u8>,
}

/// The phone's clocks.
#[uniffi::export(with_foreign)]
pub trait DeviceClock: Send + Sync {
    /// What they say now.
    fn read(&self) -> Result<ClockReading, ShellError>;
}

/// How the phone is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Network {
    /// Not at all, as in flight mode.
    Absent,
    /// By a connection that costs by the byte.
    Metered,
    /// By one that does not.
    Unmetered,
}

/// Whether the phone is connected.
#[uniffi::export(with_foreign)]
pub trait NetworkState: Send + Sync {
    /// How it is now. Without any, nothing is tried; where it cannot be told, it is.
    fn network(&self) -> Result<Network, ShellError>;
}

/// Shows notifications.
#[uniffi::export(with_foreign)]
pub trait Notifier: Send + Sync {
    /// Shows one; in the place of one with the same key. What is not shown is to fail, and is told again.
    fn show(&self, notice: Notice) -> Result<(), ShellError>;
}

/// What may have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum Noun {
    /// Who this phone is, and what it may see.
    Identity,
    /// What is due.
    Tasks,
    /// Alerts and their case files.
    Alerts,
    /// Visits.
    Visits,
    /// Drafts.
    Drafts,
    /// Doors and the people behind them, and how they stand.
    Households,
    /// Organisations.
    Organisations,
    /// Pledges and consents.
    Pledges,
    /// Reviews.
    Reviews,
    /// Fields that were written concurrently.
    Conflicts,
    /// What was refused.
    Quarantine,
    /// What waits, what was sent.
    Sync,
    /// Areas and people.
    Directory,
    /// Scripts, reminders, duties, routings, phases.
    Town,
    /// Whether this phone is on duty.
    Duty,
}

impl Noun {
    /// All of them.
    pub(crate) const ALL: [Self; 15] = [
        Self::Identity,
        Self::Tasks,
        Self::Alerts,
        Self::Visits,
        Self::Drafts,
        Self::Households,
        Self::Organisations,
        Self::Pledges,
        Self::Reviews,
        Self::Conflicts,
        Self::Quarantine,
        Self::Sync,
        Self::Directory,
        Self::Town,
        Self::Duty,
    ];
}

/// Who wants to know of changes. It is called from any thread.
#[uniffi::export(with_foreign)]
pub trait Observer: Send + Sync {
    /// These may be others now, to be asked for anew by whoever shows them.
    fn changed(&self, nouns: Vec<Noun>) -> Result<(), ShellError>;
    /// How far a run has come.
    fn progress(&self, progress: SyncProgress) -> Result<(), ShellError>;
}
