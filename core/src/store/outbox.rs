//! Own changes that the server has not accepted.
//!
//! Floor: store. Invariants: positions grow in the order in which changes must be sent, each after what it
//! depends on; nothing leaves the outbox but by a verdict or the person's own word.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::body::Confirmed;
use super::document::Mark;
use super::meta::{self, Identity};
use super::{Store, StoreError};
use crate::document::{Change, ChangeHash, MAX_CHANGE, packed};
use crate::record::{ActorId, DocumentId, Scope, Time};

/// What became of a change so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Not sent, or not answered.
    Waiting,
    /// The server keeps it.
    Held,
    /// It follows others' changes that a restored server has lost, and waits for them to come back.
    Blocked,
}

impl State {
    const fn number(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Held => 1,
            Self::Blocked => 2,
        }
    }

    const fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Held,
            2 => Self::Blocked,
            _ => Self::Waiting,
        }
    }
}

/// An own change that the server has not accepted.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) position: i64,
    pub(crate) hash: ChangeHash,
    pub(crate) state: State,
    /// Whether it claims a number from before the server was restored.
    pub(crate) claims: bool,
    /// When it was written, where that is known.
    pub(crate) at: Option<Time>,
    pub(crate) raw: Vec<u8>,
}

/// Which changes are taken into a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// What waits.
    Waiting,
    /// What is kept back too.
    All,
    /// What waits, up to the first that is not a visit in a single change, about a door or an alert of which the
    /// server has confirmed all that this phone has: no other change of the outbox bears on the verdict.
    Alone,
}

/// A change to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Unsent {
    pub(crate) position: i64,
    pub(crate) record: i64,
    pub(crate) document: DocumentId,
    pub(crate) epoch: u32,
    pub(crate) actor: ActorId,
    pub(crate) hash: ChangeHash,
    pub(crate) acceptance: Option<u64>,
    pub(crate) raw: Vec<u8>,
}

/// What stays on the phone when a batch has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stays {
    /// How many changes; none where that cannot be told, as more than one batch is on its way.
    pub(crate) count: Option<u64>,
    /// When the first of them was written, where that is known.
    pub(crate) since: Option<Time>,
}

/// A change's bytes, which are kept as `encoding` says: 0 raw, otherwise packed under the dictionary of that
/// number.
fn raw(row: &rusqlite::Row<'_>, encoding: usize, bytes: usize) -> Result<Vec<u8>, StoreError> {
    match row.get(encoding)? {
        0 => Ok(row.get(bytes)?),
        number => {
            packed::unpack(number, row.get_ref(bytes)?.as_blob()?, MAX_CHANGE).ok_or(StoreError::Malformed("outbox"))
        }
    }
}

/// What waits of a document, in order.
pub(super) fn of(connection: &Connection, record: i64) -> Result<Vec<Pending>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT position, hash, state, encoding, bytes, acceptance IS NOT NULL, at FROM outbox WHERE record = ?
         ORDER BY position",
    )?;
    let mut rows = statement.query([record])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Pending {
            position: row.get(0)?,
            hash: ChangeHash::from_bytes(row.get(1)?),
            state: State::from_number(row.get(2)?),
            raw: raw(row, 3, 4)?,
            claims: row.get(5)?,
            at: row.get::<_, Option<i64>>(6)?.map(Time::from_millis),
        });
    }
    Ok(found)
}

/// What is known of a change that is put into the outbox.
pub(super) struct Entry<'a> {
    pub(super) record: i64,
    pub(super) document: DocumentId,
    pub(super) epoch: u32,
    pub(super) actor: ActorId,
    pub(super) hash: ChangeHash,
    pub(super) raw: &'a [u8],
    pub(super) acceptance: Option<u64>,
    pub(super) at: Option<Time>,
}

/// Puts a change into the outbox, at `position` or behind all others.
pub(super) fn put(connection: &Connection, entry: &Entry<'_>, position: Option<i64>) -> Result<Pending, StoreError> {
    let small = packed::pack(entry.raw);
    connection
        .prepare_cached(
            "INSERT INTO outbox(position, record, document, epoch, actor, hash, state, acceptance, encoding, bytes, at)
             VALUES(?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
        )?
        .execute(params![
            position,
            entry.record,
            entry.document.bytes(),
            entry.epoch,
            entry.actor.bytes(),
            entry.hash.bytes(),
            entry.acceptance.map(u64::cast_signed),
            small.as_ref().map_or(0, |_| packed::NUMBER),
            small.as_deref().unwrap_or(entry.raw),
            entry.at.map(Time::millis),
        ])?;
    Ok(Pending {
        position: position.unwrap_or_else(|| connection.last_insert_rowid()),
        hash: entry.hash,
        state: State::Waiting,
        claims: entry.acceptance.is_some(),
        at: entry.at,
        raw: entry.raw.to_vec(),
    })
}

/// Puts a change of this phone's own making behind all others.
pub(super) fn append(
    connection: &Connection,
    record: i64,
    document: DocumentId,
    epoch: u32,
    raw: &[u8],
    at: Option<Time>,
) -> Result<Pending, StoreError> {
    let change = Change::parse(raw)?;
    let (actor, hash) = (change.actor(), change.hash());
    put(connection, &Entry { record, document, epoch, actor, hash, raw, acceptance: None, at }, None)
}

/// Takes a change out.
pub(super) fn remove(connection: &Connection, position: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM outbox WHERE position = ?")?.execute([position])?;
    Ok(())
}

/// Marks a change as held, and why.
pub(super) fn hold(connection: &Connection, position: i64, code: &str, field: Option<&str>) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE outbox SET state = ?, code = ?, field = ?, holder = ? WHERE position = ?")?
        .execute(params![State::Held.number(), code, field, device(connection)?, position])?;
    Ok(())
}

/// The device that the phone is now.
fn device(connection: &Connection) -> Result<Option<[u8; 16]>, StoreError> {
    let identity: Option<Identity> = meta::get(connection, meta::IDENTITY)?;
    Ok(identity.map(|identity| *identity.certificate.device.bytes()))
}

/// Keeps back what follows changes that are not here: the server would refuse it. What claims a number goes
/// all the same, the server holds it until they have come back.
pub(super) fn keep_back(
    connection: &Connection,
    confirmed: &[Confirmed],
    pending: &mut [Pending],
) -> Result<(), StoreError> {
    let mut have: HashSet<ChangeHash> = HashSet::new();
    for change in confirmed {
        have.insert(Change::parse(&change.raw)?.hash());
    }
    for waiting in pending {
        let change = Change::parse(&waiting.raw)?;
        let stands = waiting.claims
            || waiting.state == State::Held
            || change.dependencies().iter().all(|hash| have.contains(hash));
        let state = match (stands, waiting.state) {
            (true, State::Blocked) => State::Waiting,
            (false, State::Waiting) => State::Blocked,
            (_, state) => state,
        };
        if stands {
            have.insert(waiting.hash);
        }
        if state != waiting.state {
            waiting.state = state;
            connection
                .prepare_cached("UPDATE outbox SET state = ? WHERE position = ?")?
                .execute(params![state.number(), waiting.position])?;
        }
    }
    Ok(())
}

/// Sends what was kept back of a document all the same: what it follows does not come any more, and what the
/// server says to it finds its way to the person.
pub(super) fn let_go(connection: &Connection, record: i64) -> Result<usize, StoreError> {
    let mut statement = connection.prepare_cached("UPDATE outbox SET state = 0 WHERE state = 2 AND record = ?")?;
    Ok(statement.execute([record])?)
}

/// The same for every document of a scope.
pub(super) fn let_go_in(connection: &Connection, scope: Scope) -> Result<usize, StoreError> {
    let mut statement = connection.prepare_cached(
        "UPDATE outbox SET state = 0 WHERE state = 2 AND record IN (SELECT record FROM document WHERE scope = ?)",
    )?;
    Ok(statement.execute([scope.to_bytes()])?)
}

/// Marks what is held as waiting again, everywhere.
pub(super) fn release_all(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("UPDATE outbox SET state = 0, code = NULL, field = NULL, holder = NULL WHERE state = 1", [])?;
    Ok(())
}

/// The server holds so many of this device's changes: where that is fewer than the phone believes, a restored
/// server has forgotten some, and all of them wait to be sent again. What the phone sent as another device
/// before is none of this one's.
pub(super) fn release_forgotten(connection: &Connection, held: u64) -> Result<(), StoreError> {
    let device = device(connection)?;
    let believed: i64 = connection
        .prepare_cached("SELECT count(*) FROM outbox WHERE state = 1 AND holder = ?")?
        .query_row([device], |row| row.get(0))?;
    if held >= believed.cast_unsigned() {
        return Ok(());
    }
    connection.execute(
        "UPDATE document SET state = ? WHERE state = ? AND record IN
           (SELECT record FROM outbox WHERE state = 1 AND holder = ?)",
        params![Mark::Waiting.number(), Mark::Held.number(), device],
    )?;
    connection.execute(
        "UPDATE outbox SET state = 0, code = NULL, field = NULL, holder = NULL WHERE state = 1 AND holder = ?",
        [device],
    )?;
    Ok(())
}

/// Whether a record of the outbox is [`Choice::Alone`].
const ALONE: &str = "SELECT 1 FROM document d JOIN visit v ON v.record = d.record
     JOIN document subject ON subject.id = ifnull(v.alert, v.household)
     WHERE d.record = ?1 AND d.body = x'' AND d.birth NOT NULL AND subject.state = 0 AND subject.body <> x''
       AND (SELECT count(*) FROM outbox WHERE record = ?1) = 1";

impl Store {
    /// What waits to be sent behind the position `after`, in order: `take` says of each whether it still goes into
    /// this batch.
    pub(crate) fn unsent(
        &self,
        choice: Choice,
        after: i64,
        mut take: impl FnMut(&Unsent) -> bool,
    ) -> Result<Vec<Unsent>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT position, record, document, epoch, actor, hash, acceptance, encoding, bytes FROM outbox
             WHERE (state = 0 OR (?1 AND state = 2)) AND position > ?2 ORDER BY position",
        )?;
        let mut rows = statement.query(params![choice == Choice::All, after])?;
        let mut alone = match choice {
            Choice::Alone => Some(self.connection.prepare_cached(ALONE)?),
            Choice::Waiting | Choice::All => None,
        };
        let mut batch = Vec::new();
        while let Some(row) = rows.next()? {
            if let Some(alone) = &mut alone
                && !alone.exists([row.get::<_, i64>(1)?])?
            {
                break;
            }
            let acceptance: Option<i64> = row.get(6)?;
            let unsent = Unsent {
                position: row.get(0)?,
                record: row.get(1)?,
                document: DocumentId::from_bytes(row.get(2)?),
                epoch: row.get(3)?,
                actor: ActorId::from_bytes(row.get(4)?),
                hash: ChangeHash::from_bytes(row.get(5)?),
                acceptance: acceptance.map(i64::cast_unsigned),
                raw: raw(row, 7, 8)?,
            };
            if !take(&unsent) {
                break;
            }
            batch.push(unsent);
        }
        Ok(batch)
    }

    /// As if what is held had never been sent.
    #[cfg(test)]
    pub(crate) fn release_held_for_tests(&self) {
        release_all(&self.connection).unwrap();
    }

    /// Whether a change waits to be sent. Cheap: it looks no further than the first.
    pub(crate) fn waits(&self) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT EXISTS(SELECT 1 FROM outbox WHERE state = 0)")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// What the server does not have once it has taken what goes now, up to the position `last`: those behind it, and
    /// what is kept back. `goes` is how many go now, where nothing else is on its way.
    pub(crate) fn stays(&self, last: i64, goes: Option<usize>) -> Result<Stays, StoreError> {
        let mut behind =
            self.connection.prepare_cached("SELECT EXISTS(SELECT 1 FROM outbox WHERE state = 0 AND position > ?)")?;
        let more = behind.query_row([last], |row| row.get::<_, bool>(0))?;
        let kept: i64 = self
            .connection
            .prepare_cached("SELECT count(*) FROM outbox WHERE state > 0 AND state = 2")?
            .query_row([], |row| row.get(0))?;
        let count = match (more, goes) {
            (true, Some(goes)) => {
                Some(self.waiting()?.saturating_sub(goes as u64).saturating_add(kept.cast_unsigned()))
            }
            (true, None) => None,
            (false, _) => Some(kept.cast_unsigned()),
        };
        let mut since = self.connection.prepare_cached(
            "SELECT at FROM outbox WHERE at NOT NULL AND state <> 1 AND (state = 2 OR position > ?) ORDER BY at LIMIT 1",
        )?;
        let since: Option<i64> = since.query_row([last], |row| row.get(0)).optional()?;
        Ok(Stays { count, since: since.map(Time::from_millis) })
    }

    /// How many refused records and edits lie in the quarantine.
    pub(crate) fn quarantine_size(&self) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT count(*) FROM quarantine")?;
        Ok(statement.query_row([], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }

    /// How many changes wait to be sent.
    pub(crate) fn waiting(&self) -> Result<u64, StoreError> {
        waiting(&self.connection)
    }
}

pub(super) fn waiting(connection: &Connection) -> Result<u64, StoreError> {
    // Both counts run over small indexes; the table itself is as large as all that waits.
    let count: i64 = connection
        .prepare_cached("SELECT (SELECT count(*) FROM outbox) - (SELECT count(*) FROM outbox WHERE state > 0)")?
        .query_row([], |row| row.get(0))?;
    Ok(count.cast_unsigned())
}
