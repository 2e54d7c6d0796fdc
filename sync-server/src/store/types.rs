//! What goes into the store and comes out of it: plain data.
//!
//! Floor: store. Invariant: nothing here knows how it is kept.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use qiaomen_core::document::ChangeHash;
use qiaomen_core::identity::LogEntry;
use qiaomen_core::projection::{Cell, Row, record_of, table_named};
use qiaomen_core::protocol::{ActorNote, Left, Manifest, PhoneStatus, Point, Refusal, Signature, Verdict};
use qiaomen_core::record::{
    ActorId, AlertId, AreaId, AreaLevel, DeviceId, DocumentId, Kind, PersonId, Record, Role, Scope, Time,
};

/// A device, as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRecord {
    /// The device.
    pub id: DeviceId,
    /// Who uses it.
    pub person: PersonId,
    /// Its public key.
    pub key: [u8; 32],
    /// What it calls itself.
    pub label: String,
    /// When it joined.
    pub enrolled: Time,
    /// When it was revoked.
    pub revoked: Option<Time>,
    /// When it was last seen.
    pub seen: Option<Time>,
    /// Whether it is a replica of the server itself.
    pub own: bool,
    /// The largest base that it named while it was not healing. It may lie a little behind.
    pub base: u64,
    /// The place of its newest accepted change.
    pub wrote: u64,
    /// How it said it was, and when it said so; none from one that never did.
    pub told: Option<(PhoneStatus, Time)>,
}

/// What an enrolment code came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// The device was added for this person.
    Enrolled(PersonId),
    /// Nobody was given this code.
    Unknown,
    /// Its time is over.
    Expired,
    /// It was used before.
    Used,
}

/// What a decision on a batch needs to know; everything is read at one moment.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Documents, those of subjects included.
    pub documents: Vec<DocumentId>,
    /// Documents whose changes are needed too.
    pub load: Vec<DocumentId>,
    /// Changes whose verdicts are looked up.
    pub changes: Vec<(DocumentId, ChangeHash)>,
    /// Changes of the same documents that those depend on.
    pub dependencies: Vec<(DocumentId, ChangeHash)>,
    /// What those bear: their actors and numbers.
    pub used: Vec<(DocumentId, ActorId, u64)>,
    /// Actors.
    pub actors: Vec<ActorId>,
    /// Areas; the ones above them come with them.
    pub areas: Vec<AreaId>,
    /// People whose roles are needed.
    pub people: Vec<PersonId>,
    /// Devices whose number of held changes is needed.
    pub devices: Vec<DeviceId>,
}

/// A document, by the server's own columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// The document.
    pub id: DocumentId,
    /// What it is.
    pub kind: Kind,
    /// Where it lies now.
    pub scope: Scope,
    /// Where it was filed first.
    pub birth_scope: Scope,
    /// Who wrote it.
    pub author: PersonId,
    /// In which role.
    pub role: Role,
    /// Its epoch.
    pub epoch: u32,
    /// Its place in its scope's feed: that of its latest change or move.
    pub sequence: u64,
    /// Where it entered its present scope; 0 if it was born there.
    pub entered: u64,
    /// The acceptance number of its first change.
    pub acceptance: u64,
    /// When its first change arrived.
    pub arrival: Time,
    /// How many of its fields show several values.
    pub conflicts: u32,
}

/// One change of a document that was asked for with its changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChange {
    /// Its place in the log.
    pub sequence: u64,
    /// Its hash.
    pub hash: ChangeHash,
    /// Who made it.
    pub actor: ActorId,
    /// Its number among the actor's.
    pub seq: u64,
    /// The raw change.
    pub bytes: Vec<u8>,
}

/// A refusal that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedChange {
    /// The document.
    pub document: DocumentId,
    /// The change.
    pub hash: ChangeHash,
    /// Whose device sent it.
    pub device: DeviceId,
    /// What was answered.
    pub verdict: Verdict,
    /// Its actor and number, where they were its device's own.
    pub used: Option<(ActorId, u64)>,
}

/// A change that is held, with all that is needed to judge it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldChange {
    /// Its number in the order in which changes were held.
    pub number: u64,
    /// The document.
    pub document: DocumentId,
    /// The change.
    pub hash: ChangeHash,
    /// The document's epoch as it was sent.
    pub epoch: u32,
    /// The raw change.
    pub bytes: Vec<u8>,
    /// The acceptance number claimed.
    pub claimed: Option<u64>,
    /// Why it is held.
    pub refusal: Refusal,
    /// The document it waits for; none where it waits for a person.
    pub waits_for: Option<DocumentId>,
    /// Whose device sent it.
    pub device: DeviceId,
    /// Who wrote it.
    pub person: PersonId,
    /// Its actor and number.
    pub used: (ActorId, u64),
    /// The manifest it came with.
    pub manifest: [u8; 32],
    /// The phone's `cursor.base` then.
    pub base: u64,
    /// When it arrived.
    pub arrival: Time,
}

/// How much is held for a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeldCount {
    /// How many changes.
    pub changes: u64,
    /// How much room they take.
    pub bytes: u64,
}

impl HeldCount {
    /// What a change takes besides its bytes.
    const EACH: u64 = 256;

    /// With one change of so many bytes more, if both numbers stay within what one device may have.
    #[must_use]
    pub fn with(self, bytes: usize, changes_at_most: u64, bytes_at_most: u64) -> Option<Self> {
        let bytes = self.bytes.saturating_add(bytes as u64).saturating_add(Self::EACH);
        let more = Self { changes: self.changes + 1, bytes };
        (more.changes <= changes_at_most && more.bytes <= bytes_at_most).then_some(more)
    }
}

/// What a person may do, by the rows of their record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The roles they have now, with the areas they have them for.
    pub roles: Vec<(Role, AreaId)>,
    /// The alerts they were sent to.
    pub sent: Vec<AlertId>,
    /// Of the alerts asked for with them, those that they made as an integration.
    pub made: Vec<AlertId>,
    /// Whether they work here no more.
    pub left: bool,
}

/// An area's place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaRow {
    /// What it is.
    pub level: AreaLevel,
    /// The area it lies in.
    pub parent: Option<AreaId>,
}

/// What stood at one moment of all that a decision needs.
#[derive(Debug, Default)]
pub struct Context {
    /// Counts the store's commits; an append names it.
    pub generation: u64,
    /// How many entries the log has.
    pub size: u64,
    /// The documents that there are of those asked for.
    pub documents: HashMap<DocumentId, StoredDocument>,
    /// The changes of documents that were asked for with them, in the log's order.
    pub loaded: HashMap<DocumentId, Vec<StoredChange>>,
    /// Those of the same documents whose last accepted review approves them.
    pub approved: HashSet<DocumentId>,
    /// Accepted ones among the changes asked for.
    pub accepted: HashMap<(DocumentId, ChangeHash), Verdict>,
    /// Refusals kept of the changes asked for, of those they depend on, and of what bears the same numbers.
    pub refused: Vec<RefusedChange>,
    /// Held ones among the same; without their bytes.
    pub held: Vec<HeldChange>,
    /// Whose the actors are.
    pub actors: HashMap<ActorId, ActorNote>,
    /// The areas asked for, those of the documents and of the roles of the people asked for, and all above them.
    pub areas: HashMap<AreaId, AreaRow>,
    /// The areas of the alerts among the documents asked for, and of those whose case file one lies in.
    pub alerts: HashMap<AlertId, AreaId>,
    /// What the people asked for may do.
    pub people: HashMap<PersonId, Standing>,
    /// Those of the devices asked for that are revoked.
    pub revoked: Vec<DeviceId>,
    /// How much is held for the devices asked for.
    pub held_counts: HashMap<DeviceId, HeldCount>,
}

/// A manifest to keep.
#[derive(Clone, Debug)]
pub struct KeptManifest {
    /// Its hash.
    pub hash: [u8; 32],
    /// What was signed.
    pub manifest: Manifest,
    /// The signature.
    pub signature: Signature,
}

/// A new document's columns.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// What it is.
    pub kind: Kind,
    /// Where it is filed.
    pub scope: Scope,
    /// Where its phone wrote it.
    pub birth_scope: Scope,
    /// Who wrote it.
    pub author: PersonId,
    /// In which role.
    pub role: Role,
    /// When, corrected.
    pub written: Time,
    /// Whether its times cannot be relied upon.
    pub doubtful: bool,
}

/// An accepted change, in its place.
#[derive(Debug)]
pub struct AcceptedChange<'a> {
    /// Its place in the log.
    pub sequence: u64,
    /// Its acceptance number.
    pub acceptance: u64,
    /// The document.
    pub document: DocumentId,
    /// The document's epoch.
    pub epoch: u32,
    /// Its hash.
    pub hash: ChangeHash,
    /// Who made it.
    pub actor: ActorId,
    /// Its number among the actor's.
    pub seq: u64,
    /// Whose device sent it.
    pub device: DeviceId,
    /// The manifest it came with.
    pub manifest: [u8; 32],
    /// The raw change.
    pub bytes: &'a [u8],
    /// The new document's columns, if this is its first change.
    pub first: Option<NewDocument>,
}

/// What a document shows after a batch.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The document.
    pub document: DocumentId,
    /// Its rows.
    pub rows: Cow<'a, [Row]>,
    /// Whether it was there before, so that its columns are brought up to date too.
    pub updated: bool,
    /// How many of its fields show several values.
    pub conflicts: u32,
    /// Whether its times cannot be relied upon.
    pub doubtful: bool,
    /// Where it is to lie from now on, if that changes.
    pub moved: Option<Scope>,
}

/// A decision, to be taken whole or not at all.
#[derive(Debug)]
pub struct Decision<'a> {
    /// The [`Context::generation`] it was made on.
    pub generation: u64,
    /// When.
    pub now: Time,
    /// The manifest of the batch, if there is one.
    pub manifest: Option<KeptManifest>,
    /// The base that the batch's device named, unless it is healing.
    pub base: Option<(DeviceId, u64)>,
    /// Actors seen for the first time.
    pub actors: Vec<ActorNote>,
    /// What goes into the log, in order.
    pub accepted: Vec<AcceptedChange<'a>>,
    /// What the touched documents show then.
    pub shown: Vec<Shown<'a>>,
    /// Refusals to keep.
    pub refused: Vec<RefusedChange>,
    /// Changes to hold; their numbers are given by the store.
    pub held: Vec<HeldChange>,
    /// Held changes that are held no longer, by number.
    pub released: Vec<u64>,
    /// Held changes that now wait for something else: number, why, for what.
    pub rehung: Vec<(u64, Refusal, Option<DocumentId>)>,
    /// What devices are told of holds that ended.
    pub later: Vec<(DeviceId, DocumentId, ChangeHash, Verdict)>,
}

/// What a feed is read for.
#[derive(Clone, Debug)]
pub struct PageWanted {
    /// The device that asks.
    pub device: DeviceId,
    /// Whether it lacks what it wrote itself, too.
    pub own_too: bool,
    /// The scopes, each with the cursor's pair that is meant.
    pub scopes: Vec<(Scope, usize)>,
    /// The cursor's pairs: the main one first.
    pub pairs: Vec<Pair>,
    /// How many bytes of raw changes are wanted.
    pub bytes: usize,
    /// How many documents at most.
    pub documents: usize,
}

/// One pair of a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Everything up to here is on the phone.
    pub base: u64,
    /// The phone's place in the feed.
    pub at: u64,
    /// Whether this is a gained scope's.
    pub gained: bool,
}

/// One change of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageEntry {
    /// Its place in the log.
    pub sequence: u64,
    /// Its acceptance number.
    pub acceptance: u64,
    /// When it arrived.
    pub arrival: Time,
    /// The raw change.
    pub bytes: Vec<u8>,
}

/// One document of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagePart {
    /// The document.
    pub id: DocumentId,
    /// Where it lies now.
    pub scope: Scope,
    /// Its epoch.
    pub epoch: u32,
    /// Its changes.
    pub entries: Vec<PageEntry>,
}

/// A part of a feed.
#[derive(Clone, Debug)]
pub struct PageRead {
    /// Documents.
    pub documents: Vec<PagePart>,
    /// Documents that left.
    pub left: Vec<Left>,
    /// Who is behind the actors.
    pub actors: Vec<ActorNote>,
    /// The place up to which every feed was read, if something is left beyond it.
    pub cut: Option<u64>,
    /// For each pair, whether nothing is left above its place.
    pub exhausted: Vec<bool>,
    /// The log then.
    pub log: Point,
}

/// A change put aside for a revoked phone.
#[derive(Clone, Debug)]
pub struct Salvaged<'a> {
    /// The document.
    pub document: DocumentId,
    /// The change.
    pub hash: ChangeHash,
    /// The document's epoch.
    pub epoch: u32,
    /// The acceptance number claimed.
    pub claimed: Option<u64>,
    /// The raw change.
    pub bytes: &'a [u8],
}

/// One record's row, with its document's columns: what commands list.
#[derive(Clone, Debug)]
pub struct RecordRow {
    /// The document.
    pub document: StoredDocument,
    /// The part, in a table of parts.
    pub part: Option<[u8; 16]>,
    /// Its cells, by the table's columns.
    pub cells: Vec<Cell>,
}

impl RecordRow {
    /// The record of a row of `table`, as much of it as the row tells.
    #[must_use]
    pub fn record(&self, table: &str) -> Option<Record> {
        record_of(table_named(table)?, &self.cells)
    }

    /// The cell of a column of `table`, which the row is one of.
    #[must_use]
    pub fn cell(&self, table: &str, column: &str) -> Option<&Cell> {
        let table = table_named(table)?;
        self.cells.get(table.columns.iter().position(|have| have.name == column)?)
    }
}

/// A row of the projection as it was kept: table, part, cells.
pub type TableRow = (&'static str, Option<[u8; 16]>, Vec<Cell>);

/// A whole document: what is compared with phones.
#[derive(Clone, Debug)]
pub struct Whole {
    /// Its columns.
    pub document: StoredDocument,
    /// Its changes, in the log's order.
    pub changes: Vec<StoredChange>,
    /// Its rows: table, part, cells.
    pub rows: Vec<TableRow>,
}

/// One entry of the log, for checking its tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// What its leaf covers.
    pub entry: LogEntry,
    /// Its acceptance number.
    pub acceptance: u64,
}
