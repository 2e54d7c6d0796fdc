//! The corpora of messages, and how much of them is read rightly.
//!
//! Floor: tests. Invariants: a field is right where it is what the corpus expects, nothing where that expects
//! nothing; texts are compared without blanks and in narrow letters, as both are a matter of typing, times as instants;
//! `unsure` counts as a field of its own; nobody who is read too much or too little is left out of the sum.

use std::error::Error;

use qiaomen_core::message::{self, Reading};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{Time, Zone};
use serde::Deserialize;

/// Messages by the parser's own makers.
pub const OWN: &str = include_str!("../corpus/messages/own.jsonl");
/// Messages that other hands wrote, without having seen how they are read.
pub const OTHER: &str = include_str!("../corpus/messages/other.jsonl");

/// A message, and what a careful reader reads in it.
#[derive(Debug, Deserialize)]
pub struct Message {
    /// What was pasted.
    pub text: String,
    /// When.
    pub now: Time,
    /// The people it is about, in order; nobody where it is no alert.
    pub expect: Vec<Expected>,
}

/// What a message says of one person.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    name: Option<String>,
    telephone: Option<String>,
    level: Option<String>,
    platform_number: Option<String>,
    address: Option<String>,
    issued: Option<Time>,
    reached_station: Option<Time>,
    issuer: Option<String>,
    origin: Option<String>,
    kind: Option<String>,
    unsure: Vec<String>,
}

/// How much of a corpus is read rightly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Fields that are right, those that are rightly empty included.
    pub right: usize,
    /// All fields.
    pub fields: usize,
    /// Fields in which the corpus or the reading has something, and that are right.
    pub said_right: usize,
    /// Fields in which the corpus or the reading has something.
    pub said: usize,
    /// Messages that are right in everything.
    pub whole: usize,
    /// All messages.
    pub messages: usize,
    /// What was not right, a line each.
    pub wrong: Vec<String>,
}

impl Score {
    /// Right fields in a hundred.
    #[must_use]
    pub fn fields_percent(&self) -> f64 {
        share(self.right, self.fields)
    }

    /// Right fields in a hundred of those in which there is something.
    #[must_use]
    pub fn said_percent(&self) -> f64 {
        share(self.said_right, self.said)
    }

    /// Messages in a hundred that are right in everything.
    #[must_use]
    pub fn messages_percent(&self) -> f64 {
        share(self.whole, self.messages)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// The messages of a corpus, one a line.
///
/// # Errors
/// The line that is no message, by its number.
pub fn corpus(lines: &str) -> Result<Vec<Message>, Box<dyn Error>> {
    let lines = lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| serde_json::from_str(line).map_err(|error| format!("line {}: {error}", at + 1).into()))
        .collect()
}

/// How much of the messages is read rightly.
#[must_use]
pub fn score(messages: &[Message]) -> Score {
    let zone = Zone::shanghai();
    let mut made = Score { messages: messages.len(), ..Score::default() };
    for (at, message) in messages.iter().enumerate() {
        let found = message::read(&message.text, message.now, &zone);
        let before = made.wrong.len();
        let nobody = (Reading::default(), Expected::default());
        for person in 0..found.len().max(message.expect.len()) {
            let (read, expected) = (found.get(person), message.expect.get(person));
            let there = read.is_some() == expected.is_some();
            let read = fields_read(read.unwrap_or(&nobody.0));
            let expected = fields_expected(expected.unwrap_or(&nobody.1));
            for ((name, read), (_, expected)) in read.iter().zip(&expected) {
                // Of somebody who is nobody in the other nothing is right.
                let right = there && read == expected;
                let said = read.is_some() || expected.is_some();
                made.fields += 1;
                made.right += usize::from(right);
                made.said += usize::from(said);
                made.said_right += usize::from(said && right);
                if !right && (said || *name == "name") {
                    made.wrong.push(format!("{} {name}: {read:?}, not {expected:?}", at + 1));
                }
            }
        }
        if found.is_empty() && message.expect.is_empty() {
            // Whether it is an alert is all there is to say of it.
            made.fields += 1;
            made.right += 1;
        }
        made.whole += usize::from(made.wrong.len() == before);
    }
    made
}

type Fields = [(&'static str, Option<String>); 11];

fn fields_read(reading: &Reading) -> Fields {
    let unsure = reading.unsure.iter().map(|item| item.word().to_owned()).collect();
    [
        ("name", plain(reading.name.as_deref())),
        ("telephone", plain(reading.telephone.as_deref())),
        ("level", plain(reading.level.as_ref().map(|level| level.word()))),
        ("platform_number", plain(reading.platform_number.as_deref())),
        ("address", plain(reading.address.as_deref())),
        ("issued", reading.issued.map(|time| time.to_string())),
        ("reached_station", reading.reached_station.map(|time| time.to_string())),
        ("issuer", plain(reading.issuer.as_deref())),
        ("origin", plain(reading.origin.as_ref().map(|origin| origin.word()))),
        ("kind", plain(reading.kind.as_ref().map(|kind| kind.word()))),
        ("unsure", listed(unsure)),
    ]
}

fn fields_expected(expected: &Expected) -> Fields {
    [
        ("name", plain(expected.name.as_deref())),
        ("telephone", plain(expected.telephone.as_deref())),
        ("level", plain(expected.level.as_deref())),
        ("platform_number", plain(expected.platform_number.as_deref())),
        ("address", plain(expected.address.as_deref())),
        ("issued", expected.issued.map(|time| time.to_string())),
        ("reached_station", expected.reached_station.map(|time| time.to_string())),
        ("issuer", plain(expected.issuer.as_deref())),
        ("origin", plain(expected.origin.as_deref())),
        ("kind", plain(expected.kind.as_deref())),
        ("unsure", listed(expected.unsure.clone())),
    ]
}

/// A text as it is compared.
fn plain(text: Option<&str>) -> Option<String> {
    let narrow = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    };
    text.map(|text| text.chars().filter(|letter| !letter.is_whitespace()).map(narrow).collect())
}

fn listed(mut words: Vec<String>) -> Option<String> {
    words.sort();
    words.dedup();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Score {
        score(&corpus(line).unwrap())
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_counts() {
        let right = of(
            r#"{"text":"高危预警：周海 １３８００００９９０１","now":"2026-03-05T10:00:00+08:00","expect":[{"name":"周 海","telephone":"13800009901","level":"high"}]}"#,
        );
        assert_eq!((right.right, right.fields, right.whole, right.said), (11, 11, 1, 3), "{:?}", right.wrong);
        let much = of(r#"{"text":"高危预警：周海 13800009901","now":"2026-03-05T10:00:00+08:00","expect":[]}"#);
        assert_eq!((much.right, much.fields, much.whole), (0, 11, 0));
        let missing = of(r#"{"text":"明天开会","now":"2026-03-05T10:00:00+08:00","expect":[{"name":"周海"}]}"#);
        assert_eq!((missing.right, missing.fields, missing.said, missing.whole), (0, 11, 1, 0));
        let none = of(r#"{"text":"明天开会","now":"2026-03-05T10:00:00+08:00","expect":[]}"#);
        assert_eq!((none.right, none.fields, none.whole), (1, 1, 1));
        assert!(corpus("{}").unwrap_err().to_string().starts_with("line 1"));
    }
}
