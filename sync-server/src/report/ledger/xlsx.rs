//! A ledger as a spreadsheet: a frozen header, numbers as numbers, moments as moments.
//!
//! Floor: report, ledger; pure. Invariants: whatever somebody wrote is written as text, never as a formula or a link;
//! no clock is read.

use qiaomen_core::record::Time;
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use super::{Cell, Column, Table, Tongue};

/// The most letters of a cell.
const MOST_LETTERS: usize = 32_000;

/// A ledger as a spreadsheet. The first sheet holds its rows and nothing else, the second what it is.
///
/// # Errors
/// As the library that writes it.
pub fn xlsx(table: &Table, tongue: &Tongue<'_>, about: &[(String, String)]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::parse_from_str(&tongue.wall(tongue.now))?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let head = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00E0_EEEE))
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::Top)
        .set_text_wrap();
    let formats = Formats {
        time: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
        yuan: Format::new().set_num_format("#,##0.00"),
        number: Format::new().set_num_format("0"),
    };
    let sheet = book.add_worksheet();
    sheet.set_name((tongue.word)("ledger", table.ledger.word()))?;
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0u16..).zip(table.columns) {
        let Column { width, .. } = *column;
        sheet.set_column_width(at, f64::from(width))?;
        sheet.write_string_with_format(0, at, tongue.header(column), &head)?;
    }
    for (line, row) in (1u32..).zip(&table.rows) {
        for (at, cell) in (0u16..).zip(row) {
            match cell {
                Cell::Number(number) => {
                    sheet.write_number_with_format(line, at, *number as f64, &formats.number)?;
                }
                Cell::Yuan(fen) => {
                    sheet.write_number_with_format(line, at, *fen as f64 / 100.0, &formats.yuan)?;
                }
                Cell::Time(time) => match moment(*time, tongue) {
                    Some(moment) => {
                        sheet.write_datetime_with_format(line, at, &moment, &formats.time)?;
                    }
                    None => {
                        sheet.write_string(line, at, tongue.wall(*time))?;
                    }
                },
                cell => {
                    if let Some(text) = tongue.said(cell).filter(|text| !text.is_empty()) {
                        sheet.write_string(line, at, text.chars().take(MOST_LETTERS).collect::<String>())?;
                    }
                }
            }
        }
    }
    if let (Ok(rows), Ok(columns)) = (u32::try_from(table.rows.len()), u16::try_from(table.columns.len()))
        && columns > 0
    {
        sheet.autofilter(0, 0, rows, columns - 1)?;
    }
    let sheet = book.add_worksheet();
    sheet.set_name(if tongue.english { "About" } else { "说明" })?;
    sheet.set_column_width(0, 18)?;
    sheet.set_column_width(1, 60)?;
    for (line, (what, text)) in (0u32..).zip(about) {
        sheet.write_string_with_format(line, 0, what, &head)?;
        sheet.write_string(line, 1, super::plain(text))?;
    }
    book.save_to_buffer()
}

struct Formats {
    time: Format,
    yuan: Format,
    number: Format,
}

/// A moment on the wall here; none before 1900, which a spreadsheet does not know.
fn moment(time: Time, tongue: &Tongue<'_>) -> Option<ExcelDateTime> {
    ExcelDateTime::parse_from_str(&tongue.wall(time)).ok()
}
