//! Who answers for each area's alerts, day by day.
//!
//! Floor: console. Invariant: days are the town's own.

use std::collections::BTreeMap;

use askama::Template;
use qiaomen_core::record::{AreaLevel, Day, PersonId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PAGE, day, id, note, rooms};
use crate::console::names::{AreaName, Staff};
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::settings::SettingError;
use crate::settings::duties::{self, DaysError, Which};

/// How many days the roster shows.
const DAYS: i64 = 7;

/// Which days are shown.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DutiesQuery {
    /// The roster's first day; today if absent.
    day: Option<String>,
    /// The page of the list below, from nought.
    #[serde(default)]
    page: usize,
}

/// Who is on duty.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DutiesModel {
    /// The roster's days.
    days: Vec<String>,
    /// This day.
    today: String,
    /// The first day of the roster before this one.
    before: String,
    /// The first day of the roster after this one.
    after: String,
    /// An area each.
    rows: Vec<RowModel>,
    /// What is on now and to come, the first to begin first.
    coming: Vec<DutyModel>,
    page: usize,
    more: bool,
    /// Whoever could be on duty.
    people: Vec<Staff>,
    /// The areas.
    areas: Vec<AreaName>,
}

/// An area's days.
#[derive(Debug, Serialize, JsonSchema)]
struct RowModel {
    area: AreaName,
    /// Who is on duty, a day each.
    days: Vec<Vec<CellModel>>,
}

/// Somebody on duty.
#[derive(Debug, Serialize, JsonSchema)]
struct CellModel {
    name: String,
    deputy: Option<String>,
    /// From and until which hour, where it is not the whole day.
    hours: Option<String>,
}

/// A duty.
#[derive(Debug, Serialize, JsonSchema)]
struct DutyModel {
    id: String,
    area: AreaName,
    person: Staff,
    deputy: Option<Staff>,
    from: Moment,
    until: Moment,
    /// Whether it has begun.
    on: bool,
}

#[derive(Template)]
#[template(path = "settings_duties.html")]
struct DutiesView<'a> {
    shell: &'a Shell,
    m: &'a DutiesModel,
    rooms: Vec<(&'static str, &'static str, bool)>,
}

/// Who is on duty.
pub(crate) struct Duties;

fn later(day: Day, days: i64) -> Day {
    // Days far beyond are no town's; the last there is stays.
    (0..days.abs()).fold(day, |day, _| {
        let next = if days < 0 { day.yesterday() } else { day.tomorrow() };
        next.unwrap_or(day)
    })
}

impl Page for Duties {
    const ID: &'static str = "duties";
    const SUMMARY: &'static str = "Who answers for each area's alerts, day by day";
    type Query = DutiesQuery;
    type Model = DutiesModel;

    fn read(asked: &Asked<'_>, query: DutiesQuery) -> Result<DutiesModel, Trouble> {
        let zone = asked.town.zone();
        let today = zone.day(asked.now);
        let first = query.day.as_deref().map(|text| day("day", text)).transpose()?.unwrap_or(today);
        let last = later(first, DAYS - 1);
        let days: Vec<Day> = (0..DAYS).map(|days| later(first, days)).collect();
        let mut areas: Vec<_> = asked.town.areas()?;
        let names = asked.names()?;
        areas.sort_by_cached_key(|(id, area)| (area.parent.is_some(), names.tree().path(*id)));
        let mut rows: BTreeMap<usize, RowModel> = BTreeMap::new();
        let row = |id| RowModel { area: names.area(id), days: days.iter().map(|_| Vec::new()).collect() };
        for (at, (id, area)) in areas.iter().enumerate() {
            if matches!(area.level, AreaLevel::Town | AreaLevel::Village) {
                rows.insert(at, row(*id));
            }
        }
        for line in duties::list(asked.town, Which::Within(first, last), asked.now)? {
            let at = areas.iter().position(|(id, _)| *id == line.area);
            let Some(at) = at.filter(|_| !line.cancelled) else { continue };
            let of = rows.entry(at).or_insert_with(|| row(line.area));
            for (day, cell) in days.iter().zip(&mut of.days) {
                let (start, end) = (zone.start(*day), zone.end(*day));
                // A night counts with the day that it begins on, for whoever looks who is on tonight.
                let begins = start <= line.from && line.from < end;
                let whole = line.from <= start && end <= line.until;
                if !(begins
                    || whole
                    || line.from < start && start < line.until && line.until.minutes_since(line.from) >= 24 * 60)
                {
                    continue;
                }
                let clock = |time| asked.moment(time).minute().get(11..).unwrap_or_default().to_owned();
                let until = if line.until == end { "24:00".to_owned() } else { clock(line.until) };
                cell.push(CellModel {
                    name: line.name.clone().unwrap_or_else(|| "—".to_owned()),
                    deputy: line.deputy_name.clone(),
                    hours: (!whole).then(|| {
                        let from = if begins { clock(line.from) } else { "00:00".to_owned() };
                        format!("{from}–{until}")
                    }),
                });
            }
        }
        let coming = duties::list(asked.town, Which::Coming, asked.now)?;
        let more = coming.len() > (query.page.saturating_add(1)).saturating_mul(PAGE);
        let coming = coming.into_iter().skip(query.page.saturating_mul(PAGE)).take(PAGE).map(|line| DutyModel {
            id: line.id.to_string(),
            area: names.area(line.area),
            person: names.staff(line.person),
            deputy: line.deputy.map(|deputy| names.staff(deputy)),
            on: line.from <= asked.now,
            from: asked.moment(line.from),
            until: asked.moment(line.until),
        });
        Ok(DutiesModel {
            coming: coming.collect(),
            today: today.to_string(),
            before: later(first, -DAYS).to_string(),
            after: later(first, DAYS).to_string(),
            days: days.iter().map(Day::to_string).collect(),
            rows: rows.into_values().collect(),
            page: query.page,
            more,
            people: duties::able(asked.town)?
                .into_iter()
                .map(|(id, name)| Staff { id: id.to_string(), name })
                .collect(),
            areas: areas.iter().map(|(id, _)| names.area(*id)).collect(),
        })
    }

    fn show(shell: &Shell, m: &DutiesModel) -> askama::Result<String> {
        DutiesView { shell, m, rooms: rooms(shell) }.render()
    }
}

/// Who is to answer, and when.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AddDuty {
    /// The area; the town's own for the station.
    area: String,
    /// Who.
    person: String,
    /// Who stands in.
    deputy: Option<String>,
    /// The first day.
    from: String,
    /// The last day; the first one if absent.
    to: Option<String>,
    /// From which hour on each day; with `end`, else whole days.
    begin: Option<String>,
    /// Until which hour; the next day's where it is not after `begin`.
    end: Option<String>,
}

/// Says who answers.
pub(crate) struct Add;

impl Deed for Add {
    const ID: &'static str = "addDuty";
    const SUMMARY: &'static str = "Say who answers for an area's alerts on certain days";
    type Form = AddDuty;

    fn perform(asked: &Asked<'_>, form: AddDuty) -> Result<Done, Trouble> {
        let first = day("from", &form.from)?;
        let last = form.to.as_deref().map(|to| day("to", to)).transpose()?.unwrap_or(first);
        let hours = match (form.begin.as_deref(), form.end.as_deref()) {
            (Some(begin), Some(end)) => Some((begin.trim(), end.trim())),
            (None, None) => None,
            (Some(_), None) => {
                return Err(Trouble::field("end", "请同时填写结束时间。", "Give the hour at which it ends, too."));
            }
            (None, Some(_)) => {
                return Err(Trouble::field("begin", "请同时填写开始时间。", "Give the hour at which it begins, too."));
            }
        };
        let stretches = duties::stretches(asked.town.zone(), (first, last), hours).map_err(|error| match error {
            DaysError::Backwards => Trouble::field("to", "最后一天早于第一天。", "The last day is before the first."),
            DaysError::TooMany => Trouble::field("to", "一次最多安排 366 天。", "At most 366 days are set at once."),
            DaysError::From => Trouble::field("begin", "时间请写成 08:00。", "Write a time such as 08:00."),
            DaysError::To => Trouble::field("end", "时间请写成 20:00。", "Write a time such as 20:00."),
        })?;
        let person: PersonId = asked.id(&form.person)?;
        let deputy: Option<PersonId> = form.deputy.as_deref().map(|deputy| asked.id(deputy)).transpose()?;
        let new = duties::New { area: asked.id(&form.area)?, person, deputy, stretches };
        let added = duties::add(asked.town, asked.person, &new, asked.now, &mut asked.random());
        let lines = added.map_err(|error| match error {
            SettingError::Past => Trouble::field("from", "所选时间已经过去。", "These days are over."),
            SettingError::Taken => Trouble::field(
                "person",
                "此人在该区域的这段时间已有值班。",
                "They are on duty there at that time already.",
            ),
            SettingError::Unable(who) if Some(who) == deputy => Trouble::field(
                "deputy",
                "替补没有能接收预警的角色。",
                "The deputy holds no role in which they could take an alert.",
            ),
            SettingError::Invalid(invalid) if invalid.field == "deputy" => {
                Trouble::field("deputy", "替补不能是值班人本人。", "The deputy is somebody else than who is on duty.")
            }
            error => error.into(),
        })?;
        for line in &lines {
            note(asked, line.id, "duty_added")?;
        }
        Ok(Done::new(asked, format!("/settings/duties?day={first}"), "值班已安排。", "The duty was added."))
    }
}

/// Which duty.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WhichDuty {
    /// Which.
    duty: String,
}

/// Ends a duty.
pub(crate) struct End;

impl Deed for End {
    const ID: &'static str = "endDuty";
    const SUMMARY: &'static str = "End a duty now, or call it off before it begins";
    type Form = WhichDuty;

    fn perform(asked: &Asked<'_>, form: WhichDuty) -> Result<Done, Trouble> {
        let id = id(asked, &form.duty)?;
        duties::end(asked.town, asked.person, id, asked.now, &mut asked.random())?;
        note(asked, id, "duty_ended")?;
        Ok(Done::new(asked, "/settings/duties", "值班已结束或取消。", "The duty has ended, or was called off.")
            .with_id(id))
    }
}
