//! A phone joins: a code up, a certificate and a token down.
//!
//! Floor: accept. Invariants: a code works once and for a time; of code and token only hashes are kept.

use qiaomen_core::identity::{self, DeviceKey, secret};
use qiaomen_core::protocol::{Certificate, Code, EnrolRequest, VERSION};
use qiaomen_core::record::random::{self, Random};
use qiaomen_core::record::{DeviceId, Scope, Time};

use super::AcceptError;
use crate::access::{self, SYSTEM};
use crate::store::{DeviceRecord, Redeemed, Store};

/// The most letters of what a phone calls itself.
const MAX_LABEL: usize = 80;
/// The most bytes of a code as it is typed.
const MAX_CODE: usize = 200;

/// What a phone that joined is given.
#[derive(Clone, Debug)]
pub struct Welcome {
    /// The certificate.
    pub certificate: Certificate,
    /// What it shows with every later request.
    pub token: [u8; 32],
    /// The scopes its person holds.
    pub scopes: Vec<Scope>,
}

/// Redeems a code for a certificate and a token.
///
/// # Errors
/// [`AcceptError::Rejected`] where the code does not work; [`AcceptError::Store`].
pub fn enrol(
    store: &dyn Store,
    server: &DeviceKey,
    request: &EnrolRequest,
    now: Time,
    random: &mut dyn Random,
) -> Result<Welcome, AcceptError> {
    if request.version != VERSION {
        return Err(AcceptError::Rejected(Code::VersionUnsupported));
    }
    if request.code.len() > MAX_CODE {
        return Err(AcceptError::Rejected(Code::CodeUnknown));
    }
    let token: [u8; 32] = random::bytes(random);
    let label = request.label.chars().filter(|letter| !letter.is_control()).take(MAX_LABEL).collect();
    let device = DeviceRecord {
        id: DeviceId::fresh(now, random),
        // The store puts the person of the code here.
        person: SYSTEM,
        key: request.key,
        label,
        enrolled: now,
        revoked: None,
        seen: None,
        own: false,
        base: 0,
        wrote: 0,
        told: None,
    };
    let redeemed = store.redeem(&secret::code_hash(&request.code), &device, &secret::token_hash(&token), now)?;
    let person = match redeemed {
        Redeemed::Enrolled(person) => person,
        Redeemed::Unknown => return Err(AcceptError::Rejected(Code::CodeUnknown)),
        Redeemed::Expired => return Err(AcceptError::Rejected(Code::CodeExpired)),
        Redeemed::Used => return Err(AcceptError::Rejected(Code::CodeUsed)),
    };
    let certificate = identity::issue(server, device.id, person, request.key, now);
    Ok(Welcome { certificate, token, scopes: access::scopes_of(store, person)? })
}
