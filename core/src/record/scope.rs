//! Scopes: what a phone holds, and who may read it.
//!
//! Floor: record. Invariant: whoever has a scope reads all of it; what fewer may see has one of its own.

use std::fmt;
use std::str::FromStr;

use super::field::{Field, Fields, Value};
use super::id::{AlertId, AreaId};
use super::invalid::{Invalid, Reason};
use super::spec::Shape;

/// What a phone holds and who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Settings, areas, people's names and roles: everybody of the town.
    Town,
    /// Who an alert is about, where that is not known yet: supervisors.
    Intake,
    /// What only the police may see.
    Police,
    /// One grid's households and what happened at their doors.
    Grid(AreaId),
    /// One alert with everything recorded for it.
    CaseFile(AlertId),
}

impl Scope {
    /// Its bytes: a tag, and for a grid or case file the identifier.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        let (tag, id): (u8, Option<[u8; 16]>) = match self {
            Self::Town => (1, None),
            Self::Intake => (2, None),
            Self::Police => (3, None),
            Self::Grid(area) => (4, Some(*area.bytes())),
            Self::CaseFile(alert) => (5, Some(*alert.bytes())),
        };
        let mut bytes = vec![tag];
        bytes.extend(id.into_iter().flatten());
        bytes
    }

    /// The scope of these bytes.
    ///
    /// # Errors
    /// [`Reason::Malformed`].
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Invalid> {
        let malformed = || Invalid::new("scope", Reason::Malformed);
        let (tag, rest) = bytes.split_first().ok_or_else(malformed)?;
        match (tag, rest.is_empty()) {
            (1, true) => Ok(Self::Town),
            (2, true) => Ok(Self::Intake),
            (3, true) => Ok(Self::Police),
            (4, false) => AreaId::from_slice(rest).map(Self::Grid).map_err(|_| malformed()),
            (5, false) => AlertId::from_slice(rest).map(Self::CaseFile).map_err(|_| malformed()),
            _ => Err(malformed()),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Town => out.write_str("town"),
            Self::Intake => out.write_str("intake"),
            Self::Police => out.write_str("police"),
            Self::Grid(area) => write!(out, "grid:{area}"),
            Self::CaseFile(alert) => write!(out, "case:{alert}"),
        }
    }
}

impl FromStr for Scope {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let malformed = || Invalid::new("scope", Reason::Malformed);
        match text.split_once(':') {
            None if text == "town" => Ok(Self::Town),
            None if text == "intake" => Ok(Self::Intake),
            None if text == "police" => Ok(Self::Police),
            Some(("grid", id)) => id.parse().map(Self::Grid).map_err(|_| malformed()),
            Some(("case", id)) => id.parse().map(Self::CaseFile).map_err(|_| malformed()),
            _ => Err(malformed()),
        }
    }
}

impl serde::Serialize for Scope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Field for Scope {
    const SHAPE: Shape = Shape::Bytes;

    fn write(&self, key: &str, out: &mut Fields) {
        out.set(key, Value::Bytes(self.to_bytes().into()));
    }

    fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
        Self::from_slice(from.bytes(key)?).map_err(|_| Invalid::new(key.to_owned(), Reason::Malformed))
    }
}

impl<C> minicbor::Encode<C> for Scope {
    fn encode<W: minicbor::encode::Write>(
        &self,
        out: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        out.bytes(&self.to_bytes())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Scope {
    fn decode(from: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::from_slice(from.bytes()?).map_err(|_| minicbor::decode::Error::message("not a scope"))
    }
}
