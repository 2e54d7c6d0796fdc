//! What stands in a table and is no data: sums, signatures, cells that a spreadsheet has made dates.
//!
//! Floor: sync-server, import; pure. Invariant: a row that might be somebody's is never taken for a sum.

use super::clean;
use super::sheet::Cell;

/// The columns in which a date may stand.
pub(super) const DATES: &[&str] =
    &["birth_date", "birth_year", "issued", "reached_station", "passed_on", "note", "id_number"];

pub(super) const DATED: &str =
    "was made a date by the spreadsheet; set the column to text and type it again, such as 3-2";

/// Whether a spreadsheet has made a date of something like 3-2.
pub(super) fn is_dated(text: &str) -> bool {
    let text = clean::narrow_signs(&clean::word(text));
    let parts = text.strip_suffix('日').and_then(|text| text.split_once('月'));
    let number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    parts.is_some_and(|(month, day)| number(month) && number(day))
}

/// Whether a row sums up: 合计, 小计：35户.
pub(super) fn is_total(cells: &[Cell]) -> bool {
    cells.iter().filter(|cell| !cell.is_blank()).take(3).any(|cell| {
        let text = clean::narrow_signs(&clean::word(&cell.text())).to_lowercase().replace(' ', "");
        ["合计", "总计", "小计", "共计", "总合计", "total", "subtotal"].iter().any(|word| {
            text.strip_prefix(word).is_some_and(|rest| {
                rest.chars().next().is_none_or(|letter| !clean::is_han(letter) && !letter.is_alphabetic())
            })
        })
    })
}

/// Whether a row is what people write under a table: who filled it in, what a mark means.
pub(super) fn is_footnote(cells: &[Cell]) -> bool {
    let mut texts = cells.iter().filter(|cell| !cell.is_blank());
    let Some(first) = texts.next() else { return false };
    let text = clean::narrow_signs(&clean::word(&first.text()));
    let words = ["填表人", "制表", "审核", "填报", "说明:", "注:", "备注:", "单位负责人", "联系人:", "制表日期"];
    words.iter().any(|word| text.starts_with(word)) && texts.count() < 4
}
