//! The benchmarks: `cargo bench -p qiaomen-tests [-- [--quick] [--records N] [--runs N] [WORD …]]`.
//!
//! Each prints a table for people and, for programs, one line a figure: `figure NAME VALUE UNIT`; what has an aim
//! shows it, and all aims stand together at the end. No time is asserted; `docs/performance.md` says what the
//! figures mean. Real processes are
//! started and asked (`src/bin`), so that each side's processor time and memory are its own. Ours and the
//! bound run in turn within every round, so that a machine whose speed drifts moves both; a figure is the
//! median of the rounds. Words choose benchmarks by name: `records`, `save`, `sync`, `delta`, `idle`, `due`,
//! `search`, `messages`, `alerts`, `console`. `--records N` measures `sync` with that many only; otherwise it is 1,000, 10,000 and 100,000.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark speaks to whoever started it")]

mod alerts;
mod console;
mod due;
mod messages;
mod save;
mod small;
mod sync;

use std::error::Error;
use std::path::{Path, PathBuf};

use qiaomen_tests::figures::{AIMS, Aim, Table};
use qiaomen_tests::generator::{self, SEED};
use qiaomen_tests::process::Folder;

/// Whatever may go wrong.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// Records in a page, where records are packed without us.
const PAGE: usize = 2_500;

/// What was asked for on the command line.
struct Plan {
    records: usize,
    /// Whether the number of records was asked for.
    chosen: bool,
    runs: usize,
    quick: bool,
    words: Vec<String>,
}

impl Plan {
    fn read(arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut plan = Self { records: 0, chosen: false, runs: 0, quick: false, words: Vec::new() };
        let mut arguments = arguments.peekable();
        while let Some(argument) = arguments.next() {
            let mut number = |name: &str| -> Outcome<usize> {
                let value = arguments.next().ok_or_else(|| format!("{name} needs a number"))?;
                value
                    .parse()
                    .ok()
                    .filter(|value| *value > 0)
                    .ok_or_else(|| format!("{name}: {value} is no number").into())
            };
            match argument.as_str() {
                // Cargo says so to every benchmark.
                "--bench" => {}
                "--quick" => plan.quick = true,
                "--records" => plan.records = number("--records")?,
                "--runs" => plan.runs = number("--runs")?,
                word if word.starts_with('-') => {
                    return Err(format!("unknown: {word}; there are --quick, --records N, --runs N").into());
                }
                word => plan.words.push(word.to_owned()),
            }
        }
        plan.chosen = plan.records > 0;
        if !plan.chosen {
            plan.records = if plan.quick { 1_000 } else { 10_000 };
        }
        if plan.runs == 0 {
            plan.runs = if plan.quick { 2 } else { 5 };
        }
        Ok(plan)
    }

    fn wants(&self, name: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| name.contains(word.as_str()))
    }
}

/// The programs that are started, and where they may write.
pub(crate) struct Room {
    folder: Folder,
}

impl Room {
    pub(crate) const SERVER: &'static str = env!("CARGO_BIN_EXE_server");
    pub(crate) const PHONE: &'static str = env!("CARGO_BIN_EXE_phone");
    pub(crate) const BOUND: &'static str = env!("CARGO_BIN_EXE_bound");

    /// Where a file or folder of this name is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The file of `count` records as JSON, one a line; made when it is first asked for.
    pub(crate) fn records(&self, count: usize) -> Outcome<PathBuf> {
        let path = self.path(&format!("records-{count}"));
        if !path.exists() {
            std::fs::write(&path, generator::json(SEED, count)?.join("\n"))?;
        }
        Ok(path)
    }
}

/// Prints a table, and keeps how its figures stand to their aims.
#[derive(Default)]
pub(crate) struct Report {
    aimed: Vec<(Aim, f64)>,
}

impl Report {
    pub(crate) fn print(&mut self, table: &Table) {
        table.print();
        self.aimed.extend(table.aimed());
    }

    /// All aims, with what was measured of them.
    fn aims(&self) {
        println!("\nAims");
        for aim in AIMS {
            match self.aimed.iter().find(|(have, _)| have == aim) {
                Some((_, value)) => println!("  {:24} {value:>14.2}  {}", aim.name, aim.judge(*value)),
                None => println!("  {:24} {:>14}", aim.name, "not measured"),
            }
        }
    }
}

/// How records look without us; returns their compressed bytes, each.
fn records(report: &mut Report, count: usize) -> Outcome<f64> {
    let records = generator::json(SEED, count)?;
    let plain: usize = records.iter().map(String::len).sum();
    let mut table = Table::new(format!("{count} visits from the generator, as JSON in pages of {PAGE}"));
    table.count("json.plain_bytes_per_record", plain as f64 / count as f64, "B", "uncompressed");
    let packed = generator::packed(&records, PAGE)? as f64 / count as f64;
    table.count("json.bytes_per_record", packed, "B", "after zstd-3");
    report.print(&table);
    Ok(packed)
}

fn run(plan: &Plan) -> Outcome<()> {
    let room = Room { folder: Folder::fresh(Path::new(env!("CARGO_TARGET_TMPDIR")), "figures")? };
    let report = &mut Report::default();
    let json =
        if plan.wants("records") || plan.wants("sync") { records(report, plan.records.max(1_000))? } else { 0.0 };
    if plan.wants("save") {
        save::run(&room, report, if plan.quick { 3 } else { 12 })?;
    }
    if plan.wants("sync") {
        let sizes: &[(usize, usize)] = match (plan.chosen, plan.quick) {
            (true, _) => &[(plan.records, plan.runs)],
            (false, true) => &[(250, 2), (1_000, 2)],
            // Once is enough where a round is long.
            (false, false) => &[(1_000, plan.runs), (10_000, plan.runs), (100_000, 1)],
        };
        sync::run(&room, report, sizes, json)?;
    }
    if plan.wants("delta") {
        small::delta(&room, report, if plan.quick { 1_000 } else { 10_000 }, if plan.quick { 2 } else { 5 })?;
    }
    if plan.wants("idle") {
        small::idle(&room, report)?;
    }
    if plan.wants("search") {
        small::search(&room, report, if plan.quick { 1_000 } else { 10_000 })?;
    }
    if plan.wants("due") {
        due::run(&room, report, if plan.quick { 1_000 } else { 10_000 })?;
    }
    if plan.wants("messages") {
        messages::run(report, if plan.quick { 3 } else { 15 })?;
    }
    if plan.wants("alerts") {
        alerts::run(&room, report, plan.quick)?;
    }
    if plan.wants("console") {
        console::run(&room, report, plan.quick)?;
    }
    report.aims();
    Ok(())
}

fn main() -> std::process::ExitCode {
    let done = Plan::read(std::env::args().skip(1)).and_then(|plan| run(&plan));
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            println!("The benchmarks could not be finished.");
            std::process::ExitCode::FAILURE
        }
    }
}
