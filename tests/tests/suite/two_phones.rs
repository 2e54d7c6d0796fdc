//! Two phones at one door.

use qiaomen_core::record::{Door, HouseholdId, ResidentId, Tag, Value};
use qiaomen_core::replica::{FieldConflict, Part};

use crate::harness::{Phone, World, records};

fn two(world: &mut World) -> (Phone, Phone, HouseholdId) {
    let door = world.door(0, "101");
    (world.worker(0), world.worker(0), door)
}

fn resident(phone: &Phone, seed: u8) -> ResidentId {
    let mut random = qiaomen_core::record::SeededRandom::new(u64::from(seed));
    ResidentId::fresh(phone.reading().wall, &mut random)
}

#[test]
fn different_fields_are_both_kept_without_a_conflict() {
    let mut world = World::new();
    let (one, other, door) = two(&mut world);
    one.note(door, "门铃坏了");
    assert!(other.edit_door(door, |household| household.door = Door::Vacant));
    world.settle_and_agree(&[&one, &other]);
    for phone in [&one, &other] {
        let read = phone.door(door);
        assert_eq!((read.note.as_deref(), read.door), (Some("门铃坏了"), Door::Vacant));
        assert!(phone.replica().conflicts().list(Part::all()).unwrap().is_empty());
    }
    let read = world.read_door(door);
    assert_eq!((read.note.as_deref(), read.door), (Some("门铃坏了"), Door::Vacant));
}

#[test]
fn one_field_shows_both_values_with_author_and_time_until_it_is_settled() {
    let mut world = World::new();
    let (one, other, door) = two(&mut world);
    one.note(door, "早上去");
    let first = world.now();
    world.clock.pass(60_000);
    other.note(door, "晚上去");
    let second = world.now();
    world.settle_and_agree(&[&one, &other]);
    for phone in [&one, &other] {
        let found = phone.replica().conflicts().get(door.into()).unwrap().unwrap();
        let [FieldConflict { path, values }] = &found.fields[..] else { panic!("{found:?}") };
        assert_eq!(path[..], ["note".into()]);
        let mut said: Vec<_> = values.iter().map(|one| (one.value.clone(), one.person.unwrap(), one.at)).collect();
        said.sort_by_key(|(_, _, at)| *at);
        let expected =
            [(Value::Text("早上去".into()), one.person, first), (Value::Text("晚上去".into()), other.person, second)];
        assert_eq!(said, expected);
        let winner = &values[0].value;
        assert_eq!(phone.door(door).note.map(|note| Value::Text(note.into())).as_ref(), Some(winner));
    }
    assert_eq!(world.town().conflicts().unwrap().len(), 1);

    let path: Vec<Box<str>> = vec!["note".into()];
    let value = Value::Text("早晚都行".into());
    assert!(one.replica().conflicts().settle(door.into(), &path, value, one.reading()).unwrap());
    world.settle_and_agree(&[&one, &other]);
    for phone in [&one, &other] {
        assert!(phone.replica().conflicts().list(Part::all()).unwrap().is_empty());
        assert_eq!(phone.door(door).note.as_deref(), Some("早晚都行"));
    }
    assert!(world.town().conflicts().unwrap().is_empty());
    assert_eq!(world.read_door(door).note.as_deref(), Some("早晚都行"));
}

#[test]
fn a_conflict_settled_by_both_in_the_same_words_ends_on_all() {
    let mut world = World::new();
    let (one, other, door) = two(&mut world);
    one.note(door, "早上去");
    other.note(door, "晚上去");
    world.settle(&[&one, &other]);
    let path: Vec<Box<str>> = vec!["note".into()];
    for phone in [&one, &other] {
        let value = Value::Text("中午去".into());
        assert!(phone.replica().conflicts().settle(door.into(), &path, value, phone.reading()).unwrap());
    }
    world.settle_and_agree(&[&one, &other]);
    assert_eq!(world.read_door(door).note.as_deref(), Some("中午去"));
    for phone in [&one, &other] {
        assert_eq!(phone.door(door).note.as_deref(), Some("中午去"));
    }
}

#[test]
fn residents_added_on_both_are_both_there() {
    let mut world = World::new();
    let (one, other, door) = two(&mut world);
    let (mother, son) = (resident(&one, 1), resident(&other, 2));
    assert!(one.edit_door(door, |household| {
        household.residents.insert(mother, records::resident("李梅"));
    }));
    assert!(other.edit_door(door, |household| {
        household.residents.insert(son, records::resident("李强"));
    }));
    world.settle_and_agree(&[&one, &other]);
    for read in [one.door(door), other.door(door), world.read_door(door)] {
        let names: Vec<_> = read.residents.iter().map(|(id, found)| (*id, found.name.as_str())).collect();
        let mut expected = vec![(mother, "李梅"), (son, "李强")];
        expected.sort();
        assert_eq!(names, expected);
    }
    // Each goes on with the other's.
    assert!(one.edit_door(door, |household| household.residents.get_mut(&son).unwrap().app_installed = Some(true)));
    assert!(other.edit_door(door, |household| household.residents.get_mut(&mother).unwrap().birth_year = Some(1950)));
    world.settle_and_agree(&[&one, &other]);
    for read in [one.door(door), other.door(door), world.read_door(door)] {
        assert_eq!(read.residents[&son].app_installed, Some(true));
        assert_eq!(read.residents[&mother].birth_year, Some(1950));
    }
}

#[test]
fn set_members_are_put_and_taken_apart() {
    let mut world = World::new();
    let (one, other, door) = two(&mut world);
    let who = resident(&one, 1);
    assert!(one.edit_door(door, |household| {
        let tags = [Tag::Elderly].into();
        let telephones = ["11000000000".to_owned()].into();
        household
            .residents
            .insert(who, qiaomen_core::record::Resident { tags, telephones, ..records::resident("李梅") });
    }));
    world.settle(&[&one, &other]);
    // One takes a member out and puts another in; the other puts a third in and one that both put in.
    assert!(one.edit_door(door, |household| {
        let found = household.residents.get_mut(&who).unwrap();
        found.tags = [Tag::Student, Tag::EasilyDeceived].into();
        found.telephones.insert("12000000000".to_owned());
    }));
    assert!(other.edit_door(door, |household| {
        let found = household.residents.get_mut(&who).unwrap();
        found.tags.extend([Tag::FinanceStaff, Tag::EasilyDeceived]);
        found.telephones.insert("12010000000".to_owned());
    }));
    world.settle_and_agree(&[&one, &other]);
    for read in [one.door(door), other.door(door), world.read_door(door)] {
        let found = &read.residents[&who];
        assert_eq!(found.tags, [Tag::Student, Tag::FinanceStaff, Tag::EasilyDeceived].into());
        let telephones = ["11000000000", "12000000000", "12010000000"].map(str::to_owned);
        assert_eq!(found.telephones, telephones.into());
    }
}

#[test]
fn l1_the_same_door_entered_on_two_phones_is_two_doors_until_somebody_merges_them() {
    let mut world = World::new();
    let (one, other) = (world.worker(0), world.worker(0));
    let (first, second) = (one.add_door(world.grids[0], "202"), other.add_door(world.grids[0], "202"));
    world.settle_and_agree(&[&one, &other]);
    for phone in [&one, &other] {
        let found = phone.replica().households().find("202", Part::all()).unwrap();
        let mut ids: Vec<HouseholdId> = found.iter().map(|line| line.household.id.into()).collect();
        ids.sort_unstable();
        let mut expected = vec![first, second];
        expected.sort_unstable();
        assert_eq!(ids, expected);
    }
}

#[test]
fn l1_a_visit_says_on_the_other_phone_who_came_when_and_what_was_given() {
    use qiaomen_core::record::{Given, Outcome};
    let mut world = World::new();
    let (one, other, door) = two(&mut world);
    let who = resident(&one, 1);
    assert!(one.edit_door(door, |household| {
        household.residents.insert(who, records::resident("李梅"));
    }));
    let ended = world.now();
    let mut visit = records::door_visit(door, ended);
    visit.met = [who].into();
    visit.given = [Given::OpenLetter, Given::ContactCard, Given::Pledge].into();
    let id = one.replica().visits().save(&visit, one.reading()).unwrap();
    world.settle_and_agree(&[&one, &other]);
    let read = other.replica().visits().get(id).unwrap().unwrap();
    assert_eq!(read.record, visit);
    assert_eq!((read.header.author, read.arrival.is_some()), (one.person, true));
    assert_eq!(read.record.outcome, Outcome::Met);
    let line = other.replica().households().find("101", Part::all()).unwrap().remove(0);
    assert_eq!(line.last_visit, Some(ended));
}

#[test]
fn l2_each_point_that_was_explained_is_ticked_on_the_other_phone_and_can_be_added_to() {
    use qiaomen_core::record::Explained;
    let mut world = World::new();
    let (one, other, door) = two(&mut world);
    let mut visit = records::door_visit(door, world.now());
    visit.explained = [Explained::TaskRebate, Explained::PersonalInformation].into();
    let id = one.replica().visits().save(&visit, one.reading()).unwrap();
    world.settle(&[&one, &other]);
    let mut after = visit.clone();
    after.explained.extend([Explained::App, Explained::Cases]);
    assert!(one.replica().visits().edit(id, &visit, &after, one.reading()).unwrap());
    world.settle_and_agree(&[&one, &other]);
    assert_eq!(other.replica().visits().get(id).unwrap().unwrap().record.explained, after.explained);
}
