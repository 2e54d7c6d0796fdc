//! What a file says, what is there, and what a file last said: what is to be written.
//!
//! Floor: sync-server, import; pure but for reading what is there. Invariants: only what differs from what was last read from a file is
//! written; what somebody else has changed since is left alone and listed, unless it is chosen; the same file
//! again writes nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{DocumentId, Fields, Invalid, Record, Value};

use super::Clash;
use crate::store::{ImportEntry, PartKey, Remembered, StoreError, StoredDocument};
use crate::town::Town;

/// One field's value as a file has it.
#[derive(Clone, Debug)]
pub(crate) struct Say {
    pub row: u64,
    /// The column that it is called by in answers.
    pub column: &'static str,
    /// The field's key in the flat form of its record or part.
    pub key: String,
    pub value: Value,
    /// How it is judged.
    pub how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// As any field.
    Plain,
    /// Nobody may change it once it stands.
    Fixed,
    /// Lines, of which those that are there already say nothing new.
    Lines,
}

impl Say {
    pub(crate) fn new(row: u64, column: &'static str, key: impl Into<String>, value: Value) -> Self {
        Self { row, column, key: key.into(), value, how: How::Plain }
    }

    pub(crate) fn text(row: u64, column: &'static str, key: impl Into<String>, text: &str) -> Self {
        Self::new(row, column, key, Value::Text(text.into()))
    }

    pub(crate) fn fixed(self) -> Self {
        Self { how: How::Fixed, ..self }
    }
}

/// A part of a record as a file has it.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub row: u64,
    pub id: [u8; 16],
    /// All its fields, where it is new.
    pub fresh: Option<Fields>,
    pub says: Vec<Say>,
}

/// What is there.
#[derive(Debug)]
pub(crate) struct Present {
    pub stored: StoredDocument,
    pub fields: Fields,
    pub memory: HashMap<PartKey, Fields>,
    /// The fields that show several values.
    pub conflicts: HashSet<Vec<Box<str>>>,
}

impl Present {
    /// A record that is there, with what was last read of it.
    ///
    /// # Errors
    /// As the store.
    pub(crate) fn read(town: &Town, id: DocumentId) -> Result<Option<Self>, StoreError> {
        let Some((stored, document)) = town.document(id)? else { return Ok(None) };
        let memory = town.store().remembered(&[id])?;
        let memory = memory.into_iter().map(|one| (one.part, one.fields)).collect();
        let conflicts = document.conflicts().into_iter().map(|conflict| conflict.path).collect();
        Ok(Some(Self { stored, fields: document.fields(), memory, conflicts }))
    }

    /// The parts under `map`, with what they show.
    pub(crate) fn parts(&self, map: &str) -> Vec<([u8; 16], Fields)> {
        let Some(Value::Map(parts)) = self.fields.get(map) else { return Vec::new() };
        let id = |key: &str| uuid::Uuid::try_parse(key).ok().map(uuid::Uuid::into_bytes);
        parts
            .iter()
            .filter_map(|(key, part)| match part {
                Value::Map(fields) => Some((id(key)?, fields.clone())),
                _ => None,
            })
            .collect()
    }
}

/// What was found of one record, or of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    New,
    Changed,
    Unchanged,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    pub edits: Vec<Edit>,
    pub entries: Vec<ImportEntry>,
    pub memory: Vec<Remembered>,
    pub clashes: Vec<Clash>,
    /// What became of the record's own fields.
    pub changed: bool,
    /// What became of its parts, in their order.
    pub parts: Vec<Fate>,
}

impl Compared {
    /// Whether the record still holds together with what is to be written.
    ///
    /// # Errors
    /// The field and the reason.
    pub(crate) fn check(&self, present: &Present) -> Result<(), Invalid> {
        if self.edits.is_empty() {
            return Ok(());
        }
        let mut fields = present.fields.clone();
        for edit in &self.edits {
            match &*edit.path {
                [key] => fields.set(key, edit.value.clone()),
                [map, key] => {
                    if let Some(Value::Map(parts)) = fields.get_mut(map) {
                        parts.set(key, edit.value.clone());
                    }
                }
                [map, part, key] => {
                    if let Some(Value::Map(parts)) = fields.get_mut(map)
                        && let Some(Value::Map(part)) = parts.get_mut(part)
                    {
                        part.set(key, edit.value.clone());
                    }
                }
                _ => {}
            }
        }
        // A record that did not hold together before is not this file's doing.
        let Ok(record) = Record::read(&present.stored.kind, &fields) else { return Ok(()) };
        record.validate()
    }
}

/// The rows and columns in which the file is to count, whatever somebody else has written.
pub(crate) type Chosen = BTreeSet<(u64, String)>;

/// A truth value that reads as false where it is absent.
fn is_flag(key: &str) -> bool {
    key.contains('/') || matches!(key, "removed" | "left" | "left_town" | "ended")
}

/// What a key shows, with one value for "nothing".
pub(crate) fn shown(key: &str, value: Option<&Value>) -> Value {
    match value {
        None | Some(Value::Null) if is_flag(key) => Value::Bool(false),
        None => Value::Null,
        Some(value) => value.clone(),
    }
}

enum Verdict {
    /// It is there.
    Same,
    /// It says nothing new.
    Within,
    Write,
    Clash,
}

fn judge(say: &Say, present: &Fields, memory: &Fields, is_conflict: bool, chosen: bool) -> Verdict {
    let here = shown(&say.key, present.get(&say.key));
    let file = shown(&say.key, Some(&say.value));
    if here == file {
        return Verdict::Same;
    }
    if let (How::Lines, Value::Text(here), Value::Text(file)) = (say.how, &here, &file)
        && file.lines().all(|line| here.lines().any(|have| have == line))
    {
        return Verdict::Within;
    }
    if say.how == How::Fixed {
        return Verdict::Clash;
    }
    if chosen {
        return Verdict::Write;
    }
    match memory.get(&say.key) {
        // Of several values one is somebody's who has not been heard.
        _ if is_conflict => Verdict::Clash,
        Some(read) if shown(&say.key, Some(read)) == here => Verdict::Write,
        // Nobody has ever said anything.
        None if present.get(&say.key).is_none() => Verdict::Write,
        _ => Verdict::Clash,
    }
}

/// One record or part while it is compared.
struct Side<'a> {
    document: DocumentId,
    part: PartKey,
    path: Vec<Box<str>>,
    present: &'a Fields,
    memory: Fields,
    conflicts: &'a HashSet<Vec<Box<str>>>,
}

impl Side<'_> {
    /// Returns whether anything is to be written.
    fn compare(mut self, row: u64, says: &[Say], chosen: &Chosen, out: &mut Compared) -> bool {
        let (mut before, mut after) = (Fields::new(), Fields::new());
        let (mut was, mut reads) = (Fields::new(), Fields::new());
        for say in says {
            let taken = chosen.contains(&(say.row, say.column.to_owned()));
            let path: Vec<Box<str>> = self.path.iter().cloned().chain([say.key.as_str().into()]).collect();
            let verdict = judge(say, self.present, &self.memory, self.conflicts.contains(&path), taken);
            let here = shown(&say.key, self.present.get(&say.key));
            match verdict {
                Verdict::Within => continue,
                Verdict::Same => {}
                Verdict::Write => {
                    out.edits.push(Edit { path, value: say.value.clone() });
                    before.set(&say.key, here);
                    after.set(&say.key, say.value.clone());
                }
                Verdict::Clash => out.clashes.push(Clash::new(say, &here)),
            }
            if self
                .memory
                .get(&say.key)
                .is_none_or(|read| shown(&say.key, Some(read)) != shown(&say.key, Some(&say.value)))
            {
                was.set(&say.key, self.memory.get(&say.key).cloned().unwrap_or(Value::Null));
                reads.set(&say.key, say.value.clone());
            }
        }
        for (key, value) in reads.iter() {
            self.memory.set(key, value.clone());
        }
        let (document, part) = (self.document, self.part);
        if !reads.is_empty() {
            out.memory.push(Remembered { document, part, fields: self.memory });
        }
        let writes = !after.is_empty();
        if writes || !reads.is_empty() {
            out.entries.push(entry(document, part, row, false, [before, after, was, reads]));
        }
        writes
    }
}

fn entry(
    document: DocumentId,
    part: PartKey,
    row: u64,
    made: bool,
    [before, after, was, reads]: [Fields; 4],
) -> ImportEntry {
    let actor = qiaomen_core::record::ActorId::from_bytes([0; 16]);
    ImportEntry { number: 0, row, document, part, made, actor, before, after, was, reads }
}

fn said(says: &[Say]) -> Fields {
    says.iter().map(|say| (say.key.as_str(), say.value.clone())).collect()
}

/// A record that is not there yet.
pub(crate) fn made(document: DocumentId, row: u64, says: &[Say], parts: &[Part]) -> Compared {
    let mut out = Compared::default();
    out.entries.push(entry(document, None, row, true, [const { Fields::new() }; 4]));
    out.memory.push(Remembered { document, part: None, fields: said(says) });
    for part in parts {
        out.memory.push(Remembered { document, part: Some(part.id), fields: said(&part.says) });
        out.parts.push(Fate::New);
    }
    out
}

/// A record that is there.
pub(crate) fn against(
    present: &Present,
    row: u64,
    says: &[Say],
    (map, parts): (&str, &[Part]),
    chosen: &Chosen,
) -> Compared {
    let mut out = Compared::default();
    let (document, conflicts) = (present.stored.id, &present.conflicts);
    let memory = |part: PartKey| present.memory.get(&part).cloned().unwrap_or_default();
    let root =
        Side { document, part: None, path: Vec::new(), present: &present.fields, memory: memory(None), conflicts };
    out.changed = root.compare(row, says, chosen, &mut out);
    let there = if parts.is_empty() { Vec::new() } else { present.parts(map) };
    for part in parts {
        let name: Box<str> = uuid::Uuid::from_bytes(part.id).to_string().into();
        let path: Vec<Box<str>> = vec![map.into(), name];
        let fate = match (&part.fresh, there.iter().find(|(id, _)| *id == part.id)) {
            (_, Some((_, fields))) => {
                let side = Side {
                    document,
                    part: Some(part.id),
                    path,
                    present: fields,
                    memory: memory(Some(part.id)),
                    conflicts,
                };
                if side.compare(part.row, &part.says, chosen, &mut out) { Fate::Changed } else { Fate::Unchanged }
            }
            (Some(fields), None) => {
                let after = fields.clone();
                out.edits.push(Edit { path, value: Value::Map(fields.clone()) });
                let empty = const { Fields::new() };
                out.entries.push(entry(
                    document,
                    Some(part.id),
                    part.row,
                    true,
                    [empty.clone(), after, empty.clone(), empty],
                ));
                out.memory.push(Remembered { document, part: Some(part.id), fields: said(&part.says) });
                Fate::New
            }
            (None, None) => Fate::Unchanged,
        };
        out.parts.push(fate);
    }
    out
}

/// What the members of a set say: those that the file names stand, and those that it named before and names no
/// more do not.
pub(crate) fn members<'m>(
    row: u64,
    column: &'static str,
    set: &str,
    members: impl Iterator<Item = &'m str>,
    memory: Option<&Fields>,
) -> Vec<Say> {
    let keys: BTreeSet<String> = members.map(|member| format!("{set}/{member}")).collect();
    if keys.is_empty() {
        return Vec::new();
    }
    let prefix = format!("{set}/");
    let gone = memory
        .into_iter()
        .flat_map(|memory| memory.under(&prefix))
        .filter(|(_, value)| **value == Value::Bool(true))
        .map(|(member, _)| format!("{prefix}{member}"))
        .filter(|key| !keys.contains(key));
    let mut says: Vec<Say> = gone.map(|key| Say::new(row, column, key, Value::Bool(false))).collect();
    says.extend(keys.iter().map(|key| Say::new(row, column, key.as_str(), Value::Bool(true))));
    says
}

#[cfg(test)]
mod tests {
    use qiaomen_core::record::{Kind, PersonId, Role, Scope, Time};

    use super::*;

    const ID: DocumentId = DocumentId::from_bytes([3; 16]);

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn present(here: Option<&str>, read: Option<&str>) -> Present {
        let stored = StoredDocument {
            id: ID,
            kind: Kind::Household,
            scope: Scope::Town,
            birth_scope: Scope::Town,
            author: PersonId::from_bytes([1; 16]),
            role: Role::Supervisor,
            epoch: 0,
            sequence: 1,
            entered: 0,
            acceptance: 1,
            arrival: Time::MIN,
            conflicts: 0,
        };
        let fields = here.into_iter().map(|here| ("note", text(here))).collect();
        let memory = read.into_iter().map(|read| (None, [("note", text(read))].into_iter().collect())).collect();
        Present { stored, fields, memory, conflicts: HashSet::new() }
    }

    #[test]
    fn only_what_differs_from_what_was_last_read_is_written() {
        // What is here, what was last read, what the file says: written, clash.
        let table = [
            (Some("a"), Some("a"), "a", false, false),
            (Some("a"), Some("a"), "b", true, false),
            (Some("w"), Some("a"), "a", false, true),
            (Some("w"), Some("a"), "b", false, true),
            (Some("b"), Some("a"), "b", false, false),
            (None, None, "b", true, false),
            (Some("w"), None, "b", false, true),
            (None, Some("a"), "b", false, true),
        ];
        for (here, read, file, written, clash) in table {
            let present = present(here, read);
            let says = [Say::text(7, "note", "note", file)];
            let found = against(&present, 7, &says, ("", &[]), &Chosen::new());
            assert_eq!((found.changed, !found.clashes.is_empty()), (written, clash), "{here:?} {read:?} {file}");
            // Whatever is chosen is written, whoever wrote what is there.
            let chosen = [(7, "note".to_owned())].into();
            let found = against(&present, 7, &says, ("", &[]), &chosen);
            assert_eq!(found.changed, here != Some(file), "{here:?} {read:?} {file}");
            // What was read is remembered in any case, so that the same file says nothing again.
            assert_eq!(found.memory.is_empty(), read == Some(file));
        }
    }

    #[test]
    fn a_member_that_the_file_no_longer_names_is_taken_out_and_those_of_others_stay() {
        let mut present = present(None, None);
        for number in ["1", "2"] {
            present.fields.set(&format!("telephones/{number}"), Value::Bool(true));
        }
        present.memory.insert(None, [("telephones/1", Value::Bool(true))].into_iter().collect());
        let says = members(2, "telephone", "telephones", ["3"].into_iter(), present.memory.get(&None));
        let found = against(&present, 2, &says, ("", &[]), &Chosen::new());
        let written: Vec<(String, Value)> =
            found.edits.iter().map(|edit| (edit.path[0].to_string(), edit.value.clone())).collect();
        let expected =
            [("telephones/1".to_owned(), Value::Bool(false)), ("telephones/3".to_owned(), Value::Bool(true))];
        assert_eq!((written.as_slice(), found.clashes.len()), (expected.as_slice(), 0));
    }

    #[test]
    fn lines_of_a_note_that_are_there_say_nothing_new() {
        let present = present(Some("one\ntwo"), None);
        let mut say = Say::text(2, "note", "note", "two");
        say.how = How::Lines;
        let found = against(&present, 2, &[say.clone()], ("", &[]), &Chosen::new());
        assert!(!found.changed && found.clashes.is_empty() && found.memory.is_empty());
        say.value = text("three");
        assert_eq!(against(&present, 2, &[say], ("", &[]), &Chosen::new()).clashes.len(), 1);
    }
}
