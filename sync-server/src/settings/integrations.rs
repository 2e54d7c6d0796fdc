//! The systems that hand in alerts, and their keys.
//!
//! Floor: sync-server, settings. Invariants: a key is told once and kept as a hash; an integration is somebody by name, so
//! that what it hands in says whose it is; it holds nothing that it could read.

use std::collections::HashMap;

use qiaomen_core::identity::secret;
use qiaomen_core::record::{AreaId, Assignment, AssignmentId, Kind, Person, PersonId, Random, Role, Time, random};
use serde::Serialize;

use super::{SettingError, create_one, may_set};
use crate::store::StoreError;
use crate::town::Town;

/// A key that was made; it is told this once.
#[derive(Clone, Serialize)]
pub struct Made {
    /// Its number.
    pub number: u64,
    /// Whose it is.
    pub person: PersonId,
    /// The key.
    pub key: String,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Made").field("number", &self.number).field("person", &self.person).finish_non_exhaustive()
    }
}

/// A key, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its number.
    pub number: u64,
    /// Whose it is.
    pub person: PersonId,
    /// What the system is called.
    pub name: Option<String>,
    /// The area whose alerts it may hand in.
    #[serde(skip)]
    pub area: Option<AreaId>,
    /// When it was made.
    pub created: Time,
    /// When it was last used.
    pub seen: Option<Time>,
    /// When it was revoked.
    pub revoked: Option<Time>,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntegrationError {
    /// There are no areas.
    #[error("there are no areas yet; import them first")]
    NoArea,
    /// Several areas have none above them.
    #[error("there are several areas at the top; name one")]
    SeveralAreas,
    /// Somebody who works here has this name.
    #[error("this is the name of somebody who works here; give the system another")]
    Name,
    /// The integration of this name is for another area.
    #[error("this integration is for another area")]
    OtherArea,
    /// As other settings.
    #[error(transparent)]
    Setting(#[from] SettingError),
}

impl From<StoreError> for IntegrationError {
    fn from(error: StoreError) -> Self {
        Self::Setting(error.into())
    }
}

fn allowed(town: &Town, by: PersonId) -> Result<(), SettingError> {
    if may_set(town, by, &Kind::Person)? { Ok(()) } else { Err(SettingError::Denied) }
}

/// The area that a person holds the role of a system in.
fn area_of(person: &Person) -> Option<AreaId> {
    person.assignments.values().find(|held| held.role == Role::Integration).map(|held| held.area)
}

/// Makes a key with which a system hands in alerts of an area: of all there are where none is named. A name that is known
/// already gets one more key, so that a key can be changed without a gap.
///
/// # Errors
/// [`IntegrationError`].
pub fn add(
    town: &Town,
    by: PersonId,
    name: &str,
    area: Option<AreaId>,
    now: Time,
    random: &mut dyn Random,
) -> Result<Made, IntegrationError> {
    allowed(town, by)?;
    let place = match area {
        Some(area) => area,
        None => {
            let areas = town.areas()?;
            let mut roots = areas.iter().filter(|(_, area)| area.parent.is_none());
            match (roots.next(), roots.next()) {
                (Some((root, _)), None) => *root,
                (None, _) => return Err(IntegrationError::NoArea),
                _ => return Err(IntegrationError::SeveralAreas),
            }
        }
    };
    let known = town.people()?.into_iter().find(|(_, person)| person.name == name);
    let person: PersonId = match known {
        Some((_, person)) if area_of(&person).is_none() => return Err(IntegrationError::Name),
        Some((id, person)) => {
            if area.is_some() && !person.roles().any(|(_, held)| held == place) {
                return Err(IntegrationError::OtherArea);
            }
            id
        }
        None => {
            let assignment = AssignmentId::fresh(now, random);
            let held = Assignment { role: Role::Integration, area: place, ended: false };
            let system = Person {
                name: name.to_owned(),
                login: None,
                telephone: None,
                left: false,
                assignments: [(assignment, held)].into(),
            };
            create_one(town, by, system, now, random)?.into()
        }
    };
    let key: [u8; 32] = random::bytes(random);
    let number = town.store().integration_add(&secret::token_hash(&key), person, by, now)?;
    Ok(Made { number, person, key: secret::token_text(&key) })
}

/// Every key, revoked ones too.
///
/// # Errors
/// As the store.
pub fn list(town: &Town) -> Result<Vec<Line>, StoreError> {
    let people: HashMap<_, _> = town.people()?.into_iter().collect();
    let keys = town.store().integrations()?.into_iter();
    Ok(keys
        .map(|key| {
            let person = people.get(&key.person);
            Line {
                number: key.number,
                person: key.person,
                name: person.map(|person| person.name.clone()),
                area: person.and_then(area_of),
                created: key.created,
                seen: key.seen,
                revoked: key.revoked,
            }
        })
        .collect())
}

/// Revokes a key, from its next request on; says whether it worked until now.
///
/// # Errors
/// [`SettingError::Unknown`], [`SettingError::Denied`], or as the store.
pub fn revoke(town: &Town, by: PersonId, number: u64, now: Time) -> Result<bool, SettingError> {
    allowed(town, by)?;
    if !town.store().integrations()?.iter().any(|key| key.number == number) {
        return Err(SettingError::Unknown);
    }
    Ok(town.store().integration_revoke(number, now)?)
}
