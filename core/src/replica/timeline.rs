//! What happened at a door or for an alert, newest first.
//!
//! Floor: replica. Invariant: only what this phone holds; paged.

use super::{Kept, Part, Replica, ReplicaError};
use crate::record::{AlertId, HouseholdId, Record};
use crate::store::case_tables;

/// What happened, newest first.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'r>(pub(super) &'r Replica);

impl Timeline<'_> {
    /// What happened at a door: visits to it, those for alerts too, pledges and consents, alerts that name it, and
    /// the reviews of all these and of the door itself.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn household(&self, id: HouseholdId, part: Part) -> Result<Vec<Kept<Record>>, ReplicaError> {
        self.records(
            "WITH happened(record, moment) AS (
               SELECT record, ended FROM visit WHERE household = ?1
               UNION ALL SELECT record, at FROM pledge WHERE household = ?1
               UNION ALL SELECT record, at FROM consent WHERE household = ?1
               UNION ALL SELECT record, issued FROM alert WHERE household = ?1)
             SELECT document.id FROM (
               SELECT record, moment FROM happened
               UNION ALL SELECT review.record, review.at
                 FROM happened JOIN document AS judged USING(record) JOIN review ON review.\"of\" = judged.id
               UNION ALL SELECT record, at FROM review WHERE \"of\" = ?1) JOIN document USING(record)
             ORDER BY moment DESC, document.id DESC LIMIT ?2 OFFSET ?3",
            id.bytes(),
            part,
        )
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
