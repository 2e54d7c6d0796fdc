//! The area tree: town, villages, grids, and levels above, between and below.
//!
//! Floor: record. Invariants: an area has one parent or none; a code is the register's text, passed on
//! and never used as a key; the grid is the unit that phones hold.

use super::field::{check_name, check_note, part};
use super::id::AreaId;
use super::invalid::{Invalid, Reason};
use super::telephone;
use super::word::words;

words! {
    /// What an area is.
    pub enum AreaLevel {
        /// Above the town.
        County = "county",
        /// The town (镇, 街道).
        Town = "town",
        /// A village or community (村, 社区).
        Village = "village",
        /// Between a village and its grids (小区).
        Courtyard = "courtyard",
        /// A grid (网格), the unit of replication.
        Grid = "grid",
        /// Below a grid.
        Building = "building",
    }
}

part! {
    /// A node of the area tree.
    pub struct Area {
        /// What people call it.
        pub name: String,
        /// What it is.
        pub level: AreaLevel,
        /// The area it lies in.
        pub parent: Option<AreaId>,
        /// Its code in some register: opaque text, no key.
        pub code: Option<String>,
        /// The station's number, which residents call to ask who stands at their door; it holds for the areas below that
        /// have none of their own.
        pub telephone: Option<String>,
    }
}

impl Area {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("name", &self.name, 200)?;
        check_note("code", self.code.as_ref(), 64)?;
        check_note("telephone", self.telephone.as_ref(), 40)?;
        if self.telephone.as_ref().is_some_and(|text| !telephone::is_one(text)) {
            return Err(Invalid::new("telephone", Reason::Malformed));
        }
        Ok(())
    }
}
