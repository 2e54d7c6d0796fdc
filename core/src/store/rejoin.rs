//! Joining again as another device of the same person.
//!
//! Floor: store. Invariant: what was not sent is written again by a fresh actor, because the server knows the
//! old one as another device's; what cannot be written again stays as it is and is the server's to judge.

use rusqlite::Connection;

use super::again::Again;
use super::document::{self, Stored};
use super::outbox::{self, Pending, State};
use super::{Store, StoreError, verdict::Rewriting};
use crate::document::{Change, DocumentError};
use crate::record::{Random, Time};

impl Store {
    /// Writes again what waits, in one transaction.
    pub(crate) fn write_again(&mut self, now: Time, random: &mut dyn Random) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        let mut rewriting = Rewriting { now, random, actor: None };
        let records: Vec<i64> = transaction
            .prepare_cached("SELECT record FROM outbox WHERE state = 0 GROUP BY record ORDER BY min(position)")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for record in records {
            if let Some(stored) = document::by_record(&transaction, record)? {
                write_document_again(&transaction, &stored, &mut rewriting)?;
            }
        }
        transaction.commit()?;
        self.actor = rewriting.actor;
        Ok(())
    }
}

fn write_document_again(
    connection: &Connection,
    stored: &Stored,
    rewriting: &mut Rewriting<'_>,
) -> Result<(), StoreError> {
    let pending = outbox::of(connection, stored.record)?;
    // What the server holds goes on there under the old name, and what follows it with it.
    if pending.iter().any(|change| change.state == State::Held) {
        return Ok(());
    }
    let Ok(raws) = by_another(stored, &pending, rewriting) else { return Ok(()) };
    for change in &pending {
        outbox::remove(connection, change.position)?;
    }
    for Rewritten { raw, at } in raws {
        outbox::append(connection, stored.record, stored.id, stored.epoch, &raw, at)?;
    }
    document::refresh(connection, stored)
}

/// A change by the fresh actor.
struct Rewritten {
    raw: Vec<u8>,
    /// When it was first written.
    at: Option<Time>,
}

/// What waits, by the fresh actor.
fn by_another(
    stored: &Stored,
    pending: &[Pending],
    rewriting: &mut Rewriting<'_>,
) -> Result<Vec<Rewritten>, DocumentError> {
    let whole = document::assemble(&stored.confirmed, pending)?;
    let mut again = Again::new(whole.as_ref(), pending.iter().map(|change| change.hash).collect());
    let mut raws = Vec::new();
    for waiting in pending {
        raws.extend(
            again.write(&Change::parse(&waiting.raw)?, rewriting)?.map(|raw| Rewritten { raw, at: waiting.at }),
        );
    }
    Ok(raws)
}
