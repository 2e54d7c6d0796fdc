//! What a record says, field by field, for whoever reads it: raw words, moments and amounts, never translated.
//!
//! Floor: console. Invariants: identifiers are not told; what a person wrote is told without the alert's person's name and
//! without telephones, until those were revealed.

use qiaomen_core::record::{PersonId, Record, Time, Value, numbers};
use schemars::JsonSchema;
use serde::Serialize;

use crate::console::names::{Names, Staff};
use crate::console::{Asked, Moment};

/// One field of a record.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Said {
    /// The field.
    pub(crate) key: String,
    /// The group of words that the words are of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<String>,
    /// Words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) words: Vec<String>,
    /// What somebody wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// A moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<Moment>,
    /// An amount in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fen: Option<i64>,
    /// Somebody of the staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) staff: Option<Staff>,
    /// Whether it is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) yes: Option<bool>,
}

/// What a field holds.
enum Holds {
    Text,
    Name,
    Telephone,
    /// What is told only where names are.
    Hidden,
    Word(&'static str),
    Time,
    Fen,
    Yes,
}

use Holds::{Fen, Hidden, Name, Telephone, Text, Time as At, Word, Yes};

/// The fields that are told, in their order.
const FIELDS: &[(&str, Holds)] = &[
    ("name", Name),
    ("telephone", Telephone),
    ("level", Word("level")),
    ("issuer", Text),
    ("platform_number", Text),
    ("origin", Word("origin")),
    ("reached_station", At),
    ("passed_on", At),
    ("until", At),
    ("purpose", Word("purpose")),
    ("outcome", Word("outcome")),
    ("risk", Word("risk")),
    ("met_others", Hidden),
    ("state", Word("review")),
    ("step", Word("stop")),
    ("fen", Fen),
    ("to", Text),
    ("institution", Text),
    ("hands", Word("hands")),
    ("place", Text),
    ("accepted_by", Text),
    ("dissuasion.fraud", Word("fraud")),
    ("dissuasion.script", Text),
    ("dissuasion.deeply_taken_in", Yes),
    ("dissuasion.officers", Text),
    ("dissuasion.team", Text),
    ("dissuasion.courtesy", Yes),
    ("dissuasion.recorded_with", Word("recorder")),
    ("dissuasion.recorded_by", Text),
    ("dissuasion.kept_at", Word("kept_at")),
    ("dissuasion.kept_as", Text),
    ("photos.taken_with", Word("taken_with")),
    ("photos.taken_by", Text),
    ("photos.kept_at", Word("kept_at")),
    ("photos.kept_as", Text),
    ("template", Text),
    ("archive_number", Text),
    ("text", Text),
    ("comment", Text),
    ("reason", Text),
    ("next_step", Text),
];

/// The sets that are told, with the groups of their words.
const SETS: &[(&str, &str)] = &[
    ("given", "given"),
    ("explained", "explained"),
    ("observations", "observation"),
    ("dissuasion.steps", "step"),
    ("dissuasion.brought_in", "brought_in"),
    ("dissuasion.ways", "way"),
    ("dissuasion.care", "care"),
];

/// What is to stay unsaid of a person.
pub(super) struct Hush {
    name: String,
    covered: String,
    pub(super) revealed: bool,
}

impl Hush {
    pub(super) fn of(asked: &Asked<'_>, name: &str, revealed: bool) -> Self {
        Self { name: name.trim().to_owned(), covered: asked.name(name, false), revealed }
    }

    /// What somebody wrote, without the person's name and telephones.
    pub(super) fn text(&self, text: &str) -> String {
        if self.revealed {
            return text.to_owned();
        }
        let without =
            if self.name.chars().count() > 1 { text.replace(&self.name, &self.covered) } else { text.to_owned() };
        without_numbers(&without)
    }
}

/// A text with `****` for whatever may be a telephone: seven digits and more, however wide and grouped.
fn without_numbers(text: &str) -> String {
    let is_digit = |letter: char| letter.is_ascii_digit() || ('０'..='９').contains(&letter);
    let joins = |letter: char| matches!(letter, ' ' | '\u{3000}' | '-' | '－' | '—' | '–' | '.' | '·' | '(' | ')');
    let (mut out, mut run, mut digits) = (String::with_capacity(text.len()), String::new(), 0);
    // One more letter than there are, so that a number at the end is looked at too.
    for letter in text.chars().map(Some).chain([None]) {
        match letter {
            Some(letter) if is_digit(letter) => {
                digits += 1;
                run.push(letter);
            }
            Some(letter) if digits > 0 && joins(letter) => run.push(letter),
            other => {
                if digits >= 7 {
                    let tail = run.trim_end_matches(joins).len();
                    out.push_str("****");
                    out.push_str(&run[tail..]);
                } else {
                    out.push_str(&run);
                }
                run.clear();
                digits = 0;
                out.extend(other);
            }
        }
    }
    out
}

fn other(record: &Record) -> Option<(&'static str, PersonId)> {
    match record {
        Record::HandOver(offer) => Some(("offered_to", offer.to)),
        Record::Sending(sent) => Some(("person_sent", sent.person)),
        Record::CustodyDecision(decision) => Some(("owner", decision.owner)),
        _ => None,
    }
}

/// What a record says.
pub(super) fn said(asked: &Asked<'_>, names: &Names, hush: &Hush, record: &Record) -> Vec<Said> {
    let fields = record.fields();
    let mut found = Vec::new();
    if let Some((key, person)) = other(record) {
        found.push(Said { key: key.to_owned(), staff: Some(names.staff(person)), ..Said::default() });
    }
    if let Record::MoneySent(money) = record {
        found.push(Said { key: "known".to_owned(), at: Some(asked.moment(money.at)), ..Said::default() });
    }
    for (key, holds) in FIELDS {
        let Some(value) = fields.present(key) else { continue };
        let empty = Said { key: (*key).to_owned(), ..Said::default() };
        let text = |text: String| {
            Some(Said { text: Some(text), ..empty.clone() }).filter(|_| !matches!(holds, Hidden) || hush.revealed)
        };
        found.extend(match (holds, value) {
            (Text, Value::Text(said)) => text(hush.text(said)),
            (Hidden, Value::Text(said)) => text(said.to_string()),
            (Name, Value::Text(said)) => text(asked.name(said, hush.revealed)),
            (Telephone, Value::Text(said)) => text(telephones(asked, said, hush.revealed)),
            (Word(group), Value::Text(word)) => {
                Some(Said { group: Some((*group).to_owned()), words: vec![word.to_string()], ..empty })
            }
            (At, Value::Int(millis)) => Some(Said { at: Some(asked.moment(Time::from_millis(*millis))), ..empty }),
            (Fen, Value::Int(fen)) => Some(Said { fen: Some(*fen), ..empty }),
            (Yes, Value::Bool(yes)) => Some(Said { yes: Some(*yes), ..empty }),
            _ => None,
        });
    }
    for (key, group) in SETS {
        let prefix = format!("{key}/");
        let members = fields.under(&prefix).filter(|(_, value)| **value == Value::Bool(true));
        let words: Vec<String> = members.map(|(member, _)| member.to_owned()).collect();
        if !words.is_empty() {
            found.push(Said { key: (*key).to_owned(), group: Some((*group).to_owned()), words, ..Said::default() });
        }
    }
    // A note may be a whole message as it was pasted.
    if let Some(Value::Text(note)) = fields.present("note") {
        let whole = matches!(record, Record::Alert(_));
        if !whole || hush.revealed {
            found.push(Said { key: "note".to_owned(), text: Some(hush.text(note)), ..Said::default() });
        }
    }
    found
}

/// A person's telephones as they are shown, each masked by itself.
pub(super) fn telephones(asked: &Asked<'_>, text: &str, revealed: bool) -> String {
    if revealed {
        return text.to_owned();
    }
    let each: Vec<String> = numbers(text).iter().map(|number| asked.telephone(number, false)).collect();
    if each.is_empty() { asked.telephone(text, false) } else { each.join("; ") }
}

#[cfg(test)]
mod tests {
    use qiaomen_core::record::{Kind, Shape};

    use super::*;

    #[test]
    fn every_field_that_is_told_is_one_of_some_kind() {
        let mut all: Vec<String> = Vec::new();
        for kind in Kind::KNOWN {
            for spec in kind.fields() {
                all.push(spec.key.to_owned());
                if let Shape::Group(inner) = spec.shape {
                    all.extend(inner.iter().map(|inner| format!("{}.{}", spec.key, inner.key)));
                }
            }
        }
        for key in FIELDS.iter().map(|(key, _)| *key).chain(SETS.iter().map(|(key, _)| *key)) {
            assert!(all.iter().any(|have| have == key), "{key}");
        }
    }

    #[test]
    fn what_somebody_wrote_is_told_without_name_and_telephone() {
        let hush = Hush { name: "王小明".to_owned(), covered: "王**".to_owned(), revealed: false };
        assert_eq!(hush.text("王小明说等会再来，电话13800138000"), "王**说等会再来，电话****");
        assert_eq!(hush.text("3栋501，2026年"), "3栋501，2026年");
        let open = Hush { revealed: true, ..hush };
        assert_eq!(open.text("王小明"), "王小明");
    }

    #[test]
    fn telephones_are_hidden_however_they_are_written() {
        for (text, hidden) in [
            ("电话13800138000。", "电话****。"),
            ("138-0013-8000 家属", "**** 家属"),
            ("138 0013 8000", "****"),
            ("１３８００１３８０００", "****"),
            ("(0571) 8888 6666", "(****"),
            ("3号楼2单元501室", "3号楼2单元501室"),
            ("转账 50000 元，2 次", "转账 50000 元，2 次"),
        ] {
            assert_eq!(without_numbers(text), hidden);
        }
    }
}
