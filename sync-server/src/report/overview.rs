//! How far the doors are of whatever somebody holds: sums of villages and grids, over time and by phase (L1, W2, W5, P1).
//!
//! Floor: sync-server, report. Invariants: made for somebody, and counts the grids that they hold and nothing else; every
//! number is what the coverage report of those grids says, each grid's doors being walked once; counts name nobody.

use qiaomen_core::doors::{Coverage, Period, standing};
use qiaomen_core::record::{AreaId, AreaLevel, Door, PersonId, Position};
use serde::Serialize;

use super::history::Bounds;
use super::lists::{Counted, counted};
use super::phases::{PhaseCoverage, phases};
use super::{History, Place, Reports, Span};
use crate::store::StoreError;
use crate::town::Town;

/// Doors that are counted and in a state for which a supervisor may leave them out, and of which nobody has said
/// anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Nobody lives there.
    pub vacant: u64,
    /// The house is gone.
    pub demolished: u64,
    /// Its people have been away for long.
    pub long_absent: u64,
    /// In a state that a newer version wrote.
    pub other: u64,
}

impl Waiting {
    /// All of them.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.vacant + self.demolished + self.long_absent + self.other
    }

    fn count(&mut self, door: &Door) {
        *match door {
            Door::Vacant => &mut self.vacant,
            Door::Demolished => &mut self.demolished,
            Door::LongAbsent => &mut self.long_absent,
            Door::LivedIn | Door::Unknown(_) => &mut self.other,
        } += 1;
    }
}

impl std::ops::AddAssign for Waiting {
    fn add_assign(&mut self, other: Self) {
        self.vacant += other.vacant;
        self.demolished += other.demolished;
        self.long_absent += other.long_absent;
        self.other += other.other;
    }
}

/// A village or a grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Which.
    pub area: Place,
    /// The village that a grid lies in.
    pub village: Option<AreaId>,
    /// How its doors stand.
    pub coverage: Coverage,
    /// Those that wait for a supervisor's word.
    pub waiting: Waiting,
    /// The middle of what was recorded there.
    pub middle: Option<Position>,
}

/// How far the doors are that somebody holds.
#[derive(Clone, Debug, Serialize)]
pub struct Overview {
    /// The area asked for; none for all that they hold.
    pub area: Option<Place>,
    /// What it lies in, the nearest last.
    pub above: Vec<Place>,
    /// All its doors.
    pub total: Coverage,
    /// Those that wait for a supervisor's word.
    pub waiting: Waiting,
    /// Its villages, as the area tree has them; the town itself for grids that lie in none.
    pub villages: Vec<Part>,
    /// Its grids, as the area tree has them.
    pub grids: Vec<Part>,
    /// How far they came over time.
    pub history: History,
    /// How they stand of what was done in each phase that was not called off.
    pub phases: Vec<PhaseCoverage>,
}

/// What somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Who.
    pub reader: PersonId,
    /// Of which area and all below it; none for all that they hold.
    pub area: Option<AreaId>,
    /// What was done when.
    pub period: Period,
    /// What is drawn over time.
    pub span: Span,
}

/// How far the doors are that somebody holds; none where they hold none of the area's grids.
///
/// # Errors
/// As the store.
pub fn overview(town: &Town, wanted: &Wanted) -> Result<Option<Overview>, StoreError> {
    let reports = Reports::of(town)?;
    let (_, held) = reports.held(wanted.reader, wanted.area)?;
    if held.is_empty() && wanted.area.is_some() {
        return Ok(None);
    }
    let phases = phases(town)?.into_iter().filter(|phase| !phase.cancelled);
    let mut found = Overview {
        area: wanted.area.and_then(|area| reports.place(area)),
        above: wanted.area.map(|area| above(&reports, area)).unwrap_or_default(),
        total: Coverage::default(),
        waiting: Waiting::default(),
        villages: Vec::new(),
        grids: Vec::new(),
        history: History { area: None, counted: 0, residents: 0, app_installed: 0, points: Vec::new() },
        phases: phases.map(|phase| PhaseCoverage { phase, coverage: Coverage::default() }).collect(),
    };
    let (mut bounds, drawn) = (Bounds::of(town.zone(), wanted.span), wanted.span.period());
    for grid in held {
        let kept = reports.doors(grid)?;
        let (mut coverage, mut waiting) = (Coverage::default(), Waiting::default());
        for door in &kept.doors {
            let Some(stands) = standing(door, wanted.period) else { continue };
            coverage += Coverage::from(&stands);
            if counted(door) == Counted::Waits {
                waiting.count(&door.door);
            }
            for of in &mut found.phases {
                if let Some(stands) = standing(door, of.phase.period) {
                    of.coverage += Coverage::from(&stands);
                }
            }
            let History { counted, residents, app_installed, .. } = &mut found.history;
            bounds.count(door, drawn, [counted, residents, app_installed]);
        }
        found.total += coverage;
        found.waiting += waiting;
        let Some(area) = reports.place(grid) else { continue };
        let of = |(id, area): (AreaId, &qiaomen_core::record::Area)| (area.level == AreaLevel::Village).then_some(id);
        let village = reports.tree().upward(grid).find_map(of);
        let outer = village.or_else(|| reports.tree().upward(grid).last().map(|(id, _)| id));
        if let Some(area) = outer.and_then(|outer| reports.place(outer)) {
            match found.villages.iter_mut().find(|have| have.area.id == area.id) {
                Some(have) => {
                    have.coverage += coverage;
                    have.waiting += waiting;
                }
                None => found.villages.push(Part { area, village: None, coverage, waiting, middle: None }),
            }
        }
        found.grids.push(Part { area, village, coverage, waiting, middle: kept.middle.clone() });
    }
    found.history.area.clone_from(&found.area);
    found.history.points = bounds.summed();
    Ok(Some(found))
}

fn above(reports: &Reports<'_>, area: AreaId) -> Vec<Place> {
    let mut above: Vec<Place> = reports.tree().upward(area).skip(1).filter_map(|(id, _)| reports.place(id)).collect();
    above.reverse();
    above
}
