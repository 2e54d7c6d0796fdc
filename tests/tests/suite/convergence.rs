//! Whatever happens in whatever order: afterwards all agree.

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use qiaomen_core::record::{
    DocumentId, Door, HouseholdId, Level, Outcome, PersonId, Purpose, ResidentId, Risk, Role, SeededRandom, Tag, Value,
};
use qiaomen_core::replica::{Part, ReplicaError};

use crate::harness::wire::Fault;
use crate::harness::{Phone, World, records};

/// One thing that happens on one phone.
#[derive(Clone, Debug)]
enum Act {
    Add,
    Note {
        door: usize,
        text: u8,
    },
    Door {
        door: usize,
        vacant: bool,
    },
    Resident {
        door: usize,
    },
    EditResident {
        door: usize,
        tag: u8,
    },
    Visit {
        door: usize,
    },
    EditVisit {
        visit: usize,
    },
    Fact {
        alert: usize,
        kind: u8,
    },
    /// Not every phone's person may; the server refuses.
    Forbidden {
        alert: usize,
    },
    Settle,
    /// One exchange.
    Step,
    Fault(Fault),
    Pace {
        page: u32,
        batch: u32,
    },
    Restart,
    /// The office writes.
    Office {
        door: usize,
    },
    /// A new alert comes.
    Alert,
    Minutes(i64),
    /// The server's folder is copied.
    BackUp,
    /// The last copy is put in the place of what there is.
    Restore,
    /// The first worker's grids become these.
    Reassign(u8),
    /// A household and its visits go to another grid.
    Move {
        door: usize,
        grid: usize,
    },
}

/// What may happen besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Also {
    /// The office writes, and nothing is ever lost.
    Office,
    /// Restores; what the office writes then is nobody's to bring back.
    Restores,
    /// People and doors move.
    Moves,
    /// Restores, and people move.
    Both,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::LoseRequest),
        Just(Fault::LoseAnswer),
        Just(Fault::Twice),
        (0..40_usize).prop_map(Fault::Late),
    ]
}

fn act(also: Also) -> impl Strategy<Value = Act> {
    let number = 0..8_usize;
    let rare = match also {
        Also::Office => prop_oneof![number.clone().prop_map(|door| Act::Office { door }), Just(Act::Alert)].boxed(),
        Also::Restores => prop_oneof![2 => Just(Act::BackUp), 3 => Just(Act::Restore)].boxed(),
        Also::Both => {
            prop_oneof![2 => Just(Act::BackUp), 3 => Just(Act::Restore), 3 => (0..4_u8).prop_map(Act::Reassign)].boxed()
        }
        Also::Moves => prop_oneof![
            (0..4_u8).prop_map(Act::Reassign),
            (number.clone(), 0..2_usize).prop_map(|(door, grid)| Act::Move { door, grid })
        ]
        .boxed(),
    };
    prop_oneof![
        3 => rare,
        2 => Just(Act::Add),
        4 => (number.clone(), 0..4_u8).prop_map(|(door, text)| Act::Note { door, text }),
        2 => (number.clone(), any::<bool>()).prop_map(|(door, vacant)| Act::Door { door, vacant }),
        3 => number.clone().prop_map(|door| Act::Resident { door }),
        3 => (number.clone(), 0..3_u8).prop_map(|(door, tag)| Act::EditResident { door, tag }),
        3 => number.clone().prop_map(|door| Act::Visit { door }),
        1 => number.clone().prop_map(|visit| Act::EditVisit { visit }),
        3 => (number.clone(), 0..6_u8).prop_map(|(alert, kind)| Act::Fact { alert, kind }),
        1 => number.clone().prop_map(|alert| Act::Forbidden { alert }),
        1 => Just(Act::Settle),
        14 => Just(Act::Step),
        6 => fault().prop_map(Act::Fault),
        3 => prop_oneof![Just((1, 1)), Just((300, 400)), Just((1 << 20, 1 << 20)), Just((1, 1 << 20))]
            .prop_map(|(page, batch)| Act::Pace { page, batch }),
        2 => Just(Act::Restart),
        2 => (1..3_000_i64).prop_map(Act::Minutes),
    ]
}

fn trace(also: Also) -> impl Strategy<Value = (usize, Vec<(usize, Act)>)> {
    (2..5_usize).prop_flat_map(move |phones| (Just(phones), prop::collection::vec((0..phones, act(also)), 10..70)))
}

/// The n-th door that the phone has.
fn door(phone: &Phone, number: usize) -> Option<HouseholdId> {
    let mut doors: Vec<DocumentId> =
        phone.replica().snapshot().unwrap().documents.into_iter().map(|one| one.id).collect();
    doors.retain(|id| phone.replica().households().get((*id).into()).is_ok_and(|found| found.is_some()));
    (!doors.is_empty()).then(|| doors[number % doors.len()].into())
}

struct Town {
    world: World,
    phones: Vec<Phone>,
    random: SeededRandom,
    backup: std::path::PathBuf,
}

impl Town {
    fn new(phones: usize) -> Self {
        let mut world = World::new();
        world.door(0, "1");
        world.door(0, "2");
        world.alert(0, Level::High, world.now());
        let mut carried = vec![world.worker(0), world.with_role(Role::TeamHead, world.villages[0])];
        if phones > 2 {
            carried.push(world.with_role(Role::Police, world.root));
        }
        if phones > 3 {
            carried.push(world.worker(0));
        }
        let backup = world.back_up();
        Self { world, phones: carried, random: SeededRandom::new(99), backup }
    }

    fn act(&mut self, number: usize, act: &Act) -> Result<(), String> {
        let world = &mut self.world;
        if let Act::Restart = act {
            self.phones[number].restart();
            return Ok(());
        }
        let phone = &self.phones[number];
        match act {
            Act::Restart => {}
            Act::Add => {
                let writing = (phone.reading(), role(number));
                phone.replica().households().save(world.grids[0], &records::household("新"), writing).unwrap();
            }
            Act::Note { door: which, text } => {
                if let Some(id) = door(phone, *which) {
                    phone.edit_door(id, |household| household.note = Some(format!("备注{text}")));
                }
            }
            Act::Door { door: which, vacant } => {
                if let Some(id) = door(phone, *which) {
                    let word = if *vacant { Door::Vacant } else { Door::LongAbsent };
                    phone.edit_door(id, |household| household.door = word);
                }
            }
            Act::Resident { door: which } => {
                if let Some(id) = door(phone, *which) {
                    let who = ResidentId::fresh(world.clock.pass(1), &mut self.random);
                    phone.edit_door(id, |household| {
                        household.residents.insert(who, records::resident("住户"));
                    });
                }
            }
            Act::EditResident { door: which, tag } => {
                if let Some(id) = door(phone, *which) {
                    phone.edit_door(id, |household| {
                        let tag = [Tag::Elderly, Tag::Student, Tag::FinanceStaff][usize::from(*tag)].clone();
                        let Some(found) = household.residents.values_mut().next() else { return };
                        if !found.tags.remove(&tag) {
                            found.tags.insert(tag);
                        }
                    });
                }
            }
            Act::Visit { door: which } => {
                if let Some(id) = door(phone, *which) {
                    visit_door(phone, number, id);
                }
            }
            Act::EditVisit { visit } => edit_visit(phone, *visit),
            Act::Fact { alert, kind } => fact(phone, number, self.phones[0].person, *alert, *kind),
            Act::Forbidden { alert } => {
                let alerts = phone.replica().alerts().list(Part::all()).unwrap();
                if let Some(found) = (!alerts.is_empty()).then(|| &alerts[alert % alerts.len()]) {
                    let writing = (phone.reading(), Role::Volunteer);
                    phone.replica().alerts().raise(found.id.into(), Level::Extreme, None, writing).unwrap();
                }
            }
            Act::Settle => settle(phone),
            Act::Step => match world.step(phone) {
                Ok(_) | Err(ReplicaError::Offline) => {}
                Err(error) => return Err(format!("phone {number}: {error:?}")),
            },
            Act::Fault(fault) => phone.wire.next(*fault),
            Act::Pace { page, batch } => phone.pace(*page, *batch),
            Act::Office { door: which } => {
                if let Some(id) =
                    door(phone, *which).filter(|id| world.town().document((*id).into()).unwrap().is_some())
                {
                    office(world, id);
                }
            }
            Act::Alert => {
                world.alert(0, Level::Medium, world.now());
            }
            Act::BackUp => self.backup = world.back_up(),
            Act::Restore => world.restore(&self.backup),
            Act::Reassign(which) => {
                let worker = self.phones[0].person;
                let grids = [vec![0], vec![1], vec![0, 1], vec![]][usize::from(*which)].clone();
                let roles: Vec<_> =
                    grids.into_iter().map(|grid: usize| (Role::GridWorker, world.grids[grid])).collect();
                world.reassign(worker, &roles);
            }
            Act::Move { door: which, grid } => {
                if let Some(id) =
                    door(phone, *which).filter(|id| world.town().document((*id).into()).unwrap().is_some())
                {
                    world.move_door(id, *grid);
                }
            }
            Act::Minutes(minutes) => {
                world.clock.pass(minutes * 60_000);
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        self.settle_all()?;
        // Every second of what was held for a decision is accepted.
        for held in self.world.town().held().unwrap() {
            let by = qiaomen_server::access::SYSTEM;
            self.world.town().decide(held.number, held.number % 2 == 0, by, self.world.now()).unwrap();
        }
        self.settle_all()?;
        let phones: Vec<&Phone> = self.phones.iter().collect();
        let mut found = crate::harness::agree::disagreements(&self.world, &phones);
        found.truncate(6);
        if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
    }

    fn settle_all(&mut self) -> Result<(), String> {
        for _ in 0..3 {
            for (number, phone) in self.phones.iter().enumerate() {
                phone.wire.heal();
                self.world.try_sync(phone).map_err(|error| format!("phone {number} at the end: {error:?}"))?;
            }
        }
        Ok(())
    }
}

/// The role in which a phone's person writes; once they were moved, the phone does not find one itself.
fn role(number: usize) -> Role {
    [Role::GridWorker, Role::TeamHead, Role::Police, Role::GridWorker][number].clone()
}

fn visit_door(phone: &Phone, number: usize, id: HouseholdId) {
    let now = phone.replica().corrected(&phone.reading()).unwrap().time;
    phone.replica().visits().save(&records::door_visit(id, now), (phone.reading(), role(number))).unwrap();
}

fn office(world: &mut World, id: HouseholdId) {
    let before = world.read_door(id);
    let mut after = before.clone();
    after.note = Some(format!("办公室{}", world.now().millis()));
    let edits = qiaomen_core::record::Record::from(before)
        .fields()
        .difference(&qiaomen_core::record::Record::from(after).fields());
    world.office(qiaomen_server::author::Draft::Edit { id: id.into(), edits });
}

fn edit_visit(phone: &Phone, number: usize) {
    let mut found: Vec<_> = phone.replica().snapshot().unwrap().documents.into_iter().map(|one| one.id).collect();
    found.retain(|id| {
        phone
            .replica()
            .visits()
            .get(*id)
            .is_ok_and(|visit| visit.is_some_and(|visit| visit.header.author == phone.person))
    });
    if !found.is_empty() {
        let id = found[number % found.len()];
        let before = phone.replica().visits().get(id).unwrap().unwrap().record;
        let mut after = before.clone();
        after.note = Some(format!("补记{number}"));
        phone.replica().visits().edit(id, &before, &after, phone.reading()).unwrap();
    }
}

fn fact(phone: &Phone, number: usize, helper: PersonId, alert: usize, kind: u8) {
    let alerts = phone.replica().alerts().list(Part::all()).unwrap();
    if alerts.is_empty() {
        return;
    }
    let id = alerts[alert % alerts.len()].id.into();
    let now = phone.replica().corrected(&phone.reading()).unwrap().time;
    let reading = (phone.reading(), role(number));
    let replica = phone.replica();
    let done = match kind {
        0 => replica.alerts().receipt(id, reading),
        1 => replica.alerts().feedback(id, Some("已见面".to_owned()), reading),
        2 => replica.alerts().clear(id, None, (reading.0, Role::TeamHead)),
        3 => {
            let risk = Some(Risk::MayBeDefraudedAgain);
            let visit = records::alert_visit(id, Purpose::Dissuasion, Outcome::Met, risk, now);
            replica.visits().save(&visit, reading)
        }
        4 => replica.alerts().send(id, helper, None, reading),
        _ => {
            let visit = records::alert_visit(id, Purpose::FollowUp, Outcome::NobodyHome, None, now);
            replica.visits().save(&visit, reading)
        }
    };
    done.unwrap();
}

fn settle(phone: &Phone) {
    for found in phone.replica().conflicts().list(Part::first(1)).unwrap() {
        for field in found.fields {
            let value: Value = field.values[0].value.clone();
            phone.replica().conflicts().settle(found.id, &field.path, value, phone.reading()).unwrap();
        }
    }
}

/// Cases that are run every time, whatever the dice say: a regression is found by the first run after it, and
/// not by the first that happens to meet it.
const SEEDS: [u8; 3] = [1, 2, 3];

/// As many cases of each kind as are tried anew each time.
const FRESH: u32 = 3;

/// The cases of [`SEEDS`], and then others.
fn agree(also: Also) {
    let config =
        |cases| ProptestConfig { cases, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() };
    let try_all = |mut runner: TestRunner, which: &str| {
        let tried = runner.run(&trace(also), |(phones, acts)| run(phones, &acts));
        assert!(tried.is_ok(), "{which}: {}", tried.unwrap_err());
    };
    for seed in SEEDS {
        let dice = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        try_all(TestRunner::new_with_rng(config(1), dice), &format!("seed {seed}"));
    }
    let fresh = std::env::var("QIAOMEN_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(FRESH);
    try_all(TestRunner::new(config(fresh)), "fresh");
}

#[test]
fn phones_and_server_agree_whatever_happens() {
    agree(Also::Office);
}

#[test]
fn phones_and_server_agree_whatever_is_restored_in_between() {
    agree(Also::Restores);
}

#[test]
fn phones_and_server_agree_whoever_and_whatever_moves() {
    agree(Also::Moves);
}

#[test]
fn phones_and_server_agree_whoever_moves_and_whatever_is_restored() {
    agree(Also::Both);
}

fn run(phones: usize, acts: &[(usize, Act)]) -> Result<(), TestCaseError> {
    let mut town = Town::new(phones);
    for (at, (phone, act)) in acts.iter().enumerate() {
        let done = town.act(*phone, act);
        prop_assert!(done.is_ok(), "act {}: {}", at, done.unwrap_err());
    }
    let ended = town.end();
    prop_assert!(ended.is_ok(), "{}", ended.unwrap_err());
    Ok(())
}
