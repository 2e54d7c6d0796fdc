//! Where an alert belongs whose sender names no area, or names one in words.
//!
//! Floor: sync-server, intake. Invariants: a name that fits several areas is an error, never a guess; without any hint
//! an alert belongs to where its sender is, so that it is always somebody's.

use qiaomen_core::record::{AreaId, AreaLevel, PersonId, Record};

use super::told::Told;
use crate::import::find_area;
use crate::store::StoreError;
use crate::town::Town;

/// How many areas are looked at whose names stand in an address.
const MOST: usize = 8;

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
    for address in told.addresses() {
        let mut found: Vec<(usize, AreaId)> = Vec::new();
        for area in town.store().areas_in(&address, MOST)? {
            if let Some((_, document)) = town.document(area.into())?
                && let Ok(Record::Area(area_record)) = document.record()
                && !matches!(area_record.level, AreaLevel::Town | AreaLevel::County)
            {
                found.push((area_record.name.len(), area));
            }
        }
        found.sort_unstable_by_key(|(length, _)| std::cmp::Reverse(*length));
        // Two villages may each have a 第一网格: a name that stands for several says nothing.
        let clear = |at: usize| found.iter().filter(|(length, _)| *length == found[at].0).count() == 1;
        if let Some(at) = (0..found.len()).find(|at| clear(*at)) {
            return Ok(Some(found[at].1));
        }
    }
    let standing = town.store().standing(sender)?;
    Ok(standing.roles.first().map(|(_, area)| *area))
}
