//! A file as rows of cells, one after another: CSV in whatever encoding, or XLSX.
//!
//! Floor: sync-server, import. Invariants: a row's number is where it stands in the file, as an editor or a
//! spreadsheet counts, titles included; a file is never held whole; a cell says whether it was a number.

mod text;
mod xlsx;

use std::io::{Read, Seek, SeekFrom};

use super::table::FileError;

/// Where a file is read from.
pub trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Blank,
    /// Text.
    Text(String),
    /// A number that a spreadsheet keeps as one.
    Number(f64),
    /// A date, or a moment of one, as `2026-03-01 09:00:00`.
    Date(String),
    /// Something that no value stands behind, such as `#REF!`.
    Broken,
}

impl Cell {
    /// Whether there is nothing in it.
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::Blank => true,
            Self::Text(text) => text.chars().all(|letter| letter.is_whitespace() || is_invisible(letter)),
            Self::Number(_) | Self::Date(_) | Self::Broken => false,
        }
    }

    /// It as text; a whole number without a point.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Blank | Self::Broken => String::new(),
            Self::Text(text) | Self::Date(text) => text.clone(),
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// A letter that is not seen: marks of order and width, joiners, soft hyphens.
pub(super) fn is_invisible(letter: char) -> bool {
    let mark = matches!(
        letter,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    );
    mark || letter.is_control() && !letter.is_whitespace()
}

/// A row of a file.
#[derive(Debug)]
pub(super) struct Row {
    /// Where it stands in the file, from 1.
    pub(super) number: u64,
    /// Its cells from the first column on; blank ones at the end may be left out.
    pub(super) cells: Vec<Cell>,
    /// The columns whose cell hangs together with the one above it.
    pub(super) merged: Vec<usize>,
}

/// Whoever takes the rows.
pub(super) trait Rows {
    /// Takes the next row; says whether it wants more.
    fn row(&mut self, row: Row) -> Result<bool, FileError>;

    /// A new sheet begins; says whether it is wanted.
    fn sheet(&mut self, name: &str) -> bool;
}

/// Reads `source` from its beginning.
///
/// # Errors
/// Where it cannot be read, or is no table.
pub(super) fn read(source: &mut dyn Source, rows: &mut dyn Rows) -> Result<(), FileError> {
    source.seek(SeekFrom::Start(0))?;
    let mut begin = [0; 8];
    let mut filled = 0;
    while filled < begin.len() {
        match source.read(&mut begin[filled..])? {
            0 => break,
            more => filled += more,
        }
    }
    source.seek(SeekFrom::Start(0))?;
    match begin.get(..filled).unwrap_or_default() {
        [] => Err(FileError::Empty),
        [b'P', b'K', 3, 4, ..] => xlsx::read(source, rows),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(FileError::OldExcel),
        _ => text::read(source, rows),
    }
}
