//! What should not stand in free text: numbers of bank cards and of people, and codes that only their owner may know.
//!
//! Floor: beside [`message`](crate::message), above `record`; pure. Invariants: nothing is refused for it, a person is shown
//! it and may mask it; a masked text holds none of it; places are counted in UTF-16 code units, as Kotlin's, Swift's
//! `NSString` and Java's texts count, and lie on whole characters.

use serde::Serialize;

use crate::record::id_number;

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SensitiveKind {
    /// Of a bank card: 16 to 19 digits whose last fits the others (Luhn).
    CardNumber,
    /// Of a person (GB 11643).
    IdNumber,
    /// Four to eight digits beside 验证码 or its like.
    VerificationCode,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sensitive {
    /// Its first UTF-16 code unit.
    pub from: u32,
    /// The first after it.
    pub until: u32,
    /// What it is.
    pub kind: SensitiveKind,
}

/// What codes are called.
const CODES: [&str; 5] = ["验证码", "校验码", "动态码", "动态口令", "verification code"];
/// How many characters may stand between such a word and the digits behind it.
const BEHIND: usize = 8;
/// What may stand between digits and such a word behind them: "123456 是验证码".
const JOINS: &str = "是为即就当作的 ,，:：、“”\"'（(";
/// How many of those.
const BEFORE: usize = 4;
/// How many last digits of a card's or a person's number stay.
const STAYS: usize = 4;

/// A character with where it stands.
struct Letter {
    letter: char,
    /// Its first UTF-16 code unit.
    at: u32,
    /// As a digit or the X of an ID number, narrow.
    digit: Option<char>,
}

fn letters(text: &str) -> Vec<Letter> {
    let mut at = 0;
    text.chars()
        .map(|letter| {
            let narrow = match letter {
                '０'..='９' => char::from_u32(u32::from(letter) - 0xff10 + 0x30).unwrap_or(letter),
                _ => letter,
            };
            let digit = narrow.is_ascii_digit().then_some(narrow);
            let here = Letter { letter, at, digit };
            at = at.saturating_add(u32::try_from(letter.len_utf16()).unwrap_or(2));
            here
        })
        .collect()
}

/// Digits that stand together: places of letters, the first and the one after the last.
type Group = (usize, usize);

fn groups(letters: &[Letter]) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let from = at;
        while letters.get(at).is_some_and(|letter| letter.digit.is_some()) {
            at += 1;
        }
        if at > from {
            groups.push((from, at));
        } else {
            at += 1;
        }
    }
    groups
}

/// Whether two groups are parts of one number: one sign stands between them, as people write cards.
fn go_on(letters: &[Letter], one: Group, next: Group) -> bool {
    next.0 == one.1 + 1
        && letters.get(one.1).is_some_and(|between| matches!(between.letter, ' ' | '-' | '\u{3000}' | '\u{a0}'))
}

fn is_x(letter: Option<&Letter>) -> bool {
    letter.is_some_and(|letter| matches!(letter.letter, 'X' | 'x' | 'Ｘ' | 'ｘ'))
}

/// Whether the last digit fits the others.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match (at % 2, digit) {
                (0, digit) => digit,
                (_, digit @ 0..=4) => digit * 2,
                (_, digit) => digit * 2 - 9,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// What a number is that has these digits, if it is any; `x` where an X stands behind them.
fn number(digits: &str, x: bool) -> Option<(SensitiveKind, bool)> {
    let whole = |last: &str| id_number::is_one(&format!("{digits}{last}"));
    match digits.len() {
        17 if x && whole("X") => Some((SensitiveKind::IdNumber, true)),
        18 if !x && whole("") => Some((SensitiveKind::IdNumber, false)),
        // Noughts alone fit, and are what forms are filled with.
        16..=19 if luhn(digits) && digits.bytes().any(|byte| byte != b'0') => Some((SensitiveKind::CardNumber, false)),
        _ => None,
    }
}

/// What was found, by places of letters.
struct Found {
    from: usize,
    until: usize,
    kind: SensitiveKind,
}

fn find(letters: &[Letter]) -> Vec<Found> {
    let groups = groups(letters);
    let mut found: Vec<Found> = Vec::new();
    let mut free: Vec<Group> = Vec::new();
    let mut at = 0;
    while at < groups.len() {
        match longest(letters, &groups[at..]) {
            Some((taken, hit)) => {
                found.push(hit);
                at += taken;
            }
            None => {
                free.push(groups[at]);
                at += 1;
            }
        }
    }
    codes(letters, &free, &mut found);
    found.sort_unstable_by_key(|hit| hit.from);
    found
}

/// The longest number that begins with the first of these groups, and how many of them it takes.
fn longest(letters: &[Letter], groups: &[Group]) -> Option<(usize, Found)> {
    let first = *groups.first()?;
    let mut digits = String::new();
    let (mut best, mut last) = (None, first);
    for (taken, group) in groups.iter().enumerate() {
        if taken > 0 && !go_on(letters, last, *group) {
            break;
        }
        last = *group;
        digits.extend(letters.get(group.0..group.1)?.iter().filter_map(|letter| letter.digit));
        if digits.len() > 19 {
            break;
        }
        if let Some((kind, with_x)) = number(&digits, is_x(letters.get(group.1))) {
            best = Some((taken + 1, Found { from: first.0, until: group.1 + usize::from(with_x), kind }));
        }
    }
    best
}

/// Codes among the groups that are part of nothing else.
fn codes(letters: &[Letter], free: &[Group], found: &mut Vec<Found>) {
    let text: Vec<char> = letters.iter().flat_map(|letter| letter.letter.to_lowercase().next()).collect();
    let mut taken: Vec<usize> = Vec::new();
    for word in CODES {
        let word: Vec<char> = word.chars().collect();
        for start in (0..text.len()).filter(|at| text[*at..].starts_with(&word)) {
            let end = start + word.len();
            let behind = free.iter().position(|(from, _)| *from >= end).filter(|at| is_near(&text[end..free[*at].0]));
            let before = free.iter().rposition(|(_, until)| *until <= start).filter(|at| {
                let between = &text[free[*at].1..start];
                between.len() <= BEFORE && between.iter().all(|letter| JOINS.contains(*letter))
            });
            // A code may be written in two parts.
            let forward = behind.and_then(|at| {
                let two = free.get(at + 1).filter(|next| go_on(letters, free[at], **next)).map(|_| at..=at + 1);
                two.into_iter().chain([at..=at]).find(|parts| is_code(letters, free, parts.clone()))
            });
            let backward = before.and_then(|at| {
                let two =
                    at.checked_sub(1).filter(|first| go_on(letters, free[*first], free[at])).map(|first| first..=at);
                two.into_iter().chain([at..=at]).find(|parts| is_code(letters, free, parts.clone()))
            });
            for parts in forward.into_iter().chain(backward) {
                if parts.clone().any(|part| taken.contains(&part)) {
                    continue;
                }
                let (from, until) = (free[*parts.start()].0, free[*parts.end()].1);
                taken.extend(parts);
                found.push(Found { from, until, kind: SensitiveKind::VerificationCode });
            }
        }
    }
}

/// Whether what stands between a word and digits behind it leaves them belonging together.
fn is_near(between: &[char]) -> bool {
    // What was masked already is nobody's code any more, nor what comes after it.
    between.len() <= BEHIND && !between.iter().any(|letter| matches!(letter, '。' | '！' | '？' | '；' | '\n' | '*'))
}

fn is_code(letters: &[Letter], free: &[Group], parts: std::ops::RangeInclusive<usize>) -> bool {
    let digits: usize = free[parts.clone()].iter().map(|(from, until)| until - from).sum();
    // The last digits of something masked are no code.
    let masked = free[*parts.start()].0.checked_sub(1).is_some_and(|before| letters[before].letter == '*');
    (4..=8).contains(&digits) && !masked
}

/// What a text holds that should not stand in it, in the order in which it stands there.
#[must_use]
pub fn sensitive(text: &str) -> Vec<Sensitive> {
    let letters = letters(text);
    let end = text.encode_utf16().count();
    let place = |at: usize| letters.get(at).map_or_else(|| u32::try_from(end).unwrap_or(u32::MAX), |letter| letter.at);
    let told = |hit: Found| Sensitive { from: place(hit.from), until: place(hit.until), kind: hit.kind };
    find(&letters).into_iter().map(told).collect()
}

/// The text with all of that masked: a star for each digit but the last four of a card's or a person's number.
#[must_use]
pub fn masked(text: &str) -> String {
    let letters = letters(text);
    let mut out: Vec<char> = letters.iter().map(|letter| letter.letter).collect();
    for hit in find(&letters) {
        let stays = if hit.kind == SensitiveKind::VerificationCode { 0 } else { STAYS };
        let own = (hit.from..hit.until).filter(|at| letters[*at].digit.is_some() || is_x(letters.get(*at)));
        let own: Vec<usize> = own.collect();
        for at in &own[..own.len().saturating_sub(stays)] {
            out[*at] = '*';
        }
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is found, as text.
    fn marked(text: &str) -> Vec<(SensitiveKind, String)> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let cut = |found: &Sensitive| String::from_utf16(&units[found.from as usize..found.until as usize]).unwrap();
        sensitive(text).iter().map(|found| (found.kind, cut(found))).collect()
    }

    /// A card's number of this length, of no bank.
    fn card(front: &str, length: usize) -> String {
        let whole = |last: u8| format!("{front:0<width$}{last}", width = length - 1);
        (0..10).map(whole).find(|number| luhn(number)).unwrap()
    }

    /// Of nobody: the region 000000 does not exist.
    fn person() -> String {
        let front = "00000019491231002";
        format!("{front}{}", id_number::last_letter(front))
    }

    #[test]
    fn cards_people_and_codes_are_found() {
        use SensitiveKind::{CardNumber, IdNumber, VerificationCode};
        let (card, person) = (card("900000123456", 19), person());
        let spaced = format!("{} {} {} {} {}", &card[..4], &card[4..8], &card[8..12], &card[12..16], &card[16..]);
        let wide: String =
            card.chars().map(|digit| char::from_u32(u32::from(digit) + 0xff10 - 0x30).unwrap()).collect();
        for (text, found) in [
            (format!("他把卡号{card}告诉了对方"), vec![(CardNumber, card.clone())]),
            (format!("卡{spaced}，已冻结"), vec![(CardNumber, spaced.clone())]),
            (format!("😀{wide}"), vec![(CardNumber, wide.clone())]),
            (format!("身份证{person}，电话12000010000"), vec![(IdNumber, person.clone())]),
            (format!("12000010000 {card}"), vec![(CardNumber, card.clone())]),
            ("验证码是 483920".to_owned(), vec![(VerificationCode, "483920".to_owned())]),
            ("验证码发过来：4839 20。".to_owned(), vec![(VerificationCode, "4839 20".to_owned())]),
            ("483920（验证码）".to_owned(), vec![(VerificationCode, "483920".to_owned())]),
            ("Verification code: 4839".to_owned(), vec![(VerificationCode, "4839".to_owned())]),
            ("验证码发到12000010000".to_owned(), vec![]),
            ("没有给验证码。2026年来过".to_owned(), vec![]),
            ("转了20000元，尾号1234".to_owned(), vec![]),
            ("0000000000000000".to_owned(), vec![]),
            (format!("{card}0"), vec![]),
            (format!("1{person}"), vec![]),
        ] {
            assert_eq!(marked(&text), found, "{text}");
        }
    }

    #[test]
    fn what_is_masked_keeps_its_last_digits_but_for_codes() {
        let card = card("900000123456", 16);
        let last = &card[12..];
        assert_eq!(
            masked(&format!("卡{} {}，验证码1234", &card[..8], &card[8..])),
            format!("卡******** ****{last}，验证码****")
        );
        assert_eq!(masked(&person()), format!("{}{}", "*".repeat(14), &person()[14..]));
        assert_eq!(masked("刷单返利，电话12000010000"), "刷单返利，电话12000010000");
    }

    proptest! {
        #[test]
        fn places_are_whole_and_in_order_and_masking_is_done_once(text in "([0-9]{1,19}|[ -]|验证码|是|[a-zX😀。*]){0,12}") {
            let units: Vec<u16> = text.encode_utf16().collect();
            let mut end = 0;
            for found in sensitive(&text) {
                prop_assert!(end <= found.from && found.from < found.until && found.until as usize <= units.len());
                prop_assert!(String::from_utf16(&units[found.from as usize..found.until as usize]).is_ok());
                end = found.until;
            }
            let once = masked(&text);
            prop_assert_eq!(sensitive(&once), vec![]);
            prop_assert_eq!(masked(&once), once.clone());
            prop_assert_eq!(once.chars().count(), text.chars().count());
        }

        #[test]
        fn any_card_is_found_wherever_it_stands(front in "[1-9][0-9]{14,17}", before in "[^0-9]{0,5}", after in "[^0-9Xx]{0,5}") {
            let card = card(&front, front.len() + 1);
            let text = format!("{before}{card}{after}");
            let found = marked(&text);
            prop_assert_eq!(found.len(), 1, "{}", text);
            prop_assert_eq!(&found[0].1, &card);
        }

        #[test]
        fn nothing_breaks_it(text in ".{0,60}") {
            let once = masked(&text);
            prop_assert_eq!(sensitive(&once), vec![]);
        }
    }
}
