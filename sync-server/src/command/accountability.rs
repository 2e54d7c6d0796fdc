//! `accountability look`, `accountability list`, `accountability sample`.
//!
//! Floor: sync-server, command. Invariants: made for the person that `--as` names, of what they hold as a supervisor or as
//! the police; nothing is written but a draw that is to be kept.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::doors::Period;
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{Day, DocumentId, PersonId, Time, Zone};
use serde::Serialize;

use super::Place;
use super::alert::word;
use super::open::{Session, not_taken, writable};
use super::output::{self, Failure};
use super::words;
use crate::report::accountability::{
    Account, AlertThen, Automatic, Limits, Listed, Match, Query, Sample, Side, account, automatic, draw, lookup, sample,
};

#[derive(Debug, Subcommand)]
pub(super) enum AccountabilityCommand {
    Look(Look),
    List(List),
    Sample(Drawing),
}

/// What had been done for somebody before a moment, what the server knew of it then, and what was missed
///
/// Whoever is named by more than one of those found is listed, with the identifier to name them by.
#[derive(Debug, Args)]
pub(super) struct Look {
    /// A name, a telephone, an address, an alert's number, or the identifier of a resident, a door or an alert
    text: String,
    /// The moment of the loss, in the town's time, such as "2026-03-04 12:00"
    #[arg(long, value_name = "MOMENT")]
    at: String,
    /// For whom: a supervisor or somebody of the police, of what they hold
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

/// List what is to be looked at without being asked: alerts that failed, large losses, areas with many, people whose
/// household was never visited, people whom nobody met
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    days: Days,
    /// From how much sent after an alert on a loss is large, in yuan
    #[arg(long, value_name = "YUAN", default_value_t = 300_000, value_parser = clap::value_parser!(i64).range(1..=10_000_000_000))]
    large: i64,
    /// From how many alerts after which money was sent an area has many
    #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    many: u32,
    /// For whom: a supervisor or somebody of the police, of what they hold
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

/// Draw a sample of those who sent money, to be called back; anybody can make it again from the seed
#[derive(Debug, Args)]
pub(super) struct Drawing {
    #[command(flatten)]
    days: Days,
    /// What the order is made from: something that nobody could choose, such as a figure of the day's newspaper
    #[arg(long, value_name = "TEXT")]
    seed: String,
    /// How many to draw
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=500))]
    count: u64,
    /// Keep the draw, so that whoever is called was chosen before
    #[arg(long)]
    keep: bool,
    /// For whom: a supervisor, or somebody of the police where it is not kept
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
struct Days {
    /// The first day, such as 2026-03-01
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The last day, which is counted too
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
}

impl Days {
    fn period(&self, zone: &Zone) -> Result<Period, Failure> {
        let day = |option: &str, text: &Option<String>| -> Result<Option<Day>, Failure> {
            text.as_ref().map(|text| words::day(option, text)).transpose()
        };
        let (from, to) = (day("--from", &self.from)?, day("--to", &self.to)?);
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(Failure::usage("--to is a day before --from; turn them round"));
        }
        Ok(Period { from: from.map(|day| zone.start(day)), until: to.map(|day| zone.end(day)) })
    }
}

impl AccountabilityCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Self::Look(asked) => asked.run(place),
            Self::List(asked) => asked.run(place),
            Self::Sample(asked) => asked.run(place),
        }
    }
}

/// Several who may be meant.
#[derive(Serialize)]
struct Several<'a> {
    matches: &'a [Match],
}

type Names = BTreeMap<PersonId, String>;

fn names(session: &Session) -> Result<Names, Failure> {
    Ok(session.town.people()?.into_iter().map(|(id, person)| (id, person.name)).collect())
}

impl Look {
    fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let session = Session::open_present(place)?;
        let (reader, _) = session.acting(&self.acting)?;
        let zone = session.town.zone();
        let moment = Time::parse(&self.at).or_else(|_| zone.parse_local(&self.at));
        let moment = moment.map_err(|_| {
            Failure::usage("--at: write a moment such as \"2026-03-04 12:00\" in the town's time, or with its offset")
        })?;
        let query = Query { text: self.text, moment };
        let matches = lookup(&session.town, reader, &query)?;
        let [one] = &matches[..] else {
            if matches.is_empty() {
                return Err(Failure::usage(
                    "nobody is found so among those that the person named with --as holds as a supervisor or as the police",
                ));
            }
            output::result(place.json, &Several { matches: &matches }, |several| several.print(zone))?;
            return Ok(ExitCode::SUCCESS);
        };
        let found = account(&session.town, reader, one.subject, moment, session.now)?
            .ok_or_else(|| Failure::usage("the person that --as names does not hold this person"))?;
        let names = names(&session)?;
        output::result(place.json, &found, |found| show(found, &names, zone))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Several<'_> {
    fn print(&self, _: &Zone) {
        for one in self.matches {
            let subject = one.subject;
            let id = match (subject.resident, subject.household, subject.alert) {
                (Some(resident), ..) => resident.to_string(),
                (_, Some(household), _) => household.to_string(),
                (_, _, Some(alert)) => alert.to_string(),
                (None, None, None) => continue,
            };
            let name = one.name.as_deref().unwrap_or("-");
            let telephones = if one.telephones.is_empty() { "-".to_owned() } else { one.telephones.join(",") };
            output::line(format!("{id}  {name}  {telephones}  alerts: {}", one.alerts.len()));
        }
        output::note("Several are found; name one by its identifier.");
    }
}

fn show(found: &Account, names: &Names, zone: &Zone) {
    output::line(format!(
        "{}  before {}",
        found.person.name.as_deref().unwrap_or("a door"),
        zone.written(found.moment)
    ));
    for (title, side) in [("As the server knew it then", &found.then), ("As it is known now", &found.now)] {
        output::line(format!("\n{title}"));
        print_side(side, names, zone);
    }
    let parts = [
        ("Known then", &found.records.known_then),
        ("Happened before, came later", &found.records.came_later),
        ("Afterwards", &found.records.afterwards),
    ];
    for (title, listed) in parts {
        output::line(format!("\n{title}: {}", listed.len()));
        for one in listed {
            print_record(one, names, zone);
        }
    }
}

fn print_side(side: &Side, names: &Names, zone: &Zone) {
    let by = |person: &PersonId| names.get(person).map_or("-", String::as_str).to_owned();
    if let Some(door) = &side.door {
        output::line(format!("  door: {}", door.reach.word()));
        for visit in &door.visits {
            let rejected = if visit.rejected { "  REJECTED" } else { "" };
            let at = zone.written(visit.at);
            output::line(format!("    {at}  {}  {}{rejected}", visit.outcome, by(&visit.by)));
        }
        let set = |words: Vec<&str>| if words.is_empty() { "-".to_owned() } else { words.join(", ") };
        output::line(format!("    handed over: {}", set(door.given.iter().map(Word::word).collect())));
        output::line(format!("    explained: {}", set(door.explained.iter().map(Word::word).collect())));
        for pledge in &door.pledges {
            output::line(format!("    pledge: {}, {}", word(pledge.way), zone.written(pledge.at)));
        }
        if let Some(app) = door.app {
            let state = match app.installed {
                None => "nobody had looked",
                Some(true) => "installed",
                Some(false) => "not installed",
            };
            output::line(format!("    app: {state}"));
        }
    }
    for alert in &side.alerts {
        print_alert(alert, names, zone);
    }
    for missed in &side.missed {
        let count = if missed.count > 1 { format!("  {} times", missed.count) } else { String::new() };
        let late = missed.minutes.map_or_else(String::new, |minutes| format!("  {minutes} min"));
        output::line(format!("  MISSED {}{count}{late}", missed.what.word()));
    }
    if side.missed.is_empty() {
        output::line("  nothing was missed");
    }
}

fn print_alert(alert: &AlertThen, names: &Names, zone: &Zone) {
    let owner = alert.owner.and_then(|owner| names.get(&owner)).map_or("nobody", String::as_str);
    let number = alert.number.as_deref().unwrap_or("-");
    output::line(format!(
        "  alert {number}  {}  issued {}  {}  owner: {owner}",
        alert.level,
        zone.written(alert.issued),
        word(alert.result)
    ));
    let first = [("contact", &alert.first_contact), ("meeting", &alert.first_meeting), ("feedback", &alert.feedback)];
    let second = alert.second_visits.iter().map(|due| ("second visit", due));
    for (what, due) in first.into_iter().filter_map(|(what, due)| Some((what, due.as_ref()?))).chain(second) {
        let done = due.done_at.map_or_else(|| "not done".to_owned(), |done| zone.written(done));
        output::line(format!("    {what}: {}, {done}", word(due.state)));
    }
    let three = alert.three_day;
    output::line(format!(
        "    three-day visits: {} owed, {} done, {} late, {} missed, {} overdue",
        three.owed, three.done, three.late, three.missed, three.overdue
    ));
    for one in &alert.recordings {
        output::line(format!("    recording of {}: {}", zone.written(one.at), word(&one.recording)));
    }
    if alert.fen_after_alert > 0 {
        output::line(format!("    sent after the alert: {} yuan", yuan(alert.fen_after_alert)));
    }
    for stop in &alert.stop_payments {
        output::line(format!("    stop-payment {}: {}", stop.step, zone.written(stop.at)));
    }
}

fn print_record(listed: &Listed, names: &Names, zone: &Zone) {
    let entry = &listed.entry;
    let by = names.get(&entry.by).map_or("-", String::as_str);
    let arrived = entry.arrived.map_or_else(|| "not yet".to_owned(), |at| zone.written(at));
    let late = entry.entered_late_minutes.map_or_else(String::new, |late| format!("  {late} min late"));
    let doubt = if entry.doubtful { "  doubtful clock" } else { "" };
    let edited = listed.edited_since.map_or_else(String::new, |at| format!("  edited {}", zone.written(at)));
    let (at, kind) = (zone.written(entry.at), &entry.kind);
    output::line(format!("  {at}  {kind:<16}  {by}  arrived {arrived}{late}{doubt}{edited}"));
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen.div_euclid(100), fen.rem_euclid(100))
}

impl List {
    fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let session = Session::open_present(place)?;
        let (reader, _) = session.acting(&self.acting)?;
        let zone = session.town.zone();
        let limits = Limits { large_fen: self.large.saturating_mul(100), many: self.many };
        let found = automatic(&session.town, reader, self.days.period(zone)?, limits, session.now)?;
        output::result(place.json, &found, |found: &Automatic| {
            for line in &found.lines {
                let reasons: Vec<String> = line.reasons.iter().map(word).collect();
                let (issued, sent) = (zone.written(line.issued), yuan(line.fen_after_alert));
                output::line(format!("{}  {issued}  {}  {sent}  {}", line.alert, line.name, reasons.join(", ")));
            }
            for area in &found.areas {
                let sent = yuan(area.fen);
                output::line(format!(
                    "{}: {} sent money after an alert, {} of them met before, {} large, {sent} yuan",
                    area.name, area.sent, area.failed, area.large
                ));
            }
            if found.lines.is_empty() && found.areas.is_empty() {
                output::note("Nothing.");
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A draw, with its record where it was kept.
#[derive(Serialize)]
struct Kept<'a> {
    draw: Option<DocumentId>,
    #[serde(flatten)]
    sample: &'a Sample,
}

impl Drawing {
    fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        let (reader, _) = session.acting(&self.acting)?;
        let period = self.days.period(session.town.zone())?;
        let count = usize::try_from(self.count).unwrap_or(usize::MAX);
        let (kept, found) = if self.keep {
            writable(&session.town, &place.data)?;
            let asked = (period, count, self.seed.as_str());
            let (id, found) =
                draw(&session.town, reader, asked, session.now, &mut session.random).map_err(not_taken)?;
            (Some(id), found)
        } else {
            (None, sample(&session.town, reader, period, count, &self.seed)?)
        };
        output::result(place.json, &Kept { draw: kept, sample: &found }, |Kept { draw, sample }| {
            for one in &sample.chosen {
                let telephone = one.telephone.as_deref().unwrap_or("-");
                output::line(format!("{}  {}  {}  {telephone}", one.rank, one.alert, one.name));
            }
            output::note(format!(
                "{} of {}; seed \"{}\"; population {}",
                sample.chosen.len(),
                sample.population.len(),
                sample.seed,
                sample.population_hash
            ));
            output::note(sample.rule);
            if let Some(draw) = draw {
                output::note(format!("Kept as {draw}."));
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
