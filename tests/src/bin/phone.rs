//! A phone as a process: a replica over the library, asked line by line, so that it can be measured and killed.
//!
//! Floor: tests. `phone FILE` opens the encrypted store at FILE, or begins one; the key is the same always.
//! Then it answers (see `qiaomen_tests::process`):
//!
//! - `enrol ADDRESS CODE`: joins the server;
//! - `visits COUNT`: makes so many visits from the generator ready, to the doors that are on the phone;
//! - `save COUNT`: saves so many of them, each durably;
//! - `edit COUNT`: changes the note of so many visits that it has, others each time;
//! - `alerts COUNT VISITS`: saves so many alerts of the last three weeks, each with up to so many visits;
//! - `tasks COUNT`: lists what is due, the first so many;
//! - `find TEXT`: finds doors, the first twenty;
//! - `sync ADDRESS`: exchanges until there is nothing more to send or fetch;
//! - `rows TABLE`: how many rows a table of the store has;
//! - `figures`: what the replica counts.

use std::error::Error;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use qiaomen_core::clock::Reading;
use qiaomen_core::record::{Alert, DocumentId, Level, Origin, OsRandom, Outcome as Found, Purpose, Role, Time, Visit};
use qiaomen_core::replica::{Order, Part, Replica};
use qiaomen_core::transport::{Answer, HttpOptions, HttpTransport, Transport};
use qiaomen_tests::generator::{Dice, Doorway, SEED, Visits};
use qiaomen_tests::process::{serve_lines, unix_us};
use rusqlite::Connection;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The key of every store that these programs make.
const KEY: [u8; 32] = [0x5a; 32];

/// A phone that is asked.
struct Phone {
    replica: Replica,
    /// Looks at the same file beside the replica.
    beside: Connection,
    runtime: tokio::runtime::Runtime,
    booted: Instant,
    visits: Vec<Visit>,
    dice: Dice,
    edited: i64,
}

/// Passes everything on, and notes when the first exchange began.
struct Timed {
    http: HttpTransport,
    first: OnceLock<f64>,
}

impl Transport for Timed {
    fn enrol(&self, body: Vec<u8>) -> Answer<'_> {
        self.http.enrol(body)
    }

    fn exchange(&self, token: &[u8; 32], body: Vec<u8>, wait_seconds: u16) -> Answer<'_> {
        self.first.get_or_init(unix_us);
        self.http.exchange(token, body, wait_seconds)
    }

    fn common(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        self.http.common(token, body)
    }

    fn salvage(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        self.http.salvage(token, body)
    }
}

impl Phone {
    fn open(path: &Path) -> Outcome<Self> {
        let replica = Replica::open(path, &KEY, Box::new(OsRandom::new()?))?;
        let beside = Connection::open(path)?;
        beside.execute_batch(&format!("PRAGMA key = \"x'{}'\";", "5a".repeat(32)))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self {
            replica,
            beside,
            runtime,
            booted: Instant::now(),
            visits: Vec::new(),
            dice: Dice::new(SEED),
            edited: 0,
        })
    }

    /// The phone's clocks. The process stands for a boot of its own.
    fn reading(booted: Instant) -> Reading {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Reading {
            wall: Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(0)),
            monotonic_ms: i64::try_from(booted.elapsed().as_millis()).unwrap_or(0),
            boot: u128::from(std::process::id()).to_be_bytes(),
        }
    }

    fn answer(&mut self, words: &[&str]) -> Outcome<String> {
        match words {
            ["enrol", address, code] => self.enrol(address, code),
            ["visits", count] => self.make(count.parse()?),
            ["save", count] => self.save(count.parse()?),
            ["edit", count] => self.edit(count.parse()?),
            ["alerts", count, visits] => self.alerts(count.parse()?, visits.parse()?),
            ["tasks", count] => self.tasks(count.parse()?),
            ["find", text] => self.find(text),
            ["sync", address] => self.sync(address),
            ["rows", table] => self.rows(table),
            ["figures"] => self.figures(),
            _ => Err(
                "enrol ADDRESS CODE | visits COUNT | save COUNT | edit COUNT | alerts COUNT VISITS | tasks COUNT | \
                      find TEXT | sync ADDRESS | rows TABLE | figures"
                    .into(),
            ),
        }
    }

    fn enrol(&self, address: &str, code: &str) -> Outcome<String> {
        let transport = HttpTransport::new(address, HttpOptions::default())?;
        let booted = self.booted;
        let watch = move || Self::reading(booted);
        self.runtime.block_on(self.replica.enrol(&transport, code, "bench", &watch))?;
        Ok(String::new())
    }

    fn make(&mut self, count: usize) -> Outcome<String> {
        let mut doors: Vec<Doorway> = self
            .replica
            .households()
            .list(None, Order::Walking, Part::all())?
            .into_iter()
            .map(|line| Doorway {
                household: line.household.id.into(),
                residents: line.household.record.residents.into_keys().collect(),
            })
            .collect();
        // The order of doors must not hang on addresses that two of them may share.
        doors.sort_by_key(|door| door.household);
        self.visits = Visits::new(SEED, doors).take(count).collect();
        // They are taken from behind.
        self.visits.reverse();
        Ok(format!("ready={}", self.visits.len()))
    }

    fn save(&mut self, count: usize) -> Outcome<String> {
        let mut took = Vec::with_capacity(count);
        for _ in 0..count {
            let visit = self.visits.pop().ok_or("no visits are ready")?;
            let begun = Instant::now();
            self.replica.visits().save(&visit, Self::reading(self.booted))?;
            took.push(begun.elapsed().as_secs_f64() * 1e6);
        }
        took.sort_by(f64::total_cmp);
        let median = took.get(took.len() / 2).copied().unwrap_or(0.0);
        Ok(format!("saved={count} median_us={median:.1} sum_us={:.1}", took.iter().sum::<f64>()))
    }

    fn edit(&mut self, count: i64) -> Outcome<String> {
        let mut visits =
            self.beside.prepare("SELECT id FROM document WHERE kind = 'visit' ORDER BY record LIMIT ?1 OFFSET ?2")?;
        let ids: Vec<[u8; 16]> = visits.query_map((count, self.edited), |row| row.get(0))?.collect::<Result<_, _>>()?;
        self.edited += count;
        for id in ids {
            let id = DocumentId::from_bytes(id);
            let before = self.replica.visits().get(id)?.ok_or("a visit that is not there")?.record;
            let note = before.note.clone().unwrap_or_default() + "，补记";
            let after = Visit { note: Some(note), ..before.clone() };
            self.replica.visits().edit(id, &before, &after, Self::reading(self.booted))?;
        }
        Ok(String::new())
    }

    fn alerts(&mut self, count: usize, visits: i64) -> Outcome<String> {
        let town = self.replica.areas().below(None)?.first().ok_or("no town")?.id;
        let area = self.replica.areas().below(Some(town.into()))?.first().ok_or("no village")?.id.into();
        let reading = Self::reading(self.booted);
        let (dice, now) = (&mut self.dice, reading.wall);
        for _ in 0..count {
            let issued = now.plus_minutes(-dice.between(10, 21 * 24 * 60));
            let alert = Alert {
                name: "某人".to_owned(),
                telephone: None,
                household: None,
                resident: None,
                outsider: false,
                area,
                places: [].into(),
                level: dice.pick(&[&Level::Low, &Level::Medium, &Level::High, &Level::Extreme]).clone(),
                issuer: "反诈中心".to_owned(),
                platform_number: None,
                origin: Origin::Other,
                issued,
                reached_station: None,
                passed_on: None,
                entered: issued,
                playbook: "builtin-1".to_owned(),
                note: None,
            };
            let id = self.replica.alerts().create(&alert, (reading, Role::Police))?;
            let mut ended = issued;
            for _ in 0..dice.between(0, visits) {
                ended = ended.plus_minutes(dice.between(20, 5 * 24 * 60));
                if ended > now {
                    break;
                }
                let outcome = if dice.chance(80) { Found::Met } else { Found::NobodyHome };
                let visit = Visit {
                    purpose: Purpose::FollowUp,
                    household: None,
                    alert: Some(id),
                    outcome,
                    met_target: None,
                    met: [].into(),
                    met_others: None,
                    started: ended.plus_minutes(-15),
                    ended,
                    position: None,
                    given: [].into(),
                    explained: [].into(),
                    observations: [].into(),
                    note: None,
                    risk: None,
                    next_step: None,
                    dissuasion: None,
                    photos: None,
                };
                self.replica.visits().save(&visit, (reading, Role::GridWorker))?;
            }
        }
        Ok(String::new())
    }

    fn tasks(&self, count: u32) -> Outcome<String> {
        let reading = Self::reading(self.booted);
        let begun = Instant::now();
        let tasks = self.replica.tasks().list(&reading, Part::first(count))?;
        Ok(format!("wall_us={:.1} tasks={}", begun.elapsed().as_secs_f64() * 1e6, tasks.len()))
    }

    fn find(&self, text: &str) -> Outcome<String> {
        let begun = Instant::now();
        let found = self.replica.households().find(text, Part::first(20))?;
        Ok(format!("wall_us={:.1} found={}", begun.elapsed().as_secs_f64() * 1e6, found.len()))
    }

    fn sync(&self, address: &str) -> Outcome<String> {
        let transport = Timed { http: HttpTransport::new(address, HttpOptions::default())?, first: OnceLock::new() };
        let booted = self.booted;
        let watch = move || Self::reading(booted);
        let summary = self.runtime.block_on(self.replica.sync().run(&transport, &watch))?;
        let ended = unix_us();
        let first = transport.first.get().copied().unwrap_or(ended);
        let traffic = transport.http.counters().traffic();
        Ok(format!(
            "first_us={first:.0} wall_us={:.0} requests={} up={} down={} accepted={} refused={} held={} documents={}",
            ended - first,
            traffic.requests,
            traffic.up,
            traffic.down,
            summary.accepted,
            summary.refused,
            summary.held,
            summary.documents,
        ))
    }

    fn rows(&self, table: &str) -> Outcome<String> {
        let rows: i64 = self.beside.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0))?;
        Ok(format!("rows={rows}"))
    }

    fn figures(&self) -> Outcome<String> {
        let figures = self.replica.figures()?;
        Ok(format!(
            "recorded={} sent={} merged={} waiting={} held={} refused={} documents={} aside={}",
            figures.recorded,
            figures.sent,
            figures.merged,
            figures.waiting,
            figures.held,
            figures.refused,
            figures.documents,
            figures.aside,
        ))
    }
}

fn main() -> Outcome<()> {
    let path = std::env::args().nth(1).ok_or("usage: phone FILE")?;
    let mut phone = Phone::open(Path::new(&path))?;
    Ok(serve_lines("", |words| phone.answer(words))?)
}
