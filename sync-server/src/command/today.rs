//! `today`.
//!
//! Floor: sync-server, command. Invariant: made for somebody, and shows only what lies in what they hold.

use std::collections::HashMap;
use std::process::ExitCode;

use clap::Args;
use qiaomen_core::record::{AlertId, Asked};

use super::Place;
use super::alert::word;
use super::open::Session;
use super::output::{self, Failure};
use crate::intake::Stage;
use crate::report::today::{Line, today};

/// Show what waits: alerts that nobody took, what is due and overdue, accidents, contests, questions
///
/// Counts first, then every alert that something is to be done about now. What is overdue although its owner's phones
/// have not been heard from since is told apart: it may be done. Questions are those that only a supervisor can answer:
/// who a person is (`alert match`), whether a lower level is right, who takes an alert of an area without a team.
#[derive(Debug, Args)]
pub(super) struct TodayCommand {
    /// For whom: only case files that they hold are counted
    #[arg(long = "as", value_name = "USER")]
    acting: String,
    /// Show every alert that is not settled
    #[arg(long)]
    all: bool,
}

impl TodayCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let session = Session::open_present(place)?;
        let (person, _) = session.acting(&self.acting)?;
        let found = today(&session.town, person, session.now)?;
        let people: HashMap<_, _> = session.town.people()?.into_iter().collect();
        let zone = session.town.zone();
        output::result(place.json, &found, |found| {
            let counts = &found.counts;
            for (what, count) in [
                ("running", counts.running),
                ("nobody took them", counts.unowned),
                ("telephone now", counts.telephone_now),
                ("due within 6 hours", counts.due_soon),
                ("overdue", counts.overdue),
                ("  of those, phone not heard from since", counts.unheard),
                ("accidents", counts.accidents),
                ("contests to decide", counts.contested),
                ("month over, not judged", counts.lying),
                ("stop-payments to ask for", counts.stop_payment_owed),
                ("stop-payments to release", counts.release_owed),
                ("proposals to clear", counts.proposed),
                ("questions", counts.questions),
            ] {
                output::line(format!("{count:>7}  {what}"));
            }
            for line in found.alerts.iter().filter(|line| self.all || !what(line).is_empty()) {
                let owner = line.owner.and_then(|owner| people.get(&owner)).map_or("-", |person| person.name.as_str());
                let next = line.next.map_or_else(String::new, |next| {
                    format!("{} {} {}", word(next.kind), zone.written(next.due), word(next.state))
                });
                let (alert, level, name, flags) = (line.alert, &line.level, &line.name, what(line));
                output::line(format!("{alert}  {level}  {name}  {owner}  {next}  {flags}"));
            }
            for (id, question) in &found.questions {
                let number: AlertId = question.alert;
                output::line(format!("question {id}  {}  alert {number}", asked(&question.what)));
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn asked(what: &Asked) -> &str {
    match what {
        Asked::Who => "who is it?",
        Asked::LowerLevel => "its sender names a lower level",
        Asked::Differs => "its sender says something else than stands here",
        Asked::NoTeam => "its area has no team",
        Asked::Unknown(_) => "asked by a newer version",
    }
}

/// What is to be done about an alert now; nothing for most.
fn what(line: &Line) -> String {
    let unheard = line.unheard_since.is_some();
    let flags = [
        (line.stage == Some(Stage::Telephone), "TELEPHONE NOW"),
        (line.stage.is_some_and(|stage| stage < Stage::Telephone), "nobody's"),
        (line.overdue > 0 && !unheard, "OVERDUE"),
        (line.overdue > 0 && unheard, "overdue, phone not heard from"),
        (line.accident.is_some(), "ACCIDENT"),
        (line.contested, "contested"),
        (line.stop_payment_owed, "stop-payment owed"),
        (line.release_owed, "release owed"),
        (line.proposed, "proposed to clear"),
    ];
    flags.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect::<Vec<_>>().join(", ")
}
