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
    /// What happened at a door: every visit, those for alerts too.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn household(&self, id: HouseholdId, part: Part) -> Result<Vec<Kept<Record>>, ReplicaError> {
        self.records(
            "SELECT document.id FROM visit JOIN document USING(record) WHERE visit.household = ?1
             ORDER BY visit.ended DESC, document.id DESC LIMIT ?2 OFFSET ?3",
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
