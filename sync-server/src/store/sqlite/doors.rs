//! The rows that a grid's doors are reckoned from.
//!
//! Floor: store. Invariants: one query a table, which begins at the grid's scope and goes on by indexes; tables and
//! columns are named by [`Source`], never by a caller's text.

use qiaomen_core::doors::{Filed, Source};
use qiaomen_core::projection::{Cell, table_named};
use qiaomen_core::record::{AreaId, Scope};
use rusqlite::{Connection, OptionalExtension};

use super::column::{document_id, number, person_id, scope};
use super::query;
use crate::store::StoreError;

/// What lies in the grid.
fn in_grid(source: Source) -> String {
    format!(
        "{} FROM scope c CROSS JOIN document d CROSS JOIN \"{}\" r \
         WHERE c.bytes = ?1 AND d.scope = c.number AND d.kind = '{}' AND r.\"record\" = d.record",
        selected(source),
        source.table(),
        table_named(source.table()).map_or("", |table| table.of),
    )
}

/// Visits for alerts that name doors of the grid, and their reviews: they lie in case files.
fn of_alerts(source: Source) -> Option<String> {
    const VISITS: &str = "FROM scope s CROSS JOIN document h CROSS JOIN \"visit\" v CROSS JOIN document w";
    const WHERE: &str = "WHERE s.bytes = ?1 AND h.scope = s.number AND h.kind = 'household' \
         AND v.\"household\" = h.id AND v.\"alert\" IS NOT NULL AND w.record = v.\"record\" AND w.scope <> s.number";
    let selected = selected(source);
    match source {
        Source::Visit => Some(format!(
            "{selected} {VISITS} CROSS JOIN document d CROSS JOIN \"visit\" r CROSS JOIN scope c {WHERE} \
             AND d.record = w.record AND r.\"record\" = d.record AND c.number = d.scope"
        )),
        Source::Review => Some(format!(
            "{selected} {VISITS} CROSS JOIN \"review\" r CROSS JOIN document d CROSS JOIN scope c {WHERE} \
             AND r.\"of\" = w.id AND d.record = r.\"record\" AND c.number = d.scope"
        )),
        Source::Household | Source::Resident | Source::Pledge | Source::Consent => None,
    }
}

fn selected(source: Source) -> String {
    let part = if source.parts() { "r.\"part\"" } else { "NULL" };
    let names: String = source.columns().iter().map(|column| format!(", r.\"{column}\"")).collect();
    format!("SELECT d.id, c.bytes, d.author, d.acceptance, {part}{names}")
}

pub(super) fn doors(
    store: &Connection,
    grid: AreaId,
    contacts: bool,
    each: &mut dyn FnMut(Source, &Filed, &[Cell]),
) -> Result<(), StoreError> {
    let bytes = Scope::Grid(grid).to_bytes();
    for source in Source::ALL {
        let queries = std::iter::once(in_grid(source)).chain(of_alerts(source).filter(|_| contacts));
        for sql in queries {
            let mut statement = store.prepare_cached(&sql)?;
            let mut rows = statement.query([&bytes])?;
            let mut cells = Vec::with_capacity(source.columns().len());
            while let Some(row) = rows.next()? {
                let filed = Filed {
                    document: document_id(row, 0)?,
                    scope: scope(row, 1)?,
                    author: Some(person_id(row, 2)?),
                    acceptance: Some(number(row, 3)?),
                    part: row.get(4)?,
                };
                cells.clear();
                for at in 5..5 + source.columns().len() {
                    cells.push(query::cell(row, at)?);
                }
                each(source, &filed, &cells);
            }
        }
    }
    Ok(())
}

pub(super) fn mark(store: &Connection, grid: AreaId) -> Result<u64, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT max(ifnull((SELECT max(d.sequence) FROM document d WHERE d.scope = s.number), 0), \
             ifnull((SELECT max(g.sequence) FROM departed g WHERE g.scope = s.number), 0)) \
         FROM scope s WHERE s.bytes = ?1",
    )?;
    Ok(statement.query_row([Scope::Grid(grid).to_bytes()], |row| number(row, 0)).optional()?.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::schema;

    #[test]
    fn every_query_goes_by_indexes() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        for source in Source::ALL {
            for sql in std::iter::once(in_grid(source)).chain(of_alerts(source)) {
                let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
                let plan = statement.query_map([vec![0_u8]], |row| row.get::<_, String>(3)).unwrap();
                let plan: Vec<String> = plan.map(Result::unwrap).collect();
                assert!(plan.len() >= 3 && plan.iter().all(|step| step.starts_with("SEARCH")), "{source:?}: {plan:?}");
            }
        }
    }
}
