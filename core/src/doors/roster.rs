//! From rows to doors.
//!
//! Floor: doors; pure. Invariants: total over whatever rows hold; a fact belongs to its door only while both lie in
//! one grid, and so do a review or a correction and what they are about, so that whoever holds the grid has all of
//! it; a visit of an alert is the exception: it lies in its case file, and belongs to the door that it names. A door
//! that was merged into another of its grid stands nowhere, and what belongs to it belongs to that one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::str::FromStr;

use super::facts::{ConsentFacts, DoorFacts, PledgeFacts, ResidentFacts, VisitFacts};
use super::folded::{Folded, Merged};
use crate::projection::Cell;
use crate::record::word::Word;
use crate::record::{
    Address, AreaId, DocumentId, Door, HouseholdId, Outcome, PersonId, Purpose, ResidentId, ReviewState, Scope, Time,
    counterpart_of,
};

/// A table that doors are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Doors.
    Household,
    /// The people behind them.
    Resident,
    /// Visits.
    Visit,
    /// Pledges.
    Pledge,
    /// Consents.
    Consent,
    /// Reviews.
    Review,
}

impl Source {
    /// Every one.
    pub const ALL: [Self; 6] =
        [Self::Household, Self::Resident, Self::Visit, Self::Pledge, Self::Consent, Self::Review];

    /// The table's name in the projection.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::Resident => "resident",
            Self::Visit => "visit",
            Self::Pledge => "pledge",
            Self::Consent => "consent",
            Self::Review => "review",
        }
    }

    /// Whether its rows are parts of a document.
    #[must_use]
    pub const fn parts(self) -> bool {
        matches!(self, Self::Resident)
    }

    /// The columns that are read, in the order in which [`Roster::take`] wants their cells.
    #[must_use]
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Household => &[
                "building",
                "unit",
                "floor",
                "room",
                "group",
                "number",
                "door",
                "removed",
                "walk",
                "merged_into",
                "counterparts",
            ],
            Self::Resident => {
                &["name", "telephones", "tags", "app_installed", "left_town", "left_to", "left_contact", "removed"]
            }
            Self::Visit => &["household", "purpose", "alert", "outcome", "met", "ended", "given", "explained"],
            Self::Pledge => &["household", "resident", "at", "signature", "archive_number", "corrects", "void"],
            Self::Consent => &["household", "out_of_count", "reason"],
            Self::Review => &["of", "state"],
        }
    }
}

/// What a store knows of a row's document.
#[derive(Clone, Copy, Debug)]
pub struct Filed {
    /// The document.
    pub document: DocumentId,
    /// Where it lies.
    pub scope: Scope,
    /// Who wrote it.
    pub author: Option<PersonId>,
    /// Its acceptance number, once the server gave it one.
    pub acceptance: Option<u64>,
    /// The part, in a table of parts.
    pub part: Option<[u8; 16]>,
}

/// Rows, while they are gathered.
#[derive(Debug, Default)]
pub struct Roster {
    doors: HashMap<HouseholdId, DoorFacts>,
    merged: HashMap<HouseholdId, Merged>,
    residents: Vec<(DocumentId, ResidentFacts)>,
    visits: Vec<(Scope, HouseholdId, VisitFacts)>,
    pledges: Vec<(Scope, HouseholdId, PledgeFacts, Option<DocumentId>)>,
    consents: Vec<(Scope, HouseholdId, ConsentFacts)>,
    /// The last accepted review of each record.
    reviews: HashMap<(Scope, DocumentId), (u64, DocumentId, ReviewState)>,
}

/// The cells of one row.
struct Cells<'c>(&'c [Cell]);

impl Cells<'_> {
    fn text(&self, at: usize) -> Option<&str> {
        match self.0.get(at) {
            Some(Cell::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn owned(&self, at: usize) -> Option<String> {
        self.text(at).map(str::to_owned)
    }

    fn int(&self, at: usize) -> Option<i64> {
        match self.0.get(at) {
            Some(Cell::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    fn flag(&self, at: usize) -> bool {
        self.int(at) == Some(1)
    }

    fn time(&self, at: usize) -> Option<Time> {
        self.int(at).map(Time::from_millis)
    }

    fn document(&self, at: usize) -> Option<DocumentId> {
        match self.0.get(at) {
            Some(Cell::Blob(bytes)) => DocumentId::from_slice(bytes).ok(),
            _ => None,
        }
    }

    fn household(&self, at: usize) -> Option<HouseholdId> {
        self.document(at).map(HouseholdId::from)
    }

    fn members(&self, at: usize) -> impl Iterator<Item = &str> {
        self.text(at).unwrap_or_default().split(',').filter(|member| !member.is_empty())
    }

    fn words<T: Word>(&self, at: usize) -> BTreeSet<T> {
        self.members(at).map(T::from_word).collect()
    }
}

impl Roster {
    /// Takes a row in: the cells of its source's [`columns`](Source::columns).
    pub fn take(&mut self, source: Source, filed: &Filed, cells: &[Cell]) {
        let cells = Cells(cells);
        // A row that lacks what it cannot be without stands for nothing.
        let _ = match source {
            Source::Household => self.household(filed, &cells),
            Source::Resident => self.resident(filed, &cells),
            Source::Visit => self.visit(filed, &cells),
            Source::Pledge => self.pledge(filed, &cells),
            Source::Consent => self.consent(filed, &cells),
            Source::Review => self.review(filed, &cells),
        };
    }

    fn household(&mut self, filed: &Filed, cells: &Cells<'_>) -> Option<()> {
        let Scope::Grid(grid) = filed.scope else { return None };
        let household = HouseholdId::from(filed.document);
        let facts = DoorFacts {
            household,
            grid,
            address: Address {
                building: cells.owned(0),
                unit: cells.owned(1),
                floor: cells.int(2),
                room: cells.owned(3),
                group: cells.owned(4),
                number: cells.owned(5),
            },
            walk: cells.owned(8).unwrap_or_default(),
            door: Door::from_word(cells.text(6).unwrap_or_default()),
            removed: cells.flag(7),
            residents: Vec::new(),
            visits: Vec::new(),
            pledges: Vec::new(),
            consents: Vec::new(),
        };
        if let Some(into) = cells.household(9) {
            let people = cells.members(10).filter_map(counterpart_of).collect();
            self.merged.insert(household, Merged { into, people });
        }
        self.doors.insert(household, facts);
        Some(())
    }

    fn resident(&mut self, filed: &Filed, cells: &Cells<'_>) -> Option<()> {
        let facts = ResidentFacts {
            resident: ResidentId::from_bytes(filed.part?),
            name: cells.owned(0).unwrap_or_default(),
            telephones: cells.members(1).map(str::to_owned).collect(),
            tags: cells.words(2),
            app_installed: cells.int(3).map(|number| number == 1),
            left_town: cells.flag(4),
            left_to: cells.owned(5),
            left_contact: cells.owned(6),
            removed: cells.flag(7),
        };
        self.residents.push((filed.document, facts));
        Some(())
    }

    fn visit(&mut self, filed: &Filed, cells: &Cells<'_>) -> Option<()> {
        let facts = VisitFacts {
            visit: filed.document,
            purpose: Purpose::from_word(cells.text(1)?),
            for_alert: cells.document(2).is_some(),
            outcome: Outcome::from_word(cells.text(3)?),
            met: cells.members(4).filter_map(|member| ResidentId::from_str(member).ok()).collect(),
            ended: cells.time(5)?,
            given: cells.words(6),
            explained: cells.words(7),
            review: None,
        };
        self.visits.push((filed.scope, cells.household(0)?, facts));
        Some(())
    }

    fn pledge(&mut self, filed: &Filed, cells: &Cells<'_>) -> Option<()> {
        let facts = PledgeFacts {
            pledge: filed.document,
            resident: ResidentId::from_bytes(*cells.document(1)?.bytes()),
            at: cells.time(2)?,
            on_paper: !cells.flag(3),
            archive_number: cells.owned(4),
            void: cells.flag(6),
            corrected: false,
            author: filed.author,
            review: None,
        };
        self.pledges.push((filed.scope, cells.household(0)?, facts, cells.document(5)));
        Some(())
    }

    fn consent(&mut self, filed: &Filed, cells: &Cells<'_>) -> Option<()> {
        let facts = ConsentFacts {
            consent: filed.document,
            acceptance: filed.acceptance,
            out_of_count: cells.flag(1),
            reason: cells.text(2).map(Door::from_word),
        };
        self.consents.push((filed.scope, cells.household(0)?, facts));
        Some(())
    }

    fn review(&mut self, filed: &Filed, cells: &Cells<'_>) -> Option<()> {
        let last = (filed.acceptance?, filed.document, ReviewState::from_word(cells.text(1)?));
        let have = self.reviews.entry((filed.scope, cells.document(0)?)).or_insert_with(|| last.clone());
        if (have.0, have.1) < (last.0, last.1) {
            *have = last;
        }
        Some(())
    }

    /// The doors of the rows, by grid, each grid's in the order in which a worker walks.
    #[must_use]
    pub fn doors(self) -> BTreeMap<AreaId, Vec<DoorFacts>> {
        let Self { mut doors, merged, residents, visits, pledges, consents, reviews } = self;
        let folded = Folded::of(&merged, |door| doors.get(&door).map(|door| door.grid));
        let reviewed = |scope: Scope, of: DocumentId| reviews.get(&(scope, of)).map(|(_, _, state)| state.clone());
        for (document, facts) in residents {
            if let Some(door) = doors.get_mut(&HouseholdId::from(document)) {
                door.residents.push(facts);
            }
        }
        for (scope, household, facts) in visits {
            let Some(door) = doors.get_mut(&folded.door(household)) else { continue };
            let in_case_file = facts.for_alert && matches!(scope, Scope::CaseFile(_));
            if in_case_file || scope == Scope::Grid(door.grid) {
                let met = facts.met.iter().map(|who| folded.resident(household, *who)).collect();
                door.visits.push(VisitFacts { review: reviewed(scope, facts.visit), met, ..facts });
            }
        }
        let mut corrected: HashSet<(Scope, DocumentId)> = HashSet::new();
        for (scope, _, facts, corrects) in &pledges {
            if reviewed(*scope, facts.pledge) != Some(ReviewState::Rejected) {
                corrected.extend(corrects.map(|pledge| (*scope, pledge)));
            }
        }
        for (scope, household, facts, _) in pledges {
            let Some(door) = doors.get_mut(&folded.door(household)).filter(|door| scope == Scope::Grid(door.grid))
            else {
                continue;
            };
            let resident = folded.resident(household, facts.resident);
            let (review, corrected) = (reviewed(scope, facts.pledge), corrected.contains(&(scope, facts.pledge)));
            door.pledges.push(PledgeFacts { resident, corrected, review, ..facts });
        }
        for (scope, household, facts) in consents {
            let door = doors.get_mut(&folded.door(household));
            if let Some(door) = door.filter(|door| scope == Scope::Grid(door.grid)) {
                door.consents.push(facts);
            }
        }
        for gone in folded.gone() {
            doors.remove(&gone);
        }
        let mut walked: Vec<DoorFacts> = doors.into_values().collect();
        walked.sort_unstable_by(|one, other| (&one.walk, one.household).cmp(&(&other.walk, other.household)));
        let mut grids: BTreeMap<AreaId, Vec<DoorFacts>> = BTreeMap::new();
        for mut door in walked {
            door.residents.sort_unstable_by_key(|facts| facts.resident);
            door.visits.sort_unstable_by_key(|facts| (facts.ended, facts.visit));
            door.pledges.sort_unstable_by_key(|facts| (facts.at, facts.pledge));
            door.consents.sort_unstable_by_key(|facts| (facts.acceptance.is_none(), facts.acceptance, facts.consent));
            grids.entry(door.grid).or_default().push(door);
        }
        grids
    }
}
