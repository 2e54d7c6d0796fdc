//! Answers that are not what they should be, or not what they seem.

use super::*;
use crate::identity::{self, DeviceKey};
use crate::replica::ReplicaError;
use crate::store::Mark;
use crate::sync::Cancel;

#[tokio::test]
async fn a_seal_that_is_not_the_server_s_is_refused_with_all_that_came_with_it() {
    let phone = phone().await;
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    let (_, raw, theirs) = foreign(1, Scope::Grid(phone.grid), &door("1").into());
    phone.server.world().accept(theirs, &raw, OTHER, None);
    let before = replica.engine.state().store.standing().unwrap();
    let clock = replica.corrected(&reading(2)).unwrap();
    phone.server.world().now = reading(3600).wall;
    phone.server.world().forge = Some(Box::new(|answer| {
        let stranger = DeviceKey::generate(&mut SeededRandom::new(5));
        answer.seal = Some(identity::seal(&stranger, answer.cursor.log));
    }));
    let refused = replica.sync().run(&phone.server, &reading(2)).await.err();
    assert_eq!(refused, Some(ReplicaError::Unexpected("the answer could not be understood")));
    let after = replica.engine.state().store.standing().unwrap();
    assert_eq!(after.cursor, before.cursor);
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Waiting));
    assert!(replica.households().get(theirs.into()).unwrap().is_none());
    assert_eq!(replica.corrected(&reading(2)).unwrap(), clock);
    // The server's own is taken, and everything with it.
    let key = DeviceKey::from_secret(&phone.server.world().key.secret());
    phone.server.world().forge =
        Some(Box::new(move |answer| answer.seal = Some(identity::seal(&key, answer.cursor.log))));
    phone.run(3).await;
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Sent));
    agrees(&phone);
}

#[tokio::test]
async fn a_log_shorter_than_was_seen_is_another_one() {
    let phone = phone().await;
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    replica.households().save(phone.grid, &door("202"), at(1)).unwrap();
    phone.run(2).await;
    let seen = replica.engine.state().store.standing().unwrap().cursor.log;
    assert_eq!(seen.size, 2);
    phone.server.world().forge = Some(Box::new(|answer| {
        assert!(!answer.diverged);
        answer.cursor.log.size = 1;
    }));
    let summary = phone.run(3).await;
    assert_eq!((summary.rolled_back, summary.dropped), (1, 0));
    assert_eq!(replica.engine.state().store.standing().unwrap().cursor.log, seen);
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Sent));
    agrees(&phone);
}

#[tokio::test]
async fn an_answer_that_waited_says_nothing_about_the_clock() {
    let phone = phone().await;
    let replica = &phone.replica;
    phone.run(1).await;
    let learnt = replica.corrected(&reading(9)).unwrap();
    assert!(!learnt.doubtful);
    // The clocks stand still between question and answer, as when the server answers at once.
    phone.server.world().now = reading(3600).wall;
    phone.server.world().answers_polls = true;
    let (_, raw, theirs) = foreign(1, Scope::Grid(phone.grid), &door("1").into());
    phone.server.world().accept(theirs, &raw, OTHER, None);
    let step = replica.sync().poll(&phone.server, &reading(2), 50, &Cancel::new()).await.unwrap();
    assert_eq!(step.taken.documents, 1);
    assert_eq!(replica.corrected(&reading(9)).unwrap(), learnt);
    phone.run(2).await;
    assert_eq!(replica.corrected(&reading(2)).unwrap().time, reading(3600).wall);
}

#[tokio::test]
async fn a_document_whose_bytes_name_another_is_put_aside() {
    let phone = phone().await;
    let scope = Scope::Grid(phone.grid);
    let (_, fine, fine_id) = foreign(1, scope, &door("1").into());
    let (_, raw, named) = foreign(2, scope, &door("2").into());
    let filed = DocumentId::from_bytes([3; 16]);
    {
        let mut world = phone.server.world();
        world.accept(filed, &raw, OTHER, None);
        world.accept(fine_id, &fine, OTHER, None);
    }
    let summary = phone.run(2).await;
    assert_eq!((summary.documents, summary.aside), (1, 1));
    let aside = phone.replica.aside().unwrap();
    assert_eq!((aside.len(), aside[0].document, aside[0].code.as_str()), (1, filed, "gate_field"));
    for id in [filed, named] {
        assert!(phone.replica.households().get(id.into()).unwrap().is_none());
    }
    assert!(phone.replica.households().get(fine_id.into()).unwrap().is_some());
}

#[tokio::test]
async fn what_was_put_aside_comes_back_when_what_it_lacked_arrives() {
    let phone = phone().await;
    let (mut document, first, id) = foreign(1, Scope::Grid(phone.grid), &door("1").into());
    let mut edit = |from: &str, to: &str| {
        let edits = Record::from(door(from)).fields().difference(&Record::from(door(to)).fields());
        document.edit(&edits, ActorId::from_bytes([1; 16]), reading(5).wall).unwrap().unwrap()
    };
    let (second, third, fourth) = (edit("1", "2"), edit("2", "3"), edit("3", "4"));
    phone.server.world().accept(id, &first, OTHER, None);
    phone.run(1).await;
    phone.server.world().answers_polls = true;
    let (cancel, now) = (Cancel::new(), reading(2));
    // One exchange; what the server sends last stands second in its log.
    let step = async || {
        phone.server.world().forge = Some(Box::new(|answer| {
            for entry in answer.page.iter_mut().flat_map(|page| &mut page.documents).flat_map(|one| &mut one.entries) {
                entry.sequence = [0, 1, 3, 4, 2][entry.sequence as usize];
            }
        }));
        let taken = phone.replica.sync().poll(&phone.server, &now, 50, &cancel).await.unwrap().taken;
        (taken.documents, taken.aside)
    };
    // Two changes come without what they follow, one after the other; asking for all of it once does not help.
    phone.server.world().accept(id, &third, OTHER, None);
    assert_eq!((step().await, step().await, step().await), ((0, 1), (0, 1), (0, 0)));
    phone.server.world().accept(id, &fourth, OTHER, None);
    assert_eq!((step().await, step().await), ((0, 1), (0, 0)));
    assert_eq!(phone.replica.aside().unwrap().len(), 1);
    assert_eq!(phone.replica.households().get(id.into()).unwrap().unwrap().record, door("1"));
    // What was lacking comes by itself.
    phone.server.world().accept(id, &second, OTHER, None);
    assert_eq!(step().await, (1, 0));
    assert!(phone.server.world().asked.last().unwrap().cursor.gained.is_empty());
    assert!(phone.replica.aside().unwrap().is_empty());
    assert_eq!(phone.replica.households().get(id.into()).unwrap().unwrap().record, door("4"));
}
