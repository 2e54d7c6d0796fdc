//! The doors of one grid as a worker walks, light enough for all of them at once, and which door is next.
//!
//! Floor: replica. Invariants: reckoned from the rows, by the function that the server uses; no document is opened; a door
//! marked as removed is not there, nor is one that was merged into another.

use std::collections::BTreeMap;

use super::{Doors, ReplicaError};
use crate::clock::Reading;
use crate::doors::{DoorFacts, Period, Reach, standing};
use crate::playbook::{self, CaseResult};
use crate::projection::Cell;
use crate::record::{Address, AlertId, AreaId, Door, HouseholdId, Level, Time};
use crate::store::FOLDED;

/// A door on the round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorSpot {
    /// The door.
    pub household: HouseholdId,
    /// Where it is.
    pub address: Address,
    /// What is found behind it.
    pub door: Door,
    /// How it was ever reached, the best that came of any visit.
    pub reach: Reach,
    /// When somebody last went there.
    pub last_visit: Option<Time>,
    /// Whether somebody behind it has signed a pledge that stands.
    pub pledged: bool,
    /// How many people are behind it.
    pub residents: u64,
    /// The level of the gravest alert that is not settled about somebody there; none where there is none on this phone.
    pub alert: Option<Level>,
}

impl Doors<'_> {
    /// All doors of a grid in walking order.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`] for an area that there is not, [`ReplicaError::Revoked`], or when the store cannot be
    /// read.
    pub fn walk(&self, grid: AreaId, reading: &Reading) -> Result<Vec<DoorSpot>, ReplicaError> {
        let alerts = self.alerts_by_door(reading)?;
        let spot = |door: DoorFacts| {
            let stands = standing(&door, Period::ALL)?;
            Some(DoorSpot {
                household: door.household,
                reach: stands.reach,
                last_visit: door.visits.iter().map(|visit| visit.ended).max(),
                pledged: stands.pledged,
                residents: stands.here,
                alert: alerts.get(&door.household).cloned(),
                address: door.address,
                door: door.door,
            })
        };
        let doors = self.read(Some(grid), false)?.into_iter().flat_map(|(_, doors)| doors);
        Ok(doors.filter_map(spot).collect())
    }

    /// The door after this one in its grid, as a worker walks; none after the last.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn after(&self, household: HouseholdId) -> Result<Option<HouseholdId>, ReplicaError> {
        let sql = format!(
            "WITH RECURSIVE {FOLDED},
             here(scope, walk, id) AS (
               SELECT document.scope, household.walk, document.id FROM document JOIN household USING(record)
               WHERE document.id = ?1)
             SELECT document.id FROM here CROSS JOIN household JOIN document INDEXED BY document_door USING(record)
             WHERE document.kind = 'household' AND document.scope = here.scope AND household.removed = 0
               AND document.id NOT IN (SELECT gone FROM folded)
               AND (household.walk, document.id) > (here.walk, here.id)
             ORDER BY household.walk, document.id LIMIT 1"
        );
        let found = self.0.read(|store| Ok(store.ids(&sql, &[household.bytes()])?))?;
        Ok(found.first().map(|id| (*id).into()))
    }

    /// The gravest level of the alerts that are not settled, by the door that they name.
    fn alerts_by_door(&self, reading: &Reading) -> Result<BTreeMap<HouseholdId, Level>, ReplicaError> {
        let (now, zone) = (self.0.corrected(reading)?.time, self.0.zone()?);
        let running: BTreeMap<AlertId, Level> = self.0.case_files(|files, _| {
            let stands = files.iter().map(|(id, file)| (*id, playbook::standing(&file.case, &zone, now)));
            stands.filter(|(_, case)| case.result == CaseResult::Running).map(|(id, case)| (id, case.level)).collect()
        })?;
        let mut found: BTreeMap<HouseholdId, Level> = BTreeMap::new();
        self.0.read(|store| {
            store.each_row("alert", false, &["household"], &|_| true, &mut |filed, cells| {
                let Some(level) = running.get(&filed.document.into()) else { return };
                let [Cell::Blob(door)] = cells else { return };
                let Ok(door) = <[u8; 16]>::try_from(door.as_slice()) else { return };
                let known = found.entry(HouseholdId::from_bytes(door)).or_insert_with(|| level.clone());
                if *known < *level {
                    *known = level.clone();
                }
            })?;
            Ok(())
        })?;
        Ok(found)
    }
}
