//! What is being typed and is no record yet, and how the person wants the app to be: text under a key that the shell picks.
//!
//! Floor: store. Invariant: it is the person's alone, encrypted like everything here, and never sent.

use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};
use crate::record::Time;

impl Store {
    /// Keeps a form's text, in the place of what stood under its key.
    pub(crate) fn keep_form(&mut self, key: &str, text: &str, at: Time) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO form(key, at, text) VALUES(?, ?, ?)")?
            .execute(params![key, at.millis(), text])?;
        Ok(())
    }

    /// One form's text.
    pub(crate) fn form(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT text FROM form WHERE key = ?")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }

    /// The keys of all forms, the last kept first.
    pub(crate) fn forms(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT key FROM form ORDER BY at DESC, key")?;
        let found = statement.query_map([], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Throws a form away.
    pub(crate) fn drop_form(&mut self, key: &str) -> Result<bool, StoreError> {
        Ok(self.connection.prepare_cached("DELETE FROM form WHERE key = ?")?.execute([key])? > 0)
    }
}
