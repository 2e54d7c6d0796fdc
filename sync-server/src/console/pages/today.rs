//! What waits today: counts that lead to their lists, and what is most urgent.
//!
//! Floor: console. Invariant: each number is the length of the list that it leads to.

use askama::Template;
use qiaomen_core::record::word::Word as _;
use schemars::JsonSchema;
use serde::Serialize;

use super::account::Nothing;
use crate::console::names::{AreaName, Names, Staff};
use crate::console::{Asked, Moment, Page, Shell, Trouble};
use crate::report::today::{Line, today};
pub(crate) use crate::report::word;

/// How many alerts stand on the first page.
const FIRST: usize = 12;

/// What waits.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TodayModel {
    /// Reckoned at this moment.
    #[serde(skip)]
    now: Option<Moment>,
    /// Counts, each with the list that it leads to.
    counts: Vec<Count>,
    /// What is most urgent.
    urgent: Vec<AlertLine>,
    /// How many alerts run.
    running: u64,
}

/// A count of what waits.
#[derive(Debug, Serialize, JsonSchema)]
struct Count {
    /// What is counted.
    key: String,
    /// How many.
    count: u64,
    /// The list.
    list: String,
    /// Whether it is red where it is not nought.
    alarming: bool,
}

/// An alert in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AlertLine {
    pub(crate) id: String,
    pub(crate) number: Option<String>,
    /// The person's name, masked.
    pub(crate) name: String,
    pub(crate) level: String,
    pub(crate) area: AreaName,
    pub(crate) owner: Option<Staff>,
    /// How it stands: running, cleared, recalled, joined, lying.
    pub(crate) result: String,
    /// What is due next.
    pub(crate) next: Option<DueNext>,
    /// How many due visits are overdue.
    pub(crate) overdue: usize,
    /// Since when the owner's phones are silent, where that is before something fell due.
    pub(crate) unheard_since: Option<Moment>,
    /// When it became an accident.
    pub(crate) accident: Option<Moment>,
    pub(crate) contested: bool,
    pub(crate) telephone_now: bool,
    pub(crate) stop_payment_owed: bool,
    pub(crate) release_owed: bool,
    pub(crate) proposed: bool,
}

/// Something that is due.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DueNext {
    pub(crate) kind: String,
    pub(crate) due: Moment,
    pub(crate) state: String,
}

impl AlertLine {
    pub(crate) fn of(asked: &Asked<'_>, names: &Names, line: &Line) -> Self {
        let moment = |time| asked.moment(time);
        Self {
            id: line.alert.to_string(),
            number: line.number.clone(),
            name: asked.name(&line.name, false),
            level: line.level.word().to_owned(),
            area: names.area(line.area),
            owner: line.owner.map(|owner| names.staff(owner)),
            result: word(line.result),
            next: line.next.map(|next| DueNext {
                kind: word(next.kind),
                due: moment(next.due),
                state: word(next.state),
            }),
            overdue: line.overdue,
            unheard_since: line.unheard_since.map(moment),
            accident: line.accident.map(moment),
            contested: line.contested,
            telephone_now: line.stage == Some(crate::intake::Stage::Telephone),
            stop_payment_owed: line.stop_payment_owed,
            release_owed: line.release_owed,
            proposed: line.proposed,
        }
    }
}

#[derive(Template)]
#[template(path = "today.html")]
struct TodayView<'a> {
    shell: &'a Shell,
    m: &'a TodayModel,
    now: &'a Moment,
}

/// What waits today.
pub(crate) struct Today;

impl Page for Today {
    const ID: &'static str = "today";
    const SUMMARY: &'static str = "What waits today, by how urgent it is";
    type Query = Nothing;
    type Model = TodayModel;

    fn read(asked: &Asked<'_>, _: Nothing) -> Result<TodayModel, Trouble> {
        let (report, names) = (today(asked.town, asked.person, asked.now)?, asked.names()?);
        let counts = report.counts;
        let count = |key: &str, count: u64, list: &str, alarming: bool| Count {
            key: key.to_owned(),
            count,
            list: list.to_owned(),
            alarming,
        };
        let supervises = asked.may(crate::access::Action::Settle);
        let mut list = vec![
            count("overdue", counts.overdue, "/alerts?only=overdue", true),
            count("accidents", counts.accidents, "/alerts?only=accident", true),
            count("telephone_now", counts.telephone_now, "/alerts?only=telephone", false),
            count("unowned", counts.unowned, "/alerts?only=unowned", false),
            count("due_soon", counts.due_soon, "/alerts?only=soon", false),
            count("unheard", counts.unheard, "/alerts?only=unheard", false),
            count("contested", counts.contested, "/alerts?only=contested", false),
            count("lying", counts.lying, "/alerts?only=lying", false),
            count("stop_payment_owed", counts.stop_payment_owed, "/alerts?only=stop_payment", false),
            count("release_owed", counts.release_owed, "/alerts?only=release", false),
            count("proposed", counts.proposed, "/alerts?only=proposed", false),
        ];
        if supervises {
            let conflicts = crate::console::pages::counted(asked, crate::console::pages::Counted::Conflicts)?;
            list.push(count("matches", counts.questions, "/alerts/questions", false));
            list.push(count("conflicts", conflicts, "/conflicts", false));
        }
        // Phones are listed for whoever sees to people, and counted for nobody else.
        if supervises && asked.may(crate::access::Action::People) {
            let refused = crate::console::pages::counted(asked, crate::console::pages::Counted::Refused)?;
            let silent = crate::console::pages::counted(
                asked,
                crate::console::pages::Counted::Silent(
                    asked.now.plus_hours(-crate::console::pages::devices::SILENT_HOURS),
                ),
            )?;
            list.push(count("refused", refused, "/people?tab=devices&only=refused", false));
            list.push(count("silent", silent, "/people?tab=devices&only=silent", false));
        }
        let urgent = report
            .alerts
            .iter()
            .filter(|line| line.overdue > 0 || line.stage.is_some() || line.accident.is_some() || line.next.is_some());
        Ok(TodayModel {
            now: Some(asked.moment(asked.now)),
            counts: list,
            urgent: urgent.take(FIRST).map(|line| AlertLine::of(asked, &names, line)).collect(),
            running: counts.running,
        })
    }

    fn show(shell: &Shell, m: &TodayModel) -> askama::Result<String> {
        let Some(now) = &m.now else { return Ok(String::new()) };
        TodayView { shell, m, now }.render()
    }
}
