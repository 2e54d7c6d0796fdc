//! `script list`, `script show`, `script set`, `script retire`.
//!
//! Floor: sync-server, command. Invariants: which script is shown is core's to say, as on the phones; a script that was
//! replaced stays as it was, so that a record that names it still tells what was read out.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::{DocumentId, FraudKind, Language, Record, Scope, Script};
use qiaomen_core::script::{self, Shown};

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::words::{self, kind_of_fraud};
use crate::author::Draft;

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
                let languages = asked.language.as_deref().map_or_else(
                    || Ok(Language::KNOWN.to_vec()),
                    |text| language(text).map(|language| vec![language]),
                )?;
                let town = scripts(&session)?;
                let shown: Vec<Shown> = languages.iter().flat_map(|language| script::list(language, &town)).collect();
                output::result(place.json, &shown, |shown| {
                    for one in shown {
                        output::line(heading(one));
                    }
                })?;
            }
            Self::Show(asked) => {
                let (fraud, language) = (kind_of_fraud("KIND", &asked.kind)?, language(&asked.language)?);
                show(&session, place, &fraud, &language)?;
            }
            Self::Set(asked) => {
                let (fraud, language) = (kind_of_fraud("KIND", &asked.kind)?, language(&asked.language)?);
                let (by, _) = session.acting(&asked.acting)?;
                let body = words::file(&asked.file)?;
                let script = Script {
                    fraud: fraud.clone(),
                    language: language.clone(),
                    title: asked.title,
                    body,
                    retired: false,
                };
                words::checked(&script.title, &script.body)?;
                let record = Record::from(script);
                record.validate().map_err(|invalid| Failure::usage(format!("not written: {invalid}")))?;
                let id = DocumentId::fresh(session.now, &mut session.random);
                session.write(by, vec![Draft::Create { id, record: Box::new(record), scope: Scope::Town }])?;
                show(&session, place, &fraud, &language)?;
            }
            Self::Retire(asked) => {
                let (fraud, language) = (kind_of_fraud("KIND", &asked.kind)?, language(&asked.language)?);
                let (by, _) = session.acting(&asked.acting)?;
                let mut own = scripts(&session)?;
                own.retain(|(_, one)| !one.retired && one.fraud == fraud && one.language == language);
                if own.is_empty() {
                    return Err(Failure::usage(
                        "the town has no script of its own for this kind and language; the built-in one is shown already",
                    ));
                }
                // All of them: else the one before the last would be shown again.
                let drafts = own.into_iter().map(|(id, before)| {
                    let after = Script { retired: true, ..before.clone() };
                    Draft::Edit { id, edits: Record::from(before).fields().difference(&Record::from(after).fields()) }
                });
                session.write(by, drafts.collect())?;
                show(&session, place, &fraud, &language)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The town's own scripts, the last accepted first.
fn scripts(session: &Session) -> Result<Vec<(DocumentId, Script)>, Failure> {
    let mut rows = session.town.rows("script")?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.document.acceptance, row.document.id)));
    let scripts = rows.into_iter().filter_map(|row| match row.record("script") {
        Some(Record::Script(script)) => Some((row.document.id, script)),
        _ => None,
    });
    Ok(scripts.collect())
}

fn language(text: &str) -> Result<Language, Failure> {
    words::known("--language", text, Language::KNOWN)
}

fn show(session: &Session, place: &Place, fraud: &FraudKind, language: &Language) -> Result<(), Failure> {
    let shown = script::shown(fraud, language, &scripts(session)?)
        .ok_or_else(|| Failure::new("this program lacks its own scripts; install it anew"))?;
    output::result(place.json, &shown, |shown| {
        output::line(heading(shown));
        output::line(&shown.body);
    })
}

fn heading(shown: &Shown) -> String {
    let whose = if shown.own { "the town's" } else { "built in" };
    format!("{}  {}  {whose}  {}  {}", shown.fraud, shown.language, shown.name, shown.title)
}
