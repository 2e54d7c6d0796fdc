//! How an alert stood at a moment: whose it was, who was met and when, what had been missed, what was recorded, what money
//! went and whether it was stopped (Q5, Q6, Q8, Q9, L4, L6).
//!
//! Floor: sync-server, report. Invariant: everything is reckoned at the moment by core's `playbook`, by the
//! playbook that the alert was issued under, from the records that are known from where it is seen.

use qiaomen_core::dossier::{Recording, dossier};
use qiaomen_core::playbook::{
    Books, Case, CaseResult, Custody, DueKind, DueState, DueVisit, Event, Standing, custody, due, standing,
};
use qiaomen_core::record::{
    Alert, AlertId, AreaId, DocumentId, Header, Level, Origin, PersonId, Record, StopStep, Time, Zone,
};
use serde::Serialize;

use super::trace::{CaseTrace, View};

/// Something that was due, as it stood at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DueThen {
    /// What.
    pub kind: DueKind,
    /// When it was due.
    pub due: Time,
    /// How it stood.
    pub state: DueState,
    /// When it was done.
    pub done_at: Option<Time>,
    /// By how many minutes it was late or overdue.
    pub late_minutes: i64,
    /// How often it had been tried in vain.
    pub attempts: u32,
}

impl DueThen {
    const fn of(due: &DueVisit) -> Self {
        let DueVisit { kind, due, state, done_at, late_minutes, attempts, .. } = *due;
        Self { kind, due, state, done_at, late_minutes, attempts }
    }

    /// Whether it should have been done by the moment and was not.
    #[must_use]
    pub const fn is_undone(&self) -> bool {
        matches!(self.state, DueState::Overdue | DueState::Missed)
    }
}

/// The three-day visits by the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ThreeDay {
    /// How many had come to be owed, those excused and the one not due yet left out.
    pub owed: u32,
    /// Done in time.
    pub done: u32,
    /// Done after their time.
    pub late: u32,
    /// Missed for good.
    pub missed: u32,
    /// Overdue at the moment.
    pub overdue: u32,
    /// Excused: the person was in other hands.
    pub excused: u32,
}

impl ThreeDay {
    fn of<'d>(all: impl Iterator<Item = &'d DueThen>) -> Self {
        let mut count = Self::default();
        for due in all {
            match due.state {
                DueState::Done => count.done += 1,
                DueState::Late => count.late += 1,
                DueState::Missed => count.missed += 1,
                DueState::Overdue => count.overdue += 1,
                DueState::Excused => count.excused += 1,
                DueState::Open => {}
            }
        }
        Self { owed: count.done + count.late + count.missed + count.overdue, ..count }
    }
}

/// A meeting with the person, and where its recording is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// The visit.
    pub visit: DocumentId,
    /// When it ended.
    pub at: Time,
    /// Who met them.
    pub by: PersonId,
    /// Where the recording is.
    pub recording: Recording,
}

/// Money that the person sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Money {
    /// The record.
    pub record: DocumentId,
    /// When it went, or when that became known.
    pub at: Time,
    /// When the record of it arrived at the server.
    pub arrived: Time,
    /// How much, in fen.
    pub fen: Option<i64>,
    /// Whether it went after the alert was issued.
    pub after_alert: bool,
}

/// A step of a stop-payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stop {
    /// The record.
    pub record: DocumentId,
    /// When.
    pub at: Time,
    /// When the record of it arrived at the server.
    pub arrived: Time,
    /// Which.
    pub step: StopStep,
    /// How much was caught, in fen.
    pub fen: Option<i64>,
}

/// An alert as it stood at the moment.
#[derive(Clone, Debug, Serialize)]
pub struct AlertThen {
    /// The alert.
    pub alert: AlertId,
    /// Its number on the issuer's platform.
    pub number: Option<String>,
    /// Whom it named.
    pub name: String,
    /// The area whose team answered for it.
    pub area: AreaId,
    /// Its level.
    pub level: Level,
    /// Who issued it.
    pub issuer: String,
    /// From which side.
    pub origin: Origin,
    /// When it was issued.
    pub issued: Time,
    /// When it reached the station.
    pub reached_station: Option<Time>,
    /// When it was passed on.
    pub passed_on: Option<Time>,
    /// When it was entered.
    pub entered: Time,
    /// When it arrived at the server.
    pub arrived: Time,
    /// What had become of it.
    pub result: CaseResult,
    /// Whose it was.
    pub owner: Option<PersonId>,
    /// When somebody first took it.
    pub taken: Option<Time>,
    /// How many minutes nobody had taken it: until somebody did, or the moment.
    pub untaken_minutes: i64,
    /// When the person was first met.
    pub met: Option<Time>,
    /// The first contact.
    pub first_contact: Option<DueThen>,
    /// The first meeting.
    pub first_meeting: Option<DueThen>,
    /// Feedback to the station; none where nobody was met.
    pub feedback: Option<DueThen>,
    /// Second visits; none where none was owed.
    pub second_visits: Vec<DueThen>,
    /// Three-day visits.
    pub three_day: ThreeDay,
    /// Meetings, and their recordings.
    pub recordings: Vec<Recorded>,
    /// Money that went.
    pub money: Vec<Money>,
    /// What went after the alert, in fen.
    pub fen_after_alert: i64,
    /// When the person, having been met, sent money all the same.
    pub accident: Option<Time>,
    /// Steps of a stop-payment.
    pub stop_payments: Vec<Stop>,
    /// Whether a stop-payment was owed that nobody had asked for.
    pub stop_payment_owed: bool,
}

/// Whose it was at the moment.
fn held(case: &CaseTrace, view: View, moment: Time) -> Custody {
    let events: Vec<Event> = case
        .facts
        .iter()
        .filter_map(|fact| Event::of(fact.stored.id, &fact.header, fact.seen(view)?, fact.place))
        .filter(|event| event.at <= moment)
        .collect();
    custody(&events)
}

fn reckoned(
    case: &CaseTrace,
    alert: &Alert,
    view: View,
    (books, zone): (&Books, &Zone),
    moment: Time,
) -> (Vec<DueThen>, Standing) {
    let facts: Vec<(DocumentId, &Header, &Record)> =
        case.facts.iter().filter_map(|fact| Some((fact.stored.id, &fact.header, fact.seen(view)?))).collect();
    let case = Case::from_records(alert, facts);
    let list = due(books.of_alert(&alert.playbook), &case, zone, moment).list;
    (list.iter().map(DueThen::of).collect(), standing(&case, zone, moment))
}

/// How an alert stood at the moment, as it is known from there; none where it was not known, or not issued yet.
pub(super) fn seen(case: &CaseTrace, view: View, (books, zone): (&Books, &Zone), moment: Time) -> Option<AlertThen> {
    let Record::Alert(alert) = case.own.seen(view)? else { return None };
    if alert.issued > moment {
        return None;
    }
    let (list, stands) = reckoned(case, alert, view, (books, zone), moment);
    let custody = held(case, view, moment);
    let (mut recordings, mut money, mut stop_payments) = (Vec::new(), Vec::new(), Vec::new());
    for entry in dossier(case.facts.iter().filter_map(|fact| fact.known(view)).collect()) {
        let Some(arrived) = entry.arrived.filter(|_| entry.at <= moment) else { continue };
        let (record, at) = (entry.id, entry.at);
        match entry.record {
            Record::Visit(_) if entry.recording != Recording::NotOwed => {
                recordings.push(Recorded { visit: record, at, by: entry.by, recording: entry.recording });
            }
            Record::MoneySent(sent) => {
                money.push(Money { record, at, arrived, fen: sent.fen, after_alert: at > alert.issued });
            }
            Record::StopPayment(stop) => {
                stop_payments.push(Stop { record, at, arrived, step: stop.step, fen: stop.fen });
            }
            _ => {}
        }
    }
    let of = |kind: DueKind| list.iter().filter(move |due| due.kind == kind);
    let first = |kind: DueKind| of(kind).next().copied();
    let taken = custody.holders.first().map(|holder| holder.at);
    Some(AlertThen {
        alert: case.alert,
        number: alert.platform_number.clone(),
        name: alert.name.clone(),
        area: alert.area,
        level: stands.level,
        issuer: alert.issuer.clone(),
        origin: alert.origin.clone(),
        issued: alert.issued,
        reached_station: alert.reached_station,
        passed_on: alert.passed_on,
        entered: alert.entered,
        arrived: case.own.stored.arrival,
        result: stands.result,
        owner: custody.owner.map(|owner| owner.person),
        taken,
        untaken_minutes: taken.unwrap_or(moment).minutes_since(alert.reached()).max(0),
        met: stands.met,
        first_contact: first(DueKind::FirstContact),
        first_meeting: first(DueKind::FirstMeeting),
        feedback: first(DueKind::Feedback),
        second_visits: of(DueKind::SecondVisit).copied().collect(),
        three_day: ThreeDay::of(of(DueKind::ThreeDayVisit)),
        recordings,
        money,
        fen_after_alert: stands.fen_after_alert,
        accident: stands.accident,
        stop_payments,
        stop_payment_owed: stands.stop_payment_owed,
    })
}
