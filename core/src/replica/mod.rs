//! The façade that a shell uses: one replica, handing out sub-clients by noun.
//!
//! Floor: replica, the highest of the core. Invariants: time and randomness are given by the caller; every
//! call on the store is quick and waits for no network; once the device is revoked nothing is read any more,
//! and what was not sent can still be handed in.

mod alerts;
mod badge;
mod conflicts;
mod directory;
mod doors;
mod dossiers;
mod duty;
mod error;
mod figures;
mod forms;
mod grids;
mod households;
mod nearby;
pub mod notices;
mod pasted;
mod pledges;
mod quarantine;
pub use crate::protocol::reasons;
mod reviews;
mod role;
mod settings;
mod syncing;
mod tasks;
mod texts;
mod timeline;
mod today;
mod units;
mod visits;
mod walk;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub use alerts::Alerts;
pub use badge::{Badge, QrPicture};
pub use conflicts::{ConflictValue, Conflicted, Conflicts, FieldConflict};
pub use directory::{Areas, People};
pub use doors::Doors;
pub use dossiers::Dossiers;
pub use duty::{OnDuty, Poll, Test, TestResult, WAIT_SECONDS};
pub use error::ReplicaError;
pub use figures::Figures;
pub use forms::{Forms, MAX_FORM, PREFERENCE};
pub use grids::GridLine;
pub use households::{Found, HouseholdLine, Households, Order, Place};
pub use notices::Notices;
pub use pasted::Pasted;
pub use pledges::Pledges;
pub use quarantine::{Quarantine, QuarantineEntry};
pub use reviews::{Reviewed, Reviews};
pub use settings::{Phases, Playbooks};
pub use syncing::{Held, Syncing};
pub use tasks::{DueFigures, Task, Tasks};
pub use texts::{Duties, Reminders, Routings, Scripts};
pub use timeline::Timeline;
pub use today::Today;
pub use units::Units;
pub use visits::{Drafts, Visits};
pub use walk::DoorSpot;

use crate::clock::{self, Corrected, Reading, Watch};
use crate::identity::{self, DeviceKey};
use crate::playbook::Books;
use crate::protocol::limits::MAX_ANSWER_INFLATED;
use crate::protocol::{self, EnrolAnswer, EnrolRequest, VERSION};
use crate::record::{
    AlertId, AreaId, DocumentId, Header, Invalid, PersonId, Random, Reason, Record, Role, Scope, Time, Zone,
};
use crate::store::{Aside, Author, CaseFile, Facts, Identity, Mark, Snapshot, Store};
use crate::sync::{Engine, State};
use crate::transport::Transport;

/// A phone's replica. Cheap to clone; all clones are the same replica.
#[derive(Clone)]
pub struct Replica {
    engine: Arc<Engine>,
}

impl std::fmt::Debug for Replica {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Replica")
    }
}

/// When something is written, and in which role where the phone shall not pick it.
#[derive(Clone, Debug)]
pub struct Writing {
    /// The phone's clocks.
    pub reading: Reading,
    /// The role; none for the one that the phone finds.
    pub role: Option<Role>,
}

impl From<Reading> for Writing {
    fn from(reading: Reading) -> Self {
        Self { reading, role: None }
    }
}

impl From<(Reading, Role)> for Writing {
    fn from((reading, role): (Reading, Role)) -> Self {
        Self { reading, role: Some(role) }
    }
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// How many to pass over.
    pub skip: u32,
    /// How many to give.
    pub take: u32,
}

impl Part {
    /// The first so many.
    #[must_use]
    pub const fn first(take: u32) -> Self {
        Self { skip: 0, take }
    }

    /// Everything.
    #[must_use]
    pub const fn all() -> Self {
        Self { skip: 0, take: u32::MAX }
    }
}

/// A record with what is known of it.
#[derive(Clone, Debug)]
pub struct Kept<T> {
    /// The document.
    pub id: DocumentId,
    /// The record.
    pub record: T,
    /// Its header: author, role, when it was written.
    pub header: Header,
    /// Where it lies now.
    pub scope: Scope,
    /// How far it has come.
    pub mark: Mark,
    /// Its acceptance number, once the server gave it one.
    pub acceptance: Option<u64>,
    /// When it arrived at the server.
    pub arrival: Option<Time>,
    /// How many of its fields were written concurrently.
    pub conflicts: usize,
}

impl Kept<Record> {
    fn of(facts: Facts) -> Result<Self, ReplicaError> {
        Ok(Self {
            id: facts.header.id,
            record: Record::read(&facts.header.kind, &facts.fields)?,
            header: facts.header,
            scope: facts.scope,
            mark: facts.mark,
            acceptance: facts.acceptance,
            arrival: facts.arrival,
            conflicts: facts.conflicts,
        })
    }

    fn map<T>(self, read: impl FnOnce(Record) -> Option<T>) -> Result<Kept<T>, ReplicaError> {
        Ok(Kept {
            record: read(self.record).ok_or(ReplicaError::NotFound)?,
            id: self.id,
            header: self.header,
            scope: self.scope,
            mark: self.mark,
            acceptance: self.acceptance,
            arrival: self.arrival,
            conflicts: self.conflicts,
        })
    }
}

/// Reads one kind out of a record.
macro_rules! reader {
    ($name:ident, $kind:ident) => {
        fn $name(record: crate::record::Record) -> Option<crate::record::$kind> {
            match record {
                crate::record::Record::$kind(found) => Some(found),
                _ => None,
            }
        }
    };
}
use reader;

impl Replica {
    /// Opens the replica whose store is at `path`, or begins one there.
    ///
    /// # Errors
    /// [`ReplicaError::DamagedStore`] for a wrong key or a damaged file, which is left as it is;
    /// [`ReplicaError::Incompatible`] for one that a newer version wrote.
    pub fn open(path: &Path, key: &[u8; 32], random: Box<dyn Random>) -> Result<Self, ReplicaError> {
        let store = Store::open(path, key)?;
        Ok(Self { engine: Arc::new(Engine::new(store, random)) })
    }

    /// Joins a server by a one-time code that a supervisor gave out.
    ///
    /// # Errors
    /// Why the server did not take it, or could not be asked.
    pub async fn enrol(
        &self,
        transport: &dyn Transport,
        code: &str,
        label: &str,
        watch: &dyn Watch,
    ) -> Result<(), ReplicaError> {
        let key = DeviceKey::generate(self.engine.state().random.as_mut());
        let request =
            EnrolRequest { version: VERSION, code: code.to_owned(), key: key.public(), label: label.to_owned() };
        let body = protocol::encode(&request).map_err(|_| ReplicaError::Unexpected("the request"))?;
        let before = watch.read();
        let answer = transport.enrol(body).await?;
        let after = watch.read();
        const WRONG: ReplicaError = ReplicaError::Unexpected("the answer could not be understood");
        let plain = protocol::unpack(&answer, MAX_ANSWER_INFLATED).map_err(|_| WRONG)?;
        let answer: EnrolAnswer = protocol::decode(&plain).map_err(|_| WRONG)?;
        if answer.version != VERSION {
            return Err(ReplicaError::Incompatible);
        }
        if answer.certificate.key != key.public()
            || identity::verify_certificate(&answer.server_key, &answer.certificate).is_err()
        {
            return Err(WRONG);
        }
        let mut state = self.engine.state();
        let other_device = state.store.enrol(key.secret(), &answer)?;
        state.telling.forget();
        if let Some(mark) = clock::learn(answer.now, &before, &after) {
            state.store.set_clock(&mark)?;
        }
        if other_device {
            let now = state.now(&after)?.time;
            let State { store, random, .. } = &mut *state;
            store.write_again(now, random.as_mut())?;
        }
        Ok(())
    }

    /// Who this phone is; none before it was enrolled.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn identity(&self) -> Result<Option<Identity>, ReplicaError> {
        Ok(self.engine.state().store.identity()?)
    }

    /// The scopes this phone holds.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn scopes(&self) -> Result<Vec<Scope>, ReplicaError> {
        Ok(self.engine.state().store.standing()?.scopes)
    }

    /// Corrected time, and how far it can be trusted.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn corrected(&self, reading: &Reading) -> Result<Corrected, ReplicaError> {
        Ok(self.engine.state().now(reading)?)
    }

    /// Whether the device was revoked and its records are locked.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_locked(&self) -> Result<bool, ReplicaError> {
        Ok(self.engine.state().store.standing()?.phase.locked)
    }

    /// How far a record has come; none if there is none.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn mark(&self, id: DocumentId) -> Result<Option<Mark>, ReplicaError> {
        self.read(|store| Ok(store.mark(id)?))
    }

    /// Why a record is held: the code, and the field where it is about one.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn held_because(&self, id: DocumentId) -> Result<Option<(String, Option<String>)>, ReplicaError> {
        self.read(|store| Ok(store.held_because(id)?))
    }

    /// Any record.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn record(&self, id: DocumentId) -> Result<Option<Kept<Record>>, ReplicaError> {
        self.read(|store| store.facts(id)?.map(Kept::of).transpose())
    }

    /// Documents that came and could not be applied.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn aside(&self) -> Result<Vec<Aside>, ReplicaError> {
        self.read(|store| Ok(store.asides()?))
    }

    /// Everything the phone holds, for comparison with what the server holds.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, ReplicaError> {
        self.read(|store| Ok(store.snapshot()?))
    }

    /// The value of one of the store's pragmas, for checks.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn pragma(&self, name: &str) -> Result<String, ReplicaError> {
        Ok(self.engine.state().store.pragma(name)?)
    }

    /// Doors and the people behind them.
    #[must_use]
    pub const fn households(&self) -> Households<'_> {
        Households(self)
    }

    /// How doors stand, and what is still to do at them.
    #[must_use]
    pub const fn doors(&self) -> Doors<'_> {
        Doors(self)
    }

    /// Organisations with a person who answers for them.
    #[must_use]
    pub const fn units(&self) -> Units<'_> {
        Units(self)
    }

    /// Pledges, and consents that a door leaves the count.
    #[must_use]
    pub const fn pledges(&self) -> Pledges<'_> {
        Pledges(self)
    }

    /// What supervisors made of records.
    #[must_use]
    pub const fn reviews(&self) -> Reviews<'_> {
        Reviews(self)
    }

    /// Visits.
    #[must_use]
    pub const fn visits(&self) -> Visits<'_> {
        Visits(self)
    }

    /// Visits that are not finished.
    #[must_use]
    pub const fn drafts(&self) -> Drafts<'_> {
        Drafts(self)
    }

    /// What is being typed, and preferences.
    #[must_use]
    pub const fn forms(&self) -> Forms<'_> {
        Forms(self)
    }

    /// Alerts and their case files.
    #[must_use]
    pub const fn alerts(&self) -> Alerts<'_> {
        Alerts(self)
    }

    /// The area tree.
    #[must_use]
    pub const fn areas(&self) -> Areas<'_> {
        Areas(self)
    }

    /// People and their roles.
    #[must_use]
    pub const fn people(&self) -> People<'_> {
        People(self)
    }

    /// What is due.
    #[must_use]
    pub const fn tasks(&self) -> Tasks<'_> {
        Tasks(self)
    }

    /// What is said at the door.
    #[must_use]
    pub const fn scripts(&self) -> Scripts<'_> {
        Scripts(self)
    }

    /// New tricks, and what people are to be reminded of.
    #[must_use]
    pub const fn reminders(&self) -> Reminders<'_> {
        Reminders(self)
    }

    /// Who is on duty.
    #[must_use]
    pub const fn duties(&self) -> Duties<'_> {
        Duties(self)
    }

    /// Where alerts of each level go first.
    #[must_use]
    pub const fn routings(&self) -> Routings<'_> {
        Routings(self)
    }

    /// What the shell is to tell its person, and when.
    #[must_use]
    pub const fn notices(&self) -> Notices<'_> {
        Notices(self)
    }

    /// Being on duty, and whether this phone is woken.
    #[must_use]
    pub const fn duty(&self) -> OnDuty<'_> {
        OnDuty(self)
    }

    /// Everything about one person, the oldest first.
    #[must_use]
    pub const fn dossiers(&self) -> Dossiers<'_> {
        Dossiers(self)
    }

    /// What happened, newest first.
    #[must_use]
    pub const fn timeline(&self) -> Timeline<'_> {
        Timeline(self)
    }

    /// Exchanges with the server.
    #[must_use]
    pub const fn sync(&self) -> Syncing<'_> {
        Syncing(self)
    }

    /// What the server refused.
    #[must_use]
    pub const fn quarantine(&self) -> Quarantine<'_> {
        Quarantine(self)
    }

    /// Fields that were written concurrently.
    #[must_use]
    pub const fn conflicts(&self) -> Conflicts<'_> {
        Conflicts(self)
    }

    fn read<T>(&self, read: impl FnOnce(&Store) -> Result<T, ReplicaError>) -> Result<T, ReplicaError> {
        let state = self.engine.state();
        if state.store.standing()?.phase.locked {
            return Err(ReplicaError::Revoked);
        }
        read(&state.store)
    }

    /// What `read` makes of every case file on the phone, and of the playbooks that they are reckoned by.
    fn case_files<T>(&self, read: impl FnOnce(&BTreeMap<AlertId, CaseFile>, &Books) -> T) -> Result<T, ReplicaError> {
        let mut state = self.engine.state();
        if state.store.standing()?.phase.locked {
            return Err(ReplicaError::Revoked);
        }
        let books = state.store.books()?;
        Ok(read(state.store.case_files()?, &books))
    }

    fn write<T>(
        &self,
        writing: &Writing,
        write: impl FnOnce(&mut Store, &mut Author<'_>, &Corrected) -> Result<T, ReplicaError>,
    ) -> Result<T, ReplicaError> {
        let mut state = self.engine.state();
        if state.store.standing()?.phase.locked {
            return Err(ReplicaError::Revoked);
        }
        let corrected = state.now(&writing.reading)?;
        let state = &mut *state;
        let mut author = Author { now: corrected.time, random: state.random.as_mut() };
        let wrote = write(&mut state.store, &mut author, &corrected)?;
        self.engine.wake();
        Ok(wrote)
    }

    /// Saves a new record under `id`, or a fresh one.
    fn save_new(
        &self,
        writing: &Writing,
        id: Option<DocumentId>,
        record: &Record,
        scope: impl FnOnce(&Store, DocumentId) -> Result<Scope, ReplicaError>,
    ) -> Result<DocumentId, ReplicaError> {
        record.validate()?;
        self.write(writing, |store, author, corrected| {
            let id = id.unwrap_or_else(|| DocumentId::fresh(author.now, author.random));
            let scope = scope(store, id)?;
            let header = header(store, id, record, scope, writing, corrected)?;
            store.create(&header, &record.fields(), author)?;
            Ok(id)
        })
    }

    /// Saves what the person changed of a record.
    fn save_edit(
        &self,
        writing: &Writing,
        id: DocumentId,
        before: &Record,
        after: &Record,
    ) -> Result<bool, ReplicaError> {
        after.validate()?;
        let edits = before.fields().difference(&after.fields());
        self.write(writing, |store, author, _| {
            let found = store.facts(id)?.ok_or(ReplicaError::NotFound)?;
            if found.header.kind != after.kind() {
                return Err(ReplicaError::NotFound);
            }
            Ok(if edits.is_empty() { false } else { store.edit(id, &edits, author)? })
        })
    }

    /// One record of one kind.
    fn get_one<T>(
        &self,
        id: DocumentId,
        read: impl FnOnce(Record) -> Option<T>,
    ) -> Result<Option<Kept<T>>, ReplicaError> {
        match self.record(id)? {
            None => Ok(None),
            Some(kept) => kept.map(read).map(Some),
        }
    }

    fn person(&self) -> Result<PersonId, ReplicaError> {
        Ok(self.identity()?.ok_or(ReplicaError::NotEnrolled)?.certificate.person)
    }

    fn zone(&self) -> Result<Zone, ReplicaError> {
        Ok(self.identity()?.and_then(|identity| Zone::named(&identity.zone).ok()).unwrap_or_else(Zone::shanghai))
    }
}

/// Who writes a new record, and in which role.
fn author_and_role(
    store: &Store,
    record: &Record,
    scope: Scope,
    writing: &Writing,
) -> Result<(PersonId, Role), ReplicaError> {
    let author = store.identity()?.ok_or(ReplicaError::NotEnrolled)?.certificate.person;
    let area: Option<AreaId> = match record {
        Record::Alert(alert) => Some(alert.area),
        _ => None,
    };
    let role = match &writing.role {
        Some(role) => role.clone(),
        None => role::role_for(store, author, &record.kind(), scope, area)?,
    };
    Ok((author, role))
}

/// The header of a new record.
fn header(
    store: &Store,
    id: DocumentId,
    record: &Record,
    scope: Scope,
    writing: &Writing,
    corrected: &Corrected,
) -> Result<Header, ReplicaError> {
    let (author, role) = author_and_role(store, record, scope, writing)?;
    Ok(Header {
        id,
        kind: record.kind(),
        scope,
        author,
        role,
        said: writing.reading.wall,
        offset: corrected.offset,
        doubtful: corrected.doubtful,
    })
}

/// Where a fact is filed.
fn scope_of_fact(store: &Store, record: &Record) -> Result<Scope, ReplicaError> {
    use crate::record::Subject;
    match record.subject() {
        Some(Subject::Alert(alert)) => Ok(Scope::CaseFile(alert)),
        Some(Subject::Record(id) | Subject::Any(id)) => store.scope_of(id)?.ok_or(ReplicaError::NotFound),
        Some(Subject::Household(household)) => store.scope_of(household.into())?.ok_or(ReplicaError::NotFound),
        None => Err(Invalid::new("household", Reason::Missing).into()),
    }
}
