//! A badge: what a worker's phone shows at a door, and what the server makes of it when a resident looks it up.
//!
//! Floor: identity; pure. Invariants: a badge is made on the phone alone, without a connection; it is good for ten minutes
//! and for the one server that it was made for; its text holds a device and a moment, nothing about anybody; each badge has
//! one text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::key::{DeviceKey, IdentityError, check};
use crate::protocol::Signature;
use crate::record::{DeviceId, Time};

const BADGE: &str = "qiaomen badge 1";
/// The first byte of every badge of this form.
const VERSION: u8 = 1;
/// Version, device, seconds, signature.
const BYTES: usize = 1 + 16 + 4 + 64;
/// For how many minutes a badge is good.
const GOOD_MINUTES: i64 = 10;
/// How many minutes a phone's clock may be ahead of the server's.
const AHEAD_MINUTES: i64 = 2;

/// A badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Whose phone shows it.
    pub device: DeviceId,
    seconds: u32,
    signature: Signature,
}

/// Whether it is a badge's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadgeTime {
    /// It is good now.
    Good,
    /// Its ten minutes are over.
    Over,
    /// It was made later than now: the phone's clock is wrong, or the server's.
    Early,
}

fn message(server: &[u8; 32], device: DeviceId, seconds: u32) -> [u8; 52] {
    let mut message = [0; 52];
    message[..32].copy_from_slice(server);
    message[32..48].copy_from_slice(device.bytes());
    message[48..].copy_from_slice(&seconds.to_be_bytes());
    message
}

impl Badge {
    /// A device's badge from `now` on, for the server with this public key.
    #[must_use]
    pub fn sign(key: &DeviceKey, server: &[u8; 32], device: DeviceId, now: Time) -> Self {
        // Seconds since 1970 fit until 2106; a clock outside of that makes a badge that is good at no time.
        let seconds = u32::try_from(now.seconds()).unwrap_or(0);
        Self { device, seconds, signature: key.sign(BADGE, &message(server, device, seconds)) }
    }

    /// Whether the device with this key made it for the server with that one.
    ///
    /// # Errors
    /// [`IdentityError::Key`] or [`IdentityError::Signature`].
    pub fn verify(&self, key: &[u8; 32], server: &[u8; 32]) -> Result<(), IdentityError> {
        check(key, BADGE, &message(server, self.device, self.seconds), &self.signature)
    }

    /// Since when it is good.
    #[must_use]
    pub fn issued(&self) -> Time {
        Time::from_millis(i64::from(self.seconds) * 1000)
    }

    /// Until when it is good.
    #[must_use]
    pub fn until(&self) -> Time {
        self.issued().plus_minutes(GOOD_MINUTES)
    }

    /// Whether it is its time.
    #[must_use]
    pub fn at(&self, now: Time) -> BadgeTime {
        if self.issued() > now.plus_minutes(AHEAD_MINUTES) {
            BadgeTime::Early
        } else if now >= self.until() {
            BadgeTime::Over
        } else {
            BadgeTime::Good
        }
    }

    /// As it stands in an address.
    #[must_use]
    pub fn text(&self) -> String {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.push(VERSION);
        bytes.extend_from_slice(self.device.bytes());
        bytes.extend_from_slice(&self.seconds.to_be_bytes());
        bytes.extend_from_slice(&self.signature.0);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The badge of a text; none where it is something else. Who made it is not looked at.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Whoever sends a long text has nothing decoded.
        if text.len() != BYTES.div_ceil(3) * 4 - (3 - BYTES % 3) % 3 {
            return None;
        }
        let bytes: [u8; BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (version, rest) = bytes.split_first()?;
        let (device, rest) = rest.split_first_chunk::<16>()?;
        let (seconds, rest) = rest.split_first_chunk::<4>()?;
        let signature = Signature(*rest.first_chunk::<64>()?);
        let device = DeviceId::from_bytes(*device);
        (*version == VERSION).then(|| Self { device, seconds: u32::from_be_bytes(*seconds), signature })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::SeededRandom;

    const SERVER: [u8; 32] = [7; 32];

    fn key(seed: u64) -> DeviceKey {
        DeviceKey::generate(&mut SeededRandom::new(seed))
    }

    fn device() -> DeviceId {
        DeviceId::from_bytes([3; 16])
    }

    fn now() -> Time {
        Time::from_millis(1_772_330_400_789)
    }

    #[test]
    fn q7_a_badge_is_the_same_text_for_good() {
        let badge = Badge::sign(&key(1), &SERVER, device(), now());
        insta::assert_snapshot!(badge.text());
        assert_eq!((badge.issued().millis(), badge.until().millis()), (1_772_330_400_000, 1_772_331_000_000));
    }

    #[test]
    fn q7_a_badge_is_good_for_ten_minutes_and_two_before_them() {
        let badge = Badge::sign(&key(1), &SERVER, device(), now());
        let at = |seconds: i64| badge.at(badge.issued().plus_millis(seconds * 1000));
        assert_eq!(
            [at(-121), at(-120), at(0), at(599)],
            [BadgeTime::Early, BadgeTime::Good, BadgeTime::Good, BadgeTime::Good]
        );
        assert_eq!([at(600), at(660), at(100_000_000)], [BadgeTime::Over; 3]);
        // A clock that stands somewhere impossible makes one that is good at no time.
        for wrong in [Time::MIN, Time::MAX] {
            assert_ne!(Badge::sign(&key(1), &SERVER, device(), wrong).at(now()), BadgeTime::Good);
        }
    }

    #[test]
    fn q7_a_badge_is_of_one_device_and_for_one_server() {
        let badge = Badge::sign(&key(1), &SERVER, device(), now());
        badge.verify(&key(1).public(), &SERVER).unwrap();
        assert_eq!(badge.verify(&key(2).public(), &SERVER), Err(IdentityError::Signature));
        assert_eq!(badge.verify(&key(1).public(), &[8; 32]), Err(IdentityError::Signature));
        let other = Badge { device: DeviceId::from_bytes([4; 16]), ..badge.clone() };
        assert_eq!(other.verify(&key(1).public(), &SERVER), Err(IdentityError::Signature));
        // What the same key signed for another purpose is no badge.
        let signature = key(1).sign("qiaomen manifest 1", &message(&SERVER, device(), badge.seconds));
        assert!(Badge { signature, ..badge }.verify(&key(1).public(), &SERVER).is_err());
    }

    #[test]
    fn what_is_no_badge_is_none() {
        let text = Badge::sign(&key(1), &SERVER, device(), now()).text();
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        let mut newer = bytes.clone();
        newer[0] = 2;
        let padded = base64::engine::general_purpose::URL_SAFE.encode(&bytes);
        for text in [
            String::new(),
            format!("{text}A"),
            text[1..].to_owned(),
            padded,
            URL_SAFE_NO_PAD.encode(newer),
            "A".repeat(1_000_000),
        ] {
            assert_eq!(Badge::parse(&text), None, "{}", text.len());
        }
    }

    proptest! {
        #[test]
        fn a_badge_comes_back_as_it_was(seed: u64, device: [u8; 16], millis in 0_i64..4_000_000_000_000) {
            let device = DeviceId::from_bytes(device);
            let badge = Badge::sign(&key(seed), &SERVER, device, Time::from_millis(millis));
            prop_assert_eq!(Badge::parse(&badge.text()), Some(badge.clone()));
            prop_assert!(badge.verify(&key(seed).public(), &SERVER).is_ok());
            prop_assert_eq!(badge.at(Time::from_millis(millis)), BadgeTime::Good);
        }

        #[test]
        fn a_badge_with_another_letter_is_none_of_the_device(seed in 0_u64..20, place in 0_usize..114, letter in "[A-Za-z0-9_-]") {
            let mut text = Badge::sign(&key(seed), &SERVER, device(), now()).text();
            prop_assume!(text[place..=place] != letter);
            text.replace_range(place..=place, &letter);
            let passes = Badge::parse(&text).is_some_and(|badge| {
                badge.device == device() && badge.verify(&key(seed).public(), &SERVER).is_ok()
            });
            prop_assert!(!passes);
        }

        #[test]
        fn any_text_is_a_badge_or_none(text in ".{0,200}", letters in "[A-Za-z0-9_-]{114}") {
            let _ = Badge::parse(&text);
            if let Some(badge) = Badge::parse(&letters) {
                prop_assert_eq!(badge.text(), letters);
            }
        }
    }
}
