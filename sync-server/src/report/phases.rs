//! What was done in each phase of a campaign (P1).
//!
//! Floor: sync-server, report. Invariants: a phase is a period like any other, and what counts in it is core's to say;
//! every door is read once for all phases; counts name nobody.

use qiaomen_core::doors::{Coverage, Period, standing};
use qiaomen_core::record::{AreaId, DocumentId, Phase, Record};
use serde::Serialize;

use super::{Place, Reports};
use crate::store::StoreError;
use crate::town::Town;

/// A phase, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhaseLine {
    /// The phase.
    pub id: DocumentId,
    /// What the campaign is called.
    pub campaign: String,
    /// What the phase is called.
    pub name: String,
    /// Its period.
    pub period: Period,
    /// What is to be done in it.
    pub note: Option<String>,
    /// Whether it was called off.
    pub cancelled: bool,
    #[serde(skip)]
    phase: Phase,
}

impl PhaseLine {
    pub(crate) fn of(id: DocumentId, phase: &Phase) -> Self {
        Self {
            id,
            campaign: phase.campaign.clone(),
            name: phase.name.clone(),
            period: phase.into(),
            note: phase.note.clone(),
            cancelled: phase.cancelled,
            phase: phase.clone(),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.clone()
    }
}

/// How an area's doors stood in a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhaseCoverage {
    /// The phase.
    pub phase: PhaseLine,
    /// How the doors stand, of what was done in it.
    pub coverage: Coverage,
}

/// How an area's doors stood in each phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhasesReport {
    /// The area; none for all there are.
    pub area: Option<Place>,
    /// The phases that were not called off, the first to begin first.
    pub phases: Vec<PhaseCoverage>,
}

/// The phases of the town's campaigns, the first to begin first; those that were called off among them.
///
/// # Errors
/// As the store.
pub fn phases(town: &Town) -> Result<Vec<PhaseLine>, StoreError> {
    const TABLE: &str = "phase";
    let rows = town.rows(TABLE)?.into_iter();
    let mut found: Vec<PhaseLine> = rows
        .filter_map(|row| match row.record(TABLE) {
            Some(Record::Phase(phase)) => Some(PhaseLine::of(row.document.id, &phase)),
            _ => None,
        })
        .collect();
    found.sort_by_key(|line| (line.phase.from, line.phase.to, line.id));
    Ok(found)
}

impl Reports<'_> {
    /// How the doors at or below an area stand, or all there are, of what was done in each phase.
    ///
    /// # Errors
    /// As the store.
    pub fn coverage_by_phase(&self, area: Option<AreaId>) -> Result<PhasesReport, StoreError> {
        let area = area.or_else(|| self.tree.only_root());
        let phases = phases(self.town)?.into_iter().filter(|phase| !phase.cancelled);
        let mut phases: Vec<PhaseCoverage> =
            phases.map(|phase| PhaseCoverage { phase, coverage: Coverage::default() }).collect();
        if !phases.is_empty() {
            for grid in self.tree.grids(area) {
                for door in &self.doors(grid)?.doors {
                    for of in &mut phases {
                        if let Some(standing) = standing(door, of.phase.period) {
                            of.coverage += Coverage::from(&standing);
                        }
                    }
                }
            }
        }
        Ok(PhasesReport { area: area.and_then(|area| self.place(area)), phases })
    }
}
