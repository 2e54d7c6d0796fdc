//! The half of the gate that needs no document, against chunks made by hand and by Automerge.

use automerge::transaction::Transactable;
use automerge::{ActorId as TheirActor, Automerge, ObjType, ROOT, ScalarValue};

use super::super::change::column;
use super::chunk::{Chunk, signed, unsigned};
use super::*;
use crate::document::{MAX_CHANGE, MAX_OPS};

fn first() -> Chunk {
    Chunk::of(&new_household().1)
}

/// The code with which the first change is refused once `change` was done to it.
fn code(change: impl FnOnce(&mut Chunk)) -> &'static str {
    refusal_of_first(&first().with(change)).code()
}

#[test]
fn gate_only_one_uncompressed_change() {
    let raw = new_household().1;
    for kind in [0, 2, 3, 4, 255] {
        assert_eq!(code(|chunk| chunk.kind = kind), "chunk_type");
    }
    let document = automerge_of([&raw[..]]);
    assert_eq!(refusal_of_first(&document.save()).code(), "chunk_type");
    let bundle = document.bundle(document.get_heads()).unwrap();
    assert_eq!(refusal_of_first(bundle.bytes()).code(), "chunk_type");
    let mut change = theirs(&raw);
    let deflated = change.bytes().into_owned();
    assert!(deflated.len() < raw.len());
    assert_eq!(refusal_of_first(&deflated).code(), "chunk_type");
    // The type is looked at before anything is believed, the length least of all.
    let mut bomb = raw.clone();
    bomb[8] = 2;
    bomb.truncate(9);
    assert_eq!(refusal_of_first(&bomb).code(), "chunk_type");
}

#[test]
fn gate_bytes_around_the_change() {
    let raw = new_household().1;
    for cut in 0..raw.len() {
        assert!(matches!(refusal_of_first(&raw[..cut]), GateError::Malformed), "cut at {cut}");
    }
    let mut longer = raw.clone();
    longer.push(0);
    assert_eq!(refusal_of_first(&longer).code(), "trailing_bytes");
    assert_eq!(refusal_of_first(&[raw.as_slice(), raw.as_slice()].concat()).code(), "trailing_bytes");
    assert_eq!(code(|chunk| chunk.extra = b"author".to_vec()), "trailing_bytes");
    for place in [4, 7, 20, raw.len() - 1] {
        let mut wrong = raw.clone();
        wrong[place] ^= 1;
        assert_eq!(refusal_of_first(&wrong).code(), "chunk_checksum");
    }
    let mut magic = raw;
    magic[0] ^= 1;
    assert_eq!(refusal_of_first(&magic).code(), "chunk_magic");
    assert_eq!(refusal_of_first(&vec![0x85; MAX_CHANGE + 1]).code(), "change_too_large");
}

#[test]
fn gate_head_of_the_change() {
    assert_eq!(code(|chunk| chunk.actor = vec![1; 15]), "actor");
    assert_eq!(code(|chunk| chunk.actor = Vec::new()), "actor");
    assert_eq!(code(|chunk| chunk.actor = vec![1; 4000]), "actor");
    assert_eq!(code(|chunk| chunk.others = vec![vec![2; 16]]), "actor");
    assert_eq!(code(|chunk| chunk.message = b"hello".to_vec()), "message");
    assert_eq!(code(|chunk| chunk.seconds = i64::MAX), "commit_time");
    assert_eq!(code(|chunk| chunk.seconds = i64::MIN), "commit_time");
    assert_eq!(code(|chunk| chunk.seq = 0), "malformed");
    assert_eq!(code(|chunk| chunk.start_op = 0), "malformed");
    assert_eq!(code(|chunk| chunk.start_op = u64::MAX), "start_op");
    assert_eq!(code(|chunk| chunk.start_op = u64::from(u32::MAX)), "start_op");
    let (one, two) = ([1; 32], [2; 32]);
    assert_eq!(code(|chunk| chunk.dependencies = vec![two, one]), "dependency_order");
    assert_eq!(code(|chunk| chunk.dependencies = vec![one, one]), "dependency_order");
}

#[test]
fn gate_columns_that_are_known_ascending_and_not_deflated() {
    assert_eq!(code(|chunk| chunk.columns.push((196, vec![1]))), "column");
    assert_eq!(code(|chunk| chunk.columns.insert(0, (0, vec![1]))), "column");
    assert_eq!(code(|chunk| chunk.columns.swap(0, 1)), "column");
    assert_eq!(code(|chunk| chunk.columns.insert(1, (column::OBJECT_ACTOR, vec![1]))), "column");
    assert_eq!(code(|chunk| chunk.column(column::PREDECESSOR_ACTOR).clear()), "column");
    for at in 0..first().columns.len() {
        assert_eq!(code(|chunk| chunk.columns[at].0 |= column::DEFLATED), "column_deflated");
        // Without the column, or with a byte more or less in it, nothing fits.
        code(|chunk| drop(chunk.columns.remove(at)));
        code(|chunk| chunk.columns[at].1.push(0));
        code(|chunk| chunk.columns[at].1.truncate(0));
    }
    // What lists, elements and marks need is unknown here.
    for name in [17, 19, 148, 165] {
        assert_eq!(code(|chunk| *chunk.column(name) = vec![2, 0]), "column");
    }
}

#[test]
fn gate_counts_are_not_believed() {
    // 100 million entries in a few bytes each, in every column.
    for name in column::ALL {
        code(|chunk| *chunk.column(name) = signed(&[100_000_000, 0]));
        code(|chunk| *chunk.column(name) = [signed(&[0]), unsigned(100_000_000)].concat());
        code(|chunk| *chunk.column(name) = signed(&[-100_000_000, 0]));
        code(|chunk| *chunk.column(name) = signed(&[i64::MIN, 0]));
        code(|chunk| *chunk.column(name) = signed(&[i64::MAX, 0]));
    }
    assert_eq!(code(|chunk| *chunk.column(column::ACTION) = signed(&[100_000_000, 1])), "too_many_operations");
    let over = MAX_OPS as i64 + 1;
    assert_eq!(code(|chunk| *chunk.column(column::ACTION) = signed(&[over, 1])), "too_many_operations");
    // The largest number of dependencies, actors and columns.
    let raw = new_household().1;
    for place in [11, 12] {
        let mut claim = raw.clone();
        claim.splice(place..=place, unsigned(u64::MAX));
        refusal_of_first(&super::super::write::chunk(1, &claim[11..]));
    }
}

/// 113 bytes that claim 100 million items of a list held Automerge's parser for 15 s.
#[test]
fn gate_the_113_byte_list_claim() {
    let mut document = Automerge::new().with_actor(TheirActor::from([1; 16]));
    let mut edit = document.transaction();
    let list = edit.put_object(ROOT, "tags", ObjType::List).unwrap();
    edit.insert(&list, 0, 1_i64).unwrap();
    edit.commit();
    let made = document.get_changes(&[]).remove(0);
    let mut claim = Chunk::of(made.raw_bytes());
    let items = 100_000_000;
    for (name, column) in &mut claim.columns {
        *column = match *name {
            column::ACTION => signed(&[items, 1]),
            column::META => signed(&[items, 0]),
            column::PREDECESSORS => signed(&[items, 0]),
            column::INSERT => [unsigned(0), unsigned(items as u64)].concat(),
            _ => column.clone(),
        };
    }
    let raw = claim.bytes();
    assert!(raw.len() < 140);
    refusal_of_first(&raw);
    let (mut household, _) = new_household();
    refusal(&mut household, &raw);
}

#[test]
fn gate_many_predecessors_in_few_bytes() {
    let count = first().column(column::INSERT).clone();
    let ops = i64::from(count[0] & 0x7f) | i64::from(count.get(1).copied().unwrap_or(0)) << 7;
    let found = code(|chunk| {
        *chunk.column(column::PREDECESSORS) = signed(&[ops, 0]);
        chunk.column(column::PREDECESSORS).clear();
        *chunk.column(column::PREDECESSORS) = [signed(&[ops]), unsigned(100_000_000)].concat();
        *chunk.column(column::PREDECESSOR_ACTOR) = signed(&[i64::MAX, 0]);
        *chunk.column(column::PREDECESSOR_COUNTER) = signed(&[i64::MAX, 1]);
    });
    assert_eq!(found, "too_many_operations");
}

/// A change of Automerge's own, on top of a household, with one operation of `make`.
fn made(make: impl FnOnce(&mut automerge::transaction::Transaction<'_>)) -> Vec<u8> {
    let raw = new_household().1;
    let mut document = automerge_of([&raw[..]]).with_actor(TheirActor::from([9; 16]));
    let heads = document.get_heads();
    let mut edit = document.transaction();
    make(&mut edit);
    edit.commit();
    document.get_changes(&heads).remove(0).raw_bytes().to_vec()
}

#[test]
fn gate_only_puts_and_maps_of_plain_values() {
    let refused =
        |make: fn(&mut automerge::transaction::Transaction<'_>)| refusal(&mut new_household().0, &made(make)).code();
    assert_eq!(refused(|edit| drop(edit.put_object(ROOT, "x", ObjType::List).unwrap())), "operation");
    assert_eq!(refused(|edit| drop(edit.put_object(ROOT, "x", ObjType::Text).unwrap())), "operation");
    assert_eq!(refused(|edit| drop(edit.put_object(ROOT, "x", ObjType::Table).unwrap())), "operation");
    assert_eq!(refused(|edit| edit.delete(ROOT, "note").unwrap()), "operation");
    assert_eq!(refused(|edit| edit.put(ROOT, "x", 1.5).unwrap()), "value_type");
    assert_eq!(refused(|edit| edit.put(ROOT, "x", 1_u64).unwrap()), "value_type");
    assert_eq!(refused(|edit| edit.put(ROOT, "x", ScalarValue::counter(1)).unwrap()), "value_type");
    assert_eq!(refused(|edit| edit.put(ROOT, "x", ScalarValue::Timestamp(1)).unwrap()), "value_type");
    assert_eq!(refused(|edit| edit.put(ROOT, "", 1_i64).unwrap()), "key");
    let unknown = |edit: &mut automerge::transaction::Transaction<'_>| {
        edit.put(ROOT, "x", ScalarValue::Unknown { type_code: 12, bytes: vec![1] }).unwrap();
    };
    assert_eq!(refused(unknown), "value_type");
    assert_eq!(refused(|edit| edit.put(ROOT, "k".repeat(161), 1_i64).unwrap()), "key_too_long");
    assert_eq!(refused(|edit| edit.put(ROOT, "x", "v".repeat(8193)).unwrap()), "value_too_long");
    // A list's insert and a text's splice bring columns of their own.
    let list = |edit: &mut automerge::transaction::Transaction<'_>| {
        let list = edit.put_object(ROOT, "x", ObjType::List).unwrap();
        edit.insert(&list, 0, 1_i64).unwrap();
    };
    assert_eq!(refused(list), "column");
    let increment = |edit: &mut automerge::transaction::Transaction<'_>| {
        edit.put(ROOT, "x", ScalarValue::counter(1)).unwrap();
        edit.increment(ROOT, "x", 2).unwrap();
    };
    refused(increment);
    // What Automerge writes for a plain put is taken as it is.
    let raw = made(|edit| edit.put(ROOT, "note", "没有狗").unwrap());
    let mut document = new_household().0;
    applied(&mut document, &raw);
    assert_eq!(document.fields().get("note"), Some(&text("没有狗")));
}

#[test]
fn gate_one_way_to_write_a_thing() {
    let raw = new_household().1;
    // A length with a byte too many.
    let mut long = raw.clone();
    let second = long[10];
    assert!(second & 0x80 == 0);
    long[10] |= 0x80;
    long.insert(11, 0);
    assert_eq!(refusal_of_first(&long).code(), "not_canonical");
    // A run cut in two, a run of one, two lone entries, an empty run of nulls.
    for cut in [&[2, 0, -1, 0][..], &[1, 0], &[-2, 0, 0], &[-1, 0, -1, 1]] {
        assert_eq!(code(|chunk| *chunk.column(column::META) = signed(cut)), "not_canonical");
    }
    let all = i64::from(Change::parse(&raw).unwrap().len() as u32);
    let halves = |entry: i64| signed(&[all - 2, entry, 2, entry]);
    assert_eq!(code(|chunk| *chunk.column(column::PREDECESSORS) = halves(0)), "not_canonical");
    let nulls = |runs: &[u64]| runs.iter().flat_map(|run| [signed(&[0]), unsigned(*run)].concat()).collect::<Vec<_>>();
    assert_eq!(code(|chunk| *chunk.column(column::OBJECT_ACTOR) = nulls(&[all as u64])), "malformed");
    assert_eq!(code(|chunk| *chunk.column(column::OBJECT_ACTOR) = nulls(&[2, 2])), "not_canonical");
    // A column of nulls that need not be there.
    let draft = |chunk: &mut Chunk| {
        chunk.without(column::OBJECT_ACTOR);
        chunk.without(column::OBJECT_COUNTER);
    };
    assert_eq!(code(draft), "written_twice");
}

#[test]
fn gate_a_field_written_twice() {
    use super::super::change::Put;
    use super::super::write::{Draft, Write};
    let op = |key, put| Write { object: None, key, put, predecessors: Vec::new() };
    let draft = |ops| Draft { actor: actor(1), seq: 1, start_op: 1, seconds: 0, dependencies: Vec::new(), ops };
    let raw = draft(vec![op("a", Put::Int(1)), op("b", Put::Null), op("a", Put::Int(2))]).encode();
    assert_eq!(refusal_of_first(&raw).code(), "written_twice");
    let raw = draft(vec![op("a", Put::Int(1)), op("a", Put::Int(1))]).encode();
    assert_eq!(refusal_of_first(&raw).code(), "written_twice");
    assert_eq!(refusal_of_first(&draft(Vec::new()).encode()).code(), "change_empty");
}

#[test]
fn gate_codes_are_all_different() {
    let mut codes = GateError::CODES.to_vec();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), GateError::CODES.len());
}
