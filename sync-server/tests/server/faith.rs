//! What a device may not do by what it says of itself: old bases, others' actors, too much that is held.

use qiaomen_core::protocol::limits::MAX_HELD_BYTES;
use qiaomen_core::protocol::{EnrolRequest, VERSION, Verdict};
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{
    AlertId, DocumentId, Feedback, HouseholdId, Kind, Person, Receipt, Record, Role, Scope, Value,
};
use qiaomen_server::accept::Decided;
use qiaomen_server::author::Draft;

use super::phone::{Out, Phone, accepted, code};
use super::{Fixture, alert, case, household, visit};

fn note(value: &str) -> Vec<Edit> {
    vec![Edit { path: vec!["note".into()], value: Value::Text(value.into()) }]
}

/// A worker with a door on their phone, who knows all there is.
fn worker_with_door(fixture: &mut Fixture) -> (Phone, HouseholdId) {
    let (_, mut phone) = fixture.worker(0);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, out) = phone.create(fixture, household("1"), grid, Role::GridWorker);
    assert!(accepted(&phone.send(fixture, &[out])));
    phone.sync(fixture);
    phone.sync(fixture);
    (phone, door.into())
}

fn call(fixture: &mut Fixture, phone: &mut Phone, door: HouseholdId) -> Out {
    let grid = Scope::Grid(fixture.grids[0]);
    phone.create(fixture, visit(door, super::start()), grid, Role::GridWorker).1
}

#[test]
fn an_old_base_cannot_be_named_for_ever() {
    let mut fixture = Fixture::new();
    let (mut phone, door) = worker_with_door(&mut fixture);
    let old = phone.cursor.clone();
    let elsewhere = fixture.grids[2];
    fixture.reassign(phone.person, &[(Role::GridWorker, elsewhere)]);
    // The hand-over comes at the old base, before the new scopes are taken on: it is good faith, twice over.
    for _ in 0..2 {
        let out = call(&mut fixture, &mut phone, door);
        assert!(accepted(&phone.try_send(&mut fixture, &[out])));
    }
    phone.sync(&mut fixture);
    let out = phone.create(&mut fixture, household("7"), Scope::Grid(elsewhere), Role::GridWorker).1;
    assert!(accepted(&phone.send(&mut fixture, &[out])));
    phone.sync(&mut fixture);
    // From here on it knows, whatever it says.
    phone.cursor = old;
    let out = call(&mut fixture, &mut phone, door);
    assert_eq!(code(&phone.try_send(&mut fixture, &[out])[0]), "not_permitted");
}

#[test]
fn what_comes_long_after_a_role_ended_waits_for_a_decision() {
    for (days, expected) in [(13, "accepted"), (15, "needs_decision")] {
        let mut fixture = Fixture::new();
        let (mut phone, door) = worker_with_door(&mut fixture);
        let elsewhere = fixture.grids[2];
        fixture.reassign(phone.person, &[(Role::GridWorker, elsewhere)]);
        fixture.now = fixture.now.plus_hours(24 * days);
        let out = call(&mut fixture, &mut phone, door);
        assert_eq!(code(&phone.send(&mut fixture, &[out])[0]), expected);
    }
}

#[test]
fn idle_polls_write_nothing_and_a_base_is_seen_when_it_matters() {
    let mut fixture = Fixture::new();
    let (phone, _) = worker_with_door(&mut fixture);
    let town = fixture.town.clone();
    let base = || town.device_by_token(&phone.token).unwrap().unwrap().base;
    assert_eq!(base(), phone.cursor.base);
    let (_, mut other) = fixture.worker(2);
    other.sync(&mut fixture);
    let grid = Scope::Grid(fixture.grids[2]);
    let (_, out) = other.create(&mut fixture, household("2"), grid, Role::GridWorker);
    assert!(accepted(&other.send(&mut fixture, &[out])));
    // The people and areas that were written meanwhile are an answer; somebody else's door is none.
    let mut phone = Phone { cursor: phone.cursor.clone(), ..phone };
    phone.sync(&mut fixture);
    let (_, out) = other.create(&mut fixture, household("3"), grid, Role::GridWorker);
    assert!(accepted(&other.send(&mut fixture, &[out])));
    let before = fixture.town.device_by_token(&phone.token).unwrap().unwrap();
    phone.device = before.clone();
    let (_, answer) = phone.exchange(&mut fixture, &[]);
    assert!(answer.is_empty());
    let (_, answer) = phone.exchange(&mut fixture, &[]);
    assert!(answer.is_empty() && phone.cursor.base > before.base);
    assert_eq!(fixture.town.device_by_token(&phone.token).unwrap().unwrap(), before);
}

#[test]
fn a_phone_put_back_is_sent_its_own_work() {
    let mut fixture = Fixture::new();
    let (mut phone, door) = worker_with_door(&mut fixture);
    let old = phone.cursor.clone();
    let out = call(&mut fixture, &mut phone, door);
    let id = out.0;
    assert!(accepted(&phone.send(&mut fixture, &[out])));
    phone.sync(&mut fixture);
    phone.cursor = old;
    phone.page_bytes = 1;
    phone.raw.remove(&id);
    phone.changes.remove(&id);
    phone.sync(&mut fixture);
    assert!(phone.raw.contains_key(&id));
    let (_, answer) = phone.exchange(&mut fixture, &[]);
    assert!(answer.is_empty());
}

#[test]
fn who_left_joins_with_no_code_they_had() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::GridWorker, fixture.grids[0]);
    let now = fixture.tick();
    let town = fixture.town.clone();
    let invite = |fixture: &mut Fixture, by| town.invite(person, 1, by, now, &mut fixture.random).unwrap().unwrap();
    let (locked, left) = (invite(&mut fixture, None), invite(&mut fixture, None));
    let redeem = |fixture: &mut Fixture, code: &str| {
        let request = EnrolRequest { version: VERSION, code: code.to_owned(), key: [7; 32], label: String::new() };
        town.enrol(&request, now, &mut fixture.random).map_err(|error| error.code())
    };
    town.revoke_person(person, now).unwrap();
    assert_eq!(redeem(&mut fixture, &locked).unwrap_err(), qiaomen_core::protocol::Code::CodeExpired);
    assert_eq!(redeem(&mut fixture, &left).unwrap_err(), qiaomen_core::protocol::Code::CodeExpired);
    let open = invite(&mut fixture, None);
    let set = |fixture: &mut Fixture, left: bool| {
        let (_, document) = town.document(person.into()).unwrap().unwrap();
        let Record::Person(before) = document.record().unwrap() else { panic!() };
        let after = Record::from(Person { left, ..before });
        let edits = document.fields().difference(&after.fields());
        fixture.system_writes(Draft::Edit { id: person.into(), edits });
    };
    set(&mut fixture, true);
    let late = invite(&mut fixture, None);
    assert_eq!(redeem(&mut fixture, &late).unwrap_err(), qiaomen_core::protocol::Code::CodeExpired);
    // The one made before stays void when they come back.
    set(&mut fixture, false);
    assert_eq!(redeem(&mut fixture, &open).unwrap_err(), qiaomen_core::protocol::Code::CodeExpired);
    let fresh = invite(&mut fixture, None);
    assert!(redeem(&mut fixture, &fresh).is_ok());
}

#[test]
fn a_role_that_nobody_gave_holds_nothing() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    phone.sync(&mut fixture);
    let unknown = AlertId::fresh(fixture.now, &mut fixture.random);
    let receipt = Receipt { alert: unknown, at: fixture.now, offer: None };
    let (_, out) = phone.create(&mut fixture, receipt.clone(), case(unknown), Role::Police);
    assert_eq!(code(&phone.send(&mut fixture, &[out])[0]), "role_not_held");
    phone.fresh_actor(&mut fixture);
    let (_, out) = phone.create(&mut fixture, receipt, case(unknown), Role::GridWorker);
    assert_eq!(code(&phone.send(&mut fixture, &[out])[0]), "waits_for_subject");
}

#[test]
fn what_one_device_has_held_is_bounded_in_bytes_and_let_go_in_parts() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    let (_, mut other) = fixture.worker(0);
    phone.sync(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, subject) = other.create(&mut fixture, household("1"), grid, Role::GridWorker);
    // Random letters, so that nothing is won by packing them.
    let mut last = Vec::new();
    let (mut sent, mut bytes) = (0, 0_u64);
    while bytes < MAX_HELD_BYTES {
        let mut outs = Vec::new();
        for _ in 0..250 {
            let mut seen = visit(door.into(), super::start());
            let noise: [u8; 4_000] = qiaomen_core::record::random::bytes(&mut fixture.random);
            seen.note = Some(noise.iter().map(|byte| char::from(b'!' + byte % 90)).collect());
            let out = phone.create(&mut fixture, seen, grid, Role::GridWorker).1;
            bytes += out.1.len() as u64 + 256;
            sent += 1;
            outs.push(out);
        }
        last = phone.send(&mut fixture, &outs);
    }
    assert_eq!(code(&last[249]), "too_many_held");
    let held = fixture.town.held().unwrap();
    assert!(held.len() < sent && held.len() > 200, "{} of {sent}", held.len());
    assert!(held.iter().all(|held| held.bytes.is_empty()));
    assert!(accepted(&other.send(&mut fixture, &[subject])));
    assert!(fixture.town.held().unwrap().is_empty());
    assert_eq!(fixture.town.count(&Kind::Visit).unwrap(), held.len() as u64);
    // What was refused for want of room is refused still; there is room for other things.
    phone.fresh_actor(&mut fixture);
    let elsewhere = HouseholdId::fresh(fixture.now, &mut fixture.random);
    let out = call(&mut fixture, &mut phone, elsewhere);
    assert_eq!(code(&phone.send(&mut fixture, &[out])[0]), "waits_for_subject");
    // Verdicts come in parts as well.
    phone.page_bytes = 1;
    let (_, answer) = phone.exchange(&mut fixture, &[]);
    assert_eq!(answer.later.len(), 1);
}

#[test]
fn a_held_alert_is_decided_on_by_the_supervisor_of_its_area() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::Police, fixture.villages[0]);
    let mut officer = fixture.phone(person);
    officer.sync(&mut fixture);
    let village = fixture.villages[1];
    fixture.reassign(person, &[(Role::Police, village)]);
    let id = DocumentId::fresh(fixture.now, &mut fixture.random);
    let issue = alert(fixture.grids[0], fixture.now);
    let out = officer.create_as(id, issue, case(id.into()), Role::Police, fixture.now);
    assert_eq!(code(&officer.send(&mut fixture, &[out])[0]), "needs_decision");
    let number = fixture.town.held().unwrap()[0].number;
    let elsewhere = fixture.person(Role::Supervisor, fixture.villages[1]);
    let supervisor = fixture.person(Role::Supervisor, fixture.villages[0]);
    let now = fixture.tick();
    assert_eq!(fixture.town.decide(number, true, elsewhere, now).unwrap(), Decided::NotPermitted);
    let decided = fixture.town.decide(number, true, supervisor, now).unwrap();
    assert!(matches!(decided, Decided::Verdict(Verdict::Accepted { .. })), "{decided:?}");
}

#[test]
fn what_is_refused_takes_nobodys_actor_or_number() {
    let mut fixture = Fixture::new();
    let (_, mut author) = fixture.worker(0);
    let (_, other) = fixture.worker(0);
    author.sync(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, first) = author.create(&mut fixture, household("1"), grid, Role::GridWorker);
    let edit = author.edit(&mut fixture, door, &note("a dog"));
    // Another announces the author's actor, with the author's change and with one of their own.
    let copied = other.try_send(&mut fixture, std::slice::from_ref(&first));
    assert_eq!(code(&copied[0]), "author_mismatch");
    let (_, mut other) = fixture.worker(0);
    other.actor = author.actor;
    let far = Scope::Grid(fixture.grids[3]);
    let forged = other.create_as(door, household("9"), far, Role::GridWorker, fixture.now);
    assert_eq!(code(&other.try_send(&mut fixture, &[forged])[0]), "not_permitted");
    let verdicts = author.send(&mut fixture, &[first, edit]);
    assert!(accepted(&verdicts), "{verdicts:?}");
}

#[test]
fn refusals_of_what_cannot_be_read_are_not_kept() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    phone.sync(&mut fixture);
    let id = DocumentId::fresh(fixture.now, &mut fixture.random);
    let junk = [(id, b"not a change at all".to_vec(), None)];
    let first = phone.send(&mut fixture, &junk);
    assert!(code(&first[0]).starts_with("gate_"));
    assert_eq!(phone.send(&mut fixture, &junk), first);
    assert!(fixture.town.store().refusals().unwrap().is_empty());
}

#[test]
fn a_number_claimed_after_a_restore_lies_above_its_subjects() {
    let mut fixture = Fixture::new();
    let police = fixture.person(Role::Police, fixture.root);
    let mut officer = fixture.phone(police);
    officer.sync(&mut fixture);
    let backup = super::restore::back_up(&fixture);
    let now = fixture.now;
    let id = DocumentId::fresh(now, &mut fixture.random);
    let file = case(id.into());
    let issue = officer.create_as(id, alert(fixture.grids[0], now), file, Role::Police, now);
    let Verdict::Accepted { acceptance, .. } = officer.send(&mut fixture, std::slice::from_ref(&issue))[0] else {
        panic!()
    };
    let common = officer.cursor.clone();
    officer.sync(&mut fixture);
    let seal = officer.seal;
    super::restore::restore(&mut fixture, &backup);
    let feedback = Feedback { alert: id.into(), at: now, note: None };
    let (_, mut early) = officer.create(&mut fixture, feedback, file, Role::Police);
    early.2 = Some(acceptance);
    (officer.cursor, officer.lost) = (common, seal);
    let log = fixture.town.store().log().unwrap();
    (officer.cursor.log, officer.cursor.base) = (log, log.size);
    let healed = (issue.0, issue.1, Some(acceptance));
    let verdicts = officer.try_send(&mut fixture, &[healed, early]);
    let [Verdict::Accepted { acceptance: alert, .. }, Verdict::Accepted { sequence, acceptance: fact, .. }] =
        verdicts[..]
    else {
        panic!("{verdicts:?}")
    };
    assert_eq!((alert, fact), (acceptance, sequence));
    // Once its base has passed the common point, what it lost has been put back.
    let (point, base) = (officer.cursor.log, officer.cursor.base);
    officer.lost = None;
    officer.sync(&mut fixture);
    officer.sync(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (_, out) = officer.create(&mut fixture, household("1"), grid, Role::Police);
    assert!(accepted(&officer.send(&mut fixture, &[out])));
    (officer.cursor.log, officer.cursor.base, officer.lost) = (point, base, seal);
    let (_, mut out) = officer.create(&mut fixture, household("2"), grid, Role::Police);
    out.2 = Some(acceptance);
    let verdicts = officer.try_send(&mut fixture, &[out]);
    let [Verdict::Accepted { sequence, acceptance, .. }] = verdicts[..] else { panic!("{verdicts:?}") };
    assert_eq!(acceptance, sequence);
}
