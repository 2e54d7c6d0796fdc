//! A record as it was known at a moment beside the record as it is known now.
//!
//! Floor: sync-server, report. Invariants: what was known at a moment is what its changes came to that had arrived by
//! then, and nothing else; when a field was written is what its change says, when it was known is when that arrived.

use qiaomen_core::document::{Change, Document};
use qiaomen_core::dossier::Known;
use qiaomen_core::playbook::Place;
use qiaomen_core::record::{
    AlertId, DocumentId, Header, Household, HouseholdId, PersonId, Record, Resident, ResidentId, Scope, Tag, Time,
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

/// A door with all that was recorded at it.
#[derive(Clone, Debug)]
pub(super) struct DoorTrace {
    pub(super) household: HouseholdId,
    pub(super) stored: StoredDocument,
    steps: Vec<Step>,
    pub(super) facts: Vec<Traced>,
    moment: Time,
}

impl DoorTrace {
    /// The door's; none where there is no such door.
    pub(super) fn read(town: &Town, household: HouseholdId, moment: Time) -> Result<Option<Self>, StoreError> {
        let Some(stored) = town.store().document(household.into())? else { return Ok(None) };
        let changes = town.store().changes(household.into())?;
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
        let mut facts = Vec::new();
        for id in town.store().facts_of(household.into())? {
            // A fact belongs to its door while both lie in one grid.
            let Some(fact) = town.store().document(id)?.filter(|fact| fact.scope == stored.scope) else { continue };
            facts.extend(Traced::of(town, fact, &town.store().changes(id)?, moment)?);
        }
        Ok((!steps.is_empty()).then_some(Self { household, stored, steps, facts, moment }))
    }

    fn steps(&self, view: View) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| view == View::Now || step.arrived <= self.moment)
    }

    /// The door as it is known from there.
    pub(super) fn door(&self, view: View) -> Option<&Household> {
        self.steps(view).last().map(|step| &step.household)
    }

    /// What was last written by the moment of something about a resident, as it is known from there; none where nobody
    /// had written of it.
    pub(super) fn wrote<T: PartialEq>(
        &self,
        view: View,
        resident: ResidentId,
        of: impl Fn(&Resident) -> Option<T>,
    ) -> Option<Wrote<T>> {
        let (mut before, mut last): (Option<T>, Option<Wrote<T>>) = (None, None);
        for step in self.steps(view) {
            let value = step.household.residents.get(&resident).and_then(&of);
            if value != before
                && step.written <= self.moment
                && last.as_ref().is_none_or(|last| last.written <= step.written)
            {
                let (written, arrived, by) = (step.written, step.arrived, step.by);
                last = step.household.residents.get(&resident).and_then(&of).map(|value| Wrote {
                    value,
                    written,
                    arrived,
                    by,
                });
            }
            before = value;
        }
        last
    }

    /// Whether a resident was marked as easily deceived by the moment.
    pub(super) fn is_easily_deceived(&self, view: View, resident: ResidentId) -> bool {
        let marked = |resident: &Resident| Some(resident.tags.contains(&Tag::EasilyDeceived));
        self.wrote(view, resident, marked).is_some_and(|wrote| wrote.value)
    }
}
