//! Figures for those who watch the server.
//!
//! Floor: store. Invariant: nothing reads a change's bytes or a row's text; each count walks one index at most.

use std::path::Path;

use qiaomen_core::projection::TABLES;
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{Kind, Scope, Time};
use rusqlite::Connection;

use super::column::{number, scope};
use super::merged::FOLDED;
use crate::store::{Counts, GridCount, StoreError};

pub(super) fn counts(store: &Connection, path: &Path) -> Result<Counts, StoreError> {
    let mut counts = Counts { log: super::log(store)?.size, ..Counts::default() };
    for table in TABLES.iter().filter(|table| !table.parts) {
        let mut statement = store.prepare_cached(&format!("SELECT count(*) FROM \"{}\"", table.name))?;
        counts.documents.push((Kind::from_word(table.of), statement.query_row([], |row| number(row, 0))?));
    }
    (counts.enrolled, counts.revoked, counts.held) = store
        .prepare_cached(
            "SELECT count(*) - count(revoked), count(revoked), ifnull(sum(held), 0) FROM device WHERE own = 0",
        )?
        .query_row([], |row| Ok((number(row, 0)?, number(row, 1)?, number(row, 2)?)))?;
    counts.refused = store.prepare_cached("SELECT count(*) FROM refused")?.query_row([], |row| number(row, 0))?;
    counts.database = size(path);
    let mut write_ahead = path.as_os_str().to_owned();
    write_ahead.push("-wal");
    counts.write_ahead = size(Path::new(&write_ahead));
    Ok(counts)
}

fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |about| about.len())
}

pub(super) fn grids(store: &Connection) -> Result<Vec<GridCount>, StoreError> {
    // A document's place in the feed is that of its latest change or move, so that the last one names the newest.
    let mut statement = store.prepare_cached(&format!(
        "WITH RECURSIVE {FOLDED}, homes AS (SELECT d.scope AS scope, count(*) AS households FROM \"household\" r \
             JOIN document d ON d.record = r.\"record\" \
             WHERE d.id NOT IN (SELECT gone FROM folded) GROUP BY d.scope) \
         SELECT s.bytes, ifnull(h.households, 0), (SELECT c.arrival FROM change c WHERE c.sequence = \
             (SELECT max(d.sequence) FROM document d WHERE d.scope = s.number)) \
         FROM scope s LEFT JOIN homes h ON h.scope = s.number"
    ))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let Scope::Grid(grid) = scope(row, 0)? {
            let latest = row.get::<_, Option<i64>>(2)?.map(Time::from_millis);
            found.push(GridCount { grid, households: number(row, 1)?, latest });
        }
    }
    Ok(found)
}
