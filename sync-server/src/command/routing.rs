//! `routing list`, `routing set`.
//!
//! Floor: sync-server, command. Invariants: what is not named stays as it is in force; each setting is a record of its own
//! and the last counts, so that what was in force when an alert came can be told later.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::{FirstHands, Level};

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::words;
use crate::settings::SettingError;
use crate::settings::routing::{self, Change, Line};

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

impl RoutingCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        match self {
            Self::List => {
                output::result(place.json, &routing::list(&session.town)?, |shown| shown.iter().for_each(print))?
            }
            Self::Set(asked) => {
                let set = asked.set(&mut session)?;
                output::result(place.json, &set, print)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Set {
    fn set(&self, session: &mut Session) -> Result<Line, Failure> {
        let level = words::known("LEVEL", &self.level, Level::KNOWN)?;
        let first = self.first.as_deref().map(|text| words::known("--first", text, FirstHands::KNOWN)).transpose()?;
        let (deputy_minutes, head_minutes) = (self.deputy_minutes, self.head_minutes);
        let change = Change { level, first, deputy_minutes, head_minutes, telephone_minutes: self.telephone_minutes };
        let tried = routing::proposed(&session.town, &change).map_err(not_set)?;
        let (by, _) = session.acting(&self.acting)?;
        session.writable()?;
        routing::set(&session.town, by, &change, session.now, &mut session.random).map_err(|error| match error {
            SettingError::Invalid(invalid) => {
                let option = invalid.field.replace('_', "-");
                Failure::usage(format!(
                    "--{option}: the minutes would be deputy {}, head {}, telephone {}; each must be 1 to 10080 and none \
                     less than the one before, so name the others too",
                    tried.deputy_minutes, tried.head_minutes, tried.telephone_minutes
                ))
            }
            error => not_set(error),
        })
    }
}

fn not_set(error: SettingError) -> Failure {
    match error {
        SettingError::Nothing => {
            Failure::usage("say what to set, with --first, --deputy-minutes, --head-minutes or --telephone-minutes")
        }
        SettingError::Unknown => Failure::new("this program knows no minutes for this level"),
        error => words::not_set(error),
    }
}

fn print(shown: &Line) {
    let Line { level, first, deputy_minutes, head_minutes, telephone_minutes, own } = shown;
    let whose = if *own { "the town's" } else { "built in" };
    output::line(format!(
        "{level}  {first} first  deputy after {deputy_minutes} min, head after {head_minutes} min, telephone after \
         {telephone_minutes} min  {whose}"
    ));
}
