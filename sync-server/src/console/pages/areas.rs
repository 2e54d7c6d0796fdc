//! The area tree: what lies in each area, who works there; adding and renaming one.
//!
//! Floor: console. Invariants: an area lies in one that may hold it, and no name stands twice in one place; where an area
//! lies is not changed here, as everything that lies in it would go along.

use std::collections::{BTreeMap, HashMap};

use qiaomen_core::record::telephone;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{Area, AreaId, AreaLevel, DocumentId, Record, Role, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Action;
use crate::author::Draft;
use crate::console::names::Names;
use crate::console::{Asked, Deed, Done, Moment, Trouble};

/// An area that may be chosen.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AreaChoice {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) level: String,
    /// How many areas it lies in.
    pub(crate) depth: usize,
}

impl AreaChoice {
    /// As many dots as it lies deep, for a list of choices.
    pub(crate) fn indent(&self) -> String {
        "· ".repeat(self.depth)
    }
}

/// Every area with how deep it lies, as the tree has them: those below one by code, name and identifier.
pub(crate) fn ordered(asked: &Asked<'_>, names: &Names) -> Result<Vec<(AreaId, usize)>, Trouble> {
    let mut below: BTreeMap<Option<AreaId>, Vec<AreaId>> = BTreeMap::new();
    let all: Vec<AreaId> = asked.town.rows("area")?.into_iter().map(|row| row.document.id.into()).collect();
    for id in &all {
        let parent =
            names.tree().get(*id).and_then(|area| area.parent).filter(|above| names.tree().get(*above).is_some());
        below.entry(parent).or_default().push(*id);
    }
    for children in below.values_mut() {
        children
            .sort_by_cached_key(|id| (names.tree().get(*id).map(|area| (area.code.clone(), area.name.clone())), *id));
    }
    let mut found = Vec::with_capacity(all.len());
    let mut open: Vec<(AreaId, usize)> = below.get(&None).into_iter().flatten().rev().map(|id| (*id, 0)).collect();
    while let Some((id, depth)) = open.pop() {
        found.push((id, depth));
        // A ring of parents hangs on nothing, and is not come upon.
        open.extend(below.get(&Some(id)).into_iter().flatten().rev().map(|id| (*id, depth + 1)));
    }
    Ok(found)
}

/// Every area, for a form to choose from.
pub(crate) fn choices(asked: &Asked<'_>, names: &Names) -> Result<Vec<AreaChoice>, Trouble> {
    let ordered = ordered(asked, names)?.into_iter();
    Ok(ordered
        .filter_map(|(id, depth)| {
            let area = names.tree().get(id)?;
            Some(AreaChoice {
                id: id.to_string(),
                name: area.name.clone(),
                path: names.tree().path(id),
                level: area.level.word().to_owned(),
                depth,
            })
        })
        .collect())
}

/// An area with what lies in it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AreaLine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) level: String,
    pub(crate) code: Option<String>,
    /// The number to call about whoever stands at a door in it.
    pub(crate) telephone: Option<String>,
    pub(crate) depth: usize,
    /// How many households lie in it, or in areas below it.
    pub(crate) households: u64,
    /// How many people hold a role in it.
    pub(crate) people: u64,
    /// Of a grid: whether no volunteer and no grid worker holds it, nor an area that it lies in.
    pub(crate) unworked: bool,
    /// When the newest change of anything that lies in it arrived.
    pub(crate) latest: Option<Moment>,
    /// Whether whoever looks may move doors out of it.
    pub(crate) movable: bool,
}

impl AreaLine {
    pub(crate) fn pad(&self) -> usize {
        self.depth.min(5)
    }
}

/// The area tree.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Areas {
    pub(crate) lines: Vec<AreaLine>,
    /// The levels that an area may have.
    pub(crate) levels: Vec<String>,
}

/// The area tree with counts.
pub(crate) fn tree(asked: &Asked<'_>, names: &Names) -> Result<Areas, Trouble> {
    let mut households: HashMap<AreaId, (u64, Option<qiaomen_core::record::Time>)> = HashMap::new();
    for count in asked.town.grids()? {
        for (above, _) in names.tree().upward(count.grid) {
            let (sum, latest) = households.entry(above).or_default();
            *sum += count.households;
            *latest = (*latest).max(count.latest);
        }
    }
    let mut people: HashMap<AreaId, u64> = HashMap::new();
    let mut worked: HashMap<AreaId, bool> = HashMap::new();
    for (_, role, area) in asked.town.roles()? {
        *people.entry(area).or_default() += 1;
        if matches!(role, Role::Volunteer | Role::GridWorker) {
            worked.insert(area, true);
        }
    }
    let held = asked.town.scopes_of(asked.person)?;
    let moves = asked.may(Action::MoveDoors);
    let mut lines = Vec::new();
    for (id, depth) in ordered(asked, names)? {
        let Some(area) = names.tree().get(id) else { continue };
        let (count, latest) = households.get(&id).copied().unwrap_or_default();
        let is_grid = area.level == AreaLevel::Grid;
        lines.push(AreaLine {
            id: id.to_string(),
            name: area.name.clone(),
            level: area.level.word().to_owned(),
            code: area.code.clone(),
            telephone: area.telephone.clone(),
            depth,
            households: count,
            people: people.get(&id).copied().unwrap_or(0),
            unworked: is_grid && !names.tree().upward(id).any(|(above, _)| worked.contains_key(&above)),
            latest: latest.map(|at| asked.moment(at)),
            movable: is_grid && moves && held.binary_search(&Scope::Grid(id)).is_ok(),
        });
    }
    Ok(Areas { lines, levels: AreaLevel::KNOWN.iter().map(|level| level.word().to_owned()).collect() })
}

/// An area to add.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AddForm {
    #[schemars(length(min = 1))]
    name: String,
    level: String,
    /// The area it lies in; only a town or a county lies in nothing.
    parent: Option<String>,
    /// Its code in some register.
    code: Option<String>,
    /// The station's number, which residents call to ask who stands at their door.
    telephone: Option<String>,
}

/// How high a level stands.
fn height(level: &AreaLevel) -> Option<usize> {
    AreaLevel::KNOWN.iter().position(|known| known == level)
}

/// A name that a path can be written with, and that no other area has in the same place.
fn named(names: &Names, siblings: &[AreaId], own: Option<AreaId>, name: &str) -> Result<String, Trouble> {
    let name = name.trim();
    if name.is_empty() || name.contains('/') || name.contains(char::is_control) {
        return Err(Trouble::field("name", "名称不能为空，也不能有“/”。", "A name is not empty and has no slash."));
    }
    let taken = siblings.iter().filter(|id| Some(**id) != own).filter_map(|id| names.tree().get(*id));
    if taken.into_iter().any(|area| area.name == name) {
        return Err(Trouble::field(
            "name",
            "同一处已有这个名称的区域。",
            "There is an area of this name in the same place.",
        ));
    }
    Ok(name.to_owned())
}

fn siblings(asked: &Asked<'_>, names: &Names, parent: Option<AreaId>) -> Result<Vec<AreaId>, Trouble> {
    let all = ordered(asked, names)?.into_iter().map(|(id, _)| id);
    Ok(all.filter(|id| names.tree().get(*id).is_some_and(|area| area.parent == parent)).collect())
}

/// What was said, unless it is blank.
fn said(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// One telephone that a resident can call by a tap.
fn number(text: Option<String>) -> Result<Option<String>, Trouble> {
    let text = said(text);
    if text.as_ref().is_some_and(|text| !telephone::is_one(text)) {
        return Err(Trouble::field(
            "telephone",
            "请只填一个电话，只用数字、空格和“-”，例如 0371-12000000。",
            "Give one telephone in digits, blanks and dashes, such as 0371-12000000.",
        ));
    }
    Ok(text)
}

/// Adds an area.
pub(crate) struct Add;

impl Deed for Add {
    const ID: &'static str = "addArea";
    const SUMMARY: &'static str = "Add an area to the tree";
    type Form = AddForm;

    fn perform(asked: &Asked<'_>, form: AddForm) -> Result<Done, Trouble> {
        let names = asked.names()?;
        let level = AreaLevel::from_word(&form.level);
        let Some(own) = height(&level) else {
            return Err(Trouble::field("level", "没有这个级别。", "There is no such level."));
        };
        let parent: Option<AreaId> = form.parent.as_deref().map(|parent| asked.id(parent)).transpose()?;
        match parent {
            Some(parent) => {
                let above = names.tree().get(parent).ok_or_else(Trouble::not_found)?;
                if height(&above.level).is_none_or(|above| above >= own) {
                    return Err(Trouble::field(
                        "parent",
                        "下级区域的级别必须低于所在区域。",
                        "An area lies in one of a higher level.",
                    ));
                }
            }
            None if matches!(level, AreaLevel::Town | AreaLevel::County) => {}
            None => {
                return Err(Trouble::field("parent", "请选择它在哪个区域里。", "Say in which area it lies."));
            }
        }
        let name = named(&names, &siblings(asked, &names, parent)?, None, &form.name)?;
        let id = asked.create(
            Area { name, level, parent, code: said(form.code), telephone: number(form.telephone)? },
            Scope::Town,
        )?;
        asked.note(Action::Areas, Some(&id.to_string()), Some("added"))?;
        Ok(Done::new(asked, "/people?tab=areas", "区域已添加。", "The area was added.").with_id(id))
    }
}

/// Another name, code or number for an area.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct RenameForm {
    area: String,
    #[schemars(length(min = 1))]
    name: String,
    /// Its code in some register; where it is absent it has none.
    code: Option<String>,
    /// The station's number, which residents call to ask who stands at their door; where it is absent it has none of its
    /// own.
    telephone: Option<String>,
}

/// Renames an area.
pub(crate) struct Rename;

impl Deed for Rename {
    const ID: &'static str = "renameArea";
    const SUMMARY: &'static str = "Give an area another name, code or number to call";
    type Form = RenameForm;

    fn perform(asked: &Asked<'_>, form: RenameForm) -> Result<Done, Trouble> {
        let id: AreaId = asked.id(&form.area)?;
        let names = asked.names()?;
        let (_, document) = asked.town.document(DocumentId::from(id))?.ok_or_else(Trouble::not_found)?;
        let Ok(Record::Area(before)) = document.record() else { return Err(Trouble::not_found()) };
        let name = named(&names, &siblings(asked, &names, before.parent)?, Some(id), &form.name)?;
        let after =
            Record::from(Area { name, code: said(form.code), telephone: number(form.telephone)?, ..before.clone() });
        after.validate()?;
        let edits = Record::from(before).fields().difference(&after.fields());
        asked.write(vec![Draft::Edit { id: id.into(), edits }])?;
        asked.note(Action::Areas, Some(&id.to_string()), Some("renamed"))?;
        Ok(Done::new(asked, "/people?tab=areas", "已保存。", "Saved."))
    }
}
