//! Alerts as they are answered: whose, how they stand, what is due, whom they reached (Q5, L11).
//!
//! Floor: sync-server, command. Invariant: everything is reckoned from the case file when it is shown.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::playbook::{CaseResult, DueKind, DueState, DueVisit};
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{AlertId, DocumentId, Level, Person, PersonId, Record, Scope, Time};
use serde::Serialize;

use super::super::Place;
use super::super::open::Session;
use super::super::output::{self, Failure};
use super::{List, word};
use crate::report::cases::CaseFile;

/// Somebody, as an answer names them.
#[derive(Serialize)]
struct Somebody {
    id: PersonId,
    name: Option<String>,
    /// When it became theirs, was offered to them, or they say they took it.
    at: Time,
    /// The record by which.
    record: DocumentId,
}

#[derive(Serialize)]
struct DueLine {
    kind: DueKind,
    due: Time,
    state: DueState,
    late_minutes: i64,
    attempts: u32,
}

/// One alert, as it is answered.
#[derive(Serialize)]
struct Shown {
    id: AlertId,
    number: Option<String>,
    name: String,
    level: String,
    result: CaseResult,
    issued: Time,
    series_ends: Time,
    owner: Option<Somebody>,
    holders: Vec<Somebody>,
    offers: Vec<Somebody>,
    contests: Vec<Somebody>,
    overdue: usize,
    due: Vec<DueLine>,
    accident: Option<Time>,
    sent_after_alert: Option<Time>,
    stop_payment_owed: bool,
    release_owed: bool,
    /// To whom it came, who looked at it and who took it.
    reached: Vec<Reached>,
}

/// How far an alert has come with somebody (L11).
#[derive(Serialize)]
struct Reached {
    id: PersonId,
    name: Option<String>,
    /// When it was first sent to a phone of theirs.
    delivered: Option<Time>,
    /// When they first looked at it.
    seen: Option<Time>,
    /// When they took it.
    accepted: Option<Time>,
}

fn reached(session: &Session, people: &People, file: &CaseFile) -> Result<Vec<Reached>, Failure> {
    let mut found: BTreeMap<PersonId, Reached> = BTreeMap::new();
    let mut of = |id: PersonId, note: &dyn Fn(&mut Reached)| {
        let name = people.get(&id).map(|person| person.name.clone());
        note(found.entry(id).or_insert(Reached { id, name, delivered: None, seen: None, accepted: None }));
    };
    let first = |have: Option<Time>, at: Time| Some(have.map_or(at, |have| have.min(at)));
    for (_, person, at) in session.town.store().delivered(file.id)? {
        of(person, &|reached| reached.delivered = first(reached.delivered, at));
    }
    for fact in &file.facts {
        match &fact.record {
            Record::Seen(seen) => of(fact.header.author, &|reached| reached.seen = first(reached.seen, seen.at)),
            Record::Receipt(one) => {
                of(fact.header.author, &|reached| reached.accepted = first(reached.accepted, one.at));
            }
            _ => {}
        }
    }
    Ok(found.into_values().collect())
}

pub(super) type People = BTreeMap<PersonId, Person>;

impl Shown {
    fn of(session: &Session, people: &People, file: &CaseFile) -> Result<Self, Failure> {
        let (town, now) = (&session.town, session.now);
        let (standing, custody, due) = (file.standing(town, now), file.custody(), file.due(town, now));
        let named = |id: PersonId, at, record| Somebody {
            id,
            name: people.get(&id).map(|person| person.name.clone()),
            at,
            record,
        };
        let holder = |holder: &qiaomen_core::playbook::Holder| named(holder.person, holder.at, holder.document);
        let line = |visit: &DueVisit| DueLine {
            kind: visit.kind,
            due: visit.due,
            state: visit.state,
            late_minutes: visit.late_minutes,
            attempts: visit.attempts,
        };
        Ok(Self {
            id: file.id,
            number: file.alert.platform_number.clone(),
            name: file.alert.name.clone(),
            level: standing.level.word().to_owned(),
            result: standing.result,
            issued: file.alert.issued,
            series_ends: standing.series_ends,
            owner: custody.owner.as_ref().map(holder),
            holders: custody.holders.iter().map(holder).collect(),
            offers: custody.offers.iter().map(|offer| named(offer.to, offer.at, offer.document)).collect(),
            contests: custody.contests.iter().map(|one| named(one.person, one.at, one.document)).collect(),
            overdue: due.list.iter().filter(|visit| visit.state == DueState::Overdue).count(),
            due: due.list.iter().map(line).collect(),
            accident: standing.accident,
            sent_after_alert: standing.sent_after_alert,
            stop_payment_owed: standing.stop_payment_owed,
            release_owed: standing.release_owed,
            reached: reached(session, people, file)?,
        })
    }

    fn is_open(&self) -> bool {
        matches!(self.result, CaseResult::Running | CaseResult::Lying)
    }

    /// What is still to be done and due first.
    fn next(&self) -> Option<&DueLine> {
        self.due.iter().find(|due| matches!(due.state, DueState::Open | DueState::Overdue))
    }

    fn flags(&self) -> String {
        let flags = [
            (self.owner.is_none(), "nobody's"),
            (!self.contests.is_empty(), "contested"),
            (self.accident.is_some(), "ACCIDENT"),
            (self.stop_payment_owed, "stop-payment owed"),
            (self.release_owed, "release owed"),
            (self.result == CaseResult::Lying, "lying"),
        ];
        flags.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect::<Vec<_>>().join(", ")
    }
}

pub(super) fn people(session: &Session) -> Result<People, Failure> {
    Ok(session.town.people()?.into_iter().collect())
}

pub(super) fn list(session: &Session, place: &Place, asked: &List) -> Result<(), Failure> {
    let (person, _) = session.acting(&asked.acting)?;
    let held: BTreeSet<Scope> = session.town.scopes_of(person)?.into_iter().collect();
    let people = people(session)?;
    let mut shown = Vec::new();
    // Settled ones are read only where they are asked for.
    let open: BTreeSet<AlertId> = session.town.board(|board| board.cases().keys().copied().collect())?;
    let alerts = held.iter().filter_map(|scope| if let Scope::CaseFile(alert) = scope { Some(*alert) } else { None });
    for alert in alerts.filter(|alert| asked.all || open.contains(alert)) {
        if let Some(file) = CaseFile::read(&session.town, alert)? {
            shown.push(Shown::of(session, &people, &file)?);
        }
    }
    shown.retain(|shown| asked.all || shown.is_open() || shown.release_owed);
    // What is overdue, then the higher level, then what is due sooner.
    shown.sort_by_cached_key(|shown| {
        let level = std::cmp::Reverse(Level::from_word(&shown.level));
        (shown.overdue == 0, level, shown.next().map_or(shown.series_ends, |due| due.due), shown.id)
    });
    let zone = session.town.zone();
    output::result(place.json, &shown, |shown| {
        for shown in shown {
            let owner = shown.owner.as_ref().and_then(|owner| owner.name.as_deref()).unwrap_or("-");
            let next = shown.next().map_or_else(String::new, |due| {
                let late = if due.state == DueState::Overdue { " overdue" } else { "" };
                format!("{} {}{late}", word(due.kind), zone.written(due.due))
            });
            let (id, level, result, flags) = (shown.id, &shown.level, word(shown.result), shown.flags());
            output::line(format!("{id}  {level:<7}  {result:<8}  {}  {owner}  {next}  {flags}", shown.name));
        }
        if shown.is_empty() {
            output::note("No alert.");
        }
    })
}

pub(super) fn show(session: &Session, place: &Place, alert: AlertId) -> Result<(), Failure> {
    let file = CaseFile::read(&session.town, alert)?
        .ok_or_else(|| Failure::usage("this alert cannot be read by this version"))?;
    let shown = Shown::of(session, &people(session)?, &file)?;
    let zone = session.town.zone();
    output::result(place.json, &shown, |shown| {
        let Shown { id, name, level, issued, series_ends, .. } = shown;
        output::line(format!("{id}  {name}  {level}  {}", word(shown.result)));
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let (telephone, number, issuer) = (or(&file.alert.telephone), or(&shown.number), &file.alert.issuer);
        output::line(format!("telephone {telephone}, number {number}, issued by {issuer}"));
        output::line(format!("issued {}, the month ends {}", zone.written(*issued), zone.written(*series_ends)));
        let who = |what: &str, somebody: &Somebody| {
            let name = somebody.name.as_deref().unwrap_or("-");
            output::line(format!("{what}  {name}  {}", zone.written(somebody.at)));
        };
        if let Some(owner) = &shown.owner {
            who("theirs now", owner);
        }
        shown.holders.iter().for_each(|holder| who("held by", holder));
        shown.offers.iter().for_each(|offer| who("offered to", offer));
        shown.contests.iter().for_each(|contest| who("contested by", contest));
        let at = |at: Option<Time>| at.map_or_else(|| "-".to_owned(), |at| zone.written(at));
        for one in &shown.reached {
            let name = one.name.as_deref().unwrap_or("-");
            let (delivered, seen, accepted) = (at(one.delivered), at(one.seen), at(one.accepted));
            output::line(format!("{name}  delivered {delivered}  seen {seen}  took it {accepted}"));
        }
        for due in &shown.due {
            let late = if due.late_minutes > 0 { format!("  {} min", due.late_minutes) } else { String::new() };
            let (kind, state) = (word(due.kind), word(due.state));
            output::line(format!("due  {kind:<20} {}  {state}{late}", zone.written(due.due)));
        }
        let flags = shown.flags();
        if !flags.is_empty() {
            output::line(flags);
        }
    })
}
