//! The corpus that the recognising of pasted alerts is to be measured by holds together.

use std::collections::BTreeSet;

use qiaomen_core::record::word::Word;
use qiaomen_core::record::{FraudKind, Level, Origin, Time};
use serde_json::Value;

const OTHER: &str = include_str!("../../corpus/messages/other.jsonl");

/// The fields a message can tell.
const FIELDS: [&str; 11] = [
    "name",
    "telephone",
    "level",
    "platform_number",
    "address",
    "issued",
    "reached_station",
    "issuer",
    "origin",
    "kind",
    "unsure",
];

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
                assert!(FIELDS.contains(&key.as_str()), "line {number}: {key}");
                let said = value.as_str().unwrap_or_default();
                let fits = match key.as_str() {
                    "telephone" => said.len() >= 7 && said.bytes().all(|byte| byte.is_ascii_digit()),
                    "level" => Level::from_word(said).is_known(),
                    "origin" => Origin::from_word(said).is_known(),
                    "kind" => FraudKind::from_word(said).is_known(),
                    "issued" | "reached_station" => Time::parse(said).is_ok(),
                    "unsure" => value.as_array().unwrap().iter().all(|of| FIELDS.contains(&of.as_str().unwrap())),
                    _ => !said.trim().is_empty(),
                };
                assert!(fits, "line {number}: {key}");
            }
        }
    }
    assert!(texts.len() >= 40 && people >= 40 && none >= 3, "{} {people} {none}", texts.len());
}
