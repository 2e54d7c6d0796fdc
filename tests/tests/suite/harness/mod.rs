//! A town, its people and their phones, made quickly.

pub mod agree;
mod clock;
pub mod hand;
pub mod records;
pub mod wire;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::RwLock;
use qiaomen_core::clock::{Reading, Watch};
use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::{
    Alert, AlertId, Area, AreaId, AreaLevel, Assignment, AssignmentId, DocumentId, Household, HouseholdId, Level,
    Person, PersonId, Record, Role, Scope, SeededRandom, Time,
};
use qiaomen_core::replica::{Replica, ReplicaError};
use qiaomen_core::store::Pace;
use qiaomen_core::sync::{Cancel, Step, Summary};
use qiaomen_core::transport::{HttpOptions, HttpTransport};
use qiaomen_server::access::SYSTEM;
use qiaomen_server::api::Server;
use qiaomen_server::author::{Author, Draft, Written};
use qiaomen_server::clock::Clock;
use qiaomen_server::intake::Intake;
use qiaomen_server::town::Town;
use qiaomen_tests::process::copy;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub use self::clock::{PhoneClock, SimClock};
use self::wire::Wire;

/// The key of every phone's file.
pub const KEY: [u8; 32] = [0x5a; 32];

/// 2026-03-01, a Sunday, at nine in Shanghai.
pub fn start() -> Time {
    at("03-01 09:00")
}

/// A moment of 2026 in Shanghai.
pub fn at(text: &str) -> Time {
    let (day, clock) = text.split_once(' ').unwrap();
    Time::parse(&format!("2026-{day}T{clock}:00+08:00")).unwrap()
}

/// The server while it runs.
struct Running {
    address: String,
    town: Arc<Town>,
    system: Author,
    stop: tokio::sync::oneshot::Sender<()>,
    served: tokio::task::JoinHandle<()>,
}

/// A town with two villages of two grids each.
pub struct World {
    pub runtime: Runtime,
    pub clock: Arc<SimClock>,
    pub random: SeededRandom,
    pub root: AreaId,
    pub villages: Vec<AreaId>,
    pub grids: Vec<AreaId>,
    pub folder: TempDir,
    /// What the server does for alerts by itself; a test that counts what is written pauses it.
    pub intake: Arc<Intake>,
    /// Where the town is now.
    place: PathBuf,
    running: Option<Running>,
    http: Arc<RwLock<HttpTransport>>,
    made: u64,
}

/// What the server does by itself it does when a test says so: by the wall clock it would come between.
fn paused() -> Arc<Intake> {
    let intake = Arc::<Intake>::default();
    intake.pause(true);
    intake
}

impl World {
    pub fn new() -> Self {
        Self::seeded(7)
    }

    /// A world around a town that is in a folder already; the folder itself stays as it is.
    pub fn around(town: &Path, now: Time) -> Self {
        let mut world = Self::empty(11, now);
        world.stop();
        std::fs::remove_dir_all(&world.place).unwrap();
        copy(town, &world.place).unwrap();
        world.run();
        for (id, area) in world.town().areas().unwrap() {
            match area.level {
                AreaLevel::Town => world.root = id,
                AreaLevel::Village => world.villages.push(id),
                _ => world.grids.push(id),
            }
        }
        world
    }

    pub fn seeded(seed: u64) -> Self {
        let mut world = Self::empty(seed, start());
        world.settle_areas();
        world
    }

    fn empty(seed: u64, now: Time) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let clock = Arc::new(SimClock::new(now));
        let mut random = SeededRandom::new(seed);
        let place = folder.path().join("town");
        std::fs::create_dir(&place).unwrap();
        let root = AreaId::fresh(now, &mut random);
        let http = HttpTransport::new("http://127.0.0.1:1", HttpOptions::default()).unwrap();
        let mut world = Self {
            runtime,
            clock,
            random,
            root,
            villages: Vec::new(),
            grids: Vec::new(),
            folder,
            intake: paused(),
            place,
            running: None,
            http: Arc::new(RwLock::new(http)),
            made: seed.wrapping_mul(1_000),
        };
        world.run();
        world
    }

    fn settle_areas(&mut self) {
        self.area(self.root, "镇", AreaLevel::Town, None);
        for village in 0..2 {
            let id = AreaId::fresh(self.now(), &mut self.random);
            self.area(id, &format!("第{village}村"), AreaLevel::Village, Some(self.root));
            self.villages.push(id);
            for grid in 0..2 {
                let below = AreaId::fresh(self.now(), &mut self.random);
                self.area(below, &format!("第{village}.{grid}网格"), AreaLevel::Grid, Some(id));
                self.grids.push(below);
            }
        }
    }

    // ---- the server

    /// Opens the town where it is and serves it on a free port.
    pub fn run(&mut self) {
        let town = Arc::new(Town::open(&self.place, self.now(), &mut self.random).unwrap());
        let system = Author::new(&town, SYSTEM, self.now(), &mut self.random).unwrap();
        let listener = self.runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let over = async {
            let _ = stopped.await;
        };
        self.made += 1;
        let random = Box::new(SeededRandom::new(self.made));
        let server = Server::new(town.clone(), self.clock.clone(), random).with_intake(self.intake.clone());
        let serving = server.serve(listener, over);
        let served = self.runtime.spawn(async { serving.await.unwrap() });
        *self.http.write() = HttpTransport::new(&address, HttpOptions::default()).unwrap();
        self.running = Some(Running { address, town, system, stop, served });
    }

    /// Stops the server; phones find nobody there.
    pub fn stop(&mut self) {
        let Some(Running { town, system, stop, served, .. }) = self.running.take() else { return };
        let _ = stop.send(());
        // Nothing keeps a connection to the old server open.
        *self.http.write() = HttpTransport::new("http://127.0.0.1:1", HttpOptions::default()).unwrap();
        self.runtime.block_on(served).unwrap();
        drop((town, system));
        // A request that was given up still ends in its own time, and closes the files when it does: nobody may
        // copy or replace them before. The last to close them takes the write-ahead log away.
        let log = self.place.join(format!("{}-wal", qiaomen_server::store::sqlite::FILE));
        for _ in 0..1_000 {
            if !log.exists() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// Stops the server and copies its folder.
    pub fn back_up(&mut self) -> PathBuf {
        self.stop();
        self.made += 1;
        let to = self.folder.path().join(format!("backup-{}", self.made));
        copy(&self.place, &to).unwrap();
        self.run();
        to
    }

    /// Puts a backup in the place of what there is.
    pub fn restore(&mut self, backup: &Path) {
        self.stop();
        self.made += 1;
        self.place = self.folder.path().join(format!("town-{}", self.made));
        copy(backup, &self.place).unwrap();
        self.run();
    }

    /// Where the server listens, without a slash at the end.
    pub fn address(&self) -> &str {
        &self.running.as_ref().unwrap().address
    }

    pub fn town(&self) -> Arc<Town> {
        self.running.as_ref().unwrap().town.clone()
    }

    /// Where the town's file lies.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// The way to the server as it is now, without faults.
    pub fn http(&self) -> HttpTransport {
        self.http.read().clone()
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    // ---- the office

    pub fn office(&mut self, draft: Draft) -> Verdict {
        let now = self.clock.pass(1_000);
        let system = &mut self.running.as_mut().unwrap().system;
        match system.write(vec![draft], now, &mut self.random).unwrap().remove(0) {
            Written::Verdict(verdict) => verdict,
            Written::Nothing => panic!("there was nothing to write"),
        }
    }

    fn writes(&mut self, draft: Draft) {
        let verdict = self.office(draft);
        assert!(matches!(verdict, Verdict::Accepted { .. }), "{verdict:?}");
    }

    pub fn create(&mut self, id: DocumentId, record: impl Into<Record>, scope: Scope) {
        self.writes(Draft::Create { id, record: Box::new(record.into()), scope });
    }

    pub fn area(&mut self, id: AreaId, name: &str, level: AreaLevel, parent: Option<AreaId>) {
        self.create(id.into(), Area { name: name.to_owned(), level, parent, code: None, telephone: None }, Scope::Town);
    }

    pub fn person(&mut self, role: Role, area: AreaId) -> PersonId {
        self.made += 1;
        let id = PersonId::fresh(self.now(), &mut self.random);
        let assignment = AssignmentId::fresh(self.now(), &mut self.random);
        let person = Person {
            name: format!("某人{}", self.made),
            login: None,
            telephone: None,
            left: false,
            assignments: [(assignment, Assignment { role, area, ended: false })].into(),
        };
        self.create(id.into(), person, Scope::Town);
        id
    }

    pub fn read_person(&self, id: PersonId) -> Person {
        match self.town().document(id.into()).unwrap().unwrap().1.record().unwrap() {
            Record::Person(person) => person,
            other => panic!("{other:?}"),
        }
    }

    pub fn edit_person(&mut self, id: PersonId, write: impl FnOnce(&mut Person)) {
        let before = self.read_person(id);
        let mut after = before.clone();
        write(&mut after);
        let edits = Record::from(before).fields().difference(&Record::from(after).fields());
        if !edits.is_empty() {
            self.writes(Draft::Edit { id: id.into(), edits });
        }
    }

    /// Ends every role of a person, and gives them others.
    pub fn reassign(&mut self, id: PersonId, roles: &[(Role, AreaId)]) {
        let now = self.now();
        let fresh: Vec<_> = roles.iter().map(|role| (AssignmentId::fresh(now, &mut self.random), role)).collect();
        self.edit_person(id, |person| {
            for assignment in person.assignments.values_mut() {
                assignment.ended = true;
            }
            for (id, (role, area)) in fresh {
                person.assignments.insert(id, Assignment { role: role.clone(), area: *area, ended: false });
            }
        });
    }

    /// A household that the office enters.
    pub fn door(&mut self, grid: usize, room: &str) -> HouseholdId {
        let id = DocumentId::fresh(self.now(), &mut self.random);
        self.create(id, records::household(room), Scope::Grid(self.grids[grid]));
        id.into()
    }

    pub fn alert(&mut self, village: usize, level: Level, issued: Time) -> AlertId {
        let alert = records::alert(self.villages[village], level, issued);
        self.enter(alert)
    }

    pub fn enter(&mut self, alert: Alert) -> AlertId {
        let id = DocumentId::fresh(self.now(), &mut self.random);
        self.create(id, alert, Scope::CaseFile(id.into()));
        id.into()
    }

    /// Moves a household to another grid.
    pub fn move_door(&mut self, door: HouseholdId, grid: usize) {
        let to = self.grids[grid];
        let edits = vec![qiaomen_core::record::field::Edit {
            path: vec!["grid".into()],
            value: qiaomen_core::record::Value::Bytes((*to.bytes()).into()),
        }];
        let now = self.clock.pass(1_000);
        let running = self.running.as_mut().unwrap();
        let written = running.system.edit(vec![(door.into(), edits)], now, &mut self.random).unwrap();
        assert!(written.iter().all(|written| written.is_done()), "{written:?}");
    }

    pub fn read_door(&self, id: HouseholdId) -> Household {
        match self.town().document(id.into()).unwrap().unwrap().1.record().unwrap() {
            Record::Household(household) => household,
            other => panic!("{other:?}"),
        }
    }

    pub fn log_size(&self) -> u64 {
        self.town().store().log().unwrap().size
    }

    pub fn code(&mut self, person: PersonId) -> String {
        let now = self.now();
        self.town().invite(person, 72, None, now, &mut self.random).unwrap().unwrap()
    }

    // ---- phones

    /// A phone that has joined and holds what it may.
    pub fn phone(&mut self, person: PersonId) -> Phone {
        let phone = self.fresh_phone(person);
        self.sync(&phone);
        phone
    }

    /// A phone whose file is there already; the file itself stays as it is.
    pub fn phone_from(&mut self, file: &Path) -> Phone {
        self.made += 1;
        let path = self.folder.path().join(format!("phone-{}.sqlite3", self.made));
        for suffix in ["", "-wal"] {
            let with = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
            if with(file).exists() {
                std::fs::copy(with(file), with(&path)).unwrap();
            }
        }
        let mut phone = self.no_phone(path);
        phone.start();
        phone.person = phone.replica().identity().unwrap().unwrap().certificate.person;
        phone
    }

    /// A phone that has joined and not exchanged yet.
    pub fn fresh_phone(&mut self, person: PersonId) -> Phone {
        let code = self.code(person);
        self.made += 1;
        let path = self.folder.path().join(format!("phone-{}.sqlite3", self.made));
        let mut phone = Phone { person, ..self.no_phone(path) };
        phone.start();
        self.runtime.block_on(phone.replica().enrol(&phone.wire, &code, "phone", &phone.clock)).unwrap();
        phone
    }

    /// A phone that begins in this file, joined by somebody new.
    pub fn phone_from_empty(&mut self, file: &Path) -> Phone {
        let person = self.person(Role::GridWorker, self.grids[0]);
        let code = self.code(person);
        let mut phone = Phone { person, ..self.no_phone(file.to_owned()) };
        phone.start();
        self.runtime.block_on(phone.replica().enrol(&phone.wire, &code, "phone", &phone.clock)).unwrap();
        phone
    }

    fn no_phone(&self, path: PathBuf) -> Phone {
        Phone {
            person: PersonId::from_bytes([0; 16]),
            path,
            clock: PhoneClock::new(self.clock.clone()),
            wire: Wire::new(self.http.clone()),
            replica: None,
            starts: self.made.wrapping_mul(1_000),
        }
    }

    /// A grid worker of `grid` with a phone.
    pub fn worker(&mut self, grid: usize) -> Phone {
        let person = self.person(Role::GridWorker, self.grids[grid]);
        self.phone(person)
    }

    pub fn with_role(&mut self, role: Role, area: AreaId) -> Phone {
        let person = self.person(role, area);
        self.phone(person)
    }

    /// Exchanges until there is nothing more; a second passes.
    pub fn sync(&self, phone: &Phone) -> Summary {
        self.try_sync(phone).unwrap()
    }

    pub fn try_sync(&self, phone: &Phone) -> Result<Summary, ReplicaError> {
        self.clock.pass(1_000);
        self.runtime.block_on(phone.replica().sync().run(&phone.wire, &phone.clock))
    }

    /// One exchange.
    pub fn step(&self, phone: &Phone) -> Result<Step, ReplicaError> {
        self.clock.pass(1_000);
        self.runtime.block_on(phone.replica().sync().step(&phone.wire, &phone.clock, &Cancel::new()))
    }

    /// Everybody exchanges until nobody has anything left.
    pub fn settle(&self, phones: &[&Phone]) {
        for _ in 0..3 {
            for phone in phones {
                self.sync(phone);
            }
        }
    }

    /// Everybody exchanges, and all agree.
    pub fn settle_and_agree(&self, phones: &[&Phone]) {
        self.settle(phones);
        self.agree(phones);
    }

    /// Phones and server agree in everything.
    pub fn agree(&self, phones: &[&Phone]) {
        let found = agree::disagreements(self, phones);
        assert!(found.is_empty(), "{found:#?}");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop();
    }
}

/// One phone.
pub struct Phone {
    pub person: PersonId,
    pub path: PathBuf,
    pub clock: PhoneClock,
    pub wire: Wire,
    replica: Option<Replica>,
    starts: u64,
}

impl Phone {
    pub fn replica(&self) -> &Replica {
        self.replica.as_ref().unwrap()
    }

    pub fn reading(&self) -> Reading {
        self.clock.read()
    }

    /// Ends the app; the file stays.
    pub fn end(&mut self) {
        self.replica = None;
    }

    pub fn start(&mut self) {
        self.starts += 1;
        let random = Box::new(SeededRandom::new(self.starts));
        self.replica = Some(Replica::open(&self.path, &KEY, random).unwrap());
    }

    pub fn restart(&mut self) {
        self.end();
        self.start();
    }

    /// The file, opened beside the app.
    pub fn beside(&self) -> rusqlite::Connection {
        open_file(&self.path)
    }

    pub fn pace(&self, page: u32, batch: u32) {
        self.replica().sync().set_pace(Pace { page, batch }).unwrap();
    }

    pub fn waiting(&self) -> u64 {
        self.replica().sync().waiting().unwrap()
    }

    // ---- doors

    pub fn add_door(&self, grid: AreaId, room: &str) -> HouseholdId {
        self.replica().households().save(grid, &records::household(room), self.reading()).unwrap()
    }

    pub fn door(&self, id: HouseholdId) -> Household {
        self.replica().households().get(id).unwrap().unwrap().record
    }

    pub fn has(&self, id: impl Into<DocumentId>) -> bool {
        self.replica().record(id.into()).unwrap().is_some()
    }

    pub fn edit_door(&self, id: HouseholdId, write: impl FnOnce(&mut Household)) -> bool {
        let before = self.door(id);
        let mut after = before.clone();
        write(&mut after);
        self.replica().households().edit(id, &before, &after, self.reading()).unwrap()
    }

    pub fn note(&self, id: HouseholdId, note: &str) {
        assert!(self.edit_door(id, |door| door.note = Some(note.to_owned())));
    }

    pub fn visit_door(&self, id: HouseholdId) -> DocumentId {
        let now = self.replica().corrected(&self.reading()).unwrap().time;
        self.replica().visits().save(&records::door_visit(id, now), self.reading()).unwrap()
    }
}

/// A phone's file under the key of every phone.
pub fn open_file(path: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\";", "5a".repeat(32))).unwrap();
    connection
}
