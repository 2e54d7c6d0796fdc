//! Who is nearest to an alert's person, as the server knows (Q4).
//!
//! Floor: sync-server, report. Invariant: today's positions alone, and only of people who work in the alert's town.

use qiaomen_core::nearest::{Known, Near, Sighting, nearest};
use qiaomen_core::record::{Alert, PersonId, Position, Role, Time};

use crate::store::StoreError;
use crate::town::Town;

/// Workers, the nearest to any of the alert's places first; none where the alert has no place on the map.
///
/// # Errors
/// As the store.
pub fn nearest_to(town: &Town, alert: &Alert, now: Time) -> Result<Vec<Near>, StoreError> {
    let places: Vec<Position> = alert.places.values().filter_map(|place| place.position.clone()).collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let zone = town.zone();
    let mut sightings = town.store().positions(zone.start(zone.day(now)), now)?;
    let middles = town.store().grid_middles()?;
    let mut works: Vec<PersonId> = Vec::new();
    for (person, role, area) in town.roles()? {
        if !matches!(role, Role::Volunteer | Role::GridWorker | Role::TeamHead | Role::Police) {
            continue;
        }
        works.push(person);
        let grid = middles.iter().find(|(grid, _)| *grid == area).filter(|_| role != Role::Police);
        sightings.extend(grid.map(|(_, position)| Sighting {
            person,
            known: Known::Grid,
            at: None,
            position: position.clone(),
        }));
    }
    sightings.retain(|seen| works.contains(&seen.person));
    Ok(nearest(&places, &sightings, now))
}
