//! An old phone edits what a newer one wrote, and two phones never make one map twice.

use qiaomen_core::record::{
    DocumentId, Door, Explained, Fields, HouseholdId, Kind, Level, Outcome, Purpose, Record, ResidentId, Role, Scope,
    Value,
};
use qiaomen_core::replica::Part;

use crate::harness::hand::{Hand, code, text};
use crate::harness::{Phone, World, records};

fn newer(fields: &mut Fields) {
    fields.set("lift", Value::Bool(true));
    fields.set("gate.code", Value::Text("按铃".into()));
    fields.set("colours/green", Value::Bool(true));
    fields.set("weight", Value::Int(7));
}

struct Newer {
    world: World,
    hand: Hand,
    one: Phone,
    other: Phone,
    door: HouseholdId,
    who: ResidentId,
}

/// A household as a later version writes it: keys and words that this one does not know, at the root and in
/// a resident.
fn written() -> Newer {
    let mut world = World::new();
    let (one, other) = (world.worker(0), world.worker(0));
    let person = world.person(Role::GridWorker, world.grids[0]);
    let hand = Hand::enrol(&mut world, person);
    let who = ResidentId::fresh(world.now(), &mut world.random);
    let mut household = records::household("101");
    household.residents.insert(who, records::resident("李梅"));
    let mut fields = Record::from(household).fields();
    newer(&mut fields);
    fields.set("door", Value::Text("being_rebuilt".into()));
    let Some(Value::Map(residents)) = fields.get_mut("residents") else { panic!() };
    let Some(Value::Map(resident)) = residents.get_mut(&who.to_string()) else { panic!() };
    resident.set("tags/gambler", Value::Bool(true));
    resident.set("pets", Value::Int(2));
    let scope = Scope::Grid(world.grids[0]);
    let out = hand.create(&mut world, Kind::Household, &fields, scope, Role::GridWorker);
    let door = out.document.into();
    let verdicts = hand.send(&world, &[out]);
    assert_eq!(code(&verdicts[0]), "accepted", "{verdicts:?}");
    world.settle_and_agree(&[&one, &other]);
    Newer { world, hand, one, other, door, who }
}

fn there(world: &World, id: impl Into<DocumentId>) -> Fields {
    world.town().document(id.into()).unwrap().unwrap().1.fields()
}

/// What the later version wrote, and this one does not know.
fn survives(world: &World, door: HouseholdId, who: ResidentId) {
    let fields = there(world, door);
    let mut expected = Fields::new();
    newer(&mut expected);
    for (key, value) in expected.iter() {
        assert_eq!(fields.get(key), Some(value), "{key}");
    }
    let Some(Value::Map(residents)) = fields.get("residents") else { panic!() };
    let Some(Value::Map(resident)) = residents.get(&who.to_string()) else { panic!() };
    assert_eq!(resident.get("tags/gambler"), Some(&Value::Bool(true)));
    assert_eq!(resident.get("pets"), Some(&Value::Int(2)));
}

#[test]
fn an_old_phone_reads_and_edits_what_a_newer_one_wrote_and_damages_nothing() {
    let Newer { world, one, other, door, who, .. } = written();
    let read = one.door(door);
    assert_eq!(read.door, Door::Unknown("being_rebuilt".into()));
    assert!(read.residents[&who].tags.iter().any(|tag| tag.to_string() == "gambler"));
    // Both edit beside it, at once.
    assert!(one.edit_door(door, |household| {
        household.note = Some("老手机".to_owned());
        household.residents.get_mut(&who).unwrap().birth_year = Some(1950);
    }));
    let added = ResidentId::fresh(other.reading().wall, &mut qiaomen_core::record::SeededRandom::new(1));
    assert!(other.edit_door(door, |household| {
        household.residents.insert(added, records::resident("李强"));
        household.residents.get_mut(&who).unwrap().app_installed = Some(true);
    }));
    world.settle_and_agree(&[&one, &other]);
    survives(&world, door, who);
    for read in [one.door(door), other.door(door), world.read_door(door)] {
        assert_eq!(read.door, Door::Unknown("being_rebuilt".into()));
        assert_eq!(read.note.as_deref(), Some("老手机"));
        assert_eq!(read.residents.len(), 2);
        let found = &read.residents[&who];
        assert_eq!((found.birth_year, found.app_installed), (Some(1950), Some(true)));
        assert!(found.tags.iter().any(|tag| tag.to_string() == "gambler"));
    }
}

#[test]
fn an_old_phone_puts_a_word_it_knows_over_one_it_does_not() {
    let Newer { world, one, other, door, who, .. } = written();
    assert!(one.edit_door(door, |household| household.door = Door::Vacant));
    world.settle_and_agree(&[&one, &other]);
    survives(&world, door, who);
    assert_eq!(other.door(door).door, Door::Vacant);
}

#[test]
fn a_newer_phone_goes_on_with_what_an_old_one_edited() {
    let Newer { mut world, hand, one, other, door, who } = written();
    one.note(door, "老手机");
    world.settle(&[&one, &other]);
    let out = hand.edit(&mut world, door.into(), &[text(&["camera"], "门口"), text(&["note"], "新手机")]);
    let verdicts = hand.send(&world, &[out]);
    assert_eq!(code(&verdicts[0]), "accepted", "{verdicts:?}");
    world.settle_and_agree(&[&one, &other]);
    assert_eq!(one.door(door).note.as_deref(), Some("新手机"));
    one.note(door, "又是老手机");
    world.settle_and_agree(&[&one, &other]);
    assert_eq!(there(&world, door).get("camera"), Some(&Value::Text("门口".into())));
    survives(&world, door, who);
}

#[test]
fn an_unknown_key_that_two_newer_phones_wrote_stays_a_conflict_until_one_of_them_settles_it() {
    let Newer { mut world, hand, one, other, door, .. } = written();
    let first = hand.edit(&mut world, door.into(), &[text(&["camera"], "门口")]);
    let second = hand.edit(&mut world, door.into(), &[text(&["camera"], "楼道")]);
    let verdicts = hand.send(&world, &[first, second]);
    assert!(verdicts.iter().all(|verdict| code(verdict) == "accepted"), "{verdicts:?}");
    world.settle_and_agree(&[&one, &other]);
    one.note(door, "老手机");
    world.settle_and_agree(&[&one, &other]);
    let found = other.replica().conflicts().get(door.into()).unwrap().unwrap();
    assert_eq!(found.fields.len(), 1);
    assert_eq!(found.fields[0].path[..], ["camera".into()]);
    assert_eq!(found.fields[0].values.len(), 2);
}

#[test]
fn residents_that_two_phones_add_to_a_door_that_had_none_are_in_one_map() {
    let mut world = World::new();
    let (one, other) = (world.worker(0), world.worker(0));
    let door = one.add_door(world.grids[0], "空");
    world.settle(&[&one, &other]);
    let mut random = qiaomen_core::record::SeededRandom::new(5);
    for _ in 0..4 {
        for phone in [&one, &other] {
            let who = ResidentId::fresh(phone.reading().wall, &mut random);
            assert!(phone.edit_door(door, |household| {
                household.residents.insert(who, records::resident("住户"));
            }));
        }
        world.clock.pass(1_000);
    }
    world.settle_and_agree(&[&one, &other]);
    for read in [one.door(door), other.door(door), world.read_door(door)] {
        assert_eq!(read.residents.len(), 8);
    }
    assert!(one.replica().conflicts().list(Part::all()).unwrap().is_empty());
}

#[test]
fn a_visit_with_words_of_a_newer_version_is_shown_and_corrected_by_its_author() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let (one, other) = (world.worker(0), world.worker(0));
    let hand = Hand::enrol(&mut world, one.person);
    let mut fields = Record::from(records::door_visit(door, world.now())).fields();
    fields.set("explained/deep_fake", Value::Bool(true));
    fields.set("outcome", Value::Text("waved_from_the_window".into()));
    fields.set("temperature", Value::Int(21));
    let scope = Scope::Grid(world.grids[0]);
    let out = hand.create(&mut world, Kind::Visit, &fields, scope, Role::GridWorker);
    let id = out.document;
    assert_eq!(code(&hand.send(&world, &[out])[0]), "accepted");
    world.settle_and_agree(&[&one, &other]);
    let before = one.replica().visits().get(id).unwrap().unwrap().record;
    assert_eq!(before.outcome, Outcome::Unknown("waved_from_the_window".into()));
    let mut after = before.clone();
    after.explained.insert(Explained::App);
    after.note = Some("补记".to_owned());
    assert!(one.replica().visits().edit(id, &before, &after, one.reading()).unwrap());
    world.settle_and_agree(&[&one, &other]);
    let fields = there(&world, id);
    assert_eq!(fields.get("explained/deep_fake"), Some(&Value::Bool(true)));
    assert_eq!(fields.get("temperature"), Some(&Value::Int(21)));
    assert_eq!(other.replica().visits().get(id).unwrap().unwrap().record, after);
}

#[test]
fn q4_an_alert_of_an_unknown_level_counts_as_the_most_urgent_everywhere() {
    let mut world = World::new();
    let head = world.with_role(Role::TeamHead, world.villages[0]);
    let level = Level::Unknown("catastrophic".into());
    let alert = world.alert(0, level.clone(), world.now());
    world.settle_and_agree(&[&head]);
    assert_eq!(head.replica().alerts().get(alert).unwrap().unwrap().record.level, level);
    let task = head.replica().tasks().list(&head.reading(), Part::first(1)).unwrap().remove(0);
    assert_eq!(task.level, Level::Extreme);
    let met = records::alert_visit(alert, Purpose::Dissuasion, Outcome::Met, None, world.now().plus_minutes(10));
    world.clock.pass(600_000);
    head.replica().visits().save(&met, head.reading()).unwrap();
    world.settle_and_agree(&[&head]);
}
