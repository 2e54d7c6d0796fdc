//! The list that makes itself.
//!
//! Floor: console. Invariant: amounts and reasons are the report's; a minute old at most.

use askama::Template;
use qiaomen_core::record::word::Word as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::look_path;
use crate::console::names::AreaName;
use crate::console::pages::today::word;
use crate::console::{Asked, Moment, Page, Shell, Trouble};
use crate::report::accountability::{Line, Reason, Subject};

const PAGE: usize = 50;

/// Which cases.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ListQuery {
    /// The first day.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
    /// Of one reason alone: failed, large, never_visited, not_met.
    reason: Option<String>,
    /// Which page, from 0.
    #[serde(default)]
    page: usize,
}

/// The cases to look at.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ListModel {
    /// The first day.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
    /// Of one reason alone.
    reason: Option<String>,
    /// From how much on a loss is large, in fen.
    large_fen: i64,
    /// From how many alerts on an area has many.
    many: u32,
    /// How many there are of each reason.
    counts: Vec<ReasonCount>,
    /// How many there are.
    total: u64,
    lines: Vec<CaseLine>,
    /// Areas with many alerts after which money was sent.
    areas: Vec<AreaLine>,
    page: usize,
    more: bool,
}

/// How many there are of a reason.
#[derive(Debug, Serialize, JsonSchema)]
struct ReasonCount {
    reason: String,
    count: u64,
}

/// A case.
#[derive(Debug, Serialize, JsonSchema)]
struct CaseLine {
    alert: String,
    number: Option<String>,
    /// The name, masked.
    name: String,
    level: String,
    area: AreaName,
    issued: Moment,
    met: Option<Moment>,
    sent: Option<Moment>,
    /// What was sent after the alert, in fen.
    fen_after_alert: i64,
    missed_visits: u32,
    reasons: Vec<String>,
    /// The look-up, for the moment at which money went, or now.
    look: String,
}

/// An area with many.
#[derive(Debug, Serialize, JsonSchema)]
struct AreaLine {
    area: AreaName,
    sent: u32,
    failed: u32,
    large: u32,
    /// What was sent, in fen.
    fen: i64,
}

impl ListModel {
    /// Where the list is taken along as it is shown.
    fn take(&self, format: &str) -> String {
        let all = [("from", &self.from), ("to", &self.to), ("reason", &self.reason)];
        let pairs: Vec<(&str, &str)> =
            all.into_iter().filter_map(|(name, value)| value.as_deref().map(|value| (name, value))).collect();
        let query = serde_html_form::to_string(&pairs).unwrap_or_default();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/exports/accountability/{format}{mark}{query}")
    }
}

#[derive(Template)]
#[template(path = "accountability_automatic.html")]
struct ListView<'a> {
    shell: &'a Shell,
    m: &'a ListModel,
}

/// The cases to look at without being asked.
pub(crate) struct List;

impl Page for List {
    const ID: &'static str = "accountabilityList";
    const SUMMARY: &'static str = "Cases to look at without being asked: failed, large, never visited, not met";
    type Query = ListQuery;
    type Model = ListModel;

    fn read(asked: &Asked<'_>, query: ListQuery) -> Result<ListModel, Trouble> {
        let period = asked.days(query.from.as_deref(), query.to.as_deref())?;
        let (found, names) = (asked.automatic(period)?, asked.names()?);
        let counts = Reason::ALL.map(|reason| ReasonCount {
            reason: word(reason),
            count: found.lines.iter().filter(|line| line.reasons.contains(&reason)).count() as u64,
        });
        let reason = query.reason.as_deref().map(one_reason).transpose()?;
        let meant = |line: &&Line| reason.is_none_or(|reason| line.reasons.contains(&reason));
        let first = query.page.saturating_mul(PAGE);
        let shown: Vec<&Line> = found.lines.iter().filter(meant).skip(first).take(PAGE + 1).collect();
        let day = |time| asked.moment(time).day().to_owned();
        let line = |line: &Line| CaseLine {
            alert: line.alert.to_string(),
            number: line.number.clone(),
            name: asked.name(&line.name, false),
            level: line.level.word().to_owned(),
            area: names.area(line.area),
            issued: asked.moment(line.issued),
            met: line.met.map(|met| asked.moment(met)),
            sent: line.sent.map(|sent| asked.moment(sent)),
            fen_after_alert: line.fen_after_alert,
            missed_visits: line.missed_visits,
            reasons: line.reasons.iter().map(word).collect(),
            look: look_path(
                &Subject::alert(line.alert),
                line.sent.map(|at| asked.moment(at)).as_ref().map(Moment::full),
                false,
            ),
        };
        Ok(ListModel {
            from: period.from.map(day),
            to: period.until.map(|until| day(until.plus_millis(-1))),
            large_fen: found.large_fen,
            many: found.many,
            counts: counts.into(),
            total: found.lines.len() as u64,
            more: shown.len() > PAGE,
            lines: shown.into_iter().take(PAGE).map(line).collect(),
            areas: found
                .areas
                .iter()
                .map(|area| AreaLine {
                    area: names.area(area.area),
                    sent: area.sent,
                    failed: area.failed,
                    large: area.large,
                    fen: area.fen,
                })
                .collect(),
            page: query.page,
            reason: query.reason,
        })
    }

    fn show(shell: &Shell, m: &ListModel) -> askama::Result<String> {
        ListView { shell, m }.render()
    }
}

/// The reason of a word.
pub(in crate::console::pages) fn one_reason(written: &str) -> Result<Reason, Trouble> {
    Reason::ALL.into_iter().find(|reason| word(reason) == written).ok_or_else(|| {
        Trouble::field("reason", "这一项不是允许的取值。", "This is none of the values that may be given.")
    })
}
