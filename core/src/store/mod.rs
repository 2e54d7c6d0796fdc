//! The phone's store: one encrypted SQLite file.
//!
//! Floor: store; knows documents, their rows and the wire's types, nothing of HTTP. Invariants:
//!
//! - the file is SQLCipher's under a key that the caller gives and that is never written down;
//! - what a person saves is one transaction: the change, its place in the outbox, its rows;
//! - what the server answers is one transaction: verdicts, page, cursor;
//! - a file that does not open is left as it is; only [`Store::put_aside`] moves it, and nothing deletes it;
//! - no actor is used after the process that drew it, nor after a verdict other than accepted, so that a
//!   phone restored from a backup never repeats (document, actor, seq).
//!
//! # Tables
//!
//! `document` has one row a record: what the server says of it, its sync mark, and all its confirmed changes
//! in one framed `body`; `birth` is the scope it was written in, empty where that is its scope, null where there is
//! nothing to show of it. `outbox` has one row for each own change that the server has not accepted. The rows
//! that lists are answered from stand in a table for each of [`TABLES`](crate::projection::TABLES), under the
//! document's `record` number; they are derived and are made anew when their shape changes. `quarantine` has
//! what was refused, `aside` documents that could not be applied, `draft` what is not finished, `form` what is being typed, `point` the
//! log's roots that were seen, `departure` where documents were last taken out of a scope, `notified` what its person
//! was told.

mod again;
mod body;
mod books;
mod cases;
mod common;
mod document;
mod draft;
mod error;
mod flat;
mod form;
mod meta;
mod notified;
mod outbox;
mod page;
mod quarantine;
mod query;
mod rejoin;
mod rows;
mod schema;
mod scope;
mod verdict;
mod write;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

pub use document::Mark;
pub use draft::Draft;
pub use error::StoreError;
pub use meta::{Identity, Pace};
pub use page::Taken;
pub use quarantine::Quarantined;
pub use query::{Aside, Facts, Snapshot, SnapshotDocument};

pub(crate) use cases::CaseFile;
pub(crate) use meta::{DutyMode, Phase, Standing, WakeTest};
pub(crate) use outbox::{Choice, Stays, Unsent};
pub(crate) use query::{FOLDED, case_tables};
pub(crate) use write::Author;

use crate::record::{ActorId, Random, Time};

/// The phone's store.
pub struct Store {
    connection: Connection,
    /// The actor of this process's next change; none where the next change draws a fresh one.
    actor: Option<ActorId>,
    cases: cases::Cases,
    books: books::KeptBooks,
    /// Fails the taking of a page after so many documents.
    #[cfg(test)]
    pub(crate) fail_after: Option<usize>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Store")
    }
}

impl Store {
    /// Opens the store at `path`, or makes it there.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] for a wrong key or a damaged file, [`StoreError::Newer`] for one that a
    /// newer version wrote; the file is left as it is.
    pub fn open(path: &Path, key: &[u8; 32]) -> Result<Self, StoreError> {
        let mut connection = Connection::open(path)?;
        schema::unlock(&connection, key)?;
        let cases = cases::Cases::listen(&mut connection)?;
        let mut store = Self {
            connection,
            actor: None,
            cases,
            books: books::KeptBooks::default(),
            #[cfg(test)]
            fail_after: None,
        };
        schema::migrate(&mut store.connection)?;
        store.restore_rows()?;
        Ok(store)
    }

    /// Moves a store that does not open out of the way and returns where to. Nothing is deleted.
    ///
    /// # Errors
    /// [`StoreError::File`] when the file system does not let it.
    pub fn put_aside(path: &Path, now: Time) -> Result<PathBuf, StoreError> {
        let named = |suffix: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            PathBuf::from(name)
        };
        let mark = format!(".aside-{}", now.millis());
        for suffix in ["-wal", "-shm", ""] {
            let from = named(suffix);
            if from.exists() {
                std::fs::rename(&from, named(&format!("{mark}{suffix}"))).map_err(|_| StoreError::File)?;
            }
        }
        Ok(named(&mark))
    }

    /// The actor of the next change; drawn afresh where the last one may not be used again.
    fn actor(&mut self, now: Time, random: &mut dyn Random) -> ActorId {
        *self.actor.get_or_insert_with(|| ActorId::fresh(now, random))
    }

    /// The value of a pragma, for checks.
    ///
    /// # Errors
    /// As SQLite's.
    pub fn pragma(&self, name: &str) -> Result<String, StoreError> {
        let value = self.connection.pragma_query_value(None, name, |row| {
            row.get_ref(0).map(|value| match value {
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                _ => String::new(),
            })
        })?;
        Ok(value)
    }
}
