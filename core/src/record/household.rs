//! Households: one door, and the people behind it.
//!
//! Floor: record. Invariants: an address is structured, so that a list can follow the way a worker walks;
//! a resident keeps the identifier they were first given and is marked as removed, never taken out.

use std::collections::{BTreeMap, BTreeSet};

use super::field::{check_name, check_note, check_set, group, part};
use super::id::{AreaId, HouseholdId, ResidentId};
use super::invalid::{Invalid, Reason};
use super::word::words;

words! {
    /// What is found behind a door.
    pub enum Door {
        /// Somebody lives there.
        LivedIn = "lived_in",
        /// Nobody lives there.
        Vacant = "vacant",
        /// The house is gone.
        Demolished = "demolished",
        /// Its people have been away for long.
        LongAbsent = "long_absent",
    }
}

words! {
    /// What a worker should know of a resident before the door opens.
    pub enum Tag {
        /// Old.
        Elderly = "elderly",
        /// At school or university.
        Student = "student",
        /// Handles an enterprise's money.
        FinanceStaff = "finance_staff",
        /// Easily deceived; reached again at a set interval.
        EasilyDeceived = "easily_deceived",
    }
}

part! {
    /// Where a door is: building, unit, floor and room in a town; group and house number in a village.
    pub struct Address {
        /// The building.
        pub building: Option<String>,
        /// The stairwell.
        pub unit: Option<String>,
        /// The floor.
        pub floor: Option<i64>,
        /// The room.
        pub room: Option<String>,
        /// The village group.
        pub group: Option<String>,
        /// The house number.
        pub number: Option<String>,
    }
}

group!(Address);

impl Address {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        let texts = [
            ("address.building", &self.building),
            ("address.unit", &self.unit),
            ("address.room", &self.room),
            ("address.group", &self.group),
            ("address.number", &self.number),
        ];
        for (field, text) in texts {
            check_note(field, text.as_ref(), 120)?;
        }
        if self.floor.is_some_and(|floor| !(-20..=200).contains(&floor)) {
            return Err(Invalid::new("address.floor", Reason::OutOfRange));
        }
        if self.building.is_none() && self.room.is_none() && self.group.is_none() && self.number.is_none() {
            return Err(Invalid::new("address", Reason::Missing));
        }
        Ok(())
    }
}

part! {
    /// Somebody who lives behind a door, or did.
    pub struct Resident {
        /// Their name.
        pub name: String,
        /// Their telephone numbers.
        pub telephones: BTreeSet<String>,
        /// The year they were born.
        pub birth_year: Option<i64>,
        /// What a worker should know of them.
        pub tags: BTreeSet<Tag>,
        /// Whether the national anti-fraud app is on their telephone; absent where nobody has looked.
        pub app_installed: Option<bool>,
        /// Whether they left the town.
        pub left_town: bool,
        /// Where they went.
        pub left_to: Option<String>,
        /// How to reach them there, besides their telephones.
        pub left_contact: Option<String>,
        /// Whether they were listed here by mistake, or are here no longer.
        pub removed: bool,
    }
}

impl Resident {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("name", &self.name, 200)?;
        check_set("telephones", &self.telephones, 20)?;
        check_set("tags", &self.tags, 40)?;
        check_note("left_to", self.left_to.as_ref(), 400)?;
        check_note("left_contact", self.left_contact.as_ref(), 400)?;
        if self.birth_year.is_some_and(|year| !(1880..=2199).contains(&year)) {
            return Err(Invalid::new("birth_year", Reason::OutOfRange));
        }
        Ok(())
    }
}

part! {
    /// One door, and the people behind it. Which grid it lies in is its scope, kept by the server.
    /// `grid`, `removed`, `merged_into` and `counterparts` are for supervisors to write: none may take a door out of
    /// somebody's count unseen.
    pub struct Household {
        /// Where the door is.
        pub address: Address,
        /// What is found behind it.
        pub door: Door,
        /// What else a worker should know.
        pub note: Option<String>,
        /// The people behind it.
        pub residents: BTreeMap<ResidentId, Resident>,
        /// The grid it was last moved to; absent where it lies where it was first filed. Writing it is the move: the
        /// server files the door there with everything that was recorded at it.
        pub grid: Option<AreaId>,
        /// Whether it was listed by mistake: there is no such door. It shows in no list and in no count.
        pub removed: bool,
        /// The door that it is one and the same as: it shows in no list and in no count, and what was recorded at it
        /// counts there, as long as both lie in one grid. What a chain ends at counts; in a ring, the first made.
        pub merged_into: Option<HouseholdId>,
        /// Who of its residents is whom of the door that it was merged into, each pair as [`counterpart`] writes it.
        pub counterparts: BTreeSet<String>,
    }
}

/// A pair of residents who are one person: of a door that was merged, and of the one that it was merged into.
#[must_use]
pub fn counterpart(gone: ResidentId, kept: ResidentId) -> String {
    format!("{gone}={kept}")
}

/// The pair that [`counterpart`] wrote; none for another text.
#[must_use]
pub fn counterpart_of(text: &str) -> Option<(ResidentId, ResidentId)> {
    let (gone, kept) = text.split_once('=')?;
    Some((gone.parse().ok()?, kept.parse().ok()?))
}

/// The most residents one household may have had.
pub const MAX_RESIDENTS: usize = 200;

impl Household {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        self.address.check()?;
        check_set("counterparts", &self.counterparts, 2 * MAX_RESIDENTS)?;
        check_note("note", self.note.as_ref(), 4000)?;
        if self.residents.len() > MAX_RESIDENTS {
            return Err(Invalid::new("residents", Reason::TooMany(MAX_RESIDENTS)));
        }
        self.residents.values().try_for_each(|resident| resident.check().map_err(|found| found.inside("residents")))
    }
}
