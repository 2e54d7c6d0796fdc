//! What a town sets for itself: the phases of its campaigns, its own follow-up rules, the words of its pledge.
//!
//! Floor: record. Invariants: none of it is a fact of a case file; a rulebook and the words of a pledge never change once
//! they are written, so that what was reckoned by them and signed under them can be told for good; what is over is
//! marked, never taken out.

use super::duty::Language;
use super::field::{check_name, check_note, part};
use super::invalid::{Invalid, Reason};
use super::time::Time;

/// The most bytes of a rulebook's text.
pub const MOST_RULES: usize = 8_000;

part! {
    /// A stretch of a campaign, by which reports can be cut (P1).
    pub struct Phase {
        /// What the campaign is called.
        pub campaign: String,
        /// What the phase is called.
        pub name: String,
        /// Its first instant.
        pub from: Time,
        /// The first instant after it.
        pub to: Time,
        /// What is to be done in it.
        pub note: Option<String>,
        /// Whether it was called off.
        pub cancelled: bool,
    }
}

impl Phase {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("campaign", &self.campaign, 200)?;
        check_name("name", &self.name, 200)?;
        check_note("note", self.note.as_ref(), 2000)?;
        if self.to <= self.from {
            return Err(Invalid::new("to", Reason::Before("from")));
        }
        Ok(())
    }
}

part! {
    /// A town's own playbook: the follow-up rules that alerts issued from then on are reckoned by.
    pub struct Rulebook {
        /// The name it goes by, which no other has.
        pub version: String,
        /// The rules, as TOML; what can stand there is the playbook's business.
        pub rules: String,
        /// From when it is in force.
        pub from: Time,
        /// Why it was set.
        pub reason: Option<String>,
    }
}

impl Rulebook {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("version", &self.version, 64)?;
        // Whoever reads one of these names must find the program's own numbers behind it.
        if self.version.starts_with("builtin") || self.version.chars().any(char::is_control) {
            return Err(Invalid::new("version", Reason::Malformed));
        }
        check_name("rules", &self.rules, MOST_RULES)?;
        check_note("reason", self.reason.as_ref(), 2000)
    }
}

part! {
    /// What a resident signs (L1).
    pub struct PledgeText {
        /// In which language.
        pub language: Language,
        /// What it is called.
        pub title: String,
        /// What is pledged, a line a promise.
        pub body: String,
        /// Which edition it is, as the town counts them and prints them on paper.
        pub version: i64,
        /// From when it is signed.
        pub from: Time,
        /// Whether it is signed no more.
        pub retired: bool,
    }
}

impl PledgeText {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("title", &self.title, 200)?;
        check_name("body", &self.body, 6000)?;
        // As a pledge that names it has it.
        if !(1..=1_000_000).contains(&self.version) {
            return Err(Invalid::new("version", Reason::OutOfRange));
        }
        Ok(())
    }
}
