//! Doors that two phones made of one, merged and taken apart again; and fields that two people wrote, settled.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use qiaomen_core::doors::{Coverage, Period};
use qiaomen_core::record::{
    DocumentId, Door, Household, HouseholdId, Kind, Level, PersonId, Record, Resident, ResidentId, ReviewState, Role,
    Tag, Visit,
};
use qiaomen_core::replica::{Order, Part};
use qiaomen_server::amend::merge::{self, Choice, Choices, Preview, Seen, Undone, Warning};
use qiaomen_server::amend::{AmendError, Page, conflicts};
use qiaomen_server::report::dossier::dossier;
use qiaomen_server::report::{Asked, By, Reports};

use crate::harness::{Phone, World, records};

const ALL: Page = Page { skip: 0, take: 100 };

fn fresh(world: &mut World) -> ResidentId {
    ResidentId::fresh(world.clock.pass(1_000), &mut world.random)
}

fn total(world: &World) -> Coverage {
    Reports::of(&world.town()).unwrap().coverage(None, By::Grid, Period::ALL).unwrap().total
}

fn previewed(world: &World, by: PersonId, keep: HouseholdId, gone: HouseholdId) -> Preview {
    merge::preview(&world.town(), by, keep, gone, &Choices::new()).unwrap()
}

fn try_merge(
    world: &mut World,
    by: PersonId,
    (keep, gone): (HouseholdId, HouseholdId),
    choices: &Choices,
    seen: &Seen,
) -> Result<DocumentId, AmendError> {
    let now = world.clock.pass(60_000);
    let town = world.town();
    merge::merge(&town, by, (keep, gone), choices, seen, "同一户", now, &mut world.random)
}

fn merge(world: &mut World, by: PersonId, keep: HouseholdId, gone: HouseholdId) -> DocumentId {
    let seen = previewed(world, by, keep, gone).seen;
    try_merge(world, by, (keep, gone), &Choices::new(), &seen).unwrap()
}

fn undo(world: &mut World, by: PersonId, gone: HouseholdId) -> Undone {
    let now = world.clock.pass(60_000);
    let town = world.town();
    merge::undo(&town, by, gone, "原来是两户", now, &mut world.random).unwrap()
}

fn pledge(phone: &Phone, door: HouseholdId, who: ResidentId) -> DocumentId {
    let now = phone.replica().corrected(&phone.reading()).unwrap().time;
    phone.replica().pledges().save(&records::pledge(door, who, now), phone.reading()).unwrap()
}

fn walk(phone: &Phone) -> Vec<HouseholdId> {
    let lines = phone.replica().households().list(None, Order::Walking, Part::all()).unwrap();
    lines.into_iter().map(|line| line.household.id.into()).collect()
}

/// Two workers of one grid, each of whom made the same door offline, visited it and had it pledge.
struct Twice {
    world: World,
    one: Phone,
    other: Phone,
    sup: Phone,
    keep: HouseholdId,
    gone: HouseholdId,
    /// Who is whom, and who stands behind one of them only.
    wang: [ResidentId; 2],
    li: ResidentId,
}

fn twice() -> Twice {
    let mut world = World::new();
    let (one, other) = (world.worker(0), world.worker(0));
    let sup = world.with_role(Role::Supervisor, world.root);
    let (wang, wang_too, li) = (fresh(&mut world), fresh(&mut world), fresh(&mut world));
    let telephone = |number: &str| BTreeSet::from([number.to_owned()]);
    let mut first = records::household("502");
    let known = Resident { telephones: telephone("12000001111"), ..records::resident("王芳") };
    first.residents.insert(wang, known.clone());
    let mut second = first.clone();
    second.address.building = Some("三号楼".to_owned());
    second.note = Some("有狗".to_owned());
    let more = Resident {
        telephones: ["12000001111", "12000002222"].map(str::to_owned).into(),
        birth_year: Some(1950),
        app_installed: Some(true),
        tags: [Tag::EasilyDeceived].into(),
        ..known
    };
    second.residents = [(wang_too, more), (li, records::resident("李强"))].into();
    let keep = one.replica().households().save(world.grids[0], &first, one.reading()).unwrap();
    world.clock.pass(60_000);
    let gone = other.replica().households().save(world.grids[0], &second, other.reading()).unwrap();
    for (phone, door, who) in [(&one, keep, wang), (&other, gone, wang_too)] {
        world.clock.pass(60_000);
        phone.visit_door(door);
        pledge(phone, door, who);
    }
    world.settle_and_agree(&[&one, &other, &sup]);
    Twice { world, one, other, sup, keep, gone, wang: [wang, wang_too], li }
}

impl Twice {
    fn settle(&self) {
        self.world.settle_and_agree(&[&self.one, &self.other, &self.sup]);
    }

    fn phones(&self) -> [&Phone; 3] {
        [&self.one, &self.other, &self.sup]
    }
}

#[test]
fn l1_one_door_made_on_two_phones_is_merged_and_taken_apart_again() {
    let mut two = twice();
    let (keep, gone, sup) = (two.keep, two.gone, two.sup.person);
    let before = total(&two.world);
    assert_eq!((before.doors, before.visited, before.residents.here, before.residents.signed), (2, 2, 3, 2));

    let pairs = merge::pairs(&two.world.town(), sup, None, ALL).unwrap();
    let [pair] = &pairs.list[..] else { panic!("{pairs:?}") };
    assert_eq!((pair.one.household, pair.other.household, pair.same_address), (keep, gone, true));
    assert_eq!((pair.one.visits, pair.other.pledges, pair.one.entered_by.person), (1, 1, two.one.person));
    assert!(pair.other.last_visit > pair.one.last_visit);

    let preview = previewed(&two.world, sup, keep, gone);
    assert_eq!((preview.visits, preview.pledges, preview.consents, preview.alerts), (1, 1, 0, 0));
    assert!(preview.warnings.is_empty(), "{:?}", preview.warnings);
    let told: Vec<_> = preview.people.iter().map(|one| (one.resident, one.choice, one.fills.len())).collect();
    assert_eq!(told, [(two.wang[1], Choice::Same(two.wang[0]), 4), (two.li, Choice::Copy, 0)]);
    assert_eq!(preview.fills.len(), 1);
    let decision = merge(&mut two.world, sup, keep, gone);
    assert!(merge::pairs(&two.world.town(), sup, None, ALL).unwrap().list.is_empty());
    two.settle();

    let now = total(&two.world);
    assert_eq!((now.doors, now.visited, now.pledged, now.residents.here, now.residents.signed), (1, 1, 1, 2, 1));
    assert_eq!(now.residents.app_installed, 1);
    for phone in two.phones() {
        let replica = phone.replica();
        assert_eq!(replica.doors().coverage(None, Period::ALL).unwrap(), now);
        assert_eq!(walk(phone), [keep]);
        for text in ["502", "王芳", "2222", "李强"] {
            let found = replica.households().find(text, Part::all()).unwrap();
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(HouseholdId::from(found[0].household.id), keep);
        }
        let line = replica.households().list(None, Order::LastVisit, Part::all()).unwrap().remove(0);
        assert_eq!(line.last_visit, pair.other.last_visit, "the later of both");
        let happened = replica.timeline().household(keep, Part::all()).unwrap();
        let count = |kind: &Kind| happened.iter().filter(|kept| kept.record.kind() == *kind).count();
        assert_eq!((count(&Kind::Visit), count(&Kind::Pledge), count(&Kind::Decision)), (2, 2, 1));
        assert!(happened.iter().any(|kept| kept.id == decision));
        let unsigned = replica.doors().unsigned(None, Period::ALL, Part::all()).unwrap();
        assert_eq!(unsigned.iter().map(|who| who.resident).collect::<Vec<_>>(), [two.li]);
        let door = phone.door(keep);
        assert_eq!((door.note.as_deref(), door.residents[&two.li].name.as_str()), (Some("有狗"), "李强"));
        assert_eq!(door.residents[&two.wang[0]].telephones.len(), 2);
    }
    let listed = merge::merged(&two.world.town(), sup, ALL).unwrap().list;
    assert_eq!((listed.len(), listed[0].undoable, listed[0].reason.as_str()), (1, true, "同一户"));

    // A phone that was away visits the door that is shown no more.
    two.world.clock.pass(60_000);
    let late = two.other.visit_door(gone);
    two.settle();
    assert!(two.one.replica().timeline().household(keep, Part::all()).unwrap().iter().any(|kept| kept.id == late));
    assert_eq!(total(&two.world), now);

    let undone = undo(&mut two.world, sup, gone);
    assert_eq!((undone.keep, undone.removed, undone.stayed), (keep, vec![two.li], vec![]));
    two.settle();
    assert_eq!(total(&two.world), before);
    for phone in two.phones() {
        assert_eq!(phone.replica().doors().coverage(None, Period::ALL).unwrap(), before);
        assert_eq!(BTreeSet::from_iter(walk(phone)), BTreeSet::from([keep, gone]));
        let door = phone.door(keep);
        assert_eq!((door.note.as_deref(), door.residents[&two.wang[0]].telephones.len()), (None, 1));
        assert_eq!(door.residents[&two.wang[0]].birth_year, None);
        assert!(door.residents[&two.wang[0]].tags.is_empty() && door.residents[&two.li].removed);
    }
    let listed = merge::merged(&two.world.town(), sup, ALL).unwrap().list;
    assert!(!listed[0].undoable && listed[0].undone.as_ref().is_some_and(|undone| undone.reason == "原来是两户"));
    // And once more.
    merge(&mut two.world, sup, keep, gone);
    two.settle();
    assert_eq!(total(&two.world), now);
    assert_eq!(two.world.read_door(keep).residents.values().filter(|who| !who.removed).count(), 2);
}

#[test]
fn what_somebody_wrote_after_a_merge_stays_when_it_is_undone() {
    let mut two = twice();
    let (keep, gone, sup) = (two.keep, two.gone, two.sup.person);
    merge(&mut two.world, sup, keep, gone);
    two.settle();
    let (wang, li) = (two.wang[0], two.li);
    assert!(two.one.edit_door(keep, |door| {
        door.residents.get_mut(&wang).unwrap().birth_year = Some(1951);
        door.residents.get_mut(&li).unwrap().birth_year = Some(1980);
    }));
    two.settle();
    let undone = undo(&mut two.world, sup, gone);
    let stayed: Vec<_> = undone.stayed.iter().map(|one| (one.resident.unwrap(), one.field.as_str())).collect();
    assert_eq!(BTreeSet::from_iter(stayed), BTreeSet::from([(wang, "birth_year"), (li, "birth_year")]));
    two.settle();
    assert_eq!(two.world.read_door(keep).residents[&wang].birth_year, Some(1951));
}

#[test]
fn a_merge_is_for_supervisors_who_saw_the_doors_as_they_are() {
    let mut two = twice();
    let (keep, gone) = (two.keep, two.gone);
    let volunteer = two.world.with_role(Role::Volunteer, two.world.grids[0]);
    let elsewhere = two.world.with_role(Role::Supervisor, two.world.villages[1]);
    for by in [volunteer.person, two.one.person, elsewhere.person] {
        let denied = merge::preview(&two.world.town(), by, keep, gone, &Choices::new());
        assert!(matches!(denied, Err(AmendError::NotPermitted)), "{denied:?}");
        assert!(merge::pairs(&two.world.town(), by, None, ALL).unwrap().list.is_empty());
    }
    // Nor by hand.
    two.world.sync(&volunteer);
    assert!(volunteer.edit_door(gone, |door| door.merged_into = Some(keep)));
    assert_eq!(two.world.sync(&volunteer).refused, 1);
    let seen = previewed(&two.world, two.sup.person, keep, gone).seen;
    two.one.note(keep, "改过");
    two.settle();
    let sup = two.sup.person;
    let late = try_merge(&mut two.world, sup, (keep, gone), &Choices::new(), &seen);
    assert!(matches!(late, Err(AmendError::MovedOn)), "{late:?}");
    let without = {
        let seen = previewed(&two.world, sup, keep, gone).seen;
        let now = two.world.clock.pass(1_000);
        let town = two.world.town();
        merge::merge(&town, sup, (keep, gone), &Choices::new(), &seen, " ", now, &mut two.world.random)
    };
    assert!(matches!(without, Err(AmendError::Invalid(_))), "{without:?}");
    assert!(matches!(
        merge::undo(&two.world.town(), sup, gone, "x", two.world.now(), &mut two.world.random),
        Err(AmendError::NoDoor)
    ));
}

#[test]
fn two_supervisors_who_merge_each_way_at_once_lose_no_door() {
    let mut two = twice();
    let (keep, gone) = (two.keep, two.gone);
    let second = two.world.with_role(Role::Supervisor, two.world.root);
    two.world.sync(&second);
    let by_hand = |phone: &Phone, door: HouseholdId, into: HouseholdId| {
        let before = phone.door(door);
        let after = Household { merged_into: Some(into), ..before.clone() };
        phone.replica().households().edit(door, &before, &after, (phone.reading(), Role::Supervisor)).unwrap()
    };
    assert!(by_hand(&two.sup, gone, keep) && by_hand(&second, keep, gone));
    two.world.settle_and_agree(&[&two.one, &two.other, &two.sup, &second]);
    let now = total(&two.world);
    assert_eq!((now.doors, now.visited, now.pledges.on_paper), (1, 1, 2));
    for phone in [&two.one, &two.other, &two.sup, &second] {
        assert_eq!(walk(phone), [keep], "the first made");
        assert_eq!(phone.replica().doors().coverage(None, Period::ALL).unwrap(), now);
        assert_eq!(phone.replica().households().find("502", Part::all()).unwrap().len(), 1);
    }
    let by = two.sup.person;
    undo(&mut two.world, by, gone);
    undo(&mut two.world, by, keep);
    two.settle();
    assert_eq!(total(&two.world).doors, 2);
}

#[test]
fn a_door_of_another_grid_is_moved_for_its_merge_and_moved_back_and_goes_along_with_the_other() {
    let mut two = twice();
    let (keep, sup) = (two.keep, two.sup.person);
    let near = two.world.worker(1);
    let mut record = records::household("9");
    let who = fresh(&mut two.world);
    let telephones = BTreeSet::from(["12000001111".to_owned()]);
    record.residents.insert(who, Resident { telephones, ..records::resident("王芳") });
    let away = near.replica().households().save(two.world.grids[1], &record, near.reading()).unwrap();
    let visit = near.visit_door(away);
    two.world.settle_and_agree(&[&two.one, &two.sup, &near]);
    let before = total(&two.world);
    let pairs = merge::pairs(&two.world.town(), sup, None, ALL).unwrap().list;
    assert!(pairs.iter().any(|pair| (pair.one.household, pair.other.household) == (keep, away)));
    let preview = previewed(&two.world, sup, keep, away);
    let [from, to] = [two.world.grids[1], two.world.grids[0]];
    assert_eq!(preview.warnings, [Warning::OtherGrid { from, to }, Warning::OtherAddress]);
    merge(&mut two.world, sup, keep, away);
    two.world.settle_and_agree(&[&two.one, &two.sup, &near]);
    assert!(two.one.has(visit) && !near.has(away));
    assert_eq!(total(&two.world).doors, before.doors - 1);
    // Wherever the door goes that stays, the other goes.
    two.world.move_door(keep, 1);
    two.world.settle_and_agree(&[&two.one, &two.sup, &near]);
    assert!(near.has(visit) && !two.one.has(away));
    assert_eq!(total(&two.world).doors, before.doors - 1);
    two.world.move_door(keep, 0);
    undo(&mut two.world, sup, away);
    two.world.settle_and_agree(&[&two.one, &two.sup, &near]);
    assert!(near.has(visit) && near.has(away) && !two.one.has(away));
    assert_eq!(total(&two.world), before);
}

#[test]
fn a_field_that_two_wrote_is_settled_with_a_reason_for_everybody() {
    let mut two = twice();
    let keep = two.keep;
    two.one.note(keep, "甲说");
    two.world.clock.pass(5_000);
    two.other.note(keep, "乙说");
    two.settle();
    let sup = two.sup.person;
    assert_eq!(conflicts::count(&two.world.town(), sup).unwrap(), 1);
    assert_eq!(conflicts::count(&two.world.town(), two.one.person).unwrap(), 0);
    let listed = conflicts::list(&two.world.town(), sup, ALL).unwrap().list;
    let [conflict] = &listed[..] else { panic!("{listed:?}") };
    assert_eq!((conflict.name.as_str(), conflict.field.as_str(), conflict.can_settle), ("3-502", "note", true));
    let shown = two.one.door(keep).note;
    assert_eq!(conflict.values[0].value, shown, "what counts now stands first");
    let other = &conflict.values[1];
    assert!(other.by.as_ref().is_some_and(|by| by.name.is_some()));
    let seen: Vec<String> = conflict.values.iter().map(|value| value.change.clone()).collect();
    let settling = conflicts::Settling {
        document: keep.into(),
        path: &conflict.path,
        seen: &seen,
        change: &other.change,
        reason: "问过本人",
    };
    let now = two.world.clock.pass(1_000);
    let town = two.world.town();
    let denied = conflicts::settle(&town, two.one.person, &settling, now, &mut two.world.random);
    assert!(matches!(denied, Err(AmendError::NotPermitted)), "{denied:?}");
    let decision = conflicts::settle(&town, sup, &settling, now, &mut two.world.random).unwrap();
    let again = conflicts::settle(&town, sup, &settling, now, &mut two.world.random);
    assert!(matches!(again, Err(AmendError::MovedOn)), "{again:?}");
    two.settle();
    for phone in two.phones() {
        assert_eq!(phone.door(keep).note, other.value);
        assert!(phone.replica().conflicts().list(Part::all()).unwrap().is_empty());
        let Some(Record::Decision(why)) = phone.replica().record(decision).unwrap().map(|kept| kept.record) else {
            panic!("no reason")
        };
        assert_eq!((why.reason.as_str(), why.field.as_deref()), ("问过本人", Some("note")));
    }
    assert_eq!(conflicts::count(&town, sup).unwrap(), 0);
}

/// A door of the random town: how many live there, of whom who is called alike, state, consent.
type Shape = (u8, u8, usize, bool);

fn run(shapes: &[Shape], acts: &[(usize, u8, usize)], pair: (usize, usize), choice: u8) -> Result<(), TestCaseError> {
    let mut world = World::new();
    let (worker, sup) =
        (world.with_role(Role::GridWorker, world.villages[0]), world.with_role(Role::Supervisor, world.root));
    let mut doors: Vec<(HouseholdId, Vec<ResidentId>)> = Vec::new();
    for (at, (residents, alike, state, _)) in shapes.iter().enumerate() {
        let mut record = records::household(&format!("{}", at / 2));
        record.door = Door::KNOWN[*state % Door::KNOWN.len()].clone();
        let ids: Vec<ResidentId> = (0..*residents).map(|_| fresh(&mut world)).collect();
        for (place, id) in ids.iter().enumerate() {
            let name = if place < usize::from(*alike) { format!("某{place}") } else { format!("某{at}之{place}") };
            let app_installed = [None, Some(true), Some(false)][(at + place) % 3];
            record.residents.insert(*id, Resident { app_installed, ..records::resident(&name) });
        }
        let grid = world.grids[at % 2];
        doors.push((worker.replica().households().save(grid, &record, worker.reading()).unwrap(), ids));
    }
    world.settle(&[&worker, &sup]);
    for (door, what, which) in acts {
        let now = world.clock.pass(60_000);
        let (door, residents) = &doors[door % doors.len()];
        match what % 4 {
            0 => {
                let met = residents.iter().take(which % 3).copied().collect();
                let visit = Visit { met, ..records::door_visit(*door, now) };
                let id = worker.replica().visits().save(&visit, worker.reading()).unwrap();
                if which % 5 == 0 {
                    world.settle(&[&worker, &sup]);
                    let reviews = sup.replica().reviews();
                    let heads = reviews.heads(id).unwrap();
                    reviews.save(id, heads, ReviewState::Rejected, None, sup.reading()).unwrap();
                }
            }
            1 | 2 if !residents.is_empty() => {
                pledge(&worker, *door, residents[which % residents.len()]);
            }
            _ => {
                let reason = Some(Door::KNOWN[which % Door::KNOWN.len()].clone()).filter(|one| *one != Door::LivedIn);
                let consent = records::consent(*door, reason, now);
                sup.replica().pledges().consent(&consent, sup.reading()).unwrap();
            }
        }
    }
    world.settle_and_agree(&[&worker, &sup]);
    let before = total(&world);
    let (keep, gone) = (doors[pair.0 % doors.len()].0, doors[pair.1 % doors.len()].0);
    if keep == gone {
        return Ok(());
    }
    let choices: Choices = match choice % 3 {
        0 => Choices::new(),
        1 => doors[pair.1 % doors.len()].1.iter().map(|who| (*who, Choice::Leave)).collect(),
        _ => doors[pair.1 % doors.len()].1.iter().map(|who| (*who, Choice::Copy)).collect(),
    };
    let seen = previewed(&world, sup.person, keep, gone).seen;
    try_merge(&mut world, sup.person, (keep, gone), &choices, &seen).unwrap();
    world.settle_and_agree(&[&worker, &sup]);
    prop_assert_eq!(total(&world).doors, before.doors - 1);
    prop_assert_eq!(total(&world).pledges, before.pledges);
    prop_assert_eq!(worker.replica().doors().coverage(None, Period::ALL).unwrap(), total(&world));
    let undone = undo(&mut world, sup.person, gone);
    prop_assert!(undone.stayed.is_empty());
    world.settle_and_agree(&[&worker, &sup]);
    prop_assert_eq!(total(&world), before);
    prop_assert_eq!(worker.replica().doors().coverage(None, Period::ALL).unwrap(), before);
    Ok(())
}

#[test]
fn l1_merging_and_taking_apart_leaves_every_count_as_it_was() {
    const CASES: u32 = 5;
    let cases = std::env::var("QIAOMEN_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let config = ProptestConfig { cases, max_shrink_iters: 50, failure_persistence: None, ..ProptestConfig::default() };
    let shapes = prop::collection::vec((0_u8..4, 0_u8..3, 0_usize..6, any::<bool>()), 2..7);
    let acts = prop::collection::vec((0_usize..7, 0_u8..4, 0_usize..30), 0..25);
    let all = (shapes, acts, (0_usize..7, 0_usize..7), 0_u8..3);
    let tried = TestRunner::new(config).run(&all, |(shapes, acts, pair, choice)| run(&shapes, &acts, pair, choice));
    assert!(tried.is_ok(), "{}", tried.unwrap_err());
}

#[test]
fn an_alert_that_names_a_merged_door_is_found_from_the_one_that_stays() {
    let mut two = twice();
    let (keep, gone, sup) = (two.keep, two.gone, two.sup.person);
    let mut alert = records::alert(two.world.grids[0], Level::High, two.world.now());
    (alert.household, alert.resident) = (Some(gone), Some(two.li));
    let alert = two.world.enter(alert);
    merge(&mut two.world, sup, keep, gone);
    two.settle();
    let happened = two.sup.replica().timeline().household(keep, Part::all()).unwrap();
    assert!(happened.iter().any(|kept| kept.id == DocumentId::from(alert)));
    // And the dossier of somebody who stood behind both has what was recorded at either, whichever it names.
    for (door, who) in [(gone, two.wang[1]), (keep, two.wang[0])] {
        let mut alert = records::alert(two.world.grids[0], Level::High, two.world.now());
        (alert.household, alert.resident) = (Some(door), Some(who));
        alert.telephone = None;
        alert.name = "王芳".to_owned();
        let alert = two.world.enter(alert);
        two.settle();
        let here = two.sup.replica().dossiers().of(alert).unwrap();
        let there = dossier(&two.world.town(), alert, sup).unwrap().unwrap().entries;
        let pledges = |kinds: Vec<Kind>| kinds.into_iter().filter(|kind| *kind == Kind::Pledge).count();
        assert_eq!(pledges(here.into_iter().map(|entry| entry.kind).collect()), 2);
        assert_eq!(pledges(there.into_iter().map(|entry| entry.kind).collect()), 2);
    }
    // Whoever is listed is listed once, at the door that stays.
    let asked = Asked { person: sup, area: None, skip: 0, take: 10 };
    let unsigned = Reports::of(&two.world.town()).unwrap().unsigned(&asked, Period::ALL).unwrap().list;
    assert_eq!(unsigned.iter().map(|line| line.line.household).collect::<Vec<_>>(), [keep]);
}
