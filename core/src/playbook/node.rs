//! JSON read key by key, so that every complaint names its place.
//!
//! Floor: playbook. Invariants: no key stands twice, none is passed over unread; a complaint names keys and
//! what may stand there, never the value that did.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::scenario::ScenarioError;
use crate::record::Time;
use crate::record::word::Word;

/// How a time is written.
const TIME: &str = "a time with its offset, such as \"2026-03-01T09:00:00+08:00\"";

/// A JSON value whose objects keep every key.
pub(super) enum Node {
    Null,
    Bool(bool),
    Number,
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    const fn noun(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Number => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// Where in the JSON something stands: `visits[2].ended`.
#[derive(Clone, Copy)]
pub(super) enum Place<'p> {
    Whole,
    Key(&'p Place<'p>, &'p str),
    Item(&'p Place<'p>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => out.write_str("scenario"),
            Self::Key(Place::Whole, key) => out.write_str(key),
            Self::Key(object, key) => write!(out, "{object}.{key}"),
            Self::Item(list, at) => write!(out, "{list}[{at}]"),
        }
    }
}

impl Place<'_> {
    /// A complaint about this place.
    pub(super) fn wrong(&self, problem: impl fmt::Display) -> ScenarioError {
        ScenarioError { place: self.to_string(), problem: problem.to_string() }
    }
}

/// An object whose keys are known.
pub(super) struct Object<'p> {
    pub(super) place: Place<'p>,
    entries: Vec<(String, Node)>,
}

impl<'p> Object<'p> {
    /// `node` as an object with no keys but `keys`, each at most once.
    pub(super) fn of(node: Node, place: Place<'p>, keys: &[&str]) -> Result<Self, ScenarioError> {
        let entries = match node {
            Node::Object(entries) => entries,
            other => {
                return Err(place.wrong(format_args!("is {}; write an object with {}", other.noun(), keys.join(", "))));
            }
        };
        for (at, (key, _)) in entries.iter().enumerate() {
            let here = Place::Key(&place, key);
            if !keys.contains(&key.as_str()) {
                return Err(here.wrong(format_args!("there is no such field here; write one of {}", keys.join(", "))));
            }
            if entries[..at].iter().any(|(before, _)| before == key) {
                return Err(here.wrong("stands twice; write it once"));
            }
        }
        Ok(Self { place, entries })
    }

    /// A complaint about `key`.
    pub(super) fn wrong(&self, key: &str, problem: impl fmt::Display) -> ScenarioError {
        Place::Key(&self.place, key).wrong(problem)
    }

    fn take(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(have, _)| have == key)?;
        Some(self.entries.swap_remove(at).1)
    }

    /// The value under `key`; null stands for nothing.
    fn present(&mut self, key: &str) -> Option<Node> {
        self.take(key).filter(|node| !matches!(node, Node::Null))
    }

    /// The value under `key`, which is an object of its own.
    pub(super) fn required(&mut self, key: &str) -> Result<Node, ScenarioError> {
        self.take(key).ok_or_else(|| self.wrong(key, "must be given"))
    }

    /// The time under `key`, if it is given.
    pub(super) fn optional_time(&mut self, key: &str) -> Result<Option<Time>, ScenarioError> {
        match self.present(key) {
            None => Ok(None),
            Some(Node::Text(text)) => time(&text).map(Some).map_err(|problem| self.wrong(key, problem)),
            Some(other) => Err(self.wrong(key, format_args!("is {}; write {TIME}", other.noun()))),
        }
    }

    /// The time under `key`.
    pub(super) fn time(&mut self, key: &str) -> Result<Time, ScenarioError> {
        self.optional_time(key)?.ok_or_else(|| self.wrong(key, format_args!("must be given; write {TIME}")))
    }

    /// The time under `key`, if it is given, which may not be before that under `earlier`.
    pub(super) fn optional_time_from(
        &mut self,
        key: &str,
        earlier: (&str, Time),
    ) -> Result<Option<Time>, ScenarioError> {
        match self.optional_time(key)? {
            Some(time) if time < earlier.1 => Err(self.before(key, earlier.0)),
            time => Ok(time),
        }
    }

    /// The time under `key`, which may not be before that under `earlier`.
    pub(super) fn time_from(&mut self, key: &str, earlier: (&str, Time)) -> Result<Time, ScenarioError> {
        match self.time(key)? {
            time if time < earlier.1 => Err(self.before(key, earlier.0)),
            time => Ok(time),
        }
    }

    fn before(&self, key: &str, earlier: &str) -> ScenarioError {
        self.wrong(key, format_args!("is before {earlier}; write the same time or a later one"))
    }

    /// The word under `key`, if it is given: one of `known`.
    pub(super) fn optional_word<W: Word>(&mut self, key: &str, known: &[W]) -> Result<Option<W>, ScenarioError> {
        match self.present(key) {
            None => Ok(None),
            Some(Node::Text(text)) => match W::from_word(&text) {
                word if word.is_known() => Ok(Some(word)),
                _ => Err(self.wrong(key, format_args!("there is no such word; write {}", one_of(known)))),
            },
            Some(other) => Err(self.wrong(key, format_args!("is {}; write {}", other.noun(), one_of(known)))),
        }
    }

    /// The word under `key`: one of `known`.
    pub(super) fn word<W: Word>(&mut self, key: &str, known: &[W]) -> Result<W, ScenarioError> {
        let word = self.optional_word(key, known)?;
        word.ok_or_else(|| self.wrong(key, format_args!("must be given; write {}", one_of(known))))
    }

    /// The truth value under `key`, if it is given.
    pub(super) fn optional_bool(&mut self, key: &str) -> Result<Option<bool>, ScenarioError> {
        match self.present(key) {
            None => Ok(None),
            Some(Node::Bool(value)) => Ok(Some(value)),
            Some(other) => Err(self.wrong(key, format_args!("is {}; write true or false", other.noun()))),
        }
    }

    /// Each object of the list under `key`, read by `read`; none if there is no list.
    pub(super) fn list<T>(
        &mut self,
        key: &str,
        keys: &[&str],
        read: impl Fn(Object<'_>) -> Result<T, ScenarioError>,
    ) -> Result<Vec<T>, ScenarioError> {
        let place = Place::Key(&self.place, key);
        let items = match self.entries.iter().position(|(have, _)| have == key) {
            None => return Ok(Vec::new()),
            Some(at) => match self.entries.swap_remove(at).1 {
                Node::List(items) => items,
                other => return Err(place.wrong(format_args!("is {}; write a list, [ … ]", other.noun()))),
            },
        };
        let read_item = |(at, item)| read(Object::of(item, Place::Item(&place, at), keys)?);
        items.into_iter().enumerate().map(read_item).collect()
    }
}

fn one_of<W: Word>(known: &[W]) -> String {
    let words: Vec<&str> = known.iter().map(Word::word).collect();
    format!("one of {}", words.join(", "))
}

/// Reads `text` as RFC 3339 and nothing laxer.
pub(super) fn time(text: &str) -> Result<Time, String> {
    let bytes = text.as_bytes();
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let mark = |at: usize, marks: &[u8]| bytes.get(at).is_some_and(|byte| marks.contains(byte));
    let shaped = digits(0..4)
        && mark(4, b"-")
        && digits(5..7)
        && mark(7, b"-")
        && digits(8..10)
        && mark(10, b"Tt")
        && digits(11..13)
        && mark(13, b":")
        && digits(14..16)
        && mark(16, b":")
        && digits(17..19);
    if !shaped {
        return Err(format!("is no time; write {TIME}"));
    }
    let mut rest = &bytes[19..];
    if let [b'.', fraction @ ..] = rest {
        let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=9).contains(&length) {
            return Err(format!("is no time, a point is followed by one to nine digits; write {TIME}"));
        }
        rest = &fraction[length..];
    }
    match rest {
        [b'Z' | b'z'] => {}
        [] => return Err(format!("has no offset; write {TIME}")),
        [b'+' | b'-', h1, h2, b':', m1, m2] if [h1, h2, m1, m2].iter().all(|byte| byte.is_ascii_digit()) => {
            if (*h1, *h2) > (b'2', b'3') || *m1 > b'5' {
                return Err(format!("has an offset that cannot be; write {TIME}"));
            }
        }
        _ => return Err(format!("does not end in an offset; write {TIME}")),
    }
    if &bytes[17..19] > b"59".as_slice() {
        return Err("is a time that does not exist; write a second from 00 to 59".to_owned());
    }
    Time::parse(text).map_err(|invalid| match invalid.reason {
        crate::record::Reason::OutOfRange => "is out of range; write a year from 1900 to 2199".to_owned(),
        _ => "is a time that does not exist; write a day of the calendar and a time of day".to_owned(),
    })
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Node::Object(object))
    }
}
