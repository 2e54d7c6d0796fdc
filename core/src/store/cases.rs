//! Case files from rows, kept between one reckoning and the next.
//!
//! Floor: store. Invariants: what is kept is what the rows say now: SQLite tells of every row of a case file that
//! is written or taken out, and those case files are read again before anything is answered; nothing that depends
//! on the hour is kept. A fact that lacks what it must have counts for nothing, as everywhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Row};

use super::{Store, StoreError};
use crate::playbook::Case;
use crate::record::word::Word;
use crate::record::{
    AlertId, AreaId, Clearance, DocumentId, Extension, Feedback, Join, Level, MoneySent, Outcome, Purpose, Raise,
    Recall, Record, Risk, Role, StopPayment, Time, Transfer, Visit, Withdrawal,
};

/// One alert with what is due reckoned from.
#[derive(Clone, Debug)]
pub(crate) struct CaseFile {
    pub(crate) name: String,
    pub(crate) area: AreaId,
    /// The version of the playbook that it was issued under.
    pub(crate) playbook: String,
    pub(crate) case: Case,
}

/// The tables that case files are read from.
const TABLES: [&str; 12] = [
    "alert",
    "visit",
    "raise",
    "feedback",
    "clearance",
    "withdrawal",
    "extension",
    "money_sent",
    "transfer",
    "recall",
    "join",
    "stop_payment",
];
/// With more rows written than this, everything is read again.
const MOST_TOUCHED: usize = 4_096;

/// The rows that were written since the last reading: table and record.
#[derive(Debug, Default)]
struct Touched {
    rows: BTreeSet<(usize, i64)>,
    all: bool,
}

/// Case files as they were read last.
#[derive(Debug, Default)]
pub(super) struct Cases {
    touched: Arc<Mutex<Touched>>,
    files: Option<BTreeMap<AlertId, CaseFile>>,
    /// The alert that each row belonged to.
    rows: HashMap<(usize, i64), AlertId>,
}

impl Cases {
    /// Begins to listen to what is written through `connection`.
    pub(super) fn listen(connection: &mut Connection) -> Result<Self, StoreError> {
        let cases = Self::default();
        let touched = cases.touched.clone();
        connection.update_hook(Some(move |_, _: &str, table: &str, record: i64| {
            let Some(table) = TABLES.iter().position(|name| *name == table) else { return };
            let mut touched = touched.lock().unwrap_or_else(PoisonError::into_inner);
            if touched.rows.len() < MOST_TOUCHED {
                touched.rows.insert((table, record));
            } else {
                touched.all = true;
            }
        }))?;
        Ok(cases)
    }

    fn take_touched(&self) -> Touched {
        std::mem::take(&mut *self.touched.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store {
    /// Every case file on the phone, as its rows say now.
    pub(crate) fn case_files(&mut self) -> Result<&BTreeMap<AlertId, CaseFile>, StoreError> {
        let touched = self.cases.take_touched();
        let (mut files, mut rows) = match self.cases.files.take() {
            Some(files) if !touched.all => (files, std::mem::take(&mut self.cases.rows)),
            _ => (BTreeMap::new(), HashMap::new()),
        };
        // Where reading fails, nothing is kept, and all is read again next time.
        if files.is_empty() {
            rows.clear();
            read(&self.connection, None, &mut files, &mut rows)?;
        } else {
            let mut alerts = BTreeSet::new();
            for row in touched.rows {
                alerts.extend(rows.remove(&row));
                alerts.extend(alert_of(&self.connection, row)?);
            }
            for alert in alerts {
                files.remove(&alert);
                read(&self.connection, Some(alert), &mut files, &mut rows)?;
            }
        }
        self.cases.rows = rows;
        Ok(self.cases.files.insert(files))
    }
}

/// The alert that a row belongs to now.
fn alert_of(connection: &Connection, (table, record): (usize, i64)) -> Result<Option<AlertId>, StoreError> {
    let sql = match TABLES.get(table) {
        None => return Ok(None),
        Some(&"alert") => "SELECT document.id FROM alert JOIN document USING(record) WHERE record = ?".to_owned(),
        Some(table) => format!("SELECT alert FROM \"{table}\" WHERE record = ?"),
    };
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([record])?;
    let found: Option<[u8; 16]> = rows.next()?.map(|row| row.get(0)).transpose()?.flatten();
    Ok(found.map(AlertId::from_bytes))
}

/// What the columns behind alert, record, document and role are made into; none where one lacks that must be there.
type Make = fn(AlertId, &Row<'_>) -> rusqlite::Result<Option<Record>>;

/// Each fact's table, the columns read of it, and what is made of them.
const FACTS: [(usize, &str, Make); 11] = [
    (1, "purpose, outcome, met_person, started, ended, risk", visit),
    (2, "level, at", raise),
    (3, "at", feedback),
    (4, "at", clearance),
    (5, "clearance, at", withdrawal),
    (6, "at, until", extension),
    (7, "at, sent, fen", money_sent),
    (8, "at, until, hands, accepted_by", transfer),
    (9, "at", recall),
    (10, "at, level, issued, other, into_other", join),
    (11, "at, step", stop_payment),
];

/// Where the columns of a fact's own begin.
const OWN: usize = 4;

/// Reads one case file, or all of them, with the rows that each consists of.
fn read(
    connection: &Connection,
    only: Option<AlertId>,
    files: &mut BTreeMap<AlertId, CaseFile>,
    members: &mut HashMap<(usize, i64), AlertId>,
) -> Result<(), StoreError> {
    let only_id = only.map(|alert| *alert.bytes());
    let mut facts: HashMap<AlertId, Vec<(DocumentId, Role, Record)>> = HashMap::new();
    for (table, columns, make) in FACTS {
        let name = TABLES[table];
        let which = if only.is_some() { "= ?1" } else { "IS NOT NULL AND ?1 IS NULL" };
        let sql = format!(
            "SELECT fact.alert, record, document.id, document.role, {columns} FROM \"{name}\" AS fact
             JOIN document USING(record) WHERE fact.alert {which}"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([only_id])?;
        while let Some(row) = rows.next()? {
            let alert = AlertId::from_bytes(row.get(0)?);
            members.insert((table, row.get(1)?), alert);
            let role: Option<String> = row.get(3)?;
            if let (Some(role), Some(fact)) = (role, make(alert, row)?) {
                let fact = (DocumentId::from_bytes(row.get(2)?), Role::from_word(&role), fact);
                facts.entry(alert).or_default().push(fact);
            }
        }
    }
    let which = if only.is_some() { "document.id = ?1" } else { "?1 IS NULL" };
    let sql = format!(
        "SELECT document.id, record, name, area, level, issued, reached, playbook FROM alert
         JOIN document USING(record) WHERE {which}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([only_id])?;
    while let Some(row) = rows.next()? {
        let alert = AlertId::from_bytes(row.get(0)?);
        members.insert((0, row.get(1)?), alert);
        let (name, area): (Option<String>, Option<[u8; 16]>) = (row.get(2)?, row.get(3)?);
        let level: Option<Level> = word(row, 4)?;
        let (issued, reached) = (time(row, 5)?, time(row, 6)?);
        let (Some(name), Some(area), Some(level), Some(issued)) = (name, area, level, issued) else { continue };
        let facts = facts.remove(&alert).unwrap_or_default();
        let facts = facts.iter().map(|(id, role, fact)| (*id, role, fact));
        let case = Case::from_facts(level, issued, reached.unwrap_or(issued), facts);
        let playbook = row.get::<_, Option<String>>(7)?.unwrap_or_default();
        files.insert(alert, CaseFile { name, area: AreaId::from_bytes(area), playbook, case });
    }
    Ok(())
}

fn word<W: Word>(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<W>> {
    Ok(row.get::<_, Option<String>>(at)?.map(|word| W::from_word(&word)))
}

fn time(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Time>> {
    Ok(row.get::<_, Option<i64>>(at)?.map(Time::from_millis))
}

fn visit(alert: AlertId, row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let (purpose, outcome): (Option<Purpose>, Option<Outcome>) = (word(row, OWN)?, word(row, OWN + 1)?);
    let (started, ended) = (time(row, OWN + 3)?, time(row, OWN + 4)?);
    let (Some(purpose), Some(outcome), Some(started), Some(ended)) = (purpose, outcome, started, ended) else {
        return Ok(None);
    };
    let met_person: Option<bool> = row.get(OWN + 2)?;
    let risk: Option<Risk> = word(row, OWN + 5)?;
    Ok(Some(Record::Visit(Visit {
        purpose,
        household: None,
        alert: Some(alert),
        met_target: if outcome == Outcome::Met { met_person } else { None },
        outcome,
        met: BTreeSet::new(),
        met_others: None,
        started,
        ended,
        position: None,
        given: BTreeSet::new(),
        explained: BTreeSet::new(),
        observations: BTreeSet::new(),
        note: None,
        risk,
        next_step: None,
        dissuasion: None,
        photos: None,
    })))
}

fn raise(alert: AlertId, row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let (level, at) = (word(row, OWN)?, time(row, OWN + 1)?);
    Ok(level.zip(at).map(|(level, at)| Record::Raise(Raise { alert, level, at, reason: None })))
}

fn feedback(alert: AlertId, row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    Ok(time(row, OWN)?.map(|at| Record::Feedback(Feedback { alert, at, note: None })))
}

fn clearance(alert: AlertId, row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    Ok(time(row, OWN)?.map(|at| Record::Clearance(Clearance { alert, at, reason: None })))
}

fn withdrawal(alert: AlertId, row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let clearance: Option<[u8; 16]> = row.get(OWN)?;
    let found = clearance.map(DocumentId::from_bytes).zip(time(row, OWN + 1)?);
    Ok(found.map(|(clearance, at)| Record::Withdrawal(Withdrawal { alert, clearance, at, reason: None })))
}

fn extension(alert: AlertId, row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let found = time(row, OWN)?.zip(time(row, OWN + 1)?);
    Ok(found.map(|(at, until)| Record::Extension(Extension { alert, at, until, reason: None })))
}

fn money_sent(alert: AlertId, row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let (sent, fen) = (time(row, OWN + 1)?, row.get(OWN + 2)?);
    let made = |at| Record::MoneySent(MoneySent { alert, at, sent, fen, to: None, note: None });
    Ok(time(row, OWN)?.map(made))
}

fn transfer(alert: AlertId, row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let (until, accepted_by) = (time(row, OWN + 1)?, row.get(OWN + 3)?);
    let found = time(row, OWN)?.zip(word(row, OWN + 2)?);
    Ok(found.map(|(at, hands)| {
        Record::Transfer(Transfer { alert, hands, place: None, accepted_by, at, until, reason: None })
    }))
}

fn recall(alert: AlertId, row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    Ok(time(row, OWN)?.map(|at| Record::Recall(Recall { alert, at, reason: None })))
}

fn join(alert: AlertId, row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let (at, level, issued) = (time(row, OWN)?, word(row, OWN + 1)?, time(row, OWN + 2)?);
    let other: Option<[u8; 16]> = row.get(OWN + 3)?;
    let into_other: bool = row.get(OWN + 4)?;
    let (Some(at), Some(level), Some(issued), Some(other)) = (at, level, issued, other) else { return Ok(None) };
    Ok(Some(Record::Join(Join { alert, other: AlertId::from_bytes(other), level, issued, at, into_other })))
}

fn stop_payment(alert: AlertId, row: &Row<'_>) -> rusqlite::Result<Option<Record>> {
    let found = time(row, OWN)?.zip(word(row, OWN + 1)?);
    let made = |(at, step)| StopPayment { alert, step, at, fen: None, institution: None, note: None };
    Ok(found.map(|found| Record::StopPayment(made(found))))
}
