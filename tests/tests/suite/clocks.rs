//! Phones whose clocks are wrong.

use qiaomen_core::record::{DocumentId, HouseholdId, Time};

use crate::harness::agree::{phone_doubts, server_doubts};
use crate::harness::{Phone, World, records};

const HOUR: i64 = 3_600_000;

struct Wrong {
    world: World,
    phone: Phone,
    other: Phone,
    door: HouseholdId,
}

fn wrong_by(millis: i64) -> Wrong {
    let mut world = World::new();
    let door = world.door(0, "101");
    let (phone, other) = (world.worker(0), world.worker(0));
    phone.clock.off(millis);
    world.settle(&[&phone, &other]);
    Wrong { world, phone, other, door }
}

/// When the visit was, as the server knows it.
fn ended(world: &World, id: DocumentId) -> Time {
    match world.town().document(id).unwrap().unwrap().1.record().unwrap() {
        qiaomen_core::record::Record::Visit(visit) => visit.ended,
        other => panic!("{other:?}"),
    }
}

fn doubtful(world: &World, phones: &[&Phone], id: DocumentId, expected: bool) {
    assert_eq!(server_doubts(world)[&id], expected, "on the server");
    for phone in phones {
        assert_eq!(phone_doubts(phone)[&id], expected, "on a phone");
    }
}

fn within_a_second(one: Time, other: Time) {
    assert!(one.millis_since(other).abs() <= 1_000, "{one} and {other}");
}

#[test]
fn q14_a_clock_wrong_by_hours_makes_right_times_and_no_doubt() {
    for off in [-7 * HOUR, 5 * HOUR + 17 * 60_000] {
        let Wrong { world, phone, other, door } = wrong_by(off);
        world.clock.pass(3 * HOUR + 1_234);
        let truth = world.now();
        let visit = phone.visit_door(door);
        world.settle_and_agree(&[&phone, &other]);
        within_a_second(ended(&world, visit), truth);
        let header = world.town().document(visit).unwrap().unwrap().1.header().clone();
        assert_eq!(header.said, truth.plus_millis(off));
        within_a_second(header.said.plus_millis(header.offset.unwrap()), truth);
        assert!(!header.doubtful);
        doubtful(&world, &[&phone, &other], visit, false);
    }
}

#[test]
fn a_clock_set_back_between_two_exchanges_changes_nothing() {
    let Wrong { world, phone, other, door } = wrong_by(0);
    world.clock.pass(HOUR);
    let first = world.now();
    let one = phone.visit_door(door);
    phone.clock.off(-48 * HOUR);
    world.clock.pass(HOUR);
    let second = world.now();
    let two = phone.visit_door(door);
    world.settle_and_agree(&[&phone, &other]);
    within_a_second(ended(&world, one), first);
    within_a_second(ended(&world, two), second);
    for visit in [one, two] {
        doubtful(&world, &[&phone, &other], visit, false);
    }
}

#[test]
fn after_a_reboot_the_known_offset_serves_and_the_record_says_that_it_is_doubtful() {
    let Wrong { world, phone, other, door } = wrong_by(-7 * HOUR);
    phone.clock.reboot();
    world.clock.pass(2 * HOUR);
    let truth = world.now();
    let visit = phone.visit_door(door);
    world.settle_and_agree(&[&phone, &other]);
    within_a_second(ended(&world, visit), truth);
    doubtful(&world, &[&phone, &other], visit, true);
    assert!(other.replica().record(visit).unwrap().unwrap().header.doubtful);
    // The exchange has set that right.
    world.clock.pass(HOUR);
    let truth = world.now();
    let next = phone.visit_door(door);
    world.settle_and_agree(&[&phone, &other]);
    within_a_second(ended(&world, next), truth);
    doubtful(&world, &[&phone, &other], next, false);
}

#[test]
fn a_clock_set_wrong_by_a_reboot_is_doubtful_and_shown_so_on_all_sides() {
    let Wrong { world, phone, other, door } = wrong_by(0);
    phone.clock.reboot();
    phone.clock.off(-30 * HOUR);
    world.clock.pass(HOUR);
    let visit = phone.visit_door(door);
    world.settle_and_agree(&[&phone, &other]);
    doubtful(&world, &[&phone, &other], visit, true);
    // When it arrived is certain.
    let kept = other.replica().record(visit).unwrap().unwrap();
    assert!(kept.arrival.unwrap() >= world.now().plus_minutes(-5));
}

#[test]
fn a_record_dated_after_its_arrival_is_doubtful_on_both_sides() {
    let Wrong { world, phone, other, door } = wrong_by(0);
    // The person says so; the clock is right.
    let late = records::door_visit(door, world.now().plus_hours(3));
    let visit = phone.replica().visits().save(&late, phone.reading()).unwrap();
    let honest = phone.visit_door(door);
    world.settle_and_agree(&[&phone, &other]);
    doubtful(&world, &[&phone, &other], visit, true);
    doubtful(&world, &[&phone, &other], honest, false);
    assert!(!phone.replica().record(visit).unwrap().unwrap().header.doubtful);
    // A correction by its author takes the doubt away, and puts it back.
    for (hours, expected) in [(-1, false), (5, true)] {
        let before = phone.replica().visits().get(visit).unwrap().unwrap().record;
        let mut after = before.clone();
        after.ended = world.now().plus_hours(hours);
        after.started = after.ended.plus_minutes(-10);
        assert!(phone.replica().visits().edit(visit, &before, &after, phone.reading()).unwrap());
        world.settle_and_agree(&[&phone, &other]);
        doubtful(&world, &[&phone, &other], visit, expected);
    }
}

#[test]
fn a_phone_that_never_exchanged_says_that_its_clock_is_doubtful() {
    let mut world = World::new();
    let person = world.person(qiaomen_core::record::Role::GridWorker, world.grids[0]);
    let phone = world.fresh_phone(person);
    // Enrolling was an exchange; a reboot after it leaves the offset only.
    assert!(!phone.replica().corrected(&phone.reading()).unwrap().doubtful);
    phone.clock.reboot();
    assert!(phone.replica().corrected(&phone.reading()).unwrap().doubtful);
    world.sync(&phone);
    assert!(!phone.replica().corrected(&phone.reading()).unwrap().doubtful);
}
