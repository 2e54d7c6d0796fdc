//! A UTF-8 CSV file as lines of named cells.
//!
//! Floor: sync-server, import. Invariant: a line's number is where it stands in the file, the heading being
//! line 1.

use std::borrow::Cow;

use qiaomen_core::record::{Invalid, Time, Zone};
use serde::Serialize;

/// A line that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// Its number in the file; the heading is line 1.
    pub row: u64,
    /// The column; empty where the line as a whole is wrong.
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
    /// It is not UTF-8.
    #[error("line {0}: not UTF-8; save the file as \"CSV UTF-8\" and import it again")]
    Encoding(u64),
    /// It has no heading.
    #[error("the file is empty; its first line must name the columns")]
    Empty,
    /// A column is missing.
    #[error("there is no column \"{0}\"; the first line must name the columns: {1}")]
    Column(&'static str, String),
    /// There is a column that means nothing here.
    #[error("column {0} of the heading is not known here; known are: {1}")]
    Unknown(usize, String),
    /// A column is named twice.
    #[error("the heading names \"{0}\" twice")]
    Twice(String),
    /// Its cells stand apart by something else than commas.
    #[error("the first line has no commas; save the file as CSV with commas between the cells and import it again")]
    Separator,
    /// A quotation mark is never closed.
    #[error("line {0}: a quotation mark is opened here and never closed; close it, or take it out")]
    Open(u64),
    /// It is not CSV.
    #[error("line {0}: not CSV; save the file as \"CSV UTF-8\" and import it again")]
    Broken(u64),
}

/// The columns a file may have: those that must be there first.
pub(super) struct Columns {
    pub required: &'static [&'static str],
    pub optional: &'static [&'static str],
}

pub(super) struct Line {
    pub number: u64,
    cells: Vec<(&'static str, String)>,
}

impl Line {
    /// The cell under `column`, trimmed; `None` where it is blank.
    pub(super) fn cell(&self, column: &str) -> Option<&str> {
        let (_, text) = self.cells.iter().find(|(name, _)| *name == column)?;
        let text = text.trim();
        (!text.is_empty()).then_some(text)
    }

    pub(super) fn owned(&self, column: &str) -> Option<String> {
        self.cell(column).map(str::to_owned)
    }

    pub(super) fn required(&self, column: &str) -> Result<&str, BadRow> {
        self.cell(column).ok_or_else(|| BadRow::new(self.number, column, "must be given"))
    }

    pub(super) fn bad(&self, column: &str, reason: impl Into<Cow<'static, str>>) -> BadRow {
        BadRow::new(self.number, column, reason)
    }

    pub(super) fn integer(&self, column: &str) -> Result<Option<i64>, BadRow> {
        let wrong = || self.bad(column, "is not a whole number; write digits only, such as 3");
        self.cell(column).map(|text| text.parse().map_err(|_| wrong())).transpose()
    }

    /// One of `words`.
    pub(super) fn word(&self, column: &str, words: &[&str]) -> Result<Option<&str>, BadRow> {
        match self.cell(column) {
            Some(text) if !words.contains(&text) => {
                Err(self.bad(column, format!("must be one of: {}", words.join(", "))))
            }
            other => Ok(other),
        }
    }

    /// A time that is past, with an offset, or without one in the town's zone.
    pub(super) fn past(&self, column: &str, zone: &Zone, now: Time) -> Result<Option<Time>, BadRow> {
        match self.time(column, zone)? {
            Some(time) if time > now => {
                Err(self.bad(column, "is later than now; check the date, and the server's clock"))
            }
            other => Ok(other),
        }
    }

    fn time(&self, column: &str, zone: &Zone) -> Result<Option<Time>, BadRow> {
        self.cell(column)
            .map(|text| {
                Time::parse(text).or_else(|_| zone.parse_local(text)).map_err(|_| {
                    self.bad(column, "is not a time such as 2026-03-01 09:00 or 2026-03-01T09:00:00+08:00")
                })
            })
            .transpose()
    }
}

/// The lines of `file`; blank ones are left out.
pub(super) fn read(file: &[u8], columns: &Columns) -> Result<(Vec<Line>, Vec<BadRow>), FileError> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let text =
        std::str::from_utf8(file).map_err(|error| FileError::Encoding(Lines::new(file).at(error.valid_up_to())))?;
    if let Some(open) = open_quote(file) {
        return Err(FileError::Open(Lines::new(file).at(open)));
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut records = reader.records();
    let heading = match records.next() {
        None => return Err(FileError::Empty),
        Some(heading) => heading.map_err(|_| FileError::Broken(1))?,
    };
    let names = heading_names(&heading, columns)?;
    let (mut lines, mut bad) = (Vec::new(), Vec::new());
    let mut places = Lines::new(file);
    for record in records {
        let begins = |record: &csv::StringRecord| record.position().map_or(0, csv::Position::byte);
        let record = record
            .map_err(|error| FileError::Broken(places.of_record(error.position().map_or(0, csv::Position::byte))))?;
        let number = places.of_record(begins(&record));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        // A spreadsheet writes empty cells to the right of what it was given.
        if record.iter().skip(names.len()).any(|cell| !cell.trim().is_empty()) {
            bad.push(BadRow::new(number, "", format!("has {} cells, the heading {}", record.len(), names.len())));
            continue;
        }
        let cells: Vec<(&'static str, String)> =
            names.iter().zip(record.iter()).map(|(name, cell)| (*name, cell.to_owned())).collect();
        let broken = |(name, cell): &&(&'static str, String)| {
            cell.trim().chars().any(|letter| letter.is_control() && !(*name == "note" && "\r\n\t".contains(letter)))
        };
        if let Some((name, _)) = cells.iter().find(broken) {
            bad.push(BadRow::new(
                number,
                name,
                "holds a line break or another control character; is a quotation mark left open?",
            ));
            continue;
        }
        lines.push(Line { number, cells });
    }
    Ok((lines, bad))
}

/// The columns that the heading names; blank ones at its end are none.
fn heading_names(heading: &csv::StringRecord, columns: &Columns) -> Result<Vec<&'static str>, FileError> {
    let known: Vec<&'static str> = columns.required.iter().chain(columns.optional).copied().collect();
    let given = heading
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.trim().is_empty())
        .map(|(at, _)| at + 1)
        .last()
        .unwrap_or(0);
    if given == 1 && heading.iter().next().is_some_and(|name| name.contains([';', '\t'])) {
        return Err(FileError::Separator);
    }
    let mut names: Vec<&'static str> = Vec::new();
    for (at, name) in heading.iter().take(given).enumerate() {
        let name = known
            .iter()
            .find(|known| known.eq_ignore_ascii_case(name.trim()))
            .ok_or_else(|| FileError::Unknown(at + 1, known.join(", ")))?;
        if names.contains(name) {
            return Err(FileError::Twice((*name).to_owned()));
        }
        names.push(name);
    }
    if let Some(missing) = columns.required.iter().find(|name| !names.contains(name)) {
        return Err(FileError::Column(missing, known.join(", ")));
    }
    Ok(names)
}

/// Counts lines up to a byte of the file, going forward only. Lines end with LF, CR LF or CR.
struct Lines<'f> {
    file: &'f [u8],
    at: usize,
    line: u64,
}

impl<'f> Lines<'f> {
    const fn new(file: &'f [u8]) -> Self {
        Self { file, at: 0, line: 1 }
    }

    /// The line in which this byte stands.
    fn at(&mut self, byte: usize) -> u64 {
        while self.at < byte {
            let next = self.file.get(self.at + 1);
            match self.file.get(self.at) {
                Some(b'\n') => self.line += 1,
                Some(b'\r') if next != Some(&b'\n') => self.line += 1,
                Some(_) => {}
                None => break,
            }
            self.at += 1;
        }
        self.line
    }

    /// The line in which the record begins that the reader found from this byte on; ends of lines before it
    /// are no part of it.
    fn of_record(&mut self, byte: u64) -> u64 {
        let mut byte = usize::try_from(byte).unwrap_or(usize::MAX).min(self.file.len());
        while matches!(self.file.get(byte), Some(b'\r' | b'\n')) {
            byte += 1;
        }
        self.at(byte)
    }
}

/// Where the quotation mark stands that the file opens and never closes; without this everything after it
/// would be taken for one cell.
fn open_quote(file: &[u8]) -> Option<usize> {
    let (mut open, mut fresh, mut at) = (None, true, 0);
    while let Some(byte) = file.get(at) {
        match (open, byte) {
            (Some(_), b'"') if file.get(at + 1) == Some(&b'"') => at += 1,
            (Some(_), b'"') => open = None,
            (Some(_), _) => {}
            (None, b'"') if fresh => open = Some(at),
            (None, _) => {}
        }
        fresh = open.is_none() && matches!(byte, b',' | b'\r' | b'\n');
        at += 1;
    }
    open
}
