//! New alerts: by a form, or out of a pasted message, of which is shown what was understood and what is unsure.
//!
//! Floor: console. Invariants: a message is read by core, as on the phone; nothing is taken in before somebody has seen
//! what was understood; a pasted text stands in no address.

use askama::Template;
use qiaomen_core::doors::in_order;
use qiaomen_core::message::{self, Reading};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{AlertId, DocumentId, Origin, Place, Record, Role, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::deeds::level;
use crate::console::names::{AreaName, Names};
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::intake::{Came, Sender, Told};
use crate::report::area_tree;

/// Which paste.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct NewQuery {
    /// A message that was pasted before.
    paste: Option<String>,
}

/// A new alert.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NewModel {
    #[serde(skip)]
    now: Option<Moment>,
    /// The message that is shown.
    paste: Option<String>,
    /// Whether it has gone meanwhile.
    gone: bool,
    /// What it says, one for each person.
    understood: Vec<Understood>,
    /// The areas whose teams may answer.
    areas: Vec<AreaName>,
}

/// What a message says of one person.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Understood {
    /// Its place in the message, from nought.
    part: usize,
    /// The alert, where it was taken in.
    entered: Option<String>,
    name: Option<String>,
    telephone: Option<String>,
    level: Option<String>,
    number: Option<String>,
    address: Option<String>,
    issued: Option<Moment>,
    reached_station: Option<Moment>,
    issuer: Option<String>,
    origin: Option<String>,
    /// The kind of fraud.
    fraud: Option<String>,
    /// The part of the message about this person.
    text: String,
    /// What somebody should look at.
    unsure: Vec<String>,
    /// What the message does not say and must be given.
    missing: Vec<String>,
}

impl Understood {
    /// Whether a field is to be looked at.
    fn is_unsure(&self, item: &str) -> bool {
        self.unsure.iter().chain(&self.missing).any(|have| have == item)
    }

    fn has_level(&self, word: &str) -> bool {
        self.level.as_deref() == Some(word)
    }

    /// Where nothing is said it did not come from the side of the money.
    fn has_origin(&self, word: &str) -> bool {
        self.origin.as_deref().unwrap_or("other") == word
    }

    fn of(asked: &Asked<'_>, part: usize, reading: Reading) -> Self {
        let missing = [
            ("name", reading.name.is_none()),
            ("level", reading.level.is_none()),
            ("issuer", reading.issuer.is_none()),
            ("issued", reading.issued.is_none()),
        ];
        Self {
            part,
            entered: None,
            name: reading.name,
            telephone: reading.telephone,
            level: reading.level.map(|level| level.word().to_owned()),
            number: reading.platform_number,
            address: reading.address,
            issued: reading.issued.map(|at| asked.moment(at)),
            reached_station: reading.reached_station.map(|at| asked.moment(at)),
            issuer: reading.issuer,
            origin: reading.origin.map(|origin| origin.word().to_owned()),
            fraud: reading.kind.map(|kind| kind.word().to_owned()),
            text: reading.text,
            unsure: reading.unsure.iter().map(|item| item.word().to_owned()).collect(),
            missing: missing.into_iter().filter(|(_, is)| *is).map(|(item, _)| item.to_owned()).collect(),
        }
    }
}

/// A message as it is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Pasted {
    text: String,
    /// The parts that were taken in, each with its alert.
    entered: Vec<(usize, String)>,
}

fn kept_as(id: &str) -> String {
    format!("paste:{id}")
}

fn pasted(asked: &Asked<'_>, id: &str) -> Option<Pasted> {
    asked.kept(&kept_as(id)).and_then(|text| serde_json::from_str(&text).ok())
}

fn keep(asked: &Asked<'_>, id: &str, pasted: &Pasted) {
    asked.keep(&kept_as(id), serde_json::to_string(pasted).unwrap_or_default());
}

/// The areas in which whoever asks may enter alerts.
fn areas(asked: &Asked<'_>, names: &Names) -> Result<Vec<AreaName>, Trouble> {
    let mut found = std::collections::BTreeSet::new();
    for (role, area) in &asked.standing.roles {
        if matches!(role, Role::Police | Role::Supervisor) {
            found.extend(asked.town.store().areas_below(*area)?.into_iter().map(|(area, _)| area));
        }
    }
    let mut areas: Vec<AreaName> = found.into_iter().map(|area| names.area(area)).collect();
    areas.sort_by_cached_key(|area| in_order(&area.path));
    Ok(areas)
}

#[derive(Template)]
#[template(path = "alert_new.html")]
struct NewView<'a> {
    shell: &'a Shell,
    m: &'a NewModel,
    now: &'a Moment,
    blank: &'a Understood,
}

/// A new alert.
pub(crate) struct New;

impl Page for New {
    const ID: &'static str = "newAlert";
    const SUMMARY: &'static str = "What a pasted message says, for an alert to be entered";
    type Query = NewQuery;
    type Model = NewModel;

    fn read(asked: &Asked<'_>, query: NewQuery) -> Result<NewModel, Trouble> {
        let names = asked.names()?;
        let kept = query.paste.as_ref().map(|id| pasted(asked, id));
        let gone = matches!(kept, Some(None));
        let mut understood = Vec::new();
        if let Some(pasted) = kept.flatten() {
            let readings = message::read(&pasted.text, asked.now, asked.town.zone()).into_iter().enumerate();
            understood.extend(readings.map(|(part, reading)| {
                let entered = pasted.entered.iter().find(|(have, _)| *have == part).map(|(_, alert)| alert.clone());
                Understood { entered, ..Understood::of(asked, part, reading) }
            }));
        }
        let paste = query.paste.filter(|_| !gone);
        let areas = areas(asked, &names)?;
        Ok(NewModel { now: Some(asked.moment(asked.now)), paste, gone, understood, areas })
    }

    fn show(shell: &Shell, m: &NewModel) -> askama::Result<String> {
        let Some(now) = &m.now else { return Ok(String::new()) };
        NewView { shell, m, now, blank: &Understood::default() }.render()
    }
}

/// A message.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct PasteForm {
    /// The message as it came.
    #[schemars(length(min = 1))]
    text: String,
}

/// Reads a message; nothing is written.
pub(crate) struct Paste;

impl Deed for Paste {
    const ID: &'static str = "pasteAlert";
    const SUMMARY: &'static str =
        "Have a pasted message read; nothing is written before what was understood is confirmed";
    type Form = PasteForm;

    fn perform(asked: &Asked<'_>, form: PasteForm) -> Result<Done, Trouble> {
        if form.text.len() > message::MAX_BYTES {
            return Err(Trouble::field(
                "text",
                "消息太长，请分段粘贴。",
                "This message is too long. Paste it in parts.",
            ));
        }
        if message::read(&form.text, asked.now, asked.town.zone()).is_empty() {
            return Err(Trouble::field(
                "text",
                "没有从这段文字里认出预警，请用下面的表单手工录入。",
                "No alert was recognised in this message. Enter it by the form below.",
            ));
        }
        let id = DocumentId::fresh(asked.now, &mut asked.random()).to_string();
        keep(asked, &id, &Pasted { text: form.text, entered: Vec::new() });
        let next = format!("/alerts/new?paste={id}");
        Ok(Done::new(asked, next, "已识别，请核对后录入。", "Read. Look it over, then enter it.").with_id(id))
    }
}

/// An alert as somebody enters it.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct EnterForm {
    /// The person's name.
    #[schemars(length(min = 1, max = 60))]
    name: String,
    /// The person's telephones.
    telephone: Option<String>,
    /// low, medium, high or extreme.
    level: String,
    /// Who issued it.
    #[schemars(length(min = 1, max = 60))]
    issuer: String,
    /// Its number on the issuer's platform.
    number: Option<String>,
    /// funds_side or other.
    origin: Option<String>,
    /// The area whose team answers; found by door or address where it is absent.
    area: Option<String>,
    /// Where the person lives.
    home: Option<String>,
    /// Where the person works.
    work: Option<String>,
    /// When it was issued.
    issued: String,
    /// When it reached the station.
    reached_station: Option<String>,
    /// When it was passed on.
    passed_on: Option<String>,
    /// What else is known.
    note: Option<String>,
    /// The pasted message that it is from.
    paste: Option<String>,
    /// Its place there.
    part: Option<usize>,
}

/// An alert of this number that lies elsewhere is not to be written into, nor told of.
fn is_elsewhere(asked: &Asked<'_>, number: &str) -> Result<bool, Trouble> {
    let reach = asked.reach()?;
    let Some((alert, _)) = asked.town.store().alerts_numbered(number)?.into_iter().next() else { return Ok(false) };
    let Some((_, document)) = asked.town.document(alert.into())? else { return Ok(false) };
    Ok(!matches!(document.record(), Ok(Record::Alert(found)) if reach.holds(alert, found.area)))
}

fn told(asked: &Asked<'_>, form: &EnterForm) -> Result<Told, Trouble> {
    let time = |field: &str, text: &Option<String>| -> Result<Option<Time>, Trouble> {
        text.as_ref().map(|text| asked.time(field, text)).transpose()
    };
    let origin = match form.origin.as_deref().map(Origin::from_word) {
        Some(Origin::Unknown(_)) => {
            return Err(Trouble::field("origin", "请选择来源。", "Write funds_side or other."));
        }
        origin => origin,
    };
    let area = match &form.area {
        None => None,
        Some(text) => {
            let wrong = || Trouble::field("area", "请选择区域。", "There is no such area.");
            let id = text.trim().parse().map_err(|_| wrong())?;
            area_tree(asked.town)?.get(id).ok_or_else(wrong)?;
            Some(id)
        }
    };
    let place = |label: &str, address: &Option<String>| {
        address.clone().map(|address| Place { label: label.to_owned(), address: Some(address), position: None })
    };
    Ok(Told {
        number: form.number.clone(),
        name: form.name.clone(),
        telephone: form.telephone.clone(),
        level: level(&form.level)?,
        issuer: form.issuer.clone(),
        origin,
        area,
        places: [place("home", &form.home), place("work", &form.work)].into_iter().flatten().collect(),
        issued: asked.time("issued", &form.issued)?,
        reached_station: time("reached_station", &form.reached_station)?,
        passed_on: time("passed_on", &form.passed_on)?,
        note: form.note.clone(),
        recalled: None,
    })
}

/// Where to look next: at what is left of the message, or at the alert.
fn onward(asked: &Asked<'_>, form: &EnterForm, alert: AlertId) -> String {
    let there = format!("/alerts/{alert}");
    let (Some(id), Some(part)) = (&form.paste, form.part) else { return there };
    let Some(mut pasted) = pasted(asked, id) else { return there };
    pasted.entered.retain(|(have, _)| *have != part);
    pasted.entered.push((part, alert.to_string()));
    let all = message::read(&pasted.text, asked.now, asked.town.zone()).len();
    let left = (0..all).any(|part| !pasted.entered.iter().any(|(have, _)| *have == part));
    keep(asked, id, &pasted);
    if left { format!("/alerts/new?paste={id}") } else { there }
}

/// Enters an alert.
pub(crate) struct Enter;

impl Deed for Enter {
    const ID: &'static str = "enterAlert";
    const SUMMARY: &'static str =
        "Enter an alert; it is known again by its number, matched, joined and routed like any other";
    type Form = EnterForm;

    fn perform(asked: &Asked<'_>, form: EnterForm) -> Result<Done, Trouble> {
        let told = told(asked, &form)?;
        if let Some(number) = &told.number
            && is_elsewhere(asked, number.trim())?
        {
            return Err(Trouble::forbidden());
        }
        let sender = Sender { person: asked.person, is_integration: false };
        let taken = asked.intake.take(asked.town, sender, told, asked.now, &mut asked.random())?;
        let (zh, en) = match (taken.came, taken.joined) {
            (_, Some(_)) => {
                ("已录入，并入同一人的在办预警。", "Entered; it joined an open alert about the same person.")
            }
            (Came::Created, _) => ("预警已录入并派发。", "The alert was entered and sent on its way."),
            (Came::Unchanged, _) => {
                ("这条预警已经有了，内容没有变化。", "This alert was there already; nothing is new.")
            }
            (Came::Corrected, _) => {
                ("这条预警已经有了，已按新的内容更正。", "This alert was there already, and was put right.")
            }
            (Came::Raised, _) => {
                ("这条预警已经有了，等级已提高。", "This alert was there already, and its level was raised.")
            }
            (Came::Listed, _) => (
                "这条预警已经有了，不一致的地方已列入待定问题。",
                "This alert was there already; what differs waits as a question.",
            ),
            (Came::Recalled, _) => ("预警已撤回。", "The alert was recalled."),
        };
        let next = onward(asked, &form, taken.alert);
        Ok(Done::new(asked, next, zh, en).with_id(taken.alert))
    }
}
