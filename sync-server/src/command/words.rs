//! What commands that take texts, days and words of a list have in common.
//!
//! Floor: sync-server, command. Invariant: what is wrong is said with the option that it stands in, and what to write.

use std::path::Path;

use qiaomen_core::record::word::Word;
use qiaomen_core::record::{Day, FraudKind};

use super::output::Failure;
use crate::settings::SettingError;

/// The most bytes of a script or a reminder, as their records have it.
const MOST: usize = 6000;

/// What to tell where something was not set, in so far as a command has nothing better to say.
pub(super) fn not_set(error: SettingError) -> Failure {
    match error {
        SettingError::Invalid(invalid) => Failure::usage(format!("not written: {invalid}")),
        SettingError::Playbook(error) => Failure::usage(format!("the playbook is wrong at {error}")),
        SettingError::Denied => {
            Failure::usage("the role of the person that --as names may not do this here; name somebody else")
        }
        SettingError::Store(error) => error.into(),
        error => Failure::usage(error),
    }
}

/// A known kind of fraud; `place` names where it was written.
pub(super) fn kind_of_fraud(place: &str, text: &str) -> Result<FraudKind, Failure> {
    known(place, text, FraudKind::KNOWN)
}

/// One of a list of words; `place` names where it was written.
pub(super) fn known<W: Word>(place: &str, text: &str, all: &[W]) -> Result<W, Failure> {
    let word = W::from_word(text);
    if word.is_known() {
        return Ok(word);
    }
    let words: Vec<&str> = all.iter().map(Word::word).collect();
    Err(Failure::usage(format!("{place}: write one of {}", words.join(", "))))
}

/// A day of the command line; `option` names where it was written.
pub(super) fn day(option: &str, text: &str) -> Result<Day, Failure> {
    text.parse().map_err(|_| Failure::usage(format!("{option}: write a day such as 2026-05-01")))
}

/// The words in a file or, called -, in standard input: its lines end as they do here, without blank ones at the end.
pub(super) fn file(path: &Path) -> Result<String, Failure> {
    let text = super::playbook::read(path)?;
    Ok(text.replace("\r\n", "\n").trim_end().to_owned())
}

/// That a title and a body can be kept.
pub(super) fn checked(title: &str, body: &str) -> Result<(), Failure> {
    if title.trim().is_empty() || title.len() > 200 || title.contains(char::is_control) {
        return Err(Failure::usage("--title: write one line of at most 200 bytes"));
    }
    if body.trim().is_empty() {
        return Err(Failure::usage("there are no words in it; write what is to be said"));
    }
    if body.len() > MOST {
        return Err(Failure::usage(format!(
            "the text has {} bytes and may have {MOST}, about {} Chinese characters; shorten it",
            body.len(),
            MOST / 3
        )));
    }
    Ok(())
}
