//! Restored servers that forgot what is not in the log.

use super::*;
use crate::protocol::{Later, Refusal, Verdict};
use crate::store::Mark;

fn hold_all(phone: &Phone) {
    phone.server.world().judge = Some(Box::new(|_| Some(Verdict::Held(Refusal::new("needs_decision")))));
}

#[tokio::test]
async fn what_a_restored_server_held_is_sent_again() {
    let phone = phone().await;
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    hold_all(&phone);
    phone.run(2).await;
    let asked = phone.server.world().asked.len();
    phone.run(3).await;
    phone.run(3).await;
    assert!(phone.server.world().asked[asked..].iter().all(|asked| asked.sent.is_empty()), "held, and so not sent");
    phone.server.world().forget_holds();
    phone.server.world().judge = None;
    let summary = phone.run(4).await;
    assert_eq!(summary.accepted, 1);
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Sent));
    agrees(&phone);
}

#[tokio::test]
async fn later_verdicts_of_a_restored_server_are_seen_though_their_numbers_were() {
    let phone = phone().await;
    let replica = &phone.replica;
    let verdict = Verdict::Refused(Refusal::new("declined"));
    let decline = |number| {
        let mut world = phone.server.world();
        let (document, change, _) = world.asked.iter().flat_map(|asked| asked.sent.clone()).last().unwrap();
        world.later.push(Later { number, document, change, verdict: verdict.clone() });
    };
    hold_all(&phone);
    for number in 1..=3 {
        replica.households().save(phone.grid, &door(&number.to_string()), at(1)).unwrap();
        phone.run(2).await;
        decline(number);
        phone.run(3).await;
    }
    assert_eq!(replica.quarantine().list().unwrap().len(), 3);
    replica.households().save(phone.grid, &door("4"), at(4)).unwrap();
    phone.run(5).await;
    phone.server.world().later.clear();
    // The restored server counts from one again.
    decline(1);
    phone.run(6).await;
    assert_eq!(replica.quarantine().list().unwrap().len(), 4);
    assert_eq!(replica.figures().unwrap().held, 0);
}

#[tokio::test]
async fn what_is_held_for_an_earlier_device_of_the_phone_is_not_sent_again() {
    let phone = phone().await;
    let replica = &phone.replica;
    replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    hold_all(&phone);
    phone.run(2).await;
    phone.server.world().device = DeviceId::from_bytes([77; 16]);
    replica.enrol(&phone.server, "code", "phone", &reading(3)).await.unwrap();
    let asked = phone.server.world().asked.len();
    phone.run(4).await;
    phone.run(5).await;
    assert!(phone.server.world().asked[asked..].iter().all(|asked| asked.sent.is_empty()));
    assert_eq!(replica.figures().unwrap().held, 1);
}

#[tokio::test]
async fn what_was_put_aside_above_the_common_point_gives_way_to_the_new_history() {
    let phone = phone().await;
    let replica = &phone.replica;
    let scope = Scope::Grid(phone.grid);
    replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    phone.run(2).await;
    let (mut document, first, id) = foreign(1, scope, &door("1").into());
    let edits = Record::from(door("1")).fields().difference(&Record::from(door("2")).fields());
    let edit = document.edit(&edits, ActorId::from_bytes([1; 16]), reading(5).wall).unwrap().unwrap();
    {
        let mut world = phone.server.world();
        // The edit comes without what it follows.
        world.lies.insert(id, (scope, 0));
        world.accept(id, &edit, OTHER, None);
    }
    phone.run(6).await;
    assert_eq!(replica.aside().unwrap().len(), 1);
    {
        let mut world = phone.server.world();
        world.restore(1);
        world.accept(id, &first, OTHER, None);
        world.accept(id, &edit, OTHER, None);
    }
    let summary = phone.run(7).await;
    assert_eq!((summary.rolled_back, summary.aside), (1, 0));
    assert!(replica.aside().unwrap().is_empty());
    assert_eq!(replica.households().get(id.into()).unwrap().unwrap().record, door("2"));
    agrees(&phone);
}

#[tokio::test]
async fn own_work_that_was_put_aside_goes_back_to_a_restored_server() {
    let Phone { replica, server, path, folder, grid } = phone().await;
    replica.households().save(grid, &door("200"), at(1)).unwrap();
    replica.sync().run(&server, &reading(1)).await.unwrap();
    replica.checkpoint();
    let backup = std::fs::read(&path).unwrap();
    let id = replica.households().save(grid, &door("201"), at(2)).unwrap();
    replica.sync().run(&server, &reading(2)).await.unwrap();
    let mut document = replica.engine.state().store.document(id.into()).unwrap().unwrap();
    drop(replica);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    std::fs::write(&path, backup).unwrap();
    let phone = Phone { replica: open(&path, 5), server, path, folder, grid };
    // Somebody's edit follows another that never comes.
    let edits =
        |one: &str, other: &str| Record::from(door(one)).fields().difference(&Record::from(door(other)).fields());
    let mut edit =
        |one, other| document.edit(&edits(one, other), ActorId::from_bytes([1; 16]), reading(5).wall).unwrap().unwrap();
    edit("201", "2");
    let raw = edit("2", "3");
    phone.server.world().accept(id.into(), &raw, OTHER, None);
    phone.run(6).await;
    assert_eq!(phone.replica.aside().unwrap().len(), 1);
    phone.server.world().restore(1);
    phone.run(7).await;
    assert!(phone.replica.aside().unwrap().is_empty());
    assert_eq!(phone.replica.households().get(id).unwrap().unwrap().record, door("201"));
    assert_eq!(phone.server.world().log.iter().map(|logged| logged.acceptance).collect::<Vec<_>>(), [1, 2]);
    agrees(&phone);
}
