//! From a row back to its record, as much of it as the row tells.
//!
//! Floor: projection; pure. Invariants: what a row has is what the record says; what a row leaves out (parts, groups,
//! signatures) is absent; a row that lacks what its kind must have is no record, as everywhere.

use super::{Cell, Table};
use crate::record::word::Word;
use crate::record::{Fields, Kind, Outcome, Record, Shape, Value};

/// The record of a row of `table`, one that stands for a whole document; none where the row lacks what it must have.
#[must_use]
pub fn record_of(table: &Table, cells: &[Cell]) -> Option<Record> {
    if table.parts || table.name != table.of {
        return None;
    }
    let kind = Kind::from_word(table.of);
    let mut fields = Fields::new();
    let told = || table.columns.iter().map(|column| column.name).zip(cells);
    for spec in kind.fields() {
        let Some((_, cell)) = told().find(|(name, _)| *name == spec.key) else { continue };
        match (spec.shape, cell) {
            (Shape::Bool, Cell::Integer(truth)) if *truth != 0 => fields.set(spec.key, Value::Bool(true)),
            (Shape::Set, Cell::Text(members)) => {
                for member in members.split(',').filter(|member| !member.is_empty()) {
                    fields.set(&format!("{}/{member}", spec.key), Value::Bool(true));
                }
            }
            (Shape::Int | Shape::Time, Cell::Integer(number)) => fields.set(spec.key, Value::Int(*number)),
            (Shape::Text | Shape::Word, Cell::Text(text)) => fields.set(spec.key, Value::Text(text.as_str().into())),
            (Shape::Id | Shape::Bytes, Cell::Blob(bytes)) => {
                fields.set(spec.key, Value::Bytes(bytes.as_slice().into()))
            }
            _ => {}
        }
    }
    // Whether the person was met stands in a column of its own.
    if kind == Kind::Visit
        && fields.text("outcome").is_ok_and(|outcome| outcome == Outcome::Met.word())
        && told().any(|(name, cell)| name == "met_person" && *cell == Cell::Integer(0))
    {
        fields.set("met_target", Value::Bool(false));
    }
    Record::read(&kind, &fields).ok()
}
