//! How a phone joins: a one-time code up, a certificate and a token down.
//!
//! Floor: protocol. Invariant: the phone makes its own key; its secret half never travels.

use minicbor::{Decode, Encode};

use super::exchange::Signature;
use crate::record::{DeviceId, PersonId, Scope, Time};

/// What a phone says to join.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EnrolRequest {
    /// [`VERSION`](super::VERSION).
    #[n(0)]
    pub version: u16,
    /// The code as the worker was given it; case, blanks and dashes do not matter.
    #[n(1)]
    pub code: String,
    /// The phone's public key.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// What the phone calls itself, for the list of devices.
    #[n(3)]
    pub label: String,
}

/// The server's word that a device's key belongs to a person.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Certificate {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// The person.
    #[n(1)]
    pub person: PersonId,
    /// The device's public key.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// When it was issued.
    #[n(3)]
    pub issued: Time,
    /// The server's signature over the four.
    #[n(4)]
    pub signature: Signature,
}

/// What the server answers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EnrolAnswer {
    /// [`VERSION`](super::VERSION).
    #[n(0)]
    pub version: u16,
    /// The certificate.
    #[n(1)]
    pub certificate: Certificate,
    /// The server's public key.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub server_key: [u8; 32],
    /// What the phone shows with every later request, as `Authorization: Bearer` in hex.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub token: [u8; 32],
    /// The scopes the person holds.
    #[n(4)]
    pub scopes: Vec<Scope>,
    /// The name of the town's zone.
    #[n(5)]
    pub zone: String,
    /// The server's clock.
    #[n(6)]
    pub now: Time,
}
