//! What a town sets, for whoever asks: the command line and the console call the same functions.
//!
//! Floor: sync-server, above `report`, `intake` and `author`, below the commands; knows nothing of HTTP, HTML or SQL.
//! Invariants: everything set is a record by the person in whose name it is set, judged by the one permission table;
//! what is set is what a phone reckons with after its next exchange; nothing is taken out, what is over is marked.

pub mod duties;
pub mod integrations;
pub mod phases;
pub mod playbook;
pub mod pledge_texts;
pub mod reminders;
pub mod routing;
pub mod scripts;
pub mod webhooks;

use qiaomen_core::playbook::PlaybookError;
use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::{DocumentId, Invalid, Kind, PersonId, Random, Record, Scope, Time};

use crate::accept::AcceptError;
use crate::access::{self, Asker};
use crate::author::{AuthorError, Draft, Written};
use crate::store::{StoreError, StoredDocument};
use crate::town::Town;

/// Why nothing was set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    /// It does not hold together: the field, and what is wrong with it.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The playbook cannot be read: the place, and what to write there.
    #[error(transparent)]
    Playbook(#[from] PlaybookError),
    /// They hold no role in which they could set this.
    #[error("this person holds no role that may set this")]
    Denied,
    /// There is no such thing.
    #[error("there is no such setting")]
    Unknown,
    /// It is over, called off, retired or taken back already.
    #[error("this is over already")]
    Over,
    /// It would begin, or end, in the past.
    #[error("this moment has passed")]
    Past,
    /// There is one already: of this version, or for the same person at the same time.
    #[error("there is one already")]
    Taken,
    /// Whoever is named could not do it.
    #[error("this person holds no role in which they could do it")]
    Unable(PersonId),
    /// Nothing was named that is to be set.
    #[error("nothing is to be set")]
    Nothing,
    /// The server did not take it, for a reason with this code.
    #[error("not accepted: {0}")]
    Refused(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AuthorError> for SettingError {
    fn from(error: AuthorError) -> Self {
        match error {
            AuthorError::Store(error) | AuthorError::Accept(AcceptError::Store(error)) => Self::Store(error),
            AuthorError::Accept(AcceptError::Rejected(_)) => Self::Store(StoreError::Conflict),
            AuthorError::Unknown => Self::Unknown,
            AuthorError::Document(error) => Self::Refused(error.to_string()),
        }
    }
}

/// Whether somebody may set things of this kind for the town.
///
/// # Errors
/// As the store.
pub fn may_set(town: &Town, person: PersonId, kind: &Kind) -> Result<bool, StoreError> {
    let standing = town.store().standing(person)?;
    access::may_create_in(&**town.store(), Asker::Person(&standing), kind, Scope::Town, None)
}

/// Writes new records; all of them must hold together and be accepted.
fn create(
    town: &Town,
    by: PersonId,
    records: Vec<Record>,
    now: Time,
    random: &mut dyn Random,
) -> Result<Vec<DocumentId>, SettingError> {
    let mut drafts = Vec::with_capacity(records.len());
    let mut made = Vec::with_capacity(records.len());
    for record in records {
        record.validate()?;
        let id = DocumentId::fresh(now, random);
        made.push(id);
        drafts.push(Draft::Create { id, record: Box::new(record), scope: Scope::Town });
    }
    write(town, by, drafts, now, random)?;
    Ok(made)
}

/// Writes one new record.
fn create_one(
    town: &Town,
    by: PersonId,
    record: impl Into<Record>,
    now: Time,
    random: &mut dyn Random,
) -> Result<DocumentId, SettingError> {
    let made = create(town, by, vec![record.into()], now, random)?;
    made.first().copied().ok_or(SettingError::Nothing)
}

/// An edit of what changed between two states of a record.
fn changed(id: DocumentId, before: impl Into<Record>, after: impl Into<Record>) -> Result<Draft, SettingError> {
    let after = after.into();
    after.validate()?;
    Ok(Draft::Edit { id, edits: before.into().fields().difference(&after.fields()) })
}

fn write(
    town: &Town,
    by: PersonId,
    drafts: Vec<Draft>,
    now: Time,
    random: &mut dyn Random,
) -> Result<(), SettingError> {
    let author = town.author(by, now, random)?;
    let written = author.lock().write(drafts, now, random)?;
    for written in written {
        match written {
            Written::Nothing | Written::Verdict(Verdict::Accepted { .. }) => {}
            Written::Verdict(Verdict::Refused(refusal) | Verdict::Held(refusal)) => {
                return Err(match refusal.code.as_str() {
                    "not_permitted" | "role_not_held" | "field_not_covered" => SettingError::Denied,
                    code => SettingError::Refused(code.to_owned()),
                });
            }
            Written::Verdict(Verdict::DependsOnRefused) => {
                return Err(SettingError::Refused("depends_on_refused".to_owned()));
            }
        }
    }
    Ok(())
}

/// The records of a table, as far as `pick` takes them.
fn read<T>(
    town: &Town,
    table: &str,
    pick: impl Fn(Record) -> Option<T>,
) -> Result<Vec<(StoredDocument, T)>, StoreError> {
    let rows = town.rows(table)?.into_iter();
    Ok(rows.filter_map(|row| row.record(table).and_then(&pick).map(|record| (row.document, record))).collect())
}

/// The last accepted first, as phones have it.
fn last_first<T>(found: &mut [(StoredDocument, T)]) {
    found.sort_by_key(|(stored, _)| std::cmp::Reverse((stored.acceptance, stored.id)));
}
