//! What supervisors read of the doors: coverage of any area, and lists of what is still to do (L1, L2, W2, W5, B5, P4).
//!
//! Floor: sync-server, report, above `town`; knows nothing of HTTP, SQL or the command line. Invariants: reckoned from
//! rows by core's `doors`, as every phone does; one grid after another is read, and only where something was written
//! there since it was read last (`kept`); counts name nobody, and a list that names people is made for somebody and shows what lies in the scopes that they hold.

pub mod accountability;
pub mod alerts;
pub mod cases;
pub mod dossier;
pub mod history;
pub mod household;
pub(crate) mod kept;
pub mod ledger;
mod lists;
pub mod nearest;
pub mod overview;
pub mod page;
pub mod phases;
pub mod reviews;
pub mod today;

use std::sync::Arc;

use qiaomen_core::doors::{AREA_COLUMNS, AreaTree, Coverage, DoorFacts, Period, standing};
use qiaomen_core::projection::table_named;
use qiaomen_core::record::{AreaId, AreaLevel};
use serde::Serialize;

use self::kept::KeptGrid;
use crate::store::StoreError;
use crate::town::Town;

pub use history::{History, Point, Span, Step, history};
pub use lists::{Asked, Counted, DoorLine, Line, Listed};
pub use phases::phases;

/// Reports of one town, by its areas as they were when this was made.
#[derive(Debug)]
pub struct Reports<'t> {
    town: &'t Town,
    tree: AreaTree,
}

/// Into which areas coverage is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Those right below the area asked for.
    #[default]
    Below,
    /// Villages; a grid that lies in none stands with the area asked for.
    Village,
    /// Grids.
    Grid,
}

/// An area in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The area.
    pub id: AreaId,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub level: AreaLevel,
}

/// How one part of an area stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartCoverage {
    /// The part.
    pub area: Place,
    /// How its doors stand.
    pub coverage: Coverage,
}

/// How an area's doors stand in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoverageReport {
    /// The area; none for all there are.
    pub area: Option<Place>,
    /// The period.
    pub period: Period,
    /// All its doors.
    pub total: Coverage,
    /// Its parts, as the area tree has them.
    pub parts: Vec<PartCoverage>,
}

/// The word under which something is serialised.
pub(crate) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// A town's area tree, from rows.
///
/// # Errors
/// As the store.
pub fn area_tree(town: &Town) -> Result<AreaTree, StoreError> {
    let mut tree = AreaTree::default();
    let table = table_named("area").ok_or(StoreError::Damaged("a table there is not"))?;
    let place = |name: &&str| table.columns.iter().position(|column| column.name == *name);
    let places: Vec<usize> = AREA_COLUMNS.iter().filter_map(place).collect();
    for row in town.rows(table.name)? {
        let cells: Vec<_> = places.iter().filter_map(|at| row.cells.get(*at).cloned()).collect();
        tree.take(row.document.id.into(), &cells);
    }
    Ok(tree)
}

impl<'t> Reports<'t> {
    /// Reports of a town.
    ///
    /// # Errors
    /// As the store.
    pub fn of(town: &'t Town) -> Result<Self, StoreError> {
        Ok(Self { town, tree: area_tree(town)? })
    }

    /// The area tree.
    #[must_use]
    pub const fn tree(&self) -> &AreaTree {
        &self.tree
    }

    /// How the doors at or below an area stand, or all there are.
    ///
    /// # Errors
    /// As the store.
    pub fn coverage(&self, area: Option<AreaId>, by: By, period: Period) -> Result<CoverageReport, StoreError> {
        let area = area.or_else(|| self.tree.only_root());
        let mut total = Coverage::default();
        let mut parts: Vec<PartCoverage> = Vec::new();
        for grid in self.tree.grids(area) {
            let mut coverage = Coverage::default();
            for door in &self.doors(grid)?.doors {
                if let Some(standing) = standing(door, period) {
                    coverage += Coverage::from(&standing);
                }
            }
            total += coverage;
            let Some(part) = self.part(grid, area, by) else { continue };
            match parts.iter_mut().rfind(|have| have.area.id == part) {
                Some(have) => have.coverage += coverage,
                None => parts.extend(self.place(part).map(|area| PartCoverage { area, coverage })),
            }
        }
        Ok(CoverageReport { area: area.and_then(|area| self.place(area)), period, total, parts })
    }

    /// The part of an area with which a grid is counted; none for a grid asked for by itself.
    fn part(&self, grid: AreaId, area: Option<AreaId>, by: By) -> Option<AreaId> {
        let mut inside = self.tree.upward(grid).take_while(|(id, _)| Some(*id) != area);
        match by {
            By::Grid => Some(grid),
            By::Below => inside.last().map(|(id, _)| id),
            By::Village => {
                inside.find(|(_, found)| found.level == AreaLevel::Village).map(|(id, _)| id).or(area).or(Some(grid))
            }
        }
    }

    pub(crate) fn place(&self, id: AreaId) -> Option<Place> {
        self.tree.get(id).map(|area| Place { id, name: area.name.clone(), level: area.level.clone() })
    }

    /// A grid's doors, with what was recorded at them; whoever asks sees to it that they may be told.
    pub(crate) fn doors_in(&self, grid: AreaId) -> Result<Vec<DoorFacts>, StoreError> {
        Ok(self.doors(grid)?.doors.clone())
    }

    /// A grid's doors, as they are kept.
    fn doors(&self, grid: AreaId) -> Result<Arc<KeptGrid>, StoreError> {
        self.town.doors_of(grid)
    }
}
