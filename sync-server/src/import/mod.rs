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

use std::collections::BTreeSet;

use qiaomen_core::record::random::Random;
use qiaomen_core::record::{Area, AreaId, DocumentId, Kind, Person, PersonId, Record, Scope, Time, Zone};
use serde::Serialize;

use crate::author::Draft;
use crate::store::StoreError;
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
    match noun {
        Noun::Areas => areas::plan(file, &mut context),
        Noun::People => people::plan(file, &mut context),
        Noun::Households => households::plan(file, &mut context),
        Noun::Alerts => alerts::plan(file, &mut context),
    }
}

pub use households::door_key;
pub(crate) use people::assignment;

struct Context<'a> {
    present: &'a Present,
    zone: &'a Zone,
    now: Time,
    random: &'a mut dyn Random,
}
