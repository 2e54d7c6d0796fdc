//! Taking in what the server answers.
//!
//! Floor: store. Invariants: verdicts, page and cursor are one transaction, so that after any interruption the
//! phone asks again for exactly what it lacks; a document that cannot be applied is put aside and reported,
//! and the rest of the page goes on.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Connection, OptionalExtension, params};

use super::body::{self, Confirmed};
use super::document::{self, Shown, Stored};
use super::outbox::{self, Pending, State, Unsent};
use super::verdict::{self, ByRecord, Judged, Rewriting};
use super::write::Author;
use super::{Store, StoreError, meta, scope};
use crate::document::{Change, ChangeHash, DocumentError};
use crate::protocol::{ActorNote, Cursor, Entry, ExchangeAnswer, Left, Page, PageDocument, Verdict};
use crate::record::{DocumentId, Kind, Scope, Time};

/// How many points are kept at most.
const MAX_KEPT: i64 = 2_048;

/// What an answer came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Own changes that were accepted.
    pub accepted: usize,
    /// Own changes that were refused.
    pub refused: usize,
    /// Own changes that are held.
    pub held: usize,
    /// Documents of the page that are on the phone now.
    pub documents: usize,
    /// Documents that could not be applied and were put aside.
    pub aside: usize,
    /// Documents that left the phone.
    pub dropped: usize,
    /// Whether the person's scopes are others now.
    pub scopes_changed: bool,
    /// Whether the phone has to ask again at once: for whole scopes, because it lacks work of its own, or for
    /// the later verdicts of a restored server.
    pub asks_again: bool,
}

/// The code of a document put aside because changes it builds on are not on the phone.
pub(super) const LACKS: &str = "gate_dependency_missing";

impl Store {
    /// Takes in an answer to a request that sent `sent`, all of it or nothing.
    pub(crate) fn take(
        &mut self,
        sent: &[Unsent],
        answer: &ExchangeAnswer<'_>,
        author: &mut Author<'_>,
    ) -> Result<Taken, StoreError> {
        #[cfg(test)]
        let fail_after = self.fail_after;
        let transaction = self.connection.transaction()?;
        let mut rewriting = Rewriting { now: author.now, random: author.random, actor: None };
        let judged = judged(&transaction, sent, answer)?;
        let records: Vec<i64> = judged.keys().copied().collect();
        let outcome = verdict::take(&transaction, judged, &mut rewriting)?;
        let mut taken =
            Taken { accepted: outcome.accepted, refused: outcome.refused, held: outcome.held, ..Taken::default() };
        let mut standing = meta::standing(&transaction)?;
        taken.asks_again |= later(&transaction, answer, standing.later_seen)?;
        if sent.is_empty() && answer.later.is_empty() {
            outbox::release_forgotten(&transaction, answer.held)?;
        }
        let mut cursor = answer.cursor.clone();
        if let Some(page) = &answer.page {
            let mut taking = Taking { connection: &transaction, now: author.now, lacking: HashSet::new() };
            taking.actors(&page.actors)?;
            taken.dropped += taking.left(page, &answer.cursor)?;
            for (at, found) in page.documents.iter().enumerate() {
                #[cfg(test)]
                if fail_after == Some(at) {
                    return Err(StoreError::Injected);
                }
                let _ = at;
                if taking.document(found)? { taken.documents += 1 } else { taken.aside += 1 }
            }
            let again = std::mem::take(&mut taking.lacking);
            let to_gain = standing.phase.to_gain.clone();
            taken.asks_again |= scope::ask_again(&transaction, &cursor, &mut standing.phase, &again)?;
            taken.asks_again |= scope::gain_more(&mut cursor, &mut standing.phase);
            if standing.phase.to_gain != to_gain {
                meta::set(&transaction, meta::PHASE, &standing.phase)?;
            }
        }
        for sent in &answer.first_sent {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO first_sent(receipt, at) VALUES(?, ?)")?
                .execute(params![sent.receipt.bytes(), sent.at.millis()])?;
        }
        if let Some(scopes) = &answer.scopes {
            taken.scopes_changed = true;
            standing.phase.next_scopes = Some(scopes.clone());
            meta::set(&transaction, meta::PHASE, &standing.phase)?;
            // Nothing was read for the page: the places are those the phone had.
            cursor = Cursor { log: cursor.log, ..standing.cursor };
        }
        keep_point(&transaction, &cursor)?;
        if let Some(seal) = &answer.seal {
            meta::set(&transaction, meta::SEAL, seal)?;
        }
        meta::set(&transaction, meta::CURSOR, &cursor)?;
        taken.dropped += scope::go_on(&transaction)?;
        taken.dropped += scope::drop_strays(&transaction, &records)?;
        transaction.commit()?;
        if outcome.fresh_actor {
            self.actor = rewriting.actor;
        }
        Ok(taken)
    }
}

/// The verdicts of an answer by document: those on the batch, and those that followed a hold.
fn judged(connection: &Connection, sent: &[Unsent], answer: &ExchangeAnswer<'_>) -> Result<ByRecord, StoreError> {
    let mut verdicts: ByRecord = BTreeMap::new();
    let answered = crate::protocol::Run::unpack(&answer.verdicts, sent.len());
    for (unsent, verdict) in sent.iter().zip(answered) {
        let judged = Judged { position: unsent.position, hash: unsent.hash, verdict };
        verdicts.entry(unsent.record).or_default().push(judged);
    }
    let seen: u64 = meta::get(connection, meta::LATER)?.unwrap_or(0);
    for later in answer.later.iter().filter(|later| later.number > seen) {
        if let Some((record, position)) = verdict::locate(connection, later.document, &later.change)? {
            let judged = Judged { position, hash: later.change, verdict: later.verdict.clone() };
            let of = verdicts.entry(record).or_default();
            // What ended a hold says more than what the hold was called.
            of.retain(|have| have.hash != judged.hash || !matches!(have.verdict, Verdict::Held(_)));
            of.push(judged);
        }
    }
    Ok(verdicts)
}

/// How far the later verdicts have been seen now. A server that has fewer was restored, and may give the same
/// numbers to others: all of them are asked for again, those that are known do nothing. Says whether there are any.
fn later(connection: &Connection, answer: &ExchangeAnswer<'_>, seen: u64) -> Result<bool, StoreError> {
    if answer.later_top < seen {
        meta::set(connection, meta::LATER, &0_u64)?;
        return Ok(answer.later_top > 0);
    }
    if let Some(last) = answer.later.iter().map(|later| later.number).max() {
        meta::set(connection, meta::LATER, &last.max(seen))?;
    }
    Ok(false)
}

fn keep_point(connection: &Connection, cursor: &Cursor) -> Result<(), StoreError> {
    if cursor.log.size == 0 {
        return Ok(());
    }
    connection
        .prepare_cached("INSERT OR REPLACE INTO point(size, root) VALUES(?, ?)")?
        .execute(params![cursor.log.size.cast_signed(), cursor.log.root])?;
    let kept: i64 = connection.prepare_cached("SELECT count(*) FROM point")?.query_row([], |row| row.get(0))?;
    if kept > MAX_KEPT {
        // Every second one of the older half: the newest are the likeliest to be common.
        connection.execute(
            "DELETE FROM point WHERE size IN (
               SELECT size FROM (SELECT size, row_number() OVER (ORDER BY size) AS place FROM point)
               WHERE place > 1 AND place <= ?1 / 2 AND place % 2 = 0)",
            [kept],
        )?;
    }
    Ok(())
}

/// The taking of one page.
struct Taking<'a> {
    connection: &'a Connection,
    now: Time,
    /// Scopes of documents that lack something this phone once had.
    lacking: HashSet<Scope>,
}

impl Taking<'_> {
    fn actors(&self, notes: &[ActorNote]) -> Result<(), StoreError> {
        let mut statement =
            self.connection.prepare_cached("INSERT OR IGNORE INTO actor(actor, device, person) VALUES(?, ?, ?)")?;
        for note in notes {
            statement.execute((note.actor.bytes(), note.device.bytes(), note.person.bytes()))?;
        }
        Ok(())
    }

    /// Takes out what left a scope and does not come again in the same page.
    fn left(&self, page: &Page<'_>, cursor: &Cursor) -> Result<usize, StoreError> {
        if page.left.is_empty() {
            return Ok(0);
        }
        let stay: HashSet<DocumentId> = page.documents.iter().map(|document| document.id).collect();
        let mut dropped = 0;
        for Left { document: id, scope } in &page.left {
            scope::depart(self.connection, *scope, cursor.at.max(cursor.log.size))?;
            if stay.contains(id) {
                continue;
            }
            self.connection
                .prepare_cached("DELETE FROM aside WHERE document = ? AND scope = ?")?
                .execute((id.bytes(), scope.to_bytes()))?;
            let stored = document::find(self.connection, *id)?.filter(|stored| stored.scope == *scope);
            if let Some(stored) = stored {
                dropped += usize::from(scope::drop_document(self.connection, stored)?);
            }
        }
        Ok(dropped)
    }

    /// Takes in one document; false if it was put aside.
    fn document(&mut self, found: &PageDocument<'_>) -> Result<bool, StoreError> {
        let stored = document::find(self.connection, found.id)?;
        let merged = match (stored, found.entries.as_slice()) {
            (None, []) => return Ok(true),
            (None, [only]) => self.single(found, only),
            (stored, _) => self.merge(found, stored),
        };
        match merged {
            Ok(()) => Ok(true),
            Err(StoreError::Document(error)) => self.aside(found, &error).map(|()| false),
            Err(StoreError::Invalid(invalid)) => self.aside(found, &DocumentError::Invalid(invalid)).map(|()| false),
            Err(other) => Err(other),
        }
    }

    /// A document that is new here and has one change: no document needs to be built for it.
    fn single(&self, found: &PageDocument<'_>, only: &Entry<'_>) -> Result<(), StoreError> {
        let change = Change::parse(only.bytes)?;
        if !change.is_first() {
            return self.merge(found, None);
        }
        let first = change.first()?;
        check_id(found, first.header.id)?;
        let stored = Stored {
            record: 0,
            id: found.id,
            kind: first.header.kind.clone(),
            scope: found.scope,
            epoch: found.epoch,
            leaving: false,
            confirmed: vec![confirmed(only)],
        };
        let shown = Shown { header: first.header, fields: first.fields, conflicts: 0 };
        document::save(self.connection, &stored, &[], Some(&shown))?;
        Ok(())
    }

    fn merge(&self, found: &PageDocument<'_>, stored: Option<Stored>) -> Result<(), StoreError> {
        let known = stored.is_some();
        let mut stored = stored.unwrap_or_else(|| Stored {
            record: 0,
            id: found.id,
            kind: Kind::Unknown("".into()),
            scope: found.scope,
            epoch: found.epoch,
            leaving: false,
            confirmed: Vec::new(),
        });
        let mut pending = outbox::of(self.connection, stored.record)?;
        let mut arrived = Vec::new();
        self.put_aside_before(found, &mut stored.confirmed)?;
        let mut news = 0;
        for entry in &found.entries {
            if document::confirm(&mut stored.confirmed, confirmed(entry)) {
                news += 1;
                arrived.extend(own(&mut pending, Change::parse(entry.bytes)?.hash()));
            }
        }
        let moved = stored.scope != found.scope;
        if moved {
            scope::depart(self.connection, stored.scope, stored.confirmed.last().map_or(0, |last| last.sequence))?;
        }
        stored.scope = found.scope;
        stored.epoch = found.epoch;
        stored.leaving = false;
        let shown = document::show_whole(&stored.confirmed, &pending)?;
        if pending.iter().any(|change| change.state == State::Blocked) {
            outbox::keep_back(self.connection, &stored.confirmed, &mut pending)?;
        }
        if let Some(shown) = &shown {
            check_id(found, shown.header.id)?;
            stored.kind = shown.header.kind.clone();
        }
        document::save(self.connection, &stored, &pending, shown.as_ref())?;
        for position in &arrived {
            outbox::remove(self.connection, *position)?;
        }
        meta::count(self.connection, "sent", arrived.len() as i64)?;
        if known && news > arrived.len() {
            meta::count(self.connection, "merged", 1)?;
        }
        let was_aside =
            self.connection.prepare_cached("DELETE FROM aside WHERE document = ?")?.execute([found.id.bytes()])?;
        if was_aside > 0 {
            scope::asked_in_vain_no_more(self.connection, found.scope)?;
        }
        Ok(())
    }

    /// Brings back what was put aside of a document before, to be tried again with what has come now.
    fn put_aside_before(&self, found: &PageDocument<'_>, into: &mut Vec<Confirmed>) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT body FROM aside WHERE document = ?")?;
        let body: Option<Vec<u8>> = statement.query_row([found.id.bytes()], |row| row.get(0)).optional()?;
        for change in body.as_deref().map(body::unpack).transpose()?.unwrap_or_default() {
            document::confirm(into, change);
        }
        Ok(())
    }

    fn aside(&mut self, found: &PageDocument<'_>, error: &DocumentError) -> Result<(), StoreError> {
        let code = match error {
            DocumentError::Gate(gate) => format!("gate_{}", gate.code().trim_start_matches("gate_")),
            DocumentError::Invalid(_) => "gate_field".to_owned(),
            _ => "gate_document".to_owned(),
        };
        if code == LACKS {
            self.lacking.insert(found.scope);
        }
        let mut changes = Vec::new();
        self.put_aside_before(found, &mut changes)?;
        for entry in &found.entries {
            document::confirm(&mut changes, confirmed(entry));
        }
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO aside(document, scope, epoch, code, at, body) VALUES(?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                found.id.bytes(),
                found.scope.to_bytes(),
                found.epoch,
                code,
                self.now.millis(),
                body::pack(&changes),
            ])?;
        Ok(())
    }
}

fn confirmed(entry: &Entry<'_>) -> Confirmed {
    Confirmed {
        sequence: entry.sequence,
        acceptance: entry.acceptance.unwrap_or(entry.sequence),
        arrival: entry.arrival,
        raw: entry.bytes.to_vec(),
    }
}

/// Takes a change that has been confirmed out of what waits; where it stood.
fn own(pending: &mut Vec<Pending>, hash: ChangeHash) -> Option<i64> {
    let at = pending.iter().position(|have| have.hash == hash)?;
    Some(pending.remove(at).position)
}

fn check_id(found: &PageDocument<'_>, id: DocumentId) -> Result<(), StoreError> {
    if found.id == id {
        Ok(())
    } else {
        Err(StoreError::Invalid(crate::record::Invalid::new("_id", crate::record::Reason::Mismatch)))
    }
}
