//! What one alert's due visits are reckoned from.
//!
//! Floor: playbook. Invariant: a [`Case`] holds facts only, in any order; those whose author's role at the
//! time could not make them count are left out when it is made from records.

use std::collections::BTreeMap;

use crate::record::{
    Alert, DocumentId, Hands, Header, Level, Outcome, Purpose, Record, Risk, Role, StopStep, Time, Transfer, Visit,
};

/// One alert with what was recorded for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The level it was issued with.
    pub alert: Level,
    /// When it was issued; the month runs from here.
    pub issued: Time,
    /// When it reached the station; the response clocks run from here.
    pub reached_station: Time,
    /// Its level's raises.
    pub raises: Vec<Raised>,
    /// Visits and attempts that name it.
    pub visits: Vec<CaseVisit>,
    /// When feedback was given.
    pub feedbacks: Vec<Time>,
    /// When the person sent money, and how much.
    pub money_sent: Vec<Sent>,
    /// How far the stop-payment came.
    pub stops: Vec<Stopped>,
    /// Clearances by those who may clear.
    pub clearances: Vec<Cleared>,
    /// Extensions of the month.
    pub extensions: Vec<Extended>,
    /// When the person was in other hands: transferred, or followed up from afar by consent.
    pub transfers: Vec<Away>,
    /// Other alerts about the person that joined this one; their levels stand among the raises.
    pub joins: Vec<Joined>,
    /// When nothing more was owed for it: it was recalled, or joined another.
    pub closed: Option<Closing>,
}

/// The level went up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// To this level.
    pub level: Level,
    /// When.
    pub at: Time,
}

/// One visit, or one attempt at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseVisit {
    /// Its document, where it has one.
    pub id: Option<DocumentId>,
    /// What it was for; makes no difference to what it satisfies.
    pub purpose: Purpose,
    /// What came of it.
    pub outcome: Outcome,
    /// Whether the alert's person was met in person.
    pub met_target: bool,
    /// When it began.
    pub started: Time,
    /// When it ended, which is when it counts.
    pub ended: Time,
    /// What it judged.
    pub risk: Option<Risk>,
}

/// A clearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleared {
    /// When.
    pub at: Time,
    /// When it was first taken back.
    pub withdrawn: Option<Time>,
}

/// An extension of the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extended {
    /// When it was decided.
    pub at: Time,
    /// The month runs to the end of the local day on which this falls.
    pub until: Time,
}

/// A time in other hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// From when.
    pub at: Time,
    /// Until when; to the end of the series if absent.
    pub until: Option<Time>,
}

/// Money that went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When.
    pub at: Time,
    /// How much, in fen, as far as is known.
    pub fen: Option<i64>,
}

/// A step of a stop-payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// When.
    pub at: Time,
    /// Which.
    pub step: StopStep,
}

/// Why nothing more is owed for an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closed {
    /// It was issued in error.
    Recalled,
    /// It joined another about the same person.
    Joined,
}

/// Nothing more is owed from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Closing {
    /// From when.
    pub at: Time,
    /// Why.
    pub why: Closed,
}

/// Another alert about the same person that joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// When that one was issued.
    pub issued: Time,
    /// When it joined.
    pub at: Time,
}

impl Case {
    /// An alert for which nothing has been recorded yet.
    #[must_use]
    pub const fn new(alert: Level, issued: Time) -> Self {
        Self {
            alert,
            issued,
            reached_station: issued,
            raises: Vec::new(),
            visits: Vec::new(),
            feedbacks: Vec::new(),
            money_sent: Vec::new(),
            stops: Vec::new(),
            clearances: Vec::new(),
            extensions: Vec::new(),
            transfers: Vec::new(),
            joins: Vec::new(),
            closed: None,
        }
    }

    /// The case of `alert` from the facts of its case file, in any order. A fact that does not bear on what
    /// is due is passed over, and so is one written in a role that may not make it count.
    pub fn from_records<'r>(
        alert: &Alert,
        facts: impl IntoIterator<Item = (DocumentId, &'r Header, &'r Record)>,
    ) -> Self {
        let facts = facts.into_iter().map(|(id, header, fact)| (id, &header.role, fact));
        Self::from_facts(alert.level.clone(), alert.issued, alert.reached(), facts)
    }

    /// The same, of an alert of this level with these hours, each fact with the role it was written in.
    pub fn from_facts<'r>(
        level: Level,
        issued: Time,
        reached: Time,
        facts: impl IntoIterator<Item = (DocumentId, &'r Role, &'r Record)>,
    ) -> Self {
        let mut case = Self::new(level, issued);
        case.reached_station = reached;
        let mut cleared = BTreeMap::new();
        let mut withdrawn: BTreeMap<DocumentId, Time> = BTreeMap::new();
        for (id, role, fact) in facts {
            match fact {
                Record::Visit(visit) if visit.alert.is_some() => case.visits.push(CaseVisit::of(id, visit)),
                Record::Raise(raise) if may_raise(role) => {
                    case.raises.push(Raised { level: raise.level.clone(), at: raise.at });
                }
                Record::Feedback(feedback) => case.feedbacks.push(feedback.at),
                Record::Clearance(clearance) if may_clear(role) => {
                    cleared.insert(id, clearance.at);
                }
                Record::Withdrawal(withdrawal) if may_withdraw(role) => {
                    let first = withdrawn.entry(withdrawal.clearance).or_insert(withdrawal.at);
                    *first = withdrawal.at.min(*first);
                }
                Record::Extension(extension) if *role == Role::Supervisor => {
                    case.extensions.push(Extended { at: extension.at, until: extension.until });
                }
                Record::MoneySent(money) => case.money_sent.push(Sent { at: money.when(), fen: money.fen }),
                Record::StopPayment(stop) => case.stops.push(Stopped { at: stop.at, step: stop.step.clone() }),
                Record::Transfer(transfer) if may_transfer(transfer, role) => {
                    case.transfers.push(Away { at: transfer.at, until: transfer.until });
                }
                Record::Recall(recall) if may_raise(role) => case.close(recall.at, Closed::Recalled),
                Record::Join(join) if may_raise(role) && join.into_other => case.close(join.at, Closed::Joined),
                Record::Join(join) if may_raise(role) => {
                    case.raises.push(Raised { level: join.level.clone(), at: join.at });
                    case.joins.push(Joined { issued: join.issued, at: join.at });
                }
                _ => {}
            }
        }
        // What joined it is not taken back with it: the case goes on for those.
        if !case.joins.is_empty() && case.closed.is_some_and(|closing| closing.why == Closed::Recalled) {
            case.closed = None;
        }
        case.clearances =
            cleared.into_iter().map(|(id, at)| Cleared { at, withdrawn: withdrawn.get(&id).copied() }).collect();
        case
    }
}

impl Case {
    /// When the last of its records begins to count; later than now where somebody's clock was fast.
    #[must_use]
    pub fn latest(&self) -> Time {
        let Self { alert: _, issued, reached_station: _, raises, visits, feedbacks, money_sent, stops, .. } = self;
        let Self { clearances, extensions, transfers, joins, closed, .. } = self;
        let cleared = clearances.iter().flat_map(|cleared| [Some(cleared.at), cleared.withdrawn]).flatten();
        std::iter::once(*issued)
            .chain(raises.iter().map(|raise| raise.at))
            .chain(visits.iter().map(|visit| visit.ended))
            .chain(feedbacks.iter().copied())
            .chain(money_sent.iter().map(|sent| sent.at))
            .chain(stops.iter().map(|stop| stop.at))
            .chain(cleared)
            .chain(extensions.iter().map(|extension| extension.at))
            .chain(transfers.iter().map(|away| away.at))
            .chain(joins.iter().map(|join| join.at))
            .chain(closed.map(|closing| closing.at))
            .fold(Time::MIN, Time::max)
    }

    fn close(&mut self, at: Time, why: Closed) {
        let closing = Closing { at, why };
        self.closed = Some(self.closed.map_or(closing, |closed| closed.min(closing)));
    }
}

impl CaseVisit {
    fn of(id: DocumentId, visit: &Visit) -> Self {
        Self {
            id: Some(id),
            purpose: visit.purpose.clone(),
            outcome: visit.outcome.clone(),
            met_target: visit.met_person(),
            started: visit.started,
            ended: visit.ended,
            risk: visit.risk.clone(),
        }
    }

    /// Whether the alert's person was met in person.
    #[must_use]
    pub fn met_person(&self) -> bool {
        self.met_target && self.outcome == Outcome::Met
    }
}

const fn may_raise(role: &Role) -> bool {
    // What an integration says is held against its own alerts alone by the gate.
    matches!(role, Role::Police | Role::Supervisor | Role::Integration)
}

/// Following up from afar takes a supervisor's consent.
fn may_transfer(transfer: &Transfer, role: &Role) -> bool {
    match transfer.hands {
        Hands::OtherPlace => may_withdraw(role),
        Hands::FromAfar => *role == Role::Supervisor,
        Hands::Unknown(_) => false,
    }
}

const fn may_clear(role: &Role) -> bool {
    matches!(role, Role::TeamHead | Role::Police)
}

const fn may_withdraw(role: &Role) -> bool {
    matches!(role, Role::TeamHead | Role::Police | Role::Supervisor)
}
