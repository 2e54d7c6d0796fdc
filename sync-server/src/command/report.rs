//! `report coverage`, `report unsigned`, `report unfiled`, `report app`, `report reach-again`, `report left-town`,
//! `report doubles`, `report alerts`.
//!
//! Floor: sync-server, command. Invariants: nothing is written; counts name nobody and are anybody's who may read the
//! folder; a list that names people shows what the person that `--as` names would see on their phone.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use qiaomen_core::doors::{Contact, Coverage, NotOne, Period, Who};
use qiaomen_core::record::{Address, AreaId, Day, Zone};
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use crate::report::alerts::{AlertCounts, MOST_PERCENT};
use crate::report::{Asked, By, CoverageReport, Line, Listed, Reports};

#[derive(Debug, Subcommand)]
pub(super) enum ReportCommand {
    Coverage(CoverageReported),
    /// List residents who have not signed a pledge, door by door
    Unsigned(InPeriod),
    /// List pledges signed on paper that were not filed yet
    Unfiled(InPeriod),
    /// List residents who do not have the national anti-fraud app, or of whom nobody has looked
    App(Of),
    /// List the easily deceived with when they were last reached; whoever is to be reached soonest comes first
    ReachAgain(Of),
    /// List residents who left the town: where, how to reach them, when they were last spoken to
    LeftTown(Of),
    /// Count alerts by how they came out: met in time, out of danger, paid after all, and the share of those from the
    /// side of the money that sent money again (a notice asks for under 2 of 100)
    Alerts(AlertsReported),
    /// List doors of one grid that are likely to be one: the same address, or somebody with the same telephone
    Doubles(Of),
}

/// Count doors by how they stand: reached, handed over, explained, signed
///
/// Every door on the roster is counted, but for those that a supervisor agreed to leave out, which stand in columns of
/// their own. A counted door is visited (somebody was met), or else reached by telephone, or refused, or tried in vain,
/// or never tried.
#[derive(Debug, Args)]
pub(super) struct CoverageReported {
    #[command(flatten)]
    area: Area,
    #[command(flatten)]
    days: Days,
    /// Into which areas to divide it; those right below the area without this
    #[arg(long, value_enum)]
    by: Option<Level>,
}

#[derive(Debug, Args)]
pub(super) struct AlertsReported {
    #[command(flatten)]
    area: Area,
    /// By the day on which they were issued
    #[command(flatten)]
    days: Days,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    Grid,
    Village,
}

#[derive(Debug, Args)]
struct Area {
    /// The area: its name, village/grid where the name alone is not enough, or its code; everything without this
    #[arg(long, value_name = "NAME-OR-CODE")]
    area: Option<String>,
}

#[derive(Debug, Args)]
struct Days {
    /// The first day, such as 2026-03-01, of what was done
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The last day, which is counted too
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Of {
    #[command(flatten)]
    area: Area,
    /// For whom: only what this person holds is shown
    #[arg(long = "as", value_name = "USER")]
    acting: String,
    /// How many to pass over
    #[arg(long, default_value_t = 0, value_name = "COUNT")]
    skip: usize,
    /// How many to show
    #[arg(long, default_value_t = 200, value_name = "COUNT")]
    take: usize,
}

#[derive(Debug, Args)]
pub(super) struct InPeriod {
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    days: Days,
}

fn print_alerts(found: &AlertCounts) {
    for (what, count) in [
        ("alerts", found.alerts),
        ("  their month runs", found.running),
        ("  out of danger", found.cleared),
        ("  month over, nobody judged", found.lying),
        ("  person met", found.met),
        ("    in time", found.met_in_time),
        ("  sent money after the alert", found.sent_after_alert),
        ("    having been met: accidents", found.accidents),
        ("from the side of the money", found.funds_side),
        ("  sent money after the alert", found.funds_side_sent),
        ("joined another, not counted", found.joined),
        ("issued in error, not counted", found.recalled),
    ] {
        output::line(format!("{count:>7}  {what}"));
    }
    if let Some(percent) = found.funds_side_percent {
        let judged = if percent < MOST_PERCENT { "under" } else { "NOT under" };
        output::line(format!("{percent:>7}  of 100 from the side of the money, {judged} {MOST_PERCENT}"));
    }
}

impl ReportCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let session = Session::open_present(place)?;
        let reports = Reports::of(&session.town)?;
        let (zone, now) = (session.town.zone(), session.now);
        match self {
            Self::Coverage(asked) => {
                let by = match asked.by {
                    None => By::Below,
                    Some(Level::Grid) => By::Grid,
                    Some(Level::Village) => By::Village,
                };
                let found = reports.coverage(asked.area.find(&reports)?, by, asked.days.period(zone)?)?;
                output::result(place.json, &found, print_coverage)?;
            }
            Self::Alerts(asked) => {
                let found = reports.alerts(asked.area.find(&reports)?, asked.days.period(zone)?, now)?;
                output::result(place.json, &found, print_alerts)?;
            }
            Self::Unsigned(asked) => {
                let found = reports.unsigned(&asked.of.asked(&session, &reports)?, asked.days.period(zone)?)?;
                asked.of.show(place, &found, who)?;
            }
            Self::Unfiled(asked) => {
                let found = reports.unfiled(&asked.of.asked(&session, &reports)?, asked.days.period(zone)?)?;
                let names: BTreeMap<_, _> = session.town.people()?.into_iter().collect();
                asked.of.show(place, &found, |line| {
                    let worker = line.worker.and_then(|worker| names.get(&worker));
                    let worker = worker.map_or("-", |worker| worker.name.as_str());
                    format!("{}  {}  {worker}", who(&line.who), zone.written(line.at))
                })?;
            }
            Self::App(asked) => {
                let found = reports.app(&asked.asked(&session, &reports)?)?;
                asked.show(place, &found, |line| format!("{}  {}", who(&line.who), line.app.word()))?;
            }
            Self::ReachAgain(asked) => {
                let found = reports.reach_again(&asked.asked(&session, &reports)?, now)?;
                asked.show(place, &found, |line| {
                    let due = match line.due {
                        None => "at once".to_owned(),
                        // The deadline is the first instant of the next day.
                        Some(due) => format!("by {}", zone.day(due.plus_millis(-1))),
                    };
                    let overdue = if line.overdue { "  overdue" } else { "" };
                    format!("{}  {due}{overdue}  last: {}", who(&line.who), contact(line.last.as_ref(), zone))
                })?;
            }
            Self::Doubles(asked) => {
                let found = reports.doubles(&asked.asked(&session, &reports)?)?;
                asked.show(place, &found, |line| {
                    let same = if line.same_address { "same address" } else { "" };
                    let names = line.residents.iter().map(String::as_str);
                    let why: Vec<&str> = std::iter::once(same).filter(|same| !same.is_empty()).chain(names).collect();
                    let (one, other) = (address(&line.address), address(&line.other_address));
                    format!("{one}  {}  =  {other}  {}  {}", line.household, line.other, why.join(", "))
                })?;
            }
            Self::LeftTown(asked) => {
                let found = reports.left_town(&asked.asked(&session, &reports)?, now)?;
                asked.show(place, &found, |line| {
                    let [to, at] = [&line.left_to, &line.left_contact].map(|text| text.as_deref().unwrap_or("-"));
                    format!("{}  {to}  {at}  last: {}", who(&line.who), contact(line.last.as_ref(), zone))
                })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Area {
    fn find(&self, reports: &Reports<'_>) -> Result<Option<AreaId>, Failure> {
        self.area.as_deref().map(|text| area(reports, text)).transpose()
    }
}

/// The area of the command line that has grids at or below it.
pub(super) fn area(reports: &Reports<'_>, text: &str) -> Result<AreaId, Failure> {
    let area = reports.tree().find(text).map_err(|reason| {
        Failure::usage(match reason {
            NotOne::Unknown => format!("no area is called \"{text}\" or has this code; check the spelling"),
            NotOne::Several => {
                format!("\"{text}\" fits several areas; write the one above it too, as village/grid")
            }
        })
    })?;
    if reports.tree().grids(Some(area)).is_empty() {
        return Err(Failure::usage(format!("no grid lies at or below \"{text}\"; name a grid, or an area above one")));
    }
    Ok(area)
}

impl Days {
    fn period(&self, zone: &Zone) -> Result<Period, Failure> {
        let day = |flag: &str, text: &Option<String>| -> Result<Option<Day>, Failure> {
            let wrong = |_| Failure::usage(format!("{flag}: write a day such as 2026-03-01"));
            text.as_ref().map(|text| text.parse().map_err(wrong)).transpose()
        };
        let (from, to) = (day("--from", &self.from)?, day("--to", &self.to)?);
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(Failure::usage("--to is a day before --from; turn them round"));
        }
        Ok(Period { from: from.map(|day| zone.start(day)), until: to.map(|day| zone.end(day)) })
    }
}

impl Of {
    fn asked(&self, session: &Session, reports: &Reports<'_>) -> Result<Asked, Failure> {
        let (person, _) = session.acting(&self.acting)?;
        Ok(Asked { person, area: self.area.find(reports)?, skip: self.skip, take: self.take })
    }

    fn show<T: Serialize>(&self, place: &Place, found: &Listed<T>, text: impl Fn(&T) -> String) -> Result<(), Failure> {
        if found.grids == 0 {
            return Err(Failure::usage(format!(
                "\"{}\" holds no grid there, and sees nobody behind its doors; name somebody who does with --as",
                self.acting
            )));
        }
        output::result(place.json, found, |found| {
            for Line { place, line } in &found.list {
                output::line(format!("{place}  {}", text(line)));
            }
            if found.list.is_empty() {
                output::note("Nobody.");
            }
            if found.more {
                output::note(format!("There are more: --skip {}", found.skip + found.list.len()));
            }
        })
    }
}

fn who(who: &Who) -> String {
    let name = who.name.as_deref().unwrap_or("-");
    let telephones = if who.telephones.is_empty() { "-".to_owned() } else { who.telephones.join(",") };
    format!("{}  {name}  {telephones}", address(&who.address))
}

/// An address on one line: group, building, unit, floor and room, house number.
fn address(address: &Address) -> String {
    let floor = address.floor.map(|floor| floor.to_string());
    let parts = [&address.group, &address.building, &address.unit, &floor, &address.room, &address.number];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("-")
}

fn contact(contact: Option<&Contact>, zone: &Zone) -> String {
    let Some(contact) = contact else { return "never".to_owned() };
    let how = if contact.in_person { "in person" } else { "by telephone" };
    format!("{} {how}", zone.written(contact.at))
}

/// A column of the table: its heading, and its figure.
struct Column(&'static str, fn(&Coverage) -> u64);

const COLUMNS: [Column; 18] = [
    Column("doors", |of| of.doors),
    Column("out", |of| of.doors - of.counted),
    Column("counted", |of| of.counted),
    Column("visited", |of| of.visited),
    Column("%", |of| (of.visited * 100).checked_div(of.counted).unwrap_or(0)),
    Column("phone", |of| of.telephone_only),
    Column("refused", |of| of.refused),
    Column("in vain", |of| of.in_vain),
    Column("never", |of| of.never_tried),
    Column("letter", |of| of.letter),
    Column("card", |of| of.card),
    Column("told", |of| of.explained.all),
    Column("pledged", |of| of.pledged),
    Column("people", |of| of.residents.here),
    Column("signed", |of| of.residents.signed),
    Column("app", |of| of.residents.app_installed),
    Column("paper", |of| of.pledges.on_paper),
    Column("unfiled", |of| of.pledges.unfiled),
];

fn print_coverage(found: &CoverageReport) {
    let row = |cells: [String; COLUMNS.len()], area: &str| {
        let cells = cells.map(|cell| format!("{cell:>7}"));
        output::line(format!("{}  {area}", cells.join(" ")));
    };
    let figures = |coverage: &Coverage| COLUMNS.map(|Column(_, of)| of(coverage).to_string());
    row(COLUMNS.map(|Column(name, _)| name.to_owned()), "area");
    for part in &found.parts {
        row(figures(&part.coverage), &part.area.name);
    }
    row(figures(&found.total), found.area.as_ref().map_or("everything", |area| area.name.as_str()));
    let out = &found.total.left_out;
    output::note(format!(
        "Left out with a supervisor's consent: {} vacant, {} demolished, {} long absent, {} other.",
        out.vacant, out.demolished, out.long_absent, out.other
    ));
}
