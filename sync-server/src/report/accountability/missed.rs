//! What should have been done by a moment and was not.
//!
//! Floor: sync-server, report; pure. Invariants: told from what the playbook and the doors make of the records alone;
//! what was done late was done, and stands where it is told when; nothing is missed at a door that is left out of the
//! count, nor of an alert that was recalled or joined another.

use qiaomen_core::doors::Reach;
use qiaomen_core::dossier::Recording;
use qiaomen_core::playbook::CaseResult;
use qiaomen_core::record::{AlertId, Time};
use serde::Serialize;

use super::case::{AlertThen, DueThen};
use super::door::DoorThen;

/// What was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Undone {
    /// The door, or they themselves, did not stand on the roster: told of what was known then alone.
    NotOnRoster,
    /// Nobody behind the door was ever met.
    NeverVisited,
    /// No pledge of theirs stood.
    NoPledge,
    /// Nobody had looked whether the app was on their telephone.
    AppNotLookedAt,
    /// They were known as easily deceived, and were not reached again in time.
    ReachAgainOverdue,
    /// Nobody had taken the alert.
    NotAccepted,
    /// Nobody had spoken with them, though it was time.
    FirstContactOverdue,
    /// Nobody had met them, though it was time.
    FirstMeetingOverdue,
    /// The station had not been told what the first meeting found, though it was time.
    NoFeedback,
    /// The second visit had not been made, though it was time.
    SecondVisitMissed,
    /// Three-day visits had not been made, though it was time.
    ThreeDayVisitsMissed,
    /// Meetings were not recorded.
    NoRecording,
    /// Money had gone, and nobody had asked for a stop-payment.
    StopPaymentNotAsked,
}

impl Undone {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotOnRoster => "not_on_roster",
            Self::NeverVisited => "never_visited",
            Self::NoPledge => "no_pledge",
            Self::AppNotLookedAt => "app_not_looked_at",
            Self::ReachAgainOverdue => "reach_again_overdue",
            Self::NotAccepted => "not_accepted",
            Self::FirstContactOverdue => "first_contact_overdue",
            Self::FirstMeetingOverdue => "first_meeting_overdue",
            Self::NoFeedback => "no_feedback",
            Self::SecondVisitMissed => "second_visit_missed",
            Self::ThreeDayVisitsMissed => "three_day_visits_missed",
            Self::NoRecording => "no_recording",
            Self::StopPaymentNotAsked => "stop_payment_not_asked",
        }
    }
}

/// Something that should have been done by the moment and was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Missed {
    /// What.
    pub what: Undone,
    /// Of which alert; none for what is owed at the door.
    pub alert: Option<AlertId>,
    /// How many of these.
    pub count: u32,
    /// When it was due, the first of several; none where it has no time.
    pub due: Option<Time>,
    /// For how many minutes it had been overdue at the moment; of several the first.
    pub minutes: Option<i64>,
}

pub(super) const fn once(what: Undone, alert: Option<AlertId>) -> Missed {
    Missed { what, alert, count: 1, due: None, minutes: None }
}

/// What was missed, at the door first, then alert by alert.
pub(super) fn missed(door: Option<&DoorThen>, alerts: &[AlertThen], moment: Time) -> Vec<Missed> {
    let mut found = Vec::new();
    if let Some(door) = door.filter(|door| door.out.is_none()) {
        at_the_door(door, moment, &mut found);
    }
    for alert in alerts.iter().filter(|alert| !matches!(alert.result, CaseResult::Recalled | CaseResult::Joined)) {
        of_the_alert(alert, moment, &mut found);
    }
    found
}

fn at_the_door(door: &DoorThen, moment: Time, found: &mut Vec<Missed>) {
    if door.reach != Reach::Visited {
        found.push(once(Undone::NeverVisited, None));
    }
    if door.pledges.is_empty() {
        found.push(once(Undone::NoPledge, None));
    }
    if door.app.is_some_and(|app| app.installed.is_none()) {
        found.push(once(Undone::AppNotLookedAt, None));
    }
    if let Some(reach) = door.reach_again.as_ref().filter(|reach| reach.overdue) {
        let minutes = reach.due.map(|due| moment.minutes_since(due));
        found.push(Missed { due: reach.due, minutes, ..once(Undone::ReachAgainOverdue, None) });
    }
}

fn of_the_alert(alert: &AlertThen, moment: Time, found: &mut Vec<Missed>) {
    let id = Some(alert.alert);
    if alert.taken.is_none() {
        found.push(Missed { minutes: Some(alert.untaken_minutes), ..once(Undone::NotAccepted, id) });
    }
    let mut owed = |what: Undone, all: &[DueThen]| {
        let undone: Vec<&DueThen> = all.iter().filter(|due| due.is_undone()).collect();
        if let Some(first) = undone.first() {
            found.push(Missed {
                what,
                alert: id,
                count: u32::try_from(undone.len()).unwrap_or(u32::MAX),
                due: Some(first.due),
                minutes: Some(moment.minutes_since(first.due)),
            });
        }
    };
    owed(Undone::FirstContactOverdue, alert.first_contact.as_slice());
    owed(Undone::FirstMeetingOverdue, alert.first_meeting.as_slice());
    owed(Undone::NoFeedback, alert.feedback.as_slice());
    owed(Undone::SecondVisitMissed, &alert.second_visits);
    let count = alert.three_day.missed + alert.three_day.overdue;
    if count > 0 {
        found.push(Missed { count, ..once(Undone::ThreeDayVisitsMissed, id) });
    }
    let silent = alert.recordings.iter().filter(|one| one.recording == Recording::Missing);
    let count = u32::try_from(silent.count()).unwrap_or(u32::MAX);
    if count > 0 {
        found.push(Missed { count, ..once(Undone::NoRecording, id) });
    }
    if alert.stop_payment_owed {
        let first = alert.money.first().map(|money| money.at);
        let minutes = first.map(|first| moment.minutes_since(first));
        found.push(Missed { due: first, minutes, ..once(Undone::StopPaymentNotAsked, id) });
    }
}
