//! The words of the pledge: those that come with the program, and which are signed now.
//!
//! Floor: above `record` alone; pure. Invariants: there is a text in Chinese and in English without the town's doing
//! anything; a pledge names the text that was signed (`template`, `version`) so that its words can be found for good.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::record::word::Word as _;
use crate::record::{DocumentId, Language, Pledge, PledgeText, Time};

/// The built-in texts.
pub const BUILTIN: &str = include_str!("pledges.toml");

/// The name that the built-in texts go by; other words get another name.
const NAME: &str = "builtin-1";

/// A text that comes with the program.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Builtin {
    language: Language,
    title: String,
    body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    text: Vec<Builtin>,
}

fn builtins() -> &'static [Builtin] {
    static PARSED: OnceLock<Vec<Builtin>> = OnceLock::new();
    // That the file can be read is a test's business.
    PARSED.get_or_init(|| toml::from_str(BUILTIN).map_or_else(|_| Vec::new(), |file: File| file.text))
}

/// A text as it is shown to be signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// What a pledge names as its `template`: `builtin-1/zh`, or the identifier of the town's own.
    pub template: String,
    /// What it names as its `version`.
    pub version: i64,
    /// In which language.
    pub language: Language,
    /// What it is called.
    pub title: String,
    /// What is pledged, a line a promise.
    pub body: String,
    /// Whether it is the town's own.
    pub own: bool,
}

impl From<&Builtin> for Shown {
    fn from(text: &Builtin) -> Self {
        Self {
            template: format!("{NAME}/{}", text.language),
            version: 1,
            language: text.language.clone(),
            title: text.title.clone(),
            body: text.body.trim_end().to_owned(),
            own: false,
        }
    }
}

impl From<&(DocumentId, PledgeText)> for Shown {
    fn from((id, text): &(DocumentId, PledgeText)) -> Self {
        Self {
            template: id.to_string(),
            version: text.version,
            language: text.language.clone(),
            title: text.title.clone(),
            body: text.body.clone(),
            own: true,
        }
    }
}

/// The built-in text in a language; the Chinese one for a language of a newer version.
fn builtin(language: &Language) -> Option<Shown> {
    let language = if language.is_known() { language } else { &Language::Zh };
    builtins().iter().find(|text| text.language == *language).map(Shown::from)
}

/// What is signed at `now` in a language: of the town's texts that are not retired, given the last accepted first, the
/// one that counts since the latest moment; else the built-in one. None only if the built-in file is broken.
#[must_use]
pub fn shown(language: &Language, town: &[(DocumentId, PledgeText)], now: Time) -> Option<Shown> {
    let usable = town.iter().filter(|(_, one)| !one.retired && one.language == *language && one.from <= now);
    // Of equals the first stays, which is the last accepted.
    let own = usable.reduce(|best, next| if next.1.from > best.1.from { next } else { best });
    own.map(Shown::from).or_else(|| builtin(language))
}

/// The words that a pledge names; none where they are not here.
#[must_use]
pub fn signed(pledge: &Pledge, town: &[(DocumentId, PledgeText)]) -> Option<Shown> {
    let own = town.iter().find(|(id, _)| id.to_string() == pledge.template).map(Shown::from);
    let built_in = || builtins().iter().map(Shown::from).find(|one| one.template == pledge.template);
    own.or_else(built_in).filter(|found| found.version == pledge.version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;

    fn own(number: u8, from: i64, retired: bool) -> (DocumentId, PledgeText) {
        let text = PledgeText {
            language: Language::Zh,
            title: format!("第{number}版"),
            body: "我承诺。".to_owned(),
            version: i64::from(number),
            from: Time::from_millis(from),
            retired,
        };
        (DocumentId::from_bytes([number; 16]), text)
    }

    #[test]
    fn l1_there_is_a_text_in_both_languages_that_a_record_could_hold_and_a_pledge_could_name() {
        assert!(toml::from_str::<File>(BUILTIN).is_ok());
        for language in Language::KNOWN {
            let found = shown(language, &[], Time::from_millis(0)).unwrap();
            assert_eq!((found.language.clone(), found.own), (language.clone(), false));
            assert!(found.template.len() <= 64);
            let record = PledgeText {
                language: found.language,
                title: found.title,
                body: found.body,
                version: found.version,
                from: Time::from_millis(0),
                retired: false,
            };
            assert_eq!(Record::from(record).validate(), Ok(()));
        }
        assert_eq!(shown(&Language::from_word("ug"), &[], Time::from_millis(0)).unwrap().template, "builtin-1/zh");
    }

    #[test]
    fn l1_the_built_in_words_are_those_that_their_name_was_given_for() {
        use sha2::{Digest as _, Sha256};
        let digest: String = Sha256::digest(BUILTIN).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        // Whoever changes a word changes the name with it: pledges name it.
        assert_eq!((NAME, digest.as_str()), ("builtin-1", "0240eeee7c9eacfd"));
    }

    #[test]
    fn l1_the_town_s_text_that_counts_since_the_latest_moment_is_signed() {
        // The last accepted first.
        let town = [own(4, 40, true), own(3, 10, false), own(2, 20, false), own(1, 20, false)];
        let at = |now: i64| shown(&Language::Zh, &town, Time::from_millis(now)).unwrap();
        assert_eq!(at(9).template, "builtin-1/zh");
        assert_eq!((at(10).version, at(20).version, at(99).version), (3, 2, 2), "a retired one is not signed");
        assert!(!shown(&Language::En, &town, Time::from_millis(99)).unwrap().own, "each language for itself");
    }
}
