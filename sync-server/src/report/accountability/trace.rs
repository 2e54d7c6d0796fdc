//! A record as it was known at a moment beside the record as it is known now.
//!
//! Floor: sync-server, report. Invariants: what was known at a moment is what its changes came to that had arrived by
//! then, and nothing else; when a field was written is what its change says, when it was known is when that arrived. Doors
//! are one where their merge was known from there, so what lies at a double counts at a moment only if the server had been
//! told by then whose double it is.

use std::collections::BTreeSet;

use qiaomen_core::document::{Change, Document};
use qiaomen_core::dossier::{Known, everywhere};
use qiaomen_core::playbook::Place;
use qiaomen_core::projection::Cell;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    AlertId, DecisionAbout, DocumentId, Header, Household, HouseholdId, Kind, PersonId, Record, Resident, ResidentId,
    Scope, Tag, Time,
};

use crate::store::{StoreError, StoredChange, StoredDocument, Wanted};
use crate::town::Town;

/// From where something is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// From the moment: what had arrived by then.
    Then,
    /// From now: all that has arrived.
    Now,
}

/// One record.
#[derive(Clone, Debug)]
pub(super) struct Traced {
    pub(super) stored: StoredDocument,
    pub(super) header: Header,
    pub(super) place: Place,
    /// What it said at the moment; none where the server did not have it.
    then: Option<Record>,
    now: Record,
    /// When the first change of it arrived that came after the moment, where it was there before.
    pub(super) changed: Option<Time>,
}

impl Traced {
    /// Traces a record; none where this version cannot read it.
    fn of(
        town: &Town,
        stored: StoredDocument,
        changes: &[StoredChange],
        moment: Time,
    ) -> Result<Option<Self>, StoreError> {
        let load = |raw: &mut dyn Iterator<Item = &[u8]>| {
            let document = Document::load(raw).ok()?;
            Some((document.header().clone(), document.record().ok()?))
        };
        let whole = load(&mut changes.iter().map(|change| change.bytes.as_slice()));
        let (Some((header, now)), Some(first)) = (whole, changes.first()) else { return Ok(None) };
        let had = match stored.arrival <= moment {
            true => town.store().changes_until(stored.id, 0, Some(moment))?,
            false => Vec::new(),
        };
        let then = if had.len() == changes.len() {
            Some(now.clone())
        } else {
            load(&mut had.iter().map(Vec::as_slice)).map(|(_, record)| record)
        };
        let changed = match changes.get(had.len()).filter(|_| !had.is_empty()) {
            Some(later) => Some(arrival(town, later)?),
            None => None,
        };
        let place = Place {
            acceptance: Some(stored.acceptance),
            healed: first.sequence != stored.acceptance,
            change_hash: *first.hash.bytes(),
            sent: None,
        };
        Ok(Some(Self { stored, header, place, then, now, changed }))
    }

    /// What it says, seen from there.
    pub(super) const fn seen(&self, view: View) -> Option<&Record> {
        match view {
            View::Then => self.then.as_ref(),
            View::Now => Some(&self.now),
        }
    }

    /// The record as dossiers take it, seen from there.
    pub(super) fn known(&self, view: View) -> Option<Known> {
        Some(Known {
            id: self.stored.id,
            header: self.header.clone(),
            record: self.seen(view)?.clone(),
            acceptance: Some(self.stored.acceptance),
            arrival: Some(self.stored.arrival),
        })
    }
}

fn arrival(town: &Town, change: &StoredChange) -> Result<Time, StoreError> {
    let row = town.store().log_entries(change.sequence.saturating_sub(1), 1)?;
    row.first().map(|row| row.entry.arrival).ok_or(StoreError::Damaged("an entry of the log"))
}

/// Everything in an alert's case file; the alert itself is the first.
#[derive(Clone, Debug)]
pub(super) struct CaseTrace {
    pub(super) alert: AlertId,
    pub(super) own: Traced,
    pub(super) facts: Vec<Traced>,
}

impl CaseTrace {
    /// The case file of an alert; none where there is none.
    pub(super) fn read(town: &Town, alert: AlertId, moment: Time) -> Result<Option<Self>, StoreError> {
        let (mut own, mut facts) = (None, Vec::new());
        for (stored, changes) in town.store().lying_in(Scope::CaseFile(alert))? {
            let is_own = stored.id == alert.into();
            match Traced::of(town, stored, &changes, moment)? {
                Some(traced) if is_own => own = Some(traced),
                Some(traced) => facts.push(traced),
                None => {}
            }
        }
        let documents: Vec<DocumentId> = facts.iter().map(|fact| fact.stored.id).collect();
        for sent in town.store().first_sent(&documents)? {
            if let Some(fact) = facts.iter_mut().find(|fact| fact.stored.id == sent.receipt) {
                fact.place.sent = Some(sent.at);
            }
        }
        Ok(own.map(|own| Self { alert, own, facts }))
    }
}

/// A door after one change of it.
#[derive(Clone, Debug)]
struct Step {
    written: Time,
    arrived: Time,
    by: Option<PersonId>,
    household: Household,
}

/// A field, and the writing that it goes back to.
#[derive(Clone, Debug)]
pub(super) struct Wrote<T> {
    pub(super) value: T,
    pub(super) written: Time,
    pub(super) arrived: Time,
    pub(super) by: Option<PersonId>,
}

/// A door, change after change.
#[derive(Clone, Debug)]
struct Told {
    id: HouseholdId,
    steps: Vec<Step>,
}

impl Told {
    /// None where it lies elsewhere, or is no door.
    fn read(town: &Town, id: HouseholdId, scope: Option<Scope>) -> Result<Option<(StoredDocument, Self)>, StoreError> {
        let stored = town.store().document(id.into())?;
        let Some(stored) = stored.filter(|stored| scope.is_none_or(|scope| stored.scope == scope)) else {
            return Ok(None);
        };
        let changes = town.store().changes(id.into())?;
        let wanted = Wanted { actors: changes.iter().map(|change| change.actor).collect(), ..Wanted::default() };
        let actors = town.store().context(&wanted)?.actors;
        let mut steps: Vec<Step> = Vec::with_capacity(changes.len());
        let mut document: Option<Document> = None;
        for change in &changes {
            let Ok(parsed) = Change::parse(&change.bytes) else { continue };
            match &mut document {
                None => document = Document::load([change.bytes.as_slice()]).ok(),
                Some(document) => {
                    // One that this version does not take shows nowhere else either.
                    let _ = document.apply(&parsed);
                }
            }
            let record = document.as_ref().and_then(|document| document.record().ok());
            if let Some(Record::Household(household)) = record {
                steps.push(Step {
                    written: Time::from_millis(parsed.seconds().saturating_mul(1_000)),
                    arrived: arrival(town, change)?,
                    by: actors.get(&change.actor).map(|note| note.person),
                    household,
                });
            }
        }
        Ok((!steps.is_empty()).then_some((stored, Self { id, steps })))
    }

    /// The doors that it was ever merged into.
    fn merged(&self) -> impl Iterator<Item = HouseholdId> {
        self.steps.iter().filter_map(|step| step.household.merged_into)
    }
}

/// A door with all that was recorded at it, and at those that are or were merged with it.
#[derive(Clone, Debug)]
pub(super) struct DoorTrace {
    pub(super) household: HouseholdId,
    pub(super) stored: StoredDocument,
    /// The door and its doubles, those merged with it no longer too.
    doors: Vec<Told>,
    /// What was recorded at any of them.
    facts: Vec<Traced>,
    /// Of these, what lies at the door as it is known from then, and from now.
    then: BTreeSet<DocumentId>,
    now: BTreeSet<DocumentId>,
    moment: Time,
}

/// The doors that were merged with a door once, by the records of why.
fn once_merged(town: &Town, door: HouseholdId) -> Result<BTreeSet<HouseholdId>, StoreError> {
    let mut found = BTreeSet::new();
    town.store().walk_cells("decision", &["subject", "about", "other"], &mut |_, cells| {
        if let [Cell::Blob(gone), Cell::Text(about), Cell::Blob(kept)] = cells
            && *about == *DecisionAbout::Merge.word()
            && let (Ok(gone), Ok(kept)) = (HouseholdId::from_slice(gone), HouseholdId::from_slice(kept))
        {
            found.extend((gone == door).then_some(kept));
            found.extend((kept == door).then_some(gone));
        }
        Ok(())
    })?;
    Ok(found)
}

impl DoorTrace {
    /// The door's; none where there is no such door.
    pub(super) fn read(town: &Town, household: HouseholdId, moment: Time) -> Result<Option<Self>, StoreError> {
        let Some((stored, own)) = Told::read(town, household, None)? else { return Ok(None) };
        let (mut doors, mut ids) = (Vec::new(), BTreeSet::new());
        let mut seen = BTreeSet::from([household]);
        let mut next = vec![own];
        while let Some(door) = next.pop() {
            let mut more: BTreeSet<HouseholdId> = door.merged().collect();
            more.extend(once_merged(town, door.id)?);
            for id in town.store().facts_of(door.id.into())? {
                let is_door = town.store().document(id)?.is_some_and(|fact| fact.kind == Kind::Household);
                if is_door {
                    more.insert(id.into());
                } else {
                    ids.insert(id);
                }
            }
            doors.push(door);
            for id in more {
                if seen.insert(id) {
                    // Doors are one while both lie in one grid.
                    next.extend(Told::read(town, id, Some(stored.scope))?.map(|(_, door)| door));
                }
            }
        }
        let mut facts = Vec::new();
        for id in ids {
            // A fact belongs to its door while both lie in one grid.
            let Some(fact) = town.store().document(id)?.filter(|fact| fact.scope == stored.scope) else { continue };
            facts.extend(Traced::of(town, fact, &town.store().changes(id)?, moment)?);
        }
        let (then, now) = (BTreeSet::new(), BTreeSet::new());
        let mut trace = Self { household, stored, doors, facts, then, now, moment };
        (trace.then, trace.now) = (trace.lying(View::Then), trace.lying(View::Now));
        Ok(Some(trace))
    }

    /// What lies at the door, as it is known from there.
    fn lying(&self, view: View) -> BTreeSet<DocumentId> {
        let doors = self.family(view);
        let mut found = BTreeSet::new();
        for fact in &self.facts {
            let at = match fact.seen(view) {
                Some(Record::Visit(visit)) => visit.household,
                Some(Record::Pledge(pledge)) => Some(pledge.household),
                Some(Record::Consent(consent)) => Some(consent.household),
                _ => None,
            };
            found.extend(at.filter(|door| doors.contains(door)).map(|_| fact.stored.id));
        }
        // What was said of these: first reviews, then what was decided of any of them.
        for fact in &self.facts {
            if let Some(Record::Review(review)) = fact.seen(view)
                && found.contains(&review.of)
            {
                found.insert(fact.stored.id);
            }
        }
        for fact in &self.facts {
            if let Some(Record::Decision(decision)) = fact.seen(view)
                && (found.contains(&decision.subject) || doors.contains(&decision.subject.into()))
            {
                found.insert(fact.stored.id);
            }
        }
        found
    }

    fn steps<'d>(&self, door: &'d Told, view: View) -> impl DoubleEndedIterator<Item = &'d Step> {
        let moment = self.moment;
        door.steps.iter().filter(move |step| view == View::Now || step.arrived <= moment)
    }

    fn told(&self, door: &Told, view: View) -> Option<Household> {
        self.steps(door, view).next_back().map(|step| step.household.clone())
    }

    /// The door and those that are one with it, as it is known from there.
    pub(super) fn family(&self, view: View) -> BTreeSet<HouseholdId> {
        let merged = |door: &Told| {
            let last = self.steps(door, view).next_back()?;
            Some((door.id, last.household.merged_into.filter(|into| self.doors.iter().any(|door| door.id == *into))?))
        };
        let pairs: Vec<(HouseholdId, HouseholdId)> = self.doors.iter().filter_map(merged).collect();
        let mut found = BTreeSet::from([self.household]);
        loop {
            let before = found.len();
            for (gone, kept) in &pairs {
                if found.contains(gone) || found.contains(kept) {
                    found.extend([*gone, *kept]);
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    /// Who a resident is at the doors that are one, as it is known from there; themselves among them.
    pub(super) fn everywhere(&self, view: View, resident: ResidentId) -> BTreeSet<ResidentId> {
        let family = self.family(view);
        let doors = self.doors.iter().filter(|door| family.contains(&door.id));
        let doors: Vec<Household> = doors.filter_map(|door| self.told(door, view)).collect();
        everywhere(resident, &doors)
    }

    /// What was recorded at the door, as it is known from there.
    pub(super) fn facts(&self, view: View) -> impl Iterator<Item = &Traced> {
        self.facts.iter().filter(move |fact| self.lies(fact.stored.id, view))
    }

    /// Whether a fact lies at the door, as it is known from there.
    pub(super) fn lies(&self, fact: DocumentId, view: View) -> bool {
        match view {
            View::Then => self.then.contains(&fact),
            View::Now => self.now.contains(&fact),
        }
    }

    /// All that was recorded at the door, as it is known from anywhere.
    pub(super) fn every_fact(&self) -> impl Iterator<Item = &Traced> {
        self.facts.iter().filter(|fact| self.lies(fact.stored.id, View::Then) || self.lies(fact.stored.id, View::Now))
    }

    /// The door as it is known from there.
    pub(super) fn door(&self, view: View) -> Option<Household> {
        self.doors.iter().find(|door| door.id == self.household).and_then(|door| self.told(door, view))
    }

    /// What was last written by the moment of something about a resident, as it is known from there, at whichever of the
    /// doors that are one; none where nobody had written of it.
    pub(super) fn wrote<T: PartialEq>(
        &self,
        view: View,
        resident: ResidentId,
        of: impl Fn(&Resident) -> Option<T>,
    ) -> Option<Wrote<T>> {
        let (family, them) = (self.family(view), self.everywhere(view, resident));
        let mut writings: Vec<(&Step, Option<T>)> = Vec::new();
        for door in self.doors.iter().filter(|door| family.contains(&door.id)) {
            for who in &them {
                let mut before: Option<T> = None;
                for step in self.steps(door, view) {
                    let value = step.household.residents.get(who).and_then(&of);
                    if value != before && step.written <= self.moment {
                        writings.push((step, step.household.residents.get(who).and_then(&of)));
                    }
                    before = value;
                }
            }
        }
        writings.sort_by_key(|(step, _)| step.written);
        let mut last: Option<Wrote<T>> = None;
        for (step, value) in writings {
            // Whoever merged two doors copied what stood there, and looked at nothing.
            if value.is_some() && value.as_ref() == last.as_ref().map(|last| &last.value) {
                continue;
            }
            last = value.map(|value| Wrote { value, written: step.written, arrived: step.arrived, by: step.by });
        }
        last
    }

    /// Whether a resident was marked as easily deceived by the moment, at any of the doors that are one.
    pub(super) fn is_easily_deceived(&self, view: View, resident: ResidentId) -> bool {
        let (family, them) = (self.family(view), self.everywhere(view, resident));
        self.doors.iter().filter(|door| family.contains(&door.id)).any(|door| {
            let written = self.steps(door, view).filter(|step| step.written <= self.moment);
            let last = written.max_by_key(|step| step.written);
            last.is_some_and(|step| {
                let marked =
                    |who| step.household.residents.get(who).map(|said| said.tags.contains(&Tag::EasilyDeceived));
                them.iter().any(|who| marked(who) == Some(true))
            })
        })
    }
}
