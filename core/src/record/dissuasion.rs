//! What was done to talk somebody out of it, and what holds it (Q6, Q7, Q8, L3, B11).
//!
//! Floor: record. Invariants: a group of a visit's fields; what is not said was not done, but where a recording is
//! kept: "with the police" is a place like any other, and none at all is shown as none.

use std::collections::BTreeSet;

use super::field::{check_note, check_set, group, part};
use super::fraud::FraudKind;
use super::id::PlaceId;
use super::invalid::{Invalid, Reason};
use super::word::words;

words! {
    /// A step of a dissuasion.
    pub enum Step {
        /// Who one is was shown.
        IdentityShown = "identity_shown",
        /// Why one came was said.
        ReasonSaid = "reason_said",
        /// The kind of fraud was judged.
        KindJudged = "kind_judged",
        /// The script for that kind was used.
        ScriptUsed = "script_used",
        /// The tricks were explained.
        TricksExplained = "tricks_explained",
        /// Cases were told.
        CasesTold = "cases_told",
        /// Questions were answered.
        QuestionsAnswered = "questions_answered",
        /// It was gone over again.
        Repeated = "repeated",
    }
}

words! {
    /// Who was brought in for somebody who is deeply taken in.
    pub enum BroughtIn {
        /// Family.
        Relatives = "relatives",
        /// Friends or neighbours.
        Friends = "friends",
        /// People from work.
        Colleagues = "colleagues",
        /// The officer for the village.
        Officer = "officer",
    }
}

words! {
    /// Ways in which somebody was worked with.
    pub enum Way {
        /// Face to face.
        InPerson = "in_person",
        /// By telephone.
        Telephone = "telephone",
        /// By messages.
        Online = "online",
        /// Through their relatives.
        ThroughRelatives = "through_relatives",
    }
}

words! {
    /// Care for a victim.
    pub enum Care {
        /// They were steadied and counselled.
        Counselling = "counselling",
        /// They were told what they can do.
        Guidance = "guidance",
        /// Legal aid was found for them.
        LegalAid = "legal_aid",
        /// The incident was taken higher.
        Escalated = "escalated",
    }
}

words! {
    /// What a dissuasion was recorded with.
    pub enum Recorder {
        /// A body camera.
        BodyCamera = "body_camera",
        /// A video recorder.
        VideoRecorder = "video_recorder",
        /// A telephone.
        Telephone = "telephone",
        /// Something else.
        Other = "other",
    }
}

words! {
    /// Where a recording is kept, or photos are.
    pub enum KeptAt {
        /// With the police: held, and not missing.
        Police = "police",
        /// With the village or unit.
        Village = "village",
        /// On the worker's device.
        Device = "device",
        /// Attached to the record.
        Attached = "attached",
    }
}

part! {
    /// What was done to talk somebody out of it.
    pub struct Dissuasion {
        /// Which steps were taken.
        pub steps: BTreeSet<Step>,
        /// The kind of fraud, as judged.
        pub fraud: Option<FraudKind>,
        /// The script that was used: its name and version.
        pub script: Option<String>,
        /// Whether the person is deeply taken in.
        pub deeply_taken_in: bool,
        /// Who was brought in.
        pub brought_in: BTreeSet<BroughtIn>,
        /// How the person was worked with.
        pub ways: BTreeSet<Way>,
        /// Which of the alert's places it was.
        pub place: Option<PlaceId>,
        /// Officers who came along, and under whose lead.
        pub officers: Option<String>,
        /// Who of the team came along.
        pub team: Option<String>,
        /// Whether courtesy and privacy were kept, as the worker confirms.
        pub courtesy: bool,
        /// What it was recorded with; nothing where it was not recorded.
        pub recorded_with: Option<Recorder>,
        /// Who recorded it.
        pub recorded_by: Option<String>,
        /// Where the recording is kept.
        pub kept_at: Option<KeptAt>,
        /// Under what name or number it is found there.
        pub kept_as: Option<String>,
        /// Care for a victim.
        pub care: BTreeSet<Care>,
    }
}

group!(Dissuasion);

impl Dissuasion {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_set("steps", &self.steps, 40)?;
        check_set("brought_in", &self.brought_in, 40)?;
        check_set("ways", &self.ways, 40)?;
        check_set("care", &self.care, 40)?;
        check_note("script", self.script.as_ref(), 120)?;
        check_note("officers", self.officers.as_ref(), 400)?;
        check_note("team", self.team.as_ref(), 400)?;
        check_note("recorded_by", self.recorded_by.as_ref(), 200)?;
        check_note("kept_as", self.kept_as.as_ref(), 400)?;
        // Whoever says where a recording lies says that there is one.
        if self.recorded_with.is_none() && (self.kept_at.is_some() || self.recorded_by.is_some()) {
            return Err(Invalid::new("recorded_with", Reason::Missing));
        }
        Ok(())
    }
}
