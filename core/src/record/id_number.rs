//! ID numbers (GB 11643): whether a text can be one. They are kept nowhere in records.
//!
//! Floor: record; pure. Invariant: what is wrong with one is said without it.

use super::time::Day;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// The last character that belongs behind these seventeen digits.
#[must_use]
pub fn last_letter(seventeen: &str) -> char {
    let digits = seventeen.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit.wrapping_mul(weight)).fold(0, u32::wrapping_add);
    CHECKS.get((sum % 11) as usize).copied().map_or('0', char::from)
}

/// The birth date that stands in these eighteen characters, if there is such a date.
#[must_use]
pub fn born(whole: &str) -> Option<Day> {
    let year: i16 = whole.get(6..10)?.parse().ok()?;
    let (month, day): (i8, i8) = (whole.get(10..12)?.parse().ok()?, whole.get(12..14)?.parse().ok()?);
    Day::new(year, month, day).ok().filter(|_| year >= 1880)
}

/// Whether eighteen characters, digits but for an `X` at the end, are an ID number: its date exists and its last character
/// fits the others.
#[must_use]
pub fn is_one(text: &str) -> bool {
    let Some((front, last)) = text.split_at_checked(17) else { return false };
    text.len() == 18
        && front.bytes().all(|byte| byte.is_ascii_digit())
        && born(text).is_some()
        && last.eq_ignore_ascii_case(last_letter(front).encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_own_example_fits() {
        assert_eq!(last_letter("11010519491231002"), 'X');
        assert!(is_one("11010519491231002X") && is_one("11010519491231002x"));
        for text in [
            "",
            "11010519491231002",
            "110105194912310021",
            "11010519491331002X",
            "11010519491231002XX",
            "1101051949123100验X",
        ] {
            assert!(!is_one(text), "{text}");
        }
    }
}
