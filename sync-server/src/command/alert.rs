//! `alert list`, `alert show`, `alert assign`, `alert offer`, `alert extend`, `alert raise`, `alert join`, `alert recall`,
//! `alert comment`.
//!
//! Floor: sync-server, command. Invariants: everything is shown to somebody, and only of case files that they hold; what
//! is written names who wrote it and goes the way of every change.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::identify::Who;
use qiaomen_core::nearest::Near;
use qiaomen_core::playbook::{CaseResult, DueKind, DueState, DueVisit};
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{
    Alert, AlertId, AreaId, AreaLevel, Comment, CustodyDecision, Day, DocumentId, Door, Extension, HandOver, Household,
    HouseholdId, Join, Level, Person, PersonId, Raise, Recall, Record, Resident, ResidentId, Scope, Time, numbers,
};
use serde::Serialize;

use super::Place;
use super::open::{Session, not_taken};
use super::output::{self, Failure};
use crate::author::Draft;
use crate::intake::{self, Intake, Matched};
use crate::report::cases::CaseFile;
use crate::report::dossier::alerts_called;
use crate::report::nearest::nearest_to;

#[derive(Debug, Subcommand)]
pub(super) enum AlertCommand {
    /// List alerts with whose they are, how they stand and what is due next; what is overdue comes first
    List(List),
    /// Show one alert: whose it is and was, what is and was due, what must not be overlooked
    Show(One),
    /// Say whose an alert is: ends a contest, or gives it to somebody else (a supervisor)
    Assign(ToSomebody),
    /// Offer an alert to somebody; it is theirs once they accept
    Offer(ToSomebody),
    /// Carry an alert's month on to a day (a supervisor)
    Extend(Extend),
    /// Raise an alert's level (police, a supervisor)
    Raise(RaiseTo),
    /// Have another alert about the same person join an open one: one set of tasks, the higher level, the later end
    Join(JoinTo),
    /// Close an alert that was issued in error; it stays visible
    Recall(Reasoned),
    /// Say something about a case
    Comment(Commented),
    /// Say who an alert is about: a resident, or nobody who lives here (a supervisor); an open alert about them is joined
    Match(MatchTo),
    /// Answer a question that `today` shows (a supervisor)
    Answer(Answer),
    /// List the workers nearest to where an alert's person may be, with how old their positions are
    Nearest(One),
    /// Take alerts out of a pasted message; without --apply only what was understood is shown
    Paste(super::paste::Paste),
}

#[derive(Debug, Args)]
pub(super) struct MatchTo {
    #[command(flatten)]
    one: One,
    /// Who: the resident's identifier, as the candidates show it, or "outsider". Without it the candidates are shown
    #[arg(long, value_name = "RESIDENT")]
    to: Option<String>,
    /// Somebody not on the roster yet: the address of their door, such as 3栋2单元501, which is put on it
    #[arg(long, value_name = "ADDRESS", conflicts_with = "to", requires = "grid")]
    new: Option<String>,
    /// The grid of that door
    #[arg(long, value_name = "VILLAGE/GRID")]
    grid: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Answer {
    /// The question, as `today` shows it
    question: String,
    /// What was decided
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// On whose behalf
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// For whom: only case files that they hold are shown
    #[arg(long = "as", value_name = "USER")]
    acting: String,
    /// Show those too that are cleared, recalled or have joined another
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Args)]
pub(super) struct One {
    /// The alert: its identifier, its number on the issuer's platform, or the person's telephone
    alert: String,
    /// On whose behalf
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct Reasoned {
    #[command(flatten)]
    one: One,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ToSomebody {
    #[command(flatten)]
    of: Reasoned,
    /// To whom: a login or an identifier
    #[arg(long, value_name = "USER")]
    to: String,
}

#[derive(Debug, Args)]
pub(super) struct Extend {
    #[command(flatten)]
    of: Reasoned,
    /// The last day, such as 2026-05-01
    #[arg(long, value_name = "DATE")]
    until: String,
}

#[derive(Debug, Args)]
pub(super) struct RaiseTo {
    #[command(flatten)]
    of: Reasoned,
    /// The level: low, medium, high or extreme
    #[arg(long, value_name = "LEVEL")]
    level: String,
}

#[derive(Debug, Args)]
pub(super) struct JoinTo {
    #[command(flatten)]
    one: One,
    /// The alert that joins it
    #[arg(long, value_name = "ALERT")]
    other: String,
}

#[derive(Debug, Args)]
pub(super) struct Commented {
    #[command(flatten)]
    one: One,
    /// What
    #[arg(long, value_name = "TEXT")]
    text: String,
}

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

type People = BTreeMap<PersonId, Person>;

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

impl AlertCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        match self {
            Self::List(asked) => list(&session, place, &asked)?,
            Self::Show(one) => {
                let (_, id) = one.find(&session)?;
                show(&session, place, id)?;
            }
            Self::Assign(asked) => asked.write(&mut session, place, |alert, owner, at, reason| {
                CustodyDecision { alert, owner, at, reason }.into()
            })?,
            Self::Offer(asked) => {
                asked.write(&mut session, place, |alert, to, at, note| HandOver { alert, to, at, note }.into())?;
            }
            Self::Extend(asked) => {
                let day: Day =
                    asked.until.parse().map_err(|_| Failure::usage("--until: write a day such as 2026-05-01"))?;
                let until = session.town.zone().start(day);
                asked
                    .of
                    .write(&mut session, place, |alert, at, reason| Extension { alert, at, until, reason }.into())?;
            }
            Self::Raise(asked) => {
                let level = Level::from_word(&asked.level);
                if !level.is_known() {
                    return Err(Failure::usage("--level: write low, medium, high or extreme"));
                }
                let (_, alert) = asked.of.one.find(&session)?;
                if let Some(file) = CaseFile::read(&session.town, alert)?
                    && file.standing(&session.town, session.now).level.effective() >= level.effective()
                {
                    return Err(Failure::usage("the alert is at this level or above it; a level only goes up"));
                }
                asked.of.write(&mut session, place, |alert, at, reason| Raise { alert, level, at, reason }.into())?;
            }
            Self::Join(asked) => join(&mut session, place, &asked)?,
            Self::Recall(asked) => {
                asked.write(&mut session, place, |alert, at, reason| Recall { alert, at, reason }.into())?;
            }
            Self::Match(asked) => matched(&mut session, place, &asked)?,
            Self::Answer(asked) => {
                let (person, _) = session.acting(&asked.acting)?;
                let wrong = || Failure::usage("this is no question's identifier; `today` shows those that wait");
                let question: DocumentId = asked.question.parse().map_err(|_| wrong())?;
                let (town, now) = (&session.town, session.now);
                let answer = (question, asked.text);
                let done = Intake::default().answer(town, person, answer, now, &mut session.random);
                done.map_err(not_taken)?;
                output::result(place.json, &question, |_| output::line("The question is answered."))?;
            }
            Self::Nearest(one) => {
                let (_, id) = one.find(&session)?;
                nearby(&session, place, id)?;
            }
            Self::Paste(asked) => asked.run(&mut session, place)?,
            Self::Comment(asked) => {
                let (person, alert) = asked.one.find(&session)?;
                let comment = Comment { alert, at: session.now, text: asked.text };
                write(&mut session, place, person, vec![(alert, comment.into())])?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl One {
    /// Who asks, and the alert, whose case file they must hold.
    fn find(&self, session: &Session) -> Result<(PersonId, AlertId), Failure> {
        let (person, _) = session.acting(&self.acting)?;
        Ok((person, called(session, &self.alert, person)?))
    }
}

/// The alert of this name among those whose case files the person holds.
pub(super) fn called(session: &Session, text: &str, person: PersonId) -> Result<AlertId, Failure> {
    let held: BTreeSet<Scope> = session.town.scopes_of(person)?.into_iter().collect();
    let mut found = alerts_called(&session.town, text)?;
    found.retain(|alert| held.contains(&Scope::CaseFile(*alert)));
    match found[..] {
        [alert] => Ok(alert),
        [] => Err(Failure::usage(
            "no alert of this identifier, number or telephone among those that the person named with --as holds; \
             `alert list` shows them",
        )),
        _ => Err(Failure::usage("several alerts have this number or telephone; name one by its identifier")),
    }
}

impl Reasoned {
    fn write(
        self,
        session: &mut Session,
        place: &Place,
        make: impl FnOnce(AlertId, Time, Option<String>) -> Record,
    ) -> Result<(), Failure> {
        let (person, alert) = self.one.find(session)?;
        let record = make(alert, session.now, self.reason);
        write(session, place, person, vec![(alert, record)])
    }
}

impl ToSomebody {
    fn write(
        self,
        session: &mut Session,
        place: &Place,
        make: impl FnOnce(AlertId, PersonId, Time, Option<String>) -> Record,
    ) -> Result<(), Failure> {
        let (to, person) = session.acting(&self.to)?;
        if person.roles().next().is_none() {
            return Err(Failure::usage(format!("\"{}\" holds no role, and could do nothing with it", self.to)));
        }
        self.of.write(session, place, |alert, at, reason| make(alert, to, at, reason))
    }
}

fn write(session: &mut Session, place: &Place, by: PersonId, facts: Vec<(AlertId, Record)>) -> Result<(), Failure> {
    let Some(alert) = facts.first().map(|(alert, _)| *alert) else { return Ok(()) };
    let mut drafts = Vec::with_capacity(facts.len());
    for (alert, record) in facts {
        record.validate().map_err(|invalid| Failure::usage(format!("not written: {invalid}")))?;
        let id = DocumentId::fresh(session.now, &mut session.random);
        drafts.push(Draft::Create { id, record: Box::new(record), scope: Scope::CaseFile(alert) });
    }
    session.write(by, drafts)?;
    show(session, place, alert)
}

fn join(session: &mut Session, place: &Place, asked: &JoinTo) -> Result<(), Failure> {
    let (person, alert) = asked.one.find(session)?;
    let other = called(session, &asked.other, person)?;
    if alert == other {
        return Err(Failure::usage("an alert does not join itself; name the other one with --other"));
    }
    let missing = || Failure::usage("one of the alerts cannot be read by this version");
    let first = CaseFile::read(&session.town, alert)?.ok_or_else(missing)?;
    let second = CaseFile::read(&session.town, other)?.ok_or_else(missing)?;
    if first.standing(&session.town, session.now).result != CaseResult::Running {
        return Err(Failure::usage("the alert that is to be joined is not open; name the open one first"));
    }
    let facts = Join::between((alert, &first.alert), (other, &second.alert), session.now);
    let facts = facts.map(|join| (join.alert, join.into())).to_vec();
    write(session, place, person, facts)
}

/// One resident who may be meant.
#[derive(Serialize)]
struct CandidateLine {
    resident: ResidentId,
    household: HouseholdId,
    name: String,
    grid: AreaId,
}

/// A door with the alert's person behind it.
fn newcomer(session: &mut Session, alert: &Alert, address: &str, grid: &str) -> Result<Matched, Failure> {
    let areas = session.town.areas()?;
    let grid = crate::import::find_area(&areas, grid).map_err(|reason| Failure::usage(format!("--grid: {reason}")))?;
    if !areas.iter().any(|(id, area)| *id == grid && area.level == AreaLevel::Grid) {
        return Err(Failure::usage("--grid: this is no grid; write one, as village/grid"));
    }
    let resident = Resident {
        name: alert.name.clone(),
        telephones: alert.telephone.as_deref().map(numbers).unwrap_or_default().into_iter().collect(),
        birth_year: None,
        tags: BTreeSet::new(),
        app_installed: None,
        left_town: false,
        left_to: None,
        left_contact: None,
        removed: false,
    };
    let door = Household {
        address: crate::import::read_address(address),
        door: Door::LivedIn,
        note: None,
        residents: [(ResidentId::fresh(session.now, &mut session.random), resident)].into(),
        grid: None,
        removed: false,
    };
    Ok(Matched::New(Box::new(door), grid))
}

fn matched(session: &mut Session, place: &Place, asked: &MatchTo) -> Result<(), Failure> {
    let (person, alert) = asked.one.find(session)?;
    let file = CaseFile::read(&session.town, alert)?
        .ok_or_else(|| Failure::usage("this alert cannot be read by this version"))?;
    let candidates = match intake::who(&session.town, &intake::sought_by(&file.alert))? {
        Who::One(one) => vec![*one],
        Who::Several(several) => several,
        Who::Nobody => Vec::new(),
    };
    if let (Some(address), Some(grid)) = (&asked.new, &asked.grid) {
        let who = newcomer(session, &file.alert, address, grid)?;
        Intake::default()
            .matched(&session.town, person, alert, &who, session.now, &mut session.random)
            .map_err(not_taken)?;
        return show(session, place, alert);
    }
    let Some(to) = &asked.to else {
        let held: BTreeSet<Scope> = session.town.scopes_of(person)?.into_iter().collect();
        let shown: Vec<CandidateLine> = candidates
            .into_iter()
            .filter(|one| held.contains(&Scope::Grid(one.grid)))
            .map(|one| CandidateLine {
                resident: one.resident,
                household: one.household,
                name: one.name,
                grid: one.grid,
            })
            .collect();
        return output::result(place.json, &shown, |shown| {
            if shown.is_empty() {
                output::note(
                    "Nobody here is called so or has this telephone; --to outsider says that they live elsewhere.",
                );
            }
            for one in shown {
                output::line(format!("{}  {}  grid {}", one.resident, one.name, one.grid));
            }
        });
    };
    let who = if to == "outsider" {
        Matched::Outsider
    } else {
        let wrong = || Failure::usage("--to: write a resident's identifier as the candidates show it, or outsider");
        let resident: ResidentId = to.parse().map_err(|_| wrong())?;
        let one = candidates.iter().find(|one| one.resident == resident).ok_or_else(wrong)?;
        Matched::Resident(one.household, resident)
    };
    Intake::default()
        .matched(&session.town, person, alert, &who, session.now, &mut session.random)
        .map_err(not_taken)?;
    show(session, place, alert)
}

/// A worker who is near, with their name.
#[derive(Serialize)]
struct NearLine {
    name: Option<String>,
    telephone: Option<String>,
    #[serde(flatten)]
    near: Near,
}

fn nearby(session: &Session, place: &Place, alert: AlertId) -> Result<(), Failure> {
    let file = CaseFile::read(&session.town, alert)?
        .ok_or_else(|| Failure::usage("this alert cannot be read by this version"))?;
    let people = people(session)?;
    let found = nearest_to(&session.town, &file.alert, session.now)?;
    let shown: Vec<NearLine> = found
        .into_iter()
        .map(|near| {
            let person = people.get(&near.person);
            NearLine {
                name: person.map(|person| person.name.clone()),
                telephone: person.and_then(|person| person.telephone.clone()),
                near,
            }
        })
        .collect();
    output::result(place.json, &shown, |shown| {
        if shown.is_empty() {
            output::note("The alert has no place on the map, or nobody recorded anything near it.");
        }
        for line in shown {
            let age = line.near.minutes_ago.map_or_else(String::new, |minutes| format!(", {minutes} min ago"));
            let rough = if line.near.rough { ", datum not known: some 700 m either way" } else { "" };
            let (name, telephone) = (line.name.as_deref().unwrap_or("-"), line.telephone.as_deref().unwrap_or("-"));
            let known = word(&line.near.known);
            output::line(format!("{:>7} m  {name}  {telephone}  {known}{age}{rough}", line.near.metres));
        }
    })
}

fn people(session: &Session) -> Result<People, Failure> {
    Ok(session.town.people()?.into_iter().collect())
}

fn list(session: &Session, place: &Place, asked: &List) -> Result<(), Failure> {
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
                format!("{} {}{late}", word(&due.kind), zone.written(due.due))
            });
            let (id, level, result, flags) = (shown.id, &shown.level, word(&shown.result), shown.flags());
            output::line(format!("{id}  {level:<7}  {result:<8}  {}  {owner}  {next}  {flags}", shown.name));
        }
        if shown.is_empty() {
            output::note("No alert.");
        }
    })
}

fn show(session: &Session, place: &Place, alert: AlertId) -> Result<(), Failure> {
    let file = CaseFile::read(&session.town, alert)?
        .ok_or_else(|| Failure::usage("this alert cannot be read by this version"))?;
    let shown = Shown::of(session, &people(session)?, &file)?;
    let zone = session.town.zone();
    output::result(place.json, &shown, |shown| {
        let Shown { id, name, level, issued, series_ends, .. } = shown;
        output::line(format!("{id}  {name}  {level}  {}", word(&shown.result)));
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
            let (kind, state) = (word(&due.kind), word(&due.state));
            output::line(format!("due  {kind:<20} {}  {state}{late}", zone.written(due.due)));
        }
        let flags = shown.flags();
        if !flags.is_empty() {
            output::line(flags);
        }
    })
}

/// The word under which something is serialised.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
