//! Lists that name people.
//!
//! Floor: sync-server, report. Invariants: made for somebody, of the grids that they hold and nothing else; as much is
//! read as is shown, but for the list that is put in the order of due times.

use std::collections::{HashMap, HashSet};

use qiaomen_core::doors::{
    AppLine, DoorFacts, Double, LeftTown, Period, Reach, ReachAgain, Unfiled, VisitFacts, Who, app, by_due, doubles,
    left_town, reach_again, standing, unfiled, unsigned,
};
use qiaomen_core::record::{Address, AreaId, Door, HouseholdId, PersonId, Scope, Time};
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

/// How a door stands to the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// It is counted.
    In,
    /// It is counted, and in a state for which a supervisor may leave it out; nobody has said anything yet.
    Waits,
    /// A supervisor agreed that it is left out.
    Out,
}

/// A door in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoorLine {
    /// The grid.
    pub grid: AreaId,
    /// The door.
    pub household: HouseholdId,
    /// Where it is.
    pub address: Address,
    /// What is found behind it.
    pub door: Door,
    /// How many people live there.
    pub residents: u64,
    /// When somebody went there last.
    pub last: Option<Time>,
    /// How it stands to the count.
    pub count: Counted,
}

impl DoorLine {
    pub(crate) fn of(door: &DoorFacts) -> Self {
        let visits = door.visits.iter().filter(|visit| visit.is_to_the_door());
        Self {
            grid: door.grid,
            household: door.household,
            address: door.address.clone(),
            door: door.door.clone(),
            residents: door.residents.iter().filter(|resident| resident.is_here()).count() as u64,
            last: visits.map(|visit| visit.ended).max(),
            count: counted(door),
        }
    }
}

/// How a door stands to the count. One that a supervisor had counted again waits for nothing while its state is the same.
pub(crate) fn counted(door: &DoorFacts) -> Counted {
    if standing(door, Period::ALL).is_some_and(|found| found.out.is_some()) {
        return Counted::Out;
    }
    let last = door.consents.last();
    let said = last.is_some_and(|last| !last.out_of_count && last.reason.as_ref().is_none_or(|of| *of == door.door));
    if door.removed || door.door == Door::LivedIn || said { Counted::In } else { Counted::Waits }
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
        let (_, grids) = self.held(asked.person, asked.area)?;
        let mut found = Vec::new();
        for grid in &grids {
            if found.len() < enough {
                found.extend(doubles(&self.doors(*grid)?.doors));
            }
        }
        let grids = grids.len();
        Ok(self.page(asked, grids, found, |line| line.grid))
    }

    /// Doors to which nobody went in a period (L1).
    ///
    /// # Errors
    /// As the store.
    pub fn never(&self, asked: &Asked, period: Period) -> Result<Listed<DoorLine>, StoreError> {
        let never = |door: &DoorFacts| {
            let found = standing(door, period).filter(|found| found.out.is_none() && found.reach == Reach::NeverTried);
            found.map(|_| DoorLine::of(door)).into_iter().collect()
        };
        self.list(asked, false, never, |line| line.grid)
    }

    /// Doors that are left out of the count, and those that wait for a supervisor's word on that (L1).
    ///
    /// # Errors
    /// As the store.
    pub fn left_out(&self, asked: &Asked) -> Result<Listed<DoorLine>, StoreError> {
        let out = |door: &DoorFacts| {
            let line = DoorLine::of(door);
            let listed = !door.removed && line.count != Counted::In;
            listed.then_some(line).into_iter().collect()
        };
        let (grids, mut all) = self.gather(asked, false, out, usize::MAX)?;
        // What waits for somebody comes first.
        all.sort_by_key(|line| line.count != Counted::Waits);
        Ok(self.page(asked, grids, all, |line| line.grid))
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
        let (held, grids) = self.held(asked.person, asked.area)?;
        let mut found = Vec::new();
        for grid in &grids {
            if found.len() >= enough {
                break;
            }
            let kept = self.doors(*grid)?;
            let mut visits: HashMap<HouseholdId, Vec<VisitFacts>> = HashMap::new();
            if contacts {
                let known = self.town.contacts_of(*grid)?;
                for contact in known.iter().filter(|contact| held.contains(&contact.scope)) {
                    visits.entry(contact.household).or_default().push(contact.visit.clone());
                }
            }
            for door in &kept.doors {
                match visits.remove(&door.household) {
                    None => found.extend(of(door)),
                    Some(more) => {
                        let mut door = door.clone();
                        door.visits.extend(more);
                        door.visits.sort_unstable_by_key(|visit| (visit.ended, visit.visit));
                        found.extend(of(&door));
                    }
                }
            }
        }
        Ok((grids.len(), found))
    }

    /// The scopes that somebody holds, and the grids at or below an area among them.
    pub(crate) fn held(
        &self,
        person: PersonId,
        area: Option<AreaId>,
    ) -> Result<(HashSet<Scope>, Vec<AreaId>), StoreError> {
        let held: HashSet<Scope> = self.town.scopes_of(person)?.into_iter().collect();
        let mut grids = self.tree.grids(area);
        grids.retain(|grid| held.contains(&Scope::Grid(*grid)));
        Ok((held, grids))
    }

    fn page<T>(&self, asked: &Asked, grids: usize, found: Vec<T>, grid: impl Fn(&T) -> AreaId) -> Listed<T> {
        let more = found.len() > asked.skip.saturating_add(asked.take);
        let shown = found.into_iter().skip(asked.skip).take(asked.take);
        let list = shown.map(|line| Line { place: self.tree.path(grid(&line)), line }).collect();
        Listed { area: asked.area.and_then(|area| self.place(area)), grids, skip: asked.skip, more, list }
    }
}
