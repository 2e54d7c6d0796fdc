//! Pledges: what a resident signs at the door, and the supervisor's consent that a door leaves the count (L1, W2).
//!
//! Floor: record. Invariants: both are facts about a household, written once; a pledge that was wrong is
//! corrected by another that names it; a door leaves the count only for a state that it was found in.

use super::field::{check_name, check_note, group, part};
use super::household::Door;
use super::id::{DocumentId, HouseholdId, ResidentId};
use super::invalid::{Invalid, Reason};
use super::signature::Signature;
use super::time::Time;

part! {
    /// Who signs where the resident does not themselves: for a child, for somebody who cannot write.
    pub struct Proxy {
        /// Their name.
        pub name: Option<String>,
        /// What they are to the resident.
        pub relation: Option<String>,
    }
}

group!(Proxy);

impl Proxy {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("name", self.name.as_ref(), 200)?;
        check_note("relation", self.relation.as_ref(), 120)?;
        if self.name.as_ref().is_none_or(|name| name.trim().is_empty()) {
            return Err(Invalid::new("name", Reason::Missing));
        }
        Ok(())
    }
}

part! {
    /// A pledge that was signed, on the screen or on paper.
    pub struct Pledge {
        /// The door.
        pub household: HouseholdId,
        /// Who pledges, among the door's residents.
        pub resident: ResidentId,
        /// The text that was signed.
        pub template: String,
        /// Which version of it.
        pub version: i64,
        /// When it was signed, corrected.
        pub at: Time,
        /// The signature; absent for one on paper.
        pub signature: Option<Signature>,
        /// Who signed for the resident, if they did not themselves.
        pub proxy: Option<Proxy>,
        /// Who saw it besides the worker.
        pub witness: Option<String>,
        /// Under which number the paper copy was filed.
        pub archive_number: Option<String>,
        /// The pledge that this one is written in the place of.
        pub corrects: Option<DocumentId>,
        /// Whether it only takes the one it corrects back: nothing was signed.
        pub void: bool,
        /// What else there is to say.
        pub note: Option<String>,
    }
}

impl Pledge {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("template", &self.template, 64)?;
        if !(1..=1_000_000).contains(&self.version) {
            return Err(Invalid::new("version", Reason::OutOfRange));
        }
        if self.void && self.corrects.is_none() {
            return Err(Invalid::new("corrects", Reason::Missing));
        }
        if self.void && self.signature.is_some() {
            return Err(Invalid::new("signature", Reason::Contradicts("void")));
        }
        if let Some(proxy) = &self.proxy {
            proxy.check().map_err(|found| found.inside("proxy"))?;
        }
        check_note("witness", self.witness.as_ref(), 200)?;
        check_note("archive_number", self.archive_number.as_ref(), 120)?;
        check_note("note", self.note.as_ref(), 2000)
    }
}

part! {
    /// A supervisor agrees that a door leaves the count, or has it counted again. It stands while the door is in
    /// the state that it names; of several the last one accepted counts.
    pub struct Consent {
        /// The door.
        pub household: HouseholdId,
        /// Whether the door is left out of the count; false has it counted again.
        pub out_of_count: bool,
        /// The state of the door for which it is left out.
        pub reason: Option<Door>,
        /// When this was decided, corrected.
        pub at: Time,
        /// Why, in words.
        pub note: Option<String>,
    }
}

impl Consent {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        match (self.out_of_count, &self.reason) {
            (true, None) => Err(Invalid::new("reason", Reason::Missing)),
            (true, Some(Door::LivedIn)) => Err(Invalid::new("reason", Reason::Contradicts("out_of_count"))),
            _ => check_note("note", self.note.as_ref(), 2000),
        }
    }
}
