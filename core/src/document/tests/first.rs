//! What a document's first change must be.

use super::super::change::Put;
use super::super::id::OpId;
use super::super::write::{Draft, Write};
use super::*;
use crate::document::DocumentError;

/// A first change with these fields, whatever they are.
fn first(fields: &Fields) -> Vec<u8> {
    let mut ops: Vec<Write<'_>> = Vec::new();
    let mut maps = vec![(None, fields)];
    while let Some((object, inside)) = maps.pop() {
        for (key, value) in inside.iter() {
            if let Value::Map(inner) = value {
                maps.push((Some(OpId { counter: ops.len() as u64 + 1, actor: actor(1) }), inner));
            }
            ops.push(Write { object, key, put: super::super::put(value), predecessors: Vec::new() });
        }
    }
    draft(ops).encode()
}

fn draft(ops: Vec<Write<'_>>) -> Draft<'_> {
    Draft { actor: actor(1), seq: 1, start_op: 1, seconds: 0, dependencies: Vec::new(), ops }
}

fn whole() -> Fields {
    header(Kind::Household).with(&Record::from(household()))
}

fn code(change: impl FnOnce(&mut Fields)) -> GateError {
    let mut fields = whole();
    change(&mut fields);
    refusal_of_first(&first(&fields))
}

fn without(key: &str) -> Vec<u8> {
    let mut fields = Fields::new();
    whole().iter().filter(|(have, _)| *have != key).for_each(|(key, value)| fields.set(key, value.clone()));
    first(&fields)
}

#[test]
fn gate_first_taken_as_it_is() {
    let raw = first(&whole());
    let first = Change::parse(&raw).unwrap().first().unwrap();
    assert_eq!(first.header, header(Kind::Household));
    assert_eq!(first.fields, Record::from(household()).fields());
}

#[test]
fn gate_first_header() {
    for key in ["_author", "_id", "_role", "_said", "_scope"] {
        assert_eq!(refusal_of_first(&without(key)).code(), "field", "{key}");
    }
    assert_eq!(refusal_of_first(&without("_kind")).code(), "kind");
    assert_eq!(code(|fields| fields.set("_kind", text("kind_of_tomorrow"))).code(), "kind");
    assert_eq!(code(|fields| fields.set("_kind", Value::Int(1))).code(), "kind");
    assert_eq!(code(|fields| fields.set("_id", Value::Bytes([1; 15].into()))).code(), "field");
    assert_eq!(code(|fields| fields.set("_said", text("now"))).code(), "field");
    assert_eq!(code(|fields| fields.set("_said", Value::Int(i64::MAX))).code(), "field");
    assert_eq!(code(|fields| fields.set("_scope", Value::Bytes([9].into()))).code(), "field");
    assert_eq!(code(|fields| fields.set("_scope", Value::Map(Fields::new()))).code(), "container");
    assert_eq!(code(|fields| fields.set("_new", Value::Null)).code(), "header_key");
}

#[test]
fn gate_first_fields_by_their_kind() {
    assert_eq!(code(|fields| fields.set("door", Value::Int(1))).code(), "field");
    assert_eq!(code(|fields| fields.set("door", Value::Null)).code(), "field");
    assert_eq!(code(|fields| fields.set("address.floor", text("5"))).code(), "field");
    assert_eq!(code(|fields| fields.set("address.floor", Value::Int(5000))).code(), "field");
    assert_eq!(code(|fields| fields.set("residents", Value::Null)).code(), "field");
    assert_eq!(refusal_of_first(&without("door")).code(), "field");
    let resident = |fields: &mut Fields, key: &str, value: Value| {
        let Some(Value::Map(residents)) = fields.get_mut("residents") else { panic!() };
        let Some(Value::Map(one)) = residents.get_mut(&resident_id(1).to_string()) else { panic!() };
        one.set(key, value);
    };
    assert_eq!(code(|fields| resident(fields, "name", Value::Null)).code(), "field");
    assert_eq!(code(|fields| resident(fields, "name", text(" "))).code(), "field");
    assert_eq!(code(|fields| resident(fields, "_x", Value::Null)).code(), "header_key");
    assert_eq!(code(|fields| resident(fields, "deeper", Value::Map(Fields::new()))).code(), "container");
    // The member of a set is somebody's telephone number: the complaint does not repeat it.
    let found = code(|fields| resident(fields, "telephones/12011112222", Value::Int(1)));
    assert!(!format!("{found:?} {found}").contains("138"));
    assert_eq!(found.code(), "field");
}

#[test]
fn gate_first_maps_only_where_the_kind_has_them() {
    assert_eq!(code(|fields| fields.set("photos", Value::Map(Fields::new()))).code(), "container");
    assert_eq!(code(|fields| fields.set("note", Value::Map(Fields::new()))).code(), "container");
    let residents = |key: &str, value: Value| {
        code(|fields| {
            let Some(Value::Map(residents)) = fields.get_mut("residents") else { panic!() };
            residents.set(key, value);
        })
    };
    assert_eq!(residents("x", Value::Map(Fields::new())).code(), "part_key");
    let key = ResidentId::from_bytes([0xab; 16]).to_string();
    assert_eq!(residents(&key.to_uppercase(), Value::Map(Fields::new())).code(), "part_key");
    assert_eq!(residents(&key.replace('-', ""), Value::Map(Fields::new())).code(), "part_key");
    assert_eq!(residents(&key, Value::Map(Fields::new())).code(), "field");
    assert_eq!(residents(&key, Value::Bool(true)).code(), "container");
}

#[test]
fn gate_first_stands_alone() {
    let raw = new_household().1;
    let chunk = chunk::Chunk::of(&raw);
    let code = |change: fn(&mut chunk::Chunk)| refusal_of_first(&chunk.with(change)).code();
    assert_eq!(code(|chunk| chunk.seq = 2), "sequence");
    assert_eq!(code(|chunk| chunk.start_op = 2), "start_op");
    assert_eq!(code(|chunk| chunk.dependencies = vec![[1; 32]]), "not_first");
    let mut ops = vec![Write { object: None, key: "_kind", put: Put::Text("household"), predecessors: Vec::new() }];
    ops[0].predecessors.push(OpId { counter: 1, actor: actor(1) });
    assert_eq!(refusal_of_first(&draft(ops).encode()).code(), "predecessor");
    let foreign = |counter, number| {
        let object = Some(OpId { counter, actor: actor(number) });
        let kind = Write { object: None, key: "_kind", put: Put::Text("household"), predecessors: Vec::new() };
        let op = Write { object, key: "name", put: Put::Null, predecessors: Vec::new() };
        refusal_of_first(&draft(vec![kind, op]).encode()).code()
    };
    assert_eq!(foreign(1, 1), "object");
    assert_eq!(foreign(2, 1), "object");
    assert_eq!(foreign(3, 1), "object");
    assert_eq!(foreign(1, 7), "object");
    // A second first change is none for a document.
    let mut document = new_household().0;
    assert_eq!(refusal(&mut document, &raw).code(), "second_first");
    assert!(matches!(Document::load([&raw[..], &raw[..]]).unwrap_err(), DocumentError::Gate(GateError::SecondFirst)));
    assert_eq!(Document::load([]).unwrap_err(), DocumentError::Nothing);
}

#[test]
fn gate_a_household_of_200_residents_passes() {
    let mut large = household();
    large.residents =
        (0..200_u8).map(|number| (ResidentId::from_bytes([number; 16]), resident("很长的名字很长的名字"))).collect();
    let record = Record::from(large);
    let (document, raw) = Document::create(&header(Kind::Household), &record, actor(1), time(0)).unwrap();
    assert_eq!(document.record().unwrap(), record);
    assert!(Change::parse(&raw).unwrap().len() < crate::document::MAX_OPS);
    same_in_automerge(&document);
}

#[test]
fn create_judges_what_it_writes() {
    let mut bad = household();
    bad.address.floor = Some(9000);
    let found = Document::create(&header(Kind::Household), &Record::from(bad), actor(1), time(0)).unwrap_err();
    assert!(matches!(found, DocumentError::Invalid(_)));
    let found = Document::create(&header(Kind::Visit), &Record::from(household()), actor(1), time(0)).unwrap_err();
    assert!(matches!(found, DocumentError::Invalid(_)));
    let found = Document::create_from(&header(Kind::Household), &whole(), actor(1), time(0)).unwrap_err();
    assert_eq!(found, DocumentError::Gate(GateError::HeaderKey));
}
