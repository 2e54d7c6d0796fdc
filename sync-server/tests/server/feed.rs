//! Pages, cursors and moves.

use std::collections::BTreeSet;

use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{DocumentId, HouseholdId, Role, Scope, Value};

use super::phone::{Phone, accepted};
use super::{Fixture, household, visit};

fn note(value: &str) -> Vec<Edit> {
    vec![Edit { path: vec!["note".into()], value: Value::Text(value.into()) }]
}

/// Whether a phone has exactly what the server has of its scopes.
fn agrees(fixture: &Fixture, phone: &Phone) {
    let snapshot = fixture.town.snapshot().unwrap();
    let mut expected = BTreeSet::new();
    for (id, seen) in &snapshot {
        if !phone.scopes.contains(&seen.scope) {
            continue;
        }
        expected.insert(*id);
        let have: Vec<_> = phone.changes.get(id).map(|have| have.iter().copied().collect()).unwrap_or_default();
        assert_eq!(have, seen.changes, "{} {id}", seen.kind);
    }
    let have: BTreeSet<DocumentId> = phone.changes.keys().copied().collect();
    assert_eq!(have, expected);
}

#[test]
fn pages_of_one_byte_lose_nothing_whatever_is_written_between_them() {
    let mut fixture = Fixture::new();
    let (_, mut writer) = fixture.worker(0);
    let (_, mut second) = fixture.worker(1);
    let head = fixture.person(Role::TeamHead, fixture.villages[0]);
    let mut reader = fixture.phone(head);
    let grids = [Scope::Grid(fixture.grids[0]), Scope::Grid(fixture.grids[1])];
    let mut doors = Vec::new();
    for room in 0..12 {
        let (door, out) = writer.create(&mut fixture, household(&room.to_string()), grids[0], Role::GridWorker);
        assert!(accepted(&writer.send(&mut fixture, &[out])));
        doors.push(door);
    }
    reader.page_bytes = 1;
    let mut pages = 0;
    loop {
        let (_, answer) = reader.exchange(&mut fixture, &[]);
        if let Some(page) = &answer.page {
            assert!(page.documents.len() <= 1);
        }
        pages += 1;
        if pages < 20 {
            // An edit of something already sent, of something to come, and something new, elsewhere too.
            for (turn, door) in [doors[pages % 12], doors[(pages * 5) % 12]].into_iter().enumerate() {
                let out = writer.edit(&mut fixture, door, &note(&format!("{pages} {turn}")));
                assert!(accepted(&writer.send(&mut fixture, &[out])));
            }
            let (_, out) = second.create(&mut fixture, household(&format!("n{pages}")), grids[1], Role::GridWorker);
            assert!(accepted(&second.send(&mut fixture, &[out])));
        }
        if answer.scopes.is_none() && !answer.more && pages >= 20 {
            break;
        }
        assert!(pages < 500);
    }
    agrees(&fixture, &reader);
    writer.sync(&mut fixture);
    agrees(&fixture, &writer);
    // Nothing new: nothing comes, and the cursor stands at the log's end.
    let (_, answer) = reader.exchange(&mut fixture, &[]);
    assert!(answer.is_empty());
    assert_eq!(answer.cursor.base, fixture.town.store().log().unwrap().size);
}

#[test]
fn own_changes_do_not_come_back() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    let (_, mut other) = fixture.worker(0);
    phone.sync(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, out) = phone.create(&mut fixture, household("1"), grid, Role::GridWorker);
    let (_, answer) = phone.exchange(&mut fixture, &[out]);
    assert!(answer.page.unwrap().documents.is_empty());
    other.sync(&mut fixture);
    let out = other.edit(&mut fixture, door, &note("a dog"));
    assert!(accepted(&other.send(&mut fixture, &[out])));
    let (_, answer) = phone.exchange(&mut fixture, &[]);
    let page = answer.page.unwrap();
    assert_eq!(page.documents.len(), 1);
    assert_eq!(page.documents[0].entries.len(), 1);
    assert_eq!(page.actors.len(), 1);
    assert_eq!((page.actors[0].device, page.actors[0].person), (other.device.id, other.person));
    phone.sync(&mut fixture);
    agrees(&fixture, &phone);
}

#[test]
fn a_fact_filed_elsewhere_than_its_phone_wrote_is_told_its_scope() {
    let mut fixture = Fixture::new();
    let head = fixture.person(Role::TeamHead, fixture.villages[0]);
    let mut phone = fixture.phone(head);
    phone.sync(&mut fixture);
    let grids = [Scope::Grid(fixture.grids[0]), Scope::Grid(fixture.grids[1])];
    let (door, out) = phone.create(&mut fixture, household("1"), grids[0], Role::TeamHead);
    let (call, fact) =
        phone.create(&mut fixture, visit(HouseholdId::from(door), super::start()), grids[1], Role::TeamHead);
    let (verdicts, answer) = phone.exchange(&mut fixture, &[out, fact]);
    assert!(accepted(&verdicts), "{verdicts:?}");
    let page = answer.page.unwrap();
    assert_eq!(page.documents.len(), 1);
    assert_eq!((page.documents[0].id, page.documents[0].scope), (call, grids[0]));
    assert!(page.documents[0].entries.is_empty());
}

#[test]
fn a_move_leaves_one_feed_and_enters_another_whole() {
    let mut fixture = Fixture::new();
    let (_, mut old) = fixture.worker(0);
    let (_, mut new) = fixture.worker(1);
    let head = fixture.person(Role::TeamHead, fixture.villages[0]);
    let mut both = fixture.phone(head);
    let from = Scope::Grid(fixture.grids[0]);
    let mut outs = Vec::new();
    let (door, out) = old.create(&mut fixture, household("1"), from, Role::GridWorker);
    outs.push(out);
    let mut calls = Vec::new();
    for _ in 0..5 {
        let (call, out) =
            old.create(&mut fixture, visit(HouseholdId::from(door), super::start()), from, Role::GridWorker);
        calls.push(call);
        outs.push(out);
    }
    assert!(accepted(&old.send(&mut fixture, &outs)));
    for phone in [&mut old, &mut new, &mut both] {
        phone.page_bytes = 1;
        phone.sync(&mut fixture);
    }
    let now = fixture.tick();
    let grid = qiaomen_core::record::Value::Bytes((*fixture.grids[1].bytes()).into());
    let edits = vec![qiaomen_core::record::field::Edit { path: vec!["grid".into()], value: grid }];
    let written = fixture.system.edit(vec![(door, edits)], now, &mut fixture.random).unwrap();
    assert!(written.iter().all(qiaomen_server::author::Written::is_done), "{written:?}");
    for phone in [&mut old, &mut new, &mut both] {
        phone.sync(&mut fixture);
        agrees(&fixture, phone);
    }
    assert_eq!(old.left.len(), 6);
    assert!(new.raw.contains_key(&door) && !old.raw.contains_key(&door));
    // A phone that comes later is not confused by what once left.
    let (_, mut late) = fixture.worker(0);
    late.sync(&mut fixture);
    agrees(&fixture, &late);
}

#[test]
fn scopes_gained_are_caught_up_beside_the_others() {
    let mut fixture = Fixture::new();
    let (person, mut phone) = fixture.worker(0);
    let (_, mut there) = fixture.worker(2);
    let grids = [Scope::Grid(fixture.grids[0]), Scope::Grid(fixture.grids[2])];
    for room in 0..10 {
        let (_, out) = there.create(&mut fixture, household(&room.to_string()), grids[1], Role::GridWorker);
        assert!(accepted(&there.send(&mut fixture, &[out])));
    }
    phone.sync(&mut fixture);
    let roles = [(Role::GridWorker, fixture.grids[0]), (Role::GridWorker, fixture.grids[2])];
    fixture.reassign(person, &roles);
    phone.page_bytes = 1;
    let (_, answer) = phone.exchange(&mut fixture, &[]);
    assert!(answer.scopes.is_some() && answer.page.is_none());
    let mut rounds = 0;
    loop {
        let (_, answer) = phone.exchange(&mut fixture, &[]);
        rounds += 1;
        let (_, out) = phone.create(&mut fixture, household(&format!("m{rounds}")), grids[0], Role::GridWorker);
        if rounds < 8 {
            assert!(accepted(&phone.send(&mut fixture, &[out])));
        } else {
            phone.changes.remove(&out.0);
            phone.raw.remove(&out.0);
        }
        if !answer.more && rounds >= 8 {
            break;
        }
        assert!(rounds < 200);
    }
    phone.sync(&mut fixture);
    assert!(phone.cursor.gained.is_empty(), "{:?}", phone.cursor);
    agrees(&fixture, &phone);
    // And one that was lost is dropped.
    fixture.reassign(person, &[(Role::GridWorker, fixture.grids[2])]);
    phone.sync(&mut fixture);
    phone.changes.retain(|id, _| fixture.town.document(*id).unwrap().unwrap().0.scope != grids[0]);
    agrees(&fixture, &phone);
}
