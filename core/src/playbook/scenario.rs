//! A case written by hand, to try a playbook on: JSON in, the due list out.
//!
//! Floor: playbook. Invariants: whatever cannot be is refused with its place (`visits[2].ended`) and what to
//! write instead; a complaint never repeats a value; the answer's times bear the zone's offset.

use serde::Serialize;

use super::case::{Away, Case, CaseVisit, Cleared, Closed, Closing, Extended, Joined, Raised, Sent};
use super::due::{Due, DueKind, DueState, due};
use super::node::{self, Node, Object, Place};
use super::rules::Playbook;
use crate::record::{Level, Outcome, Purpose, Risk, Time, Zone};

/// Why a scenario was not taken: where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ScenarioError {
    /// The path of the field, such as `visits[2].ended`, or the line and column of what is no JSON.
    pub place: String,
    /// What is wrong there, and what to write instead.
    pub problem: String,
}

/// What is and ever was due, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// When the month and its series end.
    pub series_ends: String,
    /// Everything ever due, by its time, then its kind.
    pub due: Vec<AnswerVisit>,
}

/// One visit that is or was due, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerVisit {
    /// What it is.
    pub kind: DueKind,
    /// When it is due.
    pub due: String,
    /// How it stands.
    pub state: DueState,
    /// When it was done.
    pub done_at: Option<String>,
    /// By how many whole minutes it was late, is overdue, or was overdue when it was missed.
    pub late_minutes: i64,
    /// How often it was tried in vain.
    pub attempts: u32,
}

/// What is due in the scenario `json` at `now`, in `zone` or else the playbook's.
///
/// # Errors
/// The place and the problem.
pub fn run(json: &str, playbook: &Playbook, zone: Option<&Zone>, now: Time) -> Result<Answer, ScenarioError> {
    let case = parse(json)?;
    let zone = zone.unwrap_or_else(|| playbook.zone());
    Ok(answer(&due(playbook, &case, zone, now), zone))
}

/// Reads a time as scenarios write it: RFC 3339 with an offset.
///
/// # Errors
/// What to write instead; the place is left for the caller to name.
pub fn parse_time(text: &str) -> Result<Time, String> {
    node::time(text)
}

/// Reads a scenario.
///
/// # Errors
/// The place and the problem.
pub fn parse(json: &str) -> Result<Case, ScenarioError> {
    let node: Node = serde_json::from_str(json).map_err(|error| not_json(&error))?;
    let keys = [
        "alert",
        "raises",
        "visits",
        "feedbacks",
        "money_sent",
        "clearances",
        "extensions",
        "transfers",
        "joins",
        "closed",
    ];
    let mut whole = Object::of(node, Place::Whole, &keys)?;
    let alert = whole.required("alert")?;
    let place = Place::Key(&Place::Whole, "alert");
    let mut alert = Object::of(alert, place, &["level", "issued", "reached_station"])?;
    let level = alert.word("level", Level::KNOWN)?;
    let issued = alert.time("issued")?;
    let reached = alert.optional_time_from("reached_station", ("issued", issued))?;
    let mut raises = whole.list("raises", &["level", "at"], |mut raise| {
        Ok(Raised { level: raise.word("level", Level::KNOWN)?, at: raise.time("at")? })
    })?;
    let joins = whole.list("joins", &["level", "issued", "at"], |mut join| {
        let raised = Raised { level: join.word("level", Level::KNOWN)?, at: join.time("at")? };
        Ok((Joined { issued: join.time("issued")?, at: raised.at }, raised))
    })?;
    let (joins, raised): (Vec<_>, Vec<_>) = joins.into_iter().unzip();
    raises.extend(raised);
    Ok(Case {
        alert: level,
        issued,
        reached_station: reached.unwrap_or(issued),
        raises,
        visits: whole.list("visits", &["purpose", "outcome", "met_target", "started", "ended", "risk"], visit)?,
        feedbacks: whole.list("feedbacks", &["at"], |mut feedback| feedback.time("at"))?,
        money_sent: whole.list("money_sent", &["at"], |mut sent| Ok(Sent { at: sent.time("at")?, fen: None }))?,
        stops: Vec::new(),
        clearances: whole.list("clearances", &["at", "withdrawn"], |mut clearance| {
            let at = clearance.time("at")?;
            Ok(Cleared { at, withdrawn: clearance.optional_time_from("withdrawn", ("at", at))? })
        })?,
        extensions: whole.list("extensions", &["at", "until"], |mut extension| {
            let at = extension.time("at")?;
            // The month is carried to the end of a local day, so one that is over may be named by its first instant.
            Ok(Extended { at, until: extension.time_from("until", ("at", at.plus_hours(-24)))? })
        })?,
        transfers: whole.list("transfers", &["at", "until"], |mut transfer| {
            let at = transfer.time("at")?;
            Ok(Away { at, until: transfer.optional_time_from("until", ("at", at))? })
        })?,
        joins,
        closed: whole.optional_time_from("closed", ("issued", issued))?.map(|at| Closing { at, why: Closed::Recalled }),
    })
}

fn visit(mut visit: Object<'_>) -> Result<CaseVisit, ScenarioError> {
    let purpose = visit.word("purpose", Purpose::KNOWN)?;
    let outcome = visit.word("outcome", Outcome::KNOWN)?;
    let met_target = visit.optional_bool("met_target")?.unwrap_or(outcome == Outcome::Met);
    if met_target && outcome != Outcome::Met {
        return Err(visit.wrong("met_target", "does not go with this outcome; write false, or the outcome met"));
    }
    let started = visit.time("started")?;
    let ended = visit.time_from("ended", ("started", started))?;
    let risk = visit.optional_word("risk", Risk::KNOWN)?;
    Ok(CaseVisit { id: None, purpose, outcome, met_target, started, ended, risk })
}

fn not_json(error: &serde_json::Error) -> ScenarioError {
    let place = format!("line {}, column {}", error.line(), error.column());
    let written = error.to_string();
    let problem = written.rsplit_once(" at line ").map_or(written.as_str(), |(problem, _)| problem);
    ScenarioError { place, problem: format!("{problem}; write one JSON object and nothing after it") }
}

/// `due` with its times written in `zone`.
#[must_use]
pub fn answer(due: &Due, zone: &Zone) -> Answer {
    let visits = due.list.iter().map(|visit| AnswerVisit {
        kind: visit.kind,
        due: written(visit.due, zone),
        state: visit.state,
        done_at: visit.done_at.map(|done| written(done, zone)),
        late_minutes: visit.late_minutes,
        attempts: visit.attempts,
    });
    Answer { series_ends: written(due.series_ends, zone), due: visits.collect() }
}

/// `time` with the zone's offset, and milliseconds only where there are any.
fn written(time: Time, zone: &Zone) -> String {
    let mut text = zone.rfc3339(time);
    let millis = time.millis().rem_euclid(1000);
    // Years 1900 to 2199 have four digits, so the seconds end at the nineteenth.
    if millis != 0 && text.is_char_boundary(19) {
        text.insert_str(19, &format!(".{millis:03}"));
    }
    text
}
