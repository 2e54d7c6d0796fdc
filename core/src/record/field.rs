//! The flat form of a record: what its document holds, key by key.
//!
//! Floor: record. Invariants: a scalar is null, a truth value, a whole number, text or bytes; a map stands
//! only under a key that the record was born with, or under a fresh UUID inside one; a set is one key a
//! member (`tags/elderly`), true or false; a group is its fields' keys behind a dot (`address.room`), so
//! that neither needs a container that two replicas could both create; there are no lists and no floats.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::id::{AlertId, AreaId, DocumentId, HouseholdId, PersonId, PlaceId, ResidentId};
use super::invalid::{Invalid, Reason};
use super::spec::Shape;
use super::time::Time;
use super::word::Word;

/// The longest text or run of bytes that one field may hold, in bytes.
pub const MAX_VALUE: usize = 8 * 1024;
/// The longest key, in bytes.
pub const MAX_KEY: usize = 160;

/// One value of a record's flat form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A field that was cleared.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number; times are milliseconds since 1970, coordinates ten-millionths of a degree.
    Int(i64),
    /// Text, written whole.
    Text(Box<str>),
    /// Bytes: an identifier, a scope, a signature.
    Bytes(Box<[u8]>),
    /// A map: several parts under their identifiers, or one part's fields.
    Map(Fields),
}

impl Value {
    /// Whether this is [`Value::Null`].
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// Fields by key, sorted by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(Box<str>, Value)>);

impl Fields {
    /// No fields.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.binary_search_by(|(have, _)| (**have).cmp(key)).ok().map(|at| &self.0[at].1)
    }

    /// The value under `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.binary_search_by(|(have, _)| (**have).cmp(key)).ok().map(|at| &mut self.0[at].1)
    }

    /// Puts `value` under `key`.
    pub fn set(&mut self, key: &str, value: Value) {
        if self.0.last().is_none_or(|(last, _)| &**last < key) {
            self.0.push((key.into(), value));
            return;
        }
        match self.0.binary_search_by(|(have, _)| (**have).cmp(key)) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key.into(), value)),
        }
    }

    /// Every field, by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }

    /// Every field whose key begins with `prefix`, with the rest of its key.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let from = self.0.partition_point(|(have, _)| &**have < prefix);
        self.0[from..].iter().map_while(move |(key, value)| Some((key.strip_prefix(prefix)?, value)))
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value under `key` unless it is absent or null.
    #[must_use]
    pub fn present(&self, key: &str) -> Option<&Value> {
        self.get(key).filter(|value| !value.is_null())
    }

    fn required(&self, key: &str) -> Result<&Value, Invalid> {
        self.present(key).ok_or_else(|| Invalid::new(key.to_owned(), Reason::Missing))
    }

    /// The text under `key`.
    ///
    /// # Errors
    /// [`Reason::Missing`] or [`Reason::WrongType`].
    pub fn text(&self, key: &str) -> Result<&str, Invalid> {
        match self.required(key)? {
            Value::Text(text) => Ok(text),
            _ => Err(Invalid::new(key.to_owned(), Reason::WrongType)),
        }
    }

    /// The number under `key`.
    ///
    /// # Errors
    /// [`Reason::Missing`] or [`Reason::WrongType`].
    pub fn int(&self, key: &str) -> Result<i64, Invalid> {
        match self.required(key)? {
            Value::Int(number) => Ok(*number),
            _ => Err(Invalid::new(key.to_owned(), Reason::WrongType)),
        }
    }

    /// The bytes under `key`.
    ///
    /// # Errors
    /// [`Reason::Missing`] or [`Reason::WrongType`].
    pub fn bytes(&self, key: &str) -> Result<&[u8], Invalid> {
        match self.required(key)? {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(Invalid::new(key.to_owned(), Reason::WrongType)),
        }
    }

    /// What must be written into a document that shows `self` so that it shows `after`: only what differs.
    /// A scalar that `after` lacks is cleared to null, a set's member to false; a map's part that `after`
    /// lacks is left alone (parts are marked as removed, never taken out).
    #[must_use]
    pub fn difference(&self, after: &Self) -> Vec<Edit> {
        let mut edits = Vec::new();
        compare(self, after, &mut Vec::new(), &mut edits);
        edits
    }
}

impl<'a> FromIterator<(&'a str, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (&'a str, Value)>>(pairs: I) -> Self {
        let mut fields = Self::new();
        for (key, value) in pairs {
            fields.set(key, value);
        }
        fields
    }
}

/// One write into a document: the keys from the root to the field, and its new value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Keys from the root; all but the last name maps.
    pub path: Vec<Box<str>>,
    /// The value to put there; a map stands for a new part with all its fields.
    pub value: Value,
}

fn compare(before: &Fields, after: &Fields, path: &mut Vec<Box<str>>, edits: &mut Vec<Edit>) {
    let at = |path: &Vec<Box<str>>, key: &str| path.iter().cloned().chain([key.into()]).collect();
    for (key, value) in after.iter() {
        match (before.get(key), value) {
            (Some(Value::Map(old)), Value::Map(new)) => {
                path.push(key.into());
                compare(old, new, path, edits);
                path.pop();
            }
            (Some(old), new) if old == new => {}
            (None, Value::Null) => {}
            (_, new) => edits.push(Edit { path: at(path, key), value: new.clone() }),
        }
    }
    for (key, value) in before.iter() {
        if after.get(key).is_some() {
            continue;
        }
        match value {
            Value::Map(_) | Value::Null | Value::Bool(false) => {}
            Value::Bool(true) if key.contains('/') => {
                edits.push(Edit { path: at(path, key), value: Value::Bool(false) });
            }
            _ => edits.push(Edit { path: at(path, key), value: Value::Null }),
        }
    }
}

/// Something that one field of a record can hold.
pub trait Field: Sized {
    /// What its key holds in the flat form.
    const SHAPE: Shape;
    /// Whether it must be there.
    const REQUIRED: bool = true;

    /// Writes it under `key`; what is absent writes nothing.
    fn write(&self, key: &str, out: &mut Fields);

    /// Reads it from `key`.
    ///
    /// # Errors
    /// The field and the reason.
    fn read(key: &str, from: &Fields) -> Result<Self, Invalid>;

    /// Whether anything stands under `key`.
    fn stands(key: &str, from: &Fields) -> bool {
        from.present(key).is_some()
    }
}

/// A struct whose fields are [`Field`]s: a whole record, or a part of one.
pub trait Part: Sized {
    /// Its fields.
    const FIELDS: &'static [super::spec::FieldSpec];

    /// Writes every field, its key behind `prefix`.
    fn write_fields(&self, prefix: &str, out: &mut Fields);

    /// Reads every field from behind `prefix`.
    ///
    /// # Errors
    /// The field and the reason.
    fn read_fields(prefix: &str, from: &Fields) -> Result<Self, Invalid>;

    /// Whether it holds together.
    ///
    /// # Errors
    /// The field and the reason.
    fn validate(&self) -> Result<(), Invalid>;
}

/// `name` behind `prefix`.
pub fn joined<'a>(prefix: &str, name: &'a str) -> Cow<'a, str> {
    if prefix.is_empty() { Cow::Borrowed(name) } else { Cow::Owned(format!("{prefix}{name}")) }
}

impl Field for String {
    const SHAPE: Shape = Shape::Text;

    fn write(&self, key: &str, out: &mut Fields) {
        out.set(key, Value::Text(self.as_str().into()));
    }

    fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
        from.text(key).map(str::to_owned)
    }
}

impl Field for i64 {
    const SHAPE: Shape = Shape::Int;

    fn write(&self, key: &str, out: &mut Fields) {
        out.set(key, Value::Int(*self));
    }

    fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
        from.int(key)
    }
}

/// Absent reads as false, and false is written only over true.
impl Field for bool {
    const SHAPE: Shape = Shape::Bool;
    const REQUIRED: bool = false;

    fn write(&self, key: &str, out: &mut Fields) {
        if *self {
            out.set(key, Value::Bool(true));
        }
    }

    fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
        match from.present(key) {
            None => Ok(false),
            Some(Value::Bool(truth)) => Ok(*truth),
            Some(_) => Err(Invalid::new(key.to_owned(), Reason::WrongType)),
        }
    }
}

impl Field for Time {
    const SHAPE: Shape = Shape::Time;

    fn write(&self, key: &str, out: &mut Fields) {
        out.set(key, Value::Int(self.millis()));
    }

    fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
        from.int(key).map(Self::from_millis)
    }
}

macro_rules! id_fields {
    ($($name:ident)*) => {$(
        impl Field for $name {
            const SHAPE: Shape = Shape::Id;

            fn write(&self, key: &str, out: &mut Fields) {
                out.set(key, Value::Bytes(self.bytes().as_slice().into()));
            }

            fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
                Self::from_slice(from.bytes(key)?)
                    .map_err(|_| Invalid::new(key.to_owned(), Reason::Malformed))
            }
        }
    )*};
}

id_fields! { DocumentId AreaId PersonId HouseholdId ResidentId AlertId PlaceId }

impl<T: Field> Field for Option<T> {
    const SHAPE: Shape = T::SHAPE;
    const REQUIRED: bool = false;

    fn write(&self, key: &str, out: &mut Fields) {
        if let Some(value) = self {
            value.write(key, out);
            // A false is written nowhere else; here it differs from "not said".
            if T::SHAPE == Shape::Bool && out.get(key).is_none() {
                out.set(key, Value::Bool(false));
            }
        }
    }

    fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
        if T::stands(key, from) { T::read(key, from).map(Some) } else { Ok(None) }
    }
}

/// A field of its own that most records lack.
impl<T: Field> Field for Box<T> {
    const SHAPE: Shape = T::SHAPE;
    const REQUIRED: bool = T::REQUIRED;

    fn write(&self, key: &str, out: &mut Fields) {
        (**self).write(key, out);
    }

    fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
        T::read(key, from).map(Self::new)
    }

    fn stands(key: &str, from: &Fields) -> bool {
        T::stands(key, from)
    }
}

/// A member of a set.
pub trait Member: Ord + Sized {
    /// The member as part of a key.
    fn key(&self) -> Cow<'_, str>;
    /// The member of a key; `None` where it cannot be one.
    fn from_key(key: &str) -> Option<Self>;
}

impl<T: Word> Member for T {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.word())
    }

    fn from_key(key: &str) -> Option<Self> {
        Some(T::from_word(key))
    }
}

impl Word for String {
    fn word(&self) -> &str {
        self
    }

    fn from_word(word: &str) -> Self {
        word.to_owned()
    }

    fn is_known(&self) -> bool {
        true
    }
}

macro_rules! id_members {
    ($($name:ident)*) => {$(
        impl Member for $name {
            fn key(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }

            fn from_key(key: &str) -> Option<Self> {
                key.parse().ok()
            }
        }
    )*};
}

id_members! { ResidentId AlertId }

impl<T: Member> Field for BTreeSet<T> {
    const SHAPE: Shape = Shape::Set;
    const REQUIRED: bool = false;

    fn write(&self, key: &str, out: &mut Fields) {
        for member in self {
            out.set(&format!("{key}/{}", member.key()), Value::Bool(true));
        }
    }

    fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
        let prefix = format!("{key}/");
        Ok(from
            .under(&prefix)
            .filter(|(_, value)| **value == Value::Bool(true))
            .filter_map(|(member, _)| T::from_key(member))
            .collect())
    }

    fn stands(key: &str, from: &Fields) -> bool {
        from.under(&format!("{key}/")).any(|(_, value)| *value == Value::Bool(true))
    }
}

/// Parts under their identifiers. The map itself is always written, so that it is made only once.
impl<K, P> Field for BTreeMap<K, P>
where
    K: Ord + ToString + FromStr,
    P: Part,
{
    const SHAPE: Shape = Shape::Map(P::FIELDS);
    const REQUIRED: bool = false;

    fn write(&self, key: &str, out: &mut Fields) {
        let mut parts = Fields::new();
        for (id, part) in self {
            let mut fields = Fields::new();
            part.write_fields("", &mut fields);
            parts.set(&id.to_string(), Value::Map(fields));
        }
        out.set(key, Value::Map(parts));
    }

    fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
        let mut parts = Self::new();
        match from.present(key) {
            None => {}
            Some(Value::Map(fields)) => {
                for (id, part) in fields.iter() {
                    let Value::Map(part) = part else {
                        return Err(Invalid::new(key.to_owned(), Reason::WrongType));
                    };
                    let id = id.parse().map_err(|_| Invalid::new(key.to_owned(), Reason::Malformed))?;
                    parts.insert(id, P::read_fields("", part).map_err(|invalid| invalid.inside(key))?);
                }
            }
            Some(_) => return Err(Invalid::new(key.to_owned(), Reason::WrongType)),
        }
        Ok(parts)
    }
}

/// Declares a struct whose fields are [`Field`]s, and its flat form.
macro_rules! part {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)+
        }

        impl $crate::record::field::Part for $name {
            const FIELDS: &'static [$crate::record::spec::FieldSpec] = &[$(
                $crate::record::spec::FieldSpec {
                    key: stringify!($field),
                    shape: <$type as $crate::record::field::Field>::SHAPE,
                    required: <$type as $crate::record::field::Field>::REQUIRED,
                },
            )+];

            fn write_fields(&self, prefix: &str, out: &mut $crate::record::field::Fields) {
                $($crate::record::field::Field::write(
                    &self.$field, &$crate::record::field::joined(prefix, stringify!($field)), out,
                );)+
            }

            fn read_fields(prefix: &str, from: &$crate::record::field::Fields)
                -> Result<Self, $crate::record::invalid::Invalid>
            {
                Ok(Self { $($field: $crate::record::field::Field::read(
                    &$crate::record::field::joined(prefix, stringify!($field)), from,
                )?,)+ })
            }

            fn validate(&self) -> Result<(), $crate::record::invalid::Invalid> {
                self.check()
            }
        }
    };
}

/// Makes parts usable as a group of fields inside a record.
macro_rules! group {
    ($name:ident) => {
        impl $crate::record::field::Field for $name {
            const SHAPE: $crate::record::spec::Shape =
                $crate::record::spec::Shape::Group(<$name as $crate::record::field::Part>::FIELDS);

            fn write(&self, key: &str, out: &mut $crate::record::field::Fields) {
                $crate::record::field::Part::write_fields(self, &format!("{key}."), out);
            }

            fn read(key: &str, from: &$crate::record::field::Fields) -> Result<Self, $crate::record::invalid::Invalid> {
                <$name as $crate::record::field::Part>::read_fields(&format!("{key}."), from)
            }

            fn stands(key: &str, from: &$crate::record::field::Fields) -> bool {
                // What a newer version put there does not make a group of this one.
                from.under(&format!("{key}.")).any(|(name, value)| {
                    let own = name.split(['/', '.']).next().unwrap_or(name);
                    !value.is_null()
                        && <$name as $crate::record::field::Part>::FIELDS.iter().any(|spec| spec.key == own)
                })
            }
        }
    };
}

pub(crate) use {group, part};

/// Complains about a text that is blank or longer than `limit` bytes.
pub(crate) fn check_name(field: &'static str, text: &str, limit: usize) -> Result<(), Invalid> {
    if text.trim().is_empty() {
        return Err(Invalid::new(field, Reason::Missing));
    }
    check_text(field, text, limit)
}

/// Complains about a text longer than `limit` bytes, or one with letters that control how others are shown.
pub(crate) fn check_text(field: &'static str, text: &str, limit: usize) -> Result<(), Invalid> {
    if text.len() > limit {
        return Err(Invalid::new(field, Reason::TooLong(limit)));
    }
    // What moves a cursor or turns the direction of writing makes a text say something else than stands there.
    let hostile = |letter: char| {
        letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.chars().any(hostile) { Err(Invalid::new(field, Reason::Malformed)) } else { Ok(()) }
}

/// Complains about an optional text longer than `limit` bytes.
pub(crate) fn check_note(field: &'static str, text: Option<&String>, limit: usize) -> Result<(), Invalid> {
    text.map_or(Ok(()), |text| check_text(field, text, limit))
}

/// Complains about a set with more than `limit` members, or one whose member does not fit in a key.
pub(crate) fn check_set<T: Member>(field: &'static str, set: &BTreeSet<T>, limit: usize) -> Result<(), Invalid> {
    if set.len() > limit {
        return Err(Invalid::new(field, Reason::TooMany(limit)));
    }
    if set.iter().any(|member| member.key().is_empty() || field.len() + 1 + member.key().len() > MAX_KEY) {
        return Err(Invalid::new(field, Reason::TooLong(MAX_KEY)));
    }
    Ok(())
}
