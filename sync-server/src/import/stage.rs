//! Rows put in order on the disk: residents of one household may stand anywhere in a file.
//!
//! Floor: sync-server, import. A temporary SQLite database that nobody else can open and that goes with the
//! import; the town's own store is never touched here. Invariant: what is held in memory does not grow with the
//! file.

use qiaomen_core::projection::Cell;
use qiaomen_core::record::{Address, AreaId, DocumentId, Scope};
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};

use super::{ImportError, address};
use crate::store::{RecordRow, Store, StoreError};

const TABLES: &str = "
PRAGMA temp_store = FILE;
PRAGMA temp.cache_size = -8192;
PRAGMA temp.synchronous = OFF;
PRAGMA temp.journal_mode = OFF;
CREATE TEMP TABLE line (number INTEGER PRIMARY KEY, door INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX temp.line_door ON line (door, number);
CREATE TEMP TABLE door (number INTEGER PRIMARY KEY, first INTEGER NOT NULL, grid BLOB NOT NULL, key TEXT, body TEXT);
CREATE INDEX temp.door_key ON door (grid, key);
CREATE TEMP TABLE called (name TEXT PRIMARY KEY, door INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX temp.called_door ON called (door);
CREATE TEMP TABLE somebody (mark BLOB NOT NULL, line INTEGER NOT NULL, door INTEGER NOT NULL);
CREATE INDEX temp.somebody_mark ON somebody (mark);
CREATE TEMP TABLE here (document BLOB PRIMARY KEY, grid BLOB NOT NULL, key TEXT NOT NULL, removed INTEGER NOT NULL);
CREATE INDEX temp.here_key ON here (grid, key);
CREATE TEMP TABLE here_somebody (mark BLOB NOT NULL, document BLOB NOT NULL);
CREATE INDEX temp.here_mark ON here_somebody (mark);
BEGIN;
";

/// A door of the file.
#[derive(Clone, Debug)]
pub(super) struct Door {
    pub(super) number: i64,
    /// The first row that names it.
    pub(super) first: u64,
    pub(super) grid: AreaId,
    pub(super) address: Option<Address>,
    /// Its rows: their numbers, and what they say.
    pub(super) lines: Vec<(u64, String)>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    building: Option<String>,
    unit: Option<String>,
    floor: Option<i64>,
    room: Option<String>,
    group: Option<String>,
    number: Option<String>,
}

fn kept(address: &Address) -> String {
    let Address { building, unit, floor, room, group, number } = address.clone();
    serde_json::to_string(&Kept { building, unit, floor, room, group, number }).unwrap_or_default()
}

fn address_of(text: &str) -> Option<Address> {
    let Kept { building, unit, floor, room, group, number } = serde_json::from_str(text).ok()?;
    Some(Address { building, unit, floor, room, group, number })
}

impl From<rusqlite::Error> for ImportError {
    fn from(error: rusqlite::Error) -> Self {
        // The message may quote what stands in a row.
        Self::Stage(error.sqlite_error_code().map_or_else(|| "SQLite".to_owned(), |code| format!("{code:?}")))
    }
}

pub(super) struct Stage {
    database: Connection,
    doors: i64,
}

type Found<T> = Result<Option<T>, ImportError>;

impl Stage {
    /// An empty one, with the doors and people that are there.
    ///
    /// # Errors
    /// Where there is no room, or the store fails.
    pub(super) fn new(store: &dyn Store) -> Result<Self, ImportError> {
        let database = Connection::open_in_memory()?;
        database.execute_batch(TABLES)?;
        database.set_prepared_statement_cache_capacity(64);
        let stage = Self { database, doors: 0 };
        stage.fill(store)?;
        Ok(stage)
    }

    fn fill(&self, store: &dyn Store) -> Result<(), ImportError> {
        let failed = |_| StoreError::Io("no room to sort the rows in".to_owned());
        let mut door =
            self.database.prepare("INSERT INTO here (document, grid, key, removed) VALUES (?1, ?2, ?3, ?4)")?;
        store.walk_rows("household", &mut |row| {
            if let Scope::Grid(grid) = row.document.scope {
                let key = address::key(&shown_address(&row));
                let removed = row.cell("household", "removed") == Some(&Cell::Integer(1))
                    || matches!(row.cell("household", "merged_into"), Some(Cell::Blob(_)));
                door.execute((row.document.id.bytes(), grid.bytes(), key, removed)).map_err(failed)?;
            }
            Ok(())
        })?;
        let mut somebody = self.database.prepare("INSERT INTO here_somebody (mark, document) VALUES (?1, ?2)")?;
        store.walk_rows("resident", &mut |row| {
            let removed = row.cell("resident", "removed") == Some(&Cell::Integer(1));
            if let (Some(Cell::Text(name)), Some(Cell::Text(telephones)), false) =
                (row.cell("resident", "name"), row.cell("resident", "telephones"), removed)
            {
                for telephone in telephones.split(',').filter(|telephone| !telephone.is_empty()) {
                    somebody.execute((mark(name, telephone), row.document.id.bytes())).map_err(failed)?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    // ---- doors of the file

    /// The door of this address.
    pub(super) fn door_at(&self, grid: AreaId, key: &str) -> Found<(i64, u64)> {
        let mut statement =
            self.database.prepare_cached("SELECT number, first FROM door WHERE grid = ?1 AND key = ?2")?;
        Ok(statement.query_row((grid.bytes(), key), |row| Ok((row.get(0)?, number(row, 1)?))).optional()?)
    }

    /// The door that the file calls so: its number, first row, grid, and whether its address is known.
    pub(super) fn door_called(&self, name: &str) -> Found<(i64, u64, AreaId, bool)> {
        let mut statement = self.database.prepare_cached(
            "SELECT d.number, d.first, d.grid, d.key IS NOT NULL FROM called c JOIN door d ON d.number = c.door WHERE c.name = ?1",
        )?;
        let found = statement
            .query_row([name], |row| Ok((row.get(0)?, number(row, 1)?, AreaId::from_bytes(row.get(2)?), row.get(3)?)));
        Ok(found.optional()?)
    }

    /// Whether the file calls this door anything.
    pub(super) fn is_called(&self, door: i64) -> Result<bool, ImportError> {
        Ok(self.database.prepare_cached("SELECT 1 FROM called WHERE door = ?1")?.exists([door])?)
    }

    /// What the file calls a door.
    pub(super) fn names(&self, door: i64) -> Result<Vec<String>, ImportError> {
        let mut statement = self.database.prepare_cached("SELECT name FROM called WHERE door = ?1 ORDER BY name")?;
        let names = statement.query_map([door], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(names)
    }

    /// A new door.
    pub(super) fn add_door(&mut self, first: u64, grid: AreaId, address: Option<&Address>) -> Result<i64, ImportError> {
        self.doors += 1;
        self.database
            .prepare_cached("INSERT INTO door (number, first, grid, key, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute((self.doors, first.cast_signed(), grid.bytes(), address.map(address::key), address.map(kept)))?;
        Ok(self.doors)
    }

    /// The address of a door that had none yet.
    pub(super) fn locate(&self, door: i64, address: &Address) -> Result<(), ImportError> {
        self.database.prepare_cached("UPDATE door SET key = ?2, body = ?3 WHERE number = ?1")?.execute((
            door,
            address::key(address),
            kept(address),
        ))?;
        Ok(())
    }

    pub(super) fn call(&self, name: &str, door: i64) -> Result<(), ImportError> {
        self.database
            .prepare_cached("INSERT OR REPLACE INTO called (name, door) VALUES (?1, ?2)")?
            .execute((name, door))?;
        Ok(())
    }

    /// Two doors turn out to be one.
    pub(super) fn join(&self, from: i64, into: i64) -> Result<(), ImportError> {
        for sql in [
            "UPDATE line SET door = ?2 WHERE door = ?1",
            "UPDATE called SET door = ?2 WHERE door = ?1",
            "UPDATE somebody SET door = ?2 WHERE door = ?1",
        ] {
            self.database.prepare_cached(sql)?.execute((from, into))?;
        }
        Ok(())
    }

    pub(super) fn add_line(&self, line: u64, door: i64, body: &str) -> Result<(), ImportError> {
        self.database.prepare_cached("INSERT INTO line (number, door, body) VALUES (?1, ?2, ?3)")?.execute((
            line.cast_signed(),
            door,
            body,
        ))?;
        Ok(())
    }

    /// Notes somebody by a mark that is theirs, and returns the row of another door that has the same.
    pub(super) fn note(&self, mark: &[u8], line: u64, door: i64) -> Found<u64> {
        let found = self
            .database
            .prepare_cached("SELECT line FROM somebody WHERE mark = ?1 AND door <> ?2 ORDER BY line LIMIT 1")?
            .query_row((mark, door), |row| number(row, 0))
            .optional()?;
        self.database.prepare_cached("INSERT INTO somebody (mark, line, door) VALUES (?1, ?2, ?3)")?.execute((
            mark,
            line.cast_signed(),
            door,
        ))?;
        Ok(found)
    }

    /// Every door with its rows, in the order of their first rows.
    ///
    /// # Errors
    /// What `each` returns.
    pub(super) fn each(&self, each: &mut dyn FnMut(Door) -> Result<(), ImportError>) -> Result<(), ImportError> {
        let mut statement = self.database.prepare(
            "SELECT d.number, d.first, d.grid, d.body, l.number, l.body FROM door d JOIN line l ON l.door = d.number \
             ORDER BY d.number, l.number",
        )?;
        let mut rows = statement.query([])?;
        let mut door: Option<Door> = None;
        while let Some(row) = rows.next()? {
            let at: i64 = row.get(0)?;
            let line = (number(row, 4)?, row.get(5)?);
            match &mut door {
                Some(open) if open.number == at => open.lines.push(line),
                _ => {
                    let body: Option<String> = row.get(3)?;
                    let next = Door {
                        number: at,
                        first: number(row, 1)?,
                        grid: AreaId::from_bytes(row.get(2)?),
                        address: body.as_deref().and_then(address_of),
                        lines: vec![line],
                    };
                    if let Some(done) = door.replace(next) {
                        each(done)?;
                    }
                }
            }
        }
        door.map_or(Ok(()), each)
    }

    // ---- what is there

    /// The households of this address; those that were taken out last.
    pub(super) fn here_at(&self, grid: AreaId, key: &str) -> Result<Vec<DocumentId>, ImportError> {
        let mut statement = self.database.prepare_cached(
            "SELECT document FROM here WHERE grid = ?1 AND key = ?2 ORDER BY removed, document LIMIT 5",
        )?;
        let found = statement
            .query_map((grid.bytes(), key), |row| Ok(DocumentId::from_bytes(row.get(0)?)))?
            .collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// Whether a household's address has this key, wherever it lies.
    pub(super) fn has_key(&self, document: DocumentId, key: &str) -> Result<bool, ImportError> {
        let mut statement = self.database.prepare_cached("SELECT 1 FROM here WHERE document = ?1 AND key = ?2")?;
        Ok(statement.exists((document.bytes(), key))?)
    }

    /// Another household in which somebody bears this mark.
    pub(super) fn here_marked(&self, mark: &[u8], not: Option<DocumentId>) -> Found<DocumentId> {
        let not = not.unwrap_or(DocumentId::from_bytes([0; 16]));
        let mut statement = self.database.prepare_cached(
            "SELECT document FROM here_somebody WHERE mark = ?1 AND document <> ?2 ORDER BY document LIMIT 1",
        )?;
        let found = statement.query_row((mark, not.bytes()), |row| Ok(DocumentId::from_bytes(row.get(0)?)));
        Ok(found.optional()?)
    }
}

fn number(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(i64::cast_unsigned)
}

/// Somebody by name and telephone.
pub(super) fn mark(name: &str, telephone: &str) -> Vec<u8> {
    format!("{name}\u{1f}{telephone}").into_bytes()
}

fn shown_address(row: &RecordRow) -> Address {
    let text = |column: &str| match row.cell("household", column) {
        Some(Cell::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let floor = match row.cell("household", "floor") {
        Some(Cell::Integer(floor)) => Some(*floor),
        _ => None,
    };
    Address {
        building: text("building"),
        unit: text("unit"),
        floor,
        room: text("room"),
        group: text("group"),
        number: text("number"),
    }
}
