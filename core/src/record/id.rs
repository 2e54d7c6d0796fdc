//! Identifiers: one newtype over UUIDv7 a noun, so that one cannot stand for another.
//!
//! Floor: record. Invariant: an identifier is made from a time and randomness that the caller gives.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::invalid::{Invalid, Reason};
use super::random::{self, Random};
use super::time::Time;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident,)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh identifier for something made at `now`.
            pub fn fresh(now: Time, random: &mut dyn Random) -> Self {
                let millis = u64::try_from(now.millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random::bytes(random)).into_uuid())
            }

            /// The identifier with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The identifier with these bytes, if there are sixteen.
            ///
            /// # Errors
            /// [`Reason::Malformed`] for any other length.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, Invalid> {
                Uuid::from_slice(bytes).map(Self).map_err(|_| Invalid::new(stringify!($name), Reason::Malformed))
            }

            /// Its sixteen bytes.
            #[must_use]
            pub const fn bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Uuid::parse_str(text).map(Self).map_err(|_| Invalid::new(stringify!($name), Reason::Malformed))
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self, out: &mut minicbor::Encoder<W>, _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                out.bytes(self.0.as_bytes())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(from: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                Uuid::from_slice(from.bytes()?).map(Self)
                    .map_err(|_| minicbor::decode::Error::message("an identifier has 16 bytes"))
            }
        }
    )*};
}

ids! {
    /// Any record's document.
    DocumentId,
    /// A node of the area tree.
    AreaId,
    /// A person who works with Qiaomen.
    PersonId,
    /// One role that a person has somewhere.
    AssignmentId,
    /// A household: one door.
    HouseholdId,
    /// A unit: an organisation.
    UnitId,
    /// A resident behind a door.
    ResidentId,
    /// An alert, and the case file named after it.
    AlertId,
    /// One of an alert's places.
    PlaceId,
    /// An enrolled phone, or a server's own replica.
    DeviceId,
    /// An Automerge actor: one run of changes by one replica.
    ActorId,
}

macro_rules! documents {
    ($($name:ident)*) => {$(
        impl From<$name> for DocumentId {
            fn from(id: $name) -> Self {
                Self(id.0)
            }
        }

        impl From<DocumentId> for $name {
            fn from(id: DocumentId) -> Self {
                Self(id.0)
            }
        }
    )*};
}

documents! { AreaId PersonId HouseholdId UnitId AlertId }
