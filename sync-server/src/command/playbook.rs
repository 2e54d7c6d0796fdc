//! `playbook check`, `playbook try`, `playbook effect`, `playbook publish`, `playbook list`.
//!
//! Floor: sync-server, command. Invariants: to check and to try one opens no town; a playbook has its version in its text.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::playbook::{Playbook, scenario};
use qiaomen_core::record::{Time, Zone};

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::words;
use crate::settings::SettingError;
use crate::settings::playbook as settings;

#[derive(Debug, Subcommand)]
pub(super) enum PlaybookCommand {
    Check(Check),
    Try(Try),
    Effect(Effect),
    Publish(Publish),
    /// List the playbooks there are, the last to come into force first
    List,
}

/// Say whether a playbook can be used
///
/// A playbook is a TOML file that says only what a town does otherwise than the built-in one, which is
/// core/src/playbook/builtin.toml; it must have a version of its own. What is wrong in it is named with its place.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The playbook
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,
}

/// Print what a playbook makes of a case, as JSON
///
/// A scenario is an alert and whatever has been recorded for it; each list may be left out, every
/// time needs its offset:
///
/// {"alert":      {"level": "extreme|high|medium|low", "issued": "2026-03-01T09:00:00+08:00",
///                 "reached_station": TIME},
///  "raises":     [{"level": ..., "at": TIME}],
///  "visits":     [{"purpose": "first_contact|dissuasion|follow_up|door",
///                  "outcome": "met|nobody_home|refused|moved|inaccessible|telephone_only",
///                  "met_target": true|false, "started": TIME, "ended": TIME,
///                  "risk": "none|may_be_defrauded_again"}],
///  "feedbacks":  [{"at": TIME}],    "money_sent":  [{"at": TIME}],
///  "clearances": [{"at": TIME, "withdrawn": TIME}],
///  "extensions": [{"at": TIME, "until": TIME}],
///  "transfers":  [{"at": TIME, "until": TIME}],
///  "joins":      [{"level": LEVEL, "issued": TIME, "at": TIME}],
///  "closed":     TIME}
///
/// reached_station is the issue without it; met_target is whether the outcome is met; risk,
/// withdrawn and a transfer's until may be left out. The answer lists everything ever owed by due
/// time, each open, done, late, overdue, missed or excused.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Try {
    /// The scenario; - reads standard input
    #[arg(value_name = "SCENARIO.json")]
    scenario: PathBuf,
    /// The playbook to try; the built-in one without this
    #[arg(long, value_name = "FILE.toml")]
    playbook: Option<PathBuf>,
    /// The moment to judge from, RFC 3339 with an offset; this moment without it
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// The zone whose days count, such as Asia/Shanghai; the playbook's without this
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

/// Say what a draft would come to for open alerts and for made-up cases, beside the rules in force now
#[derive(Debug, Args)]
pub(super) struct Effect {
    /// The playbook
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,
    /// For whom: alerts are those whose case files they hold
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

/// Put a playbook in force: alerts issued from then on are reckoned by it, on every phone and the server
///
/// Alerts that there are keep the playbook they were issued under. What is published is never changed: another one takes
/// its place.
#[derive(Debug, Args)]
pub(super) struct Publish {
    /// The playbook
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,
    /// From which day on it is in force, such as 2026-05-01; from now on if absent
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

impl PlaybookCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Self::Check(check) => {
                let playbook = read_playbook(&check.file)?;
                let answer = serde_json::json!({ "version": playbook.version(), "usable": true });
                output::result(place.json, &answer, |_| {
                    output::line(format!("This playbook can be used. Its version is {}.", playbook.version()));
                })?;
            }
            Self::Try(tried) => {
                let playbook = tried.playbook.as_deref().map_or_else(|| Ok(Playbook::builtin()), read_playbook)?;
                let zone = tried.zone.as_deref().map(zone).transpose()?;
                let now = tried.now.as_deref().map_or_else(|| Ok(super::open::now()), time)?;
                let scenario = read(&tried.scenario)?;
                let answer = scenario::run(&scenario, &playbook, zone.as_ref(), now)
                    .map_err(|error| Failure::usage(format!("the scenario is wrong at {error}")))?;
                output::line(serde_json::to_string_pretty(&answer)?);
            }
            Self::Effect(asked) => {
                let session = Session::open_present(place)?;
                let (reader, _) = session.acting(&asked.acting)?;
                let rules = read(&asked.file)?;
                let found = settings::draft_effect(&session.town, reader, &rules, session.now).map_err(not_set)?;
                output::result(place.json, &found, |found| print_effect(session.town.zone(), found))?;
            }
            Self::Publish(asked) => {
                let mut session = Session::open_present(place)?;
                let (by, _) = session.acting(&asked.acting)?;
                let rules = read(&asked.file)?;
                let from = asked.from.as_deref().map(|text| words::day("--from", text)).transpose()?;
                let from = from.map_or(session.now, |day| session.town.zone().start(day));
                session.writable()?;
                let (town, reason) = (&session.town, asked.reason.as_deref());
                let published = settings::publish(town, by, &rules, from, reason, session.now, &mut session.random);
                output::result(place.json, &published.map_err(not_set)?, |line| print(session.town.zone(), line))?;
            }
            Self::List => {
                let session = Session::open_present(place)?;
                let found = settings::list(&session.town, session.now)?;
                output::result(place.json, &found, |found| {
                    found.iter().for_each(|line| print(session.town.zone(), line));
                })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The text of a file or, called -, of standard input; the mark that some editors begin it with is left out.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let (name, text) = if path.as_os_str() == "-" {
        ("standard input".to_owned(), std::io::read_to_string(std::io::stdin()))
    } else {
        (path.display().to_string(), std::fs::read_to_string(path))
    };
    match text {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Err(Failure::usage(format!("cannot read {name}: it is not UTF-8; save it as UTF-8 and try again")))
        }
        Err(error) => Err(Failure::usage(format!("cannot read {name}: {error}"))),
    }
}

fn not_set(error: SettingError) -> Failure {
    match error {
        SettingError::Taken => {
            Failure::usage("version: there is a playbook of this version already; write another name")
        }
        SettingError::Past => Failure::usage(
            "--from: this day has begun, and alerts were reckoned meanwhile; write a later day, or leave it out",
        ),
        error => words::not_set(error),
    }
}

fn print(zone: &Zone, line: &settings::Line) {
    let from = line.from.map_or_else(|| "built in".to_owned(), |from| format!("from {}", zone.written(from)));
    let state = match (&line.problem, line.in_force) {
        (Some(problem), _) => format!("  (not usable: {problem})"),
        (None, true) => "  (in force)".to_owned(),
        (None, false) => String::new(),
    };
    let reason = line.reason.as_deref().unwrap_or("-");
    output::line(format!("{}  {from}  {reason}{state}", line.version));
}

fn print_effect(zone: &Zone, found: &settings::Effect) {
    output::line(format!("{} now, {} as drafted", found.current, found.draft));
    for sample in &found.samples {
        let same = if sample.differs { "" } else { "  the same" };
        let name = sample.name.as_deref().unwrap_or("-");
        output::line(format!("{name}  {}  issued {}{same}", sample.level, zone.written(sample.issued)));
        for visit in sample.visits.iter().filter(|visit| visit.current != visit.draft) {
            let side = |side: Option<settings::Side>| {
                side.map_or_else(|| "-".to_owned(), |side| format!("{} {:?}", zone.written(side.due), side.state))
            };
            output::line(format!("  {:?}  {}  =>  {}", visit.kind, side(visit.current), side(visit.draft)));
        }
    }
}

fn read_playbook(path: &Path) -> Result<Playbook, Failure> {
    Playbook::parse(&read(path)?)
        .map_err(|error| Failure::usage(format!("the playbook {} is wrong: {error}", path.display())))
}

fn zone(name: &str) -> Result<Zone, Failure> {
    Zone::named(name)
        .map_err(|_| Failure::usage(format!("\"{name}\" is no time zone; write one such as Asia/Shanghai")))
}

/// A time of the command line.
pub(crate) fn time(text: &str) -> Result<Time, Failure> {
    scenario::parse_time(text).map_err(|reason| Failure::usage(format!("--now: {reason}")))
}
