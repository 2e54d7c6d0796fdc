//! How doors stand, and what is still to do at them.
//!
//! Floor: replica. Invariants: reckoned at each call from the rows, by the function that the server uses; of what
//! the phone holds and nothing else, so that a visit for an alert whose case file is not held is no contact here.

use super::{Part, Replica, ReplicaError};
use crate::clock::Reading;
use crate::doors::{
    AREA_COLUMNS, AppLine, AreaTree, Coverage, DoorFacts, LeftTown, Period, ReachAgain, Roster, Source, Unfiled, Who,
    app, by_due, left_town, reach_again, standing, unfiled, unsigned,
};
use crate::record::{AreaId, Scope};
use crate::store::Store;

/// How doors stand, and what is still to do at them. Each question is about the grids that the phone holds at or
/// below an area, or about all that it holds; lists stand in the order of the area tree and, in a grid, as a worker
/// walks.
#[derive(Clone, Copy, Debug)]
pub struct Doors<'r>(pub(super) &'r Replica);

impl Doors<'_> {
    /// How many doors stand how in a period (L1, L2, W2, W5).
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`] for an area that there is not, [`ReplicaError::Revoked`], or when the store cannot
    /// be read.
    pub fn coverage(&self, area: Option<AreaId>, period: Period) -> Result<Coverage, ReplicaError> {
        let mut sum = Coverage::default();
        for (_, one) in self.by_grid(area, period)? {
            sum += one;
        }
        Ok(sum)
    }

    /// The same for each grid by itself.
    ///
    /// # Errors
    /// As [`coverage`](Self::coverage).
    pub fn by_grid(&self, area: Option<AreaId>, period: Period) -> Result<Vec<(AreaId, Coverage)>, ReplicaError> {
        let of = |doors: &[DoorFacts]| {
            let standings: Vec<_> = doors.iter().filter_map(|door| standing(door, period)).collect();
            Coverage::of(&standings)
        };
        Ok(self.read(area, false)?.into_iter().map(|(grid, doors)| (grid, of(&doors))).collect())
    }

    /// Who has not signed in a period (W2).
    ///
    /// # Errors
    /// As [`coverage`](Self::coverage).
    pub fn unsigned(&self, area: Option<AreaId>, period: Period, part: Part) -> Result<Vec<Who>, ReplicaError> {
        self.list(area, false, part, |door| unsigned(door, period))
    }

    /// Paper pledges signed in a period that were not filed yet (L1).
    ///
    /// # Errors
    /// As [`coverage`](Self::coverage).
    pub fn unfiled(&self, area: Option<AreaId>, period: Period, part: Part) -> Result<Vec<Unfiled>, ReplicaError> {
        self.list(area, false, part, |door| unfiled(door, period))
    }

    /// Who is not known to have the app (W5).
    ///
    /// # Errors
    /// As [`coverage`](Self::coverage).
    pub fn app(&self, area: Option<AreaId>, part: Part) -> Result<Vec<AppLine>, ReplicaError> {
        self.list(area, false, part, app)
    }

    /// The easily deceived, with when they were last reached and when they are to be again: those never reached
    /// first, then by that time (B5).
    ///
    /// # Errors
    /// As [`coverage`](Self::coverage).
    pub fn reach_again(
        &self,
        area: Option<AreaId>,
        reading: &Reading,
        part: Part,
    ) -> Result<Vec<ReachAgain>, ReplicaError> {
        let (now, zone) = (self.0.corrected(reading)?.time, self.0.zone()?);
        let books = self.0.books()?;
        let of = |door: &DoorFacts| reach_again(door, books.in_force(now), &zone, now);
        let mut all = self.list(area, true, Part::all(), of)?;
        by_due(&mut all);
        Ok(all.into_iter().skip(part.skip as usize).take(part.take as usize).collect())
    }

    /// Who left the town: where, how to reach them, when they were last spoken to (P4).
    ///
    /// # Errors
    /// As [`coverage`](Self::coverage).
    pub fn left_town(
        &self,
        area: Option<AreaId>,
        reading: &Reading,
        part: Part,
    ) -> Result<Vec<LeftTown>, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        self.list(area, true, part, |door| left_town(door, now))
    }

    fn list<T>(
        &self,
        area: Option<AreaId>,
        contacts: bool,
        part: Part,
        of: impl Fn(&DoorFacts) -> Vec<T>,
    ) -> Result<Vec<T>, ReplicaError> {
        let grids = self.read(area, contacts)?;
        let lines = grids.iter().flat_map(|(_, doors)| doors).flat_map(of);
        Ok(lines.skip(part.skip as usize).take(part.take as usize).collect())
    }

    /// The doors of every grid that is held at or below the area, with visits for alerts where contacts are asked
    /// for.
    pub(super) fn read(
        &self,
        area: Option<AreaId>,
        contacts: bool,
    ) -> Result<Vec<(AreaId, Vec<DoorFacts>)>, ReplicaError> {
        self.read_of(area, contacts, &Source::ALL)
    }

    /// The same with nothing but what these tables tell of them.
    pub(super) fn read_of(
        &self,
        area: Option<AreaId>,
        contacts: bool,
        sources: &[Source],
    ) -> Result<Vec<(AreaId, Vec<DoorFacts>)>, ReplicaError> {
        self.0.read(|store| {
            let tree = tree(store)?;
            if area.is_some_and(|area| tree.get(area).is_none()) {
                return Err(ReplicaError::NotFound);
            }
            let held = store.standing()?.scopes;
            let grids: Vec<AreaId> =
                tree.grids(area).into_iter().filter(|grid| held.contains(&Scope::Grid(*grid))).collect();
            let mut wanted: Vec<Scope> = grids.iter().map(|grid| Scope::Grid(*grid)).collect();
            wanted.extend(held.into_iter().filter(|scope| contacts && matches!(scope, Scope::CaseFile(_))));
            wanted.sort_unstable();
            let mut roster = Roster::default();
            for source in sources.iter().copied() {
                store.each_row(
                    source.table(),
                    source.parts(),
                    source.columns(),
                    &|scope| wanted.binary_search(&scope).is_ok(),
                    &mut |filed, cells| roster.take(source, filed, cells),
                )?;
            }
            let mut doors = roster.doors();
            Ok(grids.into_iter().map(|grid| (grid, doors.remove(&grid).unwrap_or_default())).collect())
        })
    }
}

pub(super) fn tree(store: &Store) -> Result<AreaTree, ReplicaError> {
    let mut tree = AreaTree::default();
    store.each_row("area", false, AREA_COLUMNS, &|_| true, &mut |filed, cells| {
        tree.take(filed.document.into(), cells);
    })?;
    Ok(tree)
}
