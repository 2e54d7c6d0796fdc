//! Which playbook is in force when, and by which an alert is reckoned.
//!
//! Floor: playbook. Invariants: phones and the server ask the same function and so cannot disagree once they hold the
//! same records; a version means the same rules for good: of several records that give one version other rules the
//! first that the server accepted counts; an alert is reckoned by the version it was issued under, whatever came after.

use std::collections::BTreeMap;

use super::rules::{Playbook, PlaybookError};
use crate::record::{DocumentId, Rulebook, Time};

/// A town's rulebook as it is kept: its document, and the number under which the server accepted it, once it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The document.
    pub id: DocumentId,
    /// The number under which the server accepted it.
    pub acceptance: Option<u64>,
    /// What it says.
    pub rulebook: Rulebook,
}

/// A town's rulebook that can be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    /// The document.
    pub id: DocumentId,
    /// From when it is in force.
    pub from: Time,
    /// The rules.
    pub playbook: Playbook,
}

/// The built-in playbook and a town's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Books {
    builtin: Playbook,
    /// By the time from which they are in force; of equals the one accepted last stands last.
    own: Vec<Own>,
    versions: BTreeMap<String, usize>,
    unreadable: Vec<(DocumentId, PlaybookError)>,
}

impl Default for Books {
    /// Those of a town that has none of its own.
    fn default() -> Self {
        Self { builtin: Playbook::builtin(), own: Vec::new(), versions: BTreeMap::new(), unreadable: Vec::new() }
    }
}

/// The rules of a town's rulebook.
///
/// # Errors
/// The place and the problem; that the text names another version than its record, too.
pub fn read(rulebook: &Rulebook) -> Result<Playbook, PlaybookError> {
    let playbook = Playbook::parse(&rulebook.rules)?;
    if playbook.version() == rulebook.version {
        return Ok(playbook);
    }
    Err(PlaybookError::new("version", "this is not the version that the record goes by"))
}

impl Books {
    /// The books of a town with these rulebooks, which may come in any order. One that this version cannot read is in
    /// force nowhere.
    #[must_use]
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut entries: Vec<Entry> = entries.into_iter().collect();
        entries.sort_by_key(accepted);
        let mut books = Self::default();
        let mut found: Vec<Own> = Vec::with_capacity(entries.len());
        for Entry { id, rulebook, .. } in entries {
            match read(&rulebook) {
                // Its name is taken: whoever was told the version was told the first one's rules.
                Ok(playbook) if found.iter().any(|own| own.playbook.version() == playbook.version()) => {
                    let problem = "this version is taken by one that was accepted before";
                    books.unreadable.push((id, PlaybookError::new("version", problem)));
                }
                Ok(playbook) => found.push(Own { id, from: rulebook.from, playbook }),
                Err(error) => books.unreadable.push((id, error)),
            }
        }
        // Stable: of those in force from the same instant on, the one accepted last counts.
        found.sort_by_key(|own| own.from);
        books.versions = found.iter().enumerate().map(|(at, own)| (own.playbook.version().to_owned(), at)).collect();
        books.own = found;
        books
    }

    /// The playbook in force at a moment: an alert issued then is reckoned by it for good.
    #[must_use]
    pub fn in_force(&self, at: Time) -> &Playbook {
        let after = self.own.partition_point(|own| own.from <= at);
        after.checked_sub(1).and_then(|last| self.own.get(last)).map_or(&self.builtin, |own| &own.playbook)
    }

    /// The playbook of this version; none where there is none that this version of the program can read.
    #[must_use]
    pub fn get(&self, version: &str) -> Option<&Playbook> {
        if version == self.builtin.version() {
            return Some(&self.builtin);
        }
        self.versions.get(version).and_then(|at| self.own.get(*at)).map(|own| &own.playbook)
    }

    /// The playbook by which an alert that names this version is reckoned: that version, or the built-in one where it is
    /// not known. [`knows`](Self::knows) says which.
    #[must_use]
    pub fn of_alert(&self, version: &str) -> &Playbook {
        self.get(version).unwrap_or(&self.builtin)
    }

    /// Whether this version is known.
    #[must_use]
    pub fn knows(&self, version: &str) -> bool {
        self.get(version).is_some()
    }

    /// The built-in playbook.
    #[must_use]
    pub const fn builtin(&self) -> &Playbook {
        &self.builtin
    }

    /// The town's own, by the time from which they are in force.
    #[must_use]
    pub fn own(&self) -> &[Own] {
        &self.own
    }

    /// Rulebooks that are in force nowhere, and why.
    #[must_use]
    pub fn unreadable(&self) -> &[(DocumentId, PlaybookError)] {
        &self.unreadable
    }
}

/// The order of acceptance; what the server has not seen comes last.
fn accepted(entry: &Entry) -> (bool, Option<u64>, DocumentId) {
    (entry.acceptance.is_none(), entry.acceptance, entry.id)
}
