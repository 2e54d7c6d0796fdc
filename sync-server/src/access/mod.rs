//! Who may do what, and who holds which scopes.
//!
//! Floor: below `accept`, above `store`; knows nothing of HTTP. Invariants: what a person may do is computed
//! from the server's own rows, at present or as their record stood at a place in the log; a role that the
//! table does not name may do nothing; nothing is remembered between two questions.

pub mod account;
mod action;
mod table;

use std::collections::{BTreeSet, HashMap};

use qiaomen_core::document::Document;
use qiaomen_core::record::{AlertId, AreaId, AreaLevel, Kind, Person, PersonId, Record, Role, Scope, Time};

use crate::store::{AreaRow, Standing, Store, StoreError, Wanted};

pub use action::{Action, Allowed, needs_second_factor};
pub use table::{Covered, Edits, Filed, May, Place, RULES, Rule, rule};

/// The server itself, which no phone can be.
pub const SYSTEM: PersonId = PersonId::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

/// Why somebody may not do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// No role of theirs would let them, wherever they held it.
    NotPermitted,
    /// They do not have the role they name.
    RoleNotHeld,
    /// They have a role that would let them, but not here.
    Elsewhere,
    /// They may edit, but not this field.
    FieldNotCovered(String),
}

/// The areas and alerts that a question is about.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Areas, with all above them.
    pub areas: &'a HashMap<AreaId, AreaRow>,
    /// The areas of alerts.
    pub alerts: &'a HashMap<AlertId, AreaId>,
}

impl Ground<'_> {
    /// Whether `area` is `above` or lies below it.
    #[must_use]
    pub fn lies_in(&self, area: AreaId, above: AreaId) -> bool {
        let mut at = Some(area);
        // A ring of parents ends here too.
        for _ in 0..=self.areas.len() {
            match at {
                Some(area) if area == above => return true,
                Some(area) => at = self.areas.get(&area).and_then(|row| row.parent),
                None => return false,
            }
        }
        false
    }

    /// Whether `role`, held in `area`, gives the scope.
    fn gives(&self, role: &Role, area: AreaId, scope: Scope) -> bool {
        match scope {
            Scope::Town => role_is_known(role),
            Scope::Intake => *role == Role::Supervisor,
            Scope::Police => *role == Role::Police,
            Scope::Grid(grid) => {
                holds_grids(role)
                    && self.areas.get(&grid).is_some_and(|row| row.level == AreaLevel::Grid)
                    && self.lies_in(grid, area)
            }
            Scope::CaseFile(alert) => {
                holds_case_files(role) && self.alerts.get(&alert).is_some_and(|of| self.lies_in(*of, area))
            }
        }
    }

    fn is_town(&self, area: AreaId) -> bool {
        self.areas.get(&area).is_some_and(|row| matches!(row.level, AreaLevel::Town | AreaLevel::County))
    }
}

const fn role_is_known(role: &Role) -> bool {
    !matches!(role, Role::Integration | Role::Unknown(_))
}

const fn holds_grids(role: &Role) -> bool {
    matches!(role, Role::Volunteer | Role::GridWorker | Role::TeamHead | Role::Police | Role::Supervisor)
}

/// Whether whoever has this role holds the case files of its area.
#[must_use]
pub const fn holds_case_files(role: &Role) -> bool {
    matches!(role, Role::TeamHead | Role::Police | Role::Supervisor)
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum Asker<'a> {
    /// The server itself: every role, everywhere.
    System,
    /// Somebody with these roles.
    Person(&'a Standing),
}

impl Asker<'_> {
    fn has(&self, role: &Role) -> bool {
        match self {
            Self::System => true,
            Self::Person(standing) => standing.roles.iter().any(|(have, _)| have == role),
        }
    }

    /// Whether they have `role` where it counts.
    fn has_at(&self, role: &Role, place: Place, scope: Scope, ground: Ground<'_>) -> bool {
        let Self::Person(standing) = self else { return true };
        let sent = matches!(scope, Scope::CaseFile(alert) if standing.sent.contains(&alert));
        standing.roles.iter().filter(|(have, _)| have == role).any(|(have, area)| match place {
            Place::Anywhere => true,
            Place::Town => ground.is_town(*area),
            Place::Covers => ground.gives(have, *area, scope),
            Place::Holds => sent || ground.gives(have, *area, scope),
            Place::Over => match scope {
                Scope::CaseFile(alert) => ground.alerts.get(&alert).is_some_and(|of| ground.lies_in(*of, *area)),
                _ => false,
            },
            Place::Made => matches!(scope, Scope::CaseFile(alert) if standing.made.contains(&alert)),
        })
    }
}

/// Whether they have this role, wherever it may be.
#[must_use]
pub fn has_role(asker: Asker<'_>, role: &Role) -> bool {
    asker.has(role)
}

/// Whether anybody of this role could create such a record, somewhere.
#[must_use]
pub fn could_create(kind: &Kind, scope: Scope, role: &Role) -> bool {
    rule(kind, scope).and_then(|rule| rule.may(role)).is_some_and(|may| may.create)
}

/// Whether they may create a record of this kind in this scope, in the role they name.
///
/// # Errors
/// Why not.
pub fn may_create(asker: Asker<'_>, role: &Role, kind: &Kind, scope: Scope, ground: Ground<'_>) -> Result<(), Denied> {
    let may = rule(kind, scope).and_then(|rule| rule.may(role)).filter(|may| may.create).ok_or(Denied::NotPermitted)?;
    if asker.has_at(role, may.place, scope, ground) {
        Ok(())
    } else if asker.has(role) {
        Err(Denied::Elsewhere)
    } else {
        Err(Denied::RoleNotHeld)
    }
}

/// Whether some role of theirs lets them create a record of this kind in a scope that lies in `area`; an alert whose case
/// file it is need not be there yet.
///
/// # Errors
/// As the store.
pub fn may_create_in(
    store: &dyn Store,
    asker: Asker<'_>,
    kind: &Kind,
    scope: Scope,
    area: Option<AreaId>,
) -> Result<bool, StoreError> {
    let held = match asker {
        Asker::Person(standing) => standing.roles.as_slice(),
        Asker::System => &[],
    };
    let areas = held.iter().map(|(_, area)| *area).chain(area).collect();
    let context = store.context(&Wanted { areas, ..Wanted::default() })?;
    let alerts = match (scope, area) {
        (Scope::CaseFile(alert), Some(area)) => HashMap::from([(alert, area)]),
        _ => HashMap::new(),
    };
    let ground = Ground { areas: &context.areas, alerts: &alerts };
    let roles = rule(kind, scope).map(|rule| rule.may).unwrap_or_default();
    Ok(roles.iter().any(|(role, _)| may_create(asker, role, kind, scope, ground).is_ok()))
}

/// Whether they may write these fields (keys at the root) of a record of this kind in this scope.
///
/// # Errors
/// Why not.
pub fn may_edit<'k>(
    asker: Asker<'_>,
    is_author: bool,
    kind: &Kind,
    scope: Scope,
    fields: impl Iterator<Item = &'k str> + Clone,
    ground: Ground<'_>,
) -> Result<(), Denied> {
    let rule = rule(kind, scope).ok_or(Denied::NotPermitted)?;
    let mut denied = Denied::NotPermitted;
    for (role, may) in rule.may {
        let covered = match &may.edit {
            Edits::Nothing => continue,
            Edits::Own(_) if !is_author => continue,
            Edits::Own(covered) | Edits::Any(covered) => covered,
        };
        let uncovered = fields.clone().find(|field| !covered.covers(field));
        let here = asker.has_at(role, may.place, scope, ground);
        match uncovered {
            None if here => return Ok(()),
            None if denied == Denied::NotPermitted => denied = Denied::Elsewhere,
            None => {}
            Some(field) if here => denied = Denied::FieldNotCovered(field.to_owned()),
            Some(field) if denied == Denied::NotPermitted && asker.has(role) => {
                denied = Denied::FieldNotCovered(field.to_owned());
            }
            Some(_) => {}
        }
    }
    Err(denied)
}

/// Whether they may decide on what others wrote in this scope and is held.
#[must_use]
pub fn may_decide(asker: Asker<'_>, scope: Scope, ground: Ground<'_>) -> bool {
    match scope {
        Scope::Town => asker.has_at(&Role::Supervisor, Place::Town, scope, ground),
        _ => asker.has_at(&Role::Supervisor, Place::Covers, scope, ground),
    }
}

/// The scopes that a person holds now, sorted.
///
/// # Errors
/// As the store.
pub fn scopes_of(store: &dyn Store, person: PersonId) -> Result<Vec<Scope>, StoreError> {
    let standing = store.standing(person)?;
    let mut scopes = BTreeSet::new();
    let mut below: HashMap<AreaId, Vec<(AreaId, AreaLevel)>> = HashMap::new();
    for (role, area) in &standing.roles {
        if !role_is_known(role) {
            continue;
        }
        scopes.insert(Scope::Town);
        match role {
            Role::Supervisor => {
                scopes.insert(Scope::Intake);
            }
            Role::Police => {
                scopes.insert(Scope::Police);
            }
            _ => {}
        }
        if !holds_grids(role) {
            continue;
        }
        if !below.contains_key(area) {
            below.insert(*area, store.areas_below(*area)?);
        }
        let Some(areas) = below.get(area) else { continue };
        scopes.extend(areas.iter().filter(|(_, level)| *level == AreaLevel::Grid).map(|(area, _)| Scope::Grid(*area)));
        if holds_case_files(role) {
            let areas: Vec<AreaId> = areas.iter().map(|(area, _)| *area).collect();
            scopes.extend(store.alerts_in(&areas)?.into_iter().map(Scope::CaseFile));
        }
    }
    scopes.extend(standing.sent.into_iter().map(Scope::CaseFile));
    Ok(scopes.into_iter().collect())
}

/// Whether a person holds a scope now.
///
/// # Errors
/// As the store.
pub fn holds(store: &dyn Store, person: PersonId, scope: Scope) -> Result<bool, StoreError> {
    Ok(scopes_of(store, person)?.contains(&scope))
}

/// What a person might do at a place in the log: their roles as their record stood there, or as it stood at
/// `since`, if that came after. Sendings do not end, so that today's are taken.
///
/// # Errors
/// As the store.
pub fn standing_at(
    store: &dyn Store,
    person: PersonId,
    sequence: u64,
    since: Option<Time>,
) -> Result<Standing, StoreError> {
    if sequence == 0 {
        return Ok(Standing::default());
    }
    let changes = store.changes_until(person.into(), sequence, since)?;
    let Ok(document) = Document::load(changes.iter().map(Vec::as_slice)) else { return Ok(Standing::default()) };
    let Ok(Record::Person(record)) = document.record() else { return Ok(Standing::default()) };
    let roles = roles_of(&record);
    let sent = if record.left { Vec::new() } else { store.standing(person)?.sent };
    Ok(Standing { roles, sent, made: Vec::new(), left: record.left })
}

fn roles_of(person: &Person) -> Vec<(Role, AreaId)> {
    person.roles().map(|(role, area)| (role.clone(), area)).collect()
}

/// The field that a key at the root belongs to: a set's member and a group's field to the whole.
#[must_use]
pub fn field_of(key: &str) -> &str {
    let end = key.find(['/', '.']).unwrap_or(key.len());
    key.get(..end).unwrap_or(key)
}
