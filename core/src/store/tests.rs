//! Ways into the store that only tests have.

use super::Store;

impl Store {
    /// Makes every write to a table fail.
    pub(crate) fn break_table(&mut self, table: &str) {
        self.connection
            .execute_batch(&format!(
                "CREATE TEMP TRIGGER broken BEFORE INSERT ON main.\"{table}\" BEGIN SELECT raise(ABORT, 'broken'); END"
            ))
            .unwrap();
    }

    /// Moves everything into the one file.
    pub(crate) fn checkpoint(&mut self) {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    }
}
