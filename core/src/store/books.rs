//! The town's playbooks from rows, kept between one reckoning and the next.
//!
//! Floor: store. Invariants: what is kept is what the rows say now: which rulebooks there are, and how far the server has
//! them, is asked for each time, and all is read again where that has changed; a rulebook itself is never edited.

use std::sync::Arc;

use rusqlite::Connection;

use super::{Store, StoreError};
use crate::playbook::Books;
use crate::playbook::books::Entry;
use crate::record::{DocumentId, Rulebook, Time};

/// A rulebook's document, and the number under which the server accepted it.
type Known = ([u8; 16], Option<u64>);

/// Which rulebooks there were, and what was made of them.
#[derive(Debug, Default)]
pub(super) struct KeptBooks {
    known: Vec<Known>,
    books: Option<Arc<Books>>,
}

impl Store {
    /// The town's playbooks, as the rows say now.
    pub(crate) fn books(&mut self) -> Result<Arc<Books>, StoreError> {
        let known = known(&self.connection)?;
        if self.books.known == known
            && let Some(books) = &self.books.books
        {
            return Ok(books.clone());
        }
        let books = Arc::new(Books::of(read(&self.connection)?));
        self.books = KeptBooks { known, books: Some(books.clone()) };
        Ok(books)
    }
}

fn known(connection: &Connection) -> Result<Vec<Known>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT document.id, document.acceptance FROM rulebook CROSS JOIN document USING(record) ORDER BY document.id",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, acceptance(row, 1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(connection: &Connection) -> Result<Vec<Entry>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT document.id, document.acceptance, version, rules, \"from\", reason
         FROM rulebook CROSS JOIN document USING(record)",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (version, rules): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
        let from: Option<i64> = row.get(4)?;
        // One that lacks what it must have is no record, as everywhere.
        let (Some(version), Some(rules), Some(from)) = (version, rules, from) else { continue };
        let rulebook = Rulebook { version, rules, from: Time::from_millis(from), reason: row.get(5)? };
        let id = DocumentId::from_bytes(row.get(0)?);
        found.push(Entry { id, acceptance: acceptance(row, 1)?, rulebook });
    }
    Ok(found)
}

fn acceptance(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Option<u64>> {
    Ok(row.get::<_, Option<i64>>(at)?.and_then(|number| u64::try_from(number).ok()))
}
