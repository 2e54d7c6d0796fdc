//! Records that a supervisor puts right with a reason: doors that are one and the same, fields with several values.
//!
//! Floor: sync-server, beside `report` and `intake`, above `author` and `town`; knows nothing of HTTP or SQL.
//! Invariants: everything written is an ordinary change by the supervisor themselves, judged by the same table as a
//! phone's, with a record of why beside it; what somebody may not do is not offered to them, and refused before anything is
//! written; what an undoing needs stands in documents.

pub mod conflicts;
pub mod merge;
mod rights;

use qiaomen_core::document::DocumentError;
use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::{Address, DocumentId, Invalid, Kind, PersonId, Random, Record, Time, Visit};
use serde::Serialize;

use crate::access::SYSTEM;
use crate::author::{AuthorError, Draft, Written};
use crate::store::StoreError;
use crate::town::Town;

/// Why nothing was put right.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AmendError {
    /// They may not.
    #[error("only a supervisor of its area may do this")]
    NotPermitted,
    /// There is no such record, or no such value any more.
    #[error("there is no such record")]
    Unknown,
    /// Somebody wrote to it since they looked.
    #[error("it has changed since it was looked at")]
    MovedOn,
    /// The door was merged already, or says that it is none.
    #[error("the door was merged already, or does not exist")]
    NoDoor,
    /// The door that it was merged into was merged itself since: that has to be undone first.
    #[error("the door that it was merged into was merged itself since")]
    Later,
    /// It does not hold together.
    #[error("{0}")]
    Invalid(Invalid),
    /// The server did not accept what was written.
    #[error("it was not accepted: {0}")]
    Refused(String),
    /// It could not be written.
    #[error(transparent)]
    Author(AuthorError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AuthorError> for AmendError {
    fn from(error: AuthorError) -> Self {
        match error {
            AuthorError::Document(DocumentError::Invalid(invalid)) => Self::Invalid(invalid),
            AuthorError::Store(error) => Self::Store(error),
            AuthorError::Unknown => Self::Unknown,
            other => Self::Author(other),
        }
    }
}

impl From<Invalid> for AmendError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// How many to pass over.
    pub skip: usize,
    /// How many to show.
    pub take: usize,
}

/// A page of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Listed<T> {
    /// How many there are.
    pub total: usize,
    /// How many were passed over.
    pub skip: usize,
    /// The lines.
    pub list: Vec<T>,
}

impl Page {
    fn of<T>(self, all: Vec<T>) -> Listed<T> {
        let total = all.len();
        Listed { total, skip: self.skip, list: all.into_iter().skip(self.skip).take(self.take).collect() }
    }
}

/// Somebody, as others know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Who {
    /// Who.
    pub person: PersonId,
    /// Their name; none for the server itself, and for whoever is not known.
    pub name: Option<String>,
}

/// Somebody by their name.
fn who(town: &Town, person: PersonId) -> Result<Who, StoreError> {
    let name = if person == SYSTEM { None } else { named(town, person.into())?.map(|(_, name)| name) };
    Ok(Who { person, name })
}

/// A record's kind, and what people call it: a door by its address, a visit by its door's; none for what there is not.
fn named(town: &Town, id: DocumentId) -> Result<Option<(Kind, String)>, StoreError> {
    let mut at = id;
    let mut kind = None;
    // A review is of a visit, which is of a door.
    for _ in 0..4 {
        let Some((stored, document)) = town.document(at)? else { break };
        let kind = kind.get_or_insert(stored.kind).clone();
        let Ok(record) = document.record() else { return Ok(Some((kind, String::new()))) };
        let next = match record {
            Record::Household(household) => return Ok(Some((kind, address(&household.address)))),
            Record::Area(area) => return Ok(Some((kind, area.name))),
            Record::Person(person) => return Ok(Some((kind, person.name))),
            Record::Unit(unit) => return Ok(Some((kind, unit.name))),
            Record::Alert(alert) => return Ok(Some((kind, alert.name))),
            Record::Script(script) => return Ok(Some((kind, script.title))),
            Record::Reminder(reminder) => return Ok(Some((kind, reminder.title))),
            Record::Duty(duty) => duty.area.into(),
            Record::Question(question) => question.alert.into(),
            Record::Visit(Visit { household: Some(household), .. }) => household.into(),
            other => match other.subject() {
                Some(subject) => subject.document(),
                None => return Ok(Some((kind, String::new()))),
            },
        };
        at = next;
    }
    Ok(kind.map(|kind| (kind, String::new())))
}

/// An address on one line: group, building, unit, floor and room, house number.
#[must_use]
pub fn address(address: &Address) -> String {
    let floor = address.floor.map(|floor| floor.to_string());
    let parts = [&address.group, &address.building, &address.unit, &floor, &address.room, &address.number];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("-")
}

/// Writes as `by`, and says how many of the drafts changed something.
fn write(
    town: &Town,
    by: PersonId,
    drafts: Vec<Draft>,
    now: Time,
    random: &mut dyn Random,
) -> Result<usize, AmendError> {
    let author = town.author(by, now, random)?;
    let written = author.lock().write(drafts, now, random)?;
    for one in &written {
        match one {
            Written::Nothing | Written::Verdict(Verdict::Accepted { .. }) => {}
            Written::Verdict(Verdict::Refused(refusal) | Verdict::Held(refusal)) => {
                return Err(AmendError::Refused(refusal.code.clone()));
            }
            Written::Verdict(_) => return Err(AmendError::Refused("depends_on_refused".to_owned())),
        }
    }
    Ok(written.iter().filter(|one| **one != Written::Nothing).count())
}
