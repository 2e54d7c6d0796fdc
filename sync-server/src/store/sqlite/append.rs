//! Taking a decision: log, documents, rows, verdicts and holds in one transaction.
//!
//! Floor: store. Invariants: nothing is written unless the store is as the decision's context found it; the
//! log's sequence has no gap; its root is kept at every size at which something was committed.

use std::collections::HashMap;
use std::fmt::Write;

use qiaomen_core::document::Document;
use qiaomen_core::identity::{Frontier, LogEntry};
use qiaomen_core::projection::{self, Cell, Row, Table};
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{ActorId, DeviceId, DocumentId, Scope};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql};

use super::column::{self, int, number, verdict_bytes};
use super::{context, device_number, devices, manifest_named, manifest_number};
use crate::store::{AcceptedChange, Decision, Shown, StoreError};

/// Numbers looked up once a batch.
#[derive(Default)]
struct Numbers {
    scopes: HashMap<Scope, i64>,
    devices: HashMap<DeviceId, i64>,
    manifests: HashMap<[u8; 32], i64>,
    actors: HashMap<ActorId, i64>,
    records: HashMap<DocumentId, i64>,
    /// How rows of each table are put.
    inserts: HashMap<&'static str, String>,
}

impl Numbers {
    fn scope(&mut self, store: &Connection, scope: Scope) -> Result<i64, StoreError> {
        if let Some(number) = self.scopes.get(&scope) {
            return Ok(*number);
        }
        let bytes = scope.to_bytes();
        store.prepare_cached("INSERT OR IGNORE INTO scope (bytes) VALUES (?1)")?.execute([&bytes])?;
        let number =
            store.prepare_cached("SELECT number FROM scope WHERE bytes = ?1")?.query_row([&bytes], |row| row.get(0))?;
        self.scopes.insert(scope, number);
        Ok(number)
    }

    fn device(&mut self, store: &Connection, device: DeviceId) -> Result<i64, StoreError> {
        if let Some(number) = self.devices.get(&device) {
            return Ok(*number);
        }
        let number = device_number(store, device)?;
        self.devices.insert(device, number);
        Ok(number)
    }

    fn manifest(&mut self, store: &Connection, hash: [u8; 32]) -> Result<i64, StoreError> {
        if let Some(number) = self.manifests.get(&hash) {
            return Ok(*number);
        }
        let number = manifest_named(store, &hash)?;
        self.manifests.insert(hash, number);
        Ok(number)
    }

    fn actor(&mut self, store: &Connection, actor: ActorId) -> Result<i64, StoreError> {
        if let Some(number) = self.actors.get(&actor) {
            return Ok(*number);
        }
        let number = store
            .prepare_cached("SELECT number FROM actor WHERE id = ?1")?
            .query_row([actor.bytes()], |row| row.get(0))
            .optional()?
            .ok_or(StoreError::Damaged("an actor that is not there"))?;
        self.actors.insert(actor, number);
        Ok(number)
    }

    fn record(&mut self, store: &Connection, document: DocumentId) -> Result<i64, StoreError> {
        if let Some(record) = self.records.get(&document) {
            return Ok(*record);
        }
        let record = store
            .prepare_cached("SELECT record FROM document WHERE id = ?1")?
            .query_row([document.bytes()], |row| row.get(0))
            .optional()?
            .ok_or(StoreError::Damaged("a document that is not there"))?;
        self.records.insert(document, record);
        Ok(record)
    }
}

pub(super) fn append(store: &Connection, decision: &Decision<'_>) -> Result<Vec<DocumentId>, StoreError> {
    let (generation, size, frontier) = store
        .prepare_cached("SELECT generation, size, frontier FROM state")?
        .query_row([], |row| Ok((number(row, 0)?, number(row, 1)?, row.get::<_, Vec<u8>>(2)?)))?;
    if generation != decision.generation {
        return Err(StoreError::Conflict);
    }
    let mut numbers = Numbers::default();
    if let Some(kept) = &decision.manifest {
        let device = numbers.device(store, kept.manifest.device)?;
        let number = manifest_number(store, kept, device, decision.now)?;
        numbers.manifests.insert(kept.hash, number);
    }
    if let Some((device, base)) = decision.base {
        let device = numbers.device(store, device)?;
        store
            .prepare_cached("UPDATE device SET base = ?2 WHERE number = ?1 AND base < ?2")?
            .execute((device, int(base)))?;
    }
    for note in &decision.actors {
        let device = numbers.device(store, note.device)?;
        store.prepare_cached("INSERT OR IGNORE INTO actor (id, device, person) VALUES (?1, ?2, ?3)")?.execute((
            note.actor.bytes(),
            device,
            note.person.bytes(),
        ))?;
    }
    let mut frontier = frontier_of(size, &frontier)?;
    for change in &decision.accepted {
        if change.sequence != frontier.size() + 1 {
            return Err(StoreError::Conflict);
        }
        accept(store, &mut numbers, decision, change)?;
        let entry = LogEntry {
            sequence: change.sequence,
            document: change.document,
            epoch: change.epoch,
            change: change.hash,
            manifest: change.manifest,
            arrival: decision.now,
        };
        frontier.append(&entry.bytes());
    }
    let last = frontier.size();
    let mut wrote: HashMap<DeviceId, u64> = HashMap::new();
    for change in &decision.accepted {
        wrote.insert(change.device, change.sequence);
    }
    for (device, sequence) in wrote {
        let device = numbers.device(store, device)?;
        store.prepare_cached("UPDATE device SET wrote = ?2 WHERE number = ?1")?.execute((device, int(sequence)))?;
    }
    for shown in &decision.shown {
        show(store, &mut numbers, shown, last)?;
    }
    verdicts(store, &mut numbers, decision)?;
    let (size_now, roots) = frontier.parts();
    let root = frontier.root();
    if size_now != size {
        store.prepare_cached("INSERT INTO point (size, root) VALUES (?1, ?2)")?.execute((int(size_now), root))?;
    }
    store
        .prepare_cached("UPDATE state SET generation = generation + 1, size = ?1, root = ?2, frontier = ?3")?
        .execute((int(size_now), root, roots.concat()))?;
    waited_for(store, decision)
}

fn frontier_of(size: u64, bytes: &[u8]) -> Result<Frontier, StoreError> {
    let (roots, rest) = bytes.as_chunks::<32>();
    if !rest.is_empty() {
        return Err(StoreError::Damaged("the log's frontier"));
    }
    Frontier::from_parts(size, roots.to_vec()).ok_or(StoreError::Damaged("the log's frontier"))
}

fn accept(
    store: &Connection,
    numbers: &mut Numbers,
    decision: &Decision<'_>,
    change: &AcceptedChange<'_>,
) -> Result<(), StoreError> {
    let device = numbers.device(store, change.device)?;
    let record = match &change.first {
        None => {
            let record = numbers.record(store, change.document)?;
            store
                .prepare_cached(
                    "UPDATE document SET sequence = ?2, device = nullif(device, nullif(device, ?3)) WHERE record = ?1",
                )?
                .execute((record, int(change.sequence), device))?;
            record
        }
        Some(first) => {
            let scope = numbers.scope(store, first.scope)?;
            let birth =
                if first.birth_scope == first.scope { None } else { Some(numbers.scope(store, first.birth_scope)?) };
            let record = store
                .prepare_cached(
                    "INSERT INTO document (id, kind, scope, birth, author, role, written, doubtful, epoch, sequence, \
                     entered, acceptance, arrival, conflicts, device) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12, 0, ?13)",
                )?
                .insert((
                    change.document.bytes(),
                    first.kind.word(),
                    scope,
                    birth,
                    first.author.bytes(),
                    first.role.word(),
                    first.written.millis(),
                    first.doubtful,
                    change.epoch,
                    int(change.sequence),
                    int(change.acceptance),
                    decision.now.millis(),
                    device,
                ))?;
            numbers.records.insert(change.document, record);
            record
        }
    };
    let acceptance = (change.acceptance != change.sequence).then_some(int(change.acceptance));
    let actor = numbers.actor(store, change.actor)?;
    let manifest = numbers.manifest(store, change.manifest)?;
    store
        .prepare_cached(
            "INSERT INTO change (record, sequence, acceptance, hash, actor, seq, device, manifest, epoch, arrival, \
             encoding, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11)",
        )?
        .execute((
            record,
            int(change.sequence),
            acceptance,
            change.hash.bytes(),
            actor,
            int(change.seq),
            device,
            manifest,
            change.epoch,
            decision.now.millis(),
            change.bytes,
        ))?;
    Ok(())
}

/// A cell as SQLite takes it, without a copy.
struct Bound<'a>(&'a Cell);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Cell::Null => ToSqlOutput::Owned(Value::Null),
            Cell::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Cell::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

/// Rows stand under their document's key, and parts are never taken out, so that replacing is enough.
fn insert_of(table: &Table) -> String {
    let mut sql = format!("INSERT OR REPLACE INTO \"{}\" (\"record\"", table.name);
    if table.parts {
        sql.push_str(", \"part\"");
    }
    for column in table.columns {
        // Writing into a String cannot fail.
        let _ = write!(sql, ", \"{}\"", column.name);
    }
    let places = table.columns.len() + usize::from(table.parts);
    sql.push_str(") VALUES (?");
    sql.push_str(&", ?".repeat(places));
    sql.push(')');
    sql
}

fn put(store: &Connection, numbers: &mut Numbers, record: i64, row: &Row) -> Result<(), StoreError> {
    let insert = numbers.inserts.entry(row.table.name).or_insert_with(|| insert_of(row.table));
    let mut statement = store.prepare_cached(insert)?;
    let mut at = 1;
    statement.raw_bind_parameter(at, record)?;
    if let Some(part) = &row.part {
        at += 1;
        statement.raw_bind_parameter(at, part)?;
    }
    for cell in &row.cells {
        at += 1;
        statement.raw_bind_parameter(at, Bound(cell))?;
    }
    statement.raw_execute()?;
    Ok(())
}

/// Writes the rows of every document from its changes; the tables are empty.
pub(super) fn rows_anew(store: &Connection) -> Result<(), StoreError> {
    let mut numbers = Numbers::default();
    let mut statement = store.prepare("SELECT record, arrival FROM document ORDER BY record")?;
    let mut documents = statement.query([])?;
    while let Some(row) = documents.next()? {
        let (record, arrival) = (row.get(0)?, column::time(row, 1)?);
        let changes = context::changes(store, record)?;
        // What this version cannot read shows nothing, and is kept.
        let Ok(document) = Document::load(changes.iter().map(|change| change.bytes.as_slice())) else { continue };
        for row in projection::rows(document.header(), &document.fields(), Some(arrival)) {
            put(store, &mut numbers, record, &row)?;
        }
    }
    Ok(())
}

fn show(store: &Connection, numbers: &mut Numbers, shown: &Shown<'_>, last: u64) -> Result<(), StoreError> {
    let record = numbers.record(store, shown.document)?;
    for row in shown.rows.iter() {
        put(store, numbers, record, row)?;
    }
    if shown.rows.iter().any(|row| row.table.name == "person") && context::has_left(store, record)? {
        devices::void_invites(store, shown.document.into())?;
    }
    if shown.updated {
        store.prepare_cached("UPDATE document SET conflicts = ?2, doubtful = ?3 WHERE record = ?1")?.execute((
            record,
            shown.conflicts,
            shown.doubtful,
        ))?;
    }
    if let Some(scope) = shown.moved {
        let scope = numbers.scope(store, scope)?;
        store
            .prepare_cached(
                "INSERT OR IGNORE INTO departed (scope, sequence, document) \
                 SELECT scope, ?2, id FROM document WHERE record = ?1",
            )?
            .execute((record, int(last)))?;
        store
            .prepare_cached(
                "UPDATE document SET birth = ifnull(birth, scope), scope = ?2, entered = ?3, sequence = ?3 \
                 WHERE record = ?1",
            )?
            .execute((record, scope, int(last)))?;
    }
    Ok(())
}

fn verdicts(store: &Connection, numbers: &mut Numbers, decision: &Decision<'_>) -> Result<(), StoreError> {
    for number in &decision.released {
        store.prepare_cached("DELETE FROM held WHERE number = ?1")?.execute([int(*number)])?;
    }
    for (number, refusal, waits_for) in &decision.rehung {
        store.prepare_cached("UPDATE held SET code = ?2, field = ?3, waits_for = ?4 WHERE number = ?1")?.execute((
            int(*number),
            &refusal.code,
            &refusal.field,
            waits_for.as_ref().map(DocumentId::bytes),
        ))?;
    }
    for refused in &decision.refused {
        let device = numbers.device(store, refused.device)?;
        store
            .prepare_cached(
                "INSERT OR IGNORE INTO refused (document, hash, device, verdict, actor, seq, at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                refused.document.bytes(),
                refused.hash.bytes(),
                device,
                verdict_bytes(&refused.verdict),
                refused.used.as_ref().map(|(actor, _)| actor.bytes()),
                refused.used.map(|(_, seq)| int(seq)),
                decision.now.millis(),
            ))?;
    }
    for held in &decision.held {
        let device = numbers.device(store, held.device)?;
        store
            .prepare_cached(
                "INSERT OR IGNORE INTO held (document, hash, epoch, claimed, code, field, waits_for, device, person, \
                 actor, seq, manifest, base, arrival, bytes) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?
            .execute(rusqlite::params![
                held.document.bytes(),
                held.hash.bytes(),
                held.epoch,
                held.claimed.map(int),
                held.refusal.code,
                held.refusal.field,
                held.waits_for.as_ref().map(DocumentId::bytes),
                device,
                held.person.bytes(),
                held.used.0.bytes(),
                int(held.used.1),
                held.manifest,
                int(held.base),
                held.arrival.millis(),
                held.bytes,
            ])?;
    }
    for (device, document, hash, verdict) in &decision.later {
        let device = numbers.device(store, *device)?;
        store.prepare_cached("UPDATE device SET later = later + 1 WHERE number = ?1")?.execute([device])?;
        store
            .prepare_cached(
                "INSERT INTO later (device, number, document, hash, verdict) \
                 SELECT number, later, ?2, ?3, ?4 FROM device WHERE number = ?1",
            )?
            .execute((device, document.bytes(), hash.bytes(), verdict_bytes(verdict)))?;
    }
    Ok(())
}

/// The documents of the decision that held changes wait for.
fn waited_for(store: &Connection, decision: &Decision<'_>) -> Result<Vec<DocumentId>, StoreError> {
    let any: bool = store
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM held WHERE waits_for IS NOT NULL)")?
        .query_row([], |row| row.get(0))?;
    let mut found = Vec::new();
    if any {
        let mut statement = store.prepare_cached("SELECT 1 FROM held WHERE waits_for = ?1")?;
        for change in &decision.accepted {
            if !found.contains(&change.document) && statement.exists([change.document.bytes()])? {
                found.push(change.document);
            }
        }
    }
    Ok(found)
}
