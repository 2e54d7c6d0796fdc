//! In which role a person writes.
//!
//! Floor: replica. Invariant: the server decides; the phone only picks, of the roles the person holds, one
//! that may write such a record where it is filed.

use super::ReplicaError;
use crate::record::{Alert, AlertId, AreaId, DocumentId, Kind, PersonId, Record, Role, Scope};
use crate::store::Store;

/// How high an area tree may be.
const MAX_HEIGHT: usize = 32;

/// Roles that may create a record of this kind, those that count for more first.
fn creators(kind: &Kind) -> &'static [Role] {
    use Role::{Administrator, GridWorker, Police, Supervisor, TeamHead, Volunteer};
    match kind {
        Kind::Household | Kind::Unit | Kind::Whereabouts => &[TeamHead, GridWorker, Volunteer, Police, Supervisor],
        Kind::Visit
        | Kind::Pledge
        | Kind::Receipt
        | Kind::Feedback
        | Kind::MoneySent
        | Kind::StopPayment
        | Kind::Seen
        | Kind::Proposal => &[TeamHead, Police, GridWorker, Volunteer],
        Kind::Sending | Kind::HandOver | Kind::Comment | Kind::TakeBack => {
            &[TeamHead, Police, GridWorker, Volunteer, Supervisor]
        }
        Kind::Raise | Kind::Alert | Kind::Recall | Kind::Join | Kind::CallBack => &[Police, Supervisor],
        Kind::Clearance => &[TeamHead, Police],
        Kind::Withdrawal | Kind::Transfer => &[TeamHead, Police, Supervisor],
        Kind::Extension | Kind::Consent | Kind::Review | Kind::CustodyDecision | Kind::Decision => &[Supervisor],
        Kind::Question | Kind::Draw => &[Supervisor],
        Kind::Area
        | Kind::Person
        | Kind::Routing
        | Kind::Duty
        | Kind::Script
        | Kind::Reminder
        | Kind::Phase
        | Kind::Rulebook
        | Kind::PledgeText => &[Supervisor, Administrator],
        Kind::Unknown(_) => &[],
    }
}

/// The person's role for a new record of `kind` filed in `scope`; `area` is the one that an alert not saved
/// yet names.
pub(super) fn role_for(
    store: &Store,
    person: PersonId,
    kind: &Kind,
    scope: Scope,
    area: Option<AreaId>,
) -> Result<Role, ReplicaError> {
    let Some(Record::Person(person)) = record(store, person.into())? else { return Err(ReplicaError::RoleUnknown) };
    let place = match (area, scope) {
        (Some(area), _) | (None, Scope::Grid(area)) => Some(area),
        (None, Scope::CaseFile(alert)) => area_of(store, alert)?,
        (None, Scope::Town | Scope::Intake | Scope::Police) => None,
    };
    let above = place.map(|area| above(store, area)).transpose()?;
    let covers = |held: AreaId| above.as_ref().is_none_or(|above| above.contains(&held));
    let pick = |anywhere: bool| {
        creators(kind)
            .iter()
            .find(|role| person.roles().any(|(held, area)| held == *role && (anywhere || covers(area))))
    };
    // Somebody who was sent writes in the role that they hold elsewhere.
    let sent = matches!(scope, Scope::CaseFile(_));
    pick(false).or_else(|| sent.then(|| pick(true)).flatten()).cloned().ok_or(ReplicaError::RoleUnknown)
}

/// Whether the person holds any role.
pub(super) fn record(store: &Store, id: DocumentId) -> Result<Option<Record>, ReplicaError> {
    Ok(store.facts(id)?.and_then(|facts| Record::read(&facts.header.kind, &facts.fields).ok()))
}

fn area_of(store: &Store, alert: AlertId) -> Result<Option<AreaId>, ReplicaError> {
    Ok(match record(store, alert.into())? {
        Some(Record::Alert(Alert { area, .. })) => Some(area),
        _ => None,
    })
}

/// An area and all above it.
pub(super) fn above(store: &Store, area: AreaId) -> Result<Vec<AreaId>, ReplicaError> {
    let mut above = vec![area];
    let mut at = area;
    while above.len() < MAX_HEIGHT {
        match store.parent_of(at)? {
            Some(parent) if !above.contains(&parent) => {
                above.push(parent);
                at = parent;
            }
            _ => break,
        }
    }
    Ok(above)
}
