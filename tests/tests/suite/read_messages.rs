//! How well pasted messages are read: floors below which no change may bring it.

use qiaomen_tests::messages::{OTHER, OWN, Score, corpus, score};

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
