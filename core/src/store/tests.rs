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

    /// One row of about a record's size, in a transaction of its own.
    pub(crate) fn bare_insert(&mut self) {
        self.connection.execute_batch("INSERT INTO counter(name, value) VALUES(hex(randomblob(600)), 1)").unwrap();
    }

    /// Leaves the rows of doors as an older version would have computed them.
    pub(crate) fn age_rows(&mut self) {
        let older = super::schema::shape().replacen("-- version ", "-- version 0", 1);
        super::meta::set(&self.connection, "rows", &older).unwrap();
        self.connection.execute_batch("UPDATE household SET search = '', walk = ''").unwrap();
    }

    /// Moves everything into the one file.
    pub(crate) fn checkpoint(&mut self) {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    }
}
