//! Where alerts of each level go first, and how soon to the next.
//!
//! Floor: console.

use askama::Template;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Nothing, known, note, rooms};
use crate::console::{Asked, Deed, Done, Page, Shell, Trouble};
use crate::settings::routing;

/// Where alerts go.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RoutingModel {
    /// A level each, the highest first.
    levels: Vec<LevelModel>,
}

/// Where alerts of a level go.
#[derive(Debug, Serialize, JsonSchema)]
struct LevelModel {
    level: String,
    /// Who goes first: `station`, `team` or `joint`.
    first: String,
    /// After how many minutes the deputy is offered an alert that nobody took.
    deputy_minutes: i64,
    /// After how many minutes the team's head is.
    head_minutes: i64,
    /// After how many minutes the supervisor is to telephone.
    telephone_minutes: i64,
    /// Whether the town has set it.
    own: bool,
}

#[derive(Template)]
#[template(path = "settings_routing.html")]
struct RoutingView<'a> {
    shell: &'a Shell,
    m: &'a RoutingModel,
    rooms: Vec<(&'static str, &'static str, bool)>,
}

/// Where alerts go.
pub(crate) struct Routing;

impl Page for Routing {
    const ID: &'static str = "routing";
    const SUMMARY: &'static str = "Where alerts of each level go first, and how soon to the next";
    type Query = Nothing;
    type Model = RoutingModel;

    fn read(asked: &Asked<'_>, _: Nothing) -> Result<RoutingModel, Trouble> {
        let levels = routing::list(asked.town)?.into_iter().map(|line| LevelModel {
            level: line.level.to_string(),
            first: line.first.to_string(),
            deputy_minutes: line.deputy_minutes,
            head_minutes: line.head_minutes,
            telephone_minutes: line.telephone_minutes,
            own: line.own,
        });
        Ok(RoutingModel { levels: levels.collect() })
    }

    fn show(shell: &Shell, m: &RoutingModel) -> askama::Result<String> {
        RoutingView { shell, m, rooms: rooms(shell) }.render()
    }
}

/// What is to be set for a level; what is absent stays as it is.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetRouting {
    /// The level.
    level: String,
    /// Who goes first: `station`, `team` or `joint`.
    first: Option<String>,
    /// After how many minutes the deputy is offered an alert that nobody took.
    deputy_minutes: Option<i64>,
    /// After how many minutes the team's head is.
    head_minutes: Option<i64>,
    /// After how many minutes the supervisor is to telephone.
    telephone_minutes: Option<i64>,
}

/// Sets where alerts of a level go.
pub(crate) struct Set;

impl Deed for Set {
    const ID: &'static str = "setRouting";
    const SUMMARY: &'static str = "Set where alerts of a level go first, and how soon to the next";
    type Form = SetRouting;

    fn perform(asked: &Asked<'_>, form: SetRouting) -> Result<Done, Trouble> {
        let change = routing::Change {
            level: known("level", &form.level)?,
            first: form.first.as_deref().map(|first| known("first", first)).transpose()?,
            deputy_minutes: form.deputy_minutes,
            head_minutes: form.head_minutes,
            telephone_minutes: form.telephone_minutes,
        };
        let set = routing::set(asked.town, asked.person, &change, asked.now, &mut asked.random());
        let line = set.map_err(|error| match error {
            crate::settings::SettingError::Invalid(invalid) => Trouble::field(
                &invalid.field,
                "时间必须依次不减：替补、队长、督导员电话，各为 1 分钟到 7 天。",
                "Minutes follow on one another: deputy, head, telephone, each from 1 to 10,080.",
            ),
            error => error.into(),
        })?;
        note(asked, &line.level, "routing_set")?;
        Ok(Done::new(
            asked,
            "/settings/routing",
            "派发规则已更新，之后的预警按此派发。",
            "Alerts from now on are passed on by it.",
        ))
    }
}
