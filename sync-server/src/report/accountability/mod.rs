//! Answering for it: what had been done for somebody before a loss, what the server knew of it then, what was missed; the
//! cases to look at without being asked; samples of those who sent money, to be called back (L8, Q12).
//!
//! Floor: sync-server, report. Invariants: made for a supervisor or the police, of what they hold in these roles and of
//! nothing else; what somebody edited later never rewrites what was known at a moment; everything is reckoned by core's
//! playbook and doors, as on every phone; nothing of it is stored but draws and what those said who were called.

mod account;
mod automatic;
mod case;
mod door;
mod folds;
mod groups;
mod lookup;
mod missed;
mod population;
mod sample;
mod trace;

use std::collections::BTreeSet;

use qiaomen_core::record::{AlertId, AreaId, DocumentId, Kind, PersonId, Role, Scope};

use crate::store::{StoreError, StoredDocument};
use crate::town::Town;

pub use account::{Account, Listed, Person, Side, Split, account};
pub use automatic::{Automatic, LARGE_FEN, Limits, Line, Reason, Village, automatic};
pub use case::{AlertThen, DueThen, Money, Recorded, Stop, ThreeDay};
pub use door::{AppThen, DoorThen, Looked, Pledged, ReachThen, VisitThen, Way};
pub use lookup::{Found, Match, Query, Subject, lookup};
pub use missed::{Missed, Undone};
pub use population::DrawnFrom;
pub use sample::{
    Called, Chosen, DrawLine, Drawn, RULE, Sample, call_back, call_backs, draw, drawn_from, draws, population_file,
    population_hash, rank, sample,
};

/// What somebody holds as a supervisor or as the police.
#[derive(Clone, Debug, Default)]
struct Held {
    areas: BTreeSet<AreaId>,
    supervises: bool,
}

impl Held {
    fn of(town: &Town, reader: PersonId) -> Result<Self, StoreError> {
        let mut held = Self::default();
        for (role, area) in town.store().standing(reader)?.roles {
            if matches!(role, Role::Supervisor | Role::Police) {
                held.supervises |= role == Role::Supervisor;
                held.areas.extend(town.store().areas_below(area)?.into_iter().map(|(area, _)| area));
            }
        }
        Ok(held)
    }

    fn is_nothing(&self) -> bool {
        self.areas.is_empty()
    }

    fn area(&self, area: AreaId) -> bool {
        self.areas.contains(&area)
    }

    /// Whether it lies in a grid that they hold.
    fn lies_here(&self, stored: &StoredDocument) -> bool {
        matches!(stored.scope, Scope::Grid(grid) if self.area(grid))
    }

    /// The area of an alert whose case file they hold.
    fn alert(&self, town: &Town, alert: AlertId) -> Result<Option<AreaId>, StoreError> {
        let document = DocumentId::from(alert);
        if town.store().document(document)?.is_none_or(|stored| stored.kind != Kind::Alert) {
            return Ok(None);
        }
        let wanted = crate::store::Wanted { documents: vec![document], ..crate::store::Wanted::default() };
        let area = town.store().context(&wanted)?.alerts.get(&alert).copied();
        Ok(area.filter(|area| self.area(*area)))
    }
}
