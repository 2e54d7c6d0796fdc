//! What the server made of own changes.
//!
//! Floor: store. Invariants: a refused change goes to the quarantine, never away; what merely depended on it
//! is written again by a fresh actor; the document shows what the server confirmed and what still waits.

use std::collections::{BTreeMap, HashSet};

use rusqlite::Connection;

use super::again::{self, Again};
use super::body::{self, Accepted, Confirmed};
use super::document::{self, Shown, Stored};
use super::outbox::{self, Pending};
use super::quarantine::{self, Item};
use super::{StoreError, meta, scope};
use crate::document::{Change, ChangeHash, Document};
use crate::protocol::{Refusal, Verdict};
use crate::record::{ActorId, DocumentId, Random, Time};

/// The code of what could not be written again without the refused change it followed.
pub(crate) const DEPENDS_ON_REFUSED: &str = "depends_on_refused";

/// A verdict on a change in the outbox.
pub(super) struct Judged {
    pub(super) position: i64,
    pub(super) hash: ChangeHash,
    pub(super) verdict: Verdict,
}

/// Verdicts by the number of their document.
pub(super) type ByRecord = BTreeMap<i64, Vec<Judged>>;

/// What the verdicts came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) accepted: usize,
    pub(super) refused: usize,
    pub(super) held: usize,
    /// Whether the actor may not be used again.
    pub(super) fresh_actor: bool,
}

/// When and by whom things are written again.
pub(super) struct Rewriting<'a> {
    pub(super) now: Time,
    pub(super) random: &'a mut dyn Random,
    /// The fresh actor, once it was needed.
    pub(super) actor: Option<ActorId>,
}

impl Rewriting<'_> {
    pub(super) fn actor(&mut self) -> ActorId {
        *self.actor.get_or_insert_with(|| ActorId::fresh(self.now, self.random))
    }
}

/// Takes in verdicts.
pub(super) fn take(
    connection: &Connection,
    verdicts: ByRecord,
    rewriting: &mut Rewriting<'_>,
) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome::default();
    for (record, judged) in verdicts {
        if accept_alone(connection, record, &judged)? {
            outcome.accepted += 1;
            continue;
        }
        let Some(stored) = document::by_record(connection, record)? else { continue };
        let leaving = stored.leaving;
        take_document(connection, stored, judged, rewriting, &mut outcome)?;
        // It only stayed until what had been written to it was handed over.
        if leaving && let Some(stored) = document::by_record(connection, record)? {
            scope::drop_document(connection, stored)?;
        }
    }
    meta::count(connection, "sent", outcome.accepted as i64)?;
    meta::count(connection, "refused", outcome.refused as i64)?;
    meta::count(connection, "held", outcome.held as i64)?;
    Ok(outcome)
}

/// Takes in the acceptance of the one change that makes a whole document, as most are, from columns alone: the
/// bytes are put away as they lie, and neither its rows nor what it shows can have changed, unless its arrival
/// brings doubt to its times. Says whether it was that and is done.
fn accept_alone(connection: &Connection, record: i64, judged: &[Judged]) -> Result<bool, StoreError> {
    let [Judged { position, hash, verdict: Verdict::Accepted { sequence, acceptance, arrival } }] = judged else {
        return Ok(false);
    };
    // That it waits and nothing else says also that nothing of it lies in the quarantine.
    let mut statement = connection.prepare_cached(
        "SELECT outbox.encoding, outbox.bytes, doubtful, written + beyond FROM outbox JOIN document USING(record)
         WHERE position = ?1 AND record = ?2 AND hash = ?3 AND document.state = 1 AND outbox.state = 0
           AND NOT leaving AND birth NOT NULL AND beyond NOT NULL AND body = x''
           AND NOT EXISTS(SELECT 1 FROM outbox WHERE record = ?2 AND position <> ?1)",
    )?;
    let mut rows = statement.query((position, record, hash.bytes()))?;
    let Some(row) = rows.next()? else { return Ok(false) };
    let (doubtful, dated): (bool, Time) = (row.get(2)?, row.get(3).map(Time::from_millis)?);
    if !doubtful && dated > *arrival {
        return Ok(false);
    }
    let accepted = Accepted { sequence: *sequence, acceptance: *acceptance, arrival: *arrival };
    let Some(body) = body::single(accepted, row.get(0)?, row.get_ref(1)?.as_blob()?) else { return Ok(false) };
    drop(rows);
    connection
        .prepare_cached(
            "UPDATE document SET sequence = ?2, acceptance = ?3, arrival = ?4, state = 0, body = ?5 WHERE record = ?1",
        )?
        .execute((record, sequence.cast_signed(), acceptance.cast_signed(), arrival.millis(), body))?;
    outbox::remove(connection, *position)?;
    Ok(true)
}

fn take_document(
    connection: &Connection,
    mut stored: Stored,
    judged: Vec<Judged>,
    rewriting: &mut Rewriting<'_>,
    outcome: &mut Outcome,
) -> Result<(), StoreError> {
    let mut pending = outbox::of(connection, stored.record)?;
    let before = pending.clone();
    let had_arrived = stored.arrival();
    let mut refused: Vec<(ChangeHash, Refusal)> = Vec::new();
    let mut dependants: HashSet<ChangeHash> = HashSet::new();
    for Judged { position, hash, verdict } in judged {
        let Some(at) = pending.iter().position(|have| have.position == position && have.hash == hash) else { continue };
        match verdict {
            Verdict::Accepted { sequence, acceptance, arrival } => {
                let change = pending.remove(at);
                outbox::remove(connection, position)?;
                let raw = change.raw;
                document::confirm(&mut stored.confirmed, Confirmed { sequence, acceptance, arrival, raw });
                outcome.accepted += 1;
            }
            Verdict::Held(why) => {
                outbox::hold(connection, position, &why.code, why.field.as_deref())?;
                pending[at].state = outbox::State::Held;
                outcome.held += 1;
                outcome.fresh_actor = true;
            }
            Verdict::Refused(why) => {
                refused.push((hash, why));
                outcome.refused += 1;
                outcome.fresh_actor = true;
            }
            Verdict::DependsOnRefused => {
                dependants.insert(hash);
                outcome.fresh_actor = true;
            }
        }
    }
    if refused.is_empty() && dependants.is_empty() {
        leave(&mut stored, &pending);
        if !stored.leaving && document::save_progress(connection, &stored, &pending, had_arrived)? {
            return Ok(());
        }
        let shown = document::show_what_can_be(&stored.confirmed, &pending).filter(|_| !stored.leaving);
        // The document is made of the same changes as before. Its arrival can only bring doubt to its times.
        let same = |shown: &Shown| shown.doubtful(had_arrived) == shown.doubtful(stored.arrival());
        if shown.as_ref().is_some_and(same) {
            document::save_columns(connection, &stored, &pending, shown.as_ref())?;
        } else {
            document::save(connection, &stored, &pending, shown.as_ref())?;
        }
        return Ok(());
    }
    let removal = Removal { stored: &stored, before: &before, refused: &refused, dependants };
    let pending = removal.run(connection, pending, rewriting)?;
    leave(&mut stored, &pending);
    let shown = document::show_what_can_be(&stored.confirmed, &pending).filter(|_| !stored.leaving);
    document::save(connection, &stored, &pending, shown.as_ref())?;
    Ok(())
}

/// Lets others' part of a document go whose scope is held no longer, once nothing of it waits.
fn leave(stored: &mut Stored, pending: &[Pending]) {
    if stored.leaving && pending.iter().all(|change| change.state != outbox::State::Waiting) {
        stored.confirmed.clear();
    }
}

/// Takes refused changes out of a document.
struct Removal<'a> {
    stored: &'a Stored,
    /// What waited before any verdict.
    before: &'a [Pending],
    refused: &'a [(ChangeHash, Refusal)],
    dependants: HashSet<ChangeHash>,
}

impl Removal<'_> {
    fn run(
        mut self,
        connection: &Connection,
        mut pending: Vec<Pending>,
        rewriting: &mut Rewriting<'_>,
    ) -> Result<Vec<Pending>, StoreError> {
        let whole = document::assemble(&self.stored.confirmed, &self.still(&pending)).unwrap_or(None);
        self.follow(&pending)?;
        let gone = |hash: &ChangeHash| self.refused.iter().any(|(refused, _)| refused == hash);
        let (out, kept): (Vec<Pending>, Vec<Pending>) =
            pending.drain(..).partition(|change| gone(&change.hash) || self.dependants.contains(&change.hash));
        for change in &out {
            outbox::remove(connection, change.position)?;
        }
        let mut pending = kept;
        let rest = document::assemble(&self.stored.confirmed, &pending).unwrap_or(None);
        let begins = out.iter().any(|change| Change::parse(&change.raw).is_ok_and(|change| change.is_first()));
        if rest.is_some() && !begins {
            self.again(connection, &out, whole.as_ref(), &mut pending, rewriting)?;
        } else {
            // Without its first change there is no record: all of it goes aside together.
            self.quarantine_whole(connection, &out, whole.as_ref(), rewriting.now)?;
        }
        Ok(pending)
    }

    /// What waited before, less what has been confirmed since.
    fn still(&self, pending: &[Pending]) -> Vec<Pending> {
        let kept = |change: &&Pending| pending.iter().any(|have| have.position == change.position);
        self.before.iter().filter(kept).cloned().collect()
    }

    /// Finds everything that waits and follows a refused change, by whatever way.
    fn follow(&mut self, pending: &[Pending]) -> Result<(), StoreError> {
        for waiting in pending {
            let change = Change::parse(&waiting.raw)?;
            let out = |hash: &ChangeHash| {
                self.dependants.contains(hash) || self.refused.iter().any(|(refused, _)| refused == hash)
            };
            if change.dependencies().iter().any(out) && !self.refused.iter().any(|(hash, _)| *hash == waiting.hash) {
                self.dependants.insert(waiting.hash);
            }
        }
        Ok(())
    }

    fn again(
        &self,
        connection: &Connection,
        out: &[Pending],
        whole: Option<&Document>,
        pending: &mut Vec<Pending>,
        rewriting: &mut Rewriting<'_>,
    ) -> Result<(), StoreError> {
        let mut writing = Again::new(whole, out.iter().map(|change| change.hash).collect());
        for change in out {
            let why = self.refused.iter().find(|(hash, _)| *hash == change.hash).map(|(_, why)| why.clone());
            if why.is_none() {
                match writing.write(&Change::parse(&change.raw)?, rewriting) {
                    Ok(None) => continue,
                    Ok(Some(raw)) => {
                        let stored = self.stored;
                        let (record, id, epoch) = (stored.record, stored.id, stored.epoch);
                        pending.push(outbox::append(connection, record, id, epoch, &raw, change.at)?);
                        continue;
                    }
                    // What it wrote has no place any more.
                    Err(_) => {}
                }
            }
            let edits = whole.and_then(|whole| whole.edits_of(&change.hash));
            let why = why.unwrap_or_else(|| Refusal::new(DEPENDS_ON_REFUSED));
            let item = Item {
                document: self.stored.id,
                epoch: self.stored.epoch,
                kind: &self.stored.kind,
                scope: self.stored.scope,
                role: whole.map(|whole| whole.header().role.clone()),
                whole: false,
                why: &why,
                at: rewriting.now,
                // Of what leaves, only what the person wrote stays.
                fields: whole.filter(|_| !self.stored.leaving).and_then(|whole| again::as_written(whole, &change.hash)),
                edits,
                changes: vec![change.raw.clone()],
            };
            quarantine::put(connection, &item)?;
        }
        Ok(())
    }

    fn quarantine_whole(
        &self,
        connection: &Connection,
        out: &[Pending],
        whole: Option<&Document>,
        now: Time,
    ) -> Result<(), StoreError> {
        let Some((_, why)) = self.refused.first() else {
            // Only dependants, and nothing to write them into.
            return self.put_whole(connection, out, whole, &Refusal::new(DEPENDS_ON_REFUSED), now);
        };
        self.put_whole(connection, out, whole, why, now)
    }

    fn put_whole(
        &self,
        connection: &Connection,
        out: &[Pending],
        whole: Option<&Document>,
        why: &Refusal,
        now: Time,
    ) -> Result<(), StoreError> {
        if out.is_empty() {
            return Ok(());
        }
        let first = out.iter().find_map(|change| Change::parse(&change.raw).ok()?.first().ok());
        let header = whole.map(Document::header).or(first.as_ref().map(|first| &first.header));
        let fields = whole.filter(|_| first.is_some() || !self.stored.leaving).map(Document::fields);
        let fields = fields.or(first.as_ref().map(|first| first.fields.clone()));
        // The record itself is not on this phone any more: what the person wrote is.
        let alone = || out.iter().filter_map(|change| Change::parse(&change.raw).ok());
        let edits = first.is_none().then(|| alone().flat_map(|change| change.edits_alone()).collect());
        let item = Item {
            document: self.stored.id,
            epoch: self.stored.epoch,
            kind: &self.stored.kind,
            scope: self.stored.scope,
            role: header.map(|header| header.role.clone()),
            whole: first.is_some(),
            why,
            at: now,
            fields,
            edits,
            changes: out.iter().map(|change| change.raw.clone()).collect(),
        };
        quarantine::put(connection, &item)
    }
}

/// The place in the outbox of a document's change.
pub(super) fn locate(
    connection: &Connection,
    document: DocumentId,
    hash: &ChangeHash,
) -> Result<Option<(i64, i64)>, StoreError> {
    use rusqlite::OptionalExtension;
    let mut statement = connection.prepare_cached(
        "SELECT outbox.record, position FROM outbox JOIN document USING(record) WHERE document.id = ? AND hash = ?",
    )?;
    let found = statement.query_row((document.bytes(), hash.bytes()), |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(found.optional()?)
}
