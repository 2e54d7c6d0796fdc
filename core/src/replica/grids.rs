//! The grids that a phone holds, each with how far it is.
//!
//! Floor: replica. Invariant: a door was visited where coverage says so, by the function that the server uses.

use super::{Households, ReplicaError};
use crate::clock::Reading;
use crate::doors::{DoorFacts, Period, Reach, Source, standing};
use crate::record::AreaId;

/// A grid that the phone holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridLine {
    /// The grid.
    pub grid: AreaId,
    /// Its name.
    pub name: String,
    /// The names of the areas that it lies in, the highest first.
    pub above: Vec<String>,
    /// Doors on its roster.
    pub doors: u64,
    /// Doors of these where somebody was met, in the phase that runs, else ever.
    pub visited: u64,
    /// What that phase is called; none where none runs.
    pub phase: Option<String>,
}

impl Households<'_> {
    /// The grids that the phone holds, in the order of the area tree.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn grids(&self, reading: &Reading) -> Result<Vec<GridLine>, ReplicaError> {
        let phase = self.0.phases().current(reading)?.into_iter().next().map(|kept| kept.record);
        let period = phase.as_ref().map_or(Period::ALL, Period::from);
        let tree = self.0.read(super::doors::tree)?;
        let line = |(grid, doors): (AreaId, Vec<DoorFacts>)| {
            let reached = doors.iter().filter_map(|door| Some(standing(door, period)?.reach));
            let (mut count, mut visited) = (0, 0);
            for reach in reached {
                count += 1;
                visited += u64::from(reach == Reach::Visited);
            }
            let mut above: Vec<String> = tree.upward(grid).skip(1).map(|(_, area)| area.name.clone()).collect();
            above.reverse();
            let name = tree.get(grid).map(|area| area.name.clone()).unwrap_or_default();
            let phase = phase.as_ref().map(|phase| phase.name.clone());
            GridLine { grid, name, above, doors: count, visited, phase }
        };
        // Who lives behind a door and what they signed does not matter here, and there is much of it.
        let tables = [Source::Household, Source::Visit, Source::Review];
        Ok(self.0.doors().read_of(None, false, &tables)?.into_iter().map(line).collect())
    }
}
