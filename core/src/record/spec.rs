//! What may stand under which key of a kind.
//!
//! Floor: record. Invariant: a key that no specification governs is one that this version does not know, and
//! is passed on.

use super::field::Value;
use super::invalid::{Invalid, Reason};
use super::time::Time;

/// What a key of a kind's flat form may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// A truth value.
    Bool,
    /// An instant between [`Time::MIN`] and [`Time::MAX`].
    Time,
    /// Sixteen bytes.
    Id,
    /// A word of an enumeration; unknown words are kept.
    Word,
    /// Bytes.
    Bytes,
    /// A set: `key/member` is true or false.
    Set,
    /// A group: `key.field` for each of these.
    Group(&'static [FieldSpec]),
    /// A map from UUIDs to maps with these fields.
    Map(&'static [FieldSpec]),
}

/// One field of a kind: its key, what it holds, whether it must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// The key.
    pub key: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether it must never be absent or null.
    pub required: bool,
}

/// The specification that governs `key` among `specs`: a field's own, a set's for its members, a group's
/// field. `None` for a key this version does not know.
#[must_use]
pub fn governing(specs: &'static [FieldSpec], key: &str) -> Option<FieldSpec> {
    if let Some((set, _)) = key.split_once('/') {
        return specs.iter().find(|spec| spec.key == set && spec.shape == Shape::Set).copied();
    }
    if let Some((group, rest)) = key.split_once('.') {
        return specs.iter().find_map(|spec| match spec.shape {
            // A group as a whole may be absent, so its fields are asked for when the record is read.
            Shape::Group(inner) if spec.key == group => {
                governing(inner, rest).map(|inner| FieldSpec { required: inner.required && spec.required, ..inner })
            }
            _ => None,
        });
    }
    specs.iter().find(|spec| spec.key == key && !matches!(spec.shape, Shape::Set | Shape::Group(_))).copied()
}

impl FieldSpec {
    /// Whether `value` may stand under a key that this specification governs. Maps are not judged here.
    ///
    /// # Errors
    /// The field and the reason.
    pub fn check(&self, key: &str, value: &Value) -> Result<(), Invalid> {
        let complaint = |reason| Err(Invalid::new(key.to_owned(), reason));
        match (self.shape, value) {
            (Shape::Set, Value::Bool(_)) => Ok(()),
            (Shape::Set, _) => complaint(Reason::WrongType),
            (_, Value::Null) if self.required => complaint(Reason::Missing),
            (Shape::Map(_), Value::Map(_)) => Ok(()),
            (Shape::Map(_) | Shape::Group(_), _) | (_, Value::Map(_)) => complaint(Reason::WrongType),
            (_, Value::Null)
            | (Shape::Text | Shape::Word, Value::Text(_))
            | (Shape::Int, Value::Int(_))
            | (Shape::Bool, Value::Bool(_))
            | (Shape::Bytes, Value::Bytes(_)) => Ok(()),
            (Shape::Time, Value::Int(millis)) => {
                if (Time::MIN.millis()..=Time::MAX.millis()).contains(millis) {
                    Ok(())
                } else {
                    complaint(Reason::OutOfRange)
                }
            }
            (Shape::Id, Value::Bytes(bytes)) if bytes.len() == 16 => Ok(()),
            (Shape::Id, Value::Bytes(_)) => complaint(Reason::Malformed),
            _ => complaint(Reason::WrongType),
        }
    }
}
