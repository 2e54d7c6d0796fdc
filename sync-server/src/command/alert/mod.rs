//! `alert list`, `alert show`, `alert assign`, `alert offer`, `alert extend`, `alert raise`, `alert join`, `alert recall`,
//! `alert comment`.
//!
//! Floor: sync-server, command. Invariants: everything is shown to somebody, and only of case files that they hold; what
//! is written names who wrote it and goes the way of every change.

mod person;
mod shown;

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::playbook::CaseResult;
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{
    AlertId, Comment, CustodyDecision, Day, DocumentId, Extension, HandOver, Join, Level, PersonId, Raise, Recall,
    Record, Scope, Time,
};

use super::Place;
use super::open::{Session, not_taken};
use super::output::{self, Failure};
use crate::author::Draft;
use crate::intake::Intake;

use self::person::{matched, nearby};
use self::shown::{list, show};
use crate::report::cases::CaseFile;
use crate::report::dossier::alerts_called;
pub(super) use crate::report::word;

#[derive(Debug, Subcommand)]
pub(super) enum AlertCommand {
    /// List alerts with whose they are, how they stand and what is due next; what is overdue comes first
    List(List),
    /// Show one alert: whose it is and was, what is and was due, what must not be overlooked
    Show(One),
    /// Say whose an alert is: ends a contest, or gives it to somebody else (a supervisor)
    Assign(ToSomebody),
    /// Offer an alert to somebody; it is theirs once they accept
    Offer(ToSomebody),
    /// Carry an alert's month on to a day (a supervisor)
    Extend(Extend),
    /// Raise an alert's level (police, a supervisor)
    Raise(RaiseTo),
    /// Have another alert about the same person join an open one: one set of tasks, the higher level, the later end
    Join(JoinTo),
    /// Close an alert that was issued in error; it stays visible
    Recall(Reasoned),
    /// Say something about a case
    Comment(Commented),
    /// Say who an alert is about: a resident, or nobody who lives here (a supervisor); an open alert about them is joined
    Match(MatchTo),
    /// Answer a question that `today` shows (a supervisor)
    Answer(Answer),
    /// List the workers nearest to where an alert's person may be, with how old their positions are
    Nearest(One),
    /// Take alerts out of a pasted message; without --apply only what was understood is shown
    Paste(super::paste::Paste),
}

#[derive(Debug, Args)]
pub(super) struct MatchTo {
    #[command(flatten)]
    one: One,
    /// Who: the resident's identifier, as the candidates show it, or "outsider". Without it the candidates are shown
    #[arg(long, value_name = "RESIDENT")]
    to: Option<String>,
    /// Somebody not on the roster yet: the address of their door, such as 3栋2单元501, which is put on it
    #[arg(long, value_name = "ADDRESS", conflicts_with = "to", requires = "grid")]
    new: Option<String>,
    /// The grid of that door
    #[arg(long, value_name = "VILLAGE/GRID")]
    grid: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Answer {
    /// The question, as `today` shows it
    question: String,
    /// What was decided
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// On whose behalf
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// For whom: only case files that they hold are shown
    #[arg(long = "as", value_name = "USER")]
    acting: String,
    /// Show those too that are cleared, recalled or have joined another
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Args)]
pub(super) struct One {
    /// The alert: its identifier, its number on the issuer's platform, or the person's telephone
    alert: String,
    /// On whose behalf
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct Reasoned {
    #[command(flatten)]
    one: One,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ToSomebody {
    #[command(flatten)]
    of: Reasoned,
    /// To whom: a login or an identifier
    #[arg(long, value_name = "USER")]
    to: String,
}

#[derive(Debug, Args)]
pub(super) struct Extend {
    #[command(flatten)]
    of: Reasoned,
    /// The last day, such as 2026-05-01
    #[arg(long, value_name = "DATE")]
    until: String,
}

#[derive(Debug, Args)]
pub(super) struct RaiseTo {
    #[command(flatten)]
    of: Reasoned,
    /// The level: low, medium, high or extreme
    #[arg(long, value_name = "LEVEL")]
    level: String,
}

#[derive(Debug, Args)]
pub(super) struct JoinTo {
    #[command(flatten)]
    one: One,
    /// The alert that joins it
    #[arg(long, value_name = "ALERT")]
    other: String,
}

#[derive(Debug, Args)]
pub(super) struct Commented {
    #[command(flatten)]
    one: One,
    /// What
    #[arg(long, value_name = "TEXT")]
    text: String,
}
impl AlertCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        match self {
            Self::List(asked) => list(&session, place, &asked)?,
            Self::Show(one) => {
                let (_, id) = one.find(&session)?;
                show(&session, place, id)?;
            }
            Self::Assign(asked) => asked.write(&mut session, place, |alert, owner, at, reason| {
                CustodyDecision { alert, owner, at, reason }.into()
            })?,
            Self::Offer(asked) => {
                asked.write(&mut session, place, |alert, to, at, note| HandOver { alert, to, at, note }.into())?;
            }
            Self::Extend(asked) => {
                let day: Day =
                    asked.until.parse().map_err(|_| Failure::usage("--until: write a day such as 2026-05-01"))?;
                let until = session.town.zone().start(day);
                asked
                    .of
                    .write(&mut session, place, |alert, at, reason| Extension { alert, at, until, reason }.into())?;
            }
            Self::Raise(asked) => {
                let level = Level::from_word(&asked.level);
                if !level.is_known() {
                    return Err(Failure::usage("--level: write low, medium, high or extreme"));
                }
                let (_, alert) = asked.of.one.find(&session)?;
                if let Some(file) = CaseFile::read(&session.town, alert)?
                    && file.standing(&session.town, session.now).level.effective() >= level.effective()
                {
                    return Err(Failure::usage("the alert is at this level or above it; a level only goes up"));
                }
                asked.of.write(&mut session, place, |alert, at, reason| Raise { alert, level, at, reason }.into())?;
            }
            Self::Join(asked) => join(&mut session, place, &asked)?,
            Self::Recall(asked) => {
                asked.write(&mut session, place, |alert, at, reason| Recall { alert, at, reason }.into())?;
            }
            Self::Match(asked) => matched(&mut session, place, &asked)?,
            Self::Answer(asked) => {
                let (person, _) = session.acting(&asked.acting)?;
                let wrong = || Failure::usage("this is no question's identifier; `today` shows those that wait");
                let question: DocumentId = asked.question.parse().map_err(|_| wrong())?;
                let (town, now) = (&session.town, session.now);
                let answer = (question, asked.text);
                let done = Intake::default().answer(town, person, answer, now, &mut session.random);
                done.map_err(not_taken)?;
                output::result(place.json, &question, |_| output::line("The question is answered."))?;
            }
            Self::Nearest(one) => {
                let (_, id) = one.find(&session)?;
                nearby(&session, place, id)?;
            }
            Self::Paste(asked) => asked.run(&mut session, place)?,
            Self::Comment(asked) => {
                let (person, alert) = asked.one.find(&session)?;
                let comment = Comment { alert, at: session.now, text: asked.text };
                write(&mut session, place, person, vec![(alert, comment.into())])?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl One {
    /// Who asks, and the alert, whose case file they must hold.
    fn find(&self, session: &Session) -> Result<(PersonId, AlertId), Failure> {
        let (person, _) = session.acting(&self.acting)?;
        Ok((person, called(session, &self.alert, person)?))
    }
}

/// The alert of this name among those whose case files the person holds.
pub(super) fn called(session: &Session, text: &str, person: PersonId) -> Result<AlertId, Failure> {
    let held: BTreeSet<Scope> = session.town.scopes_of(person)?.into_iter().collect();
    let mut found = alerts_called(&session.town, text)?;
    found.retain(|alert| held.contains(&Scope::CaseFile(*alert)));
    match found[..] {
        [alert] => Ok(alert),
        [] => Err(Failure::usage(
            "no alert of this identifier, number or telephone among those that the person named with --as holds; \
             `alert list` shows them",
        )),
        _ => Err(Failure::usage("several alerts have this number or telephone; name one by its identifier")),
    }
}

impl Reasoned {
    fn write(
        self,
        session: &mut Session,
        place: &Place,
        make: impl FnOnce(AlertId, Time, Option<String>) -> Record,
    ) -> Result<(), Failure> {
        let (person, alert) = self.one.find(session)?;
        let record = make(alert, session.now, self.reason);
        write(session, place, person, vec![(alert, record)])
    }
}

impl ToSomebody {
    fn write(
        self,
        session: &mut Session,
        place: &Place,
        make: impl FnOnce(AlertId, PersonId, Time, Option<String>) -> Record,
    ) -> Result<(), Failure> {
        let (to, person) = session.acting(&self.to)?;
        if person.roles().next().is_none() {
            return Err(Failure::usage(format!("\"{}\" holds no role, and could do nothing with it", self.to)));
        }
        self.of.write(session, place, |alert, at, reason| make(alert, to, at, reason))
    }
}

fn write(session: &mut Session, place: &Place, by: PersonId, facts: Vec<(AlertId, Record)>) -> Result<(), Failure> {
    let Some(alert) = facts.first().map(|(alert, _)| *alert) else { return Ok(()) };
    let mut drafts = Vec::with_capacity(facts.len());
    for (alert, record) in facts {
        record.validate().map_err(|invalid| Failure::usage(format!("not written: {invalid}")))?;
        let id = DocumentId::fresh(session.now, &mut session.random);
        drafts.push(Draft::Create { id, record: Box::new(record), scope: Scope::CaseFile(alert) });
    }
    session.write(by, drafts)?;
    show(session, place, alert)
}

fn join(session: &mut Session, place: &Place, asked: &JoinTo) -> Result<(), Failure> {
    let (person, alert) = asked.one.find(session)?;
    let other = called(session, &asked.other, person)?;
    if alert == other {
        return Err(Failure::usage("an alert does not join itself; name the other one with --other"));
    }
    let missing = || Failure::usage("one of the alerts cannot be read by this version");
    let first = CaseFile::read(&session.town, alert)?.ok_or_else(missing)?;
    let second = CaseFile::read(&session.town, other)?.ok_or_else(missing)?;
    if first.standing(&session.town, session.now).result != CaseResult::Running {
        return Err(Failure::usage("the alert that is to be joined is not open; name the open one first"));
    }
    let facts = Join::between((alert, &first.alert), (other, &second.alert), session.now);
    let facts = facts.map(|join| (join.alert, join.into())).to_vec();
    write(session, place, person, facts)
}
