//! What one document may grow to, and what still holds in one that has outgrown what a record may be.

use super::super::change::Put;
use super::super::id::{ChangeHash, OpId};
use super::super::write::{Draft, Write};
use super::*;
use crate::document::{MAX_DOCUMENT_BYTES, MAX_DOCUMENT_CHANGES, MAX_DOCUMENT_OPS, MAX_OPS, MAX_PARTS};

/// A household on which an actor has made so many changes one after another, each of so many fields that were
/// not there.
fn grown(count: usize, fields: usize, put: Put<'static>) -> Document {
    let (_, first) = new_household();
    let begun = Change::parse(&first).unwrap();
    let (mut last, mut next): (ChangeHash, u64) = (begun.hash(), begun.max_op() + 1);
    let mut changes = vec![first.clone()];
    for number in 0..count {
        let keys: Vec<String> = (0..fields).map(|at| format!("k{number}-{at}")).collect();
        let write = |key| Write { object: None, key, put, predecessors: Vec::new() };
        let ops = keys.iter().map(|key| write(key.as_str())).collect();
        let (seq, dependencies) = (number as u64 + 1, vec![last]);
        let draft = Draft { actor: actor(7), seq, start_op: next, seconds: 0, dependencies, ops };
        let raw = draft.encode();
        let change = Change::parse(&raw).unwrap();
        (last, next) = (change.hash(), change.max_op() + 1);
        changes.push(raw);
    }
    Document::load(changes.iter().map(|raw| &raw[..])).unwrap()
}

fn full(document: &Document, edits: &[Edit]) -> bool {
    let full = crate::document::DocumentError::Gate(GateError::DocumentFull);
    fork(document).edit(edits, actor(8), time(1)) == Err(full)
}

#[test]
fn gate_changes_operations_and_bytes_of_a_document_are_bounded() {
    const VALUE: &str = match std::str::from_utf8(&[b'x'; 8192]) {
        Ok(text) => text,
        Err(_) => "",
    };
    let one_more = [edit(&["note"], text("x"))];
    let changes = MAX_DOCUMENT_CHANGES - 1;
    assert!(full(&grown(changes, 1, Put::Null), &one_more));
    assert!(!full(&grown(changes / 10, 1, Put::Null), &one_more));
    let operations = MAX_DOCUMENT_OPS / MAX_OPS;
    assert!(full(&grown(operations, MAX_OPS, Put::Null), &one_more));
    assert!(!full(&grown(operations - 1, MAX_OPS, Put::Null), &one_more));
    let bytes = MAX_DOCUMENT_BYTES / (16 * VALUE.len());
    assert!(full(&grown(bytes, 16, Put::Text(VALUE)), &one_more));
    assert!(!full(&grown(bytes - 2, 16, Put::Text(VALUE)), &one_more));
}

#[test]
fn gate_parts_of_a_map_are_bounded_and_whole_even_among_too_many() {
    let keys: Vec<String> = (1..=MAX_PARTS as u128).map(|at| uuid::Uuid::from_u128(at << 9).to_string()).collect();
    let residents = Change::parse(&new_household().1)
        .unwrap()
        .ops()
        .iter()
        .position(|op| op.object.is_none() && op.key == "residents")
        .map(|at| OpId { counter: at as u64 + 1, actor: actor(1) });
    let grown = |count: usize| {
        let (_, first) = new_household();
        let mut document = Document::load([&first[..]]).unwrap();
        for key in &keys[..count] {
            let start = document.changes().map(|raw| Change::parse(raw).unwrap().max_op()).max().unwrap() + 1;
            let part = OpId { counter: start, actor: actor(7) };
            let ops = vec![
                Write { object: residents, key, put: Put::Map, predecessors: Vec::new() },
                Write { object: Some(part), key: "name", put: Put::Text("甲"), predecessors: Vec::new() },
            ];
            let seq = document.changes().len() as u64;
            let draft =
                Draft { actor: actor(7), seq, start_op: start, seconds: 0, dependencies: document.heads(), ops };
            let raw = draft.encode();
            document.index.add(&Change::parse(&raw).unwrap()).unwrap();
        }
        document
    };
    let new = |fields: &[(&'static str, Value)]| {
        let fields = fields.iter().map(|(key, value)| (*key, value.clone())).collect();
        [edit(&["residents", &resident_id(9).to_string()], Value::Map(fields))]
    };
    // More residents than a record may have, as when many phones add some at once.
    let crowded = grown(MAX_PARTS - 3);
    assert!(crowded.record().unwrap().validate().is_err());
    let named = new(&[("name", text("新人"))]);
    fork(&crowded).edit(&named, actor(8), time(1)).unwrap().unwrap();
    // A part must be whole, there too.
    let nameless = new(&[("birth_year", Value::Int(1950))]);
    let found = fork(&crowded).edit(&nameless, actor(8), time(1)).unwrap_err();
    assert!(matches!(found, crate::document::DocumentError::Invalid(_)));
    assert!(full(&grown(MAX_PARTS - 2), &named));
}
