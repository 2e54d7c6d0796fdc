//! Writing a change: the one encoding that [`read`](super::read) takes, and Automerge writes.
//!
//! Floor: document. Invariant: whatever is written here is read again by the gate before it leaves the
//! room, so that no document can hold a change which another replica would refuse.

use sha2::{Digest, Sha256};

use super::change::{CHANGE_CHUNK, MAGIC, Put, action, column, kind};
use super::id::{ChangeHash, OpId};
use crate::record::ActorId;

/// An operation to be written.
pub(super) struct Write<'a> {
    /// The map it writes into; none for the root.
    pub(super) object: Option<OpId>,
    pub(super) key: &'a str,
    pub(super) put: Put<'a>,
    /// What it replaces, ascending.
    pub(super) predecessors: Vec<OpId>,
}

/// A change to be written.
pub(super) struct Draft<'a> {
    pub(super) actor: ActorId,
    pub(super) seq: u64,
    pub(super) start_op: u64,
    pub(super) seconds: i64,
    /// Ascending.
    pub(super) dependencies: Vec<ChangeHash>,
    pub(super) ops: Vec<Write<'a>>,
}

pub(super) fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(super) fn signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0) {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

/// What a run-length column holds.
trait Cell: Copy + PartialEq {
    fn write(self, out: &mut Vec<u8>);
}

impl Cell for u64 {
    fn write(self, out: &mut Vec<u8>) {
        unsigned(out, self);
    }
}

impl Cell for i64 {
    fn write(self, out: &mut Vec<u8>) {
        signed(out, self);
    }
}

impl Cell for &str {
    fn write(self, out: &mut Vec<u8>) {
        unsigned(out, self.len() as u64);
        out.extend_from_slice(self.as_bytes());
    }
}

/// Writes `cells` in maximal runs; nothing where all of them are null.
fn runs<T: Cell>(out: &mut Vec<u8>, cells: &[Option<T>]) {
    if cells.iter().all(Option::is_none) {
        return;
    }
    let mut rest = cells;
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|cell| *cell == first).count();
        match first {
            None => {
                signed(out, 0);
                unsigned(out, same as u64);
                rest = &rest[same..];
            }
            Some(value) if same > 1 => {
                signed(out, same as i64);
                value.write(out);
                rest = &rest[same..];
            }
            Some(_) => {
                let single = |at: &usize| rest[*at].is_some() && rest.get(at + 1) != Some(&rest[*at]);
                let count = (0..rest.len()).take_while(single).count();
                signed(out, -(count as i64));
                rest[..count].iter().flatten().for_each(|value| value.write(out));
                rest = &rest[count..];
            }
        }
    }
}

impl Draft<'_> {
    /// The actors other than the change's own that its operations name, ascending.
    fn others(&self) -> Vec<ActorId> {
        let named = self.ops.iter().flat_map(|op| op.object.iter().chain(&op.predecessors));
        let mut others: Vec<_> = named.map(|id| id.actor).filter(|actor| *actor != self.actor).collect();
        others.sort_unstable();
        others.dedup();
        others
    }

    /// The raw change.
    pub(super) fn encode(&self) -> Vec<u8> {
        let others = self.others();
        let index = |id: &OpId| others.binary_search(&id.actor).map_or(0, |at| at as u64 + 1);
        let mut columns: Vec<(u64, usize)> = Vec::with_capacity(column::ALL.len());
        let mut body = Vec::with_capacity(32 * self.ops.len());
        let mut end = |name: u64, body: &Vec<u8>, begin: usize| {
            if body.len() > begin {
                columns.push((name, body.len() - begin));
            }
            body.len()
        };

        let objects: Vec<_> = self.ops.iter().map(|op| op.object.as_ref().map(index)).collect();
        runs(&mut body, &objects);
        let mut at = end(column::OBJECT_ACTOR, &body, 0);
        let counters: Vec<_> = self.ops.iter().map(|op| op.object.map(|id| id.counter)).collect();
        runs(&mut body, &counters);
        at = end(column::OBJECT_COUNTER, &body, at);
        let keys: Vec<_> = self.ops.iter().map(|op| Some(op.key)).collect();
        runs(&mut body, &keys);
        at = end(column::KEY, &body, at);
        unsigned(&mut body, self.ops.len() as u64);
        at = end(column::INSERT, &body, at);
        let made = |put: &Put<'_>| if *put == Put::Map { action::MAKE_MAP } else { action::PUT };
        let actions: Vec<_> = self.ops.iter().map(|op| Some(made(&op.put))).collect();
        runs(&mut body, &actions);
        at = end(column::ACTION, &body, at);
        let mut raw = Vec::with_capacity(16 * self.ops.len());
        let metas: Vec<_> = self.ops.iter().map(|op| Some(value(&mut raw, op.put))).collect();
        runs(&mut body, &metas);
        at = end(column::META, &body, at);
        body.extend_from_slice(&raw);
        at = end(column::VALUE, &body, at);
        let groups: Vec<_> = self.ops.iter().map(|op| Some(op.predecessors.len() as u64)).collect();
        runs(&mut body, &groups);
        at = end(column::PREDECESSORS, &body, at);
        let predecessors = || self.ops.iter().flat_map(|op| &op.predecessors);
        let actors: Vec<_> = predecessors().map(|id| Some(index(id))).collect();
        runs(&mut body, &actors);
        at = end(column::PREDECESSOR_ACTOR, &body, at);
        let mut last = 0;
        let delta = |id: &OpId| Some((id.counter as i64).wrapping_sub(std::mem::replace(&mut last, id.counter as i64)));
        let deltas: Vec<_> = predecessors().map(delta).collect();
        runs(&mut body, &deltas);
        end(column::PREDECESSOR_COUNTER, &body, at);

        let mut data = Vec::with_capacity(body.len() + 128 + 32 * self.dependencies.len());
        unsigned(&mut data, self.dependencies.len() as u64);
        self.dependencies.iter().for_each(|hash| data.extend_from_slice(hash.bytes()));
        let actor = |data: &mut Vec<u8>, actor: &ActorId| {
            unsigned(data, 16);
            data.extend_from_slice(actor.bytes());
        };
        actor(&mut data, &self.actor);
        unsigned(&mut data, self.seq);
        unsigned(&mut data, self.start_op);
        signed(&mut data, self.seconds);
        unsigned(&mut data, 0);
        unsigned(&mut data, others.len() as u64);
        others.iter().for_each(|other| actor(&mut data, other));
        unsigned(&mut data, columns.len() as u64);
        for (name, length) in columns {
            unsigned(&mut data, name);
            unsigned(&mut data, length as u64);
        }
        data.extend_from_slice(&body);
        chunk(CHANGE_CHUNK, &data)
    }
}

/// Writes the value's bytes, and returns its type and length.
fn value(raw: &mut Vec<u8>, put: Put<'_>) -> u64 {
    let begin = raw.len();
    let kind = match put {
        Put::Null | Put::Map => kind::NULL,
        Put::Bool(false) => kind::FALSE,
        Put::Bool(true) => kind::TRUE,
        Put::Int(number) => {
            signed(raw, number);
            kind::INT
        }
        Put::Text(text) => {
            raw.extend_from_slice(text.as_bytes());
            kind::TEXT
        }
        Put::Bytes(bytes) => {
            raw.extend_from_slice(bytes);
            kind::BYTES
        }
    };
    ((raw.len() - begin) as u64) << 4 | kind
}

/// A chunk of this type: magic, checksum, type, length, content.
pub(super) fn chunk(kind: u8, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + 14);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&[0; 4]);
    out.push(kind);
    unsigned(&mut out, data.len() as u64);
    out.extend_from_slice(data);
    let hash: [u8; 32] = Sha256::digest(&out[8..]).into();
    out[4..8].copy_from_slice(&hash[..4]);
    out
}
