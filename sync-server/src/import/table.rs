//! Rows as lines of named cells: finding the heading, and leaving out what is no data.
//!
//! Floor: sync-server, import. Invariants: a line's number is where it stands in the file, titles included; a
//! column that is not known is named and passed over; titles above the heading, totals and notes below the
//! data, and headings that are repeated are no lines.

use std::borrow::Cow;
use std::collections::BTreeMap;

use qiaomen_core::record::{Invalid, Time, Zone};
use serde::Serialize;

use super::clean;
use super::nodata::{DATED, DATES, is_dated, is_footnote, is_total};
use super::sheet::{Cell, Row, Rows, Source, read};

/// A row that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// Its number in the file; rows above the heading count.
    pub row: u64,
    /// The column; empty where the row as a whole is wrong.
    pub field: String,
    /// What is wrong, and what should stand there.
    pub reason: Cow<'static, str>,
}

impl BadRow {
    pub(super) fn new(row: u64, field: &str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { row, field: field.to_owned(), reason: reason.into() }
    }

    pub(super) fn invalid(row: u64, invalid: &Invalid) -> Self {
        // What a record's field is called in a file; an address is spread over columns.
        let field = invalid.field.as_ref();
        let (_, column) = field.rsplit_once('.').unwrap_or(("", field));
        match (field, column) {
            ("address", _) => {
                Self::new(row, "building", "an address must be given: building and room, or group and number")
            }
            ("places.address", _) => Self::new(row, "place", invalid.reason.to_string()),
            (_, "platform_number") => Self::new(row, "number", invalid.reason.to_string()),
            (_, "login") => Self::new(row, "login", "must be 1 to 64 bytes without blanks"),
            (_, "telephones") => Self::new(row, "telephone", invalid.reason.to_string()),
            (_, column) => Self::new(row, column, invalid.reason.to_string()),
        }
    }
}

/// Why a file as a whole cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It is written in no encoding that is known here.
    #[error("line {0}: neither UTF-8 nor GB18030; save the file as \"CSV UTF-8\" or as XLSX and import it again")]
    Encoding(u64),
    /// There is nothing in it.
    #[error("the file is empty; a row of it must name the columns")]
    Empty,
    /// No row names the columns.
    #[error("no row names the columns; one of the first {HEADING_ROWS} must: {0}")]
    Heading(String),
    /// A column is missing.
    #[error("row {0} names the columns, but none is \"{1}\"; known are: {2}")]
    Column(u64, String, String),
    /// A column is named twice.
    #[error("row {0} names the column \"{1}\" twice; rename one of them, or take it out")]
    Twice(u64, &'static str),
    /// A quotation mark is never closed.
    #[error("line {0}: a quotation mark is opened here and never closed; close it, or take it out")]
    Open(u64),
    /// It is not CSV.
    #[error("line {0}: not CSV; save the file as \"CSV UTF-8\" or as XLSX and import it again")]
    Broken(u64),
    /// It is no XLSX that can be read.
    #[error(
        "the workbook cannot be read; open it in a spreadsheet, save it as XLSX without a password, and import that"
    )]
    BrokenBook,
    /// It is Excel's format from before 2007, or one that is locked by a password.
    #[error("the file is an old .xls, or locked by a password; save it as XLSX without a password and import that")]
    OldExcel,
    /// It cannot be read from the disk.
    #[error("cannot read it: {0}")]
    Io(#[from] std::io::Error),
}

/// In how many of the first rows the heading is looked for.
const HEADING_ROWS: usize = 30;

/// A column that a file may have.
pub(super) struct Column {
    /// What it is called in answers, and may be called in files.
    pub name: &'static str,
    /// What else it may be called, without blanks and signs, in small letters.
    pub words: &'static [&'static str],
}

/// The columns a file may have.
pub(super) struct Columns {
    pub known: &'static [Column],
    /// Of each of these one must be there.
    pub required: &'static [&'static [&'static str]],
}

impl Columns {
    fn names(&self) -> String {
        self.known.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
    }

    /// The column that a heading names, and how good a name for it that is: the smaller the better.
    fn find(&self, heading: &Cell) -> Option<(usize, usize)> {
        let text = clean::narrow_signs(&clean::word(&heading.text())).to_lowercase();
        let plain = |text: &str| -> String {
            text.chars().filter(|letter| letter.is_alphanumeric() || *letter == '/').collect()
        };
        let whole = plain(&text);
        // What stands in brackets explains: 电话(必填).
        let mut bare = String::new();
        let mut depth = 0_u32;
        for letter in text.chars() {
            match letter {
                '(' | '[' | '<' => depth += 1,
                ')' | ']' | '>' => depth = depth.saturating_sub(1),
                other if depth == 0 => bare.push(other),
                _ => {}
            }
        }
        let bare = plain(&bare);
        let called = |name: &str| {
            self.known.iter().enumerate().find_map(|(at, column)| {
                let rank = if column.name.replace('_', "") == name {
                    Some(0)
                } else {
                    column.words.iter().position(|word| *word == name).map(|rank| rank + 1)
                };
                rank.map(|rank| (at, rank))
            })
        };
        if whole.is_empty() { None } else { called(&whole).or_else(|| called(&bare)) }
    }

    /// Which column each of a row's cells names.
    fn of(&self, cells: &[Cell]) -> Vec<Option<usize>> {
        cells.iter().map(|cell| self.find(cell).map(|(at, _)| at)).collect()
    }

    fn missing(&self, named: &[Option<usize>]) -> Option<&'static [&'static str]> {
        let has = |name: &str| named.iter().flatten().any(|at| self.known[*at].name == name);
        self.required.iter().find(|names| !names.iter().any(|name| has(name))).copied()
    }
}

/// One line of data.
pub(super) struct Line<'t> {
    pub number: u64,
    cells: Vec<Cell>,
    heading: &'t Heading,
}

struct Heading {
    row: u64,
    /// Where each column stands.
    places: BTreeMap<&'static str, usize>,
    /// The heading's own cells, by which it is known again.
    cells: Vec<String>,
}

impl Line<'_> {
    /// The cell under `column` as the file has it.
    pub(super) fn raw(&self, column: &str) -> &Cell {
        let at = self.heading.places.get(column);
        at.and_then(|at| self.cells.get(*at)).unwrap_or(&Cell::Blank)
    }

    /// The columns that mean something here, as they stand in the file, with what stands under them.
    pub(super) fn named(&self) -> Vec<(&'static str, String)> {
        let mut places: Vec<(&'static str, usize)> =
            self.heading.places.iter().map(|(name, at)| (*name, *at)).collect();
        places.sort_by_key(|(_, at)| *at);
        let text = |at: usize| self.cells.get(at).map(|cell| clean::word(&cell.text())).unwrap_or_default();
        places.into_iter().map(|(name, at)| (name, text(at))).collect()
    }

    /// Whether the file has this column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.heading.places.contains_key(column)
    }

    /// The words under `column` on one line; `None` where there are none.
    pub(super) fn cell(&self, column: &str) -> Option<String> {
        let text = clean::word(&self.raw(column).text());
        (!text.is_empty()).then_some(text)
    }

    /// The sentence under `column`, its lines kept.
    pub(super) fn prose(&self, column: &str) -> Option<String> {
        let text = clean::tidy(&self.raw(column).text());
        (!text.is_empty()).then_some(text)
    }

    pub(super) fn required(&self, column: &str) -> Result<String, BadRow> {
        self.cell(column).ok_or_else(|| self.bad(column, "must be given"))
    }

    pub(super) fn bad(&self, column: &str, reason: impl Into<Cow<'static, str>>) -> BadRow {
        BadRow::new(self.number, column, reason)
    }

    pub(super) fn integer(&self, column: &str) -> Result<Option<i64>, BadRow> {
        let wrong = || self.bad(column, "is not a whole number; write digits only, such as 3");
        self.cell(column).map(|text| clean::narrow_signs(&text).parse().map_err(|_| wrong())).transpose()
    }

    /// One of the words that `known` pairs with what they stand for.
    pub(super) fn word<'w>(
        &self,
        column: &str,
        known: &[(&'static str, &'w [&'w str])],
    ) -> Result<Option<&'static str>, BadRow> {
        let Some(text) = self.cell(column) else { return Ok(None) };
        let text = text.to_lowercase();
        let found = known.iter().find(|(word, others)| *word == text || others.contains(&text.as_str()));
        let words = || known.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        found.map(|(word, _)| Some(*word)).ok_or_else(|| self.bad(column, format!("must be one of: {}", words())))
    }

    /// Yes or no.
    pub(super) fn truth(&self, column: &str) -> Result<Option<bool>, BadRow> {
        self.cell(column)
            .map(|text| clean::truth(&text).ok_or_else(|| self.bad(column, "must be one of: yes, no")))
            .transpose()
    }

    /// Telephone numbers.
    pub(super) fn telephones(&self, column: &str) -> Result<Vec<String>, BadRow> {
        if matches!(self.raw(column), Cell::Number(number) if number.fract() != 0.0) {
            return Err(self.bad(column, "is no telephone number; set the column to text and type it again"));
        }
        let text = self.prose(column).unwrap_or_default();
        let said = clean::members(&text).filter(|text| !clean::is_nothing(text));
        said.map(|text| clean::telephone(text).map_err(|reason| self.bad(column, reason))).collect()
    }

    /// A time that is past, with an offset, or without one in the town's zone; a lone date is its first
    /// instant.
    pub(super) fn past(&self, column: &str, zone: &Zone, now: Time) -> Result<Option<Time>, BadRow> {
        if self.raw(column).is_blank() {
            return Ok(None);
        }
        let wrong = "is not a time such as 2026-03-01 09:00, 2026年3月1日 9:00 or 2026-03-01T09:00:00+08:00";
        let text = clean::date(self.raw(column)).ok_or_else(|| self.bad(column, wrong))?;
        let local = if text.len() == 10 { format!("{text} 00:00:00") } else { text };
        let read = if local.len() > 19 { Time::parse(&local.replacen(' ', "T", 1)) } else { zone.parse_local(&local) };
        match read.map_err(|_| self.bad(column, wrong))? {
            time if time > now => Err(self.bad(column, "is later than now; check the date, and the server's clock")),
            time => Ok(Some(time)),
        }
    }
}

/// What a file has besides its lines.
#[derive(Debug, Default)]
pub(super) struct Aside {
    /// Headings that mean nothing here.
    pub ignored: Vec<String>,
    /// Sheets that were not read.
    pub sheets: Vec<String>,
}

/// Whoever takes the lines.
pub(super) trait Lines {
    fn line(&mut self, line: &Line<'_>) -> Result<(), super::ImportError>;
    fn bad(&mut self, bad: BadRow);
}

struct Reader<'c, 'l> {
    columns: &'c Columns,
    lines: &'l mut dyn Lines,
    heading: Option<Heading>,
    /// The row above, which may be the upper half of a heading of two.
    waiting: Option<(Row, Vec<Option<usize>>)>,
    seen: usize,
    /// The best of the rows that might have been a heading: where, how many columns, what it lacks.
    nearly: Option<(u64, usize, &'static [&'static str])>,
    /// The cells above, for those that hang together with them.
    above: Vec<Cell>,
    any: bool,
    aside: Aside,
    /// Whether it is a text file.
    text: bool,
    failed: Option<super::ImportError>,
}

impl Rows for Reader<'_, '_> {
    fn sheet(&mut self, name: &str) -> bool {
        if self.heading.is_some() {
            self.aside.sheets.push(name.to_owned());
            return false;
        }
        self.waiting = None;
        self.seen = 0;
        self.text = name.is_empty();
        true
    }

    fn row(&mut self, mut row: Row) -> Result<bool, FileError> {
        if row.cells.iter().all(Cell::is_blank) && row.merged.is_empty() {
            return Ok(true);
        }
        self.any = true;
        if self.heading.is_some() {
            return self.data(row);
        }
        self.seen += 1;
        if self.seen > HEADING_ROWS {
            return Ok(false);
        }
        let named = self.columns.of(&row.cells);
        if let Some((upper, above)) = self.waiting.take() {
            // A second row of headings under some of the first.
            let only = row.cells.iter().zip(&named).all(|(cell, named)| cell.is_blank() || named.is_some());
            let named_now = named.iter().flatten().count();
            if only && named_now > 0 && !named.iter().flatten().any(|at| above.iter().flatten().any(|a| a == at)) {
                let wide = named.len().max(above.len());
                let both: Vec<Option<usize>> = (0..wide)
                    .map(|at| named.get(at).copied().flatten().or_else(|| above.get(at).copied().flatten()))
                    .collect();
                if self.columns.missing(&both).is_none() {
                    let mut cells = upper.cells;
                    for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()) {
                        if cells.len() <= at {
                            cells.resize(at + 1, Cell::Blank);
                        }
                        cells[at] = cell.clone();
                    }
                    return self.head(row.number, &cells, &both);
                }
            }
            if self.columns.missing(&above).is_none() {
                self.head(upper.number, &upper.cells, &above)?;
                return self.data(row);
            }
        }
        let count = named.iter().flatten().count();
        if let Some(missing) = self.columns.missing(&named)
            && count > self.nearly.map_or(1, |(_, count, _)| count)
        {
            self.nearly = Some((row.number, count, missing));
        }
        row.merged.clear();
        self.waiting = Some((row, named));
        Ok(true)
    }
}

impl Reader<'_, '_> {
    fn head(&mut self, row: u64, cells: &[Cell], named: &[Option<usize>]) -> Result<bool, FileError> {
        let mut places: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (at, cell) in cells.iter().enumerate() {
            let text = || clean::word(&cell.text());
            let Some(column) = named.get(at).copied().flatten() else {
                if !cell.is_blank() {
                    self.aside.ignored.push(text());
                }
                continue;
            };
            let name = self.columns.known[column].name;
            let Some(other) = places.insert(name, at) else { continue };
            // 现住址 beside 户籍地址: the better name counts, the other is said to be passed over.
            let rank = |at: usize| cells.get(at).and_then(|cell| self.columns.find(cell)).map(|(_, rank)| rank);
            let (kept, passed) = match rank(at).cmp(&rank(other)) {
                std::cmp::Ordering::Less => (at, other),
                std::cmp::Ordering::Greater => (other, at),
                std::cmp::Ordering::Equal => return Err(FileError::Twice(row, name)),
            };
            places.insert(name, kept);
            self.aside.ignored.extend(cells.get(passed).map(|cell| clean::word(&cell.text())));
        }
        let cells = cells.iter().map(|cell| clean::word(&cell.text())).collect();
        self.heading = Some(Heading { row, places, cells });
        Ok(true)
    }

    fn data(&mut self, mut row: Row) -> Result<bool, FileError> {
        let Some(heading) = &self.heading else { return Ok(true) };
        for at in &row.merged {
            if row.cells.len() <= *at {
                row.cells.resize(*at + 1, Cell::Blank);
            }
            if row.cells[*at].is_blank()
                && let Some(above) = self.above.get(*at)
            {
                row.cells[*at] = above.clone();
            }
        }
        self.above.clone_from(&row.cells);
        let texts = || row.cells.iter().filter(|cell| !cell.is_blank());
        if texts().next().is_none() || is_total(&row.cells) || is_footnote(&row.cells) {
            return Ok(true);
        }
        let repeats = row.cells.iter().map(|cell| clean::word(&cell.text()));
        if repeats.eq(heading.cells.iter().take(row.cells.len()).cloned()) && texts().count() > 1 {
            return Ok(true);
        }
        // In a text file cells have slipped to the right; in a workbook somebody has written beside the table.
        let last = heading.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |at| at + 1);
        if self.text && row.cells.iter().skip(last).any(|cell| !cell.is_blank()) {
            self.lines.bad(BadRow::new(
                row.number,
                "",
                format!(
                    "has {} cells, the heading {last}; is a comma in a cell without quotation marks?",
                    row.cells.len()
                ),
            ));
            return Ok(true);
        }
        for (name, at) in &heading.places {
            let Some(cell) = row.cells.get(*at) else { continue };
            let broken = match cell {
                Cell::Broken => Some("holds a spreadsheet's error instead of a value; write the value"),
                Cell::Date(_) if !DATES.contains(name) => Some(DATED),
                Cell::Text(text) if !DATES.contains(name) && is_dated(text) => Some(DATED),
                Cell::Text(text) if text.chars().any(|letter| letter.is_control() && !"\r\n\t".contains(letter)) => {
                    Some("holds a control character; type the cell again")
                }
                Cell::Text(text) if text.contains('\n') && text.contains([',', '\t', ';']) && *name != "note" => {
                    Some("holds a line break beside cells of other columns; is a quotation mark left open?")
                }
                _ => None,
            };
            if let Some(reason) = broken {
                self.lines.bad(BadRow::new(row.number, name, reason));
                return Ok(true);
            }
        }
        let line = Line { number: row.number, cells: row.cells, heading };
        match self.lines.line(&line) {
            Ok(()) => Ok(true),
            Err(error) => {
                self.failed = Some(error);
                Ok(false)
            }
        }
    }
}

/// Hands every line of `source` to `lines`.
///
/// # Errors
/// Where the file as a whole cannot be read, and what `lines` returns.
pub(super) fn each(
    source: &mut dyn Source,
    columns: &Columns,
    lines: &mut dyn Lines,
) -> Result<Aside, super::ImportError> {
    let mut reader = Reader {
        columns,
        lines,
        heading: None,
        waiting: None,
        seen: 0,
        nearly: None,
        above: Vec::new(),
        any: false,
        aside: Aside::default(),
        text: false,
        failed: None,
    };
    read(source, &mut reader)?;
    // A heading with nothing below it.
    if reader.heading.is_none()
        && let Some((row, named)) = reader.waiting.take()
        && columns.missing(&named).is_none()
    {
        reader.head(row.number, &row.cells, &named)?;
    }
    if let Some(error) = reader.failed.take() {
        return Err(error);
    }
    match (&reader.heading, reader.nearly) {
        (Some(heading), _) => {
            tracing::debug!(row = heading.row, "the heading");
            Ok(reader.aside)
        }
        (None, _) if !reader.any => Err(FileError::Empty.into()),
        (None, Some((row, _, missing))) => {
            Err(FileError::Column(row, missing.join("\" or \""), columns.names()).into())
        }
        (None, None) => Err(FileError::Heading(columns.names()).into()),
    }
}
