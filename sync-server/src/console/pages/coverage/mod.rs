//! Coverage: how far the doors are, by village and grid, over time and by phase, and the lists behind the numbers.
//!
//! Floor: console. Invariants: of the grids that whoever looks holds, and nothing else; numbers come from
//! `report::overview`, lists from `report::lists`; lists are masked until they are revealed.

mod list;
mod map;
mod sums;

use askama::Template;
use qiaomen_core::doors::Period;
use qiaomen_core::record::{AreaId, Datum, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use list::{List, PrintList, RevealList, Take as TakeList};
use map::Site;
use sums::{PartLine, PhaseLine, PointLine, Sums};

use crate::console::charts::{self, Series};
use crate::console::names::{AreaName, Names};
use crate::console::{Asked, Moment, Page, Shell, Trouble};
use crate::report::overview::{Wanted, overview};
use crate::report::phases::{PhaseLine as Phase, phases};
use crate::report::{Span, Step};

/// Up to how many grids all of them stand in the table of several villages.
const FEW_GRIDS: usize = 40;
/// How far the chart goes back where no dates are asked for, in days.
const BACK_DAYS: i64 = 84;
/// The most days that a chart of progress goes back.
const MOST_BACK: i64 = 366 * 20;
/// What can be drawn on the map.
const MEASURES: [&str; 4] = ["met", "gone_to", "pledged", "app"];

/// What is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct CoverageQuery {
    /// Of which area; all that one holds where absent.
    area: Option<String>,
    /// In which phase of a campaign.
    phase: Option<String>,
    /// From which day on, `2026-03-01`.
    from: Option<String>,
    /// Up to which day, that day too.
    to: Option<String>,
    /// What the map shows: `met`, `gone_to`, `pledged` or `app`.
    measure: Option<String>,
}

/// An area that may be chosen.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) path: String,
}

/// A phase that may be chosen.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PhaseChoice {
    pub(crate) id: String,
    pub(crate) campaign: String,
    pub(crate) name: String,
}

/// The period that something is told of.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Told {
    /// The phase that was chosen.
    pub(crate) phase: Option<PhaseChoice>,
    /// Its first day.
    pub(crate) from: Option<String>,
    /// Its last day.
    pub(crate) to: Option<String>,
    /// What may be chosen.
    pub(crate) phases: Vec<PhaseChoice>,
    #[serde(skip)]
    pub(crate) period: Period,
}

impl Told {
    /// The period that an address asks for.
    pub(crate) fn of(
        asked: &Asked<'_>,
        phase: Option<&str>,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<Self, Trouble> {
        let all: Vec<Phase> = phases(asked.town)?.into_iter().filter(|phase| !phase.cancelled).collect();
        let choice = |phase: &Phase| PhaseChoice {
            id: phase.id.to_string(),
            campaign: phase.campaign.clone(),
            name: phase.name.clone(),
        };
        let chosen = match phase {
            Some(id) => Some(all.iter().find(|one| one.id.to_string() == id).ok_or_else(Trouble::not_found)?),
            None => None,
        };
        let zone = asked.town.zone();
        let day = |field: &str, text: &str| asked.time(field, &format!("{} 00:00", text.trim()));
        let period = match chosen {
            Some(phase) => phase.period,
            None => Period {
                from: from.map(|text| day("from", text)).transpose()?,
                until: to.map(|text| day("to", text).map(|time| zone.end(zone.day(time)))).transpose()?,
            },
        };
        if period.from.zip(period.until).is_some_and(|(from, until)| from >= until) {
            return Err(Trouble::field("to", "结束日期早于开始日期。", "The last day lies before the first."));
        }
        let written = |time: Time| zone.day(time).to_string();
        Ok(Self {
            phase: chosen.map(choice),
            from: period.from.map(written),
            to: period.until.map(|until| written(until.plus_millis(-1))),
            phases: all.iter().map(choice).collect(),
            period,
        })
    }
}

/// The villages and grids that may be chosen, as the tree has them.
pub(crate) fn choices(names: &Names, grids: &[AreaId]) -> Vec<Choice> {
    let mut found: Vec<AreaId> = Vec::new();
    for grid in grids {
        let village = names.village(*grid).filter(|village| !found.contains(village));
        found.extend(village.into_iter().chain([*grid]));
    }
    found.into_iter().map(|id| Choice { id: id.to_string(), path: names.tree().path(id) }).collect()
}

/// The area that an address names: one that there is, and of which something is held.
pub(crate) fn area_of(asked: &Asked<'_>, names: &Names, area: Option<&str>) -> Result<Option<AreaId>, Trouble> {
    let Some(text) = area else { return Ok(None) };
    let id: AreaId = asked.id(text)?;
    if names.tree().get(id).is_none() {
        return Err(Trouble::not_found());
    }
    let held = held(asked)?;
    if names.tree().grids(Some(id)).iter().any(|grid| held.contains(grid)) {
        Ok(Some(id))
    } else {
        Err(Trouble::forbidden())
    }
}

/// The grids that whoever asks holds.
pub(crate) fn held(asked: &Asked<'_>) -> Result<Vec<AreaId>, Trouble> {
    let reports = crate::report::Reports::of(asked.town)?;
    Ok(reports.held(asked.person, None)?.1)
}

/// How far the doors are.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CoverageModel {
    /// The area asked for; none for all that one holds.
    area: Option<AreaName>,
    /// What it lies in, the nearest last.
    above: Vec<AreaName>,
    /// What may be chosen.
    areas: Vec<Choice>,
    /// The period.
    told: Told,
    /// All its doors.
    total: Sums,
    /// Its villages.
    villages: Vec<PartLine>,
    /// Its grids.
    grids: Vec<PartLine>,
    /// Whether the table has the grids of each village.
    grids_below: bool,
    /// Each phase, of what was done in it.
    phases: Vec<PhaseLine>,
    /// Over time: the doors of today, as far as they were by each moment.
    history: Vec<PointLine>,
    /// What the map shows.
    measure: String,
    /// Whether positions of several datums lie on the map.
    rough: bool,
}

#[derive(Template)]
#[template(path = "coverage.html")]
struct CoverageView<'a> {
    shell: &'a Shell,
    m: &'a CoverageModel,
    map: String,
    unplaced: Vec<&'a PartLine>,
    chart: String,
    bar: String,
    legend: [(&'static str, &'static str); 6],
}

impl CoverageView<'_> {
    /// The address of a list behind a number, with what this page is filtered by.
    #[allow(clippy::unused_self, reason = "templates call it so")]
    fn list(&self, what: &str, area: &str) -> String {
        let told = &self.m.told;
        let mut query = vec![("what", what)];
        query.extend(Some(("area", area)).filter(|(_, area)| !area.is_empty()));
        match &told.phase {
            Some(phase) => query.push(("phase", phase.id.as_str())),
            None => {
                query.extend(told.from.as_deref().map(|from| ("from", from)));
                query.extend(told.to.as_deref().map(|to| ("to", to)));
            }
        }
        format!("/coverage/list?{}", serde_html_form::to_string(query).unwrap_or_default())
    }

    /// The area that this page is of, for an address.
    fn here(&self) -> &str {
        self.m.area.as_ref().map_or("", |area| &area.id)
    }
}

/// How far the doors are.
pub(crate) struct Overview;

impl Page for Overview {
    const ID: &'static str = "coverage";
    const SUMMARY: &'static str = "How far the doors are, by village and grid, over time and by phase";
    type Query = CoverageQuery;
    type Model = CoverageModel;

    fn read(asked: &Asked<'_>, query: CoverageQuery) -> Result<CoverageModel, Trouble> {
        let names = asked.names()?;
        let area = area_of(asked, &names, query.area.as_deref())?;
        let told = Told::of(asked, query.phase.as_deref(), query.from.as_deref(), query.to.as_deref())?;
        let measure = query.measure.unwrap_or_else(|| MEASURES[0].to_owned());
        if !MEASURES.contains(&measure.as_str()) {
            return Err(Trouble::field("measure", "没有这个指标。", "There is no such measure."));
        }
        let zone = asked.town.zone();
        // To the end of today, so that the page is the same until something is written.
        let today = zone.end(zone.day(asked.now));
        let to = told.period.until.unwrap_or(today).min(today);
        let from = told.period.from.unwrap_or_else(|| {
            let start = to.plus_hours(-24 * BACK_DAYS);
            zone.start(zone.day(start))
        });
        // Longer ago no campaign began; a history has only so many points.
        let from = from.max(to.plus_hours(-24 * MOST_BACK));
        let days = to.minutes_since(from) / (24 * 60);
        let step = match days {
            ..=45 => Step::Days,
            46..=400 => Step::Weeks,
            _ => Step::Months,
        };
        let span = Span { from, to, step, before: told.period.from.is_none() };
        let wanted = Wanted { reader: asked.person, area, period: told.period, span };
        let found = overview(asked.town, &wanted)?.ok_or_else(Trouble::forbidden)?;
        let place = |place: &crate::report::Place| AreaName { id: place.id.to_string(), path: place.name.clone() };
        let part = |part: &crate::report::overview::Part| PartLine::of(&names, part);
        let villages: Vec<PartLine> = found.villages.iter().map(part).collect();
        let grids: Vec<PartLine> = found.grids.iter().map(part).collect();
        let datums: std::collections::BTreeSet<Datum> =
            found.grids.iter().filter_map(|grid| grid.middle.as_ref().map(|at| at.datum.clone())).collect();
        Ok(CoverageModel {
            area: area.map(|area| names.area(area)),
            above: found.above.iter().map(place).collect(),
            areas: choices(&names, &held(asked)?),
            told,
            total: Sums::of(&found.total, &found.waiting),
            grids_below: villages.len() < 2 || grids.len() <= FEW_GRIDS,
            villages,
            grids,
            phases: found.phases.iter().map(|phase| PhaseLine::of(asked, phase)).collect(),
            history: found.history.points.iter().map(|point| PointLine::of(asked, point)).collect(),
            measure,
            rough: datums.len() > 1,
        })
    }

    fn show(shell: &Shell, m: &CoverageModel) -> askama::Result<String> {
        let (placed, unplaced): (Vec<&PartLine>, Vec<&PartLine>) =
            m.grids.iter().partition(|grid| grid.latitude.is_some() && grid.longitude.is_some());
        let share = |sums: &Sums| {
            let part = match m.measure.as_str() {
                "gone_to" => sums.gone_to,
                "pledged" => sums.pledged,
                "app" => sums.app_explained,
                _ => sums.met,
            };
            (sums.counted > 0).then(|| part as f64 / sums.counted as f64)
        };
        let hrefs: Vec<String> = placed.iter().map(|grid| shell.with(&[("area", &grid.area.id)])).collect();
        let sites: Vec<Site<'_>> = placed
            .iter()
            .zip(&hrefs)
            .map(|(grid, href)| Site {
                href,
                name: &grid.name,
                path: &grid.area.path,
                village: grid.village.as_ref().map_or("", |village| village.id.as_str()),
                share: share(&grid.sums),
                doors: grid.sums.counted,
                at: (grid.longitude.unwrap_or_default(), grid.latitude.unwrap_or_default()),
            })
            .collect();
        let map = if sites.is_empty() { String::new() } else { map::map(&sites) };
        let line = |of: fn(&PointLine) -> u64| m.history.iter().map(|point| of(point) as f64).collect::<Vec<f64>>();
        let (gone, met, pledged, app) =
            (line(|at| at.gone_to), line(|at| at.met), line(|at| at.pledged), line(|at| at.app_explained));
        // As high as the lines need, in even steps of four.
        let top = m.history.iter().map(|at| at.gone_to.max(at.pledged)).max().unwrap_or_default();
        let most = (top.max(1).div_ceil(4) * 4) as f64;
        let labels: Vec<String> =
            m.history.iter().map(|point| Moment::day(&point.last).get(5..).unwrap_or_default().to_owned()).collect();
        let chart = if m.history.len() < 2 {
            String::new()
        } else {
            let series = [("s4", &gone), ("s1", &met), ("s2", &pledged), ("s3", &app)];
            let series = series.map(|(class, values)| Series { class, values });
            charts::lines(&series, &labels, most, "")
        };
        let bar = map::bar(&[m.total.met, m.total.telephone_only, m.total.refused, m.total.in_vain, m.total.never]);
        CoverageView { shell, m, map, unplaced, chart, bar, legend: map::CLASSES }.render()
    }
}
