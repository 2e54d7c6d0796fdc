//! `duty add`, `duty list`, `duty end`.
//!
//! Floor: sync-server, command. Invariants: days are the town's own; a duty that has begun is ended and not called off, so
//! that who was on duty when an alert came can be told later.

use std::collections::HashMap;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::{Area, AreaId, Day, DocumentId, Duty, Person, PersonId, Record, Role, Scope, Time, Zone};
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::tree::Tree;
use super::words;
use crate::author::Draft;

/// The most days of one command.
const MOST_DAYS: usize = 366;

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

/// A duty, as it is answered.
#[derive(Serialize)]
struct Shown {
    id: DocumentId,
    area: AreaId,
    path: String,
    from: Time,
    until: Time,
    person: PersonId,
    name: Option<String>,
    deputy: Option<PersonId>,
    deputy_name: Option<String>,
    cancelled: bool,
}

/// The town's areas and people, by which duties are told.
struct Names {
    areas: Vec<(AreaId, Area)>,
    people: HashMap<PersonId, Person>,
}

impl Names {
    fn read(session: &Session) -> Result<Self, Failure> {
        Ok(Self { areas: session.town.areas()?, people: session.town.people()?.into_iter().collect() })
    }

    fn shown(&self, id: DocumentId, duty: &Duty) -> Shown {
        let name = |id: &PersonId| self.people.get(id).map(|person| person.name.clone());
        Shown {
            id,
            area: duty.area,
            path: Tree::new(&self.areas).path(duty.area),
            from: duty.from,
            until: duty.until,
            person: duty.person,
            name: name(&duty.person),
            deputy: duty.deputy,
            deputy_name: duty.deputy.as_ref().and_then(name),
            cancelled: duty.cancelled,
        }
    }
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

fn add(session: &mut Session, asked: &Add) -> Result<Vec<Shown>, Failure> {
    let (by, _) = session.acting(&asked.acting)?;
    let names = Names::read(session)?;
    let area = crate::import::find_area(&names.areas, asked.area.trim())
        .map_err(|reason| Failure::usage(format!("AREA: \"{}\" {reason}", asked.area)))?;
    let person = able(session, &asked.person)?;
    let deputy = asked.deputy.as_deref().map(|name| able(session, name)).transpose()?;
    if deputy == Some(person) {
        return Err(Failure::usage("--deputy: nobody stands in for themselves; name somebody else"));
    }
    let stretches = asked.stretches(session.town.zone())?;
    if stretches.iter().any(|(_, until)| *until <= session.now) {
        return Err(Failure::usage("--on: this is over already; write today or a later day"));
    }
    let there = duties(session)?;
    let mut drafts = Vec::with_capacity(stretches.len());
    let mut shown = Vec::with_capacity(stretches.len());
    for (from, until) in stretches {
        let meets = |duty: &Duty| duty.from < until && from < duty.until;
        if there.iter().any(|(_, duty)| !duty.cancelled && duty.area == area && duty.person == person && meets(duty)) {
            return Err(Failure::usage(
                "they are on duty for this area then already; `duty list` shows it, `duty end` ends it",
            ));
        }
        let duty = Duty { area, from, until, person, deputy, cancelled: false };
        let id = DocumentId::fresh(session.now, &mut session.random);
        shown.push(names.shown(id, &duty));
        let record = Record::from(duty);
        record.validate().map_err(|invalid| Failure::usage(format!("not written: {invalid}")))?;
        drafts.push(Draft::Create { id, record: Box::new(record), scope: Scope::Town });
    }
    session.write(by, drafts)?;
    Ok(shown)
}

/// Somebody who could take an alert.
fn able(session: &Session, name: &str) -> Result<PersonId, Failure> {
    let (id, person) = session.acting(name)?;
    // An administrator reads no case file, and a system has no phone.
    if person.roles().all(|(role, _)| matches!(role, Role::Administrator | Role::Integration)) {
        return Err(Failure::usage(format!(
            "\"{name}\" holds no role in which they could take an alert; give them one with `user set`"
        )));
    }
    Ok(id)
}

impl Add {
    /// From when until when: all days as one, or each day's hours.
    fn stretches(&self, zone: &Zone) -> Result<Vec<(Time, Time)>, Failure> {
        let first = words::day("--on", &self.on)?;
        let last = self.until.as_deref().map_or(Ok(first), |text| words::day("--until", text))?;
        if last < first {
            return Err(Failure::usage("--until: this is before --on; write the last day"));
        }
        let mut stretches = Vec::new();
        let mut day = first;
        while day <= last {
            if stretches.len() >= MOST_DAYS {
                return Err(Failure::usage("--until: this is more than a year after --on; write a nearer day"));
            }
            let hours = match (&self.from, &self.to) {
                (Some(from), Some(to)) => {
                    let (from, until) = (clock(zone, day, "--from", from)?, clock(zone, day, "--to", to)?);
                    let until = if until > from { until } else { clock(zone, after(day)?, "--to", to)? };
                    (from, until)
                }
                _ => (zone.start(day), zone.end(day)),
            };
            stretches.push(hours);
            day = after(day)?;
        }
        // Whole days meet at midnight and are one stretch.
        if self.from.is_none() {
            stretches = vec![(zone.start(first), zone.end(last))];
        }
        Ok(stretches)
    }
}

fn after(day: Day) -> Result<Day, Failure> {
    day.tomorrow().map_err(|_| Failure::usage("--until: this is too far away; write a nearer day"))
}

/// A time of a day; 24:00 is its end.
fn clock(zone: &Zone, day: Day, option: &str, text: &str) -> Result<Time, Failure> {
    let wrong = || Failure::usage(format!("{option}: write a time such as 08:00"));
    if text == "24:00" {
        return Ok(zone.end(day));
    }
    if text.len() != 5 || text.as_bytes().get(2) != Some(&b':') {
        return Err(wrong());
    }
    zone.parse_local(&format!("{day} {text}")).map_err(|_| wrong())
}

fn list(session: &Session, asked: &List) -> Result<Vec<Shown>, Failure> {
    let names = Names::read(session)?;
    let day = asked.on.as_deref().map(|text| words::day("--on", text)).transpose()?;
    let zone = session.town.zone();
    let wanted = |duty: &Duty| match day {
        Some(day) => duty.from < zone.end(day) && zone.start(day) < duty.until,
        None => !duty.cancelled && session.now < duty.until,
    };
    Ok(duties(session)?.iter().filter(|(_, duty)| wanted(duty)).map(|(id, duty)| names.shown(*id, duty)).collect())
}

fn end(session: &mut Session, asked: &End) -> Result<Shown, Failure> {
    let (by, _) = session.acting(&asked.acting)?;
    let id: Option<DocumentId> = asked.id.parse().ok();
    let Some((id, before)) = duties(session)?.into_iter().find(|(other, _)| Some(*other) == id) else {
        return Err(Failure::usage("there is no such duty; `duty list` shows those there are"));
    };
    if before.cancelled || before.until <= session.now {
        return Err(Failure::usage("this duty is over already, or was called off"));
    }
    let mut after = before.clone();
    if before.from < session.now {
        after.until = session.now;
    } else {
        after.cancelled = true;
    }
    let edits = Record::from(before).fields().difference(&Record::from(after.clone()).fields());
    session.write(by, vec![Draft::Edit { id, edits }])?;
    Ok(Names::read(session)?.shown(id, &after))
}

/// All, the first to begin first.
fn duties(session: &Session) -> Result<Vec<(DocumentId, Duty)>, Failure> {
    let rows = session.town.rows("duty")?.into_iter();
    let mut found: Vec<_> = rows
        .filter_map(|row| match row.record("duty") {
            Some(Record::Duty(duty)) => Some((row.document.id, duty)),
            _ => None,
        })
        .collect();
    found.sort_by_key(|(id, duty)| (duty.from, *id));
    Ok(found)
}

fn print(zone: &Zone, shown: &Shown) {
    let name = shown.name.as_deref().unwrap_or("-");
    let deputy = shown.deputy_name.as_ref().map_or_else(String::new, |name| format!("  deputy {name}"));
    let off = if shown.cancelled { "  (called off)" } else { "" };
    let (from, until) = (zone.written(shown.from), zone.written(shown.until));
    output::line(format!("{}  {}  {from} to {until}  {name}{deputy}{off}", shown.id, shown.path));
}
