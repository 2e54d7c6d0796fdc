//! The half of the gate that needs the document.

use super::super::change::Put;
use super::super::id::{ChangeHash, OpId};
use super::super::write::{Draft, Write};
use super::*;

/// What an honest next change of a fresh actor would begin with.
fn draft<'a>(document: &Document, ops: Vec<Write<'a>>) -> Draft<'a> {
    let last = document.changes().map(|raw| Change::parse(raw).unwrap().max_op()).max().unwrap();
    Draft { actor: actor(7), seq: 1, start_op: last + 1, seconds: 0, dependencies: document.heads(), ops }
}

/// The operation that wrote a field last, if one did.
fn writer(document: &Document, object: Option<OpId>, key: &str) -> Option<OpId> {
    let mut found = None;
    for raw in document.changes() {
        let change = Change::parse(raw).unwrap();
        for (op, counter) in change.ops().iter().zip(change.start_op()..) {
            if op.object == object && op.key == key {
                found = Some(OpId { counter, actor: change.actor() });
            }
        }
    }
    found
}

fn write<'a>(document: &Document, object: Option<OpId>, key: &'a str, put: Put<'a>) -> Write<'a> {
    Write { object, key, put, predecessors: writer(document, object, key).into_iter().collect() }
}

fn residents(document: &Document) -> OpId {
    writer(document, None, "residents").unwrap()
}

fn one(document: &Document) -> OpId {
    writer(document, Some(residents(document)), &resident_id(1).to_string()).unwrap()
}

/// A document of three changes by two actors, with one conflict.
fn lived_in() -> Document {
    let mut here = new_household().0;
    let mut there = fork(&here);
    here.edit(&[edit(&["note"], text("一"))], actor(2), time(3)).unwrap();
    let other = there.edit(&[edit(&["note"], text("二"))], actor(3), time(4)).unwrap().unwrap();
    applied(&mut here, &other);
    here
}

/// The code with which a change is refused that is honest but for what `spoil` does.
fn code<'a>(ops: impl FnOnce(&Document) -> Vec<Write<'a>>, spoil: impl FnOnce(&mut Draft<'a>)) -> &'static str {
    let mut document = new_household().0;
    let mut draft = draft(&document, ops(&document));
    spoil(&mut draft);
    refusal(&mut document, &draft.encode()).code()
}

fn note(document: &Document) -> Vec<Write<'static>> {
    vec![write(document, None, "note", Put::Text("新"))]
}

#[test]
fn gate_an_honest_change_passes() {
    let mut document = new_household().0;
    let draft = draft(&document, note(&document));
    applied(&mut document, &draft.encode());
    assert_eq!(document.fields().get("note"), Some(&text("新")));
    same_in_automerge(&document);
}

#[test]
fn gate_dependencies() {
    let stranger = ChangeHash::from_bytes([3; 32]);
    assert_eq!(code(note, |draft| draft.dependencies = vec![stranger]), "dependency_missing");
    assert_eq!(code(note, |draft| draft.dependencies.push(ChangeHash::from_bytes([0xff; 32]))), "dependency_missing");
    assert_eq!(code(note, |draft| draft.dependencies.clear()), "second_first");
    let mut document = lived_in();
    let last = document.changes().last().unwrap().to_vec();
    assert_eq!(refusal(&mut document, &last).code(), "already_there");
}

#[test]
fn gate_start_op_is_one_more_than_the_ancestors() {
    assert_eq!(code(note, |draft| draft.start_op -= 1), "start_op");
    assert_eq!(code(note, |draft| draft.start_op += 1), "start_op");
    assert_eq!(code(note, |draft| draft.start_op = 1), "start_op");
    assert_eq!(code(note, |draft| draft.start_op = 4_000_000_000), "start_op");
}

#[test]
fn gate_numbers_of_an_actor() {
    assert_eq!(code(note, |draft| draft.seq = 2), "sequence");
    // The first change's own actor: its next number is two.
    let own = |seq| {
        code(note, |draft| {
            draft.actor = actor(1);
            draft.seq = seq;
        })
    };
    assert_eq!(own(1), "sequence");
    assert_eq!(own(3), "sequence");
    let mut document = new_household().0;
    let mut next = draft(&document, note(&document));
    (next.actor, next.seq) = (actor(1), 2);
    applied(&mut document, &next.encode());
    same_in_automerge(&document);
}

#[test]
fn gate_a_change_depends_on_its_actors_last() {
    let mut document = new_household().0;
    let stale = fork(&document);
    document.edit(&[edit(&["note"], text("一"))], actor(7), time(3)).unwrap();
    // The second change of the same actor, as if the first had never been.
    let mut second = draft(&stale, note(&stale));
    second.seq = 2;
    assert_eq!(refusal(&mut document, &second.encode()).code(), "sequence");
    // An actor that forks: the same number again.
    let first_again = draft(&stale, vec![write(&stale, None, "door", Put::Text("vacant"))]);
    assert_eq!(refusal(&mut document, &first_again.encode()).code(), "sequence");
}

/// Somebody else built on the actor's last change, and the actor goes on from there.
#[test]
fn gate_an_actors_last_may_lie_deeper() {
    let mut document = new_household().0;
    document.edit(&[edit(&["note"], text("一"))], actor(7), time(3)).unwrap();
    document.edit(&[edit(&["note"], text("二"))], actor(8), time(4)).unwrap();
    let mut third = draft(&document, note(&document));
    third.seq = 2;
    applied(&mut document, &third.encode());
    same_in_automerge(&document);
    // And so does an edit of our own.
    document.edit(&[edit(&["note"], text("三"))], actor(8), time(5)).unwrap().unwrap();
    document.edit(&[edit(&["note"], text("四"))], actor(1), time(6)).unwrap().unwrap();
    same_in_automerge(&document);
}

#[test]
fn gate_the_header_is_never_written_again() {
    for key in ["_id", "_scope", "_author", "_kind", "_said", "_role", "_doubt", "_new"] {
        assert_eq!(code(|have| vec![write(have, None, key, Put::Null)], |_| {}), "header_key", "{key}");
    }
    assert_eq!(code(|have| vec![write(have, None, "_map", Put::Map)], |_| {}), "header_key");
    assert_eq!(code(|have| vec![write(have, Some(one(have)), "_x", Put::Null)], |_| {}), "header_key");
}

#[test]
fn gate_no_shared_map_is_made_later() {
    assert_eq!(code(|have| vec![write(have, None, "photos", Put::Map)], |_| {}), "container");
    assert_eq!(code(|have| vec![write(have, None, "residents", Put::Map)], |_| {}), "container");
    assert_eq!(code(|have| vec![write(have, None, "residents", Put::Null)], |_| {}), "field");
    assert_eq!(code(|have| vec![write(have, Some(one(have)), "more", Put::Map)], |_| {}), "container");
    assert_eq!(code(|have| vec![write(have, Some(residents(have)), "x", Put::Map)], |_| {}), "part_key");
    let key = resident_id(5).to_string();
    assert_eq!(code(|have| vec![write(have, Some(residents(have)), &key, Put::Null)], |_| {}), "container");
}

#[test]
fn gate_a_part_is_made_once_and_whole() {
    let key = resident_id(5).to_string();
    let part = |fields: &[(&'static str, Put<'static>)]| {
        let mut document = new_household().0;
        let start = draft(&document, Vec::new()).start_op;
        let made = OpId { counter: start, actor: actor(7) };
        let mut ops = vec![write(&document, Some(residents(&document)), &key, Put::Map)];
        let fields = fields.iter();
        ops.extend(fields.map(|(key, put)| Write { object: Some(made), key, put: *put, predecessors: Vec::new() }));
        let raw = draft(&document, ops).encode();
        let taken = Change::parse(&raw).and_then(|change| document.apply(&change));
        taken.map_err(|error| {
            assert_eq!(refusal(&mut document, &raw), error);
            error.code()
        })
    };
    assert_eq!(part(&[("name", Put::Text("新人")), ("later", Put::Int(1))]), Ok(()));
    assert_eq!(part(&[]), Err("field"));
    assert_eq!(part(&[("birth_year", Put::Int(1950))]), Err("field"));
    assert_eq!(part(&[("name", Put::Null)]), Err("field"));
    assert_eq!(part(&[("name", Put::Text(" "))]), Err("field"));
    assert_eq!(part(&[("name", Put::Text("新人")), ("_x", Put::Int(1))]), Err("header_key"));
    assert_eq!(part(&[("name", Put::Text("新人")), ("more", Put::Map)]), Err("container"));
    // Over one that is there, whether it is replaced or hidden.
    let there = resident_id(1).to_string();
    let over = |spoil: fn(&mut Draft<'_>)| {
        code(|have| vec![write(have, Some(residents(have)), &there, Put::Map)], |draft| spoil(draft))
    };
    assert_eq!(over(|_| {}), "predecessor");
    assert_eq!(over(|draft| draft.ops[0].predecessors.clear()), "part_key");
    // Over one that is there, by somebody who had not seen it.
    let mut document = new_household().0;
    let mut stale = fork(&document);
    let value = Value::Map([("name", text("新人"))].into_iter().collect());
    document.edit(&[edit(&["residents", &key], value.clone())], actor(7), time(3)).unwrap();
    let same = stale.edit(&[edit(&["residents", &key], value)], actor(8), time(3)).unwrap().unwrap();
    assert_eq!(refusal(&mut document, &same).code(), "part_key");
}

#[test]
fn gate_objects_and_predecessors_are_among_the_ancestors() {
    let object = |id: fn(&Document) -> OpId| {
        code(|have| vec![Write { object: Some(id(have)), key: "name", put: Put::Null, predecessors: vec![] }], |_| {})
    };
    assert_eq!(object(|_| OpId { counter: 1, actor: actor(9) }), "object");
    assert_eq!(object(|_| OpId { counter: 1, actor: actor(1) }), "object");
    assert_eq!(object(|_| OpId { counter: 4000, actor: actor(1) }), "object");
    assert_eq!(object(|have| OpId { counter: draft(have, Vec::new()).start_op, actor: actor(7) }), "object");
    assert_eq!(object(|have| OpId { counter: draft(have, Vec::new()).start_op + 1, actor: actor(7) }), "object");
    let replaced = |change: fn(&Document) -> Vec<OpId>| {
        let ops = |have: &Document| {
            let predecessors = change(have);
            vec![Write { object: None, key: "note", put: Put::Text("新"), predecessors }]
        };
        code(ops, |_| {})
    };
    assert_eq!(replaced(|_| Vec::new()), "predecessor");
    assert_eq!(replaced(|have| writer(have, None, "door").into_iter().collect()), "predecessor");
    assert_eq!(replaced(|_| vec![OpId { counter: 1, actor: actor(9) }]), "predecessor");
    assert_eq!(replaced(|_| vec![OpId { counter: 9000, actor: actor(1) }]), "predecessor");
    let twice = |have: &Document| {
        let note = writer(have, None, "note").unwrap();
        vec![note, note]
    };
    assert_eq!(replaced(twice), "predecessor");
    let both =
        |have: &Document| [writer(have, None, "door"), writer(have, None, "note")].into_iter().flatten().collect();
    assert_eq!(replaced(both), "predecessor");
    // A field that was never written replaces nothing.
    let fresh = |have: &Document| {
        let predecessors = writer(have, None, "note").into_iter().collect();
        vec![Write { object: None, key: "fresh", put: Put::Null, predecessors }]
    };
    assert_eq!(code(fresh, |_| {}), "predecessor");
}

#[test]
fn gate_only_what_its_author_had_seen() {
    let mut document = new_household().0;
    let old = fork(&document);
    let key = resident_id(5).to_string();
    let value = Value::Map([("name", text("新人"))].into_iter().collect());
    document.edit(&[edit(&["residents", &key], value), edit(&["note"], text("一"))], actor(2), time(3)).unwrap();
    let unseen = writer(&document, Some(residents(&document)), &key).unwrap();
    // A resident that was added meanwhile.
    let op = Write { object: Some(unseen), key: "name", put: Put::Text("别人"), predecessors: Vec::new() };
    assert_eq!(refusal(&mut document, &draft(&old, vec![op]).encode()).code(), "object");
    // A value that was written meanwhile.
    let mut change = draft(&old, note(&old));
    change.ops[0].predecessors = writer(&document, None, "note").into_iter().collect();
    assert_eq!(refusal(&mut document, &change.encode()).code(), "predecessor");
    // An honest one who saw neither.
    applied(&mut document, &draft(&old, note(&old)).encode());
    assert_eq!(document.conflicts().len(), 1);
    // Of a conflict, all values are replaced or none.
    let half = note(&document);
    assert_eq!(half[0].predecessors.len(), 1);
    let half = Draft { actor: actor(8), ..draft(&document, half) }.encode();
    assert_eq!(refusal(&mut document, &half).code(), "predecessor");
    same_in_automerge(&document);
}

#[test]
fn gate_values_by_their_field() {
    let put = |key: &'static str, put: Put<'static>| code(move |have| vec![write(have, None, key, put)], |_| {});
    assert_eq!(put("door", Put::Int(3)), "field");
    assert_eq!(put("door", Put::Null), "field");
    assert_eq!(put("address.floor", Put::Text("3")), "field");
    assert_eq!(put("address.floor", Put::Int(9_000)), "field");
    let name = |put: Put<'static>| code(move |have| vec![write(have, Some(one(have)), "name", put)], |_| {});
    assert_eq!(name(Put::Null), "field");
    assert_eq!(name(Put::Bytes(b"x")), "field");
    assert_eq!(name(Put::Text("")), "field");
    let tag = |put: Put<'static>| code(move |have| vec![write(have, Some(one(have)), "tags/elderly", put)], |_| {});
    assert_eq!(tag(Put::Null), "field");
    assert_eq!(tag(Put::Text("yes")), "field");
    let mut document = new_household().0;
    let ops = vec![
        write(&document, None, "later", Put::Bytes(b"newer")),
        write(&document, None, "door", Put::Text("squatted")),
        write(&document, Some(one(&document)), "later", Put::Int(-3)),
        write(&document, Some(one(&document)), "tags/newer", Put::Bool(true)),
    ];
    let raw = draft(&document, ops).encode();
    applied(&mut document, &raw);
    same_in_automerge(&document);
}

/// Two honest edits may leave a record that does not hold together; a third must still be possible.
#[test]
fn gate_a_merged_record_that_does_not_fit_can_be_mended() {
    let visit = sample::record(&Kind::Visit, 3);
    let (mut here, _) = Document::create(&header(Kind::Visit), &visit, actor(1), time(0)).unwrap();
    let Value::Int(started) = here.fields().get("started").unwrap().clone() else { panic!() };
    let Value::Int(ended) = here.fields().get("ended").unwrap().clone() else { panic!() };
    let mut there = fork(&here);
    here.edit(&[edit(&["started"], Value::Int(ended))], actor(2), time(1)).unwrap();
    let other = there.edit(&[edit(&["ended"], Value::Int(started))], actor(3), time(1)).unwrap();
    if started == ended {
        return;
    }
    applied(&mut here, &other.unwrap());
    assert!(here.record().unwrap().validate().is_err());
    here.edit(&[edit(&["note"], text("时间有误"))], actor(2), time(2)).unwrap().unwrap();
    here.edit(&[edit(&["started"], Value::Int(started))], actor(2), time(2)).unwrap().unwrap();
    assert!(here.record().unwrap().validate().is_ok());
    // Once it fits, no edit may break it.
    let broken = here.edit(&[edit(&["started"], Value::Int(ended + 1))], actor(2), time(3));
    assert!(matches!(broken, Err(crate::document::DocumentError::Invalid(_))));
}

#[test]
fn gate_a_document_is_bounded() {
    let mut document = new_household().0;
    let mut number = 0_u32;
    let mut part = |document: &mut Document| {
        number += 1;
        let key = uuid::Uuid::from_u128(u128::from(number) << 8).to_string();
        let value = Value::Map([("name", text("甲"))].into_iter().collect());
        document.edit(&[edit(&["residents", &key], value)], actor(7), time(1))
    };
    let found = loop {
        if let Err(error) = part(&mut document) {
            break error;
        }
    };
    // 200 residents are what a record may have.
    assert!(matches!(found, crate::document::DocumentError::Invalid(_)));
    assert_eq!(
        document.record().unwrap().fields().get("residents").map(|map| match map {
            Value::Map(fields) => fields.len(),
            _ => 0,
        }),
        Some(200)
    );
}

#[test]
fn a_document_that_was_damaged_does_not_load() {
    let document = lived_in();
    let changes: Vec<Vec<u8>> = document.changes().map(<[u8]>::to_vec).collect();
    let load = |order: &[usize]| Document::load(order.iter().map(|at| &*changes[*at])).map(|_| ());
    assert_eq!(load(&[0, 1, 2]), Ok(()));
    assert_eq!(load(&[0, 2, 1]), Ok(()));
    assert!(load(&[1, 0]).is_err());
    assert!(load(&[0, 1, 1]).is_err());
    let mut next = fork(&document);
    let last = next.edit(&[edit(&["note"], text("三"))], actor(2), time(9)).unwrap().unwrap();
    let missing: Vec<&[u8]> = vec![&changes[0], &changes[1], &last];
    assert!(Document::load(missing).is_err());
}

/// What [`Document::apply`] does, in its two steps.
#[test]
fn gate_a_change_that_was_examined_is_applied() {
    let mut document = new_household().0;
    let mut whole = fork(&document);
    for value in ["一", "二"] {
        let mut there = fork(&document);
        let raw = there.edit(&[edit(&["note"], text(value))], actor(7), time(3)).unwrap().unwrap();
        let change = Change::parse(&raw).unwrap();
        document.examine(&change).unwrap();
        document.apply_examined(&change).unwrap();
        whole.apply(&change).unwrap();
        assert_eq!((document.heads(), document.fields()), (whole.heads(), whole.fields()));
    }
    same_in_automerge(&document);
}

/// Changes that nobody examined: either they are refused, and the document is as it was, or they are held.
#[test]
fn gate_a_change_that_was_not_examined_does_no_harm() {
    let unexamined = |spoil: &dyn Fn(&mut Draft<'_>)| {
        let mut document = new_household().0;
        let mut draft = draft(&document, note(&document));
        spoil(&mut draft);
        let raw = draft.encode();
        let change = Change::parse(&raw).unwrap();
        let (heads, fields) = (document.heads(), document.fields());
        let taken = document.apply_examined(&change);
        assert_eq!(document.contains(&change.hash()), taken.is_ok());
        if taken.is_err() {
            assert_eq!((document.heads(), document.fields()), (heads, fields));
            document.edit(&[edit(&["note"], text("还能写"))], actor(8), time(5)).unwrap().unwrap();
            same_in_automerge(&document);
        }
        taken.map_err(|error| error.code())
    };
    assert_eq!(unexamined(&|_| {}), Ok(()));
    assert_eq!(
        unexamined(&|draft| draft.dependencies = vec![ChangeHash::from_bytes([3; 32])]),
        Err("dependency_missing")
    );
    assert_eq!(unexamined(&|draft| draft.seq = 2), Err("sequence"));
    assert_eq!(unexamined(&|draft| draft.seq = u64::from(u32::MAX)), Err("sequence"));
    assert_eq!(
        unexamined(&|draft| draft.ops[0].predecessors = vec![OpId { counter: 9000, actor: actor(1) }]),
        Err("predecessor")
    );
    assert_eq!(unexamined(&|draft| draft.ops[0].object = Some(OpId { counter: 9000, actor: actor(1) })), Err("object"));
    for start in [1, 5, 4_000_000_000] {
        let _ = unexamined(&|draft| draft.start_op = start);
    }
    // Maps in maps in maps.
    let nested = |draft: &mut Draft<'_>| {
        let start = draft.start_op;
        let inside = |at: u64| (at > 0).then(|| OpId { counter: start + at - 1, actor: actor(7) });
        draft.ops = (0..3_000)
            .map(|at| Write { object: inside(at), key: "x", put: Put::Map, predecessors: Vec::new() })
            .collect();
    };
    assert_eq!(unexamined(&nested), Err("container"));
    // One that was examined before another of its actor came.
    let mut document = new_household().0;
    let raw = draft(&document, note(&document)).encode();
    let stale = Change::parse(&raw).unwrap();
    document.examine(&stale).unwrap();
    document.edit(&[edit(&["door"], text("vacant"))], actor(7), time(3)).unwrap().unwrap();
    assert_eq!(document.apply_examined(&stale), Err(GateError::Sequence));
    // And one twice.
    let last = document.changes().last().unwrap().to_vec();
    assert_eq!(document.apply_examined(&Change::parse(&last).unwrap()), Err(GateError::AlreadyThere));
    same_in_automerge(&document);
}
