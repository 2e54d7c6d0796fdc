//! Phones that wait are woken, whichever process wrote.

use std::sync::Arc;
use std::time::Duration;

use qiaomen_core::clock::Watch as _;
use qiaomen_core::protocol::limits::MAX_REQUEST_INFLATED;
use qiaomen_core::protocol::{ExchangeRequest, decode, unpack};
use qiaomen_core::record::{DocumentId, Level, Role, Scope, SeededRandom};
use qiaomen_core::sync::Cancel;
use qiaomen_server::access::SYSTEM;
use qiaomen_server::author::{Author, Draft};
use qiaomen_server::town::Town;
use qiaomen_tests::process::Process;

use crate::harness::{Phone, World, records};

/// How long a poll waits, and how long a test hangs at most: a poll that nobody wakes would end after it.
const WAIT: u16 = 55;
const GUARD: Duration = Duration::from_secs(45);

/// Polls until `there` says that it has come, while `write` writes; nothing but polls is asked.
fn comes_through_a_poll(
    world: &mut World,
    phone: Phone,
    there: impl Fn(&Phone) -> bool + Send + Sync + 'static,
    write: impl FnOnce(&mut World),
) -> Phone {
    world.sync(&phone);
    assert!(!there(&phone));
    let before = phone.wire.went().len();
    let phone = Arc::new(phone);
    let waiting = phone.clone();
    let polling = world.runtime.spawn(async move {
        while !there(&waiting) {
            let Phone { wire, clock, .. } = &*waiting;
            waiting.replica().sync().poll(wire, clock, WAIT, &Cancel::new()).await.unwrap();
        }
    });
    // So that it is likely to wait; it must come either way.
    std::thread::sleep(Duration::from_millis(200));
    write(world);
    world.runtime.block_on(async { tokio::time::timeout(GUARD, polling).await }).expect("nobody woke it").unwrap();
    let Ok(phone) = Arc::try_unwrap(phone) else { panic!("the poll goes on") };
    for went in &phone.wire.went()[before..] {
        let plain = unpack(&went.body, MAX_REQUEST_INFLATED).unwrap();
        let request: ExchangeRequest<'_> = decode(&plain).unwrap();
        assert_eq!(request.wait_seconds, WAIT);
    }
    phone
}

#[test]
fn l11_an_alert_reaches_a_phone_that_waits() {
    let mut world = World::new();
    let head = world.with_role(Role::TeamHead, world.villages[0]);
    let has_one = |phone: &Phone| {
        let all = qiaomen_core::replica::Part::all();
        !phone.replica().alerts().list(all).unwrap().is_empty()
    };
    let head = comes_through_a_poll(&mut world, head, has_one, |world| {
        world.alert(0, Level::Extreme, world.now());
    });
    world.settle_and_agree(&[&head]);
}

#[test]
fn what_one_phone_sends_wakes_the_other() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let (one, other) = (world.worker(0), world.worker(0));
    world.settle(&[&one, &other]);
    let read = move |phone: &Phone| phone.door(door).note.is_some();
    let other = comes_through_a_poll(&mut world, other, read, |world| {
        one.note(door, "在等");
        world.sync(&one);
    });
    world.settle_and_agree(&[&one, &other]);
}

#[test]
fn an_alert_that_another_process_wrote_reaches_a_phone_that_waits() {
    let mut world = World::new();
    let head = world.with_role(Role::TeamHead, world.villages[0]);
    let mut random = SeededRandom::new(42);
    let id = DocumentId::fresh(world.now(), &mut random);
    let head = comes_through_a_poll(
        &mut world,
        head,
        move |phone| phone.has(id),
        |world| {
            // A second town on the same folder knows of the first no more than another process would.
            let now = world.now();
            let beside = Town::open(world.place(), now, &mut random).unwrap();
            let mut author = Author::new(&beside, SYSTEM, now, &mut random).unwrap();
            let record = records::alert(world.villages[0], Level::High, now).into();
            let draft = Draft::Create { id, record: Box::new(record), scope: Scope::CaseFile(id.into()) };
            assert!(author.write(vec![draft], now, &mut random).unwrap()[0].is_done());
        },
    );
    world.settle_and_agree(&[&head]);
}

#[test]
fn what_a_real_process_beside_the_server_wrote_reaches_a_phone_that_waits() {
    let mut world = World::new();
    let worker = world.worker(0);
    let areas = |phone: &Phone| phone.replica().areas().below(None).unwrap().len();
    let before = areas(&worker);
    let worker = comes_through_a_poll(
        &mut world,
        worker,
        move |phone| areas(phone) > before,
        |world| {
            let program = std::path::Path::new(env!("CARGO_BIN_EXE_server"));
            let (mut process, _) = Process::start(program, [world.place()]).unwrap();
            process.ask("village 3 5").unwrap();
            process.end().unwrap();
        },
    );
    world.settle_and_agree(&[&worker]);
}

#[test]
fn a_save_on_the_phone_does_not_wait_for_its_poll() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let phone = world.worker(0);
    let phone = Arc::new(phone);
    let waiting = phone.clone();
    let polling = world.runtime.spawn(async move {
        let Phone { wire, clock, .. } = &*waiting;
        waiting.replica().sync().poll(wire, clock, WAIT, &Cancel::new()).await.unwrap()
    });
    std::thread::sleep(Duration::from_millis(200));
    phone.note(door, "马上发");
    let step = world.runtime.block_on(async { tokio::time::timeout(GUARD, polling).await }).expect("it waits").unwrap();
    assert_eq!(step.taken.accepted, 1);
    assert_eq!(world.read_door(door).note.as_deref(), Some("马上发"));
}

#[test]
fn a_phone_on_duty_proves_that_it_can_be_woken() {
    let mut world = World::new();
    let worker = world.worker(0);
    let other = world.worker(0);
    world.settle(&[&worker, &other]);
    let Phone { wire, clock, .. } = &worker;
    let duty = worker.replica().duty();
    duty.set(true, None).unwrap();
    let wait = duty.poll(&clock.read()).unwrap().wait_seconds;
    duty.begin_test(&clock.read(), 4711).unwrap();
    let poll = |phone: &Phone| {
        let began = std::time::Instant::now();
        let Phone { wire, clock, .. } = phone;
        let replica = phone.replica();
        let cancel = Cancel::new();
        let polled = replica.sync().poll(wire, clock, wait, &cancel);
        world.runtime.block_on(async { tokio::time::timeout(GUARD, polled).await }).expect("nobody woke it").unwrap();
        began.elapsed()
    };
    let woken = || duty.last_test().unwrap().unwrap().woken;
    // The first ends what waits, the second tells the server and is answered at once.
    assert!(poll(&worker) + poll(&worker) < Duration::from_millis(1_900));
    assert_eq!(woken(), None);
    let waited = poll(&worker);
    assert!(woken().is_some() && waited >= Duration::from_millis(1_900), "{waited:?}");
    let told = wire.went().into_iter().filter(|went| {
        let plain = unpack(&went.body, MAX_REQUEST_INFLATED).unwrap();
        decode::<ExchangeRequest<'_>>(&plain).unwrap().wake_test.is_some()
    });
    assert_eq!(told.count(), 1);
    world.settle_and_agree(&[&worker, &other]);
}
