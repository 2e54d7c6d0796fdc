//! New tricks, and what every worker is reminded of (P6).
//!
//! Floor: sync-server, settings. Invariant: a reminder that is over is marked and stays, so that what workers were told
//! can be looked up.

use qiaomen_core::record::{DocumentId, FraudKind, PersonId, Random, Record, Reminder, Time};
use serde::Serialize;

use super::{SettingError, changed, create_one, read, write};
use crate::store::StoreError;
use crate::town::Town;

/// A reminder to be shown from now on.
#[derive(Clone, Debug)]
pub struct New {
    /// What it is called.
    pub title: String,
    /// What it says.
    pub body: String,
    /// The kind of fraud that it is about.
    pub fraud: Option<FraudKind>,
    /// Until when; for good if absent.
    pub until: Option<Time>,
}

/// A reminder, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The reminder.
    pub id: DocumentId,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub body: String,
    /// The kind of fraud that it is about.
    pub kind: Option<FraudKind>,
    /// Since when.
    pub at: Time,
    /// Until when; for good if absent.
    pub until: Option<Time>,
    /// Whether it was taken back.
    pub withdrawn: bool,
    /// Whether phones show it now.
    pub on: bool,
}

impl Line {
    fn of(id: DocumentId, reminder: Reminder, now: Time) -> Self {
        let on = reminder.is_on(now);
        let Reminder { title, body, fraud, at, until, withdrawn } = reminder;
        Self { id, title, body, kind: fraud, at, until, withdrawn, on }
    }
}

/// The reminders that phones show now, or all there ever were; the newest first.
///
/// # Errors
/// As the store.
pub fn list(town: &Town, all: bool, now: Time) -> Result<Vec<Line>, StoreError> {
    let mut lines: Vec<Line> = reminders(town)?.into_iter().map(|(id, reminder)| Line::of(id, reminder, now)).collect();
    lines.retain(|line| all || line.on);
    Ok(lines)
}

/// Tells every worker.
///
/// # Errors
/// [`SettingError::Past`] where it would be over already, [`SettingError::Invalid`], [`SettingError::Denied`], or as the
/// store.
pub fn add(town: &Town, by: PersonId, new: New, now: Time, random: &mut dyn Random) -> Result<Line, SettingError> {
    let New { title, body, fraud, until } = new;
    if until.is_some_and(|until| until <= now) {
        return Err(SettingError::Past);
    }
    let reminder = Reminder { title, body, fraud, at: now, until, withdrawn: false };
    let id = create_one(town, by, reminder.clone(), now, random)?;
    Ok(Line::of(id, reminder, now))
}

/// Takes a reminder back.
///
/// # Errors
/// [`SettingError::Unknown`], [`SettingError::Over`], [`SettingError::Denied`], or as the store.
pub fn end(
    town: &Town,
    by: PersonId,
    id: DocumentId,
    now: Time,
    random: &mut dyn Random,
) -> Result<Line, SettingError> {
    let found = reminders(town)?.into_iter().find(|(other, _)| *other == id);
    let (_, before) = found.ok_or(SettingError::Unknown)?;
    if before.withdrawn || before.until.is_some_and(|until| until <= now) {
        return Err(SettingError::Over);
    }
    let after = Reminder { withdrawn: true, ..before.clone() };
    write(town, by, vec![changed(id, before, after.clone())?], now, random)?;
    Ok(Line::of(id, after, now))
}

/// All, the newest first.
fn reminders(town: &Town) -> Result<Vec<(DocumentId, Reminder)>, StoreError> {
    let found = read(town, "reminder", |record| match record {
        Record::Reminder(reminder) => Some(reminder),
        _ => None,
    })?;
    let mut found: Vec<_> = found.into_iter().map(|(stored, reminder)| (stored.id, reminder)).collect();
    found.sort_by_key(|(id, reminder)| std::cmp::Reverse((reminder.at, *id)));
    Ok(found)
}
