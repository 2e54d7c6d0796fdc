//! `reminder add`, `reminder list`, `reminder end`.
//!
//! Floor: sync-server, command. Invariant: a reminder that is over is marked and stays, so that what workers were told
//! can be looked up.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::{DocumentId, Record, Reminder, Scope, Time};
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::words;
use crate::author::Draft;

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

/// A reminder, as it is answered.
#[derive(Serialize)]
struct Shown {
    id: DocumentId,
    title: String,
    body: String,
    kind: Option<String>,
    at: Time,
    until: Option<Time>,
    withdrawn: bool,
    on: bool,
}

impl Shown {
    fn of(id: DocumentId, reminder: Reminder, now: Time) -> Self {
        let on = reminder.is_on(now);
        let Reminder { title, body, fraud, at, until, withdrawn } = reminder;
        Self { id, title, body, kind: fraud.map(|fraud| fraud.to_string()), at, until, withdrawn, on }
    }
}

impl ReminderCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        match self {
            Self::Add(asked) => add(&mut session, place, asked)?,
            Self::List(asked) => {
                let mut shown: Vec<Shown> =
                    reminders(&session)?.into_iter().map(|(id, one)| Shown::of(id, one, session.now)).collect();
                shown.retain(|one| one.on || asked.all);
                output::result(place.json, &shown, |shown| shown.iter().for_each(|one| print(&session, one)))?;
            }
            Self::End(asked) => {
                let (by, _) = session.acting(&asked.acting)?;
                let id: Option<DocumentId> = asked.id.parse().ok();
                let found = reminders(&session)?.into_iter().find(|(other, _)| Some(*other) == id);
                let Some((id, before)) = found else {
                    return Err(Failure::usage("there is no such reminder; `reminder list` shows those there are"));
                };
                if before.withdrawn || before.until.is_some_and(|until| until <= session.now) {
                    return Err(Failure::usage("this reminder is over already; no phone shows it"));
                }
                let after = Reminder { withdrawn: true, ..before.clone() };
                let edits = Record::from(before).fields().difference(&Record::from(after.clone()).fields());
                session.write(by, vec![Draft::Edit { id, edits }])?;
                let shown = Shown::of(id, after, session.now);
                output::result(place.json, &shown, |shown| print(&session, shown))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn add(session: &mut Session, place: &Place, asked: Add) -> Result<(), Failure> {
    let (by, _) = session.acting(&asked.acting)?;
    let fraud = asked.kind.as_deref().map(|kind| words::kind_of_fraud("--kind", kind)).transpose()?;
    let until = match &asked.until {
        None => None,
        Some(text) => {
            let until = session.town.zone().end(words::day("--until", text)?);
            if until <= session.now {
                return Err(Failure::usage("--until: this day is over; write today or a later day"));
            }
            Some(until)
        }
    };
    let body = match (asked.text, &asked.file) {
        (Some(text), _) => text,
        (None, Some(path)) => words::file(path)?,
        (None, None) => return Err(Failure::usage("say what it says, with --text or --file")),
    };
    words::checked(&asked.title, &body)?;
    let reminder = Reminder { title: asked.title, body, fraud, at: session.now, until, withdrawn: false };
    let record = Record::from(reminder.clone());
    record.validate().map_err(|invalid| Failure::usage(format!("not written: {invalid}")))?;
    let id = DocumentId::fresh(session.now, &mut session.random);
    session.write(by, vec![Draft::Create { id, record: Box::new(record), scope: Scope::Town }])?;
    let shown = Shown::of(id, reminder, session.now);
    output::result(place.json, &shown, |shown| print(session, shown))
}

/// All, the newest first.
fn reminders(session: &Session) -> Result<Vec<(DocumentId, Reminder)>, Failure> {
    let rows = session.town.rows("reminder")?.into_iter();
    let mut found: Vec<_> = rows
        .filter_map(|row| match row.record("reminder") {
            Some(Record::Reminder(reminder)) => Some((row.document.id, reminder)),
            _ => None,
        })
        .collect();
    found.sort_by_key(|(id, reminder)| std::cmp::Reverse((reminder.at, *id)));
    Ok(found)
}

fn print(session: &Session, shown: &Shown) {
    let zone = session.town.zone();
    let until = shown.until.map_or_else(|| "for good".to_owned(), |until| format!("until {}", zone.written(until)));
    let kind = shown.kind.as_deref().unwrap_or("-");
    let over = match (shown.withdrawn, shown.on) {
        (true, _) => "  (taken back)",
        (false, false) if shown.at > session.now => "  (to come)",
        (false, false) => "  (over)",
        (false, true) => "",
    };
    output::line(format!("{}  {}  {until}  {kind}  {}{over}", shown.id, zone.written(shown.at), shown.title));
}
