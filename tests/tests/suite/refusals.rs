//! What the server refuses: kept on the phone with a reason, never in the way, put right and sent again.

use qiaomen_core::record::{DocumentId, Household, Kind, Level, Purpose, Record, Role, Scope};
use qiaomen_core::replica::{Part, QuarantineEntry};
use qiaomen_core::store::Mark;

use crate::harness::{Phone, World, records};

fn only(phone: &Phone) -> QuarantineEntry {
    let mut found = phone.replica().quarantine().list().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn explained(entry: &QuarantineEntry, code: &str) {
    assert_eq!(entry.refused.code, code);
    assert!(entry.reason_zh.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)), "{entry:?}");
    assert!(entry.reason_en.is_ascii() && entry.reason_en.len() > 20, "{entry:?}");
}

#[test]
fn a_worker_who_may_not_raise_keeps_the_record_with_a_reason_and_the_rest_goes_on() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let alert = world.alert(0, Level::Low, world.now());
    let (head, other) =
        (world.with_role(Role::TeamHead, world.villages[0]), world.with_role(Role::TeamHead, world.villages[0]));
    head.note(door, "之前");
    let raise = head
        .replica()
        .alerts()
        .raise(alert, Level::Extreme, Some("转账中".to_owned()), (head.reading(), Role::TeamHead))
        .unwrap();
    head.note(door, "之后");
    let receipt = head.replica().alerts().receipt(alert, head.reading()).unwrap();
    let summary = world.sync(&head);
    assert_eq!((summary.accepted, summary.refused), (3, 1));

    let entry = only(&head);
    explained(&entry, "not_permitted");
    assert_eq!((entry.refused.document, &entry.refused.kind, entry.refused.whole), (raise, &Kind::Raise, true));
    match entry.record().unwrap() {
        Record::Raise(found) => assert_eq!(found.reason.as_deref(), Some("转账中")),
        other => panic!("{other:?}"),
    }
    // It counts for nothing on the phone, and everywhere else.
    assert!(!head.has(raise) && world.town().document(raise).unwrap().is_none());
    assert_eq!(head.replica().mark(raise).unwrap(), Some(Mark::Refused));
    assert_eq!(head.replica().tasks().list(&head.reading(), Part::first(1)).unwrap()[0].level, Level::Low);
    assert!(head.has(receipt));
    let exported = head.replica().quarantine().export(entry.refused.item).unwrap();
    assert!(exported.contains("转账中") && exported.contains(entry.reason_zh) && exported.contains(entry.reason_en));
    world.settle_and_agree(&[&head, &other]);
    assert_eq!(world.read_door(door).note.as_deref(), Some("之后"));

    // It is there after a restart, until the person gives it up.
    let mut head = head;
    head.restart();
    let entry = only(&head);
    head.replica().quarantine().discard(entry.refused.item).unwrap();
    assert!(head.replica().quarantine().list().unwrap().is_empty());
    world.settle_and_agree(&[&head, &other]);
}

#[test]
fn an_edit_of_anothers_visit_is_refused_and_the_document_heals() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let (one, other) = (world.worker(0), world.worker(0));
    let visit = one.visit_door(door);
    world.settle(&[&one, &other]);
    let before = other.replica().visits().get(visit).unwrap().unwrap().record;
    let mut after = before.clone();
    after.note = Some("别人写的".to_owned());
    assert!(other.replica().visits().edit(visit, &before, &after, other.reading()).unwrap());
    assert_eq!(other.replica().visits().get(visit).unwrap().unwrap().record, after);
    assert_eq!(world.sync(&other).refused, 1);
    let entry = only(&other);
    explained(&entry, "not_permitted");
    assert!(!entry.refused.whole);
    assert_eq!(other.replica().visits().get(visit).unwrap().unwrap().record, before);
    world.settle_and_agree(&[&one, &other]);
    // Its author goes on with it, and the other phone sees that.
    let mut after = before.clone();
    after.note = Some("自己写的".to_owned());
    assert!(one.replica().visits().edit(visit, &before, &after, one.reading()).unwrap());
    world.settle_and_agree(&[&one, &other]);
    assert_eq!(other.replica().visits().get(visit).unwrap().unwrap().record, after);
}

#[test]
fn a_refused_new_record_is_corrected_and_sent_again_under_the_same_identifier() {
    let mut world = World::new();
    let (one, other) = (world.worker(0), world.worker(1));
    let role = (one.reading(), Role::GridWorker);
    // The neighbouring grid is not theirs.
    let door = one.replica().households().save(world.grids[1], &records::household("1"), role.clone()).unwrap();
    // Edits of it, and a visit to it, follow.
    one.note(door, "第一次");
    one.note(door, "第二次");
    let visited = world.now();
    let visit = one.replica().visits().save(&records::door_visit(door, visited), role).unwrap();
    let own = one.add_door(world.grids[0], "2");
    world.sync(&one);
    world.sync(&one);
    assert!(!one.has(door) && one.has(own));
    assert_eq!(one.replica().held_because(visit).unwrap().unwrap().0, "waits_for_subject");
    let entries = one.replica().quarantine().list().unwrap();
    let entry = entries.iter().find(|entry| entry.refused.document == door.into()).unwrap();
    explained(entry, "not_permitted");
    assert!(entry.refused.whole);
    let Record::Household(refused) = entry.record().unwrap() else { panic!("{entry:?}") };
    assert_eq!(refused.note.as_deref(), Some("第二次"));

    // A supervisor gives them that grid too; they correct the record and send it again.
    world.reassign(one.person, &[(Role::GridWorker, world.grids[0]), (Role::GridWorker, world.grids[1])]);
    world.sync(&one);
    let corrected = Household { note: Some("已改正".to_owned()), ..refused };
    let record = Record::from(corrected.clone());
    one.replica().quarantine().resend(entry.refused.item, &record, one.reading()).unwrap();
    world.sync(&one);
    world.settle_and_agree(&[&one, &other]);
    for read in [one.door(door), other.door(door), world.read_door(door)] {
        assert_eq!(read, corrected);
    }
    // The visit waited for its door on the server.
    let record = Record::from(records::door_visit(door, visited));
    assert_eq!(world.town().document(visit).unwrap().unwrap().1.record().unwrap(), record);
    for phone in [&one, &other] {
        assert_eq!(phone.replica().record(visit).unwrap().unwrap().record, record);
    }
    // They go on with it as with any other.
    one.note(door, "继续");
    world.settle_and_agree(&[&one, &other]);
    assert_eq!(world.read_door(door).note.as_deref(), Some("继续"));
}

#[test]
fn q14_a_field_not_covered_refuses_its_change_and_what_followed_is_written_again() {
    let mut world = World::new();
    let alert = world.alert(0, Level::Low, world.now());
    let (police, head) =
        (world.with_role(Role::Police, world.root), world.with_role(Role::TeamHead, world.villages[0]));
    let edit = |write: &dyn Fn(&mut qiaomen_core::record::Alert)| {
        let before = police.replica().alerts().get(alert).unwrap().unwrap().record;
        let mut after = before.clone();
        write(&mut after);
        assert!(police.replica().alerts().edit(alert, &before, &after, police.reading()).unwrap());
    };
    edit(&|alert| alert.telephone = Some("11000000000".to_owned()));
    // Allowed and not allowed in one change.
    edit(&|alert| {
        alert.note = Some("说已转账".to_owned());
        alert.level = Level::Extreme;
    });
    edit(&|alert| alert.platform_number = Some("A-1".to_owned()));
    edit(&|alert| alert.name = "王六".to_owned());
    world.sync(&police);
    let entry = only(&police);
    explained(&entry, "field_not_covered");
    assert_eq!(entry.refused.field.as_deref(), Some("level"));
    world.settle_and_agree(&[&police, &head]);
    let read = head.replica().alerts().get(alert).unwrap().unwrap().record;
    assert_eq!(read.telephone.as_deref(), Some("11000000000"));
    assert_eq!((read.level.clone(), read.note.clone()), (Level::Low, None));
    assert_eq!((read.platform_number.as_deref(), read.name.as_str()), (Some("A-1"), "王六"));

    // Corrected: the note goes, the level stays.
    let mut corrected = read.clone();
    corrected.note = Some("说已转账".to_owned());
    police.replica().quarantine().resend(entry.refused.item, &corrected.clone().into(), police.reading()).unwrap();
    world.settle_and_agree(&[&police, &head]);
    assert_eq!(head.replica().alerts().get(alert).unwrap().unwrap().record, corrected);
    assert!(police.replica().quarantine().list().unwrap().is_empty());
}

#[test]
fn what_a_visit_was_for_is_not_edited_even_by_its_author() {
    let mut world = World::new();
    let (door, elsewhere) = (world.door(0, "101"), world.door(0, "102"));
    let one = world.worker(0);
    let visit = one.visit_door(door);
    world.sync(&one);
    let before = one.replica().visits().get(visit).unwrap().unwrap().record;
    let mut after = before.clone();
    after.household = Some(elsewhere);
    assert!(one.replica().visits().edit(visit, &before, &after, one.reading()).unwrap());
    world.sync(&one);
    let entry = only(&one);
    explained(&entry, "field_not_covered");
    assert_eq!(entry.refused.field.as_deref(), Some("household"));
    assert_eq!(one.replica().visits().get(visit).unwrap().unwrap().record.purpose, Purpose::Door);
    world.settle_and_agree(&[&one]);
}

#[test]
fn a_role_that_is_not_held_is_not_written_in() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let one = world.worker(0);
    let visit = records::door_visit(door, world.now());
    let id: DocumentId = one.replica().visits().save(&visit, (one.reading(), Role::TeamHead)).unwrap();
    world.sync(&one);
    let entry = only(&one);
    explained(&entry, "role_not_held");
    one.replica().quarantine().resend(entry.refused.item, &visit.clone().into(), one.reading()).unwrap();
    world.settle_and_agree(&[&one]);
    let (stored, document) = world.town().document(id).unwrap().unwrap();
    assert_eq!((stored.role, stored.scope), (Role::GridWorker, Scope::Grid(world.grids[0])));
    assert_eq!(document.record().unwrap(), visit.into());
}
