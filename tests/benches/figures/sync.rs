//! The first upload and the first download over loopback HTTP, and the bound beside them.
//!
//! Invariants: server and phones are processes of their own, with everything on that a town has on; every
//! round begins from the same files, put there and flushed before anything is timed; a transfer is over when
//! the rows can be queried on the other side.

use std::path::{Path, PathBuf};

use qiaomen_tests::figures::{Runs, Table};
use qiaomen_tests::generator::{SEED, doors_for};
use qiaomen_tests::process::{self, Process, Reply, unix_us};

use crate::{Outcome, Report, Room};

/// The file a phone keeps its records in; what SQLite puts beside it begins with the same name.
pub(crate) const DATABASE: &str = "phone.db";

/// A village on a server, and a worker's phone that has it.
pub(crate) struct Village {
    pub(crate) folder: PathBuf,
    /// The one-time code for another phone of the worker.
    pub(crate) code: String,
}

impl Village {
    /// Founds a village for so many visits, and gives its worker a phone.
    pub(crate) fn found(room: &Room, name: &str, visits: usize) -> Outcome<Self> {
        let folder = room.path(name);
        std::fs::create_dir_all(folder.join("phone"))?;
        let (mut server, ready) = Process::start(Room::SERVER.as_ref(), [folder.join("server")])?;
        let worker = server.ask(&format!("village {SEED} {}", doors_for(visits)))?.text("worker")?.to_owned();
        let code = server.ask(&format!("invite {worker}"))?.text("code")?.to_owned();
        let village = Self { code: server.ask(&format!("invite {worker}"))?.text("code")?.to_owned(), folder };
        let (mut phone, _) = Process::start(Room::PHONE.as_ref(), [village.phone()])?;
        let address = ready.text("address")?;
        phone.ask(&format!("enrol {address} {code}"))?;
        phone.ask(&format!("sync {address}"))?;
        phone.end()?;
        server.end()?;
        Ok(village)
    }

    /// The worker's phone's database.
    pub(crate) fn phone(&self) -> PathBuf {
        self.folder.join("phone").join(DATABASE)
    }

    /// Has the worker save so many visits, which are not sent.
    pub(crate) fn visit(&self, visits: usize) -> Outcome<()> {
        let (mut phone, _) = Process::start(Room::PHONE.as_ref(), [self.phone()])?;
        phone.ask(&format!("visits {visits}"))?;
        phone.ask(&format!("save {visits}"))?;
        Ok(phone.end()?)
    }

    /// A copy of it all, to be used up.
    fn copy(&self, to: PathBuf) -> Outcome<Self> {
        process::copy(&self.folder, &to)?;
        Ok(Self { folder: to, code: self.code.clone() })
    }
}

/// What one transfer cost, a record.
#[derive(Default)]
struct Transfer {
    wall: Runs,
    cpu: Runs,
    cpu_phone: Runs,
    cpu_server: Runs,
    up: Runs,
    down: Runs,
    requests: Runs,
    peak_phone: Runs,
    peak_server: Runs,
}

/// What ours and the bound cost.
#[derive(Default)]
struct Rounds {
    upload: Transfer,
    download: Transfer,
    bound_upload: Transfer,
    bound_download: Transfer,
    author_bytes: Runs,
    phone_bytes: Runs,
    server_bytes: Runs,
}

/// The processor time of two processes so far.
fn processors(phone: &Process, server: &Process) -> Outcome<(f64, f64)> {
    Ok((phone.used()?.cpu_us, server.used()?.cpu_us))
}

impl Transfer {
    /// Asks `phone` and waits until `there` says that the rows are; the reply says when the first byte went.
    fn measure(
        &mut self,
        records: usize,
        (phone, server): (&mut Process, &mut Process),
        question: &str,
        there: impl FnOnce(&mut Process, &mut Process) -> Outcome<()>,
    ) -> Outcome<()> {
        let before = processors(phone, server)?;
        let reply = phone.ask(question)?;
        there(phone, server)?;
        let ended = unix_us();
        let after = processors(phone, server)?;
        self.add(records, &reply, ended - reply.number("first_us")?, (after.0 - before.0, after.1 - before.1))?;
        self.peak_phone.add(phone.used()?.peak_bytes / 1e6);
        self.peak_server.add(server.used()?.peak_bytes / 1e6);
        Ok(())
    }

    fn add(&mut self, records: usize, reply: &Reply, wall: f64, (phone, server): (f64, f64)) -> Outcome<()> {
        let each = |value: f64| value / records as f64;
        self.wall.add(each(wall));
        self.cpu_phone.add(each(phone));
        self.cpu_server.add(each(server));
        self.cpu.add(each(phone + server));
        self.up.add(each(reply.number("up")?));
        self.down.add(each(reply.number("down")?));
        self.requests.add(reply.number("requests")?);
        Ok(())
    }

    fn bytes(&self) -> Runs {
        [self.up.median() + self.down.median()].into_iter().collect()
    }
}

/// The rows of all visits are there, and can be queried.
fn all_there(process: &mut Process, records: usize) -> Outcome<()> {
    let rows = process.ask("rows visit")?.number("rows")?;
    if rows < records as f64 { Err(format!("{rows} rows of {records}").into()) } else { Ok(()) }
}

impl Rounds {
    /// One round of ours: the worker's phone sends, an empty one of the worker's fetches.
    fn ours(&mut self, village: &Village, records: usize) -> Outcome<()> {
        let (mut server, ready) = Process::start(Room::SERVER.as_ref(), [village.folder.join("server")])?;
        let address = ready.text("address")?;
        let (mut author, _) = Process::start(Room::PHONE.as_ref(), [village.phone()])?;
        let sync = format!("sync {address}");
        self.upload.measure(records, (&mut author, &mut server), &sync, |_, server| all_there(server, records))?;
        author.end()?;
        self.author_bytes.add(database(village, "phone")?);

        std::fs::create_dir_all(village.folder.join("other"))?;
        let empty = village.folder.join("other").join(DATABASE);
        let (mut reader, _) = Process::start(Room::PHONE.as_ref(), [empty])?;
        reader.ask(&format!("enrol {address} {}", village.code))?;
        self.download.measure(records, (&mut reader, &mut server), &sync, |reader, _| all_there(reader, records))?;
        reader.end()?;
        self.phone_bytes.add(database(village, "other")?);
        server.end()?;
        self.server_bytes.add(process::size(&village.folder.join("server"), "")? as f64);
        Ok(())
    }

    /// One round of the bound.
    fn bound(&mut self, room: &Room, folder: &Path, records: usize) -> Outcome<()> {
        let file = room.records(records)?;
        let (mut server, _) = Process::start(Room::BOUND.as_ref(), [&file])?;
        let (mut phone, _) = Process::start(Room::BOUND.as_ref(), [&file])?;
        let port = server.ask(&format!("serve {}", folder.join("bound-server.db").display()))?.text("port")?.to_owned();
        let before = processors(&phone, &server)?;
        let reply = phone.ask(&format!("upload {port}"))?;
        let after = processors(&phone, &server)?;
        self.bound_upload.add(records, &reply, reply.number("wall_us")?, (after.0 - before.0, after.1 - before.1))?;
        let question = format!("download {port} {}", folder.join("bound-phone.db").display());
        let reply = phone.ask(&question)?;
        let last = processors(&phone, &server)?;
        self.bound_download.add(records, &reply, reply.number("wall_us")?, (last.0 - after.0, last.1 - after.1))?;
        phone.end()?;
        Ok(server.end()?)
    }
}

/// How large the database of a phone is once it is closed.
fn database(village: &Village, phone: &str) -> Outcome<f64> {
    Ok(process::size(&village.folder.join(phone), DATABASE)? as f64)
}

fn measure(room: &Room, name: &str, records: usize, runs: usize) -> Outcome<Rounds> {
    let village = Village::found(room, name, records)?;
    village.visit(records)?;
    let mut rounds = Rounds::default();
    for run in 0..runs {
        let copy = village.copy(room.path(&format!("{name}-{run}")))?;
        rounds.ours(&copy, records)?;
        rounds.bound(room, &copy.folder, records)?;
        std::fs::remove_dir_all(&copy.folder)?;
    }
    std::fs::remove_dir_all(&village.folder)?;
    Ok(rounds)
}

/// What is behind a figure's name that tells how many records it is about; nothing where it is what is usual.
fn suffix(records: usize) -> String {
    if records == 10_000 { String::new() } else { format!("_{records}") }
}

/// Measures each of these numbers of records so many times; `json` is what a record takes as compressed JSON.
pub(crate) fn run(room: &Room, report: &mut Report, sizes: &[(usize, usize)], json: f64) -> Outcome<()> {
    let mut usual: Option<Rounds> = None;
    for &(records, runs) in sizes {
        let rounds = measure(room, &format!("sync-{records}"), records, runs)?;
        let mut table = Table::new(format!(
            "{records} visits over loopback HTTP, {runs} rounds; bytes are those of HTTP bodies, memory is the peak of a process"
        ));
        fill(&mut table, &rounds, records, json);
        if let Some(usual) = usual.as_ref().filter(|_| records > 10_000) {
            let growth = |many: &Transfer, few: &Transfer| many.cpu.median() / few.cpu.median();
            let after = suffix(records);
            table.count(
                format!("upload.growth{after}"),
                growth(&rounds.upload, &usual.upload),
                "ratio",
                "processor time a record, to that at 10000",
            );
            table.count(
                format!("download.growth{after}"),
                growth(&rounds.download, &usual.download),
                "ratio",
                "processor time a record, to that at 10000",
            );
        }
        report.print(&table);
        if records == 10_000 {
            usual = Some(rounds);
        }
    }
    Ok(())
}

fn fill(table: &mut Table, rounds: &Rounds, records: usize, json: f64) {
    let after = suffix(records);
    for (name, transfer) in [("upload", &rounds.upload), ("download", &rounds.download)] {
        let mut runs =
            |what: &str, runs: &Runs, unit, says| table.runs(format!("{name}.{what}{after}"), runs, unit, says);
        runs("us_per_record", &transfer.wall, "us", "wall");
        runs("cpu_us_per_record", &transfer.cpu, "us", "processor time of both sides");
        runs("cpu_phone_us_per_record", &transfer.cpu_phone, "us", "the phone's part");
        runs("cpu_server_us_per_record", &transfer.cpu_server, "us", "the server's part");
        runs("bytes_per_record", &transfer.bytes(), "B", "both directions");
        runs("bytes_up_per_record", &transfer.up, "B", "from the phone");
        runs("bytes_down_per_record", &transfer.down, "B", "to the phone");
        runs("requests", &transfer.requests, "requests", "");
        runs("phone_peak_megabytes", &transfer.peak_phone, "MB", "the phone's memory");
        runs("server_peak_megabytes", &transfer.peak_server, "MB", "the server's memory");
    }
    if json > 0.0 {
        let ratio = rounds.upload.bytes().median() / json;
        table.count(format!("upload.ratio_to_json{after}"), ratio, "ratio", "bytes, to those of compressed JSON");
    }
    table.runs(format!("phone.bytes_{records}"), &rounds.phone_bytes, "B", "database of the phone that fetched");
    table.runs(format!("phone.author_bytes_{records}"), &rounds.author_bytes, "B", "database of the phone that sent");
    table.runs(format!("server.bytes_{records}"), &rounds.server_bytes, "B", "the server's folder");
    for (name, transfer) in [("bound.upload", &rounds.bound_upload), ("bound.download", &rounds.bound_download)] {
        table.runs(format!("{name}_us_per_record{after}"), &transfer.wall, "us", "wall");
        table.runs(format!("{name}_cpu_us_per_record{after}"), &transfer.cpu, "us", "processor time of both sides");
    }
    let ratio = |ours: &Transfer, bound: &Transfer| ours.wall.median() / bound.wall.median();
    let (up, down) = (ratio(&rounds.upload, &rounds.bound_upload), ratio(&rounds.download, &rounds.bound_download));
    table.count(format!("upload.ratio_to_bound{after}"), up, "ratio", "wall");
    table.count(format!("download.ratio_to_bound{after}"), down, "ratio", "wall");
}
