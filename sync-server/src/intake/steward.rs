//! What the server does for an alert once it is there: says who it is about, joins it to an open one, offers it to whom
//! it goes first, and to the next while nobody takes it.
//!
//! Floor: sync-server, intake. Invariants: everything done is a record like any other, so that phones see it; doing it
//! again does nothing; it can be cut off anywhere and is gone on with.

use qiaomen_core::identify::Who;
use qiaomen_core::playbook::CaseResult;
use qiaomen_core::record::{
    Alert, AlertId, AreaId, Asked, HandOver, Join, Level, PersonId, Question, Random, Record, Sending, Time, numbers,
};

use super::person;
use super::route::{Routes, Stage, Waiting, stage};
use super::{Hands, IntakeError, alert_now, ask};
use crate::access::SYSTEM;
use crate::report::cases::CaseFile;
use crate::store::{About, StoreError};
use crate::town::Town;

/// The setting that keeps up to where alerts have been seen to.
const TENDED: &str = "alerts_tended";
/// How many are seen to at a time.
const BATCH: usize = 200;

/// Sees to alerts that came in by other ways than [`super::Intake::take`].
pub(super) fn tend(town: &Town, hands: &mut Hands, now: Time, random: &mut dyn Random) -> Result<(), IntakeError> {
    let mut mark = match town.store().meta(TENDED)? {
        Some(value) => u64::from_be_bytes(value.try_into().map_err(|_| StoreError::Damaged("a mark of alerts"))?),
        None => 0,
    };
    loop {
        let found = town.store().alerts_after(mark, BATCH)?;
        if found.is_empty() {
            return Ok(());
        }
        for (place, alert) in found {
            if let Err(error) = settle(town, hands, alert, now, random) {
                match error {
                    IntakeError::Store(error) => return Err(error.into()),
                    // One that cannot be seen to must not keep the others waiting.
                    error => tracing::error!(%alert, %error, "an alert could not be routed"),
                }
            }
            mark = place;
        }
        town.store().meta_put(TENDED, &mark.to_be_bytes())?;
    }
}

/// Sees to one alert. Returns the one that it joined.
pub(super) fn settle(
    town: &Town,
    hands: &mut Hands,
    alert: AlertId,
    now: Time,
    random: &mut dyn Random,
) -> Result<Option<AlertId>, IntakeError> {
    settle_anew(town, hands, (alert, false), now, random)
}

/// The same; with `moved` it lies in another area than when it was routed, and is routed once more.
pub(super) fn settle_anew(
    town: &Town,
    hands: &mut Hands,
    (alert, moved): (AlertId, bool),
    now: Time,
    random: &mut dyn Random,
) -> Result<Option<AlertId>, IntakeError> {
    let Some(file) = CaseFile::read(town, alert)? else { return Ok(None) };
    let stands = file.standing(town, now);
    if stands.result != CaseResult::Running {
        return Ok(None);
    }
    identify(town, hands, &file, now, random)?;
    if let Some(joined) = join(town, hands, alert, now, random)? {
        return Ok(Some(joined));
    }
    let routed = file.facts.iter().any(|fact| fact.header.author == SYSTEM && is_offer(&fact.record));
    let custody = file.custody();
    if (!routed || moved) && custody.owner.is_none() {
        let Some(about) = alert_now(town, alert)? else { return Ok(None) };
        let offered: Vec<PersonId> = custody.offers.iter().map(|offer| offer.to).collect();
        route(town, hands, (alert, &about, &stands.level, &offered), now, random)?;
    }
    Ok(None)
}

const fn is_offer(record: &Record) -> bool {
    matches!(record, Record::HandOver(_) | Record::Sending(_))
}

/// Says who it is about, or asks.
fn identify(
    town: &Town,
    hands: &mut Hands,
    file: &CaseFile,
    now: Time,
    random: &mut dyn Random,
) -> Result<(), IntakeError> {
    if file.alert.resident.is_some() || file.alert.outsider {
        return Ok(());
    }
    match person::who(town, &person::sought_by(&file.alert))? {
        Who::One(one) => {
            let to = |alert: &mut Alert| {
                alert.household = Some(one.household);
                alert.resident = Some(one.resident);
            };
            person::name(town, hands, SYSTEM, file.id, to, now, random)
        }
        Who::Several(_) | Who::Nobody => ask(town, hands, Question::new(file.id, Asked::Who, now), now, random),
    }
}

/// Joins an alert to an open one about the same person, if there is one.
pub(super) fn join(
    town: &Town,
    hands: &mut Hands,
    alert: AlertId,
    now: Time,
    random: &mut dyn Random,
) -> Result<Option<AlertId>, IntakeError> {
    let Some(file) = CaseFile::read(town, alert)? else { return Ok(None) };
    if file.standing(town, now).result != CaseResult::Running {
        return Ok(None);
    }
    let telephone = file.alert.telephone.as_deref().map(numbers).unwrap_or_default().into_iter().next();
    let about = About { resident: file.alert.resident, household: file.alert.household, telephone };
    let mut open: Option<CaseFile> = None;
    for other in town.store().alerts_about(&about)?.into_iter().filter(|other| *other != alert) {
        let Some(other) = CaseFile::read(town, other)? else { continue };
        if !qiaomen_core::dossier::same_person(&file.alert, &other.alert) {
            continue;
        }
        let stands = other.standing(town, now);
        // One that was found out of danger is over: whoever is in danger again needs somebody anew.
        let runs = stands.result == CaseResult::Running && now < stands.series_ends;
        // The one that came first stays; visits name it already.
        let before = (other.own.stored.acceptance, other.id) < (file.own.stored.acceptance, file.id);
        let earlier = open.as_ref().is_none_or(|open| other.own.stored.acceptance < open.own.stored.acceptance);
        if runs && before && earlier {
            open = Some(other);
        }
    }
    let Some(open) = open else { return Ok(None) };
    for fact in Join::between((open.id, &open.alert), (file.id, &file.alert), now) {
        let have = if fact.alert == open.id { &open } else { &file };
        let there = have.facts.iter().any(|one| {
            matches!(&one.record, Record::Join(join) if join.other == fact.other && join.into_other == fact.into_other)
        });
        if !there {
            hands.fact(town, SYSTEM, (fact.alert, fact.into()), now, random)?;
        }
    }
    Ok(Some(open.id))
}

/// Offers an alert to whom it goes first.
fn route(
    town: &Town,
    hands: &mut Hands,
    (alert, about, level, offered): (AlertId, &Alert, &Level, &[PersonId]),
    now: Time,
    random: &mut dyn Random,
) -> Result<(), IntakeError> {
    let routes = Routes::read(town)?;
    let first = routes.first(level, about.area, now);
    for to in first.offered.into_iter().filter(|to| !offered.contains(to)) {
        offer(town, hands, alert, to, now, random)?;
    }
    for person in first.sent {
        let sending = Sending { alert, person, at: now, note: None };
        hands.fact(town, SYSTEM, (alert, sending.into()), now, random)?;
    }
    if first.no_team {
        ask(town, hands, Question::new(alert, Asked::NoTeam, now), now, random)?;
    }
    Ok(())
}

fn offer(
    town: &Town,
    hands: &mut Hands,
    alert: AlertId,
    to: PersonId,
    now: Time,
    random: &mut dyn Random,
) -> Result<(), IntakeError> {
    hands.fact(town, SYSTEM, (alert, HandOver { alert, to, at: now, note: None }.into()), now, random)
}

/// Offers alerts that nobody has taken in time to the next; returns all that wait, the longest first.
pub(super) fn escalate(
    town: &Town,
    hands: &mut Hands,
    now: Time,
    random: &mut dyn Random,
) -> Result<Vec<Waiting>, IntakeError> {
    let waiting = waiting(town, now)?;
    if waiting.iter().all(|one| one.0.stage == Stage::First) {
        return Ok(waiting.into_iter().map(|(waiting, ..)| waiting).collect());
    }
    let routes = Routes::read(town)?;
    let mut told = Vec::with_capacity(waiting.len());
    for (waiting, area, level, offered) in waiting {
        let answering = routes.answering(&level, area, now);
        let mut next: Vec<PersonId> = Vec::new();
        if waiting.stage >= Stage::Deputy {
            next.extend(answering.deputies);
        }
        if waiting.stage >= Stage::Head {
            next.extend(answering.heads);
        }
        next.retain(|person| !offered.contains(person));
        next.dedup();
        for person in next {
            offer(town, hands, waiting.alert, person, now, random)?;
        }
        told.push(waiting);
    }
    Ok(told)
}

type Waits = (Waiting, AreaId, Level, Vec<PersonId>);

/// The alerts that nobody has taken, with whom they were offered to.
fn waiting(town: &Town, now: Time) -> Result<Vec<Waits>, StoreError> {
    let settings = super::Settings::read(town)?;
    town.board(|board| {
        let mut found: Vec<Waits> = Vec::new();
        for (alert, case) in board.cases() {
            if case.custody.owner.is_some() {
                continue;
            }
            let stands = case.standing(town.zone(), now);
            if stands.result != CaseResult::Running {
                continue;
            }
            let Some(routing) = settings.of(&stands.level) else { continue };
            let since = case.arrival;
            let waiting = Waiting { alert: *alert, stage: stage(routing, since, now), since };
            let offered = case.offered.iter().map(|(person, ..)| *person).collect();
            found.push((waiting, case.alert.area, stands.level, offered));
        }
        found.sort_by_key(|(waiting, ..)| (waiting.since, waiting.alert));
        found
    })
}

/// The alerts that nobody has taken, the longest first.
///
/// # Errors
/// As the store.
pub fn unaccepted(town: &Town, now: Time) -> Result<Vec<Waiting>, StoreError> {
    Ok(waiting(town, now)?.into_iter().map(|(waiting, ..)| waiting).collect())
}
