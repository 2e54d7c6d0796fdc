//! A ledger as text: UTF-8 with a byte order mark, as spreadsheets of every make open it.
//!
//! Floor: report, ledger; pure. Invariant: no cell begins with what a spreadsheet takes for a formula.

use super::{Cell, Table, Tongue};

/// What a spreadsheet takes for the beginning of a formula, in either width.
const BEGINNINGS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A ledger as text.
#[must_use]
pub fn csv(table: &Table, tongue: &Tongue<'_>) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    line(&mut out, table.columns.iter().map(|column| tongue.header(column).to_owned()));
    for row in &table.rows {
        line(&mut out, row.iter().map(|cell| written(cell, tongue)));
    }
    out.into_bytes()
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
}

fn written(cell: &Cell, tongue: &Tongue<'_>) -> String {
    match cell {
        Cell::Number(number) => number.to_string(),
        Cell::Yuan(fen) => {
            let sign = if *fen < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
        }
        Cell::Time(time) => tongue.wall(*time).replace('T', " "),
        cell => tongue.said(cell).map(harmless).unwrap_or_default(),
    }
}

/// A text that no spreadsheet acts upon.
fn harmless(text: String) -> String {
    if text.trim_start().starts_with(BEGINNINGS) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use qiaomen_core::record::{Time, Zone};

    use super::super::{Ledger, Table, Tongue, column};
    use super::*;

    const COLUMNS: &[super::super::Column] = &[column("姓名", "Name", 10), column("金额", "Amount", 10)];

    #[test]
    fn no_cell_is_a_formula() {
        let zone = Zone::shanghai();
        let word = |_: &str, word: &str| word.to_owned();
        let tongue = Tongue { english: true, word: &word, zone: &zone, now: Time::from_millis(0) };
        let rows = ["=1+1", "+86 138", "-2", "@SUM(A1)", "\t=1", " =1", "＝1", "王小明", "a,\"b\""];
        let rows = rows.map(|text| vec![Cell::Text(text.to_owned()), Cell::Yuan(-5)]).to_vec();
        let table = Table { ledger: Ledger::Unsigned, columns: COLUMNS, rows, cut: false };
        let text = String::from_utf8(csv(&table, &tongue)).unwrap();
        let expected = "\u{feff}Name,Amount\r\n'=1+1,-0.05\r\n'+86 138,-0.05\r\n'-2,-0.05\r\n'@SUM(A1),-0.05\r\n\
            ' =1,-0.05\r\n' =1,-0.05\r\n'＝1,-0.05\r\n王小明,-0.05\r\n\"a,\"\"b\"\"\",-0.05\r\n";
        assert_eq!(text, expected);
    }
}
