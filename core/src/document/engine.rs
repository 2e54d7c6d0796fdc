//! Automerge itself: the last word on whether a change can be taken.
//!
//! Floor: document; nothing else in the crate names automerge. Invariants: a panic inside it is a refusal;
//! whatever it held then is thrown away and made anew from the changes that are known to be good.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, Change};

use super::error::GateError;
use super::id::ChangeHash;

/// A document as Automerge holds it. Most are changed once while they are loaded: one is kept only from the second
/// later change on, so that a batch that edits many documents does not hold them all twice.
#[derive(Default)]
pub(super) struct Engine {
    kept: Option<Box<Automerge>>,
    asked: bool,
}

impl Engine {
    /// Applies a change on top of those in `held`, and compares the heads.
    pub(super) fn apply<'c>(
        &mut self,
        held: impl Iterator<Item = &'c [u8]>,
        raw: &[u8],
        heads: &[ChangeHash],
    ) -> Result<(), GateError> {
        let kept = self.kept.take();
        let applied = catch_unwind(AssertUnwindSafe(|| {
            let (mut document, mut changes) = match kept {
                Some(kept) => (kept, Vec::new()),
                None => {
                    let changes = held.map(|raw| Change::try_from(raw).ok()).collect::<Option<Vec<_>>>()?;
                    (Box::new(Automerge::new()), changes)
                }
            };
            changes.push(Change::try_from(raw).ok()?);
            document.apply_changes(changes).ok()?;
            let found = document.get_heads();
            let same =
                found.len() == heads.len() && found.iter().zip(heads).all(|(one, other)| one.0 == *other.bytes());
            same.then_some(document)
        }));
        let applied = applied.ok().flatten().ok_or(GateError::Engine)?;
        self.kept = self.asked.then_some(applied);
        self.asked = true;
        Ok(())
    }
}
