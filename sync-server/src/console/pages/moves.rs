//! Doors and units that move from one grid to another: chosen, shown exactly, then moved.
//!
//! Floor: console. Invariants: only between grids that whoever moves them holds; what goes along is what `accept` takes
//! along (everything that was recorded about a door); addresses are masked until they were revealed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use qiaomen_core::projection::Cell;
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{AreaId, AreaLevel, DocumentId, PersonId, Role, Scope, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::devices::PAGE;
use crate::access::Action;
use crate::author::Draft;
use crate::console::names::{AreaName, Names, Staff};
use crate::console::{Asked, Deed, Done, Kept, Moment, Page, Shell, Trouble, Waiting};
use crate::store::RecordRow;

/// How many doors move at a time.
const MOST: usize = 1_000;

/// Doors that somebody is about to move.
pub(crate) struct Plan {
    from: AreaId,
    to: AreaId,
    doors: Vec<DocumentId>,
}

/// A door or a unit.
struct Door {
    id: DocumentId,
    table: &'static str,
    /// The building, or the group of houses: what many doors have in common.
    block: String,
    address: String,
}

fn cell(row: &RecordRow, table: &str, column: &str) -> Option<String> {
    match row.cell(table, column) {
        Some(Cell::Text(text)) if !text.is_empty() => Some(text.to_string()),
        Some(Cell::Integer(number)) => Some(number.to_string()),
        _ => None,
    }
}

fn is_removed(row: &RecordRow, table: &str) -> bool {
    row.cell(table, "removed") == Some(&Cell::Integer(1))
}

/// The doors and units of a grid that are there, by address.
fn doors(asked: &Asked<'_>, grid: AreaId) -> Result<Vec<Door>, Trouble> {
    let mut found = Vec::new();
    asked.town.store().walk_rows("household", &mut |row| {
        if row.document.scope == Scope::Grid(grid) && !is_removed(&row, "household") {
            let part = |column: &str, after: &str| cell(&row, "household", column).map(|text| text + after);
            let block = part("building", "栋").or_else(|| part("group", "组")).unwrap_or_default();
            let rest = [part("unit", "单元"), part("room", ""), part("number", "号")];
            let address = rest.into_iter().flatten().fold(block.clone(), |text, part| text + &part);
            found.push(Door { id: row.document.id, table: "household", block, address });
        }
        Ok(())
    })?;
    asked.town.store().walk_rows("unit", &mut |row| {
        if row.document.scope == Scope::Grid(grid) && !is_removed(&row, "unit") {
            let address = cell(&row, "unit", "name").unwrap_or_default();
            found.push(Door { id: row.document.id, table: "unit", block: String::new(), address });
        }
        Ok(())
    })?;
    found.sort_by(|one, other| (one.table, &one.address, one.id).cmp(&(other.table, &other.address, other.id)));
    Ok(found)
}

/// A grid that whoever asks holds.
fn grid(asked: &Asked<'_>, names: &Names, text: &str) -> Result<AreaId, Trouble> {
    let id: AreaId = asked.id(text)?;
    let area = names.tree().get(id).ok_or_else(Trouble::not_found)?;
    if area.level != AreaLevel::Grid {
        return Err(Trouble::field("to", "请选择一个网格。", "Choose a grid."));
    }
    if asked.town.scopes_of(asked.person)?.binary_search(&Scope::Grid(id)).is_err() {
        return Err(Trouble::forbidden());
    }
    Ok(id)
}

/// A building, or a group of houses, with how many doors.
#[derive(Debug, Serialize, JsonSchema)]
struct Block {
    name: String,
    doors: u64,
}

/// A door.
#[derive(Debug, Serialize, JsonSchema)]
struct DoorLine {
    id: String,
    /// household or unit.
    kind: String,
    /// Of a household masked until it was revealed; of a unit its name.
    address: String,
}

/// The doors of a grid.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DoorsModel {
    area: AreaName,
    total: u64,
    blocks: Vec<Block>,
    doors: Vec<DoorLine>,
    revealed: bool,
    /// The grids that they may be moved to.
    grids: Vec<AreaName>,
    page: usize,
    more: bool,
}

/// Which grid.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DoorsQuery {
    area: String,
    #[serde(default)]
    page: usize,
}

#[derive(Template)]
#[template(path = "doors.html")]
struct DoorsView<'a> {
    shell: &'a Shell,
    m: &'a DoorsModel,
}

/// The doors of a grid, to choose from.
pub(crate) struct Doors;

impl Page for Doors {
    const ID: &'static str = "gridDoors";
    const SUMMARY: &'static str = "The doors and units of a grid, to choose those that move to another";
    type Query = DoorsQuery;
    type Model = DoorsModel;

    fn read(asked: &Asked<'_>, query: DoorsQuery) -> Result<DoorsModel, Trouble> {
        let names = asked.names()?;
        let from = grid(asked, &names, &query.area)?;
        let all = doors(asked, from)?;
        let mut blocks: BTreeMap<&str, u64> = BTreeMap::new();
        for door in all.iter().filter(|door| !door.block.is_empty()) {
            *blocks.entry(&door.block).or_default() += 1;
        }
        let revealed = asked.is_revealed(&from.to_string());
        let held = asked.town.scopes_of(asked.person)?;
        let others = names.tree().grids(None).into_iter();
        let others = others.filter(|grid| *grid != from && held.binary_search(&Scope::Grid(*grid)).is_ok());
        let shown = all.iter().skip(query.page.saturating_mul(PAGE)).take(PAGE);
        Ok(DoorsModel {
            area: names.area(from),
            total: all.len() as u64,
            blocks: blocks.into_iter().map(|(name, doors)| Block { name: name.to_owned(), doors }).collect(),
            doors: shown
                .map(|door| DoorLine {
                    id: door.id.to_string(),
                    kind: door.table.to_owned(),
                    address: if door.table == "unit" {
                        door.address.clone()
                    } else {
                        asked.place(&door.address, revealed)
                    },
                })
                .collect(),
            revealed,
            grids: others.map(|grid| names.area(grid)).collect(),
            page: query.page,
            more: all.len() > query.page.saturating_add(1).saturating_mul(PAGE),
        })
    }

    fn show(shell: &Shell, m: &DoorsModel) -> askama::Result<String> {
        DoorsView { shell, m }.render()
    }
}

/// Which grid.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AreaForm {
    area: String,
}

/// Shows the addresses of a grid.
pub(crate) struct RevealDoors;

impl Deed for RevealDoors {
    const ID: &'static str = "revealGridDoors";
    const SUMMARY: &'static str = "Have the addresses of a grid's doors shown to this session for a while";
    type Form = AreaForm;

    fn perform(asked: &Asked<'_>, form: AreaForm) -> Result<Done, Trouble> {
        let area = grid(asked, &asked.names()?, &form.area)?;
        asked.reveal(&area.to_string())?;
        Ok(Done::new(asked, format!("/areas/{area}/doors"), "已显示，10 分钟后重新遮盖。", "Shown for ten minutes."))
    }
}

/// What is to move where.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct MoveForm {
    area: String,
    /// The grid that they move to.
    to: String,
    /// Doors and units.
    #[serde(default)]
    doors: Vec<String>,
    /// Whole buildings or groups of houses, as they are listed.
    #[serde(default)]
    blocks: Vec<String>,
    /// All there are.
    #[serde(default)]
    all: bool,
}

/// Chooses doors to move, and moves nothing yet.
pub(crate) struct Choose;

impl Deed for Choose {
    const ID: &'static str = "planMove";
    const SUMMARY: &'static str =
        "Choose doors that are to move to another grid; nothing moves before the plan is applied";
    type Form = MoveForm;

    fn perform(asked: &Asked<'_>, form: MoveForm) -> Result<Done, Trouble> {
        let names = asked.names()?;
        let (from, to) = (grid(asked, &names, &form.area)?, grid(asked, &names, &form.to)?);
        if from == to {
            return Err(Trouble::field("to", "它们已经在这个网格里。", "They lie in this grid already."));
        }
        let chosen: BTreeSet<DocumentId> =
            form.doors.iter().map(|door| asked.id(door)).collect::<Result<_, Trouble>>()?;
        let all = doors(asked, from)?.into_iter();
        let doors: Vec<DocumentId> = all
            .filter(|door| {
                let by_block = !door.block.is_empty() && form.blocks.contains(&door.block);
                form.all || chosen.contains(&door.id) || by_block
            })
            .map(|door| door.id)
            .collect();
        if doors.is_empty() {
            return Err(Trouble::field("doors", "请先勾选要移动的门户。", "Tick the doors that are to move."));
        }
        if doors.len() > MOST {
            return Err(Trouble::field(
                "doors",
                format!("一次最多移动 {MOST} 户。"),
                format!("{MOST} doors move at a time at most."),
            ));
        }
        let ticket = Kept::ticket(&mut asked.random());
        let bytes = doors.len() * 16;
        let plan = Arc::new(Waiting::Moves(Plan { from, to, doors }));
        asked.desk.kept.put((asked.person, &ticket), asked.now, bytes, plan);
        let next = format!("/moves/{ticket}");
        Ok(Done::new(asked, next, "请核对后再移动。", "Look at it, then move them.").with_id(ticket))
    }
}

/// How much of a kind moves.
#[derive(Debug, Serialize, JsonSchema)]
struct KindCount {
    kind: String,
    count: u64,
}

/// What would move.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PlanModel {
    plan: String,
    from: AreaName,
    to: AreaName,
    until: Moment,
    /// How many doors and units move; one that has moved since it was chosen is left out.
    doors: u64,
    units: u64,
    /// What was recorded about them and goes along.
    along: Vec<KindCount>,
    /// Changes that wait at the server for a decision and are about what moves.
    held: u64,
    /// Who loses them: volunteers, grid workers and heads of the grid they leave, unless they work in the other too.
    lose: Vec<Staff>,
    /// Who gains them.
    gain: Vec<Staff>,
}

/// Which plan.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct PlanQuery {
    plan: String,
}

fn lost() -> Trouble {
    Trouble::new(
        qiaomen_core::protocol::Code::NotFound,
        "这份移动计划已过期，请重新选择。",
        "This plan is no longer kept. Choose again.",
    )
}

/// Who works in a grid, or in an area that it lies in.
fn workers(asked: &Asked<'_>, names: &Names, grid: AreaId) -> Result<BTreeSet<PersonId>, Trouble> {
    let above: BTreeSet<AreaId> = names.tree().upward(grid).map(|(id, _)| id).collect();
    let roles = asked.town.roles()?.into_iter();
    let works = |role: &Role| matches!(role, Role::Volunteer | Role::GridWorker | Role::TeamHead);
    Ok(roles.filter(|(_, role, area)| works(role) && above.contains(area)).map(|(person, ..)| person).collect())
}

/// Those of a plan that still lie where they were chosen.
fn going(asked: &Asked<'_>, plan: &Plan) -> Result<Vec<Door>, Trouble> {
    let chosen: BTreeSet<DocumentId> = plan.doors.iter().copied().collect();
    Ok(doors(asked, plan.from)?.into_iter().filter(|door| chosen.contains(&door.id)).collect())
}

#[derive(Template)]
#[template(path = "moves.html")]
struct PlanView<'a> {
    shell: &'a Shell,
    m: &'a PlanModel,
}

/// What would move.
pub(crate) struct Preview;

impl Page for Preview {
    const ID: &'static str = "movePlan";
    const SUMMARY: &'static str = "What would move with the doors that were chosen, and who loses and gains them";
    type Query = PlanQuery;
    type Model = PlanModel;

    fn read(asked: &Asked<'_>, query: PlanQuery) -> Result<PlanModel, Trouble> {
        let (waiting, until) = asked.desk.kept.get(asked.person, &query.plan, asked.now).ok_or_else(lost)?;
        let Waiting::Moves(plan) = &*waiting else { return Err(lost()) };
        let (store, names) = (asked.town.store(), asked.names()?);
        let going = going(asked, plan)?;
        let mut along: BTreeMap<String, u64> = BTreeMap::new();
        let mut about: BTreeSet<DocumentId> = BTreeSet::new();
        for door in &going {
            about.insert(door.id);
            for fact in store.facts_of(door.id)? {
                if about.insert(fact)
                    && let Some(document) = store.document(fact)?
                {
                    *along.entry(document.kind.to_string()).or_default() += 1;
                }
            }
        }
        let held = asked.town.held()?.into_iter().filter(|held| about.contains(&held.document)).count() as u64;
        let (before, after) = (workers(asked, &names, plan.from)?, workers(asked, &names, plan.to)?);
        let staff = |people: Vec<&PersonId>| people.into_iter().map(|person| names.staff(*person)).collect();
        Ok(PlanModel {
            from: names.area(plan.from),
            to: names.area(plan.to),
            until: asked.moment(until),
            doors: going.iter().filter(|door| door.table == "household").count() as u64,
            units: going.iter().filter(|door| door.table == "unit").count() as u64,
            along: along.into_iter().map(|(kind, count)| KindCount { kind, count }).collect(),
            held,
            lose: staff(before.difference(&after).collect()),
            gain: staff(after.difference(&before).collect()),
            plan: query.plan,
        })
    }

    fn show(shell: &Shell, m: &PlanModel) -> askama::Result<String> {
        PlanView { shell, m }.render()
    }
}

/// Moves what was chosen.
pub(crate) struct Apply;

impl Deed for Apply {
    const ID: &'static str = "applyMove";
    const SUMMARY: &'static str = "Move the doors of a plan, with everything that was recorded about them";
    type Form = PlanQuery;

    fn perform(asked: &Asked<'_>, form: PlanQuery) -> Result<Done, Trouble> {
        let (waiting, _) = asked.desk.kept.take(asked.person, &form.plan, asked.now).ok_or_else(lost)?;
        let Waiting::Moves(plan) = &*waiting else { return Err(lost()) };
        // Held still, or no longer: the grids were looked at when the plan was made.
        let names = asked.names()?;
        for area in [plan.from, plan.to] {
            grid(asked, &names, &area.to_string())?;
        }
        let going = going(asked, plan)?;
        if going.is_empty() {
            return Err(Trouble::moved_on());
        }
        let to = Value::Bytes(plan.to.bytes().as_slice().into());
        let drafts = going.iter().map(|door| Draft::Edit {
            id: door.id,
            edits: vec![Edit { path: vec!["grid".into()], value: to.clone() }],
        });
        asked.note(
            Action::MoveDoors,
            Some(&plan.from.to_string()),
            Some(&format!("{} to {}", going.len(), plan.to)),
        )?;
        asked.write(drafts.collect())?;
        let next = format!("/areas/{}/doors", plan.to);
        let (zh, en) = (format!("已移动 {} 处。", going.len()), format!("{} moved.", going.len()));
        Ok(Done::new(asked, next, &zh, &en))
    }
}
