//! Devices that were revoked, and people who left.

use std::sync::Arc;
use std::time::Duration;

use qiaomen_core::record::{HouseholdId, Role};
use qiaomen_core::replica::{Order, Part, Replica, ReplicaError};
use qiaomen_core::sync::Cancel;
use qiaomen_core::transport::{Transport as _, TransportError};

use crate::harness::{Phone, World};

struct Lost {
    world: World,
    phone: Phone,
    other: Phone,
    door: HouseholdId,
}

fn before() -> Lost {
    let mut world = World::new();
    let door = world.door(0, "101");
    let (phone, other) = (world.worker(0), world.worker(0));
    world.settle(&[&phone, &other]);
    Lost { world, phone, other, door }
}

fn revoke(world: &mut World, phone: &Phone) {
    let device = phone.replica().identity().unwrap().unwrap().certificate.device;
    assert!(world.town().revoke_device(device, world.now()).unwrap());
}

fn leave(world: &mut World, phone: &Phone) {
    world.edit_person(phone.person, |person| person.left = true);
}

fn nothing_is_read(phone: &Phone, door: HouseholdId) {
    let replica: &Replica = phone.replica();
    let reading = phone.reading();
    assert!(replica.is_locked().unwrap());
    let revoked = Some(ReplicaError::Revoked);
    assert_eq!(replica.households().get(door).err(), revoked);
    assert_eq!(replica.households().list(None, Order::Walking, Part::all()).err(), revoked);
    assert_eq!(replica.households().find("101", Part::all()).err(), revoked);
    assert_eq!(replica.visits().of_household(door, Part::all()).err(), revoked);
    assert_eq!(replica.timeline().household(door, Part::all()).err(), revoked);
    assert_eq!(replica.alerts().list(Part::all()).err(), revoked);
    assert_eq!(replica.tasks().list(&reading, Part::all()).err(), revoked);
    assert_eq!(replica.tasks().figures(&reading).err(), revoked);
    assert_eq!(replica.people().list(Part::all()).err(), revoked);
    assert_eq!(replica.areas().below(None).err(), revoked);
    assert_eq!(replica.conflicts().list(Part::all()).err(), revoked);
    assert_eq!(replica.quarantine().list().err(), revoked);
    assert_eq!(replica.drafts().list().err(), revoked);
    assert_eq!(replica.record(door.into()).err(), revoked);
    assert_eq!(replica.snapshot().err(), revoked);
    let household = crate::harness::records::household("新");
    assert_eq!(replica.households().edit(door, &household, &household, reading).err(), revoked);
}

fn salvaged(world: &World) -> i64 {
    let file = rusqlite::Connection::open(world.place().join(qiaomen_server::store::sqlite::FILE)).unwrap();
    file.query_row("SELECT count(*) FROM salvaged", [], |row| row.get(0)).unwrap()
}

fn is_locked_out(end: impl FnOnce(&mut World, &Phone)) {
    let Lost { mut world, mut phone, other, door } = before();
    phone.note(door, "没来得及发");
    phone.visit_door(door);
    phone.add_door(world.grids[0], "新");
    let (token, body) = (phone.wire.went()[0].token, phone.wire.went()[0].body.clone());
    end(&mut world, &phone);
    let size = world.log_size();
    let refused = world.runtime.block_on(world.http().exchange(&token, body, 0));
    assert_eq!(refused.unwrap_err(), TransportError::Revoked);
    assert_eq!(world.try_sync(&phone).err(), Some(ReplicaError::Revoked));
    nothing_is_read(&phone, door);
    phone.restart();
    nothing_is_read(&phone, door);
    assert_eq!(world.try_sync(&phone).err(), Some(ReplicaError::Revoked));
    // What was not sent is handed in once, however often it is sent.
    assert_eq!(phone.waiting(), 3);
    for _ in 0..3 {
        let kept = world.runtime.block_on(phone.replica().sync().salvage(&phone.wire, &phone.clock)).unwrap();
        assert_eq!(kept, 3);
        assert_eq!(salvaged(&world), 3);
    }
    assert_eq!((world.log_size(), world.read_door(door).note), (size, None));
    world.settle_and_agree(&[&other]);
}

#[test]
fn a_revoked_device_is_locked_out_and_hands_in_what_it_had() {
    is_locked_out(revoke);
}

#[test]
fn the_device_of_a_person_who_left_is_locked_out_and_hands_in_what_it_had() {
    is_locked_out(leave);
}

fn ends_the_poll(end: impl FnOnce(&mut World, &Phone)) {
    let Lost { mut world, phone, door, .. } = before();
    let phone = Arc::new(phone);
    let polling = phone.clone();
    let poll = world.runtime.spawn(async move {
        let Phone { wire, clock, .. } = &*polling;
        polling.replica().sync().poll(wire, clock, 55, &Cancel::new()).await
    });
    // It may be open by now or not: both must end well before it would have ended by itself.
    std::thread::sleep(Duration::from_millis(300));
    end(&mut world, &phone);
    let ended = world.runtime.block_on(async { tokio::time::timeout(Duration::from_secs(45), poll).await });
    assert_eq!(ended.expect("the poll goes on").unwrap().err(), Some(ReplicaError::Revoked));
    nothing_is_read(&phone, door);
}

#[test]
fn an_open_poll_of_a_revoked_device_ends() {
    ends_the_poll(revoke);
}

#[test]
fn an_open_poll_of_a_person_who_left_ends() {
    ends_the_poll(leave);
}

#[test]
fn a_person_whose_device_was_revoked_goes_on_with_another_and_what_they_did_stays() {
    let Lost { mut world, phone, other, door } = before();
    let visit = phone.visit_door(door);
    world.settle(&[&phone, &other]);
    revoke(&mut world, &phone);
    assert_eq!(world.try_sync(&phone).err(), Some(ReplicaError::Revoked));
    let next = world.phone(phone.person);
    assert!(next.has(visit));
    // It is theirs on whichever phone.
    let before = next.replica().visits().get(visit).unwrap().unwrap().record;
    let after = qiaomen_core::record::Visit { note: Some("补记".to_owned()), ..before.clone() };
    assert!(next.replica().visits().edit(visit, &before, &after, next.reading()).unwrap());
    world.settle_and_agree(&[&next, &other]);
    assert_eq!(other.replica().visits().get(visit).unwrap().unwrap().record, after);
    assert_eq!(world.try_sync(&phone).err(), Some(ReplicaError::Revoked));
}

#[test]
fn the_same_phone_enrolled_again_unlocks_and_sends_what_it_had() {
    let Lost { mut world, phone, other, door } = before();
    phone.note(door, "没来得及发");
    revoke(&mut world, &phone);
    assert_eq!(world.try_sync(&phone).err(), Some(ReplicaError::Revoked));
    let code = world.code(phone.person);
    world.runtime.block_on(phone.replica().enrol(&phone.wire, &code, "phone", &phone.clock)).unwrap();
    world.settle_and_agree(&[&phone, &other]);
    assert_eq!(other.door(door).note.as_deref(), Some("没来得及发"));
    // Another person's code is no use on it.
    let stranger = world.person(Role::GridWorker, world.grids[0]);
    let code = world.code(stranger);
    let tried = world.runtime.block_on(phone.replica().enrol(&phone.wire, &code, "phone", &phone.clock));
    assert!(tried.is_err());
    assert!(phone.has(door));
}
