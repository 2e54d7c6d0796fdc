//! Taking changes in: read what the decision needs, judge, write, and again if the store has moved on.
//!
//! Floor: accept. Invariant: the caller has the store's turn.

use std::collections::{HashMap, HashSet};

use qiaomen_core::protocol::{Code, Verdict};
use qiaomen_core::record::{ActorId, DocumentId, Kind, Record, Scope, Subject, Time};

use super::AcceptError;
use super::incoming::{Incoming, Says};
use super::judge::{Bench, Outcome};
use crate::access::SYSTEM;
use crate::store::{Decision, HeldChange, KeptManifest, RefusedChange, Shown, Store, StoreError, Wanted};

/// How often a decision is made again because another process wrote in between.
const ATTEMPTS: usize = 50;

/// How many refusals are kept for one device in a day.
const MAX_REFUSED: u64 = 20_000;

/// What became of the changes.
pub(super) struct Taken {
    /// A verdict for each, by position.
    pub(super) verdicts: Vec<Verdict>,
    /// Documents on which held changes may now be judged again.
    pub(super) awaited: Vec<DocumentId>,
    /// Whether anything was written.
    pub(super) wrote: bool,
}

/// Judges changes and writes what came of it; with a batch's manifest goes the base that its device named.
pub(super) fn take(
    store: &dyn Store,
    kept: Option<(&KeptManifest, u64)>,
    incoming: &[Incoming<'_>],
    now: Time,
) -> Result<Taken, AcceptError> {
    let wanted = wanted(incoming);
    for _ in 0..ATTEMPTS {
        let context = store.context(&wanted)?;
        if kept.is_some_and(|(kept, _)| context.revoked.contains(&kept.manifest.device)) {
            return Err(AcceptError::Rejected(Code::Revoked));
        }
        let mut bench = Bench::new(store, context, incoming, now);
        bench.judge_all()?;
        match write(store, kept, bench, now) {
            Err(AcceptError::Store(StoreError::Conflict)) => {}
            done => return done,
        }
    }
    Err(AcceptError::Store(StoreError::Busy))
}

/// What has to be known for these changes.
fn wanted(incoming: &[Incoming<'_>]) -> Wanted {
    let mut documents = HashSet::new();
    let mut load = HashSet::new();
    let mut actors: HashSet<ActorId> = HashSet::new();
    let mut areas = HashSet::new();
    let mut people = HashSet::new();
    let mut devices = HashSet::new();
    let mut changes = Vec::with_capacity(incoming.len());
    let mut dependencies = Vec::new();
    let mut used = Vec::with_capacity(incoming.len());
    for change in incoming {
        documents.insert(change.document);
        changes.push((change.document, change.hash));
        people.insert(change.person);
        devices.insert(change.device);
        let Ok(read) = &change.read else { continue };
        actors.insert(read.actor);
        used.push((change.document, read.actor, read.seq));
        match &read.says {
            Says::Later(later) => {
                load.insert(change.document);
                dependencies.extend(later.dependencies().iter().map(|hash| (change.document, *hash)));
            }
            Says::First(Err(_)) => {}
            Says::First(Ok(opening)) => {
                documents.extend(opening.gist.about.map(Subject::document));
                documents.extend(opening.gist.names.as_ref().map(|(named, _)| *named));
                match opening.gist.whole.as_deref() {
                    Some(Record::Review(review)) => {
                        load.insert(review.of);
                    }
                    Some(Record::Alert(alert)) => {
                        areas.insert(alert.area);
                    }
                    Some(Record::Area(area)) => areas.extend(area.parent),
                    _ => {}
                }
                if let (Kind::Household | Kind::Unit, Scope::Grid(grid)) = (&opening.header.kind, opening.header.scope)
                {
                    areas.insert(grid);
                }
            }
        }
    }
    people.remove(&SYSTEM);
    Wanted {
        documents: documents.into_iter().collect(),
        load: load.into_iter().collect(),
        changes,
        dependencies,
        used,
        actors: actors.into_iter().collect(),
        areas: areas.into_iter().collect(),
        people: people.into_iter().collect(),
        devices: devices.into_iter().collect(),
    }
}

fn write(
    store: &dyn Store,
    kept: Option<(&KeptManifest, u64)>,
    bench: Bench<'_, '_>,
    now: Time,
) -> Result<Taken, AcceptError> {
    let incoming = bench.incoming;
    let verdicts: Vec<Verdict> = (0..incoming.len()).map(|at| bench.verdict(at)).collect();
    let mut decision = Decision {
        generation: bench.context.generation,
        now,
        manifest: kept.map(|(kept, _)| kept.clone()),
        base: kept.filter(|(_, base)| *base > 0).map(|(kept, base)| (kept.manifest.device, base)),
        actors: bench.new_actors(),
        accepted: bench.accepted_changes(),
        shown: bench.shown(),
        refused: Vec::new(),
        held: Vec::new(),
        released: Vec::new(),
        rehung: Vec::new(),
        later: Vec::new(),
    };
    // Documents of which a hold ended badly: what hangs on them shares that end.
    let mut ended: Vec<DocumentId> = Vec::new();
    for (at, change) in incoming.iter().enumerate() {
        let Some(outcome) = bench.outcome(at) else { continue };
        let refused = match outcome {
            Outcome::Kept(_) | Outcome::Same(_) => continue,
            Outcome::Accepted { .. } => false,
            Outcome::Refused(_) | Outcome::DependsOnRefused => true,
            Outcome::Held(refusal, waits_for) => {
                match (change.held, &change.hung) {
                    (Some(_), Some((before, waited))) if before == refusal && waited == waits_for => {}
                    (Some(number), _) => decision.rehung.push((number, refusal.clone(), *waits_for)),
                    (None, _) => decision.held.extend(held_change(change, refusal.clone(), *waits_for)),
                }
                continue;
            }
        };
        let verdict = bench.verdict(at);
        if let Some(number) = change.held {
            decision.released.push(number);
            decision.later.push((change.device, change.document, change.hash, verdict.clone()));
            if refused {
                ended.push(change.document);
            }
        }
        // What cannot be read is judged by its bytes alone, and comes to the same every time.
        if refused && (change.read.is_ok() || change.held.is_some()) {
            let own = change.read.as_ref().ok().filter(|_| bench.is_own(at));
            decision.refused.push(RefusedChange {
                document: change.document,
                hash: change.hash,
                device: change.device,
                verdict,
                used: own.map(|read| (read.actor, read.seq)),
            });
        }
    }
    let idle = decision.accepted.is_empty()
        && decision.refused.is_empty()
        && decision.held.is_empty()
        && decision.released.is_empty()
        && decision.rehung.is_empty();
    if idle {
        return Ok(Taken { verdicts, awaited: Vec::new(), wrote: false });
    }
    if let (Some((kept, _)), false) = (kept, decision.refused.is_empty()) {
        let before = store.refused_since(kept.manifest.device, now.plus_hours(-24))?;
        if before.saturating_add(decision.refused.len() as u64) > MAX_REFUSED {
            return Err(AcceptError::Rejected(Code::TooMany));
        }
    }
    relocate(&mut decision.shown, &bench.moved);
    let mut awaited = store.append(&decision)?;
    awaited.extend(ended);
    awaited.sort_unstable();
    awaited.dedup();
    Ok(Taken { verdicts, awaited, wrote: true })
}

/// Has documents of which the batch itself says nothing lie elsewhere from its last place on.
fn relocate(shown: &mut Vec<Shown<'_>>, moved: &HashMap<DocumentId, Scope>) {
    shown.extend(moved.iter().map(|(document, scope)| Shown {
        document: *document,
        rows: [].as_slice().into(),
        updated: false,
        conflicts: 0,
        doubtful: false,
        moved: Some(*scope),
    }));
}

fn held_change(
    change: &Incoming<'_>,
    refusal: qiaomen_core::protocol::Refusal,
    waits_for: Option<DocumentId>,
) -> Option<HeldChange> {
    let read = change.read.as_ref().ok()?;
    Some(HeldChange {
        number: 0,
        document: change.document,
        hash: change.hash,
        epoch: change.epoch,
        bytes: change.bytes.to_vec(),
        claimed: change.claimed,
        refusal,
        waits_for,
        device: change.device,
        person: change.person,
        used: (read.actor, read.seq),
        manifest: change.manifest,
        base: change.base,
        arrival: change.arrival,
    })
}
