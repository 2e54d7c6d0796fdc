//! Reading what the phone holds.
//!
//! Floor: store. Invariants: lists come from rows and their indexes, pages by place; a record comes from its
//! document.

use rusqlite::{Connection, OptionalExtension, ToSql, params_from_iter};

use super::body;
use super::document::{self, Mark, scope_of};
use super::{Store, StoreError, outbox, rows};
use crate::document::{Change, ChangeHash, Conflict, Document};
use crate::doors::Filed;
use crate::projection::{Cell, Row, TABLES, Table};
use crate::record::word::Word;
use crate::record::{ActorId, AreaId, DocumentId, Fields, Header, Kind, PersonId, Scope, Time};

/// What is known of a record.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its header.
    pub header: Header,
    /// What it shows.
    pub fields: Fields,
    /// Where it lies now.
    pub scope: Scope,
    /// Its acceptance number, once the server gave it one.
    pub acceptance: Option<u64>,
    /// When it arrived at the server.
    pub arrival: Option<Time>,
    /// How many fields were written concurrently.
    pub conflicts: usize,
    /// How far it has come.
    pub mark: Mark,
}

/// A document that could not be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// The document.
    pub document: DocumentId,
    /// Where it lies.
    pub scope: Scope,
    /// Why: a stable code.
    pub code: String,
    /// When it came, corrected.
    pub at: Time,
}

/// One document of a snapshot.
#[derive(Clone, Debug)]
pub struct SnapshotDocument {
    /// The document.
    pub id: DocumentId,
    /// What it is.
    pub kind: Kind,
    /// Where it lies.
    pub scope: Scope,
    /// The hashes of its confirmed changes, sorted.
    pub changes: Vec<ChangeHash>,
    /// Its rows as they stand in the tables.
    pub rows: Vec<Row>,
}

/// Everything the phone holds, for comparison.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Every document, by identifier.
    pub documents: Vec<SnapshotDocument>,
}

struct Columns {
    record: i64,
    scope: Scope,
    acceptance: Option<i64>,
    arrival: Option<i64>,
    mark: i64,
    body: Vec<u8>,
    /// Whether there is anything to show of it.
    shows: bool,
}

fn columns(connection: &Connection, id: DocumentId) -> Result<Option<Columns>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT record, scope, acceptance, arrival, state, body, birth FROM document WHERE id = ?")?;
    let found = statement.query_row([id.bytes()], |row| {
        Ok(Columns {
            record: row.get(0)?,
            scope: scope_of(row.get_ref(1)?.as_blob()?)?,
            acceptance: row.get(2)?,
            arrival: row.get(3)?,
            mark: row.get(4)?,
            body: row.get(5)?,
            shows: row.get_ref(6)? != rusqlite::types::ValueRef::Null,
        })
    });
    Ok(found.optional()?)
}

/// What is held of a document: which, when it was written, why, about which field.
type HeldRow = (DocumentId, Option<Time>, String, Option<String>);

impl Store {
    /// What is known of a record; none if it is not on this phone.
    pub(crate) fn facts(&self, id: DocumentId) -> Result<Option<Facts>, StoreError> {
        let Some(columns) = columns(&self.connection, id)?.filter(|found| found.shows) else { return Ok(None) };
        let confirmed = body::unpack(&columns.body)?;
        let mark = Mark::from_number(columns.mark);
        let pending = if mark == Mark::Sent { Vec::new() } else { outbox::of(&self.connection, columns.record)? };
        Ok(document::show(&confirmed, &pending)?.map(|shown| Facts {
            header: shown.header,
            fields: shown.fields,
            scope: columns.scope,
            acceptance: columns.acceptance.map(i64::cast_unsigned),
            arrival: columns.arrival.map(Time::from_millis),
            conflicts: shown.conflicts,
            mark,
        }))
    }

    /// Where a record lies; none if it is not on this phone.
    pub(crate) fn scope_of(&self, id: DocumentId) -> Result<Option<Scope>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT scope FROM document WHERE id = ? AND birth NOT NULL")?;
        Ok(statement.query_row([id.bytes()], |row| scope_of(row.get_ref(0)?.as_blob()?)).optional()?)
    }

    /// The area that an area lies in, by its row.
    pub(crate) fn parent_of(&self, area: AreaId) -> Result<Option<AreaId>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT area.parent FROM document JOIN area USING(record) WHERE document.id = ?")?;
        let parent: Option<Option<[u8; 16]>> = statement.query_row([area.bytes()], |row| row.get(0)).optional()?;
        Ok(parent.flatten().map(AreaId::from_bytes))
    }

    /// A record's document, with what waits.
    pub(crate) fn document(&self, id: DocumentId) -> Result<Option<Document>, StoreError> {
        let Some(stored) = document::find(&self.connection, id)? else { return Ok(None) };
        let pending = outbox::of(&self.connection, stored.record)?;
        Ok(document::assemble(&stored.confirmed, &pending)?)
    }

    /// The hash of a record's first change, and whether it was sent again after the server was restored.
    pub(crate) fn first_change(&self, id: DocumentId) -> Result<Option<(ChangeHash, bool)>, StoreError> {
        let Some(stored) = document::find(&self.connection, id)? else { return Ok(None) };
        if let Some(first) = stored.confirmed.first() {
            return Ok(Some((Change::parse(&first.raw)?.hash(), first.acceptance != first.sequence)));
        }
        Ok(outbox::of(&self.connection, stored.record)?.first().map(|waiting| (waiting.hash, false)))
    }

    /// When the server first sent the alert of this receipt to the device that wrote it, as far as it said so.
    pub(crate) fn first_sent(&self, receipt: DocumentId) -> Result<Option<Time>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT at FROM first_sent WHERE receipt = ?")?;
        Ok(statement.query_row([receipt.bytes()], |row| row.get(0).map(Time::from_millis)).optional()?)
    }

    /// How far a record has come, wherever it is.
    pub(crate) fn mark(&self, id: DocumentId) -> Result<Option<Mark>, StoreError> {
        let found: Option<i64> = self
            .connection
            .prepare_cached("SELECT state FROM document WHERE id = ?")?
            .query_row([id.bytes()], |row| row.get(0))
            .optional()?;
        if let Some(number) = found {
            return Ok(Some(Mark::from_number(number)));
        }
        let refused: bool = self
            .connection
            .prepare_cached("SELECT EXISTS(SELECT 1 FROM quarantine WHERE document = ?)")?
            .query_row([id.bytes()], |row| row.get(0))?;
        if refused {
            return Ok(Some(Mark::Refused));
        }
        Ok(self.draft(id)?.map(|_| Mark::Draft))
    }

    /// What is held, one row a document, the newest first: which, when it was written, why, about which field.
    pub(crate) fn held(&self, skip: u32, take: u32) -> Result<Vec<HeldRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT document, at, ifnull(code, ''), field, min(position) FROM outbox WHERE state = 1
             GROUP BY document ORDER BY min(position) DESC LIMIT ?2 OFFSET ?1",
        )?;
        let found = statement.query_map([skip, take], |row| {
            let at: Option<i64> = row.get(1)?;
            Ok((DocumentId::from_bytes(row.get(0)?), at.map(Time::from_millis), row.get(2)?, row.get(3)?))
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Why a record is held, where it is: the code and the field.
    pub(crate) fn held_because(&self, id: DocumentId) -> Result<Option<(String, Option<String>)>, StoreError> {
        let found = self
            .connection
            .prepare_cached(
                "SELECT code, field FROM outbox WHERE document = ? AND state = 1 ORDER BY position LIMIT 1",
            )?
            .query_row([id.bytes()], |row| Ok((row.get::<_, Option<String>>(0)?.unwrap_or_default(), row.get(1)?)));
        Ok(found.optional()?)
    }

    /// Identifiers that `sql` finds.
    pub(crate) fn ids(&self, sql: &str, bound: &[&dyn ToSql]) -> Result<Vec<DocumentId>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_map(params_from_iter(bound), |row| Ok(DocumentId::from_bytes(row.get(0)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Identifiers with a moment each, that `sql` finds.
    pub(crate) fn dated(&self, sql: &str, bound: &[&dyn ToSql]) -> Result<Vec<(DocumentId, Option<Time>)>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_map(params_from_iter(bound), |row| {
            Ok((DocumentId::from_bytes(row.get(0)?), row.get::<_, Option<i64>>(1)?.map(Time::from_millis)))
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Every row of a table, its documents in the scopes that are `wanted`: what is known of the document, and the
    /// cells of these columns.
    pub(crate) fn each_row(
        &self,
        table: &str,
        parts: bool,
        columns: &[&str],
        wanted: &dyn Fn(Scope) -> bool,
        each: &mut dyn FnMut(&Filed, &[Cell]),
    ) -> Result<(), StoreError> {
        let part = if parts { "part" } else { "NULL" };
        let names: String = columns.iter().map(|column| format!(", fact.\"{column}\"")).collect();
        let sql = format!(
            "SELECT document.id, document.scope, document.author, document.acceptance, {part}{names}
             FROM \"{table}\" AS fact JOIN document USING(record)"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut cells = Vec::with_capacity(columns.len());
        while let Some(row) = rows.next()? {
            let scope = scope_of(row.get_ref(1)?.as_blob()?)?;
            if !wanted(scope) {
                continue;
            }
            let filed = Filed {
                document: DocumentId::from_bytes(row.get(0)?),
                scope,
                author: row.get::<_, Option<[u8; 16]>>(2)?.map(PersonId::from_bytes),
                acceptance: row.get::<_, Option<i64>>(3)?.map(i64::cast_unsigned),
                part: row.get(4)?,
            };
            cells.clear();
            for at in 5..5 + columns.len() {
                cells.push(rows::cell(row, at)?);
            }
            each(&filed, &cells);
        }
        Ok(())
    }

    /// One number that `sql` finds.
    pub(crate) fn number(&self, sql: &str, bound: &[&dyn ToSql]) -> Result<i64, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params_from_iter(bound), |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0))
    }

    /// A counter that the store keeps.
    pub(crate) fn counter(&self, name: &str) -> Result<u64, StoreError> {
        let found: Option<i64> = self
            .connection
            .prepare_cached("SELECT value FROM counter WHERE name = ?")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        Ok(found.unwrap_or(0).cast_unsigned())
    }

    /// A document's conflicts.
    pub(crate) fn conflicts(&self, id: DocumentId) -> Result<Vec<Conflict>, StoreError> {
        Ok(self.document(id)?.map(|document| document.conflicts()).unwrap_or_default())
    }

    /// Who is behind an actor; this phone's own are nobody else's.
    pub(crate) fn person_of(&self, actor: ActorId) -> Result<Option<PersonId>, StoreError> {
        let noted: Option<[u8; 16]> = self
            .connection
            .prepare_cached("SELECT person FROM actor WHERE actor = ?")?
            .query_row([actor.bytes()], |row| row.get(0))
            .optional()?;
        match noted {
            Some(person) => Ok(Some(PersonId::from_bytes(person))),
            None => Ok(self.identity()?.map(|identity| identity.certificate.person)),
        }
    }

    /// What was put aside.
    pub(crate) fn asides(&self) -> Result<Vec<Aside>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT document, scope, code, at FROM aside")?;
        let found = statement.query_map([], |row| {
            Ok(Aside {
                document: DocumentId::from_bytes(row.get(0)?),
                scope: scope_of(row.get_ref(1)?.as_blob()?)?,
                code: row.get(2)?,
                at: Time::from_millis(row.get(3)?),
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Everything the phone holds that the server has confirmed a part of, by identifier.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT record, id, kind, scope, body FROM document WHERE birth IS NOT NULL ORDER BY id")?;
        let mut found = statement.query([])?;
        let mut documents = Vec::new();
        while let Some(row) = found.next()? {
            let record: i64 = row.get(0)?;
            let kind = Kind::from_word(row.get_ref(2)?.as_str()?);
            let confirmed = body::unpack(row.get_ref(4)?.as_blob()?)?;
            let mut changes = confirmed
                .iter()
                .map(|change| Ok(Change::parse(&change.raw)?.hash()))
                .collect::<Result<Vec<_>, StoreError>>()?;
            changes.sort_unstable();
            documents.push(SnapshotDocument {
                id: DocumentId::from_bytes(row.get(1)?),
                scope: scope_of(row.get_ref(3)?.as_blob()?)?,
                changes,
                rows: rows::read(&self.connection, record, kind.word())?,
                kind,
            });
        }
        Ok(Snapshot { documents })
    }

    /// Makes the row tables anew where this version's are shaped or computed otherwise.
    pub(super) fn restore_rows(&mut self) -> Result<(), StoreError> {
        const SHAPE: &str = "rows";
        let shape = super::schema::shape();
        let transaction = self.connection.transaction()?;
        let have: Option<String> = super::meta::get(&transaction, SHAPE)?;
        if have.as_deref() == Some(shape.as_str()) {
            return Ok(());
        }
        for statement in rows::drop_all().into_iter().chain(rows::create_all()) {
            transaction.execute_batch(&statement)?;
        }
        let records: Vec<i64> = transaction
            .prepare_cached("SELECT record FROM document")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for record in records {
            if let Some(stored) = document::by_record(&transaction, record)? {
                document::refresh(&transaction, &stored)?;
            }
        }
        super::meta::set(&transaction, SHAPE, &shape)?;
        transaction.commit()?;
        Ok(())
    }
}

/// Which doors count for which, for whatever asks for it by `WITH RECURSIVE`: `folded(kept, gone)`, as
/// [`doors`](crate::doors) has it. A merge holds while both doors lie in one grid; of a ring the first made stands.
pub(crate) const FOLDED: &str = "
     merged(id, target) AS (
       SELECT here.id, there.id FROM household CROSS JOIN document AS here USING(record)
         CROSS JOIN document AS there ON there.id = household.merged_into AND there.scope = here.scope
         WHERE household.merged_into IS NOT NULL AND there.kind = 'household'),
     way(start, at) AS (
       SELECT id, target FROM merged
       UNION SELECT way.start, merged.target FROM way JOIN merged ON merged.id = way.at WHERE way.at <> way.start),
     first_made(id) AS (SELECT start FROM way GROUP BY start HAVING max(at = start) AND min(at) = start),
     folded(kept, gone) AS (
       SELECT at, start FROM way WHERE at <> start AND start NOT IN (SELECT id FROM first_made)
         AND (at NOT IN (SELECT id FROM merged) OR at IN (SELECT id FROM first_made)))";

/// The tables of what belongs to a case file, each with the column that says when.
pub(crate) fn case_tables() -> impl Iterator<Item = (&'static str, &'static str)> {
    // A question names an alert and lies in the intake.
    let belongs = |table: &&Table| {
        !table.parts && Kind::from_word(table.of).is_fact() && table.columns.iter().any(|column| column.name == "alert")
    };
    TABLES.iter().filter(belongs).map(|table| {
        let when = if table.columns.iter().any(|column| column.name == "ended") { "ended" } else { "at" };
        (table.name, when)
    })
}
