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

/// What an invitation's QR picture begins with.
const INVITATION: &str = "qiaomen:";

/// An invitation as it stands in a QR picture: `qiaomen:`, the server's address, a number sign, and the code. An app that
/// reads one knows both where to join and by which code, so that nobody types an address.
#[must_use]
pub fn invitation(server: &str, code: &str) -> String {
    format!("{INVITATION}{}#{code}", server.trim_end_matches('/'))
}

/// The server's address and the code of an [`invitation`]; none where the text is something else.
#[must_use]
pub fn read_invitation(text: &str) -> Option<(&str, &str)> {
    let (server, code) = text.trim().strip_prefix(INVITATION)?.rsplit_once('#')?;
    let is_address = server.starts_with("https://") || server.starts_with("http://");
    (is_address && !code.is_empty()).then_some((server, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_read_as_it_was_written() {
        let text = invitation("https://town.example/", "ABCD-EFGH");
        assert_eq!(text, "qiaomen:https://town.example#ABCD-EFGH");
        assert_eq!(read_invitation(&text), Some(("https://town.example", "ABCD-EFGH")));
        for other in ["https://town.example#ABCD", "qiaomen:town#ABCD", "qiaomen:https://town.example#", "qiaomen:"] {
            assert_eq!(read_invitation(other), None);
        }
    }
}
