//! Doors and the people behind them.
//!
//! Floor: replica. Invariants: lists are answered from rows and paged; no document is opened to order them; a door
//! marked as removed is in none, nor is one that was merged into another.

use rusqlite::ToSql;

use super::{Kept, Part, Replica, ReplicaError, Writing, reader};
use crate::projection::search::{self, As, Condition, Parts, Search};
use crate::record::{AreaId, DocumentId, Household, HouseholdId, ResidentId, Scope, Time};
use crate::store::FOLDED;

/// Doors and the people behind them.
#[derive(Clone, Copy, Debug)]
pub struct Households<'r>(pub(super) &'r Replica);

/// In which order doors are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Those visited longest ago first, those never visited before them.
    LastVisit,
    /// As a worker walks: by group, building, unit, floor, room, house number.
    Walking,
    /// Those never visited before the others, each as a worker walks.
    NotVisited,
}

/// A door in a list.
#[derive(Clone, Debug)]
pub struct HouseholdLine {
    /// The door.
    pub household: Kept<Household>,
    /// When it was last visited, by anybody.
    pub last_visit: Option<Time>,
    /// What a search found it by; nothing in a list that nobody searched.
    pub found: Vec<Found>,
}

/// A word that a search found at a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The word, as it was typed.
    pub word: String,
    /// Where it was found.
    pub place: Place,
}

/// Where a search found a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the door's address.
    Address,
    /// In a resident's name, in characters.
    Name(ResidentId),
    /// In a resident's name, as pinyin or initials.
    Spelling(ResidentId),
    /// At the end of one of a resident's telephones.
    Telephone(ResidentId),
}

reader!(household, Household);

impl Households<'_> {
    /// Saves a door that is new in the roster of `grid`.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together.
    pub fn save(
        &self,
        grid: AreaId,
        record: &Household,
        writing: impl Into<Writing>,
    ) -> Result<HouseholdId, ReplicaError> {
        let saved = self.0.save_new(&writing.into(), None, &record.clone().into(), |_, _| Ok(Scope::Grid(grid)))?;
        Ok(saved.into())
    }

    /// Saves what the person changed: `before` is what they were shown, `after` what they made of it. False
    /// if there is nothing to write.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: HouseholdId,
        before: &Household,
        after: &Household,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id.into(), &before.clone().into(), &after.clone().into())
    }

    /// One door.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: HouseholdId) -> Result<Option<Kept<Household>>, ReplicaError> {
        self.0.get_one(id.into(), household)
    }

    /// Doors of one grid, or of all that the phone holds.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self, grid: Option<AreaId>, order: Order, part: Part) -> Result<Vec<HouseholdLine>, ReplicaError> {
        self.listed(grid, order, "", &[], part)
    }

    /// Doors of one grid, or of all that the phone holds, that nobody has visited since an instant, or ever; as a
    /// worker walks.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn not_visited(
        &self,
        grid: Option<AreaId>,
        since: Option<Time>,
        part: Part,
    ) -> Result<Vec<HouseholdLine>, ReplicaError> {
        let since = since.map_or(i64::MIN, Time::millis);
        let only = "AND NOT EXISTS(SELECT 1 FROM visit WHERE household = document.id AND ended >= ?4)
             AND (more.latest IS NULL OR more.latest < ?4)";
        self.listed(grid, Order::Walking, only, &[&since], part)
    }

    /// Doors that fulfil `only` besides, whose parameters begin with the fourth.
    fn listed(
        &self,
        grid: Option<AreaId>,
        order: Order,
        only: &str,
        more: &[&dyn ToSql],
        part: Part,
    ) -> Result<Vec<HouseholdLine>, ReplicaError> {
        let order = match order {
            Order::LastVisit => "last, household.walk",
            Order::Walking => "household.walk",
            Order::NotVisited => "last IS NOT NULL, household.walk",
        };
        let last = last("document.id");
        let sql = format!(
            "WITH RECURSIVE {FOLDED}, {MORE}
             SELECT document.id, {last} AS last
             FROM household JOIN document INDEXED BY document_door USING(record)
               LEFT JOIN more ON more.kept = document.id
             WHERE document.kind = 'household' AND household.removed = 0 AND (?1 IS NULL OR document.scope = ?1)
               AND document.id NOT IN (SELECT gone FROM folded) {only}
             ORDER BY {order}, document.id LIMIT ?2 OFFSET ?3"
        );
        let scope = grid.map(|grid| Scope::Grid(grid).to_bytes());
        let bound = [&[&scope as &dyn ToSql, &part.take, &part.skip], more].concat();
        let found = self.0.read(|store| Ok(store.dated(&sql, &bound)?))?;
        let line = |(id, last_visit): (DocumentId, Option<Time>)| {
            let kept = self.0.get_one(id, household).transpose()?;
            Some(kept.map(|household| HouseholdLine { household, last_visit, found: Vec::new() }))
        };
        found.into_iter().filter_map(line).collect()
    }

    /// Doors where every word of `text` is found: in the address; or of a resident who is not marked as removed, in
    /// the name, as its pinyin (from any syllable on, without tones, in any reading) or initials, or as the last
    /// three or more digits of a telephone. Who has left the town is found: their door is where one asks for them.
    /// First come the doors whose room or house number is a word of it, each as a worker walks. Words after the
    /// tenth are not looked at; no words find every door.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn find(&self, text: &str, part: Part) -> Result<Vec<HouseholdLine>, ReplicaError> {
        let search = Search::new(text);
        let mut texts = Vec::new();
        let condition = sql(search.condition(), &mut texts);
        let exact = sql(search.exact(), &mut texts);
        let last = last("id");
        // Only those of the page are looked up: a document's row is long.
        let query = format!(
            "WITH RECURSIVE {FOLDED}, {MORE}
             SELECT id, {last} FROM (
               SELECT record, {exact} AS exact, walk FROM household WHERE removed = 0 AND {condition}
                 AND (merged_into IS NULL OR record NOT IN (
                   SELECT document.record FROM folded JOIN document ON document.id = folded.gone))
               ORDER BY exact DESC, walk, record LIMIT ?1 OFFSET ?2) JOIN document USING(record)
               LEFT JOIN more ON more.kept = id
             ORDER BY exact DESC, walk, record"
        );
        let mut bound: Vec<&dyn ToSql> = vec![&part.take, &part.skip];
        bound.extend(texts.iter().map(|text| text as &dyn ToSql));
        let found = self.0.read(|store| Ok(store.dated(&query, &bound)?))?;
        let line = |(id, last_visit): (DocumentId, Option<Time>)| {
            let kept = self.0.get_one(id, household).transpose()?;
            Some(kept.map(|household| HouseholdLine {
                found: found_in(&search, &household.record),
                household,
                last_visit,
            }))
        };
        found.into_iter().filter_map(line).collect()
    }
}

/// When somebody last visited what was merged into a door.
const MORE: &str = "more(kept, latest) AS (
       SELECT folded.kept, max(visit.ended) FROM folded CROSS JOIN visit ON visit.household = folded.gone
       GROUP BY folded.kept)";

/// When somebody last visited a door, or what was merged into it.
fn last(door: &str) -> String {
    let own = format!("(SELECT max(visit.ended) FROM visit WHERE visit.household = {door})");
    format!("CASE WHEN more.latest IS NULL THEN {own} ELSE ifnull(max({own}, more.latest), more.latest) END")
}

/// A condition on the searched column, its texts from the third parameter on.
fn sql(condition: Condition, texts: &mut Vec<String>) -> String {
    let (all, none, conditions) = match condition {
        Condition::Has(text) => {
            texts.push(text);
            return format!("instr(search, ?{}) > 0", texts.len() + 2);
        }
        Condition::All(all) => (" AND ", "1", all),
        Condition::Any(any) => (" OR ", "0", any),
    };
    if conditions.is_empty() {
        return none.to_owned();
    }
    let each: Vec<String> = conditions.into_iter().map(|condition| sql(condition, texts)).collect();
    format!("({})", each.join(all))
}

/// Where a search finds its words at a door.
fn found_in(search: &Search, household: &Household) -> Vec<Found> {
    let at = &household.address;
    let address = Parts {
        group: at.group.as_deref(),
        building: at.building.as_deref(),
        unit: at.unit.as_deref(),
        floor: at.floor,
        room: at.room.as_deref(),
        number: at.number.as_deref(),
    }
    .searched();
    let residents: Vec<_> = household.residents.iter().filter(|(_, resident)| !resident.removed).collect();
    let sections: Vec<String> = residents
        .iter()
        .map(|(_, resident)| search::resident(&resident.name, resident.telephones.iter().map(String::as_str)))
        .collect();
    let text = search::whole(&address, &sections);
    let found = |section: &str, place: &dyn Fn(As) -> Place| -> Vec<Found> {
        let words = search.found(&text, section).into_iter();
        words.map(|(word, how)| Found { word: word.to_owned(), place: place(how) }).collect()
    };
    let mut all = found(&address, &|_| Place::Address);
    for ((id, _), section) in residents.into_iter().zip(&sections) {
        all.extend(found(section, &|how| match how {
            As::Text => Place::Name(*id),
            As::Spelling => Place::Spelling(*id),
            As::Telephone => Place::Telephone(*id),
        }));
    }
    all
}
