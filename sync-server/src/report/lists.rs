//! Lists that name people.
//!
//! Floor: sync-server, report. Invariants: made for somebody, of the grids that they hold and nothing else; as much is
//! read as is shown, but for the list that is put in the order of due times.

use std::collections::HashSet;

use qiaomen_core::doors::{
    AppLine, DoorFacts, Double, LeftTown, Period, ReachAgain, Unfiled, Who, app, by_due, doubles, left_town,
    reach_again, unfiled, unsigned,
};
use qiaomen_core::record::{AreaId, PersonId, Scope, Time};
use serde::Serialize;

use super::{Place, Reports};
use crate::store::StoreError;

/// What a list is made for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// For whom.
    pub person: PersonId,
    /// Of which area, and all below it; none for all that they hold.
    pub area: Option<AreaId>,
    /// How many to pass over.
    pub skip: usize,
    /// How many to show.
    pub take: usize,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed<T> {
    /// Of which area; none for all that is held.
    pub area: Option<Place>,
    /// How many grids there are that the person holds.
    pub grids: usize,
    /// How many were passed over.
    pub skip: usize,
    /// Whether there are more.
    pub more: bool,
    /// The lines.
    pub list: Vec<Line<T>>,
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line<T> {
    /// The grid, as people call it: `village/grid`.
    pub place: String,
    /// What is listed.
    #[serde(flatten)]
    pub line: T,
}

impl Reports<'_> {
    /// Who has not signed in a period (W2).
    ///
    /// # Errors
    /// As the store.
    pub fn unsigned(&self, asked: &Asked, period: Period) -> Result<Listed<Who>, StoreError> {
        self.list(asked, false, |door| unsigned(door, period), |line| line.grid)
    }

    /// Paper pledges signed in a period that were not filed yet (L1).
    ///
    /// # Errors
    /// As the store.
    pub fn unfiled(&self, asked: &Asked, period: Period) -> Result<Listed<Unfiled>, StoreError> {
        self.list(asked, false, |door| unfiled(door, period), |line| line.who.grid)
    }

    /// Who is not known to have the app (W5).
    ///
    /// # Errors
    /// As the store.
    pub fn app(&self, asked: &Asked) -> Result<Listed<AppLine>, StoreError> {
        self.list(asked, false, app, |line| line.who.grid)
    }

    /// The easily deceived, with when they were last reached and when they are to be again: those never reached
    /// first, then by that time (B5).
    ///
    /// # Errors
    /// As the store.
    pub fn reach_again(&self, asked: &Asked, now: Time) -> Result<Listed<ReachAgain>, StoreError> {
        let (books, zone) = (self.town.books()?, self.town.zone());
        let of = |door: &DoorFacts| reach_again(door, books.in_force(now), zone, now);
        let (grids, mut all) = self.gather(asked, true, of, usize::MAX)?;
        by_due(&mut all);
        Ok(self.page(asked, grids, all, |line| line.who.grid))
    }

    /// Who left the town: where, how to reach them, when they were last spoken to (P4).
    ///
    /// # Errors
    /// As the store.
    pub fn left_town(&self, asked: &Asked, now: Time) -> Result<Listed<LeftTown>, StoreError> {
        self.list(asked, true, |door| left_town(door, now), |line| line.who.grid)
    }

    /// Doors of one grid that are likely to be one and the same, as two phones may have made them.
    ///
    /// # Errors
    /// As the store.
    pub fn doubles(&self, asked: &Asked) -> Result<Listed<Double>, StoreError> {
        let enough = asked.skip.saturating_add(asked.take).saturating_add(1);
        let (grids, found) = self.gather_grids(asked, false, doubles, enough)?;
        Ok(self.page(asked, grids, found, |line| line.grid))
    }

    fn list<T>(
        &self,
        asked: &Asked,
        contacts: bool,
        of: impl Fn(&DoorFacts) -> Vec<T>,
        grid: impl Fn(&T) -> AreaId,
    ) -> Result<Listed<T>, StoreError> {
        let enough = asked.skip.saturating_add(asked.take).saturating_add(1);
        let (grids, found) = self.gather(asked, contacts, of, enough)?;
        Ok(self.page(asked, grids, found, grid))
    }

    /// The grids that are held, counted, and lines of their doors, until there are enough.
    fn gather<T>(
        &self,
        asked: &Asked,
        contacts: bool,
        of: impl Fn(&DoorFacts) -> Vec<T>,
        enough: usize,
    ) -> Result<(usize, Vec<T>), StoreError> {
        self.gather_grids(asked, contacts, |doors| doors.iter().flat_map(&of).collect(), enough)
    }

    /// The same, of the doors of a grid together.
    fn gather_grids<T>(
        &self,
        asked: &Asked,
        contacts: bool,
        of: impl Fn(&[DoorFacts]) -> Vec<T>,
        enough: usize,
    ) -> Result<(usize, Vec<T>), StoreError> {
        let held: HashSet<Scope> = self.town.scopes_of(asked.person)?.into_iter().collect();
        let mut grids = self.tree.grids(asked.area);
        grids.retain(|grid| held.contains(&Scope::Grid(*grid)));
        let mut found = Vec::new();
        for grid in &grids {
            if found.len() >= enough {
                break;
            }
            found.extend(of(&self.doors(*grid, contacts.then_some(&held))?));
        }
        Ok((grids.len(), found))
    }

    fn page<T>(&self, asked: &Asked, grids: usize, found: Vec<T>, grid: impl Fn(&T) -> AreaId) -> Listed<T> {
        let more = found.len() > asked.skip.saturating_add(asked.take);
        let shown = found.into_iter().skip(asked.skip).take(asked.take);
        let list = shown.map(|line| Line { place: self.tree.path(grid(&line)), line }).collect();
        Listed { area: asked.area.and_then(|area| self.place(area)), grids, skip: asked.skip, more, list }
    }
}
