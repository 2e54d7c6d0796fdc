//! The pieces of which one alert is shown.
//!
//! Floor: console; data. Invariant: raw words and moments; what is masked is masked before it stands here.

use schemars::JsonSchema;
use serde::Serialize;

use crate::console::Moment;
use crate::console::names::Staff;

/// The alert's person.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PersonLine {
    /// Masked until revealed.
    pub(crate) name: String,
    /// Masked until revealed.
    pub(crate) telephone: Option<String>,
    /// Their door on the roster.
    pub(crate) household: Option<String>,
    /// Who they are among its residents.
    pub(crate) resident: Option<String>,
    /// Whether they are known to be no resident.
    pub(crate) outsider: bool,
    /// Where they may be found.
    pub(crate) places: Vec<PlaceLine>,
    /// What else is known; there only where revealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    /// Whether something else is known.
    pub(crate) has_note: bool,
}

/// A place.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PlaceLine {
    pub(crate) label: String,
    /// Masked until revealed.
    pub(crate) address: Option<String>,
    /// Degrees north and east with the datum; there only where revealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) position: Option<String>,
    /// Whether it is known where it is on the map.
    pub(crate) on_map: bool,
}

/// An alert's times.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Times {
    pub(crate) issued: Moment,
    pub(crate) reached_station: Option<Moment>,
    pub(crate) passed_on: Option<Moment>,
    pub(crate) entered: Moment,
    /// When it arrived at the server.
    pub(crate) arrived: Moment,
}

/// How an alert stands.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Stands {
    /// running, cleared, recalled, joined, lying.
    pub(crate) result: String,
    pub(crate) series_ends: Moment,
    /// When the person was first met.
    pub(crate) met: Option<Moment>,
    pub(crate) cleared: Option<Moment>,
    /// When money was first sent after the alert.
    pub(crate) sent_after_alert: Option<Moment>,
    /// When money was sent after the person had been met.
    pub(crate) accident: Option<Moment>,
    /// All that is known to have been sent after the alert, in fen.
    pub(crate) fen_after_alert: i64,
    pub(crate) stop_payment_owed: bool,
    pub(crate) release_owed: bool,
    /// How far a stop-payment has come.
    pub(crate) stop: Option<String>,
    /// Since when a proposal to clear waits.
    pub(crate) proposed: Option<Moment>,
    /// How many due visits are overdue.
    pub(crate) overdue: u64,
    /// In whose hands the person is who is elsewhere.
    pub(crate) hands: Option<String>,
}

/// A raise.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RaiseLine {
    pub(crate) level: String,
    pub(crate) at: Moment,
    pub(crate) by: Staff,
    pub(crate) reason: Option<String>,
}

/// Whose it is or was.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct HolderLine {
    pub(crate) person: Staff,
    pub(crate) at: Moment,
    /// first, handed_over, decided.
    pub(crate) came: String,
    /// Who gave it to them.
    pub(crate) by: Staff,
}

/// An open offer.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OfferLine {
    pub(crate) id: String,
    pub(crate) from: Staff,
    pub(crate) to: Staff,
    pub(crate) at: Moment,
    /// Whether whoever looks may take it back.
    pub(crate) may_take_back: bool,
}

/// A receipt that contests.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ContestLine {
    pub(crate) person: Staff,
    /// When they say they took it.
    pub(crate) at: Moment,
    /// When the owner did.
    pub(crate) owner_at: Option<Moment>,
}

/// A due visit.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DueLine {
    pub(crate) kind: String,
    pub(crate) due: Moment,
    /// open, done, late, overdue, missed, excused.
    pub(crate) state: String,
    pub(crate) done: Option<Moment>,
    /// By how many minutes it was done late, or overdue when it was missed; what is overdue is so since `due`.
    pub(crate) late_minutes: i64,
    /// How often it was tried in vain.
    pub(crate) attempts: u32,
}

/// How far it has come with somebody.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReachedLine {
    pub(crate) person: Staff,
    /// When it was first sent to a phone of theirs.
    pub(crate) delivered: Option<Moment>,
    /// When they first looked.
    pub(crate) seen: Option<Moment>,
    /// When they took it.
    pub(crate) accepted: Option<Moment>,
}

/// A worker who is near.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NearLine {
    pub(crate) person: Staff,
    pub(crate) metres: i64,
    /// recorded, shared, grid.
    pub(crate) known: String,
    /// How many minutes ago at most, in tens, so that a page does not change by itself each minute.
    pub(crate) minutes_ago: Option<i64>,
    /// Whether it may be some 700 metres off.
    pub(crate) rough: bool,
}

/// An alert that joined.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JoinedLine {
    pub(crate) alert: String,
    pub(crate) issued: Moment,
    pub(crate) level: String,
    pub(crate) at: Moment,
    /// Whether it is this alert that joined that one.
    pub(crate) into_other: bool,
}

/// An open alert about the same person.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OtherLine {
    pub(crate) alert: String,
    pub(crate) number: Option<String>,
    pub(crate) level: String,
    pub(crate) result: String,
    /// Whether it could join this one.
    pub(crate) may_join: bool,
}
