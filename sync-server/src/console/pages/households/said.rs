//! What a record says, field by field, as pages show it.
//!
//! Floor: console. Invariants: only what stands in the table below is told, so that no identifier is; what somebody wrote
//! in their own words may name people, and is hidden until it is revealed.

use qiaomen_core::dossier::Entry;
use qiaomen_core::record::{DocumentId, PersonId, Record, ResidentId, Time, Value};
use schemars::JsonSchema;
use serde::Serialize;

use crate::console::names::{Names, Staff};
use crate::console::pages::today::word;
use crate::console::{Asked, Moment};

/// How a field is told.
#[derive(Clone, Copy)]
enum How {
    /// One of the words of a group.
    Word(&'static str),
    /// What somebody wrote in their own words.
    Own,
    /// A name of somebody who is no member of staff.
    Name,
    /// A telephone.
    Telephone,
    /// As it stands.
    Plain,
    /// A moment.
    Moment,
    /// An amount.
    Fen,
}

/// The fields that are told, in this order.
const FIELDS: &[(&str, How)] = &[
    ("name", How::Name),
    ("telephone", How::Telephone),
    ("level", How::Word("level")),
    ("issuer", How::Plain),
    ("issued", How::Moment),
    ("reached_station", How::Moment),
    ("passed_on", How::Moment),
    ("until", How::Moment),
    ("platform_number", How::Plain),
    ("purpose", How::Word("purpose")),
    ("outcome", How::Word("outcome")),
    ("risk", How::Word("risk")),
    ("met_others", How::Own),
    ("about", How::Word("about")),
    ("state", How::Word("review")),
    ("step", How::Word("stop")),
    ("fen", How::Fen),
    ("to", How::Own),
    ("institution", How::Plain),
    ("hands", How::Word("hands")),
    ("accepted_by", How::Plain),
    ("dissuasion.fraud", How::Word("fraud")),
    ("dissuasion.deeply_taken_in", How::Word("truth")),
    ("dissuasion.officers", How::Plain),
    ("dissuasion.team", How::Plain),
    ("dissuasion.courtesy", How::Word("truth")),
    ("dissuasion.recorded_with", How::Word("recorder")),
    ("dissuasion.recorded_by", How::Plain),
    ("dissuasion.kept_as", How::Plain),
    ("photos.taken_with", How::Word("taken_with")),
    ("photos.taken_by", How::Plain),
    ("photos.kept_at", How::Word("kept_at")),
    ("photos.kept_as", How::Plain),
    ("archive_number", How::Plain),
    ("proxy.name", How::Name),
    ("proxy.relation", How::Plain),
    ("witness", How::Name),
    ("out_of_count", How::Word("truth")),
    ("satisfied", How::Plain),
    ("note", How::Own),
    ("reason", How::Own),
    ("text", How::Own),
    ("comment", How::Own),
    ("next_step", How::Own),
];

/// The sets that are told.
const SETS: &[(&str, &str)] = &[
    ("given", "given"),
    ("explained", "explained"),
    ("observations", "observation"),
    ("dissuasion.steps", "step"),
    ("dissuasion.brought_in", "brought_in"),
    ("dissuasion.ways", "way"),
    ("dissuasion.care", "care"),
];

/// One thing that a record says.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Said {
    /// The field.
    pub(crate) field: String,
    /// Whose words the values are; empty where they are text.
    pub(crate) group: String,
    /// The values; none where they are hidden until they are revealed.
    pub(crate) values: Vec<String>,
}

fn value(asked: &Asked<'_>, how: How, value: &Value, revealed: bool) -> Option<(&'static str, Vec<String>)> {
    let told = match (how, value) {
        (_, Value::Null | Value::Bytes(_) | Value::Map(_)) => return None,
        (How::Word(group), Value::Text(word)) => return Some((group, vec![word.to_string()])),
        (How::Word(group), Value::Bool(truth)) => return Some((group, vec![truth.to_string()])),
        (How::Own, Value::Text(text)) => {
            return Some(("", if revealed { vec![text.to_string()] } else { Vec::new() }));
        }
        (How::Name, Value::Text(name)) => asked.name(name, revealed),
        (How::Telephone, Value::Text(number)) => asked.telephone(number, revealed),
        (How::Moment, Value::Int(millis)) => asked.moment(Time::from_millis(*millis)).minute(),
        (How::Fen, Value::Int(fen)) => format!("{}.{:02}", fen.div_euclid(100), fen.rem_euclid(100)),
        (_, Value::Text(text)) => text.to_string(),
        (_, Value::Int(number)) => number.to_string(),
        (_, Value::Bool(truth)) => return Some(("truth", vec![truth.to_string()])),
    };
    Some(("", vec![told]))
}

/// What a record says.
pub(crate) fn said(asked: &Asked<'_>, record: &Record, revealed: bool) -> Vec<Said> {
    let fields = record.fields();
    let mut found = Vec::new();
    for (key, how) in FIELDS {
        // A consent's reason is the state of the door, others' are somebody's words.
        let how = if *key == "reason" && matches!(record, Record::Consent(_)) { How::Word("door") } else { *how };
        // What a call-back asks is answered by words.
        let how = match (record, *key) {
            (Record::CallBack(_), "outcome") => How::Word("call_outcome"),
            (Record::CallBack(_), "visited" | "explained" | "signed" | "app" | "met_in_time") => How::Word("said"),
            _ => how,
        };
        if let Some((group, values)) = fields.get(key).and_then(|found| value(asked, how, found, revealed)) {
            found.push(Said { field: (*key).to_owned(), group: group.to_owned(), values });
        }
    }
    for (key, group) in SETS {
        let prefix = format!("{key}/");
        let members = fields.under(&prefix).filter(|(_, value)| **value == Value::Bool(true));
        let values: Vec<String> = members.map(|(member, _)| member.to_owned()).collect();
        if !values.is_empty() {
            found.push(Said { field: (*key).to_owned(), group: (*group).to_owned(), values });
        }
    }
    found
}

/// A review of a record.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReviewLine {
    pub(crate) state: String,
    pub(crate) by: Staff,
    pub(crate) at: Moment,
    pub(crate) comment: Option<String>,
}

/// One thing that happened.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EntryLine {
    pub(crate) id: String,
    pub(crate) kind: String,
    /// When it happened.
    pub(crate) at: Moment,
    /// When it arrived.
    pub(crate) arrived: Option<Moment>,
    pub(crate) by: Staff,
    pub(crate) role: String,
    /// Whether its times cannot be relied upon.
    pub(crate) doubtful: bool,
    /// How many minutes after it happened it was written, where that is late.
    pub(crate) late_minutes: Option<u64>,
    /// Where its recording is; empty where nothing was to be recorded.
    pub(crate) recording: String,
    /// The alert that it was for.
    pub(crate) alert: Option<String>,
    /// Who of the door was met, masked unless they were revealed.
    pub(crate) met: Vec<String>,
    pub(crate) said: Vec<Said>,
    pub(crate) reviews: Vec<ReviewLine>,
}

/// Whom entries name.
pub(crate) struct Teller<'a> {
    pub(crate) asked: &'a Asked<'a>,
    pub(crate) names: &'a Names,
    pub(crate) revealed: bool,
}

impl Teller<'_> {
    /// Entries, the newest first, with their reviews where they belong. `called` knows residents by name.
    pub(crate) fn entries(&self, entries: &[Entry], called: &dyn Fn(ResidentId) -> Option<String>) -> Vec<EntryLine> {
        let here = |id: DocumentId| entries.iter().any(|entry| entry.id == id);
        let own = |entry: &&Entry| !matches!(&entry.record, Record::Review(review) if here(review.of));
        entries.iter().rev().filter(own).map(|entry| self.entry(entry, entries, called)).collect()
    }

    fn entry(&self, entry: &Entry, all: &[Entry], called: &dyn Fn(ResidentId) -> Option<String>) -> EntryLine {
        let Self { asked, names, revealed } = *self;
        let (alert, met) = match &entry.record {
            Record::Visit(visit) => {
                let met = visit.met.iter().filter_map(|who| called(*who));
                (visit.alert.map(|alert| alert.to_string()), met.collect())
            }
            Record::Pledge(pledge) => (None, called(pledge.resident).into_iter().collect()),
            Record::Alert(_) => (Some(entry.id.to_string()), Vec::new()),
            _ => (None, Vec::new()),
        };
        let reviews = all.iter().filter_map(|other| match &other.record {
            Record::Review(review) if review.of == entry.id => Some(ReviewLine {
                state: word_of(&review.state),
                by: names.staff(other.by),
                at: asked.moment(other.at),
                comment: review.comment.clone().filter(|_| revealed),
            }),
            _ => None,
        });
        let recording = match word(&entry.recording) {
            none if none == "not_owed" => String::new(),
            some => some,
        };
        let staff = |id: PersonId| names.staff(id);
        EntryLine {
            id: entry.id.to_string(),
            kind: entry.kind.to_string(),
            at: asked.moment(entry.at),
            arrived: entry.arrived.map(|arrived| asked.moment(arrived)),
            by: staff(entry.by),
            role: word_of(&entry.role),
            doubtful: entry.doubtful,
            late_minutes: entry.entered_late_minutes.and_then(|late| u64::try_from(late).ok()),
            recording,
            alert,
            met,
            said: said(asked, &entry.record, revealed),
            reviews: reviews.collect(),
        }
    }
}

fn word_of(of: &impl qiaomen_core::record::word::Word) -> String {
    of.word().to_owned()
}
