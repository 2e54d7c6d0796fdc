//! What the town has set, at a glance.
//!
//! Floor: console.

use askama::Template;
use qiaomen_core::record::{FraudKind, Language};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Nothing, rooms};
use crate::console::{Asked, Moment, Page, Shell, Trouble};
use crate::settings::duties::Which;
use crate::settings::{duties, integrations, phases, playbook, pledge_texts, reminders, routing, scripts, webhooks};

/// What is in force.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OverviewModel {
    /// The follow-up rules in force.
    playbook: BookModel,
    /// Those that come into force next.
    playbook_next: Option<BookModel>,
    /// Who goes first, a level each.
    routing: Vec<FirstModel>,
    /// How many are on duty now.
    on_duty: usize,
    /// How many duties are to come.
    duties_coming: usize,
    /// The phases that run now.
    phases: Vec<String>,
    /// How many phases are to come.
    phases_coming: usize,
    /// The pledge's text, a language each.
    pledge_texts: Vec<EditionModel>,
    /// How many kinds of fraud there are scripts for.
    scripts: usize,
    /// How many scripts are the town's own, all languages together.
    scripts_own: usize,
    /// What workers are reminded of now.
    reminders: Vec<String>,
    /// Who is told that alerts wait.
    webhooks: usize,
    /// To whom a message was given up after the last that arrived.
    webhooks_failing: usize,
    /// How many keys of systems work.
    keys: usize,
}

/// Follow-up rules.
#[derive(Debug, Serialize, JsonSchema)]
struct BookModel {
    version: String,
    /// From when; none for the built-in ones.
    from: Option<Moment>,
}

/// Who goes first.
#[derive(Debug, Serialize, JsonSchema)]
struct FirstModel {
    level: String,
    first: String,
    /// Whether the town has set it.
    own: bool,
}

/// A pledge's edition.
#[derive(Debug, Serialize, JsonSchema)]
struct EditionModel {
    language: String,
    version: i64,
    /// Whether it is the town's own.
    own: bool,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct OverviewView<'a> {
    shell: &'a Shell,
    m: &'a OverviewModel,
    rooms: Vec<(&'static str, &'static str, bool)>,
}

/// What is in force.
pub(crate) struct Overview;

impl Page for Overview {
    const ID: &'static str = "settings";
    const SUMMARY: &'static str = "What the town has set, at a glance";
    type Query = Nothing;
    type Model = OverviewModel;

    fn read(asked: &Asked<'_>, _: Nothing) -> Result<OverviewModel, Trouble> {
        let (town, now) = (asked.town, asked.now);
        let books = playbook::list(town, now)?;
        let book = |line: &playbook::Line| BookModel {
            version: line.version.clone(),
            from: line.from.map(|from| asked.moment(from)),
        };
        let coming = books.iter().filter(|line| line.problem.is_none());
        let coming = coming.filter(|line| line.from.is_some_and(|from| from > now)).min_by_key(|line| line.from);
        let current = books.iter().find(|line| line.in_force).or(books.last()).ok_or_else(Trouble::not_found)?;
        let duties = duties::list(town, Which::Coming, now)?;
        let on_duty = duties.iter().filter(|line| line.from <= now).count();
        let phases = phases::list(town, false)?;
        let begun = |line: &crate::report::phases::PhaseLine| line.phase().from <= now;
        let over = |line: &crate::report::phases::PhaseLine| line.phase().to <= now;
        let mut editions = Vec::new();
        for language in Language::KNOWN {
            let text = pledge_texts::shown(town, language, now)?;
            editions.push(EditionModel { language: language.to_string(), version: text.version, own: text.own });
        }
        let first = routing::list(town)?.into_iter().map(|line| FirstModel {
            level: line.level.to_string(),
            first: line.first.to_string(),
            own: line.own,
        });
        let hooks = webhooks::list(town)?;
        Ok(OverviewModel {
            playbook: book(current),
            playbook_next: coming.map(book),
            routing: first.collect(),
            on_duty,
            duties_coming: duties.len() - on_duty,
            phases: phases
                .iter()
                .filter(|line| begun(line) && !over(line))
                .map(|line| format!("{} · {}", line.campaign, line.name))
                .collect(),
            phases_coming: phases.iter().filter(|line| !begun(line)).count(),
            pledge_texts: editions,
            scripts: FraudKind::KNOWN.len(),
            scripts_own: scripts::list(town, None)?.iter().filter(|script| script.own).count(),
            reminders: reminders::list(town, false, now)?.into_iter().map(|line| line.title).collect(),
            webhooks: hooks.len(),
            webhooks_failing: hooks.iter().filter(|hook| hook.failed > hook.sent).count(),
            keys: integrations::list(town)?.iter().filter(|key| key.revoked.is_none()).count(),
        })
    }

    fn show(shell: &Shell, m: &OverviewModel) -> askama::Result<String> {
        OverviewView { shell, m, rooms: rooms(shell) }.render()
    }
}
