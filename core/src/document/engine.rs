//! Automerge itself: the last word on whether a change can be taken.
//!
//! Floor: document; nothing else in the crate names automerge. Invariants: a panic inside it is a refusal;
//! whatever it held then is thrown away and made anew from the changes that are known to be good.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Automerge, Change};

use super::error::GateError;
use super::id::ChangeHash;

/// A document as Automerge holds it, made only when the first later change comes.
#[derive(Default)]
pub(super) struct Engine(Option<Box<Automerge>>);

impl Engine {
    /// Applies a change on top of those in `held`, and compares the heads.
    pub(super) fn apply<'c>(
        &mut self,
        held: impl Iterator<Item = &'c [u8]>,
        raw: &[u8],
        heads: &[ChangeHash],
    ) -> Result<(), GateError> {
        let mut document = self.0.take();
        let applied = catch_unwind(AssertUnwindSafe(|| {
            let mut document = match document.take() {
                Some(document) => document,
                None => {
                    let mut document = Box::new(Automerge::new());
                    let changes = held.map(|raw| Change::try_from(raw).ok()).collect::<Option<Vec<_>>>()?;
                    document.apply_changes(changes).ok()?;
                    document
                }
            };
            document.apply_changes([Change::try_from(raw).ok()?]).ok()?;
            let found = document.get_heads();
            let same =
                found.len() == heads.len() && found.iter().zip(heads).all(|(one, other)| one.0 == *other.bytes());
            same.then_some(document)
        }));
        self.0 = applied.ok().flatten();
        if self.0.is_some() { Ok(()) } else { Err(GateError::Engine) }
    }
}
