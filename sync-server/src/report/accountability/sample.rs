//! Samples of people who sent money, drawn so that anybody can check them, and what those said who were called back
//! (L8, Q12).
//!
//! Floor: sync-server, report. Invariants: who is drawn follows from the seed and from what there was to choose from
//! (`population`), by a rule that needs no program of ours; a draw is a supervisor's, and kept before anybody is called; whoever
//! reads it sees the alerts that they hold, and how many others there are.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::doors::Period;
use qiaomen_core::projection::{record_of, table_named};
use qiaomen_core::record::draw::MOST_DRAWN;
use qiaomen_core::record::{
    Alert, AlertId, AreaId, CallBack, DocumentId, Draw, Kind, PersonId, Random, Record, Scope, Time,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Held;
use super::population::{DrawnFrom, as_drawn, population};
use crate::author::{Draft, Written};
use crate::intake::IntakeError;
use crate::store::StoreError;
use crate::town::Town;

/// The rule, in words, with what each step is in a shell.
pub const RULE: &str = "The population is the people after whose alerts money was recorded as sent within the period, as \
the server knew it when its log had the length that it had before the draw. Each person stands in it once, by the smallest \
identifier of these alerts of theirs: alerts that were joined, that name one resident, or that name one household and one \
name are about one person; one that was recalled is left out, but where another that was joined with it stands. The population's file holds these identifiers in lower case, sorted, \
with a line feed between each two and none after the last; the population's hash is the file's SHA-256 (sha256sum FILE). \
For each, take the SHA-256 of the seed, a line feed and the identifier (printf '%s\\n%s' \
SEED ID | sha256sum). Sort by that ascending and take as many as are wanted from the front.";

/// Somebody who was chosen, by the alert that they stand in the population by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// The alert.
    pub alert: AlertId,
    /// By what it was put in its place: the SHA-256 that the rule takes.
    pub rank: String,
    /// The person's name, to be covered where it is shown.
    pub name: String,
    /// The person's telephone, likewise.
    pub telephone: Option<String>,
    /// The area whose team answered for it.
    pub area: AreaId,
}

/// A sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// What the order is made from.
    pub seed: String,
    /// The rule by which it is.
    pub rule: &'static str,
    /// The period in which money went.
    pub period: Period,
    /// How many were wanted.
    pub count: usize,
    /// What there was to choose from, sorted.
    pub population: Vec<AlertId>,
    /// The SHA-256 of that.
    pub population_hash: String,
    /// Those chosen, in the order in which they were.
    pub chosen: Vec<Chosen>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What an alert is put in its place by.
#[must_use]
pub fn rank(seed: &str, alert: AlertId) -> String {
    hex(&Sha256::digest(format!("{seed}\n{alert}")))
}

/// What there is to choose from, as a file: an identifier a line, no line feed after the last.
#[must_use]
pub fn population_file(population: &BTreeSet<AlertId>) -> String {
    let lines: Vec<String> = population.iter().map(AlertId::to_string).collect();
    lines.join("\n")
}

/// The hash of what there is to choose from.
#[must_use]
pub fn population_hash(population: &BTreeSet<AlertId>) -> String {
    hex(&Sha256::digest(population_file(population)))
}

/// A sample of those who sent money in a period, of what `reader` holds as a supervisor or as the police. Nothing is
/// written.
///
/// # Errors
/// As the store.
pub fn sample(town: &Town, reader: PersonId, period: Period, count: usize, seed: &str) -> Result<Sample, StoreError> {
    let held = Held::of(town, reader)?;
    let population = population(town, reader, period, town.store().log()?.size)?;
    let mut ranked: Vec<(String, AlertId)> = population.iter().map(|alert| (rank(seed, *alert), *alert)).collect();
    ranked.sort_unstable();
    let mut chosen = Vec::new();
    for (rank, alert) in ranked.into_iter().take(count) {
        chosen.extend(read(town, &held, alert)?.map(|said| Chosen {
            alert,
            rank,
            name: said.name,
            telephone: said.telephone,
            area: said.area,
        }));
    }
    Ok(Sample {
        seed: seed.to_owned(),
        rule: RULE,
        period,
        count,
        chosen,
        population_hash: population_hash(&population),
        population: population.into_iter().collect(),
    })
}

/// The alert, for whoever holds its case file.
fn read(town: &Town, held: &Held, alert: AlertId) -> Result<Option<Alert>, StoreError> {
    if held.alert(town, alert)?.is_none() {
        return Ok(None);
    }
    Ok(match town.document(alert.into())?.map(|(_, document)| document.record()) {
        Some(Ok(Record::Alert(alert))) => Some(alert),
        _ => None,
    })
}

/// Draws a sample and keeps it, so that whoever is called was chosen before.
///
/// # Errors
/// [`IntakeError::Denied`] for whoever is no supervisor, and for a count that is none; [`IntakeError::Invalid`] for a
/// seed that cannot be kept.
pub fn draw(
    town: &Town,
    by: PersonId,
    (period, count, seed): (Period, usize, &str),
    now: Time,
    random: &mut dyn Random,
) -> Result<(DocumentId, Sample), IntakeError> {
    if !Held::of(town, by)?.supervises {
        return Err(IntakeError::Denied("only a supervisor draws a sample; name one with --as".to_owned()));
    }
    if !(1..=MOST_DRAWN).contains(&count) {
        return Err(IntakeError::Denied(format!("from 1 to {MOST_DRAWN} can be drawn at a time")));
    }
    let sample = sample(town, by, period, count, seed)?;
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let record = Record::from(Draw {
        at: now,
        seed: sample.seed.clone(),
        from: period.from,
        to: period.until,
        count: number(count),
        population: number(sample.population.len()),
        population_hash: sample.population_hash.clone(),
        chosen: sample.chosen.iter().map(|chosen| chosen.alert).collect(),
    });
    let id = write(town, by, record, Scope::Intake, now, random)?;
    Ok((id, sample))
}

fn write(
    town: &Town,
    by: PersonId,
    record: Record,
    scope: Scope,
    now: Time,
    random: &mut dyn Random,
) -> Result<DocumentId, IntakeError> {
    record.validate()?;
    let id = DocumentId::fresh(now, random);
    let draft = Draft::Create { id, record: Box::new(record), scope };
    for written in town.author(by, now, random)?.lock().write(vec![draft], now, random)? {
        if let Written::Verdict(verdict) = written
            && !matches!(verdict, qiaomen_core::protocol::Verdict::Accepted { .. })
        {
            return Err(IntakeError::Denied(crate::command::open::refused(&verdict)));
        }
    }
    Ok(id)
}

/// One draw of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DrawLine {
    /// The draw.
    pub id: DocumentId,
    /// Who drew it.
    pub by: PersonId,
    /// When that arrived at the server.
    pub arrived: Time,
    /// What it says.
    #[serde(flatten)]
    pub draw: Draw,
}

/// The draws there were, the newest first, for a supervisor; none for anybody else.
///
/// # Errors
/// As the store.
pub fn draws(town: &Town, reader: PersonId) -> Result<Vec<DrawLine>, StoreError> {
    let mut found = Vec::new();
    if !Held::of(town, reader)?.supervises {
        return Ok(found);
    }
    for row in town.rows("draw")? {
        if let Some(Record::Draw(draw)) = row.record("draw") {
            let stored = row.document;
            found.push(DrawLine { id: stored.id, by: stored.author, arrived: stored.arrival, draw });
        }
    }
    found.sort_by_key(|line| (std::cmp::Reverse(line.draw.at), line.id));
    Ok(found)
}

/// What a draw was made from, made again as the server knew it then, for a supervisor: identifiers and nothing else. None
/// where there is no such draw.
///
/// # Errors
/// As the store.
pub fn drawn_from(town: &Town, reader: PersonId, draw: DocumentId) -> Result<Option<DrawnFrom>, StoreError> {
    let Some(line) = draws(town, reader)?.into_iter().find(|line| line.id == draw) else { return Ok(None) };
    as_drawn(town, &line).map(Some)
}

/// One call, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Called {
    /// The record.
    pub id: DocumentId,
    /// Who called.
    pub by: PersonId,
    /// When that arrived at the server.
    pub arrived: Time,
    /// Whether another was written in its place.
    pub corrected: bool,
    /// What was said.
    #[serde(flatten)]
    pub call: CallBack,
}

/// A draw with the answers so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Drawn {
    /// The draw.
    #[serde(flatten)]
    pub line: DrawLine,
    /// The rule by which it was drawn.
    pub rule: &'static str,
    /// Those chosen that the reader holds, in the order in which they were, each with every call so far, the oldest
    /// first.
    pub people: Vec<(Chosen, Vec<Called>)>,
    /// How many others were chosen.
    pub elsewhere: usize,
    /// To how many of those people nobody has spoken yet.
    pub waiting: usize,
}

/// What was drawn, with the answers so far; none where there is no such draw, or `reader` is no supervisor.
///
/// # Errors
/// As the store.
pub fn call_backs(town: &Town, reader: PersonId, draw: DocumentId) -> Result<Option<Drawn>, StoreError> {
    let held = Held::of(town, reader)?;
    let Some(line) = draws(town, reader)?.into_iter().find(|line| line.id == draw) else { return Ok(None) };
    let mut calls = calls(town, draw)?;
    let mut people = Vec::new();
    for alert in &line.draw.chosen {
        let Some(said) = read(town, &held, *alert)? else { continue };
        let rank = rank(&line.draw.seed, *alert);
        let chosen = Chosen { alert: *alert, rank, name: said.name, telephone: said.telephone, area: said.area };
        people.push((chosen, calls.remove(alert).unwrap_or_default()));
    }
    people.sort_by(|(one, _), (other, _)| one.rank.cmp(&other.rank));
    let spoken = |calls: &[Called]| {
        let reached = qiaomen_core::record::CallOutcome::Reached;
        calls.iter().any(|called| !called.corrected && called.call.outcome == reached)
    };
    Ok(Some(Drawn {
        elsewhere: line.draw.chosen.len().saturating_sub(people.len()),
        waiting: people.iter().filter(|(_, calls)| !spoken(calls)).count(),
        rule: RULE,
        line,
        people,
    }))
}

fn calls(town: &Town, draw: DocumentId) -> Result<BTreeMap<AlertId, Vec<Called>>, StoreError> {
    let table = table_named("call_back").ok_or(StoreError::Damaged("a table there is not"))?;
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let mut found: Vec<Called> = Vec::new();
    town.store().walk_cells(table.name, &columns, &mut |row, cells| {
        if let Some(Record::CallBack(call)) = record_of(table, cells)
            && call.draw == draw
        {
            let (id, by, arrived) = (row.document, row.author, row.arrival);
            found.push(Called { id, by, arrived, corrected: false, call });
        }
        Ok(())
    })?;
    let corrected: BTreeSet<(AlertId, DocumentId)> =
        found.iter().filter_map(|called| Some((called.call.alert, called.call.corrects?))).collect();
    found.sort_by_key(|called| (called.call.at, called.arrived, called.id));
    let mut by_alert: BTreeMap<AlertId, Vec<Called>> = BTreeMap::new();
    for called in found {
        let corrected = corrected.contains(&(called.call.alert, called.id));
        by_alert.entry(called.call.alert).or_default().push(Called { corrected, ..called });
    }
    Ok(by_alert)
}

/// Writes down what somebody said who was called back.
///
/// # Errors
/// [`IntakeError::Unknown`] where there is no such draw, it did not choose the alert, or the call that is put right is none
/// of its calls to them; [`IntakeError::Denied`] where
/// they may not; [`IntakeError::Invalid`] where it does not hold together.
pub fn call_back(
    town: &Town,
    by: PersonId,
    call: CallBack,
    now: Time,
    random: &mut dyn Random,
) -> Result<DocumentId, IntakeError> {
    if Held::of(town, by)?.alert(town, call.alert)?.is_none() {
        return Err(IntakeError::Unknown);
    }
    let Some((stored, document)) = town.document(call.draw)? else { return Err(IntakeError::Unknown) };
    match document.record() {
        Ok(Record::Draw(draw)) if stored.kind == Kind::Draw && draw.chosen.contains(&call.alert) => {}
        _ => return Err(IntakeError::Unknown),
    }
    // What is put right is a call of this draw to the same person, and none of anybody else's.
    if let Some(wrong) = call.corrects
        && !calls(town, call.draw)?.get(&call.alert).is_some_and(|calls| calls.iter().any(|one| one.id == wrong))
    {
        return Err(IntakeError::Unknown);
    }
    let scope = Scope::CaseFile(call.alert);
    write(town, by, call.into(), scope, now, random)
}
