//! `reminder add`, `reminder list`, `reminder end`.
//!
//! Floor: sync-server, command. Invariant: a reminder that is over is marked and stays, so that what workers were told
//! can be looked up.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::DocumentId;
use qiaomen_core::record::word::Word as _;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::words;
use crate::settings::SettingError;
use crate::settings::reminders::{self, Line, New};

#[derive(Debug, Subcommand)]
pub(super) enum ReminderCommand {
    /// Tell every worker of a new trick, or remind them of something; their phones show it after their next exchange
    Add(Add),
    /// List the reminders that phones show now, the newest first
    List(List),
    /// Take a reminder back: phones show it no more
    End(End),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// What it is called
    #[arg(long)]
    title: String,
    /// What it says
    #[arg(long, value_name = "TEXT", required_unless_present = "file", conflicts_with = "file")]
    text: Option<String>,
    /// What it says, a file in UTF-8; - for standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The kind of fraud that it is about, as `script list` shows it
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// The last day on which it is shown, such as 2026-05-01; for good if absent
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// On whose behalf: a supervisor's or an administrator's
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Show those too that are over, were taken back, or are still to come
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Args)]
pub(super) struct End {
    /// The reminder, as `reminder list` shows it
    id: String,
    /// On whose behalf: a supervisor's or an administrator's
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

impl ReminderCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        match self {
            Self::Add(asked) => add(&mut session, place, asked)?,
            Self::List(asked) => {
                let shown = reminders::list(&session.town, asked.all, session.now)?;
                output::result(place.json, &shown, |shown| shown.iter().for_each(|one| print(&session, one)))?;
            }
            Self::End(asked) => {
                let (by, _) = session.acting(&asked.acting)?;
                let id: Option<DocumentId> = asked.id.parse().ok();
                let unknown = "there is no such reminder; `reminder list` shows those there are";
                let id = id.ok_or_else(|| Failure::usage(unknown))?;
                session.writable()?;
                let ended = reminders::end(&session.town, by, id, session.now, &mut session.random);
                let shown = ended.map_err(|error| match error {
                    SettingError::Unknown => Failure::usage(unknown),
                    SettingError::Over => Failure::usage("this reminder is over already; no phone shows it"),
                    error => words::not_set(error),
                })?;
                output::result(place.json, &shown, |shown| print(&session, shown))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn add(session: &mut Session, place: &Place, asked: Add) -> Result<(), Failure> {
    let (by, _) = session.acting(&asked.acting)?;
    let fraud = asked.kind.as_deref().map(|kind| words::kind_of_fraud("--kind", kind)).transpose()?;
    let until = asked.until.as_deref().map(|text| words::day("--until", text)).transpose()?;
    let until = until.map(|day| session.town.zone().end(day));
    let body = match (asked.text, &asked.file) {
        (Some(text), _) => text,
        (None, Some(path)) => words::file(path)?,
        (None, None) => return Err(Failure::usage("say what it says, with --text or --file")),
    };
    words::checked(&asked.title, &body)?;
    session.writable()?;
    let new = New { title: asked.title, body, fraud, until };
    let added = reminders::add(&session.town, by, new, session.now, &mut session.random);
    let shown = added.map_err(|error| match error {
        SettingError::Past => Failure::usage("--until: this day is over; write today or a later day"),
        error => words::not_set(error),
    })?;
    output::result(place.json, &shown, |shown| print(session, shown))
}

fn print(session: &Session, shown: &Line) {
    let zone = session.town.zone();
    let until = shown.until.map_or_else(|| "for good".to_owned(), |until| format!("until {}", zone.written(until)));
    let kind = shown.kind.as_ref().map_or("-", |kind| kind.word());
    let over = match (shown.withdrawn, shown.on) {
        (true, _) => "  (taken back)",
        (false, false) if shown.at > session.now => "  (to come)",
        (false, false) => "  (over)",
        (false, true) => "",
    };
    output::line(format!("{}  {}  {until}  {kind}  {}{over}", shown.id, zone.written(shown.at), shown.title));
}
