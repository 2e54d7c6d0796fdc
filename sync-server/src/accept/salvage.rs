//! What a revoked phone had not sent is put aside, unjudged.
//!
//! Floor: accept. Invariants: only what the device signed is kept; a device can leave only so much.

use qiaomen_core::protocol::limits::MAX_SALVAGE;
use qiaomen_core::protocol::{Code, Cursor, SalvageAnswer, SalvageRequest, VERSION};
use qiaomen_core::record::Time;

use super::incoming::{check_sizes, open_batch};
use super::{AcceptError, Claims};
use crate::store::{DeviceRecord, Salvaged, Store};

/// Puts a batch aside.
///
/// # Errors
/// [`AcceptError::Rejected`] where the request cannot be taken in; [`AcceptError::Store`].
pub fn salvage(
    store: &dyn Store,
    device: &DeviceRecord,
    request: &SalvageRequest<'_>,
    now: Time,
) -> Result<SalvageAnswer, AcceptError> {
    if request.version != VERSION {
        return Err(AcceptError::Rejected(Code::VersionUnsupported));
    }
    check_sizes(&request.batch)?;
    let (kept, incoming) = open_batch(device, &request.batch, &Cursor::start(), Claims::default(), now)?;
    let changes: Vec<Salvaged<'_>> = incoming
        .iter()
        .map(|change| Salvaged {
            document: change.document,
            hash: change.hash,
            epoch: change.epoch,
            claimed: change.claimed,
            bytes: change.bytes,
        })
        .collect();
    let kept = store.salvage(device.id, &kept, &changes, now, MAX_SALVAGE)?;
    let kept = kept.ok_or(AcceptError::Rejected(Code::QuarantineFull))?;
    Ok(SalvageAnswer { version: VERSION, kept })
}
