//! Replicas that meet: nothing is lost, and all of them see the same.

use proptest::prelude::*;

use super::*;

fn both(one: &mut Document, other: &mut Document) {
    let mine: Vec<Vec<u8>> = one.changes().map(<[u8]>::to_vec).collect();
    let yours: Vec<Vec<u8>> = other.changes().map(<[u8]>::to_vec).collect();
    for raw in yours.iter().filter(|raw| !one.contains(&Change::parse(raw).unwrap().hash())).collect::<Vec<_>>() {
        applied(one, raw);
    }
    for raw in mine.iter().filter(|raw| !other.contains(&Change::parse(raw).unwrap().hash())).collect::<Vec<_>>() {
        applied(other, raw);
    }
    same(one, other);
}

fn same(one: &Document, other: &Document) {
    assert_eq!(one.fields(), other.fields());
    assert_eq!(one.heads(), other.heads());
    assert_eq!(one.conflicts(), other.conflicts());
    same_in_automerge(one);
}

fn new_resident(name: &str) -> Value {
    let mut fields = Fields::new();
    crate::record::Part::write_fields(&resident(name), "", &mut fields);
    Value::Map(fields)
}

#[test]
fn different_fields_of_one_household() {
    let mut here = new_household().0;
    let mut there = fork(&here);
    here.edit(&[edit(&["note"], text("有狗,凶"))], actor(2), time(5)).unwrap().unwrap();
    there.edit(&[edit(&["door"], text("vacant"))], actor(3), time(5)).unwrap().unwrap();
    both(&mut here, &mut there);
    let Record::Household(merged) = here.record().unwrap() else { panic!() };
    assert_eq!((merged.note.as_deref(), merged.door), (Some("有狗,凶"), Door::Vacant));
    assert_eq!(here.conflicts(), []);
}

#[test]
fn one_field_of_one_household_keeps_both_values_until_it_is_settled() {
    let mut here = new_household().0;
    let mut there = fork(&here);
    let mine = here.edit(&[edit(&["note"], text("甲"))], actor(2), time(5)).unwrap().unwrap();
    let yours = there.edit(&[edit(&["note"], text("乙"))], actor(3), time(6)).unwrap().unwrap();
    both(&mut here, &mut there);
    let conflicts = here.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].path, ["note".into()]);
    let values = &conflicts[0].values;
    assert_eq!(values.len(), 2);
    assert_eq!(Some(&values[0].value), here.fields().get("note"));
    assert_eq!((&values[0].value, values[0].actor, values[0].seconds), (&text("乙"), actor(3), time(6).seconds()));
    assert_eq!((&values[1].value, values[1].actor, values[1].seconds), (&text("甲"), actor(2), time(5).seconds()));
    assert_eq!(values[0].change, Change::parse(&yours).unwrap().hash());
    assert_eq!(values[1].change, Change::parse(&mine).unwrap().hash());
    // The winning value written as an edit changes nothing; settled, it ends the conflict on both.
    assert_eq!(here.edit(&[edit(&["note"], text("乙"))], actor(2), time(7)).unwrap(), None);
    here.settle(&["note".into()], text("乙"), actor(2), time(7)).unwrap().unwrap();
    both(&mut here, &mut there);
    assert_eq!(there.conflicts(), []);
    assert_eq!(there.fields().get("note"), Some(&text("乙")));
    assert_eq!(there.settle(&["note".into()], text("乙"), actor(3), time(8)).unwrap(), None);
}

#[test]
fn two_phones_each_add_a_resident() {
    let mut here = new_household().0;
    let mut there = fork(&here);
    let (third, fourth) = (resident_id(3).to_string(), resident_id(4).to_string());
    here.edit(&[edit(&["residents", &third], new_resident("张三"))], actor(2), time(5)).unwrap().unwrap();
    there.edit(&[edit(&["residents", &fourth], new_resident("李四"))], actor(3), time(5)).unwrap().unwrap();
    both(&mut here, &mut there);
    let Record::Household(merged) = here.record().unwrap() else { panic!() };
    assert_eq!(merged.residents.len(), 4);
    // The one edits the resident that the other added.
    here.edit(&[edit(&["residents", &fourth, "removed"], Value::Bool(true))], actor(2), time(6)).unwrap().unwrap();
    both(&mut here, &mut there);
    let Record::Household(merged) = there.record().unwrap() else { panic!() };
    assert!(merged.residents[&resident_id(4)].removed);
}

#[test]
fn what_newer_versions_wrote_survives_an_old_phones_edit() {
    let mut fields = Record::from(household()).fields();
    fields.set("lift", Value::Bool(true));
    fields.set("door", text("houseboat"));
    let Some(Value::Map(residents)) = fields.get_mut("residents") else { panic!() };
    let Some(Value::Map(one)) = residents.get_mut(&resident_id(1).to_string()) else { panic!() };
    one.set("dialect", text("客家话"));
    one.set("tags/carer", Value::Bool(true));
    let (mut document, _) = Document::create_from(&header(Kind::Household), &fields, actor(1), time(0)).unwrap();
    // The old phone reads the record, changes what it knows, and writes the difference.
    let Record::Household(mut seen) = document.record().unwrap() else { panic!() };
    assert_eq!(seen.door, Door::Unknown("houseboat".into()));
    seen.note = None;
    seen.residents.get_mut(&resident_id(1)).unwrap().name = "王桂香".to_owned();
    let known = document.record().unwrap().fields();
    let edits = known.difference(&Record::from(seen).fields());
    assert_eq!(edits.len(), 2);
    document.edit(&edits, actor(2), time(1)).unwrap().unwrap();
    let after = document.fields();
    assert_eq!(after.get("lift"), Some(&Value::Bool(true)));
    assert_eq!(after.get("door"), Some(&text("houseboat")));
    assert_eq!(after.get("note"), Some(&Value::Null));
    let Some(Value::Map(residents)) = after.get("residents") else { panic!() };
    let Some(Value::Map(one)) = residents.get(&resident_id(1).to_string()) else { panic!() };
    assert_eq!(one.get("dialect"), Some(&text("客家话")));
    assert_eq!(one.get("tags/carer"), Some(&Value::Bool(true)));
    assert_eq!(one.get("name"), Some(&text("王桂香")));
    same_in_automerge(&document);
}

#[test]
fn an_edit_writes_only_what_differs() {
    let mut document = new_household().0;
    assert_eq!(document.edit(&[], actor(2), time(1)).unwrap(), None);
    let nothing = [edit(&["note"], text("有狗")), edit(&["lift"], Value::Null)];
    assert_eq!(document.edit(&nothing, actor(2), time(1)).unwrap(), None);
    let some = [edit(&["note"], text("x")), edit(&["door"], text("lived_in")), edit(&["note"], text("猫"))];
    let raw = document.edit(&some, actor(2), time(1)).unwrap().unwrap();
    let change = Change::parse(&raw).unwrap();
    assert_eq!(change.len(), 1);
    assert!(raw.len() < 200, "{}", raw.len());
    assert_eq!(document.edits_of(&change.hash()).unwrap(), [edit(&["note"], text("猫"))]);
    for path in [&["_author"][..], &[], &["residents"], &["nobody", "name"], &["note", "deeper"]] {
        let map = Value::Map(Fields::new());
        assert!(document.edit(&[edit(path, map)], actor(2), time(1)).is_err(), "{path:?}");
        if path != ["residents"] {
            assert!(document.edit(&[edit(path, Value::Null)], actor(2), time(1)).is_err(), "{path:?}");
        }
    }
}

/// A refused change is taken out: what the actor wrote after it is written again under a fresh actor.
#[test]
fn a_tail_is_written_again_onto_a_rebuilt_document() {
    let (mut phone, first) = new_household();
    let key = resident_id(3).to_string();
    let refused = phone.edit(&[edit(&["door"], text("vacant"))], actor(2), time(1)).unwrap().unwrap();
    let edits = [edit(&["residents", &key], new_resident("张三")), edit(&["note"], text("改"))];
    let tail = phone.edit(&edits, actor(2), time(2)).unwrap().unwrap();
    let mut rebuilt = Document::load([&first[..]]).unwrap();
    assert!(rebuilt.apply(&Change::parse(&tail).unwrap()).is_err());
    let again = phone.edits_of(&Change::parse(&tail).unwrap().hash()).unwrap();
    assert_eq!(again, edits);
    let mut alone = Change::parse(&tail).unwrap().edits_alone();
    alone.sort_by(|one, other| one.path.cmp(&other.path));
    assert_eq!(alone, [edit(&["", &key], new_resident("张三")), edit(&["note"], text("改"))]);
    rebuilt.edit(&again, actor(3), time(3)).unwrap().unwrap();
    assert_eq!(rebuilt.fields().get("door"), Some(&text("lived_in")));
    assert_eq!(rebuilt.fields().get("note"), Some(&text("改")));
    assert!(phone.edits_of(&Change::parse(&refused).unwrap().hash()).is_some());
    assert_eq!(phone.edits_of(&Change::parse(&first).unwrap().hash()), None);
    same_in_automerge(&rebuilt);
}

#[test]
fn examine_applies_nothing() {
    let mut document = new_household().0;
    let mut other = fork(&document);
    let raw = other.edit(&[edit(&["note"], text("猫"))], actor(2), time(1)).unwrap().unwrap();
    let change = Change::parse(&raw).unwrap();
    let heads = document.heads();
    assert_eq!(document.examine(&change).unwrap(), [edit(&["note"], text("猫"))]);
    assert_eq!(document.heads(), heads);
    document.apply(&change).unwrap();
    assert_eq!(document.examine(&change).unwrap_err(), GateError::AlreadyThere);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn records_of_every_kind_come_back(seed in any::<u64>(), kind in 0..Kind::KNOWN.len()) {
        let kind = &Kind::KNOWN[kind];
        let record = sample::record(kind, seed);
        let (document, raw) = Document::create(&header(kind.clone()), &record, actor(1), time(0)).unwrap();
        prop_assert_eq!(document.record().unwrap(), record.clone());
        prop_assert_eq!(document.header(), &header(kind.clone()));
        let first = Change::parse(&raw).unwrap().first().unwrap();
        prop_assert_eq!(&first.fields, &record.fields());
        prop_assert_eq!(&first.fields, &document.fields());
        same_in_automerge(&document);
        // Automerge, given the same writes, makes the same bytes.
        let theirs = theirs(&raw);
        prop_assert_eq!(theirs.raw_bytes(), &raw[..]);
    }

    /// Three replicas edit as they like and meet as they like; in the end all show the same, whatever the
    /// order in which the changes came.
    #[test]
    fn any_order_of_arrival_shows_the_same(
        steps in prop::collection::vec((0..3_usize, 0..3_usize, 0..7_u8, any::<u8>()), 1..24),
    ) {
        let first = new_household().0;
        let mut replicas = [fork(&first), fork(&first), fork(&first)];
        for (at, (who, whom, what, value)) in steps.into_iter().enumerate() {
            let number = Value::Int(i64::from(value % 4));
            let (key, key_of_new) = (resident_id(1 + value % 2).to_string(), uuid::Uuid::from_u128(at as u128 + 99));
            let edits = match what {
                0 => vec![edit(&["note"], text(&format!("记{}", value % 3)))],
                1 => vec![edit(&["address.floor"], number), edit(&["note"], Value::Null)],
                2 => vec![edit(&["residents", &key, "birth_year"], Value::Int(1900 + i64::from(value % 5)))],
                3 => vec![edit(&["residents", &key_of_new.to_string()], new_resident("新人"))],
                4 => vec![edit(&["residents", &key, "tags/student"], Value::Bool(value % 2 == 0))],
                _ => Vec::new(),
            };
            if edits.is_empty() && who != whom {
                let changes: Vec<Vec<u8>> = replicas[whom].changes().map(<[u8]>::to_vec).collect();
                for raw in changes {
                    let change = Change::parse(&raw).unwrap();
                    if !replicas[who].contains(&change.hash()) {
                        replicas[who].apply(&change).unwrap();
                    }
                }
            } else {
                replicas[who].edit(&edits, actor(20 + who as u8), time(at as i64)).unwrap();
            }
        }
        let [mut one, mut two, mut three] = replicas;
        both(&mut one, &mut two);
        both(&mut two, &mut three);
        both(&mut one, &mut three);
        same(&one, &two);
        same(&one, &fork(&two));
        // Backwards, as far as dependencies allow.
        let changes: Vec<Vec<u8>> = one.changes().map(<[u8]>::to_vec).collect();
        let mut backwards = Document::load([&*changes[0]]).unwrap();
        while backwards.changes().len() < changes.len() {
            let next = changes.iter().rev().map(|raw| Change::parse(raw).unwrap()).find(|change| {
                !backwards.contains(&change.hash()) && change.dependencies().iter().all(|hash| backwards.contains(hash))
            });
            backwards.apply(&next.unwrap()).unwrap();
        }
        same(&one, &backwards);
    }
}

#[test]
fn what_an_author_had_seen() {
    let (mut here, first) = new_household();
    let mut there = fork(&here);
    let first = Change::parse(&first).unwrap().hash();
    let mine = here.edit(&[edit(&["note"], text("甲"))], actor(2), time(5)).unwrap().unwrap();
    let yours = there.edit(&[edit(&["note"], text("乙"))], actor(3), time(6)).unwrap().unwrap();
    both(&mut here, &mut there);
    let last = here.edit(&[edit(&["door"], text("vacant"))], actor(2), time(7)).unwrap().unwrap();
    let hash = |raw: &[u8]| Change::parse(raw).unwrap().hash();
    assert_eq!(here.ancestors(&first), []);
    assert_eq!(here.ancestors(&hash(&mine)), [first]);
    assert_eq!(here.ancestors(&hash(&yours)), [first]);
    assert_eq!(here.ancestors(&hash(&last)), [first, hash(&mine), hash(&yours)]);
    assert_eq!(there.ancestors(&hash(&last)), []);
}
