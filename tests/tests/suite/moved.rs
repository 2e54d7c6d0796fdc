//! A worker is moved while their phone has unsent work, and what they did in good faith.

use qiaomen_core::document::packed;
use qiaomen_core::record::{DocumentId, Household, HouseholdId, Role, Scope};
use qiaomen_core::replica::Part;
use qiaomen_core::store::Mark;
use qiaomen_server::accept::Decided;

use crate::harness::{Phone, World, records};

/// Words that stand in the grid that is lost, and nowhere else.
const SECRETS: [&str; 4] = ["秘密楼栋甲", "秘密住户乙", "秘密备注丙", "秘密见闻丁"];

struct Moved {
    world: World,
    worker: Phone,
    head: Phone,
    supervisor: Phone,
    door: HouseholdId,
    visit: DocumentId,
}

/// A worker of the first grid wrote a visit and an edit, and was moved to the second before they were sent.
fn moved() -> Moved {
    let mut world = World::new();
    let head = world.with_role(Role::TeamHead, world.villages[0]);
    let supervisor = world.with_role(Role::Supervisor, world.root);
    let mut secret = records::household(SECRETS[0]);
    let who = qiaomen_core::record::ResidentId::fresh(world.now(), &mut world.random);
    secret.residents.insert(who, records::resident(SECRETS[1]));
    secret.note = Some(SECRETS[2].to_owned());
    let door = head.replica().households().save(world.grids[0], &secret, head.reading()).unwrap();
    let mut seen = records::door_visit(door, world.now());
    seen.note = Some(SECRETS[3].to_owned());
    head.replica().visits().save(&seen, head.reading()).unwrap();
    world.sync(&head);
    world.door(1, "201");
    let worker = world.worker(0);
    assert_eq!(worker.door(door), secret);

    let mut visit = records::door_visit(door, world.now());
    visit.note = Some("善意走访".to_owned());
    let visit = worker.replica().visits().save(&visit, worker.reading()).unwrap();
    assert!(worker.edit_door(door, |household| household.note = Some("善意修改".to_owned())));
    world.reassign(worker.person, &[(Role::GridWorker, world.grids[1])]);
    Moved { world, worker, head, supervisor, door, visit }
}

fn text(phone: &Phone) -> Vec<u8> {
    // Every page of the file as it is once decrypted, the free ones too.
    let mut beside = phone.beside();
    beside.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    beside.serialize(rusqlite::MAIN_DB).unwrap().to_vec()
}

fn holds(bytes: &[u8], word: impl AsRef<[u8]>) -> bool {
    let word = word.as_ref();
    bytes.windows(word.len()).any(|window| window == word)
}

#[test]
fn a_fact_is_accepted_and_an_edit_held_and_the_phone_drops_what_it_may_not_hold() {
    let Moved { world, worker, head, supervisor, door, visit } = moved();
    // In its rows as they are, and in its document as a phone keeps it. The note of the door stands in the latter only.
    assert!([SECRETS[0], SECRETS[1], SECRETS[3]].iter().all(|secret| holds(&text(&worker), secret)));
    let first = world.town().store().changes(door.into()).unwrap().remove(0).bytes;
    assert!(holds(&first, SECRETS[2]));
    let kept = packed::pack(&first).unwrap();
    assert!(holds(&text(&worker), &kept));
    let summary = world.sync(&worker);
    assert_eq!((summary.accepted, summary.held, summary.refused), (1, 1, 0));
    // The visit stands, where its door is.
    let (stored, document) = world.town().document(visit).unwrap().unwrap();
    assert_eq!((stored.scope, stored.author), (Scope::Grid(world.grids[0]), worker.person));
    assert_eq!(document.header().role, Role::GridWorker);
    // The edit waits for a decision and shows nowhere.
    let held = world.town().held().unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].document, held[0].refusal.code.as_str()), (door.into(), "needs_decision"));
    assert_eq!(world.read_door(door).note.as_deref(), Some(SECRETS[2]));
    // The phone holds the new grid and nothing of the old one.
    let scopes = worker.replica().scopes().unwrap();
    assert!(scopes.contains(&Scope::Grid(world.grids[1])) && !scopes.contains(&Scope::Grid(world.grids[0])));
    assert!(!worker.has(door) && !worker.has(visit));
    assert_eq!(
        worker.replica().households().list(None, qiaomen_core::replica::Order::Walking, Part::all()).unwrap().len(),
        1
    );
    assert!(worker.replica().households().find(SECRETS[0], Part::all()).unwrap().is_empty());
    assert!(worker.replica().households().find(SECRETS[1], Part::all()).unwrap().is_empty());
    assert!(worker.replica().timeline().household(door, Part::all()).unwrap().is_empty());
    for secret in SECRETS {
        assert!(!holds(&text(&worker), secret), "{secret} can still be read in the file");
    }
    assert!(!holds(&text(&worker), &kept), "the door's document can still be read in the file");
    world.settle_and_agree(&[&worker, &head, &supervisor]);
    assert!(head.has(visit) && !supervisor.replica().people().list(Part::all()).unwrap().is_empty());
}

#[test]
fn what_a_supervisor_accepts_goes_into_the_document_and_its_author_hears_of_it() {
    let Moved { world, worker, head, supervisor, door, .. } = moved();
    world.sync(&worker);
    let number = world.town().held().unwrap()[0].number;
    let now = world.now();
    let by_worker = world.town().decide(number, true, worker.person, now).unwrap();
    assert_eq!(by_worker, Decided::NotPermitted);
    let decided = world.town().decide(number, true, supervisor.person, now).unwrap();
    assert!(matches!(decided, Decided::Verdict(qiaomen_core::protocol::Verdict::Accepted { .. })), "{decided:?}");
    assert_eq!(world.read_door(door).note.as_deref(), Some("善意修改"));
    assert_eq!(worker.replica().figures().unwrap().held, 1);
    assert_eq!(world.sync(&worker).accepted, 1);
    assert_eq!(worker.replica().figures().unwrap().held, 0);
    assert!(worker.replica().quarantine().list().unwrap().is_empty());
    assert!(!worker.has(door));
    world.settle_and_agree(&[&worker, &head, &supervisor]);
    assert_eq!(head.door(door).note.as_deref(), Some("善意修改"));
    assert_eq!(world.town().decide(number, false, supervisor.person, now).unwrap(), Decided::Unknown);
    for secret in SECRETS {
        assert!(!holds(&text(&worker), secret), "{secret} can still be read in the file");
    }
}

#[test]
fn what_a_supervisor_declines_comes_back_with_a_reason_and_without_others_work() {
    let Moved { world, worker, head, supervisor, door, .. } = moved();
    world.sync(&worker);
    let number = world.town().held().unwrap()[0].number;
    world.town().decide(number, false, supervisor.person, world.now()).unwrap();
    assert_eq!(world.sync(&worker).refused, 1);
    let entries = worker.replica().quarantine().list().unwrap();
    let [entry] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!((entry.refused.code.as_str(), entry.refused.document), ("declined", door.into()));
    assert!(!entry.reason_zh.is_empty() && !entry.reason_en.is_empty());
    let edits = entry.refused.edits.as_ref().unwrap();
    assert_eq!(edits.len(), 1);
    assert_eq!(edits[0].value, qiaomen_core::record::Value::Text("善意修改".into()));
    assert!(entry.record().is_err(), "the rest of the record is others' work");
    assert_eq!(worker.replica().mark(door.into()).unwrap(), Some(Mark::Refused));
    world.settle_and_agree(&[&worker, &head, &supervisor]);
    assert_eq!(head.door(door).note.as_deref(), Some(SECRETS[2]));
    for secret in SECRETS {
        assert!(!holds(&text(&worker), secret), "{secret} can still be read in the file");
    }
}

#[test]
fn an_edit_that_follows_a_held_one_shares_its_end() {
    for accept in [true, false] {
        let Moved { world, worker, head, supervisor, door, .. } = moved();
        assert!(worker.edit_door(door, |household| household.door = qiaomen_core::record::Door::Vacant));
        world.sync(&worker);
        let held = world.town().held().unwrap();
        let codes: Vec<&str> = held.iter().map(|held| held.refusal.code.as_str()).collect();
        assert_eq!(codes, ["needs_decision", "depends_on_held"]);
        world.town().decide(held[0].number, accept, supervisor.person, world.now()).unwrap();
        assert!(world.town().held().unwrap().is_empty());
        world.sync(&worker);
        assert_eq!(worker.replica().figures().unwrap().held, 0);
        let read: Household = world.read_door(door);
        assert_eq!(read.door == qiaomen_core::record::Door::Vacant, accept);
        assert_eq!(worker.replica().quarantine().list().unwrap().is_empty(), accept);
        world.settle_and_agree(&[&worker, &head, &supervisor]);
    }
}

#[test]
fn a_worker_moved_back_finds_everything_again() {
    let Moved { mut world, worker, head, door, visit, .. } = moved();
    world.sync(&worker);
    assert!(!worker.has(door));
    world.reassign(worker.person, &[(Role::GridWorker, world.grids[0])]);
    let number = world.town().held().unwrap()[0].number;
    world.town().decide(number, true, head.person, world.now()).ok();
    world.settle(&[&worker, &head]);
    assert!(worker.has(door) && worker.has(visit));
    if world.town().held().unwrap().is_empty() {
        world.agree(&[&worker, &head]);
    }
}

#[test]
fn what_was_never_held_is_no_good_faith() {
    let Moved { world, worker, head, .. } = moved();
    world.sync(&worker);
    // The phone knows of the move now.
    let role = (worker.reading(), Role::GridWorker);
    let late = worker.replica().households().save(world.grids[0], &records::household("9"), role).unwrap();
    let summary = world.sync(&worker);
    assert_eq!((summary.accepted, summary.refused), (0, 1));
    assert!(!worker.has(late) && world.town().document(late.into()).unwrap().is_none());
    world.settle_and_agree(&[&worker, &head]);
}

#[test]
fn a_household_moved_to_another_grid_takes_its_visits_along() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let (left, gained) = (world.worker(0), world.worker(1));
    let both = world.with_role(Role::TeamHead, world.villages[0]);
    let visit = left.visit_door(door);
    world.settle(&[&left, &gained, &both]);
    // Written by a phone that holds both grids and does not know of the move, and sent after it.
    let late = both.visit_door(door);
    world.move_door(door, 1);
    world.settle_and_agree(&[&left, &gained, &both]);
    for id in [door.into(), visit, late] {
        assert!(!left.has(id), "{id}");
        assert!(gained.has(id) && both.has(id), "{id}");
        assert_eq!(world.town().document(id).unwrap().unwrap().0.scope, Scope::Grid(world.grids[1]));
    }
}

#[test]
fn a_household_that_was_moved_away_leaves_the_phone_even_if_what_was_written_to_it_is_refused() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let (left, gained) = (world.worker(0), world.worker(1));
    // The second follows the first, which is refused: it is written again, and refused too.
    left.note(door, "一");
    assert!(left.edit_door(door, |household| household.door = qiaomen_core::record::Door::Vacant));
    world.move_door(door, 1);
    world.settle_and_agree(&[&left, &gained]);
    assert!(!left.has(door) && gained.has(door));
    let entries = left.replica().quarantine().list().unwrap();
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert!(entries.iter().all(|entry| entry.refused.fields.is_none() && entry.refused.edits.is_some()));
}

#[test]
fn a_record_made_for_a_grid_that_is_not_held_any_more_leaves_the_phone_once_it_is_accepted() {
    let mut world = World::new();
    let (worker, head) = (world.worker(0), world.with_role(Role::TeamHead, world.villages[0]));
    world.reassign(worker.person, &[(Role::GridWorker, world.grids[1])]);
    // The phone knows of it, and its place in the log is still the one before.
    assert!(world.step(&worker).unwrap().taken.scopes_changed);
    let role = (worker.reading(), Role::GridWorker);
    let door = worker.replica().households().save(world.grids[0], &records::household("9"), role).unwrap();
    assert_eq!(world.sync(&worker).held, 1);
    let number = world.town().held().unwrap()[0].number;
    world.town().decide(number, true, qiaomen_server::access::SYSTEM, world.now()).unwrap();
    world.settle_and_agree(&[&worker, &head]);
    assert!(head.has(door) && !worker.has(door));
}

#[test]
fn a_visit_to_a_household_that_was_moved_meanwhile_is_accepted_in_good_faith() {
    let mut world = World::new();
    let door = world.door(0, "101");
    let (left, gained) = (world.worker(0), world.worker(1));
    let late = left.visit_door(door);
    world.move_door(door, 1);
    world.settle_and_agree(&[&left, &gained]);
    assert!(left.replica().quarantine().list().unwrap().is_empty());
    assert!(gained.has(late) && !left.has(late));
}

#[test]
fn l1_two_phones_that_make_one_household_are_found_and_nothing_of_either_is_lost() {
    use qiaomen_server::report::{Asked, Reports};
    let mut world = World::new();
    let (one, other) = (world.worker(0), world.worker(0));
    let supervisor = world.with_role(Role::Supervisor, world.root);
    let who = |world: &mut World| qiaomen_core::record::ResidentId::fresh(world.now(), &mut world.random);
    // The same door, written otherwise; and one that only shares a person.
    let mut first = records::household("502");
    first.address.building = Some("3栋".to_owned());
    first.residents.insert(who(&mut world), records::resident("某甲"));
    let mut second = first.clone();
    second.address.building = Some("三号楼".to_owned());
    second.residents = [(who(&mut world), records::resident("某乙"))].into();
    let mut third = records::household("101");
    third.residents = [(who(&mut world), records::resident("某甲"))].into();
    let telephone: std::collections::BTreeSet<String> = ["12000001111".to_owned()].into();
    for household in [&mut first, &mut third] {
        household.residents.values_mut().for_each(|resident| resident.telephones = telephone.clone());
    }
    let made = one.replica().households().save(world.grids[0], &first, one.reading()).unwrap();
    let again = other.replica().households().save(world.grids[0], &second, other.reading()).unwrap();
    let moved = other.replica().households().save(world.grids[0], &third, other.reading()).unwrap();
    let visits = [one.visit_door(made), other.visit_door(again)];
    world.settle_and_agree(&[&one, &other, &supervisor]);
    for phone in [&one, &other, &supervisor] {
        assert!(visits.iter().all(|visit| phone.has(*visit)) && phone.has(made) && phone.has(again));
    }
    let doubles = |world: &World| {
        let town = world.town();
        let asked = Asked { person: supervisor.person, area: None, skip: 0, take: 10 };
        Reports::of(&town).unwrap().doubles(&asked).unwrap().list
    };
    let found = doubles(&world);
    let pair = |one: HouseholdId, other: HouseholdId| (one.min(other), one.max(other));
    let told = |same_address: bool| {
        let fits = found.iter().filter(move |line| line.line.same_address == same_address);
        fits.map(|line| (line.line.household, line.line.other)).collect::<Vec<_>>()
    };
    assert_eq!((told(true), told(false)), (vec![pair(made, again)], vec![pair(made, moved)]));
    // A supervisor who has looked says which of them is none.
    let before = supervisor.door(again);
    let after = Household { removed: true, ..before.clone() };
    let role = (supervisor.reading(), Role::Supervisor);
    assert!(supervisor.replica().households().edit(again, &before, &after, role).unwrap());
    world.settle_and_agree(&[&one, &other, &supervisor]);
    assert!(!doubles(&world).iter().any(|line| line.line.same_address));
    assert!(other.has(visits[1]), "what was recorded at it stays");
}
