//! Real processes, killed where they stand.

use std::path::Path;
use std::time::Duration;

use qiaomen_core::record::random::{self, SeededRandom};
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_tests::process::{Process, ProcessError, Reply};

use crate::harness::World;

/// How often something is killed.
const ROUNDS: usize = 10;

struct Pair {
    folder: tempfile::TempDir,
    random: SeededRandom,
    server: Option<Process>,
    phone: Option<Process>,
    address: String,
    /// Visits whose saving was confirmed.
    saved: u64,
}

impl Pair {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("town")).unwrap();
        let random = SeededRandom::new(seed);
        let mut pair = Self { folder, random, server: None, phone: None, address: String::new(), saved: 0 };
        pair.start_server();
        pair.start_phone();
        pair
    }

    fn start_server(&mut self) {
        let program = Path::new(env!("CARGO_BIN_EXE_server"));
        let (server, ready) = Process::start(program, [self.folder.path().join("town")]).unwrap();
        self.address = ready.text("address").unwrap().to_owned();
        self.server = Some(server);
    }

    fn start_phone(&mut self) {
        let program = Path::new(env!("CARGO_BIN_EXE_phone"));
        self.phone = Some(Process::start(program, [self.folder.path().join("phone.sqlite3")]).unwrap().0);
    }

    fn server(&mut self, question: &str) -> Reply {
        self.server.as_mut().unwrap().ask(question).unwrap()
    }

    fn phone(&mut self, question: &str) -> Reply {
        self.phone.as_mut().unwrap().ask(question).unwrap()
    }

    fn below(&mut self, limit: u64) -> u64 {
        u64::from_le_bytes(random::bytes(&mut self.random)) % limit
    }

    /// Lets some time go by, so that the kill hits anywhere.
    fn pause(&mut self, millis: u64) {
        let micros = self.below(millis * 1_000);
        std::thread::sleep(Duration::from_micros(micros));
    }

    fn save(&mut self, count: u64) {
        self.phone(&format!("visits {count}"));
        self.phone(&format!("save {count}"));
        self.saved += count;
    }

    fn sync(&mut self) -> Result<Reply, ProcessError> {
        let question = format!("sync {}", self.address);
        self.phone.as_mut().unwrap().ask(&question)
    }

    fn tell_sync(&mut self) {
        let question = format!("sync {}", self.address);
        self.phone.as_mut().unwrap().tell(&question).unwrap();
    }

    fn kill_phone(&mut self) {
        self.phone.take().unwrap().kill();
        self.start_phone();
    }

    fn kill_server(&mut self) {
        self.server.take().unwrap().kill();
        // The phone finds nobody there, and says so or has just finished.
        let _ = self.phone.as_mut().unwrap().reply("sync");
        self.start_server();
    }

    /// What the phone's own counts say.
    fn recorded(&mut self) -> u64 {
        self.phone("figures").number("recorded").unwrap() as u64
    }

    /// Bounded: everything must be through after so many exchanges.
    fn converge(&mut self) {
        let mut last = None;
        for _ in 0..5 {
            match self.sync() {
                Ok(_) => {
                    last = None;
                    break;
                }
                Err(error) => last = Some(error),
            }
        }
        assert!(last.is_none(), "{}", last.unwrap());
        assert_eq!(self.phone("figures").number("waiting").unwrap(), 0.0);
    }

    /// Everything that was confirmed is on both sides, and both are the same.
    fn ends_well(mut self) {
        self.converge();
        let recorded = self.recorded();
        assert!(recorded >= self.saved, "{recorded} of {} saved", self.saved);
        let visits = self.phone("rows visit").number("rows").unwrap();
        assert_eq!(visits, recorded as f64);
        assert_eq!(self.server("rows visit").number("rows").unwrap(), visits);
        self.server.take().unwrap().kill();
        self.phone.take().unwrap().kill();
        let mut world = World::around(&self.folder.path().join("town"), SystemClock.now());
        // The write-ahead log goes along with the file.
        let phone = world.phone_from(&self.folder.path().join("phone.sqlite3"));
        world.settle_and_agree(&[&phone]);
    }

    fn enrol(&mut self, doors: usize) {
        let made = self.server(&format!("village 5 {doors}"));
        let worker = made.text("worker").unwrap().to_owned();
        let code = self.server(&format!("invite {worker}")).text("code").unwrap().to_owned();
        let question = format!("enrol {} {code}", self.address);
        self.phone(&question);
    }
}

#[test]
fn a_phone_killed_while_it_downloads_goes_on_where_it_was() {
    let mut pair = Pair::new(1);
    pair.enrol(250);
    for _ in 0..ROUNDS {
        pair.tell_sync();
        pair.pause(60);
        pair.kill_phone();
    }
    pair.converge();
    assert_eq!(pair.phone("rows household").number("rows").unwrap(), 250.0);
    pair.ends_well();
}

#[test]
fn a_phone_killed_while_it_uploads_loses_nothing_that_was_saved() {
    let mut pair = Pair::new(2);
    pair.enrol(20);
    pair.converge();
    for _ in 0..ROUNDS {
        pair.save(30);
        pair.tell_sync();
        pair.pause(80);
        pair.kill_phone();
        assert!(pair.recorded() >= pair.saved);
    }
    pair.ends_well();
}

#[test]
fn a_phone_killed_while_it_saves_keeps_whole_records_only() {
    let mut pair = Pair::new(3);
    pair.enrol(20);
    pair.converge();
    for _ in 0..ROUNDS {
        pair.save(3);
        pair.phone("visits 40");
        pair.phone.as_mut().unwrap().tell("save 40").unwrap();
        pair.pause(60);
        pair.kill_phone();
        assert!(pair.recorded() >= pair.saved);
    }
    pair.ends_well();
}

#[test]
fn a_server_killed_while_it_takes_in_and_gives_out_keeps_what_it_confirmed() {
    let mut pair = Pair::new(4);
    pair.enrol(150);
    for round in 0..ROUNDS {
        if round > 2 {
            pair.save(30);
        } else {
            // Doors must have come before there can be visits.
            let _ = round;
        }
        let before = pair.server("log").number("size").unwrap();
        pair.tell_sync();
        pair.pause(60);
        pair.kill_server();
        assert!(pair.server("log").number("size").unwrap() >= before);
        if round == 2 {
            pair.converge();
        }
        assert!(pair.recorded() >= pair.saved);
    }
    pair.ends_well();
}

#[test]
fn both_killed_in_turn_end_with_the_same() {
    let mut pair = Pair::new(5);
    pair.enrol(40);
    pair.converge();
    for _ in 0..ROUNDS {
        pair.save(15);
        pair.tell_sync();
        pair.pause(50);
        if pair.below(2) == 0 {
            pair.kill_phone();
        } else {
            pair.kill_server();
        }
    }
    pair.ends_well();
}
