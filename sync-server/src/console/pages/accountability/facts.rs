//! What had been done, as pages and endpoints show it: the report's answer in words and moments.
//!
//! Floor: console; pure. Invariant: what differs between then and now is told by comparing what is shown.

use std::collections::BTreeSet;

use qiaomen_core::record::word::Word;
use qiaomen_core::record::{Kind, Record};
use schemars::JsonSchema;
use serde::Serialize;

use crate::console::names::{AreaName, Names, Staff};
use crate::console::pages::today::word;
use crate::console::{Asked, Moment};
use crate::report::accountability::{AlertThen, DoorThen, DueThen, Listed, Missed};

/// As the server knew it then beside as it is known now.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Pair<T> {
    /// As the server knew it at the moment.
    pub(super) then: Option<T>,
    /// As it is known now.
    pub(super) now: Option<T>,
    /// The facts that differ.
    pub(super) differs: Vec<String>,
}

impl<T: Serialize> Pair<T> {
    pub(super) fn of(then: Option<T>, now: Option<T>) -> Self {
        let fields = |side: &Option<T>| match serde_json::to_value(side) {
            Ok(serde_json::Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let (had, have) = (fields(&then), fields(&now));
        let keys: BTreeSet<&String> = had.keys().chain(have.keys()).collect();
        let differs = keys.into_iter().filter(|key| had.get(*key) != have.get(*key)).cloned().collect();
        Self { then, now, differs }
    }

    /// Whether a fact differs.
    pub(super) fn has(&self, fact: &str) -> bool {
        self.differs.iter().any(|have| have == fact)
    }
}

fn words<'w, W: Word + 'w>(words: impl IntoIterator<Item = &'w W>) -> Vec<String> {
    words.into_iter().map(|word| word.word().to_owned()).collect()
}

/// What had been done at the door.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DoorModel {
    /// Whether they stood on the roster; none where nobody is asked for in particular.
    pub(super) on_roster: Option<bool>,
    /// Why the door was left out of the count.
    pub(super) out: Option<String>,
    /// How it had been reached.
    pub(super) reach: String,
    pub(super) visits: Vec<VisitModel>,
    pub(super) given: Vec<String>,
    pub(super) explained: Vec<String>,
    pub(super) pledges: Vec<PledgeModel>,
    pub(super) app: Option<AppModel>,
    pub(super) reach_again: Option<ReachModel>,
}

/// A visit.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct VisitModel {
    pub(super) id: String,
    pub(super) at: Moment,
    pub(super) arrived: Moment,
    pub(super) by: Staff,
    pub(super) outcome: String,
    /// Whether the person themselves was met.
    pub(super) met_them: Option<bool>,
    pub(super) rejected: bool,
    pub(super) doubtful: bool,
    pub(super) entered_late_minutes: Option<i64>,
}

/// A pledge.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PledgeModel {
    pub(super) id: String,
    pub(super) at: Moment,
    pub(super) arrived: Moment,
    pub(super) by: Staff,
    /// screen or paper
    pub(super) way: String,
    /// Whether somebody signed for them.
    pub(super) proxy: bool,
    pub(super) archive_number: Option<String>,
}

/// The app.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AppModel {
    /// None where nobody had looked.
    pub(super) installed: Option<bool>,
    pub(super) looked: Option<Moment>,
    pub(super) by: Option<Staff>,
}

/// How it stood with somebody easily deceived.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ReachModel {
    pub(super) last: Option<Moment>,
    pub(super) due: Option<Moment>,
    pub(super) overdue: bool,
}

impl DoorModel {
    pub(super) fn of(asked: &Asked<'_>, names: &Names, door: &DoorThen) -> Self {
        let moment = |time| asked.moment(time);
        Self {
            on_roster: door.on_roster,
            out: door.out.as_ref().map(|out| out.reason.word().to_owned()),
            reach: door.reach.word().to_owned(),
            visits: door
                .visits
                .iter()
                .map(|visit| VisitModel {
                    id: visit.visit.to_string(),
                    at: moment(visit.at),
                    arrived: moment(visit.arrived),
                    by: names.staff(visit.by),
                    outcome: visit.outcome.word().to_owned(),
                    met_them: visit.met_them,
                    rejected: visit.rejected,
                    doubtful: visit.doubtful,
                    entered_late_minutes: visit.entered_late_minutes,
                })
                .collect(),
            given: words(&door.given),
            explained: words(&door.explained),
            pledges: door
                .pledges
                .iter()
                .map(|pledge| PledgeModel {
                    id: pledge.pledge.to_string(),
                    at: moment(pledge.at),
                    arrived: moment(pledge.arrived),
                    by: names.staff(pledge.by),
                    way: word(pledge.way),
                    proxy: pledge.proxy.is_some(),
                    archive_number: pledge.archive_number.clone(),
                })
                .collect(),
            app: door.app.map(|app| AppModel {
                installed: app.installed,
                looked: app.looked.map(|looked| moment(looked.at)),
                by: app.looked.and_then(|looked| looked.by).map(|by| names.staff(by)),
            }),
            reach_again: door.reach_again.as_ref().map(|reach| ReachModel {
                last: reach.last.as_ref().map(|last| moment(last.at)),
                due: reach.due.map(moment),
                overdue: reach.overdue,
            }),
        }
    }
}

/// Something that was due.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DueModel {
    pub(super) due: Moment,
    pub(super) state: String,
    pub(super) done: Option<Moment>,
    pub(super) late_minutes: i64,
    pub(super) attempts: u32,
}

impl DueModel {
    fn of(asked: &Asked<'_>, due: &DueThen) -> Self {
        Self {
            due: asked.moment(due.due),
            state: word(due.state),
            done: due.done_at.map(|done| asked.moment(done)),
            late_minutes: due.late_minutes,
            attempts: due.attempts,
        }
    }
}

/// Three-day visits.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ThreeDayModel {
    pub(super) owed: u32,
    pub(super) done: u32,
    pub(super) late: u32,
    pub(super) missed: u32,
    pub(super) overdue: u32,
    pub(super) excused: u32,
}

/// A meeting and its recording.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RecordingModel {
    pub(super) at: Moment,
    pub(super) by: Staff,
    /// missing, kept, or where
    pub(super) recording: String,
}

/// Money that went.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MoneyModel {
    pub(super) at: Moment,
    pub(super) arrived: Moment,
    pub(super) fen: Option<i64>,
    pub(super) after_alert: bool,
}

/// A step of a stop-payment.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StopModel {
    pub(super) at: Moment,
    pub(super) step: String,
    pub(super) fen: Option<i64>,
}

/// An alert as it stood.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AlertModel {
    pub(super) number: Option<String>,
    pub(super) level: String,
    pub(super) area: AreaName,
    pub(super) issuer: String,
    pub(super) issued: Moment,
    pub(super) arrived: Moment,
    pub(super) result: String,
    pub(super) owner: Option<Staff>,
    pub(super) taken: Option<Moment>,
    pub(super) untaken_minutes: i64,
    pub(super) met: Option<Moment>,
    pub(super) first_contact: Option<DueModel>,
    pub(super) first_meeting: Option<DueModel>,
    pub(super) feedback: Option<DueModel>,
    pub(super) second_visits: Vec<DueModel>,
    pub(super) three_day: ThreeDayModel,
    pub(super) recordings: Vec<RecordingModel>,
    pub(super) money: Vec<MoneyModel>,
    /// What went after the alert, in fen.
    pub(super) fen_after_alert: i64,
    pub(super) accident: Option<Moment>,
    pub(super) stop_payments: Vec<StopModel>,
    pub(super) stop_payment_owed: bool,
}

impl AlertModel {
    pub(super) fn of(asked: &Asked<'_>, names: &Names, alert: &AlertThen) -> Self {
        let moment = |time| asked.moment(time);
        let due = |due: &Option<DueThen>| due.as_ref().map(|due| DueModel::of(asked, due));
        Self {
            number: alert.number.clone(),
            level: alert.level.word().to_owned(),
            area: names.area(alert.area),
            issuer: alert.issuer.clone(),
            issued: moment(alert.issued),
            arrived: moment(alert.arrived),
            result: word(alert.result),
            owner: alert.owner.map(|owner| names.staff(owner)),
            taken: alert.taken.map(moment),
            untaken_minutes: alert.untaken_minutes,
            met: alert.met.map(moment),
            first_contact: due(&alert.first_contact),
            first_meeting: due(&alert.first_meeting),
            feedback: due(&alert.feedback),
            second_visits: alert.second_visits.iter().map(|due| DueModel::of(asked, due)).collect(),
            three_day: ThreeDayModel {
                owed: alert.three_day.owed,
                done: alert.three_day.done,
                late: alert.three_day.late,
                missed: alert.three_day.missed,
                overdue: alert.three_day.overdue,
                excused: alert.three_day.excused,
            },
            recordings: alert
                .recordings
                .iter()
                .map(|one| RecordingModel {
                    at: moment(one.at),
                    by: names.staff(one.by),
                    recording: word(&one.recording),
                })
                .collect(),
            money: alert
                .money
                .iter()
                .map(|money| MoneyModel {
                    at: moment(money.at),
                    arrived: moment(money.arrived),
                    fen: money.fen,
                    after_alert: money.after_alert,
                })
                .collect(),
            fen_after_alert: alert.fen_after_alert,
            accident: alert.accident.map(moment),
            stop_payments: alert
                .stop_payments
                .iter()
                .map(|stop| StopModel { at: moment(stop.at), step: stop.step.word().to_owned(), fen: stop.fen })
                .collect(),
            stop_payment_owed: alert.stop_payment_owed,
        }
    }
}

/// Something that was not done.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MissedModel {
    pub(super) what: String,
    /// Of which alert; none for what is owed at the door.
    pub(super) alert: Option<String>,
    /// That alert's number.
    pub(super) number: Option<String>,
    /// How many as the server knew it then; nought where it saw nothing missed.
    pub(super) then: u32,
    /// How many as it is known now.
    pub(super) now: u32,
    pub(super) due: Option<Moment>,
    pub(super) minutes: Option<i64>,
}

/// What was missed, as it was known then and as it is known now, each thing once.
pub(super) fn missed(
    asked: &Asked<'_>,
    then: &[Missed],
    now: &[Missed],
    number: impl Fn(&Missed) -> Option<String>,
) -> Vec<MissedModel> {
    let same = |one: &Missed, other: &Missed| one.what == other.what && one.alert == other.alert;
    let of = |one: &Missed, then: u32, now: u32| MissedModel {
        what: one.what.word().to_owned(),
        alert: one.alert.map(|alert| alert.to_string()),
        number: number(one),
        then,
        now,
        due: one.due.map(|due| asked.moment(due)),
        minutes: one.minutes,
    };
    let count = |all: &[Missed], one: &Missed| all.iter().find(|have| same(have, one)).map_or(0, |have| have.count);
    let known = now.iter().map(|one| of(one, count(then, one), one.count));
    let gone = then.iter().filter(|one| count(now, one) == 0).map(|one| of(one, one.count, 0));
    known.chain(gone).collect()
}

/// A record in its part.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RecordLine {
    pub(super) id: String,
    pub(super) kind: String,
    /// When it happened.
    pub(super) at: Moment,
    /// When it arrived at the server.
    pub(super) arrived: Option<Moment>,
    pub(super) by: Staff,
    /// In which role; none for the server itself.
    pub(super) role: Option<String>,
    /// What it says in short: a group of words, and the word.
    pub(super) said: Vec<Said>,
    /// An amount it names, in fen.
    pub(super) fen: Option<i64>,
    pub(super) doubtful: bool,
    pub(super) entered_late_minutes: Option<i64>,
    /// When it was edited after the moment, where it was known before.
    pub(super) edited_since: Option<Moment>,
}

/// A word of a group.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Said {
    pub(super) group: String,
    pub(super) word: String,
}

impl RecordLine {
    pub(super) fn of(asked: &Asked<'_>, names: &Names, listed: &Listed) -> Self {
        let entry = &listed.entry;
        let mut said = Vec::new();
        let mut say = |group: &str, word: &str| {
            said.push(Said { group: group.to_owned(), word: word.to_owned() });
        };
        let mut fen = None;
        match &entry.record {
            Record::Visit(visit) => {
                say("purpose", visit.purpose.word());
                say("outcome", visit.outcome.word());
            }
            Record::Alert(alert) => say("level", alert.level.word()),
            Record::Raise(raise) => say("level", raise.level.word()),
            Record::Review(review) => say("review", review.state.word()),
            Record::MoneySent(sent) => fen = sent.fen,
            Record::StopPayment(stop) => {
                say("stop", stop.step.word());
                fen = stop.fen;
            }
            Record::CallBack(call) => say("call_outcome", call.outcome.word()),
            _ => {}
        }
        Self {
            id: entry.id.to_string(),
            kind: Kind::word(&entry.kind).to_owned(),
            at: asked.moment(entry.at),
            arrived: entry.arrived.map(|arrived| asked.moment(arrived)),
            by: names.staff(entry.by),
            role: Some(entry.role.word().to_owned()).filter(|_| entry.by != crate::access::SYSTEM),
            said,
            fen,
            doubtful: entry.doubtful,
            entered_late_minutes: entry.entered_late_minutes,
            edited_since: listed.edited_since.map(|edited| asked.moment(edited)),
        }
    }
}
