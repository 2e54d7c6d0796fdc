//! Who an alert is about.
//!
//! Floor: sync-server, intake. Invariant: a resident is named by the server only where nobody else can be meant; all
//! else is a supervisor's to say.

use std::collections::BTreeSet;

use qiaomen_core::identify::{Sought, Who};
use qiaomen_core::record::{
    Alert, AlertId, AreaId, Asked, DocumentId, Door, Household, HouseholdId, PersonId, Random, Record, Resident,
    ResidentId, Scope, Time, numbers,
};

use super::told::Told;
use super::{Hands, IntakeError};
use crate::author::Draft;
use crate::store::StoreError;
use crate::town::Town;

/// How many people of one name are looked at.
const MOST: usize = 50;

/// Who a supervisor says it is.
#[derive(Clone, Debug)]
pub enum Matched {
    /// A resident.
    Resident(HouseholdId, ResidentId),
    /// Somebody at a door that is not on the roster yet.
    New(Box<Household>, AreaId),
    /// No resident of the town.
    Outsider,
}

impl Matched {
    /// An alert's person at a door of a grid that is not on the roster yet, with what the alert says of them.
    pub fn newcomer(alert: &Alert, address: &str, grid: AreaId, now: Time, random: &mut dyn Random) -> Self {
        let resident = Resident {
            name: alert.name.clone(),
            telephones: alert.telephone.as_deref().map(numbers).unwrap_or_default().into_iter().collect(),
            birth_year: None,
            tags: BTreeSet::new(),
            app_installed: None,
            left_town: false,
            left_to: None,
            left_contact: None,
            removed: false,
        };
        let door = Household {
            address: crate::import::read_address(address),
            door: Door::LivedIn,
            note: None,
            residents: [(ResidentId::fresh(now, random), resident)].into(),
            grid: None,
            removed: false,
            merged_into: None,
            counterparts: BTreeSet::new(),
        };
        Self::New(Box::new(door), grid)
    }
}

/// What an alert says of its person.
pub(super) fn sought(told: &Told) -> Sought {
    Sought::new(&told.name, told.telephone.as_deref(), told.addresses())
}

/// What an alert says of its person.
#[must_use]
pub fn sought_by(alert: &Alert) -> Sought {
    let addresses = alert.places.values().filter_map(|place| place.address.clone());
    Sought::new(&alert.name, alert.telephone.as_deref(), addresses.collect())
}

/// Who is meant, among the town's residents.
///
/// # Errors
/// As the store.
pub fn who(town: &Town, sought: &Sought) -> Result<Who, StoreError> {
    let candidates = town.store().residents_like(&sought.telephones, &sought.name, MOST)?;
    Ok(qiaomen_core::identify::who(sought, &candidates))
}

/// Writes who an alert is about.
pub(super) fn name(
    town: &Town,
    hands: &mut Hands,
    by: PersonId,
    alert: AlertId,
    to: impl FnOnce(&mut Alert),
    now: Time,
    random: &mut dyn Random,
) -> Result<(), IntakeError> {
    let before = super::alert_now(town, alert)?.ok_or(IntakeError::Unknown)?;
    let mut after = before.clone();
    to(&mut after);
    let edits = Record::from(before).fields().difference(&Record::from(after).fields());
    if edits.is_empty() {
        return Ok(());
    }
    hands.write(town, by, vec![Draft::Edit { id: alert.into(), edits }], now, random)
}

/// What a supervisor says about who it is, and the end of the question.
pub(super) fn matched(
    town: &Town,
    hands: &mut Hands,
    by: PersonId,
    alert: AlertId,
    who: &Matched,
    now: Time,
    random: &mut dyn Random,
) -> Result<(), IntakeError> {
    let (household, resident) = match who {
        Matched::Resident(household, resident) => {
            let Some((_, document)) = town.document((*household).into())? else { return Err(IntakeError::Unknown) };
            match document.record() {
                Ok(Record::Household(door)) if door.residents.contains_key(resident) => {}
                _ => return Err(IntakeError::Unknown),
            }
            (Some(*household), Some(*resident))
        }
        Matched::New(door, grid) => {
            let record = Record::from((**door).clone());
            record.validate()?;
            let id = HouseholdId::fresh(now, random);
            let draft = Draft::Create { id: id.into(), record: Box::new(record), scope: Scope::Grid(*grid) };
            hands.write(town, by, vec![draft], now, random)?;
            (Some(id), door.residents.keys().next().copied())
        }
        Matched::Outsider => (None, None),
    };
    let outsider = matches!(who, Matched::Outsider);
    let to = |alert: &mut Alert| {
        alert.household = household;
        alert.resident = resident;
        alert.outsider = outsider;
    };
    name(town, hands, by, alert, to, now, random)?;
    let asked: Vec<DocumentId> = super::questions(town, Some(alert))?
        .into_iter()
        .filter(|(_, question)| question.what == Asked::Who && question.answered.is_none())
        .map(|(id, _)| id)
        .collect();
    for question in asked {
        super::answer_question(town, hands, by, (question, None), now, random)?;
    }
    Ok(())
}
