//! Doors as they were last read, kept in memory until something is written in their grid.
//!
//! Floor: sync-server, report, below `town`, which holds one. Invariants: what is kept is never told unless the store says
//! that nothing was written in its grid since (`Store::grid_mark`), or, for visits for alerts, in no case file that bears
//! on it; all of it can be lost; no more doors are kept than [`MOST_DOORS`].

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use qiaomen_core::doors::{DoorFacts, Roster, Source, VisitFacts};
use qiaomen_core::projection::Cell;
use qiaomen_core::record::{AreaId, DocumentId, HouseholdId, Position, Scope};

use crate::store::{CaseSet, Store, StoreError};

/// The most doors that are kept; what was asked for longest ago goes first.
const MOST_DOORS: usize = 60_000;
/// Where more case files than so many were written in since, all visits for alerts are read again.
const MOST_CASES: usize = 200;

/// A grid's doors with what was recorded at them.
#[derive(Debug)]
pub(crate) struct KeptGrid {
    mark: u64,
    /// The doors, in the order in which a worker walks; without visits for alerts.
    pub(crate) doors: Vec<DoorFacts>,
    /// The middle of where visits were recorded.
    pub(crate) middle: Option<Position>,
}

/// A visit for an alert to a door of the grid.
#[derive(Debug)]
pub(crate) struct ContactVisit {
    /// The case file that it lies in.
    pub(crate) scope: Scope,
    /// The door that it counts for.
    pub(crate) household: HouseholdId,
    /// What it was.
    pub(crate) visit: VisitFacts,
}

#[derive(Default)]
struct Kept {
    grids: HashMap<AreaId, (u64, Arc<KeptGrid>)>,
    contacts: HashMap<AreaId, (u64, Arc<Vec<ContactVisit>>)>,
    /// Up to where the log was looked at for case files that were written in.
    cases: u64,
    /// How many doors are kept.
    doors: usize,
    /// Counts what was asked for.
    turn: u64,
}

/// What is kept.
#[derive(Default)]
pub(crate) struct KeptDoors(Mutex<Kept>);

impl KeptDoors {
    /// A grid's doors as they stand now.
    pub(crate) fn grid(&self, store: &dyn Store, grid: AreaId) -> Result<Arc<KeptGrid>, StoreError> {
        // Asked for before the doors are read: what is written in between is read too often rather than never.
        let mark = store.grid_mark(grid)?;
        {
            let mut kept = self.0.lock();
            kept.turn += 1;
            let turn = kept.turn;
            if let Some((used, found)) = kept.grids.get_mut(&grid)
                && found.mark == mark
            {
                *used = turn;
                return Ok(found.clone());
            }
        }
        let mut roster = Roster::default();
        store.doors(grid, false, &mut |source, filed, cells| {
            if filed.scope == Scope::Grid(grid) {
                roster.take(source, filed, cells);
            }
        })?;
        let doors = roster.doors().remove(&grid).unwrap_or_default();
        let read = Arc::new(KeptGrid { mark, doors, middle: store.grid_middle(grid)? });
        let mut kept = self.0.lock();
        kept.put(grid, read.clone());
        Ok(read)
    }

    /// The visits for alerts to a grid's doors as they stand now, whoever may know of them.
    pub(crate) fn contacts(&self, store: &dyn Store, grid: AreaId) -> Result<Arc<Vec<ContactVisit>>, StoreError> {
        let mark = store.grid_mark(grid)?;
        self.look_at_cases(store)?;
        let upto = {
            let kept = self.0.lock();
            if let Some((have, found)) = kept.contacts.get(&grid)
                && *have == mark
            {
                return Ok(found.clone());
            }
            kept.cases
        };
        let mut roster = Roster::default();
        let mut filed_in: HashMap<DocumentId, Scope> = HashMap::new();
        store.doors(grid, true, &mut |source, filed, cells| {
            if source == Source::Visit && matches!(filed.scope, Scope::CaseFile(_)) {
                filed_in.insert(filed.document, filed.scope);
            }
            roster.take(source, filed, cells);
        })?;
        let mut found = Vec::new();
        for door in roster.doors().remove(&grid).unwrap_or_default() {
            let household = door.household;
            found.extend(door.visits.into_iter().filter_map(|visit| {
                let scope = *filed_in.get(&visit.visit)?;
                Some(ContactVisit { scope, household, visit })
            }));
        }
        let found = Arc::new(found);
        let mut kept = self.0.lock();
        // Somebody may have looked at case files since, who could not know of what was being read.
        if kept.cases == upto {
            kept.contacts.insert(grid, (mark, found.clone()));
        }
        Ok(found)
    }

    /// Forgets the visits for alerts of grids on which case files bear that were written in since.
    fn look_at_cases(&self, store: &dyn Store) -> Result<(), StoreError> {
        let after = {
            let mut kept = self.0.lock();
            if kept.contacts.is_empty() {
                // Nothing is kept that could have become wrong.
                kept.cases = store.log()?.size.max(kept.cases);
                return Ok(());
            }
            kept.cases
        };
        let (size, touched) = store.cases_changed(after)?;
        let mut grids = BTreeSet::new();
        let all = touched.len() > MOST_CASES;
        if !all {
            let mut doors = BTreeSet::new();
            for alert in &touched {
                store.case_rows(CaseSet::One(*alert), &mut |row| {
                    let at = row.table.columns.iter().position(|column| column.name == "household");
                    if let Some(Cell::Blob(bytes)) = at.and_then(|at| row.cells.get(at)) {
                        doors.extend(HouseholdId::from_slice(bytes));
                    }
                })?;
            }
            for door in doors {
                if let Some(stored) = store.document(door.into())?
                    && let Scope::Grid(grid) = stored.scope
                {
                    grids.insert(grid);
                }
            }
        }
        let mut kept = self.0.lock();
        if all {
            kept.contacts.clear();
        }
        for grid in grids {
            kept.contacts.remove(&grid);
        }
        kept.cases = kept.cases.max(size);
        Ok(())
    }
}

impl Kept {
    fn put(&mut self, grid: AreaId, read: Arc<KeptGrid>) {
        self.turn += 1;
        self.doors += read.doors.len();
        if let Some((_, gone)) = self.grids.insert(grid, (self.turn, read)) {
            self.doors -= gone.doors.len();
        }
        while self.doors > MOST_DOORS {
            let oldest = self.grids.iter().filter(|(other, _)| **other != grid).min_by_key(|(_, (used, _))| *used);
            let Some(oldest) = oldest.map(|(other, _)| *other) else { break };
            if let Some((_, gone)) = self.grids.remove(&oldest) {
                self.doors -= gone.doors.len();
            }
        }
    }
}
