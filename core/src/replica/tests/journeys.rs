//! Everyday ways: saving, sending, fetching, being cut, opening again.

use super::fake::Mishap;
use super::*;
use crate::replica::{Order, Part, ReplicaError};
use crate::store::{Mark, Store, StoreError};
use crate::sync::Cancel;
use crate::transport::TransportError;

#[tokio::test]
async fn what_is_saved_is_sent_and_comes_back_confirmed() {
    let phone = phone().await;
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    let visited = replica.visits().save(&visit(id, 2), at(3)).unwrap();
    assert_eq!(replica.mark(visited).unwrap(), Some(Mark::Waiting));
    assert_eq!(replica.sync().waiting().unwrap(), 2);
    let summary = phone.run(10).await;
    assert_eq!((summary.accepted, summary.refused), (2, 0));
    assert_eq!(replica.mark(visited).unwrap(), Some(Mark::Sent));
    let kept = replica.visits().get(visited).unwrap().unwrap();
    assert_eq!(kept.acceptance, Some(2));
    assert!(kept.arrival.is_some());
    assert_eq!(kept.record, visit(id, 2));
    agrees(&phone);
    // Nothing more is sent.
    phone.run(20).await;
    assert!(phone.server.world().asked.last().unwrap().sent.is_empty());
    let figures = replica.figures().unwrap();
    assert_eq!((figures.recorded, figures.sent, figures.waiting, figures.documents), (2, 2, 0, 2));
}

#[tokio::test]
async fn others_work_is_merged_and_listed() {
    let phone = phone().await;
    let replica = &phone.replica;
    let scope = Scope::Grid(phone.grid);
    let mut documents = Vec::new();
    for number in 1..=40 {
        let (document, raw, id) = foreign(number, scope, &door(&number.to_string()).into());
        phone.server.world().accept(id, &raw, OTHER, None);
        documents.push((document, id));
    }
    replica.sync().set_pace(crate::store::Pace { page: 1_500, batch: 1 }).unwrap();
    let summary = phone.run(1).await;
    assert_eq!(summary.documents, 40);
    assert!(summary.steps > 3);
    agrees(&phone);
    let walk = replica.households().list(Some(phone.grid), Order::Walking, Part { skip: 9, take: 2 }).unwrap();
    let rooms: Vec<_> = walk.iter().map(|line| line.household.record.address.room.clone().unwrap()).collect();
    assert_eq!(rooms, ["10", "11"]);
    // Both write the same field of one door.
    let id: HouseholdId = documents[0].1.into();
    replica.visits().save(&visit(id, 5), at(70)).unwrap();
    let longest_ago = replica.households().list(None, Order::LastVisit, Part::all()).unwrap();
    assert_eq!(longest_ago.len(), 40);
    assert_eq!(longest_ago.last().unwrap().last_visit, Some(visit(id, 5).ended));
    let before = door("1");
    let mine = Household { note: Some("mine".into()), ..before.clone() };
    assert!(replica.households().edit(id, &before, &mine, at(80)).unwrap());
    assert!(!replica.households().edit(id, &mine, &mine, at(80)).unwrap());
    let theirs = Household { note: Some("theirs".into()), door: Door::Vacant, ..before.clone() };
    let edits = Record::from(before).fields().difference(&Record::from(theirs).fields());
    let raw = documents[0].0.edit(&edits, ActorId::from_bytes([99; 16]), reading(75).wall).unwrap().unwrap();
    phone.server.world().accept(id.into(), &raw, OTHER, None);
    phone.run(90).await;
    agrees(&phone);
    let conflicts = replica.conflicts().list(Part::all()).unwrap();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].fields[0].values.len(), 2);
    let people: Vec<_> = conflicts[0].fields[0].values.iter().map(|value| value.person.unwrap()).collect();
    assert!(people.contains(&replica.people().me().unwrap()));
    assert!(people.contains(&PersonId::from_bytes([200; 16])));
    let shown = replica.households().get(id).unwrap().unwrap();
    assert_eq!((shown.record.door, shown.conflicts), (Door::Vacant, 1));
    let path: Vec<Box<str>> = vec!["note".into()];
    let value = crate::record::Value::Text("both".into());
    assert!(replica.conflicts().settle(id.into(), &path, value, at(100)).unwrap());
    phone.run(110).await;
    assert!(replica.conflicts().list(Part::all()).unwrap().is_empty());
    agrees(&phone);
    assert_eq!(replica.figures().unwrap().merged, 1);
    assert_eq!(replica.timeline().household(id, Part::first(5)).unwrap().len(), 1);
    assert_eq!(replica.households().find("栋", Part::all()).unwrap().len(), 0);
}

#[tokio::test]
async fn a_cut_costs_nothing_but_time() {
    let phone = phone().await;
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    {
        let mut world = phone.server.world();
        world.mishaps.extend([Mishap::Before(TransportError::Cut), Mishap::After, Mishap::Before(TransportError::Cut)]);
    }
    let before = replica.sync().pace().unwrap();
    let summary = phone.run(10).await;
    assert_eq!(summary.accepted, 1);
    {
        let world = phone.server.world();
        assert_eq!(world.log.len(), 1, "sent three times, taken once");
        let pages: Vec<u32> = world.asked.iter().map(|asked| asked.page_bytes).collect();
        assert_eq!(pages, [before.page / 2, before.page / 8]);
    }
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Sent));
    agrees(&phone);
    phone.server.world().mishaps.push_back(Mishap::Before(TransportError::Offline));
    let offline = replica.sync().run(&phone.server, &reading(20)).await;
    assert_eq!(offline, Err(ReplicaError::Offline));
    let cancel = Cancel::new();
    cancel.cancel();
    let cancelled = replica.sync().step(&phone.server, &reading(20), &cancel).await;
    assert_eq!(cancelled.err(), Some(ReplicaError::Cancelled));
}

#[tokio::test]
async fn a_page_and_its_cursor_come_together_or_not_at_all() {
    let phone = phone().await;
    for number in 1..=5 {
        let (_, raw, id) = foreign(number, Scope::Grid(phone.grid), &door("1").into());
        phone.server.world().accept(id, &raw, OTHER, None);
    }
    phone.replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    phone.replica.engine.state().store.fail_after = Some(3);
    let before = phone.replica.engine.state().store.standing().unwrap().cursor;
    assert!(phone.replica.sync().run(&phone.server, &reading(5)).await.is_err());
    {
        let state = phone.replica.engine.state();
        assert_eq!(state.store.standing().unwrap().cursor, before);
    }
    assert_eq!(phone.replica.figures().unwrap().documents, 1);
    assert_eq!(phone.replica.sync().waiting().unwrap(), 1);
    phone.replica.engine.state().store.fail_after = None;
    phone.run(6).await;
    agrees(&phone);
}

#[tokio::test]
async fn everything_is_there_after_opening_again_and_actors_are_fresh() {
    let Phone { replica, server, path, folder, grid } = phone().await;
    let id = replica.households().save(grid, &door("201"), at(1)).unwrap();
    let draft = replica.visits().draft(None, &visit(id, 2), at(3)).unwrap();
    replica.sync().run(&server, &reading(4)).await.unwrap();
    drop(replica);
    let replica = open(&path, 2);
    assert_eq!(replica.mark(draft).unwrap(), Some(Mark::Draft));
    assert_eq!(replica.drafts().list().unwrap().len(), 1);
    replica.visits().finish(draft, at(200)).unwrap();
    assert!(replica.drafts().list().unwrap().is_empty());
    assert_eq!(replica.mark(draft).unwrap(), Some(Mark::Waiting));
    replica.sync().run(&server, &reading(201)).await.unwrap();
    {
        let world = server.world();
        let actors: BTreeSet<_> = world.asked.iter().flat_map(|asked| asked.actors.clone()).collect();
        assert_eq!(actors.len(), 2, "one for each time the store was opened");
        // Corrected by what the exchanges taught: this server's clock stands still.
        assert_eq!(world.asked.last().unwrap().signed, Some(world.now.plus_millis(197_000)));
    }
    agrees(&Phone { replica, server, path, folder, grid });
}

#[tokio::test]
async fn nothing_can_be_read_in_the_file_or_with_another_key() {
    let phone = phone().await;
    let id = phone.replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    phone.replica.visits().save(&visit(id, 2), at(3)).unwrap();
    assert_eq!(phone.replica.pragma("synchronous").unwrap(), "2");
    assert_eq!(phone.replica.pragma("journal_mode").unwrap(), "wal");
    assert!(!phone.replica.pragma("cipher_version").unwrap().is_empty());
    let path = phone.path.clone();
    let folder = phone.folder;
    drop(phone.replica);
    let mut files = 0;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
        assert!(!holds("灯笼草的暗号".as_bytes()) && !holds(b"SQLite format") && !holds(b"household"));
        files += 1;
    }
    assert!(files > 0);
    let before = std::fs::read(&path).unwrap();
    assert_eq!(Store::open(&path, &[1; 32]).unwrap_err(), StoreError::Unreadable);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let aside = Store::put_aside(&path, reading(9).wall).unwrap();
    assert!(!path.exists());
    assert_eq!(std::fs::read(&aside).unwrap(), before);
    assert_eq!(open(&aside, 3).households().get(id).unwrap().unwrap().record, door("201"));
    assert!(open(&path, 4).identity().unwrap().is_none());
}

#[tokio::test]
async fn a_save_is_one_transaction() {
    let phone = phone().await;
    let id = phone.replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    phone.replica.engine.state().store.break_table("visit");
    assert!(phone.replica.visits().save(&visit(id, 2), at(3)).is_err());
    let figures = phone.replica.figures().unwrap();
    assert_eq!((figures.documents, figures.waiting, figures.recorded), (1, 1, 1));
}

#[tokio::test]
async fn the_role_is_found_where_it_is_held() {
    use crate::record::{Area, AreaLevel, Assignment, AssignmentId, Person};
    let phone = phone().await;
    let refused = phone.replica.households().save(phone.grid, &door("1"), reading(1));
    assert_eq!(refused, Err(ReplicaError::RoleUnknown));
    let me = phone.server.world().person;
    let grid = |parent| Area { name: "格".into(), level: AreaLevel::Grid, parent, code: None, telephone: None };
    let assignment = |role, area| Assignment { role, area, ended: false };
    let person = Person {
        name: "甲".into(),
        login: None,
        telephone: None,
        left: false,
        assignments: BTreeMap::from([
            (AssignmentId::from_bytes([1; 16]), assignment(Role::Volunteer, area(50))),
            (AssignmentId::from_bytes([2; 16]), assignment(Role::TeamHead, area(51))),
        ]),
    };
    for (number, record) in
        [(7, Record::from(grid(Some(area(50))))), (50, Record::from(grid(None))), (51, Record::from(grid(None)))]
    {
        let (_, raw, id) = foreign(number, Scope::Town, &record);
        phone.server.world().accept(id, &raw, OTHER, None);
    }
    let header = Header {
        id: me.into(),
        kind: Kind::Person,
        scope: Scope::Town,
        author: me,
        role: Role::Administrator,
        said: reading(0).wall,
        offset: None,
        doubtful: false,
    };
    let (_, raw) = Document::create(&header, &person.into(), ActorId::from_bytes([60; 16]), reading(0).wall).unwrap();
    phone.server.world().accept(me.into(), &raw, OTHER, None);
    phone.run(2).await;
    let id = phone.replica.households().save(phone.grid, &door("1"), reading(3)).unwrap();
    assert_eq!(phone.replica.households().get(id).unwrap().unwrap().header.role, Role::Volunteer);
    let elsewhere = phone.replica.households().save(area(51), &door("1"), reading(3)).unwrap();
    assert_eq!(phone.replica.households().get(elsewhere).unwrap().unwrap().header.role, Role::TeamHead);
}

#[tokio::test]
async fn a_poll_ends_when_something_is_saved_or_it_is_cancelled() {
    let phone = phone().await;
    let replica = &phone.replica;
    phone.run(1).await;
    let (cancel, clock) = (Cancel::new(), reading(2));
    let (step, saved) = tokio::join!(replica.sync().poll(&phone.server, &clock, 50, &cancel), async {
        tokio::task::yield_now().await;
        replica.households().save(phone.grid, &door("201"), at(3))
    });
    assert_eq!(step.unwrap().taken.accepted, 1);
    assert_eq!(replica.mark(saved.unwrap().into()).unwrap(), Some(Mark::Sent));
    let (step, ()) = tokio::join!(replica.sync().poll(&phone.server, &clock, 50, &cancel), async {
        tokio::task::yield_now().await;
        cancel.cancel();
    });
    assert_eq!(step.err(), Some(ReplicaError::Cancelled));
}

#[tokio::test]
async fn a_run_tells_how_far_it_is() {
    let phone = phone().await;
    for number in 1..=20 {
        let (_, raw, id) = foreign(number, Scope::Grid(phone.grid), &door("1").into());
        phone.server.world().accept(id, &raw, OTHER, None);
        phone.replica.households().save(phone.grid, &door("2"), at(i64::from(number))).unwrap();
    }
    phone.replica.sync().set_pace(crate::store::Pace { page: 500, batch: 500 }).unwrap();
    let mut told = Vec::new();
    let mut progress = |progress: crate::sync::Progress| told.push(progress);
    let cancel = Cancel::new();
    let summary = phone.replica.sync().run_with(&phone.server, &reading(60), &cancel, &mut progress).await.unwrap();
    assert_eq!(told.len() as u64, summary.steps);
    assert!(told.windows(2).all(|pair| pair[0].sent.0 <= pair[1].sent.0 && pair[0].fetched.0 <= pair[1].fetched.0));
    let last = told.last().unwrap();
    assert_eq!((last.sent, last.documents, last.fetched), ((20, 20), 20, (40, 40)));
}
