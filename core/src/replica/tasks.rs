//! What is due, for every case file on the phone.
//!
//! Floor: replica. Invariants: nothing that depends on the hour is stored, everything is reckoned from the records
//! by the playbook each time it is asked for; what is overdue stands first, then the higher level, then what has
//! less time left.

use std::cmp::Reverse;

use super::{Part, Replica, ReplicaError};
use crate::clock::Reading;
use crate::playbook::{
    Case, Custody, Due, DueKind, DueState, DueVisit, Event, Place as FactPlace, Standing, What, custody, due, standing,
};
use crate::record::{AlertId, AreaId, Level, Time};
use crate::store::CaseFile;

/// What is due.
#[derive(Clone, Copy, Debug)]
pub struct Tasks<'r>(pub(super) &'r Replica);

/// One due visit that can still be done.
#[derive(Clone, Debug)]
pub struct Task {
    /// The alert.
    pub alert: AlertId,
    /// Whom it is about.
    pub name: String,
    /// The area whose team answers for it.
    pub area: AreaId,
    /// How urgent it is now.
    pub level: Level,
    /// What is due, when, and how it stands.
    pub visit: DueVisit,
    /// How many milliseconds are left; below zero if it is overdue.
    pub left_ms: i64,
    /// Whether this phone does not have the playbook that the alert was issued under, or cannot read it: it is reckoned
    /// by the built-in one.
    pub playbook_unknown: bool,
}

/// Counts of due visits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DueFigures {
    /// All that were ever due.
    pub due: u64,
    /// Done in time.
    pub done: u64,
    /// Done after their time.
    pub late: u64,
    /// Not done, and still to be done.
    pub overdue: u64,
    /// Never done.
    pub missed: u64,
    /// Their time has not passed.
    pub open: u64,
    /// Due while the person was in other hands.
    pub excused: u64,
}

/// A due visit in its place in the list: what is overdue, the higher level, what is due sooner.
type Place<'f> = (bool, Reverse<Level>, Time, DueKind, AlertId, &'f CaseFile, DueVisit);

impl Tasks<'_> {
    /// What can still be done.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self, reading: &Reading, part: Part) -> Result<Vec<Task>, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        let zone = self.0.zone()?;
        self.0.case_files(|files, books| {
            let mut places: Vec<Place<'_>> = Vec::with_capacity(files.len() * 2);
            for (id, file) in files {
                let level = level_of(&file.case, now);
                for visit in due(books.of_alert(&file.playbook), &file.case, &zone, now).list {
                    if matches!(visit.state, DueState::Open | DueState::Overdue) {
                        let overdue = visit.state == DueState::Overdue;
                        places.push((!overdue, Reverse(level.clone()), visit.due, visit.kind, *id, file, visit));
                    }
                }
            }
            // Stable: an alert's equals stay in the order in which they came into being.
            places.sort_by(|one, other| {
                (one.0, &one.1, one.2, one.3, one.4).cmp(&(other.0, &other.1, other.2, other.3, other.4))
            });
            let page = places.into_iter().skip(part.skip as usize).take(part.take as usize);
            page.map(|(_, Reverse(level), _, _, alert, file, visit)| Task {
                alert,
                name: file.name.clone(),
                area: file.area,
                level,
                visit,
                playbook_unknown: !books.knows(&file.playbook),
                left_ms: visit.due.millis_since(now),
            })
            .collect()
        })
    }

    /// What is and ever was due for one alert.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`], [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn of_case(&self, id: AlertId, reading: &Reading) -> Result<Due, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        let (case, playbook) = self.case_and_playbook(id)?;
        Ok(due(self.0.books()?.of_alert(&playbook), &case, &self.0.zone()?, now))
    }

    /// How a case stands.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`], [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn standing(&self, id: AlertId, reading: &Reading) -> Result<Standing, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        Ok(standing(&self.case(id)?, &self.0.zone()?, now))
    }

    /// What one alert is reckoned from.
    fn case(&self, id: AlertId) -> Result<Case, ReplicaError> {
        Ok(self.case_and_playbook(id)?.0)
    }

    /// The same, with the version of the playbook that it was issued under.
    fn case_and_playbook(&self, id: AlertId) -> Result<(Case, String), ReplicaError> {
        let alert = self.0.alerts().get(id)?.ok_or(ReplicaError::NotFound)?;
        let facts = self.0.alerts().file(id)?;
        let facts = facts.iter().map(|fact| (fact.id, &fact.header, &fact.record));
        Ok((Case::from_records(&alert.record, facts), alert.record.playbook))
    }

    /// Whose an alert is.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn custody(&self, id: AlertId) -> Result<Custody, ReplicaError> {
        let mut events = Vec::new();
        for fact in self.0.alerts().file(id)? {
            if What::of(&fact.record).is_none() {
                continue;
            }
            let found = self.0.read(|store| Ok((store.first_change(fact.id)?, store.first_sent(fact.id)?)))?;
            let (Some((change, healed)), sent) = found else { continue };
            let place = FactPlace { acceptance: fact.acceptance, healed, change_hash: *change.bytes(), sent };
            events.extend(Event::of(fact.id, &fact.header, &fact.record, place));
        }
        Ok(custody(&events))
    }

    /// Counts over all case files on the phone.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn figures(&self, reading: &Reading) -> Result<DueFigures, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        let zone = self.0.zone()?;
        self.0.case_files(|files, books| {
            let mut figures = DueFigures::default();
            let listed = |file: &CaseFile| due(books.of_alert(&file.playbook), &file.case, &zone, now).list;
            for visit in files.values().flat_map(listed) {
                figures.due += 1;
                *match visit.state {
                    DueState::Open => &mut figures.open,
                    DueState::Done => &mut figures.done,
                    DueState::Late => &mut figures.late,
                    DueState::Overdue => &mut figures.overdue,
                    DueState::Missed => &mut figures.missed,
                    DueState::Excused => &mut figures.excused,
                } += 1;
            }
            figures
        })
    }
}

/// How urgent an alert is now.
pub(super) fn level_of(case: &Case, now: Time) -> Level {
    let raised = case.raises.iter().filter(|raise| raise.at <= now).map(|raise| raise.level.effective());
    raised.fold(case.alert.effective(), Ord::max)
}
