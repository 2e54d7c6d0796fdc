//! What waits today: counts for a supervisor, and the alerts behind each.
//!
//! Floor: sync-server, report. Invariants: reckoned from the same case files and rules as phones reckon from; made for
//! somebody, and counts only alerts whose case files they hold; what is overdue is kept apart from what a phone that
//! has not been heard from may long have done.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::playbook::{Books, CaseResult, DueKind, DueState, DueVisit, Standing};
use qiaomen_core::record::{AlertId, AreaId, DocumentId, PersonId, Question, Time};
use serde::Serialize;

use crate::access;
use crate::board::OpenCase;
use crate::intake::{Settings, Stage, questions, stage};
use crate::store::{CaseSet, StoreError};
use crate::town::Town;

/// How soon is soon, in hours.
const SOON_HOURS: i64 = 6;

/// One alert of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The alert.
    pub alert: AlertId,
    /// Its number on the issuer's platform.
    pub number: Option<String>,
    /// The person's name.
    pub name: String,
    /// Its level now.
    pub level: qiaomen_core::record::Level,
    /// The area whose team answers for it.
    pub area: AreaId,
    /// Whose it is.
    pub owner: Option<PersonId>,
    /// What became of it.
    pub result: CaseResult,
    /// How far it has come while nobody took it.
    pub stage: Option<Stage>,
    /// What is still to be done and due first.
    pub next: Option<Next>,
    /// How many due visits are overdue.
    pub overdue: usize,
    /// Since when its owner's phones have not been heard from, where that is before something fell due: it may be done.
    pub unheard_since: Option<Time>,
    /// When the person, having been met, sent money all the same.
    pub accident: Option<Time>,
    /// Whether somebody contests whose it is.
    pub contested: bool,
    /// Whether a stop-payment is owed.
    pub stop_payment_owed: bool,
    /// Whether the stop-payment is to be released.
    pub release_owed: bool,
    /// Whether somebody proposed to clear it, and nobody has yet.
    pub proposed: bool,
    /// Whether the playbook that it was issued under is not known here: it is reckoned by the built-in one.
    pub playbook_unknown: bool,
}

/// Something that is due.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Next {
    /// What.
    pub kind: DueKind,
    /// When.
    pub due: Time,
    /// How it stands.
    pub state: DueState,
}

/// Counts of what waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Alerts whose month runs.
    pub running: u64,
    /// Of those, with nobody who took them.
    pub unowned: u64,
    /// Of those, such that somebody is to telephone now.
    pub telephone_now: u64,
    /// Alerts with something due within six hours.
    pub due_soon: u64,
    /// Alerts with something overdue.
    pub overdue: u64,
    /// Of those, such that their owner's phones have not been heard from since it fell due.
    pub unheard: u64,
    /// Accidents among the alerts that are not settled.
    pub accidents: u64,
    /// Contests to decide.
    pub contested: u64,
    /// Alerts whose month is over and that nobody has judged.
    pub lying: u64,
    /// Stop-payments to ask for.
    pub stop_payment_owed: u64,
    /// Stop-payments to release.
    pub release_owed: u64,
    /// Proposals to clear that wait for the head or the police.
    pub proposed: u64,
    /// Questions that wait for a supervisor.
    pub questions: u64,
}

/// What waits today.
#[derive(Clone, Debug, Serialize)]
pub struct Today {
    /// The counts.
    pub counts: Counts,
    /// The alerts that are not settled, what is most urgent first.
    pub alerts: Vec<Line>,
    /// The questions that wait.
    pub questions: Vec<(DocumentId, Question)>,
}

/// What somebody may see of alerts.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    areas: BTreeSet<AreaId>,
    sent: BTreeSet<AlertId>,
    supervises: bool,
}

impl Reach {
    /// That of a person now.
    ///
    /// # Errors
    /// As the store.
    pub fn of(town: &Town, person: PersonId) -> Result<Self, StoreError> {
        let standing = town.store().standing(person)?;
        let mut reach = Self { sent: standing.sent.into_iter().collect(), ..Self::default() };
        for (role, area) in standing.roles {
            reach.supervises |= role == qiaomen_core::record::Role::Supervisor;
            if access::holds_case_files(&role) && !reach.areas.contains(&area) {
                reach.areas.extend(town.store().areas_below(area)?.into_iter().map(|(area, _)| area));
            }
        }
        Ok(reach)
    }

    /// Whether they hold the case file of an alert of this area.
    #[must_use]
    pub fn holds(&self, alert: AlertId, area: AreaId) -> bool {
        self.areas.contains(&area) || self.sent.contains(&alert)
    }
}

/// What waits for `reader` at `now`.
///
/// # Errors
/// As the store.
pub fn today(town: &Town, reader: PersonId, now: Time) -> Result<Today, StoreError> {
    let reach = Reach::of(town, reader)?;
    let settings = Settings::read(town)?;
    let mut heard: BTreeMap<PersonId, Time> = BTreeMap::new();
    for device in town.devices()?.into_iter().filter(|device| device.revoked.is_none()) {
        if let Some(seen) = device.seen {
            let last = heard.entry(device.person).or_insert(seen);
            *last = seen.max(*last);
        }
    }
    let books = town.books()?;
    let mut alerts: Vec<Line> = town.board(|board| {
        let held = board.cases().iter().filter(|(alert, case)| reach.holds(**alert, case.alert.area));
        held.map(|(alert, case)| line(town, &books, &settings, &heard, (*alert, case), now)).collect()
    })?;
    alerts.sort_by_cached_key(|line| {
        let due = line.next.map_or(Time::MAX, |next| next.due);
        (line.overdue == 0, std::cmp::Reverse(line.level.clone()), due, line.alert)
    });
    let asked = if reach.supervises { questions(town, None)? } else { Vec::new() };
    let held: BTreeSet<AlertId> = alerts.iter().map(|line| line.alert).collect();
    let questions: Vec<_> = asked.into_iter().filter(|(_, question)| held.contains(&question.alert)).collect();
    let counts = Counts { questions: questions.len() as u64, ..count(&alerts, now) };
    Ok(Today { counts, alerts, questions })
}

fn line(
    town: &Town,
    books: &Books,
    settings: &Settings,
    heard: &BTreeMap<PersonId, Time>,
    (alert, case): (AlertId, &OpenCase),
    now: Time,
) -> Line {
    let stands: Standing = case.standing(town.zone(), now);
    let due = case.due(books, town.zone(), now);
    let open = |visit: &&DueVisit| matches!(visit.state, DueState::Open | DueState::Overdue);
    let owner = case.custody.owner.as_ref().map(|owner| owner.person);
    let overdue: Vec<&DueVisit> = due.list.iter().filter(|visit| visit.state == DueState::Overdue).collect();
    let unheard = |person: PersonId| {
        let last = heard.get(&person).copied()?;
        overdue.iter().any(|visit| last <= visit.due).then_some(last)
    };
    let waits = owner.is_none() && stands.result == CaseResult::Running;
    Line {
        alert,
        number: case.alert.platform_number.clone(),
        name: case.alert.name.clone(),
        stage: settings.of(&stands.level).filter(|_| waits).map(|routing| stage(routing, case.arrival, now)),
        level: stands.level,
        area: case.alert.area,
        owner,
        result: stands.result,
        next: due.list.iter().find(open).map(|visit| Next { kind: visit.kind, due: visit.due, state: visit.state }),
        overdue: overdue.len(),
        unheard_since: owner.and_then(unheard),
        accident: stands.accident,
        contested: !case.custody.contests.is_empty(),
        stop_payment_owed: stands.stop_payment_owed,
        release_owed: stands.release_owed,
        proposed: case.proposed.is_some() && stands.cleared.is_none() && stands.result == CaseResult::Running,
        playbook_unknown: !books.knows(&case.alert.playbook),
    }
}

/// One of the counts, and so the list behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// With something overdue.
    Overdue,
    /// Accidents.
    Accident,
    /// Such that somebody is to telephone now.
    Telephone,
    /// With nobody who took them.
    Unowned,
    /// With something due within six hours.
    Soon,
    /// Such that their owner's phones have not been heard from since something fell due.
    Unheard,
    /// Contests to decide.
    Contested,
    /// Over, and nobody has judged them.
    Lying,
    /// With a stop-payment to ask for.
    StopPayment,
    /// With a stop-payment to release.
    Release,
    /// Proposed to be cleared.
    Proposed,
}

impl Only {
    /// Every list, in the order in which they are offered.
    pub const ALL: &'static [Self] = &[
        Self::Overdue,
        Self::Accident,
        Self::Telephone,
        Self::Unowned,
        Self::Soon,
        Self::Unheard,
        Self::Contested,
        Self::Lying,
        Self::StopPayment,
        Self::Release,
        Self::Proposed,
    ];

    /// The word by which an address names it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Accident => "accident",
            Self::Telephone => "telephone",
            Self::Unowned => "unowned",
            Self::Soon => "soon",
            Self::Unheard => "unheard",
            Self::Contested => "contested",
            Self::Lying => "lying",
            Self::StopPayment => "stop_payment",
            Self::Release => "release",
            Self::Proposed => "proposed",
        }
    }

    /// The list of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|only| only.word() == word)
    }

    /// Whether an alert is one of them at `now`.
    #[must_use]
    pub fn has(self, line: &Line, now: Time) -> bool {
        match self {
            Self::Overdue => line.overdue > 0,
            Self::Accident => line.accident.is_some(),
            Self::Telephone => line.stage == Some(Stage::Telephone),
            Self::Unowned => line.stage.is_some(),
            Self::Soon => {
                let soon = now.plus_hours(SOON_HOURS);
                line.next.is_some_and(|next| next.state == DueState::Open && next.due <= soon)
            }
            Self::Unheard => line.unheard_since.is_some(),
            Self::Contested => line.contested,
            Self::Lying => line.result == CaseResult::Lying,
            Self::StopPayment => line.stop_payment_owed,
            Self::Release => line.release_owed,
            Self::Proposed => line.proposed,
        }
    }
}

/// Lines of these alerts, settled or not, in the order given; one that cannot be read has none. Who may see them is for
/// the caller to know.
///
/// # Errors
/// As the store.
pub fn lines(town: &Town, alerts: &[AlertId], now: Time) -> Result<Vec<Line>, StoreError> {
    let (settings, books, heard) = (Settings::read(town)?, town.books()?, BTreeMap::new());
    let mut found = Vec::with_capacity(alerts.len());
    for alert in alerts {
        let mut rows = Vec::new();
        town.store().case_rows(CaseSet::One(*alert), &mut |row| rows.push(row))?;
        if let Some(case) = OpenCase::read(rows) {
            found.push(line(town, &books, &settings, &heard, (*alert, &case), now));
        }
    }
    Ok(found)
}

fn count(alerts: &[Line], now: Time) -> Counts {
    let all = |only: Only| alerts.iter().filter(|line| only.has(line, now)).count() as u64;
    Counts {
        running: alerts.iter().filter(|line| line.result == CaseResult::Running).count() as u64,
        unowned: all(Only::Unowned),
        telephone_now: all(Only::Telephone),
        due_soon: all(Only::Soon),
        overdue: all(Only::Overdue),
        unheard: all(Only::Unheard),
        accidents: all(Only::Accident),
        contested: all(Only::Contested),
        lying: all(Only::Lying),
        stop_payment_owed: all(Only::StopPayment),
        release_owed: all(Only::Release),
        proposed: all(Only::Proposed),
        questions: 0,
    }
}
