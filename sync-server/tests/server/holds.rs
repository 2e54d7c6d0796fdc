//! Holds and their ends.

use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{
    AlertId, Clearance, DocumentId, HouseholdId, Kind, Receipt, Role, Scope, Sending, Value, Withdrawal,
};
use qiaomen_server::accept::Decided;
use qiaomen_server::access::SYSTEM;

use super::phone::{accepted, code};
use super::{Fixture, alert, case, household, visit};

fn note(value: &str) -> Vec<Edit> {
    vec![Edit { path: vec!["note".into()], value: Value::Text(value.into()) }]
}

#[test]
fn a_fact_waits_for_its_subject_and_its_device_is_told() {
    let mut fixture = Fixture::new();
    let (_, mut one) = fixture.worker(0);
    let (_, mut other) = fixture.worker(0);
    one.sync(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, subject) = other.create(&mut fixture, household("1"), grid, Role::GridWorker);
    let (call, fact) = one.create(&mut fixture, visit(HouseholdId::from(door), super::start()), grid, Role::GridWorker);
    let correction = one.edit(&mut fixture, call, &note("nobody there"));
    let outs = [fact, correction];
    let verdicts = one.send(&mut fixture, &outs);
    assert_eq!(verdicts.iter().map(code).collect::<Vec<_>>(), ["waits_for_subject", "depends_on_held"]);
    assert_eq!(one.send(&mut fixture, &outs), verdicts);
    assert_eq!(fixture.town.held().unwrap().len(), 2);
    assert!(accepted(&other.send(&mut fixture, &[subject])));
    assert!(fixture.town.held().unwrap().is_empty());
    let (_, answer) = one.exchange(&mut fixture, &[]);
    assert_eq!(answer.later.len(), 2);
    assert!(answer.later.iter().all(|later| matches!(later.verdict, Verdict::Accepted { .. })), "{answer:?}");
    assert_eq!(answer.later.iter().map(|later| later.document).collect::<Vec<_>>(), [call, call]);
    // In every answer until it was seen; and the verdict is now the one that is kept.
    one.later_seen = 0;
    assert_eq!(one.try_exchange(&mut fixture, &[]).unwrap().later, answer.later);
    one.later_seen = 1;
    assert_eq!(one.try_exchange(&mut fixture, &[]).unwrap().later, answer.later[1..]);
    one.later_seen = 2;
    assert!(accepted(&one.send(&mut fixture, &outs)));
    assert!(one.try_exchange(&mut fixture, &[]).unwrap().later.is_empty());
    other.sync(&mut fixture);
    assert_eq!(other.changes[&call], one.changes[&call]);
    assert!(fixture.town.check_log().unwrap());
}

#[test]
fn a_subject_later_in_the_same_batch_is_enough() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, subject) = phone.create(&mut fixture, household("1"), grid, Role::GridWorker);
    let (_, fact) = phone.create(&mut fixture, visit(HouseholdId::from(door), super::start()), grid, Role::GridWorker);
    let (verdicts, answer) = phone.exchange(&mut fixture, &[fact, subject]);
    assert!(accepted(&verdicts), "{verdicts:?}");
    assert!(answer.later.is_empty());
}

#[test]
fn a_withdrawal_waits_for_its_clearance_through_the_alert() {
    let mut fixture = Fixture::new();
    let police = fixture.person(Role::Police, fixture.root);
    let mut one = fixture.phone(police);
    let mut other = fixture.phone(police);
    let now = fixture.now;
    let id = DocumentId::fresh(now, &mut fixture.random);
    let file = case(id.into());
    let issue = other.create_as(id, alert(fixture.grids[0], now), file, Role::Police, now);
    let clearance = Clearance { alert: id.into(), at: now, reason: None };
    let (cleared, clear) = one.create(&mut fixture, clearance, file, Role::Police);
    let withdrawal = Withdrawal { alert: id.into(), clearance: cleared, at: now, reason: None };
    let (_, withdraw) = one.create(&mut fixture, withdrawal, file, Role::Police);
    let verdicts = one.send(&mut fixture, &[withdraw, clear]);
    assert_eq!(verdicts.iter().map(code).collect::<Vec<_>>(), ["waits_for_subject", "waits_for_subject"]);
    assert!(accepted(&other.send(&mut fixture, &[issue])));
    assert_eq!(fixture.town.count(&Kind::Withdrawal).unwrap(), 1);
    assert_eq!(fixture.town.count(&Kind::Clearance).unwrap(), 1);
}

/// A worker who was moved to another grid while they were out.
fn moved(fixture: &mut Fixture) -> (super::phone::Phone, DocumentId) {
    let (person, mut phone) = fixture.worker(0);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, out) = phone.create(fixture, household("1"), grid, Role::GridWorker);
    assert!(accepted(&phone.send(fixture, &[out])));
    phone.sync(fixture);
    fixture.reassign(person, &[(Role::GridWorker, fixture.grids[2])]);
    (phone, door)
}

#[test]
fn what_was_done_in_good_faith_is_taken_or_held() {
    let mut fixture = Fixture::new();
    let (mut phone, door) = moved(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (_, fact) = phone.create(&mut fixture, visit(HouseholdId::from(door), super::start()), grid, Role::GridWorker);
    let edit = phone.edit(&mut fixture, door, &note("a dog"));
    let next = phone.edit(&mut fixture, door, &note("two dogs"));
    let (fresh, created) = phone.create(&mut fixture, household("2"), grid, Role::GridWorker);
    let (_, on_it) =
        phone.create(&mut fixture, visit(HouseholdId::from(fresh), super::start()), grid, Role::GridWorker);
    let outs = [fact, edit, next, created, on_it];
    let (verdicts, answer) = phone.exchange(&mut fixture, &outs);
    let expected = ["accepted", "needs_decision", "depends_on_held", "needs_decision", "waits_for_subject"];
    assert_eq!(verdicts.iter().map(code).collect::<Vec<_>>(), expected);
    assert!(answer.scopes.is_some(), "the scopes are not those that the phone knows");
    let held = fixture.town.held().unwrap();
    let of = |document: DocumentId| held.iter().find(|held| held.document == document && held.waits_for.is_none());
    let (edit, creation) = (of(door).unwrap().number, of(fresh).unwrap().number);

    let elsewhere = fixture.person(Role::Supervisor, fixture.villages[1]);
    let supervisor = fixture.person(Role::Supervisor, fixture.villages[0]);
    let now = fixture.tick();
    assert_eq!(fixture.town.decide(edit, true, elsewhere, now).unwrap(), Decided::NotPermitted);
    assert_eq!(fixture.town.decide(9_999, true, SYSTEM, now).unwrap(), Decided::Unknown);
    let decided = fixture.town.decide(edit, true, supervisor, now).unwrap();
    assert!(matches!(decided, Decided::Verdict(Verdict::Accepted { .. })), "{decided:?}");
    let decided = fixture.town.decide(creation, true, supervisor, now).unwrap();
    assert!(matches!(decided, Decided::Verdict(Verdict::Accepted { .. })), "{decided:?}");
    assert_eq!(fixture.town.decide(creation, true, supervisor, now).unwrap(), Decided::Unknown);
    assert!(fixture.town.held().unwrap().is_empty(), "{:?}", fixture.town.held());
    let (_, answer) = phone.exchange(&mut fixture, &[]);
    assert_eq!(answer.later.len(), 4);
    assert!(answer.later.iter().all(|later| matches!(later.verdict, Verdict::Accepted { .. })));
    let (_, document) = fixture.town.document(door).unwrap().unwrap();
    assert_eq!(document.fields().text("note").unwrap(), "two dogs");
}

#[test]
fn what_a_supervisor_declines_takes_what_depends_on_it_along() {
    let mut fixture = Fixture::new();
    let (mut phone, door) = moved(&mut fixture);
    let edit = phone.edit(&mut fixture, door, &note("a dog"));
    let next = phone.edit(&mut fixture, door, &note("two dogs"));
    let last = phone.edit(&mut fixture, door, &note("three dogs"));
    phone.send(&mut fixture, &[edit, next]);
    let number = fixture.town.held().unwrap()[0].number;
    let now = fixture.tick();
    let decided = fixture.town.decide(number, false, SYSTEM, now).unwrap();
    assert_eq!(decided, Decided::Verdict(Verdict::Refused(qiaomen_core::protocol::Refusal::new("declined"))));
    let (verdicts, answer) = phone.exchange(&mut fixture, &[last]);
    assert_eq!(verdicts, [Verdict::DependsOnRefused]);
    let ends: Vec<&str> = answer.later.iter().map(|later| code(&later.verdict)).collect();
    assert_eq!(ends, ["declined", "depends_on_refused"]);
    assert!(fixture.town.held().unwrap().is_empty());
}

#[test]
fn without_the_cursor_there_is_no_good_faith() {
    let mut fixture = Fixture::new();
    let (mut phone, door) = moved(&mut fixture);
    // A phone that is up to date knows better.
    phone.sync(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (_, fact) = phone.create(&mut fixture, visit(HouseholdId::from(door), super::start()), grid, Role::GridWorker);
    assert_eq!(code(&phone.send(&mut fixture, &[fact])[0]), "not_permitted");
}

#[test]
fn one_who_is_sent_holds_the_case_file() {
    let mut fixture = Fixture::new();
    let police = fixture.person(Role::Police, fixture.root);
    let mut officer = fixture.phone(police);
    let (person, mut helper) = fixture.worker(3);
    helper.sync(&mut fixture);
    let now = fixture.now;
    let id = DocumentId::fresh(now, &mut fixture.random);
    let file = case(id.into());
    let issue = officer.create_as(id, alert(fixture.grids[0], now), file, Role::Police, now);
    assert!(accepted(&officer.send(&mut fixture, &[issue])));
    let receipt = Receipt { alert: AlertId::from(id), at: now, offer: None };
    let (_, early) = helper.create(&mut fixture, receipt.clone(), file, Role::GridWorker);
    assert_eq!(code(&helper.send(&mut fixture, &[early])[0]), "not_permitted");
    helper.fresh_actor(&mut fixture);
    let sending = Sending { alert: id.into(), person, at: now, note: None };
    let (_, send) = officer.create(&mut fixture, sending, file, Role::Police);
    assert!(accepted(&officer.send(&mut fixture, &[send])));
    let (_, answer) = helper.exchange(&mut fixture, &[]);
    assert!(answer.scopes.as_ref().is_some_and(|scopes| scopes.contains(&file)));
    assert!(answer.page.is_none());
    helper.sync(&mut fixture);
    assert!(helper.raw.contains_key(&id));
    assert!(helper.cursor.gained.is_empty());
    let (_, out) = helper.create(&mut fixture, receipt, file, Role::GridWorker);
    assert!(accepted(&helper.send(&mut fixture, &[out])));
    officer.sync(&mut fixture);
    assert_eq!(officer.raw.len(), fixture.town.snapshot().unwrap().len());
}
