//! A server that was restored from a backup.

use std::sync::Arc;

use qiaomen_core::protocol::{CommonRequest, Point, Run, VERSION, Verdict};
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{Role, Scope, Value};
use qiaomen_server::town::Town;

use super::phone::{accepted, code};
use super::{Fixture, household};

/// A copy of the town as it is.
pub fn back_up(fixture: &Fixture) -> tempfile::TempDir {
    let backup = tempfile::tempdir().unwrap();
    let file = backup.path().join("town.sqlite3");
    let connection = rusqlite::Connection::open(fixture.folder.path().join("town.sqlite3")).unwrap();
    connection.execute("VACUUM INTO ?1", [file.to_str().unwrap()]).unwrap();
    backup
}

/// The town goes on from a copy.
pub fn restore(fixture: &mut Fixture, backup: &tempfile::TempDir) {
    fixture.town = Arc::new(Town::open(backup.path(), fixture.now, &mut fixture.random).unwrap());
    let (system, now) = (qiaomen_server::access::SYSTEM, fixture.now);
    fixture.system = qiaomen_server::author::Author::new(&fixture.town, system, now, &mut fixture.random).unwrap();
}

#[test]
fn a_restored_server_finds_the_common_point_and_takes_back_what_it_lost() {
    let mut fixture = Fixture::new();
    let (_, mut one) = fixture.worker(0);
    let (_, mut other) = fixture.worker(0);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, first) = one.create(&mut fixture, household("1"), grid, Role::GridWorker);
    assert!(accepted(&one.send(&mut fixture, &[first])));
    one.sync(&mut fixture);
    other.sync(&mut fixture);
    let common = one.cursor.clone();

    // The backup.
    let backup = tempfile::tempdir().unwrap();
    let file = backup.path().join("town.sqlite3");
    let source = fixture.folder.path().join("town.sqlite3");
    let connection = rusqlite::Connection::open(&source).unwrap();
    connection.execute("VACUUM INTO ?1", [file.to_str().unwrap()]).unwrap();
    drop(connection);

    // What the backup lacks: the other's edit, then one's edit on top of it.
    let note = |text: &str| vec![Edit { path: vec!["note".into()], value: Value::Text(text.into()) }];
    let theirs = other.edit(&mut fixture, door, &note("theirs"));
    let Verdict::Accepted { acceptance: first_number, .. } = other.send(&mut fixture, std::slice::from_ref(&theirs))[0]
    else {
        panic!()
    };
    one.sync(&mut fixture);
    let mine = one.edit(&mut fixture, door, &note("mine"));
    let Verdict::Accepted { acceptance: second_number, .. } = one.send(&mut fixture, std::slice::from_ref(&mine))[0]
    else {
        panic!()
    };
    one.sync(&mut fixture);
    let lost = one.cursor.clone();

    // The restored server writes something of its own.
    fixture.town = Arc::new(Town::open(backup.path(), fixture.now, &mut fixture.random).unwrap());
    fixture.system = qiaomen_server::author::Author::new(
        &fixture.town,
        qiaomen_server::access::SYSTEM,
        fixture.now,
        &mut fixture.random,
    )
    .unwrap();
    let (_, mut third) = fixture.worker(0);
    let (_, out) = third.create(&mut fixture, household("9"), grid, Role::GridWorker);
    assert!(accepted(&third.send(&mut fixture, &[out])));

    let answer = one.try_exchange(&mut fixture, std::slice::from_ref(&mine)).unwrap();
    assert!(answer.diverged && answer.verdicts.is_empty() && answer.page.is_none());
    let points = vec![Point { size: lost.log.size, root: lost.log.root }, common.log, Point { size: 1, root: [7; 32] }];
    let found = fixture.town.common(&CommonRequest { version: VERSION, points }).unwrap();
    assert_eq!(found.common, Some(common.log));
    let none = CommonRequest { version: VERSION, points: vec![Point { size: 1, root: [7; 32] }] };
    assert_eq!(fixture.town.common(&none).unwrap().common, None);

    // One heals first, without what its change depends on; then the other.
    one.cursor = common.clone();
    let healed = (mine.0, mine.1.clone(), Some(second_number));
    one.lost = one.seal;
    let answer = one.try_exchange(&mut fixture, &[healed]).unwrap();
    assert_eq!(code(&Run::unpack(&answer.verdicts, 1)[0]), "waits_for_dependency");
    other.cursor = common;
    other.lost = one.seal;
    let healed = (theirs.0, theirs.1.clone(), Some(first_number));
    let verdicts = other.send(&mut fixture, &[healed]);
    let Verdict::Accepted { sequence, acceptance, .. } = verdicts[0] else { panic!("{verdicts:?}") };
    assert_eq!(acceptance, first_number);
    assert!(sequence > acceptance);
    let (_, answer) = one.exchange(&mut fixture, &[]);
    let Verdict::Accepted { acceptance, .. } = answer.later[0].verdict else { panic!("{answer:?}") };
    assert_eq!(acceptance, second_number);
    one.sync(&mut fixture);
    other.sync(&mut fixture);
    assert_eq!(one.changes[&door], other.changes[&door]);
    assert!(fixture.town.check_log().unwrap());
}

#[test]
fn a_number_that_the_server_still_has_cannot_be_claimed() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    phone.sync(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (_, mut out) = phone.create(&mut fixture, household("1"), grid, Role::GridWorker);
    out.2 = Some(1);
    let verdicts = phone.send(&mut fixture, &[out]);
    let Verdict::Accepted { sequence, acceptance, .. } = verdicts[0] else { panic!("{verdicts:?}") };
    assert_eq!(acceptance, sequence);

    // Nor with the server's word for a point that it still knows, an empty cursor, or a forged word.
    phone.sync(&mut fixture);
    let known = phone.seal.unwrap();
    let mut forged = known;
    forged.point.root = [9; 32];
    for lost in [known, forged] {
        phone.lost = Some(lost);
        phone.cursor = qiaomen_core::protocol::Cursor::start();
        let (_, mut out) = phone.create(&mut fixture, household("2"), grid, Role::GridWorker);
        out.2 = Some(1);
        let verdicts = phone.send(&mut fixture, &[out]);
        let Verdict::Accepted { sequence, acceptance, .. } = verdicts[0] else { panic!("{verdicts:?}") };
        assert_eq!(acceptance, sequence);
    }
}

#[test]
fn only_a_number_that_the_server_lost_can_be_claimed_while_healing() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    let grid = Scope::Grid(fixture.grids[0]);
    let (_, out) = phone.create(&mut fixture, household("1"), grid, Role::GridWorker);
    assert!(accepted(&phone.send(&mut fixture, &[out])));
    phone.sync(&mut fixture);
    let common = phone.cursor.clone();
    let backup = back_up(&fixture);
    for room in ["2", "3"] {
        let (_, out) = phone.create(&mut fixture, household(room), grid, Role::GridWorker);
        assert!(accepted(&phone.send(&mut fixture, &[out])));
    }
    phone.sync(&mut fixture);
    let lost = phone.seal.unwrap();
    assert_eq!(lost.point.size, common.log.size + 2);

    // The restored server has come further than the one that is lost.
    restore(&mut fixture, &backup);
    for _ in 0..3 {
        fixture.worker(0);
    }
    let at = common.log.size;
    // A word that the server did not give: it says more than the one it gave.
    let mut forged = lost;
    forged.point.size += 2;
    let claims = [(1, false), (at, false), (at + 1, true), (at + 2, true), (at + 3, false)];
    let claims = claims.map(|(claimed, allowed)| (lost, claimed, allowed));
    for (lost, claimed, allowed) in claims.into_iter().chain([(forged, at + 1, false), (forged, at + 3, false)]) {
        phone.cursor = common.clone();
        phone.lost = Some(lost);
        let (_, mut out) = phone.create(&mut fixture, household(&claimed.to_string()), grid, Role::GridWorker);
        out.2 = Some(claimed);
        let verdicts = phone.try_send(&mut fixture, &[out]);
        let Verdict::Accepted { sequence, acceptance, .. } = verdicts[0] else { panic!("{verdicts:?}") };
        assert!(sequence > at + 3);
        assert_eq!(acceptance, if allowed { claimed } else { sequence }, "{claimed} above {at}");
    }
}
