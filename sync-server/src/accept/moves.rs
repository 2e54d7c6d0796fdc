//! Doors and units that are moved: by an ordinary edit of their grid, with everything that was recorded about them.
//!
//! Floor: accept. Invariants: only to a grid that the mover holds too; where a document lies is where it says after
//! the edit, whatever else was written at the same time.

use qiaomen_core::protocol::Refusal;
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{AreaId, AreaLevel, DocumentId, Kind, Scope, Value};

use super::incoming::Incoming;
use super::judge::{About, Bench, Outcome};
use crate::access;
use crate::store::StoreError;

/// The field whose writing is a move.
const MOVED: &str = "grid";

/// Whether an edit moves its document.
pub(super) fn is_move(kind: &Kind, edit: &Edit) -> bool {
    matches!(kind, Kind::Household | Kind::Unit) && edit.path.first().is_some_and(|key| **key == *MOVED)
}

impl Bench<'_, '_> {
    /// Whether a door may be moved to where the edits say: a grid of the town that its mover holds too.
    pub(super) fn may_move(
        &mut self,
        change: &Incoming<'_>,
        about: &About,
        edits: &[Edit],
    ) -> Result<Result<(), Outcome>, StoreError> {
        for edit in edits.iter().filter(|edit| is_move(&about.kind, edit)) {
            let to = match &edit.value {
                Value::Bytes(bytes) => AreaId::from_slice(bytes).ok(),
                _ => None,
            };
            let Some(to) = to else { return Ok(Err(Outcome::Refused(Refusal::field("invalid", MOVED)))) };
            self.know_areas(vec![to])?;
            if self.context.areas.get(&to).is_none_or(|area| area.level != AreaLevel::Grid) {
                return Ok(Err(Outcome::Refused(Refusal::field("invalid", MOVED))));
            }
            let (asker, own) = (self.asker(change.person), about.author == change.person);
            let keys = std::iter::once(MOVED);
            let may = access::may_edit(asker, own, &about.kind, Scope::Grid(to), keys, self.ground());
            if may.is_err() && !change.excused {
                return Ok(Err(Outcome::refused("not_permitted")));
            }
        }
        Ok(Ok(()))
    }

    /// Files a document that was moved where it now says, with everything that was recorded about it.
    pub(super) fn follow(&mut self, document: DocumentId, from: Scope) -> Result<(), StoreError> {
        let fields = self.sheets.get(&document).and_then(|sheet| sheet.document.as_ref()).map(|found| found.fields());
        let to = fields.and_then(|fields| AreaId::from_slice(fields.bytes(MOVED).ok()?).ok());
        let Some(to) = to.map(Scope::Grid).filter(|to| *to != from) else { return Ok(()) };
        let mut going = self.store.facts_of(document)?;
        going.push(document);
        let mut at = 0;
        while let Some(about) = going.get(at).copied() {
            going.extend(self.about.get(&about).into_iter().flatten());
            at += 1;
        }
        for id in going {
            if let Some(sheet) = self.sheets.get_mut(&id)
                && let Some(about) = &mut sheet.about
            {
                about.scope = to;
                if !sheet.added.is_empty() || id == document {
                    sheet.moved = Some(to);
                    continue;
                }
            }
            self.moved.insert(id, to);
        }
        Ok(())
    }
}
