//! A document's first change: where its header stands and where its maps are made.
//!
//! Floor: document. Invariants: it depends on nothing, replaces nothing and writes only into maps it makes
//! itself; the record in it can be read and holds together; it is judged and read without Automerge.

use super::change::{Change, Put};
use super::error::GateError;
use super::schema;
use crate::record::kind::is_header_key;
use crate::record::word::Word;
use crate::record::{FieldSpec, Fields, Header, Invalid, Kind, Record, Value};

/// What a document's first change says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// The header.
    pub header: Header,
    /// The record; it holds together.
    pub record: Record,
    /// Every field except the header's; those that this version does not know too.
    pub fields: Fields,
}

/// A map that the change makes.
struct Made<'a> {
    /// The operation that makes it.
    counter: u64,
    parent: usize,
    key: &'a str,
    place: Place,
    fields: Fields,
}

#[derive(Clone, Copy)]
enum Place {
    Root,
    /// Under one of the kind's keys, where parts of these fields lie.
    Map(&'static [FieldSpec]),
    Part(&'static [FieldSpec]),
}

impl Change<'_> {
    /// Judges it as a document's first change, and reads it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn first(&self) -> Result<First, GateError> {
        if !self.is_first() {
            return Err(GateError::NotFirst);
        }
        if self.seq() != 1 {
            return Err(GateError::Sequence);
        }
        if self.start_op() != 1 {
            return Err(GateError::StartOp);
        }
        if self.has_predecessors() {
            return Err(GateError::Predecessor);
        }
        let kind = self.kind()?;
        let mut header = Fields::new();
        let root = Made { counter: 0, parent: 0, key: "", place: Place::Root, fields: Fields::new() };
        let mut maps = vec![root];
        for (op, counter) in self.ops().iter().zip(self.start_op()..) {
            let at = match op.object {
                None => 0,
                Some(id) if id.actor != self.actor() => return Err(GateError::Object),
                Some(id) => maps.binary_search_by_key(&id.counter, |map| map.counter).map_err(|_| GateError::Object)?,
            };
            let place = match (maps[at].place, op.put.value()) {
                (Place::Root, Some(value)) if is_header_key(op.key) => {
                    schema::header(op.key, &value)?;
                    header.set(op.key, value);
                    continue;
                }
                (Place::Root, Some(value)) => {
                    schema::scalar(kind.fields(), op.key, &value)?;
                    maps[at].fields.set(op.key, value);
                    continue;
                }
                (Place::Part(specs), Some(value)) => {
                    schema::scalar(specs, op.key, &value)?;
                    maps[at].fields.set(op.key, value);
                    continue;
                }
                (Place::Map(_), Some(_)) => return Err(GateError::Container),
                (Place::Root, None) => Place::Map(schema::parts(&kind, op.key).ok_or(GateError::Container)?),
                (Place::Map(_), None) if !schema::is_part_key(op.key) => return Err(GateError::PartKey),
                (Place::Map(specs), None) => Place::Part(specs),
                (Place::Part(_), None) => return Err(GateError::Container),
            };
            debug_assert_eq!(op.put, Put::Map);
            maps[at].fields.set(op.key, Value::Map(Fields::new()));
            maps.push(Made { counter, parent: at, key: op.key, place, fields: Fields::new() });
        }
        // Children stand behind their parents.
        while maps.len() > 1 {
            let Some(child) = maps.pop() else { break };
            if let Some(value) = maps[child.parent].fields.get_mut(child.key) {
                *value = Value::Map(child.fields);
            }
        }
        let fields = maps.pop().map(|root| root.fields).unwrap_or_default();
        let header = Header::read(&header)?;
        let record = Record::read(&kind, &fields)?;
        record.validate()?;
        Ok(First { header, record, fields })
    }

    /// The header of a first change that passed the gate once.
    pub(super) fn header(&self) -> Result<Header, GateError> {
        let mut header = Fields::new();
        for op in self.ops().iter().filter(|op| op.object.is_none() && is_header_key(op.key)) {
            header.set(op.key, op.put.value().ok_or(GateError::Container)?);
        }
        Ok(Header::read(&header)?)
    }

    /// The kind that a first change's header names.
    fn kind(&self) -> Result<Kind, GateError> {
        let named = self.ops().iter().find(|op| op.object.is_none() && op.key == "_kind");
        match named.map(|op| op.put) {
            Some(Put::Text(word)) => Some(Kind::from_word(word)).filter(Word::is_known).ok_or(GateError::Kind),
            _ => Err(GateError::Kind),
        }
    }
}

/// Whether the record in `fields` can be read and holds together.
pub(super) fn readable(kind: &Kind, fields: &Fields) -> Result<(), Invalid> {
    Record::read(kind, fields)?.validate()
}
