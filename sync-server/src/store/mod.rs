//! What the server keeps, behind one object-safe trait whose every method is one atomic unit of work.
//!
//! Floor: below `accept`, `access` and `author`; knows nothing of HTTP. Invariants: what [`Store::append`]
//! returned for is on the disk; it takes a decision only if nothing was committed since the context that it
//! was made on was read; a log's entry, once there, is never changed. No error carries what a person wrote.

use qiaomen_core::doors::{Filed, Source};
use qiaomen_core::identify::Candidate;
use qiaomen_core::nearest::Sighting;
use qiaomen_core::projection::Cell;
use qiaomen_core::protocol::{FirstSent, Later, PhoneStatus, Point};
use qiaomen_core::record::{AlertId, AreaId, AreaLevel, DeviceId, DocumentId, Kind, PersonId, Position, Scope, Time};

mod accounts;
mod cases;
#[cfg(test)]
pub(crate) mod conformance;
mod figures;
mod hooks;
mod imports;
mod reviews;
pub mod sqlite;
mod types;

pub use accounts::{Account, AuditEntry, AuditWanted, Link, LinkUse, Session, Stage, UserToken};
pub use cases::{About, CaseRow, CaseSet, CellRow, EachCells, IntegrationKey};
pub use figures::{Counts, GridCount};
pub use hooks::{HookEnd, HookFormat, HookTarget, NewHook, News, NewsKind, QueuedNews, Webhook};
pub use imports::{IdentityNumber, ImportEntry, ImportRecord, Learnt, NewImport, PartKey, Remembered};
pub use reviews::{QueueFrom, QueueRow, QueueState, QueueWanted};
pub use sqlite::SqliteStore;
pub use types::{
    AcceptedChange, AreaRow, Context, Decision, DeviceRecord, HeldChange, HeldCount, KeptManifest, LogRow, NewDocument,
    PageEntry, PagePart, PageRead, PageWanted, Pair, RecordRow, Redeemed, RefusedChange, Salvaged, Shown, Standing,
    StoredChange, StoredDocument, TableRow, Wanted, Whole,
};

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

    /// Puts a setting, whatever was there.
    ///
    /// # Errors
    /// As every method.
    fn meta_put(&self, key: &str, value: &[u8]) -> Result<(), StoreError>;

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

    /// Held changes above the number `after` that wait for any of these documents, by number: so many at most,
    /// and fewer where they are large, though one at least.
    ///
    /// # Errors
    /// As every method.
    fn held(&self, documents: &[DocumentId], after: u64, limit: usize) -> Result<Vec<HeldChange>, StoreError>;

    /// Every held change above the number `after`, by number, so many at most; without their bytes.
    ///
    /// # Errors
    /// As every method.
    fn held_list(&self, after: u64, limit: usize) -> Result<Vec<HeldChange>, StoreError>;

    /// The held change of this number.
    ///
    /// # Errors
    /// As every method.
    fn held_one(&self, number: u64) -> Result<Option<HeldChange>, StoreError>;

    /// Documents on which holds may end: held changes wait for them, and they have arrived; or nothing that is
    /// waited for there is held any longer.
    ///
    /// # Errors
    /// As every method.
    fn awaited(&self) -> Result<Vec<DocumentId>, StoreError>;

    /// The number of the newest verdict that a device was told after a hold, and how many of its changes are
    /// held now.
    ///
    /// # Errors
    /// As every method.
    fn waiting(&self, device: DeviceId) -> Result<(u64, u64), StoreError>;

    /// What a device was told after holds, above the number it has: so many bytes of it, though one at least.
    ///
    /// # Errors
    /// As every method.
    fn later(&self, device: DeviceId, seen: u64, bytes: usize) -> Result<Vec<Later>, StoreError>;

    /// What a person may do now.
    ///
    /// # Errors
    /// As every method.
    fn standing(&self, person: PersonId) -> Result<Standing, StoreError>;

    /// The raw changes of a document up to a place in the log, and those that had arrived by `since`.
    ///
    /// # Errors
    /// As every method.
    fn changes_until(
        &self,
        document: DocumentId,
        sequence: u64,
        since: Option<Time>,
    ) -> Result<Vec<Vec<u8>>, StoreError>;

    /// The scope out of which a document went first after a place in the log; none if it stayed where it is.
    ///
    /// # Errors
    /// As every method.
    fn departed_after(&self, document: DocumentId, sequence: u64) -> Result<Option<Scope>, StoreError>;

    /// Everything that was recorded about a household, or of another record, and lies where it does: visits to the door,
    /// pledges, consents, the reviews of those and what was decided of any of them; with what was merged into the door.
    ///
    /// # Errors
    /// As every method.
    fn facts_of(&self, subject: DocumentId) -> Result<Vec<DocumentId>, StoreError>;

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

    /// Revokes every device of a person and voids the codes that they have not used, at once. Returns the
    /// devices that were not revoked before.
    ///
    /// # Errors
    /// As every method.
    fn revoke_person(&self, person: PersonId, now: Time) -> Result<Vec<DeviceId>, StoreError>;

    /// Notes that a device was there, and the base it named, which only grows.
    ///
    /// # Errors
    /// As every method.
    fn seen(&self, device: DeviceId, base: u64, now: Time) -> Result<(), StoreError>;

    /// Notes how a device said it was.
    ///
    /// # Errors
    /// As every method.
    fn told(&self, device: DeviceId, status: &PhoneStatus, now: Time) -> Result<(), StoreError>;

    /// How many refusals were kept for a device since then.
    ///
    /// # Errors
    /// As every method.
    fn refused_since(&self, device: DeviceId, since: Time) -> Result<u64, StoreError>;

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

    /// Redeems an enrolment code: adds the device for the person it was made for, unless they work here no
    /// more. The device's person is not looked at.
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

    /// The rows that a grid's doors are reckoned from, table by table: those that lie in the grid, and with
    /// `contacts` those of visits for alerts to its doors and of their reviews, which lie in case files.
    ///
    /// # Errors
    /// As every method.
    fn doors(
        &self,
        grid: AreaId,
        contacts: bool,
        each: &mut dyn FnMut(Source, &Filed, &[Cell]),
    ) -> Result<(), StoreError>;

    /// How many changes of each phone were refused.
    ///
    /// # Errors
    /// As every method.
    fn refusals(&self) -> Result<Vec<(DeviceId, u64)>, StoreError>;

    /// Records that supervisors review, in the order in which they came.
    ///
    /// # Errors
    /// As every method.
    fn queue(&self, wanted: &QueueWanted) -> Result<Vec<QueueRow>, StoreError>;

    /// The reviews of a record, in no order.
    ///
    /// # Errors
    /// As every method.
    fn reviews_of(&self, of: DocumentId) -> Result<Vec<DocumentId>, StoreError>;

    /// Documents that show several values in a field.
    ///
    /// # Errors
    /// As every method.
    fn conflicted(&self) -> Result<Vec<StoredDocument>, StoreError>;

    /// Whether the store can be read and written at this moment: reads something, and takes the right to write and
    /// gives it back. Returns how many bytes the disk has left, where that can be told.
    ///
    /// # Errors
    /// As every method; [`StoreError::Busy`] where somebody else has been writing for a second.
    fn probe(&self) -> Result<Option<u64>, StoreError>;

    /// How much of everything there is.
    ///
    /// # Errors
    /// As every method.
    fn counts(&self) -> Result<Counts, StoreError>;

    /// What lies in each grid in which anything ever lay, in no order.
    ///
    /// # Errors
    /// As every method.
    fn grids(&self) -> Result<Vec<GridCount>, StoreError>;

    /// Every document of a kind with its changes, one after another, by identifier.
    ///
    /// # Errors
    /// As every method, and what `each` returns.
    fn walk_kind(
        &self,
        kind: &Kind,
        each: &mut dyn FnMut(StoredDocument, Vec<StoredChange>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Notes that alerts are about to be sent to a device; the first time counts.
    ///
    /// # Errors
    /// As every method.
    fn deliver(&self, device: DeviceId, alerts: &[AlertId], now: Time) -> Result<(), StoreError>;

    /// Of those of the documents that are receipts, when their alert was first sent to the device that wrote them.
    ///
    /// # Errors
    /// As every method.
    fn first_sent(&self, documents: &[DocumentId]) -> Result<Vec<FirstSent>, StoreError>;

    /// To whose devices an alert was sent, and when first.
    ///
    /// # Errors
    /// As every method.
    fn delivered(&self, alert: AlertId) -> Result<Vec<(DeviceId, PersonId, Time)>, StoreError>;

    /// Every document that lies in a scope now, with its changes, by its place in the scope's feed.
    ///
    /// # Errors
    /// As every method.
    fn lying_in(&self, scope: Scope) -> Result<Vec<(StoredDocument, Vec<StoredChange>)>, StoreError>;

    /// The alerts of this number on their issuers' platforms, with who entered each, the oldest first.
    ///
    /// # Errors
    /// As every method.
    fn alerts_numbered(&self, number: &str) -> Result<Vec<(AlertId, PersonId)>, StoreError>;

    /// The alerts about a resident, to a door, or with a telephone.
    ///
    /// # Errors
    /// As every method.
    fn alerts_about(&self, about: &About) -> Result<Vec<AlertId>, StoreError>;

    /// The alerts whose person's name, or an address at which they may be found, has this text in it, so many at most.
    ///
    /// # Errors
    /// As every method.
    fn alerts_like(&self, text: &str, most: usize) -> Result<Vec<AlertId>, StoreError>;

    /// Alerts in the order in which they came to this store, above a mark, so many at most, each with its mark.
    ///
    /// # Errors
    /// As every method.
    fn alerts_after(&self, mark: u64, limit: usize) -> Result<Vec<(u64, AlertId)>, StoreError>;

    /// Residents who are called so or have one of these telephones (digits), so many of each at most.
    ///
    /// # Errors
    /// As every method.
    fn residents_like(&self, telephones: &[String], name: &str, most: usize) -> Result<Vec<Candidate>, StoreError>;

    /// The rows of case files, table by table.
    ///
    /// # Errors
    /// As every method.
    fn case_rows(&self, which: CaseSet, each: &mut dyn FnMut(CaseRow)) -> Result<(), StoreError>;

    /// The log's size, and the alerts in whose case files anything was written above a place in it.
    ///
    /// # Errors
    /// As every method.
    fn cases_changed(&self, after: u64) -> Result<(u64, Vec<AlertId>), StoreError>;

    /// Marks alerts as open, and others no longer, as the log's entries up to a place have it: a mark that saves reading,
    /// nothing else. Does nothing and says so where the marks are not those up to the first of the two places: somebody
    /// else has kept them since.
    ///
    /// # Errors
    /// As every method.
    fn mark_open(&self, open: &[AlertId], settled: &[AlertId], from_to: (u64, u64)) -> Result<bool, StoreError>;

    /// The place in the log up to which those marks are right; nought where none were ever made.
    ///
    /// # Errors
    /// As every method.
    fn open_upto(&self) -> Result<u64, StoreError>;

    /// Notes what was last told of records.
    ///
    /// # Errors
    /// As every method.
    fn remember(&self, memory: &[Remembered]) -> Result<(), StoreError>;

    /// Keeps the hash of a key with which a system sends alerts as a person; returns its number.
    ///
    /// # Errors
    /// As every method.
    fn integration_add(
        &self,
        key_hash: &[u8; 32],
        person: PersonId,
        by: PersonId,
        now: Time,
    ) -> Result<u64, StoreError>;

    /// The integration that was given this key.
    ///
    /// # Errors
    /// As every method.
    fn integration_by_key(&self, key_hash: &[u8; 32]) -> Result<Option<IntegrationKey>, StoreError>;

    /// Every key of an integration, revoked ones too.
    ///
    /// # Errors
    /// As every method.
    fn integrations(&self) -> Result<Vec<IntegrationKey>, StoreError>;

    /// Revokes a key; says whether it was there and not revoked before.
    ///
    /// # Errors
    /// As every method.
    fn integration_revoke(&self, number: u64, now: Time) -> Result<bool, StoreError>;

    /// Notes that a key was used.
    ///
    /// # Errors
    /// As every method.
    fn integration_seen(&self, number: u64, now: Time) -> Result<(), StoreError>;

    /// Where workers recorded something or said that they were, since `from`.
    ///
    /// # Errors
    /// As every method.
    fn positions(&self, from: Time, now: Time) -> Result<Vec<Sighting>, StoreError>;

    /// The middle of what was recorded at each grid's doors.
    ///
    /// # Errors
    /// As every method.
    fn grid_middles(&self) -> Result<Vec<(AreaId, Position)>, StoreError>;

    /// The middle of what was recorded at one grid's doors.
    ///
    /// # Errors
    /// As every method.
    fn grid_middle(&self, grid: AreaId) -> Result<Option<Position>, StoreError>;

    /// The place in the log of the newest change of anything that lies in a grid, or of whatever left it last: while it
    /// is the same, so is all that lies there.
    ///
    /// # Errors
    /// As every method.
    fn grid_mark(&self, grid: AreaId) -> Result<u64, StoreError>;

    /// The questions about an alert, or those that nobody has answered.
    ///
    /// # Errors
    /// As every method.
    fn questions(&self, about: Option<AlertId>) -> Result<Vec<RecordRow>, StoreError>;

    /// Every document with its changes and rows, one after another, by identifier.
    ///
    /// # Errors
    /// As every method, and what `each` returns.
    fn walk(&self, each: &mut dyn FnMut(Whole) -> Result<(), StoreError>) -> Result<(), StoreError>;

    /// The rows of one of the projection's tables, one after another, in no order.
    ///
    /// # Errors
    /// As every method, and what `each` returns; [`StoreError::Damaged`] for a table there is not.
    fn walk_rows(
        &self,
        table: &str,
        each: &mut dyn FnMut(RecordRow) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Some columns of one of the projection's tables, row after row, in no order: for whoever reads very many.
    ///
    /// # Errors
    /// As every method, and what `each` returns; [`StoreError::Damaged`] for a table or a column there is not.
    fn walk_cells(&self, table: &str, columns: &[&str], each: EachCells<'_>) -> Result<(), StoreError>;

    /// Notes that an import begins, and returns its number: that of one of the same file that was cut off, if
    /// there is one.
    ///
    /// # Errors
    /// As every method.
    fn import_begin(&self, new: &NewImport<'_>) -> Result<u64, StoreError>;

    /// Notes what an import is about to write; numbers are given in this order.
    ///
    /// # Errors
    /// As every method.
    fn import_journal(&self, import: u64, entries: &[ImportEntry]) -> Result<(), StoreError>;

    /// Notes what an import has learnt with what it has written.
    ///
    /// # Errors
    /// As every method.
    fn import_learn(&self, import: u64, learnt: &Learnt<'_>) -> Result<(), StoreError>;

    /// Notes that an import has come to its end.
    ///
    /// # Errors
    /// As every method.
    fn import_end(&self, import: u64, now: Time) -> Result<(), StoreError>;

    /// Puts back what was remembered before an import, and forgets the ID numbers of the residents of these
    /// households.
    ///
    /// # Errors
    /// As every method.
    fn import_forget(&self, memory: &[Remembered], identities: &[DocumentId]) -> Result<(), StoreError>;

    /// Notes that an import was undone.
    ///
    /// # Errors
    /// As every method.
    fn import_undone(&self, import: u64, now: Time) -> Result<(), StoreError>;

    /// Every import that wrote, or was about to, by number.
    ///
    /// # Errors
    /// As every method.
    fn imports(&self) -> Result<Vec<ImportRecord>, StoreError>;

    /// What an import wrote, or was about to, below a number, the newest first, so many at most.
    ///
    /// # Errors
    /// As every method.
    fn import_entries(&self, import: u64, below: u64, limit: usize) -> Result<Vec<ImportEntry>, StoreError>;

    /// What was last read from a file for these records and their parts.
    ///
    /// # Errors
    /// As every method.
    fn remembered(&self, documents: &[DocumentId]) -> Result<Vec<Remembered>, StoreError>;

    /// The residents whose ID numbers have these hashes.
    ///
    /// # Errors
    /// As every method.
    fn identities(&self, hashes: &[[u8; 32]]) -> Result<Vec<IdentityNumber>, StoreError>;

    /// What is kept of the ID numbers of these households' residents.
    ///
    /// # Errors
    /// As every method.
    fn identities_of(&self, documents: &[DocumentId]) -> Result<Vec<IdentityNumber>, StoreError>;

    /// The records that a file once called so.
    ///
    /// # Errors
    /// As every method.
    fn called(&self, keys: &[String]) -> Result<Vec<(String, DocumentId)>, StoreError>;

    /// Which of these records or parts anything else names, lies in, or was written by.
    ///
    /// # Errors
    /// As every method.
    fn mentioned(&self, ids: &[[u8; 16]]) -> Result<Vec<[u8; 16]>, StoreError>;

    /// Adds a webhook; says whether its name was free.
    ///
    /// # Errors
    /// As every method.
    fn hook_add(&self, new: &NewHook<'_>) -> Result<bool, StoreError>;

    /// Removes the webhook of this name with its address, its secret and what waits for it; says whether it was there.
    /// Its name is free then.
    ///
    /// # Errors
    /// As every method.
    fn hook_remove(&self, name: &str, person: PersonId, now: Time) -> Result<bool, StoreError>;

    /// Every webhook, by name.
    ///
    /// # Errors
    /// As every method.
    fn hooks(&self) -> Result<Vec<Webhook>, StoreError>;

    /// Has every webhook be told. News takes the place of what waits of its kind and was not sent; a count of nought
    /// takes that back and tells nothing.
    ///
    /// # Errors
    /// As every method.
    fn hook_tell(&self, news: &[News], now: Time) -> Result<(), StoreError>;

    /// The webhooks that something is to be sent to now and that may be sent something.
    ///
    /// # Errors
    /// As every method.
    fn hooks_due(&self, now: Time) -> Result<Vec<u64>, StoreError>;

    /// Takes the message that has waited longest for a webhook, if it may be sent something now, and notes that it is
    /// sent. Nobody else is given it before `until`; by then [`hook_done`](Self::hook_done) is to have said what became
    /// of it.
    ///
    /// # Errors
    /// As every method.
    fn hook_take(&self, webhook: u64, now: Time, until: Time) -> Result<Option<QueuedNews>, StoreError>;

    /// Notes that something is sent to a webhook now that was not in the queue; says no, and notes nothing, where it may
    /// not be sent anything now.
    ///
    /// # Errors
    /// As every method.
    fn hook_spend(&self, webhook: u64, now: Time) -> Result<bool, StoreError>;

    /// Notes what became of the message of this number, unless another has taken its place, and that the webhook is to
    /// be sent nothing before `quiet`.
    ///
    /// # Errors
    /// As every method.
    fn hook_done(&self, webhook: u64, queued: Option<(u64, HookEnd)>, quiet: Option<Time>) -> Result<(), StoreError>;

    /// Whether anybody has an account.
    ///
    /// # Errors
    /// As every method.
    fn any_account(&self) -> Result<bool, StoreError>;

    /// How a person signs in; none where they do not.
    ///
    /// # Errors
    /// As every method.
    fn account(&self, person: PersonId) -> Result<Option<Account>, StoreError>;

    /// Keeps how a person signs in, whatever was there.
    ///
    /// # Errors
    /// As every method.
    fn account_put(&self, account: &Account) -> Result<(), StoreError>;

    /// Spends a step of a person's second factor; says whether no code of this step or a later one was used before.
    ///
    /// # Errors
    /// As every method.
    fn account_step(&self, person: PersonId, step: u64) -> Result<bool, StoreError>;

    /// Keeps the hashes of a person's recovery codes in place of those there were.
    ///
    /// # Errors
    /// As every method.
    fn recovery_put(&self, person: PersonId, hashes: &[[u8; 32]]) -> Result<(), StoreError>;

    /// Spends a recovery code; says whether it was theirs and not spent.
    ///
    /// # Errors
    /// As every method.
    fn recovery_spend(&self, person: PersonId, hash: &[u8; 32], now: Time) -> Result<bool, StoreError>;

    /// How many recovery codes a person has left.
    ///
    /// # Errors
    /// As every method.
    fn recovery_left(&self, person: PersonId) -> Result<u64, StoreError>;

    /// Begins a session; returns its number.
    ///
    /// # Errors
    /// As every method.
    fn session_add(&self, token_hash: &[u8; 32], person: PersonId, stage: Stage, now: Time) -> Result<u64, StoreError>;

    /// The session of a token, and whether the token is its present one; else it is the one before.
    ///
    /// # Errors
    /// As every method.
    fn session_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<(Session, bool)>, StoreError>;

    /// Gives a session another token; says whether it had the first of the two until now.
    ///
    /// # Errors
    /// As every method.
    fn session_rotate(&self, session: u64, from_to: (&[u8; 32], &[u8; 32]), now: Time) -> Result<bool, StoreError>;

    /// Notes that a session was used.
    ///
    /// # Errors
    /// As every method.
    fn session_seen(&self, session: u64, now: Time) -> Result<(), StoreError>;

    /// Ends a person's sessions: one, or all but one.
    ///
    /// # Errors
    /// As every method.
    fn sessions_end(&self, person: PersonId, only: Option<u64>, but: Option<u64>) -> Result<(), StoreError>;

    /// Ends sessions that began before `created` or were last used before `seen`.
    ///
    /// # Errors
    /// As every method.
    fn sessions_sweep(&self, created: Time, seen: Time) -> Result<(), StoreError>;

    /// A person's sessions.
    ///
    /// # Errors
    /// As every method.
    fn sessions(&self, person: PersonId) -> Result<Vec<Session>, StoreError>;

    /// Keeps a one-time link's hash; one of the same use for the same person works no more.
    ///
    /// # Errors
    /// As every method.
    fn link_add(&self, hash: &[u8; 32], link: &Link) -> Result<(), StoreError>;

    /// A link that still works.
    ///
    /// # Errors
    /// As every method.
    fn link(&self, hash: &[u8; 32], now: Time) -> Result<Option<Link>, StoreError>;

    /// Spends a link; says whether it worked until now.
    ///
    /// # Errors
    /// As every method.
    fn link_spend(&self, hash: &[u8; 32], now: Time) -> Result<bool, StoreError>;

    /// Keeps a person's token; its number is given here and returned.
    ///
    /// # Errors
    /// As every method.
    fn user_token_add(&self, hash: &[u8; 32], token: &UserToken) -> Result<u64, StoreError>;

    /// The token of this hash.
    ///
    /// # Errors
    /// As every method.
    fn user_token_by_hash(&self, hash: &[u8; 32]) -> Result<Option<UserToken>, StoreError>;

    /// A person's tokens, revoked ones too.
    ///
    /// # Errors
    /// As every method.
    fn user_tokens(&self, person: PersonId) -> Result<Vec<UserToken>, StoreError>;

    /// Revokes one of a person's tokens, or all; says whether there was any.
    ///
    /// # Errors
    /// As every method.
    fn user_token_revoke(&self, person: PersonId, only: Option<u64>, now: Time) -> Result<bool, StoreError>;

    /// Notes that a token was used.
    ///
    /// # Errors
    /// As every method.
    fn user_token_seen(&self, number: u64, now: Time) -> Result<(), StoreError>;

    /// Adds to the audit trail.
    ///
    /// # Errors
    /// As every method.
    fn audit_add(&self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Entries of the audit trail with their numbers, the newest first.
    ///
    /// # Errors
    /// As every method.
    fn audit(&self, wanted: &AuditWanted) -> Result<Vec<(u64, AuditEntry)>, StoreError>;
}
