//! The phases of the town's campaigns (P1).
//!
//! Floor: sync-server, settings. Invariants: a phase is called off and not taken out; phases may overlap, as campaigns
//! do; reports are cut by what the phase says now.

use qiaomen_core::record::{DocumentId, PersonId, Phase, Random, Time};

use super::{SettingError, changed, create_one, write};
use crate::report::phases::{PhaseLine, phases};
use crate::store::StoreError;
use crate::town::Town;

/// A phase to be.
#[derive(Clone, Debug)]
pub struct New {
    /// What the campaign is called.
    pub campaign: String,
    /// What the phase is called.
    pub name: String,
    /// Its first instant.
    pub from: Time,
    /// The first instant after it.
    pub to: Time,
    /// What is to be done in it.
    pub note: Option<String>,
}

/// What is to be changed of a phase; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What the campaign is called.
    pub campaign: Option<String>,
    /// What the phase is called.
    pub name: Option<String>,
    /// Its first instant.
    pub from: Option<Time>,
    /// The first instant after it.
    pub to: Option<Time>,
    /// What is to be done in it; an empty text takes the note out.
    pub note: Option<String>,
}

/// The phases, the first to begin first; those that were called off too where all are asked for.
///
/// # Errors
/// As the store.
pub fn list(town: &Town, all: bool) -> Result<Vec<PhaseLine>, StoreError> {
    let mut found = phases(town)?;
    found.retain(|line| all || !line.cancelled);
    Ok(found)
}

/// Adds a phase.
///
/// # Errors
/// [`SettingError::Invalid`], [`SettingError::Denied`], or as the store.
pub fn add(town: &Town, by: PersonId, new: New, now: Time, random: &mut dyn Random) -> Result<PhaseLine, SettingError> {
    let New { campaign, name, from, to, note } = new;
    let phase = Phase { campaign, name, from, to, note, cancelled: false };
    let id = create_one(town, by, phase.clone(), now, random)?;
    Ok(PhaseLine::of(id, &phase))
}

/// Changes a phase that was not called off.
///
/// # Errors
/// [`SettingError::Unknown`], [`SettingError::Over`], [`SettingError::Invalid`], [`SettingError::Denied`], or as the store.
pub fn change(
    town: &Town,
    by: PersonId,
    id: DocumentId,
    change: Change,
    now: Time,
    random: &mut dyn Random,
) -> Result<PhaseLine, SettingError> {
    let before = running(town, id)?;
    let Change { campaign, name, from, to, note } = change;
    let after = Phase {
        campaign: campaign.unwrap_or_else(|| before.campaign.clone()),
        name: name.unwrap_or_else(|| before.name.clone()),
        from: from.unwrap_or(before.from),
        to: to.unwrap_or(before.to),
        note: note.map_or_else(|| before.note.clone(), |note| Some(note).filter(|note| !note.trim().is_empty())),
        cancelled: false,
    };
    write(town, by, vec![changed(id, before, after.clone())?], now, random)?;
    Ok(PhaseLine::of(id, &after))
}

/// Calls a phase off: no report is cut by it any more.
///
/// # Errors
/// [`SettingError::Unknown`], [`SettingError::Over`], [`SettingError::Denied`], or as the store.
pub fn cancel(
    town: &Town,
    by: PersonId,
    id: DocumentId,
    now: Time,
    random: &mut dyn Random,
) -> Result<PhaseLine, SettingError> {
    let before = running(town, id)?;
    let after = Phase { cancelled: true, ..before.clone() };
    write(town, by, vec![changed(id, before, after.clone())?], now, random)?;
    Ok(PhaseLine::of(id, &after))
}

/// A phase that was not called off.
fn running(town: &Town, id: DocumentId) -> Result<Phase, SettingError> {
    let found = phases(town)?.into_iter().find(|line| line.id == id).ok_or(SettingError::Unknown)?;
    if found.cancelled {
        return Err(SettingError::Over);
    }
    Ok(found.phase())
}
