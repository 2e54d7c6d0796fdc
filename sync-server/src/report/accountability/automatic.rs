//! What a supervisor is to look at without being asked, as far as case files go: alerts that failed, large losses, areas
//! with many of these, people whose household was never visited, people whom nobody met (L6, L8, Q12).
//!
//! Floor: sync-server, report. Invariants: each table is read once, and of each the columns that are needed; whatever is
//! reckoned is reckoned by core's playbook, of those alerts alone that may be listed; an alert that was recalled or
//! joined another stands in no list: its person stands there by the other.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use qiaomen_core::doors::Period;
use qiaomen_core::playbook::{Case, CaseResult, CaseVisit, DueKind, DueState, due, standing};
use qiaomen_core::projection::{Cell, record_of, table_named};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    AlertId, AreaId, AreaLevel, DocumentId, HouseholdId, Level, Outcome, PersonId, Purpose, Record, ResidentId,
    ReviewState, Role, Time,
};
use serde::Serialize;

use super::Held;
use super::folds::Folds;
use crate::report::area_tree;
use crate::store::StoreError;
use crate::town::Town;

/// From how much on a loss is large, in fen: 300,000 yuan.
pub const LARGE_FEN: i64 = 30_000_000;

/// From where on something is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From how much sent after an alert on, in fen.
    pub large_fen: i64,
    /// From how many alerts after which money was sent an area is one with many.
    pub many: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { large_fen: LARGE_FEN, many: 3 }
    }
}

/// Why an alert is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The person was met, and was defrauded afterwards (L6).
    Failed,
    /// As much was sent after the alert as counts as large.
    Large,
    /// The person's household had never been visited when the alert was issued.
    NeverVisited,
    /// The person should have been met and was not.
    NotMet,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Failed, Self::Large, Self::NeverVisited, Self::NotMet];
}

/// One alert of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The alert.
    pub alert: AlertId,
    /// Its number on the issuer's platform.
    pub number: Option<String>,
    /// The person's name, to be covered where it is shown.
    pub name: String,
    /// The area whose team answered for it.
    pub area: AreaId,
    /// The village that lies in; the area itself where it lies in none.
    pub village: AreaId,
    /// Its level now: what it was raised to counts.
    pub level: Level,
    /// When it was issued.
    pub issued: Time,
    /// The person's door.
    pub household: Option<HouseholdId>,
    /// The person on the roster.
    pub resident: Option<ResidentId>,
    /// When the person was first met.
    pub met: Option<Time>,
    /// When money was first sent after it.
    pub sent: Option<Time>,
    /// How much was sent after it, in fen.
    pub fen_after_alert: i64,
    /// How many three-day visits were missed, where nobody met the person.
    pub missed_visits: u32,
    /// Why it is listed.
    pub reasons: BTreeSet<Reason>,
}

/// A village, and what was sent there after alerts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Village {
    /// The village.
    pub area: AreaId,
    /// What people call it.
    pub name: String,
    /// Alerts after which money was sent.
    pub sent: u32,
    /// Of those, how many failed.
    pub failed: u32,
    /// Of those, how many were large.
    pub large: u32,
    /// What was sent, in fen.
    pub fen: i64,
}

/// The list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Automatic {
    /// The period.
    pub period: Period,
    /// From how much on a loss counts as large, in fen.
    pub large_fen: i64,
    /// From how many alerts with money sent an area has many.
    pub many: u32,
    /// The alerts, those after which most was sent first, then the newest.
    pub lines: Vec<Line>,
    /// The areas with many, those with most first.
    pub areas: Vec<Village>,
}

/// What is needed of an alert.
struct Outline {
    number: Option<String>,
    name: String,
    area: AreaId,
    level: Level,
    issued: Time,
    reached: Time,
    household: Option<HouseholdId>,
    resident: Option<ResidentId>,
    /// The version of the playbook that it was issued under.
    playbook: String,
}

/// The tables of what bears on these lists and is rare, whole.
const RARE: [&str; 6] = ["money_sent", "raise", "recall", "join", "extension", "transfer"];

/// The list of a period, of what `reader` holds as a supervisor or as the police: of alerts issued in it, and of those
/// after which money was sent in it.
///
/// # Errors
/// As the store.
pub fn automatic(
    town: &Town,
    reader: PersonId,
    period: Period,
    limits: Limits,
    now: Time,
) -> Result<Automatic, StoreError> {
    let held = Held::of(town, reader)?;
    let mut found =
        Automatic { period, large_fen: limits.large_fen, many: limits.many, lines: Vec::new(), areas: Vec::new() };
    if held.is_nothing() {
        return Ok(found);
    }
    let outlines = outlines(town, &held)?;
    let facts = rare(town, &outlines)?;
    let visits = Visits::read(town, &outlines)?;
    let books = town.books()?;
    let tree = area_tree(town)?;
    let village = |area: AreaId| {
        tree.upward(area).find(|(_, above)| above.level == AreaLevel::Village).map_or(area, |(id, _)| id)
    };
    let mut villages: BTreeMap<AreaId, Village> = BTreeMap::new();
    for (alert, outline) in &outlines {
        let facts = facts.get(alert).map(Vec::as_slice).unwrap_or_default();
        let met = visits.met.get(alert).copied().filter(|met| *met <= now);
        let issued = period.contains(outline.issued) && outline.issued <= now;
        let unseen = outline.household.is_some_and(|door| !visits.saw(door, outline.issued));
        if facts.is_empty() && !(issued && (unseen || met.is_none())) {
            continue;
        }
        let case = outline.case(met, facts);
        let stands = standing(&case, town.zone(), now);
        if matches!(stands.result, CaseResult::Recalled | CaseResult::Joined) {
            continue;
        }
        let sent = stands.sent_after_alert.filter(|_| {
            let went = case.money_sent.iter().map(|sent| sent.at).filter(|at| *at > outline.issued && *at <= now);
            went.into_iter().any(|at| period.contains(at))
        });
        let large = sent.is_some() && stands.fen_after_alert >= limits.large_fen;
        let failed = sent.is_some() && stands.accident.is_some();
        let mut reasons = BTreeSet::new();
        reasons.extend(failed.then_some(Reason::Failed));
        reasons.extend(large.then_some(Reason::Large));
        reasons.extend((issued && unseen).then_some(Reason::NeverVisited));
        let mut missed_visits = 0;
        if issued && met.is_none() {
            let list = due(books.of_alert(&outline.playbook), &case, town.zone(), now).list;
            let undone = |state| matches!(state, DueState::Overdue | DueState::Missed);
            let of = |kind| list.iter().filter(move |due| due.kind == kind && undone(due.state));
            missed_visits = u32::try_from(of(DueKind::ThreeDayVisit).count()).unwrap_or(u32::MAX);
            reasons.extend((of(DueKind::FirstMeeting).count() > 0).then_some(Reason::NotMet));
        }
        let village = village(outline.area);
        if sent.is_some() {
            let name = tree.get(village).map(|area| area.name.clone()).unwrap_or_default();
            let count = villages.entry(village).or_insert(Village {
                area: village,
                name,
                sent: 0,
                failed: 0,
                large: 0,
                fen: 0,
            });
            count.sent += 1;
            count.failed += u32::from(failed);
            count.large += u32::from(large);
            count.fen = count.fen.saturating_add(stands.fen_after_alert);
        }
        if reasons.is_empty() {
            continue;
        }
        found.lines.push(Line {
            alert: *alert,
            number: outline.number.clone(),
            name: outline.name.clone(),
            area: outline.area,
            village,
            level: stands.level,
            issued: outline.issued,
            household: outline.household,
            resident: outline.resident,
            met,
            sent: stands.sent_after_alert,
            fen_after_alert: stands.fen_after_alert,
            missed_visits,
            reasons,
        });
    }
    found.lines.sort_by_key(|line| (std::cmp::Reverse((line.fen_after_alert, line.issued)), line.alert));
    found.areas = villages.into_values().filter(|village| village.sent >= limits.many).collect();
    found.areas.sort_by_key(|village| (std::cmp::Reverse((village.sent, village.fen)), village.area));
    Ok(found)
}

impl Outline {
    /// The case, as far as these lists go: its first meeting stands for all.
    fn case(&self, met: Option<Time>, facts: &[(DocumentId, Role, Record)]) -> Case {
        let facts = facts.iter().map(|(id, role, record)| (*id, role, record));
        let mut case = Case::from_facts(self.level.clone(), self.issued, self.reached, facts);
        case.visits.extend(met.map(|ended| CaseVisit {
            id: None,
            purpose: Purpose::Dissuasion,
            outcome: Outcome::Met,
            met_target: true,
            started: ended,
            ended,
            risk: None,
        }));
        case
    }
}

fn text(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

fn time(cell: &Cell) -> Option<Time> {
    match cell {
        Cell::Integer(millis) => Some(Time::from_millis(*millis)),
        _ => None,
    }
}

fn bytes(cell: &Cell) -> Option<[u8; 16]> {
    match cell {
        Cell::Blob(bytes) => bytes.as_slice().try_into().ok(),
        _ => None,
    }
}

fn outlines(town: &Town, held: &Held) -> Result<HashMap<AlertId, Outline>, StoreError> {
    let mut found = HashMap::new();
    let columns =
        ["area", "name", "level", "issued", "reached", "household", "resident", "platform_number", "playbook"];
    town.store().walk_cells("alert", &columns, &mut |row, cells| {
        if let [area, name, level, issued, reached, household, resident, number, playbook] = cells
            && let (Some(area), Some(issued)) = (bytes(area).map(AreaId::from_bytes), time(issued))
            && held.area(area)
        {
            let outline = Outline {
                number: text(number).map(str::to_owned),
                name: text(name).unwrap_or_default().to_owned(),
                area,
                level: Level::from_word(text(level).unwrap_or_default()),
                issued,
                reached: time(reached).unwrap_or(issued),
                household: bytes(household).map(HouseholdId::from_bytes),
                resident: bytes(resident).map(ResidentId::from_bytes),
                playbook: text(playbook).unwrap_or_default().to_owned(),
            };
            found.insert(row.document.into(), outline);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Facts of one alert, each with the role it was written in.
type Facts = Vec<(DocumentId, Role, Record)>;

fn rare(town: &Town, outlines: &HashMap<AlertId, Outline>) -> Result<HashMap<AlertId, Facts>, StoreError> {
    let mut found: HashMap<AlertId, Facts> = HashMap::new();
    for name in RARE {
        let table = table_named(name).ok_or(StoreError::Damaged("a table there is not"))?;
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let Some(at) = columns.iter().position(|column| *column == "alert") else { continue };
        town.store().walk_cells(name, &columns, &mut |row, cells| {
            let alert = cells.get(at).and_then(bytes).map(AlertId::from_bytes);
            if let Some(alert) = alert.filter(|alert| outlines.contains_key(alert))
                && let Some(record) = record_of(table, cells)
            {
                found.entry(alert).or_default().push((row.document, row.role.clone(), record));
            }
            Ok(())
        })?;
    }
    Ok(found)
}

/// What is needed of visits.
#[derive(Default)]
struct Visits {
    /// Which door each door counts for.
    folds: Folds,
    /// When each alert's person was first met.
    met: HashMap<AlertId, Time>,
    /// When somebody was first met at each door.
    doors: HashMap<HouseholdId, Time>,
}

impl Visits {
    fn read(town: &Town, outlines: &HashMap<AlertId, Outline>) -> Result<Self, StoreError> {
        let folds = Folds::read(town)?;
        let homes = outlines.values().filter_map(|outline| outline.household);
        let doors: HashSet<HouseholdId> = homes.map(|door| folds.door(door)).collect();
        let mut reviews: HashMap<DocumentId, (u64, bool)> = HashMap::new();
        town.store().walk_cells("review", &["of", "state"], &mut |row, cells| {
            if let [of, state] = cells
                && let Some(of) = bytes(of).map(DocumentId::from_bytes)
            {
                let rejected = text(state) == Some(ReviewState::Rejected.word());
                let last = reviews.entry(of).or_insert((row.acceptance, rejected));
                if last.0 <= row.acceptance {
                    *last = (row.acceptance, rejected);
                }
            }
            Ok(())
        })?;
        let mut found = Self { folds, ..Self::default() };
        let columns = ["alert", "household", "purpose", "outcome", "met_person", "ended"];
        town.store().walk_cells("visit", &columns, &mut |row, cells| {
            let [alert, household, purpose, outcome, met, ended] = cells else { return Ok(()) };
            let Some(ended) = time(ended) else { return Ok(()) };
            if let Some(alert) = bytes(alert).map(AlertId::from_bytes) {
                let counts = outlines.get(&alert).is_some_and(|outline| outline.issued < ended);
                if *met == Cell::Integer(1) && counts {
                    let first = found.met.entry(alert).or_insert(ended);
                    *first = ended.min(*first);
                }
            } else if let Some(door) = bytes(household).map(|door| found.folds.door(HouseholdId::from_bytes(door)))
                && doors.contains(&door)
                && text(purpose) == Some(Purpose::Door.word())
                && text(outcome) == Some(Outcome::Met.word())
                && !reviews.get(&row.document).is_some_and(|(_, rejected)| *rejected)
            {
                let first = found.doors.entry(door).or_insert(ended);
                *first = ended.min(*first);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Whether somebody had been met at the door by then, or at one that is one with it.
    fn saw(&self, door: HouseholdId, by: Time) -> bool {
        self.doors.get(&self.folds.door(door)).is_some_and(|first| *first <= by)
    }
}
