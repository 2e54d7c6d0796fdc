//! What is not finished.
//!
//! Floor: store. Invariant: a draft is the person's alone; it is no document and is never sent.

use rusqlite::{OptionalExtension, params};

use super::write::Author;
use super::{Store, StoreError, document, flat};
use crate::record::word::Word;
use crate::record::{DocumentId, Fields, Header, Kind, Record, Scope, Time};

/// Something not finished.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The identifier the record will have.
    pub id: DocumentId,
    /// What it will be.
    pub kind: Kind,
    /// Where it will be filed, where that is known.
    pub scope: Option<Scope>,
    /// When it was last saved, corrected.
    pub at: Time,
    /// What it holds so far.
    pub fields: Fields,
}

impl Draft {
    /// The record, as far as it holds together.
    ///
    /// # Errors
    /// The field that does not, and why.
    pub fn record(&self) -> Result<Record, crate::record::Invalid> {
        Record::read(&self.kind, &self.fields)
    }
}

const COLUMNS: &str = "SELECT id, kind, scope, at, fields FROM draft";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Draft, Vec<u8>)> {
    let scope: Option<Vec<u8>> = row.get(2)?;
    let draft = Draft {
        id: DocumentId::from_bytes(row.get(0)?),
        kind: Kind::from_word(row.get_ref(1)?.as_str()?),
        scope: scope.as_deref().map(document::scope_of).transpose()?,
        at: Time::from_millis(row.get(3)?),
        fields: Fields::new(),
    };
    Ok((draft, row.get(4)?))
}

fn full((draft, fields): (Draft, Vec<u8>)) -> Result<Draft, StoreError> {
    Ok(Draft { fields: flat::decode(&fields)?, ..draft })
}

impl Store {
    /// Keeps a draft, in the place of one with the same identifier.
    pub(crate) fn keep_draft(&mut self, draft: &Draft) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO draft(id, kind, scope, at, fields) VALUES(?, ?, ?, ?, ?)")?
            .execute(params![
                draft.id.bytes(),
                draft.kind.word(),
                draft.scope.map(Scope::to_bytes),
                draft.at.millis(),
                flat::encode(&draft.fields),
            ])?;
        Ok(())
    }

    /// Every draft, the newest first.
    pub(crate) fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!("{COLUMNS} ORDER BY at DESC"))?;
        let found: Vec<_> = statement.query_map([], read)?.collect::<Result<_, _>>()?;
        found.into_iter().map(full).collect()
    }

    /// One draft.
    pub(crate) fn draft(&self, id: DocumentId) -> Result<Option<Draft>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!("{COLUMNS} WHERE id = ?"))?;
        statement.query_row([id.bytes()], read).optional()?.map(full).transpose()
    }

    /// Throws a draft away.
    pub(crate) fn drop_draft(&mut self, id: DocumentId) -> Result<bool, StoreError> {
        Ok(self.connection.prepare_cached("DELETE FROM draft WHERE id = ?")?.execute([id.bytes()])? > 0)
    }

    /// Makes a record of a draft: it leaves the drafts in the transaction in which the record is saved.
    pub(crate) fn finish_draft(
        &mut self,
        header: &Header,
        fields: &Fields,
        author: &mut Author<'_>,
    ) -> Result<(), StoreError> {
        let id = header.id;
        self.create_and(header, fields, author, |connection| {
            connection.prepare_cached("DELETE FROM draft WHERE id = ?")?.execute([id.bytes()])?;
            Ok(())
        })
    }
}
