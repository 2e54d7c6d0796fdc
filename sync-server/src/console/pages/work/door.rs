//! A worker's doors: the walk through a grid, a visit, a pledge on paper, a door that is not on the roster yet.
//!
//! Floor: console. Invariant: a list shows names masked; the page of a door shows them to whoever goes there, and the
//! trail says so.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use qiaomen_core::doors::{DoorFacts, Period, standing};
use qiaomen_core::record::{
    Address, AreaId, Door, Explained, Given, Household, HouseholdId, Language, Outcome, Pledge, Purpose, Record,
    Resident, ResidentId, Scope, Visit,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alert::{all_known, known, photos, stretch};
use super::{For, Worker};
use crate::amend::address;
use crate::console::names::AreaName;
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::report::Reports;

/// How many doors stand on a page.
const PAGE: usize = 60;

/// Which grid.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GridQuery {
    /// The grid.
    grid: String,
    /// The worker on whose behalf an office asks.
    #[serde(rename = "for")]
    worker: Option<String>,
    /// `left` shows only doors at which nobody has been met.
    only: Option<String>,
    /// Which page, from 0.
    #[serde(default)]
    page: usize,
}

/// The doors of a grid as a worker walks.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GridModel {
    worker: For,
    grid: AreaName,
    only: Option<String>,
    page: usize,
    more: bool,
    doors: Vec<DoorLine>,
}

/// A door in a list.
#[derive(Debug, Serialize, JsonSchema)]
struct DoorLine {
    id: String,
    address: String,
    /// Its residents' names, masked.
    residents: Vec<String>,
    /// When somebody was last there, and what came of it.
    last: Option<Moment>,
    outcome: Option<String>,
    met: bool,
    pledged: bool,
}

#[derive(Template)]
#[template(path = "work_grid.html")]
struct GridView<'a> {
    shell: &'a Shell,
    m: &'a GridModel,
}

fn doors(asked: &Asked<'_>, grid: AreaId) -> Result<Vec<DoorFacts>, Trouble> {
    let mut doors = Reports::of(asked.town)?.doors_in(grid)?;
    doors.retain(|door| !door.removed);
    doors.sort_by(|one, other| (&one.walk, one.household).cmp(&(&other.walk, other.household)));
    Ok(doors)
}

/// The doors of a grid.
pub(crate) struct Grid;

impl Page for Grid {
    const ID: &'static str = "workGrid";
    const SUMMARY: &'static str = "The doors of a grid, as a worker walks";
    type Query = GridQuery;
    type Model = GridModel;

    fn read(asked: &Asked<'_>, query: GridQuery) -> Result<GridModel, Trouble> {
        let worker = Worker::of(asked, query.worker.as_deref())?;
        let grid: AreaId = asked.id(&query.grid)?;
        worker.must_hold(Scope::Grid(grid))?;
        let names = asked.names()?;
        let left = query.only.as_deref() == Some("left");
        let mut lines = Vec::new();
        for door in doors(asked, grid)? {
            let Some(stands) = standing(&door, Period::default()) else { continue };
            let met = door.visits.iter().any(|visit| visit.counts() && visit.outcome == Outcome::Met);
            if left && (met || stands.out.is_some()) {
                continue;
            }
            let last = door.visits.iter().max_by_key(|visit| (visit.ended, visit.visit));
            let here = door.residents.iter().filter(|resident| !resident.removed);
            lines.push(DoorLine {
                id: door.household.to_string(),
                address: address(&door.address),
                residents: here.map(|resident| asked.name(&resident.name, false)).collect(),
                last: last.map(|visit| asked.moment(visit.ended)),
                outcome: last.map(|visit| visit.outcome.to_string()),
                met,
                pledged: stands.pledged,
            });
        }
        let skip = query.page.saturating_mul(PAGE);
        let more = lines.len() > skip.saturating_add(PAGE);
        let doors = lines.into_iter().skip(skip).take(PAGE).collect();
        Ok(GridModel {
            worker: worker.shown(),
            grid: names.area(grid),
            only: query.only.filter(|only| only == "left"),
            page: query.page,
            more,
            doors,
        })
    }

    fn show(shell: &Shell, m: &GridModel) -> askama::Result<String> {
        GridView { shell, m }.render()
    }
}

/// Which door.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DoorQuery {
    /// The household.
    household: String,
    /// The worker on whose behalf an office asks.
    #[serde(rename = "for")]
    worker: Option<String>,
}

/// A door as the worker needs it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DoorModel {
    #[serde(skip)]
    now: Option<Moment>,
    worker: For,
    id: String,
    grid: AreaName,
    address: String,
    residents: Vec<ResidentLine>,
    visits: Vec<VisitLine>,
    /// What was handed over and explained last time.
    given: Vec<String>,
    explained: Vec<String>,
    /// The pledge's text that is in use.
    text_title: String,
    text_body: String,
    /// The door after it, as one walks.
    next: Option<String>,
}

/// A resident.
#[derive(Debug, Serialize, JsonSchema)]
struct ResidentLine {
    id: String,
    name: String,
    telephones: Vec<String>,
    tags: Vec<String>,
    pledged: Option<Moment>,
}

/// A visit.
#[derive(Debug, Serialize, JsonSchema)]
struct VisitLine {
    at: Moment,
    outcome: String,
}

#[derive(Template)]
#[template(path = "work_door.html")]
struct DoorView<'a> {
    shell: &'a Shell,
    m: &'a DoorModel,
    now: &'a Moment,
}

fn grid_of(asked: &Asked<'_>, worker: &Worker, household: HouseholdId) -> Result<AreaId, Trouble> {
    let stored = asked.town.store().document(household.into())?.ok_or_else(Trouble::not_found)?;
    let Scope::Grid(grid) = stored.scope else { return Err(Trouble::not_found()) };
    worker.must_hold(stored.scope)?;
    Ok(grid)
}

/// A door.
pub(crate) struct WorkDoor;

impl Page for WorkDoor {
    const ID: &'static str = "workDoor";
    const SUMMARY: &'static str = "A door as the worker needs it who goes there";
    type Query = DoorQuery;
    type Model = DoorModel;

    fn read(asked: &Asked<'_>, query: DoorQuery) -> Result<DoorModel, Trouble> {
        let worker = Worker::of(asked, query.worker.as_deref())?;
        let household: HouseholdId = asked.id(&query.household)?;
        let grid = grid_of(asked, &worker, household)?;
        let all = doors(asked, grid)?;
        let place = all.iter().position(|door| door.household == household).ok_or_else(Trouble::not_found)?;
        let door = all.get(place).ok_or_else(Trouble::not_found)?;
        let subject = household.to_string();
        if !asked.peeks && !asked.is_revealed(&subject) {
            asked.reveal(&subject)?;
        }
        let pledged = |resident| {
            let stands = door.pledges.iter().filter(|pledge| pledge.resident == resident && pledge.stands());
            stands.map(|pledge| pledge.at).max()
        };
        let here = door.residents.iter().filter(|resident| !resident.removed && !resident.left_town);
        let mut visits: Vec<_> = door.visits.iter().collect();
        visits.sort_by_key(|visit| std::cmp::Reverse((visit.ended, visit.visit)));
        let last = visits.iter().find(|visit| visit.outcome == Outcome::Met && visit.is_to_the_door());
        let language = if asked.lang.word() == "zh" { Language::Zh } else { Language::En };
        let text =
            crate::settings::pledge_texts::shown(asked.town, &language, asked.now).map_err(|_| Trouble::not_found())?;
        Ok(DoorModel {
            now: Some(asked.moment(asked.now)),
            worker: worker.shown(),
            id: household.to_string(),
            grid: asked.names()?.area(grid),
            address: address(&door.address),
            residents: here
                .map(|resident| ResidentLine {
                    id: resident.resident.to_string(),
                    name: resident.name.clone(),
                    telephones: resident.telephones.clone(),
                    tags: resident.tags.iter().map(ToString::to_string).collect(),
                    pledged: pledged(resident.resident).map(|at| asked.moment(at)),
                })
                .collect(),
            given: last.map(|visit| visit.given.iter().map(ToString::to_string).collect()).unwrap_or_default(),
            explained: last.map(|visit| visit.explained.iter().map(ToString::to_string).collect()).unwrap_or_default(),
            visits: visits
                .iter()
                .take(12)
                .map(|visit| VisitLine { at: asked.moment(visit.ended), outcome: visit.outcome.to_string() })
                .collect(),
            text_title: text.title.to_string(),
            text_body: text.body.to_string(),
            next: all.get(place + 1).map(|door| door.household.to_string()),
        })
    }

    fn show(shell: &Shell, m: &DoorModel) -> askama::Result<String> {
        let Some(now) = &m.now else { return Ok(String::new()) };
        DoorView { shell, m, now }.render()
    }
}

impl DoorModel {
    fn has(&self, list: &str, word: &str) -> bool {
        let list = if list == "given" { &self.given } else { &self.explained };
        list.iter().any(|have| have == word)
    }
}

/// What came of a visit to a door.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DoorVisitForm {
    /// The household.
    household: String,
    /// The worker on whose behalf an office asks.
    #[serde(rename = "for")]
    worker: Option<String>,
    /// What came of it: `met`, `nobody_home`, `refused`, `moved`, `inaccessible` or `telephone_only`.
    outcome: String,
    /// When it began: RFC 3339, or as it stands on the wall in the town's zone.
    started: String,
    /// When it ended.
    ended: String,
    /// The residents who were met.
    #[serde(default)]
    met: Vec<String>,
    /// What was handed over.
    #[serde(default)]
    given: Vec<String>,
    /// What was explained.
    #[serde(default)]
    explained: Vec<String>,
    /// What photos were taken with: `telephone`, `camera` or `other`; no photos where absent.
    photos_with: Option<String>,
    /// Where they are kept: `police`, `village` or `device`.
    photos_kept_at: Option<String>,
    /// What else there is to say.
    note: Option<String>,
}

/// Records a visit to a door.
pub(crate) struct VisitDoor;

impl Deed for VisitDoor {
    const ID: &'static str = "visitDoor";
    const SUMMARY: &'static str = "Record a visit to a door, or the attempt";
    type Form = DoorVisitForm;

    fn perform(asked: &Asked<'_>, form: DoorVisitForm) -> Result<Done, Trouble> {
        let worker = Worker::of(asked, form.worker.as_deref())?;
        let household: HouseholdId = asked.id(&form.household)?;
        let grid = grid_of(asked, &worker, household)?;
        let outcome: Outcome = known("outcome", &form.outcome)?;
        let (started, ended) = stretch(asked, &form.started, &form.ended)?;
        let met: BTreeSet<ResidentId> = form.met.iter().map(|text| asked.id(text)).collect::<Result<_, Trouble>>()?;
        let all = doors(asked, grid)?;
        let door = all.iter().find(|door| door.household == household).ok_or_else(Trouble::not_found)?;
        let lives_here = |who: &ResidentId| door.residents.iter().any(|have| have.resident == *who && !have.removed);
        if !met.iter().all(lives_here) {
            return Err(Trouble::field("met", "请选择这一户的居民。", "Choose residents of this door."));
        }
        let next = format!("/work/doors/{household}{}", worker.shown().query);
        // Sent twice, by a second tap or the way back: it is one visit.
        let is_it = |visit: &&qiaomen_core::doors::VisitFacts| {
            visit.is_to_the_door() && visit.ended == ended && visit.outcome == outcome && visit.met == met
        };
        if let Some(have) = door.visits.iter().find(is_it) {
            return Ok(
                Done::new(asked, next, "这次走访已记录过。", "This visit was recorded before.").with_id(have.visit)
            );
        }
        let given: BTreeSet<Given> = all_known("given", &form.given)?;
        let explained: BTreeSet<Explained> = all_known("explained", &form.explained)?;
        let was_met = matches!(outcome, Outcome::Met | Outcome::TelephoneOnly);
        let visit = Visit {
            purpose: Purpose::Door,
            household: Some(household),
            alert: None,
            // A closed door is handed nothing: what the form had ticked from last time does not count.
            met: if was_met { met } else { BTreeSet::new() },
            given: if outcome == Outcome::Met { given } else { BTreeSet::new() },
            explained: if was_met { explained } else { BTreeSet::new() },
            outcome,
            met_target: None,
            met_others: None,
            started,
            ended,
            position: None,
            observations: BTreeSet::new(),
            note: worker.note(asked, form.note)?,
            risk: None,
            next_step: None,
            dissuasion: None,
            photos: photos(form.photos_with.as_deref(), form.photos_kept_at.as_deref())?,
        };
        let id = worker.write(asked, Record::from(visit), Scope::Grid(grid))?;
        Ok(Done::new(asked, next, "走访已记录。", "The visit was recorded.").with_id(id))
    }
}

/// A pledge on paper.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct PledgeForm {
    /// The household.
    household: String,
    /// The worker on whose behalf an office asks.
    #[serde(rename = "for")]
    worker: Option<String>,
    /// Who pledges.
    resident: String,
    /// Under which number the paper copy was filed.
    archive_number: String,
    /// When it was signed; now where it is absent.
    at: Option<String>,
    /// Who saw it besides the worker.
    witness: Option<String>,
}

/// Files a pledge that was signed on paper.
pub(crate) struct PledgeAtDoor;

impl Deed for PledgeAtDoor {
    const ID: &'static str = "filePledge";
    const SUMMARY: &'static str = "File a pledge that was signed on paper";
    type Form = PledgeForm;

    fn perform(asked: &Asked<'_>, form: PledgeForm) -> Result<Done, Trouble> {
        let worker = Worker::of(asked, form.worker.as_deref())?;
        let household: HouseholdId = asked.id(&form.household)?;
        let grid = grid_of(asked, &worker, household)?;
        let resident: ResidentId = asked.id(&form.resident)?;
        let lives_here = doors(asked, grid)?.iter().any(|door| {
            door.household == household && door.residents.iter().any(|have| have.resident == resident && !have.removed)
        });
        if !lives_here {
            return Err(Trouble::field("resident", "请选择这一户的居民。", "Choose a resident of this door."));
        }
        let at = form.at.as_deref().map(|text| asked.time("at", text)).transpose()?.unwrap_or(asked.now);
        if at > asked.now {
            return Err(Trouble::field("at", "签署时间还没到。", "It was signed later than now."));
        }
        let text =
            crate::settings::pledge_texts::shown(asked.town, &Language::Zh, at).map_err(|_| Trouble::not_found())?;
        let pledge = Pledge {
            household,
            resident,
            template: text.template.to_string(),
            version: text.version,
            at,
            signature: None,
            proxy: None,
            witness: form.witness,
            archive_number: Some(form.archive_number),
            corrects: None,
            void: false,
            note: worker.note(asked, None)?,
        };
        let id = worker.write(asked, Record::from(pledge), Scope::Grid(grid))?;
        let next = format!("/work/doors/{household}{}", worker.shown().query);
        Ok(Done::new(asked, next, "承诺书已登记。", "The pledge was filed.").with_id(id))
    }
}

/// The form of a new door.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NewDoorModel {
    worker: For,
    grid: AreaName,
}

#[derive(Template)]
#[template(path = "work_new_door.html")]
struct NewDoorView<'a> {
    shell: &'a Shell,
    m: &'a NewDoorModel,
}

/// The form of a new door.
pub(crate) struct DoorForm;

impl Page for DoorForm {
    const ID: &'static str = "newDoorForm";
    const SUMMARY: &'static str = "The form of a door that is not on the roster yet";
    type Query = GridQuery;
    type Model = NewDoorModel;

    fn read(asked: &Asked<'_>, query: GridQuery) -> Result<NewDoorModel, Trouble> {
        let worker = Worker::of(asked, query.worker.as_deref())?;
        let grid: AreaId = asked.id(&query.grid)?;
        worker.must_hold(Scope::Grid(grid))?;
        Ok(NewDoorModel { worker: worker.shown(), grid: asked.names()?.area(grid) })
    }

    fn show(shell: &Shell, m: &NewDoorModel) -> askama::Result<String> {
        NewDoorView { shell, m }.render()
    }
}

/// A door that is not on the roster yet.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct NewDoor {
    /// The grid.
    grid: String,
    /// The worker on whose behalf an office asks.
    #[serde(rename = "for")]
    worker: Option<String>,
    building: Option<String>,
    unit: Option<String>,
    floor: Option<i64>,
    room: Option<String>,
    group: Option<String>,
    number: Option<String>,
    /// The resident's name.
    name: Option<String>,
    /// Their telephone.
    telephone: Option<String>,
    /// The year they were born.
    birth_year: Option<i64>,
    /// Whether it is added though a door with this address is there.
    #[serde(default)]
    again: bool,
}

/// Adds a door.
pub(crate) struct AddDoor;

impl Deed for AddDoor {
    const ID: &'static str = "addDoor";
    const SUMMARY: &'static str = "Add a door that is not on the roster yet";
    type Form = NewDoor;

    fn perform(asked: &Asked<'_>, form: NewDoor) -> Result<Done, Trouble> {
        let worker = Worker::of(asked, form.worker.as_deref())?;
        let grid: AreaId = asked.id(&form.grid)?;
        worker.must_hold(Scope::Grid(grid))?;
        let mut residents = BTreeMap::new();
        if let Some(name) = form.name {
            let resident = Resident {
                name,
                telephones: form.telephone.into_iter().collect(),
                birth_year: form.birth_year,
                tags: BTreeSet::new(),
                app_installed: None,
                left_town: false,
                left_to: None,
                left_contact: None,
                removed: false,
            };
            residents.insert(ResidentId::fresh(asked.now, &mut asked.random()), resident);
        }
        let household = Household {
            address: Address {
                building: form.building,
                unit: form.unit,
                floor: form.floor,
                room: form.room,
                group: form.group,
                number: form.number,
            },
            door: Door::LivedIn,
            note: worker.note(asked, None)?,
            residents,
            grid: None,
            removed: false,
            merged_into: None,
            counterparts: BTreeSet::new(),
        };
        let key = crate::import::door_key(&household.address);
        let there = doors(asked, grid)?;
        if let (false, Some(_)) = (form.again, there.iter().find(|door| crate::import::door_key(&door.address) == key))
        {
            return Err(Trouble::field(
                "again",
                "这个网格已有同一地址的住户。确认是另一户时，请勾选“仍要新增”。",
                "A door with this address is in this grid already. Tick “add it all the same” if it is another.",
            ));
        }
        let id = worker.write(asked, Record::from(household), Scope::Grid(grid))?;
        let next = format!("/work/doors/{id}{}", worker.shown().query);
        Ok(Done::new(asked, next, "这一户已加入名册。", "The door was added.").with_id(id))
    }
}
