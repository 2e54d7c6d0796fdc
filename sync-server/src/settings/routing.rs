//! Where alerts of each level go first, and how soon to the next (Q4, L11).
//!
//! Floor: sync-server, settings. Invariants: what is not named stays as it is in force; each setting is a record of its
//! own and the last counts, so that what was in force when an alert came can be told later.

use std::collections::BTreeSet;

use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{FirstHands, Level, PersonId, Random, Record, Routing, Time};
use serde::Serialize;

use super::{SettingError, create_one, read};
use crate::intake::Settings;
use crate::store::StoreError;
use crate::town::Town;

/// What is to be set for a level; what is absent stays as it is.
#[derive(Clone, Debug)]
pub struct Change {
    /// The level.
    pub level: Level,
    /// Who goes first.
    pub first: Option<FirstHands>,
    /// After how many minutes the deputy is offered an alert that nobody took.
    pub deputy_minutes: Option<i64>,
    /// After how many minutes the team's head is.
    pub head_minutes: Option<i64>,
    /// After how many minutes the supervisor is to telephone.
    pub telephone_minutes: Option<i64>,
}

/// A setting, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The level.
    pub level: Level,
    /// Who goes first.
    pub first: FirstHands,
    /// After how many minutes the deputy is offered an alert that nobody took.
    pub deputy_minutes: i64,
    /// After how many minutes the team's head is.
    pub head_minutes: i64,
    /// After how many minutes the supervisor is to telephone.
    pub telephone_minutes: i64,
    /// Whether the town has set it.
    pub own: bool,
}

/// What is in force, the highest level first.
///
/// # Errors
/// As the store.
pub fn list(town: &Town) -> Result<Vec<Line>, StoreError> {
    let own: BTreeSet<Level> = read(town, "routing", |record| match record {
        Record::Routing(routing) => Some(routing.level),
        _ => None,
    })?
    .into_iter()
    .map(|(_, level)| level)
    .collect();
    let settings = Settings::read(town)?;
    let mut lines: Vec<Line> = settings
        .all()
        .filter(|routing| routing.level.is_known())
        .map(|routing| Line {
            level: routing.level.clone(),
            first: routing.first.clone(),
            deputy_minutes: routing.deputy_minutes,
            head_minutes: routing.head_minutes,
            telephone_minutes: routing.telephone_minutes,
            own: own.contains(&routing.level),
        })
        .collect();
    lines.reverse();
    Ok(lines)
}

/// What would be in force after a change, whether or not it holds together.
///
/// # Errors
/// [`SettingError::Nothing`] where nothing is named, [`SettingError::Unknown`] for a level of a newer version, or as the
/// store.
pub fn proposed(town: &Town, change: &Change) -> Result<Routing, SettingError> {
    let Change { level, first, deputy_minutes, head_minutes, telephone_minutes } = change;
    if first.is_none() && [deputy_minutes, head_minutes, telephone_minutes].iter().all(|minutes| minutes.is_none()) {
        return Err(SettingError::Nothing);
    }
    let before = Settings::read(town)?.of(level).cloned().ok_or(SettingError::Unknown)?;
    Ok(Routing {
        level: level.clone(),
        first: first.clone().unwrap_or(before.first),
        deputy_minutes: deputy_minutes.unwrap_or(before.deputy_minutes),
        head_minutes: head_minutes.unwrap_or(before.head_minutes),
        telephone_minutes: telephone_minutes.unwrap_or(before.telephone_minutes),
    })
}

/// Sets where alerts of a level go first, and how long nobody may take them before the next is told.
///
/// # Errors
/// As [`proposed`]; [`SettingError::Invalid`] with the field, where the minutes do not follow on one another;
/// [`SettingError::Denied`].
pub fn set(
    town: &Town,
    by: PersonId,
    change: &Change,
    now: Time,
    random: &mut dyn Random,
) -> Result<Line, SettingError> {
    let routing = proposed(town, change)?;
    create_one(town, by, routing, now, random)?;
    list(town)?.into_iter().find(|line| line.level == change.level).ok_or(SettingError::Unknown)
}
