//! Samples of people who sent money, drawn so that anybody can check them, and what those said who were called back
//! (L8, Q12).
//!
//! Floor: record. Invariants: both are written once and edited by nobody; a draw names what it was drawn from and by
//! which seed, so that it can be made again without this program; a call back is a fact of its alert's case file, and
//! one that was wrong is followed by another that names it.

use std::collections::BTreeSet;

use super::field::{check_name, check_note, check_set, part};
use super::id::{AlertId, DocumentId};
use super::invalid::{Invalid, Reason};
use super::time::Time;
use super::word::words;

/// The most alerts that one draw may choose.
pub const MOST_DRAWN: usize = 500;

part! {
    /// A sample of the alerts of a period after which money was sent. `docs/rules.md` says how it is drawn.
    pub struct Draw {
        /// When it was drawn, corrected.
        pub at: Time,
        /// What the order was made from, such as a figure of that day's newspaper.
        pub seed: String,
        /// The first instant of the period; all that was before if absent.
        pub from: Option<Time>,
        /// The first instant after the period; all that came after if absent.
        pub to: Option<Time>,
        /// How many were wanted.
        pub count: i64,
        /// How many there were to choose from.
        pub population: i64,
        /// The SHA-256 of those: their identifiers, sorted, each on a line, in hexadecimal digits.
        pub population_hash: String,
        /// Those chosen.
        pub chosen: BTreeSet<AlertId>,
    }
}

impl Draw {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("seed", &self.seed, 200)?;
        check_set("chosen", &self.chosen, MOST_DRAWN)?;
        let most = i64::try_from(MOST_DRAWN).unwrap_or(i64::MAX);
        if !(1..=most).contains(&self.count) {
            return Err(Invalid::new("count", Reason::OutOfRange));
        }
        if self.population < 0 {
            return Err(Invalid::new("population", Reason::OutOfRange));
        }
        let chosen = i64::try_from(self.chosen.len()).unwrap_or(i64::MAX);
        if chosen > self.count || chosen > self.population {
            return Err(Invalid::new("chosen", Reason::Contradicts("count")));
        }
        if self.population_hash.len() != 64 || !self.population_hash.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(Invalid::new("population_hash", Reason::Malformed));
        }
        if self.from.zip(self.to).is_some_and(|(from, to)| to < from) {
            return Err(Invalid::new("to", Reason::Before("from")));
        }
        Ok(())
    }
}

words! {
    /// What came of calling somebody back.
    pub enum CallOutcome {
        /// They were spoken to.
        Reached = "reached",
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// They would not talk.
        Refused = "refused",
        /// It is not their number.
        WrongNumber = "wrong_number",
    }
}

words! {
    /// What somebody says who is asked whether something was done.
    pub enum Said {
        /// It was.
        Yes = "yes",
        /// It was not.
        No = "no",
        /// They do not know.
        NotSure = "unknown",
    }
}

part! {
    /// What somebody said who was called back. What they were not asked is absent.
    pub struct CallBack {
        /// The alert.
        pub alert: AlertId,
        /// The draw that chose it.
        pub draw: DocumentId,
        /// When they were called, corrected.
        pub at: Time,
        /// What came of it.
        pub outcome: CallOutcome,
        /// Whether somebody had been at the door before.
        pub visited: Option<Said>,
        /// Whether the tricks were explained to them.
        pub explained: Option<Said>,
        /// Whether they signed a pledge.
        pub signed: Option<Said>,
        /// Whether they had the app.
        pub app: Option<Said>,
        /// Whether somebody came in time to stop them.
        pub met_in_time: Option<Said>,
        /// How satisfied they are with what was done, from 1 to 5.
        pub satisfied: Option<i64>,
        /// The call back that this one is written in the place of.
        pub corrects: Option<DocumentId>,
        /// What else they said.
        pub note: Option<String>,
    }
}

impl CallBack {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        if self.satisfied.is_some_and(|satisfied| !(1..=5).contains(&satisfied)) {
            return Err(Invalid::new("satisfied", Reason::OutOfRange));
        }
        let answers = [&self.visited, &self.explained, &self.signed, &self.app, &self.met_in_time];
        let answered = answers.into_iter().any(Option::is_some) || self.satisfied.is_some();
        let silent = matches!(self.outcome, CallOutcome::NoAnswer | CallOutcome::Refused | CallOutcome::WrongNumber);
        // Nobody who was not spoken to has answered anything.
        if silent && answered {
            return Err(Invalid::new("outcome", Reason::Contradicts("answers")));
        }
        check_note("note", self.note.as_ref(), 4000)
    }
}
