//! What people and areas are called.
//!
//! Floor: console. Invariant: read from rows once a request, never kept.

use std::collections::HashMap;

use qiaomen_core::doors::AreaTree;
use qiaomen_core::projection::Cell;
use qiaomen_core::record::{AreaId, AreaLevel, PersonId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::access::SYSTEM;
use crate::report::area_tree;
use crate::store::StoreError;
use crate::town::Town;

/// Somebody of the town's staff.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Staff {
    /// Who.
    pub(crate) id: String,
    /// What they are called.
    pub(crate) name: String,
}

/// An area.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AreaName {
    /// Which.
    pub(crate) id: String,
    /// Its name, with those above it but the town's: village/grid.
    pub(crate) path: String,
}

/// What people and areas are called.
pub(crate) struct Names {
    people: HashMap<PersonId, String>,
    tree: AreaTree,
}

impl Names {
    pub(super) fn read(town: &Town) -> Result<Self, StoreError> {
        let mut people = HashMap::new();
        for row in town.rows("person")? {
            if let Some(Cell::Text(name)) = row.cell("person", "name") {
                people.insert(row.document.id.into(), name.to_string());
            }
        }
        Ok(Self { people, tree: area_tree(town)? })
    }

    pub(crate) const fn tree(&self) -> &AreaTree {
        &self.tree
    }

    /// What somebody is called; the server itself and whoever is not known have words for that.
    pub(crate) fn person(&self, id: PersonId) -> String {
        if id == SYSTEM {
            return "系统 System".to_owned();
        }
        self.people.get(&id).cloned().unwrap_or_else(|| "—".to_owned())
    }

    pub(crate) fn staff(&self, id: PersonId) -> Staff {
        Staff { id: id.to_string(), name: self.person(id) }
    }

    /// Everybody, by name.
    pub(crate) fn staff_list(&self) -> Vec<Staff> {
        let mut all: Vec<Staff> = self.people.keys().filter(|id| **id != SYSTEM).map(|id| self.staff(*id)).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name).then_with(|| one.id.cmp(&other.id)));
        all
    }

    /// The one person who is called so.
    pub(crate) fn find(&self, name: &str) -> Option<PersonId> {
        let mut called = self.people.iter().filter(|(_, have)| *have == name).map(|(id, _)| *id);
        let one = called.next()?;
        called.next().is_none().then_some(one)
    }

    pub(crate) fn area(&self, id: AreaId) -> AreaName {
        AreaName { id: id.to_string(), path: self.tree.path(id) }
    }

    /// The village that an area lies in, or is.
    pub(crate) fn village(&self, id: AreaId) -> Option<AreaId> {
        self.tree.upward(id).find(|(_, area)| area.level == AreaLevel::Village).map(|(id, _)| id)
    }
}
