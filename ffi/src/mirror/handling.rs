//! How an alert is handled, money, and samples, as a shell sees them.
//!
//! Floor: mirror. Invariant: each has every field of the core's record under its name (taking one apart without a rest
//! proves it), and goes both ways unchanged.

use qiaomen_core::record;

use super::macros::mirror;
use super::words::{Answer, CallOutcome, Hands, Level, StopStep};
use super::{Id, Millis};

mirror! {
    /// Somebody has looked at the alert (L11).
    pub struct Seen = record::Seen {
        /// The alert.
        alert: Id,
        /// When, corrected.
        at: Millis,
    }
}

mirror! {
    /// The issuer takes the alert back: it was issued in error. It is closed, for all to see.
    pub struct Recall = record::Recall {
        /// The alert.
        alert: Id,
        /// When, corrected.
        at: Millis,
        /// Why.
        reason: Option<String>,
    }
}

mirror! {
    /// Another alert about the same person joins this one; visits name this one. What the rules need of the other
    /// stands here too: not everybody who has this case file has the other.
    /// The one that joins gets such a fact too, the other way round.
    pub struct Join = record::Join {
        /// The alert that is joined: the one that was open.
        alert: Id,
        /// The alert that joins it.
        other: Id,
        /// The other's level when it was issued.
        level: Level,
        /// When the other was issued.
        issued: Millis,
        /// When it joined, corrected.
        at: Millis,
        /// Whether it is this one that joins the other: nothing more is owed here.
        into_other: bool,
    }
}

mirror! {
    /// The person is elsewhere, and in other hands or followed up from afar.
    pub struct Transfer = record::Transfer {
        /// The alert.
        alert: Id,
        /// In whose hands.
        hands: Hands,
        /// Where.
        place: Option<String>,
        /// Who there has accepted.
        accepted_by: Option<String>,
        /// From when, corrected.
        at: Millis,
        /// Until when; to the end of the month if absent.
        until: Option<Millis>,
        /// Why.
        reason: Option<String>,
    }
}

mirror! {
    /// A worker finds that the person is out of danger, for the team's head or the police to say so (L5).
    pub struct Proposal = record::Proposal {
        /// The alert.
        alert: Id,
        /// When, corrected.
        at: Millis,
        /// Why.
        reason: Option<String>,
    }
}

mirror! {
    /// Something said about a case.
    pub struct Comment = record::Comment {
        /// The alert.
        alert: Id,
        /// When, corrected.
        at: Millis,
        /// What.
        text: String,
    }
}

mirror! {
    /// An offer of the alert is taken back before it was accepted.
    pub struct TakeBack = record::TakeBack {
        /// The alert.
        alert: Id,
        /// The hand-over that offered it.
        offer: Id,
        /// When, corrected.
        at: Millis,
        /// Why.
        reason: Option<String>,
    }
}

mirror! {
    /// A supervisor says whose the alert is: to end a contest, or to give it to somebody else.
    pub struct CustodyDecision = record::CustodyDecision {
        /// The alert.
        alert: Id,
        /// Whose it is from now on.
        owner: Id,
        /// When, corrected.
        at: Millis,
        /// Why.
        reason: Option<String>,
    }
}

mirror! {
    /// The alert's person sent money.
    pub struct MoneySent = record::MoneySent {
        /// The alert.
        alert: Id,
        /// When this became known, corrected.
        at: Millis,
        /// When the money went, as far as is known.
        sent: Option<Millis>,
        /// How much, in fen.
        fen: Option<i64>,
        /// To whom, as far as is known: in words, never an account number.
        to: Option<String>,
        /// What else there is to say.
        note: Option<String>,
    }
}

mirror! {
    /// A step of a stop-payment.
    pub struct StopPayment = record::StopPayment {
        /// The alert.
        alert: Id,
        /// Which.
        step: StopStep,
        /// When, corrected.
        at: Millis,
        /// How much was caught, in fen.
        fen: Option<i64>,
        /// The bank or payment service.
        institution: Option<String>,
        /// What else there is to say.
        note: Option<String>,
    }
}

mirror! {
    /// A sample of the alerts of a period after which money was sent. `docs/rules.md` says how it is drawn.
    pub struct Draw = record::Draw {
        /// When it was drawn, corrected.
        at: Millis,
        /// What the order was made from, such as a figure of that day's newspaper.
        seed: String,
        /// The first instant of the period; all that was before if absent.
        from: Option<Millis>,
        /// The first instant after the period; all that came after if absent.
        to: Option<Millis>,
        /// How many were wanted.
        count: i64,
        /// How many there were to choose from.
        population: i64,
        /// The SHA-256 of those: their identifiers, sorted, each on a line, in hexadecimal digits.
        population_hash: String,
        /// Those chosen.
        chosen: Vec<Id>,
    }
}

mirror! {
    /// What somebody said who was called back. What they were not asked is absent.
    pub struct CallBack = record::CallBack {
        /// The alert.
        alert: Id,
        /// The draw that chose it.
        draw: Id,
        /// When they were called, corrected.
        at: Millis,
        /// What came of it.
        outcome: CallOutcome,
        /// Whether somebody had been at the door before.
        visited: Option<Answer>,
        /// Whether the tricks were explained to them.
        explained: Option<Answer>,
        /// Whether they signed a pledge.
        signed: Option<Answer>,
        /// Whether they had the app.
        app: Option<Answer>,
        /// Whether somebody came in time to stop them.
        met_in_time: Option<Answer>,
        /// How satisfied they are with what was done, from 1 to 5.
        satisfied: Option<i64>,
        /// The call back that this one is written in the place of.
        corrects: Option<Id>,
        /// What else they said.
        note: Option<String>,
    }
}
