//! What a supervisor approves stands as they saw it; pledges, consents and hand-overs, and who may write them.

use std::collections::BTreeMap;

use qiaomen_core::record::{
    Consent, Door, HouseholdId, Level, Pledge, ResidentId, ReviewState, Role, Scope, Signature, Unit, UnitSort, Visit,
    signature::Point,
};
use qiaomen_core::replica::Part;
use qiaomen_core::store::Mark;
use qiaomen_server::accept::Decided;

use crate::harness::{Phone, World, records};

fn edit(phone: &Phone, id: qiaomen_core::record::DocumentId, note: &str) {
    let before = phone.replica().visits().get(id).unwrap().unwrap().record;
    let after = Visit { note: Some(note.to_owned()), ..before.clone() };
    assert!(phone.replica().visits().edit(id, &before, &after, phone.reading()).unwrap());
}

fn consent(door: HouseholdId, at: qiaomen_core::record::Time) -> Consent {
    Consent { household: door, out_of_count: true, reason: Some(Door::Vacant), at, note: None }
}

#[test]
fn an_edit_after_approval_waits_for_the_reviewer_and_one_before_it_does_not() {
    for accept in [true, false] {
        let mut world = World::new();
        let door = world.door(0, "101");
        let worker = world.worker(0);
        let supervisor = world.with_role(Role::Supervisor, world.root);
        let visit = worker.visit_door(door);
        world.settle(&[&worker, &supervisor]);
        edit(&worker, visit, "补充一");
        assert_eq!(world.sync(&worker).accepted, 1);
        world.sync(&supervisor);

        let reviews = supervisor.replica();
        let heads = reviews.reviews().heads(visit).unwrap();
        let role = (supervisor.reading(), Role::Supervisor);
        reviews.reviews().save(visit, heads, ReviewState::Approved, None, role).unwrap();
        // Written without knowing of the approval, and sent after it.
        edit(&worker, visit, "补充二");
        assert_eq!(world.sync(&supervisor).accepted, 1);
        let summary = world.sync(&worker);
        assert_eq!((summary.accepted, summary.held), (0, 1));
        assert_eq!(worker.replica().held_because(visit).unwrap().unwrap().0, "approved");
        let shown = |world: &World| match world.town().document(visit).unwrap().unwrap().1.record().unwrap() {
            qiaomen_core::record::Record::Visit(visit) => visit.note,
            other => panic!("{other:?}"),
        };
        assert_eq!(shown(&world).as_deref(), Some("补充一"));
        let seen = worker.replica().reviews().of(visit, Part::all()).unwrap();
        assert_eq!(seen[0].review.record.state, ReviewState::Approved);

        let number = world.town().held().unwrap()[0].number;
        let decided = world.town().decide(number, accept, supervisor.person, world.now()).unwrap();
        assert!(matches!(decided, Decided::Verdict(_)), "{decided:?}");
        world.settle_and_agree(&[&worker, &supervisor]);
        let expected = if accept { "补充二" } else { "补充一" };
        assert_eq!(shown(&world).as_deref(), Some(expected));
        assert_eq!(supervisor.replica().reviews().of(visit, Part::all()).unwrap()[0].edited, accept);
        let mark = worker.replica().mark(visit).unwrap();
        assert_eq!(mark, Some(if accept { Mark::Sent } else { Mark::Refused }));
    }
}

#[test]
fn nobody_approves_what_they_have_not_seen() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let worker = world.worker(0);
    let supervisor = world.with_role(Role::Supervisor, world.root);
    let visit = worker.visit_door(door);
    world.settle(&[&worker, &supervisor]);
    let heads = supervisor.replica().reviews().heads(visit).unwrap();
    edit(&worker, visit, "又改了");
    world.sync(&worker);
    let role = (supervisor.reading(), Role::Supervisor);
    let review = supervisor.replica().reviews().save(visit, heads, ReviewState::Approved, None, role.clone()).unwrap();
    assert_eq!(world.sync(&supervisor).refused, 1);
    let entries = supervisor.replica().quarantine().list().unwrap();
    assert_eq!((entries[0].refused.code.as_str(), entries[0].refused.document), ("moved_on", review));
    assert!(world.town().document(review).unwrap().is_none());

    // A review that says what is to be put right, and is turned into an approval of what stands there by then.
    let heads = supervisor.replica().reviews().heads(visit).unwrap();
    let comment = Some("请补充照片".to_owned());
    let review =
        supervisor.replica().reviews().save(visit, heads, ReviewState::HasIssues, comment, role.clone()).unwrap();
    world.settle(&[&supervisor, &worker]);
    edit(&worker, visit, "已补充");
    world.settle(&[&worker, &supervisor]);
    let of = supervisor.replica().reviews().of(visit, Part::all()).unwrap();
    assert!(of[0].edited && of[0].review.id == review);
    let before = of[0].review.record.clone();
    let blind = qiaomen_core::record::Review { state: ReviewState::Approved, ..before.clone() };
    assert!(supervisor.replica().reviews().edit(review, &before, &blind, role.clone()).unwrap());
    assert_eq!(world.sync(&supervisor).refused, 1);
    let heads = supervisor.replica().reviews().heads(visit).unwrap();
    let seen = qiaomen_core::record::Review { heads, ..blind };
    assert!(supervisor.replica().reviews().edit(review, &before, &seen, role).unwrap());
    assert_eq!(world.sync(&supervisor).accepted, 1);
    edit(&worker, visit, "晚了");
    assert_eq!(world.sync(&worker).held, 1);
}

#[test]
fn a_worker_neither_reviews_nor_takes_a_door_out_of_the_count() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let worker = world.worker(0);
    let visit = worker.visit_door(door);
    world.sync(&worker);
    let role = (worker.reading(), Role::GridWorker);
    let heads = worker.replica().reviews().heads(visit).unwrap();
    worker.replica().reviews().save(visit, heads, ReviewState::Approved, None, role.clone()).unwrap();
    worker.replica().pledges().consent(&consent(door, world.now()), role).unwrap();
    assert!(worker.edit_door(door, |household| household.removed = true));
    let there = world.grids[1];
    assert!(worker.edit_door(door, |household| household.grid = Some(there)));
    let summary = world.sync(&worker);
    assert_eq!(summary.accepted, 0);
    let mut codes: Vec<String> =
        worker.replica().quarantine().list().unwrap().into_iter().map(|entry| entry.refused.code).collect();
    codes.sort();
    assert_eq!(codes, ["field_not_covered", "field_not_covered", "not_permitted", "not_permitted"]);
    let read = world.read_door(door);
    assert!(!read.removed && read.grid.is_none());
    assert_eq!(world.town().document(door.into()).unwrap().unwrap().0.scope, Scope::Grid(world.grids[0]));
}

#[test]
fn w2_a_signed_pledge_is_filed_with_its_door_and_corrected_by_another() {
    let mut world = World::new();
    let who = ResidentId::fresh(world.now(), &mut world.random);
    let worker = world.worker(0);
    let other = world.worker(0);
    let household = qiaomen_core::record::Household {
        residents: BTreeMap::from([(who, records::resident("某居民"))]),
        ..records::household("501")
    };
    let door = worker.replica().households().save(world.grids[0], &household, worker.reading()).unwrap();
    let strokes = [vec![Point { x: 10, y: 20, millis: 0 }, Point { x: 900, y: 700, millis: 40 }]];
    let signed = Pledge {
        household: door,
        resident: who,
        template: "家庭反诈承诺书".to_owned(),
        version: 2,
        at: world.now(),
        signature: Some(Signature::of(&strokes).unwrap()),
        proxy: None,
        witness: Some("楼长".to_owned()),
        archive_number: None,
        corrects: None,
        void: false,
        note: None,
    };
    let first = worker.replica().pledges().save(&signed, worker.reading()).unwrap();
    world.settle(&[&worker, &other]);
    let read = other.replica().pledges().get(first).unwrap().unwrap();
    assert_eq!(read.record, signed);
    assert_eq!(read.record.signature.unwrap().strokes(), strokes);
    assert_eq!(read.scope, Scope::Grid(world.grids[0]));
    // A correction names what it corrects, and that must be a pledge.
    let paper = Pledge { signature: None, archive_number: Some("2026-17".into()), corrects: Some(first), ..signed };
    let second = other.replica().pledges().save(&paper, other.reading()).unwrap();
    let wrong = Pledge { corrects: Some(door.into()), ..paper };
    let refused = other.replica().pledges().save(&wrong, other.reading()).unwrap();
    let summary = world.sync(&other);
    assert_eq!((summary.accepted, summary.refused), (1, 1));
    let entries = other.replica().quarantine().list().unwrap();
    assert_eq!((entries[0].refused.document, entries[0].refused.code.as_str()), (refused, "subject_mismatch"));
    world.settle_and_agree(&[&worker, &other]);
    let ids: Vec<_> =
        worker.replica().pledges().of_household(door, Part::all()).unwrap().into_iter().map(|kept| kept.id).collect();
    assert_eq!(ids.len(), 2);
    assert!(ids.contains(&first) && ids.contains(&second));
}

#[test]
fn everything_at_a_door_goes_with_it_when_a_supervisor_moves_it() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let (left, gained) = (world.worker(0), world.worker(1));
    let supervisor = world.with_role(Role::Supervisor, world.root);
    let visit = left.visit_door(door);
    world.settle(&[&left, &gained, &supervisor]);
    let role = (supervisor.reading(), Role::Supervisor);
    let replica = supervisor.replica();
    let heads = replica.reviews().heads(visit).unwrap();
    let review = replica.reviews().save(visit, heads, ReviewState::HasIssues, None, role.clone()).unwrap();
    let consent = replica.pledges().consent(&consent(door, world.now()), role.clone()).unwrap();
    world.settle(&[&supervisor, &left]);
    assert!(left.has(review) && left.has(consent));
    // An ordinary edit from an ordinary phone.
    let before = supervisor.door(door);
    let after = qiaomen_core::record::Household { grid: Some(world.grids[1]), ..before.clone() };
    assert!(replica.households().edit(door, &before, &after, supervisor.reading()).unwrap());
    let late = left.visit_door(door);
    assert_eq!(world.sync(&supervisor).accepted, 1);
    world.settle_and_agree(&[&left, &gained, &supervisor]);
    for id in [door.into(), visit, review, consent, late] {
        assert!(!left.has(id) && gained.has(id) && supervisor.has(id), "{id}");
        assert_eq!(world.town().document(id).unwrap().unwrap().0.scope, Scope::Grid(world.grids[1]));
    }
    // And back, by another way: nothing stays behind.
    world.move_door(door, 0);
    world.settle_and_agree(&[&left, &gained, &supervisor]);
    assert!(left.has(review) && !gained.has(review));
}

#[test]
fn a_door_goes_only_to_a_grid_that_its_mover_holds_too() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let here = world.with_role(Role::Supervisor, world.villages[0]);
    let before = here.door(door);
    let elsewhere = *world.grids.last().unwrap();
    assert!(!here.replica().scopes().unwrap().contains(&Scope::Grid(elsewhere)));
    for to in [elsewhere, world.villages[0], qiaomen_core::record::AreaId::from_bytes([9; 16])] {
        let after = qiaomen_core::record::Household { grid: Some(to), ..before.clone() };
        assert!(here.replica().households().edit(door, &before, &after, here.reading()).unwrap());
        assert_eq!(world.sync(&here).refused, 1);
    }
    let mut codes: Vec<String> =
        here.replica().quarantine().list().unwrap().into_iter().map(|entry| entry.refused.code).collect();
    codes.sort();
    assert_eq!(codes, ["invalid", "invalid", "not_permitted"]);
    assert_eq!(world.town().document(door.into()).unwrap().unwrap().0.scope, Scope::Grid(world.grids[0]));
    world.settle_and_agree(&[&here]);
}

#[test]
fn l14_a_unit_has_a_person_who_answers_for_it_and_moves_like_a_door() {
    let mut world = World::new();
    let (worker, gained) = (world.worker(0), world.worker(1));
    let supervisor = world.with_role(Role::Supervisor, world.root);
    let school = Unit {
        name: "镇中心小学".to_owned(),
        sort: UnitSort::School,
        address: Some("学府路1号".to_owned()),
        responsible: Some(qiaomen_core::record::Contact { name: Some("某校长".into()), telephone: None }),
        deputy: None,
        note: None,
        grid: None,
        removed: false,
    };
    let id = worker.replica().units().save(world.grids[0], &school, worker.reading()).unwrap();
    world.settle(&[&worker, &supervisor]);
    assert_eq!(supervisor.replica().units().list(Some(world.grids[0]), Part::all()).unwrap()[0].record, school);
    let after = Unit { grid: Some(world.grids[1]), ..school.clone() };
    assert!(supervisor.replica().units().edit(id, &school, &after, supervisor.reading()).unwrap());
    world.settle_and_agree(&[&supervisor, &worker, &gained]);
    assert!(worker.replica().units().list(None, Part::all()).unwrap().is_empty());
    assert_eq!(gained.replica().units().get(id).unwrap().unwrap().record, after);
}

#[test]
fn q5_who_is_offered_an_alert_holds_its_case_file() {
    let mut world = World::new();
    let head = world.with_role(Role::TeamHead, world.villages[0]);
    let elsewhere = world.grids.len() - 1;
    let helper = world.worker(elsewhere);
    let alert = world.alert(0, Level::High, world.now());
    world.settle(&[&head, &helper]);
    assert!(!helper.has(alert));
    head.replica().alerts().hand_over(alert, helper.person, Some("请接手".into()), head.reading()).unwrap();
    world.settle_and_agree(&[&head, &helper]);
    assert!(helper.has(alert));
    assert!(helper.replica().scopes().unwrap().contains(&Scope::CaseFile(alert)));
}
