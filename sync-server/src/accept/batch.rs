//! Taking a batch in.
//!
//! Floor: accept. Invariant: a decision that the store has moved past is made again from the start.

use qiaomen_core::protocol::{Batch, Cursor, Verdict};
use qiaomen_core::record::Time;

use super::incoming::{check_each, check_sizes, open_batch};
use super::{AcceptError, Claims, decide, hold};
use crate::store::{DeviceRecord, Store};

/// Takes a batch in. Returns a verdict for each change, by position, and whether anything was written.
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
) -> Result<(Vec<Verdict>, bool), AcceptError> {
    check_sizes(batch)?;
    let (kept, incoming) = open_batch(device, batch, cursor, claims, now)?;
    if !device.own {
        check_each(&incoming)?;
    }
    if incoming.is_empty() {
        return Ok((Vec::new(), false));
    }
    let turn = store.turn();
    let base = if device.own { 0 } else { claims.base(cursor) };
    let taken = decide::take(store, Some((&kept, base)), &incoming, now)?;
    // The batch is on the disk whatever becomes of what waited for it: that is looked at again by `sweep`.
    if let Err(error) = hold::release(store, taken.awaited, now) {
        tracing::error!(%error, "what waited could not be judged again");
    }
    drop(turn);
    Ok((taken.verdicts, taken.wrote))
}
