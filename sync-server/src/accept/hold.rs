//! The ends of holds: what was waited for came, or a supervisor decided.
//!
//! Floor: accept. Invariants: a held change is judged again from the start, on its own author's rights and
//! its own cursor; its author's device is told the end; what depends on it shares it.

use std::collections::HashSet;

use qiaomen_core::document::{Change, ChangeHash};
use qiaomen_core::protocol::{Refusal, Verdict};
use qiaomen_core::record::{AlertId, DocumentId, PersonId, Record, Scope, Time};

use super::AcceptError;
use super::decide::{self, Taken};
use super::incoming::{Incoming, read};
use crate::access::{self, Asker, Ground, SYSTEM};
use crate::store::{Decision, HeldChange, RefusedChange, Store, StoreError, Wanted};

/// How often one arrival may set off another.
const ROUNDS: usize = 64;
/// How many held changes are judged at a time.
const PAGE: usize = 200;

fn incoming<'b>(held: &'b HeldChange, now: Time) -> Incoming<'b> {
    let (hash, read) = read(&held.bytes, now);
    Incoming {
        document: held.document,
        epoch: held.epoch,
        bytes: &held.bytes,
        claimed: held.claimed,
        hash,
        read,
        device: held.device,
        person: held.person,
        base: held.base,
        manifest: held.manifest,
        announced: true,
        held: Some(held.number),
        hung: Some((held.refusal.clone(), held.waits_for)),
        excused: false,
        arrival: held.arrival,
    }
}

/// Judges again what waits for these documents, and what waits for that. The caller has the store's turn.
pub(super) fn release(store: &dyn Store, awaited: Vec<DocumentId>, now: Time) -> Result<bool, AcceptError> {
    release_after(store, awaited, &mut HashSet::new(), now)
}

/// As [`release`]; what depends on one of the `excused`, which a supervisor let pass, passes with it.
fn release_after(
    store: &dyn Store,
    mut awaited: Vec<DocumentId>,
    excused: &mut HashSet<(DocumentId, ChangeHash)>,
    now: Time,
) -> Result<bool, AcceptError> {
    let mut wrote = false;
    for _ in 0..ROUNDS {
        if awaited.is_empty() {
            break;
        }
        let mut next = Vec::new();
        let mut after = 0;
        loop {
            let held = store.held(&awaited, after, PAGE)?;
            let Some(last) = held.last() else { break };
            after = last.number;
            let mut incoming: Vec<Incoming<'_>> = held.iter().map(|held| incoming(held, now)).collect();
            for change in &mut incoming {
                let Ok(read) = &change.read else { continue };
                let mut dependencies = read.later().map_or(&[][..], Change::dependencies).iter();
                if dependencies.any(|dependency| excused.contains(&(change.document, *dependency))) {
                    change.excused = true;
                    excused.insert((change.document, change.hash));
                }
            }
            let Taken { awaited: more, wrote: moved, .. } = decide::take(store, None, &incoming, now)?;
            wrote |= moved;
            next.extend(more);
        }
        next.sort_unstable();
        next.dedup();
        awaited = next;
    }
    Ok(wrote)
}

/// Ends the holds whose ends came while nobody was there to see: at the start of a server.
///
/// # Errors
/// [`AcceptError::Store`].
pub fn sweep(store: &dyn Store, now: Time) -> Result<bool, AcceptError> {
    let awaited = store.awaited()?;
    if awaited.is_empty() {
        return Ok(false);
    }
    let _turn = store.turn();
    release(store, awaited, now)
}

/// What became of a supervisor's decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// The change has this verdict now.
    Verdict(Verdict),
    /// Nothing of this number waits for a decision.
    Unknown,
    /// They may not decide on it.
    NotPermitted,
}

/// Decides on a change that is held for a decision.
///
/// # Errors
/// [`AcceptError::Store`].
pub fn decide_held(
    store: &dyn Store,
    number: u64,
    accept: bool,
    by: PersonId,
    now: Time,
) -> Result<Decided, AcceptError> {
    let _turn = store.turn();
    let held = store.held_one(number)?.filter(|held| held.waits_for.is_none());
    let Some(held) = held else { return Ok(Decided::Unknown) };
    if !may_decide(store, &held, by, now)? {
        return Ok(Decided::NotPermitted);
    }
    let (verdict, awaited) = if accept {
        let changes = [Incoming { excused: true, ..incoming(&held, now) }];
        let taken = decide::take(store, None, &changes, now)?;
        let verdict = taken.verdicts.into_iter().next().ok_or(StoreError::Damaged("a verdict"))?;
        (verdict, taken.awaited)
    } else {
        (decline(store, &held, now)?, vec![held.document])
    };
    let mut excused: HashSet<_> = accept.then_some((held.document, held.hash)).into_iter().collect();
    release_after(store, awaited, &mut excused, now)?;
    Ok(Decided::Verdict(verdict))
}

/// Whether somebody may decide on a held change.
pub(crate) fn may_decide(store: &dyn Store, held: &HeldChange, by: PersonId, now: Time) -> Result<bool, AcceptError> {
    if by == SYSTEM {
        return Ok(true);
    }
    let incoming = incoming(held, now);
    let opening = incoming.read.as_ref().ok().and_then(|read| read.opening());
    let born = opening.map(|opening| opening.header.scope);
    let scope = match (store.document(held.document)?, born) {
        (Some(document), _) => document.scope,
        (None, Some(scope)) => scope,
        (None, None) => return Ok(false),
    };
    // An alert that is held itself lies nowhere yet: what it says of its area counts.
    let named = match opening.and_then(|opening| opening.gist.whole.as_deref()) {
        Some(Record::Alert(alert)) => Some((AlertId::from(held.document), alert.area)),
        _ => None,
    };
    let grid = match scope {
        Scope::Grid(grid) => Some(grid),
        _ => None,
    };
    let standing = store.standing(by)?;
    // The areas that roles are held in come along, so that a town can be told from a village.
    let roles = standing.roles.iter().map(|(_, area)| *area);
    let areas = grid.into_iter().chain(named.map(|(_, area)| area)).chain(roles).collect();
    let mut context = store.context(&Wanted { documents: vec![held.document], areas, ..Wanted::default() })?;
    if let Some((alert, area)) = named {
        context.alerts.entry(alert).or_insert(area);
    }
    let ground = Ground { areas: &context.areas, alerts: &context.alerts };
    Ok(access::may_decide(Asker::Person(&standing), scope, ground))
}

fn decline(store: &dyn Store, held: &HeldChange, now: Time) -> Result<Verdict, AcceptError> {
    let verdict = Verdict::Refused(Refusal::new("declined"));
    loop {
        let generation = store.context(&Wanted::default())?.generation;
        let decision = Decision {
            generation,
            now,
            manifest: None,
            base: None,
            actors: Vec::new(),
            accepted: Vec::new(),
            shown: Vec::new(),
            refused: vec![RefusedChange {
                document: held.document,
                hash: held.hash,
                device: held.device,
                verdict: verdict.clone(),
                used: Some(held.used),
            }],
            held: Vec::new(),
            released: vec![held.number],
            rehung: Vec::new(),
            later: vec![(held.device, held.document, held.hash, verdict.clone())],
        };
        match store.append(&decision) {
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(verdict),
        }
    }
}
