//! `phase add`, `phase list`, `phase set`, `phase cancel`, `phase coverage`.
//!
//! Floor: sync-server, command. Invariant: days are the town's own, from the start of the first to the end of the last.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::doors::Period;
use qiaomen_core::record::{DocumentId, Time, Zone};

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::words;
use crate::report::Reports;
use crate::report::phases::PhaseLine;
use crate::settings::SettingError;
use crate::settings::phases::{self, Change, New};

#[derive(Debug, Subcommand)]
pub(super) enum PhaseCommand {
    /// Add a phase of a campaign, by which reports can be cut
    Add(Add),
    /// List the phases, the first to begin first
    List(List),
    /// Change a phase's names, days or note
    Set(Set),
    /// Call a phase off: no report is cut by it any more
    Cancel(Cancel),
    /// Say how doors stand, of what was done in each phase
    Coverage(Coverage),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// What the campaign is called
    #[arg(long)]
    campaign: String,
    /// What the phase is called
    #[arg(long)]
    name: String,
    /// Its first day, such as 2026-03-01
    #[arg(long, value_name = "DATE")]
    from: String,
    /// Its last day
    #[arg(long, value_name = "DATE")]
    to: String,
    /// What is to be done in it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Show those too that were called off
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Args)]
pub(super) struct Set {
    /// The phase, as `phase list` shows it
    id: String,
    /// What the campaign is called; as it is if absent
    #[arg(long)]
    campaign: Option<String>,
    /// What the phase is called; as it is if absent
    #[arg(long)]
    name: Option<String>,
    /// Its first day; as it is if absent
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Its last day; as it is if absent
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// What is to be done in it; as it is if absent, nothing if empty
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct Cancel {
    /// The phase, as `phase list` shows it
    id: String,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct Coverage {
    /// Of which area; all there are if absent
    #[arg(long, value_name = "AREA")]
    area: Option<String>,
}

impl PhaseCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        let shown = match self {
            Self::List(asked) => phases::list(&session.town, asked.all)?,
            Self::Add(asked) => vec![asked.add(&mut session)?],
            Self::Set(asked) => vec![asked.set(&mut session)?],
            Self::Cancel(asked) => {
                let (by, _) = session.acting(&asked.acting)?;
                let id = id(&asked.id)?;
                session.writable()?;
                let cancelled = phases::cancel(&session.town, by, id, session.now, &mut session.random);
                vec![cancelled.map_err(not_set)?]
            }
            Self::Coverage(asked) => {
                asked.show(&session, place)?;
                return Ok(ExitCode::SUCCESS);
            }
        };
        let zone = session.town.zone();
        output::result(place.json, &shown, |shown| shown.iter().for_each(|one| print(zone, one)))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    fn add(self, session: &mut Session) -> Result<PhaseLine, Failure> {
        let (by, _) = session.acting(&self.acting)?;
        let zone = session.town.zone();
        let from = zone.start(words::day("--from", &self.from)?);
        let to = zone.end(words::day("--to", &self.to)?);
        session.writable()?;
        let new = New { campaign: self.campaign, name: self.name, from, to, note: self.note };
        phases::add(&session.town, by, new, session.now, &mut session.random).map_err(not_set)
    }
}

impl Set {
    fn set(self, session: &mut Session) -> Result<PhaseLine, Failure> {
        let (by, _) = session.acting(&self.acting)?;
        let id = id(&self.id)?;
        let zone = session.town.zone();
        let from = self.from.as_deref().map(|text| words::day("--from", text)).transpose()?;
        let to = self.to.as_deref().map(|text| words::day("--to", text)).transpose()?;
        let (from, to) = (from.map(|day| zone.start(day)), to.map(|day| zone.end(day)));
        session.writable()?;
        let change = Change { campaign: self.campaign, name: self.name, from, to, note: self.note };
        phases::change(&session.town, by, id, change, session.now, &mut session.random).map_err(not_set)
    }
}

impl Coverage {
    fn show(&self, session: &Session, place: &Place) -> Result<(), Failure> {
        let reports = Reports::of(&session.town)?;
        let area = self.area.as_deref().map(|text| super::report::area(&reports, text)).transpose()?;
        let found = reports.coverage_by_phase(area)?;
        let zone = session.town.zone();
        output::result(place.json, &found, |found| {
            for of in &found.phases {
                let sum = &of.coverage;
                print(zone, &of.phase);
                output::line(format!(
                    "  {} of {} counted doors visited, {} pledged, {} never tried",
                    sum.visited, sum.counted, sum.pledged, sum.never_tried
                ));
            }
        })
    }
}

fn id(text: &str) -> Result<DocumentId, Failure> {
    text.parse().map_err(|_| not_set(SettingError::Unknown))
}

fn not_set(error: SettingError) -> Failure {
    match error {
        SettingError::Unknown => Failure::usage("there is no such phase; `phase list` shows those there are"),
        SettingError::Over => Failure::usage("this phase was called off already"),
        SettingError::Invalid(invalid) if invalid.field == "to" => {
            Failure::usage("--to: this is before --from; write the last day")
        }
        SettingError::Invalid(invalid) => Failure::usage(format!("--{}: {}", invalid.field, invalid.reason)),
        error => words::not_set(error),
    }
}

fn print(zone: &Zone, shown: &PhaseLine) {
    let Period { from, until } = shown.period;
    let day = |time: Option<Time>| time.map_or_else(|| "-".to_owned(), |time| zone.day(time).to_string());
    // A phase ends with the first instant that is no longer in it.
    let last = day(until.map(|until| until.plus_millis(-1)));
    let off = if shown.cancelled { "  (called off)" } else { "" };
    output::line(format!("{}  {}  {}  {} to {last}{off}", shown.id, shown.campaign, shown.name, day(from)));
}
