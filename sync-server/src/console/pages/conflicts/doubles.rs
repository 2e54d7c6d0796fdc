//! Doors that are likely to be one and the same, in pairs.
//!
//! Floor: console. Invariant: addresses and names are masked in the list.

use askama::Template;
use qiaomen_core::doors::in_order;
use qiaomen_core::record::AreaId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::amend::Page as Part;
use crate::amend::merge::{Side, pairs};
use crate::console::names::{AreaName, Staff};
use crate::console::told::place;
use crate::console::{Asked, Moment, Page, Shell, Trouble};
use crate::report::reviews::Supervised;

/// How many pairs a page has.
const PAIRS: usize = 25;

/// Which pairs.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DoublesQuery {
    /// Where: an area's identifier.
    area: Option<String>,
    /// Which page, from nought.
    #[serde(default)]
    page: usize,
}

/// Likely doubles.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DoublesModel {
    /// How many pairs there are.
    count: usize,
    pairs: Vec<PairLine>,
    page: usize,
    more: bool,
    /// Where may be chosen.
    #[serde(skip)]
    areas: Vec<AreaName>,
    /// What was chosen.
    #[serde(skip)]
    area: String,
}

/// A pair.
#[derive(Debug, Serialize, JsonSchema)]
struct PairLine {
    one: SideShown,
    other: SideShown,
    /// Whether both addresses come to the same.
    same_address: bool,
    /// How many of the people stand behind both, by name and telephone.
    shared: usize,
}

/// A door of a pair.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SideShown {
    pub(super) household: String,
    /// The grid.
    pub(super) place: String,
    /// Where it is; masked until it was revealed.
    pub(super) address: String,
    /// Its people; masked until they were revealed.
    pub(super) residents: Vec<ResidentShown>,
    pub(super) visits: usize,
    pub(super) last_visit: Option<Moment>,
    pub(super) pledges: usize,
    pub(super) entered_by: Staff,
    pub(super) entered: Moment,
}

/// Somebody behind a door.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ResidentShown {
    pub(super) resident: String,
    pub(super) name: String,
    pub(super) telephones: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) left_town: bool,
}

impl SideShown {
    pub(super) fn of(asked: &Asked<'_>, side: &Side, revealed: bool) -> Self {
        let residents = side.residents.iter().map(|one| ResidentShown {
            resident: one.resident.to_string(),
            name: asked.name(&one.name, revealed),
            telephones: one.telephones.iter().map(|text| asked.telephone(text, revealed)).collect(),
            tags: one.tags.iter().map(ToString::to_string).collect(),
            left_town: one.left_town,
        });
        Self {
            household: side.household.to_string(),
            place: side.place.clone(),
            address: place(&side.address, revealed),
            residents: residents.collect(),
            visits: side.visits,
            last_visit: side.last_visit.map(|at| asked.moment(at)),
            pledges: side.pledges,
            entered_by: Staff {
                id: side.entered_by.person.to_string(),
                name: side.entered_by.name.clone().unwrap_or_else(|| "系统 System".to_owned()),
            },
            entered: asked.moment(side.entered),
        }
    }
}

#[derive(Template)]
#[template(path = "doubles.html")]
struct DoublesView<'a> {
    shell: &'a Shell,
    m: &'a DoublesModel,
}

/// Likely doubles.
pub(crate) struct Doubles;

impl Page for Doubles {
    const ID: &'static str = "likelyDoubles";
    const SUMMARY: &'static str = "Households that are likely to be one and the same, in pairs";
    type Query = DoublesQuery;
    type Model = DoublesModel;

    fn read(asked: &Asked<'_>, query: DoublesQuery) -> Result<DoublesModel, Trouble> {
        let held = Supervised::of(asked.town, asked.person)?;
        let area = query.area.as_deref().map(|text| asked.id::<AreaId>(text)).transpose()?;
        if area.is_some_and(|area| !held.areas().contains(&area)) {
            return Err(Trouble::forbidden());
        }
        let skip = query.page.saturating_mul(PAIRS);
        let found = pairs(asked.town, asked.person, area, Part { skip, take: PAIRS })?;
        let names = asked.names()?;
        let tree = names.tree();
        let chosen = held.areas().iter().filter(|area| {
            use qiaomen_core::record::AreaLevel::{Grid, Village};
            tree.get(**area).is_some_and(|area| matches!(area.level, Village | Grid))
        });
        let mut areas: Vec<AreaName> = chosen.map(|area| names.area(*area)).collect();
        areas.sort_by_cached_key(|area| in_order(&area.path));
        let lines = found.list.iter().map(|pair| PairLine {
            one: SideShown::of(asked, &pair.one, false),
            other: SideShown::of(asked, &pair.other, false),
            same_address: pair.same_address,
            shared: pair.residents.len(),
        });
        Ok(DoublesModel {
            count: found.total,
            pairs: lines.collect(),
            page: query.page,
            more: skip.saturating_add(PAIRS) < found.total,
            areas,
            area: query.area.unwrap_or_default(),
        })
    }

    fn show(shell: &Shell, m: &DoublesModel) -> askama::Result<String> {
        DoublesView { shell, m }.render()
    }
}
