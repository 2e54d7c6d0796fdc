//! Several at one store: threads, and what might be other processes.

use std::sync::Arc;
use std::time::Instant;

use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::{AreaId, HouseholdId, Kind, Role, Scope, SeededRandom};
use qiaomen_server::access::SYSTEM;
use qiaomen_server::author::{Author, Draft, Written};
use qiaomen_server::town::Town;

use super::phone::accepted;
use super::{Fixture, household, visit};

#[test]
fn writers_of_two_processes_take_turns_and_lose_nothing() {
    let fixture = Fixture::new();
    let grid = Scope::Grid(fixture.grids[0]);
    let (now, size) = (fixture.now, fixture.town.store().log().unwrap().size);
    let mut random = SeededRandom::new(99);
    let beside = Arc::new(Town::open(fixture.folder.path(), now, &mut random).unwrap());
    std::thread::scope(|scope| {
        for writer in 0..4_u64 {
            let town = if writer % 2 == 0 { &fixture.town } else { &beside };
            scope.spawn(move || {
                let mut random = SeededRandom::new(1_000 + writer);
                let mut author = Author::new(town, SYSTEM, now, &mut random).unwrap();
                for room in 0..15 {
                    let door = household(&format!("{writer}-{room}"));
                    let (_, verdict) = author.create(door, grid, now, &mut random).unwrap();
                    assert!(matches!(verdict, Verdict::Accepted { .. }), "{verdict:?}");
                }
            });
        }
    });
    assert_eq!(fixture.town.store().log().unwrap().size, size + 60);
    assert_eq!(beside.count(&Kind::Household).unwrap(), 60);
    assert!(fixture.town.check_log().unwrap());
}

#[test]
fn a_person_writes_on_the_command_line_by_the_same_table() {
    let mut fixture = Fixture::new();
    let supervisor = fixture.person(Role::Supervisor, fixture.villages[0]);
    let mut author = Author::new(&fixture.town, supervisor, fixture.now, &mut fixture.random).unwrap();
    let (here, elsewhere) = (Scope::Grid(fixture.grids[0]), Scope::Grid(fixture.grids[3]));
    let (door, verdict) = author.create(household("1"), here, fixture.now, &mut fixture.random).unwrap();
    assert!(matches!(verdict, Verdict::Accepted { .. }), "{verdict:?}");
    let (_, verdict) = author.create(household("1"), elsewhere, fixture.now, &mut fixture.random).unwrap();
    assert!(matches!(verdict, Verdict::Refused(_)), "{verdict:?}");
    // An area is the whole town's matter.
    let area = qiaomen_core::record::Area {
        name: "Grid".to_owned(),
        level: qiaomen_core::record::AreaLevel::Grid,
        parent: Some(fixture.villages[0]),
        code: None,
        telephone: None,
    };
    let (_, verdict) = author.create(area, Scope::Town, fixture.now, &mut fixture.random).unwrap();
    assert!(matches!(verdict, Verdict::Refused(_)), "{verdict:?}");
    // Several edits of one document in one batch, and one that says nothing new.
    let note = |text: &str| {
        vec![qiaomen_core::record::field::Edit {
            path: vec!["note".into()],
            value: qiaomen_core::record::Value::Text(text.into()),
        }]
    };
    let edits = vec![(door, note("one")), (door, note("two")), (door, note("two"))];
    let written = author.edit(edits, fixture.now, &mut fixture.random).unwrap();
    assert!(written.iter().all(Written::is_done), "{written:?}");
    assert_eq!(written[2], Written::Nothing);
}

#[test]
fn areas_and_what_lies_in_them_come_in_one_batch() {
    let mut fixture = Fixture::new();
    let grid = AreaId::fresh(fixture.now, &mut fixture.random);
    let area = qiaomen_core::record::Area {
        name: "Grid".to_owned(),
        level: qiaomen_core::record::AreaLevel::Grid,
        parent: Some(fixture.root),
        code: None,
        telephone: None,
    };
    let door = HouseholdId::fresh(fixture.now, &mut fixture.random);
    let drafts = vec![
        Draft::Create { id: grid.into(), record: Box::new(area.into()), scope: Scope::Town },
        Draft::Create { id: door.into(), record: Box::new(household("1").into()), scope: Scope::Grid(grid) },
    ];
    let written = fixture.system.write(drafts, fixture.now, &mut fixture.random).unwrap();
    assert!(written.iter().all(Written::is_done), "{written:?}");
}

/// Run by hand, with optimised code: how long a large upload takes.
#[test]
#[ignore = "measures"]
fn ten_thousand_visits() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    phone.sync(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let mut doors = Vec::new();
    let mut outs = Vec::new();
    for room in 0..500 {
        let (door, out) = phone.create(&mut fixture, household(&room.to_string()), grid, Role::GridWorker);
        doors.push(door);
        outs.push(out);
    }
    assert!(accepted(&phone.send(&mut fixture, &outs)));
    let outs: Vec<_> = (0..10_000)
        .map(|at| {
            let mut call = visit(HouseholdId::from(doors[at % 500]), super::start());
            call.note = Some("没人在家，下午再来。留了公开信和联系卡。".to_owned());
            call.met_others = Some("邻居".to_owned());
            phone.create(&mut fixture, call, grid, Role::GridWorker).1
        })
        .collect();
    for part in outs.chunks(2_500) {
        let now = fixture.tick();
        let batch = phone.batch(part, now);
        let request = phone.request(Some(batch));
        let town = fixture.town.clone();
        let started = Instant::now();
        let answer = town.exchange(&phone.device, &request, now).unwrap();
        let took = started.elapsed();
        assert_eq!(answer.verdicts.len(), 1);
        eprintln!("{} changes in {took:?}: {:?} each", part.len(), took / part.len() as u32);
    }
    let (_, mut reader) = fixture.worker(0);
    let started = Instant::now();
    let mut pages = 0;
    loop {
        let answer = reader.try_exchange(&mut fixture, &[]).unwrap();
        reader.device.seen = Some(fixture.now);
        let frame = answer.encode().unwrap();
        pages += 1;
        eprintln!("page of {} bytes", frame.len());
        reader.cursor = answer.cursor.clone();
        if !answer.more {
            break;
        }
    }
    eprintln!("{pages} pages in {:?}", started.elapsed());
    reader.device.seen = Some(fixture.now);
    let started = Instant::now();
    for _ in 0..1_000 {
        assert!(reader.try_exchange(&mut fixture, &[]).unwrap().is_empty());
    }
    eprintln!("an idle look: {:?}", started.elapsed() / 1_000);
    let folder = fixture.folder.path().join("town.sqlite3");
    rusqlite::Connection::open(&folder).unwrap().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    eprintln!("{} bytes on disk", std::fs::metadata(folder).unwrap().len());
}
