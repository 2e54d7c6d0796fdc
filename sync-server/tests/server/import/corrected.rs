//! What a worker put right is found again under what the file still says, and nothing is made twice.

use qiaomen_core::record::Value;
use qiaomen_core::record::field::Edit;

use super::again::Office;
use crate::phone::{Phone, accepted};

const HEADING: &str = "grid,building,room,note,name,birth_year,telephone\n";

fn file(note: &str, name: &str) -> String {
    format!("{HEADING}Grid 0.0,3,501,{note},{name},1950,12000000001\n")
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// The one resident of a room.
fn resident(office: &Office, room: &str) -> String {
    let residents = office.door(room).1.residents;
    assert_eq!(residents.len(), 1);
    residents.keys().next().unwrap().to_string()
}

/// The same file again has nothing to say.
fn says_nothing(office: &mut Office, file: &str) {
    let size = office.fixture.town.store().log().unwrap().size;
    let report = office.import(file);
    assert_eq!((report.records.new, report.records.changed, report.records.unchanged), (0, 0, 1));
    assert_eq!((report.residents.new, report.residents.changed, report.residents.unchanged), (0, 0, 1));
    assert_eq!(office.fixture.town.store().log().unwrap().size, size);
}

#[test]
fn p4_a_name_or_year_that_a_worker_put_right_makes_nobody_twice() {
    for (field, value) in [("name", text("Zhong")), ("birth_year", Value::Int(1951))] {
        let mut office = Office::new();
        office.import(&file("a", "Zhang"));
        let who = resident(&office, "501");
        office.edit("501", &["residents", &who, field], value.clone());
        says_nothing(&mut office, &file("a", "Zhang"));
        assert_eq!(resident(&office, "501"), who);
        // A file that says a third thing clashes with what the worker wrote, or is somebody else.
        let other = office.preview(&file("b", "Zhang"));
        assert_eq!((other.records.changed, other.residents.new), (1, 0), "{field}");
    }
}

#[test]
fn p4_an_address_that_a_worker_put_right_makes_no_door_twice() {
    let mut office = Office::new();
    office.import(&file("a", "Zhang"));
    office.edit("501", &["address.room"], text("510"));
    says_nothing(&mut office, &file("a", "Zhang"));
    assert_eq!(office.door("510").1.residents.len(), 1);
    // Once a file itself has the door elsewhere, its old place is free for another.
    let moved = file("a", "Zhang").replace("501", "777");
    let report = office.import(&moved);
    assert_eq!(report.records.new, 1, "another address in the file is another door");
}

#[test]
fn p4_a_door_that_a_supervisor_moved_is_said_to_lie_elsewhere_and_not_made_twice() {
    let mut office = Office::new();
    office.import(&file("a", "Zhang"));
    let (id, _) = office.door("501");
    let mut phone = Phone::enrol(&mut office.fixture, office.supervisor);
    phone.sync(&mut office.fixture);
    let to = office.fixture.grids[1];
    let edit = Edit { path: vec!["grid".into()], value: Value::Bytes(to.bytes().as_slice().into()) };
    let out = phone.edit(&mut office.fixture, id, &[edit]);
    assert!(accepted(&phone.send(&mut office.fixture, &[out])));
    let report = office.import(&file("a", "Zhang"));
    assert_eq!((report.records.new, report.residents.new), (0, 0));
    let clashes: Vec<&str> = report.clashes.iter().map(|clash| clash.field).collect();
    assert_eq!(clashes, ["grid"]);
}

#[test]
fn undo_returns_no_value_where_a_worker_has_written_since() {
    let mut office = Office::new();
    office.import(&file("a", "Zhang"));
    let second = office.import(&file("b", "Zhang")).id.unwrap();
    office.edit("501", &["note"], text("worker"));
    let undone = office.undo(second).unwrap();
    assert_eq!(office.note("501").as_deref(), Some("worker"));
    assert!(serde_json::to_string(&undone).unwrap().contains("note"), "what stays is listed");
    // Where nobody has, it does return.
    let third = office.import(&file("c", "Zhang"));
    assert_eq!(third.clashes.len(), 1, "the file leaves a worker's note alone");
}

#[test]
fn a_field_with_several_values_is_a_clash_and_left_alone() {
    let mut office = Office::new();
    office.import(&file("a", "Zhang"));
    let (id, _) = office.door("501");
    // Two phones write the note without knowing of each other.
    let supervisor = office.supervisor;
    let mut other = Phone::enrol(&mut office.fixture, supervisor);
    other.sync(&mut office.fixture);
    office.phone.sync(&mut office.fixture);
    let edit = |value: &str| [Edit { path: vec!["note".into()], value: text(value) }];
    let one = other.edit(&mut office.fixture, id, &edit("one"));
    let two = office.phone.edit(&mut office.fixture, id, &edit("two"));
    assert!(accepted(&other.send(&mut office.fixture, &[one])));
    assert!(accepted(&office.phone.send(&mut office.fixture, &[two])));
    assert_eq!(office.fixture.town.conflicts().unwrap().len(), 1);
    let shown = office.note("501");
    // What the file says is what is shown, or what was read before: it settles nothing either way.
    for note in ["b", "one", "two"] {
        let report = office.import(&file(note, "Zhang"));
        let clashes: Vec<&str> = report.clashes.iter().map(|clash| clash.field).collect();
        let expected: &[&str] = if shown.as_deref() == Some(note) { &[] } else { &["note"] };
        assert_eq!(clashes, expected, "{note}");
        assert_eq!(office.note("501"), shown);
        assert_eq!(office.fixture.town.conflicts().unwrap().len(), 1);
    }
}
