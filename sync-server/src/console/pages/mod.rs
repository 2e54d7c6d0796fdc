//! The pages, one module a room of the console.
//!
//! Floor: console. Invariant: each reads through services and writes through `Asked`.

pub(crate) mod account;
pub(crate) mod accountability;
pub(crate) mod audit;
pub(crate) mod exports;
pub(crate) mod today;

use qiaomen_core::record::{DeviceId, Time};

use super::{Asked, Trouble};

/// What is counted for [`today`], and listed elsewhere.
pub(crate) enum Counted {
    /// Documents with several values in a field.
    Conflicts,
    /// Phones that have refused records.
    Refused,
    /// Phones that have not been heard from since then.
    Silent(Time),
}

/// How many there are of them that whoever asks may see.
pub(crate) fn counted(asked: &Asked<'_>, what: Counted) -> Result<u64, Trouble> {
    let store = asked.town.store();
    Ok(match what {
        Counted::Conflicts => {
            let held: std::collections::BTreeSet<_> = asked.town.scopes_of(asked.person)?.into_iter().collect();
            store.conflicted()?.iter().filter(|document| held.contains(&document.scope)).count() as u64
        }
        Counted::Refused => {
            let phones: Vec<DeviceId> = asked.town.devices()?.iter().map(|device| device.id).collect();
            let refused = store.refusals()?.into_iter();
            refused.filter(|(device, count)| *count > 0 && phones.contains(device)).count() as u64
        }
        Counted::Silent(since) => {
            let devices = asked.town.devices()?.into_iter();
            devices.filter(|device| device.revoked.is_none() && device.seen.unwrap_or(device.enrolled) < since).count()
                as u64
        }
    })
}
