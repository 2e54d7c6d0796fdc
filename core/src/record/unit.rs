//! Units: a school, a bank, an enterprise, a public body, with the person who answers for it (L14, W7).
//!
//! Floor: record. Invariant: a unit lies in a grid, as a door does; its people are named, they need no record.

use super::field::{check_name, check_note, group, part};
use super::id::AreaId;
use super::invalid::{Invalid, Reason};
use super::word::words;

words! {
    /// What a unit is.
    pub enum UnitSort {
        /// A school or nursery (学校).
        School = "school",
        /// A bank's branch (银行).
        Bank = "bank",
        /// An enterprise (企业).
        Enterprise = "enterprise",
        /// A public body (机关).
        Body = "body",
        /// A public institution (事业单位).
        Institution = "institution",
        /// A market (市场).
        Market = "market",
        /// Anything else.
        Other = "other",
    }
}

part! {
    /// Somebody at a unit.
    pub struct Contact {
        /// Their name.
        pub name: Option<String>,
        /// How to reach them.
        pub telephone: Option<String>,
    }
}

group!(Contact);

impl Contact {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_note("name", self.name.as_ref(), 200)?;
        check_note("telephone", self.telephone.as_ref(), 40)
    }
}

part! {
    /// An organisation with a person who answers for it. Which grid it lies in is its scope, kept by the server.
    pub struct Unit {
        /// What people call it.
        pub name: String,
        /// What it is.
        pub sort: UnitSort,
        /// Where it is, in words.
        pub address: Option<String>,
        /// Who answers for it.
        pub responsible: Option<Contact>,
        /// Who does where they are away.
        pub deputy: Option<Contact>,
        /// What else a worker should know.
        pub note: Option<String>,
        /// The grid it was last moved to; absent where it lies where it was first filed. Writing it is the move.
        pub grid: Option<AreaId>,
        /// Whether it was listed here by mistake, or is here no longer.
        pub removed: bool,
    }
}

impl Unit {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("name", &self.name, 200)?;
        check_note("address", self.address.as_ref(), 400)?;
        check_note("note", self.note.as_ref(), 4000)?;
        for (field, contact) in [("responsible", &self.responsible), ("deputy", &self.deputy)] {
            let Some(contact) = contact else { continue };
            contact.check().map_err(|found| found.inside(field))?;
            if contact.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
                return Err(Invalid::new("name", Reason::Missing).inside(field));
            }
        }
        Ok(())
    }
}
