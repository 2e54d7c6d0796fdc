//! Households: the list and its search, one door with all that is known of it, one person's dossier.
//!
//! Floor: console. Invariants: of the grids that whoever looks holds, and nothing else; what was searched for stands in no
//! address; names, telephones and room addresses are masked until they are revealed, which is noted.

mod dossier;
mod one;
mod said;

use askama::Template;
use qiaomen_core::projection::Cell;
use qiaomen_core::projection::search::Search as Asks;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{Address, HouseholdId, Scope, Time, random};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use dossier::{PrintResident, ResidentDossier, RevealResident};
pub(crate) use one::{Consents, HouseholdPage, PrintHousehold, RevealHousehold};

use super::coverage::{Choice, area_of, choices};
use super::exports::{Format, shown};
use super::today::word;
use crate::console::names::AreaName;
use crate::console::{Asked, Deed, Done, File, Made, Moment, Page, Shell, Trouble};
use crate::report::ledger::{Ledger, Wanted};
use crate::report::{DoorLine, Reports};

/// How many doors stand on a page.
const PAGE: usize = 50;
/// How many names stand on a line.
const NAMES: usize = 3;
/// The longest text that is searched for.
const LONGEST: usize = 200;
/// The orders there are.
const ORDERS: [&str; 3] = ["never", "recent", "walk"];

/// An address as people write it.
pub(crate) fn address_text(address: &Address) -> String {
    let with = |text: &str, noun: &str| {
        // Who wrote "3" means building 3; who wrote "3号楼" has said so.
        let bare = text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        if bare { format!("{text}{noun}") } else { text.to_owned() }
    };
    let parts = [
        address.group.as_deref().map(|text| with(text, "组")),
        address.building.as_deref().map(|text| with(text, "号楼")),
        address.unit.as_deref().map(|text| with(text, "单元")),
        address.floor.filter(|_| address.room.is_none()).map(|floor| format!("{floor}层")),
        address.room.as_deref().map(|text| with(text, "室")),
        address.number.as_deref().map(|text| with(text, "号")),
    ];
    parts.into_iter().flatten().collect()
}

/// What is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct HouseholdsQuery {
    /// In which village or grid; all that one holds where absent.
    area: Option<String>,
    /// In which order: `never` (never visited first, then longest ago), `recent` or `walk`.
    order: Option<String>,
    /// A search that was made before, by its name.
    search: Option<String>,
    /// Which page, from nought.
    page: usize,
}

/// A door in the list.
#[derive(Debug, Serialize, JsonSchema)]
struct DoorRow {
    household: String,
    /// The grid.
    place: String,
    /// Masked.
    address: String,
    /// Some of those who live there, masked.
    names: Vec<String>,
    /// How many live there.
    residents: u64,
    door: String,
    /// How it stands to the count.
    count: String,
    /// When somebody went there last.
    last: Option<Moment>,
    /// What came of it.
    outcome: Option<String>,
    /// How many of those who live there have signed.
    signed: u64,
    /// How many of them have the app.
    app_installed: u64,
}

/// The households.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct HouseholdsModel {
    area: Option<AreaName>,
    areas: Vec<Choice>,
    order: String,
    /// Whether something was searched for.
    searched: bool,
    /// Whether that search is not known any more.
    forgotten: bool,
    /// How many doors there are.
    found: u64,
    page: usize,
    more: bool,
    list: Vec<DoorRow>,
    /// What was searched for: shown to whoever did, and part of no answer to a program.
    #[serde(skip)]
    typed: String,
}

#[derive(Template)]
#[template(path = "households.html")]
struct HouseholdsView<'a> {
    shell: &'a Shell,
    m: &'a HouseholdsModel,
    orders: [&'static str; 3],
}

/// The households.
pub(crate) struct Households;

impl Page for Households {
    const ID: &'static str = "households";
    const SUMMARY: &'static str =
        "The households that one holds, by last visit or as they are walked, or those that a search found";
    type Query = HouseholdsQuery;
    type Model = HouseholdsModel;

    fn read(asked: &Asked<'_>, query: HouseholdsQuery) -> Result<HouseholdsModel, Trouble> {
        let (names, reports) = (asked.names()?, Reports::of(asked.town)?);
        let area = area_of(asked, &names, query.area.as_deref())?;
        let order = query.order.unwrap_or_else(|| ORDERS[0].to_owned());
        if !ORDERS.contains(&order.as_str()) {
            return Err(Trouble::field("order", "没有这种排序。", "There is no such order."));
        }
        let (held, grids) = reports.held(asked.person, area)?;
        let typed = query.search.as_deref().and_then(|name| asked.kept(&kept_as(name)));
        let forgotten = query.search.is_some() && typed.is_none();
        let hits = typed.as_deref().map(|typed| hits(asked, typed, &held)).transpose()?;
        let kept = grids.iter().map(|grid| asked.town.doors_of(*grid)).collect::<Result<Vec<_>, _>>()?;
        // What orders a door, then the door; the walk is the order in which they are read.
        let mut rows: Vec<(u8, Time, usize, &qiaomen_core::doors::DoorFacts)> = Vec::new();
        for door in kept.iter().flat_map(|grid| &grid.doors).filter(|door| !door.removed) {
            let exact = match hits.as_ref().map(|hits| hits.get(&door.household)) {
                Some(None) => continue,
                Some(Some(true)) => 0,
                _ => 1,
            };
            let visits = door.visits.iter().filter(|visit| visit.is_to_the_door());
            let last = visits.map(|visit| visit.ended).max().unwrap_or(Time::MIN);
            rows.push((exact, last, rows.len(), door));
        }
        match order.as_str() {
            "recent" => rows.sort_by_key(|(exact, last, at, _)| (*exact, std::cmp::Reverse(*last), *at)),
            "walk" => rows.sort_by_key(|(exact, _, at, _)| (*exact, *at)),
            _ => rows.sort_by_key(|(exact, last, at, _)| (*exact, *last, *at)),
        }
        let skip = query.page.saturating_mul(PAGE);
        let shown = rows.iter().skip(skip).take(PAGE).map(|(_, _, _, door)| {
            let line = DoorLine::of(door);
            let here: Vec<_> = door.residents.iter().filter(|resident| resident.is_here()).collect();
            let signed = |resident: &&&qiaomen_core::doors::ResidentFacts| {
                door.pledges.iter().any(|pledge| pledge.stands() && pledge.resident == resident.resident)
            };
            let last = door.visits.iter().filter(|visit| visit.is_to_the_door()).max_by_key(|visit| visit.ended);
            DoorRow {
                household: door.household.to_string(),
                place: names.tree().path(door.grid),
                address: asked.place(&address_text(&door.address), false),
                names: here.iter().take(NAMES).map(|resident| asked.name(&resident.name, false)).collect(),
                residents: line.residents,
                door: line.door.word().to_owned(),
                count: word(line.count),
                last: line.last.map(|last| asked.moment(last)),
                outcome: last.map(|visit| visit.outcome.word().to_owned()),
                signed: here.iter().filter(signed).count() as u64,
                app_installed: here.iter().filter(|resident| resident.app_installed == Some(true)).count() as u64,
            }
        });
        let list: Vec<DoorRow> = shown.collect();
        let all = reports.held(asked.person, None)?.1;
        Ok(HouseholdsModel {
            area: area.map(|area| names.area(area)),
            areas: choices(&names, &all),
            order,
            searched: typed.is_some(),
            forgotten,
            found: rows.len() as u64,
            page: query.page,
            more: rows.len() > skip.saturating_add(PAGE),
            list,
            typed: typed.unwrap_or_default(),
        })
    }

    fn show(shell: &Shell, m: &HouseholdsModel) -> askama::Result<String> {
        HouseholdsView { shell, m, orders: ORDERS }.render()
    }
}

/// Which of the households are to be taken along, and as what.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TakeQuery {
    /// csv or xlsx.
    format: String,
    /// In which village or grid; all that one holds where absent.
    area: Option<String>,
    /// A search that was made before, by its name.
    search: Option<String>,
}

/// The households of a list.
pub(crate) struct Take;

impl File for Take {
    const ID: &'static str = "exportHouseholds";
    const SUMMARY: &'static str = "The households of an area or of a search, as a spreadsheet or as text; noted";
    const MEDIA: &'static [&'static str] = Format::MEDIA;
    type Query = TakeQuery;

    fn make(asked: &Asked<'_>, query: TakeQuery) -> Result<Made, Trouble> {
        let area = area_of(asked, &asked.names()?, query.area.as_deref())?;
        let (held, _) = Reports::of(asked.town)?.held(asked.person, area)?;
        let only = match &query.search {
            Some(name) => {
                let typed = asked.kept(&kept_as(name)).ok_or_else(Trouble::not_found)?;
                Some(hits(asked, &typed, &held)?.into_keys().map(Into::into).collect())
            }
            None => None,
        };
        let on_screen = only.iter().map(|_| ("search", "yes".to_owned())).collect();
        let wanted = Wanted { area, only, on_screen, ..Wanted::default() };
        shown(asked, Ledger::Households, &wanted, &query.format)
    }
}

/// The doors that a search finds, each with whether it is the very one that was named.
fn hits(
    asked: &Asked<'_>,
    typed: &str,
    held: &std::collections::HashSet<Scope>,
) -> Result<std::collections::HashMap<HouseholdId, bool>, Trouble> {
    let asks = Asks::new(typed);
    let (condition, exact) = (asks.condition(), asks.exact());
    let mut found = std::collections::HashMap::new();
    asked.town.store().walk_cells("household", &["search"], &mut |row, cells| {
        if let Some(Cell::Text(text)) = cells.first()
            && held.contains(&row.scope)
            && condition.holds(text)
        {
            found.insert(row.document.into(), exact.holds(text));
        }
        Ok(())
    })?;
    Ok(found)
}

/// Under what a search is kept for the session.
fn kept_as(name: &str) -> String {
    format!("households/{name}")
}

/// What is searched for.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SearchForm {
    /// An address, a name in characters or pinyin, initials, the end of a telephone.
    text: Option<String>,
    /// In which village or grid.
    area: Option<String>,
    /// In which order.
    order: Option<String>,
}

/// Searches: what was typed is kept for the session, and stands in no address.
pub(crate) struct Search;

impl Deed for Search {
    const ID: &'static str = "searchHouseholds";
    const SUMMARY: &'static str = "Searches households; the answer's `id` is what `/households` takes as `search`";
    type Form = SearchForm;

    fn perform(asked: &Asked<'_>, form: SearchForm) -> Result<Done, Trouble> {
        area_of(asked, &asked.names()?, form.area.as_deref())?;
        let text = form.text.as_deref().map(str::trim).unwrap_or_default();
        if text.len() > LONGEST {
            return Err(Trouble::field("text", "搜索内容太长。", "That is too long to search for."));
        }
        if !text.is_empty() && Asks::new(text).is_empty() {
            return Err(Trouble::field(
                "text",
                "请写地址、姓名、拼音或电话末几位。",
                "Write an address, a name, its pinyin, or the end of a telephone.",
            ));
        }
        let search = (!text.is_empty()).then(|| {
            let name: [u8; 12] = random::bytes(&mut asked.random());
            let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
            asked.keep(&kept_as(&name), text.to_owned());
            name
        });
        let query = [("area", form.area), ("order", form.order), ("search", search.clone())];
        let query: Vec<_> = query.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let query = serde_html_form::to_string(query).unwrap_or_default();
        let next = if query.is_empty() { "/households".to_owned() } else { format!("/households?{query}") };
        let done = Done::new(asked, next, "搜索完成。", "Searched.");
        Ok(match search {
            Some(search) => done.with_id(search),
            None => done,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_people_write_it() {
        let address = Address {
            building: Some("3".to_owned()),
            unit: Some("甲单元".to_owned()),
            floor: Some(5),
            room: Some("501".to_owned()),
            group: None,
            number: None,
        };
        assert_eq!(address_text(&address), "3号楼甲单元501室");
        let village = Address {
            building: None,
            unit: None,
            floor: None,
            room: None,
            group: Some("5".to_owned()),
            number: Some("12".to_owned()),
        };
        assert_eq!(address_text(&village), "5组12号");
    }
}
