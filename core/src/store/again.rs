//! Writing own changes again by another actor.
//!
//! Floor: store. Invariant: each is written onto what its author had seen, less what is gone, and nothing more,
//! so that what others wrote meanwhile stays beside it, as a conflict where it is the same field.

use std::collections::HashSet;

use super::document;
use super::verdict::Rewriting;
use crate::document::{Change, ChangeHash, Document, DocumentError};
use crate::record::Fields;

/// The writing again of some of one document's changes, in their order.
pub(super) struct Again<'a> {
    /// The document with all of them.
    whole: Option<&'a Document>,
    /// What is gone: refused, or written again.
    gone: HashSet<ChangeHash>,
    /// What was written so far, in order.
    wrote: Vec<Vec<u8>>,
    /// The last one's ancestors, and the document made of them and of what was written.
    base: Option<(Vec<ChangeHash>, Document)>,
}

impl<'a> Again<'a> {
    pub(super) fn new(whole: Option<&'a Document>, gone: HashSet<ChangeHash>) -> Self {
        Self { whole, gone, wrote: Vec::new(), base: None }
    }

    /// Writes one of them again; none where nothing is left of it to write.
    pub(super) fn write(
        &mut self,
        change: &Change<'_>,
        rewriting: &mut Rewriting<'_>,
    ) -> Result<Option<Vec<u8>>, DocumentError> {
        let when = document::seconds(change.seconds());
        let wrote = if change.is_first() {
            let first = change.first()?;
            let (document, raw) = Document::create_from(&first.header, &first.fields, rewriting.actor(), when)?;
            self.base = Some((Vec::new(), document));
            Some(raw)
        } else {
            let edits = self.whole.and_then(|whole| whole.edits_of(&change.hash())).ok_or(DocumentError::Path)?;
            self.onto(change)?.edit_again(&edits, rewriting.actor(), when)?
        };
        self.wrote.extend(wrote.clone());
        Ok(wrote)
    }

    /// The document as its author saw it, with what was written again in the place of what is gone.
    fn onto(&mut self, change: &Change<'_>) -> Result<&mut Document, DocumentError> {
        let whole = self.whole.ok_or(DocumentError::Nothing)?;
        let mut seen = whole.ancestors(&change.hash());
        seen.retain(|hash| !self.gone.contains(hash));
        let base = match self.base.take() {
            Some(base) if base.0 == seen => base,
            _ => {
                let mut raws = some(whole, &seen)?;
                raws.extend(self.wrote.iter().map(Vec::as_slice));
                let document = Document::load(raws)?;
                (seen, document)
            }
        };
        Ok(&mut self.base.insert(base).1)
    }
}

/// The changes of these hashes, which stand in the document's order.
fn some<'d>(document: &'d Document, hashes: &[ChangeHash]) -> Result<Vec<&'d [u8]>, DocumentError> {
    let mut raws = Vec::with_capacity(hashes.len());
    let mut left = hashes.iter().peekable();
    for raw in document.changes() {
        let Some(next) = left.peek() else { break };
        if Change::parse(raw)?.hash() == **next {
            raws.push(raw);
            left.next();
        }
    }
    Ok(raws)
}

/// The record as the author of a change had it when it was written; none where that cannot be told.
pub(super) fn as_written(document: &Document, change: &ChangeHash) -> Option<Fields> {
    let mut seen = document.ancestors(change);
    seen.push(*change);
    Some(Document::load(some(document, &seen).ok()?).ok()?.fields())
}
