//! What the person saves.
//!
//! Floor: store. Invariant: one transaction a record: its change, its place in the outbox, its rows.

use super::document::{self, Shown, Stored};
use super::{Store, StoreError, meta, outbox};
use crate::document::Document;
use crate::record::field::Edit;
use crate::record::{DocumentId, Fields, Header, Random, Time, Value};

/// The hour and the dice for what is written.
pub(crate) struct Author<'a> {
    /// Corrected time.
    pub(crate) now: Time,
    /// For identifiers and actors.
    pub(crate) random: &'a mut dyn Random,
}

impl Store {
    /// Saves a new record.
    pub(crate) fn create(
        &mut self,
        header: &Header,
        fields: &Fields,
        author: &mut Author<'_>,
    ) -> Result<(), StoreError> {
        self.create_and(header, fields, author, |_| Ok(()))
    }

    /// Saves a new record, and does `more` in the same transaction before it.
    pub(super) fn create_and(
        &mut self,
        header: &Header,
        fields: &Fields,
        author: &mut Author<'_>,
        more: impl FnOnce(&rusqlite::Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let actor = self.actor(author.now, author.random);
        let (_, raw) = Document::create_from(header, fields, actor, author.now)?;
        let transaction = self.connection.transaction()?;
        more(&transaction)?;
        if document::find(&transaction, header.id)?.is_some() {
            return Err(StoreError::Malformed("identifier"));
        }
        let stored = Stored {
            record: 0,
            id: header.id,
            kind: header.kind.clone(),
            scope: header.scope,
            epoch: 0,
            leaving: false,
            confirmed: Vec::new(),
        };
        let shown = Shown { header: header.clone(), fields: fields.clone(), conflicts: 0 };
        let pending = outbox::Pending {
            position: 0,
            hash: crate::document::ChangeHash::from_bytes([0; 32]),
            state: outbox::State::Waiting,
            claims: false,
            at: None,
            raw: Vec::new(),
        };
        let record = document::save(&transaction, &stored, &[pending], Some(&shown))?;
        outbox::append(&transaction, record, header.id, 0, &raw, Some(author.now))?;
        meta::count(&transaction, "recorded", 1)?;
        transaction.commit()?;
        Ok(())
    }

    /// Saves an edit; false if there was nothing to write.
    pub(crate) fn edit(&mut self, id: DocumentId, edits: &[Edit], author: &mut Author<'_>) -> Result<bool, StoreError> {
        self.change(id, author, |_| Ok(()), |document, actor, now| document.edit(edits, actor, now))
    }

    /// Settles a conflict; false if there was none and the value stands already.
    pub(crate) fn settle(
        &mut self,
        id: DocumentId,
        path: &[Box<str>],
        value: Value,
        author: &mut Author<'_>,
    ) -> Result<bool, StoreError> {
        self.change(id, author, |_| Ok(()), |document, actor, now| document.settle(path, value, actor, now))
    }

    pub(super) fn change(
        &mut self,
        id: DocumentId,
        author: &mut Author<'_>,
        more: impl FnOnce(&rusqlite::Connection) -> Result<(), StoreError>,
        write: impl FnOnce(
            &mut Document,
            crate::record::ActorId,
            Time,
        ) -> Result<Option<Vec<u8>>, crate::document::DocumentError>,
    ) -> Result<bool, StoreError> {
        let actor = self.actor(author.now, author.random);
        let transaction = self.connection.transaction()?;
        more(&transaction)?;
        let stored = document::find(&transaction, id)?.ok_or(StoreError::NotFound)?;
        let mut pending = outbox::of(&transaction, stored.record)?;
        let mut document = document::assemble(&stored.confirmed, &pending)?.ok_or(StoreError::NotFound)?;
        let wrote = write(&mut document, actor, author.now)?;
        if let Some(raw) = &wrote {
            pending.push(outbox::append(&transaction, stored.record, id, stored.epoch, raw, Some(author.now))?);
            meta::count(&transaction, "recorded", 1)?;
        }
        document::save(&transaction, &stored, &pending, Some(&Shown::of(&document)))?;
        transaction.commit()?;
        Ok(wrote.is_some())
    }
}
