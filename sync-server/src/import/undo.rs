//! Taking an import back, by ordinary changes.
//!
//! Floor: sync-server, import. Invariants: a former value returns only where the import's own value still stands;
//! what has been edited since, visited or referred to stays, and is listed; nothing is deleted; undoing again goes
//! on where it was cut off.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use qiaomen_core::document::Document;
use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::random::Random;
use qiaomen_core::record::{DocumentId, Fields, Kind, PersonId, Time, Value};
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::compare::shown;
use super::{ImportError, Progress};
use crate::author::{Author, Draft, Written};
use crate::store::{ImportEntry, ImportRecord, PartKey, Remembered, Store, StoreError};
use crate::town::Town;

/// How many notes of an import are gone through at a time.
const BATCH: usize = 500;

/// Something of an import that stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stayed {
    /// The row of the file.
    pub row: u64,
    /// The record.
    pub record: DocumentId,
    /// The field; empty where it is the record or the part as a whole.
    pub field: String,
    /// Why.
    pub reason: &'static str,
}

/// What was taken back.
#[derive(Clone, Debug)]
pub struct Undone {
    /// The import.
    pub id: u64,
    /// What its file listed.
    pub noun: String,
    /// How many of the records, residents and roles that it made are taken out again.
    pub removed: u64,
    /// How many records have former values back.
    pub restored: u64,
    /// What stays.
    pub stayed: Vec<Stayed>,
    /// Whether all of it was gone through; otherwise somebody else must.
    pub complete: bool,
}

impl Serialize for Undone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counts = BTreeMap::from([("removed", self.removed), ("restored", self.restored)]);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry(&self.noun, &counts)?;
        map.serialize_entry("stayed", &self.stayed)?;
        map.serialize_entry("complete", &self.complete)?;
        map.end()
    }
}

const EDITED: &str = "has been edited since";
const REFERRED: &str = "has been visited, or something refers to it";
const PERMANENT: &str = "cannot be taken out; end it as its kind is ended";
const FORBIDDEN: &str = "lies where the person that --as names may not write";

/// Takes an import back on behalf of `by`.
///
/// # Errors
/// [`ImportError::Choice`] for one that is not there or was undone, [`ImportError::NotPermitted`] where `by` may
/// take back none of it; where the store fails.
pub fn undo(
    town: &Town,
    id: u64,
    by: PersonId,
    now: Time,
    random: &mut dyn Random,
    progress: &mut dyn FnMut(Progress),
) -> Result<Undone, ImportError> {
    let record = town.store().imports()?.into_iter().find(|import| import.id == id).ok_or_else(|| {
        ImportError::Choice(format!("there is no import {id}; `qiaomen-server import list` shows which there are"))
    })?;
    if record.undone.is_some() {
        return Err(ImportError::Choice(format!("import {id} has been undone already")));
    }
    let author = Author::new(town, by, now, random)?;
    let mut work = Work::new(town, record, author, now, random);
    let mut below = u64::MAX >> 1;
    loop {
        let entries = town.store().import_entries(id, below, BATCH)?;
        let Some(last) = entries.last() else { break };
        below = last.number;
        work.page(&entries)?;
        progress(Progress::Written(work.done.removed + work.done.restored));
    }
    work.end()
}

/// What is to be written of one record.
#[derive(Default)]
struct Pending {
    edits: Vec<Edit>,
    removes: u64,
    restores: bool,
    forgets: bool,
    row: u64,
}

struct Work<'w> {
    town: &'w Town,
    import: ImportRecord,
    author: Author,
    now: Time,
    random: &'w mut dyn Random,
    done: Undone,
    refused: u64,
    accepted: u64,
    pending: BTreeMap<DocumentId, Pending>,
    memory: HashMap<(DocumentId, PartKey), Fields>,
    restored: HashSet<DocumentId>,
}

impl<'w> Work<'w> {
    fn new(town: &'w Town, import: ImportRecord, author: Author, now: Time, random: &'w mut dyn Random) -> Self {
        let done = Undone {
            id: import.id,
            noun: import.noun.clone(),
            removed: 0,
            restored: 0,
            stayed: Vec::new(),
            complete: true,
        };
        Self {
            town,
            import,
            author,
            now,
            random,
            done,
            refused: 0,
            accepted: 0,
            pending: BTreeMap::new(),
            memory: HashMap::new(),
            restored: HashSet::new(),
        }
    }

    fn store(&self) -> &'w dyn Store {
        &**self.town.store()
    }

    fn page(&mut self, entries: &[ImportEntry]) -> Result<(), ImportError> {
        let made: Vec<[u8; 16]> = entries
            .iter()
            .filter(|entry| entry.made)
            .map(|entry| entry.part.unwrap_or(*entry.document.bytes()))
            .collect();
        let mentioned: BTreeSet<[u8; 16]> = self.store().mentioned(&made)?.into_iter().collect();
        for entry in entries {
            // An earlier note of the same record is judged by what this page has written of it.
            if self.pending.contains_key(&entry.document) && entry.part.is_none() {
                self.flush()?;
            }
            self.entry(entry, &mentioned)?;
        }
        self.flush()
    }

    fn entry(&mut self, entry: &ImportEntry, mentioned: &BTreeSet<[u8; 16]>) -> Result<(), ImportError> {
        let Some((stored, document)) = self.town.document(entry.document)? else { return Ok(()) };
        let changes = self.store().changes(entry.document)?;
        let writes = entry.made || !entry.after.is_empty();
        let was_written = changes.iter().any(|change| change.actor == entry.actor);
        if writes && !was_written {
            return Ok(());
        }
        let fields = document.fields();
        let conflicts: Vec<Vec<Box<str>>> = document.conflicts().into_iter().map(|conflict| conflict.path).collect();
        let map = parts_of(&stored.kind);
        let inside = |fields: &Fields, part: &[u8; 16]| match fields.get(map) {
            Some(Value::Map(parts)) => match parts.get(&uuid::Uuid::from_bytes(*part).to_string()) {
                Some(Value::Map(part)) => Some(part.clone()),
                _ => None,
            },
            _ => None,
        };
        let is_mentioned = mentioned.contains(&entry.part.unwrap_or(*entry.document.bytes()));
        match (&entry.part, entry.made) {
            (None, true) => {
                let Some(first) = changes.first() else { return Ok(()) };
                let first = Document::load([first.bytes.as_slice()]).map_err(|_| StoreError::Damaged("a document"))?;
                let Some(mark) = mark_of(&stored.kind) else {
                    self.stay(entry, "", PERMANENT);
                    return Ok(());
                };
                if fields.get(mark) == Some(&Value::Bool(true)) {
                    return Ok(());
                }
                let is_same = conflicts.is_empty() && same(&first.fields(), &fields);
                let reason = if is_same { REFERRED } else { EDITED };
                if is_mentioned || reason == EDITED {
                    self.stay(entry, "", reason);
                    return Ok(());
                }
                self.remove(entry, Vec::new(), mark)?;
                self.pending.entry(entry.document).or_default().forgets = true;
            }
            (Some(part), true) => {
                let Some(shown) = inside(&fields, part) else { return Ok(()) };
                let Some(mark) = part_mark_of(&stored.kind) else {
                    self.stay(entry, "", PERMANENT);
                    return Ok(());
                };
                if shown.get(mark) == Some(&Value::Bool(true)) {
                    return Ok(());
                }
                let name = uuid::Uuid::from_bytes(*part).to_string();
                let is_conflict = conflicts.iter().any(|path| path.get(1).is_some_and(|part| **part == *name));
                if is_mentioned || is_conflict || !same(&entry.after, &shown) {
                    self.stay(entry, "", if is_mentioned { REFERRED } else { EDITED });
                    return Ok(());
                }
                self.remove(entry, vec![map.into(), uuid::Uuid::from_bytes(*part).to_string().into()], mark)?;
            }
            (part, false) => {
                let (path, shown) = match part {
                    None => (Vec::new(), Some(fields)),
                    Some(part) => {
                        let path: Vec<Box<str>> = vec![map.into(), uuid::Uuid::from_bytes(*part).to_string().into()];
                        (path, inside(&fields, part))
                    }
                };
                let restored = shown.map(|fields| self.restore(entry, &path, &fields, &conflicts)).unwrap_or_default();
                self.forget(entry, &restored)?;
            }
        }
        Ok(())
    }

    fn stay(&mut self, entry: &ImportEntry, field: &str, reason: &'static str) {
        self.done.stayed.push(Stayed { row: entry.row, record: entry.document, field: field.to_owned(), reason });
    }

    /// Marks a record or a part that the import made.
    fn remove(&mut self, entry: &ImportEntry, path: Vec<Box<str>>, mark: &str) -> Result<(), ImportError> {
        let path = path.into_iter().chain([mark.into()]).collect();
        let pending = self.pending.entry(entry.document).or_default();
        pending.edits.push(Edit { path, value: Value::Bool(true) });
        pending.removes += 1;
        pending.row = entry.row;
        // Remembered as the import's own doing, so that the same file brings it back.
        let key = (entry.document, entry.part);
        let mut memory = match self.memory.remove(&key) {
            Some(memory) => memory,
            None => self.remembered(entry.document, entry.part)?,
        };
        memory.set(mark, Value::Bool(true));
        self.memory.insert(key, memory);
        Ok(())
    }

    /// Gives former values back where the import's still stand; returns which fields show them then.
    fn restore(
        &mut self,
        entry: &ImportEntry,
        path: &[Box<str>],
        fields: &Fields,
        conflicts: &[Vec<Box<str>>],
    ) -> BTreeSet<String> {
        let mut restored = BTreeSet::new();
        for (key, after) in entry.after.iter() {
            let here = shown(key, fields.get(key));
            let former = shown(key, entry.before.get(key));
            let path: Vec<Box<str>> = path.iter().cloned().chain([key.into()]).collect();
            if here == former {
                restored.insert(key.to_owned());
                continue;
            }
            if here != shown(key, Some(after)) || conflicts.contains(&path) {
                self.stay(entry, key, EDITED);
                continue;
            }
            let pending = self.pending.entry(entry.document).or_default();
            pending.edits.push(Edit { path, value: former });
            pending.restores = true;
            pending.row = entry.row;
            restored.insert(key.to_owned());
        }
        restored
    }

    /// What had last been read from a file before this import counts again, unless a later one has read more.
    fn forget(&mut self, entry: &ImportEntry, restored: &BTreeSet<String>) -> Result<(), ImportError> {
        let key = (entry.document, entry.part);
        let mut memory = match self.memory.remove(&key) {
            Some(memory) => memory,
            None => self.remembered(entry.document, entry.part)?,
        };
        let mut never = BTreeSet::new();
        for (field, read) in entry.reads.iter() {
            if memory.get(field) != Some(read) {
                continue;
            }
            let was = entry.was.get(field).cloned().unwrap_or(Value::Null);
            // Nothing had been read of it: what stands there is somebody's, unless this puts the nothing back.
            if was.is_null() && !restored.contains(field) {
                never.insert(field.to_owned());
            }
            memory.set(field, was);
        }
        let kept = memory.iter().filter(|(field, _)| !never.contains(*field));
        let kept = kept.map(|(field, value)| (field, value.clone())).collect();
        self.memory.insert(key, kept);
        Ok(())
    }

    fn remembered(&self, document: DocumentId, part: PartKey) -> Result<Fields, ImportError> {
        let found = self.store().remembered(&[document])?;
        Ok(found.into_iter().find(|one| one.part == part).map(|one| one.fields).unwrap_or_default())
    }

    fn flush(&mut self) -> Result<(), ImportError> {
        let pending: Vec<(DocumentId, Pending)> = std::mem::take(&mut self.pending).into_iter().collect();
        let drafts =
            pending.iter().map(|(id, pending)| Draft::Edit { id: *id, edits: pending.edits.clone() }).collect();
        let written = self.author.write(drafts, self.now, self.random)?;
        let (mut refused, mut forgotten) = (HashSet::new(), Vec::new());
        for ((id, pending), written) in pending.iter().zip(written) {
            match written {
                Written::Nothing | Written::Verdict(Verdict::Accepted { .. }) => {
                    self.accepted += 1;
                    self.done.removed += pending.removes;
                    self.done.restored += u64::from(pending.restores && self.restored.insert(*id));
                    if pending.forgets {
                        forgotten.push(*id);
                    }
                }
                Written::Verdict(_) => {
                    self.refused += 1;
                    refused.insert(*id);
                    let (row, record) = (pending.row, *id);
                    self.done.stayed.push(Stayed { row, record, field: String::new(), reason: FORBIDDEN });
                }
            }
        }
        let mut memory = Vec::new();
        for ((document, part), fields) in std::mem::take(&mut self.memory) {
            if refused.contains(&document) {
                continue;
            }
            memory.push(Remembered { document, part, fields });
        }
        self.store().import_forget(&memory, &forgotten)?;
        Ok(())
    }

    fn end(mut self) -> Result<Undone, ImportError> {
        if self.refused > 0 && self.accepted == 0 {
            return Err(ImportError::NotPermitted("records"));
        }
        self.done.complete = self.refused == 0;
        if self.done.complete {
            self.store().import_undone(self.import.id, self.now)?;
        }
        self.done.stayed.sort_by(|one, other| (one.row, &one.field).cmp(&(other.row, &other.field)));
        Ok(self.done)
    }
}

/// The map that a kind's parts lie in.
fn parts_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Household => "residents",
        Kind::Person => "assignments",
        Kind::Alert => "places",
        _ => "",
    }
}

/// The field that takes a record of a kind out.
const fn mark_of(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Household | Kind::Unit => Some("removed"),
        Kind::Person => Some("left"),
        _ => None,
    }
}

/// The field that takes a part of one out.
const fn part_mark_of(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Household => Some("removed"),
        Kind::Person => Some("ended"),
        _ => None,
    }
}

/// Whether a record shows what it showed first. What was added and taken out again does not count.
fn same(first: &Fields, now: &Fields) -> bool {
    let keys: BTreeSet<&str> = first.iter().chain(now.iter()).map(|(key, _)| key).collect();
    keys.into_iter().all(|key| match (first.get(key), now.get(key)) {
        (Some(Value::Map(first)), Some(Value::Map(now))) => same(first, now),
        (None, Some(Value::Map(part))) => {
            ["removed", "ended"].iter().any(|mark| part.get(mark) == Some(&Value::Bool(true)))
        }
        (first, now) => shown(key, first) == shown(key, now),
    })
}
