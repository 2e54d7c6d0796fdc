//! Alerts: the board, one alert with what may be done about it, new ones, questions, the dossier.
//!
//! Floor: console. Invariants: only case files that whoever asks holds are shown or written into; what a list counts is
//! what the list behind the count shows; names, telephones and addresses are masked until they were revealed.

pub(crate) mod board;
pub(crate) mod deeds;
pub(crate) mod dossier;
mod file;
pub(crate) mod fresh;
pub(crate) mod money;
pub(crate) mod one;
pub(crate) mod pieces;
pub(crate) mod questions;
mod told;

use std::collections::{BTreeSet, HashMap};

use qiaomen_core::record::{AlertId, AreaId, Kind, PersonId, Role, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::{self, Ground};
use crate::console::names::{AreaName, Names};
use crate::console::{Asked, Trouble};
use crate::report::cases::CaseFile;
use crate::store::{StoreError, Wanted};

/// The alert of the path.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct OneQuery {
    /// Its identifier.
    pub(crate) alert: String,
}

/// The case file of an alert that whoever asks holds.
pub(super) fn open(asked: &Asked<'_>, text: &str) -> Result<CaseFile, Trouble> {
    let id: AlertId = asked.id(text)?;
    let file = CaseFile::read(asked.town, id)?.ok_or_else(Trouble::not_found)?;
    if !asked.reach()?.holds(id, file.alert.area) {
        return Err(Trouble::forbidden());
    }
    Ok(file)
}

/// The kinds of records that whoever asks may add to this case file.
pub(super) fn may_write(asked: &Asked<'_>, file: &CaseFile) -> Result<Vec<Kind>, StoreError> {
    let areas = asked.standing.roles.iter().map(|(_, area)| *area).chain([file.alert.area]).collect();
    let context = asked.town.store().context(&Wanted { areas, ..Wanted::default() })?;
    let alerts = HashMap::from([(file.id, file.alert.area)]);
    let ground = Ground { areas: &context.areas, alerts: &alerts };
    let scope = Scope::CaseFile(file.id);
    let may = |kind: &Kind| {
        let roles = access::rule(kind, scope).map(|rule| rule.may).unwrap_or_default();
        roles.iter().any(|(role, _)| access::may_create(asked.asker(), role, kind, scope, ground).is_ok())
    };
    Ok(Kind::KNOWN.iter().filter(|kind| may(kind)).cloned().collect())
}

/// Whether they are a supervisor of this case file.
pub(super) fn supervises(asked: &Asked<'_>, file: &CaseFile) -> Result<bool, StoreError> {
    Ok(may_write(asked, file)?.contains(&Kind::CustodyDecision))
}

/// Somebody to whom an alert may go.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Worker {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Their role.
    pub(crate) role: String,
    /// Where they hold it.
    pub(crate) area: AreaName,
}

/// Whether somebody of this role can take an alert.
const fn takes(role: &Role) -> bool {
    matches!(role, Role::Volunteer | Role::GridWorker | Role::TeamHead | Role::Police)
}

/// Whether somebody can take an alert at all.
pub(in crate::console::pages) fn can_take(asked: &Asked<'_>, person: PersonId) -> Result<bool, StoreError> {
    let standing = asked.town.store().standing(person)?;
    Ok(!standing.left && standing.roles.iter().any(|(role, _)| takes(role)))
}

/// To whom an alert may go, those of its own area and of those around it first.
pub(super) fn workers(asked: &Asked<'_>, names: &Names, of: AreaId) -> Result<Vec<Worker>, StoreError> {
    let above: Vec<AreaId> = names.tree().upward(of).map(|(id, _)| id).collect();
    let mut found: Vec<(usize, Worker)> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut roles: Vec<(usize, PersonId, Role, AreaId)> = asked
        .town
        .roles()?
        .into_iter()
        .filter(|(_, role, _)| takes(role))
        .map(|(person, role, area)| {
            let far = above.iter().position(|have| *have == area);
            // One whose area lies below is as near as one of the village.
            let below = || names.tree().upward(area).any(|(id, _)| id == of).then_some(1);
            (far.or_else(below).unwrap_or(usize::MAX), person, role, area)
        })
        .collect();
    roles.sort_by(|one, other| (one.0, &one.2, one.1).cmp(&(other.0, &other.2, other.1)));
    for (far, person, role, area) in roles {
        if seen.insert(person) {
            let (id, name) = (person.to_string(), names.person(person));
            found.push((far, Worker { id, name, role: role.to_string(), area: names.area(area) }));
        }
    }
    found.sort_by(|(far, one), (further, other)| (far, &one.name).cmp(&(further, &other.name)));
    Ok(found.into_iter().map(|(_, worker)| worker).collect())
}
