//! A worker's work in the browser: for whoever has no phone with the app, and for an office on behalf of a named worker.
//!
//! Floor: console. Invariants: everything is written as the worker, under the worker's own permissions; where somebody
//! else typed it in, they must hold the same scope themselves, and the record and the audit trail both say who it was.

mod alert;
mod door;
mod list;

pub(crate) use alert::{Accept, Feedback, HandOver, Propose, Take, VisitPerson, WorkAlert};
pub(crate) use door::{AddDoor, DoorForm, Grid, PledgeAtDoor, VisitDoor, WorkDoor};
pub(crate) use list::Work;

use std::collections::BTreeSet;

use qiaomen_core::record::{AreaId, Comment, DocumentId, PersonId, Record, Role, Scope};
use schemars::JsonSchema;
use serde::Serialize;

use crate::access::Action;
use crate::author::{Draft, Written};
use crate::console::{Asked, Trouble};

/// The roles that do this work.
const WORKERS: &[Role] = &[Role::Volunteer, Role::GridWorker, Role::TeamHead, Role::Police];

/// Whether whoever asks may type in the work of somebody with this role in this area: a team head that of workers in
/// their own area, a supervisor that of team heads too, and nobody that of the police.
fn types_for(asked: &Asked<'_>, role: &Role, area: AreaId) -> Result<bool, Trouble> {
    let own = asked.town.store().standing(asked.person)?.roles;
    let names = asked.names()?;
    let above: BTreeSet<AreaId> = names.tree().upward(area).map(|(id, _)| id).collect();
    let mine = |wanted: Role| own.iter().any(|(role, area)| *role == wanted && above.contains(area));
    Ok(match role {
        Role::Volunteer | Role::GridWorker => mine(Role::TeamHead) || mine(Role::Supervisor),
        Role::TeamHead => mine(Role::Supervisor),
        _ => false,
    })
}

/// The worker whose work is done.
pub(super) struct Worker {
    /// Who.
    pub(super) person: PersonId,
    /// What they are called.
    pub(super) name: String,
    /// Whether somebody else types it in.
    pub(super) by_office: bool,
    /// Whether every alert of an area is theirs to look at, not only those that they were sent to.
    pub(super) leads: bool,
    scopes: BTreeSet<Scope>,
    /// What whoever types holds, where that is somebody else.
    typist: Option<BTreeSet<Scope>>,
}

/// For whom the work is done, on each of its pages.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct For {
    /// The worker.
    pub(crate) id: String,
    /// What they are called.
    pub(crate) name: String,
    /// Whether somebody else types it in.
    pub(crate) by_office: bool,
    /// What addresses of this work carry: nothing, or the worker's identifier.
    pub(crate) query: String,
}

impl Worker {
    /// The worker that a page or form names; whoever has signed in where it names nobody.
    pub(super) fn of(asked: &Asked<'_>, named: Option<&str>) -> Result<Self, Trouble> {
        let person = match named {
            Some(text) => asked.id::<PersonId>(text)?,
            None => asked.person,
        };
        let by_office = person != asked.person;
        if by_office && !asked.may(Action::WorkFor) || !by_office && !asked.may(Action::Work) {
            return Err(Trouble::forbidden());
        }
        let standing = asked.town.store().standing(person)?;
        if by_office && !standing.roles.iter().any(|(role, area)| types_for(asked, role, *area).unwrap_or(false)) {
            return Err(Trouble::forbidden());
        }
        if standing.left || !standing.roles.iter().any(|(role, _)| WORKERS.contains(role)) {
            return Err(Trouble::invalid(
                "这个人没有入户或劝阻的角色。",
                "This person holds no role that visits doors or people.",
            ));
        }
        let held =
            |person| -> Result<BTreeSet<Scope>, Trouble> { Ok(asked.town.scopes_of(person)?.into_iter().collect()) };
        let typist = if by_office { Some(held(asked.person)?) } else { None };
        let leads = standing.roles.iter().any(|(role, _)| !matches!(role, Role::Volunteer | Role::GridWorker));
        Ok(Self { person, name: asked.names()?.person(person), by_office, leads, scopes: held(person)?, typist })
    }

    /// Whether worker and typist both hold a scope.
    pub(super) fn holds(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) && self.typist.as_ref().is_none_or(|typist| typist.contains(&scope))
    }

    /// That they hold it.
    pub(super) fn must_hold(&self, scope: Scope) -> Result<(), Trouble> {
        if self.holds(scope) { Ok(()) } else { Err(Trouble::forbidden()) }
    }

    /// The grids that they hold.
    pub(super) fn grids(&self) -> impl Iterator<Item = qiaomen_core::record::AreaId> + '_ {
        self.scopes.iter().filter(|scope| self.holds(**scope)).filter_map(|scope| match scope {
            Scope::Grid(grid) => Some(*grid),
            _ => None,
        })
    }

    /// As pages tell of them.
    pub(super) fn shown(&self) -> For {
        let query = if self.by_office { format!("?for={}", self.person) } else { String::new() };
        For { id: self.person.to_string(), name: self.name.clone(), by_office: self.by_office, query }
    }

    /// A note that says who typed it in, where that was somebody else.
    pub(super) fn note(&self, asked: &Asked<'_>, note: Option<String>) -> Result<Option<String>, Trouble> {
        if !self.by_office {
            return Ok(note);
        }
        let typist = asked.names()?.person(asked.person);
        let mark = format!("（由{typist}代录）");
        Ok(Some(match note {
            Some(note) => format!("{note} {mark}"),
            None => mark,
        }))
    }

    /// Writes a record as the worker.
    pub(super) fn write(&self, asked: &Asked<'_>, record: Record, scope: Scope) -> Result<DocumentId, Trouble> {
        self.must_hold(scope)?;
        record.validate()?;
        let id = DocumentId::fresh(asked.now, &mut asked.random());
        let kind = record.kind();
        let author = asked.author_of(self.person)?;
        let drafts = vec![Draft::Create { id, record: Box::new(record), scope }];
        let written = author.lock().write(drafts, asked.now, &mut asked.random())?;
        if let Some(Written::Verdict(verdict)) = written.first().filter(|written| !written.is_done()) {
            return Err(verdict.into());
        }
        if self.by_office {
            asked.note(Action::WorkFor, Some(&id.to_string()), Some(&format!("{kind} {}", self.person)))?;
            // A fact of a case file has no note of its own; the case says it.
            if let Scope::CaseFile(alert) = scope {
                let names = asked.names()?;
                let text = format!("由{}代{}录入", names.person(asked.person), self.name);
                // The record stands, and the trail says who typed it: an error here would have it entered twice.
                if asked.create(Comment { alert, at: asked.now, text }, scope).is_err() {
                    tracing::error!(document = %id, "a case file does not say who entered this on behalf of a worker");
                }
            }
        }
        Ok(id)
    }
}
