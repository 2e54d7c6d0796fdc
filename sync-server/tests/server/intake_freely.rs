//! Whatever a sender may send: no panic, no 500, and nothing that is not said to be wrong. `PROPTEST_CASES=100000` makes
//! it long.

use proptest::prelude::*;
use qiaomen_core::identity::secret;
use qiaomen_core::record::{Kind, Role};
use qiaomen_server::access::SYSTEM;
use serde_json::{Value, json};

use super::Fixture;
use super::http::Running;
use super::intake::post;

/// Text as people, programs and attackers write it.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\u{0}-\\u{1f}\\u{7f}-\\u{9f}\\u{200b}-\\u{202e}\\u{2066}-\\u{2069}王a1]{0,40}",
        Just("=cmd|' /C calc'!A0".to_owned()),
        Just("'; DROP TABLE alert; --".to_owned()),
        Just("<script>alert(1)</script>".to_owned()),
        Just("王".repeat(400)),
        "[0-9 +;/-]{0,60}",
        "2026-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|\\+08:00)?",
        "(extreme|high|medium|low|特危|Village 0|Village 0/Grid 0.0|funds_side)",
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        text().prop_map(Value::from),
    ]
}

fn anything() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..6).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

const FIELDS: [&str; 15] = [
    "number",
    "name",
    "telephone",
    "level",
    "issuer",
    "origin",
    "area",
    "places",
    "issued",
    "reached_station",
    "passed_on",
    "note",
    "recalled",
    "recall_reason",
    "other",
];

/// An alert of which some fields are something else, or missing.
fn nearly() -> impl Strategy<Value = Value> {
    let place = prop::collection::vec(
        prop::collection::vec(
            (prop::sample::select(vec!["label", "address", "latitude", "longitude", "datum"]), leaf()),
            0..5,
        )
        .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Value>()),
        0..4,
    );
    let change = prop_oneof![
        (prop::sample::select(FIELDS.to_vec()), anything().prop_map(Some)),
        (prop::sample::select(FIELDS.to_vec()), text().prop_map(|text| Some(text.into()))),
        (prop::sample::select(FIELDS.to_vec()), Just(None)),
        place.prop_map(|places| ("places", Some(places.into()))),
    ];
    (0..4_u32, prop::collection::vec(change, 0..4)).prop_map(|(number, changes)| {
        let mut alert = json!({
            "number": format!("F-{number}"), "name": "王小明", "level": "high", "issuer": "A platform",
            "area": "Village 0", "issued": recent(),
        });
        for (field, value) in changes {
            match value {
                Some(value) => alert[field] = value,
                None => {
                    alert.as_object_mut().unwrap().remove(field);
                }
            }
        }
        alert
    })
}

/// A while before now, by the clock of the machine.
fn recent() -> String {
    use qiaomen_server::clock::{Clock as _, SystemClock};
    SystemClock.now().plus_minutes(-30).to_string()
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => nearly().prop_map(|alert| alert.to_string().into_bytes()),
        3 => prop::collection::vec(nearly(), 0..5).prop_map(|alerts| json!({ "alerts": alerts }).to_string().into_bytes()),
        2 => anything().prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..400),
        // Cut anywhere.
        1 => (nearly(), 0..400_usize).prop_map(|(alert, at)| {
            let mut bytes = alert.to_string().into_bytes();
            bytes.truncate(at);
            bytes
        }),
    ]
}

#[test]
fn q4_whatever_a_sender_sends_is_answered_and_nothing_of_it_is_hostile_here() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::Integration, fixture.root);
    let key = [9; 32];
    fixture.town.store().integration_add(&secret::token_hash(&key), person, SYSTEM, fixture.now).unwrap();
    let key = secret::token_text(&key);
    let server = Running::new(fixture.town.clone());
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(160);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(cases));
    let run = runner.run(&bodies(), |body| {
        let (status, media, answer) = post(server.address, &key, &body);
        prop_assert!([200, 201, 400, 403, 413, 422].contains(&status), "{status}");
        let problem = status >= 400;
        prop_assert_eq!(media.starts_with("application/problem+json"), problem);
        let said = if problem { answer["code"].is_string() } else { answer.is_object() };
        prop_assert!(said, "an answer without its shape");
        Ok(())
    });
    run.unwrap();
    // Whatever was taken in can be shown: nothing that moves a cursor or turns the direction of writing.
    let mut taken = 0;
    for (_, record) in fixture.town.records(&Kind::Alert).unwrap() {
        taken += 1;
        let shown = serde_json::to_string(&record).unwrap();
        let text: String = serde_json::from_str::<Value>(&shown).unwrap().to_string();
        prop_free(&text);
    }
    assert!(taken > 0);
}

fn prop_free(text: &str) {
    let hostile =
        |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    assert!(!text.chars().any(hostile), "{text:?}");
    // serde escapes control characters; only those of a text with lines may be there.
    assert!(!text.contains("\\u00"), "{text:?}");
}
