//! One exchange: a phone's cursor and new changes up; verdicts, a page and a new cursor down.
//!
//! Floor: protocol. Invariants: a batch's manifest is signed and names its changes by one digest that the
//! receiver recomputes; verdicts stand in the order of the batch; a page carries whole documents, or all
//! their changes above the cursor's base.

use minicbor::{Decode, Encode};

use super::status::PhoneStatus;
use crate::document::ChangeHash;
use crate::record::{ActorId, DeviceId, DocumentId, PersonId, Scope, Time};

/// A size of the log and the root of its tree there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Point {
    /// How many entries.
    #[n(0)]
    pub size: u64,
    /// The root of the RFC 6962 tree over them.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub root: [u8; 32],
}

/// A point of the log with the server's word for it: what a phone shows when a restored server has lost it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Sealed {
    /// The point.
    #[n(0)]
    pub point: Point,
    /// The server's signature over it, see `identity::seal`.
    #[n(1)]
    pub signature: Signature,
}

/// Where a phone is in a scope that it came to hold later than its others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Gained {
    /// The scope.
    #[n(0)]
    pub scope: Scope,
    /// Everything of the scope up to here is on the phone.
    #[n(1)]
    pub base: u64,
    /// The phone's place in the scope's feed.
    #[n(2)]
    pub at: u64,
}

/// Where a phone is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Cursor {
    /// Everything of the phone's scopes up to this sequence is on the phone.
    #[n(0)]
    pub base: u64,
    /// Its place in the feed, at or above `base`.
    #[n(1)]
    pub at: u64,
    /// The log when the server last answered; size 0 and a root of zeros before that.
    #[n(2)]
    pub log: Point,
    /// Scopes gained since, each with places of its own, until they have caught up.
    #[n(3)]
    pub gained: Vec<Gained>,
}

impl Cursor {
    /// A phone that has nothing yet.
    #[must_use]
    pub const fn start() -> Self {
        Self { base: 0, at: 0, log: Point { size: 0, root: [0; 32] }, gained: Vec::new() }
    }
}

/// Which scopes a phone holds, in eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ScopesDigest(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 8],
);

impl ScopesDigest {
    /// The digest of these scopes, in whatever order and however often each is named.
    #[must_use]
    pub fn of(scopes: &[Scope]) -> Self {
        use sha2::{Digest, Sha256};
        let mut sorted = scopes.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let mut hash = Sha256::new();
        for scope in sorted {
            hash.update(scope.to_bytes());
        }
        let mut short = [0; 8];
        short.copy_from_slice(&hash.finalize()[..8]);
        Self(short)
    }
}

/// An Ed25519 signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Signature(
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub [u8; 64],
);

/// What the author's device signs for a batch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Manifest {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Who uses it, and is the author of all the batch holds.
    #[n(1)]
    pub person: PersonId,
    /// When it was signed, corrected.
    #[n(2)]
    pub signed: Time,
    /// Every actor whose changes are in the batch.
    #[n(3)]
    pub actors: Vec<ActorId>,
    /// How many changes.
    #[n(4)]
    pub count: u32,
    /// SHA-256 over the changes' (document, epoch, hash, number claimed), see `identity::manifest::digest`.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub digest: [u8; 32],
}

/// One change of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Sent<'b> {
    /// The document.
    #[n(0)]
    pub document: DocumentId,
    /// The document's epoch.
    #[n(1)]
    pub epoch: u32,
    /// The raw, uncompressed change.
    #[b(2)]
    #[cbor(with = "minicbor::bytes")]
    pub bytes: &'b [u8],
    /// The acceptance number it bore before the server was restored from a backup.
    #[n(3)]
    pub acceptance: Option<u64>,
}

/// A phone's new changes, in an order in which each follows what it depends on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Batch<'b> {
    /// What was signed.
    #[n(0)]
    pub manifest: Manifest,
    /// The signature.
    #[n(1)]
    pub signature: Signature,
    /// The changes.
    #[b(2)]
    pub changes: Vec<Sent<'b>>,
}

/// What a phone says in one exchange.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ExchangeRequest<'b> {
    /// [`VERSION`](super::VERSION).
    #[n(0)]
    pub version: u16,
    /// Where the phone is.
    #[n(1)]
    pub cursor: Cursor,
    /// Which scopes it holds.
    #[n(2)]
    pub scopes: ScopesDigest,
    /// The number of the newest [`Later`] verdict it has.
    #[n(3)]
    pub later_seen: u64,
    /// How many bytes of raw changes it wants in the page; one whole document comes even if larger.
    #[n(4)]
    pub page_bytes: u32,
    /// How long the server may wait for something to answer with, in seconds.
    #[n(5)]
    pub wait_seconds: u16,
    /// New changes, if there are any.
    #[b(6)]
    pub batch: Option<Batch<'b>>,
    /// While changes are put back after a restore: the newest point the server had sealed before it. Only
    /// numbers up to its size, and only if the server knows that point no longer, can be claimed.
    #[n(7)]
    pub lost: Option<Sealed>,
    /// A test whether this phone is woken: the server answers at once, and the device's next waiting request with this
    /// number in `woken`, two seconds after it began to wait. A server that does not know of this waits as ever.
    #[n(8)]
    pub wake_test: Option<u64>,
    /// How the phone is, where the server has not been told or it has changed. A server that does not know of this
    /// passes over it.
    #[n(9)]
    pub status: Option<PhoneStatus>,
}

/// Why a change was refused or is held: a stable code, and the field where it is about one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Refusal {
    /// The code, such as `not_permitted`.
    #[n(0)]
    pub code: String,
    /// The key of the field it is about.
    #[n(1)]
    pub field: Option<String>,
}

impl Refusal {
    /// For the whole change.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), field: None }
    }

    /// For one field of it.
    #[must_use]
    pub fn field(code: &str, field: &str) -> Self {
        Self { code: code.to_owned(), field: Some(field.to_owned()) }
    }
}

/// What the server made of a change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Verdict {
    /// It is in the log.
    #[n(0)]
    Accepted {
        /// Its place in the log.
        #[n(0)]
        sequence: u64,
        /// Its acceptance number: the sequence it was first given.
        #[n(1)]
        acceptance: u64,
        /// When it arrived.
        #[n(2)]
        arrival: Time,
    },
    /// It is not, and will not be.
    #[n(1)]
    Refused(#[n(0)] Refusal),
    /// It waits for something, or for somebody's decision.
    #[n(2)]
    Held(#[n(0)] Refusal),
    /// It follows one that was refused.
    #[n(3)]
    DependsOnRefused,
}

/// So many verdicts in a row that are alike; for accepted ones sequence and acceptance count up by one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Run {
    /// How many.
    #[n(0)]
    pub count: u32,
    /// The first of them.
    #[n(1)]
    pub verdict: Verdict,
}

impl Run {
    /// `verdicts` in runs.
    #[must_use]
    pub fn pack(verdicts: &[Verdict]) -> Vec<Self> {
        let mut runs: Vec<Self> = Vec::new();
        for verdict in verdicts {
            match runs.last_mut() {
                Some(run) if run.at(run.count) == *verdict => run.count += 1,
                _ => runs.push(Self { count: 1, verdict: verdict.clone() }),
            }
        }
        runs
    }

    /// The verdict at `position` of the run.
    #[must_use]
    pub fn at(&self, position: u32) -> Verdict {
        match &self.verdict {
            Verdict::Accepted { sequence, acceptance, arrival } => Verdict::Accepted {
                sequence: sequence.saturating_add(u64::from(position)),
                acceptance: acceptance.saturating_add(u64::from(position)),
                arrival: *arrival,
            },
            other => other.clone(),
        }
    }

    /// The verdicts of `runs`, at most `limit` of them.
    #[must_use]
    pub fn unpack(runs: &[Self], limit: usize) -> Vec<Verdict> {
        runs.iter().flat_map(|run| (0..run.count).map(|position| run.at(position))).take(limit).collect()
    }
}

/// A verdict that ended a hold, or was asked for again.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Later {
    /// Its number among those of the device, counting up.
    #[n(0)]
    pub number: u64,
    /// The document.
    #[n(1)]
    pub document: DocumentId,
    /// The change.
    #[n(2)]
    pub change: ChangeHash,
    /// What became of it.
    #[n(3)]
    pub verdict: Verdict,
}

/// When an alert was first sent to the device that wrote a receipt for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct FirstSent {
    /// The receipt.
    #[n(0)]
    pub receipt: DocumentId,
    /// When, by the server's clock.
    #[n(1)]
    pub at: Time,
}

/// Who is behind an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ActorNote {
    /// The actor.
    #[n(0)]
    pub actor: ActorId,
    /// The device it belongs to.
    #[n(1)]
    pub device: DeviceId,
    /// Who used the device.
    #[n(2)]
    pub person: PersonId,
}

/// One accepted change of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry<'b> {
    /// Its place in the log.
    #[n(0)]
    pub sequence: u64,
    /// Its acceptance number, where that is not its sequence.
    #[n(1)]
    pub acceptance: Option<u64>,
    /// When it arrived.
    #[n(2)]
    pub arrival: Time,
    /// The raw change.
    #[b(3)]
    #[cbor(with = "minicbor::bytes")]
    pub bytes: &'b [u8],
}

/// One document of a page.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PageDocument<'b> {
    /// The document.
    #[n(0)]
    pub id: DocumentId,
    /// Where it lies now.
    #[n(1)]
    pub scope: Scope,
    /// Its epoch.
    #[n(2)]
    pub epoch: u32,
    /// Its changes, each after what it depends on. The phone may have some of them already; it has its own
    /// ones, and those may be left out.
    #[b(3)]
    pub entries: Vec<Entry<'b>>,
}

/// A document that lies in a scope no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Left {
    /// The document.
    #[n(0)]
    pub document: DocumentId,
    /// The scope it left.
    #[n(1)]
    pub scope: Scope,
}

/// A part of what the phone lacks.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Page<'b> {
    /// Who is behind the actors of its changes.
    #[n(0)]
    pub actors: Vec<ActorNote>,
    /// Documents with changes the phone lacks.
    #[b(1)]
    pub documents: Vec<PageDocument<'b>>,
    /// Documents that left a scope of the phone's; one that is in another of them is in `documents` too,
    /// in this page or a later one.
    #[n(2)]
    pub left: Vec<Left>,
}

/// What the server says in one exchange.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ExchangeAnswer<'b> {
    /// [`VERSION`](super::VERSION).
    #[n(0)]
    pub version: u16,
    /// The server's clock when it answered.
    #[n(1)]
    pub now: Time,
    /// Verdicts on the batch, by position.
    #[n(2)]
    pub verdicts: Vec<Run>,
    /// Verdicts that followed a hold.
    #[n(3)]
    pub later: Vec<Later>,
    /// The scopes the person holds now, where the phone's digest was not theirs. There is no page then.
    #[n(4)]
    pub scopes: Option<Vec<Scope>>,
    /// What the phone lacks, or a part of it.
    #[b(5)]
    pub page: Option<Page<'b>>,
    /// Where the phone is once it has taken all this in.
    #[n(6)]
    pub cursor: Cursor,
    /// Whether there is more to fetch at once.
    #[n(7)]
    pub more: bool,
    /// Whether the server does not know the cursor's root at its size: it was restored from a backup.
    /// Nothing of the request was looked at then.
    #[n(8)]
    pub diverged: bool,
    /// The log as it is now with the server's word for it, where the phone's cursor had another.
    #[n(9)]
    pub seal: Option<Sealed>,
    /// The number of the newest [`Later`] verdict there is for this device. A smaller one than the phone has
    /// seen: the server was restored, to a time before it.
    #[n(10)]
    pub later_top: u64,
    /// How many changes of this device are held now. Fewer than the phone believes, without later verdicts
    /// that say so: the server was restored, and what it held is to be sent again.
    #[n(11)]
    pub held: u64,
    /// Of receipts of the page and the batch, when the server first sent their alert to the device that wrote them: they
    /// count no earlier. None for one whose device was never sent it, as the one that wrote it. From a server that does
    /// not know of this, nothing.
    #[n(12)]
    #[cbor(default)]
    pub first_sent: Vec<FirstSent>,
    /// The number of the test that this answer is, where it is one.
    #[n(13)]
    pub woken: Option<u64>,
}

/// After `diverged`: the points a phone has kept, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct CommonRequest {
    /// [`VERSION`](super::VERSION).
    #[n(0)]
    pub version: u16,
    /// The points.
    #[n(1)]
    pub points: Vec<Point>,
}

/// The newest point that both sides know; none if they share nothing.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct CommonAnswer {
    /// [`VERSION`](super::VERSION).
    #[n(0)]
    pub version: u16,
    /// The point.
    #[n(1)]
    pub common: Option<Point>,
}

/// What a revoked phone had not sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SalvageRequest<'b> {
    /// [`VERSION`](super::VERSION).
    #[n(0)]
    pub version: u16,
    /// The changes, signed as ever.
    #[b(1)]
    pub batch: Batch<'b>,
}

/// How much of it the server has put aside.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SalvageAnswer {
    /// [`VERSION`](super::VERSION).
    #[n(0)]
    pub version: u16,
    /// How many changes are in the server's quarantine now, earlier ones of the same batch included.
    #[n(1)]
    pub kept: u32,
}
