//! What a shell sees of the core's types, and how it goes back.
//!
//! Floor: below `client`, above the core. Invariants: nothing but mapping: identifiers are text, instants whole
//! milliseconds since 1970, sets and maps lists in their order; what goes there and back is the same; what cannot be
//! taken back is complained of by its field.

pub mod alerts;
pub mod any;
pub mod doors;
pub mod handling;
mod macros;
pub mod reckoned;
pub mod signature;
pub mod state;
pub mod sums;
pub mod syncing;
#[cfg(test)]
mod tests;
pub mod town;
pub mod visits;
pub mod words;

use std::collections::BTreeSet;

use qiaomen_core::record::{
    AlertId, AreaId, AssignmentId, DeviceId, DocumentId, Heads, HouseholdId, Invalid, PersonId, PlaceId, Reason,
    ResidentId, Scope as CoreScope, Time, UnitId,
};
use qiaomen_core::{notice::NoticeKey, replica::Part};

/// An identifier, as the core writes it: a UUID with dashes.
pub type Id = String;
/// An instant in milliseconds since 1970-01-01T00:00:00Z, or a length of time.
pub type Millis = i64;

/// What a shell sees of a core's type.
pub(crate) trait Show<M> {
    /// The mirror.
    fn show(self) -> M;
}

/// What the core makes of what a shell gives.
pub(crate) trait Back<C> {
    /// The core's.
    fn back(self) -> Result<C, Invalid>;
}

/// The names of a mirror's fields, for comparison with the core's.
#[cfg(test)]
pub(crate) trait Mirrored {
    const FIELDS: &'static [&'static str];
}

/// A complaint of what stands under `field`.
pub(crate) fn under(field: &'static str, found: Invalid) -> Invalid {
    if found.field.is_empty() { Invalid::new(field, found.reason) } else { found.inside(field) }
}

macro_rules! same {
    ($($type:ty),+) => {$(
        impl Show<$type> for $type {
            fn show(self) -> $type {
                self
            }
        }

        impl Back<$type> for $type {
            fn back(self) -> Result<$type, Invalid> {
                Ok(self)
            }
        }
    )+};
}

same! { String, bool, i64, u64, u32, u16 }

impl Show<u64> for usize {
    fn show(self) -> u64 {
        self as u64
    }
}

macro_rules! ids {
    ($($id:ident),+) => {$(
        impl Show<Id> for $id {
            fn show(self) -> Id {
                self.to_string()
            }
        }

        impl Back<$id> for Id {
            fn back(self) -> Result<$id, Invalid> {
                // Which field it stands in is known where it is taken apart.
                self.parse().map_err(|_| Invalid::new("", Reason::Malformed))
            }
        }
    )+};
}

ids! { AlertId, AreaId, AssignmentId, DeviceId, DocumentId, HouseholdId, PersonId, PlaceId, ResidentId, UnitId }

impl Show<Millis> for Time {
    fn show(self) -> Millis {
        self.millis()
    }
}

impl Back<Time> for Millis {
    fn back(self) -> Result<Time, Invalid> {
        Ok(Time::from_millis(self))
    }
}

impl<C: Show<M>, M> Show<Option<M>> for Option<C> {
    fn show(self) -> Option<M> {
        self.map(C::show)
    }
}

impl<M: Back<C>, C> Back<Option<C>> for Option<M> {
    fn back(self) -> Result<Option<C>, Invalid> {
        self.map(M::back).transpose()
    }
}

impl<C: Show<M>, M> Show<Vec<M>> for Vec<C> {
    fn show(self) -> Vec<M> {
        self.into_iter().map(C::show).collect()
    }
}

impl<C: Show<M>, M> Show<Vec<M>> for BTreeSet<C> {
    fn show(self) -> Vec<M> {
        self.into_iter().map(C::show).collect()
    }
}

impl<M: Back<C>, C: Ord> Back<BTreeSet<C>> for Vec<M> {
    fn back(self) -> Result<BTreeSet<C>, Invalid> {
        self.into_iter().map(M::back).collect()
    }
}

impl<C: Show<M>, M> Show<M> for Box<C> {
    fn show(self) -> M {
        (*self).show()
    }
}

impl<M: Back<C>, C> Back<Box<C>> for M {
    fn back(self) -> Result<Box<C>, Invalid> {
        self.back().map(Box::new)
    }
}

impl Show<Vec<Vec<u8>>> for Heads {
    fn show(self) -> Vec<Vec<u8>> {
        self.hashes().iter().map(|hash| hash.to_vec()).collect()
    }
}

impl Back<Heads> for Vec<Vec<u8>> {
    fn back(self) -> Result<Heads, Invalid> {
        let malformed = |_| Invalid::new("", Reason::Malformed);
        let hashes: Vec<[u8; 32]> =
            self.into_iter().map(|hash| hash.try_into().map_err(malformed)).collect::<Result<_, _>>()?;
        Heads::new(hashes).map_err(|found| Invalid::new("", found.reason))
    }
}

impl Show<String> for NoticeKey {
    fn show(self) -> String {
        self.as_str().to_owned()
    }
}

impl Back<NoticeKey> for String {
    fn back(self) -> Result<NoticeKey, Invalid> {
        Ok(NoticeKey::new(self))
    }
}

/// Which records a phone holds and who may read them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum Scope {
    /// Settings, areas, people's names and roles: everybody of the town.
    Town,
    /// Who an alert is about, where that is not known yet: supervisors.
    Intake,
    /// What only the police may see.
    Police,
    /// One grid's doors and what happened at them.
    Grid {
        /// The grid.
        area: Id,
    },
    /// One alert with everything recorded for it.
    CaseFile {
        /// The alert.
        alert: Id,
    },
}

impl Show<Scope> for CoreScope {
    fn show(self) -> Scope {
        match self {
            Self::Town => Scope::Town,
            Self::Intake => Scope::Intake,
            Self::Police => Scope::Police,
            Self::Grid(area) => Scope::Grid { area: area.show() },
            Self::CaseFile(alert) => Scope::CaseFile { alert: alert.show() },
        }
    }
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Page {
    /// How many to pass over.
    pub skip: u32,
    /// How many to give.
    pub take: u32,
}

impl From<Page> for Part {
    fn from(page: Page) -> Self {
        Self { skip: page.skip, take: page.take }
    }
}
