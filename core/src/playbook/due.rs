//! What is and ever was due for one alert.
//!
//! Floor: playbook. Invariants: a pure function of the playbook, the case, the zone and `now`; records later
//! than `now` do not count yet; what is done is done, however late, and stays as it was done.

use super::calendar::Calendar;
use super::case::Case;
use super::month::{self, Month};
use super::rules::{LEVELS, Playbook, rank};
use super::series;
use crate::record::{Outcome, Risk, Time, Zone};

/// What a due visit is, in the order in which those due at the same time are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueKind {
    /// Speaking with the person, by whatever means.
    FirstContact,
    /// Meeting the person for the first time: the dissuasion.
    FirstMeeting,
    /// Telling the station what the first meeting found.
    Feedback,
    /// The second visit (Q9).
    SecondVisit,
    /// The recurring visit of the month (L4).
    ThreeDayVisit,
    /// Clearing the person, or carrying the month on.
    MonthEndJudgement,
}

/// How a due visit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueState {
    /// Its time has not passed.
    Open,
    /// Done in time.
    Done,
    /// Done after its time.
    Late,
    /// Its time has passed, and it can still be done.
    Overdue,
    /// It was never done and can no longer be.
    Missed,
    /// It fell due while the person was in other hands, or its alert was recalled or joined another.
    Excused,
}

/// One visit that is or was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DueVisit {
    /// What it is.
    pub kind: DueKind,
    /// When it is due; "by the end of a day" is the first instant of the next.
    pub due: Time,
    /// When it came into being.
    pub born: Time,
    /// From when on its time has passed: overdue, if it has not been done by then.
    pub passes: Time,
    /// From when on it can no longer be done; a three-day visit may be followed by the next one in that instant.
    pub ends: Option<Time>,
    /// How it stands.
    pub state: DueState,
    /// When it was done.
    pub done_at: Option<Time>,
    /// By how many whole minutes it was late, is overdue, or was overdue when it was missed.
    pub late_minutes: i64,
    /// How often it was tried in vain.
    pub attempts: u32,
}

/// What is and ever was due for one alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// When the month and its series end.
    pub series_ends: Time,
    /// Everything ever due, by its time, then its kind.
    pub list: Vec<DueVisit>,
}

/// What is and ever was due for `case` as seen at `now`. From when it was recalled, or joined another, nothing more is
/// owed: what was not done by then is excused.
#[must_use]
pub fn due(playbook: &Playbook, case: &Case, zone: &Zone, now: Time) -> Due {
    let Some(closed) = case.closed.map(|closing| closing.at).filter(|closed| *closed <= now) else {
        return due_at(playbook, case, zone, now);
    };
    let mut due = due_at(playbook, case, zone, closed);
    for visit in due.list.iter_mut().filter(|visit| matches!(visit.state, DueState::Open | DueState::Overdue)) {
        (visit.state, visit.late_minutes) = (DueState::Excused, 0);
    }
    due
}

fn due_at(playbook: &Playbook, case: &Case, zone: &Zone, now: Time) -> Due {
    let calendar = Calendar::around(zone, case.issued);
    let month = Month::of(case, &calendar, now);
    let series_ends = month.ends;
    if case.issued > now {
        return Due { series_ends, list: Vec::new() };
    }
    let seen = Seen::by(case, &calendar, now);
    let cleared = month::standing(case, now, seen.risks());
    let view = View { playbook, case, calendar, month, seen, cleared, now };
    let mut list = Vec::with_capacity(16);
    view.response(&mut list);
    view.second_visits(&mut list);
    series::three_day_visits(&view, &mut list);
    view.judgements(&mut list);
    // Stable: equals stay in the order they came into being.
    list.sort_by_key(|visit| (visit.due, visit.kind));
    Due { series_ends, list }
}

/// How a due visit's time passes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// To the minute: passed once a full minute is over.
    Minutes,
    /// To the end of a local day: passed at the first instant of the next.
    Days,
}

impl Clock {
    /// From when on the time `due` has passed.
    const fn passes(self, due: Time) -> Time {
        match self {
            Self::Minutes => due.plus_minutes(1),
            Self::Days => due,
        }
    }

    /// Whether at `at` the time `due` has passed.
    fn passed(self, due: Time, at: Time) -> bool {
        at >= self.passes(due)
    }
}

/// One due visit as it came into being and ended, before it is seen from `now`.
pub(super) struct Owed {
    pub(super) kind: DueKind,
    pub(super) clock: Clock,
    /// When it came into being.
    pub(super) born: Time,
    pub(super) due: Time,
    /// The first that could satisfy it.
    pub(super) done: Option<Time>,
    /// From when on it can no longer be done.
    pub(super) missed: Option<Time>,
}

/// A visit that met the alert's person.
pub(super) struct Meeting {
    pub(super) ended: Time,
    /// The local day on which it ended.
    pub(super) day: i64,
    /// Whether it judged a risk; none if it judged nothing.
    risk: Option<bool>,
}

/// A visit that did not.
struct Attempt {
    ended: Time,
    /// Whether the person was spoken with all the same.
    contact: bool,
    /// Whether by telephone.
    telephone: bool,
}

/// The visits that count at some instant, in the order in which they ended.
pub(super) struct Seen {
    pub(super) meetings: Vec<Meeting>,
    attempts: Vec<Attempt>,
}

impl Seen {
    /// Visits that ended after the alert was issued and not later than `now`. Of meetings that ended at the
    /// same moment one that judges a risk comes last.
    pub(super) fn by(case: &Case, calendar: &Calendar<'_>, now: Time) -> Self {
        let mut meetings = Vec::with_capacity(case.visits.len());
        let mut attempts = Vec::new();
        for visit in case.visits.iter().filter(|visit| case.issued < visit.ended && visit.ended <= now) {
            let ended = visit.ended;
            if visit.met_person() {
                let risk = match visit.risk {
                    Some(Risk::MayBeDefraudedAgain) => Some(true),
                    Some(Risk::None) => Some(false),
                    Some(Risk::Unknown(_)) | None => None,
                };
                meetings.push(Meeting { ended, day: calendar.day(ended), risk });
            } else {
                let telephone = visit.outcome == Outcome::TelephoneOnly;
                attempts.push(Attempt { ended, contact: telephone || visit.outcome == Outcome::Refused, telephone });
            }
        }
        meetings.sort_unstable_by_key(|meeting| (meeting.ended, meeting.risk));
        attempts.sort_unstable_by_key(|attempt| attempt.ended);
        Self { meetings, attempts }
    }

    pub(super) fn risks(&self) -> impl Iterator<Item = Time> + Clone {
        self.meetings.iter().filter(|meeting| meeting.risk == Some(true)).map(|meeting| meeting.ended)
    }

    /// When the person was first met.
    pub(super) fn first_meeting(&self) -> Option<Time> {
        self.meetings.first().map(|first| first.ended)
    }

    /// How many attempts were made from `from` on and before `until`.
    fn attempts(&self, from: Time, until: Option<Time>) -> u32 {
        let before = |time| self.attempts.partition_point(|attempt| attempt.ended < time);
        let until = until.map_or(self.attempts.len(), before);
        u32::try_from(until.saturating_sub(before(from))).unwrap_or(u32::MAX)
    }
}

/// All that one reckoning looks at.
pub(super) struct View<'a> {
    pub(super) playbook: &'a Playbook,
    pub(super) case: &'a Case,
    pub(super) calendar: Calendar<'a>,
    pub(super) month: Month,
    pub(super) seen: Seen,
    /// When the clearance that stands was given.
    pub(super) cleared: Option<Time>,
    pub(super) now: Time,
}

impl View<'_> {
    /// `owed` as it stands now.
    pub(super) fn settle(&self, owed: &Owed) -> DueVisit {
        let Owed { kind, clock, born, due, missed: ends, .. } = *owed;
        let done_at = owed.done.filter(|done| ends.is_none_or(|ends| *done < ends));
        let missed = ends.filter(|missed| *missed <= self.now);
        let (state, until) = match (done_at, missed) {
            (Some(done), _) if clock.passed(due, done) => (DueState::Late, done),
            (Some(done), _) => (DueState::Done, done),
            (None, Some(missed)) => (DueState::Missed, missed),
            (None, None) if clock.passed(due, self.now) => (DueState::Overdue, self.now),
            (None, None) => (DueState::Open, self.now),
        };
        let attempts = match kind {
            // These are no visits: nobody tries them at a door.
            DueKind::Feedback | DueKind::MonthEndJudgement => 0,
            _ => self.seen.attempts(born, done_at.or(missed)),
        };
        let late_minutes = until.minutes_since(due).max(0);
        DueVisit { kind, due, born, passes: clock.passes(due), ends, state, done_at, late_minutes, attempts }
    }

    /// First contact, first meeting and feedback, missed when the month ends, though never before their time
    /// has passed.
    fn response(&self, list: &mut Vec<DueVisit>) {
        let mut contact = self.first(&self.playbook.first_contact_minutes);
        let mut meeting = self.first(&self.playbook.first_meeting_minutes);
        for (at, rank) in self.raises() {
            contact = contact.min(at.plus_minutes(self.playbook.first_contact_minutes[rank]));
            meeting = meeting.min(at.plus_minutes(self.playbook.first_meeting_minutes[rank]));
        }
        let owed = |kind, born, due: Time, done| {
            let missed = Some(self.month.ends.max(due.plus_minutes(1)));
            self.settle(&Owed { kind, clock: Clock::Minutes, born, due, done, missed })
        };
        let issued = self.case.issued;
        let met = self.seen.meetings.first().map(|first| first.ended);
        let spoken = self.seen.attempts.iter().find(|attempt| attempt.contact).map(|attempt| attempt.ended);
        list.push(owed(DueKind::FirstContact, issued, contact, met.into_iter().chain(spoken).min()));
        list.push(owed(DueKind::FirstMeeting, issued, meeting, met));
        if let Some(met) = met {
            let given = self.case.feedbacks.iter().copied().filter(|at| met <= *at && *at <= self.now).min();
            list.push(owed(DueKind::Feedback, met, met.plus_minutes(self.playbook.feedback_minutes), given));
        }
    }

    /// A response clock of the level the alert was issued with.
    fn first(&self, minutes: &[i64; LEVELS]) -> Time {
        self.case.reached_station.plus_minutes(minutes[rank(&self.case.alert)])
    }

    /// The raises that did raise the level, with the rank they raised it to, in the order of their times.
    fn raises(&self) -> impl Iterator<Item = (Time, usize)> {
        let mut raises: Vec<(Time, usize)> = self
            .case
            .raises
            .iter()
            .filter(|raise| raise.at <= self.now)
            .map(|raise| (raise.at, rank(&raise.level)))
            .collect();
        raises.sort_unstable();
        let mut level = rank(&self.case.alert);
        raises.into_iter().filter(move |(_, to)| {
            let up = *to > level;
            level = level.max(*to);
            up
        })
    }

    /// Second visits (Q9): one from the dissuasion where the level owes it, one from every meeting that newly
    /// judges a risk, and one from the raise that first makes the level owe it where none was owed before.
    fn second_visits(&self, list: &mut Vec<DueVisit>) {
        let Some(dissuasion) = self.seen.meetings.first() else { return };
        let mut level = rank(&self.case.alert);
        let mut raised = None;
        for (at, to) in self.raises() {
            level = if at <= dissuasion.ended { to } else { level };
            if at > dissuasion.ended && raised.is_none() && self.playbook.second_visit_levels[to] {
                raised = Some(at);
            }
        }
        let mut at_risk = false;
        let mut first = None;
        for (at, meeting) in self.seen.meetings.iter().enumerate() {
            let newly = meeting.risk == Some(true) && !at_risk;
            if newly || (at == 0 && self.playbook.second_visit_levels[level]) {
                first = first.or(Some(meeting.ended));
                list.push(self.second_visit(meeting.ended, meeting.day));
            }
            at_risk = meeting.risk.unwrap_or(at_risk);
        }
        if let Some(raised) = raised.filter(|raised| first.is_none_or(|first| first >= *raised)) {
            list.push(self.second_visit(raised, dissuasion.day));
        }
    }

    /// The second visit whose clock starts at `start` and which only a later day than `day` satisfies.
    fn second_visit(&self, start: Time, day: i64) -> DueVisit {
        let due = start.plus_hours(self.playbook.second_visit_hours);
        let missed = self.month.ends.max(due.plus_hours(self.playbook.second_visit_grace_hours));
        let meetings = &self.seen.meetings;
        let met = meetings.iter().find(|meeting| meeting.ended >= start && meeting.day > day);
        let telephoned = self.playbook.telephone_satisfies_second_visit.then(|| {
            let later = |attempt: &&Attempt| {
                attempt.telephone && attempt.ended >= start && self.calendar.day(attempt.ended) > day
            };
            self.seen.attempts.iter().find(later).map(|attempt| attempt.ended)
        });
        let done = met.map(|meeting| meeting.ended).into_iter().chain(telephoned.flatten()).min();
        let (kind, clock) = (DueKind::SecondVisit, Clock::Minutes);
        self.settle(&Owed { kind, clock, born: start, due, done, missed: Some(missed) })
    }

    /// The judgement at each end of the month: a standing clearance does them all, an extension the one
    /// before it.
    fn judgements(&self, list: &mut Vec<DueVisit>) {
        let (kind, clock, born) = (DueKind::MonthEndJudgement, Clock::Days, self.case.issued);
        for (due, extended) in self.month.judgements() {
            let done = self.cleared.into_iter().chain(extended).min();
            list.push(self.settle(&Owed { kind, clock, born, due, done, missed: None }));
        }
    }
}
