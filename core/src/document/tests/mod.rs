//! Tests of the room: what each file tries stands at its head.

#![allow(clippy::unwrap_used, unreachable_pub)]

mod chunk;
mod context;
mod first;
mod limits;
mod mutation;
mod replicas;
pub(crate) mod sample;
mod shape;
mod speed;

use automerge::hydrate;

use super::index::{ROOT, View};
use crate::document::{Change, Document, GateError};
use crate::record::field::Edit;
use crate::record::{
    ActorId, Address, AreaId, DocumentId, Door, Fields, Header, Household, Kind, PersonId, Record, Resident,
    ResidentId, Role, Scope, Tag, Time, Value,
};

pub(crate) fn time(minutes: i64) -> Time {
    Time::from_millis(1_772_000_000_000).plus_minutes(minutes)
}

pub(crate) fn actor(number: u8) -> ActorId {
    ActorId::from_bytes([number; 16])
}

pub(crate) fn resident_id(number: u8) -> ResidentId {
    ResidentId::from_bytes([0x70 | (number & 0xf); 16])
}

pub(crate) fn header(kind: Kind) -> Header {
    Header {
        id: DocumentId::from_bytes([0xd0; 16]),
        kind,
        scope: Scope::Grid(AreaId::from_bytes([0xa0; 16])),
        author: PersonId::from_bytes([0xb0; 16]),
        role: Role::GridWorker,
        said: time(0),
        offset: Some(-1200),
        doubtful: false,
    }
}

pub(crate) fn resident(name: &str) -> Resident {
    Resident {
        name: name.to_owned(),
        telephones: ["12000000000".to_owned()].into(),
        birth_year: Some(1948),
        tags: [Tag::Elderly].into(),
        app_installed: Some(false),
        left_town: false,
        left_to: None,
        left_contact: None,
        removed: false,
    }
}

pub(crate) fn household() -> Household {
    Household {
        address: Address {
            building: Some("3号楼".to_owned()),
            unit: Some("2单元".to_owned()),
            floor: Some(5),
            room: Some("502".to_owned()),
            group: None,
            number: None,
        },
        door: Door::LivedIn,
        note: Some("有狗".to_owned()),
        residents: [(resident_id(1), resident("王桂兰")), (resident_id(2), resident("李建国"))].into(),
        grid: None,
        removed: false,
        merged_into: None,
        counterparts: Default::default(),
    }
}

fn new_household() -> (Document, Vec<u8>) {
    Document::create(&header(Kind::Household), &Record::from(household()), actor(1), time(2)).unwrap()
}

fn applied(document: &mut Document, raw: &[u8]) {
    document.apply(&Change::parse(raw).unwrap()).unwrap();
}

fn edit(path: &[&str], value: Value) -> Edit {
    Edit { path: path.iter().map(|key| (*key).into()).collect(), value }
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

/// A copy of the same changes.
fn fork(document: &Document) -> Document {
    Document::load(document.changes()).unwrap()
}

/// Tries a change on a document; the document stays as it was, and works.
fn refusal(document: &mut Document, raw: &[u8]) -> GateError {
    let (heads, fields) = (document.heads(), document.fields());
    let error = Change::parse(raw).and_then(|change| document.apply(&change)).unwrap_err();
    assert_eq!(document.heads(), heads);
    assert_eq!(document.fields(), fields);
    let mut copy = fork(document);
    let next = copy.edit(&[edit(&["note"], text("还能写"))], actor(0x55), time(50)).unwrap().unwrap();
    let mut again = fork(document);
    applied(&mut again, &next);
    assert_eq!(again.fields(), copy.fields());
    error
}

/// Tries a change as a first one.
fn refusal_of_first(raw: &[u8]) -> GateError {
    Change::parse(raw).and_then(|change| change.first()).unwrap_err()
}

fn theirs(raw: &[u8]) -> automerge::Change {
    automerge::Change::try_from(raw).unwrap()
}

/// The same changes in Automerge.
fn automerge_of<'c>(changes: impl IntoIterator<Item = &'c [u8]>) -> automerge::Automerge {
    let mut document = automerge::Automerge::new();
    document.apply_changes(changes.into_iter().map(theirs).collect::<Vec<_>>()).unwrap();
    document
}

/// What Automerge shows, without the header.
fn automerge_fields(document: &automerge::Automerge) -> Fields {
    fn convert(value: &hydrate::Value) -> Value {
        match value {
            hydrate::Value::Map(map) => {
                let mut fields = Fields::new();
                for (key, value) in map.iter() {
                    fields.set(key, convert(&value.value));
                }
                Value::Map(fields)
            }
            hydrate::Value::Scalar(automerge::ScalarValue::Null) => Value::Null,
            hydrate::Value::Scalar(automerge::ScalarValue::Boolean(truth)) => Value::Bool(*truth),
            hydrate::Value::Scalar(automerge::ScalarValue::Int(number)) => Value::Int(*number),
            hydrate::Value::Scalar(automerge::ScalarValue::Str(text)) => Value::Text(text.as_str().into()),
            hydrate::Value::Scalar(automerge::ScalarValue::Bytes(bytes)) => Value::Bytes(bytes.as_slice().into()),
            other => panic!("the gate let {other:?} through"),
        }
    }
    let Value::Map(all) = convert(&document.hydrate(None)) else { panic!("no map") };
    all.iter().filter(|(key, _)| !key.starts_with('_')).map(|(key, value)| (key, value.clone())).collect()
}

/// Automerge holds the same, and holds it still when it was saved and loaded.
fn same_in_automerge(document: &Document) {
    // What is remembered of the present is what the past comes to.
    let everything = View::Some(vec![true; document.changes().len()]);
    let index = &document.index;
    assert_eq!(index.fields(ROOT, &everything), document.fields());
    assert_eq!(index.max_op(&everything), index.max_op(&View::All));
    for (path, ops) in index.conflicts() {
        let (key, map) = path.split_last().unwrap();
        assert_eq!(index.visible(index.object(map).unwrap(), key, &everything), ops);
    }
    // Of the fields, the kind's own are all that a record is read from.
    assert_eq!(document.record(), Record::read(&document.header.kind, &document.fields()));
    let theirs = automerge_of(document.changes());
    assert_eq!(automerge_fields(&theirs), document.fields());
    let heads: Vec<_> = theirs.get_heads().iter().map(|hash| hash.0).collect();
    assert_eq!(heads, document.heads().iter().map(|hash| *hash.bytes()).collect::<Vec<_>>());
    let loaded = automerge::Automerge::load(&theirs.save()).unwrap();
    assert_eq!(automerge_fields(&loaded), document.fields());
    let mut ours: Vec<&[u8]> = document.changes().collect();
    let loaded = loaded.get_changes(&[]);
    let mut again: Vec<&[u8]> = loaded.iter().map(automerge::Change::raw_bytes).collect();
    ours.sort_unstable();
    again.sort_unstable();
    assert_eq!(again, ours);
}
