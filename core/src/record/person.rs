//! People who work with Qiaomen, and their roles.
//!
//! Floor: record. Invariants: a role is held somewhere (an area) and is ended, never taken out, so that
//! what a person did under it can be explained later.

use std::collections::BTreeMap;

use super::field::{check_name, check_note, part};
use super::id::{AreaId, AssignmentId};
use super::invalid::{Invalid, Reason};
use super::word::words;

words! {
    /// What a person may do, in the area they hold it for.
    pub enum Role {
        /// Visits doors (志愿者).
        Volunteer = "volunteer",
        /// Looks after a grid (网格员).
        GridWorker = "grid_worker",
        /// Leads the team of grids or villages (队长).
        TeamHead = "team_head",
        /// The station's officers and auxiliaries (民警, 辅警).
        Police = "police",
        /// Reviews and decides for the town or a part of it.
        Supervisor = "supervisor",
        /// Looks after people, devices and settings; no casework.
        Administrator = "administrator",
        /// A system that sends alerts, and holds nothing.
        Integration = "integration",
    }
}

part! {
    /// One role that a person has in one area.
    pub struct Assignment {
        /// The role.
        pub role: Role,
        /// Where it is held.
        pub area: AreaId,
        /// Whether it is over.
        pub ended: bool,
    }
}

impl Assignment {
    pub(crate) fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

part! {
    /// A person who works with Qiaomen.
    pub struct Person {
        /// Their name.
        pub name: String,
        /// The short name they are called by on the command line and when they sign in.
        pub login: Option<String>,
        /// Their telephone at work.
        pub telephone: Option<String>,
        /// Whether they no longer work with Qiaomen.
        pub left: bool,
        /// Their roles.
        pub assignments: BTreeMap<AssignmentId, Assignment>,
    }
}

/// The most roles one person may have had.
const MAX_ASSIGNMENTS: usize = 200;

impl Person {
    /// The roles they hold now, with the areas they hold them for.
    pub fn roles(&self) -> impl Iterator<Item = (&Role, AreaId)> {
        self.assignments
            .values()
            .filter(|assignment| !self.left && !assignment.ended)
            .map(|assignment| (&assignment.role, assignment.area))
    }

    pub(crate) fn check(&self) -> Result<(), Invalid> {
        check_name("name", &self.name, 200)?;
        check_note("telephone", self.telephone.as_ref(), 40)?;
        check_note("login", self.login.as_ref(), 64)?;
        if self.login.as_ref().is_some_and(|login| login.is_empty() || login.contains(char::is_whitespace)) {
            return Err(Invalid::new("login", Reason::Malformed));
        }
        if self.assignments.len() > MAX_ASSIGNMENTS {
            return Err(Invalid::new("assignments", Reason::TooMany(MAX_ASSIGNMENTS)));
        }
        Ok(())
    }
}
