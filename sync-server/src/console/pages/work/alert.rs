//! A worker's alert: take it, hand it over, say what came of a visit.
//!
//! Floor: console. Invariant: whoever holds the case file sees the person's name and telephone, since they must go there;
//! that they looked is in the trail.

use std::collections::BTreeSet;

use askama::Template;
use qiaomen_core::playbook::DueState;
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{
    Alert, AlertId, Dissuasion, FraudKind, KeptAt, Observation, Outcome, PersonId, PhotoNote, Proposal, Receipt,
    Record, Recorder, Risk, Scope, Step, Time, Visit,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list::purpose;
use super::{For, Worker};
use crate::console::names::{AreaName, Staff};
use crate::console::pages::alerts::can_take;
use crate::console::pages::today::word;
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble, words};
use crate::report::cases::CaseFile;

/// Which alert.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AlertQuery {
    /// The alert.
    alert: String,
    /// The worker on whose behalf an office asks.
    #[serde(rename = "for")]
    worker: Option<String>,
}

/// A worker's alert.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WorkAlertModel {
    #[serde(skip)]
    now: Option<Moment>,
    worker: For,
    id: String,
    number: Option<String>,
    name: String,
    telephone: Option<String>,
    level: String,
    area: AreaName,
    issued: Moment,
    issuer: String,
    places: Vec<String>,
    note: Option<String>,
    result: String,
    owner: Option<Staff>,
    /// Whether it is the worker's.
    mine: bool,
    /// The offer to the worker that is open.
    offer: Option<String>,
    /// What is due, and what was.
    due: Vec<DueLine>,
    /// Who it may be handed to.
    people: Vec<Staff>,
}

/// Something that is or was due.
#[derive(Debug, Serialize, JsonSchema)]
struct DueLine {
    kind: String,
    due: Moment,
    state: String,
}

#[derive(Template)]
#[template(path = "work_alert.html")]
struct WorkAlertView<'a> {
    shell: &'a Shell,
    m: &'a WorkAlertModel,
    now: &'a Moment,
}

fn case(asked: &Asked<'_>, worker: &Worker, alert: &str) -> Result<(AlertId, CaseFile), Trouble> {
    let id: AlertId = asked.id(alert)?;
    let file = CaseFile::read(asked.town, id)?.ok_or_else(Trouble::not_found)?;
    worker.must_hold(Scope::CaseFile(id))?;
    Ok((id, file))
}

/// A worker's alert.
pub(crate) struct WorkAlert;

impl Page for WorkAlert {
    const ID: &'static str = "workAlert";
    const SUMMARY: &'static str = "An alert as the worker needs it who goes there";
    type Query = AlertQuery;
    type Model = WorkAlertModel;

    fn read(asked: &Asked<'_>, query: AlertQuery) -> Result<WorkAlertModel, Trouble> {
        let worker = Worker::of(asked, query.worker.as_deref())?;
        let (id, file) = case(asked, &worker, &query.alert)?;
        let names = asked.names()?;
        let subject = id.to_string();
        if !asked.peeks && !asked.is_revealed(&subject) {
            asked.reveal(&subject)?;
        }
        let (custody, stands, due) =
            (file.custody(), file.standing(asked.town, asked.now), file.due(asked.town, asked.now));
        let Alert { name, telephone, area, issued, issuer, platform_number, places, note, .. } = &file.alert;
        let mut people = Vec::new();
        for (person, role, of) in asked.town.roles()? {
            let over = names.tree().upward(*area).any(|(above, _)| above == of);
            if over
                && super::WORKERS.contains(&role)
                && person != worker.person
                && !people.iter().any(|staff: &Staff| staff.id == person.to_string())
            {
                people.push(names.staff(person));
            }
        }
        people.sort_by(|one, other| one.name.cmp(&other.name));
        let lines = due.list.iter().filter(|visit| visit.state != DueState::Excused);
        let offer =
            custody.offers.iter().find(|offer| offer.to == worker.person).map(|offer| offer.document.to_string());
        Ok(WorkAlertModel {
            now: Some(asked.moment(asked.now)),
            worker: worker.shown(),
            id: id.to_string(),
            number: platform_number.clone(),
            name: name.clone(),
            telephone: telephone.clone(),
            level: stands.level.word().to_owned(),
            area: names.area(*area),
            issued: asked.moment(*issued),
            issuer: issuer.clone(),
            places: places
                .values()
                .map(|place| {
                    let label = words::word(asked.lang, "place", &place.label);
                    format!("{label} {}", place.address.as_deref().unwrap_or_default())
                })
                .collect(),
            note: note.clone(),
            result: word(stands.result),
            mine: custody.owner.as_ref().is_some_and(|owner| owner.person == worker.person),
            owner: custody.owner.as_ref().map(|owner| names.staff(owner.person)),
            offer,
            due: lines
                .map(|visit| DueLine { kind: word(visit.kind), due: asked.moment(visit.due), state: word(visit.state) })
                .collect(),
            people,
        })
    }

    fn show(shell: &Shell, m: &WorkAlertModel) -> askama::Result<String> {
        let Some(now) = &m.now else { return Ok(String::new()) };
        WorkAlertView { shell, m, now }.render()
    }
}

fn back(alert: AlertId, worker: &Worker) -> String {
    format!("/work/alerts/{alert}{}", worker.shown().query)
}

/// Takes an alert that nobody has.
pub(crate) struct Take;

impl Deed for Take {
    const ID: &'static str = "takeAlert";
    const SUMMARY: &'static str = "Take an alert: whoever is first owns it";
    type Form = AlertQuery;

    fn perform(asked: &Asked<'_>, form: AlertQuery) -> Result<Done, Trouble> {
        let worker = Worker::of(asked, form.worker.as_deref())?;
        let (alert, file) = case(asked, &worker, &form.alert)?;
        if let Some(owner) = file.custody().owner {
            let name = asked.names()?.person(owner.person);
            return Err(Trouble::invalid(
                format!("这条预警已由 {name} 接收，需由对方交接。"),
                format!("{name} has taken this alert; they must hand it over."),
            ));
        }
        worker.write(asked, Receipt { alert, at: asked.now, offer: None }.into(), Scope::CaseFile(alert))?;
        Ok(Done::new(asked, back(alert, &worker), "已接收，您是首接责任人。", "Taken; it is yours now."))
    }
}

/// Accepts an offer.
pub(crate) struct Accept;

impl Deed for Accept {
    const ID: &'static str = "acceptAlert";
    const SUMMARY: &'static str = "Accept an alert that was offered";
    type Form = AlertQuery;

    fn perform(asked: &Asked<'_>, form: AlertQuery) -> Result<Done, Trouble> {
        let worker = Worker::of(asked, form.worker.as_deref())?;
        let (alert, file) = case(asked, &worker, &form.alert)?;
        let custody = file.custody();
        let Some(offer) = custody.offers.iter().find(|offer| offer.to == worker.person) else {
            return Err(Trouble::moved_on());
        };
        let receipt = Receipt { alert, at: asked.now, offer: Some(offer.document) };
        worker.write(asked, receipt.into(), Scope::CaseFile(alert))?;
        Ok(Done::new(asked, back(alert, &worker), "已接收。", "Accepted; it is yours now."))
    }
}

/// To whom an alert is offered.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct HandOverForm {
    /// The alert.
    alert: String,
    /// The worker on whose behalf an office asks.
    #[serde(rename = "for")]
    worker: Option<String>,
    /// To whom.
    to: String,
    /// Why.
    note: Option<String>,
}

/// Offers an alert to somebody.
pub(crate) struct HandOver;

impl Deed for HandOver {
    const ID: &'static str = "handOverAlert";
    const SUMMARY: &'static str = "Offer an alert to somebody; it is theirs once they accept";
    type Form = HandOverForm;

    fn perform(asked: &Asked<'_>, form: HandOverForm) -> Result<Done, Trouble> {
        let worker = Worker::of(asked, form.worker.as_deref())?;
        let (alert, file) = case(asked, &worker, &form.alert)?;
        let to: PersonId = asked.id(&form.to)?;
        if !can_take(asked, to)? {
            return Err(Trouble::field("to", "请选择一位在岗人员。", "Choose somebody who works here."));
        }
        if file.custody().offers.iter().any(|offer| offer.to == to) {
            return Err(Trouble::field("to", "已交给此人，正等待接收。", "It is offered to this person already."));
        }
        if file.custody().owner.is_none_or(|owner| owner.person != worker.person) {
            return Err(Trouble::invalid("只有现在的责任人能交接。", "Only whose it is can hand it over."));
        }
        let record = qiaomen_core::record::HandOver { alert, to, at: asked.now, note: form.note };
        worker.write(asked, record.into(), Scope::CaseFile(alert))?;
        Ok(Done::new(
            asked,
            back(alert, &worker),
            "已发出交接，对方接收之前仍由您负责。",
            "Offered; it stays yours until they accept.",
        ))
    }
}

/// Something to say of an alert.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SaidForm {
    /// The alert.
    alert: String,
    /// The worker on whose behalf an office asks.
    #[serde(rename = "for")]
    worker: Option<String>,
    /// What.
    note: Option<String>,
}

/// Reports back.
pub(crate) struct Feedback;

impl Deed for Feedback {
    const ID: &'static str = "alertFeedback";
    const SUMMARY: &'static str = "Report back what was found";
    type Form = SaidForm;

    fn perform(asked: &Asked<'_>, form: SaidForm) -> Result<Done, Trouble> {
        let worker = Worker::of(asked, form.worker.as_deref())?;
        let (alert, _) = case(asked, &worker, &form.alert)?;
        let record = qiaomen_core::record::Feedback { alert, at: asked.now, note: form.note };
        worker.write(asked, record.into(), Scope::CaseFile(alert))?;
        Ok(Done::new(asked, back(alert, &worker), "已反馈。", "Reported back."))
    }
}

/// Proposes to clear.
pub(crate) struct Propose;

impl Deed for Propose {
    const ID: &'static str = "proposeClearance";
    const SUMMARY: &'static str = "Propose to clear an alert; the team's head or the police decide";
    type Form = SaidForm;

    fn perform(asked: &Asked<'_>, form: SaidForm) -> Result<Done, Trouble> {
        let worker = Worker::of(asked, form.worker.as_deref())?;
        let (alert, _) = case(asked, &worker, &form.alert)?;
        let record = Proposal { alert, at: asked.now, reason: form.note };
        worker.write(asked, record.into(), Scope::CaseFile(alert))?;
        Ok(Done::new(asked, back(alert, &worker), "已提出解除建议。", "The proposal was made."))
    }
}

/// What came of a visit to the alert's person.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct VisitForm {
    /// The alert.
    alert: String,
    /// The worker on whose behalf an office asks.
    #[serde(rename = "for")]
    worker: Option<String>,
    /// What it was for: `first_contact`, `dissuasion` or `follow_up`.
    purpose: String,
    /// What came of it: `met`, `nobody_home`, `refused`, `moved`, `inaccessible` or `telephone_only`.
    outcome: String,
    /// When it began: RFC 3339, or as it stands on the wall in the town's zone.
    started: String,
    /// When it ended.
    ended: String,
    /// What the meeting judged: `none` or `may_be_defrauded_again`.
    risk: Option<String>,
    /// What was done to talk the person out of it.
    #[serde(default)]
    steps: Vec<String>,
    /// The kind of fraud.
    fraud: Option<String>,
    /// What was noticed.
    #[serde(default)]
    observations: Vec<String>,
    /// Whether the person seems deeply taken in.
    #[serde(default)]
    deeply_taken_in: bool,
    /// What it was recorded with: `body_camera`, `video_recorder`, `telephone` or `other`.
    recorded_with: Option<String>,
    /// Where the recording is kept: `police`, `village` or `device`.
    kept_at: Option<String>,
    /// What photos were taken with: `telephone`, `camera` or `other`; no photos where absent.
    photos_with: Option<String>,
    /// Where they are kept: `police`, `village` or `device`.
    photos_kept_at: Option<String>,
    /// Whether courtesy and privacy were kept.
    #[serde(default)]
    courtesy: bool,
    /// What else there is to say.
    note: Option<String>,
}

/// A word of a list, or why not.
pub(super) fn known<W: Word>(field: &str, text: &str) -> Result<W, Trouble> {
    let word = W::from_word(text);
    if word.is_known() {
        Ok(word)
    } else {
        Err(Trouble::field(field, "请从列表中选择。", "This is none of the words that may stand here."))
    }
}

/// Words of a list.
pub(super) fn all_known<W: Word>(field: &str, texts: &[String]) -> Result<BTreeSet<W>, Trouble> {
    texts.iter().map(|text| known(field, text)).collect()
}

/// What is noted of photos, where there are any.
pub(super) fn photos(with: Option<&str>, kept_at: Option<&str>) -> Result<Option<Box<PhotoNote>>, Trouble> {
    let kept_at: Option<KeptAt> = kept_at.map(|text| known("photos_kept_at", text)).transpose()?;
    let Some(with) = with else {
        return match kept_at {
            None => Ok(None),
            Some(_) => {
                Err(Trouble::field("photos_with", "请选择拍照设备。", "Choose what the photos were taken with."))
            }
        };
    };
    let taken_with = Some(known("photos_with", with)?);
    Ok(Some(Box::new(PhotoNote { taken_with, taken_by: None, kept_at, kept_as: None })))
}

/// When a visit began and ended; it is over by now.
pub(super) fn stretch(asked: &Asked<'_>, started: &str, ended: &str) -> Result<(Time, Time), Trouble> {
    let (from, to) = (asked.time("started", started)?, asked.time("ended", ended)?);
    if to > asked.now {
        return Err(Trouble::field("ended", "结束时间还没到。", "It ends later than now; record it when it is over."));
    }
    if to < from {
        return Err(Trouble::field("ended", "结束时间早于开始时间。", "It ends before it begins."));
    }
    Ok((from, to))
}

/// Records a visit to the alert's person.
pub(crate) struct VisitPerson;

impl Deed for VisitPerson {
    const ID: &'static str = "visitPerson";
    const SUMMARY: &'static str = "Record a visit to an alert's person, or the attempt";
    type Form = VisitForm;

    fn perform(asked: &Asked<'_>, form: VisitForm) -> Result<Done, Trouble> {
        let worker = Worker::of(asked, form.worker.as_deref())?;
        let (alert, file) = case(asked, &worker, &form.alert)?;
        let purpose = purpose(&form.purpose)
            .ok_or_else(|| Trouble::field("purpose", "请选择走访目的。", "Choose what the visit was for."))?;
        let outcome: Outcome = known("outcome", &form.outcome)?;
        let (started, ended) = stretch(asked, &form.started, &form.ended)?;
        let risk: Option<Risk> = form.risk.as_deref().map(|text| known("risk", text)).transpose()?;
        if outcome == Outcome::Met && risk.is_none() {
            return Err(Trouble::field("risk", "见到本人后请作出研判。", "Say what the meeting judged."));
        }
        let steps: BTreeSet<Step> = all_known("steps", &form.steps)?;
        let fraud: Option<FraudKind> = form.fraud.as_deref().map(|text| known("fraud", text)).transpose()?;
        let recorded_with: Option<Recorder> =
            form.recorded_with.as_deref().map(|text| known("recorded_with", text)).transpose()?;
        let kept_at: Option<KeptAt> = form.kept_at.as_deref().map(|text| known("kept_at", text)).transpose()?;
        let photos = photos(form.photos_with.as_deref(), form.photos_kept_at.as_deref())?;
        let observations: BTreeSet<Observation> = all_known("observations", &form.observations)?;
        let dissuasion = (outcome == Outcome::Met).then(|| {
            Box::new(Dissuasion {
                steps,
                fraud,
                script: None,
                deeply_taken_in: form.deeply_taken_in,
                brought_in: BTreeSet::new(),
                ways: BTreeSet::new(),
                place: None,
                officers: None,
                team: None,
                courtesy: form.courtesy,
                recorded_with,
                recorded_by: None,
                kept_at,
                kept_as: None,
                care: BTreeSet::new(),
            })
        });
        let visit = Visit {
            purpose,
            household: file.alert.household,
            alert: Some(alert),
            outcome,
            met_target: None,
            met: BTreeSet::new(),
            met_others: None,
            started,
            ended,
            position: None,
            given: BTreeSet::new(),
            explained: BTreeSet::new(),
            observations,
            note: worker.note(asked, form.note)?,
            risk,
            next_step: None,
            dissuasion,
            photos,
        };
        let id = worker.write(asked, Record::from(visit), Scope::CaseFile(alert))?;
        Ok(Done::new(asked, back(alert, &worker), "走访已记录。", "The visit was recorded.").with_id(id))
    }
}
