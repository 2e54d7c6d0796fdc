//! Documents: one record as one small Automerge document, and the gate for changes that others made.
//!
//! Floor: document; knows records only, and nothing above it knows Automerge. A document is the changes it
//! was made of. Each change passes the gate twice over: [`Change::parse`] needs no document, and
//! [`Change::first`] or [`Document::examine`] judge where it stands. Invariants:
//!
//! - id, kind, scope and author stand in the first change and are never written again;
//! - maps are made in the first change, or under a fresh UUID inside one that exists; there are no lists,
//!   no merging texts, no counters, and nothing is deleted;
//! - an edit writes only what the person changed; what this version does not know is passed on;
//! - concurrent writes of one field are all kept, the largest operation wins, and the rest are conflicts;
//! - nothing that comes from outside can make this room panic, or allocate by a number it claims.
//!
//! `docs/decisions/0002-our-own-change-decoder.md` says why the decoder is our own.

mod change;
mod engine;
mod error;
mod first;
mod gate;
mod id;
mod index;
pub mod packed;
mod read;
mod schema;
mod write;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::VecDeque;
use std::fmt;

pub use change::{Change, MAX_CHANGE, MAX_OPS, MAX_PREDECESSORS};
pub use error::{DocumentError, GateError};
pub use first::First;
pub use id::{ChangeHash, OpId};

use self::change::Put;
use self::engine::Engine;
use self::index::{Held, Index, ROOT, View};
use self::write::{Draft, Write};
use crate::record::field::Edit;
use crate::record::kind::is_header_key;
use crate::record::{ActorId, Fields, Header, Invalid, Reason, Record, Time, Value};

/// The most changes one document may have.
pub const MAX_DOCUMENT_CHANGES: usize = 10_000;
/// The most bytes of changes one document may have.
pub const MAX_DOCUMENT_BYTES: usize = 8 * 1024 * 1024;
/// The most operations one document may have.
pub const MAX_DOCUMENT_OPS: usize = 100_000;
/// The most parts one map may have: concurrent additions may exceed what a record should hold.
pub const MAX_PARTS: usize = 400;
/// The most keys one document may have, the header's and those of its parts included. A household of 200
/// residents has about 2,600, with every telephone and tag once changed.
pub const MAX_KEYS: usize = 6_000;
/// The most heads one document may have. Whoever edits names them all; replicas that meet leave one.
pub const MAX_HEADS: usize = 256;

/// One of several values that a field shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The value.
    pub value: Value,
    /// Who wrote it.
    pub actor: ActorId,
    /// The change that wrote it.
    pub change: ChangeHash,
    /// When, in whole seconds since 1970, by the writer's clock.
    pub seconds: i64,
}

/// A field that was written concurrently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The keys from the root to the field.
    pub path: Vec<Box<str>>,
    /// What was written: the winner first, then by falling identifier.
    pub values: Vec<Candidate>,
}

/// A document: its changes, and what they come to.
pub struct Document {
    header: Header,
    index: Index,
    engine: Engine,
}

impl fmt::Debug for Document {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Document").field("id", &self.header.id).field("heads", &self.heads()).finish_non_exhaustive()
    }
}

impl Document {
    /// Begins a document with a record; returns it and its first change.
    ///
    /// # Errors
    /// [`DocumentError::Invalid`] where the record does not hold together or is not of the header's kind;
    /// [`DocumentError::Gate`] where it is larger than a change may be.
    pub fn create(
        header: &Header,
        record: &Record,
        actor: ActorId,
        now: Time,
    ) -> Result<(Self, Vec<u8>), DocumentError> {
        if header.kind != record.kind() {
            return Err(Invalid::new("_kind", Reason::Mismatch).into());
        }
        Self::create_from(header, &record.fields(), actor, now)
    }

    /// Begins a document with raw fields, those that this version does not know included; returns it and its
    /// first change.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn create_from(
        header: &Header,
        fields: &Fields,
        actor: ActorId,
        now: Time,
    ) -> Result<(Self, Vec<u8>), DocumentError> {
        if fields.iter().any(|(key, _)| is_header_key(key)) {
            return Err(GateError::HeaderKey.into());
        }
        let mut heading = Fields::new();
        header.write(&mut heading);
        let mut ops: Vec<Write<'_>> = Vec::with_capacity(heading.len() + fields.len());
        let mut maps: VecDeque<(OpId, &Fields)> = VecDeque::new();
        let mut next: Option<(Option<OpId>, &Fields)> = Some((None, &heading));
        let mut body = Some(fields);
        while let Some((object, inside)) = next {
            for (key, value) in inside.iter() {
                if let Value::Map(inner) = value {
                    maps.push_back((OpId { counter: ops.len() as u64 + 1, actor }, inner));
                }
                ops.push(Write { object, key, put: put(value), predecessors: Vec::new() });
            }
            next = match body.take() {
                Some(fields) => Some((None, fields)),
                None => maps.pop_front().map(|(map, inner)| (Some(map), inner)),
            };
        }
        let draft = Draft { actor, seq: 1, start_op: 1, seconds: now.seconds(), dependencies: Vec::new(), ops };
        let raw = draft.encode();
        let change = Change::parse(&raw)?;
        let header = change.first()?.header;
        let mut index = Index::new();
        index.add(&change)?;
        Ok((Self { header, index, engine: Engine::default() }, raw))
    }

    /// Loads a document from changes that passed the gate once, in an order in which none stands before one
    /// it depends on. They are judged again only so far as is needed to hold them safely, so that a record
    /// that an earlier version took still loads.
    ///
    /// # Errors
    /// [`DocumentError::Nothing`] without a change; [`DocumentError::Gate`] for one that cannot be held.
    pub fn load<'c>(changes: impl IntoIterator<Item = &'c [u8]>) -> Result<Self, DocumentError> {
        let mut index = Index::new();
        let mut header = None;
        for raw in changes {
            let change = Change::parse(raw)?;
            match header {
                None if change.is_first() => header = Some(change.header()?),
                None => return Err(GateError::NotFirst.into()),
                Some(_) if change.is_first() => return Err(GateError::SecondFirst.into()),
                Some(_) => {}
            }
            index.add(&change)?;
        }
        Ok(Self { header: header.ok_or(DocumentError::Nothing)?, index, engine: Engine::default() })
    }

    /// What stands in the first change and never again.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// What every field shows, except the header's.
    #[must_use]
    pub fn fields(&self) -> Fields {
        self.index.fields(ROOT, &View::All)
    }

    /// The record; keys this version does not know are passed over.
    ///
    /// # Errors
    /// The field and the reason, where merged fields no longer fit together.
    pub fn record(&self) -> Result<Record, Invalid> {
        let kind = &self.header.kind;
        Record::read(kind, &self.index.governed(ROOT, kind.fields(), &View::All))
    }

    /// The changes that no other depends on, sorted.
    #[must_use]
    pub fn heads(&self) -> Vec<ChangeHash> {
        self.index.heads()
    }

    /// Whether it has this change.
    #[must_use]
    pub fn contains(&self, change: &ChangeHash) -> bool {
        self.index.entry(change).is_some()
    }

    /// Its changes, in the order in which they came; none stands before one it depends on.
    pub fn changes(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.index.entries.iter().map(|entry| &*entry.raw)
    }

    /// What a later change writes, if it passes the gate. Nothing is applied.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn examine(&self, change: &Change<'_>) -> Result<Vec<Edit>, GateError> {
        self.index.examine(&self.header.kind, change)
    }

    /// Applies a later change. After a refusal the document is as it was.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn apply(&mut self, change: &Change<'_>) -> Result<(), GateError> {
        self.examine(change)?;
        self.apply_examined(change)
    }

    /// Applies a later change that [`examine`](Self::examine) has just passed on this very document, with
    /// nothing applied since: it is not judged a second time. For any other change nothing is promised but
    /// that nothing panics, and that Automerge took it and stands at the heads it should; after a refusal
    /// the document is as it was.
    ///
    /// # Errors
    /// What is found out all the same.
    pub fn apply_examined(&mut self, change: &Change<'_>) -> Result<(), GateError> {
        let ready = self.index.prepare(change)?;
        let mut heads = self.heads();
        heads.retain(|head| change.dependencies().binary_search(head).is_err());
        heads.push(change.hash());
        heads.sort_unstable();
        let held = self.index.entries.iter().map(|entry| &*entry.raw);
        self.engine.apply(held, change.raw(), &heads)?;
        self.index.insert(change, ready);
        Ok(())
    }

    /// Writes what `edits` say and the document does not show yet; returns the change, or none if there is
    /// nothing to write.
    ///
    /// # Errors
    /// [`DocumentError::Path`] for a part of the header, or a map where none may be made;
    /// [`DocumentError::Invalid`] for a value that its field does not take, or after which the record would
    /// no longer hold together; [`DocumentError::Gate`] where a limit is reached.
    pub fn edit(&mut self, edits: &[Edit], actor: ActorId, now: Time) -> Result<Option<Vec<u8>>, DocumentError> {
        self.write(edits, false, actor, now)
    }

    /// Writes `value`, even where it is what the field shows, so that a conflict ends; returns the change,
    /// or none if there was neither a conflict nor a difference.
    ///
    /// # Errors
    /// As [`edit`](Self::edit).
    pub fn settle(
        &mut self,
        path: &[Box<str>],
        value: Value,
        actor: ActorId,
        now: Time,
    ) -> Result<Option<Vec<u8>>, DocumentError> {
        self.write(&[Edit { path: path.to_vec(), value }], true, actor, now)
    }

    /// Writes `edits` as one who replaces whatever the fields show, conflicts too: what another actor wrote onto
    /// the same changes is written again so. Returns the change, or none if there is nothing to write.
    ///
    /// # Errors
    /// As [`edit`](Self::edit).
    pub fn edit_again(&mut self, edits: &[Edit], actor: ActorId, now: Time) -> Result<Option<Vec<u8>>, DocumentError> {
        self.write(edits, true, actor, now)
    }

    /// What the author of one of its changes had seen, in the order in which it came; empty for a change it
    /// does not have, and for its first.
    #[must_use]
    pub fn ancestors(&self, change: &ChangeHash) -> Vec<ChangeHash> {
        let Some(entry) = self.index.entry(change) else { return Vec::new() };
        let view = self.index.view(&self.index.entries[entry as usize].dependencies);
        let seen = self.index.entries.iter().zip(0..).filter(|(_, at)| view.sees(*at));
        seen.map(|(entry, _)| entry.hash).collect()
    }

    /// The fields that were written concurrently.
    #[must_use]
    pub fn conflicts(&self) -> Vec<Conflict> {
        let candidate = |op: u32| {
            let Held::Scalar(value) = self.index.held(op) else { return None };
            let entry = &self.index.entries[self.index.entry_of(op) as usize];
            let value = value.clone();
            Some(Candidate { value, actor: entry.actor, change: entry.hash, seconds: entry.seconds })
        };
        let conflicts = self.index.conflicts().into_iter();
        let mut conflicts: Vec<_> = conflicts
            .map(|(path, ops)| Conflict { path, values: ops.into_iter().rev().filter_map(candidate).collect() })
            .collect();
        conflicts.sort_by(|one, other| one.path.cmp(&other.path));
        conflicts
    }

    /// What one of its later changes wrote, to be written again by another actor into a document that was
    /// rebuilt without it; none for a change it does not have, and for its first.
    #[must_use]
    pub fn edits_of(&self, change: &ChangeHash) -> Option<Vec<Edit>> {
        let entry = self.index.entry(change).filter(|entry| *entry > 0)?;
        let mut edits: Vec<Edit> = Vec::new();
        let mut made: Vec<(u32, usize)> = Vec::new();
        for (object, key, held) in self.index.wrote(entry) {
            let inside = made.iter().find(|(map, _)| *map == object).map(|(_, edit)| *edit);
            match (inside.and_then(|edit| edits.get_mut(edit)), held) {
                (Some(Edit { value: Value::Map(fields), .. }), Held::Scalar(value)) => fields.set(key, value.clone()),
                (_, held) => {
                    let mut path = self.index.path(object);
                    path.push(key.into());
                    let value = match held {
                        Held::Scalar(value) => value.clone(),
                        Held::Map(map) => {
                            made.push((*map, edits.len()));
                            Value::Map(Fields::new())
                        }
                    };
                    edits.push(Edit { path, value });
                }
            }
        }
        Some(edits)
    }

    fn write(
        &mut self,
        edits: &[Edit],
        again: bool,
        actor: ActorId,
        now: Time,
    ) -> Result<Option<Vec<u8>>, DocumentError> {
        let raw = match self.draft(edits, again, actor, now)? {
            Some(draft) => draft.encode(),
            None => return Ok(None),
        };
        self.apply(&Change::parse(&raw)?)?;
        Ok(Some(raw))
    }

    fn draft<'e>(
        &self,
        edits: &'e [Edit],
        again: bool,
        actor: ActorId,
        now: Time,
    ) -> Result<Option<Draft<'e>>, DocumentError> {
        let start_op = self.index.max_op(&View::All) + 1;
        let mut ops: Vec<Write<'e>> = Vec::with_capacity(edits.len());
        for (at, Edit { path, value }) in edits.iter().enumerate() {
            // Of several edits of one field the last one counts.
            if edits[at + 1..].iter().any(|later| later.path == *path) {
                continue;
            }
            let (key, parents) = path.split_last().ok_or(DocumentError::Path)?;
            if parents.is_empty() && is_header_key(key) {
                return Err(DocumentError::Path);
            }
            let object = self.index.object(parents).ok_or(DocumentError::Path)?;
            let shown = self.index.visible(object, key, &View::All);
            let inside = self.index.maker(object).map(|op| self.index.id(op));
            match (value, shown.last().map(|op| self.index.held(*op))) {
                (Value::Map(_), Some(_)) | (_, Some(Held::Map(_))) => return Err(DocumentError::Path),
                (Value::Map(_), None) if parents.len() != 1 => return Err(DocumentError::Path),
                (Value::Map(fields), None) => {
                    let made = OpId { counter: start_op + ops.len() as u64, actor };
                    ops.push(Write { object: inside, key, put: Put::Map, predecessors: Vec::new() });
                    for (key, value) in fields.iter() {
                        ops.push(Write { object: Some(made), key, put: put(value), predecessors: Vec::new() });
                    }
                }
                (value, Some(Held::Scalar(have))) if have == value && (shown.len() == 1 || !again) => {}
                (Value::Null, None) => {}
                (value, _) => {
                    let predecessors = shown.iter().map(|op| self.index.id(*op)).collect();
                    ops.push(Write { object: inside, key, put: put(value), predecessors });
                }
            }
        }
        if ops.is_empty() {
            return Ok(None);
        }
        let mut dependencies = self.heads();
        let mut seq = 1;
        if let Some(last) = self.index.last(&actor).map(|at| &self.index.entries[at as usize]) {
            seq = last.seq + 1;
            // As Automerge does, whose loading relies on it.
            if let Err(place) = dependencies.binary_search(&last.hash) {
                dependencies.insert(place, last.hash);
            }
        }
        Ok(Some(Draft { actor, seq, start_op, seconds: now.seconds(), dependencies, ops }))
    }
}

fn put(value: &Value) -> Put<'_> {
    match value {
        Value::Null => Put::Null,
        Value::Bool(truth) => Put::Bool(*truth),
        Value::Int(number) => Put::Int(*number),
        Value::Text(text) => Put::Text(text),
        Value::Bytes(bytes) => Put::Bytes(bytes),
        Value::Map(_) => Put::Map,
    }
}
