//! `pledge-text add`, `pledge-text list`, `pledge-text show`, `pledge-text retire`.
//!
//! Floor: sync-server, command. Invariant: which text is signed is core's to say, as on the phones.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::{DocumentId, Language, Zone};

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::words;
use crate::settings::SettingError;
use crate::settings::pledge_texts::{self, Line, New};

#[derive(Debug, Subcommand)]
pub(super) enum PledgeTextCommand {
    /// Give the town a pledge text of its own; phones show it after their next exchange
    ///
    /// A line of the file is a promise. Pledges name the text that was signed, so a text is never changed: another one
    /// takes its place.
    Add(Add),
    /// List the town's own pledge texts, the last first
    List(List),
    /// Show the text that is signed now
    Show(Show),
    /// Have a text signed no more: the one before it is again, or the built-in one
    Retire(Retire),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The language: zh or en
    #[arg(long, value_name = "zh|en")]
    language: String,
    /// What it is called
    #[arg(long)]
    title: String,
    /// What is pledged, a file in UTF-8; - for standard input
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Which edition it is; the next one if absent
    #[arg(long, value_name = "N")]
    edition: Option<i64>,
    /// From which day on it is signed, such as 2026-05-01; from now on if absent
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Show retired ones too
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The language: zh or en
    #[arg(long, value_name = "zh|en", default_value = "zh")]
    language: String,
}

#[derive(Debug, Args)]
pub(super) struct Retire {
    /// The text, as `pledge-text list` shows it
    id: String,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

impl PledgeTextCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        let shown = match self {
            Self::List(asked) => pledge_texts::list(&session.town, asked.all, session.now)?,
            Self::Add(asked) => vec![asked.add(&mut session)?],
            Self::Retire(asked) => {
                let (by, _) = session.acting(&asked.acting)?;
                let id: DocumentId = asked.id.parse().map_err(|_| not_set(SettingError::Unknown))?;
                session.writable()?;
                let retired = pledge_texts::retire(&session.town, by, id, session.now, &mut session.random);
                vec![retired.map_err(not_set)?]
            }
            Self::Show(asked) => {
                let language = language(&asked.language)?;
                let shown = pledge_texts::shown(&session.town, &language, session.now).map_err(not_set)?;
                output::result(place.json, &shown, |shown| {
                    let whose = if shown.own { "the town's" } else { "built in" };
                    output::line(format!("{}  {}  {whose}  {}", shown.template, shown.version, shown.title));
                    output::line(&shown.body);
                })?;
                return Ok(ExitCode::SUCCESS);
            }
        };
        let zone = session.town.zone();
        output::result(place.json, &shown, |shown| shown.iter().for_each(|one| print(zone, one)))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    fn add(self, session: &mut Session) -> Result<Line, Failure> {
        let (by, _) = session.acting(&self.acting)?;
        let language = language(&self.language)?;
        let from = self.from.as_deref().map(|text| words::day("--from", text)).transpose()?;
        let from = from.map(|day| session.town.zone().start(day));
        let body = words::file(&self.file)?;
        words::checked(&self.title, &body)?;
        session.writable()?;
        let new = New { language, title: self.title, body, version: self.edition, from };
        pledge_texts::add(&session.town, by, new, session.now, &mut session.random).map_err(not_set)
    }
}

fn language(text: &str) -> Result<Language, Failure> {
    words::known("--language", text, Language::KNOWN)
}

fn not_set(error: SettingError) -> Failure {
    match error {
        SettingError::Unknown => Failure::usage("there is no such text; `pledge-text list` shows those there are"),
        SettingError::Over => Failure::usage("this text is retired already"),
        SettingError::Taken => Failure::usage("--edition: the language has this edition already; write another number"),
        SettingError::Invalid(invalid) if invalid.field == "version" => {
            Failure::usage(format!("--edition: {}", invalid.reason))
        }
        error => words::not_set(error),
    }
}

fn print(zone: &Zone, shown: &Line) {
    let state = match (shown.retired, shown.shown) {
        (true, _) => "  (retired)",
        (false, true) => "  (signed now)",
        (false, false) => "",
    };
    let from = zone.written(shown.from);
    output::line(format!(
        "{}  {}  edition {}  from {from}  {}{state}",
        shown.id, shown.language, shown.version, shown.title
    ));
}
