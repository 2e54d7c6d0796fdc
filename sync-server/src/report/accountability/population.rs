//! Those of whom a sample is drawn: people who sent money in a period, as the server knew it when its log had a length.
//!
//! Floor: sync-server, report. Invariants: what there was to choose from hangs on the log up to a place and on nothing
//! that came after, so it comes out the same whenever it is asked for; a person stands in it once, by one alert.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::document::Document;
use qiaomen_core::doors::Period;
use qiaomen_core::record::{
    Alert, AlertId, AreaId, DocumentId, Household, HouseholdId, PersonId, Record, ResidentId, Role, Scope,
    counterpart_of,
};

use super::groups::Groups;
use super::sample::{DrawLine, population_hash};
use crate::store::StoreError;
use crate::town::Town;

/// So many others may have written between what a draw was made from and its being accepted.
const BETWEEN: u64 = 16;

/// Whom `reader` could have chosen from when the log had this length: of the areas that they held then as a supervisor or
/// as the police, each person by the smallest identifier of their alerts after which money was sent in the period.
pub(super) fn population(
    town: &Town,
    reader: PersonId,
    period: Period,
    length: u64,
) -> Result<BTreeSet<AlertId>, StoreError> {
    let known = Known { town, length };
    let held = known.held(reader)?;
    if held.is_empty() {
        return Ok(BTreeSet::new());
    }
    let cases = Cases::read(&known, period)?;
    let alerts = cases.alerts(&known)?;
    let groups = cases.people(&known, &alerts)?;
    let mut people: BTreeMap<AlertId, AlertId> = BTreeMap::new();
    for alert in cases.standing() {
        if alerts.get(&alert).is_some_and(|said| held.contains(&said.area)) {
            let stands = people.entry(groups.of(alert)).or_insert(alert);
            *stands = (*stands).min(alert);
        }
    }
    Ok(people.into_values().collect())
}

/// What a draw was made from, made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DrawnFrom {
    /// The same as it was.
    Same(BTreeSet<AlertId>),
    /// It cannot be made again: the log before the draw is not as it was.
    Lost,
}

/// What a draw was made from, made again.
pub(super) fn as_drawn(town: &Town, line: &DrawLine) -> Result<DrawnFrom, StoreError> {
    let changes = town.store().changes(line.id)?;
    let Some(first) = changes.first().map(|change| change.sequence) else { return Ok(DrawnFrom::Lost) };
    let period = Period { from: line.draw.from, until: line.draw.to };
    for back in 1..=BETWEEN.min(first) {
        let found = population(town, line.by, period, first - back)?;
        if population_hash(&found) == line.draw.population_hash {
            return Ok(DrawnFrom::Same(found));
        }
    }
    Ok(DrawnFrom::Lost)
}

/// The records as they stood when the log had a length.
struct Known<'t> {
    town: &'t Town,
    length: u64,
}

impl Known<'_> {
    fn record(&self, id: DocumentId) -> Result<Option<Record>, StoreError> {
        let changes = self.town.store().changes_until(id, self.length, None)?;
        if changes.is_empty() {
            return Ok(None);
        }
        let document = Document::load(changes.iter().map(Vec::as_slice)).ok();
        Ok(document.and_then(|document| document.record().ok()))
    }

    /// The records of a table.
    fn all(&self, table: &str) -> Result<Vec<(DocumentId, Record)>, StoreError> {
        let mut ids: Vec<DocumentId> = Vec::new();
        self.town.store().walk_cells(table, &[], &mut |row, _| {
            ids.push(row.document);
            Ok(())
        })?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(self.record(id)?.map(|record| (id, record)));
        }
        Ok(found)
    }

    /// The areas that somebody held as a supervisor or as the police.
    fn held(&self, reader: PersonId) -> Result<BTreeSet<AreaId>, StoreError> {
        let mut held = BTreeSet::new();
        if let Some(Record::Person(person)) = self.record(reader.into())?
            && !person.left
        {
            let roles = person.assignments.values().filter(|one| !one.ended);
            held.extend(roles.filter(|one| matches!(one.role, Role::Supervisor | Role::Police)).map(|one| one.area));
        }
        if held.is_empty() {
            return Ok(held);
        }
        let mut parents: BTreeMap<AreaId, AreaId> = BTreeMap::new();
        for (id, record) in self.all("area")? {
            if let Record::Area(area) = record {
                parents.extend(area.parent.map(|parent| (AreaId::from(id), parent)));
            }
        }
        loop {
            let before = held.len();
            for (area, parent) in &parents {
                if held.contains(parent) {
                    held.insert(*area);
                }
            }
            if held.len() == before {
                return Ok(held);
            }
        }
    }

    /// A door, and the grid that it lay in.
    fn door(&self, id: HouseholdId) -> Result<Option<(Household, AreaId)>, StoreError> {
        let Some(Record::Household(door)) = self.record(id.into())? else { return Ok(None) };
        let born = match self.town.store().document(id.into())?.map(|stored| stored.birth_scope) {
            Some(Scope::Grid(grid)) => Some(grid),
            _ => None,
        };
        Ok(door.grid.or(born).map(|grid| (door, grid)))
    }
}

/// What happened to alerts.
#[derive(Default)]
struct Cases {
    /// Alerts after which money was recorded as sent in the period.
    sent: BTreeSet<AlertId>,
    recalled: BTreeSet<AlertId>,
    /// Alerts that joined another.
    into: BTreeMap<AlertId, AlertId>,
}

impl Cases {
    fn read(known: &Known<'_>, period: Period) -> Result<Self, StoreError> {
        let mut found = Self::default();
        for table in ["money_sent", "recall", "join"] {
            for (_, record) in known.all(table)? {
                match record {
                    Record::MoneySent(sent) if period.contains(sent.sent.unwrap_or(sent.at)) => {
                        found.sent.insert(sent.alert);
                    }
                    Record::Recall(recall) => {
                        found.recalled.insert(recall.alert);
                    }
                    // Each of the two files says it; which of them is there tells as much.
                    Record::Join(join) if join.into_other => {
                        found.into.insert(join.alert, join.other);
                    }
                    Record::Join(join) => {
                        found.into.insert(join.other, join.alert);
                    }
                    _ => {}
                }
            }
        }
        Ok(found)
    }

    /// Which alerts were joined.
    fn joined(&self) -> Groups<AlertId> {
        let mut joined = Groups::default();
        for (one, other) in &self.into {
            joined.join(*one, *other);
        }
        joined
    }

    /// The alerts after which money was sent, and all that were joined with any.
    fn all(&self) -> BTreeSet<AlertId> {
        let others = self.into.iter().flat_map(|(one, other)| [*one, *other]);
        self.sent.iter().copied().chain(others).collect()
    }

    /// The alerts after which money was sent, but those that were recalled; a case goes on for an alert that joined it.
    fn standing(&self) -> BTreeSet<AlertId> {
        let joined = self.joined();
        let standing = self.all().into_iter().filter(|alert| !self.recalled.contains(alert));
        let cases: BTreeSet<AlertId> = standing.map(|alert| joined.of(alert)).collect();
        self.sent.iter().filter(|alert| cases.contains(&joined.of(**alert))).copied().collect()
    }

    /// The alerts after which money was sent, and those with which they are joined.
    fn alerts(&self, known: &Known<'_>) -> Result<BTreeMap<AlertId, Alert>, StoreError> {
        let joined = self.joined();
        let meant: BTreeSet<AlertId> = self.sent.iter().map(|alert| joined.of(*alert)).collect();
        let mut found = BTreeMap::new();
        for alert in self.all().into_iter().filter(|alert| meant.contains(&joined.of(*alert))) {
            if let Some(Record::Alert(said)) = known.record(alert.into())? {
                found.insert(alert, said);
            }
        }
        Ok(found)
    }

    /// Which of these alerts are about one person.
    fn people(&self, known: &Known<'_>, alerts: &BTreeMap<AlertId, Alert>) -> Result<Groups<AlertId>, StoreError> {
        let mut groups = self.joined();
        let (doors, residents) = merged(known, alerts.values().filter_map(|alert| alert.household))?;
        let mut by_resident: BTreeMap<ResidentId, AlertId> = BTreeMap::new();
        let mut by_name: BTreeMap<(HouseholdId, &str), Vec<AlertId>> = BTreeMap::new();
        for (id, alert) in alerts {
            if let Some(resident) = alert.resident {
                groups.join(*by_resident.entry(residents.of(resident)).or_insert(*id), *id);
            }
            if let Some(door) = alert.household {
                by_name.entry((doors.of(door), alert.name.as_str())).or_default().push(*id);
            }
        }
        for ids in by_name.values() {
            let resident = |id: &AlertId| alerts.get(id)?.resident.map(|resident| residents.of(resident));
            let named: BTreeSet<ResidentId> = ids.iter().filter_map(resident).collect();
            // Of two of one name behind a door, an alert that names neither tells not which it means.
            let one: Vec<AlertId> =
                ids.iter().filter(|id| named.len() < 2 || resident(id).is_none()).copied().collect();
            for pair in one.windows(2) {
                if let [one, other] = pair {
                    groups.join(*one, *other);
                }
            }
        }
        Ok(groups)
    }
}

/// Which doors are one, of these and of those that they were merged into, and who is whom there.
fn merged(
    known: &Known<'_>,
    doors: impl Iterator<Item = HouseholdId>,
) -> Result<(Groups<HouseholdId>, Groups<ResidentId>), StoreError> {
    let (mut groups, mut people) = (Groups::default(), Groups::default());
    let (mut next, mut seen): (Vec<HouseholdId>, BTreeSet<HouseholdId>) = (doors.collect(), BTreeSet::new());
    while let Some(id) = next.pop() {
        if !seen.insert(id) {
            continue;
        }
        let Some((door, grid)) = known.door(id)? else { continue };
        let Some(into) = door.merged_into else { continue };
        // Doors are one while both lie in one grid.
        if known.door(into)?.is_some_and(|(_, there)| there == grid) {
            groups.join(id, into);
            for (gone, kept) in door.counterparts.iter().filter_map(|pair| counterpart_of(pair)) {
                people.join(gone, kept);
            }
            next.push(into);
        }
    }
    Ok((groups, people))
}
