//! What a judged batch comes to: verdicts, the log's new entries, what the touched documents show.
//!
//! Floor: accept; pure. Invariant: a document is shown as it is after the whole batch.

use std::borrow::Cow;
use std::collections::HashSet;

use qiaomen_core::projection;
use qiaomen_core::protocol::{ActorNote, Verdict};

use super::incoming::{Parsed, panicked};
use super::judge::{Bench, Outcome};
use crate::store::{AcceptedChange, NewDocument, Shown};

impl<'s, 'b> Bench<'s, 'b> {
    /// Whether a change's actor was announced by its device and belongs to no other.
    pub(super) fn is_own(&self, at: usize) -> bool {
        let Some(change) = self.incoming.get(at) else { return false };
        let Ok(read) = &change.read else { return false };
        let others = self.context.actors.get(&read.actor);
        change.announced && others.is_none_or(|note| note.device == change.device)
    }

    /// What became of the change at this position.
    pub(super) fn outcome(&self, at: usize) -> Option<&Outcome> {
        self.outcomes.get(at).and_then(Option::as_ref)
    }

    /// The verdict on the change at this position.
    pub(super) fn verdict(&self, at: usize) -> Verdict {
        match self.outcome(at) {
            Some(Outcome::Kept(verdict)) => verdict.clone(),
            Some(Outcome::Same(first)) if *first < at => self.verdict(*first),
            Some(Outcome::Accepted { sequence, acceptance }) => {
                Verdict::Accepted { sequence: *sequence, acceptance: *acceptance, arrival: self.now }
            }
            Some(Outcome::Refused(refusal)) => Verdict::Refused(refusal.clone()),
            Some(Outcome::DependsOnRefused) => Verdict::DependsOnRefused,
            Some(Outcome::Held(refusal, _)) => Verdict::Held(refusal.clone()),
            Some(Outcome::Same(_)) | None => Verdict::Refused(panicked()),
        }
    }

    /// Actors that their device shows for the first time: a refusal says nothing about whose an actor is.
    pub(super) fn new_actors(&self) -> Vec<ActorNote> {
        let mut seen = HashSet::new();
        let mut notes = Vec::new();
        for (at, change) in self.incoming.iter().enumerate() {
            if !matches!(self.outcome(at), Some(Outcome::Accepted { .. } | Outcome::Held(..))) {
                continue;
            }
            let Ok(read) = &change.read else { continue };
            let actor = read.actor;
            if !self.context.actors.contains_key(&actor) && self.is_own(at) && seen.insert(actor) {
                notes.push(ActorNote { actor, device: change.device, person: change.person });
            }
        }
        notes
    }

    /// What goes into the log, in order.
    pub(super) fn accepted_changes(&self) -> Vec<AcceptedChange<'b>> {
        let mut accepted = Vec::with_capacity(self.accepted.len());
        for at in &self.accepted {
            let (Some(change), Some(Outcome::Accepted { sequence, acceptance })) =
                (self.incoming.get(*at), self.outcome(*at))
            else {
                continue;
            };
            let Ok(read) = &change.read else { continue };
            let sheet = self.sheets.get(&change.document);
            let moved = sheet.and_then(|sheet| sheet.moved);
            let first = match (read.opening(), sheet.and_then(|sheet| sheet.about.as_ref())) {
                (Some(opening), Some(about)) => Some(NewDocument {
                    kind: about.kind.clone(),
                    // Where it is filed out of its phone's reach, it goes there from where the phone has it.
                    scope: if moved.is_some() { opening.header.scope } else { about.scope },
                    birth_scope: opening.header.scope,
                    author: about.author,
                    role: opening.header.role.clone(),
                    written: opening.header.written(),
                    doubtful: opening.doubtful,
                }),
                _ => None,
            };
            accepted.push(AcceptedChange {
                sequence: *sequence,
                acceptance: *acceptance,
                document: change.document,
                epoch: change.epoch,
                hash: change.hash,
                actor: read.actor,
                seq: read.seq,
                device: change.device,
                manifest: change.manifest,
                bytes: change.bytes,
                first,
            });
        }
        accepted
    }

    /// What the touched documents show now.
    pub(super) fn shown(&self) -> Vec<Shown<'s>> {
        let incoming = self.incoming;
        let mut shown = Vec::with_capacity(self.sheets.len());
        for (id, sheet) in &self.sheets {
            let (Some(last), Some(about)) = (sheet.added.last(), &sheet.about) else { continue };
            let opening = incoming.get(*last).and_then(|change| change.read.as_ref().ok());
            if let (Some(opening), 1) = (opening.and_then(Parsed::opening), sheet.added.len()) {
                shown.push(Shown {
                    document: *id,
                    rows: Cow::Borrowed(opening.rows.as_slice()),
                    updated: false,
                    conflicts: 0,
                    doubtful: opening.doubtful,
                    moved: sheet.moved,
                });
                continue;
            }
            // Where judging another change of it broke off, the document is made again.
            let again;
            let document = match &sheet.document {
                Some(document) => &**document,
                None => match self.load(*id) {
                    Some(loaded) => {
                        again = loaded;
                        &again
                    }
                    None => continue,
                },
            };
            let fields = document.fields();
            shown.push(Shown {
                document: *id,
                rows: Cow::Owned(projection::rows(document.header(), &fields, Some(about.arrival))),
                updated: true,
                conflicts: u32::try_from(document.conflicts().len()).unwrap_or(u32::MAX),
                doubtful: projection::doubtful(document.header(), &fields, Some(about.arrival)),
                moved: sheet.moved,
            });
        }
        // By place in the log, so that rows are written in the order of their keys.
        shown.sort_by_key(|shown| self.sheets.get(&shown.document).and_then(|sheet| sheet.added.first().copied()));
        shown
    }
}
