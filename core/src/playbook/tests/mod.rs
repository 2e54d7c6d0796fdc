//! The worked cases, the fine print, properties, and a second, naive reckoning to compare with.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod books;
mod cases;
mod custody;
mod fine_print;
mod months;
mod naive;
mod orders;
pub(crate) mod properties;
mod records;
mod rules;
mod scenarios;
mod standing;

use serde_json::{Value, json};

use super::due::{Due, DueKind, DueState, DueVisit};
use super::{Playbook, due, scenario};
use crate::record::{Time, Zone};

/// `03-01 10:30`, `03-01 10:30:59` or `2024-03-01 10:30` in Shanghai, of 2026 where no year is given.
fn stamp(short: &str) -> String {
    let (day, time) = short.split_once(' ').unwrap();
    let day = if day.len() == 5 { format!("2026-{day}") } else { day.to_owned() };
    let time = if time.len() == 5 { format!("{time}:00") } else { time.to_owned() };
    format!("{day}T{time}+08:00")
}

fn at(short: &str) -> Time {
    Time::parse(&stamp(short)).unwrap()
}

fn shanghai() -> Zone {
    Zone::shanghai()
}

fn clearing_ends() -> Playbook {
    Playbook::parse("clearing_ends_series = true").unwrap()
}

/// A scenario in short: an alert, and visits of one line each (`met 03-01 10:30`, `met 03-01 10:30 risk`,
/// `met 03-01 10:30 none`, `wife 03-01 10:00`, `nobody_home …`, `telephone_only …`).
fn scenario_of(level: &str, issued: &str, visits: &[&str]) -> Value {
    let visits: Vec<Value> = visits.iter().map(|line| visit(line)).collect();
    json!({"alert": {"level": level, "issued": stamp(issued)}, "visits": visits})
}

fn visit(line: &str) -> Value {
    let (outcome, rest) = line.split_once(' ').unwrap();
    let (ended, risk) = match rest.split_whitespace().nth(2) {
        Some(risk) => (rest.rsplit_once(' ').unwrap().0, Some(risk)),
        None => (rest, None),
    };
    let mut visit = json!({"purpose": "follow_up", "started": stamp(ended), "ended": stamp(ended)});
    match outcome {
        "wife" => {
            visit["outcome"] = json!("met");
            visit["met_target"] = json!(false);
        }
        outcome => visit["outcome"] = json!(outcome),
    }
    match risk {
        Some("risk") => visit["risk"] = json!("may_be_defrauded_again"),
        Some(risk) => visit["risk"] = json!(risk),
        None => {}
    }
    visit
}

fn with(mut scenario: Value, key: &str, value: Value) -> Value {
    scenario[key] = value;
    scenario
}

fn reckon_by(playbook: &Playbook, scenario: &Value, now: &str) -> Due {
    let case = scenario::parse(&scenario.to_string()).unwrap();
    due(playbook, &case, &shanghai(), at(now))
}

fn reckon(scenario: &Value, now: &str) -> Due {
    reckon_by(&Playbook::builtin(), scenario, now)
}

fn short(time: Time) -> String {
    let written = shanghai().rfc3339(time);
    let year = if written.starts_with("2026-") { 5 } else { 0 };
    let seconds = if &written[17..19] == "00" { 16 } else { 19 };
    written[year..seconds].replace('T', " ")
}

fn line(visit: &DueVisit) -> String {
    let mut line = format!("{} {:?}", short(visit.due), visit.state);
    if let Some(done) = visit.done_at {
        line += &format!(" {}", short(done));
    }
    if visit.late_minutes != 0 {
        line += &format!(" +{}", visit.late_minutes);
    }
    if visit.attempts != 0 {
        line += &format!(" x{}", visit.attempts);
    }
    line
}

/// The due visits of `kind`, a line each: `03-03 10:30 Late 03-03 10:31 +1 x2`.
fn lines(due: &Due, kind: DueKind) -> Vec<String> {
    due.list.iter().filter(|visit| visit.kind == kind).map(line).collect()
}

fn second(due: &Due) -> Vec<String> {
    lines(due, DueKind::SecondVisit)
}

fn three_day(due: &Due) -> Vec<String> {
    lines(due, DueKind::ThreeDayVisit)
}

fn judgements(due: &Due) -> Vec<String> {
    lines(due, DueKind::MonthEndJudgement)
}

fn contact(due: &Due) -> Vec<String> {
    lines(due, DueKind::FirstContact)
}

fn meeting(due: &Due) -> Vec<String> {
    lines(due, DueKind::FirstMeeting)
}

fn feedback(due: &Due) -> Vec<String> {
    lines(due, DueKind::Feedback)
}

fn count(due: &Due, kind: DueKind, state: DueState) -> usize {
    due.list.iter().filter(|visit| visit.kind == kind && visit.state == state).count()
}
