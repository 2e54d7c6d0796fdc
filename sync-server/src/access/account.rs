//! Signing in: passwords, second factors, recovery codes, one-time links.
//!
//! Floor: access. Invariants: whoever is unknown takes as long to be refused as whoever mistypes; a code works once; time
//! and randomness are parameters.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use qiaomen_core::identity::secret;
use qiaomen_core::record::random::{self, Random};
use qiaomen_core::record::{PersonId, Time};
use totp_rs::{Builder, Totp};

use crate::store::{Account, Link, LinkUse, Store, StoreError};

/// The fewest characters of a password.
pub const SHORTEST: usize = 10;
/// The most bytes of one.
pub const LONGEST: usize = 200;
/// How many recovery codes somebody is given.
pub const RECOVERY_CODES: usize = 10;
/// How long a one-time link works, in hours.
pub const LINK_HOURS: i64 = 72;

/// Memory in KiB, passes, lanes: what OWASP recommends for argon2id on a server with little memory.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// What nobody's password has, so that looking for nobody costs the same.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cWlhb21lbi1ub2JvZHk$5hLxWnmbvUwmRAo+0Wn9N0pOmT0+7WGxQyR9C7oVWbE";

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weak {
    /// It is shorter than [`SHORTEST`].
    Short,
    /// It is longer than [`LONGEST`].
    Long,
    /// It is the login, one letter again and again, or digits in their order.
    Obvious,
}

/// Whether a password may be used.
///
/// # Errors
/// Why not.
pub fn acceptable(password: &str, login: &str) -> Result<(), Weak> {
    if password.chars().count() < SHORTEST {
        return Err(Weak::Short);
    }
    if password.len() > LONGEST {
        return Err(Weak::Long);
    }
    let letters: Vec<u32> = password.chars().map(u32::from).collect();
    let steps: Vec<i64> = letters.windows(2).map(|pair| i64::from(pair[1]) - i64::from(pair[0])).collect();
    // After 9 comes 0 again.
    let is_row =
        steps.windows(2).all(|pair| (pair[0] - pair[1]) % 10 == 0) && steps.first().is_none_or(|step| step.abs() < 10);
    let plain = password.to_lowercase();
    if is_row || !login.is_empty() && plain.contains(&login.to_lowercase()) || plain.contains("password") {
        return Err(Weak::Obvious);
    }
    Ok(())
}

fn argon() -> Argon2<'static> {
    let params = Params::new(COST.0, COST.1, COST.2, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What is kept of a password; none where argon2 could not make it.
pub fn password_hash(password: &str, random: &mut dyn Random) -> Option<String> {
    let salt: [u8; 16] = random::bytes(random);
    argon().hash_password_with_salt(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

/// Whether a password is that of an account; takes as long where there is none.
#[must_use]
pub fn password_is(account: Option<&Account>, password: &str) -> bool {
    let kept = account.map_or(NOBODY, |account| account.password.as_str());
    let right = password.len() <= LONGEST
        && PasswordHash::new(kept).is_ok_and(|kept| argon().verify_password(password.as_bytes(), &kept).is_ok());
    right && account.is_some()
}

/// A fresh secret for a second factor.
pub fn totp_secret(random: &mut dyn Random) -> Vec<u8> {
    random::bytes::<20>(random).to_vec()
}

fn totp(secret: &[u8], login: &str) -> Option<Totp> {
    // A colon parts issuer and account in the address that an app reads.
    let account = login.replace(':', " ");
    Builder::new().with_secret(secret.to_vec()).with_account_name(account).with_issuer(Some("Qiaomen")).build().ok()
}

/// What an authenticator app reads from the QR picture, and the secret to type where it cannot.
#[must_use]
pub fn totp_address(secret: &[u8], login: &str) -> Option<String> {
    totp(secret, login)?.to_url().ok()
}

/// Whether a code is the second factor of this moment, and was not used before.
///
/// # Errors
/// As the store.
pub fn totp_spend(store: &dyn Store, account: &Account, code: &str, now: Time) -> Result<bool, StoreError> {
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    let Some(totp) = account.totp.as_deref().and_then(|secret| totp(secret, "")) else { return Ok(false) };
    let seconds = u64::try_from(now.seconds()).unwrap_or(0);
    match totp.check(&code, seconds) {
        Some(step) => store.account_step(account.person, step),
        None => Ok(false),
    }
}

/// The code of a moment: what a device with the secret shows.
#[must_use]
pub fn totp_code(secret: &[u8], now: Time) -> Option<String> {
    let seconds = u64::try_from(now.seconds()).unwrap_or(0);
    Some(totp(secret, "")?.generate(seconds).to_string())
}

/// Gives a person fresh recovery codes; those they had work no more.
///
/// # Errors
/// As the store.
pub fn recovery_codes(store: &dyn Store, person: PersonId, random: &mut dyn Random) -> Result<Vec<String>, StoreError> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| secret::code(random)).collect();
    let hashes: Vec<[u8; 32]> = codes.iter().map(|code| secret::code_hash(code)).collect();
    store.recovery_put(person, &hashes)?;
    Ok(codes)
}

/// Makes a one-time link's token, as it stands in an address.
///
/// # Errors
/// As the store.
pub fn link(
    store: &dyn Store,
    purpose: LinkUse,
    person: Option<PersonId>,
    now: Time,
    random: &mut dyn Random,
) -> Result<String, StoreError> {
    let token: [u8; 32] = random::bytes(random);
    let link = Link { purpose, person, expires: now.plus_hours(LINK_HOURS) };
    store.link_add(&secret::token_hash(&token), &link)?;
    Ok(secret::token_text(&token))
}

/// Sets a person's password; every session of theirs ends, their programs' tokens are revoked, and a second factor stays.
/// None where argon2 failed.
///
/// # Errors
/// As the store.
pub fn set_password(
    store: &dyn Store,
    person: PersonId,
    password: &str,
    now: Time,
    random: &mut dyn Random,
) -> Result<Option<()>, StoreError> {
    let Some(password) = password_hash(password, random) else { return Ok(None) };
    let before = store.account(person)?;
    let account = match before {
        Some(account) => Account { password, changed: now, ..account },
        None => Account { person, password, totp: None, confirmed: false, changed: now },
    };
    store.account_put(&account)?;
    shut_out(store, person, now)?;
    Ok(Some(()))
}

/// Ends all that somebody got by signing in: every session, and the tokens of their programs.
///
/// # Errors
/// As the store.
pub fn shut_out(store: &dyn Store, person: PersonId, now: Time) -> Result<(), StoreError> {
    store.sessions_end(person, None, None)?;
    store.user_token_revoke(person, None, now)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use qiaomen_core::record::random::SeededRandom;

    use super::*;

    #[test]
    fn a_password_is_known_again_and_another_is_not() {
        let hash = password_hash("correct horse battery", &mut SeededRandom::new(1)).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let person = PersonId::from_bytes([1; 16]);
        let account = Account { person, password: hash, totp: None, confirmed: false, changed: Time::from_millis(0) };
        assert!(password_is(Some(&account), "correct horse battery"));
        assert!(!password_is(Some(&account), "correct horse batterz"));
        assert!(!password_is(None, "correct horse battery"));
        assert!(PasswordHash::new(NOBODY).is_ok());
    }

    #[test]
    fn obvious_passwords_are_not_taken() {
        assert_eq!(acceptable("kurz", "wang"), Err(Weak::Short));
        assert_eq!(acceptable("1234567890", "wang"), Err(Weak::Obvious));
        assert_eq!(acceptable("aaaaaaaaaaaa", "wang"), Err(Weak::Obvious));
        assert_eq!(acceptable("Wang.Fang2026", "wang.fang"), Err(Weak::Obvious));
        assert_eq!(acceptable(&"x1".repeat(101), "wang"), Err(Weak::Long));
        assert_eq!(acceptable("敲门敲门又敲门敲到开为止", "wang"), Ok(()));
    }

    #[test]
    fn a_second_factor_follows_rfc_6238() {
        // The RFC's secret and times; its codes have eight digits, of which an app shows the last six.
        let secret = b"12345678901234567890";
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(totp_code(secret, Time::from_millis(seconds * 1000)).as_deref(), Some(code));
        }
    }
}
