//! How long coverage over time takes in a large town: `cargo test --release -p qiaomen-tests --test suite -- --ignored history`.

use std::time::Instant;

use qiaomen_core::record::{AreaLevel, Scope};
use qiaomen_server::report::{By, Reports, Span, Step, history};
use qiaomen_server::store::sqlite::FILE;

use crate::harness::{World, start};

/// Rows for so many doors and visits, written beside the documents that they would come from: a history reads rows alone.
fn fill(world: &World, doors: usize, visits: usize) {
    let mut beside = rusqlite::Connection::open(world.place().join(FILE)).unwrap();
    let all = beside.transaction().unwrap();
    let scope = |grid: usize| -> i64 {
        let bytes = Scope::Grid(world.grids[grid]).to_bytes();
        all.execute("INSERT OR IGNORE INTO scope(bytes) VALUES(?1)", [&bytes]).unwrap();
        all.query_row("SELECT number FROM scope WHERE bytes = ?1", [&bytes], |row| row.get(0)).unwrap()
    };
    let scopes: Vec<i64> = (0..world.grids.len()).map(scope).collect();
    let id = |sort: u8, number: usize| {
        let mut bytes = [0_u8; 16];
        bytes[0] = sort;
        bytes[8..].copy_from_slice(&(number as u64).to_be_bytes());
        bytes.to_vec()
    };
    let mut document = all
        .prepare(
            "INSERT INTO document(record, id, kind, scope, author, role, written, doubtful, epoch, sequence, entered,
             acceptance, arrival, conflicts) VALUES(?1, ?2, ?3, ?4, x'00000000000000000000000000000001', 'grid_worker',
             0, 0, 0, ?1, 0, ?1, 0, 0)",
        )
        .unwrap();
    let mut door = all
        .prepare(
            "INSERT INTO household(record, building, room, door, removed, walk) VALUES(?1, '1', ?2, 'lived_in', 0, ?2)",
        )
        .unwrap();
    let mut resident = all
        .prepare(
            "INSERT INTO resident(record, part, name, telephones, tags, app_installed, left_town, removed)
             VALUES(?1, ?2, '张三', '12000000000', '', 1, 0, 0)",
        )
        .unwrap();
    let mut visit = all
        .prepare(
            "INSERT INTO visit(record, household, purpose, outcome, met, ended, given, explained)
             VALUES(?1, ?2, 'door', ?3, '', ?4, 'open_letter,contact_card', 'app,cases,personal_information')",
        )
        .unwrap();
    for number in 0..doors {
        let record = 1_000_000 + number as i64;
        document.execute((record, id(1, number), "household", scopes[number % scopes.len()])).unwrap();
        door.execute((record, number.to_string())).unwrap();
        for part in 0..2 {
            resident.execute((record, id(3 + part, number))).unwrap();
        }
    }
    for number in 0..visits {
        let record = 2_000_000 + number as i64;
        let of = number % doors;
        document.execute((record, id(2, number), "visit", scopes[of % scopes.len()])).unwrap();
        let outcome = if number % 3 == 0 { "met" } else { "nobody_home" };
        let ended = start().plus_minutes(number as i64).millis();
        visit.execute((record, id(1, of), outcome, ended)).unwrap();
    }
    drop((document, door, resident, visit));
    all.commit().unwrap();
}

#[test]
#[ignore = "measures"]
fn a_history_of_a_large_town() {
    let mut world = World::new();
    // As many grids as ten thousand doors have.
    for number in 0..40 {
        let id = qiaomen_core::record::AreaId::fresh(world.now(), &mut world.random);
        let village = world.villages[number % 2];
        world.area(id, &format!("格{number}"), AreaLevel::Grid, Some(village));
        world.grids.push(id);
    }
    fill(&world, 10_000, 50_000);
    let town = world.town();
    let (from, to) = (start(), start().plus_hours(24 * 40));
    for step in [Step::Days, Step::Weeks, Step::Days] {
        let began = Instant::now();
        let found = history(&town, None, Span { from, to, step, before: true }).unwrap();
        let took = began.elapsed();
        let began = Instant::now();
        let reports = Reports::of(&town).unwrap();
        let coverage = reports.coverage(None, By::Grid, qiaomen_core::doors::Period::ALL).unwrap();
        println!("history {took:?} ({} points), coverage {:?}", found.points.len(), began.elapsed());
        let last = found.points.last().unwrap();
        assert_eq!((found.counted, last.met), (coverage.total.counted, coverage.total.visited));
        assert_eq!(found.counted, 10_000);
    }
}
