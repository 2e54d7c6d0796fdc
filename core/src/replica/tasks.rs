//! What is due, for every case file on the phone.
//!
//! Floor: replica. Invariants: nothing is stored, everything is reckoned from the records by the playbook;
//! what is overdue stands first, then the higher level, then what has less time left.

use std::cmp::Reverse;
use std::sync::OnceLock;

use super::{Kept, Part, Replica, ReplicaError};
use crate::clock::Reading;
use crate::playbook::{Case, Claim, Custody, Due, DueState, DueVisit, Playbook, custody, due};
use crate::record::{Alert, AlertId, AreaId, Level, Record, Time, Zone};

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

/// The rules that came with this version.
pub(super) fn rules() -> &'static Playbook {
    static RULES: OnceLock<Playbook> = OnceLock::new();
    RULES.get_or_init(Playbook::builtin)
}

/// One case file, reckoned.
struct Reckoned {
    alert: Kept<Alert>,
    level: Level,
    due: Due,
}

impl Tasks<'_> {
    /// What can still be done.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self, reading: &Reading, part: Part) -> Result<Vec<Task>, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        let mut tasks = Vec::new();
        for Reckoned { alert, level, due } in self.reckon(now)? {
            for visit in due.list {
                if matches!(visit.state, DueState::Open | DueState::Overdue) {
                    tasks.push(Task {
                        alert: alert.id.into(),
                        name: alert.record.name.clone(),
                        area: alert.record.area,
                        level: level.clone(),
                        visit,
                        left_ms: visit.due.millis_since(now),
                    });
                }
            }
        }
        tasks.sort_by_cached_key(|task| {
            (
                task.visit.state != DueState::Overdue,
                Reverse(task.level.effective()),
                task.left_ms,
                task.visit.kind,
                task.alert,
            )
        });
        Ok(tasks.into_iter().skip(part.skip as usize).take(part.take as usize).collect())
    }

    /// What is and ever was due for one alert.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`], [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn of_case(&self, id: AlertId, reading: &Reading) -> Result<Due, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        let alert = self.0.alerts().get(id)?.ok_or(ReplicaError::NotFound)?;
        Ok(self.reckon_one(alert, &self.0.zone()?, now)?.due)
    }

    /// Whose an alert is, by its receipts.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn custody(&self, id: AlertId) -> Result<Custody, ReplicaError> {
        let mut claims = Vec::new();
        for fact in self.0.alerts().file(id)? {
            let Record::Receipt(receipt) = &fact.record else { continue };
            let Some((change, healed)) = self.0.read(|store| Ok(store.first_change(fact.id)?))? else { continue };
            claims.push(Claim {
                person: fact.header.author,
                document: fact.id,
                acceptance: fact.acceptance,
                healed,
                change_hash: *change.bytes(),
                at: receipt.at,
            });
        }
        Ok(custody(&claims))
    }

    /// Counts over all case files on the phone.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn figures(&self, reading: &Reading) -> Result<DueFigures, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        let mut figures = DueFigures::default();
        for visit in self.reckon(now)?.iter().flat_map(|case| &case.due.list) {
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
        Ok(figures)
    }

    fn reckon(&self, now: Time) -> Result<Vec<Reckoned>, ReplicaError> {
        let zone = self.0.zone()?;
        let alerts = self.0.alerts().list(Part::all())?;
        alerts.into_iter().map(|alert| self.reckon_one(alert, &zone, now)).collect()
    }

    fn reckon_one(&self, alert: Kept<Alert>, zone: &Zone, now: Time) -> Result<Reckoned, ReplicaError> {
        let facts = self.0.alerts().file(alert.id.into())?;
        let case = Case::from_records(&alert.record, facts.iter().map(|fact| (fact.id, &fact.header, &fact.record)));
        let raised = case.raises.iter().filter(|raise| raise.at <= now).map(|raise| raise.level.effective());
        let level = raised.fold(alert.record.level.effective(), Ord::max);
        let due = due(rules(), &case, zone, now);
        Ok(Reckoned { alert, level, due })
    }
}
