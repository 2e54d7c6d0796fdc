//! `duty add`, `duty list`, `duty end`.
//!
//! Floor: sync-server, command. Invariants: days are the town's own; a duty that has begun is ended and not called off, so
//! that who was on duty when an alert came can be told later.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::{DocumentId, PersonId, Time, Zone};

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::words;
use crate::settings::SettingError;
use crate::settings::duties::{self, DaysError, Line, New, Which};

#[derive(Debug, Subcommand)]
pub(super) enum DutyCommand {
    /// Say who answers for an area's alerts on a day, or on several
    ///
    /// Alerts that come meanwhile are offered to whoever is on duty: those that go to the team first, by the roster of the
    /// nearest area that has somebody on duty; those that go to the station first, by the town's.
    Add(Add),
    /// List who is on duty now and later, the first to begin first
    List(List),
    /// End a duty now, or call it off before it begins
    End(End),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The area: a name, or names from above down to it, such as village/grid; the town's own for the station
    area: String,
    /// Who: a login or an identifier
    person: String,
    /// The day, such as 2026-05-01
    #[arg(long, value_name = "DATE")]
    on: String,
    /// The last day, where there are several
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// From when on each day, such as 08:00; the whole day if absent
    #[arg(long, value_name = "HH:MM", requires = "to")]
    from: Option<String>,
    /// Until when; one that is not after --from is on the day after
    #[arg(long, value_name = "HH:MM", requires = "from")]
    to: Option<String>,
    /// Who stands in: a login or an identifier
    #[arg(long, value_name = "USER")]
    deputy: Option<String>,
    /// On whose behalf: a supervisor's or an administrator's
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Show who is on duty on this day, such as 2026-05-01, also where that is over or was called off
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct End {
    /// The duty, as `duty list` shows it
    id: String,
    /// On whose behalf: a supervisor's or an administrator's
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

impl DutyCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        let shown = match self {
            Self::Add(asked) => add(&mut session, &asked)?,
            Self::List(asked) => list(&session, &asked)?,
            Self::End(asked) => vec![end(&mut session, &asked)?],
        };
        let zone = session.town.zone();
        output::result(place.json, &shown, |shown| shown.iter().for_each(|one| print(zone, one)))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn add(session: &mut Session, asked: &Add) -> Result<Vec<Line>, Failure> {
    let (by, _) = session.acting(&asked.acting)?;
    let area = crate::import::find_area(&session.town.areas()?, asked.area.trim())
        .map_err(|reason| Failure::usage(format!("AREA: \"{}\" {reason}", asked.area)))?;
    let (person, _) = session.acting(&asked.person)?;
    let deputy = asked.deputy.as_deref().map(|name| session.acting(name)).transpose()?.map(|(deputy, _)| deputy);
    let stretches = asked.stretches(session.town.zone())?;
    session.writable()?;
    let new = New { area, person, deputy, stretches };
    duties::add(&session.town, by, &new, session.now, &mut session.random).map_err(|error| match error {
        SettingError::Unable(who) => asked.unable(who, person),
        SettingError::Past => Failure::usage("--on: this is over already; write today or a later day"),
        SettingError::Taken => {
            Failure::usage("they are on duty for this area then already; `duty list` shows it, `duty end` ends it")
        }
        SettingError::Invalid(invalid) if invalid.field == "deputy" => {
            Failure::usage("--deputy: nobody stands in for themselves; name somebody else")
        }
        error => words::not_set(error),
    })
}

impl Add {
    fn unable(&self, who: PersonId, person: PersonId) -> Failure {
        let name = if who == person { &self.person } else { self.deputy.as_ref().unwrap_or(&self.person) };
        Failure::usage(format!(
            "\"{name}\" holds no role in which they could take an alert; give them one with `user set`"
        ))
    }

    /// From when until when: all days as one, or each day's hours.
    fn stretches(&self, zone: &Zone) -> Result<Vec<(Time, Time)>, Failure> {
        let first = words::day("--on", &self.on)?;
        let last = self.until.as_deref().map_or(Ok(first), |text| words::day("--until", text))?;
        let hours = self.from.as_deref().zip(self.to.as_deref());
        duties::stretches(zone, (first, last), hours).map_err(|error| {
            Failure::usage(match error {
                DaysError::Backwards => "--until: this is before --on; write the last day",
                DaysError::TooMany => "--until: this is more than a year after --on; write a nearer day",
                DaysError::From => "--from: write a time such as 08:00",
                DaysError::To => "--to: write a time such as 08:00",
            })
        })
    }
}

fn list(session: &Session, asked: &List) -> Result<Vec<Line>, Failure> {
    let day = asked.on.as_deref().map(|text| words::day("--on", text)).transpose()?;
    Ok(duties::list(&session.town, day.map_or(Which::Coming, Which::On), session.now)?)
}

fn end(session: &mut Session, asked: &End) -> Result<Line, Failure> {
    let (by, _) = session.acting(&asked.acting)?;
    let unknown = "there is no such duty; `duty list` shows those there are";
    let id: DocumentId = asked.id.parse().map_err(|_| Failure::usage(unknown))?;
    session.writable()?;
    duties::end(&session.town, by, id, session.now, &mut session.random).map_err(|error| match error {
        SettingError::Unknown => Failure::usage(unknown),
        SettingError::Over => Failure::usage("this duty is over already, or was called off"),
        error => words::not_set(error),
    })
}

fn print(zone: &Zone, shown: &Line) {
    let name = shown.name.as_deref().unwrap_or("-");
    let deputy = shown.deputy_name.as_ref().map_or_else(String::new, |name| format!("  deputy {name}"));
    let off = if shown.cancelled { "  (called off)" } else { "" };
    let (from, until) = (zone.written(shown.from), zone.written(shown.until));
    output::line(format!("{}  {}  {from} to {until}  {name}{deputy}{off}", shown.id, shown.path));
}
