//! `held list`, `held accept`, `held refuse`.
//!
//! Floor: sync-server, command. Invariant: a decision names the supervisor who made it.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::{DocumentId, PersonId, Time};
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use crate::accept::Decided;

#[derive(Debug, Subcommand)]
pub(super) enum HeldCommand {
    /// List the changes that wait
    List,
    /// Take a change in after all; those that depend on it share its end
    Accept(Decide),
    /// Refuse a change; its author keeps it on the phone, and those that depend on it share its end
    Refuse(Decide),
}

#[derive(Debug, Args)]
pub(super) struct Decide {
    /// Its number, as `held list` shows it
    number: u64,
    /// On whose behalf: a supervisor's of the area
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Serialize)]
struct Shown {
    number: u64,
    document: DocumentId,
    person: PersonId,
    login: Option<String>,
    arrived: Time,
    waits_for: String,
}

#[derive(Serialize)]
struct Answer {
    number: u64,
    verdict: &'static str,
}

impl HeldCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let session = Session::open_present(place)?;
        let (decide, accept) = match self {
            Self::List => {
                list(&session, place)?;
                return Ok(ExitCode::SUCCESS);
            }
            Self::Accept(decide) => (decide, true),
            Self::Refuse(decide) => (decide, false),
        };
        let (by, _) = session.acting(&decide.acting)?;
        match session.town.decide(decide.number, accept, by, session.now)? {
            Decided::Unknown => Err(Failure::usage("nothing of this number waits for a decision; see `held list`")),
            Decided::NotPermitted => {
                Err(Failure::usage("only a supervisor of the area may decide on this; name one with --as"))
            }
            Decided::Verdict(verdict) => {
                use qiaomen_core::protocol::Verdict;
                let verdict = match verdict {
                    Verdict::Accepted { .. } => "accepted",
                    Verdict::Refused(_) | Verdict::DependsOnRefused => "refused",
                    Verdict::Held(_) => "held",
                };
                let answer = Answer { number: decide.number, verdict };
                output::result(place.json, &answer, |answer| output::line(answer.verdict))?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn list(session: &Session, place: &Place) -> Result<(), Failure> {
    let people: BTreeMap<_, _> = session.town.people()?.into_iter().collect();
    let shown: Vec<Shown> = session
        .town
        .held()?
        .into_iter()
        .map(|held| Shown {
            number: held.number,
            document: held.document,
            person: held.person,
            login: people.get(&held.person).and_then(|person| person.login.clone()),
            arrived: held.arrival,
            waits_for: held.refusal.code,
        })
        .collect();
    output::result(place.json, &shown, |shown| {
        if shown.is_empty() {
            output::note("Nothing waits.");
        }
        for held in shown {
            let arrived = session.town.zone().written(held.arrived);
            let login = held.login.as_deref().unwrap_or("-");
            output::line(format!("{}  {}  {login}  {arrived}  {}", held.number, held.document, held.waits_for));
        }
    })
}
