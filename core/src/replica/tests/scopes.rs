//! Scopes gained and lost, moves, documents that cannot be applied, restored servers, revoked phones.

use super::*;
use crate::protocol::{Refusal, Verdict};
use crate::replica::{Order, Part, ReplicaError};
use crate::store::Mark;

#[tokio::test]
async fn unsent_work_of_a_lost_scope_goes_up_before_the_scope_goes() {
    let phone = phone().await;
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    phone.run(2).await;
    for room in ["202", "203", "204"] {
        replica.households().save(phone.grid, &door(room), at(3)).unwrap();
    }
    replica.visits().save(&visit(id, 4), at(5)).unwrap();
    let other = area(8);
    let base = phone.server.world().log.len() as u64;
    phone.server.world().scopes = vec![Scope::Town, Scope::Grid(other)];
    let (_, raw, elsewhere) = foreign(9, Scope::Grid(other), &door("9").into());
    phone.server.world().accept(elsewhere, &raw, OTHER, None);
    // The batch is cut into pieces, so that it takes several exchanges.
    replica.sync().set_pace(crate::store::Pace { page: 1, batch: 1 }).unwrap();
    let mut lost = 0;
    phone.server.world().judge = Some(Box::new(move |_| {
        lost += 1;
        (lost == 2).then(|| Verdict::Held(Refusal::new("needs_decision")))
    }));
    let summary = phone.run(6).await;
    assert_eq!((summary.accepted, summary.held), (3, 1));
    {
        let world = phone.server.world();
        let asked: Vec<_> = world.asked.iter().filter(|asked| !asked.sent.is_empty()).skip(1).collect();
        assert!(asked.len() > 1);
        assert!(asked.iter().all(|asked| asked.cursor.base == base), "the base names what was held then");
        assert_eq!(world.log.len(), 5);
    }
    let shown = replica.households().list(None, Order::Walking, Part::all()).unwrap();
    let ids: Vec<DocumentId> = shown.iter().map(|line| line.household.id).collect();
    assert!(ids.contains(&elsewhere) && !ids.contains(&id.into()));
    assert_eq!(replica.scopes().unwrap(), vec![Scope::Town, Scope::Grid(other)]);
    assert_eq!(replica.figures().unwrap().held, 1, "what is held is still known");
    // What is held is accepted later: nothing is left of it on this phone.
    {
        let mut world = phone.server.world();
        let asked: Vec<_> = world.asked.iter().flat_map(|asked| asked.sent.clone()).collect();
        let accepted: Vec<_> = world.log.iter().map(|logged| logged.hash).collect();
        let (document, change, _) = asked.into_iter().find(|(_, hash, _)| !accepted.contains(hash)).unwrap();
        let verdict = Verdict::Accepted { sequence: 90, acceptance: 90, arrival: world.now };
        world.later.push(crate::protocol::Later { number: 1, document, change, verdict });
        world.judge = None;
    }
    phone.run(8).await;
    let figures = replica.figures().unwrap();
    assert_eq!((figures.held, figures.documents), (0, 1));
    phone.server.world().later.clear();
    // The scope comes back with everything in it, own work included.
    phone.server.world().scopes = vec![Scope::Town, Scope::Grid(phone.grid)];
    phone.run(9).await;
    let shown = replica.households().list(None, Order::Walking, Part::all()).unwrap();
    assert!(shown.iter().any(|line| line.household.id == id.into()));
    assert!(shown.iter().all(|line| line.household.id != elsewhere));
}

#[tokio::test]
async fn a_moved_document_goes_and_comes() {
    let phone = phone().await;
    let other = area(8);
    phone.server.world().scopes = vec![Scope::Town, Scope::Grid(phone.grid), Scope::Grid(other)];
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    let gone = replica.households().save(phone.grid, &door("202"), at(1)).unwrap();
    phone.run(2).await;
    {
        let mut world = phone.server.world();
        let (_, raw, foreigner) = foreign(9, Scope::Grid(other), &door("9").into());
        world.accept(foreigner, &raw, OTHER, None);
        world.move_to(id.into(), Scope::Grid(other));
        world.move_to(gone.into(), Scope::Grid(area(99)));
    }
    phone.run(3).await;
    assert_eq!(replica.households().get(id).unwrap().unwrap().scope, Scope::Grid(other));
    assert!(replica.households().get(gone).unwrap().is_none());
    agrees(&phone);
}

#[tokio::test]
async fn a_document_that_cannot_be_applied_does_not_stop_the_page() {
    let phone = phone().await;
    let scope = Scope::Grid(phone.grid);
    let (mut document, _, id) = foreign(1, scope, &door("1").into());
    let edits = Record::from(door("1")).fields().difference(&Record::from(door("2")).fields());
    let edit = document.edit(&edits, ActorId::from_bytes([1; 16]), reading(5).wall).unwrap().unwrap();
    let (_, fine, fine_id) = foreign(2, scope, &door("2").into());
    {
        let mut world = phone.server.world();
        // The edit comes without what it follows.
        world.lies.insert(id, (scope, 0));
        world.accept(id, &edit, OTHER, None);
        world.accept(fine_id, &fine, OTHER, None);
    }
    let summary = phone.run(6).await;
    assert!(summary.documents >= 1 && summary.aside >= 1);
    let aside = phone.replica.aside().unwrap();
    assert_eq!((aside.len(), aside[0].document), (1, id));
    assert!(aside[0].code.starts_with("gate_"));
    assert!(phone.replica.households().get(fine_id.into()).unwrap().is_some());
    assert_eq!(phone.run(7).await.aside, 0, "it is asked for again once only");
}

#[tokio::test]
async fn a_phone_restored_from_an_old_backup_gets_its_own_work_back() {
    let Phone { replica, server, path, folder, grid } = phone().await;
    replica.households().save(grid, &door("200"), at(1)).unwrap();
    replica.sync().run(&server, &reading(1)).await.unwrap();
    replica.checkpoint();
    let backup = std::fs::read(&path).unwrap();
    let id = replica.households().save(grid, &door("201"), at(2)).unwrap();
    replica.sync().run(&server, &reading(2)).await.unwrap();
    let document = replica.engine.state().store.document(id.into()).unwrap();
    drop(replica);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    std::fs::write(&path, backup).unwrap();
    let replica = open(&path, 5);
    let edits = Record::from(door("201")).fields().difference(&Record::from(door("2")).fields());
    let raw = document.unwrap().edit(&edits, ActorId::from_bytes([1; 16]), reading(5).wall).unwrap().unwrap();
    server.world().accept(id.into(), &raw, OTHER, None);
    let phone = Phone { replica, server, path, folder, grid };
    let summary = phone.run(6).await;
    assert_eq!(summary.aside, 1);
    assert!(phone.replica.aside().unwrap().is_empty());
    assert_eq!(phone.replica.households().get(id).unwrap().unwrap().record, door("2"));
    agrees(&phone);
}

#[tokio::test]
async fn a_restored_server_gets_back_what_the_phone_wrote() {
    let phone = phone().await;
    let replica = &phone.replica;
    let scope = Scope::Grid(phone.grid);
    let first = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    phone.run(2).await;
    let (_, raw, theirs) = foreign(1, scope, &door("1").into());
    phone.server.world().accept(theirs, &raw, OTHER, None);
    phone.run(3).await;
    let second = replica.households().save(phone.grid, &door("202"), at(4)).unwrap();
    phone.run(5).await;
    replica.households().edit(first, &door("201"), &Household { door: Door::Vacant, ..door("201") }, at(6)).unwrap();
    phone.run(7).await;
    let edited = Household { note: Some("unsent".into()), ..door("202") };
    replica.households().edit(second, &door("202"), &edited, at(8)).unwrap();
    // The backup is from before the others' record.
    phone.server.world().restore(1);
    let summary = phone.run(9).await;
    assert_eq!(summary.rolled_back, 1);
    assert!(replica.households().get(theirs.into()).unwrap().is_none());
    assert_eq!(replica.households().get(second).unwrap().unwrap().record, edited);
    assert_eq!(replica.households().get(first).unwrap().unwrap().record.door, Door::Vacant);
    agrees(&phone);
    {
        let world = phone.server.world();
        let healed: Vec<_> = world.log.iter().map(|logged| logged.acceptance).collect();
        assert_eq!(healed, [1, 3, 4, 4], "the numbers they had; the last one is new");
        let sent = world.asked.iter().rev().find(|asked| !asked.sent.is_empty()).unwrap();
        assert_eq!((sent.cursor.log.size, sent.cursor.base), (1, 1));
    }
    // Another restore, to nothing at all.
    {
        let mut world = phone.server.world();
        world.salt = 1;
        world.restore(0);
    }
    let summary = phone.run(10).await;
    assert_eq!(summary.rolled_back, 1);
    agrees(&phone);
    assert_eq!(phone.server.world().log.len(), 4);
}

#[tokio::test]
async fn a_revoked_phone_shows_nothing_and_hands_in_what_it_had() {
    let phone = phone().await;
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    phone.server.world().revoked = true;
    assert_eq!(replica.sync().run(&phone.server, &reading(2)).await, Err(ReplicaError::Revoked));
    assert!(replica.is_locked().unwrap());
    assert_eq!(replica.households().get(id).err(), Some(ReplicaError::Revoked));
    assert_eq!(replica.snapshot().err(), Some(ReplicaError::Revoked));
    assert_eq!(replica.households().save(phone.grid, &door("2"), at(3)).err(), Some(ReplicaError::Revoked));
    assert_eq!(replica.sync().salvage(&phone.server, &reading(3)).await.unwrap(), 1);
    assert_eq!(replica.sync().salvage(&phone.server, &reading(3)).await.unwrap(), 1);
    assert_eq!(phone.server.world().salvaged.len(), 1);
    // Enrolled again as another device, the same person goes on, under another actor.
    phone.server.world().revoked = false;
    phone.server.world().device = crate::record::DeviceId::from_bytes([77; 16]);
    let changed = Household { note: Some("x".into()), ..door("201") };
    replica.enrol(&phone.server, "code", "phone", &reading(4)).await.unwrap();
    replica.households().edit(id, &door("201"), &changed, at(5)).unwrap();
    phone.run(6).await;
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Sent));
    assert_eq!(replica.households().get(id).unwrap().unwrap().record, changed);
    let world = phone.server.world();
    assert_eq!(world.log.len(), 2);
    assert!(!world.salvaged.contains(&world.log[0].hash));
}

#[tokio::test]
async fn many_gained_scopes_are_asked_for_a_thousand_at_a_time() {
    let phone = phone().await;
    let replica = &phone.replica;
    replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    let grid = |number: u16| Scope::Grid(AreaId::from_bytes((u128::from(number) + (1 << 64)).to_be_bytes()));
    for (number, at) in [(1, 0_u16), (2, 1_200), (3, 2_399)] {
        let (_, raw, id) = foreign(number, grid(at), &door("1").into());
        phone.server.world().accept(id, &raw, OTHER, None);
    }
    phone.run(2).await;
    assert_eq!(replica.snapshot().unwrap().documents.len(), 1);
    phone.server.world().scopes.extend((0..2_400).map(grid));
    phone.run(3).await;
    let most = phone.server.world().asked.iter().map(|asked| asked.cursor.gained.len()).max();
    assert_eq!(most, Some(1_000));
    assert_eq!(replica.snapshot().unwrap().documents.len(), 4);
    agrees(&phone);
    phone.run(4).await;
    assert!(phone.server.world().asked.last().unwrap().cursor.gained.is_empty());
}

#[tokio::test]
async fn a_revoked_phone_hands_in_what_it_had_over_a_narrow_way_too() {
    let phone = phone().await;
    let replica = &phone.replica;
    for room in 0..40 {
        replica.households().save(phone.grid, &door(&room.to_string()), at(1)).unwrap();
    }
    phone.server.world().revoked = true;
    phone.server.world().narrow = 600;
    assert_eq!(replica.sync().run(&phone.server, &reading(2)).await, Err(ReplicaError::Revoked));
    for _ in 0..2 {
        assert_eq!(replica.sync().salvage(&phone.server, &reading(3)).await.unwrap(), 40);
        assert_eq!(phone.server.world().salvaged.len(), 40);
    }
}
