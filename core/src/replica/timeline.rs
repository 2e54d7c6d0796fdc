//! What happened at a door or for an alert, newest first.
//!
//! Floor: replica. Invariant: only what this phone holds; paged.

use super::{Kept, Part, Replica, ReplicaError};
use crate::record::{AlertId, Household, HouseholdId, Record};
use crate::store::{FOLDED, case_tables};

/// The door of the first parameter and those that were merged with it, behind [`FOLDED`]: `door(id)`.
const MERGED_WITH: &str = "stands(id) AS (SELECT ifnull((SELECT kept FROM folded WHERE gone = ?1), ?1)),
     door(id) AS (SELECT id FROM stands UNION SELECT gone FROM folded WHERE kept = (SELECT id FROM stands))";

/// What happened, newest first.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'r>(pub(super) &'r Replica);

impl Timeline<'_> {
    /// What happened at a door: visits to it, those for alerts too, pledges and consents, alerts that name it, the
    /// reviews of all these and of the door itself, and what supervisors decided of any of them. What happened at a
    /// door that was merged with it, whichever of them is asked for, is all there.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn household(&self, id: HouseholdId, part: Part) -> Result<Vec<Kept<Record>>, ReplicaError> {
        self.records(
            &format!(
                "WITH RECURSIVE {FOLDED}, {MERGED_WITH},
                 happened(record, moment) AS (
                   SELECT record, ended FROM door CROSS JOIN visit ON visit.household = door.id
                   UNION ALL SELECT record, at FROM door CROSS JOIN pledge ON pledge.household = door.id
                   UNION ALL SELECT record, at FROM door CROSS JOIN consent ON consent.household = door.id
                   UNION ALL SELECT record, issued FROM door CROSS JOIN alert ON alert.household = door.id),
                 named(id) AS (SELECT id FROM door
                   UNION ALL SELECT document.id FROM happened JOIN document USING(record)),
                 judged(record, moment) AS (
                   SELECT review.record, review.at FROM named CROSS JOIN review ON review.\"of\" = named.id
                   UNION SELECT decision.record, decision.at
                     FROM named CROSS JOIN decision ON decision.subject = named.id)
                 SELECT document.id FROM (
                   SELECT record, moment FROM happened UNION ALL SELECT record, moment FROM judged)
                   JOIN document USING(record)
                 ORDER BY moment DESC, document.id DESC LIMIT ?2 OFFSET ?3"
            ),
            id.bytes(),
            part,
        )
    }

    /// A door and those that were merged with it.
    pub(super) fn merged_with(&self, id: HouseholdId) -> Result<Vec<Household>, ReplicaError> {
        let sql = format!("WITH RECURSIVE {FOLDED}, {MERGED_WITH} SELECT id FROM door");
        let found = self.0.read(|store| Ok(store.ids(&sql, &[id.bytes()])?))?;
        let mut doors = Vec::with_capacity(found.len());
        for door in found {
            if let Some(Record::Household(door)) = self.0.record(door)?.map(|kept| kept.record) {
                doors.push(door);
            }
        }
        Ok(doors)
    }

    /// What happened for an alert, the alert itself at the end.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn case(&self, id: AlertId, part: Part) -> Result<Vec<Kept<Record>>, ReplicaError> {
        let mut parts: Vec<String> = case_tables()
            .map(|(table, when)| {
                format!("SELECT record, \"{when}\" AS moment, 1 AS place FROM \"{table}\" WHERE alert = ?1")
            })
            .collect();
        parts.push(
            "SELECT record, issued, 0 FROM alert WHERE record = (SELECT record FROM document WHERE id = ?1)".into(),
        );
        let sql = format!(
            "SELECT document.id FROM ({}) AS happened JOIN document USING(record)
             ORDER BY place DESC, moment DESC, document.id DESC LIMIT ?2 OFFSET ?3",
            parts.join(" UNION ALL ")
        );
        self.records(&sql, id.bytes(), part)
    }

    fn records(&self, sql: &str, id: &[u8; 16], part: Part) -> Result<Vec<Kept<Record>>, ReplicaError> {
        let found = self.0.read(|store| Ok(store.ids(sql, &[id, &part.take, &part.skip])?))?;
        found.into_iter().filter_map(|id| self.0.record(id).transpose()).collect()
    }
}
