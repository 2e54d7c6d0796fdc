//! A document in the store: what the server confirmed, what waits, what the two show together.
//!
//! Floor: store. Invariants: confirmed changes stand in the order of their sequence; a change that waits and
//! whose dependencies are not here is kept and not shown; rows and the document's own columns are always
//! written together.

use rusqlite::{Connection, OptionalExtension, params};

use super::body::{self, Confirmed};
use super::outbox::{self, Pending, State};
use super::{StoreError, rows};
use crate::document::{Change, ChangeHash, Document, DocumentError, GateError};
use crate::projection;
use crate::record::word::Word;
use crate::record::{DocumentId, Fields, Header, Kind, Scope, Time};

/// How far a record has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Not finished.
    Draft,
    /// The server has all of it.
    Sent,
    /// A part of it has not been sent.
    Waiting,
    /// The server keeps a part of it until something comes, or somebody decides.
    Held,
    /// The server refused a part of it, which lies in the quarantine.
    Refused,
}

impl Mark {
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::Sent | Self::Draft => 0,
            Self::Waiting => 1,
            Self::Held => 2,
            Self::Refused => 3,
        }
    }

    pub(super) const fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Waiting,
            2 => Self::Held,
            3 => Self::Refused,
            _ => Self::Sent,
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Refused => "refused",
        }
    }
}

/// A document as it is stored, what waits not included.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// Its number; 0 while it has none.
    pub(super) record: i64,
    pub(super) id: DocumentId,
    pub(super) kind: Kind,
    pub(super) scope: Scope,
    pub(super) epoch: u32,
    /// Its scope is held no longer; it goes once what waits has been handed over.
    pub(super) leaving: bool,
    pub(super) confirmed: Vec<Confirmed>,
}

/// What a document shows.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) header: Header,
    pub(super) fields: Fields,
    pub(super) conflicts: usize,
}

impl Stored {
    /// When its first change arrived at the server, if it has.
    pub(super) fn arrival(&self) -> Option<Time> {
        self.confirmed.first().map(|change| change.arrival)
    }
}

impl Shown {
    /// Whether its times cannot be relied upon, if it arrived then.
    pub(super) fn doubtful(&self, arrival: Option<Time>) -> bool {
        projection::doubtful(&self.header, &self.fields, arrival)
    }

    pub(super) fn of(document: &Document) -> Self {
        Self { header: document.header().clone(), fields: document.fields(), conflicts: document.conflicts().len() }
    }
}

const COLUMNS: &str = "SELECT record, id, kind, scope, epoch, leaving, body FROM document WHERE ";

fn stored(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Stored, Vec<u8>)> {
    let stored = Stored {
        record: row.get(0)?,
        id: DocumentId::from_bytes(row.get(1)?),
        kind: Kind::from_word(row.get_ref(2)?.as_str()?),
        scope: scope_of(row.get_ref(3)?.as_blob()?)?,
        epoch: row.get(4)?,
        leaving: row.get(5)?,
        confirmed: Vec::new(),
    };
    Ok((stored, row.get(6)?))
}

pub(super) fn scope_of(bytes: &[u8]) -> rusqlite::Result<Scope> {
    Scope::from_slice(bytes).map_err(|_| rusqlite::Error::InvalidQuery)
}

fn whole(found: Option<(Stored, Vec<u8>)>) -> Result<Option<Stored>, StoreError> {
    found.map(|(stored, body)| Ok(Stored { confirmed: body::unpack(&body)?, ..stored })).transpose()
}

/// The document with this identifier.
pub(super) fn find(connection: &Connection, id: DocumentId) -> Result<Option<Stored>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} id = ?"))?;
    whole(statement.query_row([id.bytes()], stored).optional()?)
}

/// The document with this number.
pub(super) fn by_record(connection: &Connection, record: i64) -> Result<Option<Stored>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} record = ?"))?;
    whole(statement.query_row([record], stored).optional()?)
}

/// Where the document with this number lies.
pub(super) fn scope(connection: &Connection, record: i64) -> Result<Option<Scope>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT scope FROM document WHERE record = ?")?;
    Ok(statement.query_row([record], |row| scope_of(row.get_ref(0)?.as_blob()?)).optional()?)
}

/// The document that confirmed and waiting changes make, without those whose dependencies are not here.
pub(super) fn assemble(confirmed: &[Confirmed], pending: &[Pending]) -> Result<Option<Document>, DocumentError> {
    Ok(assemble_some(confirmed, pending)?.0)
}

/// The same, and whether every confirmed change found its place.
fn assemble_some(confirmed: &[Confirmed], pending: &[Pending]) -> Result<(Option<Document>, bool), DocumentError> {
    if confirmed.is_empty() && pending.is_empty() {
        return Ok((None, true));
    }
    let raws = || confirmed.iter().map(|change| change.raw.as_slice());
    let all = raws().chain(pending.iter().map(|change| change.raw.as_slice()));
    match Document::load(all) {
        Ok(document) => return Ok((Some(document), true)),
        Err(DocumentError::Gate(GateError::Dependency | GateError::NotFirst)) => {}
        Err(error) => return Err(error),
    }
    // Something follows changes that are not here, or not here any more.
    let mut complete = true;
    let mut have: Vec<ChangeHash> = Vec::new();
    let mut kept: Vec<&[u8]> = Vec::new();
    for (raw, own) in raws().map(|raw| (raw, false)).chain(pending.iter().map(|change| (change.raw.as_slice(), true))) {
        let change = Change::parse(raw)?;
        let stands = if change.is_first() {
            have.is_empty()
        } else {
            !have.is_empty() && change.dependencies().iter().all(|hash| have.contains(hash))
        };
        if stands {
            have.push(change.hash());
            kept.push(raw);
        } else {
            complete &= own;
        }
    }
    let document = if kept.is_empty() { None } else { Some(Document::load(kept)?) };
    Ok((document, complete))
}

/// What confirmed and waiting changes show together, if every confirmed one finds its place.
pub(super) fn show_whole(confirmed: &[Confirmed], pending: &[Pending]) -> Result<Option<Shown>, DocumentError> {
    match assemble_some(confirmed, pending)? {
        (document, true) => Ok(document.as_ref().map(Shown::of)),
        (_, false) => Err(GateError::Dependency.into()),
    }
}

/// What can be shown. A document that this version cannot read is kept and shows nothing: it must not stand in
/// the way of the others.
pub(super) fn show_what_can_be(confirmed: &[Confirmed], pending: &[Pending]) -> Option<Shown> {
    show(confirmed, pending).unwrap_or(None)
}

/// What confirmed and waiting changes show together.
pub(super) fn show(confirmed: &[Confirmed], pending: &[Pending]) -> Result<Option<Shown>, DocumentError> {
    if confirmed.len() + pending.len() == 1 {
        let raw = confirmed.first().map(|change| &change.raw).or(pending.first().map(|change| &change.raw));
        if let Some(raw) = raw {
            let change = Change::parse(raw)?;
            if change.is_first() {
                let first = change.first()?;
                return Ok(Some(Shown { header: first.header, fields: first.fields, conflicts: 0 }));
            }
        }
    }
    Ok(assemble(confirmed, pending)?.as_ref().map(Shown::of))
}

fn is_quarantined(connection: &Connection, id: DocumentId) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT EXISTS(SELECT 1 FROM quarantine WHERE document = ?)")?;
    Ok(statement.query_row([id.bytes()], |row| row.get(0))?)
}

/// Writes the document's columns and rows; returns its number. A document with nothing left to it is taken
/// out altogether.
pub(super) fn save(
    connection: &Connection,
    stored: &Stored,
    pending: &[Pending],
    shown: Option<&Shown>,
) -> Result<i64, StoreError> {
    if stored.confirmed.is_empty() && pending.is_empty() {
        if stored.record != 0 {
            rows::remove(connection, stored.record, stored.kind.word())?;
            connection.prepare_cached("DELETE FROM document WHERE record = ?")?.execute([stored.record])?;
        }
        return Ok(stored.record);
    }
    let record = save_columns(connection, stored, pending, shown)?;
    match shown {
        Some(shown) => {
            let found = projection::rows(&shown.header, &shown.fields, stored.arrival());
            rows::write(connection, record, &stored.kind, stored.record == 0, &found)?;
        }
        None if stored.record != 0 => rows::remove(connection, record, stored.kind.word())?,
        None => {}
    }
    Ok(record)
}

fn mark(connection: &Connection, id: DocumentId, pending: &[Pending]) -> Result<Mark, StoreError> {
    Ok(if is_quarantined(connection, id)? {
        Mark::Refused
    } else if pending.iter().any(|change| change.state == State::Held) {
        Mark::Held
    } else if pending.is_empty() {
        Mark::Sent
    } else {
        Mark::Waiting
    })
}

/// Writes how far a document has come that is made of the same changes as before; `had_arrived` says when its first
/// one had. Nothing it shows can have changed, unless its arrival brings doubt to its times: false then, or where
/// its columns do not tell, and nothing is written.
pub(super) fn save_progress(
    connection: &Connection,
    stored: &Stored,
    pending: &[Pending],
    had_arrived: Option<Time>,
) -> Result<bool, StoreError> {
    let (Some(first), Some(last)) = (stored.confirmed.first(), stored.confirmed.last()) else { return Ok(false) };
    let told: Option<(bool, i64)> = connection
        .prepare_cached(
            "SELECT doubtful, written + beyond FROM document WHERE record = ? AND birth NOT NULL AND beyond NOT NULL",
        )?
        .query_row([stored.record], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((doubtful, dated)) = told else { return Ok(false) };
    let same = match had_arrived {
        Some(had_arrived) => had_arrived == first.arrival,
        None => doubtful || dated <= first.arrival.millis(),
    };
    if !same {
        return Ok(false);
    }
    connection
        .prepare_cached(
            "UPDATE document SET sequence = ?2, acceptance = ?3, arrival = ?4, state = ?5, body = ?6 WHERE record = ?1",
        )?
        .execute(params![
            stored.record,
            last.sequence.cast_signed(),
            first.acceptance.cast_signed(),
            first.arrival.millis(),
            mark(connection, stored.id, pending)?.number(),
            body::pack(&stored.confirmed),
        ])?;
    Ok(true)
}

/// Writes the document's columns; returns its number. Alone only where its rows are what they would be made.
pub(super) fn save_columns(
    connection: &Connection,
    stored: &Stored,
    pending: &[Pending],
    shown: Option<&Shown>,
) -> Result<i64, StoreError> {
    let mark = mark(connection, stored.id, pending)?;
    let body = match stored.confirmed.as_slice() {
        [] => Vec::new(),
        changes => body::pack(changes),
    };
    let first = stored.confirmed.first();
    let sequence = stored.confirmed.last().map_or(0, |change| change.sequence);
    let header = shown.map(|shown| &shown.header);
    let values = params![
        stored.id.bytes(),
        stored.kind.word(),
        stored.scope.to_bytes(),
        // Most lie where they were written; that there is anything at all says that they show something.
        header.map(|header| if header.scope == stored.scope { Vec::new() } else { header.scope.to_bytes() }),
        header.map(|header| *header.author.bytes()),
        header.map(|header| header.role.word()),
        header.map(|header| header.written().millis()),
        shown.map(|shown| projection::doubtful(&shown.header, &shown.fields, first.map(|change| change.arrival))),
        stored.epoch,
        sequence.cast_signed(),
        first.map(|change| change.acceptance.cast_signed()),
        first.map(|change| change.arrival.millis()),
        shown.map_or(0, |shown| shown.conflicts) as i64,
        mark.number(),
        stored.leaving,
        body,
        stored.record,
        shown.map(|shown| projection::dated(&shown.header, &shown.fields).millis_since(shown.header.written())),
    ];
    if stored.record == 0 {
        connection
            .prepare_cached(
                "INSERT INTO document(id, kind, scope, birth, author, role, written, doubtful, epoch, sequence,
                 acceptance, arrival, conflicts, state, leaving, body, record, beyond)
                 VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, nullif(?17, 0), ?18)",
            )?
            .execute(values)?;
        return Ok(connection.last_insert_rowid());
    }
    // The identifier never changes; to set it would cost its index two writes.
    connection
        .prepare_cached(
            "UPDATE document SET kind = ?2, scope = ?3, birth = ?4, author = ?5, role = ?6, written = ?7,
             doubtful = ?8, epoch = ?9, sequence = ?10, acceptance = ?11, arrival = ?12, conflicts = ?13, state = ?14,
             leaving = ?15, body = ?16, beyond = ?18 WHERE record = ?17",
        )?
        .execute(values)?;
    Ok(stored.record)
}

/// Shows the document anew, from what is confirmed and what waits.
pub(super) fn refresh(connection: &Connection, stored: &Stored) -> Result<(), StoreError> {
    let mut pending = outbox::of(connection, stored.record)?;
    // To what leaves, nothing comes back that could be waited for.
    if !stored.leaving {
        outbox::keep_back(connection, &stored.confirmed, &mut pending)?;
    }
    let shown = show_what_can_be(&stored.confirmed, &pending).filter(|_| !stored.leaving);
    save(connection, stored, &pending, shown.as_ref())?;
    Ok(())
}

/// Puts a change among the confirmed ones, in the order of sequence; false if it is there already. What another
/// history of the log had there gives way.
pub(super) fn confirm(confirmed: &mut Vec<Confirmed>, change: Confirmed) -> bool {
    match confirmed.binary_search_by_key(&change.sequence, |have| have.sequence) {
        Ok(at) if confirmed[at].raw == change.raw => false,
        Ok(at) => {
            confirmed[at] = change;
            true
        }
        Err(at) => {
            confirmed.insert(at, change);
            true
        }
    }
}

/// When a record was first said to be written, for identifiers and times given anew.
pub(super) fn seconds(time: i64) -> Time {
    Time::from_millis(time.saturating_mul(1000))
}
