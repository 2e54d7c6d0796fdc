//! The queue of records that supervisors review.
//!
//! Floor: store. Invariants: read by an index of those records alone, from the newest on, and no further than is asked for;
//! what was sent back or rejected is found through its reviews, being little among very much that was not; of several
//! reviews of a record the last accepted counts; whether the record was edited since is told from the log.

use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{AlertId, DocumentId, HouseholdId, Outcome, PersonId, Purpose, ReviewState, Time};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _};

use super::column::{self, DOCUMENT, int, time};
use crate::store::{QueueFrom, QueueRow, QueueState, QueueWanted, StoreError};

/// The index that the queue is read by.
pub(super) const INDEX_SQL: &str = "CREATE INDEX document_reviewed ON document \
     (acceptance, scope, id, author, arrival, doubtful, written) WHERE kind IN ('visit', 'pledge');";

/// How many columns [`DOCUMENT`] has.
const AFTER: usize = 13;
const HAPPENED: &str = "ifnull(v.\"ended\", p.\"at\")";
/// Whether the record was written to after the review that counts.
const MOVED: &str = "((SELECT max(c.sequence) FROM change c WHERE c.record = d.record) > \
     (SELECT max(c.sequence) FROM change c WHERE c.record = rd.record))";
/// From every record, with the review that counts.
const ALL: &str = "document d INDEXED BY document_reviewed CROSS JOIN scope s ON s.number = d.scope \
     LEFT JOIN document rd ON rd.record = (SELECT x.record FROM \"review\" r CROSS JOIN document x \
         WHERE r.\"of\" = d.id AND x.record = r.\"record\" ORDER BY x.acceptance DESC, x.id DESC LIMIT 1) \
     LEFT JOIN \"review\" q ON q.\"record\" = rd.record";
/// From the reviews that do not approve, with the record of each.
const TURNED_DOWN: &str = "\"review\" q CROSS JOIN document rd ON rd.record = q.\"record\" \
     CROSS JOIN document d ON d.id = q.\"of\" CROSS JOIN scope s ON s.number = d.scope";
/// That no review came after that one.
const COUNTS: &str = "NOT EXISTS (SELECT 1 FROM \"review\" r CROSS JOIN document x WHERE r.\"of\" = q.\"of\" \
     AND x.record = r.\"record\" AND (x.acceptance, x.id) > (rd.acceptance, rd.id))";
const SEEN: &str = "EXISTS (SELECT 1 FROM \"review\" e WHERE e.\"of\" = d.id)";

struct Query {
    text: String,
    values: Vec<Value>,
}

impl Query {
    fn and(&mut self, condition: &str) {
        self.text.push_str(" AND ");
        self.text.push_str(condition);
    }

    /// A condition with a value in place of its `?`.
    fn with(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        let numbered = condition.replace('?', &format!("?{}", self.values.len()));
        self.and(&numbered);
    }

    fn between(&mut self, what: &str, (from, to): (Option<Time>, Option<Time>)) {
        if let Some(from) = from {
            self.with(&format!("{what} >= ?"), from.millis());
        }
        if let Some(to) = to {
            self.with(&format!("{what} < ?"), to.millis());
        }
    }
}

fn scopes(store: &Connection, wanted: &QueueWanted) -> Result<String, StoreError> {
    let mut statement = store.prepare_cached("SELECT number FROM scope WHERE bytes = ?1")?;
    let mut numbers = Vec::with_capacity(wanted.scopes.len());
    for scope in &wanted.scopes {
        // One in which nothing lies has no number.
        let number: Option<i64> = statement.query_row([scope.to_bytes()], |row| row.get(0)).optional()?;
        numbers.extend(number.map(|number| number.to_string()));
    }
    Ok(format!("[{}]", numbers.join(",")))
}

fn query(store: &Connection, wanted: &QueueWanted) -> Result<Query, StoreError> {
    let turned_down = matches!(wanted.state, Some(QueueState::HasIssues | QueueState::Edited | QueueState::Rejected));
    let from = if turned_down { TURNED_DOWN } else { ALL };
    let mut query = Query {
        text: format!(
            "SELECT {DOCUMENT}, d.written, d.doubtful, {HAPPENED}, v.\"purpose\", v.\"outcome\", \
             ifnull(v.\"household\", p.\"household\"), v.\"alert\", q.\"state\", rd.author, q.\"at\", {MOVED} \
             FROM {from} LEFT JOIN scope b ON b.number = d.birth \
             LEFT JOIN \"visit\" v ON v.\"record\" = d.record LEFT JOIN \"pledge\" p ON p.\"record\" = d.record \
             WHERE d.kind IN ('visit', 'pledge')"
        ),
        values: Vec::new(),
    };
    if turned_down {
        query.and("q.\"state\" IS NOT 'approved'");
        query.and(COUNTS);
    }
    let scopes = scopes(store, wanted)?;
    query.with("d.scope IN (SELECT value FROM json_each(?))", scopes);
    match wanted.from {
        QueueFrom::Newest => {}
        QueueFrom::Below(acceptance) => query.with("d.acceptance < ?", int(acceptance)),
        QueueFrom::Above(acceptance) => query.with("d.acceptance > ?", int(acceptance)),
    }
    if let Some(kind) = &wanted.kind {
        query.with("d.kind = ?", kind.word().to_owned());
    }
    if let Some(author) = &wanted.author {
        query.with("d.author = ?", author.bytes().to_vec());
    }
    query.between("d.arrival", wanted.arrived);
    if wanted.doubtful {
        query.and("d.doubtful = 1");
    }
    match wanted.state {
        None => {}
        Some(QueueState::Received) => query.and(&format!("NOT {SEEN}")),
        Some(QueueState::Approved) => query.and(&format!("{SEEN} AND q.\"state\" = 'approved'")),
        Some(QueueState::Edited) => query.and(MOVED),
        Some(QueueState::Rejected) => query.and(&format!("q.\"state\" = 'rejected' AND NOT {MOVED}")),
        Some(QueueState::HasIssues) => query.and(&format!("q.\"state\" IS NOT 'rejected' AND NOT {MOVED}")),
    }
    query.between(HAPPENED, wanted.happened);
    if let Some(minutes) = wanted.late_minutes {
        query.with(&format!("d.written - {HAPPENED} >= ?"), minutes.saturating_mul(60_000));
    }
    let order = if matches!(wanted.from, QueueFrom::Above(_)) { "ASC" } else { "DESC" };
    query.values.push(Value::Integer(i64::try_from(wanted.take).unwrap_or(i64::MAX)));
    query.values.push(Value::Integer(i64::try_from(wanted.skip).unwrap_or(i64::MAX)));
    let last = query.values.len();
    query.text.push_str(&format!(" ORDER BY d.acceptance {order} LIMIT ?{} OFFSET ?{last}", last - 1));
    Ok(query)
}

pub(super) fn queue(store: &Connection, wanted: &QueueWanted) -> Result<Vec<QueueRow>, StoreError> {
    let Query { text, values } = query(store, wanted)?;
    let mut statement = store.prepare_cached(&text)?;
    let mut rows = statement.query(rusqlite::params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |at: usize| row.get::<_, Option<String>>(AFTER + at);
        let id = |at: usize| row.get::<_, Option<[u8; 16]>>(AFTER + at);
        let by: Option<[u8; 16]> = id(8)?;
        let moved_on = row.get::<_, Option<bool>>(AFTER + 10)?.unwrap_or(false);
        let state = match text(7)? {
            _ if by.is_none() => QueueState::Received,
            Some(word) if word == ReviewState::Approved.word() => QueueState::Approved,
            _ if moved_on => QueueState::Edited,
            Some(word) if word == ReviewState::Rejected.word() => QueueState::Rejected,
            _ => QueueState::HasIssues,
        };
        let reviewed_at = row.get::<_, Option<i64>>(AFTER + 9)?.map(Time::from_millis);
        found.push(QueueRow {
            document: column::document(row)?.1,
            written: time(row, AFTER)?,
            doubtful: row.get(AFTER + 1)?,
            happened: row.get::<_, Option<i64>>(AFTER + 2)?.map(Time::from_millis),
            purpose: text(3)?.map(|word| Purpose::from_word(&word)),
            outcome: text(4)?.map(|word| Outcome::from_word(&word)),
            household: id(5)?.map(HouseholdId::from_bytes),
            alert: id(6)?.map(AlertId::from_bytes),
            state,
            reviewed: by.map(PersonId::from_bytes).zip(reviewed_at),
            moved_on,
        });
    }
    Ok(found)
}

pub(super) fn of(store: &Connection, of: DocumentId) -> Result<Vec<DocumentId>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT d.id FROM \"review\" r CROSS JOIN document d WHERE r.\"of\" = ?1 AND d.record = r.\"record\"",
    )?;
    let found = statement.query_map([of.bytes()], |row| column::document_id(row, 0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
