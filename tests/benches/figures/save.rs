//! A visit saved on the phone, durably, against a bare insert of the same row.
//!
//! Invariant: both are one transaction with `synchronous=FULL` in an encrypted database of their own, and take
//! turns in blocks, each in its own process.

use qiaomen_tests::figures::{Runs, Table};
use qiaomen_tests::process::{Process, Used};

use crate::sync::Village;
use crate::{Outcome, Report, Room};

/// Saves in a block.
const BLOCK: usize = 250;

/// Measures so many blocks of each.
pub(crate) fn run(room: &Room, report: &mut Report, rounds: usize) -> Outcome<()> {
    let village = Village::found(room, "save", 40 * BLOCK)?;
    let (mut phone, _) = Process::start(Room::PHONE.as_ref(), [village.phone()])?;
    phone.ask(&format!("visits {}", (rounds + 1) * BLOCK))?;
    let (mut bare, _) = Process::start(Room::BOUND.as_ref(), [room.records(BLOCK * 4)?])?;
    let insert = format!("insert {} {BLOCK}", room.path("bare.db").display());
    let save = format!("save {BLOCK}");
    // The first blocks fill caches and make files; they are not counted.
    phone.ask(&save)?;
    bare.ask(&insert)?;

    let (mut ours, mut theirs, mut ratio) = (Runs::default(), Runs::default(), Runs::default());
    let mut medians = (Runs::default(), Runs::default());
    let mut cpu = (0.0, 0.0);
    for _ in 0..rounds {
        let (one, cpu_one) = asked(&mut phone, &save)?;
        let (other, cpu_other) = asked(&mut bare, &insert)?;
        ours.add(one.0);
        theirs.add(other.0);
        ratio.add(one.0 / other.0);
        medians.0.add(one.1);
        medians.1.add(other.1);
        cpu = (cpu.0 + cpu_one, cpu.1 + cpu_other);
    }
    phone.end()?;
    bare.end()?;

    let saves = (rounds * BLOCK) as f64;
    let mut table =
        Table::new(format!("Saving a visit: {rounds} blocks of {BLOCK} visits, and as many bare inserts, in turn"));
    table.runs("save.us", &ours, "us", "a visit saved, mean of a block");
    table.runs("save.median_us", &medians.0, "us", "a visit saved, median of a block");
    table.runs("bare.us", &theirs, "us", "a bare insert, mean of a block");
    table.runs("bare.median_us", &medians.1, "us", "a bare insert, median of a block");
    table.runs("save.ratio_to_bare_insert", &ratio, "ratio", "wall, block by block");
    let above: Runs = [medians.0.median() - medians.1.median()].into_iter().collect();
    table.runs("save.above_bare_us", &above, "us", "a visit saved, above a bare insert, medians");
    table.count("save.cpu_us", cpu.0 / saves, "us", "processor time of the phone's process a visit");
    table.count("bare.cpu_us", cpu.1 / saves, "us", "processor time a bare insert");
    table.count("save.cpu_ratio_to_bare_insert", cpu.0 / cpu.1, "ratio", "processor time, all blocks");
    report.print(&table);
    Ok(())
}

/// One block: mean and median in microseconds, and the processor time it took.
fn asked(process: &mut Process, question: &str) -> Outcome<((f64, f64), f64)> {
    let Used { cpu_us: before, .. } = process.used()?;
    let reply = process.ask(question)?;
    let Used { cpu_us: after, .. } = process.used()?;
    let mean = reply.number("sum_us")? / BLOCK as f64;
    Ok(((mean, reply.number("median_us")?), after - before))
}
