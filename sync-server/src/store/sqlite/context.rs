//! What a decision needs to know, read at one moment.
//!
//! Floor: store. Invariant: a lookup per thing asked for, each by an index; nothing is scanned.

use std::collections::{HashMap, HashSet};

use qiaomen_core::protocol::{ActorNote, Verdict};
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{ActorId, AlertId, AreaId, AreaLevel, DocumentId, Kind, PersonId, ReviewState, Role, Scope};
use rusqlite::{Connection, OptionalExtension, Rows};

use super::column::{
    self, DOCUMENT, DOCUMENT_FROM, actor_id, alert_id, area_id, device_id, hash, int, number, person_id, time,
};
use super::holds;
use crate::store::{
    AreaRow, Context, HeldCount, RefusedChange, Standing, StoreError, StoredChange, StoredDocument, Wanted,
};

pub(super) fn read(store: &Connection, wanted: &Wanted) -> Result<Context, StoreError> {
    let mut context = Context::default();
    (context.generation, context.size) = store
        .prepare_cached("SELECT generation, size FROM state")?
        .query_row([], |row| Ok((number(row, 0)?, number(row, 1)?)))?;

    let mut records: HashMap<DocumentId, i64> = HashMap::new();
    for id in &wanted.documents {
        if let Some((record, found)) = document(store, *id)? {
            records.insert(*id, record);
            context.documents.insert(*id, found);
        }
    }
    for id in &wanted.load {
        if let Some(record) = records.get(id) {
            context.loaded.insert(*id, changes(store, *record)?);
        }
        if context.documents.get(id).is_some_and(|found| found.kind.is_reviewed()) && is_approved(store, *id)? {
            context.approved.insert(*id);
        }
    }
    verdicts(store, wanted, &records, &mut context)?;
    ended_and_held(store, wanted, &mut context)?;
    for id in &wanted.actors {
        if let Some(note) = actor(store, *id)? {
            context.actors.insert(*id, note);
        }
    }
    for person in &wanted.people {
        context.people.insert(*person, standing(store, *person)?);
    }
    places(store, wanted, &records, &mut context)?;
    for device in &wanted.devices {
        let counted = store
            .prepare_cached("SELECT revoked IS NOT NULL, held, held_bytes FROM device WHERE id = ?1")?
            .query_row([device.bytes()], |row| {
                Ok((row.get::<_, bool>(0)?, HeldCount { changes: number(row, 1)?, bytes: number(row, 2)? }))
            })
            .optional()?;
        let (revoked, held) = counted.unwrap_or((true, HeldCount::default()));
        context.held_counts.insert(*device, held);
        if revoked {
            context.revoked.push(*device);
        }
    }
    Ok(context)
}

/// Whether the last accepted review of a document approves it.
fn is_approved(store: &Connection, id: DocumentId) -> Result<bool, StoreError> {
    let state: Option<Option<String>> = store
        .prepare_cached(
            "SELECT r.\"state\" FROM \"review\" r JOIN document d ON d.record = r.\"record\" WHERE r.\"of\" = ?1 \
             ORDER BY d.acceptance DESC, d.id DESC LIMIT 1",
        )?
        .query_row([id.bytes()], |row| row.get(0))
        .optional()?;
    Ok(state.flatten().as_deref() == Some(ReviewState::Approved.word()))
}

/// The verdicts of accepted ones among the changes asked for.
fn verdicts(
    store: &Connection,
    wanted: &Wanted,
    records: &HashMap<DocumentId, i64>,
    context: &mut Context,
) -> Result<(), StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT sequence, ifnull(acceptance, sequence), arrival FROM change WHERE record = ?1 AND hash = ?2",
    )?;
    for (document, change) in &wanted.changes {
        let Some(record) = records.get(document) else { continue };
        let found = statement
            .query_row((record, change.bytes()), |row| {
                Ok(Verdict::Accepted { sequence: number(row, 0)?, acceptance: number(row, 1)?, arrival: time(row, 2)? })
            })
            .optional()?;
        if let Some(verdict) = found {
            context.accepted.insert((*document, *change), verdict);
        }
    }
    Ok(())
}

/// Refusals and holds of the changes asked for, of those they depend on, and of whatever bears their numbers.
fn ended_and_held(store: &Connection, wanted: &Wanted, context: &mut Context) -> Result<(), StoreError> {
    let (any_refused, any_held): (bool, bool) =
        store.query_row("SELECT EXISTS (SELECT 1 FROM refused), EXISTS (SELECT 1 FROM held)", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    if any_refused {
        refused(store, wanted, context)?;
    }
    if any_held {
        holds::about(store, wanted, context)?;
    }
    Ok(())
}

/// Those of the documents of which there is anything in a table: most of a batch's are new.
pub(super) fn known_in(store: &Connection, table: &str, wanted: &Wanted) -> Result<HashSet<DocumentId>, StoreError> {
    let mut any = store.prepare_cached(&format!("SELECT 1 FROM {table} WHERE document = ?1"))?;
    let documents: HashSet<DocumentId> = wanted.changes.iter().map(|(document, _)| *document).collect();
    let mut known = HashSet::new();
    for document in documents {
        if any.exists([document.bytes()])? {
            known.insert(document);
        }
    }
    Ok(known)
}

fn refused(store: &Connection, wanted: &Wanted, context: &mut Context) -> Result<(), StoreError> {
    let known = known_in(store, "refused", wanted)?;
    if known.is_empty() {
        return Ok(());
    }
    const WHAT: &str = "SELECT r.hash, d.id, r.verdict, r.actor, r.seq FROM refused r \
         JOIN device d ON d.number = r.device WHERE r.document = ?1";
    let mut named = store.prepare_cached(&format!("{WHAT} AND r.hash = ?2"))?;
    let mut used = store.prepare_cached(&format!("{WHAT} AND r.actor = ?2 AND r.seq = ?3"))?;
    let mut seen = HashSet::new();
    let mut take = |document: DocumentId, rows: &mut Rows<'_>| -> Result<(), StoreError> {
        while let Some(row) = rows.next()? {
            let (hash, device) = (hash(row, 0)?, device_id(row, 1)?);
            if !seen.insert((document, hash, device)) {
                continue;
            }
            let used = match row.get::<_, Option<[u8; 16]>>(3)? {
                Some(actor) => Some((ActorId::from_bytes(actor), number(row, 4)?)),
                None => None,
            };
            let verdict = column::verdict(&row.get::<_, Vec<u8>>(2)?)?;
            context.refused.push(RefusedChange { document, hash, device, verdict, used });
        }
        Ok(())
    };
    for (document, change) in wanted.changes.iter().chain(&wanted.dependencies) {
        if known.contains(document) {
            take(*document, &mut named.query((document.bytes(), change.bytes()))?)?;
        }
    }
    for (document, actor, seq) in &wanted.used {
        if known.contains(document) {
            take(*document, &mut used.query((document.bytes(), actor.bytes(), int(*seq)))?)?;
        }
    }
    Ok(())
}

pub(super) fn document(store: &Connection, id: DocumentId) -> Result<Option<(i64, StoredDocument)>, StoreError> {
    let mut statement = store.prepare_cached(&format!("SELECT {DOCUMENT} FROM {DOCUMENT_FROM} WHERE d.id = ?1"))?;
    let mut rows = statement.query([id.bytes()])?;
    rows.next()?.map(column::document).transpose()
}

pub(super) fn changes(store: &Connection, record: i64) -> Result<Vec<StoredChange>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT c.sequence, c.hash, a.id, c.seq, c.encoding, c.bytes FROM change c \
         JOIN actor a ON a.number = c.actor WHERE c.record = ?1 ORDER BY c.sequence",
    )?;
    let mut rows = statement.query([record])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(StoredChange {
            sequence: number(row, 0)?,
            hash: hash(row, 1)?,
            actor: actor_id(row, 2)?,
            seq: number(row, 3)?,
            bytes: column::bytes(row.get(4)?, row.get(5)?)?,
        });
    }
    Ok(found)
}

pub(super) fn actor(store: &Connection, id: ActorId) -> Result<Option<ActorNote>, StoreError> {
    let mut statement = store
        .prepare_cached("SELECT d.id, a.person FROM actor a JOIN device d ON d.number = a.device WHERE a.id = ?1")?;
    Ok(statement
        .query_row([id.bytes()], |row| {
            Ok(ActorNote { actor: id, device: device_id(row, 0)?, person: person_id(row, 1)? })
        })
        .optional()?)
}

/// The areas asked for, those of the documents and roles asked for, with all above them; the alerts' areas.
fn places(
    store: &Connection,
    wanted: &Wanted,
    records: &HashMap<DocumentId, i64>,
    context: &mut Context,
) -> Result<(), StoreError> {
    let mut areas: Vec<AreaId> = wanted.areas.clone();
    areas.extend(context.people.values().flat_map(|standing| &standing.roles).map(|(_, area)| *area));
    let mut alerts: HashSet<AlertId> = HashSet::new();
    for (id, found) in &context.documents {
        match found.scope {
            Scope::Grid(area) => areas.push(area),
            Scope::CaseFile(alert) => {
                alerts.insert(alert);
            }
            Scope::Town | Scope::Intake | Scope::Police => {}
        }
        if found.kind == Kind::Alert {
            alerts.insert((*id).into());
        }
    }
    let made: Vec<(PersonId, AlertId)> = context
        .documents
        .iter()
        .filter(|(_, found)| found.kind == Kind::Alert)
        .map(|(id, found)| (found.author, (*id).into()))
        .collect();
    for (person, standing) in &mut context.people {
        if standing.roles.iter().any(|(role, _)| *role == Role::Integration) {
            standing.made = made.iter().filter(|(author, _)| author == person).map(|(_, alert)| *alert).collect();
        }
    }
    for alert in alerts {
        let record = match records.get(&alert.into()) {
            Some(record) => *record,
            None => match document(store, alert.into())? {
                Some((record, _)) => record,
                None => continue,
            },
        };
        let area: Option<Option<[u8; 16]>> = store
            .prepare_cached("SELECT \"area\" FROM \"alert\" WHERE \"record\" = ?1")?
            .query_row([record], |row| row.get(0))
            .optional()?;
        if let Some(Some(area)) = area {
            context.alerts.insert(alert, AreaId::from_bytes(area));
            areas.push(AreaId::from_bytes(area));
        }
    }
    while let Some(area) = areas.pop() {
        if context.areas.contains_key(&area) {
            continue;
        }
        let found = store
            .prepare_cached(
                "SELECT a.\"level\", a.\"parent\" FROM document d JOIN \"area\" a ON a.\"record\" = d.record \
                 WHERE d.id = ?1",
            )?
            .query_row([area.bytes()], |row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<[u8; 16]>>(1)?)))
            .optional()?;
        if let Some((level, parent)) = found {
            let parent = parent.map(AreaId::from_bytes);
            areas.extend(parent);
            context.areas.insert(area, AreaRow { level: AreaLevel::from_word(&level.unwrap_or_default()), parent });
        }
    }
    Ok(())
}

pub(super) fn standing(store: &Connection, person: PersonId) -> Result<Standing, StoreError> {
    let mut standing = Standing::default();
    let mut roles = store.prepare_cached(
        "SELECT a.\"role\", a.\"area\" FROM document d JOIN \"person\" p ON p.\"record\" = d.record \
         JOIN \"assignment\" a ON a.\"record\" = d.record \
         WHERE d.id = ?1 AND p.\"left\" = 0 AND a.\"ended\" = 0 AND a.\"role\" NOT NULL AND a.\"area\" NOT NULL",
    )?;
    for role in roles.query_map([person.bytes()], |row| Ok((row.get::<_, String>(0)?, area_id(row, 1)?)))? {
        let (role, area) = role?;
        standing.roles.push((Role::from_word(&role), area));
    }
    let left: Option<bool> = store
        .prepare_cached(
            "SELECT p.\"left\" FROM document d JOIN \"person\" p ON p.\"record\" = d.record WHERE d.id = ?1",
        )?
        .query_row([person.bytes()], |row| row.get(0))
        .optional()?;
    standing.left = left == Some(true);
    if left == Some(false) {
        let mut sent = store.prepare_cached(
            "SELECT \"alert\" FROM \"sending\" WHERE \"person\" = ?1 AND \"alert\" NOT NULL \
             UNION SELECT \"alert\" FROM \"hand_over\" WHERE \"to\" = ?1 AND \"alert\" NOT NULL \
             UNION SELECT \"alert\" FROM \"custody_decision\" WHERE \"owner\" = ?1 AND \"alert\" NOT NULL",
        )?;
        for alert in sent.query_map([person.bytes()], |row| alert_id(row, 0))? {
            standing.sent.push(alert?);
        }
    }
    Ok(standing)
}

/// Whether the person of this record works here no more.
pub(super) fn has_left(store: &Connection, record: i64) -> Result<bool, StoreError> {
    let mut statement = store.prepare_cached("SELECT 1 FROM \"person\" WHERE \"record\" = ?1 AND \"left\" = 1")?;
    Ok(statement.exists([record])?)
}

pub(super) fn areas_below(store: &Connection, area: AreaId) -> Result<Vec<(AreaId, AreaLevel)>, StoreError> {
    // UNION, not UNION ALL: a ring of parents must not run for ever.
    let mut statement = store.prepare_cached(
        "WITH RECURSIVE below (id, level) AS ( \
             SELECT d.id, a.\"level\" FROM document d JOIN \"area\" a ON a.\"record\" = d.record WHERE d.id = ?1 \
             UNION \
             SELECT d.id, a.\"level\" FROM below b JOIN \"area\" a ON a.\"parent\" = b.id \
                 JOIN document d ON d.record = a.\"record\") \
         SELECT id, level FROM below",
    )?;
    let found = statement
        .query_map([area.bytes()], |row| {
            Ok((area_id(row, 0)?, AreaLevel::from_word(&row.get::<_, Option<String>>(1)?.unwrap_or_default())))
        })?
        .collect::<Result<_, _>>()?;
    Ok(found)
}

pub(super) fn alerts_in(store: &Connection, areas: &[AreaId]) -> Result<Vec<AlertId>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT d.id FROM \"alert\" a JOIN document d ON d.record = a.\"record\" WHERE a.\"area\" = ?1",
    )?;
    let mut found = Vec::new();
    for area in areas {
        for alert in statement.query_map([area.bytes()], |row| alert_id(row, 0))? {
            found.push(alert?);
        }
    }
    Ok(found)
}
