//! Where workers recorded something, and the middles of grids.
//!
//! Floor: store. Invariant: what lies before the moment asked for is read for the middle of a grid alone.

use qiaomen_core::nearest::{Known, Sighting};
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{AreaId, Datum, Position, Scope, Time};
use rusqlite::{Connection, OptionalExtension, Row};

use super::column::{person_id, scope, time};
use crate::store::StoreError;

fn position(row: &Row<'_>, at: usize) -> Result<Position, rusqlite::Error> {
    Ok(Position {
        latitude: row.get(at)?,
        longitude: row.get(at + 1)?,
        datum: Datum::from_word(&row.get::<_, Option<String>>(at + 2)?.unwrap_or_default()),
        accuracy: None,
    })
}

pub(super) fn since(store: &Connection, from: Time, now: Time) -> Result<Vec<Sighting>, StoreError> {
    let mut found = Vec::new();
    let queries = [
        (
            Known::Recorded,
            "SELECT d.author, v.\"ended\", v.\"latitude\", v.\"longitude\", v.\"datum\" FROM \"visit\" v \
             JOIN document d ON d.record = v.\"record\" \
             WHERE d.arrival >= ?1 AND v.\"ended\" BETWEEN ?1 AND ?2 \
                 AND v.\"latitude\" NOT NULL AND v.\"longitude\" NOT NULL",
        ),
        (
            Known::Shared,
            "SELECT d.author, w.\"at\", w.\"latitude\", w.\"longitude\", w.\"datum\" FROM \"whereabouts\" w \
             JOIN document d ON d.record = w.\"record\" \
             WHERE w.\"at\" BETWEEN ?1 AND ?2 AND ifnull(w.\"until\" > ?2, 1)",
        ),
    ];
    for (known, sql) in queries {
        let mut statement = store.prepare_cached(sql)?;
        let rows = statement.query_map((from.millis(), now.millis()), |row| {
            Ok(Sighting { person: person_id(row, 0)?, known, at: Some(time(row, 1)?), position: position(row, 2)? })
        })?;
        for row in rows {
            found.push(row?);
        }
    }
    Ok(found)
}

pub(super) fn middles(store: &Connection) -> Result<Vec<(AreaId, Position)>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT s.bytes, CAST(avg(v.\"latitude\") AS INTEGER), CAST(avg(v.\"longitude\") AS INTEGER), \
             CASE WHEN count(DISTINCT v.\"datum\") = 1 THEN min(v.\"datum\") ELSE 'unstated' END \
         FROM \"visit\" v JOIN document d ON d.record = v.\"record\" JOIN scope s ON s.number = d.scope \
         WHERE v.\"latitude\" NOT NULL AND v.\"longitude\" NOT NULL AND v.\"alert\" IS NULL GROUP BY d.scope",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let Scope::Grid(grid) = scope(row, 0)? {
            found.push((grid, position(row, 1)?));
        }
    }
    Ok(found)
}

pub(super) fn middle(store: &Connection, grid: AreaId) -> Result<Option<Position>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT CAST(avg(v.\"latitude\") AS INTEGER), CAST(avg(v.\"longitude\") AS INTEGER), \
             CASE WHEN count(DISTINCT v.\"datum\") = 1 THEN min(v.\"datum\") ELSE 'unstated' END \
         FROM scope s CROSS JOIN document d CROSS JOIN \"visit\" v \
         WHERE s.bytes = ?1 AND d.scope = s.number AND d.kind = 'visit' AND v.\"record\" = d.record \
             AND v.\"latitude\" NOT NULL AND v.\"longitude\" NOT NULL AND v.\"alert\" IS NULL HAVING count(*) > 0",
    )?;
    Ok(statement.query_row([Scope::Grid(grid).to_bytes()], |row| position(row, 0)).optional()?)
}
