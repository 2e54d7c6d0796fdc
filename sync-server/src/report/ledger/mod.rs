//! Ledgers: lists as a town files them, to be taken along as a spreadsheet or as text.
//!
//! Floor: sync-server, report; knows nothing of HTTP and of what words are called. Invariants: made for a supervisor, of
//! the areas that they hold as one and of nothing else; a ledger holds [`MOST_ROWS`] rows at most and says where it was
//! cut; cells hold words and moments, and a writer says them in a language; nothing in a file can be taken for a formula.

mod cases;
mod csv;
mod doors;
mod office;
mod records;
mod reviews;
mod xlsx;

use std::collections::{BTreeSet, HashMap, HashSet};

use qiaomen_core::doors::{AreaTree, Period};
use qiaomen_core::projection::Cell as Raw;
use qiaomen_core::record::{AreaId, DocumentId, Level, PersonId, ResidentId, Role, Scope, Time, Zone};

use super::Reports;
use super::accountability::Reason;
use crate::store::StoreError;
use crate::town::Town;

pub use self::csv::csv;
pub use xlsx::xlsx;

/// The most rows of a ledger.
pub const MOST_ROWS: usize = 100_000;

/// Which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ledger {
    /// Doors, and how each stands.
    Households,
    /// Visits, and attempts at them.
    Visits,
    /// Pledges.
    Pledges,
    /// Residents.
    Residents,
    /// Who has not signed.
    Unsigned,
    /// How far each grid is.
    Coverage,
    /// Alerts, and how each stands.
    Alerts,
    /// What was and is due for alerts that are not settled.
    Due,
    /// The cases to look at without being asked.
    Accountability,
    /// Staff.
    People,
    /// The audit trail.
    Audit,
}

/// What a ledger can be narrowed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Takes {
    /// An area and all below it.
    pub area: bool,
    /// A period.
    pub period: bool,
    /// How a record was reviewed.
    pub state: bool,
    /// An alert's level.
    pub level: bool,
}

impl Ledger {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Households,
        Self::Visits,
        Self::Pledges,
        Self::Residents,
        Self::Unsigned,
        Self::Coverage,
        Self::Alerts,
        Self::Due,
        Self::Accountability,
        Self::People,
        Self::Audit,
    ];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Households => "households",
            Self::Visits => "visits",
            Self::Pledges => "pledges",
            Self::Residents => "residents",
            Self::Unsigned => "unsigned",
            Self::Coverage => "coverage",
            Self::Alerts => "alerts",
            Self::Due => "due",
            Self::Accountability => "accountability",
            Self::People => "people",
            Self::Audit => "audit",
        }
    }

    /// The ledger of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|ledger| ledger.word() == word)
    }

    /// What it can be narrowed by.
    #[must_use]
    pub const fn takes(self) -> Takes {
        let (area, period) = (!matches!(self, Self::Audit), !matches!(self, Self::People));
        let state = matches!(self, Self::Visits | Self::Pledges);
        let level = matches!(self, Self::Alerts | Self::Due | Self::Accountability);
        Takes { area, period, state, level }
    }
}

/// What is wanted of a ledger. What it cannot be narrowed by does nothing.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of this area and all below it; of all that is held if absent.
    pub area: Option<AreaId>,
    /// Of this period.
    pub period: Period,
    /// Such that their review stands so: `received`, `has_issues`, `edited`, `approved`, `rejected`.
    pub state: Option<String>,
    /// Of this level.
    pub level: Option<Level>,
    /// These documents alone, where a list on a page is taken along.
    pub only: Option<HashSet<DocumentId>>,
    /// These residents alone, likewise.
    pub residents: Option<HashSet<ResidentId>>,
    /// What that list was narrowed by: names, with words, days or identifiers.
    pub on_screen: Vec<(&'static str, String)>,
    /// Of the cases to look at, those listed for this.
    pub reason: Option<Reason>,
    /// Of the audit trail, what else.
    pub trail: crate::store::AuditWanted,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// What it is called in Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
    /// How wide it is, in letters.
    pub width: u8,
}

/// What stands in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Blank,
    /// What somebody wrote, or a name.
    Text(String),
    /// A stored word of a group.
    Word(&'static str, String),
    /// Several.
    Words(&'static str, Vec<String>),
    /// A number.
    Number(i64),
    /// An amount in fen, shown in yuan.
    Yuan(i64),
    /// A moment.
    Time(Time),
    /// Yes or no.
    Truth(bool),
}

/// A ledger.
#[derive(Clone, Debug)]
pub struct Table {
    /// Which.
    pub ledger: Ledger,
    /// Its columns.
    pub columns: &'static [Column],
    /// Its rows, a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there were more.
    pub cut: bool,
}

/// In which language a ledger is written, and by whose clock.
#[derive(Clone, Copy)]
pub struct Tongue<'a> {
    /// Whether in English.
    pub english: bool,
    /// What a stored word of a group is called.
    pub word: &'a dyn Fn(&str, &str) -> String,
    /// The town's zone.
    pub zone: &'a Zone,
    /// When it is written.
    pub now: Time,
}

impl std::fmt::Debug for Tongue<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Tongue {{ english: {} }}", self.english)
    }
}

impl Tongue<'_> {
    const fn header(&self, column: &Column) -> &'static str {
        if self.english { column.en } else { column.zh }
    }

    /// A moment as clocks here show it: `2026-03-01T09:00:00`.
    fn wall(&self, time: Time) -> String {
        self.zone.rfc3339(time).get(..19).unwrap_or_default().to_owned()
    }

    /// What a cell says, where it is no number and no moment.
    fn said(&self, cell: &Cell) -> Option<String> {
        let text = match cell {
            Cell::Text(text) => text.clone(),
            Cell::Word(group, word) => (self.word)(group, word),
            Cell::Words(group, words) => {
                let said: Vec<String> = words.iter().map(|word| (self.word)(group, word)).collect();
                said.join(if self.english { ", " } else { "、" })
            }
            Cell::Truth(truth) => (self.word)("said", if *truth { "yes" } else { "no" }),
            Cell::Blank | Cell::Number(_) | Cell::Yuan(_) | Cell::Time(_) => return None,
        };
        Some(plain(&text))
    }
}

/// A text without what cannot be seen and may be acted upon: control characters and marks that turn the direction.
fn plain(text: &str) -> String {
    let seen = text.chars().filter_map(|letter| match letter {
        '\n' | '\r' | '\t' => Some(' '),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => None,
        letter if letter.is_control() => None,
        letter => Some(letter),
    });
    seen.collect()
}

/// Makes a ledger for `reader`; none where they hold nothing of the area as a supervisor.
///
/// # Errors
/// As the store.
pub fn ledger(
    town: &Town,
    reader: PersonId,
    which: Ledger,
    wanted: &Wanted,
    now: Time,
) -> Result<Option<Table>, StoreError> {
    let Some(shelf) = Shelf::of(town, reader, wanted, now)? else { return Ok(None) };
    Ok(Some(match which {
        Ledger::Households => doors::households(&shelf)?,
        Ledger::Residents => doors::residents(&shelf)?,
        Ledger::Unsigned => doors::unsigned(&shelf)?,
        Ledger::Coverage => doors::coverage(&shelf)?,
        Ledger::Visits => records::visits(&shelf)?,
        Ledger::Pledges => records::pledges(&shelf)?,
        Ledger::Alerts => cases::alerts(&shelf)?,
        Ledger::Due => cases::due(&shelf)?,
        Ledger::Accountability => cases::accountability(&shelf, reader)?,
        Ledger::People => office::people(&shelf)?,
        Ledger::Audit => office::audit(&shelf)?,
    }))
}

/// The audit trail as a ledger, for whoever may read it, whatever they hold besides.
///
/// # Errors
/// As the store.
pub fn trail(town: &Town, wanted: &Wanted, now: Time) -> Result<Table, StoreError> {
    office::audit(&Shelf::new(town, BTreeSet::new(), wanted, now)?)
}

/// The areas that somebody holds as a supervisor, with all below them.
///
/// # Errors
/// As the store.
pub fn held(town: &Town, reader: PersonId) -> Result<BTreeSet<AreaId>, StoreError> {
    let mut held = BTreeSet::new();
    for (role, area) in town.store().standing(reader)?.roles {
        if role == Role::Supervisor && !held.contains(&area) {
            held.extend(town.store().areas_below(area)?.into_iter().map(|(area, _)| area));
        }
    }
    Ok(held)
}

/// What ledgers are made from.
struct Shelf<'t> {
    town: &'t Town,
    reports: Reports<'t>,
    /// The areas that the ledger is of.
    areas: BTreeSet<AreaId>,
    people: HashMap<PersonId, String>,
    wanted: &'t Wanted,
    now: Time,
}

impl<'t> Shelf<'t> {
    fn of(town: &'t Town, reader: PersonId, wanted: &'t Wanted, now: Time) -> Result<Option<Self>, StoreError> {
        let mut areas = held(town, reader)?;
        if let Some(area) = wanted.area {
            if !areas.contains(&area) {
                return Ok(None);
            }
            areas = town.store().areas_below(area)?.into_iter().map(|(area, _)| area).collect();
        }
        Self::new(town, areas, wanted, now).map(Some)
    }

    fn new(town: &'t Town, areas: BTreeSet<AreaId>, wanted: &'t Wanted, now: Time) -> Result<Self, StoreError> {
        let mut people = HashMap::new();
        for row in town.rows("person")? {
            if let Some(Raw::Text(name)) = row.cell("person", "name") {
                people.insert(row.document.id.into(), name.clone());
            }
        }
        Ok(Self { town, reports: Reports::of(town)?, areas, people, wanted, now })
    }

    const fn tree(&self) -> &AreaTree {
        self.reports.tree()
    }

    /// The grids that the ledger is of, as the area tree has them.
    fn grids(&self) -> Vec<AreaId> {
        let mut grids = self.tree().grids(None);
        grids.retain(|grid| self.areas.contains(grid));
        grids
    }

    /// Whether a document is wanted.
    fn wants(&self, id: DocumentId) -> bool {
        self.wanted.only.as_ref().is_none_or(|only| only.contains(&id))
    }

    fn place(&self, area: AreaId) -> Cell {
        Cell::Text(self.tree().path(area))
    }

    fn person(&self, person: PersonId) -> Cell {
        self.people.get(&person).map_or(Cell::Blank, |name| Cell::Text(name.clone()))
    }

    /// The grid of a scope, where it is one that the ledger is of.
    fn grid(&self, scope: Scope) -> Option<AreaId> {
        match scope {
            Scope::Grid(grid) => Some(grid).filter(|grid| self.areas.contains(grid)),
            _ => None,
        }
    }
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Blank } else { Self::Text(text) }
    }

    fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Blank, Self::text)
    }

    fn time(time: Option<Time>) -> Self {
        time.map_or(Self::Blank, Self::Time)
    }

    fn count(number: impl TryInto<i64>) -> Self {
        Self::Number(number.try_into().unwrap_or(i64::MAX))
    }

    /// A stored column as it is.
    fn stored(raw: Option<&Raw>) -> Self {
        match raw {
            Some(Raw::Text(text)) => Self::text(text.clone()),
            Some(Raw::Integer(number)) => Self::Number(*number),
            _ => Self::Blank,
        }
    }

    /// A stored word of a group.
    fn word(group: &'static str, raw: Option<&Raw>) -> Self {
        match raw {
            Some(Raw::Text(word)) if !word.is_empty() => Self::Word(group, word.clone()),
            _ => Self::Blank,
        }
    }

    /// A stored set of words of a group.
    fn words(group: &'static str, raw: Option<&Raw>) -> Self {
        match raw {
            Some(Raw::Text(words)) if !words.is_empty() => {
                Self::Words(group, words.split(',').map(str::to_owned).collect())
            }
            _ => Self::Blank,
        }
    }

    /// A stored moment.
    fn moment(raw: Option<&Raw>) -> Self {
        match raw {
            Some(Raw::Integer(millis)) => Self::Time(Time::from_millis(*millis)),
            _ => Self::Blank,
        }
    }

    /// A stored truth value.
    fn truth(raw: Option<&Raw>) -> Self {
        match raw {
            Some(Raw::Integer(truth)) => Self::Truth(*truth != 0),
            _ => Self::Blank,
        }
    }
}

/// Rows while they are gathered: of more than there may be, those that come first are kept.
struct Gathered<T> {
    rows: Vec<(i64, T)>,
    cut: bool,
}

impl<T> Gathered<T> {
    const fn new() -> Self {
        Self { rows: Vec::new(), cut: false }
    }

    /// Adds one; the newest come first.
    fn add(&mut self, at: Time, row: T) {
        self.rows.push((-at.millis(), row));
        if self.rows.len() >= 2 * MOST_ROWS {
            self.shorten();
        }
    }

    fn shorten(&mut self) {
        self.rows.sort_by_key(|(at, _)| *at);
        self.cut |= self.rows.len() > MOST_ROWS;
        self.rows.truncate(MOST_ROWS);
    }

    fn done(mut self) -> (Vec<T>, bool) {
        self.shorten();
        (self.rows.into_iter().map(|(_, row)| row).collect(), self.cut)
    }
}

impl Table {
    fn of(ledger: Ledger, columns: &'static [Column], mut rows: Vec<Vec<Cell>>, cut: bool) -> Self {
        let over = rows.len() > MOST_ROWS;
        rows.truncate(MOST_ROWS);
        Self { ledger, columns, rows, cut: cut || over }
    }
}

const fn column(zh: &'static str, en: &'static str, width: u8) -> Column {
    Column { zh, en, width }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_does_not_stand_in_a_file() {
        assert_eq!(plain("a\u{202e}b\u{7}\r\nc\u{200f}"), "ab  c");
    }

    #[test]
    fn of_too_many_rows_the_newest_are_kept() {
        let mut gathered = Gathered::new();
        for at in 0..2 * MOST_ROWS + 5 {
            gathered.add(Time::from_millis(at as i64), at);
        }
        let (rows, cut) = gathered.done();
        assert!(cut);
        assert_eq!((rows.len(), rows[0], rows[MOST_ROWS - 1]), (MOST_ROWS, 2 * MOST_ROWS + 4, MOST_ROWS + 5));
    }
}
