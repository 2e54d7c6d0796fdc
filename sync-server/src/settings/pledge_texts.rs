//! What residents sign (L1).
//!
//! Floor: sync-server, settings. Invariants: which text is signed is core's to say, as on the phones; a text never changes
//! once it is there, so that what a pledge names can be read for good.

use qiaomen_core::record::{DocumentId, Language, PersonId, PledgeText, Random, Record, Time};
use qiaomen_core::script::pledge::{self, Shown};
use serde::Serialize;

use super::{SettingError, changed, create_one, last_first, read, write};
use crate::store::StoreError;
use crate::town::Town;

/// A text to be signed.
#[derive(Clone, Debug)]
pub struct New {
    /// In which language.
    pub language: Language,
    /// What it is called.
    pub title: String,
    /// What is pledged, a line a promise.
    pub body: String,
    /// Which edition it is; the next one of its language if absent.
    pub version: Option<i64>,
    /// From when it is signed; from now on if absent.
    pub from: Option<Time>,
}

/// A text of the town's own, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The text; a pledge names it as its `template`.
    pub id: DocumentId,
    /// In which language.
    pub language: Language,
    /// What it is called.
    pub title: String,
    /// What is pledged, a line a promise.
    pub body: String,
    /// Which edition it is.
    pub version: i64,
    /// From when it is signed.
    pub from: Time,
    /// Whether it is signed no more.
    pub retired: bool,
    /// Whether it is the one that phones show now.
    pub shown: bool,
}

/// The text that is signed now in a language: the town's, else the built-in one.
///
/// # Errors
/// [`SettingError::Unknown`] where this program lacks its own; as the store.
pub fn shown(town: &Town, language: &Language, now: Time) -> Result<Shown, SettingError> {
    pledge::shown(language, &own(town)?, now).ok_or(SettingError::Unknown)
}

/// The town's own texts, the last accepted first; retired ones among them.
///
/// # Errors
/// As the store.
pub fn own(town: &Town) -> Result<Vec<(DocumentId, PledgeText)>, StoreError> {
    let mut found = read(town, "pledge_text", |record| match record {
        Record::PledgeText(text) => Some(text),
        _ => None,
    })?;
    last_first(&mut found);
    Ok(found.into_iter().map(|(stored, text)| (stored.id, text)).collect())
}

/// The town's own texts as they are listed, the last accepted first.
///
/// # Errors
/// As the store.
pub fn list(town: &Town, all: bool, now: Time) -> Result<Vec<Line>, StoreError> {
    let own = own(town)?;
    Ok(own.iter().filter(|(_, text)| all || !text.retired).map(|one| line(one, &own, now)).collect())
}

fn line(one: &(DocumentId, PledgeText), own: &[(DocumentId, PledgeText)], now: Time) -> Line {
    let (id, text) = one;
    let shown = pledge::shown(&text.language, own, now).is_some_and(|shown| shown.template == id.to_string());
    let PledgeText { language, title, body, version, from, retired } = text.clone();
    Line { id: *id, language, title, body, version, from, retired, shown }
}

/// Gives the town a text of its own.
///
/// # Errors
/// [`SettingError::Taken`] where the language has this edition already, [`SettingError::Invalid`],
/// [`SettingError::Denied`], or as the store.
pub fn add(town: &Town, by: PersonId, new: New, now: Time, random: &mut dyn Random) -> Result<Line, SettingError> {
    let New { language, title, body, version, from } = new;
    let mut there = own(town)?;
    let editions = || there.iter().filter(|(_, text)| text.language == language).map(|(_, text)| text.version);
    let version = version.unwrap_or_else(|| editions().max().unwrap_or(0).saturating_add(1));
    if editions().any(|edition| edition == version) {
        return Err(SettingError::Taken);
    }
    let text = PledgeText { language, title, body, version, from: from.unwrap_or(now), retired: false };
    let id = create_one(town, by, text.clone(), now, random)?;
    there.insert(0, (id, text.clone()));
    Ok(line(&(id, text), &there, now))
}

/// Has a text signed no more: the one before it is again, or the built-in one.
///
/// # Errors
/// [`SettingError::Unknown`], [`SettingError::Over`], [`SettingError::Denied`], or as the store.
pub fn retire(
    town: &Town,
    by: PersonId,
    id: DocumentId,
    now: Time,
    random: &mut dyn Random,
) -> Result<Line, SettingError> {
    let there = own(town)?;
    let (_, before) = there.iter().find(|(other, _)| *other == id).cloned().ok_or(SettingError::Unknown)?;
    if before.retired {
        return Err(SettingError::Over);
    }
    let after = PledgeText { retired: true, ..before.clone() };
    write(town, by, vec![changed(id, before, after.clone())?], now, random)?;
    Ok(line(&(id, after), &own(town)?, now))
}
