//! What intake asks of the rows: alerts by their number and by whom they are about, residents who may be meant.
//!
//! Floor: store. Invariant: a text is a parameter, never a part of the question.

use qiaomen_core::identify::Candidate;
use qiaomen_core::record::{Address, AlertId, HouseholdId, PersonId, ResidentId, Scope, numbers};
use rusqlite::{Connection, Row};

use super::column::{alert_id, int, number, person_id};
use super::merged::FOLDED;
use crate::store::{About, StoreError};

pub(super) fn numbered(store: &Connection, platform: &str) -> Result<Vec<(AlertId, PersonId)>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT d.id, d.author FROM \"alert\" a JOIN document d ON d.record = a.\"record\" \
         WHERE a.\"platform_number\" = ?1 ORDER BY d.record",
    )?;
    let found = statement.query_map([platform], |row| Ok((alert_id(row, 0)?, person_id(row, 1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

pub(super) fn about(store: &Connection, about: &About) -> Result<Vec<AlertId>, StoreError> {
    let mut statement = store.prepare_cached(
        // What a door was merged with was the same door.
        &format!(
            "WITH RECURSIVE {FOLDED}, \
             door (id) AS (SELECT ?2 UNION SELECT kept FROM folded WHERE gone = ?2 UNION SELECT gone FROM folded \
                 WHERE kept = ifnull((SELECT kept FROM folded WHERE gone = ?2), ?2)) \
         SELECT d.id FROM document d JOIN ( \
             SELECT \"record\" FROM \"alert\" WHERE \"resident\" = ?1 \
             UNION SELECT a.\"record\" FROM door CROSS JOIN \"alert\" a WHERE a.\"household\" = door.id \
             UNION SELECT \"record\" FROM \"alert\" WHERE \"called\" = ?3) a ON d.record = a.\"record\" ORDER BY d.id"
        ),
    )?;
    let (resident, household) = (about.resident.map(|id| *id.bytes()), about.household.map(|id| *id.bytes()));
    let found = statement.query_map((resident, household, about.telephone.as_deref()), |row| alert_id(row, 0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Alerts in whose name or in one of whose addresses the text stands.
pub(super) fn like(store: &Connection, text: &str, most: usize) -> Result<Vec<AlertId>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT d.id FROM ( \
             SELECT \"record\" FROM \"alert\" WHERE instr(\"name\", ?1) > 0 \
             UNION SELECT \"record\" FROM \"place\" WHERE instr(\"address\", ?1) > 0 LIMIT ?2) a \
         CROSS JOIN document d WHERE d.record = a.\"record\" ORDER BY d.id",
    )?;
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let found = statement.query_map((text, limit), |row| alert_id(row, 0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Alerts whose documents came after the mark, with each one's own mark.
pub(super) fn after(store: &Connection, mark: u64, limit: usize) -> Result<Vec<(u64, AlertId)>, StoreError> {
    let mut statement = store.prepare_cached(
        "SELECT a.\"record\", d.id FROM \"alert\" a JOIN document d ON d.record = a.\"record\" \
         WHERE a.\"record\" > ?1 ORDER BY a.\"record\" LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = statement.query_map((int(mark), limit), |row| Ok((number(row, 0)?, alert_id(row, 1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

const RESIDENT: &str = "SELECT d.id, s.bytes, r.\"part\", r.\"name\", r.\"telephones\", h.\"building\", h.\"unit\", \
     h.\"floor\", h.\"room\", h.\"group\", h.\"number\" FROM \"resident\" r \
     JOIN \"household\" h ON h.\"record\" = r.\"record\" JOIN document d ON d.record = r.\"record\" \
     JOIN scope s ON s.number = d.scope \
     WHERE r.\"removed\" = 0 AND r.\"left_town\" = 0 AND h.\"removed\" = 0 \
         AND (h.\"merged_into\" IS NULL OR d.id NOT IN (SELECT gone FROM folded)) AND ";

fn resident(row: &Row<'_>) -> Result<Option<Candidate>, rusqlite::Error> {
    let scope: Vec<u8> = row.get(1)?;
    let Ok(Scope::Grid(grid)) = Scope::from_slice(&scope) else { return Ok(None) };
    let telephones: Option<String> = row.get(4)?;
    Ok(Some(Candidate {
        household: HouseholdId::from_bytes(row.get(0)?),
        resident: ResidentId::from_bytes(row.get(2)?),
        grid,
        name: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        telephones: telephones.as_deref().map(numbers).unwrap_or_default(),
        address: Address {
            building: row.get(5)?,
            unit: row.get(6)?,
            floor: row.get(7)?,
            room: row.get(8)?,
            group: row.get(9)?,
            number: row.get(10)?,
        },
    }))
}

pub(super) fn residents(
    store: &Connection,
    telephones: &[String],
    name: &str,
    most: usize,
) -> Result<Vec<Candidate>, StoreError> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let mut found: Vec<Candidate> = Vec::new();
    let mut named = store.prepare_cached(&format!("WITH RECURSIVE {FOLDED} {RESIDENT} r.\"name\" = ?1 LIMIT ?2"))?;
    for row in named.query_map((name, limit), resident)? {
        found.extend(row?);
    }
    let mut called = store
        .prepare_cached(&format!("WITH RECURSIVE {FOLDED} {RESIDENT} instr(r.\"telephones\", ?1) > 0 LIMIT ?2"))?;
    for telephone in telephones {
        for row in called.query_map((telephone, limit), resident)? {
            let row = row?.filter(|row| !found.iter().any(|have| have.resident == row.resident));
            found.extend(row);
        }
    }
    Ok(found)
}
