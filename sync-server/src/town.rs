//! One town: its store, its key, and what can be done with them.
//!
//! Floor: above `author` and `accept`, below `api` and the commands; knows nothing of HTTP. Invariants: the
//! time and randomness are parameters; whatever is remembered in memory can be lost; whoever waits is woken
//! after every commit, whichever process made it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use qiaomen_core::document::{ChangeHash, Conflict, Document};
use qiaomen_core::identity::{DeviceKey, Frontier, secret};
use qiaomen_core::playbook::Books;
use qiaomen_core::playbook::books::Entry;
use qiaomen_core::projection::Cell;
use qiaomen_core::protocol::{
    CommonAnswer, CommonRequest, EnrolAnswer, EnrolRequest, ExchangeRequest, PhoneStatus, SalvageAnswer,
    SalvageRequest, VERSION,
};
use qiaomen_core::record::random::{self, Random};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    Area, AreaId, AreaLevel, DeviceId, DocumentId, Kind, Person, PersonId, Record, Role, Scope, Time, Zone,
};
use tokio::sync::watch;

use crate::accept::{self, AcceptError, Answer, Decided};
use crate::access;
use crate::author::Authors;
use crate::board::Board;
use crate::report::kept::{ContactVisit, KeptDoors, KeptGrid};
use crate::store::{
    Counts, DeviceRecord, GridCount, HeldChange, News, RecordRow, SqliteStore, Store, StoreError, StoredChange,
    StoredDocument, TableRow,
};

/// The zone of a town that says nothing else.
pub const ZONE: &str = "Asia/Shanghai";

/// How long a device's last appearance may be out of date, in minutes.
const SEEN_MINUTES: i64 = 10;

/// One town.
pub struct Town {
    store: Arc<dyn Store>,
    key: DeviceKey,
    zone_name: String,
    zone: Zone,
    watch: watch::Sender<u64>,
    board: parking_lot::Mutex<Board>,
    books: parking_lot::Mutex<KeptBooks>,
    doors: KeptDoors,
    authors: Authors,
}

/// Which rulebooks there were when they were last read, and what was made of them.
#[derive(Default)]
struct KeptBooks {
    known: Vec<(DocumentId, u64)>,
    books: Arc<Books>,
}

impl std::fmt::Debug for Town {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Town").finish_non_exhaustive()
    }
}

/// A document as it is compared with phones'.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it is.
    pub kind: Kind,
    /// Where it lies.
    pub scope: Scope,
    /// The changes that no other depends on, sorted.
    pub heads: Vec<ChangeHash>,
    /// All its changes, sorted.
    pub changes: Vec<ChangeHash>,
    /// Its rows: table, part, cells.
    pub rows: Vec<TableRow>,
}

/// What wakes those who wait.
pub(crate) fn wake(store: &dyn Store, watch: &watch::Sender<u64>) {
    // A store that cannot say will be asked again by whoever watches it.
    if let Ok(pulse) = store.pulse() {
        watch.send_if_modified(|seen| {
            let moved = *seen != pulse;
            *seen = pulse;
            moved
        });
    }
}

impl Town {
    /// Opens the town in a folder, or begins one there in the zone of [`ZONE`].
    ///
    /// # Errors
    /// [`AcceptError::Store`].
    pub fn open(folder: &Path, now: Time, random: &mut dyn Random) -> Result<Self, AcceptError> {
        Self::open_in(folder, ZONE, now, random)
    }

    /// Opens the town in a folder, or begins one there in the zone of this name; a town that is there keeps
    /// the zone it has.
    ///
    /// # Errors
    /// [`AcceptError::Store`].
    pub fn open_in(folder: &Path, zone: &str, now: Time, random: &mut dyn Random) -> Result<Self, AcceptError> {
        Self::with_store(Arc::new(SqliteStore::open(folder)?), zone, now, random)
    }

    /// The town in a store.
    ///
    /// # Errors
    /// [`AcceptError::Store`].
    pub fn with_store(
        store: Arc<dyn Store>,
        zone: &str,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<Self, AcceptError> {
        let text = |store: &dyn Store, key: &str, fresh: &[u8]| -> Result<Vec<u8>, StoreError> {
            match store.meta(key)? {
                Some(value) => Ok(value),
                None => store.meta_once(key, fresh),
            }
        };
        let fresh: [u8; 32] = random::bytes(random);
        let secret = text(&*store, "server_key", &fresh)?;
        let secret: [u8; 32] = secret.try_into().map_err(|_| StoreError::Damaged("the server's key"))?;
        let zone_name = String::from_utf8(text(&*store, "zone", zone.as_bytes())?)
            .map_err(|_| StoreError::Damaged("the town's zone"))?;
        let zone = Zone::named(&zone_name).map_err(|_| StoreError::Damaged("the town's zone"))?;
        let watch = watch::Sender::new(store.pulse()?);
        let town = Self {
            store,
            key: DeviceKey::from_secret(&secret),
            zone_name,
            zone,
            watch,
            board: parking_lot::Mutex::default(),
            books: parking_lot::Mutex::default(),
            doors: KeptDoors::default(),
            authors: Authors::default(),
        };
        town.sweep(now)?;
        Ok(town)
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    pub(crate) const fn authors(&self) -> &Authors {
        &self.authors
    }

    /// The zone whose days the town lives by.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The name of that zone.
    #[must_use]
    pub fn zone_name(&self) -> &str {
        &self.zone_name
    }

    /// The server's public key.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.key.public()
    }

    pub(crate) fn watch(&self) -> watch::Sender<u64> {
        self.watch.clone()
    }

    /// Says whenever something was committed. Register first, look second.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.watch.subscribe()
    }

    /// Wakes whoever waits, if anything was committed in whichever process.
    pub fn wake(&self) {
        wake(&*self.store, &self.watch);
    }

    // ---- phones

    /// The device that was given this token.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn device_by_token(&self, token: &[u8; 32]) -> Result<Option<DeviceRecord>, StoreError> {
        self.store.device_by_token(&secret::token_hash(token))
    }

    /// One exchange with a device that has shown its token.
    ///
    /// # Errors
    /// As [`accept::exchange`].
    pub fn exchange(
        &self,
        device: &DeviceRecord,
        request: &ExchangeRequest<'_>,
        now: Time,
    ) -> Result<Answer, AcceptError> {
        let answer = accept::exchange(&*self.store, device, request, &self.key, now)?;
        if answer.wrote {
            self.wake();
        }
        let due = device.seen.is_none_or(|seen| now.minutes_since(seen).abs() >= SEEN_MINUTES);
        // A phone that waits moves its base with whatever others do; that is not worth a write.
        let matters = !answer.is_empty() || device.wrote > device.base;
        if due || answer.base > device.base && !answer.wrote && matters {
            // What was taken in and what is answered stand without it.
            if let Err(error) = self.store.seen(device.id, answer.base, now) {
                tracing::warn!(%error, "a device's last appearance was not noted");
            }
        }
        if let Some(status) = request.status.clone().map(PhoneStatus::bounded) {
            let known = device.told.as_ref();
            let due = |(was, at): &(PhoneStatus, Time)| *was != status || now.minutes_since(*at).abs() >= SEEN_MINUTES;
            if known.is_none_or(due)
                && let Err(error) = self.store.told(device.id, &status, now)
            {
                tracing::warn!(%error, "how a device is was not noted");
            }
        }
        Ok(answer)
    }

    /// After `diverged`: the newest of a phone's points that the server has.
    ///
    /// # Errors
    /// As [`accept::common`].
    pub fn common(&self, request: &CommonRequest) -> Result<CommonAnswer, AcceptError> {
        accept::common(&*self.store, request)
    }

    /// Puts aside what a revoked phone had not sent.
    ///
    /// # Errors
    /// As [`accept::salvage`].
    pub fn salvage(
        &self,
        device: &DeviceRecord,
        request: &SalvageRequest<'_>,
        now: Time,
    ) -> Result<SalvageAnswer, AcceptError> {
        accept::salvage(&*self.store, device, request, now)
    }

    /// Redeems an enrolment code.
    ///
    /// # Errors
    /// As [`accept::enrol`].
    pub fn enrol(
        &self,
        request: &EnrolRequest,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<EnrolAnswer, AcceptError> {
        let welcome = accept::enrol(&*self.store, &self.key, request, now, random)?;
        Ok(EnrolAnswer {
            version: VERSION,
            certificate: welcome.certificate,
            server_key: self.key.public(),
            token: welcome.token,
            scopes: welcome.scopes,
            zone: self.zone_name.clone(),
            now,
        })
    }

    // ---- people and devices

    /// Makes an enrolment code for a person; it works once, for so many hours. `None` for nobody of the town.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn invite(
        &self,
        person: PersonId,
        hours: i64,
        by: Option<PersonId>,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<Option<String>, StoreError> {
        let known = self.store.document(person.into())?.is_some_and(|document| document.kind == Kind::Person);
        // A system has a key and no phone.
        let roles = self.store.standing(person)?.roles;
        let is_system = !roles.is_empty() && roles.iter().all(|(role, _)| *role == Role::Integration);
        if !known || is_system {
            return Ok(None);
        }
        let code = secret::code(random);
        self.store.invite(&secret::code_hash(&code), person, by, now, now.plus_hours(hours))?;
        Ok(Some(code))
    }

    /// Revokes a device; its open polls end at once. Says whether it was there and not revoked before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn revoke_device(&self, device: DeviceId, now: Time) -> Result<bool, StoreError> {
        let revoked = self.store.revoke(device, now)?;
        self.wake();
        Ok(revoked)
    }

    /// Revokes every device of a person and voids the codes they have not used; open polls end at once.
    /// Returns the devices that were not revoked before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn revoke_person(&self, person: PersonId, now: Time) -> Result<Vec<DeviceId>, StoreError> {
        let revoked = self.store.revoke_person(person, now)?;
        self.wake();
        Ok(revoked)
    }

    /// Ends the holds whose ends came while nobody was there to see.
    ///
    /// # Errors
    /// [`AcceptError::Store`].
    pub fn sweep(&self, now: Time) -> Result<(), AcceptError> {
        if accept::sweep(&*self.store, now)? {
            self.wake();
        }
        Ok(())
    }

    /// Every device of people; the server's own replicas are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn devices(&self) -> Result<Vec<DeviceRecord>, StoreError> {
        Ok(self.store.devices()?.into_iter().filter(|device| !device.own).collect())
    }

    /// Everybody.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn people(&self) -> Result<Vec<(PersonId, Person)>, StoreError> {
        let people = self.records(&Kind::Person)?.into_iter();
        Ok(people
            .filter_map(|(document, record)| match record {
                Record::Person(person) => Some((document.id.into(), person)),
                _ => None,
            })
            .collect())
    }

    /// The roles that people who work here have now, from rows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn roles(&self) -> Result<Vec<(PersonId, Role, AreaId)>, StoreError> {
        const TABLE: &str = "assignment";
        let people = self.rows("person")?.into_iter();
        let gone: BTreeSet<DocumentId> = people
            .filter(|row| row.cell("person", "left") == Some(&Cell::Integer(1)))
            .map(|row| row.document.id)
            .collect();
        let mut found = Vec::new();
        for row in self.rows(TABLE)?.into_iter().filter(|row| !gone.contains(&row.document.id)) {
            let cell = |column| row.cell(TABLE, column);
            if let (Some(Cell::Text(role)), Some(Cell::Blob(area)), Some(Cell::Integer(0))) =
                (cell("role"), cell("area"), cell("ended"))
                && let Ok(area) = AreaId::from_slice(area)
            {
                found.push((row.document.id.into(), Role::from_word(role), area));
            }
        }
        Ok(found)
    }

    /// Every area.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn areas(&self) -> Result<Vec<(AreaId, Area)>, StoreError> {
        let areas = self.records(&Kind::Area)?.into_iter();
        Ok(areas
            .filter_map(|(document, record)| match record {
                Record::Area(area) => Some((document.id.into(), area)),
                _ => None,
            })
            .collect())
    }

    /// The person of this short name or identifier; none where there is nobody, or more than one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn find_person(&self, name: &str) -> Result<Option<PersonId>, StoreError> {
        if let Ok(id) = name.parse::<PersonId>() {
            let known = self.store.document(id.into())?.is_some_and(|document| document.kind == Kind::Person);
            return Ok(known.then_some(id));
        }
        let mut found = self.people()?.into_iter().filter(|(_, person)| person.login.as_deref() == Some(name));
        let first = found.next().map(|(id, _)| id);
        Ok(if found.next().is_some() { None } else { first })
    }

    /// The person of this login, from rows; none where there is nobody, or more than one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn person_of_login(&self, login: &str) -> Result<Option<PersonId>, StoreError> {
        let people = self.rows("person")?.into_iter();
        let mut found =
            people.filter(|row| matches!(row.cell("person", "login"), Some(Cell::Text(have)) if &**have == login));
        let first = found.next().map(|row| row.document.id.into());
        Ok(if found.next().is_some() { None } else { first })
    }

    /// The scopes that a person holds now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn scopes_of(&self, person: PersonId) -> Result<Vec<Scope>, StoreError> {
        access::scopes_of(&*self.store, person)
    }

    // ---- holds

    /// Every held change, without its bytes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn held(&self) -> Result<Vec<HeldChange>, StoreError> {
        const PAGE: usize = 1_000;
        let mut found: Vec<HeldChange> = Vec::new();
        loop {
            let more = self.store.held_list(found.last().map_or(0, |held| held.number), PAGE)?;
            if more.is_empty() {
                return Ok(found);
            }
            found.extend(more);
        }
    }

    /// Decides on a change that is held for a decision.
    ///
    /// # Errors
    /// [`AcceptError::Store`].
    pub fn decide(&self, number: u64, accept: bool, by: PersonId, now: Time) -> Result<Decided, AcceptError> {
        let decided = accept::decide_held(&*self.store, number, accept, by, now)?;
        self.wake();
        Ok(decided)
    }

    // ---- duty groups

    /// Has every webhook told how many alerts there are of these kinds, each by one message; what it was to be told of a
    /// kind before and was not, it is told no more. A count of nought takes that back and tells nothing. Whoever calls
    /// this says when something is worth a message: the same count told again, once sent, is another message.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn tell(&self, news: &[News], now: Time) -> Result<(), StoreError> {
        self.store.hook_tell(news, now)
    }

    // ---- reading

    /// What `read` makes of all alerts that are not settled, as they stand now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn board<T>(&self, read: impl FnOnce(&Board) -> T) -> Result<T, StoreError> {
        let mut board = self.board.lock();
        board.refresh(&*self.store)?;
        Ok(read(&board))
    }

    /// Puts aside the alerts that are settled at `now`, so that they cost nothing from here on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn tidy(&self, now: Time) -> Result<(), StoreError> {
        let mut board = self.board.lock();
        board.refresh(&*self.store)?;
        board.settle(&*self.store, &*self.books()?, &self.zone, now)
    }

    /// The playbooks of the town: the built-in one and its own, as they stand now, whichever process wrote them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn books(&self) -> Result<Arc<Books>, StoreError> {
        const TABLE: &str = "rulebook";
        // There are few, and none is ever edited: which there are says everything.
        let rows = self.store.rows(TABLE)?;
        let mut known: Vec<(DocumentId, u64)> =
            rows.iter().map(|row| (row.document.id, row.document.acceptance)).collect();
        known.sort_unstable();
        let mut kept = self.books.lock();
        if kept.known != known {
            let entries = rows.iter().filter_map(|row| match row.record(TABLE) {
                Some(Record::Rulebook(rulebook)) => {
                    Some(Entry { id: row.document.id, acceptance: Some(row.document.acceptance), rulebook })
                }
                _ => None,
            });
            *kept = KeptBooks { known, books: Arc::new(Books::of(entries)) };
        }
        Ok(kept.books.clone())
    }

    /// A grid's doors as they stand now, read again only where something was written there since.
    pub(crate) fn doors_of(&self, grid: AreaId) -> Result<Arc<KeptGrid>, StoreError> {
        self.doors.grid(&*self.store, grid)
    }

    /// Reads every grid's doors, so that nobody waits for them who opens the first page after a start.
    pub(crate) fn warm(&self, is_over: impl Fn() -> bool) -> Result<(), StoreError> {
        for (grid, area) in self.areas()? {
            if area.level == AreaLevel::Grid && !is_over() {
                self.doors_of(grid)?;
            }
        }
        Ok(())
    }

    /// The visits for alerts to a grid's doors; whoever asks sees to it that they may be told.
    pub(crate) fn contacts_of(&self, grid: AreaId) -> Result<Arc<Vec<ContactVisit>>, StoreError> {
        self.doors.contacts(&*self.store, grid)
    }

    /// How many records of a kind there are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn count(&self, kind: &Kind) -> Result<u64, StoreError> {
        self.store.count(kind)
    }

    /// How much of everything there is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn counts(&self) -> Result<Counts, StoreError> {
        self.store.counts()
    }

    /// What lies in each grid in which anything ever lay, in no order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn grids(&self) -> Result<Vec<GridCount>, StoreError> {
        self.store.grids()
    }

    /// The rows of one of the projection's tables.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn rows(&self, table: &str) -> Result<Vec<RecordRow>, StoreError> {
        self.store.rows(table)
    }

    /// Every record of a kind; one that no longer holds together is left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn records(&self, kind: &Kind) -> Result<Vec<(StoredDocument, Record)>, StoreError> {
        let mut records = Vec::new();
        self.store.walk_kind(kind, &mut |document, changes| {
            if let Some(record) = load(&changes).and_then(|document| document.record().ok()) {
                records.push((document, record));
            }
            Ok(())
        })?;
        Ok(records)
    }

    /// A document's columns, and the document; none where there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn document(&self, id: DocumentId) -> Result<Option<(StoredDocument, Document)>, StoreError> {
        let Some(stored) = self.store.document(id)? else { return Ok(None) };
        let document = load(&self.store.changes(id)?).ok_or(StoreError::Damaged("a document"))?;
        Ok(Some((stored, document)))
    }

    /// Every field that shows several values, by document.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn conflicts(&self) -> Result<Vec<(StoredDocument, Vec<Conflict>)>, StoreError> {
        let mut found = Vec::new();
        for stored in self.store.conflicted()? {
            if let Some((stored, document)) = self.document(stored.id)? {
                found.push((stored, document.conflicts()));
            }
        }
        Ok(found)
    }

    /// Every document as it is compared with phones'.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn snapshot(&self) -> Result<BTreeMap<DocumentId, Seen>, StoreError> {
        let mut snapshot = BTreeMap::new();
        self.store.walk(&mut |whole| {
            let document = load(&whole.changes).ok_or(StoreError::Damaged("a document"))?;
            let mut changes: Vec<ChangeHash> = whole.changes.iter().map(|change| change.hash).collect();
            changes.sort_unstable();
            let seen = Seen {
                kind: whole.document.kind,
                scope: whole.document.scope,
                heads: document.heads(),
                changes,
                rows: whole.rows,
            };
            snapshot.insert(whole.document.id, seen);
            Ok(())
        })?;
        Ok(snapshot)
    }

    /// Whether the log's tree, computed again from its entries, is the one that was kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn check_log(&self) -> Result<bool, StoreError> {
        const CHUNK: usize = 10_000;
        let log = self.store.log()?;
        let mut frontier = Frontier::default();
        loop {
            let rows = self.store.log_entries(frontier.size(), CHUNK)?;
            if rows.is_empty() || frontier.size() >= log.size {
                break;
            }
            for row in rows {
                if row.entry.sequence != frontier.size() + 1 {
                    return Ok(false);
                }
                if row.entry.sequence > log.size {
                    break;
                }
                frontier.append(&row.entry.bytes());
                if self.store.root_at(frontier.size())?.is_some_and(|root| root != frontier.root()) {
                    return Ok(false);
                }
            }
        }
        Ok(frontier.size() == log.size && frontier.root() == log.root)
    }
}

fn load(changes: &[StoredChange]) -> Option<Document> {
    Document::load(changes.iter().map(|change| change.bytes.as_slice())).ok()
}
