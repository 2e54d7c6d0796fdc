//! Who is nearest to an alert's person, as far as this phone knows (Q4).
//!
//! Floor: replica. Invariant: only what this phone holds: visits and shared places of its grids, today's alone.

use super::{Alerts, Replica, ReplicaError, Writing};
use crate::clock::Reading;
use crate::nearest::{Known, Near, Sighting, nearest};
use crate::record::{
    AlertId, AreaId, Datum, DocumentId, Position, Record, Role, Scope, Time, Visit, Whereabouts, word::Word as _,
};

impl Alerts<'_> {
    /// Workers, the nearest to any of the alert's places first; none where the alert has no place on the map.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`], [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn nearest(&self, id: AlertId, reading: &Reading) -> Result<Vec<Near>, ReplicaError> {
        let alert = self.get(id)?.ok_or(ReplicaError::NotFound)?.record;
        let places: Vec<Position> = alert.places.values().filter_map(|place| place.position.clone()).collect();
        let now = self.0.corrected(reading)?.time;
        Ok(nearest(&places, &self.sightings(now)?, now))
    }

    /// Says by hand where one is, for whoever looks for the nearest in this grid.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn share_place(
        &self,
        grid: AreaId,
        position: Position,
        until: Option<Time>,
        writing: impl Into<Writing>,
    ) -> Result<DocumentId, ReplicaError> {
        let writing = writing.into();
        let at = self.0.corrected(&writing.reading)?.time;
        let record = Record::from(Whereabouts { at, position, until });
        self.0.save_new(&writing, None, &record, |_, _| Ok(Scope::Grid(grid)))
    }

    fn sightings(&self, now: Time) -> Result<Vec<Sighting>, ReplicaError> {
        let zone = self.0.zone()?;
        let today = zone.start(zone.day(now));
        let mut found = Vec::new();
        let visits = "SELECT document.id FROM visit JOIN document USING(record)
             WHERE visit.ended >= ?1 AND visit.latitude IS NOT NULL AND visit.longitude IS NOT NULL";
        let shared = "SELECT document.id FROM whereabouts JOIN document USING(record) WHERE whereabouts.at >= ?1";
        for sql in [visits, shared] {
            for id in self.0.read(|store| Ok(store.ids(sql, &[&today.millis()])?))? {
                let Some(kept) = self.0.record(id)? else { continue };
                let person = kept.header.author;
                found.extend(match kept.record {
                    Record::Visit(Visit { ended, position: Some(position), .. }) => {
                        Some(Sighting { person, known: Known::Recorded, at: Some(ended), position })
                    }
                    Record::Whereabouts(here) if here.until.is_none_or(|until| now < until) => {
                        Some(Sighting { person, known: Known::Shared, at: Some(here.at), position: here.position })
                    }
                    _ => None,
                });
            }
        }
        let middles = middles(self.0)?;
        for kept in self.0.people().list(super::Part::all())? {
            for (role, area) in kept.record.roles() {
                let works = matches!(role, Role::Volunteer | Role::GridWorker | Role::TeamHead);
                if let (true, Some((_, position))) = (works, middles.iter().find(|(grid, _)| *grid == area)) {
                    let position = position.clone();
                    found.push(Sighting { person: kept.id.into(), known: Known::Grid, at: None, position });
                }
            }
        }
        Ok(found)
    }
}

/// The middle of each grid on this phone: that of everything recorded at its doors.
fn middles(replica: &Replica) -> Result<Vec<(AreaId, Position)>, ReplicaError> {
    let mut middles = Vec::new();
    for scope in replica.scopes()? {
        let Scope::Grid(grid) = scope else { continue };
        let of = |column: &str| {
            let sql = format!(
                "SELECT CAST(avg(visit.{column}) AS INTEGER) FROM visit JOIN document USING(record)
                 WHERE document.scope = ?1 AND visit.latitude IS NOT NULL AND visit.longitude IS NOT NULL"
            );
            replica.read(|store| Ok(store.number(&sql, &[&scope.to_bytes()])?))
        };
        let (latitude, longitude) = (of("latitude")?, of("longitude")?);
        let datum = replica.read(|store| {
            let sql = "SELECT count(DISTINCT visit.datum) FROM visit JOIN document USING(record)
                 WHERE document.scope = ?1 AND visit.latitude IS NOT NULL AND visit.datum <> ?2";
            Ok(store.number(sql, &[&scope.to_bytes(), &Datum::Wgs84.word()])?)
        })?;
        if (latitude, longitude) != (0, 0) {
            let datum = if datum == 0 { Datum::Wgs84 } else { Datum::Unstated };
            middles.push((grid, Position { latitude, longitude, datum, accuracy: None }));
        }
    }
    Ok(middles)
}
