//! The signed manifest of a batch.
//!
//! Floor: identity. Invariant: the digest covers every change's document, epoch, hash and claimed number,
//! in order, so that one signature stands for all of them.

use sha2::{Digest, Sha256};

use super::key::{DeviceKey, IdentityError, check};
use crate::document::ChangeHash;
use crate::protocol::{Manifest, Signature};
use crate::record::{DeviceId, DocumentId, PersonId};

const MANIFEST: &str = "qiaomen manifest 1";

/// The digest over a batch's changes: (document, epoch, hash of the change, acceptance number claimed).
pub fn digest(changes: impl IntoIterator<Item = (DocumentId, u32, ChangeHash, Option<u64>)>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (document, epoch, change, acceptance) in changes {
        hash.update(document.bytes());
        hash.update(epoch.to_be_bytes());
        hash.update(change.bytes());
        // Acceptance numbers begin at 1, so that 0 can stand for none.
        hash.update(acceptance.unwrap_or(0).to_be_bytes());
    }
    hash.finalize().into()
}

fn message(manifest: &Manifest) -> Vec<u8> {
    // Writing into a Vec cannot fail.
    minicbor::to_vec(manifest).unwrap_or_default()
}

/// Signs `manifest`.
#[must_use]
pub fn sign(key: &DeviceKey, manifest: &Manifest) -> Signature {
    key.sign(MANIFEST, &message(manifest))
}

/// Whether `manifest` is this device's and person's, was signed by `key`, and fits `count` changes with
/// this `digest`.
///
/// # Errors
/// [`IdentityError::Manifest`] where it is another's or does not fit, [`IdentityError::Signature`] where it
/// was not signed by the key.
pub fn verify(
    key: &[u8; 32],
    device: DeviceId,
    person: PersonId,
    manifest: &Manifest,
    signature: &Signature,
    count: usize,
    digest: &[u8; 32],
) -> Result<(), IdentityError> {
    let fits = manifest.device == device
        && manifest.person == person
        && usize::try_from(manifest.count).is_ok_and(|named| named == count)
        && manifest.digest == *digest;
    if !fits {
        return Err(IdentityError::Manifest);
    }
    check(key, MANIFEST, &message(manifest), signature)
}

/// The hash by which the log names a manifest.
#[must_use]
pub fn manifest_hash(manifest: &Manifest, signature: &Signature) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(message(manifest));
    hash.update(signature.0);
    hash.finalize().into()
}
