//! Case files as rows: what due visits, custody and standing are reckoned from, for many alerts at once.
//!
//! Floor: store. Invariants: the same rows as phones reckon from; of alerts that are settled nothing is read unless one
//! is asked for by name, or all are.

use qiaomen_core::document::ChangeHash;
use qiaomen_core::projection::{Table, table_named};
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{AlertId, Role};
use rusqlite::{Connection, OptionalExtension};

use super::column::{alert_id, document_id, int, number, person_id, time};
use super::query::cell;
use crate::store::{CaseRow, CaseSet, StoreError};

/// The tables of a case file besides the alert's own: each names its alert.
const FACTS: [&str; 21] = [
    "visit",
    "raise",
    "receipt",
    "feedback",
    "clearance",
    "withdrawal",
    "extension",
    "sending",
    "hand_over",
    "money_sent",
    "stop_payment",
    "seen",
    "recall",
    "join",
    "transfer",
    "proposal",
    "take_back",
    "custody_decision",
    "comment",
    "call_back",
    "alert",
];

/// Those whose order among equals matters: they say whose an alert is.
const CUSTODY: [&str; 4] = ["receipt", "hand_over", "take_back", "custody_decision"];

/// Where rows are looked for, in the order in which they are: what is few comes first.
fn source(table: &str, which: CaseSet) -> String {
    match (which, table == "alert") {
        (CaseSet::All, _) => {
            let of = if table == "visit" { " WHERE r.\"alert\" IS NOT NULL" } else { "" };
            format!("FROM \"{table}\" r JOIN document d ON d.record = r.\"record\"{of}")
        }
        (CaseSet::Open, true) => {
            format!(
                "FROM open_case o CROSS JOIN document d CROSS JOIN \"{table}\" r WHERE d.id = o.alert AND r.\"record\" = d.record"
            )
        }
        (CaseSet::Open, false) => {
            format!(
                "FROM open_case o CROSS JOIN \"{table}\" r CROSS JOIN document d WHERE r.\"alert\" = o.alert AND d.record = r.\"record\""
            )
        }
        (CaseSet::One(_), true) => {
            format!("FROM document d CROSS JOIN \"{table}\" r WHERE d.id = ?1 AND r.\"record\" = d.record")
        }
        (CaseSet::One(_), false) => {
            format!("FROM \"{table}\" r CROSS JOIN document d WHERE r.\"alert\" = ?1 AND d.record = r.\"record\"")
        }
    }
}

fn sql(table: &Table, which: CaseSet) -> String {
    let alert = if table.name == "alert" { "d.id" } else { "r.\"alert\"" };
    let first = if CUSTODY.contains(&table.name) {
        "(SELECT c.hash FROM change c WHERE c.record = d.record ORDER BY c.sequence LIMIT 1), \
         (SELECT min(c.sequence) FROM change c WHERE c.record = d.record) <> d.acceptance"
    } else {
        "NULL, 0"
    };
    let columns: String = table.columns.iter().map(|column| format!(", r.\"{}\"", column.name)).collect();
    format!(
        "SELECT {alert}, d.id, d.author, d.role, d.acceptance, d.arrival, {first}{columns} {}",
        source(table.name, which)
    )
}

/// How many columns stand in front of a row's own.
const BEFORE: usize = 8;

pub(super) fn rows(store: &Connection, which: CaseSet, each: &mut dyn FnMut(CaseRow)) -> Result<(), StoreError> {
    for name in FACTS {
        let table = table_named(name).ok_or(StoreError::Damaged("a table there is not"))?;
        let mut statement = store.prepare_cached(&sql(table, which))?;
        let mut rows = match &which {
            CaseSet::One(alert) => statement.query([alert.bytes()])?,
            CaseSet::All | CaseSet::Open => statement.query([])?,
        };
        while let Some(row) = rows.next()? {
            // A fact that names no alert belongs to none.
            if row.get_ref(0)?.as_blob_or_null().ok().flatten().is_none() {
                continue;
            }
            let hash: Option<[u8; 32]> = row.get(6)?;
            each(CaseRow {
                alert: alert_id(row, 0)?,
                document: document_id(row, 1)?,
                author: person_id(row, 2)?,
                role: Role::from_word(row.get_ref(3)?.as_str().map_err(|_| StoreError::Damaged("a role"))?),
                acceptance: number(row, 4)?,
                arrival: time(row, 5)?,
                first: ChangeHash::from_bytes(hash.unwrap_or_default()),
                healed: row.get(7)?,
                table,
                cells: (0..table.columns.len()).map(|at| cell(row, BEFORE + at)).collect::<Result<_, _>>()?,
            });
        }
    }
    Ok(())
}

/// The alerts in whose case files anything was written above a place in the log, and the log's end.
pub(super) fn changed(store: &Connection, after: u64) -> Result<(u64, Vec<AlertId>), StoreError> {
    let size: u64 = store.prepare_cached("SELECT size FROM state")?.query_row([], |row| number(row, 0))?;
    let mut statement = store.prepare_cached(
        // What is new in the log comes first: there is little of it, and many documents.
        "SELECT DISTINCT s.bytes FROM change c CROSS JOIN document d CROSS JOIN scope s \
         WHERE c.sequence > ?1 AND c.sequence <= ?2 AND d.record = c.record AND s.number = d.scope",
    )?;
    let mut rows = statement.query((int(after), int(size)))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let qiaomen_core::record::Scope::CaseFile(alert) = super::column::scope(row, 0)? {
            found.push(alert);
        }
    }
    Ok((size, found))
}

/// The setting that keeps up to where the marks are right.
const UPTO: &str = "open_cases_upto";

pub(super) fn open_upto(store: &Connection) -> Result<u64, StoreError> {
    let value: Option<[u8; 8]> =
        store.query_row("SELECT value FROM meta WHERE key = ?1", [UPTO], |row| row.get(0)).optional()?;
    Ok(value.map_or(0, u64::from_be_bytes))
}

/// Notes which alerts are open, and which no longer are.
pub(super) fn mark(
    store: &Connection,
    open: &[AlertId],
    settled: &[AlertId],
    (from, upto): (u64, u64),
) -> Result<bool, StoreError> {
    if open_upto(store)? != from {
        return Ok(false);
    }
    store.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", (UPTO, upto.to_be_bytes()))?;
    let mut put = store.prepare_cached("INSERT OR IGNORE INTO open_case (alert) VALUES (?1)")?;
    for alert in open {
        put.execute([alert.bytes()])?;
    }
    let mut take = store.prepare_cached("DELETE FROM open_case WHERE alert = ?1")?;
    for alert in settled {
        take.execute([alert.bytes()])?;
    }
    Ok(true)
}
