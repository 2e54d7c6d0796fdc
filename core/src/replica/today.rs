//! A person's own day: what they recorded since midnight, and what is still due before the next.
//!
//! Floor: replica. Invariants: of what this person wrote, on whichever phone; a day is the town's; drafts and what was
//! refused count for nothing; counted from rows, no document is opened.

use std::collections::BTreeSet;

use super::{Replica, ReplicaError, Tasks};
use crate::clock::Reading;
use crate::playbook::{DueState, due};
use crate::record::{AlertId, Time};
use crate::store::case_tables;

/// A person's own day so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Today {
    /// Visits that they recorded, to doors and for alerts.
    pub visits: u64,
    /// Doors among these, each once.
    pub doors: u64,
    /// Pledges that they had signed, without those taken back or corrected by another.
    pub pledges: u64,
    /// Due visits that one of their records did.
    pub tasks_done: u64,
    /// Due visits that can still be done and whose time passes before the day is over, or has passed.
    pub tasks_left: u64,
}

impl Tasks<'_> {
    /// The person's own day so far.
    ///
    /// # Errors
    /// [`ReplicaError::NotEnrolled`], [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn today(&self, reading: &Reading) -> Result<Today, ReplicaError> {
        let (now, zone) = (self.0.corrected(reading)?.time, self.0.zone()?);
        let day = zone.day(now);
        let (from, until) = (zone.start(day), zone.end(day));
        let own = Own::between(self.0, from, until)?;
        let mut today = Today { visits: own.visits, doors: own.doors, pledges: own.pledges, ..Today::default() };
        self.0.case_files(|files, books| {
            for (id, file) in files {
                for visit in due(books.of_alert(&file.playbook), &file.case, &zone, now).list {
                    let is_left = matches!(visit.state, DueState::Open | DueState::Overdue) && visit.passes <= until;
                    let is_done = visit.done_at.is_some_and(|at| own.deeds.contains(&(*id, at)));
                    today.tasks_left += u64::from(is_left);
                    today.tasks_done += u64::from(is_done);
                }
            }
        })?;
        Ok(today)
    }
}

/// What somebody wrote in a stretch of time.
#[derive(Default)]
struct Own {
    visits: u64,
    doors: u64,
    pledges: u64,
    /// Everything in case files, by the alert and when it happened.
    deeds: BTreeSet<(AlertId, Time)>,
}

impl Own {
    fn between(replica: &Replica, from: Time, until: Time) -> Result<Self, ReplicaError> {
        let person = replica.person()?;
        let (person, from, until) = (*person.bytes(), from.millis(), until.millis());
        replica.read(|store| {
            let count = |sql: &str| store.number(sql, &[&person, &from, &until]).map(i64::cast_unsigned);
            // Which are of the day is told by an index that holds the moment, and who wrote these is asked afterwards: neither
            // the rows nor the documents of all others are read.
            let visits = "FROM (SELECT record FROM visit INDEXED BY visit_0 WHERE ended >= ?2 AND ended < ?3) AS day
                   CROSS JOIN visit USING(record) CROSS JOIN document USING(record)
                 WHERE document.author = ?1";
            let pledges = "SELECT count(*)
                 FROM (SELECT record FROM pledge INDEXED BY pledge_0 WHERE at >= ?2 AND at < ?3) AS day
                   CROSS JOIN pledge USING(record) CROSS JOIN document USING(record)
                 WHERE document.author = ?1 AND pledge.void = 0
                   AND NOT EXISTS (SELECT 1 FROM pledge AS later
                     WHERE later.household = pledge.household AND later.corrects = document.id)";
            let mut own = Self {
                visits: count(&format!("SELECT count(*) {visits}"))?,
                doors: count(&format!("SELECT count(DISTINCT visit.household) {visits}"))?,
                pledges: count(pledges)?,
                deeds: BTreeSet::new(),
            };
            for (table, when) in case_tables() {
                let sql = match table {
                    "visit" => format!("SELECT visit.alert, visit.ended {visits} AND visit.alert IS NOT NULL"),
                    _ => format!(
                        "SELECT fact.alert, fact.\"{when}\" FROM \"{table}\" AS fact CROSS JOIN document USING(record)
                         WHERE document.author = ?1 AND fact.\"{when}\" >= ?2 AND fact.\"{when}\" < ?3
                           AND fact.alert IS NOT NULL"
                    ),
                };
                let found = store.dated(&sql, &[&person, &from, &until])?;
                own.deeds.extend(found.into_iter().filter_map(|(id, at)| Some((id.into(), at?))));
            }
            Ok(own)
        })
    }
}
