//! Doors that are likely to be one and the same, in pairs.
//!
//! Floor: sync-server, amend. Invariants: of grids where the reader is a supervisor, and nothing else; doors and people
//! as they are kept in memory are held against each other, and the pairs that are shown are read with what lies at them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use qiaomen_core::doors::{DoorFacts, doubles};
use qiaomen_core::record::{Address, AreaId, HouseholdId, PersonId, ResidentId, Scope, Tag, Time};
use serde::Serialize;

use crate::amend::rights::Rights;
use crate::amend::{AmendError, Listed, Page, Who, who};
use crate::report::Reports;
use crate::report::kept::KeptGrid;
use crate::store::StoreError;
use crate::town::Town;

/// How many doors of different grids that share one person are held against each other.
const MOST: usize = 8;

/// Two doors that are likely to be one.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    /// The one made first.
    pub one: Side,
    /// The other.
    pub other: Side,
    /// Whether both addresses come to the same.
    pub same_address: bool,
    /// Names of residents who stand behind both with the same telephone.
    pub residents: BTreeSet<String>,
}

/// A door of a pair.
#[derive(Clone, Debug, Serialize)]
pub struct Side {
    /// The door.
    pub household: HouseholdId,
    /// The grid that it lies in.
    pub grid: AreaId,
    /// The grid, as people call it: `village/grid`.
    pub place: String,
    /// Where it is.
    pub address: Address,
    /// The same in the one form that all ways of writing it come to.
    #[serde(skip)]
    pub walk: String,
    /// Its people, but those who are marked as removed.
    pub residents: Vec<SideResident>,
    /// How many visits to the door there are.
    pub visits: usize,
    /// When the last of them was.
    pub last_visit: Option<Time>,
    /// How many pledges stand.
    pub pledges: usize,
    /// Who entered it.
    pub entered_by: Who,
    /// When it arrived.
    pub entered: Time,
}

/// Somebody behind a door of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SideResident {
    /// Who.
    pub resident: ResidentId,
    /// Their name.
    pub name: String,
    /// Their telephone numbers.
    pub telephones: Vec<String>,
    /// What a worker should know of them.
    pub tags: BTreeSet<Tag>,
    /// Whether they left the town.
    pub left_town: bool,
}

/// The doors of these grids with their people, as they were last read.
fn doors_of(town: &Town, grids: &[AreaId]) -> Result<BTreeMap<AreaId, Arc<KeptGrid>>, StoreError> {
    grids.iter().map(|grid| Ok((*grid, town.doors_of(*grid)?))).collect()
}

/// Likely the same, across grids: somebody of one name with one telephone stands behind both.
fn across(grids: &BTreeMap<AreaId, Arc<KeptGrid>>) -> BTreeMap<(HouseholdId, HouseholdId), BTreeSet<String>> {
    let mut people: HashMap<(&str, &str), Vec<&DoorFacts>> = HashMap::new();
    for door in grids.values().flat_map(|grid| &grid.doors).filter(|door| !door.removed) {
        for resident in door.residents.iter().filter(|resident| resident.is_here()) {
            for telephone in &resident.telephones {
                people.entry((&resident.name, telephone)).or_default().push(door);
            }
        }
    }
    let mut found: BTreeMap<(HouseholdId, HouseholdId), BTreeSet<String>> = BTreeMap::new();
    for ((name, _), doors) in people.into_iter().filter(|(_, doors)| (2..=MOST).contains(&doors.len())) {
        for (at, one) in doors.iter().enumerate() {
            for other in doors.iter().skip(at + 1).filter(|other| other.grid != one.grid) {
                let pair = (one.household.min(other.household), one.household.max(other.household));
                found.entry(pair).or_default().insert(name.to_owned());
            }
        }
    }
    found
}

/// Doors that are likely to be one and the same, in grids at or below `area` where the reader is a supervisor: those of one
/// grid first, as the area tree and a worker's walk have them.
///
/// # Errors
/// [`AmendError::Store`].
pub fn pairs(town: &Town, reader: PersonId, area: Option<AreaId>, page: Page) -> Result<Listed<Pair>, AmendError> {
    let reports = Reports::of(town)?;
    let all = reports.tree().grids(area);
    let rights = Rights::of(town, reader, all.iter().map(|grid| Scope::Grid(*grid)))?;
    let held: Vec<AreaId> = all.iter().copied().filter(|grid| rights.decides(Scope::Grid(*grid))).collect();
    let grids = doors_of(town, &held)?;
    let mut found: Vec<(HouseholdId, HouseholdId, bool, BTreeSet<String>)> = Vec::new();
    for doors in all.iter().filter_map(|grid| grids.get(grid)) {
        let likely = doubles(&doors.doors).into_iter();
        found.extend(likely.map(|pair| (pair.household, pair.other, pair.same_address, pair.residents)));
    }
    found.extend(across(&grids).into_iter().map(|((one, other), residents)| (one, other, false, residents)));
    let grid_of: HashMap<HouseholdId, AreaId> =
        grids.iter().flat_map(|(grid, doors)| doors.doors.iter().map(|door| (door.household, *grid))).collect();
    let Listed { total, skip, list } = page.of(found);
    let wanted = list.iter().flat_map(|(one, other, ..)| [*one, *other]);
    let wanted: Vec<_> = wanted.filter_map(|door| Some((*grid_of.get(&door)?, door))).collect();
    let sides: HashMap<HouseholdId, Side> =
        sides(town, &reports, &wanted)?.into_iter().map(|side| (side.household, side)).collect();
    let side = |door: &HouseholdId| sides.get(door).cloned();
    let list = list
        .into_iter()
        .filter_map(|(one, other, same_address, residents)| {
            Some(Pair { one: side(&one)?, other: side(&other)?, same_address, residents })
        })
        .collect();
    Ok(Listed { total, skip, list })
}

/// What there is to know of these doors; whoever asks has seen to it that they may be told.
pub(super) fn sides(
    town: &Town,
    reports: &Reports<'_>,
    wanted: &[(AreaId, HouseholdId)],
) -> Result<Vec<Side>, StoreError> {
    let mut grids: BTreeMap<AreaId, HashMap<HouseholdId, DoorFacts>> = BTreeMap::new();
    let mut names: HashMap<PersonId, Who> = HashMap::new();
    let mut found = Vec::with_capacity(wanted.len());
    for (grid, household) in wanted {
        if !grids.contains_key(grid) {
            let doors = reports.doors_in(*grid)?.into_iter().map(|door| (door.household, door)).collect();
            grids.insert(*grid, doors);
        }
        let Some(door) = grids.get(grid).and_then(|doors| doors.get(household)) else { continue };
        let Some(stored) = town.store().document((*household).into())? else { continue };
        let entered_by = match names.get(&stored.author) {
            Some(known) => known.clone(),
            None => who(town, stored.author)?,
        };
        names.insert(stored.author, entered_by.clone());
        let to_the_door = || door.visits.iter().filter(|visit| visit.is_to_the_door());
        let residents = door.residents.iter().filter(|resident| !resident.removed).map(|resident| SideResident {
            resident: resident.resident,
            name: resident.name.clone(),
            telephones: resident.telephones.clone(),
            tags: resident.tags.clone(),
            left_town: resident.left_town,
        });
        found.push(Side {
            household: *household,
            grid: *grid,
            place: reports.tree().path(*grid),
            address: door.address.clone(),
            walk: door.walk.clone(),
            residents: residents.collect(),
            visits: to_the_door().count(),
            last_visit: to_the_door().map(|visit| visit.ended).max(),
            pledges: door.pledges.iter().filter(|pledge| pledge.stands()).count(),
            entered_by,
            entered: stored.arrival,
        });
    }
    Ok(found)
}
