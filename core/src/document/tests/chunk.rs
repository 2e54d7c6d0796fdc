//! A change taken apart, so that one piece of it can be made hostile.

use super::super::change::column;
use super::super::read::Bytes;
use super::super::write;

/// A change in pieces.
#[derive(Clone)]
pub(super) struct Chunk {
    pub(super) kind: u8,
    pub(super) dependencies: Vec<[u8; 32]>,
    pub(super) actor: Vec<u8>,
    pub(super) seq: u64,
    pub(super) start_op: u64,
    pub(super) seconds: i64,
    pub(super) message: Vec<u8>,
    pub(super) others: Vec<Vec<u8>>,
    pub(super) columns: Vec<(u64, Vec<u8>)>,
    /// Behind the columns.
    pub(super) extra: Vec<u8>,
}

impl Chunk {
    pub(super) fn of(raw: &[u8]) -> Self {
        let mut from = Bytes::new(&raw[9..]);
        from.length().unwrap();
        let dependencies = (0..from.length().unwrap()).map(|_| from.take(32).unwrap().try_into().unwrap()).collect();
        let prefixed = |from: &mut Bytes<'_>| {
            let length = from.length().unwrap();
            from.take(length).unwrap().to_vec()
        };
        let actor = prefixed(&mut from);
        let (seq, start_op) = (from.unsigned().unwrap(), from.unsigned().unwrap());
        let seconds = from.signed().unwrap();
        let message = prefixed(&mut from);
        let others = (0..from.length().unwrap()).map(|_| prefixed(&mut from)).collect();
        let heads: Vec<_> =
            (0..from.length().unwrap()).map(|_| (from.unsigned().unwrap(), from.length().unwrap())).collect();
        let columns = heads.into_iter().map(|(name, length)| (name, from.take(length).unwrap().to_vec())).collect();
        let extra = from.take(from.len()).unwrap().to_vec();
        Self { kind: 1, dependencies, actor, seq, start_op, seconds, message, others, columns, extra }
    }

    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut copy = self.clone();
        change(&mut copy);
        copy.bytes()
    }

    pub(super) fn column(&mut self, name: u64) -> &mut Vec<u8> {
        let place = self.columns.partition_point(|(have, _)| *have < name);
        if self.columns.get(place).is_none_or(|(have, _)| *have != name) {
            self.columns.insert(place, (name, Vec::new()));
        }
        &mut self.columns[place].1
    }

    pub(super) fn without(&mut self, name: u64) {
        self.columns.retain(|(have, _)| *have != name);
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut data = Vec::new();
        let prefixed = |data: &mut Vec<u8>, bytes: &[u8]| {
            write::unsigned(data, bytes.len() as u64);
            data.extend_from_slice(bytes);
        };
        write::unsigned(&mut data, self.dependencies.len() as u64);
        self.dependencies.iter().for_each(|hash| data.extend_from_slice(hash));
        prefixed(&mut data, &self.actor);
        write::unsigned(&mut data, self.seq);
        write::unsigned(&mut data, self.start_op);
        write::signed(&mut data, self.seconds);
        prefixed(&mut data, &self.message);
        write::unsigned(&mut data, self.others.len() as u64);
        self.others.iter().for_each(|other| prefixed(&mut data, other));
        write::unsigned(&mut data, self.columns.len() as u64);
        for (name, bytes) in &self.columns {
            write::unsigned(&mut data, *name);
            write::unsigned(&mut data, bytes.len() as u64);
        }
        self.columns.iter().for_each(|(_, bytes)| data.extend_from_slice(bytes));
        data.extend_from_slice(&self.extra);
        write::chunk(self.kind, &data)
    }
}

pub(super) fn signed(values: &[i64]) -> Vec<u8> {
    let mut out = Vec::new();
    values.iter().for_each(|value| write::signed(&mut out, *value));
    out
}

pub(super) fn unsigned(value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    write::unsigned(&mut out, value);
    out
}

#[test]
fn taking_apart_and_putting_together_changes_nothing() {
    let (mut document, raw) = super::new_household();
    assert_eq!(Chunk::of(&raw).bytes(), raw);
    let later = document.edit(&[super::edit(&["note"], super::text("x"))], super::actor(2), super::time(3));
    let later = later.unwrap().unwrap();
    assert_eq!(Chunk::of(&later).bytes(), later);
    assert_eq!(Chunk::of(&later).columns.last().unwrap().0, column::PREDECESSOR_COUNTER);
}
