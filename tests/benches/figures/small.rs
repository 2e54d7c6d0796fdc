//! What a phone costs day by day: a few changes up and down, asking in vain, and looking for a door.
//!
//! Invariant: as everywhere here, each side is a process of its own, with everything on.

use qiaomen_tests::figures::{Runs, Table};
use qiaomen_tests::process::Process;

use crate::sync::{DATABASE, Village};
use crate::{Outcome, Report, Room};

/// How many visits are edited, and how many are new.
const EDITS: usize = 100;
const NEW: usize = 20;

/// The worker's one phone has edited and added visits; they go up, and come down to the worker's other phone.
pub(crate) fn delta(room: &Room, report: &mut Report, records: usize, rounds: usize) -> Outcome<()> {
    let village = Village::found(room, "delta", records)?;
    village.visit(records)?;
    let (server, ready) = Process::start(Room::SERVER.as_ref(), [village.folder.join("server")])?;
    let sync = format!("sync {}", ready.text("address")?);
    let (mut author, _) = Process::start(Room::PHONE.as_ref(), [village.phone()])?;
    author.ask(&sync)?;
    std::fs::create_dir_all(village.folder.join("other"))?;
    let (mut reader, _) = Process::start(Room::PHONE.as_ref(), [village.folder.join("other").join(DATABASE)])?;
    reader.ask(&format!("enrol {} {}", ready.text("address")?, village.code))?;
    reader.ask(&sync)?;
    author.ask(&format!("visits {}", NEW * rounds))?;
    let mut figures: [(Runs, Runs, Runs); 2] = Default::default();
    for _ in 0..rounds {
        author.ask(&format!("edit {EDITS}"))?;
        author.ask(&format!("save {NEW}"))?;
        for (phone, figure) in [&mut author, &mut reader].into_iter().zip(&mut figures) {
            let reply = phone.ask(&sync)?;
            figure.0.add(reply.number("wall_us")? / 1e3);
            figure.1.add(reply.number("requests")?);
            figure.2.add(reply.number("up")? + reply.number("down")?);
            let moved = reply.number("accepted")? + reply.number("documents")?;
            if moved < (EDITS + NEW) as f64 {
                return Err(format!("{moved} of {} changes went", EDITS + NEW).into());
            }
        }
    }
    author.end()?;
    reader.end()?;
    server.end()?;
    let mut table = Table::new(format!("{EDITS} edits and {NEW} new visits beside {records}, {rounds} rounds"));
    for (name, (wall, requests, bytes)) in ["delta_up", "delta_down"].into_iter().zip(&figures) {
        table.runs(format!("{name}.ms"), wall, "ms", "wall");
        table.runs(format!("{name}.requests"), requests, "requests", "");
        table.runs(format!("{name}.bytes"), bytes, "B", "both directions");
    }
    report.print(&table);
    Ok(())
}

/// A worker with one grid and ten case files asks, and there is nothing.
pub(crate) fn idle(room: &Room, report: &mut Report) -> Outcome<()> {
    let folder = room.path("idle");
    std::fs::create_dir_all(&folder)?;
    let (mut server, ready) = Process::start(Room::SERVER.as_ref(), [folder.join("server")])?;
    let address = ready.text("address")?;
    let worker = server.ask("casework 10")?.text("worker")?.to_owned();
    let code = server.ask(&format!("invite {worker}"))?.text("code")?.to_owned();
    let (mut phone, _) = Process::start(Room::PHONE.as_ref(), [folder.join(DATABASE)])?;
    phone.ask(&format!("enrol {address} {code}"))?;
    let sync = format!("sync {address}");
    let alerts = phone.ask(&sync).and_then(|_| phone.ask("rows alert"))?.number("rows")?;
    if alerts < 10.0 {
        return Err(format!("{alerts} case files of 10").into());
    }
    let (mut bytes, mut requests, mut wall) = (Runs::default(), Runs::default(), Runs::default());
    for _ in 0..5 {
        let reply = phone.ask(&sync)?;
        bytes.add(reply.number("up")? + reply.number("down")?);
        requests.add(reply.number("requests")?);
        wall.add(reply.number("wall_us")? / 1e3);
    }
    phone.end()?;
    server.end()?;
    let mut table = Table::new("A worker with one grid and ten case files asks, and there is nothing");
    table.runs("idle.bytes", &bytes, "B", "HTTP bodies, both directions");
    table.runs("idle.requests", &requests, "requests", "");
    table.runs("idle.ms", &wall, "ms", "wall");
    report.print(&table);
    Ok(())
}

/// Looking for a door among many, by what people type.
pub(crate) fn search(room: &Room, report: &mut Report, doors: usize) -> Outcome<()> {
    let village = Village::found(room, "search", doors * qiaomen_tests::generator::VISITS_PER_DOOR)?;
    let (mut phone, _) = Process::start(Room::PHONE.as_ref(), [village.phone()])?;
    let mut table = Table::new(format!("Finding a door among {doors}, the first 20 of those found"));
    let mut all = Runs::default();
    for (name, text) in [("address", "12幢"), ("name", "王"), ("none", "没有这样的门")] {
        phone.ask(&format!("find {text}"))?;
        let mut runs = Runs::default();
        for _ in 0..9 {
            runs.add(phone.ask(&format!("find {text}"))?.number("wall_us")? / 1e3);
        }
        all.add(runs.median());
        table.runs(format!("search.{name}_ms_{doors}"), &runs, "ms", "one question, wall");
    }
    let slowest: Runs = [all.span().1].into_iter().collect();
    table.runs(format!("search.ms_{doors}"), &slowest, "ms", "the slowest of these");
    report.print(&table);
    Ok(phone.end()?)
}
