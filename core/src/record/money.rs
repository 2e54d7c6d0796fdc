//! Money that went, and the account that is stopped (Q8, L5, B2).
//!
//! Floor: record. Invariants: amounts are whole fen; an account number is never kept; each is a fact of the case
//! file and is only ever followed by another.

use super::field::{check_note, part};
use super::id::AlertId;
use super::invalid::{Invalid, Reason};
use super::time::Time;
use super::word::words;

/// More than any amount there can be, in fen.
const MOST_FEN: i64 = 1_000_000_000_000_000;

fn check_fen(fen: Option<i64>) -> Result<(), Invalid> {
    if fen.is_some_and(|fen| !(0..=MOST_FEN).contains(&fen)) {
        return Err(Invalid::new("fen", Reason::OutOfRange));
    }
    Ok(())
}

part! {
    /// The alert's person sent money.
    pub struct MoneySent {
        /// The alert.
        pub alert: AlertId,
        /// When this became known, corrected.
        pub at: Time,
        /// When the money went, as far as is known.
        pub sent: Option<Time>,
        /// How much, in fen.
        pub fen: Option<i64>,
        /// To whom, as far as is known: in words, never an account number.
        pub to: Option<String>,
        /// What else there is to say.
        pub note: Option<String>,
    }
}

impl MoneySent {
    /// When it counts: when the money went, or when that became known.
    #[must_use]
    pub fn when(&self) -> Time {
        self.sent.unwrap_or(self.at)
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_fen(self.fen)?;
        check_note("to", self.to.as_ref(), 400)?;
        check_note("note", self.note.as_ref(), 2000)
    }
}

words! {
    /// How far a stop-payment has come.
    pub enum StopStep {
        /// 申请止付: it was asked for.
        Asked = "asked",
        /// 已止付: the account is frozen.
        Frozen = "frozen",
        /// 解除止付: it is released.
        Released = "released",
    }
}

part! {
    /// A step of a stop-payment.
    pub struct StopPayment {
        /// The alert.
        pub alert: AlertId,
        /// Which.
        pub step: StopStep,
        /// When, corrected.
        pub at: Time,
        /// How much was caught, in fen.
        pub fen: Option<i64>,
        /// The bank or payment service.
        pub institution: Option<String>,
        /// What else there is to say.
        pub note: Option<String>,
    }
}

impl StopPayment {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_fen(self.fen)?;
        check_note("institution", self.institution.as_ref(), 200)?;
        check_note("note", self.note.as_ref(), 2000)
    }
}
