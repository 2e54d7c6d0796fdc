//! A device's Ed25519 key, and the certificate that ties it to a person.
//!
//! Floor: identity. Invariant: the secret is given by the caller's randomness and never printed.

use std::fmt;

use ed25519_dalek::{Signature as Ed25519, Signer, SigningKey, VerifyingKey};

use crate::protocol::{Certificate, Point, Sealed, Signature};
use crate::record::random::{self, Random};
use crate::record::{DeviceId, PersonId, Time};

/// Why a signature or key was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The bytes are no public key.
    #[error("not a public key")]
    Key,
    /// The signature is not that of the key over the message.
    #[error("the signature does not fit")]
    Signature,
    /// The manifest names another device, person, number of changes or digest.
    #[error("the manifest does not fit the changes")]
    Manifest,
}

/// The secret key of a device, or of a server.
#[derive(Clone)]
pub struct DeviceKey(SigningKey);

impl fmt::Debug for DeviceKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("DeviceKey(secret)")
    }
}

impl DeviceKey {
    /// A fresh key.
    pub fn generate(random: &mut dyn Random) -> Self {
        Self(SigningKey::from_bytes(&random::bytes(random)))
    }

    /// The key with this secret.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// Its secret, for an encrypted store.
    #[must_use]
    pub fn secret(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs `message` for `domain`.
    #[must_use]
    pub fn sign(&self, domain: &str, message: &[u8]) -> Signature {
        Signature(self.0.sign(&framed(domain, message)).to_bytes())
    }
}

/// Whether `signature` is that of the key `public` over `message` for `domain`.
///
/// # Errors
/// [`IdentityError::Key`] or [`IdentityError::Signature`].
pub fn check(public: &[u8; 32], domain: &str, message: &[u8], signature: &Signature) -> Result<(), IdentityError> {
    let key = VerifyingKey::from_bytes(public).map_err(|_| IdentityError::Key)?;
    key.verify_strict(&framed(domain, message), &Ed25519::from_bytes(&signature.0))
        .map_err(|_| IdentityError::Signature)
}

fn framed(domain: &str, message: &[u8]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(domain.len() + 1 + message.len());
    framed.extend_from_slice(domain.as_bytes());
    framed.push(0);
    framed.extend_from_slice(message);
    framed
}

const CERTIFICATE: &str = "qiaomen certificate 1";

fn certified(device: DeviceId, person: PersonId, key: &[u8; 32], issued: Time) -> Vec<u8> {
    let mut message = Vec::with_capacity(72);
    message.extend_from_slice(device.bytes());
    message.extend_from_slice(person.bytes());
    message.extend_from_slice(key);
    message.extend_from_slice(&issued.millis().to_be_bytes());
    message
}

/// The server's certificate for a device.
#[must_use]
pub fn issue(server: &DeviceKey, device: DeviceId, person: PersonId, key: [u8; 32], issued: Time) -> Certificate {
    let signature = server.sign(CERTIFICATE, &certified(device, person, &key, issued));
    Certificate { device, person, key, issued, signature }
}

/// Whether the server with this public key issued `certificate`.
///
/// # Errors
/// [`IdentityError::Key`] or [`IdentityError::Signature`].
pub fn verify_certificate(server: &[u8; 32], certificate: &Certificate) -> Result<(), IdentityError> {
    let message = certified(certificate.device, certificate.person, &certificate.key, certificate.issued);
    check(server, CERTIFICATE, &message, &certificate.signature)
}

const SEAL: &str = "qiaomen log point 1";

fn sealed(point: Point) -> [u8; 40] {
    let mut message = [0; 40];
    message[..8].copy_from_slice(&point.size.to_be_bytes());
    message[8..].copy_from_slice(&point.root);
    message
}

/// The server's word that its log had this root at this size.
#[must_use]
pub fn seal(server: &DeviceKey, point: Point) -> Sealed {
    Sealed { point, signature: server.sign(SEAL, &sealed(point)) }
}

/// Whether the server with this public key gave its word for the point.
///
/// # Errors
/// [`IdentityError::Key`] or [`IdentityError::Signature`].
pub fn verify_seal(server: &[u8; 32], seal: &Sealed) -> Result<(), IdentityError> {
    check(server, SEAL, &sealed(seal.point), &seal.signature)
}
