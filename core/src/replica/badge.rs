//! The badge that a worker shows at a door, as a resident can check it.
//!
//! Floor: replica. Invariant: made without a connection, of what the phone holds; a phone that is locked makes none.

use super::{Replica, ReplicaError};
use crate::clock::Reading;
use crate::doors::Station;
use crate::identity::{Badge as Token, DeviceKey};
use crate::protocol::path;
use crate::record::{AreaId, Time};

/// What the worker's screen shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Where the resident's own telephone finds the same, said by the server.
    pub url: String,
    /// Until when that is said.
    pub until: Time,
    /// The worker's name.
    pub name: String,
    /// The town; empty where the phone knows none.
    pub town: String,
    /// The station's number, to be called by whoever is in doubt; none where the town has set none.
    pub telephone: Option<String>,
    /// The address as a picture.
    pub qr: QrPicture,
}

/// A QR picture. A margin of four dots all round, light on every side, is for whoever draws it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrPicture {
    /// How many dots it is wide, and high.
    pub size: u32,
    /// Which dots are dark: row by row from the top, each from the left.
    pub dark: Vec<bool>,
}

impl QrPicture {
    fn of(text: &str) -> Option<Self> {
        let code = qrcode::QrCode::new(text).ok()?;
        let dark = code.to_colors().into_iter().map(|dot| dot == qrcode::Color::Dark).collect();
        Some(Self { size: u32::try_from(code.width()).ok()?, dark })
    }
}

impl Replica {
    /// The badge of whoever uses this phone, good for ten minutes from now, for the server at this address
    /// (`https://town.example`).
    ///
    /// # Errors
    /// [`ReplicaError::NotEnrolled`], [`ReplicaError::NotFound`] as long as the phone has not exchanged and does not know
    /// its person's name, [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn badge(&self, server: &str, reading: &Reading) -> Result<Badge, ReplicaError> {
        let now = self.corrected(reading)?.time;
        let identity = self.identity()?.ok_or(ReplicaError::NotEnrolled)?;
        let device = identity.certificate.device;
        let person = self.people().get(identity.certificate.person)?.ok_or(ReplicaError::NotFound)?.record;
        let areas: Vec<AreaId> = person.roles().map(|(_, area)| area).collect();
        let Station { town, telephone } = self.read(super::doors::tree)?.station(&areas);
        let token = Token::sign(&DeviceKey::from_secret(&identity.secret), &identity.server_key, device, now);
        let url = format!("{}{}{}", server.trim_end_matches('/'), path::BADGE, token.text());
        let qr = QrPicture::of(&url).ok_or(ReplicaError::Unexpected("the address is too long for a picture"))?;
        Ok(Badge { url, until: token.until(), name: person.name, town, telephone, qr })
    }
}
