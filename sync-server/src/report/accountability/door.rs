//! What had been done at somebody's door by a moment: visits, what was handed over and explained, the pledge, the app,
//! whether somebody easily deceived was reached again (L1, L2, W2, W5, B5).
//!
//! Floor: sync-server, report. Invariants: reckoned by core's `doors` from the records that are known from where it is
//! seen, of a door and of those that were merged with it by then; whether the app was there is what the last who looked had written by then, never today's flag.

use std::collections::{BTreeSet, HashSet};

use qiaomen_core::doors::ConsentFacts;
use qiaomen_core::doors::{
    Contact, DoorFacts, Out, Period, PledgeFacts, Reach, ResidentFacts, VisitFacts, reach_again, standing,
};
use qiaomen_core::dossier::{Entry, dossier};
use qiaomen_core::playbook::Books;
use qiaomen_core::record::{
    AreaId, DocumentId, Explained, Given, HouseholdId, Outcome, PersonId, Record, ResidentId, ReviewState, Role, Scope,
    Time, Visit, Zone,
};
use serde::Serialize;

use super::trace::{CaseTrace, DoorTrace, Traced, View};

/// How a pledge was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// On the screen.
    Screen,
    /// On paper.
    Paper,
}

/// A visit to the door, or an attempt at one.
#[derive(Clone, Debug, Serialize)]
pub struct VisitThen {
    /// The visit.
    pub visit: DocumentId,
    /// When it ended.
    pub at: Time,
    /// When it arrived at the server.
    pub arrived: Time,
    /// Who went.
    pub by: PersonId,
    /// In which role.
    pub role: Role,
    /// What came of it.
    pub outcome: Outcome,
    /// Whether the person themselves was among those met; none where nobody is asked for in particular.
    pub met_them: Option<bool>,
    /// What was handed over.
    pub given: BTreeSet<Given>,
    /// What was explained.
    pub explained: BTreeSet<Explained>,
    /// Whether it does not count, because a review rejected it.
    pub rejected: bool,
    /// Whether its times cannot be relied upon.
    pub doubtful: bool,
    /// How many minutes after it happened it was written, where that is late.
    pub entered_late_minutes: Option<i64>,
}

/// A pledge that stood.
#[derive(Clone, Debug, Serialize)]
pub struct Pledged {
    /// The pledge.
    pub pledge: DocumentId,
    /// Who pledged.
    pub resident: ResidentId,
    /// When it was signed.
    pub at: Time,
    /// When it arrived at the server.
    pub arrived: Time,
    /// Who recorded it.
    pub by: PersonId,
    /// In which way.
    pub way: Way,
    /// Who signed for them, where they did not.
    pub proxy: Option<String>,
    /// Under which number the paper was filed.
    pub archive_number: Option<String>,
}

/// Who looked at the app last, and when.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Looked {
    /// When it was written.
    pub at: Time,
    /// When that arrived at the server.
    pub arrived: Time,
    /// Who.
    pub by: Option<PersonId>,
}

/// Whether the app was on somebody's telephone.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct AppThen {
    /// What was found; none where nobody had looked.
    pub installed: Option<bool>,
    /// By whom, and when.
    pub looked: Option<Looked>,
}

/// How it stood with somebody easily deceived.
#[derive(Clone, Debug, Serialize)]
pub struct ReachThen {
    /// When they were last reached.
    pub last: Option<Contact>,
    /// By when they were to be reached again; none for at once.
    pub due: Option<Time>,
    /// Whether that time had come.
    pub overdue: bool,
}

/// What had been done at a door.
#[derive(Clone, Debug, Serialize)]
pub struct DoorThen {
    /// The door.
    pub household: HouseholdId,
    /// The grid it lies in now.
    pub grid: AreaId,
    /// Why it was left out of the count.
    pub out: Option<Out>,
    /// How it had been reached, the best that came of any visit.
    pub reach: Reach,
    /// Whether the resident stood on the roster; none where nobody is asked for in particular.
    pub on_roster: Option<bool>,
    /// Visits and attempts, the oldest first.
    pub visits: Vec<VisitThen>,
    /// All that was handed over.
    pub given: BTreeSet<Given>,
    /// All that was explained.
    pub explained: BTreeSet<Explained>,
    /// Pledges of theirs that stood; of everybody's behind the door where nobody is asked for in particular.
    pub pledges: Vec<Pledged>,
    /// The app on their telephone.
    pub app: Option<AppThen>,
    /// How it stood with them if they were known as easily deceived.
    pub reach_again: Option<ReachThen>,
}

/// What a door is reckoned from.
pub(super) struct Asked<'a> {
    pub(super) door: &'a DoorTrace,
    pub(super) resident: Option<ResidentId>,
    /// Case files in which visits may name the door.
    pub(super) cases: &'a [CaseTrace],
    /// The town's playbooks: somebody is to be reached again by the one in force at the moment.
    pub(super) books: &'a Books,
    pub(super) zone: &'a Zone,
    pub(super) moment: Time,
}

/// Where the last accepted review of a record has it, as it is known from there.
fn review<'t>(facts: impl Iterator<Item = &'t Traced>, of: DocumentId, view: View) -> Option<ReviewState> {
    let reviews = facts.filter_map(|fact| match fact.seen(view) {
        Some(Record::Review(review)) if review.of == of => {
            Some((fact.stored.acceptance, fact.stored.id, review.state.clone()))
        }
        _ => None,
    });
    reviews.max_by_key(|(acceptance, id, _)| (*acceptance, *id)).map(|(_, _, state)| state)
}

/// A visit as core's `doors` take it; `whom` says who somebody is at the door.
fn visit_facts(
    id: DocumentId,
    visit: &Visit,
    review: Option<ReviewState>,
    whom: impl Fn(ResidentId) -> ResidentId,
) -> VisitFacts {
    VisitFacts {
        visit: id,
        purpose: visit.purpose.clone(),
        for_alert: visit.alert.is_some(),
        outcome: visit.outcome.clone(),
        met: visit.met.iter().map(|met| whom(*met)).collect(),
        ended: visit.ended,
        given: visit.given.clone(),
        explained: visit.explained.clone(),
        review,
    }
}

impl Asked<'_> {
    /// What core's `doors` reckon from, as it is known from there.
    fn facts(&self, view: View) -> Option<DoorFacts> {
        let (door, traced) = (self.door.door(view)?, self.door);
        let doors = traced.family(view);
        let them = self.them(view);
        // Whoever was met, or pledged, as their counterpart at a double is them.
        let whom = |who: ResidentId| self.resident.filter(|_| them.contains(&who)).unwrap_or(who);
        let Scope::Grid(grid) = traced.stored.scope else { return None };
        let mut facts = DoorFacts {
            household: traced.household,
            grid,
            address: door.address.clone(),
            walk: String::new(),
            door: door.door.clone(),
            removed: door.removed,
            residents: Vec::new(),
            visits: Vec::new(),
            pledges: Vec::new(),
            consents: Vec::new(),
        };
        for (id, resident) in &door.residents {
            let mut tags = resident.tags.clone();
            tags.remove(&qiaomen_core::record::Tag::EasilyDeceived);
            if traced.is_easily_deceived(view, *id) {
                tags.insert(qiaomen_core::record::Tag::EasilyDeceived);
            }
            facts.residents.push(ResidentFacts {
                resident: *id,
                name: resident.name.clone(),
                telephones: resident.telephones.iter().cloned().collect(),
                tags,
                app_installed: traced.wrote(view, *id, |resident| resident.app_installed).map(|wrote| wrote.value),
                left_town: resident.left_town,
                left_to: resident.left_to.clone(),
                left_contact: resident.left_contact.clone(),
                removed: resident.removed,
            });
        }
        let mut corrected: HashSet<DocumentId> = HashSet::new();
        for fact in traced.facts(view) {
            let id = fact.stored.id;
            match fact.seen(view) {
                Some(Record::Visit(visit)) => {
                    facts.visits.push(visit_facts(id, visit, review(traced.facts(view), id, view), whom));
                }
                Some(Record::Pledge(pledge)) => {
                    let review = review(traced.facts(view), id, view);
                    if review != Some(ReviewState::Rejected) {
                        corrected.extend(pledge.corrects);
                    }
                    facts.pledges.push(PledgeFacts {
                        pledge: id,
                        resident: whom(pledge.resident),
                        at: pledge.at,
                        on_paper: pledge.signature.is_none(),
                        archive_number: pledge.archive_number.clone(),
                        void: pledge.void,
                        corrected: false,
                        author: Some(fact.header.author),
                        review,
                    });
                }
                // A supervisor's word holds from when it was given.
                Some(Record::Consent(consent)) if consent.at <= self.moment => facts.consents.push(ConsentFacts {
                    consent: id,
                    acceptance: Some(fact.stored.acceptance),
                    out_of_count: consent.out_of_count,
                    reason: consent.reason.clone(),
                }),
                _ => {}
            }
        }
        for case in self.cases {
            for fact in &case.facts {
                if let Some(Record::Visit(visit)) = fact.seen(view)
                    && visit.household.is_some_and(|door| doors.contains(&door))
                {
                    let id = fact.stored.id;
                    facts.visits.push(visit_facts(id, visit, review(case.facts.iter(), id, view), whom));
                }
            }
        }
        for pledge in &mut facts.pledges {
            pledge.corrected = corrected.contains(&pledge.pledge);
        }
        facts.consents.sort_unstable_by_key(|facts| (facts.acceptance, facts.consent));
        Some(facts)
    }

    /// What had been done at the door by the moment, as it is known from there; none where the door itself was not
    /// known.
    pub(super) fn seen(&self, view: View) -> Option<DoorThen> {
        let facts = self.facts(view)?;
        // The moment itself is still before it.
        let period = Period { from: None, until: Some(self.moment.plus_millis(1)) };
        let stands = standing(&DoorFacts { removed: false, ..facts.clone() }, period)?;
        let reached = reach_again(&facts, self.books.in_force(self.moment), self.zone, self.moment);
        let entries: Vec<Entry> = dossier(self.door.facts(view).filter_map(|fact| fact.known(view)).collect());
        let them = self.them(view);
        let (mut visits, mut pledges) = (Vec::new(), Vec::new());
        for entry in entries.into_iter().filter(|entry| entry.at <= self.moment) {
            // Everything that lies at the door has arrived.
            let Some(arrived) = entry.arrived else { continue };
            match entry.record {
                Record::Visit(visit) => visits.push(VisitThen {
                    visit: entry.id,
                    at: entry.at,
                    arrived,
                    by: entry.by,
                    role: entry.role,
                    outcome: visit.outcome,
                    met_them: self.resident.map(|_| !visit.met.is_disjoint(&them)),
                    given: visit.given,
                    explained: visit.explained,
                    rejected: !facts.visits.iter().any(|facts| facts.visit == entry.id && facts.counts()),
                    doubtful: entry.doubtful,
                    entered_late_minutes: entry.entered_late_minutes,
                }),
                Record::Pledge(pledge)
                    if (self.resident.is_none() || them.contains(&pledge.resident))
                        && facts.pledges.iter().any(|facts| facts.pledge == entry.id && facts.stands()) =>
                {
                    pledges.push(Pledged {
                        pledge: entry.id,
                        resident: pledge.resident,
                        at: pledge.at,
                        arrived,
                        by: entry.by,
                        way: if pledge.signature.is_some() { Way::Screen } else { Way::Paper },
                        proxy: pledge.proxy.and_then(|proxy| proxy.name),
                        archive_number: pledge.archive_number,
                    });
                }
                _ => {}
            }
        }
        let counted = || visits.iter().filter(|visit| !visit.rejected);
        let told = || counted().filter(|visit| visit.outcome == Outcome::Met);
        Some(DoorThen {
            household: facts.household,
            grid: facts.grid,
            out: stands.out,
            reach: stands.reach,
            on_roster: self
                .resident
                .map(|resident| facts.residents.iter().any(|facts| facts.resident == resident && !facts.removed)),
            given: counted().flat_map(|visit| visit.given.iter().cloned()).collect(),
            explained: told().flat_map(|visit| visit.explained.iter().cloned()).collect(),
            app: self.resident.map(|resident| self.app(view, resident)),
            reach_again: self.resident.and_then(|resident| {
                let found = reached.into_iter().find(|line| line.who.resident == resident)?;
                Some(ReachThen { last: found.last, due: found.due, overdue: found.overdue })
            }),
            visits,
            pledges,
        })
    }

    /// Who is asked for, at each of the doors that are one as it is known from there.
    fn them(&self, view: View) -> BTreeSet<ResidentId> {
        self.resident.map(|resident| self.door.everywhere(view, resident)).unwrap_or_default()
    }

    fn app(&self, view: View, resident: ResidentId) -> AppThen {
        let wrote = self.door.wrote(view, resident, |resident| resident.app_installed);
        AppThen {
            installed: wrote.as_ref().map(|wrote| wrote.value),
            looked: wrote.map(|wrote| Looked { at: wrote.written, arrived: wrote.arrived, by: wrote.by }),
        }
    }
}
