//! `routing list`, `routing set`.
//!
//! Floor: sync-server, command. Invariants: what is not named stays as it is in force; each setting is a record of its own
//! and the last counts, so that what was in force when an alert came can be told later.

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{DocumentId, FirstHands, Level, Record, Routing, Scope};
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::words;
use crate::author::Draft;
use crate::intake::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum RoutingCommand {
    /// List where alerts of each level go first, and after how many minutes to the next, the highest level first
    List,
    /// Set where alerts of a level go first, and how long nobody may take them before the next is told
    Set(Set),
}

#[derive(Debug, Args)]
pub(super) struct Set {
    /// The level: low, medium, high or extreme
    level: String,
    /// Who goes first: the station, the local team, or both; as it is if absent
    #[arg(long, value_name = "station|team|joint")]
    first: Option<String>,
    /// After how many minutes the deputy is offered an alert that nobody took; as it is if absent
    #[arg(long, value_name = "N")]
    deputy_minutes: Option<i64>,
    /// After how many minutes the team's head is; as it is if absent
    #[arg(long, value_name = "N")]
    head_minutes: Option<i64>,
    /// After how many minutes the supervisor is to telephone; as it is if absent
    #[arg(long, value_name = "N")]
    telephone_minutes: Option<i64>,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

/// A setting, as it is answered.
#[derive(Serialize)]
struct Shown {
    level: Level,
    first: FirstHands,
    deputy_minutes: i64,
    head_minutes: i64,
    telephone_minutes: i64,
    /// Whether the town has set it.
    own: bool,
}

impl RoutingCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        match self {
            Self::List => output::result(place.json, &shown(&session)?, |shown| shown.iter().for_each(print))?,
            Self::Set(asked) => {
                let level = asked.set(&mut session)?;
                let set = shown(&session)?.into_iter().find(|one| one.level == level);
                let set = set.ok_or_else(|| Failure::new("what was set is not to be found"))?;
                output::result(place.json, &set, print)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Set {
    fn set(&self, session: &mut Session) -> Result<Level, Failure> {
        let level = words::known("LEVEL", &self.level, Level::KNOWN)?;
        let first = self.first.as_deref().map(|text| words::known("--first", text, FirstHands::KNOWN)).transpose()?;
        let minutes = [self.deputy_minutes, self.head_minutes, self.telephone_minutes];
        if first.is_none() && minutes.iter().all(Option::is_none) {
            return Err(Failure::usage(
                "say what to set, with --first, --deputy-minutes, --head-minutes or --telephone-minutes",
            ));
        }
        let (by, _) = session.acting(&self.acting)?;
        let before = Settings::read(&session.town)?.of(&level).cloned();
        let before = before.ok_or_else(|| Failure::new("this program knows no minutes for this level"))?;
        let routing = Routing {
            level: level.clone(),
            first: first.unwrap_or(before.first),
            deputy_minutes: self.deputy_minutes.unwrap_or(before.deputy_minutes),
            head_minutes: self.head_minutes.unwrap_or(before.head_minutes),
            telephone_minutes: self.telephone_minutes.unwrap_or(before.telephone_minutes),
        };
        let tried = format!(
            "deputy {}, head {}, telephone {}",
            routing.deputy_minutes, routing.head_minutes, routing.telephone_minutes
        );
        let record = Record::from(routing);
        record.validate().map_err(|invalid| {
            let option = invalid.field.replace('_', "-");
            Failure::usage(format!(
                "--{option}: the minutes would be {tried}; each must be 1 to 10080 and none less than the one before, \
                 so name the others too"
            ))
        })?;
        let id = DocumentId::fresh(session.now, &mut session.random);
        session.write(by, vec![Draft::Create { id, record: Box::new(record), scope: Scope::Town }])?;
        Ok(level)
    }
}

/// What is in force, the highest level first.
fn shown(session: &Session) -> Result<Vec<Shown>, Failure> {
    let rows = session.town.rows("routing")?.into_iter();
    let own: BTreeSet<Level> = rows
        .filter_map(|row| match row.record("routing") {
            Some(Record::Routing(routing)) => Some(routing.level),
            _ => None,
        })
        .collect();
    let settings = Settings::read(&session.town)?;
    let mut shown: Vec<Shown> = settings
        .all()
        .filter(|routing| routing.level.is_known())
        .map(|routing| Shown {
            level: routing.level.clone(),
            first: routing.first.clone(),
            deputy_minutes: routing.deputy_minutes,
            head_minutes: routing.head_minutes,
            telephone_minutes: routing.telephone_minutes,
            own: own.contains(&routing.level),
        })
        .collect();
    shown.reverse();
    Ok(shown)
}

fn print(shown: &Shown) {
    let Shown { level, first, deputy_minutes, head_minutes, telephone_minutes, own } = shown;
    let whose = if *own { "the town's" } else { "built in" };
    output::line(format!(
        "{level}  {first} first  deputy after {deputy_minutes} min, head after {head_minutes} min, telephone after \
         {telephone_minutes} min  {whose}"
    ));
}
