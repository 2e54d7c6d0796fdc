//! One door: where it is, who lives there, what was done, what it says was and is, and who changed it.
//!
//! Floor: console. Invariants: a door of another grid is nobody's to see; masked until revealed; a door leaves the count
//! by a supervisor's consent alone, for the state that it is in.

use askama::Template;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{Consent, Door, Household, HouseholdId, Kind, PledgeText, Record, ResidentId, Scope};
use qiaomen_core::script::pledge;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::address_text;
use super::said::{EntryLine, Teller};
use crate::access::Action;
use crate::console::names::{AreaName, Names, Staff};
use crate::console::pages::today::word;
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::report::household::{Edited, FieldChange, Found, HouseholdFile, household};
use crate::report::{Counted, DoorLine};

/// Fields whose values name people or say where they live.
const PERSONAL: [&str; 8] =
    ["name", "telephones", "left_to", "left_contact", "note", "address.room", "address.number", "birth_year"];

/// What is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct HouseholdQuery {
    /// The household.
    household: String,
    /// Whether it is about to be printed.
    #[serde(default)]
    print: bool,
}

/// Somebody behind the door.
#[derive(Debug, Serialize, JsonSchema)]
struct ResidentLine {
    id: String,
    /// Masked unless it was revealed.
    name: String,
    /// Masked unless they were revealed.
    telephones: Vec<String>,
    /// Only where it was revealed.
    birth_year: Option<i64>,
    tags: Vec<String>,
    /// `installed`, `missing` or `not_looked`.
    app: String,
    left_town: bool,
    left_to: Option<String>,
    left_contact: Option<String>,
    removed: bool,
    /// Whether their pledge stands.
    signed: bool,
}

/// A pledge.
#[derive(Debug, Serialize, JsonSchema)]
struct PledgeLine {
    id: String,
    /// Masked unless it was revealed.
    name: Option<String>,
    at: Moment,
    arrived: Option<Moment>,
    by: Staff,
    on_paper: bool,
    archive_number: Option<String>,
    /// Who signed for them, masked unless it was revealed.
    proxy: Option<String>,
    void: bool,
    /// Whether it stands.
    stands: bool,
    /// What was signed.
    title: Option<String>,
    version: i64,
    text: Option<String>,
    /// The strokes of the signature, as a path.
    #[serde(skip)]
    strokes: Option<Strokes>,
}

/// A signature as it is drawn.
#[derive(Debug)]
struct Strokes {
    view: String,
    path: String,
}

/// An alert that names the door.
#[derive(Debug, Serialize, JsonSchema)]
struct AlertNamed {
    id: String,
    number: Option<String>,
    /// Masked unless it was revealed.
    name: String,
    level: String,
    issued: Moment,
    arrived: Moment,
}

/// A field that was changed.
#[derive(Debug, Serialize, JsonSchema)]
struct ChangeLine {
    field: String,
    /// Whose field it is, masked unless it was revealed.
    of: Option<String>,
    /// Whose words the values are; empty where they are text.
    group: String,
    before: Option<String>,
    after: Option<String>,
}

/// What somebody changed at once.
#[derive(Debug, Serialize, JsonSchema)]
struct EditLine {
    written: Moment,
    arrived: Moment,
    by: Option<Staff>,
    first: bool,
    changes: Vec<ChangeLine>,
}

/// A door that was merged into this one.
#[derive(Debug, Serialize, JsonSchema)]
struct MergedLine {
    id: String,
    /// Masked unless it was revealed.
    address: String,
}

/// All that is known of a door.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct HouseholdModel {
    id: String,
    area: AreaName,
    /// Masked unless it was revealed.
    address: String,
    door: String,
    /// How it stands to the count.
    count: String,
    /// How it was reached.
    reach: Option<String>,
    /// When somebody went there last.
    last: Option<Moment>,
    /// What else a worker should know; only where it was revealed.
    note: Option<String>,
    has_note: bool,
    removed: bool,
    stands_at: Option<String>,
    revealed: bool,
    residents: Vec<ResidentLine>,
    pledges: Vec<PledgeLine>,
    alerts: Vec<AlertNamed>,
    /// Visits, consents, reviews and decisions, the newest first.
    entries: Vec<EntryLine>,
    merged: Vec<MergedLine>,
    /// Who changed what, the newest first.
    edits: Vec<EditLine>,
    #[serde(skip)]
    print: bool,
    #[serde(skip)]
    consents: bool,
}

#[derive(Template)]
#[template(path = "household.html")]
struct HouseholdView<'a> {
    shell: &'a Shell,
    m: &'a HouseholdModel,
}

/// The door that a path names, for whoever asks.
fn found(asked: &Asked<'_>, text: &str) -> Result<HouseholdFile, Trouble> {
    match household(asked.town, asked.id(text)?, asked.person)? {
        Found::Here(file) => Ok(file),
        Found::Elsewhere => Err(Trouble::forbidden()),
        Found::Nothing => Err(Trouble::not_found()),
    }
}

fn signature(pledge: &qiaomen_core::record::Pledge) -> Option<Strokes> {
    let strokes = pledge.signature.as_ref()?.strokes();
    let points = || strokes.iter().flatten();
    let (left, top) = (points().map(|at| at.x).min()?, points().map(|at| at.y).min()?);
    let (right, bottom) = (points().map(|at| at.x).max()?, points().map(|at| at.y).max()?);
    let mut path = String::new();
    for stroke in &strokes {
        for (at, point) in stroke.iter().enumerate() {
            path.push_str(&format!("{}{} {}", if at == 0 { 'M' } else { 'L' }, point.x - left, point.y - top));
        }
    }
    Some(Strokes { view: format!("-20 -20 {} {}", right - left + 40, bottom - top + 40), path })
}

struct Writer<'a> {
    asked: &'a Asked<'a>,
    names: &'a Names,
    household: &'a Household,
    merged: &'a [(HouseholdId, Household)],
    revealed: bool,
}

impl Writer<'_> {
    /// What somebody behind the door, or a door that was merged into it, is called here.
    fn called(&self, who: ResidentId) -> Option<String> {
        let doors = std::iter::once(self.household).chain(self.merged.iter().map(|(_, door)| door));
        let name = doors.filter_map(|door| door.residents.get(&who)).map(|resident| resident.name.as_str()).next()?;
        Some(self.asked.name(name, self.revealed))
    }

    fn change(&self, change: &FieldChange) -> ChangeLine {
        let key = change.path.last().map_or("", String::as_str);
        let whole = change.path.len() == 2 && change.path.first().is_some_and(|key| key == "residents");
        let of = change.path.get(1).filter(|_| change.path.len() > 1).and_then(|id| id.parse().ok());
        // A set's members stand each under a key of its own.
        let (set, member) = key.split_once('/').map_or((key, None), |(set, member)| (set, Some(member)));
        let group = match set {
            "door" => "door",
            "tags" => "tag",
            "app_installed" | "left_town" | "removed" => "truth",
            _ => "",
        };
        let personal = whole || PERSONAL.contains(&set);
        let shown = |text: &str| match (personal, self.revealed) {
            (true, false) => "***".to_owned(),
            _ => match text.parse() {
                Ok(grid) if set == "grid" => self.names.area(grid).path,
                _ => text.to_owned(),
            },
        };
        let (before, after) = match member {
            Some(member) => {
                let there = change.after.as_deref() == Some("true");
                let member = shown(member);
                if there { (None, Some(member)) } else { (Some(member), None) }
            }
            None => (change.before.as_deref().map(shown), change.after.as_deref().map(shown)),
        };
        ChangeLine {
            field: if whole { "residents".to_owned() } else { set.to_owned() },
            of: of.and_then(|who| self.called(who)),
            group: group.to_owned(),
            before,
            after,
        }
    }

    fn edit(&self, edit: &Edited) -> EditLine {
        EditLine {
            written: self.asked.moment(edit.written),
            arrived: self.asked.moment(edit.arrived),
            by: edit.by.map(|by| self.names.staff(by)),
            first: edit.first,
            changes: edit.fields.iter().map(|field| self.change(field)).collect(),
        }
    }
}

/// One door.
pub(crate) struct HouseholdPage;

impl Page for HouseholdPage {
    const ID: &'static str = "household";
    const SUMMARY: &'static str = "One door: who lives there, what was done, signed and changed, by whom and when";
    type Query = HouseholdQuery;
    type Model = HouseholdModel;

    fn read(asked: &Asked<'_>, query: HouseholdQuery) -> Result<HouseholdModel, Trouble> {
        let file = found(asked, &query.household)?;
        let (names, id) = (asked.names()?, file.id.to_string());
        let revealed = asked.is_revealed(&id);
        let kept = asked.town.doors_of(file.grid)?;
        let facts = kept.doors.iter().find(|door| door.household == file.id);
        let line = facts.map(DoorLine::of);
        let texts: Vec<(qiaomen_core::record::DocumentId, PledgeText)> = asked
            .town
            .records(&Kind::PledgeText)?
            .into_iter()
            .filter_map(|(stored, record)| match record {
                Record::PledgeText(text) => Some((stored.id, text)),
                _ => None,
            })
            .collect();
        let writer = Writer { asked, names: &names, household: &file.household, merged: &file.merged, revealed };
        let stands = |id| facts.is_some_and(|door| door.pledges.iter().any(|one| one.pledge == id && one.stands()));
        let signed = |who: &ResidentId| {
            facts.is_some_and(|door| door.pledges.iter().any(|one| one.resident == *who && one.stands()))
        };
        let residents = file.household.residents.iter().map(|(id, resident)| ResidentLine {
            id: id.to_string(),
            name: asked.name(&resident.name, revealed),
            telephones: resident.telephones.iter().map(|number| asked.telephone(number, revealed)).collect(),
            birth_year: resident.birth_year.filter(|_| revealed),
            tags: resident.tags.iter().map(|tag| tag.word().to_owned()).collect(),
            app: match resident.app_installed {
                Some(true) => "installed",
                Some(false) => "missing",
                None => "not_looked",
            }
            .to_owned(),
            left_town: resident.left_town,
            left_to: resident.left_to.clone().filter(|_| revealed),
            left_contact: resident.left_contact.clone().filter(|_| revealed),
            removed: resident.removed,
            signed: signed(id),
        });
        let mut residents: Vec<ResidentLine> = residents.collect();
        residents.sort_by_key(|resident| (resident.removed, resident.left_town));
        let pledges = file.entries.iter().rev().filter_map(|entry| match &entry.record {
            Record::Pledge(signed) => {
                let text = pledge::signed(signed, &texts);
                let proxy = signed.proxy.as_ref().and_then(|proxy| proxy.name.as_deref());
                Some(PledgeLine {
                    id: entry.id.to_string(),
                    name: writer.called(signed.resident),
                    at: asked.moment(signed.at),
                    arrived: entry.arrived.map(|arrived| asked.moment(arrived)),
                    by: names.staff(entry.by),
                    on_paper: signed.signature.is_none(),
                    archive_number: signed.archive_number.clone(),
                    proxy: proxy.map(|name| asked.name(name, revealed)),
                    void: signed.void,
                    stands: stands(entry.id),
                    title: text.as_ref().map(|text| text.title.clone()),
                    version: signed.version,
                    text: text.map(|text| text.body),
                    strokes: signature(signed).filter(|_| revealed),
                })
            }
            _ => None,
        });
        let pledges: Vec<PledgeLine> = pledges.collect();
        let alerts = file.alerts.iter().map(|named| AlertNamed {
            id: named.id.to_string(),
            number: named.alert.platform_number.clone(),
            name: asked.name(&named.alert.name, revealed),
            level: named.alert.level.word().to_owned(),
            issued: asked.moment(named.alert.issued),
            arrived: asked.moment(named.arrived),
        });
        let told: Vec<_> = file.entries.iter().filter(|entry| entry.kind != Kind::Pledge).cloned().collect();
        let teller = Teller { asked, names: &names, revealed };
        let merged = file.merged.iter().map(|(id, door)| MergedLine {
            id: id.to_string(),
            address: asked.place(&address_text(&door.address), revealed),
        });
        let reach = facts.and_then(|door| qiaomen_core::doors::standing(door, qiaomen_core::doors::Period::ALL));
        Ok(HouseholdModel {
            area: names.area(file.grid),
            address: asked.place(&address_text(&file.household.address), revealed),
            door: file.household.door.word().to_owned(),
            count: line.as_ref().map_or_else(|| word(Counted::In), |line| word(line.count)),
            reach: reach.map(|reach| reach.reach.word().to_owned()),
            last: line.and_then(|line| line.last).map(|last| asked.moment(last)),
            has_note: file.household.note.is_some(),
            note: file.household.note.clone().filter(|_| revealed),
            removed: file.household.removed,
            stands_at: file.stands_at.map(|id| id.to_string()),
            revealed,
            residents,
            pledges,
            alerts: alerts.collect(),
            entries: teller.entries(&told, &|who| writer.called(who)),
            merged: merged.collect(),
            edits: file.edits.iter().map(|edit| writer.edit(edit)).collect(),
            print: asked.prints(query.print, &id),
            consents: asked.may(Action::Consent) && !file.household.removed && file.stands_at.is_none(),
            id,
        })
    }

    fn show(shell: &Shell, m: &HouseholdModel) -> askama::Result<String> {
        HouseholdView { shell, m }.render()
    }
}

/// Which door.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct HouseholdForm {
    /// The household.
    household: String,
}

/// Has a door's names and telephones shown for a while.
pub(crate) struct RevealHousehold;

impl Deed for RevealHousehold {
    const ID: &'static str = "revealHousehold";
    const SUMMARY: &'static str =
        "Has a household's names, telephones and address shown to this session for ten minutes";
    type Form = HouseholdForm;

    fn perform(asked: &Asked<'_>, form: HouseholdForm) -> Result<Done, Trouble> {
        let id = found(asked, &form.household)?.id.to_string();
        asked.reveal(&id)?;
        Ok(Done::new(
            asked,
            format!("/households/{id}"),
            "已显示，并已记入审计。",
            "Shown, and noted in the audit trail.",
        ))
    }
}

/// Prints a door's page.
pub(crate) struct PrintHousehold;

impl Deed for PrintHousehold {
    const ID: &'static str = "printHousehold";
    const SUMMARY: &'static str = "Notes that a household's page is printed, with its names shown";
    type Form = HouseholdForm;

    fn perform(asked: &Asked<'_>, form: HouseholdForm) -> Result<Done, Trouble> {
        let id = found(asked, &form.household)?.id.to_string();
        asked.reveal(&id)?;
        asked.allow_printing(&id, None)?;
        let next = format!("/households/{id}?print=true");
        Ok(Done::new(asked, next, "已记入审计，可以打印。", "Noted in the audit trail; print it now."))
    }
}

/// A supervisor's word on a door and the count.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ConsentForm {
    /// The household.
    household: String,
    /// Whether it is left out of the count; otherwise it is counted again.
    out: bool,
    /// The state of the door for which it is left out: `vacant`, `demolished` or `long_absent`.
    reason: Option<String>,
    /// Why, in words.
    note: Option<String>,
    /// Where to look next: `list` for the list of such doors.
    then: Option<String>,
}

/// Leaves a door out of the count, or has it counted again.
pub(crate) struct Consents;

impl Deed for Consents {
    const ID: &'static str = "consent";
    const SUMMARY: &'static str =
        "Leaves a household out of the count for the state that it is in, or has it counted again";
    type Form = ConsentForm;

    fn perform(asked: &Asked<'_>, form: ConsentForm) -> Result<Done, Trouble> {
        let file = found(asked, &form.household)?;
        let state = &file.household.door;
        let reason = match (form.out, form.reason.as_deref().map(Door::from_word)) {
            (true, None) => {
                return Err(Trouble::field("reason", "请选择免计原因。", "Say for which state it is left out."));
            }
            (true, Some(reason)) if reason != *state || reason == Door::LivedIn => {
                return Err(Trouble::field(
                    "reason",
                    "原因与住户登记的状态不一致，请先由网格员更正住户状态。",
                    "The door is recorded in another state; have that put right first.",
                ));
            }
            (_, reason) => reason,
        };
        if !form.out && form.note.is_none() {
            return Err(Trouble::field("note", "请写明恢复计入的理由。", "Say why it is counted again."));
        }
        let reason = if form.out { reason } else { Some(state.clone()).filter(|state| *state != Door::LivedIn) };
        let consent = Consent { household: file.id, out_of_count: form.out, reason, at: asked.now, note: form.note };
        let written = asked.create(consent, Scope::Grid(file.grid))?;
        let next = match form.then.as_deref() {
            Some("list") => "/coverage/list?what=left_out".to_owned(),
            _ => format!("/households/{}", file.id),
        };
        let done = match form.out {
            true => Done::new(asked, next, "已同意免计。", "Left out of the count."),
            false => Done::new(asked, next, "已恢复计入。", "Counted again."),
        };
        Ok(done.with_id(written))
    }
}
