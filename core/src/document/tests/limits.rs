//! What one document may grow to, and what still holds in one that has outgrown what a record may be.

use super::super::change::Put;
use super::super::id::{ChangeHash, OpId};
use super::super::index::{ROOT, View};
use super::super::write::{Draft, Write};
use super::*;
use crate::document::{
    DocumentError, MAX_DOCUMENT_BYTES, MAX_DOCUMENT_CHANGES, MAX_DOCUMENT_OPS, MAX_HEADS, MAX_KEYS, MAX_OPS, MAX_PARTS,
};

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

/// Edits of so many keys that this version does not know.
fn unknown(count: usize) -> Vec<Edit> {
    (0..count).map(|number| edit(&[&format!("k{number}")], Value::Int(number as i64))).collect()
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

#[test]
fn gate_keys_of_a_document_are_bounded() {
    let too_many = Err(DocumentError::Gate(GateError::TooManyKeys));
    let mut document = new_household().0;
    let room = MAX_KEYS - document.index.key_count();
    let all = unknown(room + 2);
    for edits in all[..room - 1].chunks(3_000) {
        document.edit(edits, actor(7), time(1)).unwrap().unwrap();
    }
    // Two more are one too many, wherever they lie; nothing of them is applied.
    assert_eq!(document.edit(&all[room - 1..=room], actor(7), time(2)), too_many);
    let name = [("name", text("新人"))].into_iter().collect();
    let part = edit(&["residents", &resident_id(9).to_string()], Value::Map(name));
    assert_eq!(document.edit(std::slice::from_ref(&part), actor(7), time(2)), too_many);
    let first = resident_id(1).to_string();
    let inside = [edit(&["residents", &first, "new"], text("x")), edit(&["residents", &first, "newer"], text("x"))];
    assert_eq!(document.edit(&inside, actor(7), time(2)), too_many);
    // From elsewhere, too.
    let mut open = Document::load(document.changes().take(1)).unwrap();
    let elsewhere = open.edit(&all[room - 1..=room], actor(8), time(2)).unwrap().unwrap();
    assert_eq!(refusal(&mut document, &elsewhere).code(), "too_many_keys");
    // The last one fits, and then what is there can be written on.
    document.edit(&inside[..1], actor(7), time(2)).unwrap().unwrap();
    assert_eq!(document.index.key_count(), MAX_KEYS);
    assert_eq!(document.edit(&all[room..=room], actor(7), time(3)), too_many);
    document.edit(&[edit(&["note"], text("一")), edit(&["k0"], text("二"))], actor(7), time(3)).unwrap().unwrap();
    // Even where an earlier version let more in.
    let over = grown(2, 3_500, Put::Null);
    assert!(over.index.key_count() > MAX_KEYS);
    fork(&over).edit(&[edit(&["note"], text("一"))], actor(8), time(1)).unwrap().unwrap();
    assert_eq!(fork(&over).edit(&all[..1], actor(8), time(1)), too_many);
}

/// As many residents as a household may have, with everything that is known of them and some that is not, every
/// telephone and tag changed once: that fits with room to spare.
#[test]
fn gate_200_residents_are_far_from_too_many_keys() {
    let mut large = household();
    let whole = Resident {
        telephones: ["12000000000".to_owned(), "12000010000".to_owned()].into(),
        tags: Tag::KNOWN.iter().cloned().collect(),
        left_to: Some("深圳".to_owned()),
        left_contact: None,
        ..resident("很长的名字")
    };
    large.residents = (0..200_u8).map(|number| (ResidentId::from_bytes([number; 16]), whole.clone())).collect();
    let (mut document, _) =
        Document::create(&header(Kind::Household), &Record::from(large.clone()), actor(1), time(0)).unwrap();
    let known = document.record().unwrap().fields();
    for resident in large.residents.values_mut() {
        resident.telephones = ["12000020000".to_owned()].into();
        resident.tags = [Tag::Unknown("carer".into())].into();
    }
    let edits = known.difference(&Record::from(large).fields());
    for edits in edits.chunks(1_000) {
        document.edit(edits, actor(2), time(1)).unwrap().unwrap();
    }
    assert_eq!(document.record().unwrap().validate(), Ok(()));
    let keys = document.index.key_count();
    assert!((2_500..MAX_KEYS / 2).contains(&keys), "{keys}");
}

/// Changes that all depend on the first one alone.
fn side_by_side(first: &[u8], count: usize) -> Vec<Vec<u8>> {
    let change = Change::parse(first).unwrap();
    let note = change.ops().iter().position(|op| op.key == "note").unwrap() as u64 + 1;
    (0..count)
        .map(|number| {
            let mut author = [0x77; 16];
            author[..8].copy_from_slice(&(number as u64).to_be_bytes());
            let predecessors = vec![OpId { counter: note, actor: actor(1) }];
            let ops = vec![Write { object: None, key: "note", put: Put::Text("并"), predecessors }];
            let (actor, start_op) = (ActorId::from_bytes(author), change.max_op() + 1);
            Draft { actor, seq: 1, start_op, seconds: 0, dependencies: vec![change.hash()], ops }.encode()
        })
        .collect()
}

#[test]
fn gate_heads_of_a_document_are_bounded() {
    let (mut document, first) = new_household();
    let all = side_by_side(&first, MAX_HEADS + 40);
    for raw in &all[..MAX_HEADS] {
        applied(&mut document, raw);
    }
    assert_eq!(document.heads().len(), MAX_HEADS);
    assert_eq!(refusal(&mut document, &all[MAX_HEADS]).code(), "too_many_heads");
    // An honest edit of the field they all wrote is still a small change; it leaves one head.
    let mut merged = fork(&document);
    let raw = merged.settle(&["note".into()], text("好"), actor(8), time(1)).unwrap().unwrap();
    assert!(raw.len() < crate::document::MAX_CHANGE / 8, "{}", raw.len());
    assert_eq!((merged.heads().len(), merged.conflicts().len()), (1, 0));
    applied(&mut document, &raw);
    // Then there is room again.
    applied(&mut document, &all[MAX_HEADS]);
    assert_eq!(document.heads().len(), 2);
    same_in_automerge(&document);
    // What an earlier version let in can be mended, all at once or one by one.
    let over = Document::load(std::iter::once(&first[..]).chain(all.iter().map(|raw| &raw[..]))).unwrap();
    let heads = over.heads().len();
    assert_eq!(heads, MAX_HEADS + 40);
    let mut mended = fork(&over);
    mended.edit(&[edit(&["door"], text("vacant"))], actor(8), time(1)).unwrap().unwrap();
    assert_eq!(mended.heads().len(), 1);
    let mut alone = Document::load([&first[..], &all[0]]).unwrap();
    let on_one = alone.edit(&[edit(&["door"], text("vacant"))], actor(8), time(1)).unwrap().unwrap();
    let mut over = over;
    applied(&mut over, &on_one);
    assert_eq!(over.heads().len(), heads);
}

/// What a change costs must not grow with the keys that nobody here knows, nor with the changes before it. Were
/// it so, this would take minutes.
#[test]
fn many_edits_of_a_document_with_many_unknown_keys() {
    let mut document = new_household().0;
    for edits in unknown(5_000).chunks(2_500) {
        document.edit(edits, actor(7), time(1)).unwrap().unwrap();
    }
    let fields = |document: &Document| document.index.governed(ROOT, Kind::Household.fields(), &View::All);
    assert_eq!(fields(&document), new_household().0.fields());
    for number in 0..2_000 {
        let edited = if number % 2 == 0 {
            edit(&["note"], text(&number.to_string()))
        } else {
            edit(&["k7"], Value::Int(-number))
        };
        let there = document.edit(&[edited], actor(2), time(number)).unwrap().unwrap();
        // Its author had seen everything: its ancestors are not looked for.
        let dependencies: Vec<u32> = document.heads().iter().filter_map(|head| document.index.entry(head)).collect();
        assert!(matches!(document.index.view(&dependencies), View::All));
        assert_eq!(document.heads(), [Change::parse(&there).unwrap().hash()]);
    }
    assert_eq!(document.fields().get("note"), Some(&text("1998")));
    assert_eq!(document.fields().get("k7"), Some(&Value::Int(-1999)));
    assert_eq!(document.fields().len(), fields(&document).len() + 5_000);
    same_in_automerge(&document);
}
