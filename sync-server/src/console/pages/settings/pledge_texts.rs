//! What residents sign: the text shown now in each language, the town's own editions, and new ones.
//!
//! Floor: console. Invariant: an edition that is there is retired and never changed.

use askama::Template;
use qiaomen_core::record::Language;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Nothing, day, id, known, note, rooms, words};
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::settings::{SettingError, pledge_texts};

/// What residents sign.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TextsModel {
    /// What phones show now, a language each.
    shown: Vec<ShownText>,
    /// The town's own editions, the last first.
    own: Vec<TextModel>,
}

/// A text that is shown.
#[derive(Debug, Serialize, JsonSchema)]
struct ShownText {
    language: String,
    title: String,
    body: String,
    version: i64,
    /// Whether it is the town's own.
    own: bool,
}

/// A text of the town's own.
#[derive(Debug, Serialize, JsonSchema)]
struct TextModel {
    id: String,
    language: String,
    title: String,
    body: String,
    /// Which edition it is.
    version: i64,
    /// From when it is signed.
    from: Moment,
    /// Whether it is signed no more.
    retired: bool,
    /// Whether phones show it now.
    shown: bool,
    /// Whether it is to be shown later.
    coming: bool,
}

#[derive(Template)]
#[template(path = "settings_pledge_texts.html")]
struct TextsView<'a> {
    shell: &'a Shell,
    m: &'a TextsModel,
    rooms: Vec<(&'static str, &'static str, bool)>,
}

/// What residents sign.
pub(crate) struct Texts;

impl Page for Texts {
    const ID: &'static str = "pledgeTexts";
    const SUMMARY: &'static str = "The pledge's text in each language, and the town's own editions";
    type Query = Nothing;
    type Model = TextsModel;

    fn read(asked: &Asked<'_>, _: Nothing) -> Result<TextsModel, Trouble> {
        let mut shown = Vec::new();
        for language in Language::KNOWN {
            let text = pledge_texts::shown(asked.town, language, asked.now)?;
            shown.push(ShownText {
                language: text.language.to_string(),
                title: text.title,
                body: text.body,
                version: text.version,
                own: text.own,
            });
        }
        let own = pledge_texts::list(asked.town, true, asked.now)?.into_iter().map(|line| TextModel {
            id: line.id.to_string(),
            language: line.language.to_string(),
            title: line.title,
            body: line.body,
            version: line.version,
            coming: !line.retired && line.from > asked.now,
            from: asked.moment(line.from),
            retired: line.retired,
            shown: line.shown,
        });
        Ok(TextsModel { shown, own: own.collect() })
    }

    fn show(shell: &Shell, m: &TextsModel) -> askama::Result<String> {
        TextsView { shell, m, rooms: rooms(shell) }.render()
    }
}

/// A text to be signed.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AddText {
    /// In which language: `zh` or `en`.
    language: String,
    /// What it is called.
    title: String,
    /// What is pledged, a line a promise.
    body: String,
    /// Which edition it is; the next one of its language if absent.
    version: Option<i64>,
    /// From which day on it is signed; from now on if absent.
    from: Option<String>,
}

/// Gives the town a text of its own.
pub(crate) struct Add;

impl Deed for Add {
    const ID: &'static str = "addPledgeText";
    const SUMMARY: &'static str = "Give the town an edition of the pledge's text";
    type Form = AddText;

    fn perform(asked: &Asked<'_>, form: AddText) -> Result<Done, Trouble> {
        let from = form.from.as_deref().map(|from| day("from", from)).transpose()?;
        let new = pledge_texts::New {
            language: known("language", &form.language)?,
            title: form.title.trim().to_owned(),
            body: words(&form.body),
            version: form.version,
            // Of today means from now on.
            from: from.map(|day| asked.town.zone().start(day).max(asked.now)),
        };
        let added = pledge_texts::add(asked.town, asked.person, new, asked.now, &mut asked.random());
        let line = added.map_err(|error| match error {
            SettingError::Taken => Trouble::field(
                "version",
                "这个语言已经有这个版本号了，请换一个。",
                "This language has an edition of this number already. Choose another.",
            ),
            error => error.into(),
        })?;
        note(asked, line.id, "pledge_text_added")?;
        Ok(Done::new(asked, "/settings/pledge-texts", "新版本已添加。", "The edition was added.").with_id(line.id))
    }
}

/// Which text.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WhichText {
    /// Which.
    text: String,
}

/// Has a text signed no more.
pub(crate) struct Retire;

impl Deed for Retire {
    const ID: &'static str = "retirePledgeText";
    const SUMMARY: &'static str = "Have an edition signed no more; the one before it is again";
    type Form = WhichText;

    fn perform(asked: &Asked<'_>, form: WhichText) -> Result<Done, Trouble> {
        let id = id(asked, &form.text)?;
        pledge_texts::retire(asked.town, asked.person, id, asked.now, &mut asked.random())?;
        note(asked, id, "pledge_text_retired")?;
        Ok(Done::new(asked, "/settings/pledge-texts", "这个版本已停用。", "The edition was retired.").with_id(id))
    }
}
