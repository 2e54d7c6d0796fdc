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
    /// The column.
    pub field: String,
    /// What is wrong, and what should stand there.
    pub reason: Cow<'static, str>,
}

impl BadRow {
    pub(super) fn new(row: u64, field: &str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { row, field: field.to_owned(), reason: reason.into() }
    }

    pub(super) fn invalid(row: u64, invalid: &Invalid) -> Self {
        Self::new(row, &invalid.field, invalid.reason.to_string())
    }
}

/// Why a file as a whole cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It is not UTF-8.
    #[error("line {0}: not UTF-8; save the file as \"CSV UTF-8\" and import it again")]
    Encoding(usize),
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
    /// It is not CSV.
    #[error("line {0}: not CSV; a quotation mark may be left open")]
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
        self.cell(column).map(|text| text.parse().map_err(|_| self.bad(column, "is not a whole number"))).transpose()
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

    /// A time with an offset, or one without in the town's zone.
    pub(super) fn time(&self, column: &str, zone: &Zone) -> Result<Option<Time>, BadRow> {
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
    let text = std::str::from_utf8(file).map_err(|error| {
        FileError::Encoding(file[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1)
    })?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let known: Vec<&'static str> = columns.required.iter().chain(columns.optional).copied().collect();
    let mut records = reader.records();
    let heading = match records.next() {
        None => return Err(FileError::Empty),
        Some(heading) => heading.map_err(|error| broken(&error))?,
    };
    let mut names: Vec<&'static str> = Vec::new();
    for (at, name) in heading.iter().enumerate() {
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
    let (mut lines, mut bad) = (Vec::new(), Vec::new());
    for record in records {
        let record = record.map_err(|error| broken(&error))?;
        let number = record.position().map_or(0, csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() > names.len() {
            bad.push(BadRow::new(number, "", format!("has {} cells, the heading {}", record.len(), names.len())));
            continue;
        }
        let cells = names.iter().zip(record.iter()).map(|(name, cell)| (*name, cell.to_owned())).collect();
        lines.push(Line { number, cells });
    }
    Ok((lines, bad))
}

fn broken(error: &csv::Error) -> FileError {
    FileError::Broken(error.position().map_or(0, csv::Position::line))
}
