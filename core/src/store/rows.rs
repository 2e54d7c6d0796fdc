//! The tables that lists are answered from, made from the projection.
//!
//! Floor: store. Invariants: a table's SQL comes from [`TABLES`] alone; rows are derived and can be thrown
//! away; a table of parts is keyed by (record, part), any other by record.

use std::fmt::Write as _;
use std::sync::OnceLock;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::StoreError;
use crate::projection::{Cell, ColumnKind, Row, TABLES, Table};
use crate::record::Kind;
use crate::record::word::Word;

struct Sql {
    insert: String,
    delete: String,
}

fn statements() -> &'static [Sql] {
    static STATEMENTS: OnceLock<Vec<Sql>> = OnceLock::new();
    STATEMENTS.get_or_init(|| TABLES.iter().map(sql).collect())
}

fn sql(table: &Table) -> Sql {
    let mut names = String::from("record");
    let mut marks = String::from("?");
    if table.parts {
        names.push_str(", part");
        marks.push_str(", ?");
    }
    for column in table.columns {
        let _ = write!(names, ", \"{}\"", column.name);
        marks.push_str(", ?");
    }
    Sql {
        insert: format!("INSERT OR REPLACE INTO \"{}\"({names}) VALUES({marks})", table.name),
        delete: format!("DELETE FROM \"{}\" WHERE record = ?", table.name),
    }
}

fn place(table: &'static Table) -> Option<usize> {
    TABLES.iter().position(|have| std::ptr::eq(have, table))
}

/// The statements that make every table and its indexes.
pub(super) fn create_all() -> Vec<String> {
    TABLES.iter().flat_map(|table| std::iter::once(create(table)).chain(indexes(table))).collect()
}

/// The statements that drop every table.
pub(super) fn drop_all() -> Vec<String> {
    TABLES.iter().map(|table| format!("DROP TABLE IF EXISTS \"{}\"", table.name)).collect()
}

fn create(table: &Table) -> String {
    let mut columns = String::from(if table.parts {
        "record INTEGER NOT NULL, part BLOB NOT NULL"
    } else {
        "record INTEGER PRIMARY KEY"
    });
    for column in table.columns {
        let kind = match column.kind {
            ColumnKind::Integer => "INTEGER",
            ColumnKind::Text => "TEXT",
            ColumnKind::Blob => "BLOB",
        };
        let _ = write!(columns, ", \"{}\" {kind}", column.name);
    }
    if table.parts {
        columns.push_str(", PRIMARY KEY(record, part)");
    }
    let tail = if table.parts { " WITHOUT ROWID" } else { "" };
    format!("CREATE TABLE \"{}\"({columns}){tail}", table.name)
}

fn indexes(table: &Table) -> impl Iterator<Item = String> {
    let whole = table.indexes.iter().map(|columns| (columns, false));
    let filled = table.filled.iter().map(|columns| (columns, true));
    whole.chain(filled).enumerate().map(|(at, (columns, filled))| {
        let columns: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let name = table.name;
        let only = if filled { format!(" WHERE {} IS NOT NULL", columns[0]) } else { String::new() };
        format!("CREATE INDEX IF NOT EXISTS \"{name}_{at}\" ON \"{name}\"({}){only}", columns.join(", "))
    })
}

struct Bound<'a>(&'a Cell);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Cell::Null => ValueRef::Null,
            Cell::Integer(number) => ValueRef::Integer(*number),
            Cell::Text(text) => ValueRef::Text(text.as_bytes()),
            Cell::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// Writes a record's rows; those that it had are replaced. `fresh` says that it had none.
pub(super) fn write(
    connection: &Connection,
    record: i64,
    kind: &Kind,
    fresh: bool,
    rows: &[Row],
) -> Result<(), StoreError> {
    if !fresh {
        for (table, sql) in TABLES.iter().zip(statements()) {
            if table.varies() && table.of == kind.word() {
                connection.prepare_cached(&sql.delete)?.execute([record])?;
            }
        }
    }
    for row in rows {
        let Some(sql) = place(row.table).and_then(|at| statements().get(at)) else { continue };
        let mut statement = connection.prepare_cached(&sql.insert)?;
        let mut at = 1;
        let mut bind = |value: &dyn ToSql| -> rusqlite::Result<()> {
            statement.raw_bind_parameter(at, value)?;
            at += 1;
            Ok(())
        };
        bind(&record)?;
        if let Some(part) = &row.part {
            bind(&part.as_slice())?;
        }
        for cell in &row.cells {
            bind(&Bound(cell))?;
        }
        statement.raw_execute()?;
    }
    Ok(())
}

/// Takes a record's rows out.
pub(super) fn remove(connection: &Connection, record: i64, kind: &str) -> Result<(), StoreError> {
    for (table, sql) in TABLES.iter().zip(statements()) {
        if table.of == kind {
            connection.prepare_cached(&sql.delete)?.execute([record])?;
        }
    }
    Ok(())
}

/// A record's rows as they stand in the tables: the table's name, the part, the cells.
pub(super) fn read(connection: &Connection, record: i64, kind: &str) -> Result<Vec<Row>, StoreError> {
    let mut found = Vec::new();
    for table in TABLES.iter().filter(|table| table.of == kind) {
        let columns: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        let part = if table.parts { "part" } else { "NULL" };
        let sql = format!("SELECT {part}, {} FROM \"{}\" WHERE record = ? ORDER BY 1", columns.join(", "), table.name);
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter([record]))?;
        while let Some(row) = rows.next()? {
            let part: Option<[u8; 16]> = row.get(0)?;
            let cells = (1..=table.columns.len()).map(|at| cell(row, at)).collect::<Result<_, _>>()?;
            found.push(Row { table, part, cells });
        }
    }
    Ok(found)
}

/// The cell of a row's column.
pub(super) fn cell(row: &rusqlite::Row<'_>, at: usize) -> Result<Cell, rusqlite::Error> {
    Ok(match row.get_ref(at)? {
        ValueRef::Null | ValueRef::Real(_) => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
    })
}
