//! Rules to be: filled in as numbers or written as TOML, and what they would come to for sample alerts.
//!
//! Floor: console. Invariants: nothing is written; a draft stands in the page's address, so that it can be sent to a
//! colleague before it is published.

use askama::Template;
use qiaomen_core::playbook::{Playbook, PlaybookError};
use schemars::JsonSchema;
use serde::Serialize;

use super::rules::{DraftQuery, Rules};
use super::{rooms, words, wrong_rules_zh};
use crate::console::{Asked, Moment, Page, Shell, Trouble};
use crate::settings::{SettingError, playbook};

/// A draft and what it would come to.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DraftModel {
    /// The text: its version, and what differs from the built-in rules.
    text: String,
    /// The same in numbers, as far as they can be read.
    rules: Rules,
    /// Those in force now.
    current: Rules,
    /// The version it began with.
    base: String,
    /// Whether it was written as text.
    written: bool,
    /// What is wrong with it, and where.
    problem: Option<Problem>,
    /// What it would come to; none until something is tried.
    effect: Option<EffectModel>,
}

/// What is wrong with a draft.
#[derive(Debug, Serialize, JsonSchema)]
struct Problem {
    /// The line, or the key.
    place: String,
    /// What is wrong there.
    problem: String,
}

impl Problem {
    fn said(&self, shell: &Shell) -> String {
        let error = PlaybookError { place: self.place.clone(), problem: self.problem.clone() };
        match shell.lang {
            crate::console::Lang::Zh => wrong_rules_zh(&error),
            crate::console::Lang::En => error.to_string(),
        }
    }
}

/// What a draft would come to.
#[derive(Debug, Serialize, JsonSchema)]
struct EffectModel {
    /// Whether it could be published under its version.
    version_free: bool,
    /// How many of the samples come out otherwise.
    differing: usize,
    /// Open alerts that the reader holds, and made-up cases.
    samples: Vec<SampleModel>,
}

/// One case under both.
#[derive(Debug, Serialize, JsonSchema)]
struct SampleModel {
    /// The alert; none for a case that is made up.
    alert: Option<String>,
    /// Its number, or the word for what is made up.
    name: Option<String>,
    level: String,
    issued: Moment,
    differs: bool,
    visits: Vec<BesideModel>,
}

/// A due visit under both.
#[derive(Debug, Serialize, JsonSchema)]
struct BesideModel {
    kind: String,
    differs: bool,
    current: Option<SideModel>,
    draft: Option<SideModel>,
}

/// When something is due, and how it stands.
#[derive(Debug, Serialize, JsonSchema)]
struct SideModel {
    due: Moment,
    state: String,
}

/// The word of something that serialises as one.
fn word(of: &impl Serialize) -> String {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[derive(Template)]
#[template(path = "settings_draft.html")]
struct DraftView<'a> {
    shell: &'a Shell,
    m: &'a DraftModel,
    rooms: Vec<(&'static str, &'static str, bool)>,
}

/// A draft of rules.
pub(crate) struct Draft;

impl Page for Draft {
    const ID: &'static str = "draftPlaybook";
    const SUMMARY: &'static str = "Try follow-up rules on sample alerts, beside those in force; nothing is written";
    type Query = DraftQuery;
    type Model = DraftModel;

    fn read(asked: &Asked<'_>, query: DraftQuery) -> Result<DraftModel, Trouble> {
        let books = asked.town.books()?;
        let current = Rules::from(books.in_force(asked.now));
        let versions = playbook::list(asked.town, asked.now)?;
        let base = query.base.as_deref().unwrap_or(&current.version);
        let base = versions.iter().find(|line| line.version == base).ok_or_else(Trouble::not_found)?;
        // What is no number is carried on: whose days count.
        let zone = toml::from_str::<toml::Table>(&base.rules).ok().and_then(|table| {
            let zone = table.get("zone")?.as_str()?.to_owned();
            Some(zone).filter(|_| base.id.is_some())
        });
        let mut rules = Playbook::parse(&base.rules).ok().as_ref().map_or_else(|| current.clone(), Rules::from);
        // A name that nobody has taken.
        rules.version = (1..)
            .map(|number| format!("town-{number}"))
            .find(|name| !versions.iter().any(|line| line.version == *name))
            .unwrap_or_default();
        let written = query.rules.is_some();
        let text = match query.rules.as_deref() {
            Some(text) => words(text),
            None => {
                if query.fields {
                    rules = rules.filled(&query);
                }
                rules.toml(zone.as_deref())
            }
        };
        let tried = written || query.fields;
        let (mut problem, mut effect) = (None, None);
        if tried {
            match playbook::draft_effect(asked.town, asked.person, &text, asked.now) {
                Ok(found) => effect = Some(shown(asked, found)),
                Err(SettingError::Playbook(PlaybookError { place, problem: text })) => {
                    problem = Some(Problem { place, problem: text });
                }
                Err(error) => return Err(error.into()),
            }
        }
        if written && let Ok(read) = Playbook::parse(&text) {
            rules = Rules::from(&read);
        }
        Ok(DraftModel { base: base.version.clone(), text, rules, current, written, problem, effect })
    }

    fn show(shell: &Shell, m: &DraftModel) -> askama::Result<String> {
        // Samples stand as of now, so that they are others at each look: no news to tell.
        let still = Shell { fingerprint: String::new(), ..shell.clone() };
        DraftView { shell: &still, m, rooms: rooms(shell) }.render()
    }
}

fn shown(asked: &Asked<'_>, found: playbook::Effect) -> EffectModel {
    let side = |side: playbook::Side| SideModel { due: asked.moment(side.due), state: word(&side.state) };
    let mut samples: Vec<SampleModel> = found
        .samples
        .into_iter()
        .map(|sample| SampleModel {
            alert: sample.alert.map(|alert| alert.to_string()),
            name: sample.name,
            level: sample.level.to_string(),
            issued: asked.moment(sample.issued),
            differs: sample.differs,
            visits: sample
                .visits
                .into_iter()
                .map(|visit| BesideModel {
                    kind: word(&visit.kind),
                    differs: visit.current != visit.draft,
                    current: visit.current.map(side),
                    draft: visit.draft.map(side),
                })
                .collect(),
        })
        .collect();
    // The made-up cases show each rule at work; the alerts at hand come after them.
    samples.sort_by_key(|sample| sample.alert.is_some());
    EffectModel {
        version_free: found.version_free,
        differing: samples.iter().filter(|sample| sample.differs).count(),
        samples,
    }
}
