//! One alert: the person, whose it is and was, what is due, what was done, what may be done now.
//!
//! Floor: console. Invariants: reckoned from the case file when it is shown; the person is masked until revealed; what is
//! offered to be done is what the permission table lets whoever looks do, and what would change something.

use std::collections::BTreeMap;

use askama::Template;
use qiaomen_core::dossier::same_person;
use qiaomen_core::playbook::{Came, CaseResult, DueState, Holder, Standing};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{AlertId, Kind, Level, PersonId, Record, StopStep, Time, numbers};
use schemars::JsonSchema;
use serde::Serialize;

use super::file::{EntryLine, Meeting, entries, is_told, meetings, recordings};
use super::pieces::{
    ContestLine, DueLine, HolderLine, JoinedLine, NearLine, OfferLine, OtherLine, PersonLine, PlaceLine, RaiseLine,
    ReachedLine, Stands, Times,
};
use super::told::{Hush, telephones};
use super::{OneQuery, Worker, may_write, open, supervises, workers};
use crate::console::names::{AreaName, Names, Staff};
use crate::console::pages::today::word;
use crate::console::{Asked, Moment, Page, Shell, Trouble};
use crate::report::cases::CaseFile;
use crate::report::nearest::nearest_to;
use crate::report::today::lines;
use crate::store::About;

/// How many who are near are shown.
const NEAR: usize = 8;

/// One alert.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OneModel {
    #[serde(skip)]
    now: Option<Moment>,
    pub(crate) id: String,
    /// Whether names, telephones and addresses are shown to this session.
    pub(crate) revealed: bool,
    /// Its number on the issuer's platform.
    pub(crate) number: Option<String>,
    /// Who issued it.
    pub(crate) issuer: String,
    /// Where it came from.
    pub(crate) origin: String,
    /// Who entered it.
    pub(crate) entered_by: Staff,
    /// Its level now.
    pub(crate) level: String,
    /// The level it was issued with.
    pub(crate) issued_level: String,
    /// How its level went up.
    pub(crate) raises: Vec<RaiseLine>,
    /// The person.
    pub(crate) person: PersonLine,
    /// The area whose team answers.
    pub(crate) area: AreaName,
    /// Its four times.
    pub(crate) times: Times,
    /// How it stands.
    pub(crate) stands: Stands,
    /// Whose it is.
    pub(crate) owner: Option<HolderLine>,
    /// Whose it was, the first first.
    pub(crate) holders: Vec<HolderLine>,
    /// Offers that may be accepted.
    pub(crate) offers: Vec<OfferLine>,
    /// Receipts that contest whose it is.
    pub(crate) contests: Vec<ContestLine>,
    /// What is and ever was due.
    pub(crate) due: Vec<DueLine>,
    /// Visits, the latest first.
    pub(crate) meetings: Vec<Meeting>,
    /// How many recordings there are.
    pub(crate) recorded: u64,
    /// How many meetings lack one.
    pub(crate) recordings_missing: u64,
    /// Everything in the case file, the latest first.
    pub(crate) timeline: Vec<EntryLine>,
    /// To whom it came.
    pub(crate) reached: Vec<ReachedLine>,
    /// Who is near.
    pub(crate) nearest: Vec<NearLine>,
    /// Alerts that joined it, or that it joined.
    pub(crate) joined: Vec<JoinedLine>,
    /// Open alerts about the same person.
    pub(crate) others: Vec<OtherLine>,
    /// What whoever looks may do now.
    pub(crate) may: Vec<String>,
    /// The levels that it may be raised to.
    pub(crate) levels_above: Vec<String>,
    /// The steps of a stop-payment that may come next.
    pub(crate) stop_steps: Vec<String>,
    /// To whom it may go.
    pub(crate) workers: Vec<Worker>,
}

impl OneModel {
    /// Whether whoever looks may do what this word names.
    pub(crate) fn can(&self, what: &str) -> bool {
        self.may.iter().any(|may| may == what)
    }
}

impl HolderLine {
    fn of(asked: &Asked<'_>, names: &Names, holder: &Holder) -> Self {
        let came = match holder.came {
            Came::First => "first",
            Came::HandedOver => "handed_over",
            Came::Decided => "decided",
        };
        Self {
            person: names.staff(holder.person),
            at: asked.moment(holder.at),
            came: came.to_owned(),
            by: names.staff(holder.by),
        }
    }
}

/// How far a stop-payment has come at `now`; of steps at one moment the one that goes further.
pub(super) fn stop(file: &CaseFile, now: Time) -> Option<StopStep> {
    let steps = file.facts.iter().filter_map(|fact| match &fact.record {
        Record::StopPayment(stop) if stop.at <= now => Some((stop.at, stop.step.clone())),
        _ => None,
    });
    steps.max().map(|(_, step)| step)
}

/// The steps of a stop-payment that may come after one.
pub(super) fn next_steps(stop: Option<&StopStep>) -> Vec<StopStep> {
    match stop {
        None | Some(StopStep::Released) => vec![StopStep::Asked, StopStep::Frozen],
        Some(StopStep::Asked) => vec![StopStep::Frozen, StopStep::Released],
        Some(_) => vec![StopStep::Released],
    }
}

fn proposed(file: &CaseFile, stands: &Standing) -> Option<Time> {
    let waits = stands.cleared.is_none() && stands.result == CaseResult::Running;
    let at = file.facts.iter().filter_map(|fact| match &fact.record {
        Record::Proposal(one) => Some(one.at),
        _ => None,
    });
    at.max().filter(|_| waits)
}

/// What may be done now: what the table lets them write, where it changes something.
fn may(asked: &Asked<'_>, file: &CaseFile, stands: &Standing) -> Result<Vec<String>, Trouble> {
    let writes = may_write(asked, file)?;
    let closed = matches!(stands.result, CaseResult::Recalled | CaseResult::Joined);
    let open = matches!(stands.result, CaseResult::Running | CaseResult::Lying);
    let owner = file.custody().owner.map(|owner| owner.person);
    let supervises = writes.contains(&Kind::CustodyDecision);
    let offers = supervises || owner.is_none_or(|owner| owner == asked.person);
    let recalled = stands.result == CaseResult::Recalled;
    let highest = stands.level.effective() == Level::Extreme;
    let all = [
        ("comment", Kind::Comment, true),
        ("offer", Kind::HandOver, !closed && offers),
        ("assign", Kind::CustodyDecision, !closed),
        ("raise", Kind::Raise, open && !highest),
        ("extend", Kind::Extension, open),
        ("clear", Kind::Clearance, open),
        ("withdraw", Kind::Withdrawal, stands.result == CaseResult::Cleared),
        ("join", Kind::Join, stands.result == CaseResult::Running),
        ("recall", Kind::Recall, !recalled && stands.result != CaseResult::Joined),
        ("money", Kind::MoneySent, true),
        ("stop_payment", Kind::StopPayment, true),
        ("transfer", Kind::Transfer, open),
        ("from_afar", Kind::Transfer, open && supervises),
    ];
    Ok(all
        .into_iter()
        .filter(|(_, kind, now)| *now && writes.contains(kind))
        .map(|(word, ..)| word.to_owned())
        .collect())
}

fn reached(asked: &Asked<'_>, names: &Names, file: &CaseFile) -> Result<Vec<ReachedLine>, Trouble> {
    #[derive(Default)]
    struct Far(Option<Time>, Option<Time>, Option<Time>);
    let mut found: BTreeMap<PersonId, Far> = BTreeMap::new();
    let first = |have: &mut Option<Time>, at: Time| *have = Some(have.map_or(at, |have| have.min(at)));
    for (_, person, at) in asked.town.store().delivered(file.id)? {
        first(&mut found.entry(person).or_default().0, at);
    }
    for fact in &file.facts {
        match &fact.record {
            Record::Seen(seen) => first(&mut found.entry(fact.header.author).or_default().1, seen.at),
            Record::Receipt(one) => first(&mut found.entry(fact.header.author).or_default().2, one.at),
            _ => {}
        }
    }
    let moment = |time: Option<Time>| time.map(|time| asked.moment(time));
    Ok(found
        .into_iter()
        .map(|(person, Far(delivered, seen, accepted))| ReachedLine {
            person: names.staff(person),
            delivered: moment(delivered),
            seen: moment(seen),
            accepted: moment(accepted),
        })
        .collect())
}

/// The alerts about the same person that whoever asks holds, this one not among them.
pub(super) fn about_the_same(asked: &Asked<'_>, file: &CaseFile) -> Result<Vec<AlertId>, Trouble> {
    let (store, reach) = (asked.town.store(), asked.reach()?);
    let mut ids: Vec<AlertId> = Vec::new();
    let called = numbers(file.alert.telephone.as_deref().unwrap_or_default());
    let telephones = called.into_iter().map(Some).chain([None]);
    for telephone in telephones {
        let about = About { resident: file.alert.resident, household: file.alert.household, telephone };
        ids.extend(store.alerts_about(&about)?);
    }
    ids.sort_unstable();
    ids.dedup();
    let mut found = Vec::new();
    for id in ids.into_iter().filter(|id| *id != file.id) {
        let Some((_, document)) = asked.town.document(id.into())? else { continue };
        let Ok(Record::Alert(alert)) = document.record() else { continue };
        if reach.holds(id, alert.area) && same_person(&file.alert, &alert) {
            found.push(id);
        }
    }
    Ok(found)
}

fn others(asked: &Asked<'_>, file: &CaseFile, joined: &[JoinedLine]) -> Result<Vec<OtherLine>, Trouble> {
    let ids = about_the_same(asked, file)?;
    let new = |alert: &str| !joined.iter().any(|joined| joined.alert == alert);
    let lines = lines(asked.town, &ids, asked.now)?.into_iter().map(|line| OtherLine {
        alert: line.alert.to_string(),
        number: line.number.clone(),
        level: line.level.word().to_owned(),
        result: word(line.result),
        may_join: !matches!(line.result, CaseResult::Recalled | CaseResult::Joined),
    });
    Ok(lines.filter(|line| new(&line.alert)).collect())
}

fn person(asked: &Asked<'_>, file: &CaseFile, revealed: bool) -> PersonLine {
    let alert = &file.alert;
    let places = alert.places.values().map(|place| PlaceLine {
        label: place.label.clone(),
        address: place.address.as_ref().map(|address| asked.place(address, revealed)),
        position: place.position.as_ref().filter(|_| revealed).map(|position| {
            let degrees = |tenth_of_millionths: i64| tenth_of_millionths as f64 / 1e7;
            let (north, east) = (degrees(position.latitude), degrees(position.longitude));
            format!("{north:.5}, {east:.5} ({})", position.datum.word())
        }),
        on_map: place.position.is_some(),
    });
    PersonLine {
        name: asked.name(&alert.name, revealed),
        telephone: alert.telephone.as_ref().map(|telephone| telephones(asked, telephone, revealed)),
        household: alert.household.map(|household| household.to_string()),
        resident: alert.resident.map(|resident| resident.to_string()),
        outsider: alert.outsider,
        places: places.collect(),
        note: alert.note.clone().filter(|_| revealed),
        has_note: alert.note.is_some(),
    }
}

fn stands(asked: &Asked<'_>, file: &CaseFile, stands: &Standing, overdue: usize) -> Stands {
    let moment = |time: Option<Time>| time.map(|time| asked.moment(time));
    let away = file.facts.iter().rev().find_map(|fact| match &fact.record {
        Record::Transfer(one) if one.at <= asked.now && one.until.is_none_or(|until| asked.now < until) => {
            Some(one.hands.word().to_owned())
        }
        _ => None,
    });
    Stands {
        result: word(stands.result),
        series_ends: asked.moment(stands.series_ends),
        met: moment(stands.met),
        cleared: moment(stands.cleared),
        sent_after_alert: moment(stands.sent_after_alert),
        accident: moment(stands.accident),
        fen_after_alert: stands.fen_after_alert,
        stop_payment_owed: stands.stop_payment_owed,
        release_owed: stands.release_owed,
        stop: stop(file, asked.now).map(|step| step.word().to_owned()),
        proposed: moment(proposed(file, stands)),
        overdue: overdue as u64,
        hands: away,
    }
}

/// The raises and joins of a case file.
fn changes(asked: &Asked<'_>, names: &Names, hush: &Hush, file: &CaseFile) -> (Vec<RaiseLine>, Vec<JoinedLine>) {
    let (mut raises, mut joined) = (Vec::new(), Vec::new());
    for fact in &file.facts {
        match &fact.record {
            Record::Raise(one) => raises.push(RaiseLine {
                level: one.level.word().to_owned(),
                at: asked.moment(one.at),
                by: names.staff(fact.header.author),
                reason: one.reason.as_ref().map(|reason| hush.text(reason)),
            }),
            Record::Join(one) => joined.push(JoinedLine {
                alert: one.other.to_string(),
                issued: asked.moment(one.issued),
                level: one.level.word().to_owned(),
                at: asked.moment(one.at),
                into_other: one.into_other,
            }),
            _ => {}
        }
    }
    (raises, joined)
}

#[derive(Template)]
#[template(path = "alert.html")]
struct OneView<'a> {
    shell: &'a Shell,
    m: &'a OneModel,
    now: &'a Moment,
}

/// One alert.
pub(crate) struct One;

impl Page for One {
    const ID: &'static str = "alert";
    const SUMMARY: &'static str = "One alert: its person, whose it is, what is due, what was done and what may be done";
    type Query = OneQuery;
    type Model = OneModel;

    fn read(asked: &Asked<'_>, query: OneQuery) -> Result<OneModel, Trouble> {
        let (file, names) = (open(asked, &query.alert)?, asked.names()?);
        let (town, now, id) = (asked.town, asked.now, file.id.to_string());
        let revealed = asked.is_revealed(&id);
        let hush = Hush::of(asked, &file.alert.name, revealed);
        let (standing, custody, due) = (file.standing(town, now), file.custody(), file.due(town, now));
        let entries = entries(&file);
        let (recorded, recordings_missing) = recordings(&entries);
        let (raises, joined) = changes(asked, &names, &hush, &file);
        let overdue = due.list.iter().filter(|visit| visit.state == DueState::Overdue).count();
        let supervises = supervises(asked, &file)?;
        let nearest = nearest_to(town, &file.alert, now)?.into_iter().take(NEAR).map(|near| NearLine {
            person: names.staff(near.person),
            metres: near.metres,
            known: word(near.known),
            minutes_ago: near.minutes_ago.map(|minutes| (minutes + 9) / 10 * 10),
            rough: near.rough,
        });
        let may = may(asked, &file, &standing)?;
        let gives = may.iter().any(|may| may == "offer" || may == "assign");
        let others = others(asked, &file, &joined)?;
        let mut timeline: Vec<EntryLine> = entries
            .iter()
            .filter(|entry| is_told(entry))
            .map(|entry| EntryLine::of(asked, &names, &hush, entry))
            .collect();
        timeline.reverse();
        let alert = &file.alert;
        Ok(OneModel {
            now: Some(asked.moment(now)),
            revealed,
            number: alert.platform_number.clone(),
            issuer: alert.issuer.clone(),
            origin: alert.origin.word().to_owned(),
            entered_by: names.staff(file.own.header.author),
            level: standing.level.word().to_owned(),
            issued_level: alert.level.word().to_owned(),
            raises,
            person: person(asked, &file, revealed),
            area: names.area(alert.area),
            times: Times {
                issued: asked.moment(alert.issued),
                reached_station: alert.reached_station.map(|at| asked.moment(at)),
                passed_on: alert.passed_on.map(|at| asked.moment(at)),
                entered: asked.moment(alert.entered),
                arrived: asked.moment(file.own.stored.arrival),
            },
            stands: stands(asked, &file, &standing, overdue),
            owner: custody.owner.as_ref().map(|owner| HolderLine::of(asked, &names, owner)),
            holders: custody.holders.iter().map(|holder| HolderLine::of(asked, &names, holder)).collect(),
            offers: custody
                .offers
                .iter()
                .map(|offer| OfferLine {
                    id: offer.document.to_string(),
                    from: names.staff(offer.from),
                    to: names.staff(offer.to),
                    at: asked.moment(offer.at),
                    may_take_back: supervises || offer.from == asked.person,
                })
                .collect(),
            contests: custody
                .contests
                .iter()
                .map(|one| ContestLine {
                    person: names.staff(one.person),
                    at: asked.moment(one.at),
                    owner_at: custody.holders.first().map(|holder| asked.moment(holder.at)),
                })
                .collect(),
            due: due
                .list
                .iter()
                .map(|visit| DueLine {
                    kind: word(visit.kind),
                    due: asked.moment(visit.due),
                    state: word(visit.state),
                    done: visit.done_at.map(|at| asked.moment(at)),
                    late_minutes: if visit.state == DueState::Overdue { 0 } else { visit.late_minutes },
                    attempts: visit.attempts,
                })
                .collect(),
            meetings: meetings(asked, &names, &hush, &entries),
            recorded,
            recordings_missing,
            timeline,
            reached: reached(asked, &names, &file)?,
            nearest: nearest.collect(),
            joined,
            others,
            levels_above: Level::KNOWN
                .iter()
                .filter(|level| **level > standing.level.effective())
                .map(|level| level.word().to_owned())
                .collect(),
            stop_steps: next_steps(stop(&file, now).as_ref()).iter().map(|step| step.word().to_owned()).collect(),
            workers: if gives { workers(asked, &names, alert.area)? } else { Vec::new() },
            may,
            id,
        })
    }

    fn show(shell: &Shell, m: &OneModel) -> askama::Result<String> {
        let Some(now) = &m.now else { return Ok(String::new()) };
        OneView { shell, m, now }.render()
    }
}
