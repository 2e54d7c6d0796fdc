//! ID numbers (GB 11643): checked, and reduced to what may be kept.
//!
//! Floor: sync-server, import; pure. Invariants: a number leaves this room only as a keyed hash with its last
//! four characters and the year of birth; what is wrong with one is said without it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use qiaomen_core::record::{Day, id_number};
use sha2::Sha256;

use super::clean;
use super::sheet::Cell;

/// What may be kept of an ID number.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Reduced {
    pub(super) hash: [u8; 32],
    pub(super) last_four: String,
    pub(super) born: i64,
}

const DAMAGED: &str = "was cut by the spreadsheet, which keeps 15 digits of a number: \
                       set the column to text and type it again from the source";

/// Checks what stands in a cell and reduces it under the town's key; none for a blank one.
///
/// # Errors
/// What is wrong with it.
pub(super) fn reduce(cell: &Cell, key: &[u8; 32], today: Day) -> Result<Option<Reduced>, &'static str> {
    // Even where its digits are all there, nobody can see that they are.
    if matches!(cell, Cell::Number(_) | Cell::Date(_) | Cell::Broken) {
        return Err(DAMAGED);
    }
    let text = clean::narrow_signs(&clean::tidy(&cell.text()));
    let text: String =
        text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect::<String>().to_uppercase();
    if text.is_empty() || clean::is_nothing(&text) {
        return Ok(None);
    }
    if clean::is_scientific(&text) {
        return Err(DAMAGED);
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match text.len() {
        15 if digits(&text) => {
            let (region, rest) = text.split_at(6);
            let seventeen = format!("{region}19{rest}");
            let last = id_number::last_letter(&seventeen);
            format!("{seventeen}{last}")
        }
        18 if text.is_ascii() && digits(&text[..17]) && (digits(&text[17..]) || text.ends_with('X')) => text,
        _ => return Err("is no ID number: one has 18 characters, or 15 digits in the old form"),
    };
    let (front, last) = whole.split_at(17);
    if !last.starts_with(id_number::last_letter(front)) {
        // Digits beyond the fifteenth become noughts where a spreadsheet takes the number for one.
        return Err(if whole.ends_with("000") {
            DAMAGED
        } else {
            "is no ID number: its last character does not fit the others; check each of them"
        });
    }
    let Some(born) = id_number::born(&whole).filter(|born| *born <= today) else {
        return Err("is no ID number: the date of birth in it does not exist");
    };
    // HMAC takes a key of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| "cannot be kept")?;
    mac.update(whole.as_bytes());
    let last_four = whole.get(14..).unwrap_or_default().to_owned();
    Ok(Some(Reduced { hash: mac.finalize().into_bytes().into(), last_four, born: i64::from(born.year()) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn read(text: &str) -> Result<Option<Reduced>, &'static str> {
        reduce(&Cell::Text(text.to_owned()), &KEY, Day::constant(2026, 3, 20))
    }

    /// Of nobody: the region 000000 does not exist.
    fn made_up(birth: &str, order: &str) -> String {
        let front = format!("000000{birth}{order}");
        let last = id_number::last_letter(&front);
        format!("{front}{last}")
    }

    #[test]
    fn p4_an_id_number_is_checked_and_reduced() {
        let whole = made_up("19520301", "001");
        let kept = read(&whole).ok().flatten().unwrap();
        assert_eq!((kept.born, kept.last_four.as_str()), (1952, &whole[14..]));
        // Wide, with blanks, with a mark that makes it text, in small letters: the same.
        let wide: String = whole.chars().map(|letter| char::from_u32(u32::from(letter) + 0xfee0).unwrap()).collect();
        for other in [format!("'{whole}"), format!(" {} {}\n", &whole[..6], &whole[6..]), wide, whole.to_lowercase()] {
            assert!(read(&other).ok().flatten().unwrap() == kept, "another form");
        }
        // The old form is the same person.
        let old = format!("{}{}", &whole[..6], &whole[8..17]);
        assert_eq!(old.len(), 15);
        assert!(read(&old).ok().flatten().unwrap() == kept, "the old form");
        let other = reduce(&Cell::Text(whole.clone()), &[8; 32], Day::constant(2026, 3, 20)).ok().flatten().unwrap();
        assert!(other.hash != kept.hash, "another town's key");
        assert!(read("").is_ok_and(|kept| kept.is_none()));
        assert!(read("无").is_ok_and(|kept| kept.is_none()));
    }

    #[test]
    fn p4_a_damaged_id_number_is_said_to_be_damaged() {
        let whole = made_up("19520301", "001");
        let cut = format!("{}000", &whole[..15]);
        let damaged = |done: Result<Option<Reduced>, &'static str>| done.err().is_some_and(|reason| reason == DAMAGED);
        assert!(damaged(read(&cut)));
        assert!(damaged(read("1.10105E+17")));
        assert!(damaged(reduce(&Cell::Number(1.101_051_949_123_1e17), &KEY, Day::constant(2026, 3, 20))));
        let mut wrong = whole.clone();
        let last = if wrong.ends_with('1') { "2" } else { "1" };
        wrong.replace_range(17.., last);
        for text in [
            wrong.as_str(),
            "12345",
            "A12345678",
            "户口本未登记",
            "1234567890123456é",
            &made_up("19520231", "001"),
            &made_up("20990101", "001"),
        ] {
            let reason = read(text).err().unwrap();
            assert!(reason.starts_with("is no ID number"), "{reason}");
            assert!(!reason.contains(text));
        }
    }
}
