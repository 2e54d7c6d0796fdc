//! What a worker has to do: alerts first, then doors.
//!
//! Floor: console. Invariant: what is urgent stands first.

use askama::Template;
use qiaomen_core::doors::Period;
use qiaomen_core::doors::in_order;
use qiaomen_core::playbook::CaseResult;
use qiaomen_core::record::{Purpose, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{For, Worker, types_for};
use crate::access::Action;
use crate::console::names::{AreaName, Staff};
use crate::console::pages::today::AlertLine;
use crate::console::{Asked, Moment, Page, Shell, Trouble};
use crate::report::Reports;
use crate::report::today::today;

/// For whom.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WorkQuery {
    /// The worker on whose behalf an office asks; oneself where it is absent.
    #[serde(rename = "for")]
    pub(super) worker: Option<String>,
}

/// A worker's work.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WorkModel {
    #[serde(skip)]
    now: Option<Moment>,
    /// Whose work it is; nobody's yet, for an office that has chosen nobody.
    worker: Option<For>,
    /// The workers that an office may do this for.
    workers: Vec<Staff>,
    /// Alerts that were offered to the worker and wait for their answer.
    offered: Vec<AlertLine>,
    /// Alerts that are the worker's.
    own: Vec<AlertLine>,
    /// Alerts of somebody else to whose person the worker was sent.
    sent: Vec<AlertLine>,
    /// Alerts that nobody has taken.
    open: Vec<AlertLine>,
    /// The worker's grids.
    grids: Vec<GridLine>,
}

/// A grid.
#[derive(Debug, Serialize, JsonSchema)]
struct GridLine {
    grid: AreaName,
    /// Doors that count.
    doors: u64,
    /// Doors at which somebody was met.
    met: u64,
    /// Doors at which somebody has signed.
    pledged: u64,
}

#[derive(Template)]
#[template(path = "work.html")]
struct WorkView<'a> {
    shell: &'a Shell,
    m: &'a WorkModel,
    now: &'a Moment,
}

/// What a worker has to do.
pub(crate) struct Work;

impl Page for Work {
    const ID: &'static str = "work";
    const SUMMARY: &'static str = "What a worker has to do: alerts first, then doors";
    type Query = WorkQuery;
    type Model = WorkModel;

    fn read(asked: &Asked<'_>, query: WorkQuery) -> Result<WorkModel, Trouble> {
        let now = Some(asked.moment(asked.now));
        let names = asked.names()?;
        let mut workers = Vec::new();
        if asked.may(Action::WorkFor) {
            for (person, role, area) in asked.town.roles()? {
                if person != asked.person
                    && types_for(asked, &role, area)?
                    && !workers.iter().any(|staff: &Staff| staff.id == person.to_string())
                {
                    workers.push(names.staff(person));
                }
            }
            workers.sort_by(|one, other| one.name.cmp(&other.name));
        }
        if query.worker.is_none() && !asked.may(Action::Work) {
            let (offered, own, sent, open, grids) = Default::default();
            return Ok(WorkModel { now, worker: None, workers, offered, own, sent, open, grids });
        }
        let worker = Worker::of(asked, query.worker.as_deref())?;
        let report = today(asked.town, worker.person, asked.now)?;
        let to_them: std::collections::BTreeSet<_> = asked.town.board(|board| {
            let waits = board
                .cases()
                .iter()
                .filter(|(_, case)| case.custody.offers.iter().any(|offer| offer.to == worker.person));
            waits.map(|(alert, _)| *alert).collect()
        })?;
        let (mut offered, mut own, mut sent, mut open) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for line in report.alerts.iter().filter(|line| worker.holds(Scope::CaseFile(line.alert))) {
            let list = if line.owner == Some(worker.person) {
                &mut own
            } else if to_them.contains(&line.alert) {
                &mut offered
            } else if line.owner.is_none() && line.stage.is_some() {
                &mut open
            } else if !worker.leads && line.result == CaseResult::Running {
                &mut sent
            } else {
                continue;
            };
            list.push(AlertLine::of(asked, &names, line));
        }
        let reports = Reports::of(asked.town)?;
        let mut grids = Vec::new();
        for grid in worker.grids().take(60) {
            let coverage = reports.coverage(Some(grid), crate::report::By::Grid, Period::default())?.total;
            grids.push(GridLine {
                grid: names.area(grid),
                doors: coverage.counted,
                met: coverage.visited,
                pledged: coverage.pledged,
            });
        }
        grids.sort_by_cached_key(|line| in_order(&line.grid.path));
        Ok(WorkModel { now, worker: Some(worker.shown()), workers, offered, own, sent, open, grids })
    }

    fn show(shell: &Shell, m: &WorkModel) -> askama::Result<String> {
        let Some(now) = &m.now else { return Ok(String::new()) };
        WorkView { shell, m, now }.render()
    }
}

/// The purposes of visits to a person, by their word.
pub(super) fn purpose(word: &str) -> Option<Purpose> {
    match word {
        "first_contact" => Some(Purpose::FirstContact),
        "dissuasion" => Some(Purpose::Dissuasion),
        "follow_up" => Some(Purpose::FollowUp),
        _ => None,
    }
}
