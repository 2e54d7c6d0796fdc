//! Taking a batch in.
//!
//! Floor: accept. Invariant: a decision that the store has moved past is made again from the start.

use qiaomen_core::protocol::{Batch, Cursor, Verdict};
use qiaomen_core::record::{DocumentId, Kind, Time};

use super::incoming::{Parsed, check_each, check_sizes, open_batch};
use super::{AcceptError, Claims, decide, hold};
use crate::store::{DeviceRecord, Store};

/// What became of a batch.
#[derive(Clone, Debug, Default)]
pub struct Submitted {
    /// A verdict for each change, by position.
    pub verdicts: Vec<Verdict>,
    /// Whether anything was written.
    pub wrote: bool,
    /// The receipts in it.
    pub receipts: Vec<DocumentId>,
}

/// Takes a batch in.
///
/// # Errors
/// [`AcceptError::Rejected`] where sizes, digest or signature are wrong or the device was revoked;
/// [`AcceptError::Store`].
pub fn submit(
    store: &dyn Store,
    device: &DeviceRecord,
    batch: &Batch<'_>,
    cursor: &Cursor,
    claims: Claims,
    now: Time,
) -> Result<Submitted, AcceptError> {
    check_sizes(batch)?;
    let (kept, incoming) = open_batch(device, batch, cursor, claims, now)?;
    if !device.own {
        check_each(&incoming)?;
    }
    if incoming.is_empty() {
        return Ok(Submitted::default());
    }
    let turn = store.turn();
    let base = if device.own { 0 } else { claims.base(cursor) };
    let taken = decide::take(store, Some((&kept, base)), &incoming, now)?;
    // The batch is on the disk whatever becomes of what waited for it: that is looked at again by `sweep`.
    if let Err(error) = hold::release(store, taken.awaited, now) {
        tracing::error!(%error, "what waited could not be judged again");
    }
    drop(turn);
    let opened = incoming.iter().map(|change| change.read.as_ref().ok().and_then(Parsed::opening));
    let is_receipt = |opening: &&super::incoming::Opening| opening.header.kind == Kind::Receipt;
    let receipts = opened.flatten().filter(is_receipt).map(|opening| opening.header.id).collect();
    Ok(Submitted { verdicts: taken.verdicts, wrote: taken.wrote, receipts })
}
