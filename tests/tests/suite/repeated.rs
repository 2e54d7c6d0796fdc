//! Every request that phones sent, sent once more byte for byte: the same verdicts, and nothing changes.

use std::collections::BTreeMap;

use qiaomen_core::document::ChangeHash;
use qiaomen_core::protocol::limits::MAX_REQUEST_INFLATED;
use qiaomen_core::protocol::{ExchangeRequest, Verdict, decode, unpack};
use qiaomen_core::record::{DocumentId, Level, Role};
use qiaomen_core::transport::Transport as _;

use crate::harness::hand::verdicts;
use crate::harness::wire::{Fault, Went};
use crate::harness::{Phone, World};

/// What a batch in a request is answered.
fn answered(went: &Went, answer: &[u8]) -> Vec<Verdict> {
    let plain = unpack(&went.body, MAX_REQUEST_INFLATED).unwrap();
    let request: ExchangeRequest<'_> = decode(&plain).unwrap();
    verdicts(answer, request.batch.map_or(0, |batch| batch.changes.len()))
}

/// Everything that a repeated request could change.
fn state(world: &World) -> impl PartialEq + std::fmt::Debug + use<> {
    let town = world.town();
    let log = town.store().log().unwrap();
    let changes: BTreeMap<DocumentId, Vec<ChangeHash>> =
        town.snapshot().unwrap().into_iter().map(|(id, seen)| (id, seen.changes)).collect();
    let rows: BTreeMap<DocumentId, String> =
        town.snapshot().unwrap().into_iter().map(|(id, seen)| (id, format!("{:?}", seen.rows))).collect();
    let held: Vec<_> = town.held().unwrap().into_iter().map(|held| (held.number, held.document, held.hash)).collect();
    let tables = ["change", "document", "manifest", "refused", "held", "later", "departed", "actor", "salvaged"];
    let file = rusqlite::Connection::open(world.place().join(qiaomen_server::store::sqlite::FILE)).unwrap();
    let counts = tables
        .map(|table| file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0)).unwrap());
    (log.size, log.root, changes, rows, held, counts)
}

fn repeat(world: &World, phones: &[&Phone]) {
    let before = state(world);
    for (number, phone) in phones.iter().enumerate() {
        for (at, went) in phone.wire.went().iter().enumerate() {
            world.clock.pass(1_000);
            let again = world.runtime.block_on(world.http().exchange(&went.token, went.body.clone(), 0)).unwrap();
            assert_eq!(answered(went, &again), answered(went, &went.answer), "phone {number}, request {at}");
        }
    }
    assert_eq!(state(world), before);
}

#[test]
fn every_request_can_be_repeated_also_after_its_author_was_moved() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let alert = world.alert(0, Level::High, world.now());
    let (worker, head) = (world.worker(0), world.with_role(Role::TeamHead, world.villages[0]));
    // Accepted, refused, what followed the refused, what waits for its subject, faults in between.
    for round in 0..4 {
        worker.note(door, &format!("第{round}次"));
        worker.visit_door(door);
        head.replica().alerts().receipt(alert, head.reading()).unwrap();
        head.replica().alerts().raise(alert, Level::Extreme, None, (head.reading(), Role::TeamHead)).unwrap();
        head.note(door, &format!("队长第{round}次"));
        let elsewhere = worker
            .replica()
            .households()
            .save(world.grids[1], &crate::harness::records::household("别处"), (worker.reading(), Role::GridWorker))
            .unwrap();
        let visit = crate::harness::records::door_visit(elsewhere, world.now());
        worker.replica().visits().save(&visit, (worker.reading(), Role::GridWorker)).unwrap();
        worker.wire.next([Fault::LoseAnswer, Fault::Twice, Fault::Late(3), Fault::LoseRequest][round]);
        head.wire.next([Fault::Twice, Fault::LoseAnswer, Fault::LoseRequest, Fault::Late(1)][round]);
        world.sync(&worker);
        world.sync(&head);
    }
    world.settle(&[&worker, &head]);
    let verdicts: Vec<Verdict> = [&worker, &head]
        .iter()
        .flat_map(|phone| phone.wire.went())
        .flat_map(|went| answered(&went, &went.answer))
        .collect();
    let kinds = |fits: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| fits(verdict)).count();
    assert!(kinds(|verdict| matches!(verdict, Verdict::Accepted { .. })) >= 16);
    assert!(kinds(|verdict| matches!(verdict, Verdict::Refused(_))) >= 8);
    assert!(kinds(|verdict| matches!(verdict, Verdict::Held(_))) >= 4);
    repeat(&world, &[&worker, &head]);

    // They hold neither those grids nor those roles any more.
    world.reassign(worker.person, &[(Role::GridWorker, world.grids[3])]);
    world.reassign(head.person, &[(Role::Administrator, world.root)]);
    repeat(&world, &[&worker, &head]);
    // Those who were refused might be let through today.
    world.reassign(worker.person, &[(Role::GridWorker, world.villages[0])]);
    world.reassign(head.person, &[(Role::Police, world.root)]);
    repeat(&world, &[&worker, &head]);
    world.settle(&[&worker, &head]);
    world.agree(&[&worker, &head]);
}

#[test]
fn a_request_that_arrives_after_later_ones_changes_nothing() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let (one, other) = (world.worker(0), world.worker(0));
    for round in 0..6 {
        one.note(door, &format!("甲{round}"));
        world.sync(&one);
        other.note(door, &format!("乙{round}"));
        world.sync(&other);
    }
    world.settle(&[&one, &other]);
    let before = world.read_door(door);
    for at in (0..12).rev() {
        one.wire.next(Fault::Late(at));
        world.sync(&one);
    }
    assert_eq!(world.read_door(door), before);
    world.settle_and_agree(&[&one, &other]);
    repeat(&world, &[&one, &other]);
}
