//! What is said at the door about each kind of fraud: the scripts that come with the program, and which one is shown;
//! and the words that are signed there.
//!
//! Floor: above `record` alone; pure. Invariants: every kind of fraud has a built-in script in Chinese and in English; the
//! town's last accepted script that is still in use goes before the built-in one, on phones and server alike; the name
//! of what is shown tells for good which words were used.

pub mod pledge;

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::record::word::Word as _;
use crate::record::{DocumentId, FraudKind, Language, Script};

/// The text of the built-in scripts.
pub const BUILTIN: &str = include_str!("builtin.toml");

/// The name that the built-in scripts go by; other words get another name, so that a record made with these still
/// says what was read out.
#[must_use]
pub const fn version() -> &'static str {
    "builtin-1"
}

/// A script that comes with the program.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Builtin {
    /// The kind of fraud.
    pub fraud: FraudKind,
    /// In which language.
    pub language: Language,
    /// What it is called.
    pub title: String,
    /// What is said, a line an utterance.
    pub body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    script: Vec<Builtin>,
}

impl Builtin {
    /// What a dissuasion calls it: `builtin-1/romance/zh`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}/{}", version(), self.fraud, self.language)
    }
}

/// Every built-in script.
#[must_use]
pub fn builtins() -> &'static [Builtin] {
    static PARSED: OnceLock<Vec<Builtin>> = OnceLock::new();
    // That the file can be read is a test's business.
    PARSED.get_or_init(|| toml::from_str(BUILTIN).map_or_else(|_| Vec::new(), |file: File| file.script))
}

/// The built-in script of a kind in a language.
#[must_use]
pub fn builtin(fraud: &FraudKind, language: &Language) -> Option<&'static Builtin> {
    builtins().iter().find(|script| script.fraud == *fraud && script.language == *language)
}

/// A script as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// What a dissuasion names as the script that was used.
    pub name: String,
    /// The kind of fraud that it is about: `other` where there is none for the kind that was asked for.
    pub fraud: FraudKind,
    /// In which language.
    pub language: Language,
    /// What it is called.
    pub title: String,
    /// What is said, a line an utterance.
    pub body: String,
    /// Whether it is the town's own.
    pub own: bool,
}

impl From<&Builtin> for Shown {
    fn from(script: &Builtin) -> Self {
        Self {
            name: script.name(),
            fraud: script.fraud.clone(),
            language: script.language.clone(),
            title: script.title.clone(),
            body: script.body.clone(),
            own: false,
        }
    }
}

impl From<&(DocumentId, Script)> for Shown {
    fn from((id, script): &(DocumentId, Script)) -> Self {
        Self {
            name: id.to_string(),
            fraud: script.fraud.clone(),
            language: script.language.clone(),
            title: script.title.clone(),
            body: script.body.clone(),
            own: true,
        }
    }
}

/// A language that there are built-in scripts in: the town's where it is one of a newer version's.
fn readable(language: &Language) -> &Language {
    if language.is_known() { language } else { &Language::Zh }
}

/// What is said about a kind of fraud: of the town's scripts, the last accepted first, the first that is in use, else the
/// built-in one. For a kind that has neither, what is said about any other. None only if the built-in file is broken.
#[must_use]
pub fn shown(fraud: &FraudKind, language: &Language, town: &[(DocumentId, Script)]) -> Option<Shown> {
    let of = |fraud: &FraudKind| {
        let own = town
            .iter()
            .find(|(_, one)| !one.retired && one.fraud == *fraud && one.language == *language)
            .map(Shown::from);
        own.or_else(|| builtin(fraud, readable(language)).map(Shown::from))
    };
    of(fraud).or_else(|| of(&FraudKind::Other))
}

/// What is said about each kind, in the order in which kinds are listed; last, kinds of a newer version for which the
/// town has a script.
#[must_use]
pub fn list(language: &Language, town: &[(DocumentId, Script)]) -> Vec<Shown> {
    let mut kinds = FraudKind::KNOWN.to_vec();
    for (_, script) in town {
        if !script.retired && script.language == *language && !kinds.contains(&script.fraud) {
            kinds.push(script.fraud.clone());
        }
    }
    kinds.iter().filter_map(|fraud| shown(fraud, language, town)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;

    fn own(number: u8, fraud: FraudKind, retired: bool) -> (DocumentId, Script) {
        let title = format!("Number {number}");
        let script = Script { fraud, language: Language::En, title, body: "Words".to_owned(), retired };
        (DocumentId::from_bytes([number; 16]), script)
    }

    #[test]
    fn q7_every_kind_of_fraud_has_a_built_in_script_in_both_languages_that_a_record_could_hold() {
        assert!(toml::from_str::<File>(BUILTIN).is_ok());
        assert_eq!(builtins().len(), FraudKind::KNOWN.len() * Language::KNOWN.len());
        for fraud in FraudKind::KNOWN {
            for language in Language::KNOWN {
                let Builtin { title, body, .. } = builtin(fraud, language).unwrap().clone();
                let record = Script { fraud: fraud.clone(), language: language.clone(), title, body, retired: false };
                assert_eq!(Record::from(record).validate(), Ok(()), "{fraud} {language}");
                let name = builtin(fraud, language).unwrap().name();
                assert_eq!(name, format!("builtin-1/{fraud}/{language}"));
                assert!(name.len() <= 120, "a dissuasion must be able to name it");
            }
        }
    }

    #[test]
    fn q7_the_built_in_words_are_those_that_their_name_was_given_for() {
        use sha2::{Digest as _, Sha256};
        let digest: String = Sha256::digest(BUILTIN).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        // Whoever changes a word changes the version with it: dissuasions name the version.
        assert_eq!((version(), digest.as_str()), ("builtin-1", "32f8736dff770045"));
    }

    #[test]
    fn q7_the_town_s_last_script_in_use_goes_before_the_built_in_one() {
        let (en, zh) = (&Language::En, &Language::Zh);
        let romance = &FraudKind::Romance;
        let town =
            [own(3, FraudKind::Romance, true), own(2, FraudKind::Romance, false), own(1, FraudKind::Romance, false)];
        let found = shown(romance, en, &town).unwrap();
        assert_eq!((found.name, found.title.as_str(), found.own), (town[1].0.to_string(), "Number 2", true));
        assert!(!shown(romance, zh, &town).unwrap().own, "each language for itself");
        assert_eq!(shown(romance, en, &town[..1]).unwrap().name, "builtin-1/romance/en");
        let listed = list(en, &town);
        assert_eq!(listed.len(), FraudKind::KNOWN.len());
        assert_eq!(listed.iter().filter(|shown| shown.own).count(), 1);
    }

    #[test]
    fn q7_a_kind_that_this_version_does_not_know_gets_what_is_said_about_any_other() {
        let newer = FraudKind::from_word("moon_land");
        assert_eq!(shown(&newer, &Language::En, &[]).unwrap().name, "builtin-1/other/en");
        let town = [own(1, FraudKind::Other, false)];
        assert_eq!(shown(&newer, &Language::En, &town).unwrap().fraud, FraudKind::Other);
        // The town may have one for it all the same.
        let town = [own(2, newer.clone(), false)];
        assert_eq!(shown(&newer, &Language::En, &town).unwrap().fraud, newer);
        assert_eq!(list(&Language::En, &town).last().map(|shown| shown.fraud.clone()), Some(newer.clone()));
        assert_eq!(shown(&newer, &Language::from_word("ug"), &[]).unwrap().name, "builtin-1/other/zh");
    }
}
