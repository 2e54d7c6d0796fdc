//! The board: alerts by state and level with the time that is left, and those that are closed.
//!
//! Floor: console. Invariants: each list has exactly the alerts that today's counts count; what the filters offer is
//! taken from what whoever asks may see.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use qiaomen_core::doors::in_order;
use qiaomen_core::identify::names_agree;
use qiaomen_core::playbook::CaseResult;
use qiaomen_core::projection::Cell;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{AlertId, AreaId, Level, PersonId, Record, Scope, Time, numbers};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::console::names::{AreaName, Names, Staff};
use crate::console::pages::exports::{Format, on_screen, shown};
use crate::console::pages::today::AlertLine;
use crate::console::{Asked, Deed, Done, File, Made, Moment, Page, Shell, Trouble};
use crate::report::ledger::{Ledger, Wanted};
use crate::report::today::{Line, Only, lines, today};

/// How many alerts stand on a page.
const PAGE: usize = 50;
/// How many a search finds at most.
const FOUND: usize = 20;

/// Which alerts.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct BoardQuery {
    /// One of today's counts: overdue, accident, telephone, unowned, soon, unheard, contested, lying, stop_payment,
    /// release, proposed.
    only: Option<String>,
    /// How they stand: running, lying, or of those that are closed cleared, recalled, joined. All that are not settled
    /// where it is absent.
    state: Option<String>,
    /// Their level now: low, medium, high, extreme.
    level: Option<String>,
    /// Those of this area and all below it.
    area: Option<String>,
    /// Whose they are: a person, or "none".
    owner: Option<String>,
    /// These alone.
    #[serde(default)]
    alert: Vec<String>,
    /// Which page, from nought.
    page: Option<usize>,
}

/// Alerts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BoardModel {
    #[serde(skip)]
    now: Option<Moment>,
    /// The list of a count that is shown.
    only: Option<String>,
    /// The state that is shown.
    state: Option<String>,
    level: Option<String>,
    area: Option<String>,
    owner: Option<String>,
    /// Whether these were looked for.
    found: bool,
    /// How many there are; nothing where they are not counted.
    total: Option<u64>,
    page: usize,
    more: bool,
    /// Alerts that are not settled, by state and level.
    board: Vec<BoardRow>,
    /// Each of today's counts, whatever else is chosen.
    counts: Vec<OnlyCount>,
    /// Areas with alerts.
    areas: Vec<AreaName>,
    /// People who have alerts.
    owners: Vec<Staff>,
    alerts: Vec<AlertLine>,
}

/// A row of the board.
#[derive(Debug, Serialize, JsonSchema)]
struct BoardRow {
    /// overdue, running, lying.
    state: String,
    /// By level, the highest first.
    levels: Vec<LevelCount>,
    count: u64,
}

/// How many of a level.
#[derive(Debug, Serialize, JsonSchema)]
struct LevelCount {
    level: String,
    count: u64,
}

/// How long a list is.
#[derive(Debug, Serialize, JsonSchema)]
struct OnlyCount {
    only: String,
    count: u64,
}

impl BoardModel {
    /// Whether a filter is set to this.
    fn is(&self, filter: &str, value: &str) -> bool {
        let set = match filter {
            "only" => &self.only,
            "state" => &self.state,
            "level" => &self.level,
            "area" => &self.area,
            _ => &self.owner,
        };
        set.as_deref() == Some(value)
    }
}

impl BoardRow {
    /// The list that it counts.
    fn query(&self) -> &'static str {
        match self.state.as_str() {
            "overdue" => "only=overdue",
            "lying" => "only=lying",
            _ => "state=running",
        }
    }
}

#[derive(Template)]
#[template(path = "alerts.html")]
struct BoardView<'a> {
    shell: &'a Shell,
    m: &'a BoardModel,
    now: &'a Moment,
}

/// What of all alerts is asked for.
struct Wish {
    only: Option<Only>,
    state: Option<CaseResult>,
    level: Option<Level>,
    area: Option<AreaId>,
    /// Some(None): nobody's.
    owner: Option<Option<PersonId>>,
}

fn unknown(field: &str) -> Trouble {
    Trouble::field(field, "没有这个筛选条件。", "There is no such filter.")
}

impl Wish {
    fn of(asked: &Asked<'_>, query: &BoardQuery) -> Result<Self, Trouble> {
        let state = |word: &String| match word.as_str() {
            "running" => Ok(CaseResult::Running),
            "lying" => Ok(CaseResult::Lying),
            "cleared" => Ok(CaseResult::Cleared),
            "recalled" => Ok(CaseResult::Recalled),
            "joined" => Ok(CaseResult::Joined),
            _ => Err(unknown("state")),
        };
        let level = |word: &String| {
            let level = Level::from_word(word);
            if level.is_known() { Ok(level) } else { Err(unknown("level")) }
        };
        let owner = |text: &String| match text.as_str() {
            "none" => Ok(None),
            text => asked.id::<PersonId>(text).map(Some),
        };
        Ok(Self {
            only: query.only.as_ref().map(|word| Only::from_word(word).ok_or_else(|| unknown("only"))).transpose()?,
            state: query.state.as_ref().map(state).transpose()?,
            level: query.level.as_ref().map(level).transpose()?,
            area: query.area.as_ref().map(|text| asked.id(text)).transpose()?,
            owner: query.owner.as_ref().map(owner).transpose()?,
        })
    }

    /// Whether those are asked for that nothing is left to be done about.
    const fn is_closed(&self) -> bool {
        matches!(self.state, Some(CaseResult::Cleared | CaseResult::Recalled | CaseResult::Joined))
    }

    fn fits(&self, names: &Names, line: &Line, now: Time) -> bool {
        self.only.is_none_or(|only| only.has(line, now))
            && self.state.is_none_or(|state| line.result == state)
            && self.level.as_ref().is_none_or(|level| line.level == *level)
            && self.area.is_none_or(|area| names.tree().upward(line.area).any(|(id, _)| id == area))
            && self.owner.is_none_or(|owner| line.owner == owner)
    }

    /// Whether one that is not closed stands on the list: what is settled only where that was asked for.
    fn lists(&self, names: &Names, line: &Line, now: Time) -> bool {
        let whole = self.only.is_some() || self.state.is_some();
        self.fits(names, line, now) && (whole || is_open(line))
    }
}

/// Whether an alert still asks for something, so that it stands on the board by itself.
fn is_open(line: &Line) -> bool {
    matches!(line.result, CaseResult::Running | CaseResult::Lying)
        || line.next.is_some()
        || line.release_owed
        || line.stop_payment_owed
        || line.contested
}

fn board(lines: &[Line], now: Time) -> Vec<BoardRow> {
    let row = |state: &str, fits: &dyn Fn(&Line) -> bool| {
        let those: Vec<&Line> = lines.iter().filter(|line| fits(line)).collect();
        let levels = Level::KNOWN.iter().rev();
        BoardRow {
            state: state.to_owned(),
            levels: levels
                .map(|level| LevelCount {
                    level: level.word().to_owned(),
                    count: those.iter().filter(|line| line.level == *level).count() as u64,
                })
                .collect(),
            count: those.len() as u64,
        }
    };
    vec![
        row("overdue", &|line| Only::Overdue.has(line, now)),
        row("running", &|line| line.result == CaseResult::Running),
        row("lying", &|line| Only::Lying.has(line, now)),
    ]
}

/// The alerts of a closed state that whoever asks holds, the last closed first.
fn closed(asked: &Asked<'_>, state: CaseResult, area: Option<AreaId>) -> Result<Vec<AlertId>, Trouble> {
    let store = asked.town.store();
    let mut held: BTreeSet<AlertId> = asked
        .town
        .scopes_of(asked.person)?
        .into_iter()
        .filter_map(|scope| if let Scope::CaseFile(alert) = scope { Some(alert) } else { None })
        .collect();
    if let Some(area) = area {
        let areas: Vec<AreaId> = store.areas_below(area)?.into_iter().map(|(area, _)| area).collect();
        let there: BTreeSet<AlertId> = store.alerts_in(&areas)?.into_iter().collect();
        held.retain(|alert| there.contains(alert));
    }
    let table = match state {
        CaseResult::Cleared => "clearance",
        CaseResult::Recalled => "recall",
        _ => "join",
    };
    let mut last: BTreeMap<AlertId, Time> = BTreeMap::new();
    store.walk_rows(table, &mut |row| {
        let said = match row.record(table) {
            Some(Record::Clearance(one)) => Some((one.alert, one.at)),
            Some(Record::Recall(one)) => Some((one.alert, one.at)),
            Some(Record::Join(one)) if one.into_other => Some((one.alert, one.at)),
            _ => None,
        };
        if let Some((alert, at)) = said.filter(|(alert, _)| held.contains(alert)) {
            let have = last.entry(alert).or_insert(at);
            *have = at.max(*have);
        }
        Ok(())
    })?;
    let mut found: Vec<(AlertId, Time)> = last.into_iter().collect();
    found.sort_by_key(|(alert, at)| (std::cmp::Reverse(*at), *alert));
    Ok(found.into_iter().map(|(alert, _)| alert).collect())
}

/// So many of those that are closed and fit, and no more case files are read than it takes.
fn closed_lines(asked: &Asked<'_>, names: &Names, wish: &Wish, enough: usize) -> Result<Vec<Line>, Trouble> {
    let Some(state) = wish.state else { return Ok(Vec::new()) };
    let mut found: Vec<Line> = Vec::new();
    for some in closed(asked, state, wish.area)?.chunks(PAGE) {
        let read = lines(asked.town, some, asked.now)?;
        found.extend(read.into_iter().filter(|line| wish.fits(names, line, asked.now)));
        if found.len() >= enough {
            break;
        }
    }
    Ok(found)
}

/// The page's lines of those that are closed, and whether there are more.
fn closed_page(asked: &Asked<'_>, names: &Names, wish: &Wish, page: usize) -> Result<(Vec<Line>, bool), Trouble> {
    let (skip, enough) = (page.saturating_mul(PAGE), page.saturating_add(1).saturating_mul(PAGE).saturating_add(1));
    let found = closed_lines(asked, names, wish, enough)?;
    let more = found.len() >= enough;
    Ok((found.into_iter().skip(skip).take(PAGE).collect(), more))
}

/// The alerts.
pub(crate) struct Board;

impl Page for Board {
    const ID: &'static str = "alerts";
    const SUMMARY: &'static str = "Alerts by state and level, with whose they are and what is due next";
    type Query = BoardQuery;
    type Model = BoardModel;

    fn read(asked: &Asked<'_>, query: BoardQuery) -> Result<BoardModel, Trouble> {
        let wish = Wish::of(asked, &query)?;
        let (names, page) = (asked.names()?, query.page.unwrap_or(0).min(100_000));
        let report = today(asked.town, asked.person, asked.now)?;
        let of = |line: &Line| AlertLine::of(asked, &names, line);
        let (shown, more, total) = if !query.alert.is_empty() {
            let reach = asked.reach()?;
            let ids = query.alert.iter().take(FOUND).map(|text| asked.id(text)).collect::<Result<Vec<_>, _>>()?;
            let mut read = lines(asked.town, &ids, asked.now)?;
            read.retain(|line| reach.holds(line.alert, line.area));
            let total = read.len() as u64;
            (read.iter().map(of).collect::<Vec<_>>(), false, Some(total))
        } else if wish.is_closed() {
            let (read, more) = closed_page(asked, &names, &wish, page)?;
            (read.iter().map(of).collect(), more, None)
        } else {
            let fits = |line: &&Line| wish.lists(&names, line, asked.now);
            let total = report.alerts.iter().filter(fits).count();
            let here = report.alerts.iter().filter(fits).skip(page.saturating_mul(PAGE)).take(PAGE);
            let more = total > page.saturating_add(1).saturating_mul(PAGE);
            (here.map(of).collect(), more, Some(total as u64))
        };
        let all = |only: &Only| report.alerts.iter().filter(|line| only.has(line, asked.now)).count() as u64;
        let mut areas: BTreeSet<AreaId> = report.alerts.iter().map(|line| line.area).collect();
        areas.extend(report.alerts.iter().filter_map(|line| names.village(line.area)));
        areas.extend(wish.area);
        let mut areas: Vec<AreaName> = areas.into_iter().map(|area| names.area(area)).collect();
        areas.sort_by_cached_key(|area| in_order(&area.path));
        let mut owners: BTreeSet<PersonId> = report.alerts.iter().filter_map(|line| line.owner).collect();
        owners.extend(wish.owner.flatten());
        let mut owners: Vec<Staff> = owners.into_iter().map(|owner| names.staff(owner)).collect();
        owners.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(BoardModel {
            now: Some(asked.moment(asked.now)),
            found: !query.alert.is_empty(),
            only: query.only,
            state: query.state,
            level: query.level,
            area: query.area,
            owner: query.owner,
            total,
            page,
            more,
            board: board(&report.alerts, asked.now),
            counts: Only::ALL.iter().map(|only| OnlyCount { only: only.word().to_owned(), count: all(only) }).collect(),
            areas,
            owners,
            alerts: shown,
        })
    }

    fn show(shell: &Shell, m: &BoardModel) -> askama::Result<String> {
        let Some(now) = &m.now else { return Ok(String::new()) };
        BoardView { shell, m, now }.render()
    }
}

/// Which of the alerts are to be taken along, and as what.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TakeQuery {
    /// csv or xlsx.
    format: String,
    /// As on the page.
    only: Option<String>,
    /// As on the page.
    state: Option<String>,
    /// As on the page.
    level: Option<String>,
    /// As on the page.
    area: Option<String>,
    /// As on the page.
    owner: Option<String>,
}

/// The alerts of a list.
pub(crate) struct Take;

impl File for Take {
    const ID: &'static str = "exportAlerts";
    const SUMMARY: &'static str = "The alerts of a list, all of its pages, as a spreadsheet or as text; noted";
    const MEDIA: &'static [&'static str] = Format::MEDIA;
    type Query = TakeQuery;

    fn make(asked: &Asked<'_>, query: TakeQuery) -> Result<Made, Trouble> {
        let TakeQuery { format, only, state, level, area, owner } = query;
        let query = BoardQuery { only, state, level, area, owner, alert: Vec::new(), page: None };
        let (wish, names) = (Wish::of(asked, &query)?, asked.names()?);
        let those: Vec<AlertId> = if wish.is_closed() {
            closed_lines(asked, &names, &wish, usize::MAX)?.iter().map(|line| line.alert).collect()
        } else {
            let report = today(asked.town, asked.person, asked.now)?;
            let listed = report.alerts.iter().filter(|line| wish.lists(&names, line, asked.now));
            listed.map(|line| line.alert).collect()
        };
        let BoardQuery { only, state, level, area, owner, .. } = query;
        let said = [("only", only), ("result", state), ("level", level), ("area", area), ("owner", owner)];
        let wanted = Wanted {
            only: Some(those.into_iter().map(Into::into).collect()),
            on_screen: on_screen(said),
            ..Wanted::default()
        };
        shown(asked, Ledger::Alerts, &wanted, &format)
    }
}

/// What is looked for.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct FindForm {
    /// A number on an issuer's platform, a telephone, or a person's name.
    #[schemars(length(min = 1, max = 120))]
    text: String,
}

/// Finds alerts by number, telephone or name, so that none of it stands in an address.
pub(crate) struct Find;

impl Deed for Find {
    const ID: &'static str = "findAlerts";
    const SUMMARY: &'static str = "Find alerts by their number, or by their person's telephone or name";
    type Form = FindForm;

    fn perform(asked: &Asked<'_>, form: FindForm) -> Result<Done, Trouble> {
        let text = form.text.trim();
        let digits = numbers(text).into_iter().find(|number| number.len() >= 7);
        let reach = asked.reach()?;
        let mut found: Vec<(Time, AlertId)> = Vec::new();
        asked.town.store().walk_rows("alert", &mut |row| {
            let is = |column: &str, fits: &dyn Fn(&str) -> bool| match row.cell("alert", column) {
                Some(Cell::Text(have)) => fits(have),
                _ => false,
            };
            let fits = is("platform_number", &|have| have == text)
                || is("name", &|have| have == text || names_agree(have, text))
                || digits.as_ref().is_some_and(|digits| is("telephone", &|have| numbers(have).contains(digits)));
            if fits && let Some(Record::Alert(alert)) = row.record("alert") {
                let id: AlertId = row.document.id.into();
                if reach.holds(id, alert.area) {
                    found.push((alert.issued, id));
                }
            }
            Ok(())
        })?;
        found.sort_by_key(|(issued, id)| (std::cmp::Reverse(*issued), *id));
        let next = match found[..] {
            [] => {
                return Err(Trouble::field(
                    "text",
                    "您的辖区内没有这个编号、电话或姓名的预警。",
                    "No alert of yours has this number, telephone or name.",
                ));
            }
            [(_, one)] => format!("/alerts/{one}"),
            _ => {
                let ids = found.iter().take(FOUND).map(|(_, id)| ("alert", id.to_string()));
                let query = serde_html_form::to_string(ids.collect::<Vec<_>>()).unwrap_or_default();
                format!("/alerts?{query}")
            }
        };
        let count = found.len();
        let (zh, en) = (format!("找到 {count} 条。"), format!("Found: {count}."));
        Ok(Done::new(asked, next, &zh, &en))
    }
}
