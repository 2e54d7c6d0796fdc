//! What had been done for somebody by a moment.
//!
//! Floor: console. Invariants: what the server knew then stands beside what is known now; names are shown and printed
//! only after that was noted; that an answer was opened is noted, once for each person and session.

use std::collections::BTreeMap;

use askama::Template;
use qiaomen_core::record::AlertId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::{AlertModel, DoorModel, MissedModel, Pair, RecordLine, missed};
use super::{Meant, look_path, subject_text};
use crate::access::Action;
use crate::amend::address;
use crate::console::names::AreaName;
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::report::accountability::{Account, AlertThen, Missed, Side, Subject, account};

/// Who, and when. A household or an alert must be named.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct LookQuery {
    /// The door.
    household: Option<String>,
    /// Who behind it.
    resident: Option<String>,
    /// An alert about them.
    alert: Option<String>,
    /// The moment that is asked about; this one where it is left out.
    at: Option<String>,
    /// Whether it is to be printed.
    #[serde(default)]
    print: bool,
}

/// What had been done.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LookModel {
    household: Option<String>,
    resident: Option<String>,
    alert: Option<String>,
    /// The moment that is asked about.
    at: Moment,
    /// When the answer was made.
    #[serde(skip)]
    made: Option<Moment>,
    /// Whether names and telephones are shown to this session.
    revealed: bool,
    #[serde(skip)]
    print: bool,
    /// Their name, masked until it is revealed; none for a door.
    name: Option<String>,
    telephones: Vec<String>,
    address: Option<String>,
    area: Option<AreaName>,
    /// What should have been done by then and was not.
    missed: Vec<MissedModel>,
    /// At the door.
    door: Pair<DoorModel>,
    /// Alert by alert.
    alerts: Vec<AlertPair>,
    /// Records that had happened and that the server knew.
    known_then: Vec<RecordLine>,
    /// Records that had happened and that the server was told of later.
    came_later: Vec<RecordLine>,
    /// Records of what happened after the moment.
    afterwards: Vec<RecordLine>,
}

/// An alert, as it was known then beside as it is known now.
#[derive(Debug, Serialize, JsonSchema)]
struct AlertPair {
    alert: String,
    #[serde(flatten)]
    pair: Pair<AlertModel>,
}

fn alerts(asked: &Asked<'_>, names: &crate::console::names::Names, then: &Side, now: &Side) -> Vec<AlertPair> {
    let mut all: BTreeMap<_, (Option<&AlertThen>, Option<&AlertThen>)> = BTreeMap::new();
    for alert in &then.alerts {
        all.entry((alert.issued, alert.alert)).or_default().0 = Some(alert);
    }
    for alert in &now.alerts {
        // Put right since, it may have another time.
        let key = all.keys().find(|(_, id)| *id == alert.alert).copied().unwrap_or((alert.issued, alert.alert));
        all.entry(key).or_default().1 = Some(alert);
    }
    let of = |alert: Option<&AlertThen>| alert.map(|alert| AlertModel::of(asked, names, alert));
    let pairs = all.into_iter();
    pairs.map(|((_, id), (then, now))| AlertPair { alert: id.to_string(), pair: Pair::of(of(then), of(now)) }).collect()
}

fn found(asked: &Asked<'_>, subject: Subject, at: Option<&str>) -> Result<Account, Trouble> {
    let moment = at.map(|at| asked.time("at", at)).transpose()?.unwrap_or(asked.now);
    match account(asked.town, asked.person, subject, moment, asked.now)? {
        Some(found) => Ok(found),
        None => {
            // What lies elsewhere is refused, what there is not is not found.
            let store = asked.town.store();
            let known = |id| Ok::<_, Trouble>(store.document(id)?.is_some());
            let there = subject.household.map(|id| known(id.into())).transpose()?.unwrap_or(false)
                || subject.alert.map(|id| known(id.into())).transpose()?.unwrap_or(false);
            Err(if there { Trouble::forbidden() } else { Trouble::not_found() })
        }
    }
}

/// What was revealed for printing.
fn printing(subject: &Subject) -> String {
    format!("print:look:{}", subject_text(subject))
}

#[derive(Template)]
#[template(path = "accountability_look.html")]
struct LookView<'a> {
    shell: &'a Shell,
    m: &'a LookModel,
    made: &'a Moment,
}

/// What had been done for somebody by a moment.
pub(crate) struct Look;

impl Page for Look {
    const ID: &'static str = "lookUp";
    const SUMMARY: &'static str =
        "What had been done for somebody by a moment, as it was known then and as it is known now";
    // A moment that was asked for stays what it is; another one is now.
    const FLEETING: &'static [&'static str] = &["at"];
    type Query = LookQuery;
    type Model = LookModel;

    fn read(asked: &Asked<'_>, query: LookQuery) -> Result<LookModel, Trouble> {
        let LookQuery { household, resident, alert, at, print } = query;
        let meant = Meant { household: household.as_deref(), resident: resident.as_deref(), alert: alert.as_deref() };
        let found = found(asked, meant.subject(asked)?, at.as_deref())?;
        let (names, person) = (asked.names()?, &found.person);
        let subject = person.subject;
        let whom = subject_text(&subject);
        if asked.opens(&format!("look:{whom}")) {
            let detail = format!("look at={}", asked.moment(found.moment).full());
            asked.note(Action::Accountability, Some(&whom), Some(&detail))?;
        }
        // Whoever only writes the address has noted nothing.
        let print = print && asked.is_revealed(&printing(&subject));
        let revealed = print || asked.is_revealed(&whom);
        let numbers: BTreeMap<AlertId, Option<String>> = [&found.then, &found.now]
            .into_iter()
            .flat_map(|side| &side.alerts)
            .map(|alert| (alert.alert, alert.number.clone()))
            .collect();
        let number = |one: &Missed| one.alert.and_then(|alert| numbers.get(&alert).cloned().flatten());
        let door = |side: &Side| side.door.as_ref().map(|door| DoorModel::of(asked, &names, door));
        let list = |listed: &[crate::report::accountability::Listed]| {
            listed.iter().map(|listed| RecordLine::of(asked, &names, listed)).collect()
        };
        Ok(LookModel {
            household: subject.household.map(|id| id.to_string()),
            resident: subject.resident.map(|id| id.to_string()),
            alert: subject.alert.map(|id| id.to_string()),
            at: asked.moment(found.moment),
            made: Some(asked.moment(found.made)),
            revealed,
            print,
            name: person.name.as_deref().map(|name| asked.name(name, revealed)),
            telephones: person.telephones.iter().map(|telephone| asked.telephone(telephone, revealed)).collect(),
            address: person.address.as_ref().map(|found| asked.place(&address(found), revealed)),
            area: person.area.map(|area| names.area(area)),
            missed: missed(asked, &found.then.missed, &found.now.missed, number),
            door: Pair::of(door(&found.then), door(&found.now)),
            alerts: alerts(asked, &names, &found.then, &found.now),
            known_then: list(&found.records.known_then),
            came_later: list(&found.records.came_later),
            afterwards: list(&found.records.afterwards),
        })
    }

    fn show(shell: &Shell, m: &LookModel) -> askama::Result<String> {
        let Some(made) = &m.made else { return Ok(String::new()) };
        LookView { shell, m, made }.render()
    }
}

/// Who, and when. A household or an alert must be named.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct LookForm {
    /// The door.
    household: Option<String>,
    /// Who behind it.
    resident: Option<String>,
    /// An alert about them.
    alert: Option<String>,
    /// The moment that is asked about; this one where it is left out.
    at: Option<String>,
}

impl LookForm {
    /// Who is meant and may be told of, and the moment.
    fn read(&self, asked: &Asked<'_>) -> Result<(Subject, Moment), Trouble> {
        let meant = Meant {
            household: self.household.as_deref(),
            resident: self.resident.as_deref(),
            alert: self.alert.as_deref(),
        };
        let found = found(asked, meant.subject(asked)?, self.at.as_deref())?;
        Ok((found.person.subject, asked.moment(found.moment)))
    }
}

/// Has names and telephones of a look-up shown.
pub(crate) struct Reveal;

impl Deed for Reveal {
    const ID: &'static str = "revealLookUp";
    const SUMMARY: &'static str =
        "Have the names and telephones of a look-up shown to this session for ten minutes; noted";
    type Form = LookForm;

    fn perform(asked: &Asked<'_>, form: LookForm) -> Result<Done, Trouble> {
        let (subject, at) = form.read(asked)?;
        asked.reveal(&subject_text(&subject))?;
        let next = look_path(&subject, Some(at.full()), false);
        Ok(Done::new(
            asked,
            next,
            "已显示姓名和电话，10 分钟内有效，已记入审计。",
            "Names and telephones are shown for ten minutes. This was noted in the audit trail.",
        ))
    }
}

/// Prints a look-up.
pub(crate) struct Print;

impl Deed for Print {
    const ID: &'static str = "printLookUp";
    const SUMMARY: &'static str = "Note that a look-up is printed, and open it for printing";
    type Form = LookForm;

    fn perform(asked: &Asked<'_>, form: LookForm) -> Result<Done, Trouble> {
        let (subject, at) = form.read(asked)?;
        let detail = format!("accountability at={}", at.full());
        asked.note(Action::Print, Some(&subject_text(&subject)), Some(&detail))?;
        asked.show_noted(&printing(&subject));
        let next = look_path(&subject, Some(at.full()), true);
        Ok(Done::new(asked, next, "已记入审计，可以打印。", "Noted in the audit trail. It can be printed now."))
    }
}
