//! Where an alert belongs whose sender names no area, or names one in words.
//!
//! Floor: sync-server, intake. Invariants: a name that fits several areas is an error, never a guess; without any hint
//! an alert belongs to where its sender is, so that it is always somebody's.

use qiaomen_core::record::{AreaId, AreaLevel, PersonId, Record};

use super::told::Told;
use crate::import::find_area;
use crate::store::StoreError;
use crate::town::Town;

/// The area called so: a name, or names from an area above down to it, `village/grid`; or an identifier.
pub(super) fn named(town: &Town, text: &str) -> Result<Result<AreaId, &'static str>, StoreError> {
    let areas = town.areas()?;
    if let Ok(id) = text.parse::<AreaId>()
        && areas.iter().any(|(have, _)| *have == id)
    {
        return Ok(Ok(id));
    }
    Ok(find_area(&areas, text))
}

/// The area of an alert that names none: the door's of the person, the lowest whose name alone stands in an address,
/// or where its sender is.
pub(super) fn of(town: &Town, sender: PersonId, told: &Told) -> Result<Option<AreaId>, StoreError> {
    if let qiaomen_core::identify::Who::One(one) = super::person::who(town, &super::person::sought(told))? {
        return Ok(Some(one.grid));
    }
    let mut areas: Vec<(AreaId, String)> = Vec::new();
    for row in town.rows("area")? {
        if let Some(Record::Area(area)) = row.record("area")
            && !matches!(area.level, AreaLevel::Town | AreaLevel::County)
            && area.name.chars().count() > 1
        {
            areas.push((row.document.id.into(), area.name));
        }
    }
    for address in told.addresses() {
        let mut found: Vec<&(AreaId, String)> = areas.iter().filter(|(_, name)| address.contains(name)).collect();
        found.sort_unstable_by_key(|(_, name)| std::cmp::Reverse(name.len()));
        // Two villages may each have a 第一网格: a name that stands for several says nothing.
        let clear = |length: usize| found.iter().filter(|(_, name)| name.len() == length).count() == 1;
        if let Some((area, _)) = found.iter().find(|(_, name)| clear(name.len())) {
            return Ok(Some(*area));
        }
    }
    let standing = town.store().standing(sender)?;
    Ok(standing.roles.first().map(|(_, area)| *area))
}
