//! Coverage against a count by brute force, written on its own: from the server's records, door by door.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use qiaomen_core::doors::{Coverage, Period};
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{
    AreaId, Consent, DocumentId, Door, Explained, Given, Household, HouseholdId, Kind, Outcome, Pledge, Purpose,
    Record, ResidentId, ReviewState, Role, Scope, Tag, Time, Visit,
};
use qiaomen_core::replica::{Order, Part};
use qiaomen_server::report::{By, Reports, Span, Step, history};

use crate::harness::{Phone, World, records, start};

/// One thing that happens; numbers pick among what there is.
#[derive(Clone, Debug)]
enum Act {
    Door { grid: bool, residents: u8 },
    State { door: usize, state: usize, removed: bool },
    Resident { door: usize, which: usize, what: u8 },
    Visit { door: usize, outcome: usize, given: u8, explained: u16 },
    Pledge { door: usize, which: usize, filed: bool, drawn: bool },
    Correct { pledge: usize, void: bool, other: usize },
    Consent { door: usize, second: bool, reason: usize },
    Review { of: usize, second: bool, state: usize },
    Move { door: usize, grid: bool },
    Sync { who: usize },
}

fn act() -> impl Strategy<Value = Act> {
    let some = || 0..64_usize;
    prop_oneof![
        2 => (any::<bool>(), 0..4_u8).prop_map(|(grid, residents)| Act::Door { grid, residents }),
        2 => (some(), 0..4_usize, prop::bool::weighted(0.1))
            .prop_map(|(door, state, removed)| Act::State { door, state, removed }),
        2 => (some(), some(), 0..5_u8).prop_map(|(door, which, what)| Act::Resident { door, which, what }),
        5 => (some(), some(), any::<u8>(), any::<u16>())
            .prop_map(|(door, outcome, given, explained)| Act::Visit { door, outcome, given, explained }),
        4 => (some(), some(), any::<bool>(), any::<bool>())
            .prop_map(|(door, which, filed, drawn)| Act::Pledge { door, which, filed, drawn }),
        2 => (some(), any::<bool>(), some()).prop_map(|(pledge, void, other)| Act::Correct { pledge, void, other }),
        3 => (some(), any::<bool>(), 0..4_usize).prop_map(|(door, second, reason)| Act::Consent { door, second, reason }),
        3 => (some(), any::<bool>(), 0..3_usize).prop_map(|(of, second, state)| Act::Review { of, second, state }),
        1 => (some(), any::<bool>()).prop_map(|(door, grid)| Act::Move { door, grid }),
        3 => (0..3_usize).prop_map(|who| Act::Sync { who }),
    ]
}

/// Every record of the server of one kind, with its acceptance number, by that.
fn all<T>(world: &World, kind: Kind, read: fn(Record) -> Option<T>) -> Vec<(u64, DocumentId, Scope, T)> {
    let records = world.town().records(&kind).unwrap().into_iter();
    let mut found: Vec<_> = records
        .filter_map(|(stored, record)| Some((stored.acceptance, stored.id, stored.scope, read(record)?)))
        .collect();
    found.sort_by_key(|(number, ..)| *number);
    found
}

macro_rules! every {
    ($world:expr, $kind:ident) => {
        all($world, Kind::$kind, |record| if let Record::$kind(found) = record { Some(found) } else { None })
    };
}

/// What the records come to, counted the long way.
fn brute(world: &World, grid: AreaId, period: Period) -> Coverage {
    let households: Vec<(u64, DocumentId, Scope, Household)> = every!(world, Household);
    let mut visits: Vec<(u64, DocumentId, Scope, Visit)> = every!(world, Visit);
    let mut pledges: Vec<(u64, DocumentId, Scope, Pledge)> = every!(world, Pledge);
    let consents: Vec<(u64, DocumentId, Scope, Consent)> = every!(world, Consent);
    let mut rejected = BTreeSet::new();
    for (_, _, _, review) in every!(world, Review) {
        // In the order of acceptance: the last word stays.
        if review.state == ReviewState::Rejected {
            rejected.insert(review.of)
        } else {
            rejected.remove(&review.of)
        };
    }
    visits.retain(|(_, id, ..)| !rejected.contains(id));
    pledges.retain(|(_, id, ..)| !rejected.contains(id));
    let corrected: BTreeSet<DocumentId> = pledges.iter().filter_map(|(.., pledge)| pledge.corrects).collect();
    pledges.retain(|(_, id, _, pledge)| !corrected.contains(id) && !pledge.void);
    let inside =
        |time: Time| period.from.is_none_or(|from| time >= from) && period.until.is_none_or(|until| time < until);
    let mut sum = Coverage::default();
    for (_, id, scope, household) in households {
        if scope != Scope::Grid(grid) || household.removed {
            continue;
        }
        let door = HouseholdId::from(id);
        sum.doors += 1;
        let of_door: Vec<&Pledge> = pledges
            .iter()
            .map(|(.., pledge)| pledge)
            .filter(|pledge| pledge.household == door && inside(pledge.at))
            .collect();
        for pledge in &of_door {
            if pledge.signature.is_some() {
                sum.pledges.on_screen += 1;
            } else {
                sum.pledges.on_paper += 1;
                if pledge.archive_number.is_none() {
                    sum.pledges.unfiled += 1;
                }
            }
        }
        let word = consents.iter().rfind(|(.., consent)| consent.household == door).map(|(.., consent)| consent);
        if word.is_some_and(|word| word.out_of_count && word.reason.as_ref() == Some(&household.door)) {
            match household.door {
                Door::Vacant => sum.left_out.vacant += 1,
                Door::Demolished => sum.left_out.demolished += 1,
                Door::LongAbsent => sum.left_out.long_absent += 1,
                other => panic!("{other}"),
            }
            continue;
        }
        sum.counted += 1;
        let went: Vec<&Visit> = visits
            .iter()
            .map(|(.., visit)| visit)
            .filter(|visit| visit.household == Some(door) && visit.purpose == Purpose::Door && inside(visit.ended))
            .collect();
        let came = |outcome: Outcome| went.iter().any(|visit| visit.outcome == outcome);
        if came(Outcome::Met) {
            sum.visited += 1;
        } else if came(Outcome::TelephoneOnly) {
            sum.telephone_only += 1;
        } else if came(Outcome::Refused) {
            sum.refused += 1;
        } else if !went.is_empty() {
            sum.in_vain += 1;
        } else {
            sum.never_tried += 1;
        }
        let mut given = BTreeSet::new();
        let mut told = BTreeSet::new();
        for visit in &went {
            given.extend(visit.given.iter().map(|what| what.word().to_owned()));
            if visit.outcome == Outcome::Met {
                told.extend(visit.explained.iter().map(|what| what.word().to_owned()));
            }
        }
        sum.letter += u64::from(given.contains("open_letter"));
        sum.card += u64::from(given.contains("contact_card"));
        sum.pledge_given += u64::from(given.contains("pledge"));
        let others = ["personal_information", "app", "cases"];
        let [information, app, cases] = others.map(|word| told.contains(word));
        let fraud = told.iter().any(|word| !others.contains(&word.as_str()));
        sum.explained.fraud += u64::from(fraud);
        sum.explained.personal_information += u64::from(information);
        sum.explained.app += u64::from(app);
        sum.explained.cases += u64::from(cases);
        sum.explained.all += u64::from(fraud && information && app && cases);
        sum.pledged += u64::from(!of_door.is_empty());
        for (resident, who) in &household.residents {
            if who.removed || who.left_town {
                continue;
            }
            sum.residents.here += 1;
            let signed = of_door.iter().any(|pledge| pledge.resident == *resident);
            *if signed { &mut sum.residents.signed } else { &mut sum.residents.unsigned } += 1;
            *match who.app_installed {
                Some(true) => &mut sum.residents.app_installed,
                Some(false) => &mut sum.residents.app_missing,
                None => &mut sum.residents.app_not_looked,
            } += 1;
        }
    }
    sum
}

/// The phones: of a worker for both grids, of two supervisors.
struct Run {
    world: World,
    phones: [Phone; 3],
    pledges: Vec<(DocumentId, HouseholdId, ResidentId)>,
    reviewed: Vec<DocumentId>,
}

fn some<T: Clone>(list: &[T], at: usize) -> Option<T> {
    if list.is_empty() { None } else { Some(list[at % list.len()].clone()) }
}

impl Run {
    fn doors(&self) -> Vec<(HouseholdId, Household)> {
        let list = self.phones[0].replica().households().list(None, Order::Walking, Part::all()).unwrap();
        list.into_iter().map(|line| (line.household.id.into(), line.household.record)).collect()
    }

    fn act(&mut self, act: &Act, room: usize) -> Option<()> {
        // Seven hours, so that what happens lies on several days.
        let now = self.world.clock.pass(7 * 3_600_000);
        let [worker, first, second] = &self.phones;
        match act {
            Act::Door { grid, residents } => {
                let mut household = records::household(&room.to_string());
                for number in 0..*residents {
                    let id = ResidentId::fresh(now, &mut self.world.random);
                    household.residents.insert(id, records::resident(&format!("某{number}")));
                }
                let grid = self.world.grids[usize::from(*grid)];
                worker.replica().households().save(grid, &household, worker.reading()).unwrap();
            }
            Act::State { door, state, removed } => {
                let (door, _) = some(&self.doors(), *door)?;
                worker.edit_door(door, |found| found.door = Door::KNOWN[*state].clone());
                // Only a supervisor may say that there is no such door.
                if *removed && first.has(door) {
                    first.edit_door(door, |found| found.removed = !found.removed);
                }
            }
            Act::Resident { door, which, what } => {
                let (door, before) = some(&self.doors(), *door)?;
                let who = some(&before.residents.into_keys().collect::<Vec<_>>(), *which)?;
                worker.edit_door(door, |found| {
                    let resident = found.residents.get_mut(&who).unwrap();
                    match what {
                        0 => resident.app_installed = Some(true),
                        1 => resident.app_installed = Some(false),
                        2 => resident.left_town = !resident.left_town,
                        3 => resident.tags = [Tag::EasilyDeceived].into(),
                        _ => resident.removed = true,
                    }
                });
            }
            Act::Visit { door, outcome, given, explained } => {
                let (door, _) = some(&self.doors(), *door)?;
                let mut visit = records::door_visit(door, now);
                visit.outcome = Outcome::KNOWN[outcome % Outcome::KNOWN.len()].clone();
                let bit = |bits: u16, at: usize| bits >> at & 1 == 1;
                visit.given = picked(Given::KNOWN, |at| bit(u16::from(*given), at));
                visit.explained = picked(Explained::KNOWN, |at| bit(*explained, at));
                self.reviewed.push(worker.replica().visits().save(&visit, worker.reading()).unwrap());
            }
            Act::Pledge { door, which, filed, drawn } => {
                let (door, household) = some(&self.doors(), *door)?;
                let who = some(&household.residents.into_keys().collect::<Vec<_>>(), *which)?;
                let mut pledge = records::pledge(door, who, now);
                pledge.archive_number = filed.then(|| "A-1".to_owned());
                pledge.signature = drawn.then(records::signature);
                let id = worker.replica().pledges().save(&pledge, worker.reading()).unwrap();
                self.pledges.push((id, door, who));
                self.reviewed.push(id);
            }
            Act::Correct { pledge, void, other } => {
                let (corrects, door, who) = some(&self.pledges, *pledge)?;
                let residents = worker.door(door).residents.into_keys().collect::<Vec<_>>();
                let who = if *void { who } else { some(&residents, *other)? };
                let mut pledge = records::pledge(door, who, now);
                (pledge.corrects, pledge.void) = (Some(corrects), *void);
                let id = worker.replica().pledges().save(&pledge, worker.reading()).unwrap();
                self.pledges.push((id, door, who));
                self.reviewed.push(id);
            }
            Act::Consent { door, second: other, reason } => {
                let (door, _) = some(&self.doors(), *door)?;
                let phone = if *other { second } else { first };
                if phone.has(door) {
                    let reason = Some(Door::KNOWN[*reason].clone()).filter(|reason| *reason != Door::LivedIn);
                    let consent = records::consent(door, reason, now);
                    phone.replica().pledges().consent(&consent, phone.reading()).unwrap();
                }
            }
            Act::Review { of, second: other, state } => {
                let of = some(&self.reviewed, *of)?;
                let phone = if *other { second } else { first };
                if phone.has(of) {
                    let reviews = phone.replica().reviews();
                    let state = ReviewState::KNOWN[*state].clone();
                    reviews.save(of, reviews.heads(of).unwrap(), state, None, phone.reading()).unwrap();
                }
            }
            Act::Move { door, grid } => {
                let (door, _) = some(&self.doors(), *door)?;
                let grid = self.world.grids[usize::from(*grid)];
                if second.has(door) {
                    second.edit_door(door, |found| found.grid = Some(grid));
                }
            }
            Act::Sync { who } => {
                self.world.sync(&self.phones[*who]);
            }
        }
        Some(())
    }
}

fn picked<T: Clone + Ord>(all: &[T], is: impl Fn(usize) -> bool) -> BTreeSet<T> {
    all.iter().enumerate().filter(|(at, _)| is(*at)).map(|(_, what)| what.clone()).collect()
}

fn run(acts: &[Act]) -> Result<(), TestCaseError> {
    let mut world = World::new();
    let worker = world.with_role(Role::GridWorker, world.villages[0]);
    let phones = [worker, world.with_role(Role::Supervisor, world.root), world.with_role(Role::Supervisor, world.root)];
    let mut run = Run { world, phones, pledges: Vec::new(), reviewed: Vec::new() };
    for (number, act) in acts.iter().enumerate() {
        run.act(act, number);
    }
    let phones: Vec<&Phone> = run.phones.iter().collect();
    run.world.settle_and_agree(&phones);
    let middle = Period {
        from: Some(start().plus_hours(7 * acts.len() as i64 / 4)),
        until: Some(start().plus_hours(7 * acts.len() as i64 * 3 / 4)),
    };
    let town = run.world.town();
    let reports = Reports::of(&town).unwrap();
    for period in [Period::ALL, middle] {
        let found = reports.coverage(None, By::Grid, period).unwrap();
        let mut sum = Coverage::default();
        for part in &found.parts {
            prop_assert_eq!(part.coverage, brute(&run.world, part.area.id, period));
            sum += part.coverage;
        }
        prop_assert_eq!(found.total, sum);
        let of = sum;
        let out = of.left_out;
        prop_assert_eq!(of.doors, of.counted + out.vacant + out.demolished + out.long_absent);
        prop_assert_eq!(of.counted, of.visited + of.telephone_only + of.refused + of.in_vain + of.never_tried);
        for phone in &phones {
            prop_assert_eq!(phone.replica().doors().coverage(None, period).unwrap(), sum);
        }
    }
    agrees_over_time(&run.world, acts.len() as i64 * 7)
}

/// Each point of a history says what the long way of counting says of the period that ends there.
fn agrees_over_time(world: &World, hours: i64) -> Result<(), TestCaseError> {
    let (from, to) = (start().plus_hours(hours / 5), start().plus_hours(hours));
    for (step, before) in [(Step::Weeks, true), (Step::Months, false), (Step::Weeks, false)] {
        let found = history(&world.town(), None, Span { from, to, step, before }).unwrap();
        prop_assert_eq!(found.points.last().map(|point| point.until), Some(to));
        for point in &found.points {
            let period = Period { from: Some(from).filter(|_| !before), until: Some(point.until) };
            let mut sum = Coverage::default();
            for grid in &world.grids {
                sum += brute(world, *grid, period);
            }
            prop_assert_eq!(
                (found.counted, point.tried, point.met),
                (sum.counted, sum.counted - sum.never_tried, sum.visited)
            );
            prop_assert_eq!((point.pledged, point.app), (sum.pledged, sum.explained.app));
            prop_assert_eq!((found.residents, found.app_installed), (sum.residents.here, sum.residents.app_installed));
        }
    }
    Ok(())
}

#[test]
fn l1_l2_w2_w5_coverage_equals_a_count_by_brute_force() {
    const CASES: u32 = 6;
    let cases = std::env::var("QIAOMEN_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let config =
        ProptestConfig { cases, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() };
    let tried = TestRunner::new(config).run(&prop::collection::vec(act(), 40..160), |acts| run(&acts));
    assert!(tried.is_ok(), "{}", tried.unwrap_err());
}
