//! Changes that no honest phone makes, in correctly signed batches of an enrolled device.

use qiaomen_core::record::{ActorId, DocumentId, HouseholdId, Kind, Record, Role, Scope};
use sha2::{Digest, Sha256};

use crate::harness::hand::{Hand, Out, code, text};
use crate::harness::{Phone, World, records};

/// A change taken apart, so that one piece of it can be made hostile.
#[derive(Clone)]
struct Chunk {
    kind: u8,
    dependencies: Vec<[u8; 32]>,
    actor: Vec<u8>,
    seq: u64,
    start_op: u64,
    seconds: u8,
    rest: Vec<u8>,
    columns: Vec<(u64, Vec<u8>)>,
    others: Vec<Vec<u8>>,
    message: Vec<u8>,
    trailing: Vec<u8>,
}

const OBJECT_COUNTER: u64 = 2;
const KEY: u64 = 21;
const INSERT: u64 = 52;
const ACTION: u64 = 66;
const META: u64 = 86;
const VALUE: u64 = 87;
const PREDECESSORS: u64 = 112;
const DEFLATED: u64 = 8;

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, count: u64) -> Vec<u8> {
        let (taken, rest) = self.0.split_at(count as usize);
        self.0 = rest;
        taken.to_vec()
    }

    fn number(&mut self) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.take(1)[0];
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return value;
            }
        }
    }

    fn prefixed(&mut self) -> Vec<u8> {
        let length = self.number();
        self.take(length)
    }
}

fn number(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A run of one value, as long as it claims.
fn run(length: u64, value: u8) -> Vec<u8> {
    let mut out = Vec::new();
    // A signed number: one more group of bits keeps it above zero.
    let mut rest = length;
    while rest > 0x3f {
        out.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
    out.push(value);
    out
}

fn seal(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut inner = vec![kind];
    number(&mut inner, body.len() as u64);
    inner.extend_from_slice(body);
    let mut out = vec![0x85, 0x6f, 0x4a, 0x83];
    out.extend_from_slice(&Sha256::digest(&inner)[..4]);
    out.extend_from_slice(&inner);
    out
}

impl Chunk {
    fn of(raw: &[u8]) -> Self {
        let mut from = Reader(&raw[9..]);
        from.number();
        let dependencies = (0..from.number()).map(|_| from.take(32).try_into().unwrap()).collect();
        let actor = from.prefixed();
        let (seq, start_op) = (from.number(), from.number());
        // The time is a number of several bytes; nothing here changes it but its first byte.
        let mut rest = Vec::new();
        loop {
            let byte = from.take(1)[0];
            rest.push(byte);
            if byte & 0x80 == 0 {
                break;
            }
        }
        let seconds = rest.remove(0);
        let message = from.prefixed();
        let others = (0..from.number()).map(|_| from.prefixed()).collect();
        let heads: Vec<(u64, u64)> = (0..from.number()).map(|_| (from.number(), from.number())).collect();
        let columns = heads.into_iter().map(|(name, length)| (name, from.take(length))).collect();
        let trailing = from.0.to_vec();
        Self { kind: 1, dependencies, actor, seq, start_op, seconds, rest, columns, others, message, trailing }
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Vec<u8> {
        change(&mut self);
        self.bytes()
    }

    fn column(&mut self, name: u64) -> &mut Vec<u8> {
        let place = self.columns.partition_point(|(have, _)| *have < name);
        if self.columns.get(place).is_none_or(|(have, _)| *have != name) {
            self.columns.insert(place, (name, Vec::new()));
        }
        &mut self.columns[place].1
    }

    fn replaces_nothing(&mut self) {
        self.columns.retain(|(name, _)| *name < PREDECESSORS);
        *self.column(PREDECESSORS) = vec![0x7f, 0];
        self.others.clear();
    }

    fn bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        let prefixed = |body: &mut Vec<u8>, bytes: &[u8]| {
            number(body, bytes.len() as u64);
            body.extend_from_slice(bytes);
        };
        number(&mut body, self.dependencies.len() as u64);
        self.dependencies.iter().for_each(|hash| body.extend_from_slice(hash));
        prefixed(&mut body, &self.actor);
        number(&mut body, self.seq);
        number(&mut body, self.start_op);
        body.push(self.seconds);
        body.extend_from_slice(&self.rest);
        prefixed(&mut body, &self.message);
        number(&mut body, self.others.len() as u64);
        self.others.iter().for_each(|other| prefixed(&mut body, other));
        number(&mut body, self.columns.len() as u64);
        for (name, bytes) in &self.columns {
            number(&mut body, *name);
            number(&mut body, bytes.len() as u64);
        }
        self.columns.iter().for_each(|(_, bytes)| body.extend_from_slice(bytes));
        body.extend_from_slice(&self.trailing);
        seal(self.kind, &body)
    }
}

/// What is wrong with it, and the code of its refusal.
type Named = (&'static str, &'static str);
type Hostile = (Named, Vec<u8>, ActorId);

struct Attack {
    world: World,
    hand: Hand,
    phones: [Phone; 2],
    door: HouseholdId,
}

fn attack() -> Attack {
    let mut world = World::new();
    let door = world.door(0, "101");
    let phones = [world.worker(0), world.worker(0)];
    phones[0].note(door, "之前");
    world.settle(&[&phones[0], &phones[1]]);
    let person = world.person(Role::GridWorker, world.grids[0]);
    let hand = Hand::enrol(&mut world, person);
    Attack { world, hand, phones, door }
}

impl Attack {
    /// An honest edit by an actor of its own.
    fn honest(&mut self, word: &str) -> Out {
        self.hand.edit(&mut self.world, self.door.into(), &[text(&["note"], word)])
    }

    fn later(&mut self) -> Vec<Hostile> {
        let mut made: Vec<Hostile> = Vec::new();
        let mut add = |attack: &mut Self, name: Named, change: &dyn Fn(&mut Chunk)| {
            let Out { actor, raw, .. } = attack.honest("敌");
            made.push((name, Chunk::of(&raw).with(change), actor));
        };
        add(self, ("a hundred million operations", "gate_too_many_operations"), &|chunk| {
            *chunk.column(ACTION) = run(100_000_000, 1)
        });
        add(self, ("a hundred million list items", "gate_column"), &|chunk| {
            *chunk.column(ACTION) = run(100_000_000, 1);
            *chunk.column(INSERT) = vec![0x00, 0x80, 0xc2, 0xd7, 0x2f];
            *chunk.column(KEY) = Vec::new();
        });
        add(self, ("a hundred million predecessors", "gate_trailing_bytes"), &|chunk| {
            *chunk.column(PREDECESSORS) = run(100_000_000, 1)
        });
        add(self, ("a value of two gigabytes", "gate_value_too_long"), &|chunk| {
            *chunk.column(META) = vec![0x7f, 0xe6, 0xff, 0xff, 0xff, 0x7f]
        });
        add(self, ("a start_op from far away", "gate_start_op"), &|chunk| chunk.start_op += 1_000_000);
        add(self, ("the largest start_op", "gate_start_op"), &|chunk| chunk.start_op = u64::from(u32::MAX) - 1);
        add(self, ("a start_op that was used", "gate_start_op"), &|chunk| chunk.start_op = 2);
        add(self, ("a gap in seq", "gate_sequence"), &|chunk| chunk.seq = 3);
        add(self, ("the largest seq", "gate_sequence"), &|chunk| chunk.seq = u64::MAX);
        add(self, ("no seq", "gate_malformed"), &|chunk| chunk.seq = 0);
        add(self, ("a dependency that nobody has", "gate_dependency_missing"), &|chunk| {
            chunk.dependencies[0] = [7; 32]
        });
        add(self, ("a dependency too many", "gate_dependency_missing"), &|chunk| chunk.dependencies.push([0xff; 32]));
        add(self, ("a compressed chunk", "gate_chunk_type"), &|chunk| chunk.kind = 2);
        add(self, ("a document chunk", "gate_chunk_type"), &|chunk| chunk.kind = 0);
        add(self, ("a compressed column", "gate_column_deflated"), &|chunk| chunk.columns[0].0 |= DEFLATED);
        add(self, ("a column of its own", "gate_column"), &|chunk| chunk.columns.push((0x1000, vec![1])));
        add(self, ("columns out of order", "gate_column"), &|chunk| chunk.columns.reverse());
        add(self, ("a column twice", "gate_column"), &|chunk| {
            let again = chunk.columns[0].clone();
            chunk.columns.insert(0, again);
        });
        add(self, ("bytes behind", "gate_trailing_bytes"), &|chunk| chunk.trailing = vec![0; 64]);
        add(self, ("a message", "gate_message"), &|chunk| chunk.message = b"hello".to_vec());
        add(self, ("an actor of one byte", "gate_actor"), &|chunk| chunk.actor = vec![1]);
        add(self, ("a makeList", "gate_operation"), &|chunk| *chunk.column(ACTION) = vec![0x7f, 2]);
        add(self, ("a delete", "gate_operation"), &|chunk| *chunk.column(ACTION) = vec![0x7f, 3]);
        add(self, ("an increment", "gate_operation"), &|chunk| *chunk.column(ACTION) = vec![0x7f, 5]);
        add(self, ("an unknown action", "gate_operation"), &|chunk| *chunk.column(ACTION) = vec![0x7f, 99]);
        add(self, ("a counter", "gate_value_type"), &|chunk| *chunk.column(META) = vec![0x7f, 0x38]);
        add(self, ("an object that is not there", "gate_object"), &|chunk| {
            *chunk.column(1) = vec![0x7f, 0];
            *chunk.column(OBJECT_COUNTER) = vec![0x7f, 99];
        });
        add(self, ("no predecessors where there is a value", "gate_predecessor"), &|chunk| {
            chunk.replaces_nothing();
        });
        add(self, ("a key of the header", "gate_header_key"), &|chunk| {
            *chunk.column(KEY) = [&[0x7f, 7][..], b"_author"].concat();
            chunk.replaces_nothing();
        });
        add(self, ("a shared map", "gate_container"), &|chunk| {
            *chunk.column(ACTION) = vec![0x7f, 0];
            *chunk.column(KEY) = [&[0x7f, 8][..], b"contacts"].concat();
            *chunk.column(META) = vec![0x7f, 0];
            chunk.columns.retain(|(name, _)| *name != VALUE);
            chunk.replaces_nothing();
        });
        let Out { actor, raw, .. } = self.honest("敌");
        let mut checksum = raw.clone();
        checksum[4] ^= 1;
        made.push((("a wrong checksum", "gate_chunk_checksum"), checksum, actor));
        made.push((("half a change", "gate_malformed"), raw[..raw.len() / 2].to_vec(), actor));
        made.push((("nothing", "gate_malformed"), Vec::new(), actor));
        made.push((("noise", "gate_chunk_magic"), (0..200_u8).map(|byte| byte.wrapping_mul(37)).collect(), actor));
        made.push((("too many bytes", "gate_change_too_large"), seal(1, &vec![0; 300 * 1024]), actor));
        made
    }
}

fn refused(verdicts: &[qiaomen_core::protocol::Verdict], names: &[Named]) {
    assert_eq!(verdicts.len(), names.len());
    for (verdict, (name, expected)) in verdicts.iter().zip(names) {
        assert_eq!(code(verdict), *expected, "{name}");
    }
}

/// Whoever holds the document goes on syncing and editing.
fn goes_on(attack: &mut Attack, size: u64) {
    assert_eq!(attack.world.log_size(), size);
    let Attack { world, phones: [one, other], door, .. } = attack;
    world.settle_and_agree(&[&*one, &*other]);
    one.note(*door, "之后");
    other.visit_door(*door);
    world.settle_and_agree(&[&*one, &*other]);
    assert_eq!(world.read_door(*door).note.as_deref(), Some("之后"));
    assert_eq!(other.door(*door).note.as_deref(), Some("之后"));
}

#[test]
fn later_changes_that_no_replica_can_take_are_refused_and_good_ones_beside_them_accepted() {
    let mut attack = attack();
    let hostile = attack.later();
    let size = attack.world.log_size();
    let door = attack.door.into();
    let mut names = Vec::new();
    let mut out = Vec::new();
    for (name, raw, actor) in hostile {
        names.push(name);
        out.push(Out { document: door, actor, raw });
    }
    let good = Record::from(records::household("好")).fields();
    let scope = Scope::Grid(attack.world.grids[0]);
    let new = attack.hand.create(&mut attack.world, Kind::Household, &good, scope, Role::GridWorker);
    let (first, second) = (new.document, attack.honest("善"));
    out.insert(0, new);
    out.push(second);
    let verdicts = attack.hand.send(&attack.world, &out);
    assert_eq!(code(&verdicts[0]), "accepted");
    assert_eq!(code(verdicts.last().unwrap()), "accepted");
    assert!(names.len() > 30);
    refused(&verdicts[1..verdicts.len() - 1], &names);
    let (_, document) = attack.world.town().document(door).unwrap().unwrap();
    assert_eq!(document.record().unwrap(), attack.world.read_door(attack.door).into());
    assert_eq!(attack.world.read_door(attack.door).note.as_deref(), Some("善"));
    assert!(attack.world.town().document(first).unwrap().is_some());
    // Sent again, one by one: the same.
    for (one, name) in out[1..out.len() - 1].iter().zip(names) {
        let alone = Out { document: one.document, actor: one.actor, raw: one.raw.clone() };
        let again = attack.hand.send(&attack.world, &[alone]);
        refused(&again, &[name]);
    }
    goes_on(&mut attack, size + 2);
}

#[test]
fn a_change_that_does_not_follow_its_actors_last_one_is_refused() {
    let mut attack = attack();
    let door: DocumentId = attack.door.into();
    let first = attack.honest("一");
    let actor = first.actor;
    let (_, mut without) = attack.world.town().document(door).unwrap().unwrap();
    let beside = without.edit(&[text(&["note"], "二")], actor, attack.world.now()).unwrap().unwrap();
    let second = Chunk::of(&beside).with(|chunk| chunk.seq = 2);
    let verdicts = attack.hand.send(&attack.world, &[first, Out { document: door, actor, raw: second }]);
    assert_eq!(code(&verdicts[0]), "accepted");
    assert!(code(&verdicts[1]).starts_with("gate_"), "{verdicts:?}");
    // The same number twice is no better.
    let verdicts = attack.hand.send(&attack.world, &[Out { document: door, actor, raw: beside }]);
    assert_eq!(code(&verdicts[0]), "actor_reused");
    let size = attack.world.log_size();
    goes_on(&mut attack, size);
}

#[test]
fn first_changes_that_are_none_are_refused() {
    let mut attack = attack();
    let size = attack.world.log_size();
    let scope = Scope::Grid(attack.world.grids[0]);
    let fields = Record::from(records::household("假")).fields();
    let mut with = |change: &dyn Fn(&mut Chunk)| {
        let out = attack.hand.create(&mut attack.world, Kind::Household, &fields, scope, Role::GridWorker);
        Out { raw: Chunk::of(&out.raw).with(change), ..out }
    };
    let out = vec![
        with(&|chunk| chunk.seq = 2),
        with(&|chunk| chunk.start_op = 2),
        with(&|chunk| *chunk.column(PREDECESSORS) = run(12, 1)),
        with(&|chunk| *chunk.column(ACTION) = run(100_000_000, 1)),
        with(&|chunk| *chunk.column(KEY) = vec![0x7f, 3, b'_', b'i', b'd']),
    ];
    let verdicts = attack.hand.send(&attack.world, &out);
    refused(
        &verdicts,
        &[
            ("seq", "gate_sequence"),
            ("start_op", "gate_start_op"),
            ("predecessors", "gate_malformed"),
            ("operations", "gate_too_many_operations"),
            ("keys", "gate_malformed"),
        ],
    );
    goes_on(&mut attack, size);
}

#[test]
fn headers_that_say_another_thing_than_the_batch_are_refused() {
    let mut attack = attack();
    let size = attack.world.log_size();
    let scope = Scope::Grid(attack.world.grids[0]);
    let fields = Record::from(records::household("假")).fields();
    let kind = Kind::Household;
    let hand = &attack.hand;
    // Another's name, another's identifier, an unknown kind.
    let mut forged = Vec::new();
    let (now, actor) = (attack.world.now(), hand.actor(&mut attack.world));
    let id = DocumentId::fresh(now, &mut attack.world.random);
    let mut header = hand.header(id, kind.clone(), scope, Role::GridWorker, now);
    header.author = attack.phones[0].person;
    let raw = qiaomen_core::document::Document::create_from(&header, &fields, actor, now).unwrap().1;
    forged.push(Out { document: id, actor, raw });
    let mut out = hand.create(&mut attack.world, kind, &fields, scope, Role::GridWorker);
    out.document = DocumentId::fresh(now, &mut attack.world.random);
    forged.push(out);
    let verdicts = hand.send(&attack.world, &forged);
    assert_eq!(verdicts.iter().map(code).collect::<Vec<_>>(), ["author_mismatch", "id_mismatch"]);
    // Another device's actor.
    let mut stolen = attack.honest("偷");
    stolen.actor = attack.hand.actor(&mut attack.world);
    let verdicts = attack.hand.send(&attack.world, &[stolen]);
    assert_eq!(code(&verdicts[0]), "actor_foreign");
    goes_on(&mut attack, size);
}
