//! The pages, one module a room of the console.
//!
//! Floor: console. Invariant: each reads through services and writes through `Asked`.

pub(crate) mod account;
pub(crate) mod accountability;
pub(crate) mod alerts;
pub(crate) mod areas;
pub(crate) mod audit;
pub(crate) mod conflicts;
pub(crate) mod coverage;
pub(crate) mod devices;
pub(crate) mod exports;
pub(crate) mod households;
pub(crate) mod import_words;
pub(crate) mod imports;
pub(crate) mod moves;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod reviews;
pub(crate) mod settings;
pub(crate) mod today;
pub(crate) mod work;

use qiaomen_core::record::Time;

use super::{Asked, Trouble};

/// What is counted for [`today`], and listed elsewhere.
pub(crate) enum Counted {
    /// Fields that show several values.
    Conflicts,
    /// Phones that have refused records.
    Refused,
    /// Phones that have not been heard from since then.
    Silent(Time),
}

/// How many there are of them that whoever asks may see.
pub(crate) fn counted(asked: &Asked<'_>, what: Counted) -> Result<u64, Trouble> {
    Ok(match what {
        Counted::Conflicts => crate::amend::conflicts::count(asked.town, asked.person)? as u64,
        Counted::Refused => devices::refused(asked)?.len() as u64,
        Counted::Silent(since) => {
            asked.town.devices()?.iter().filter(|device| devices::is_silent(device, since)).count() as u64
        }
    })
}
