//! What the server keeps, behind one object-safe trait whose every method is one atomic unit of work.
//!
//! Floor: below `accept`, `access` and `author`; knows nothing of HTTP. Invariants: what [`Store::append`]
//! returned for is on the disk; it takes a decision only if nothing was committed since the context that it
//! was made on was read; a log's entry, once there, is never changed. No error carries what a person wrote.

use std::collections::HashMap;

use qiaomen_core::document::ChangeHash;
use qiaomen_core::projection::{Cell, Row};
use qiaomen_core::protocol::{ActorNote, Later, Left, Manifest, Point, Refusal, Signature, Verdict};
use qiaomen_core::record::{
    ActorId, AlertId, AreaId, AreaLevel, DeviceId, DocumentId, Kind, PersonId, Role, Scope, Time,
};

pub mod sqlite;

pub use sqlite::SqliteStore;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Somebody else is writing; trying again helps.
    #[error("the store is busy")]
    Busy,
    /// Something was committed since the context was read; deciding again helps.
    #[error("the store has moved on")]
    Conflict,
    /// What was read is not what was once written.
    #[error("the store is damaged: {0}")]
    Damaged(&'static str),
    /// A newer program has been here.
    #[error("the store has version {found}, and this program knows versions up to {known}")]
    Newer {
        /// The store's version.
        found: u32,
        /// The newest this program knows.
        known: u32,
    },
    /// The disk or the database failed.
    #[error("the store failed: {0}")]
    Io(String),
}

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
    /// The phone's `cursor.log.size` then.
    pub point: u64,
    /// When it arrived.
    pub arrival: Time,
}

/// What a person may do, by the rows of their record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The roles they have now, with the areas they have them for.
    pub roles: Vec<(Role, AreaId)>,
    /// The alerts they were sent to.
    pub sent: Vec<AlertId>,
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
    /// Accepted ones among the changes asked for.
    pub accepted: HashMap<(DocumentId, ChangeHash), Verdict>,
    /// Refusals kept for the documents asked for.
    pub refused: Vec<RefusedChange>,
    /// Changes held for the documents asked for; without their bytes.
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
    /// How many changes are held for the devices asked for.
    pub held_counts: HashMap<DeviceId, u64>,
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
pub struct Shown {
    /// The document.
    pub document: DocumentId,
    /// Its rows.
    pub rows: Vec<Row>,
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
    /// Actors seen for the first time.
    pub actors: Vec<ActorNote>,
    /// What goes into the log, in order.
    pub accepted: Vec<AcceptedChange<'a>>,
    /// What the touched documents show then.
    pub shown: Vec<Shown>,
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

/// A whole document: what is compared with phones.
#[derive(Clone, Debug)]
pub struct Whole {
    /// Its columns.
    pub document: StoredDocument,
    /// Its changes, in the log's order.
    pub changes: Vec<StoredChange>,
    /// Its rows: table, part, cells.
    pub rows: Vec<(&'static str, Option<[u8; 16]>, Vec<Cell>)>,
}

/// One entry of the log, for checking its tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// What its leaf covers.
    pub entry: qiaomen_core::identity::LogEntry,
    /// Its acceptance number.
    pub acceptance: u64,
}

/// What the server keeps.
pub trait Store: Send + Sync {
    /// Waits for one's turn to decide: deciders of one process come one after another, those of others are
    /// noticed by [`append`](Self::append).
    fn turn(&self) -> parking_lot::MutexGuard<'_, ()>;

    /// A number that grows whenever anybody, in whichever process, commits something that phones may be
    /// waiting for. Cheap enough to be asked for several times a second.
    ///
    /// # Errors
    /// As every method.
    fn pulse(&self) -> Result<u64, StoreError>;

    /// A setting of the town.
    ///
    /// # Errors
    /// As every method.
    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Puts a setting unless it is there, and returns what is there then.
    ///
    /// # Errors
    /// As every method.
    fn meta_once(&self, key: &str, value: &[u8]) -> Result<Vec<u8>, StoreError>;

    /// The log's size and root.
    ///
    /// # Errors
    /// As every method.
    fn log(&self) -> Result<Point, StoreError>;

    /// The log's root at a size at which something was committed.
    ///
    /// # Errors
    /// As every method.
    fn root_at(&self, size: u64) -> Result<Option<[u8; 32]>, StoreError>;

    /// Log entries above `after`, at most `limit`.
    ///
    /// # Errors
    /// As every method.
    fn log_entries(&self, after: u64, limit: usize) -> Result<Vec<LogRow>, StoreError>;

    /// Everything a decision needs, at one moment.
    ///
    /// # Errors
    /// As every method.
    fn context(&self, wanted: &Wanted) -> Result<Context, StoreError>;

    /// Takes a decision. Returns the documents of the batch that held changes wait for.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if something was committed since its context was read.
    fn append(&self, decision: &Decision<'_>) -> Result<Vec<DocumentId>, StoreError>;

    /// Held changes that wait for any of these documents; every held change without `documents`.
    ///
    /// # Errors
    /// As every method.
    fn held(&self, documents: Option<&[DocumentId]>) -> Result<Vec<HeldChange>, StoreError>;

    /// Documents that held changes wait for and that have arrived.
    ///
    /// # Errors
    /// As every method.
    fn awaited(&self) -> Result<Vec<DocumentId>, StoreError>;

    /// What a device was told after holds, above the number it has.
    ///
    /// # Errors
    /// As every method.
    fn later(&self, device: DeviceId, seen: u64) -> Result<Vec<Later>, StoreError>;

    /// What a person may do now.
    ///
    /// # Errors
    /// As every method.
    fn standing(&self, person: PersonId) -> Result<Standing, StoreError>;

    /// The raw changes of a document up to a place in the log.
    ///
    /// # Errors
    /// As every method.
    fn changes_until(&self, document: DocumentId, sequence: u64) -> Result<Vec<Vec<u8>>, StoreError>;

    /// The areas at or below an area, with their levels.
    ///
    /// # Errors
    /// As every method.
    fn areas_below(&self, area: AreaId) -> Result<Vec<(AreaId, AreaLevel)>, StoreError>;

    /// The alerts whose area is one of these.
    ///
    /// # Errors
    /// As every method.
    fn alerts_in(&self, areas: &[AreaId]) -> Result<Vec<AlertId>, StoreError>;

    /// A part of the feed, read at one moment.
    ///
    /// # Errors
    /// As every method.
    fn page(&self, wanted: &PageWanted) -> Result<PageRead, StoreError>;

    /// The device that was given this token.
    ///
    /// # Errors
    /// As every method.
    fn device_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<DeviceRecord>, StoreError>;

    /// A device.
    ///
    /// # Errors
    /// As every method.
    fn device(&self, id: DeviceId) -> Result<Option<DeviceRecord>, StoreError>;

    /// Every device.
    ///
    /// # Errors
    /// As every method.
    fn devices(&self) -> Result<Vec<DeviceRecord>, StoreError>;

    /// Adds a replica of the server's own.
    ///
    /// # Errors
    /// As every method.
    fn add_own_device(&self, device: &DeviceRecord) -> Result<(), StoreError>;

    /// Revokes a device; says whether it was there and not revoked before.
    ///
    /// # Errors
    /// As every method.
    fn revoke(&self, device: DeviceId, now: Time) -> Result<bool, StoreError>;

    /// Notes that a device was there.
    ///
    /// # Errors
    /// As every method.
    fn seen(&self, device: DeviceId, now: Time) -> Result<(), StoreError>;

    /// Keeps an enrolment code's hash for a person.
    ///
    /// # Errors
    /// As every method.
    fn invite(
        &self,
        code_hash: &[u8; 32],
        person: PersonId,
        created_by: Option<PersonId>,
        now: Time,
        expires: Time,
    ) -> Result<(), StoreError>;

    /// Redeems an enrolment code: adds the device for the person it was made for. The device's person is
    /// not looked at.
    ///
    /// # Errors
    /// As every method.
    fn redeem(
        &self,
        code_hash: &[u8; 32],
        device: &DeviceRecord,
        token_hash: &[u8; 32],
        now: Time,
    ) -> Result<Redeemed, StoreError>;

    /// Puts a revoked phone's changes aside; `None` if that would be more than `limit` bytes for it.
    ///
    /// # Errors
    /// As every method.
    fn salvage(
        &self,
        device: DeviceId,
        manifest: &KeptManifest,
        changes: &[Salvaged<'_>],
        now: Time,
        limit: u64,
    ) -> Result<Option<u32>, StoreError>;

    /// A document's columns.
    ///
    /// # Errors
    /// As every method.
    fn document(&self, id: DocumentId) -> Result<Option<StoredDocument>, StoreError>;

    /// A document's changes, in the log's order; none for a document that is not there.
    ///
    /// # Errors
    /// As every method.
    fn changes(&self, id: DocumentId) -> Result<Vec<StoredChange>, StoreError>;

    /// How many documents of a kind there are.
    ///
    /// # Errors
    /// As every method.
    fn count(&self, kind: &Kind) -> Result<u64, StoreError>;

    /// The rows of one of the projection's tables, by document.
    ///
    /// # Errors
    /// As every method; [`StoreError::Damaged`] for a table there is not.
    fn rows(&self, table: &str) -> Result<Vec<RecordRow>, StoreError>;

    /// How many changes of each phone were refused.
    ///
    /// # Errors
    /// As every method.
    fn refusals(&self) -> Result<Vec<(DeviceId, u64)>, StoreError>;

    /// Documents that show several values in a field.
    ///
    /// # Errors
    /// As every method.
    fn conflicted(&self) -> Result<Vec<StoredDocument>, StoreError>;

    /// Every document of a kind with its changes, one after another, by identifier.
    ///
    /// # Errors
    /// As every method, and what `each` returns.
    fn walk_kind(
        &self,
        kind: &Kind,
        each: &mut dyn FnMut(StoredDocument, Vec<StoredChange>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Every document with its changes and rows, one after another, by identifier.
    ///
    /// # Errors
    /// As every method, and what `each` returns.
    fn walk(&self, each: &mut dyn FnMut(Whole) -> Result<(), StoreError>) -> Result<(), StoreError>;
}
