//! What is said at the door about each kind of fraud.
//!
//! Floor: console. Invariant: a script that was replaced stays as it was.

use askama::Template;
use qiaomen_core::record::{FraudKind, Language};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{known, note, rooms, words};
use crate::console::{Asked, Deed, Done, Page, Shell, Trouble};
use crate::settings::scripts;

/// In which language scripts are listed.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ScriptsQuery {
    /// `zh` or `en`; the page's language if absent.
    language: Option<String>,
}

/// What is said.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ScriptsModel {
    /// In which language.
    language: String,
    /// How many of them are the town's own.
    own: usize,
    /// A kind of fraud each.
    scripts: Vec<ScriptModel>,
}

/// What is said about a kind of fraud.
#[derive(Debug, Serialize, JsonSchema)]
struct ScriptModel {
    fraud: String,
    title: String,
    body: String,
    /// Whether it is the town's own.
    own: bool,
    /// What a record names as the script that was used.
    name: String,
}

#[derive(Template)]
#[template(path = "settings_scripts.html")]
struct ScriptsView<'a> {
    shell: &'a Shell,
    m: &'a ScriptsModel,
    rooms: Vec<(&'static str, &'static str, bool)>,
}

/// What is said.
pub(crate) struct Scripts;

impl Page for Scripts {
    const ID: &'static str = "scripts";
    const SUMMARY: &'static str = "What is said at the door about each kind of fraud";
    type Query = ScriptsQuery;
    type Model = ScriptsModel;

    fn read(asked: &Asked<'_>, query: ScriptsQuery) -> Result<ScriptsModel, Trouble> {
        let language: Language = known("language", query.language.as_deref().unwrap_or(asked.lang.word()))?;
        let shown = scripts::list(asked.town, Some(&language))?.into_iter().map(|shown| ScriptModel {
            fraud: shown.fraud.to_string(),
            title: shown.title,
            body: shown.body,
            own: shown.own,
            name: shown.name,
        });
        let scripts: Vec<ScriptModel> = shown.collect();
        let own = scripts.iter().filter(|script| script.own).count();
        Ok(ScriptsModel { language: language.to_string(), own, scripts })
    }

    fn show(shell: &Shell, m: &ScriptsModel) -> askama::Result<String> {
        ScriptsView { shell, m, rooms: rooms(shell) }.render()
    }
}

fn next(language: &Language) -> String {
    format!("/settings/scripts?language={language}")
}

/// A script to be used from now on.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SetScript {
    /// The kind of fraud.
    fraud: String,
    /// In which language: `zh` or `en`.
    language: String,
    /// What it is called.
    title: String,
    /// What is said, a line an utterance.
    body: String,
}

/// Gives the town a script of its own.
pub(crate) struct Set;

impl Deed for Set {
    const ID: &'static str = "setScript";
    const SUMMARY: &'static str = "Give the town a script of its own for a kind of fraud";
    type Form = SetScript;

    fn perform(asked: &Asked<'_>, form: SetScript) -> Result<Done, Trouble> {
        let (fraud, language): (FraudKind, Language) =
            (known("fraud", &form.fraud)?, known("language", &form.language)?);
        let next = next(&language);
        let new = scripts::New { fraud, language, title: form.title.trim().to_owned(), body: words(&form.body) };
        let shown = scripts::set(asked.town, asked.person, new, asked.now, &mut asked.random())?;
        note(asked, &shown.name, "script_set")?;
        let done = Done::new(
            asked,
            next,
            "话术已更新，手机下次同步后使用。",
            "The script is used from each phone's next exchange on.",
        );
        Ok(done.with_id(shown.name))
    }
}

/// Which script.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct RetireScript {
    /// The kind of fraud.
    fraud: String,
    /// In which language: `zh` or `en`.
    language: String,
}

/// Gives the built-in script back.
pub(crate) struct Retire;

impl Deed for Retire {
    const ID: &'static str = "retireScript";
    const SUMMARY: &'static str = "Retire the town's own script of a kind of fraud; the built-in one is used again";
    type Form = RetireScript;

    fn perform(asked: &Asked<'_>, form: RetireScript) -> Result<Done, Trouble> {
        let (fraud, language): (FraudKind, Language) =
            (known("fraud", &form.fraud)?, known("language", &form.language)?);
        scripts::retire(asked.town, asked.person, (&fraud, &language), asked.now, &mut asked.random())?;
        note(asked, format!("{fraud}/{language}"), "script_retired")?;
        Ok(Done::new(asked, next(&language), "已改回内置话术。", "The built-in script is used again."))
    }
}
