//! The corpora of pasted messages hold together, and how well they are read: floors below which no change may bring it.

use std::collections::BTreeSet;

use qiaomen_core::message::Item;
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{FraudKind, Level, Origin, Time};
use qiaomen_tests::messages::{OTHER, OWN, Score, corpus, score};
use serde_json::Value;

#[test]
fn the_corpus_of_messages_holds_together() {
    let mut texts = BTreeSet::new();
    let (mut people, mut none) = (0, 0);
    for (number, line) in OTHER.lines().enumerate() {
        let message: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("line {number}: {error}"));
        let text = message["text"].as_str().unwrap();
        assert!(texts.insert(text.to_owned()), "line {number} stands there twice");
        Time::parse(message["now"].as_str().unwrap()).unwrap();
        let expected = message["expect"].as_array().unwrap();
        none += usize::from(expected.is_empty());
        for person in expected {
            people += 1;
            for (key, value) in person.as_object().unwrap() {
                assert!(key == "unsure" || Item::from_word(key).is_known(), "line {number}: {key}");
                let said = value.as_str().unwrap_or_default();
                let fits = match key.as_str() {
                    "telephone" => said.len() >= 7 && said.bytes().all(|byte| byte.is_ascii_digit()),
                    "level" => Level::from_word(said).is_known(),
                    "origin" => Origin::from_word(said).is_known(),
                    "kind" => FraudKind::from_word(said).is_known(),
                    "issued" | "reached_station" => Time::parse(said).is_ok(),
                    "unsure" => {
                        value.as_array().unwrap().iter().all(|of| Item::from_word(of.as_str().unwrap()).is_known())
                    }
                    _ => !said.trim().is_empty(),
                };
                assert!(fits, "line {number}: {key}");
            }
        }
    }
    assert!(texts.len() >= 40 && people >= 40 && none >= 3, "{} {people} {none}", texts.len());
}

/// Of our own messages everything is read.
const OWN_FIELDS_PERCENT: f64 = 100.0;
const OWN_MESSAGES_PERCENT: f64 = 100.0;
/// Of those by other hands, what was read the first time they were tried; what was read wrongly has been looked at by
/// nobody, so that the figure stays an honest one.
const OTHER_FIELDS_PERCENT: f64 = 82.0;
const OTHER_MESSAGES_PERCENT: f64 = 45.0;
/// There are no fewer of our own.
const OWN_MESSAGES: usize = 100;

fn hold(found: &Score, fields: f64, messages: f64) {
    let figures = format!("fields {:.1} %, messages {:.1} %", found.fields_percent(), found.messages_percent());
    assert!(
        found.fields_percent() >= fields && found.messages_percent() >= messages,
        "{figures}\n{}",
        found.wrong.join("\n")
    );
}

#[test]
fn our_own_messages() {
    let found = score(&corpus(OWN).unwrap());
    assert!(found.messages >= OWN_MESSAGES, "{} messages", found.messages);
    hold(&found, OWN_FIELDS_PERCENT, OWN_MESSAGES_PERCENT);
}

#[test]
fn q14_other_hands_messages() {
    let found = score(&corpus(OTHER).unwrap());
    assert!(found.messages >= 40, "{} messages", found.messages);
    hold(&found, OTHER_FIELDS_PERCENT, OTHER_MESSAGES_PERCENT);
}
