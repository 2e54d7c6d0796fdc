//! What is said at the door (Q7, P6).
//!
//! Floor: sync-server, settings. Invariants: which script is shown is core's to say, as on the phones; a script that was
//! replaced stays as it was, so that a record that names it still tells what was read out.

use qiaomen_core::record::{DocumentId, FraudKind, Language, PersonId, Random, Record, Script, Time};
use qiaomen_core::script::{self, Shown};

use super::{SettingError, changed, create_one, last_first, read, write};
use crate::store::StoreError;
use crate::town::Town;

/// A script to be used from now on.
#[derive(Clone, Debug)]
pub struct New {
    /// The kind of fraud.
    pub fraud: FraudKind,
    /// In which language.
    pub language: Language,
    /// What it is called.
    pub title: String,
    /// What is said, a line an utterance.
    pub body: String,
}

/// What is said about each kind of fraud, in one language or in all.
///
/// # Errors
/// As the store.
pub fn list(town: &Town, language: Option<&Language>) -> Result<Vec<Shown>, StoreError> {
    let own = own(town)?;
    let languages = language.map_or(Language::KNOWN, std::slice::from_ref);
    Ok(languages.iter().flat_map(|language| script::list(language, &own)).collect())
}

/// What is said about one kind; [`SettingError::Unknown`] where this program lacks its own scripts.
///
/// # Errors
/// As the store.
pub fn shown(town: &Town, fraud: &FraudKind, language: &Language) -> Result<Shown, SettingError> {
    script::shown(fraud, language, &own(town)?).ok_or(SettingError::Unknown)
}

/// The town's own scripts, the last accepted first; retired ones among them.
///
/// # Errors
/// As the store.
pub fn own(town: &Town) -> Result<Vec<(DocumentId, Script)>, StoreError> {
    let mut found = read(town, "script", |record| match record {
        Record::Script(script) => Some(script),
        _ => None,
    })?;
    last_first(&mut found);
    Ok(found.into_iter().map(|(stored, script)| (stored.id, script)).collect())
}

/// Gives the town a script of its own; it goes before the one that there was.
///
/// # Errors
/// [`SettingError::Invalid`], [`SettingError::Denied`], or as the store.
pub fn set(town: &Town, by: PersonId, new: New, now: Time, random: &mut dyn Random) -> Result<Shown, SettingError> {
    let New { fraud, language, title, body } = new;
    let script = Script { fraud: fraud.clone(), language: language.clone(), title, body, retired: false };
    create_one(town, by, script, now, random)?;
    shown(town, &fraud, &language)
}

/// Retires every script that the town has of this kind and language, which gives the built-in one back.
///
/// # Errors
/// [`SettingError::Over`] where there is none, [`SettingError::Denied`], or as the store.
pub fn retire(
    town: &Town,
    by: PersonId,
    (fraud, language): (&FraudKind, &Language),
    now: Time,
    random: &mut dyn Random,
) -> Result<Shown, SettingError> {
    let mut own = own(town)?;
    own.retain(|(_, one)| !one.retired && one.fraud == *fraud && one.language == *language);
    if own.is_empty() {
        return Err(SettingError::Over);
    }
    // All of them: else the one before the last would be shown again.
    let drafts = own.into_iter().map(|(id, before)| {
        let after = Script { retired: true, ..before.clone() };
        changed(id, before, after)
    });
    write(town, by, drafts.collect::<Result<_, _>>()?, now, random)?;
    shown(town, fraud, language)
}
