//! The server's own replica: what commands write goes through here into `accept`, as a phone's changes do.
//!
//! Floor: above `accept`, below `town`'s callers; knows nothing of HTTP. Invariants: everything written is a
//! signed-for change with an author and a time, judged by the same table as a phone's; a device, a key and
//! an actor of its own for each person and start; a fresh actor after every verdict other than accepted.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use parking_lot::Mutex;
use qiaomen_core::document::{Change, Document, DocumentError, GateError};
use qiaomen_core::identity::{self, DeviceKey};
use qiaomen_core::protocol::{Batch, Cursor, Manifest, Sent, Verdict};
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{
    ActorId, DeviceId, DocumentId, Header, Kind, PersonId, Random, Record, Role, Scope, Time, Value,
};

use crate::accept::{self, AcceptError, Claims, Submitted};
use crate::access::{self, Asker, Ground, SYSTEM};
use crate::store::{DeviceRecord, Store, StoreError, Wanted};
use crate::town::Town;

/// How many replicas are remembered.
const AUTHORS: usize = 10_000;
/// How many changes are sent at a time.
const BATCH: usize = 1_000;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorError {
    /// A record or an edit does not hold together.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// There is no such document.
    #[error("there is no such record")]
    Unknown,
    /// The batch as a whole was not taken in.
    #[error(transparent)]
    Accept(#[from] AcceptError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<GateError> for AuthorError {
    fn from(error: GateError) -> Self {
        Self::Document(error.into())
    }
}

/// Something to write.
#[derive(Clone, Debug)]
pub enum Draft {
    /// A new record.
    Create {
        /// The document.
        id: DocumentId,
        /// What it says.
        record: Box<Record>,
        /// Where it lies.
        scope: Scope,
    },
    /// Fields of a record that is there.
    Edit {
        /// The document.
        id: DocumentId,
        /// What to write.
        edits: Vec<Edit>,
    },
    /// The end of a conflict.
    Settle {
        /// The document.
        id: DocumentId,
        /// The field.
        path: Vec<Box<str>>,
        /// Its value from now on.
        value: Value,
    },
}

impl Draft {
    const fn id(&self) -> DocumentId {
        match self {
            Self::Create { id, .. } | Self::Edit { id, .. } | Self::Settle { id, .. } => *id,
        }
    }
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// There was nothing to write.
    Nothing,
    /// What the server made of the change.
    Verdict(Verdict),
}

impl Written {
    /// Whether what was asked for is there now.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self, Self::Nothing | Self::Verdict(Verdict::Accepted { .. }))
    }
}

/// The server's own replica for one person.
pub struct Author {
    store: Arc<dyn Store>,
    watch: tokio::sync::watch::Sender<u64>,
    device: DeviceRecord,
    key: DeviceKey,
    actor: ActorId,
    roles: HashMap<(Kind, Scope), Role>,
}

impl std::fmt::Debug for Author {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Author").field("device", &self.device.id).finish_non_exhaustive()
    }
}

/// The server's own replicas, one for each person who writes here while it runs: each is a device in the store, so that
/// one for each deed would be a row for each.
#[derive(Default)]
pub(crate) struct Authors(Mutex<HashMap<PersonId, Arc<Mutex<Author>>>>);

impl Town {
    /// The replica of a person, who may be [`SYSTEM`]: the same one while the server runs.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn author(
        &self,
        person: PersonId,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<Arc<Mutex<Author>>, StoreError> {
        let mut authors = self.authors().0.lock();
        if let Some(author) = authors.get(&person) {
            return Ok(author.clone());
        }
        let author = Arc::new(Mutex::new(Author::new(self, person, now, random)?));
        if authors.len() >= AUTHORS {
            authors.clear();
        }
        authors.insert(person, author.clone());
        Ok(author)
    }
}

/// One batch on its way.
#[derive(Default)]
struct Outgoing {
    /// The changes, with the position of the draft each came from.
    changes: Vec<(usize, DocumentId, u32, Vec<u8>)>,
    /// Documents as they are once the batch was taken in.
    documents: HashMap<DocumentId, (Document, u32)>,
}

impl Author {
    /// A replica for `person`, who may be [`SYSTEM`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn new(town: &Town, person: PersonId, now: Time, random: &mut dyn Random) -> Result<Self, StoreError> {
        let key = DeviceKey::generate(random);
        let device = DeviceRecord {
            id: DeviceId::fresh(now, random),
            person,
            key: key.public(),
            label: "server".to_owned(),
            enrolled: now,
            revoked: None,
            seen: None,
            own: true,
            base: 0,
            wrote: 0,
            told: None,
        };
        town.store().add_own_device(&device)?;
        let actor = ActorId::fresh(now, random);
        Ok(Self { store: town.store().clone(), watch: town.watch(), device, key, actor, roles: HashMap::new() })
    }

    /// Who writes.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.device.person
    }

    /// The actor under which the next batch is written.
    #[must_use]
    pub const fn actor(&self) -> ActorId {
        self.actor
    }

    /// Writes a new record; returns its document and what became of it.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn create(
        &mut self,
        record: impl Into<Record>,
        scope: Scope,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<(DocumentId, Verdict), AuthorError> {
        let id = DocumentId::fresh(now, random);
        let written = self.write(vec![Draft::Create { id, record: Box::new(record.into()), scope }], now, random)?;
        match written.into_iter().next() {
            Some(Written::Verdict(verdict)) => Ok((id, verdict)),
            _ => Err(AuthorError::Unknown),
        }
    }

    /// Edits records that are there.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn edit(
        &mut self,
        edits: Vec<(DocumentId, Vec<Edit>)>,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<Vec<Written>, AuthorError> {
        self.write(edits.into_iter().map(|(id, edits)| Draft::Edit { id, edits }).collect(), now, random)
    }

    /// Writes everything, in order, a thousand changes at a time; says what became of each.
    ///
    /// # Errors
    /// [`AuthorError`] where a draft cannot become a change; nothing of its batch is written then, while
    /// earlier batches are.
    pub fn write(
        &mut self,
        drafts: Vec<Draft>,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<Vec<Written>, AuthorError> {
        // What an earlier one had found may be over, where that one came to nothing.
        self.roles.clear();
        let mut written = vec![Written::Nothing; drafts.len()];
        let mut out = Outgoing::default();
        for (at, draft) in drafts.into_iter().enumerate() {
            self.draft(&mut out, at, draft, now)?;
            if out.changes.len() >= BATCH {
                self.send(&mut out, &mut written, now, random)?;
            }
        }
        self.send(&mut out, &mut written, now, random)?;
        Ok(written)
    }

    fn draft(&mut self, out: &mut Outgoing, at: usize, draft: Draft, now: Time) -> Result<(), AuthorError> {
        let id = draft.id();
        if let Draft::Create { record, scope, .. } = draft {
            let role = self.role(&record, id, scope)?;
            let header = Header {
                id,
                kind: record.kind(),
                scope,
                author: self.device.person,
                role,
                said: now,
                offset: Some(0),
                doubtful: false,
            };
            let (document, raw) = Document::create(&header, &record, self.actor, now)?;
            out.documents.insert(id, (document, 0));
            out.changes.push((at, id, 0, raw));
            return Ok(());
        }
        let (document, epoch) = match out.documents.entry(id) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(place) => {
                let stored = self.store.document(id)?.ok_or(AuthorError::Unknown)?;
                let changes = self.store.changes(id)?;
                let document = Document::load(changes.iter().map(|change| change.bytes.as_slice()))?;
                place.insert((document, stored.epoch))
            }
        };
        let raw = match draft {
            Draft::Settle { path, value, .. } => document.settle(&path, value, self.actor, now)?,
            Draft::Edit { edits, .. } => document.edit(&edits, self.actor, now)?,
            Draft::Create { .. } => None,
        };
        if let Some(raw) = raw {
            out.changes.push((at, id, *epoch, raw));
        }
        Ok(())
    }

    /// The role to write in: one that lets the person, if they have one.
    fn role(&mut self, record: &Record, id: DocumentId, scope: Scope) -> Result<Role, StoreError> {
        let kind = record.kind();
        if let Some(role) = self.roles.get(&(kind.clone(), scope)) {
            return Ok(role.clone());
        }
        let Some(rule) = access::rule(&kind, scope) else { return Ok(Role::Supervisor) };
        let creators = rule.may.iter().filter(|(_, may)| may.create).map(|(role, _)| role);
        let first = creators.clone().next().cloned().unwrap_or(Role::Supervisor);
        if self.device.person == SYSTEM {
            return Ok(first);
        }
        let mut wanted = Wanted { people: vec![self.device.person], ..Wanted::default() };
        match scope {
            Scope::Grid(grid) => wanted.areas.push(grid),
            Scope::CaseFile(alert) => wanted.documents.push(alert.into()),
            Scope::Town | Scope::Intake | Scope::Police => {}
        }
        if let Record::Alert(alert) = record {
            wanted.areas.push(alert.area);
        }
        let mut context = self.store.context(&wanted)?;
        if let Record::Alert(alert) = record {
            context.alerts.insert(id.into(), alert.area);
        }
        let ground = Ground { areas: &context.areas, alerts: &context.alerts };
        let Some(standing) = context.people.get(&self.device.person) else { return Ok(first) };
        let asker = Asker::Person(standing);
        let may = |role: &&Role| access::may_create(asker, role, &kind, scope, ground).is_ok();
        // Of somebody who is both, only what the supervisor says of these counts whosever the alert is.
        let weighs = matches!(kind, Kind::HandOver | Kind::TakeBack | Kind::Transfer);
        let fitting = Some(&Role::Supervisor).filter(|_| weighs).filter(may).or_else(|| creators.clone().find(may));
        // Without one, whatever role they have is named, and `accept` says no.
        let role = fitting.cloned().or_else(|| standing.roles.first().map(|(role, _)| role.clone())).unwrap_or(first);
        self.roles.insert((kind, scope), role.clone());
        Ok(role)
    }

    fn send(
        &mut self,
        out: &mut Outgoing,
        written: &mut [Written],
        now: Time,
        random: &mut dyn Random,
    ) -> Result<(), AuthorError> {
        let changes = std::mem::take(&mut out.changes);
        out.documents.clear();
        self.roles.clear();
        if changes.is_empty() {
            return Ok(());
        }
        let mut named = Vec::with_capacity(changes.len());
        for (_, document, epoch, raw) in &changes {
            named.push((*document, *epoch, Change::parse(raw)?.hash(), None));
        }
        let manifest = Manifest {
            device: self.device.id,
            person: self.device.person,
            signed: now,
            actors: vec![self.actor],
            count: u32::try_from(changes.len()).unwrap_or(u32::MAX),
            digest: identity::digest(named),
        };
        let signature = identity::sign(&self.key, &manifest);
        let sent = changes
            .iter()
            .map(|(_, document, epoch, raw)| Sent { document: *document, epoch: *epoch, bytes: raw, acceptance: None })
            .collect();
        let batch = Batch { manifest, signature, changes: sent };
        let log = self.store.log()?;
        let cursor = Cursor { base: log.size, at: log.size, log, gained: Vec::new() };
        let taken = accept::submit(&*self.store, &self.device, &batch, &cursor, Claims::default(), now);
        let accepted = |verdict: &Verdict| matches!(verdict, Verdict::Accepted { .. });
        if !taken.as_ref().is_ok_and(|taken| taken.verdicts.iter().all(accepted)) {
            self.actor = ActorId::fresh(now, random);
        }
        let Submitted { verdicts, wrote, .. } = taken?;
        if wrote {
            crate::town::wake(&*self.store, &self.watch);
        }
        for ((at, ..), verdict) in changes.iter().zip(verdicts) {
            if let Some(slot) = written.get_mut(*at) {
                *slot = Written::Verdict(verdict);
            }
        }
        Ok(())
    }
}
