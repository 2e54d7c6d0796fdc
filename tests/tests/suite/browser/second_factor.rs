//! The second factor, as an app on somebody's telephone makes it: TOTP with SHA-1, six digits, 30 seconds (RFC 6238).

use qiaomen_core::record::Time;
use totp_rs::{Builder, Secret};

/// The six digits that stand at `now` for a secret in base 32, with or without blanks between.
pub fn code(secret: &str, now: Time) -> String {
    let secret: String = secret.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
    let secret = Secret::try_from_base32(secret.to_ascii_uppercase()).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(now.millis()).unwrap() / 1_000).to_string()
}
