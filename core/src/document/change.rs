//! One change, read from its bytes without Automerge: the half of the gate that needs no document.
//!
//! Floor: document. Invariants: only the operations that records use are read, and only in the one encoding
//! that Automerge itself would write; no count is believed before the bytes for it were seen or it was found
//! to be within its limit; what was read borrows from the bytes.

use std::fmt;

use sha2::{Digest, Sha256};

use super::error::GateError;
use super::id::{ChangeHash, OpId};
use super::read::{Bytes, Column};
use crate::record::field::{Edit, MAX_KEY, MAX_VALUE};
use crate::record::{ActorId, Fields, Time, Value};

/// The most bytes of one change.
pub const MAX_CHANGE: usize = 256 * 1024;
/// The most operations of one change.
pub const MAX_OPS: usize = 4_000;
/// The most values that one change may replace, conflicting ones counted each.
pub const MAX_PREDECESSORS: usize = 4 * MAX_OPS;

pub(super) const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
pub(super) const CHANGE_CHUNK: u8 = 1;

/// The columns, in their order.
pub(super) mod column {
    pub(crate) const OBJECT_ACTOR: u64 = 1;
    pub(crate) const OBJECT_COUNTER: u64 = 2;
    pub(crate) const KEY: u64 = 21;
    pub(crate) const INSERT: u64 = 52;
    pub(crate) const ACTION: u64 = 66;
    pub(crate) const META: u64 = 86;
    pub(crate) const VALUE: u64 = 87;
    pub(crate) const PREDECESSORS: u64 = 112;
    pub(crate) const PREDECESSOR_ACTOR: u64 = 113;
    pub(crate) const PREDECESSOR_COUNTER: u64 = 115;
    pub(crate) const DEFLATED: u64 = 8;
    pub(crate) const ALL: [u64; 10] = [
        OBJECT_ACTOR,
        OBJECT_COUNTER,
        KEY,
        INSERT,
        ACTION,
        META,
        VALUE,
        PREDECESSORS,
        PREDECESSOR_ACTOR,
        PREDECESSOR_COUNTER,
    ];
}

/// The actions of operations that records use.
pub(super) mod action {
    pub(crate) const MAKE_MAP: u64 = 0;
    pub(crate) const PUT: u64 = 1;
}

/// The types of values that records use.
pub(super) mod kind {
    pub(crate) const NULL: u64 = 0;
    pub(crate) const FALSE: u64 = 1;
    pub(crate) const TRUE: u64 = 2;
    pub(crate) const INT: u64 = 4;
    pub(crate) const TEXT: u64 = 6;
    pub(crate) const BYTES: u64 = 7;
}

/// What an operation puts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Put<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// A new, empty map.
    Map,
}

impl Put<'_> {
    /// The value to keep; none for a new map.
    pub(super) fn value(self) -> Option<Value> {
        match self {
            Self::Null => Some(Value::Null),
            Self::Bool(truth) => Some(Value::Bool(truth)),
            Self::Int(number) => Some(Value::Int(number)),
            Self::Text(text) => Some(Value::Text(text.into())),
            Self::Bytes(bytes) => Some(Value::Bytes(bytes.into())),
            Self::Map => None,
        }
    }
}

/// One operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Op<'a> {
    /// The map it writes into; none for the root.
    pub(super) object: Option<OpId>,
    pub(super) key: &'a str,
    pub(super) put: Put<'a>,
    predecessors: (u32, u32),
}

/// One change that has passed the half of the gate that needs no document.
#[derive(Clone)]
pub struct Change<'a> {
    raw: &'a [u8],
    hash: ChangeHash,
    actor: ActorId,
    seq: u64,
    start_op: u64,
    seconds: i64,
    dependencies: Vec<ChangeHash>,
    ops: Vec<Op<'a>>,
    predecessors: Vec<OpId>,
}

/// Without what it writes.
impl fmt::Debug for Change<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hash, actor, seq, start_op, .. } = self;
        out.debug_struct("Change")
            .field("hash", hash)
            .field("actor", actor)
            .field("seq", seq)
            .field("start_op", start_op)
            .finish_non_exhaustive()
    }
}

impl<'a> Change<'a> {
    /// Reads a raw change.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(raw: &'a [u8]) -> Result<Self, GateError> {
        if raw.len() > MAX_CHANGE {
            return Err(GateError::TooLarge);
        }
        let mut from = Bytes::new(raw);
        if from.take(4)? != MAGIC {
            return Err(GateError::Magic);
        }
        let checksum = from.take(4)?;
        if from.take(1)? != [CHANGE_CHUNK] {
            return Err(GateError::ChunkType);
        }
        let length = from.length()?;
        if length < from.len() {
            return Err(GateError::Trailing);
        }
        if length > from.len() {
            return Err(GateError::Malformed);
        }
        let hash: [u8; 32] = Sha256::digest(&raw[8..]).into();
        if hash[..4] != *checksum {
            return Err(GateError::Checksum);
        }
        let dependencies = dependencies(&mut from)?;
        let actor = actor(&mut from)?;
        let seq = from.unsigned()?;
        let start_op = from.unsigned()?;
        if seq == 0 || start_op == 0 {
            return Err(GateError::Malformed);
        }
        let seconds = from.signed()?;
        if !(Time::MIN.seconds()..=Time::MAX.seconds()).contains(&seconds) {
            return Err(GateError::CommitTime);
        }
        if from.length()? != 0 {
            return Err(GateError::Message);
        }
        let actors = actors(&mut from, actor)?;
        let columns = Columns::read(&mut from)?;
        if !from.is_empty() {
            return Err(GateError::Trailing);
        }
        let (ops, predecessors) = columns.operations(&actors)?;
        // Automerge counts operations in 32 bits.
        if start_op.saturating_add(ops.len() as u64) > u64::from(u32::MAX) {
            return Err(GateError::StartOp);
        }
        written_once(&ops)?;
        Ok(Self {
            raw,
            hash: ChangeHash::from_bytes(hash),
            actor,
            seq,
            start_op,
            seconds,
            dependencies,
            ops,
            predecessors,
        })
    }

    /// Its bytes.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Its hash.
    #[must_use]
    pub const fn hash(&self) -> ChangeHash {
        self.hash
    }

    /// Who made it.
    #[must_use]
    pub const fn actor(&self) -> ActorId {
        self.actor
    }

    /// Its number among its actor's changes of the document, from one.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The number of its first operation.
    #[must_use]
    pub const fn start_op(&self) -> u64 {
        self.start_op
    }

    /// The number of its last operation.
    #[must_use]
    pub const fn max_op(&self) -> u64 {
        // There is at least one operation.
        self.start_op + self.ops.len() as u64 - 1
    }

    /// How many operations it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ops.len()
    }

    /// Never: a change that does nothing is refused.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// When it was made, in whole seconds since 1970, by its maker's clock.
    #[must_use]
    pub const fn seconds(&self) -> i64 {
        self.seconds
    }

    /// The heads of the document its maker had before, sorted.
    #[must_use]
    pub fn dependencies(&self) -> &[ChangeHash] {
        &self.dependencies
    }

    /// Whether it begins a document.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.dependencies.is_empty()
    }

    /// What it writes, as far as that can be told without its document: a field inside something that was made
    /// before stands behind a key that is empty.
    #[must_use]
    pub fn edits_alone(&self) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        let mut made: Vec<(OpId, usize)> = Vec::new();
        for (op, counter) in self.ops.iter().zip(self.start_op..) {
            let inside = op.object.map(|object| made.iter().find(|(map, _)| *map == object).map(|(_, at)| *at));
            let mut path: Vec<Box<str>> = match inside {
                None => Vec::new(),
                Some(None) => vec!["".into()],
                Some(Some(at)) => match (edits.get_mut(at), op.put.value()) {
                    (Some(Edit { value: Value::Map(fields), .. }), Some(value)) => {
                        fields.set(op.key, value);
                        continue;
                    }
                    (found, _) => found.map(|edit| edit.path.clone()).unwrap_or_default(),
                },
            };
            path.push(op.key.into());
            let value = op.put.value().unwrap_or_else(|| {
                made.push((OpId { counter, actor: self.actor }, edits.len()));
                Value::Map(Fields::new())
            });
            edits.push(Edit { path, value });
        }
        edits
    }

    pub(super) fn ops(&self) -> &[Op<'a>] {
        &self.ops
    }

    pub(super) fn predecessors(&self, op: &Op<'_>) -> &[OpId] {
        self.predecessors.get(op.predecessors.0 as usize..op.predecessors.1 as usize).unwrap_or_default()
    }

    pub(super) fn has_predecessors(&self) -> bool {
        !self.predecessors.is_empty()
    }
}

fn dependencies(from: &mut Bytes<'_>) -> Result<Vec<ChangeHash>, GateError> {
    let count = from.length()?;
    if count > from.len() / 32 {
        return Err(GateError::Malformed);
    }
    let mut dependencies = Vec::with_capacity(count);
    for _ in 0..count {
        let hash = ChangeHash::from_slice(from.take(32)?).ok_or(GateError::Malformed)?;
        if dependencies.last().is_some_and(|last| *last >= hash) {
            return Err(GateError::DependencyOrder);
        }
        dependencies.push(hash);
    }
    Ok(dependencies)
}

fn actor(from: &mut Bytes<'_>) -> Result<ActorId, GateError> {
    if from.length()? != 16 {
        return Err(GateError::Actor);
    }
    ActorId::from_slice(from.take(16)?).map_err(|_| GateError::Actor)
}

/// The change's own actor, and after it the others in order.
fn actors(from: &mut Bytes<'_>, own: ActorId) -> Result<Vec<ActorId>, GateError> {
    let count = from.length()?;
    if count > from.len() / 17 {
        return Err(GateError::Malformed);
    }
    let mut actors = Vec::with_capacity(count + 1);
    actors.push(own);
    for at in 0..count {
        let other = actor(from)?;
        if other == own || (at > 0 && actors.last().is_some_and(|last| *last >= other)) {
            return Err(GateError::Actor);
        }
        actors.push(other);
    }
    Ok(actors)
}

fn written_once(ops: &[Op<'_>]) -> Result<(), GateError> {
    if ops.is_sorted_by(|one, other| (one.object, one.key) < (other.object, other.key)) {
        return Ok(());
    }
    let mut places: Vec<_> = ops.iter().map(|op| (op.object, op.key)).collect();
    places.sort_unstable();
    if places.is_sorted_by(|one, other| one < other) { Ok(()) } else { Err(GateError::WrittenTwice) }
}

/// The columns' bytes; those that need not be there are empty then.
struct Columns<'a>([&'a [u8]; column::ALL.len()]);

impl<'a> Columns<'a> {
    fn read(from: &mut Bytes<'a>) -> Result<Self, GateError> {
        let count = from.length()?;
        if count > column::ALL.len() {
            return Err(GateError::Column);
        }
        let mut lengths = [0; column::ALL.len()];
        let mut next = 0;
        for _ in 0..count {
            let name = from.unsigned()?;
            if name & column::DEFLATED != 0 {
                return Err(GateError::Deflated);
            }
            let at = column::ALL[next..].iter().position(|known| *known == name).ok_or(GateError::Column)? + next;
            lengths[at] = from.length()?;
            if lengths[at] == 0 {
                return Err(GateError::Column);
            }
            next = at + 1;
        }
        let mut columns = [[].as_slice(); column::ALL.len()];
        for (column, length) in columns.iter_mut().zip(lengths) {
            *column = from.take(length)?;
        }
        Ok(Self(columns))
    }

    fn operations(&self, actors: &[ActorId]) -> Result<(Vec<Op<'a>>, Vec<OpId>), GateError> {
        let [object_actor, object_counter, key, insert, action, meta, value, group, from_actor, from_counter] = self.0;
        let mut actions = Column::<u64>::new(action);
        let count = actions.count(MAX_OPS)?;
        if count == 0 {
            return Err(GateError::Empty);
        }
        never(insert, count)?;
        let mut objects = Objects::new(object_actor, object_counter)?;
        let mut keys = Column::<&str>::new(key);
        let mut values = Values { meta: Column::new(meta), raw: Bytes::new(value) };
        let mut groups = Predecessors::new(group, from_actor, from_counter)?;
        let mut used = vec![false; actors.len()];
        used[0] = true;
        let mut name = |counter: u64, index: u64| {
            let index = usize::try_from(index).map_err(|_| GateError::Actor)?;
            let actor = *actors.get(index).ok_or(GateError::Actor)?;
            used[index] = true;
            Ok(OpId { counter, actor })
        };
        let mut ops = Vec::with_capacity(count);
        let mut predecessors = Vec::new();
        for _ in 0..count {
            let object = objects.next()?.map(|(counter, index)| name(counter, index)).transpose()?;
            let key = keys.next()?.ok_or(GateError::Key)?;
            if key.is_empty() {
                return Err(GateError::Key);
            }
            if key.len() > MAX_KEY {
                return Err(GateError::KeyTooLong);
            }
            let put = values.next(actions.value()?)?;
            let begin = predecessors.len();
            groups.next(&mut predecessors, &mut name)?;
            let range = u32::try_from(begin).ok().zip(u32::try_from(predecessors.len()).ok());
            ops.push(Op { object, key, put, predecessors: range.ok_or(GateError::TooManyOperations)? });
        }
        actions.finish()?;
        objects.finish()?;
        keys.finish()?;
        values.finish()?;
        groups.finish()?;
        if used.contains(&false) {
            return Err(GateError::Actor);
        }
        Ok((ops, predecessors))
    }
}

/// A column of truth values that are all false.
fn never(column: &[u8], count: usize) -> Result<(), GateError> {
    let mut from = Bytes::new(column);
    if from.length()? != count || !from.is_empty() {
        return Err(GateError::Operation);
    }
    Ok(())
}

struct Objects<'a>(Option<(Column<'a, u64>, Column<'a, u64>)>);

impl<'a> Objects<'a> {
    fn new(actor: &'a [u8], counter: &'a [u8]) -> Result<Self, GateError> {
        match (actor.is_empty(), counter.is_empty()) {
            (true, true) => Ok(Self(None)),
            (false, false) => Ok(Self(Some((Column::new(actor), Column::new(counter))))),
            _ => Err(GateError::Column),
        }
    }

    /// Counter and index of the actor; none for the root.
    fn next(&mut self) -> Result<Option<(u64, u64)>, GateError> {
        let Some((actors, counters)) = &mut self.0 else { return Ok(None) };
        match (actors.next()?, counters.next()?) {
            (None, None) => Ok(None),
            (Some(_), Some(0)) => Err(GateError::Object),
            (Some(actor), Some(counter)) => Ok(Some((counter, actor))),
            _ => Err(GateError::Malformed),
        }
    }

    fn finish(self) -> Result<(), GateError> {
        self.0.map_or(Ok(()), |(actors, counters)| actors.finish().and(counters.finish()))
    }
}

struct Values<'a> {
    meta: Column<'a, u64>,
    raw: Bytes<'a>,
}

impl<'a> Values<'a> {
    fn next(&mut self, action: u64) -> Result<Put<'a>, GateError> {
        let meta = self.meta.value()?;
        let length = usize::try_from(meta >> 4).map_err(|_| GateError::Malformed)?;
        if length > MAX_VALUE {
            return Err(GateError::ValueTooLong);
        }
        let mut raw = Bytes::new(self.raw.take(length)?);
        match (action, meta & 0xf) {
            (action::MAKE_MAP, kind::NULL) if length == 0 => Ok(Put::Map),
            (action::PUT, kind::NULL) if length == 0 => Ok(Put::Null),
            (action::PUT, kind::FALSE) if length == 0 => Ok(Put::Bool(false)),
            (action::PUT, kind::TRUE) if length == 0 => Ok(Put::Bool(true)),
            (action::PUT, kind::INT) => {
                let number = raw.signed()?;
                if raw.is_empty() { Ok(Put::Int(number)) } else { Err(GateError::Trailing) }
            }
            (action::PUT, kind::TEXT) => {
                std::str::from_utf8(raw.take(length)?).map(Put::Text).map_err(|_| GateError::Malformed)
            }
            (action::PUT, kind::BYTES) => Ok(Put::Bytes(raw.take(length)?)),
            (action::PUT | action::MAKE_MAP, _) => Err(GateError::ValueType),
            _ => Err(GateError::Operation),
        }
    }

    fn finish(self) -> Result<(), GateError> {
        self.meta.finish()?;
        if self.raw.is_empty() { Ok(()) } else { Err(GateError::Trailing) }
    }
}

struct Predecessors<'a> {
    counts: Column<'a, u64>,
    names: Option<(Column<'a, u64>, Column<'a, i64>)>,
    counter: i64,
}

impl<'a> Predecessors<'a> {
    fn new(counts: &'a [u8], actor: &'a [u8], counter: &'a [u8]) -> Result<Self, GateError> {
        let names = match (actor.is_empty(), counter.is_empty()) {
            (true, true) => None,
            (false, false) => Some((Column::new(actor), Column::new(counter))),
            _ => return Err(GateError::Column),
        };
        Ok(Self { counts: Column::new(counts), names, counter: 0 })
    }

    fn next(
        &mut self,
        out: &mut Vec<OpId>,
        name: &mut impl FnMut(u64, u64) -> Result<OpId, GateError>,
    ) -> Result<(), GateError> {
        let count = self.counts.value()?;
        if count.saturating_add(out.len() as u64) > MAX_PREDECESSORS as u64 {
            return Err(GateError::TooManyOperations);
        }
        let begin = out.len();
        for _ in 0..count {
            let (actors, deltas) = self.names.as_mut().ok_or(GateError::Malformed)?;
            let actor = actors.value()?;
            self.counter = self.counter.checked_add(deltas.value()?).ok_or(GateError::Malformed)?;
            let counter = u64::try_from(self.counter).map_err(|_| GateError::Predecessor)?;
            let found = name(counter, actor)?;
            if counter == 0 || (out.len() > begin && out.last().is_some_and(|last| *last >= found)) {
                return Err(GateError::Predecessor);
            }
            out.push(found);
        }
        Ok(())
    }

    fn finish(self) -> Result<(), GateError> {
        self.counts.finish()?;
        self.names.map_or(Ok(()), |(actors, deltas)| actors.finish().and(deltas.finish()))
    }
}
