//! The embedded store: one SQLite file in one folder.
//!
//! Floor: store. Invariants: write-ahead log with `synchronous=FULL`, so that what was committed survives a
//! cut of the power; one writer at a time in this process, others are waited for; a reader sees one moment.

mod accounts;
mod append;
mod cases;
mod column;
mod context;
mod delivery;
mod devices;
mod doors;
mod feed;
mod figures;
mod holds;
mod hooks;
mod imports;
mod intake;
mod integrations;
mod merged;
mod positions;
mod query;
mod reviews;
mod schema;

use std::path::{Path, PathBuf};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use qiaomen_core::doors::{Filed, Source};
use qiaomen_core::identify::Candidate;
use qiaomen_core::nearest::Sighting;
use qiaomen_core::projection::Cell;
use qiaomen_core::protocol::{FirstSent, Later, PhoneStatus, Point};
use qiaomen_core::record::{AlertId, AreaId, AreaLevel, DeviceId, DocumentId, Kind, PersonId, Position, Scope, Time};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};

use self::column::{int, number};
use super::{
    About, Account, AuditEntry, AuditWanted, CaseRow, CaseSet, Context, Counts, Decision, DeviceRecord, EachCells,
    GridCount, HeldChange, HookEnd, IdentityNumber, ImportEntry, ImportRecord, IntegrationKey, KeptManifest, Learnt,
    Link, LogRow, NewHook, NewImport, News, PageRead, PageWanted, QueueRow, QueueWanted, QueuedNews, RecordRow,
    Redeemed, Remembered, Salvaged, Session, Stage, Standing, Store, StoreError, StoredChange, StoredDocument,
    UserToken, Wanted, Webhook, Whole,
};

/// How long a writer waits for one of another process.
const BUSY: Duration = Duration::from_secs(10);
/// How long a probe waits for whoever is writing.
const PROBE: Duration = Duration::from_secs(1);
/// How many readers are kept open.
const READERS: usize = 8;
/// How many prepared statements each connection keeps.
const STATEMENTS: usize = 128;

/// The store's file below the folder.
pub const FILE: &str = "town.sqlite3";

/// The embedded store.
pub struct SqliteStore {
    path: PathBuf,
    readers: Mutex<Vec<Connection>>,
    watcher: Mutex<Watcher>,
    // Closed last, in the order in which the fields stand: only a connection that may write moves the
    // write-ahead log into the database, so that a stopped server leaves one file to copy.
    writer: Mutex<Connection>,
    turn: Mutex<()>,
}

/// Notices commits, those of other processes too.
struct Watcher {
    connection: Connection,
    /// SQLite's number for what the connection last saw.
    version: Option<i64>,
    generation: u64,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Whether a town lies in this folder.
    #[must_use]
    pub fn is_in(folder: &Path) -> bool {
        folder.join(FILE).is_file()
    }

    /// Opens the store in a folder, making either if it is not there.
    ///
    /// # Errors
    /// [`StoreError::Newer`] for a newer program's; [`StoreError::Damaged`] for a file that is no database;
    /// [`StoreError::Io`] where the folder cannot be made or written.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::Io(format!("the folder: {}", error.kind())))?;
        let path = folder.join(FILE);
        make_private(&path)?;
        let mut writer = Connection::open(&path)?;
        configure(&writer)?;
        schema::migrate(&mut writer)?;
        let watcher = Watcher { connection: reader(&path)?, version: None, generation: 0 };
        Ok(Self {
            path,
            writer: Mutex::new(writer),
            readers: Mutex::default(),
            watcher: Mutex::new(watcher),
            turn: Mutex::default(),
        })
    }

    /// The writer's `synchronous` as SQLite says it: 2 is FULL.
    ///
    /// # Errors
    /// As every method of a store.
    pub fn synchronous(&self) -> Result<u32, StoreError> {
        Ok(self.writer.lock().query_row("PRAGMA synchronous", [], |row| row.get(0))?)
    }

    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut writer = self.writer.lock();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let spare = self.readers.lock().pop();
        let mut connection = match spare {
            Some(connection) => connection,
            None => reader(&self.path)?,
        };
        let done = {
            let transaction = connection.transaction()?;
            work(&transaction)
        };
        let mut readers = self.readers.lock();
        if readers.len() < READERS {
            readers.push(connection);
        }
        done
    }
}

/// Makes the file, where it is not there, for nobody else on the machine to read: the folder may be open to all. SQLite
/// gives the files that it puts beside it the same rights.
fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Io(format!("the file: {}", error.kind())))
        }
        _ => Ok(()),
    }
}

fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(())
}

fn reader(path: &Path) -> Result<Connection, StoreError> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -8_192)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

fn log(connection: &Connection) -> Result<Point, StoreError> {
    let mut statement = connection.prepare_cached("SELECT size, root FROM state")?;
    Ok(statement.query_row([], |row| Ok(Point { size: number(row, 0)?, root: row.get(1)? }))?)
}

impl Store for SqliteStore {
    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock()
    }

    fn pulse(&self) -> Result<u64, StoreError> {
        let mut watcher = self.watcher.lock();
        let version = watcher.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?;
        // The generation is looked up only where anything at all was committed.
        if watcher.version != Some(version) {
            let generation = watcher.connection.query_row("SELECT generation FROM state", [], |row| number(row, 0))?;
            watcher.generation = generation;
            watcher.version = Some(version);
        }
        Ok(watcher.generation)
    }

    fn meta(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|store| {
            Ok(store.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()?)
        })
    }

    fn meta_once(&self, key: &str, value: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.write(|store| {
            store.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?1, ?2)", (key, value))?;
            Ok(store.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0))?)
        })
    }

    fn meta_put(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.write(|store| {
            store.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", (key, value))?;
            Ok(())
        })
    }

    fn log(&self) -> Result<Point, StoreError> {
        self.read(|store| log(store))
    }

    fn root_at(&self, size: u64) -> Result<Option<[u8; 32]>, StoreError> {
        self.read(|store| {
            let mut statement = store.prepare_cached("SELECT root FROM point WHERE size = ?1")?;
            Ok(statement.query_row([int(size)], |row| row.get(0)).optional()?)
        })
    }

    fn log_entries(&self, after: u64, limit: usize) -> Result<Vec<LogRow>, StoreError> {
        self.read(|store| query::log_entries(store, after, limit))
    }

    fn context(&self, wanted: &Wanted) -> Result<Context, StoreError> {
        self.read(|store| context::read(store, wanted))
    }

    fn append(&self, decision: &Decision<'_>) -> Result<Vec<DocumentId>, StoreError> {
        self.write(|store| append::append(store, decision))
    }

    fn held(&self, documents: &[DocumentId], after: u64, limit: usize) -> Result<Vec<HeldChange>, StoreError> {
        self.read(|store| holds::waiting_for(store, documents, after, limit))
    }

    fn held_list(&self, after: u64, limit: usize) -> Result<Vec<HeldChange>, StoreError> {
        self.read(|store| holds::list(store, after, limit))
    }

    fn held_one(&self, number: u64) -> Result<Option<HeldChange>, StoreError> {
        self.read(|store| holds::one(store, number))
    }

    fn awaited(&self) -> Result<Vec<DocumentId>, StoreError> {
        self.read(|store| holds::awaited(store))
    }

    fn waiting(&self, device: DeviceId) -> Result<(u64, u64), StoreError> {
        self.read(|store| devices::waiting(store, device))
    }

    fn later(&self, device: DeviceId, seen: u64, bytes: usize) -> Result<Vec<Later>, StoreError> {
        self.read(|store| devices::later(store, device, seen, bytes))
    }

    fn standing(&self, person: PersonId) -> Result<Standing, StoreError> {
        self.read(|store| context::standing(store, person))
    }

    fn changes_until(
        &self,
        document: DocumentId,
        sequence: u64,
        since: Option<Time>,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        self.read(|store| query::changes_until(store, document, sequence, since))
    }

    fn departed_after(&self, document: DocumentId, sequence: u64) -> Result<Option<Scope>, StoreError> {
        self.read(|store| query::departed_after(store, document, sequence))
    }

    fn facts_of(&self, subject: DocumentId) -> Result<Vec<DocumentId>, StoreError> {
        self.read(|store| query::facts_of(store, subject))
    }

    fn areas_below(&self, area: AreaId) -> Result<Vec<(AreaId, AreaLevel)>, StoreError> {
        self.read(|store| context::areas_below(store, area))
    }

    fn alerts_in(&self, areas: &[AreaId]) -> Result<Vec<AlertId>, StoreError> {
        self.read(|store| context::alerts_in(store, areas))
    }

    fn page(&self, wanted: &PageWanted) -> Result<PageRead, StoreError> {
        self.read(|store| feed::page(store, wanted))
    }

    fn device_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<DeviceRecord>, StoreError> {
        self.read(|store| devices::by_token(store, token_hash))
    }

    fn device(&self, id: DeviceId) -> Result<Option<DeviceRecord>, StoreError> {
        self.read(|store| devices::device(store, id))
    }

    fn devices(&self) -> Result<Vec<DeviceRecord>, StoreError> {
        self.read(|store| devices::all(store))
    }

    fn add_own_device(&self, device: &DeviceRecord) -> Result<(), StoreError> {
        self.write(|store| devices::add(store, device, None).map(|_| ()))
    }

    fn revoke(&self, device: DeviceId, now: Time) -> Result<bool, StoreError> {
        self.write(|store| devices::revoke(store, device, now))
    }

    fn revoke_person(&self, person: PersonId, now: Time) -> Result<Vec<DeviceId>, StoreError> {
        self.write(|store| devices::revoke_person(store, person, now))
    }

    fn seen(&self, device: DeviceId, base: u64, now: Time) -> Result<(), StoreError> {
        self.write(|store| devices::seen(store, device, base, now))
    }

    fn told(&self, device: DeviceId, status: &PhoneStatus, now: Time) -> Result<(), StoreError> {
        self.write(|store| devices::told(store, device, status, now))
    }

    fn refused_since(&self, device: DeviceId, since: Time) -> Result<u64, StoreError> {
        self.read(|store| devices::refused_since(store, device, since))
    }

    fn invite(
        &self,
        code_hash: &[u8; 32],
        person: PersonId,
        created_by: Option<PersonId>,
        now: Time,
        expires: Time,
    ) -> Result<(), StoreError> {
        self.write(|store| devices::invite(store, code_hash, person, created_by, now, expires))
    }

    fn redeem(
        &self,
        code_hash: &[u8; 32],
        device: &DeviceRecord,
        token_hash: &[u8; 32],
        now: Time,
    ) -> Result<Redeemed, StoreError> {
        // Whoever guesses keeps nobody from writing.
        if !self.read(|store| devices::is_invited(store, code_hash))? {
            return Ok(Redeemed::Unknown);
        }
        self.write(|store| devices::redeem(store, code_hash, device, token_hash, now))
    }

    fn salvage(
        &self,
        device: DeviceId,
        manifest: &KeptManifest,
        changes: &[Salvaged<'_>],
        now: Time,
        limit: u64,
    ) -> Result<Option<u32>, StoreError> {
        self.write(|store| devices::salvage(store, device, manifest, changes, now, limit))
    }

    fn document(&self, id: DocumentId) -> Result<Option<StoredDocument>, StoreError> {
        self.read(|store| Ok(context::document(store, id)?.map(|(_, document)| document)))
    }

    fn changes(&self, id: DocumentId) -> Result<Vec<StoredChange>, StoreError> {
        self.read(|store| match context::document(store, id)? {
            None => Ok(Vec::new()),
            Some((record, _)) => context::changes(store, record),
        })
    }

    fn count(&self, kind: &Kind) -> Result<u64, StoreError> {
        self.read(|store| query::count(store, kind))
    }

    fn rows(&self, table: &str) -> Result<Vec<RecordRow>, StoreError> {
        self.read(|store| query::rows(store, table))
    }

    fn doors(
        &self,
        grid: AreaId,
        contacts: bool,
        each: &mut dyn FnMut(Source, &Filed, &[Cell]),
    ) -> Result<(), StoreError> {
        self.read(|store| doors::doors(store, grid, contacts, each))
    }

    fn refusals(&self) -> Result<Vec<(DeviceId, u64)>, StoreError> {
        self.read(|store| query::refusals(store))
    }

    fn queue(&self, wanted: &QueueWanted) -> Result<Vec<QueueRow>, StoreError> {
        self.read(|store| reviews::queue(store, wanted))
    }

    fn reviews_of(&self, of: DocumentId) -> Result<Vec<DocumentId>, StoreError> {
        self.read(|store| reviews::of(store, of))
    }

    fn conflicted(&self) -> Result<Vec<StoredDocument>, StoreError> {
        self.read(|store| query::conflicted(store))
    }

    fn probe(&self) -> Result<Option<u64>, StoreError> {
        self.read(|store| log(store))?;
        // Whoever has it open may still write a file that was taken away; nobody would find it again.
        if !self.path.is_file() {
            return Err(StoreError::Io("its file is gone".to_owned()));
        }
        let mut writer = self.writer.try_lock_for(PROBE).ok_or(StoreError::Busy)?;
        writer.busy_timeout(PROBE)?;
        let taken = writer.transaction_with_behavior(TransactionBehavior::Immediate).and_then(Transaction::rollback);
        writer.busy_timeout(BUSY)?;
        taken?;
        Ok(fs4::available_space(&self.path).ok())
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        self.read(|store| figures::counts(store, &self.path))
    }

    fn grids(&self) -> Result<Vec<GridCount>, StoreError> {
        self.read(|store| figures::grids(store))
    }

    fn walk_kind(
        &self,
        kind: &Kind,
        each: &mut dyn FnMut(StoredDocument, Vec<StoredChange>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.read(|store| query::walk_kind(store, kind, each))
    }

    fn deliver(&self, device: DeviceId, alerts: &[AlertId], now: Time) -> Result<(), StoreError> {
        // Mostly a phone has been sent them before: then nothing is written.
        let fresh = self.read(|store| delivery::fresh(store, device, alerts))?;
        if fresh.is_empty() {
            return Ok(());
        }
        self.write(|store| delivery::note(store, device, &fresh, now))
    }

    fn first_sent(&self, documents: &[DocumentId]) -> Result<Vec<FirstSent>, StoreError> {
        self.read(|store| delivery::first_sent(store, documents))
    }

    fn delivered(&self, alert: AlertId) -> Result<Vec<(DeviceId, PersonId, Time)>, StoreError> {
        self.read(|store| delivery::delivered(store, alert))
    }

    fn lying_in(&self, scope: Scope) -> Result<Vec<(StoredDocument, Vec<StoredChange>)>, StoreError> {
        self.read(|store| query::lying_in(store, scope))
    }

    fn alerts_numbered(&self, number: &str) -> Result<Vec<(AlertId, PersonId)>, StoreError> {
        self.read(|store| intake::numbered(store, number))
    }

    fn alerts_about(&self, about: &About) -> Result<Vec<AlertId>, StoreError> {
        self.read(|store| intake::about(store, about))
    }

    fn alerts_like(&self, text: &str, most: usize) -> Result<Vec<AlertId>, StoreError> {
        self.read(|store| intake::like(store, text, most))
    }

    fn alerts_after(&self, mark: u64, limit: usize) -> Result<Vec<(u64, AlertId)>, StoreError> {
        self.read(|store| intake::after(store, mark, limit))
    }

    fn residents_like(&self, telephones: &[String], name: &str, most: usize) -> Result<Vec<Candidate>, StoreError> {
        self.read(|store| intake::residents(store, telephones, name, most))
    }

    fn case_rows(&self, which: CaseSet, each: &mut dyn FnMut(CaseRow)) -> Result<(), StoreError> {
        self.read(|store| cases::rows(store, which, each))
    }

    fn cases_changed(&self, after: u64) -> Result<(u64, Vec<AlertId>), StoreError> {
        self.read(|store| cases::changed(store, after))
    }

    fn mark_open(&self, open: &[AlertId], settled: &[AlertId], from_to: (u64, u64)) -> Result<bool, StoreError> {
        self.write(|store| cases::mark(store, open, settled, from_to))
    }

    fn open_upto(&self) -> Result<u64, StoreError> {
        self.read(|store| cases::open_upto(store))
    }

    fn remember(&self, memory: &[Remembered]) -> Result<(), StoreError> {
        self.write(|store| imports::remember(store, memory))
    }

    fn integration_add(
        &self,
        key_hash: &[u8; 32],
        person: PersonId,
        by: PersonId,
        now: Time,
    ) -> Result<u64, StoreError> {
        self.write(|store| integrations::add(store, key_hash, person, by, now))
    }

    fn integration_by_key(&self, key_hash: &[u8; 32]) -> Result<Option<IntegrationKey>, StoreError> {
        self.read(|store| integrations::by_key(store, key_hash))
    }

    fn integrations(&self) -> Result<Vec<IntegrationKey>, StoreError> {
        self.read(|store| integrations::list(store))
    }

    fn integration_revoke(&self, number: u64, now: Time) -> Result<bool, StoreError> {
        self.write(|store| integrations::revoke(store, number, now))
    }

    fn integration_seen(&self, number: u64, now: Time) -> Result<(), StoreError> {
        self.write(|store| integrations::seen(store, number, now))
    }

    fn positions(&self, from: Time, now: Time) -> Result<Vec<Sighting>, StoreError> {
        self.read(|store| positions::since(store, from, now))
    }

    fn grid_middles(&self) -> Result<Vec<(AreaId, Position)>, StoreError> {
        self.read(|store| positions::middles(store))
    }

    fn grid_middle(&self, grid: AreaId) -> Result<Option<Position>, StoreError> {
        self.read(|store| positions::middle(store, grid))
    }

    fn grid_mark(&self, grid: AreaId) -> Result<u64, StoreError> {
        self.read(|store| doors::mark(store, grid))
    }

    fn questions(&self, about: Option<AlertId>) -> Result<Vec<RecordRow>, StoreError> {
        self.read(|store| query::questions(store, about))
    }

    fn walk(&self, each: &mut dyn FnMut(Whole) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.read(|store| query::walk(store, each))
    }

    fn walk_rows(
        &self,
        table: &str,
        each: &mut dyn FnMut(RecordRow) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.read(|store| query::walk_rows(store, table, each))
    }

    fn walk_cells(&self, table: &str, columns: &[&str], each: EachCells<'_>) -> Result<(), StoreError> {
        self.read(|store| query::walk_cells(store, table, columns, each))
    }

    fn import_begin(&self, new: &NewImport<'_>) -> Result<u64, StoreError> {
        self.write(|store| imports::begin(store, new))
    }

    fn import_journal(&self, import: u64, entries: &[ImportEntry]) -> Result<(), StoreError> {
        self.write(|store| imports::journal(store, import, entries))
    }

    fn import_learn(&self, import: u64, learnt: &Learnt<'_>) -> Result<(), StoreError> {
        self.write(|store| imports::learn(store, import, learnt))
    }

    fn import_end(&self, import: u64, now: Time) -> Result<(), StoreError> {
        self.write(|store| imports::end(store, import, now))
    }

    fn import_forget(&self, memory: &[Remembered], identities: &[DocumentId]) -> Result<(), StoreError> {
        self.write(|store| imports::forget(store, memory, identities))
    }

    fn import_undone(&self, import: u64, now: Time) -> Result<(), StoreError> {
        self.write(|store| imports::undone(store, import, now))
    }

    fn imports(&self) -> Result<Vec<ImportRecord>, StoreError> {
        self.read(|store| imports::list(store))
    }

    fn import_entries(&self, import: u64, below: u64, limit: usize) -> Result<Vec<ImportEntry>, StoreError> {
        self.read(|store| imports::entries(store, import, below, limit))
    }

    fn remembered(&self, documents: &[DocumentId]) -> Result<Vec<Remembered>, StoreError> {
        self.read(|store| imports::remembered(store, documents))
    }

    fn identities(&self, hashes: &[[u8; 32]]) -> Result<Vec<IdentityNumber>, StoreError> {
        self.read(|store| imports::identities(store, hashes))
    }

    fn identities_of(&self, documents: &[DocumentId]) -> Result<Vec<IdentityNumber>, StoreError> {
        self.read(|store| imports::identities_of(store, documents))
    }

    fn called(&self, keys: &[String]) -> Result<Vec<(String, DocumentId)>, StoreError> {
        self.read(|store| imports::called(store, keys))
    }

    fn mentioned(&self, ids: &[[u8; 16]]) -> Result<Vec<[u8; 16]>, StoreError> {
        self.read(|store| imports::mentioned(store, ids))
    }

    fn hook_add(&self, new: &NewHook<'_>) -> Result<bool, StoreError> {
        self.write(|store| hooks::add(store, new))
    }

    fn hook_remove(&self, name: &str, person: PersonId, now: Time) -> Result<bool, StoreError> {
        self.write(|store| hooks::remove(store, name, person, now))
    }

    fn hooks(&self) -> Result<Vec<Webhook>, StoreError> {
        self.read(|store| hooks::list(store))
    }

    fn hook_tell(&self, news: &[News], now: Time) -> Result<(), StoreError> {
        // Most towns have no webhook, and are told often.
        if !self.read(|store| hooks::is_any(store))? {
            return Ok(());
        }
        self.write(|store| hooks::tell(store, news, now))
    }

    fn hooks_due(&self, now: Time) -> Result<Vec<u64>, StoreError> {
        self.read(|store| hooks::due(store, now))
    }

    fn hook_take(&self, webhook: u64, now: Time, until: Time) -> Result<Option<QueuedNews>, StoreError> {
        self.write(|store| hooks::take(store, webhook, now, until))
    }

    fn hook_spend(&self, webhook: u64, now: Time) -> Result<bool, StoreError> {
        self.write(|store| hooks::spend(store, webhook, now))
    }

    fn hook_done(&self, webhook: u64, queued: Option<(u64, HookEnd)>, quiet: Option<Time>) -> Result<(), StoreError> {
        self.write(|store| hooks::done(store, webhook, queued, quiet))
    }

    fn any_account(&self) -> Result<bool, StoreError> {
        self.read(|store| accounts::any(store))
    }

    fn account(&self, person: PersonId) -> Result<Option<Account>, StoreError> {
        self.read(|store| accounts::account(store, person))
    }

    fn account_put(&self, account: &Account) -> Result<(), StoreError> {
        self.write(|store| accounts::put(store, account))
    }

    fn account_step(&self, person: PersonId, step: u64) -> Result<bool, StoreError> {
        self.write(|store| accounts::spend_step(store, person, step))
    }

    fn recovery_put(&self, person: PersonId, hashes: &[[u8; 32]]) -> Result<(), StoreError> {
        self.write(|store| accounts::recovery_put(store, person, hashes))
    }

    fn recovery_spend(&self, person: PersonId, hash: &[u8; 32], now: Time) -> Result<bool, StoreError> {
        self.write(|store| accounts::recovery_spend(store, person, hash, now))
    }

    fn recovery_left(&self, person: PersonId) -> Result<u64, StoreError> {
        self.read(|store| accounts::recovery_left(store, person))
    }

    fn session_add(&self, token_hash: &[u8; 32], person: PersonId, stage: Stage, now: Time) -> Result<u64, StoreError> {
        self.write(|store| accounts::session_add(store, token_hash, person, stage, now))
    }

    fn session_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<(Session, bool)>, StoreError> {
        self.read(|store| accounts::session_by_token(store, token_hash))
    }

    fn session_rotate(&self, session: u64, from_to: (&[u8; 32], &[u8; 32]), now: Time) -> Result<bool, StoreError> {
        self.write(|store| accounts::session_rotate(store, session, from_to, now))
    }

    fn session_seen(&self, session: u64, now: Time) -> Result<(), StoreError> {
        self.write(|store| accounts::session_seen(store, session, now))
    }

    fn sessions_end(&self, person: PersonId, only: Option<u64>, but: Option<u64>) -> Result<(), StoreError> {
        self.write(|store| accounts::sessions_end(store, person, only, but))
    }

    fn sessions_sweep(&self, created: Time, seen: Time) -> Result<(), StoreError> {
        self.write(|store| accounts::sessions_sweep(store, created, seen))
    }

    fn sessions(&self, person: PersonId) -> Result<Vec<Session>, StoreError> {
        self.read(|store| accounts::sessions(store, person))
    }

    fn link_add(&self, hash: &[u8; 32], link: &Link) -> Result<(), StoreError> {
        self.write(|store| accounts::link_add(store, hash, link))
    }

    fn link(&self, hash: &[u8; 32], now: Time) -> Result<Option<Link>, StoreError> {
        self.read(|store| accounts::link(store, hash, now))
    }

    fn link_spend(&self, hash: &[u8; 32], now: Time) -> Result<bool, StoreError> {
        self.write(|store| accounts::link_spend(store, hash, now))
    }

    fn user_token_add(&self, hash: &[u8; 32], token: &UserToken) -> Result<u64, StoreError> {
        self.write(|store| accounts::token_add(store, hash, token))
    }

    fn user_token_by_hash(&self, hash: &[u8; 32]) -> Result<Option<UserToken>, StoreError> {
        self.read(|store| accounts::token_by_hash(store, hash))
    }

    fn user_tokens(&self, person: PersonId) -> Result<Vec<UserToken>, StoreError> {
        self.read(|store| accounts::tokens(store, person))
    }

    fn user_token_revoke(&self, person: PersonId, only: Option<u64>, now: Time) -> Result<bool, StoreError> {
        self.write(|store| accounts::token_revoke(store, person, only, now))
    }

    fn user_token_seen(&self, number: u64, now: Time) -> Result<(), StoreError> {
        self.write(|store| accounts::token_seen(store, number, now))
    }

    fn audit_add(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.write(|store| accounts::audit_add(store, entry))
    }

    fn audit(&self, wanted: &AuditWanted) -> Result<Vec<(u64, AuditEntry)>, StoreError> {
        self.read(|store| accounts::audit(store, wanted))
    }
}

/// The number of a device that must be there.
fn device_number(connection: &Connection, device: DeviceId) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("SELECT number FROM device WHERE id = ?1")?;
    statement
        .query_row([device.bytes()], |row| row.get(0))
        .optional()?
        .ok_or(StoreError::Damaged("a device that is not there"))
}

/// Puts a manifest unless it is there; returns its number.
fn manifest_number(connection: &Connection, kept: &KeptManifest, device: i64, now: Time) -> Result<i64, StoreError> {
    // Writing into a Vec cannot fail.
    let body = minicbor::to_vec(&kept.manifest).unwrap_or_default();
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO manifest (hash, device, body, signature, arrival) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((kept.hash, device, body, kept.signature.0, now.millis()))?;
    manifest_named(connection, &kept.hash)
}

fn manifest_named(connection: &Connection, hash: &[u8; 32]) -> Result<i64, StoreError> {
    let mut statement = connection.prepare_cached("SELECT number FROM manifest WHERE hash = ?1")?;
    statement.query_row([hash], |row| row.get(0)).optional()?.ok_or(StoreError::Damaged("a manifest that is not there"))
}
