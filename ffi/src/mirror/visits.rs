//! Visits and what was done at them, as a shell sees them.
//!
//! Floor: mirror. Invariant: each has every field of the core's record under its name (taking one apart without a rest
//! proves it), and goes both ways unchanged.

use qiaomen_core::record;

use super::macros::mirror;
use super::words::{
    BroughtIn, Care, Datum, DissuasionStep, Explained, FraudKind, Given, KeptAt, Noticed, Outcome, Purpose, Recorder,
    Risk, TakenWith, Way,
};
use super::{Id, Millis};

mirror! {
    /// Where something happened.
    pub struct Position = record::Position {
        /// Degrees north, times ten million.
        latitude: i64,
        /// Degrees east, times ten million.
        longitude: i64,
        /// The datum.
        datum: Datum,
        /// How far off it may be, in metres.
        accuracy: Option<i64>,
    }
}

mirror! {
    /// One visit, or one attempt at it.
    pub struct Visit = record::Visit {
        /// What it was for.
        purpose: Purpose,
        /// The door, where it was one of the roster's.
        household: Option<Id>,
        /// The alert it belongs to.
        alert: Option<Id>,
        /// What came of it.
        outcome: Outcome,
        /// Whether the alert's person was met in person; absent where the outcome says it.
        met_target: Option<bool>,
        /// The residents of the door who were met; where they were only spoken to by telephone, those who were.
        met: Vec<Id>,
        /// Who else was met, in words.
        met_others: Option<String>,
        /// When it began, corrected.
        started: Millis,
        /// When it ended, corrected.
        ended: Millis,
        /// Where it was recorded.
        position: Option<Position>,
        /// What was handed over.
        given: Vec<Given>,
        /// What was explained.
        explained: Vec<Explained>,
        /// What was noticed.
        observations: Vec<Noticed>,
        /// What else was seen or said.
        note: Option<String>,
        /// What the meeting judged.
        risk: Option<Risk>,
        /// What is to happen next.
        next_step: Option<String>,
        /// What was done to talk the person out of it.
        dissuasion: Option<Dissuasion>,
        /// What is noted of photos that were taken.
        photos: Option<PhotoNote>,
    }
}

mirror! {
    /// What is noted of photos that were taken: by whom, on what, and where they are kept.
    pub struct PhotoNote = record::PhotoNote {
        /// What they were taken with; always there where there are any.
        taken_with: Option<TakenWith>,
        /// Who took them.
        taken_by: Option<String>,
        /// Where they are kept.
        kept_at: Option<KeptAt>,
        /// Under what name or number they are found there.
        kept_as: Option<String>,
    }
}

mirror! {
    /// What was done to talk somebody out of it.
    pub struct Dissuasion = record::Dissuasion {
        /// Which steps were taken.
        steps: Vec<DissuasionStep>,
        /// The kind of fraud, as judged.
        fraud: Option<FraudKind>,
        /// The script that was used: its name and version.
        script: Option<String>,
        /// Whether the person is deeply taken in.
        deeply_taken_in: bool,
        /// Who was brought in.
        brought_in: Vec<BroughtIn>,
        /// How the person was worked with.
        ways: Vec<Way>,
        /// Which of the alert's places it was.
        place: Option<Id>,
        /// Officers who came along, and under whose lead.
        officers: Option<String>,
        /// Who of the team came along.
        team: Option<String>,
        /// Whether courtesy and privacy were kept, as the worker confirms.
        courtesy: bool,
        /// What it was recorded with; nothing where it was not recorded.
        recorded_with: Option<Recorder>,
        /// Who recorded it.
        recorded_by: Option<String>,
        /// Where the recording is kept.
        kept_at: Option<KeptAt>,
        /// Under what name or number it is found there.
        kept_as: Option<String>,
        /// Care for a victim.
        care: Vec<Care>,
    }
}
