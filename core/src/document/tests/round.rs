//! Records go in and come out; edits are small; replicas meet.

use super::*;
use crate::record::Value;
use crate::record::field::Edit;

fn edit(path: &[&str], value: Value) -> Edit {
    Edit { path: path.iter().map(|key| (*key).into()).collect(), value }
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

#[test]
fn first_version_works() {
    let (mut here, raw) = new_household();
    let change = Change::parse(&raw).unwrap();
    let first = change.first().unwrap();
    assert_eq!(first.header, header(Kind::Household));
    assert_eq!(first.fields, Record::from(household()).fields());
    assert_eq!(here.fields(), first.fields);
    assert_eq!(here.record().unwrap(), Record::from(household()));
    // Automerge writes the very same bytes.
    let theirs = automerge::Change::try_from(&raw[..]).unwrap();
    let mut document = automerge::Automerge::new();
    document.apply_changes([theirs]).unwrap();
    let again = automerge::Automerge::load(&document.save()).unwrap();
    assert_eq!(again.get_changes(&[])[0].raw_bytes(), raw);

    let mut there = Document::load([&raw[..]]).unwrap();
    let mine = here.edit(&[edit(&["note"], text("无狗"))], actor(2), time(5)).unwrap().unwrap();
    let key = resident_id(1).to_string();
    let yours = there
        .edit(&[edit(&["note"], text("有猫")), edit(&["residents", &key, "name"], text("王桂香"))], actor(3), time(6))
        .unwrap()
        .unwrap();
    applied(&mut here, &yours);
    applied(&mut there, &mine);
    assert_eq!(here.fields(), there.fields());
    assert_eq!(here.conflicts(), there.conflicts());
    assert_eq!(here.conflicts().len(), 1);
    let settled = here.settle(&["note".into()], text("有猫"), actor(2), time(7)).unwrap().unwrap();
    applied(&mut there, &settled);
    assert_eq!(there.conflicts(), []);
    assert_eq!(there.heads(), here.heads());
    let rows = crate::projection::rows(there.header(), &there.fields(), None);
    assert_eq!(rows.len(), 3);
    let again = Document::load(there.changes()).unwrap();
    assert_eq!(again.fields(), here.fields());
}
