//! What a request says: where the phone is, what goes up with it, and now and then how the phone is.
//!
//! Floor: sync. Invariants: a batch is filled in the order of the outbox and signed as a whole; the server is told how
//! the phone is only where it does not know, something that matters has changed, or hours have passed, so that an
//! exchange that brings nothing stays as small as it was.

use super::engine::{Outgoing, State, SyncError};
use super::plan::Batching;
use crate::clock::{self, Reading};
use crate::identity::{self, DeviceKey};
use crate::protocol::{self, Batch, Cursor, ExchangeRequest, Manifest, PhoneStatus, ScopesDigest, Sent, VERSION};
use crate::record::Time;
use crate::store::{Choice, Identity, Standing, Stays, StoreError, Unsent};

/// After so many hours the server is told anew how the phone is, even if it is as it was.
const TELLS_AGAIN_HOURS: i64 = 6;

/// What only the shell around a replica knows of its phone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shell {
    /// The version of the app, as people are to read it.
    pub version: Option<String>,
    /// How many bytes are free where the replica lies.
    pub free_bytes: Option<u64>,
    /// How many bytes the app uses, its recordings and pictures among them.
    pub used_bytes: Option<u64>,
}

/// What the server is told of the phone, and what it was told last since the app was started.
#[derive(Debug, Default)]
pub(crate) struct Telling {
    pub(crate) shell: Shell,
    last: Option<(PhoneStatus, Time)>,
}

impl Telling {
    /// Notes that the server knows.
    pub(super) fn told(&mut self, status: PhoneStatus, now: Time) {
        self.last = Some((status, now));
    }

    /// Has it told anew: the phone is another device now.
    pub(crate) fn forget(&mut self) {
        self.last = None;
    }
}

/// What goes into a batch.
pub(super) struct Which {
    /// What stands in the outbox behind this position.
    pub(super) after: i64,
    pub(super) choice: Choice,
    /// The most bytes of changes.
    pub(super) limit: u32,
}

/// A request with what waits.
pub(super) fn request(
    state: &State,
    identity: Identity,
    standing: Standing,
    which: &Which,
    reading: &Reading,
    wait_seconds: u16,
) -> Result<Outgoing, SyncError> {
    let store = &state.store;
    let mut batching = Batching::new(which.limit);
    let sent = store.unsent(which.choice, which.after, |unsent| batching.takes(unsent.raw.len(), unsent.actor))?;
    let actors = batching.into_actors();
    let clock = clock::corrected(store.clock()?.as_ref(), reading);
    let signed = clock.time;
    let status = status(state, which, &sent, &clock)?;
    let cursor = Cursor {
        // While changes are put back, the server judges their numbers by the common point.
        log: standing.phase.healing.unwrap_or(standing.cursor.log),
        ..standing.cursor.clone()
    };
    // Only a request that waits can be answered by a waking.
    let test = if sent.is_empty() && wait_seconds > 0 { store.wake_test()? } else { None };
    let wake_test = test.filter(|test| !test.told).map(|test| test.nonce);
    let mut request = ExchangeRequest {
        version: VERSION,
        cursor,
        // As long as unsent work is handed over, the phone asks as the one it was.
        scopes: ScopesDigest::of(&standing.scopes),
        later_seen: standing.later_seen,
        page_bytes: standing.pace.page,
        wait_seconds: if sent.is_empty() { wait_seconds } else { 0 },
        batch: (!sent.is_empty()).then(|| signed_batch(&identity, &sent, actors, signed)),
        lost: standing.phase.healing.and(standing.phase.lost),
        wake_test,
        status,
    };
    let body = protocol::encode(&request).map_err(|_| SyncError::Malformed)?;
    let status = request.status.take();
    drop(request);
    Ok(Outgoing { identity, standing, sent, body, wake_test, status })
}

/// How the phone is, where the server is to be told of it.
fn status(
    state: &State,
    which: &Which,
    sent: &[Unsent],
    clock: &clock::Corrected,
) -> Result<Option<PhoneStatus>, StoreError> {
    let State { store, telling: Telling { shell, last }, .. } = state;
    // Behind another batch, how many stay is known only once none does.
    let goes = (which.after == i64::MIN).then_some(sent.len());
    let Stays { count, since } = store.stays(sent.last().map_or(which.after, |one| one.position), goes)?;
    let Some(unsent) = count else { return Ok(None) };
    let status = PhoneStatus {
        version: shell.version.clone(),
        free_bytes: shell.free_bytes,
        used_bytes: shell.used_bytes,
        clock_offset: clock.offset,
        unsent,
        unsent_since: since,
        quarantined: store.quarantine_size()?,
    }
    .bounded();
    let due = last
        .as_ref()
        .is_none_or(|(told, at)| status.differs(told) || clock.time.minutes_since(*at).abs() >= TELLS_AGAIN_HOURS * 60);
    Ok(due.then_some(status))
}

pub(super) fn signed_batch<'b>(
    identity: &Identity,
    sent: &'b [Unsent],
    actors: Vec<crate::record::ActorId>,
    signed: Time,
) -> Batch<'b> {
    let digest = identity::digest(sent.iter().map(|one| (one.document, one.epoch, one.hash, one.acceptance)));
    let manifest = Manifest {
        device: identity.certificate.device,
        person: identity.certificate.person,
        signed,
        actors,
        count: u32::try_from(sent.len()).unwrap_or(u32::MAX),
        digest,
    };
    let signature = identity::sign(&DeviceKey::from_secret(&identity.secret), &manifest);
    let changes = sent
        .iter()
        .map(|one| Sent { document: one.document, epoch: one.epoch, bytes: &one.raw, acceptance: one.acceptance })
        .collect();
    Batch { manifest, signature, changes }
}
