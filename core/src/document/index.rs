//! What a document's changes wrote: the operations by place, and who had seen what.
//!
//! Floor: document. Invariants: only changes that [`first`](super::first) or [`gate`](super::gate) passed are
//! added; a field shows the values that no later operation replaced, and of several the one with the largest
//! identifier wins, exactly as in Automerge.

use std::collections::{BTreeSet, HashMap};

use super::change::Change;
use super::error::GateError;
use super::id::{ChangeHash, OpId};
use crate::record::kind::is_header_key;
use crate::record::{ActorId, Fields, Value};

/// The root map's number.
pub(super) const ROOT: u32 = 0;

/// How deep maps lie: one of parts in the root, and a part in it.
const MAX_DEPTH: usize = 2;

/// One change of the document.
pub(super) struct Entry {
    pub(super) raw: Box<[u8]>,
    pub(super) hash: ChangeHash,
    pub(super) actor: ActorId,
    pub(super) seq: u64,
    pub(super) start_op: u64,
    pub(super) seconds: i64,
    pub(super) dependencies: Vec<u32>,
    /// Its first operation's place in the list of all.
    first: u32,
    count: u32,
}

pub(super) enum Held {
    Scalar(Value),
    /// The map of this number.
    Map(u32),
}

pub(super) struct Written {
    entry: u32,
    slot: u32,
    pub(super) held: Held,
    /// The operations that replaced it.
    successors: Vec<u32>,
}

/// One field of one map, with every operation that wrote it, in the order of their arrival.
struct Slot {
    object: u32,
    key: Box<str>,
    ops: Vec<u32>,
}

/// One map.
struct Object {
    /// The slot it lies in; its own for the root.
    slot: u32,
    /// Its fields' slots, by key.
    slots: Vec<u32>,
}

/// What some replica had seen.
pub(super) enum View {
    /// Everything.
    All,
    /// These changes.
    Some(Vec<bool>),
}

impl View {
    pub(super) fn sees(&self, entry: u32) -> bool {
        match self {
            Self::All => true,
            Self::Some(seen) => seen.get(entry as usize).copied().unwrap_or(false),
        }
    }
}

pub(super) struct Index {
    pub(super) entries: Vec<Entry>,
    ops: Vec<Written>,
    slots: Vec<Slot>,
    objects: Vec<Object>,
    hashes: HashMap<ChangeHash, u32>,
    /// Each actor's changes, in order.
    actors: HashMap<ActorId, Vec<u32>>,
    heads: BTreeSet<u32>,
    pub(super) bytes: usize,
}

impl Index {
    pub(super) fn new() -> Self {
        Self {
            entries: Vec::new(),
            ops: Vec::new(),
            slots: Vec::new(),
            objects: vec![Object { slot: 0, slots: Vec::new() }],
            hashes: HashMap::new(),
            actors: HashMap::new(),
            heads: BTreeSet::new(),
            bytes: 0,
        }
    }

    pub(super) fn entry(&self, hash: &ChangeHash) -> Option<u32> {
        self.hashes.get(hash).copied()
    }

    pub(super) fn heads(&self) -> Vec<ChangeHash> {
        let mut heads: Vec<_> = self.heads.iter().map(|at| self.entries[*at as usize].hash).collect();
        heads.sort_unstable();
        heads
    }

    pub(super) fn op_count(&self) -> usize {
        self.ops.len()
    }

    /// The actor's last change.
    pub(super) fn last(&self, actor: &ActorId) -> Option<u32> {
        self.actors.get(actor)?.last().copied()
    }

    /// The actor's change of this number.
    pub(super) fn numbered(&self, actor: &ActorId, seq: u64) -> Option<u32> {
        let at = usize::try_from(seq.checked_sub(1)?).ok()?;
        self.actors.get(actor)?.get(at).copied()
    }

    /// What a replica with these changes and their ancestors had seen.
    pub(super) fn view(&self, dependencies: &[u32]) -> View {
        if dependencies.len() >= self.heads.len() && self.heads.iter().all(|head| dependencies.contains(head)) {
            return View::All;
        }
        let mut seen = vec![false; self.entries.len()];
        let mut open: Vec<u32> = dependencies.to_vec();
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut seen[at as usize], true) {
                open.extend_from_slice(&self.entries[at as usize].dependencies);
            }
        }
        View::Some(seen)
    }

    /// The largest number of an operation in `view`.
    pub(super) fn max_op(&self, view: &View) -> u64 {
        let seen = self.entries.iter().zip(0..).filter(|(_, at)| view.sees(*at));
        seen.map(|(entry, _)| entry.start_op + u64::from(entry.count) - 1).max().unwrap_or(0)
    }

    /// The operation of this identifier.
    pub(super) fn op(&self, id: OpId) -> Option<u32> {
        let changes = self.actors.get(&id.actor)?;
        let after = changes.partition_point(|at| self.entries[*at as usize].start_op <= id.counter);
        let entry = &self.entries[*changes.get(after.checked_sub(1)?)? as usize];
        let offset = u32::try_from(id.counter.checked_sub(entry.start_op)?).ok()?;
        (offset < entry.count).then_some(entry.first + offset)
    }

    pub(super) fn id(&self, op: u32) -> OpId {
        let entry = &self.entries[self.ops[op as usize].entry as usize];
        OpId { counter: entry.start_op + u64::from(op - entry.first), actor: entry.actor }
    }

    pub(super) fn entry_of(&self, op: u32) -> u32 {
        self.ops[op as usize].entry
    }

    pub(super) fn held(&self, op: u32) -> &Held {
        &self.ops[op as usize].held
    }

    fn slot(&self, object: u32, key: &str) -> Result<u32, usize> {
        let slots = &self.objects[object as usize].slots;
        slots.binary_search_by(|at| (*self.slots[*at as usize].key).cmp(key)).map(|at| slots[at])
    }

    /// Whether anything was ever written there.
    pub(super) fn written(&self, object: u32, key: &str) -> bool {
        self.slot(object, key).is_ok()
    }

    /// How many fields the map has.
    pub(super) fn size(&self, object: u32) -> usize {
        self.objects[object as usize].slots.len()
    }

    /// The operations that a field shows in `view`, ascending by identifier: the last one wins.
    pub(super) fn visible(&self, object: u32, key: &str, view: &View) -> Vec<u32> {
        self.slot(object, key).map_or_else(|_| Vec::new(), |slot| self.shown(slot, view))
    }

    fn shown(&self, slot: u32, view: &View) -> Vec<u32> {
        let sees = |op: &u32| view.sees(self.ops[*op as usize].entry);
        let ops = self.slots[slot as usize].ops.iter().copied();
        let mut shown: Vec<u32> =
            ops.filter(|op| sees(op) && !self.ops[*op as usize].successors.iter().any(sees)).collect();
        if shown.len() > 1 {
            shown.sort_unstable_by_key(|op| self.id(*op));
        }
        shown
    }

    /// The keys from the root to this map.
    pub(super) fn path(&self, object: u32) -> Vec<Box<str>> {
        let mut path = Vec::new();
        let mut at = object;
        while at != ROOT {
            let slot = &self.slots[self.objects[at as usize].slot as usize];
            path.push(slot.key.clone());
            at = slot.object;
        }
        path.reverse();
        path
    }

    /// The map at the end of `path`, where each key shows one.
    pub(super) fn object(&self, path: &[Box<str>]) -> Option<u32> {
        path.iter().try_fold(ROOT, |object, key| {
            match self.visible(object, key, &View::All).last().map(|op| self.held(*op)) {
                Some(Held::Map(child)) => Some(*child),
                _ => None,
            }
        })
    }

    /// The operation that made this map; none for the root.
    pub(super) fn maker(&self, object: u32) -> Option<u32> {
        let slot = self.objects[object as usize].slot;
        let made = |op: &&u32| matches!(self.held(**op), Held::Map(map) if *map == object);
        if object == ROOT { None } else { self.slots[slot as usize].ops.iter().find(made).copied() }
    }

    /// The fields that the map shows in `view`, without the header's.
    pub(super) fn fields(&self, object: u32, view: &View) -> Fields {
        let mut fields = Fields::new();
        for slot in &self.objects[object as usize].slots {
            if object == ROOT && is_header_key(&self.slots[*slot as usize].key) {
                continue;
            }
            if let Some(op) = self.shown(*slot, view).last() {
                let value = match self.held(*op) {
                    Held::Scalar(value) => value.clone(),
                    Held::Map(child) => Value::Map(self.fields(*child, view)),
                };
                fields.set(&self.slots[*slot as usize].key, value);
            }
        }
        fields
    }

    /// Every field that shows several values, with the operations, ascending.
    pub(super) fn conflicts(&self) -> Vec<(Vec<Box<str>>, Vec<u32>)> {
        let several = self.slots.iter().zip(0..).filter(|(slot, _)| slot.ops.len() > 1);
        several
            .map(|(slot, at)| (slot, self.shown(at, &View::All)))
            .filter(|(_, ops)| ops.len() > 1)
            .map(|(slot, ops)| {
                let mut path = self.path(slot.object);
                path.push(slot.key.clone());
                (path, ops)
            })
            .collect()
    }

    /// What a change wrote: map, key and value of each operation.
    pub(super) fn wrote(&self, entry: u32) -> impl Iterator<Item = (u32, &str, &Held)> {
        let Entry { first, count, .. } = self.entries[entry as usize];
        self.ops[first as usize..(first + count) as usize].iter().map(|op| {
            let slot = &self.slots[op.slot as usize];
            (slot.object, &*slot.key, &op.held)
        })
    }

    /// Adds a change. One that the gate did not pass may be found out here, and is then not added.
    pub(super) fn add(&mut self, change: &Change<'_>) -> Result<(), GateError> {
        let ready = self.prepare(change)?;
        self.insert(change, ready);
        Ok(())
    }

    /// Finds whatever a change names, and that it can be held; nothing is added.
    pub(super) fn prepare(&self, change: &Change<'_>) -> Result<Ready, GateError> {
        let number = |count: usize| u32::try_from(count).map_err(|_| GateError::DocumentFull);
        let at = number(self.entries.len())?;
        let first = number(self.ops.len())?;
        let count = number(change.len())?;
        number(self.ops.len() + change.len())?;
        let known = |hash: &ChangeHash| self.entry(hash).ok_or(GateError::Dependency);
        let dependencies = change.dependencies().iter().map(known).collect::<Result<Vec<u32>, _>>()?;
        let resolved = self.resolve(change, first)?;
        if self.entry(&change.hash()).is_some() {
            return Err(GateError::AlreadyThere);
        }
        let written = self.actors.get(&change.actor()).map_or(0, Vec::len);
        if change.seq() != written as u64 + 1 {
            return Err(GateError::Sequence);
        }
        Ok(Ready { at, first, count, dependencies, resolved })
    }

    /// Adds a change for which everything was just found.
    pub(super) fn insert(&mut self, change: &Change<'_>, ready: Ready) {
        let Ready { at, first, count, dependencies, resolved } = ready;
        self.actors.entry(change.actor()).or_default().push(at);
        for dependency in &dependencies {
            self.heads.remove(dependency);
        }
        self.heads.insert(at);
        self.hashes.insert(change.hash(), at);
        self.bytes += change.raw().len();
        self.entries.push(Entry {
            raw: change.raw().into(),
            hash: change.hash(),
            actor: change.actor(),
            seq: change.seq(),
            start_op: change.start_op(),
            seconds: change.seconds(),
            dependencies,
            first,
            count,
        });
        let mut made: HashMap<u32, u32> = HashMap::new();
        for ((op, target), number) in change.ops().iter().zip(resolved).zip(first..) {
            let object = match target.object {
                Target::There(object) => object,
                Target::Made(op) => made.get(&op).copied().unwrap_or(ROOT),
            };
            let slot = match self.slot(object, op.key) {
                Ok(slot) => slot,
                Err(place) => {
                    let slot = self.slots.len() as u32;
                    self.slots.push(Slot { object, key: op.key.into(), ops: Vec::with_capacity(1) });
                    self.objects[object as usize].slots.insert(place, slot);
                    slot
                }
            };
            self.slots[slot as usize].ops.push(number);
            let held = op.put.value().map_or_else(
                || {
                    let map = self.objects.len() as u32;
                    self.objects.push(Object { slot, slots: Vec::new() });
                    made.insert(number, map);
                    Held::Map(map)
                },
                Held::Scalar,
            );
            for predecessor in target.predecessors {
                self.ops[predecessor as usize].successors.push(number);
            }
            self.ops.push(Written { entry: at, slot, held, successors: Vec::new() });
        }
    }

    /// Finds what each operation names, before anything is added.
    fn resolve(&self, change: &Change<'_>, first: u32) -> Result<Vec<Resolved>, GateError> {
        let mut resolved = Vec::with_capacity(change.len());
        for (op, counter) in change.ops().iter().zip(change.start_op()..) {
            let object = match op.object {
                None => Target::There(ROOT),
                Some(id) if id.actor == change.actor() && id.counter >= change.start_op() => {
                    let offset = id.counter - change.start_op();
                    let maker = usize::try_from(offset).ok().and_then(|at| change.ops().get(at));
                    if id.counter >= counter || maker.is_none_or(|maker| maker.put.value().is_some()) {
                        return Err(GateError::Object);
                    }
                    Target::Made(first + offset as u32)
                }
                Some(id) => match self.op(id).map(|op| self.held(op)) {
                    Some(Held::Map(object)) => Target::There(*object),
                    _ => return Err(GateError::Object),
                },
            };
            if op.put.value().is_none() && self.depth(object, first, &resolved) >= MAX_DEPTH {
                return Err(GateError::Container);
            }
            let find = |id: &OpId| self.op(*id).ok_or(GateError::Predecessor);
            let predecessors = change.predecessors(op).iter().map(find).collect::<Result<Vec<u32>, _>>()?;
            resolved.push(Resolved { object, predecessors });
        }
        Ok(resolved)
    }

    /// How deep this map lies: none for the root. Those that a change makes itself
    /// were resolved before.
    fn depth(&self, target: Target, first: u32, resolved: &[Resolved]) -> usize {
        match target {
            Target::There(ROOT) => 0,
            Target::There(object) => {
                let Object { slot, .. } = self.objects[object as usize];
                1 + self.depth(Target::There(self.slots[slot as usize].object), first, resolved)
            }
            Target::Made(op) => {
                let maker = resolved.get((op - first) as usize);
                maker.map_or(MAX_DEPTH, |maker| 1 + self.depth(maker.object, first, resolved))
            }
        }
    }
}

/// The map an operation writes into: one that was there, or one that an operation of its change makes.
#[derive(Clone, Copy)]
enum Target {
    There(u32),
    Made(u32),
}

/// What a change names, found in the index as it stood, and the numbers it will have.
pub(super) struct Ready {
    at: u32,
    first: u32,
    count: u32,
    dependencies: Vec<u32>,
    resolved: Vec<Resolved>,
}

struct Resolved {
    object: Target,
    predecessors: Vec<u32>,
}
