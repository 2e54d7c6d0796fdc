//! The records of a case file or dossier as lines: what happened when, by whom, when it arrived, what it says.
//!
//! Floor: console. Invariant: when it happened stands beside when it arrived; what was entered late or under a doubtful
//! clock is marked.

use qiaomen_core::dossier::{Entry, Recording, dossier};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{Dissuasion, Kind, Record, Step, Visit};
use schemars::JsonSchema;
use serde::Serialize;

use super::told::{Hush, Said, said};
use crate::console::names::{Names, Staff};
use crate::console::pages::today::word;
use crate::console::{Asked, Moment};
use crate::report::cases::CaseFile;

/// One thing that happened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct EntryLine {
    /// The record.
    pub(crate) id: String,
    /// What it is.
    pub(crate) kind: String,
    /// When it happened.
    pub(crate) at: Moment,
    /// When it arrived at the server.
    pub(crate) arrived: Option<Moment>,
    /// Who recorded it.
    pub(crate) by: Staff,
    /// In which role.
    pub(crate) role: String,
    /// How many minutes after it happened it was written, where that is late.
    pub(crate) entered_late_minutes: Option<i64>,
    /// Whether its times cannot be relied upon.
    pub(crate) doubtful: bool,
    /// Where its recording is: not_owed, missing, kept, or the place.
    pub(crate) recording: String,
    /// What it says.
    pub(crate) said: Vec<Said>,
}

impl EntryLine {
    pub(super) fn of(asked: &Asked<'_>, names: &Names, hush: &Hush, entry: &Entry) -> Self {
        Self {
            id: entry.id.to_string(),
            kind: entry.kind.word().to_owned(),
            at: asked.moment(entry.at),
            arrived: entry.arrived.map(|arrived| asked.moment(arrived)),
            by: names.staff(entry.by),
            role: entry.role.to_string(),
            entered_late_minutes: entry.entered_late_minutes,
            doubtful: entry.doubtful,
            recording: word(&entry.recording),
            said: said(asked, names, hush, &entry.record),
        }
    }
}

/// The records of a case file, the oldest first.
pub(super) fn entries(file: &CaseFile) -> Vec<Entry> {
    let known = std::iter::once(&file.own).chain(&file.facts).map(|fact| fact.clone().known());
    dossier(known.collect())
}

/// Whether an entry stands in a timeline: that somebody looked is told elsewhere.
pub(super) fn is_told(entry: &Entry) -> bool {
    entry.kind != Kind::Seen
}

/// A step of a dissuasion.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StepLine {
    pub(crate) step: String,
    pub(crate) done: bool,
}

/// A visit for an alert, with what was done to talk the person out of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Meeting {
    /// The visit.
    pub(crate) id: String,
    /// When it ended.
    pub(crate) at: Moment,
    pub(crate) by: Staff,
    pub(crate) purpose: String,
    pub(crate) outcome: String,
    /// Whether the person was met.
    pub(crate) met: bool,
    pub(crate) risk: Option<String>,
    /// The steps, each done or not; none where nothing is said of any.
    pub(crate) steps: Vec<StepLine>,
    pub(crate) fraud: Option<String>,
    pub(crate) script: Option<String>,
    pub(crate) deeply_taken_in: bool,
    pub(crate) brought_in: Vec<String>,
    pub(crate) care: Vec<String>,
    pub(crate) officers: Option<String>,
    /// not_owed, missing, kept, or where it is kept.
    pub(crate) recording: String,
    /// What it was recorded with.
    pub(crate) recorded_with: Option<String>,
    /// By whom.
    pub(crate) recorded_by: Option<String>,
    /// Under what name or number it is found.
    pub(crate) kept_as: Option<String>,
    /// What is noted of photos; they are no recording.
    pub(crate) photos: Option<PhotosLine>,
}

/// What is noted of photos that were taken at a visit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PhotosLine {
    /// What they were taken with.
    pub(crate) taken_with: Option<String>,
    /// By whom.
    pub(crate) taken_by: Option<String>,
    /// Where they are kept.
    pub(crate) kept_at: Option<String>,
    /// Under what name or number they are found.
    pub(crate) kept_as: Option<String>,
}

impl Meeting {
    fn of(asked: &Asked<'_>, names: &Names, hush: &Hush, (entry, visit): (&Entry, &Visit)) -> Self {
        let none = None;
        let about: &Option<Box<Dissuasion>> = if visit.dissuasion.is_some() { &visit.dissuasion } else { &none };
        let about = about.as_deref();
        let step = |step: &Step| StepLine {
            step: step.word().to_owned(),
            done: about.is_some_and(|about| about.steps.contains(step)),
        };
        let text = |text: Option<&String>| text.map(|text| hush.text(text));
        Self {
            id: entry.id.to_string(),
            at: asked.moment(entry.at),
            by: names.staff(entry.by),
            purpose: visit.purpose.word().to_owned(),
            outcome: visit.outcome.word().to_owned(),
            met: visit.met_person(),
            risk: visit.risk.as_ref().map(|risk| risk.word().to_owned()),
            steps: about.map(|_| Step::KNOWN.iter().map(step).collect()).unwrap_or_default(),
            fraud: about.and_then(|about| about.fraud.as_ref()).map(|fraud| fraud.word().to_owned()),
            script: about.and_then(|about| about.script.clone()),
            deeply_taken_in: about.is_some_and(|about| about.deeply_taken_in),
            brought_in: about.iter().flat_map(|about| &about.brought_in).map(|who| who.word().to_owned()).collect(),
            care: about.iter().flat_map(|about| &about.care).map(|care| care.word().to_owned()).collect(),
            officers: text(about.and_then(|about| about.officers.as_ref())),
            recording: word(&entry.recording),
            recorded_with: about.and_then(|about| about.recorded_with.as_ref()).map(|with| with.word().to_owned()),
            recorded_by: text(about.and_then(|about| about.recorded_by.as_ref())),
            kept_as: text(about.and_then(|about| about.kept_as.as_ref())),
            photos: visit.photos.as_ref().map(|photos| PhotosLine {
                taken_with: photos.taken_with.as_ref().map(|with| with.word().to_owned()),
                taken_by: text(photos.taken_by.as_ref()),
                kept_at: photos.kept_at.as_ref().map(|place| place.word().to_owned()),
                kept_as: text(photos.kept_as.as_ref()),
            }),
        }
    }
}

/// The visits among these, the latest first.
pub(super) fn meetings(asked: &Asked<'_>, names: &Names, hush: &Hush, entries: &[Entry]) -> Vec<Meeting> {
    let visits = entries.iter().filter_map(|entry| match &entry.record {
        Record::Visit(visit) => Some((entry, visit)),
        _ => None,
    });
    let mut found: Vec<Meeting> = visits.map(|visit| Meeting::of(asked, names, hush, visit)).collect();
    found.reverse();
    found
}

/// How many recordings there are, and how many are missing.
pub(super) fn recordings(entries: &[Entry]) -> (u64, u64) {
    let count = |fits: fn(&Recording) -> bool| entries.iter().filter(|entry| fits(&entry.recording)).count() as u64;
    (count(|one| matches!(one, Recording::Kept(_))), count(|one| *one == Recording::Missing))
}
