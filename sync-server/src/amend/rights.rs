//! What a supervisor may put right where.
//!
//! Floor: sync-server, amend. Invariant: asked of the same table as everything that is written.

use qiaomen_core::record::{Kind, PersonId, Role, Scope};

use crate::access::{self, Asker, Ground, SYSTEM};
use crate::store::{Context, Standing, StoreError, Wanted};
use crate::town::Town;

/// What somebody may do in these scopes.
pub(super) struct Rights {
    person: PersonId,
    context: Context,
    nobody: Standing,
}

impl Rights {
    pub(super) fn of(
        town: &Town,
        person: PersonId,
        scopes: impl IntoIterator<Item = Scope>,
    ) -> Result<Self, StoreError> {
        let mut wanted = Wanted { people: vec![person], ..Wanted::default() };
        for scope in scopes {
            match scope {
                Scope::Grid(grid) => wanted.areas.push(grid),
                Scope::CaseFile(alert) => wanted.documents.push(alert.into()),
                Scope::Town | Scope::Intake | Scope::Police => {}
            }
        }
        wanted.areas.sort_unstable();
        wanted.areas.dedup();
        wanted.documents.sort_unstable();
        wanted.documents.dedup();
        Ok(Self { person, context: town.store().context(&wanted)?, nobody: Standing::default() })
    }

    fn asker(&self) -> Asker<'_> {
        if self.person == SYSTEM {
            return Asker::System;
        }
        Asker::Person(self.context.people.get(&self.person).unwrap_or(&self.nobody))
    }

    fn ground(&self) -> Ground<'_> {
        Ground { areas: &self.context.areas, alerts: &self.context.alerts }
    }

    /// Whether they are a supervisor there, who says why something is put right.
    pub(super) fn decides(&self, scope: Scope) -> bool {
        access::may_create(self.asker(), &Role::Supervisor, &Kind::Decision, scope, self.ground()).is_ok()
    }

    /// Whether they may write this field.
    pub(super) fn edits(&self, author: PersonId, kind: &Kind, scope: Scope, field: &str) -> bool {
        let own = author == self.person;
        access::may_edit(self.asker(), own, kind, scope, std::iter::once(field), self.ground()).is_ok()
    }
}
