//! What can be said of a batch's changes before anything is read from the store.
//!
//! Floor: accept. Invariant: parsing, hashing and the signature come before the decider's turn.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use qiaomen_core::document::{Change, ChangeHash, GateError};
use qiaomen_core::identity::{self, IdentityError};
use qiaomen_core::projection::{self, Row};
use qiaomen_core::protocol::limits::{MAX_BATCH_ACTORS, MAX_BATCH_CHANGES};
use qiaomen_core::protocol::{Batch, Code, Cursor, Refusal};
use qiaomen_core::record::{
    ActorId, AreaId, DeviceId, DocumentId, Header, Invalid, Kind, PersonId, Record, Subject, Time,
};
use sha2::{Digest, Sha256};

use super::{AcceptError, Claims};
use crate::store::{DeviceRecord, KeptManifest};

/// The most changes of a batch that follow others in one document.
const MAX_LATER: usize = 200;

/// One change, as far as it can be judged by itself.
pub(super) struct Incoming<'b> {
    pub(super) document: DocumentId,
    pub(super) epoch: u32,
    pub(super) bytes: &'b [u8],
    pub(super) claimed: Option<u64>,
    pub(super) hash: ChangeHash,
    pub(super) read: Result<Parsed<'b>, Refusal>,
    pub(super) device: DeviceId,
    pub(super) person: PersonId,
    /// The phone's `cursor.base`, or a larger one that it named before: what its author knew of their own rights.
    pub(super) base: u64,
    pub(super) manifest: [u8; 32],
    /// Whether the manifest names its actor.
    pub(super) announced: bool,
    /// Its number, where it was held before.
    pub(super) held: Option<u64>,
    /// Why it was held, and for what it waited, where it was held before.
    pub(super) hung: Option<(Refusal, Option<DocumentId>)>,
    /// Whether a supervisor has let it pass.
    pub(super) excused: bool,
    /// When it first came.
    pub(super) arrival: Time,
}

/// A change that can be read. A whole batch of them is held at a time, so that nothing is kept that is not
/// needed to judge it.
pub(super) struct Parsed<'b> {
    pub(super) actor: ActorId,
    pub(super) seq: u64,
    pub(super) says: Says<'b>,
}

/// What a change says, by where it stands.
pub(super) enum Says<'b> {
    /// It begins a document.
    First(Result<Box<Opening>, Refusal>),
    /// It follows others.
    Later(Change<'b>),
}

impl<'b> Parsed<'b> {
    /// What a first change says, if it can begin a document.
    pub(super) fn opening(&self) -> Option<&Opening> {
        match &self.says {
            Says::First(Ok(opening)) => Some(opening),
            Says::First(Err(_)) | Says::Later(_) => None,
        }
    }

    /// The change, if it follows others.
    pub(super) const fn later(&self) -> Option<&Change<'b>> {
        match &self.says {
            Says::First(_) => None,
            Says::Later(change) => Some(change),
        }
    }
}

/// A document's first change, and what it shows.
pub(super) struct Opening {
    pub(super) header: Header,
    pub(super) gist: Gist,
    pub(super) rows: Vec<Row>,
    pub(super) doubtful: bool,
}

/// Of a record, what it is judged by. Most of a batch are judged by little more than what they are about; the rest
/// of each would only be carried along.
pub(super) struct Gist {
    /// What it is about.
    pub(super) about: Option<Subject>,
    /// Another record that it names.
    pub(super) names: Option<(DocumentId, Kind)>,
    /// The grid that it lies in by its own word.
    pub(super) moved_to: Option<AreaId>,
    /// The record itself, of the kinds that others are judged by.
    pub(super) whole: Option<Box<Record>>,
}

impl Gist {
    fn of(record: Record) -> Self {
        Self {
            about: record.subject(),
            names: record.names(),
            moved_to: record.moved_to(),
            whole: matches!(record, Record::Alert(_) | Record::Area(_) | Record::Review(_)).then(|| Box::new(record)),
        }
    }
}

/// What is answered for what the gate says.
pub(super) fn refusal(error: &GateError) -> Refusal {
    match error {
        GateError::Field(invalid) => invalid_field(invalid),
        GateError::Kind => Refusal::new("unknown_kind"),
        other => Refusal::new(&format!("gate_{}", other.code())),
    }
}

pub(super) fn invalid_field(invalid: &Invalid) -> Refusal {
    Refusal::field("invalid", &invalid.field)
}

/// A change whose judging panicked.
pub(super) fn panicked() -> Refusal {
    Refusal::new("gate_panicked")
}

/// The hash that a change of these bytes has if they are one: it covers all but magic and checksum.
fn hash_of(bytes: &[u8]) -> ChangeHash {
    ChangeHash::from_bytes(Sha256::digest(bytes.get(8..).unwrap_or(bytes)).into())
}

/// Reads a change by itself.
pub(super) fn read<'b>(bytes: &'b [u8], arrival: Time) -> (ChangeHash, Result<Parsed<'b>, Refusal>) {
    let parse = || {
        let change = Change::parse(bytes).map_err(|error| refusal(&error))?;
        let (hash, actor, seq) = (change.hash(), change.actor(), change.seq());
        let says =
            if change.is_first() { Says::First(open(&change, arrival).map(Box::new)) } else { Says::Later(change) };
        Ok((hash, Parsed { actor, seq, says }))
    };
    match catch_unwind(AssertUnwindSafe(parse)).unwrap_or_else(|_| Err(panicked())) {
        Ok((hash, parsed)) => (hash, Ok(parsed)),
        Err(refusal) => (hash_of(bytes), Err(refusal)),
    }
}

fn open(change: &Change<'_>, arrival: Time) -> Result<Opening, Refusal> {
    let first = change.first().map_err(|error| refusal(&error))?;
    let rows = projection::rows(&first.header, &first.fields, Some(arrival));
    let doubtful = projection::doubtful(&first.header, &first.fields, Some(arrival));
    Ok(Opening { header: first.header, gist: Gist::of(first.record), rows, doubtful })
}

pub(super) fn check_sizes(batch: &Batch<'_>) -> Result<(), AcceptError> {
    if batch.changes.len() > MAX_BATCH_CHANGES || batch.manifest.actors.len() > MAX_BATCH_ACTORS {
        return Err(AcceptError::Rejected(Code::TooMany));
    }
    Ok(())
}

/// No document may take the decider's time for long: each of its changes is held against all before it.
pub(super) fn check_each(incoming: &[Incoming<'_>]) -> Result<(), AcceptError> {
    let mut later: HashMap<DocumentId, usize> = HashMap::new();
    for change in incoming {
        if change.read.as_ref().is_ok_and(|read| read.later().is_some()) {
            let count = later.entry(change.document).or_default();
            *count += 1;
            if *count > MAX_LATER {
                return Err(AcceptError::Rejected(Code::TooMany));
            }
        }
    }
    Ok(())
}

/// Reads a batch's changes and checks its signature.
pub(super) fn open_batch<'b>(
    device: &DeviceRecord,
    batch: &Batch<'b>,
    cursor: &Cursor,
    claims: Claims,
    now: Time,
) -> Result<(KeptManifest, Vec<Incoming<'b>>), AcceptError> {
    let manifest = identity::manifest_hash(&batch.manifest, &batch.signature);
    let incoming: Vec<Incoming<'b>> = batch
        .changes
        .iter()
        .map(|sent| {
            let (hash, read) = read(sent.bytes, now);
            let announced = read.as_ref().is_ok_and(|read| batch.manifest.actors.contains(&read.actor));
            Incoming {
                document: sent.document,
                epoch: sent.epoch,
                bytes: sent.bytes,
                claimed: sent.acceptance.filter(|number| claims.allow(*number)),
                hash,
                read,
                device: device.id,
                person: device.person,
                base: cursor.base.max(device.base),
                manifest,
                announced,
                held: None,
                hung: None,
                excused: false,
                arrival: now,
            }
        })
        .collect();
    let named = incoming.iter().zip(&batch.changes);
    let digest =
        identity::digest(named.map(|(incoming, sent)| (sent.document, sent.epoch, incoming.hash, sent.acceptance)));
    identity::verify(&device.key, device.id, device.person, &batch.manifest, &batch.signature, incoming.len(), &digest)
        .map_err(|error| {
            AcceptError::Rejected(match error {
                IdentityError::Manifest => Code::DigestMismatch,
                _ => Code::SignatureInvalid,
            })
        })?;
    let kept = KeptManifest { hash: manifest, manifest: batch.manifest.clone(), signature: batch.signature };
    Ok((kept, incoming))
}
