//! Codes and tokens: made once, told once, kept as hashes.
//!
//! Floor: identity. Invariant: what is stored cannot be told back.

use sha2::{Digest, Sha256};

use crate::record::random::{self, Random};

/// Letters and digits that cannot be taken for one another when read aloud or copied by hand.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A fresh enrolment code of 80 random bits, in groups of four: `7KQM-2XWA-PZ4T-9HCB`.
pub fn code(random: &mut dyn Random) -> String {
    let bytes: [u8; 16] = random::bytes(random);
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What is stored of a code. Case, blanks and dashes do not matter.
#[must_use]
pub fn code_hash(code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    hash(b"qiaomen code 1", plain.to_ascii_uppercase().as_bytes())
}

/// What is stored of a token.
#[must_use]
pub fn token_hash(token: &[u8; 32]) -> [u8; 32] {
    hash(b"qiaomen token 1", token)
}

/// `token` as it stands in a header.
#[must_use]
pub fn token_text(token: &[u8; 32]) -> String {
    token.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The token of a header's text.
#[must_use]
pub fn token_from(text: &str) -> Option<[u8; 32]> {
    let mut token = [0; 32];
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in token.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |letter: u8| char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(token)
}

fn hash(domain: &[u8], secret: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(domain);
    hash.update([0]);
    hash.update(secret);
    hash.finalize().into()
}
