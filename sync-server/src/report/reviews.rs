//! What supervisors review: the queue, one record with its history, and changes that wait for their word.
//!
//! Floor: sync-server, report, above `town`; knows nothing of HTTP or SQL. Invariants: made for somebody, of what lies where
//! they are a supervisor and nothing else; lists are read from rows, and no further than they are shown; what a version
//! changed is read from the document's own history.

use std::collections::BTreeSet;

use qiaomen_core::document::{Change, Document};
use qiaomen_core::dossier::LATE_MINUTES;
use qiaomen_core::record::{
    AlertId, AreaId, DocumentId, Fields, Header, Heads, Kind, PersonId, Record, Review, Role, Scope, Time, Value,
};

use super::dossier::stood;
use crate::accept;
use crate::store::{
    HeldChange, QueueFrom, QueueRow, QueueState, QueueWanted, StoreError, StoredChange, StoredDocument, Wanted,
};
use crate::town::Town;

/// Where somebody is a supervisor.
#[derive(Clone, Debug, Default)]
pub struct Supervised {
    areas: BTreeSet<AreaId>,
    sent: BTreeSet<AlertId>,
}

impl Supervised {
    /// That of a person now.
    ///
    /// # Errors
    /// As the store.
    pub fn of(town: &Town, person: PersonId) -> Result<Self, StoreError> {
        let standing = town.store().standing(person)?;
        let mut areas = BTreeSet::new();
        for (role, area) in &standing.roles {
            if *role == Role::Supervisor && !areas.contains(area) {
                areas.extend(town.store().areas_below(*area)?.into_iter().map(|(area, _)| area));
            }
        }
        let sent = if areas.is_empty() { BTreeSet::new() } else { standing.sent.into_iter().collect() };
        Ok(Self { areas, sent })
    }

    /// The areas, each with all below it.
    #[must_use]
    pub const fn areas(&self) -> &BTreeSet<AreaId> {
        &self.areas
    }

    /// Whether what lies in a scope is theirs to review.
    ///
    /// # Errors
    /// As the store.
    pub fn covers(&self, town: &Town, scope: Scope) -> Result<bool, StoreError> {
        Ok(match scope {
            Scope::Grid(grid) => self.areas.contains(&grid),
            Scope::CaseFile(alert) => {
                let wanted = Wanted { documents: vec![alert.into()], ..Wanted::default() };
                let lies = town.store().context(&wanted)?.alerts.get(&alert).copied();
                self.sent.contains(&alert) || lies.is_some_and(|area| self.areas.contains(&area))
            }
            Scope::Town | Scope::Intake | Scope::Police => false,
        })
    }

    /// Every scope in which something of theirs to review may lie, at or below `area` where one is given.
    fn scopes(&self, town: &Town, area: Option<AreaId>) -> Result<Vec<Scope>, StoreError> {
        let mut areas: Vec<AreaId> = match area {
            None => self.areas.iter().copied().collect(),
            Some(area) => town.store().areas_below(area)?.into_iter().map(|(area, _)| area).collect(),
        };
        areas.retain(|area| self.areas.contains(area));
        let mut alerts: BTreeSet<AlertId> = town.store().alerts_in(&areas)?.into_iter().collect();
        if area.is_none() {
            alerts.extend(&self.sent);
        }
        let grids = areas.into_iter().map(Scope::Grid);
        Ok(grids.chain(alerts.into_iter().map(Scope::CaseFile)).collect())
    }
}

/// Which records of the queue.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// How far their reviews have come.
    pub state: Option<QueueState>,
    /// What they are.
    pub kind: Option<Kind>,
    /// Who wrote them.
    pub worker: Option<PersonId>,
    /// Where: an area, and all below it.
    pub area: Option<AreaId>,
    /// From when on they happened, and up to when.
    pub happened: (Option<Time>, Option<Time>),
    /// From when on they arrived, and up to when.
    pub arrived: (Option<Time>, Option<Time>),
    /// Only those that were entered late.
    pub late: bool,
    /// Only those whose clock could not be trusted.
    pub doubtful: bool,
}

impl Filter {
    fn wanted(&self, scopes: Vec<Scope>) -> QueueWanted {
        QueueWanted {
            scopes,
            state: self.state,
            kind: self.kind.clone(),
            author: self.worker,
            happened: self.happened,
            arrived: self.arrived,
            late_minutes: self.late.then_some(LATE_MINUTES),
            doubtful: self.doubtful,
            ..QueueWanted::default()
        }
    }
}

/// How many minutes after it happened a record was written, where that is late.
#[must_use]
pub fn late_minutes(row: &QueueRow) -> Option<i64> {
    let late = row.written.minutes_since(row.happened?);
    (late >= LATE_MINUTES).then_some(late)
}

/// A page of the queue, the newest first, and whether there is more.
///
/// # Errors
/// As the store.
pub fn queue(
    town: &Town,
    reader: PersonId,
    filter: &Filter,
    (skip, take): (usize, usize),
) -> Result<(Vec<QueueRow>, bool), StoreError> {
    let scopes = Supervised::of(town, reader)?.scopes(town, filter.area)?;
    let wanted = QueueWanted { skip, take: take.saturating_add(1), ..filter.wanted(scopes) };
    let mut rows = town.store().queue(&wanted)?;
    let more = rows.len() > take;
    rows.truncate(take);
    Ok((rows, more))
}

/// The records right before and after one in the queue: the next newer, and the next older.
///
/// # Errors
/// As the store.
pub fn beside(
    town: &Town,
    reader: PersonId,
    filter: &Filter,
    acceptance: u64,
) -> Result<(Option<DocumentId>, Option<DocumentId>), StoreError> {
    let scopes = Supervised::of(town, reader)?.scopes(town, filter.area)?;
    let wanted = QueueWanted { take: 1, from: QueueFrom::Above(acceptance), ..filter.wanted(scopes) };
    let newer = town.store().queue(&wanted)?.first().map(|row| row.document.id);
    let wanted = QueueWanted { from: QueueFrom::Below(acceptance), ..wanted };
    let older = town.store().queue(&wanted)?.first().map(|row| row.document.id);
    Ok((newer, older))
}

/// A field that a change wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewritten {
    /// The keys from the root to it.
    pub path: Vec<String>,
    /// What stood there; nothing where nothing did.
    pub before: Option<Value>,
    /// What stands there then; nothing where it was cleared.
    pub after: Option<Value>,
}

/// A version of a record.
#[derive(Clone, Debug)]
pub struct Version {
    /// Who wrote it, where that is known.
    pub by: Option<PersonId>,
    /// When, by their clock.
    pub at: Time,
    /// When it arrived.
    pub arrived: Time,
    /// What it wrote; nothing for the first, which wrote all.
    pub fields: Vec<Rewritten>,
}

/// A review of a record.
#[derive(Clone, Debug)]
pub struct ReviewLine {
    /// The record of it.
    pub id: DocumentId,
    /// By whom.
    pub by: PersonId,
    /// What it says.
    pub review: Review,
    /// When it arrived.
    pub arrived: Time,
    /// Whether the record was edited since.
    pub moved_on: bool,
}

/// One record, for whoever reviews it.
#[derive(Debug)]
pub struct Looked {
    /// Its columns.
    pub stored: StoredDocument,
    /// Its header.
    pub header: Header,
    /// What it says, field by field.
    pub fields: Fields,
    /// What it says; none where it no longer holds together.
    pub record: Option<Record>,
    /// Whether its times cannot be relied upon.
    pub doubtful: bool,
    /// How many minutes after it happened it was written, where that is late.
    pub late_minutes: Option<i64>,
    /// What a review of it is to name.
    pub heads: Heads,
    /// Its versions, the newest first.
    pub versions: Vec<Version>,
    /// Its reviews, the one that counts first.
    pub reviews: Vec<ReviewLine>,
    /// How far its review has come.
    pub state: QueueState,
}

/// Why somebody does not see a record.
#[derive(Debug)]
pub enum Unseen {
    /// There is none that could be reviewed.
    Unknown,
    /// It lies elsewhere.
    Elsewhere,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for Unseen {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn load(changes: &[StoredChange]) -> Result<Document, StoreError> {
    Document::load(changes.iter().map(|change| change.bytes.as_slice())).map_err(|_| StoreError::Damaged("a document"))
}

/// What a review of this document is to name.
fn heads(document: &Document) -> Result<Heads, StoreError> {
    Heads::new(document.heads().iter().map(|hash| *hash.bytes())).map_err(|_| StoreError::Damaged("a document's heads"))
}

/// Where a record lies that somebody may review, and its heads now.
///
/// # Errors
/// [`Unseen`].
pub fn now_at(town: &Town, held: &Supervised, id: DocumentId) -> Result<(Scope, Heads), Unseen> {
    let stored = town.store().document(id)?.filter(|stored| stored.kind.is_reviewed()).ok_or(Unseen::Unknown)?;
    if !held.covers(town, stored.scope)? {
        return Err(Unseen::Elsewhere);
    }
    Ok((stored.scope, heads(&load(&town.store().changes(id)?)?)?))
}

fn set(value: Option<&Value>) -> Option<Value> {
    value.filter(|value| !value.is_null()).cloned()
}

fn arrived(town: &Town, sequence: u64) -> Result<Time, StoreError> {
    let row = town.store().log_entries(sequence.saturating_sub(1), 1)?;
    row.first().map(|row| row.entry.arrival).ok_or(StoreError::Damaged("an entry of the log"))
}

/// What a change wrote, beside what `before` it stood.
fn rewritten(before: &Fields, whole: &Document, change: &Change<'_>) -> Vec<Rewritten> {
    let mut found = Vec::new();
    for edit in whole.edits_of(&change.hash()).unwrap_or_default() {
        let path: Vec<String> = edit.path.iter().map(|key| key.to_string()).collect();
        match &edit.value {
            // What is new altogether is told field by field.
            Value::Map(inner) => {
                found.extend(inner.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| {
                    let path = path.iter().cloned().chain([key.to_owned()]).collect();
                    Rewritten { path, before: None, after: Some(value.clone()) }
                }))
            }
            value => {
                found.push(Rewritten { before: set(stood(before, &edit.path)), after: set(Some(value)), path });
            }
        }
    }
    found
}

/// The versions of a document, the newest first.
fn versions(town: &Town, changes: &[StoredChange], whole: &Document) -> Result<Vec<Version>, StoreError> {
    let wanted = Wanted { actors: changes.iter().map(|change| change.actor).collect(), ..Wanted::default() };
    let actors = town.store().context(&wanted)?.actors;
    let mut found = Vec::with_capacity(changes.len());
    for (at, stored) in changes.iter().enumerate() {
        let change = Change::parse(&stored.bytes).map_err(|_| StoreError::Damaged("a change"))?;
        let fields = match at {
            0 => Vec::new(),
            at => rewritten(&load(changes.get(..at).unwrap_or_default())?.fields(), whole, &change),
        };
        found.push(Version {
            by: actors.get(&stored.actor).map(|note| note.person),
            at: Time::from_millis(change.seconds().saturating_mul(1000)),
            arrived: arrived(town, stored.sequence)?,
            fields,
        });
    }
    found.reverse();
    Ok(found)
}

/// The reviews of a record, the one that counts first.
fn reviews(town: &Town, of: DocumentId, now: &Heads) -> Result<Vec<ReviewLine>, StoreError> {
    let mut found = Vec::new();
    for id in town.store().reviews_of(of)? {
        let Some((stored, document)) = town.document(id)? else { continue };
        let Ok(Record::Review(review)) = document.record() else { continue };
        let moved_on = review.heads != *now;
        let line = ReviewLine { id, by: stored.author, review, arrived: stored.arrival, moved_on };
        found.push((stored.acceptance, line));
    }
    found.sort_by_key(|(acceptance, line)| std::cmp::Reverse((*acceptance, line.id)));
    Ok(found.into_iter().map(|(_, line)| line).collect())
}

/// One record with its history and reviews.
///
/// # Errors
/// [`Unseen`].
pub fn look(town: &Town, reader: PersonId, id: DocumentId) -> Result<Looked, Unseen> {
    let stored = town.store().document(id)?.filter(|stored| stored.kind.is_reviewed()).ok_or(Unseen::Unknown)?;
    let held = Supervised::of(town, reader)?;
    if !held.covers(town, stored.scope)? {
        return Err(Unseen::Elsewhere);
    }
    let changes = town.store().changes(id)?;
    let document = load(&changes)?;
    let heads = heads(&document)?;
    let wanted = QueueWanted {
        scopes: vec![stored.scope],
        from: QueueFrom::Below(stored.acceptance.saturating_add(1)),
        take: 1,
        ..QueueWanted::default()
    };
    let row = town.store().queue(&wanted)?.into_iter().next().filter(|row| row.document.id == id);
    let row = row.ok_or(Unseen::Unknown)?;
    Ok(Looked {
        header: document.header().clone(),
        fields: document.fields(),
        record: document.record().ok(),
        doubtful: row.doubtful,
        late_minutes: late_minutes(&row),
        versions: versions(town, &changes, &document)?,
        reviews: reviews(town, id, &heads)?,
        state: row.state,
        heads,
        stored,
    })
}

/// A change that waits for somebody's word.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its number.
    pub number: u64,
    /// The record.
    pub document: DocumentId,
    /// What it is.
    pub kind: Kind,
    /// Where it lies.
    pub scope: Scope,
    /// Who wrote the change.
    pub by: PersonId,
    /// When, by their clock.
    pub at: Time,
    /// When it arrived.
    pub arrived: Time,
    /// Why it waits.
    pub code: String,
    /// Whether the record itself would be new.
    pub is_new: bool,
    /// What it would write.
    pub fields: Vec<Rewritten>,
}

/// The changes that wait for the reader's word, the oldest first.
///
/// # Errors
/// As the store.
pub fn waiting(town: &Town, reader: PersonId, now: Time) -> Result<Vec<Waiting>, StoreError> {
    let mut found = Vec::new();
    for held in town.held()?.into_iter().filter(|held| held.waits_for.is_none()) {
        // The list is without bytes, by which it is told where a new record is to lie.
        let Some(held) = town.store().held_one(held.number)? else { continue };
        if accept::may_decide(&**town.store(), &held, reader, now).map_err(|_| StoreError::Busy)? {
            found.extend(waits(town, &held)?);
        }
    }
    Ok(found)
}

fn waits(town: &Town, held: &HeldChange) -> Result<Option<Waiting>, StoreError> {
    let Ok(change) = Change::parse(&held.bytes) else { return Ok(None) };
    let (kind, scope, fields, is_new) = match town.document(held.document)? {
        Some((stored, document)) => {
            let before = document.fields();
            let mut whole = document;
            let fields = match whole.apply(&change) {
                Ok(()) => rewritten(&before, &whole, &change),
                // It may depend on others that are held as well.
                Err(_) => alone(&before, &change),
            };
            (stored.kind, stored.scope, fields, false)
        }
        None => {
            let Ok(document) = Document::load([held.bytes.as_slice()]) else { return Ok(None) };
            let header = document.header().clone();
            let fields = document.fields();
            let fields = fields.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| Rewritten {
                path: vec![key.to_owned()],
                before: None,
                after: Some(value.clone()),
            });
            (header.kind, header.scope, fields.collect(), true)
        }
    };
    Ok(Some(Waiting {
        number: held.number,
        document: held.document,
        kind,
        scope,
        by: held.person,
        at: Time::from_millis(change.seconds().saturating_mul(1000)),
        arrived: held.arrival,
        code: held.refusal.code.clone(),
        is_new,
        fields,
    }))
}

/// As far as a change tells by itself.
fn alone(before: &Fields, change: &Change<'_>) -> Vec<Rewritten> {
    let edits = change.edits_alone().into_iter().filter(|edit| !matches!(edit.value, Value::Map(_)));
    let told = edits.map(|edit| Rewritten {
        path: edit.path.iter().map(|key| key.to_string()).collect(),
        before: set(stood(before, &edit.path)),
        after: set(Some(&edit.value)),
    });
    told.collect()
}
