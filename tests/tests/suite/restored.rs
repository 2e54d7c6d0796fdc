//! The server is restored from a backup while phones were ahead of it.

use std::collections::BTreeMap;

use qiaomen_core::playbook::Custody;
use qiaomen_core::record::{AlertId, DocumentId, Level, Role};
use qiaomen_core::replica::Part;

use crate::harness::{Phone, World};

/// Acceptance numbers of every document, as the phone has them.
fn numbers(phone: &Phone) -> BTreeMap<DocumentId, u64> {
    let documents = phone.replica().snapshot().unwrap().documents.into_iter();
    documents.map(|one| (one.id, phone.replica().record(one.id).unwrap().unwrap().acceptance.unwrap())).collect()
}

fn numbers_there(world: &World) -> BTreeMap<DocumentId, u64> {
    let mut found = BTreeMap::new();
    let each = &mut |whole: qiaomen_server::store::Whole| {
        found.insert(whole.document.id, whole.document.acceptance);
        Ok(())
    };
    world.town().store().walk(each).unwrap();
    found
}

struct Three {
    world: World,
    alert: AlertId,
    one: Phone,
    other: Phone,
    police: Phone,
}

fn three() -> Three {
    let mut world = World::new();
    world.door(0, "101");
    let alert = world.alert(0, Level::High, world.now());
    let one = world.with_role(Role::TeamHead, world.villages[0]);
    let other = world.with_role(Role::TeamHead, world.villages[0]);
    let police = world.with_role(Role::Police, world.root);
    world.settle(&[&one, &other, &police]);
    Three { world, alert, one, other, police }
}

fn first_door(phone: &Phone) -> qiaomen_core::record::HouseholdId {
    phone.replica().households().find("101", Part::first(1)).unwrap()[0].household.id.into()
}

#[test]
fn phones_bring_back_what_the_backup_lacks_and_every_number_stays() {
    let Three { mut world, alert, one, other, police } = three();
    let door = first_door(&one);
    let backup = world.back_up();
    // Both take the alert: the first to arrive owns it. They build on each other's edits too.
    let first = one.replica().alerts().receipt(alert, one.reading()).unwrap();
    world.sync(&one);
    let second = other.replica().alerts().receipt(alert, other.reading()).unwrap();
    world.settle(&[&one, &other]);
    one.note(door, "一");
    world.settle(&[&one, &other]);
    assert!(other.edit_door(door, |household| household.note = Some("一、二".to_owned())));
    let visit = other.visit_door(door);
    let added = one.add_door(world.grids[1], "新");
    world.settle(&[&one, &other]);
    // The police's phone had no connection since the backup.
    let before = numbers(&one);
    let custody = one.replica().tasks().custody(alert).unwrap();
    assert_eq!(custody.owner.as_ref().map(|claim| claim.person), Some(one.person));

    world.restore(&backup);
    assert!(world.town().document(first).unwrap().is_none());
    // The restored server goes on before anybody comes back.
    let office = world.door(1, "办公室");
    // Who lost the race comes back first.
    let summary = world.sync(&other);
    assert!(summary.rolled_back >= 1);
    world.sync(&one);
    world.settle_and_agree(&[&other, &one, &police]);

    for id in [first, second, visit, added.into(), office.into()] {
        for phone in [&one, &other, &police] {
            assert!(phone.has(id), "{id}");
        }
    }
    assert_eq!(world.read_door(door).note.as_deref(), Some("一、二"));
    for (id, number) in &before {
        assert_eq!(numbers_there(&world).get(id), Some(number), "{id}");
    }
    for phone in [&one, &other, &police] {
        let after: Custody = phone.replica().tasks().custody(alert).unwrap();
        assert_eq!(after.owner.map(|claim| claim.person), Some(one.person));
        let numbers = numbers(phone);
        assert!(numbers[&first] < numbers[&second]);
        assert!(phone.replica().quarantine().list().unwrap().is_empty());
    }
    // Everybody goes on.
    one.note(door, "三");
    world.settle_and_agree(&[&one, &other, &police]);
}

#[test]
fn a_second_restore_is_healed_like_the_first() {
    let Three { mut world, alert, one, other, police } = three();
    let door = first_door(&one);
    let backup = world.back_up();
    let receipt = one.replica().alerts().receipt(alert, one.reading()).unwrap();
    one.note(door, "甲");
    world.settle(&[&one, &other, &police]);
    world.restore(&backup);
    let mut visits = vec![one.visit_door(door)];
    world.settle_and_agree(&[&one, &other, &police]);
    let number = numbers(&one)[&receipt];
    visits.push(other.visit_door(door));
    world.settle(&[&other, &one]);
    world.restore(&backup);
    // Each wrote something more while the server was away.
    visits.push(one.visit_door(door));
    visits.push(other.visit_door(door));
    world.settle_and_agree(&[&police, &other, &one]);
    for phone in [&one, &other, &police] {
        assert_eq!(numbers(phone)[&receipt], number);
        assert!(visits.iter().all(|visit| phone.has(*visit)));
    }
    assert_eq!(world.read_door(door).note.as_deref(), Some("甲"));
}

#[test]
fn a_restore_in_the_middle_of_healing_is_healed() {
    let Three { mut world, alert, one, other, police } = three();
    let door = first_door(&one);
    let backup = world.back_up();
    let receipt = one.replica().alerts().receipt(alert, one.reading()).unwrap();
    let visits: Vec<_> = (0..5).map(|_| one.visit_door(door)).collect();
    one.note(door, "甲");
    world.settle(&[&one, &other, &police]);
    let number = numbers(&one)[&receipt];
    world.restore(&backup);
    one.pace(1, 1);
    for _ in 0..3 {
        world.step(&one).unwrap();
    }
    let halfway = world.back_up();
    world.settle(&[&one, &other]);
    world.restore(&halfway);
    for _ in 0..2 {
        one.pace(1, 1);
        world.step(&one).unwrap();
    }
    world.restore(&backup);
    world.settle_and_agree(&[&one, &other, &police]);
    assert!(visits.iter().all(|visit| police.has(*visit)));
    assert_eq!(numbers(&police)[&receipt], number);
    assert_eq!(world.read_door(door).note.as_deref(), Some("甲"));
}

#[test]
fn a_restore_in_the_middle_of_healing_that_leaves_the_log_as_long_is_healed() {
    let Three { mut world, one, other, police, .. } = three();
    let door = first_door(&one);
    let backup = world.back_up();
    let visit = one.visit_door(door);
    world.sync(&one);
    world.restore(&backup);
    let added = one.add_door(world.grids[0], "新");
    one.pace(1, 1);
    // It goes back, then puts the visit back; the new door still waits.
    while world.town().document(visit).unwrap().is_none() {
        world.step(&one).unwrap();
    }
    assert_eq!(one.waiting(), 1);
    world.restore(&backup);
    world.settle_and_agree(&[&one, &other, &police]);
    assert!(police.has(visit) && police.has(added));
}

#[test]
fn a_phone_that_only_pulled_drops_what_nobody_brings_back() {
    let Three { mut world, one, other, police, .. } = three();
    let backup = world.back_up();
    // The office's own work has no phone to bring it back.
    let lost = world.door(0, "失去");
    let kept = one.add_door(world.grids[0], "留下");
    world.settle(&[&one, &other, &police]);
    assert!(police.has(lost) && police.has(kept));
    world.restore(&backup);
    world.settle_and_agree(&[&police, &other, &one]);
    for phone in [&one, &other, &police] {
        assert!(!phone.has(lost) && phone.has(kept));
        assert!(phone.replica().aside().unwrap().is_empty());
    }
}

#[test]
fn an_edit_on_top_of_what_nobody_brings_back_is_kept_for_its_author() {
    let Three { mut world, one, other, police, .. } = three();
    let door = first_door(&one);
    let backup = world.back_up();
    // The office's edit is lost with the restore, and the phone's builds on it.
    let before = world.read_door(door);
    let mut after = before.clone();
    after.note = Some("办公室".to_owned());
    let edits = qiaomen_core::record::Record::from(before)
        .fields()
        .difference(&qiaomen_core::record::Record::from(after).fields());
    world.office(qiaomen_server::author::Draft::Edit { id: door.into(), edits });
    world.settle(&[&one, &other, &police]);
    one.note(door, "在办公室之后");
    world.settle(&[&one, &other, &police]);
    world.restore(&backup);
    world.settle(&[&one, &other, &police]);
    // It waits for what it depends on, and its author's phone still has it.
    let held = world.town().held().unwrap();
    assert_eq!(held.len(), 1, "{held:?}");
    assert_eq!(held[0].refusal.code, "waits_for_dependency");
    assert_eq!(one.replica().figures().unwrap().held, 1);
    assert_eq!(one.replica().held_because(door.into()).unwrap().unwrap().0, "waits_for_dependency");
    // Others go on with the record as it is.
    other.note(door, "继续");
    world.settle(&[&other, &police]);
    world.agree(&[&other, &police]);
    assert_eq!(police.door(door).note.as_deref(), Some("继续"));
}

#[test]
fn what_was_accepted_with_the_news_of_other_scopes_is_not_lost() {
    let Three { mut world, alert, other, police, .. } = three();
    let worker = world.worker(0);
    let backup = world.back_up();
    let door = worker.add_door(world.grids[0], "新");
    other.replica().alerts().send(alert, worker.person, None, other.reading()).unwrap();
    world.sync(&other);
    // The answer accepts the door, and says that there is an alert to be held now; nothing else follows.
    let step = world.step(&worker).unwrap();
    assert!(step.taken.accepted == 1 && step.taken.scopes_changed);
    world.restore(&backup);
    world.settle_and_agree(&[&worker, &other, &police]);
    assert!(police.has(door) && worker.has(alert));
}

#[test]
fn what_was_refused_before_the_restore_stays_with_its_author() {
    let Three { mut world, alert, one, other, police } = three();
    let backup = world.back_up();
    one.replica().alerts().raise(alert, Level::Extreme, None, (one.reading(), Role::TeamHead)).unwrap();
    world.settle(&[&one, &other]);
    assert_eq!(one.replica().quarantine().list().unwrap().len(), 1);
    let receipt = one.replica().alerts().receipt(alert, one.reading()).unwrap();
    world.settle(&[&one, &other]);
    world.restore(&backup);
    world.settle_and_agree(&[&one, &other, &police]);
    assert_eq!(one.replica().quarantine().list().unwrap().len(), 1);
    assert!(police.has(receipt));
}

/// A phone that wrote, was seen by all, and was then put back to how it was before.
fn put_back() -> (Three, qiaomen_core::record::HouseholdId, DocumentId) {
    let mut three = three();
    let Three { world, one, other, police, .. } = &mut three;
    let door = first_door(one);
    one.end();
    let copy = one.path.with_extension("copy");
    std::fs::copy(&one.path, &copy).unwrap();
    one.start();
    one.note(door, "失去的手机写的");
    let visit = one.visit_door(door);
    world.settle(&[&*one, &*other, &*police]);
    one.end();
    for suffix in ["-wal", "-shm"] {
        let mut name = one.path.clone().into_os_string();
        name.push(suffix);
        let _ = std::fs::remove_file(name);
    }
    std::fs::copy(&copy, &one.path).unwrap();
    one.start();
    (three, door, visit)
}

#[test]
fn a_phone_that_was_itself_restored_from_a_backup_writes_on_without_repeating_itself() {
    let (Three { world, one, other, police, .. }, door, visit) = put_back();
    one.note(door, "恢复的手机写的");
    world.settle(&[&one, &other, &police]);
    world.agree(&[&other, &police]);
    assert!(one.replica().quarantine().list().unwrap().is_empty());
    assert!(other.has(visit));
    // What others build on its lost work brings that back to it.
    other.note(door, "别人接着写");
    world.settle(&[&other, &one, &police]);
    world.agree(&[&one, &other, &police]);
}

#[test]
fn a_phone_that_was_itself_restored_from_a_backup_gets_its_own_work_back() {
    let (Three { world, one, other, police, .. }, _, visit) = put_back();
    world.settle_and_agree(&[&one, &other, &police]);
    assert!(one.has(visit));
}
