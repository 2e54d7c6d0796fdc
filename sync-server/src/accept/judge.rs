//! Judging changes, one after another, on what stood at one moment and what the batch itself adds.
//!
//! Floor: accept; pure but for reading a person's earlier roles. Invariants: a kept verdict comes before
//! everything else; permission is judged from the server's columns, never from what a merged document says;
//! a later change is applied to its document before it counts as accepted; a panic while judging a change
//! is a refusal of that change alone.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use qiaomen_core::document::{Change, ChangeHash, Document};
use qiaomen_core::protocol::limits::{MAX_HELD, MAX_HELD_BYTES};
use qiaomen_core::protocol::{Refusal, Verdict};
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{
    ActorId, Area, AreaId, AreaLevel, DeviceId, DocumentId, Kind, PersonId, Record, ReviewState, Role, Scope, Subject,
    Time,
};

use super::incoming::{Incoming, Opening, Says, panicked, refusal};
use super::moves;
use crate::access::{self, Asker, Denied, Ground, SYSTEM};
use crate::store::{AreaRow, Context, HeldCount, Standing, Store, StoreError, Wanted};

/// How often a batch is gone through for changes whose holds end within it.
const ROUNDS: usize = 8;

/// How long after a role ended its work in the field is taken without a decision.
const GOOD_FAITH_HOURS: i64 = 14 * 24;

static NOBODY: Standing = Standing { roles: Vec::new(), sent: Vec::new(), made: Vec::new(), left: false };

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The verdict kept from before.
    Kept(Verdict),
    /// The same change as that at this position.
    Same(usize),
    /// It goes into the log.
    Accepted { sequence: u64, acceptance: u64 },
    /// It does not.
    Refused(Refusal),
    /// It follows one that does not.
    DependsOnRefused,
    /// It waits for a document, or for a person.
    Held(Refusal, Option<DocumentId>),
}

impl Outcome {
    pub(super) fn refused(code: &str) -> Self {
        Self::Refused(Refusal::new(code))
    }
}

/// What is known of one change of a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Accepted,
    Held,
    Refused,
}

/// A document as the batch goes on.
#[derive(Default)]
pub(super) struct Sheet {
    /// Its columns; none while its first change has not been accepted.
    pub(super) about: Option<About>,
    /// The document itself, loaded when a later change needs it; most of a batch need none.
    pub(super) document: Option<Box<Document>>,
    /// Positions of the batch's changes in it, in order.
    pub(super) added: Vec<usize>,
    /// Where it goes at once from where its phone filed it, if the phone does not hold that scope.
    pub(super) moved: Option<Scope>,
}

#[derive(Clone)]
pub(super) struct About {
    pub(super) kind: Kind,
    pub(super) scope: Scope,
    pub(super) author: PersonId,
    epoch: u32,
    pub(super) arrival: Time,
    acceptance: u64,
}

/// What an author might do where their phone was, and of that what they still might a short while ago.
struct Earlier {
    then: Standing,
    lately: Standing,
}

/// What good faith rests on: author, base, arrival.
type Faith = (PersonId, u64, Time);

/// Where a batch is judged.
pub(super) struct Bench<'s, 'b> {
    pub(super) store: &'s dyn Store,
    pub(super) context: Context,
    pub(super) incoming: &'s [Incoming<'b>],
    pub(super) now: Time,
    pub(super) sheets: HashMap<DocumentId, Sheet>,
    // In tables for all documents together: most of a batch have one change, for which tables of its own would
    // cost more than the judging.
    states: HashMap<(DocumentId, ChangeHash), State>,
    used: HashMap<(DocumentId, ActorId, u64), ChangeHash>,
    /// What bears a number without being in the log, by whose it is: nobody spends another's.
    spent: HashMap<(DocumentId, DeviceId, ActorId, u64), ChangeHash>,
    pub(super) outcomes: Vec<Option<Outcome>>,
    /// Accepted ones, in the log's order.
    pub(super) accepted: Vec<usize>,
    seen: HashMap<(DocumentId, ChangeHash), usize>,
    kept: HashMap<(DocumentId, ChangeHash, DeviceId), Verdict>,
    earlier: HashMap<Faith, Earlier>,
    held: HashMap<DeviceId, HeldCount>,
    /// Facts of the batch, by what they are about.
    pub(super) about: HashMap<DocumentId, Vec<DocumentId>>,
    /// Documents that the batch says nothing of and that go elsewhere with what they are about.
    pub(super) moved: HashMap<DocumentId, Scope>,
}

impl<'s, 'b> Bench<'s, 'b> {
    pub(super) fn new(store: &'s dyn Store, context: Context, incoming: &'s [Incoming<'b>], now: Time) -> Self {
        let most = context.documents.len() + incoming.len();
        let mut sheets: HashMap<DocumentId, Sheet> = HashMap::with_capacity(most);
        for (id, found) in &context.documents {
            let about = About {
                kind: found.kind.clone(),
                scope: found.scope,
                author: found.author,
                epoch: found.epoch,
                arrival: found.arrival,
                acceptance: found.acceptance,
            };
            sheets.entry(*id).or_default().about = Some(about);
        }
        let mut kept = HashMap::new();
        let mut states = HashMap::with_capacity(incoming.len());
        let mut used = HashMap::new();
        let mut spent = HashMap::with_capacity(incoming.len());
        for refused in &context.refused {
            states.insert((refused.document, refused.hash), State::Refused);
            if let Some((actor, seq)) = refused.used {
                spent.insert((refused.document, refused.device, actor, seq), refused.hash);
            }
            kept.insert((refused.document, refused.hash, refused.device), refused.verdict.clone());
        }
        for held in &context.held {
            states.insert((held.document, held.hash), State::Held);
            spent.insert((held.document, held.device, held.used.0, held.used.1), held.hash);
            kept.insert((held.document, held.hash, held.device), Verdict::Held(held.refusal.clone()));
        }
        for (id, changes) in &context.loaded {
            for change in changes {
                states.insert((*id, change.hash), State::Accepted);
                used.insert((*id, change.actor, change.seq), change.hash);
            }
        }
        let held = context.held_counts.clone();
        Self {
            store,
            context,
            incoming,
            now,
            sheets,
            states,
            used,
            spent,
            outcomes: vec![None; incoming.len()],
            accepted: Vec::new(),
            seen: HashMap::with_capacity(incoming.len()),
            kept,
            earlier: HashMap::new(),
            held,
            about: HashMap::new(),
            moved: HashMap::new(),
        }
    }

    /// Judges every change; those whose holds end within the batch are judged again.
    pub(super) fn judge_all(&mut self) -> Result<(), StoreError> {
        for at in 0..self.incoming.len() {
            self.settle(at)?;
        }
        for _ in 0..ROUNDS {
            let mut moved = false;
            for at in 0..self.incoming.len() {
                if matches!(self.outcomes.get(at), Some(Some(Outcome::Held(_, Some(_))))) && self.may_end(at) {
                    self.settle(at)?;
                    moved |= !matches!(self.outcomes.get(at), Some(Some(Outcome::Held(..))));
                }
            }
            if !moved {
                break;
            }
        }
        Ok(())
    }

    /// Whether what a change of the batch waits for has come, or will not.
    fn may_end(&self, at: usize) -> bool {
        match self.outcomes.get(at) {
            Some(Some(Outcome::Held(refusal, Some(document)))) => {
                refusal.code == "depends_on_held"
                    || self.sheets.get(document).is_some_and(|sheet| sheet.about.is_some())
            }
            _ => false,
        }
    }

    fn settle(&mut self, at: usize) -> Result<(), StoreError> {
        let judged = catch_unwind(AssertUnwindSafe(|| self.judge(at)));
        let mut outcome = match judged {
            Ok(outcome) => outcome?,
            Err(_) => {
                // Whatever it left half done is made again from the changes.
                if let Some(sheet) = self.incoming.get(at).and_then(|change| self.sheets.get_mut(&change.document)) {
                    sheet.document = None;
                }
                Outcome::Refused(panicked())
            }
        };
        let Some(change) = self.incoming.get(at) else { return Ok(()) };
        let before = self.outcomes.get(at).cloned().flatten();
        if matches!(outcome, Outcome::Held(..)) && change.held.is_none() && before.is_none() {
            let held = self.held.entry(change.device).or_default();
            match held.with(change.bytes.len(), MAX_HELD, MAX_HELD_BYTES) {
                Some(more) => *held = more,
                None => outcome = Outcome::refused("too_many_held"),
            }
        }
        let state = match &outcome {
            Outcome::Kept(_) | Outcome::Same(_) => None,
            Outcome::Accepted { .. } => Some(State::Accepted),
            Outcome::Held(..) => Some(State::Held),
            Outcome::Refused(_) | Outcome::DependsOnRefused => Some(State::Refused),
        };
        if let Some(state) = state {
            let own = self.is_own(at);
            // What is in the log stays there, whoever sends it again under another name.
            let known = self.states.entry((change.document, change.hash)).or_insert(state);
            if *known != State::Accepted {
                *known = state;
            }
            if let Ok(read) = &change.read
                && own
            {
                let number = (change.document, change.device, read.actor, read.seq);
                self.spent.entry(number).or_insert(change.hash);
            }
            if state == State::Accepted {
                self.sheets.entry(change.document).or_default().added.push(at);
                self.accepted.push(at);
            }
        }
        self.seen.entry((change.document, change.hash)).or_insert(at);
        if let Some(slot) = self.outcomes.get_mut(at) {
            *slot = Some(outcome);
        }
        Ok(())
    }

    fn judge(&mut self, at: usize) -> Result<Outcome, StoreError> {
        let Some(change) = self.incoming.get(at) else { return Ok(Outcome::refused("gate_panicked")) };
        let key = (change.document, change.hash);
        if change.held.is_none() {
            if let Some(verdict) = self.context.accepted.get(&key) {
                return Ok(Outcome::Kept(verdict.clone()));
            }
            if let Some(verdict) = self.kept.get(&(change.document, change.hash, change.device)) {
                return Ok(Outcome::Kept(verdict.clone()));
            }
            if let Some(first) = self.seen.get(&key).filter(|first| **first != at) {
                return Ok(Outcome::Same(*first));
            }
        }
        let read = match &change.read {
            Ok(read) => read,
            Err(refusal) => return Ok(Outcome::Refused(refusal.clone())),
        };
        let sheet = self.sheets.get(&change.document);
        let about = sheet.and_then(|sheet| sheet.about.as_ref());
        if change.epoch != about.map_or(0, |about| about.epoch) {
            return Ok(Outcome::refused("epoch_mismatch"));
        }
        if !self.is_own(at) {
            return Ok(Outcome::refused("actor_foreign"));
        }
        let used = self.used.get(&(change.document, read.actor, read.seq));
        let spent = self.spent.get(&(change.document, change.device, read.actor, read.seq));
        if used.into_iter().chain(spent).any(|hash| *hash != change.hash) {
            return Ok(Outcome::refused("actor_reused"));
        }
        match &read.says {
            Says::First(_) if about.is_some() => Ok(Outcome::refused("already_exists")),
            Says::First(Err(refusal)) => Ok(Outcome::Refused(refusal.clone())),
            Says::First(Ok(opening)) => self.judge_first(change, opening),
            Says::Later(later) => self.judge_later(change, later),
        }
    }

    fn judge_first(&mut self, change: &Incoming<'_>, opening: &Opening) -> Result<Outcome, StoreError> {
        let header = &opening.header;
        if header.id != change.document {
            return Ok(Outcome::refused("id_mismatch"));
        }
        if header.author != change.person {
            return Ok(Outcome::refused("author_mismatch"));
        }
        let scope = match self.filed(change, opening) {
            Ok(scope) => scope,
            Err(outcome @ Outcome::Held(..)) => {
                // Whoever has not even the role waits for nothing.
                if !access::has_role(self.asker(change.person), &header.role) {
                    self.look_back(change)?;
                    if !access::has_role(self.asker_then(change), &header.role) {
                        return Ok(Outcome::refused("role_not_held"));
                    }
                }
                return Ok(outcome);
            }
            Err(outcome) => return Ok(outcome),
        };
        let whole = opening.gist.whole.as_deref();
        let subject = opening.gist.about.map(Subject::document);
        if let Some(Record::Alert(alert)) = whole {
            self.context.alerts.insert(change.document.into(), alert.area);
        }
        let within_reach = match self.may_create(change, header.role.clone(), &header.kind, scope, subject)? {
            Ok(within_reach) => within_reach,
            Err(outcome) => {
                if matches!(whole, Some(Record::Alert(_))) {
                    self.context.alerts.remove(&change.document.into());
                }
                return Ok(outcome);
            }
        };
        match whole {
            Some(Record::Area(area)) => self.note_area(change.document, area),
            Some(Record::Review(review)) => {
                if let Err(outcome) = self.still_seen(review)? {
                    return Ok(outcome);
                }
                self.note_review(review);
            }
            _ => {}
        }
        if let Some(subject) = subject {
            self.about.entry(subject).or_default().push(change.document);
        }
        // Nothing about a subject counts as earlier than the subject.
        let subject = subject.and_then(|subject| self.sheets.get(&subject)?.about.as_ref());
        let (outcome, acceptance) = self.place(change, subject.map_or(0, |subject| subject.acceptance));
        let sheet = self.sheets.entry(change.document).or_default();
        sheet.moved = (!within_reach && header.scope != scope).then_some(scope);
        sheet.about = Some(About {
            kind: header.kind.clone(),
            scope,
            author: header.author,
            epoch: change.epoch,
            arrival: self.now,
            acceptance,
        });
        Ok(outcome)
    }

    /// Where a new record lies: with its subject, or where its kind does.
    fn filed(&self, change: &Incoming<'_>, opening: &Opening) -> Result<Scope, Outcome> {
        let header = &opening.header;
        let about = |id: DocumentId| self.sheets.get(&id).and_then(|sheet| sheet.about.as_ref());
        let fits = |fits: bool| if fits { Ok(header.scope) } else { Err(Outcome::refused("scope_mismatch")) };
        let gist = &opening.gist;
        let Some(subject) = gist.about else {
            return match (&header.kind, gist.whole.as_deref(), header.scope) {
                (
                    Kind::Area
                    | Kind::Person
                    | Kind::Routing
                    | Kind::Duty
                    | Kind::Script
                    | Kind::Reminder
                    | Kind::Phase
                    | Kind::Rulebook
                    | Kind::PledgeText,
                    _,
                    scope,
                ) => fits(scope == Scope::Town),
                (Kind::Question | Kind::Draw, _, scope) => fits(scope == Scope::Intake),
                (Kind::Whereabouts, _, Scope::Grid(grid)) => {
                    fits(self.context.areas.get(&grid).is_some_and(|area| area.level == AreaLevel::Grid))
                }
                (Kind::Household | Kind::Unit, _, Scope::Grid(grid)) => {
                    let moved = gist.moved_to.is_some_and(|to| to != grid);
                    fits(!moved && self.context.areas.get(&grid).is_some_and(|area| area.level == AreaLevel::Grid))
                }
                (Kind::Alert, Some(Record::Alert(alert)), scope) => {
                    if !self.context.areas.contains_key(&alert.area) {
                        return Err(Outcome::Refused(Refusal::field("invalid", "area")));
                    }
                    fits(scope == Scope::CaseFile(change.document.into()))
                }
                _ => fits(false),
            };
        };
        let wait = |for_what: DocumentId, scope: Scope| {
            // What nobody of this role could write anywhere need not wait.
            if access::could_create(&header.kind, scope, &header.role) {
                Outcome::Held(Refusal::new("waits_for_subject"), Some(for_what))
            } else {
                Outcome::refused("not_permitted")
            }
        };
        let likely = match subject {
            Subject::Household(_) => Scope::Grid(change.document.into()),
            Subject::Alert(alert) => Scope::CaseFile(alert),
            // Wherever that lies, the table says the same for both sorts of scope.
            Subject::Record(_) | Subject::Any(_) => header.scope,
        };
        let scope = match about(subject.document()) {
            None => return Err(wait(subject.document(), likely)),
            Some(about) if !subject.may_be(&about.kind) => return Err(Outcome::refused("subject_mismatch")),
            Some(about) => about.scope,
        };
        if let Some((named, kind)) = &gist.names {
            match about(*named) {
                None => return Err(wait(*named, scope)),
                Some(about) if about.kind != *kind || about.scope != scope => {
                    return Err(Outcome::refused("subject_mismatch"));
                }
                Some(_) => {}
            }
        }
        Ok(scope)
    }

    /// Whether a record may be created; if so, whether its author holds the scope it lies in.
    fn may_create(
        &mut self,
        change: &Incoming<'_>,
        role: Role,
        kind: &Kind,
        scope: Scope,
        subject: Option<DocumentId>,
    ) -> Result<Result<bool, Outcome>, StoreError> {
        let denied = match access::may_create(self.asker(change.person), &role, kind, scope, self.ground()) {
            Ok(()) => return Ok(Ok(true)),
            Err(Denied::NotPermitted | Denied::FieldNotCovered(_)) => {
                return Ok(Err(Outcome::refused("not_permitted")));
            }
            Err(_) if change.excused => return Ok(Ok(false)),
            Err(denied) => denied,
        };
        self.look_back(change)?;
        // What it is about may have lain elsewhere then.
        let before = match subject {
            Some(subject) => self.store.departed_after(subject, change.base)?,
            None => None,
        };
        if let Some(Scope::Grid(grid)) = before {
            self.know_areas(vec![grid])?;
        }
        let scope = before.unwrap_or(scope);
        let may = |asker| access::may_create(asker, &role, kind, scope, self.ground()).is_ok();
        Ok(match denied {
            _ if may(self.asker_then(change)) => {
                if kind.is_fact() && may(self.asker_lately(change)) {
                    Ok(false)
                } else {
                    Err(Outcome::Held(Refusal::new("needs_decision"), None))
                }
            }
            Denied::RoleNotHeld => Err(Outcome::refused("role_not_held")),
            _ => Err(Outcome::refused("not_permitted")),
        })
    }

    fn judge_later(&mut self, change: &Incoming<'_>, parsed: &Change<'_>) -> Result<Outcome, StoreError> {
        let document = change.document;
        let of = |hash: &ChangeHash| self.states.get(&(document, *hash)).copied();
        let states: Vec<Option<State>> = parsed.dependencies().iter().map(of).collect();
        let any = |state: Option<State>| states.contains(&state);
        let (refused, held, missing) = (any(Some(State::Refused)), any(Some(State::Held)), any(None));
        if refused {
            return Ok(Outcome::DependsOnRefused);
        }
        if held {
            return Ok(Outcome::Held(Refusal::new("depends_on_held"), Some(document)));
        }
        if missing && change.claimed.is_some() {
            return Ok(Outcome::Held(Refusal::new("waits_for_dependency"), Some(document)));
        }
        let Some(about) = self.sheets.get(&document).and_then(|sheet| sheet.about.clone()) else {
            return Ok(Outcome::refused("unknown_document"));
        };
        let edits = match self.examine(document, parsed) {
            Ok(edits) => edits,
            Err(outcome) => return Ok(outcome),
        };
        if let Err(outcome) = self.may_edit(change, &about, &edits)? {
            return Ok(outcome);
        }
        // What a supervisor approved stands as they saw it until they decide otherwise.
        if self.context.approved.contains(&document) && !change.excused {
            return Ok(Outcome::Held(Refusal::new("approved"), None));
        }
        if about.kind == Kind::Review
            && let Some(review) = self.review_after(document, &edits)
        {
            if let Err(outcome) = self.still_seen(&review)? {
                return Ok(outcome);
            }
            if review.state == ReviewState::Approved {
                self.note_review(&review);
            }
        }
        let moves = edits.iter().any(|edit| moves::is_move(&about.kind, edit));
        if moves && let Err(outcome) = self.may_move(change, &about, &edits)? {
            return Ok(outcome);
        }
        if let Err(outcome) = self.apply(document, parsed) {
            return Ok(outcome);
        }
        if moves {
            self.follow(document, about.scope)?;
        }
        Ok(self.place(change, 0).0)
    }

    fn examine(&mut self, document: DocumentId, parsed: &Change<'_>) -> Result<Vec<Edit>, Outcome> {
        if self.sheets.get(&document).is_some_and(|sheet| sheet.document.is_none()) {
            let loaded = self.load(document).ok_or_else(|| Outcome::refused("gate_engine"))?;
            if let Some(sheet) = self.sheets.get_mut(&document) {
                sheet.document = Some(Box::new(loaded));
            }
        }
        let loaded = self.sheets.get(&document).and_then(|sheet| sheet.document.as_ref());
        let loaded = loaded.ok_or_else(|| Outcome::refused("unknown_document"))?;
        loaded.examine(parsed).map_err(|error| Outcome::Refused(refusal(&error)))
    }

    /// The document from the log's changes and the batch's accepted ones.
    pub(super) fn load(&self, document: DocumentId) -> Option<Document> {
        let stored = self.context.loaded.get(&document);
        let stored = stored.into_iter().flatten().map(|change| change.bytes.as_slice());
        let added = self.sheets.get(&document).map_or(&[][..], |sheet| &sheet.added);
        let added = added.iter().filter_map(|at| self.incoming.get(*at)).map(|change| change.bytes);
        Document::load(stored.chain(added)).ok()
    }

    /// Applies a change that may be made.
    fn apply(&mut self, document: DocumentId, parsed: &Change<'_>) -> Result<(), Outcome> {
        let Some(sheet) = self.sheets.get_mut(&document) else { return Ok(()) };
        let Some(loaded) = sheet.document.as_mut() else { return Ok(()) };
        loaded.apply_examined(parsed).map_err(|error| Outcome::Refused(refusal(&error)))?;
        let checked = loaded.record().and_then(|record| record.validate().map(|()| record));
        match checked {
            Ok(Record::Area(area)) => self.note_area(document, &area),
            Ok(Record::Alert(alert)) => {
                self.context.alerts.insert(document.into(), alert.area);
            }
            // Two edits that were each right may not fit together: neither is lost, and the conflict or the
            // next edit puts it right. What one edit alone would break, the gate has refused.
            Ok(_) | Err(_) => {}
        }
        Ok(())
    }

    fn may_edit(
        &mut self,
        change: &Incoming<'_>,
        about: &About,
        edits: &[Edit],
    ) -> Result<Result<(), Outcome>, StoreError> {
        let keys = edits.iter().filter_map(|edit| edit.path.first()).map(|key| &**key);
        let own = about.author == change.person;
        let may = |asker: Asker<'_>, ground: Ground<'_>| {
            access::may_edit(asker, own, &about.kind, about.scope, keys.clone(), ground)
        };
        let refusal = match may(self.asker(change.person), self.ground()) {
            Ok(()) => return Ok(Ok(())),
            Err(Denied::NotPermitted) => return Ok(Err(Outcome::refused("not_permitted"))),
            Err(Denied::FieldNotCovered(field)) => Refusal::field("field_not_covered", &field),
            Err(Denied::Elsewhere | Denied::RoleNotHeld) if change.excused => return Ok(Ok(())),
            Err(Denied::Elsewhere | Denied::RoleNotHeld) => Refusal::new("not_permitted"),
        };
        self.look_back(change)?;
        Ok(match may(self.asker_then(change), self.ground()) {
            Ok(()) if change.excused => Ok(()),
            Ok(()) => Err(Outcome::Held(Refusal::new("needs_decision"), None)),
            Err(_) => Err(Outcome::Refused(refusal)),
        })
    }

    /// The next place in the log, and its acceptance number: the one claimed, if it lies above `floor`.
    fn place(&self, change: &Incoming<'_>, floor: u64) -> (Outcome, u64) {
        let sequence = self.context.size + 1 + self.accepted.len() as u64;
        let acceptance = change.claimed.filter(|claimed| *claimed > floor).unwrap_or(sequence);
        (Outcome::Accepted { sequence, acceptance }, acceptance)
    }

    fn note_area(&mut self, document: DocumentId, area: &Area) {
        self.context.areas.insert(document.into(), AreaRow { level: area.level.clone(), parent: area.parent });
    }

    pub(super) fn ground(&self) -> Ground<'_> {
        Ground { areas: &self.context.areas, alerts: &self.context.alerts }
    }

    pub(super) fn asker(&self, person: PersonId) -> Asker<'_> {
        if person == SYSTEM {
            return Asker::System;
        }
        Asker::Person(self.context.people.get(&person).unwrap_or(&NOBODY))
    }

    /// Reads what the author might do where their phone was.
    fn look_back(&mut self, change: &Incoming<'_>) -> Result<(), StoreError> {
        let key = (change.person, change.base, change.arrival);
        if !self.earlier.contains_key(&key) {
            let then = access::standing_at(self.store, change.person, change.base, None)?;
            let since = change.arrival.plus_hours(-GOOD_FAITH_HOURS);
            let lately = access::standing_at(self.store, change.person, change.base, Some(since))?;
            // The areas of roles that they have no longer are asked for nowhere else.
            self.know_areas(then.roles.iter().map(|(_, area)| *area).collect())?;
            self.earlier.insert(key, Earlier { then, lately });
        }
        Ok(())
    }

    pub(super) fn know_areas(&mut self, mut areas: Vec<AreaId>) -> Result<(), StoreError> {
        areas.retain(|area| !self.context.areas.contains_key(area));
        if areas.is_empty() {
            return Ok(());
        }
        let more = self.store.context(&Wanted { areas, ..Wanted::default() })?;
        for (area, row) in more.areas {
            self.context.areas.entry(area).or_insert(row);
        }
        Ok(())
    }

    fn asker_then(&self, change: &Incoming<'_>) -> Asker<'_> {
        match self.earlier.get(&(change.person, change.base, change.arrival)) {
            Some(earlier) => Asker::Person(&earlier.then),
            None => self.asker(change.person),
        }
    }

    /// What they might do until a short while ago; nothing where they left.
    fn asker_lately(&self, change: &Incoming<'_>) -> Asker<'_> {
        let left = self.context.people.get(&change.person).is_some_and(|standing| standing.left);
        match self.earlier.get(&(change.person, change.base, change.arrival)) {
            Some(earlier) if !left => Asker::Person(&earlier.lately),
            _ => Asker::Person(&NOBODY),
        }
    }
}
