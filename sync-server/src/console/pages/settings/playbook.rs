//! The follow-up rules: those in force in plain words, all versions, and putting a new one in force.
//!
//! Floor: console. Invariants: what is published is what was shown; it is published from now on or later, never earlier.

use askama::Template;
use qiaomen_core::playbook::Playbook;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules::Rules;
use super::{Nothing, note, rooms, words};
use crate::console::names::Staff;
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::settings::{SettingError, playbook};

/// The follow-up rules there are.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PlaybooksModel {
    /// Those in force now.
    current: Rules,
    /// Those that come with the program.
    built_in: Rules,
    /// All versions, the last to come into force first.
    versions: Vec<Version>,
}

/// A version of the rules.
#[derive(Debug, Serialize, JsonSchema)]
struct Version {
    /// The record; none for the built-in one.
    id: Option<String>,
    /// The name it goes by.
    version: String,
    /// From when alerts are reckoned by it.
    from: Option<Moment>,
    /// Whether that moment is still to come.
    coming: bool,
    /// Whether alerts that are issued now are reckoned by it.
    in_force: bool,
    /// Why it was set.
    reason: Option<String>,
    /// Who set it.
    by: Option<Staff>,
    /// When.
    published: Option<Moment>,
    /// The text: what differs from the built-in rules.
    text: String,
    /// The same in numbers; none where this program cannot read it.
    rules: Option<Rules>,
    /// Why it is in force nowhere.
    problem: Option<String>,
}

impl Version {
    /// Where a draft begins with it.
    fn draft(&self) -> String {
        let query = serde_html_form::to_string([("base", &self.version)]).unwrap_or_default();
        format!("/settings/playbook/draft?{query}")
    }
}

#[derive(Template)]
#[template(path = "settings_playbook.html")]
struct PlaybooksView<'a> {
    shell: &'a Shell,
    m: &'a PlaybooksModel,
    rooms: Vec<(&'static str, &'static str, bool)>,
}

/// The follow-up rules there are.
pub(crate) struct Playbooks;

impl Page for Playbooks {
    const ID: &'static str = "playbooks";
    const SUMMARY: &'static str = "The follow-up rules in force, and every version there is";
    type Query = Nothing;
    type Model = PlaybooksModel;

    fn read(asked: &Asked<'_>, _: Nothing) -> Result<PlaybooksModel, Trouble> {
        let (names, books) = (asked.names()?, asked.town.books()?);
        let versions = playbook::list(asked.town, asked.now)?.into_iter().map(|line| Version {
            id: line.id.map(|id| id.to_string()),
            rules: Playbook::parse(&line.rules).ok().as_ref().map(Rules::from),
            version: line.version,
            from: line.from.map(|from| asked.moment(from)),
            coming: line.from.is_some_and(|from| from > asked.now),
            in_force: line.in_force,
            reason: line.reason,
            by: line.by.map(|by| names.staff(by)),
            published: line.published.map(|published| asked.moment(published)),
            text: line.rules,
            problem: line.problem,
        });
        Ok(PlaybooksModel {
            current: Rules::from(books.in_force(asked.now)),
            built_in: Rules::from(books.builtin()),
            versions: versions.collect(),
        })
    }

    fn show(shell: &Shell, m: &PlaybooksModel) -> askama::Result<String> {
        PlaybooksView { shell, m, rooms: rooms(shell) }.render()
    }
}

/// Rules to put in force.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct PublishForm {
    /// The rules, as TOML: a version of their own, and what differs from the built-in ones.
    rules: String,
    /// From when alerts are reckoned by them, in the town's zone; from now on if absent.
    from: Option<String>,
    /// Why.
    reason: String,
}

/// Puts rules in force.
pub(crate) struct Publish;

impl Deed for Publish {
    const ID: &'static str = "publishPlaybook";
    const SUMMARY: &'static str = "Put follow-up rules in force for the alerts that are issued from a moment on";
    type Form = PublishForm;

    fn perform(asked: &Asked<'_>, form: PublishForm) -> Result<Done, Trouble> {
        let from = form.from.as_deref().map(|from| asked.time("from", from)).transpose()?.unwrap_or(asked.now);
        let (rules, reason) = (words(&form.rules), words(&form.reason));
        let published =
            playbook::publish(asked.town, asked.person, &rules, from, Some(&reason), asked.now, &mut asked.random());
        let line = published.map_err(|error| match error {
            SettingError::Taken => Trouble::field(
                "version",
                "version：已经有这个名称的规则了，请另取一个。",
                "version: there are rules of this name already. Choose another.",
            ),
            SettingError::Past => Trouble::field(
                "from",
                "生效时间已经过去。之前的预警已按原规则计时，请填以后的时间，或留空表示立即生效。",
                "This moment has passed, and alerts were reckoned meanwhile. Give a later one, or none for now.",
            ),
            error => error.into(),
        })?;
        let id = line.id.map(|id| id.to_string()).unwrap_or_default();
        note(asked, &id, "playbook_published")?;
        let done = Done::new(
            asked,
            "/settings/playbook",
            if line.in_force { "规则已发布，即刻生效。" } else { "规则已发布，到时生效。" },
            if line.in_force { "The rules are in force." } else { "The rules are published and come into force then." },
        );
        Ok(done.with_id(id))
    }
}
