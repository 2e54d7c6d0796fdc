//! Phones' replicas against the server's own judgement, in one process and without HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use qiaomen_core::clock::Reading;
use qiaomen_core::protocol::limits::{MAX_REQUEST_INFLATED, PAGE_BYTES};
use qiaomen_core::protocol::{CommonRequest, EnrolRequest, ExchangeRequest, SalvageRequest, decode, encode, unpack};
use qiaomen_core::record::{
    Address, Alert, Area, AreaId, AreaLevel, Assignment, AssignmentId, Door, Household, HouseholdId, Level, Origin,
    Outcome, Person, PersonId, Purpose, Random, Record, Role, Scope, SeededRandom, Time, Visit, random,
};
use qiaomen_core::replica::{Order, Part, Replica, ReplicaError};
use qiaomen_core::store::{Mark, Pace};
use qiaomen_core::transport::{Answer, Transport, TransportError};
use qiaomen_server::accept::AcceptError;
use qiaomen_server::access::SYSTEM;
use qiaomen_server::author::{Author, Draft};
use qiaomen_server::town::Town;

/// The server, asked directly.
struct Direct {
    town: Mutex<Arc<Town>>,
    now: Mutex<Time>,
    random: Mutex<SeededRandom>,
    /// One answer in so many is lost; 0 for none.
    lossy: u32,
}

fn rejected(error: &AcceptError) -> TransportError {
    use qiaomen_core::protocol::Code;
    match error.code() {
        Code::Revoked => TransportError::Revoked,
        Code::SignedOut => TransportError::SignedOut,
        code => TransportError::Problem(code),
    }
}

impl Direct {
    fn town(&self) -> Arc<Town> {
        self.town.lock().unwrap().clone()
    }

    fn now(&self) -> Time {
        *self.now.lock().unwrap()
    }

    fn lost(&self) -> bool {
        self.lossy > 0 && u32::from_le_bytes(random::bytes(&mut *self.random.lock().unwrap())) % self.lossy == 0
    }
}

impl Transport for Direct {
    fn enrol(&self, body: Vec<u8>) -> Answer<'_> {
        Box::pin(async move {
            let plain = unpack(&body, MAX_REQUEST_INFLATED).unwrap();
            let request: EnrolRequest = decode(&plain).unwrap();
            let answer = self.town().enrol(&request, self.now(), &mut *self.random.lock().unwrap());
            Ok(encode(&answer.map_err(|error| rejected(&error))?).unwrap())
        })
    }

    fn exchange(&self, token: &[u8; 32], body: Vec<u8>, _: u16) -> Answer<'_> {
        let token = *token;
        Box::pin(async move {
            if self.lost() {
                return Err(TransportError::Cut);
            }
            let plain = unpack(&body, MAX_REQUEST_INFLATED).unwrap();
            let request: ExchangeRequest<'_> = decode(&plain).unwrap();
            let device = self.town().device_by_token(&token).unwrap().ok_or(TransportError::SignedOut)?;
            let answer = self.town().exchange(&device, &request, self.now());
            let answer = answer.map_err(|error| rejected(&error))?.encode().unwrap();
            if self.lost() { Err(TransportError::Cut) } else { Ok(answer) }
        })
    }

    fn common(&self, _: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        Box::pin(async move {
            let plain = unpack(&body, MAX_REQUEST_INFLATED).unwrap();
            let request: CommonRequest = decode(&plain).unwrap();
            Ok(encode(&self.town().common(&request).map_err(|error| rejected(&error))?).unwrap())
        })
    }

    fn salvage(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        let token = *token;
        Box::pin(async move {
            let plain = unpack(&body, MAX_REQUEST_INFLATED).unwrap();
            let request: SalvageRequest<'_> = decode(&plain).unwrap();
            let device = self.town().device_by_token(&token).unwrap().ok_or(TransportError::SignedOut)?;
            Ok(encode(&self.town().salvage(&device, &request, self.now()).map_err(|error| rejected(&error))?).unwrap())
        })
    }
}

struct World {
    folder: tempfile::TempDir,
    direct: Direct,
    random: SeededRandom,
    second: i64,
    grids: Vec<AreaId>,
}

impl World {
    fn new(lossy: u32, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = Time::parse("2026-03-01T09:00:00+08:00").unwrap();
        let mut random = SeededRandom::new(seed);
        let town = Arc::new(Town::open(&folder.path().join("town"), now, &mut random).unwrap());
        let direct = Direct {
            town: Mutex::new(town),
            now: Mutex::new(now),
            random: Mutex::new(SeededRandom::new(seed + 1_000)),
            lossy,
        };
        let mut world = Self { folder, direct, random, second: 0, grids: Vec::new() };
        let root = AreaId::fresh(now, &mut world.random);
        world.area(root, AreaLevel::Town, None);
        for _ in 0..2 {
            let grid = AreaId::fresh(now, &mut world.random);
            world.area(grid, AreaLevel::Grid, Some(root));
            world.grids.push(grid);
        }
        world
    }

    fn tick(&mut self) -> Reading {
        self.second += 1;
        let now = self.direct.now().plus_millis(1_000);
        *self.direct.now.lock().unwrap() = now;
        // The phones' clocks are two hours slow.
        Reading { wall: now.plus_hours(-2), monotonic_ms: self.second * 1_000, boot: [1; 16] }
    }

    fn system(&mut self, drafts: Vec<Draft>) {
        let now = self.direct.now();
        let mut author = Author::new(&self.direct.town(), SYSTEM, now, &mut self.random).unwrap();
        author.write(drafts, now, &mut self.random).unwrap();
    }

    fn area(&mut self, id: AreaId, level: AreaLevel, parent: Option<AreaId>) {
        let area = Area { name: "某".into(), level, parent, code: None, telephone: None };
        self.system(vec![Draft::Create { id: id.into(), record: Box::new(area.into()), scope: Scope::Town }]);
    }

    fn person(&mut self, role: Role, area: AreaId) -> PersonId {
        let id = PersonId::fresh(self.direct.now(), &mut self.random);
        let assignment = AssignmentId::fresh(self.direct.now(), &mut self.random);
        let person = Person {
            name: "某人".into(),
            login: None,
            telephone: None,
            left: false,
            assignments: [(assignment, Assignment { role, area, ended: false })].into(),
        };
        self.system(vec![Draft::Create { id: id.into(), record: Box::new(person.into()), scope: Scope::Town }]);
        id
    }

    fn reassign(&mut self, person: PersonId, role: Role, area: AreaId) {
        let (_, document) = self.direct.town().document(person.into()).unwrap().unwrap();
        let before = document.fields();
        let Record::Person(mut record) = document.record().unwrap() else { unreachable!() };
        record.assignments.values_mut().for_each(|assignment| assignment.ended = true);
        let id = AssignmentId::fresh(self.direct.now(), &mut self.random);
        record.assignments.insert(id, Assignment { role, area, ended: false });
        let edits = before.difference(&Record::from(record).fields());
        self.system(vec![Draft::Edit { id: person.into(), edits }]);
    }

    async fn phone(&mut self, name: &str, person: PersonId) -> Replica {
        let code = {
            let town = self.direct.town();
            town.invite(person, 1, None, self.direct.now(), &mut self.random).unwrap().unwrap()
        };
        let seed = u64::from_le_bytes(random::bytes(&mut self.random));
        let path = self.folder.path().join(name);
        let replica = Replica::open(&path, &[5; 32], Box::new(SeededRandom::new(seed))).unwrap();
        let reading = self.tick();
        replica.enrol(&self.direct, &code, name, &reading).await.unwrap();
        self.sync(&replica).await;
        replica
    }

    async fn sync(&mut self, replica: &Replica) {
        let reading = self.tick();
        replica.sync().run(&self.direct, &reading).await.unwrap();
    }

    /// What a phone holds is what the server has in the phone's scopes: documents, changes, rows.
    fn agrees(&self, replica: &Replica) {
        let scopes: BTreeSet<Scope> = replica.scopes().unwrap().into_iter().collect();
        let server = self.direct.town().snapshot().unwrap();
        let expected: BTreeMap<_, _> = server.iter().filter(|(_, seen)| scopes.contains(&seen.scope)).collect();
        let found = replica.snapshot().unwrap();
        let ids: Vec<_> = found.documents.iter().map(|document| document.id).collect();
        let there: Vec<_> = expected.keys().map(|id| **id).collect();
        assert_eq!(ids, there);
        for document in &found.documents {
            let seen = expected[&document.id];
            assert_eq!((&document.kind, document.scope, &document.changes), (&seen.kind, seen.scope, &seen.changes));
            let mut mine: Vec<_> =
                document.rows.iter().map(|row| (row.table.name, row.part, row.cells.clone())).collect();
            let mut theirs = seen.rows.clone();
            mine.sort_by_key(|(table, part, _)| (*table, *part));
            theirs.sort_by_key(|(table, part, _)| (*table, *part));
            assert_eq!(mine, theirs);
        }
    }
}

fn door(room: u32) -> Household {
    Household {
        address: Address {
            building: Some("3".into()),
            unit: None,
            floor: None,
            room: Some(room.to_string()),
            group: None,
            number: None,
        },
        door: Door::LivedIn,
        note: None,
        residents: BTreeMap::new(),
        grid: None,
        removed: false,
        merged_into: None,
        counterparts: Default::default(),
    }
}

fn visit(household: Option<HouseholdId>, alert: Option<qiaomen_core::record::AlertId>, at: Time) -> Visit {
    Visit {
        purpose: if alert.is_some() { Purpose::Dissuasion } else { Purpose::Door },
        household,
        alert,
        outcome: Outcome::Met,
        met_target: None,
        met: BTreeSet::new(),
        met_others: None,
        started: at,
        ended: at,
        position: None,
        given: BTreeSet::new(),
        explained: BTreeSet::new(),
        observations: BTreeSet::new(),
        note: None,
        risk: None,
        next_step: None,
        dissuasion: None,
        photos: None,
    }
}

async fn busy(world: &mut World, phones: &[Replica], rounds: u32) {
    let mut random = SeededRandom::new(u64::from_le_bytes(random::bytes(&mut world.random)));
    let mut dice = move |below: u32| u32::from_le_bytes(random::bytes(&mut random as &mut dyn Random)) % below;
    for round in 0..rounds {
        let replica = &phones[dice(phones.len() as u32) as usize];
        let reading = world.tick();
        let grid = world.grids[0];
        let list = replica.households().list(Some(grid), Order::Walking, Part::all()).unwrap();
        match dice(6) {
            0 => {
                replica.households().save(grid, &door(round), reading).unwrap();
            }
            1 | 2 if !list.is_empty() => {
                let line = &list[dice(list.len() as u32) as usize].household;
                let after = Household { note: Some(format!("{round}")), ..line.record.clone() };
                replica.households().edit(line.id.into(), &line.record, &after, reading).unwrap();
            }
            3 if !list.is_empty() => {
                let line = &list[dice(list.len() as u32) as usize].household;
                let now = replica.corrected(&reading).unwrap().time;
                replica.visits().save(&visit(Some(line.id.into()), None, now), reading).unwrap();
            }
            _ => world.sync(replica).await,
        }
    }
    for _ in 0..2 {
        for replica in phones {
            world.sync(replica).await;
        }
    }
    for replica in phones {
        world.agrees(replica);
    }
}

async fn grid_phones(world: &mut World, count: usize) -> Vec<Replica> {
    let mut phones = Vec::new();
    for number in 0..count {
        let person = world.person(Role::GridWorker, world.grids[0]);
        phones.push(world.phone(&format!("phone{number}"), person).await);
    }
    phones
}

#[tokio::test]
async fn phones_that_work_side_by_side_come_to_the_same() {
    let mut world = World::new(0, 3);
    let phones = grid_phones(&mut world, 3).await;
    busy(&mut world, &phones, 200).await;
    let conflicts: u64 = phones.iter().map(|replica| replica.figures().unwrap().conflicts).sum();
    assert!(conflicts > 0, "nothing was tried");
    let one = phones[0].figures().unwrap();
    assert_eq!((one.waiting, one.held, one.refused, one.aside), (0, 0, 0, 0));
    assert_eq!(one.recorded, one.sent);
}

#[tokio::test]
async fn lost_answers_and_tiny_pages_change_nothing() {
    let mut world = World::new(4, 3);
    let phones = grid_phones(&mut world, 2).await;
    for replica in &phones {
        replica.sync().set_pace(Pace { page: *PAGE_BYTES.start(), batch: 1 }).unwrap();
    }
    busy(&mut world, &phones, 120).await;
    assert!(world.direct.town().check_log().unwrap());
}

#[tokio::test]
async fn a_worker_who_is_moved_hands_over_and_follows() {
    let mut world = World::new(0, 3);
    let (here, there) = (world.grids[0], world.grids[1]);
    let person = world.person(Role::GridWorker, here);
    let replica = world.phone("phone", person).await;
    let reading = world.tick();
    let known = replica.households().save(here, &door(1), reading).unwrap();
    world.sync(&replica).await;
    let other = world.person(Role::GridWorker, there);
    let other = world.phone("other", other).await;
    let reading = world.tick();
    let elsewhere = other.households().save(there, &door(2), reading).unwrap();
    world.sync(&other).await;
    // Offline: a visit and an edit, written in good faith.
    let reading = world.tick();
    let now = replica.corrected(&reading).unwrap();
    assert!(!now.doubtful && now.offset == Some(7_200_000));
    let visited = replica.visits().save(&visit(Some(known), None, now.time), reading).unwrap();
    let changed = Household { note: Some("改".into()), ..door(1) };
    replica.households().edit(known, &door(1), &changed, reading).unwrap();
    world.reassign(person, Role::GridWorker, there);
    replica.sync().set_pace(Pace { page: 1, batch: 1 }).unwrap();
    world.sync(&replica).await;
    world.sync(&replica).await;
    assert!(replica.households().get(known).unwrap().is_none());
    assert!(replica.visits().get(visited).unwrap().is_none());
    assert!(replica.households().get(elsewhere).unwrap().is_some());
    world.agrees(&replica);
    let held = world.direct.town().held().unwrap();
    assert_eq!(held.len(), 1, "the edit waits for a decision, the visit is in");
    assert!(world.direct.town().document(visited).unwrap().is_some());
    assert_eq!(replica.figures().unwrap().held, 1);
    let now = world.direct.now();
    world.direct.town().decide(held[0].number, false, SYSTEM, now).unwrap();
    world.sync(&replica).await;
    let refused = replica.quarantine().list().unwrap();
    assert_eq!((refused.len(), refused[0].refused.code.as_str()), (1, "declined"));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test]
async fn a_server_restored_from_a_backup_is_healed_by_its_phones() {
    for seed in 1..=3 {
        let mut world = World::new(5, seed);
        let phones = grid_phones(&mut world, 3).await;
        phones[0].sync().set_pace(Pace { page: 1, batch: 1 }).unwrap();
        busy(&mut world, &phones, 50).await;
        copy(&world.folder.path().join("town"), &world.folder.path().join("backup"));
        busy(&mut world, &phones, 70).await;
        // Written and not sent yet, upon others' work that the server is about to lose.
        for replica in &phones {
            let reading = world.tick();
            let list = replica.households().list(None, Order::Walking, Part::all()).unwrap();
            let line = &list[0].household;
            let after = Household { note: Some(reading.monotonic_ms.to_string()), ..line.record.clone() };
            replica.households().edit(line.id.into(), &line.record, &after, reading).unwrap();
            let last = list.last().unwrap().household.id;
            replica.visits().save(&visit(Some(last.into()), None, reading.wall), reading).unwrap();
        }
        let before = world.direct.town().snapshot().unwrap();
        let now = world.direct.now();
        let restored = Town::open(&world.folder.path().join("backup"), now, &mut world.random).unwrap();
        *world.direct.town.lock().unwrap() = Arc::new(restored);
        for replica in &phones {
            replica.sync().set_pace(Pace { page: 3_000, batch: 1_500 }).unwrap();
        }
        busy(&mut world, &phones, 30).await;
        let after = world.direct.town().snapshot().unwrap();
        for (id, seen) in &before {
            let healed = &after[id];
            assert!(seen.changes.iter().all(|change| healed.changes.contains(change)), "nothing is lost");
        }
        assert!(world.direct.town().check_log().unwrap());
        for replica in &phones {
            let figures = replica.figures().unwrap();
            assert_eq!((figures.waiting, figures.held, figures.quarantined, figures.aside), (0, 0, 0, 0));
        }
    }
}

#[tokio::test]
async fn refused_work_is_kept_and_corrected_and_a_revoked_phone_salvages() {
    let mut world = World::new(0, 3);
    let (here, there) = (world.grids[0], world.grids[1]);
    let person = world.person(Role::GridWorker, here);
    let replica = world.phone("phone", person).await;
    let reading = world.tick();
    // Written where the person holds nothing.
    let wrong = replica.households().save(there, &door(1), (reading, Role::GridWorker)).unwrap();
    let right = replica.households().save(here, &door(2), reading).unwrap();
    world.sync(&replica).await;
    assert_eq!(replica.mark(right.into()).unwrap(), Some(Mark::Sent));
    assert_eq!(replica.mark(wrong.into()).unwrap(), Some(Mark::Refused));
    assert!(matches!(replica.quarantine().list().unwrap()[0].refused.code.as_str(), "not_permitted" | "role_not_held"));
    world.agrees(&replica);
    // An alert, whose case file the phone gains; what is recorded there goes through.
    let police = world.person(Role::Police, here);
    let police = world.phone("police", police).await;
    let reading = world.tick();
    let now = police.corrected(&reading).unwrap().time;
    let alert = Alert {
        name: "某".into(),
        telephone: None,
        household: None,
        resident: None,
        outsider: false,
        area: here,
        places: BTreeMap::new(),
        level: Level::High,
        issuer: "所".into(),
        platform_number: None,
        origin: Origin::Other,
        issued: now,
        reached_station: None,
        passed_on: None,
        entered: now,
        playbook: "builtin-1".into(),
        note: None,
    };
    let alert = police.alerts().create(&alert, reading).unwrap();
    let head = world.person(Role::TeamHead, here);
    let head = world.phone("head", head).await;
    world.sync(&police).await;
    world.sync(&head).await;
    let reading = world.tick();
    let now = head.corrected(&reading).unwrap().time;
    assert!(!head.tasks().list(&reading, Part::all()).unwrap().is_empty());
    head.alerts().receipt(alert, reading).unwrap();
    head.visits().save(&visit(None, Some(alert), now), reading).unwrap();
    head.alerts().send(alert, person, None, reading).unwrap();
    world.sync(&head).await;
    world.sync(&police).await;
    world.sync(&replica).await;
    for phone in [&head, &police, &replica] {
        world.agrees(phone);
        assert_eq!(phone.alerts().file(alert).unwrap().len(), 3);
    }
    assert!(replica.tasks().custody(alert).unwrap().owner.is_some());
    // Revoked, with something unsent.
    let reading = world.tick();
    replica.visits().save(&visit(None, Some(alert), now), reading).unwrap();
    let device = replica.identity().unwrap().unwrap().certificate.device;
    world.direct.town().revoke_device(device, world.direct.now()).unwrap();
    let reading = world.tick();
    assert_eq!(replica.sync().run(&world.direct, &reading).await, Err(ReplicaError::Revoked));
    assert_eq!(replica.alerts().get(alert).err(), Some(ReplicaError::Revoked));
    assert_eq!(replica.sync().salvage(&world.direct, &reading).await.unwrap(), 1);
}
