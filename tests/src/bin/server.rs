//! The sync server as a process: a town over the library, asked line by line, so that it can be measured and
//! killed.
//!
//! Floor: tests. `server FOLDER` opens the town in FOLDER, or begins one there, and serves it on a free port of
//! this machine until its standard input is closed; `address` of its first answer says where. Then it answers
//! (see `qiaomen_tests::process`):
//!
//! - `village SEED DOORS`: areas, a worker who holds all its grids, and so many households from the generator;
//! - `casework COUNT`: areas, and a volunteer of one grid who was sent to so many alerts of the village;
//! - `invite PERSON`: a one-time code for a phone of that person;
//! - `rows TABLE`: how many rows a table has;
//! - `log`: how many changes were accepted.
//!
//! `server demo FOLDER TIME` makes the demo town in FOLDER as it stands at TIME, and ends.

use std::error::Error;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use qiaomen_core::protocol::limits::INVITE_HOURS;
use qiaomen_core::record::{
    Alert, AlertId, Area, AreaId, Assignment, AssignmentId, DocumentId, Level, Origin, OsRandom, Person, PersonId,
    Record, Role, Scope, Sending,
};
use qiaomen_server::access::SYSTEM;
use qiaomen_server::api;
use qiaomen_server::author::{Author, Draft, Written};
use qiaomen_server::clock::{Clock, SystemClock};
use qiaomen_server::store::sqlite;
use qiaomen_server::town::Town;
use qiaomen_tests::generator::{self, Doors};
use qiaomen_tests::process::serve_lines;
use rusqlite::{Connection, OpenFlags};
use tokio::net::TcpListener;

/// As the product's own program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A town that is asked.
struct Server {
    town: Arc<Town>,
    /// Looks at the same file beside the town.
    beside: Connection,
    random: OsRandom,
}

impl Server {
    fn open(folder: &Path) -> Outcome<Self> {
        let mut random = OsRandom::new()?;
        let town = Arc::new(Town::open(folder, SystemClock.now(), &mut random)?);
        let beside = Connection::open_with_flags(folder.join(sqlite::FILE), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok(Self { town, beside, random })
    }

    fn answer(&mut self, words: &[&str]) -> Outcome<String> {
        match words {
            ["village", seed, doors] => self.village(seed.parse()?, doors.parse()?),
            ["casework", count] => self.casework(count.parse()?),
            ["invite", person] => self.invite(person.parse()?),
            ["rows", table] => {
                let sql = format!("SELECT count(*) FROM \"{table}\"");
                let rows: i64 = self.beside.query_row(&sql, [], |row| row.get(0))?;
                Ok(format!("rows={rows}"))
            }
            ["log"] => Ok(format!("size={}", self.town.store().log()?.size)),
            _ => Err("village SEED DOORS | casework COUNT | invite PERSON | rows TABLE | log".into()),
        }
    }

    fn village(&mut self, seed: u64, doors: usize) -> Outcome<String> {
        let now = SystemClock.now();
        let random = &mut self.random;
        let mut author = Author::new(&self.town, SYSTEM, now, random)?;
        let (town, village, grids) = generator::areas();
        let mut drafts = Vec::new();
        let mut area = |area: Area, parent: Option<AreaId>, random: &mut OsRandom| {
            let id = AreaId::fresh(now, random);
            drafts.push(create(id.into(), Area { parent, ..area }, Scope::Town));
            id
        };
        let town = area(town, None, random);
        let village = area(village, Some(town), random);
        let grids: Vec<AreaId> = grids.into_iter().map(|grid| area(grid, Some(village), random)).collect();
        let held = Assignment { role: Role::GridWorker, area: village, ended: false };
        let worker = Person {
            name: "网格员".to_owned(),
            login: Some("worker".to_owned()),
            telephone: None,
            left: false,
            assignments: [(AssignmentId::fresh(now, random), held)].into(),
        };
        let person = PersonId::fresh(now, random);
        drafts.push(create(person.into(), worker, Scope::Town));
        for (household, grid) in Doors::new(seed).take(doors).zip(grids.iter().cycle()) {
            drafts.push(create(DocumentId::fresh(now, random), household, Scope::Grid(*grid)));
        }
        let written = author.write(drafts, now, random)?;
        if !written.iter().all(Written::is_done) {
            return Err(
                format!("not all of the village was accepted: {:?}", written.iter().find(|it| !it.is_done())).into()
            );
        }
        Ok(format!("worker={person} documents={}", written.len()))
    }

    fn casework(&mut self, count: usize) -> Outcome<String> {
        let now = SystemClock.now();
        let random = &mut self.random;
        let mut author = Author::new(&self.town, SYSTEM, now, random)?;
        let (town, village, grids) = generator::areas();
        let mut drafts = Vec::new();
        let mut area = |area: Area, parent: Option<AreaId>, random: &mut OsRandom| {
            let id = AreaId::fresh(now, random);
            drafts.push(create(id.into(), Area { parent, ..area }, Scope::Town));
            id
        };
        let town = area(town, None, random);
        let village = area(village, Some(town), random);
        let grids: Vec<AreaId> = grids.into_iter().map(|grid| area(grid, Some(village), random)).collect();
        let grid = *grids.first().ok_or("no grid")?;
        let held = Assignment { role: Role::Volunteer, area: grid, ended: false };
        let worker = Person {
            name: "志愿者".to_owned(),
            login: Some("volunteer".to_owned()),
            telephone: None,
            left: false,
            assignments: [(AssignmentId::fresh(now, random), held)].into(),
        };
        let person = PersonId::fresh(now, random);
        drafts.push(create(person.into(), worker, Scope::Town));
        for _ in 0..count {
            let alert = AlertId::fresh(now, random);
            let about = Alert {
                name: "某人".to_owned(),
                telephone: None,
                household: None,
                resident: None,
                outsider: false,
                area: village,
                places: [].into(),
                level: Level::High,
                issuer: "反诈中心".to_owned(),
                platform_number: None,
                origin: Origin::Other,
                issued: now,
                reached_station: None,
                passed_on: None,
                entered: now,
                playbook: "builtin-1".to_owned(),
                note: None,
            };
            drafts.push(create(alert.into(), about, Scope::CaseFile(alert)));
            let sending = Sending { alert, person, at: now, note: None };
            drafts.push(create(DocumentId::fresh(now, random), sending, Scope::CaseFile(alert)));
        }
        let written = author.write(drafts, now, random)?;
        match written.iter().find(|it| !it.is_done()) {
            None => Ok(format!("worker={person}")),
            Some(refused) => Err(format!("not all of it was accepted: {refused:?}").into()),
        }
    }

    fn invite(&mut self, person: PersonId) -> Outcome<String> {
        let code = self.town.invite(person, INVITE_HOURS, None, SystemClock.now(), &mut self.random)?;
        Ok(format!("code={}", code.ok_or("nobody of the town")?))
    }
}

fn create(id: DocumentId, record: impl Into<Record>, scope: Scope) -> Draft {
    Draft::Create { id, record: Box::new(record.into()), scope }
}

fn main() -> Outcome<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, folder, time] = words.as_slice()
        && word == "demo"
    {
        let words = ["qiaomen-server", "demo", "--exit", "--seed", "7", "--now", time, "--data", folder];
        return Ok(qiaomen_server::command::run_from(words.map(Into::into)));
    }
    let folder = words.into_iter().next().ok_or("usage: server FOLDER | server demo FOLDER TIME")?;
    let mut server = Server::open(Path::new(&folder))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    let ready = format!("address=http://{}", listener.local_addr()?);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async {
        // The other end may also be gone.
        let _ = stopped.await;
    };
    let serving = runtime.spawn(api::serve(server.town.clone(), listener, Arc::new(SystemClock), shutdown));
    serve_lines(&ready, |words| server.answer(words))?;
    let _ = stop.send(());
    runtime.block_on(serving)??;
    Ok(ExitCode::SUCCESS)
}
