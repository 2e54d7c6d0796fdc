//! Spreadsheets into records: a first, plain reading of UTF-8 CSV.
//!
//! Floor: sync-server, import; knows records and the town's present areas and people, nothing of HTTP.
//! Invariants: every bad row is named by its line in the file, the column and the reason, never by what
//! stands in it; where one row is bad nothing at all is written; what is written goes through `author`,
//! naming the person on whose behalf.

mod alerts;
mod areas;
mod households;
mod people;
mod places;
mod table;

use std::collections::{BTreeSet, HashMap};

use qiaomen_core::record::random::Random;
use qiaomen_core::record::{Area, AreaId, DocumentId, Kind, Person, PersonId, Record, Scope, Time, Zone};
use serde::Serialize;

use crate::access::{self, Asker, Ground, SYSTEM};
use crate::author::Draft;
use crate::store::{StoreError, Wanted};
use crate::town::Town;

pub use table::{BadRow, FileError};

/// What a file lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// The area tree.
    Areas,
    /// People with their roles.
    People,
    /// Households, one line a resident.
    Households,
    /// Alerts.
    Alerts,
}

impl Noun {
    /// The word of the command line and of the answer.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Areas => "areas",
            Self::People => "people",
            Self::Households => "households",
            Self::Alerts => "alerts",
        }
    }
}

/// What an import needs to know of the town as it is.
#[derive(Debug, Default)]
pub struct Present {
    /// Every area.
    pub areas: Vec<(AreaId, Area)>,
    /// Everybody.
    pub people: Vec<(PersonId, Person)>,
    /// Every door: its grid and its address as [`door_key`] writes it.
    pub doors: BTreeSet<(AreaId, String)>,
    /// Every alert's platform number.
    pub numbers: BTreeSet<String>,
}

impl Present {
    /// What the town knows now.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn read(town: &Town) -> Result<Self, StoreError> {
        let mut present =
            Self { areas: town.areas()?, people: town.people()?, doors: BTreeSet::new(), numbers: BTreeSet::new() };
        for (document, record) in town.records(&Kind::Household)? {
            if let (Scope::Grid(grid), Record::Household(household)) = (document.scope, record) {
                present.doors.insert((grid, door_key(&household.address)));
            }
        }
        for (_, record) in town.records(&Kind::Alert)? {
            if let Record::Alert(alert) = record {
                present.numbers.extend(alert.platform_number);
            }
        }
        Ok(present)
    }
}

/// One record to write.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The line it comes from, the first of several.
    pub row: u64,
    /// The document it becomes.
    pub id: DocumentId,
    /// Where.
    pub scope: Scope,
    /// What.
    pub record: Record,
}

impl From<Planned> for Draft {
    fn from(planned: Planned) -> Self {
        Self::Create { id: planned.id, record: Box::new(planned.record), scope: planned.scope }
    }
}

/// What a file comes to.
#[derive(Debug, Default)]
pub struct Plan {
    /// Lines of data.
    pub rows: usize,
    /// What to write, subjects first.
    pub records: Vec<Planned>,
    /// Lines that cannot be taken.
    pub bad: Vec<BadRow>,
}

/// What an import says it did.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Lines of data.
    pub rows: usize,
    /// Records made.
    pub new: usize,
    /// Lines that could not be taken.
    pub bad: Vec<BadRow>,
    /// Whether anything was written.
    pub applied: bool,
}

/// Reads `file` as a list of `noun`.
///
/// # Errors
/// Where the file as a whole cannot be read; bad rows are in the plan.
pub fn plan(
    noun: Noun,
    file: &[u8],
    present: &Present,
    zone: &Zone,
    now: Time,
    random: &mut dyn Random,
) -> Result<Plan, FileError> {
    let mut context = Context { present, zone, now, random };
    let mut plan = match noun {
        Noun::Areas => areas::plan(file, &mut context),
        Noun::People => people::plan(file, &mut context),
        Noun::Households => households::plan(file, &mut context),
        Noun::Alerts => alerts::plan(file, &mut context),
    }?;
    plan.bad.sort_by_key(|bad| bad.row);
    Ok(plan)
}

/// Adds to the bad lines those that `by` may not write, so that no part of a file is written without the rest.
/// Says whether there is any line they may write.
///
/// # Errors
/// Where the store fails.
pub fn permit(plan: &mut Plan, town: &Town, by: PersonId) -> Result<bool, StoreError> {
    let standing = town.store().standing(by)?;
    let mut wanted: BTreeSet<AreaId> = standing.roles.iter().map(|(_, area)| *area).collect();
    let mut alerts = HashMap::new();
    for planned in &plan.records {
        match (planned.scope, &planned.record) {
            (Scope::CaseFile(id), Record::Alert(alert)) => {
                wanted.insert(alert.area);
                alerts.insert(id, alert.area);
            }
            (Scope::Grid(grid), _) => {
                wanted.insert(grid);
            }
            _ => {}
        }
    }
    let context = town.store().context(&Wanted { areas: wanted.into_iter().collect(), ..Wanted::default() })?;
    let ground = Ground { areas: &context.areas, alerts: &alerts };
    let asker = if by == SYSTEM { Asker::System } else { Asker::Person(&standing) };
    let mut any = false;
    for planned in &plan.records {
        let (kind, scope) = (planned.record.kind(), planned.scope);
        let roles = access::rule(&kind, scope).map(|rule| rule.may).unwrap_or_default();
        if roles.iter().any(|(role, _)| access::may_create(asker, role, &kind, scope, ground).is_ok()) {
            any = true;
        } else {
            let column = if kind == Kind::Alert { "area" } else { "grid" };
            let reason =
                "lies where the person that --as names may not write; name somebody else, or leave the line out";
            plan.bad.push(BadRow::new(planned.row, column, reason));
        }
    }
    plan.bad.sort_by_key(|bad| bad.row);
    Ok(any)
}

pub use households::door_key;
pub(crate) use people::{EVERYWHERE, assignment};

struct Context<'a> {
    present: &'a Present,
    zone: &'a Zone,
    now: Time,
    random: &'a mut dyn Random,
}
