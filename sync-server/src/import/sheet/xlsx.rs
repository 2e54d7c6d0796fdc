//! XLSX: cells one after another, with the regions that hang together.
//!
//! Floor: import, sheet. Invariant: the sheet is never held whole; only the texts that its cells share are.

use std::io::BufReader;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};

use super::{Cell, Row, Rows, Source};
use crate::import::table::FileError;

/// Columns right of this one are not read.
const MAX_COLUMNS: usize = 500;

pub(super) fn read(source: &mut dyn Source, rows: &mut dyn Rows) -> Result<(), FileError> {
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(source)).map_err(|_| FileError::BrokenBook)?;
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in sheets {
        if !rows.sheet(&name) {
            continue;
        }
        let mut merged = Merged::of(book.merge_cells_by_sheet_name(&name).map_err(|_| FileError::BrokenBook)?);
        let mut cells = book.worksheet_cells_reader(&name).map_err(|_| FileError::BrokenBook)?;
        let mut row = Row { number: 0, cells: Vec::new(), merged: Vec::new() };
        let mut wants = true;
        while let Some(cell) = cells.next_cell().map_err(|_| FileError::BrokenBook)? {
            let (line, column) = cell.get_position();
            let number = u64::from(line) + 1;
            if number != row.number {
                let next = Row { number, cells: Vec::new(), merged: merged.below(line) };
                let done = std::mem::replace(&mut row, next);
                wants = done.number == 0 || rows.row(done)?;
                if !wants {
                    break;
                }
            }
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            if column < MAX_COLUMNS {
                if row.cells.len() <= column {
                    row.cells.resize(column + 1, Cell::Blank);
                }
                row.cells[column] = value(cell.get_value());
            }
        }
        if wants && row.number > 0 {
            rows.row(row)?;
        }
    }
    Ok(())
}

fn value(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Blank,
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        #[allow(clippy::cast_precision_loss, reason = "a spreadsheet's numbers are such")]
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(truth) => Cell::Text(if *truth { "yes" } else { "no" }.to_owned()),
        DataRef::DateTime(date) if date.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            Cell::Date(format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"))
        }
        DataRef::DateTime(length) => Cell::Number(length.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.replace('T', " ")),
        DataRef::Error(_) => Cell::Broken,
    }
}

/// Which cells hang together with the one above; asked for row after row.
struct Merged {
    /// From which row to which, in which column, by the first.
    regions: std::iter::Peekable<std::vec::IntoIter<(u32, u32, u32)>>,
    /// Those of the row asked for last: until which row, in which column.
    open: Vec<(u32, u32)>,
}

impl Merged {
    fn of(regions: Vec<calamine::Dimensions>) -> Self {
        let mut below = Vec::new();
        for region in regions.iter().filter(|region| region.end.0 > region.start.0) {
            for column in region.start.1..=region.end.1.min(region.start.1.saturating_add(50)) {
                below.push((region.start.0 + 1, region.end.0, column));
            }
        }
        below.sort_unstable();
        Self { regions: below.into_iter().peekable(), open: Vec::new() }
    }

    /// The columns in which this row hangs together with the one above.
    fn below(&mut self, line: u32) -> Vec<usize> {
        self.open.retain(|(until, _)| *until >= line);
        while let Some((_, until, column)) = self.regions.next_if(|(from, ..)| *from <= line) {
            if until >= line {
                self.open.push((until, column));
            }
        }
        self.open.iter().map(|(_, column)| usize::try_from(*column).unwrap_or(usize::MAX)).collect()
    }
}
