//! `script list`, `script show`, `script set`, `script retire`.
//!
//! Floor: sync-server, command. Invariants: which script is shown is core's to say, as on the phones; a script that was
//! replaced stays as it was, so that a record that names it still tells what was read out.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::Language;
use qiaomen_core::script::Shown;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::words::{self, kind_of_fraud};
use crate::settings::{SettingError, scripts};

#[derive(Debug, Subcommand)]
pub(super) enum ScriptCommand {
    /// List what is said about each kind of fraud, and whether it is the town's own or comes with the program
    List(List),
    /// Show what is said about one kind
    Show(Show),
    /// Give the town a script of its own; every phone has it with its next exchange
    ///
    /// It goes before the built-in script of its kind and language, and before one that the town had before. A line of
    /// the file is an utterance.
    Set(Set),
    /// Use the town's script no more: phones show the built-in one again
    Retire(Retire),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The language: zh or en; both if absent
    #[arg(long, value_name = "zh|en")]
    language: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The kind of fraud, as `script list` shows it
    kind: String,
    /// The language: zh or en
    #[arg(long, value_name = "zh|en", default_value = "zh")]
    language: String,
}

#[derive(Debug, Args)]
pub(super) struct Set {
    /// The kind of fraud, as `script list` shows it
    kind: String,
    /// The language: zh or en
    #[arg(long, value_name = "zh|en")]
    language: String,
    /// What it is called
    #[arg(long)]
    title: String,
    /// What is said, a file in UTF-8; - for standard input
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct Retire {
    /// The kind of fraud, as `script list` shows it
    kind: String,
    /// The language: zh or en
    #[arg(long, value_name = "zh|en")]
    language: String,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

impl ScriptCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        match self {
            Self::List(asked) => {
                let language = asked.language.as_deref().map(language).transpose()?;
                let shown: Vec<Shown> = scripts::list(&session.town, language.as_ref())?;
                output::result(place.json, &shown, |shown| {
                    for one in shown {
                        output::line(heading(one));
                    }
                })?;
            }
            Self::Show(asked) => {
                let (fraud, language) = (kind_of_fraud("KIND", &asked.kind)?, language(&asked.language)?);
                let shown = scripts::shown(&session.town, &fraud, &language).map_err(|error| match error {
                    SettingError::Unknown => Failure::new("this program lacks its own scripts; install it anew"),
                    error => words::not_set(error),
                })?;
                print(place, &shown)?;
            }
            Self::Set(asked) => {
                let (fraud, language) = (kind_of_fraud("KIND", &asked.kind)?, language(&asked.language)?);
                let (by, _) = session.acting(&asked.acting)?;
                let body = words::file(&asked.file)?;
                words::checked(&asked.title, &body)?;
                let new = scripts::New { fraud, language, title: asked.title, body };
                session.writable()?;
                let set = scripts::set(&session.town, by, new, session.now, &mut session.random);
                print(place, &set.map_err(words::not_set)?)?;
            }
            Self::Retire(asked) => {
                let (fraud, language) = (kind_of_fraud("KIND", &asked.kind)?, language(&asked.language)?);
                let (by, _) = session.acting(&asked.acting)?;
                session.writable()?;
                let of = (&fraud, &language);
                let set = scripts::retire(&session.town, by, of, session.now, &mut session.random);
                let shown = set.map_err(|error| match error {
                    SettingError::Over => Failure::usage(
                        "the town has no script of its own for this kind and language; the built-in one is shown already",
                    ),
                    error => words::not_set(error),
                })?;
                print(place, &shown)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn language(text: &str) -> Result<Language, Failure> {
    words::known("--language", text, Language::KNOWN)
}

fn print(place: &Place, shown: &Shown) -> Result<(), Failure> {
    output::result(place.json, shown, |shown| {
        output::line(heading(shown));
        output::line(&shown.body);
    })
}

fn heading(shown: &Shown) -> String {
    let whose = if shown.own { "the town's" } else { "built in" };
    format!("{}  {}  {whose}  {}  {}", shown.fraud, shown.language, shown.name, shown.title)
}
