//! Addresses as people write them, brought to one form to be searched and to be walked.
//!
//! Floor: projection; pure. Invariants: what is stored and what is typed go through the same [`canonical`] form, so
//! that 三号楼, ３号楼 and 3号楼 are one; a number there stands behind a `#` and without leading zeros, so that 3 is
//! found at the beginning of a number and never in the middle of one.

use super::search::Condition;
use super::{digits, narrow};

/// Where a door is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parts<'a> {
    /// The village group.
    pub group: Option<&'a str>,
    /// The building.
    pub building: Option<&'a str>,
    /// The stairwell.
    pub unit: Option<&'a str>,
    /// The floor.
    pub floor: Option<i64>,
    /// The room.
    pub room: Option<&'a str>,
    /// The house number.
    pub number: Option<&'a str>,
}

const GROUP: char = 'g';
const BUILDING: char = 'b';
const UNIT: char = 'u';
const FLOOR: char = 'f';
const ROOM: char = 'r';
const NUMBER: char = 'n';

/// What may follow a number, and which parts of an address it may then be; the longer before those they begin with.
const NOUNS: &[(&str, &str)] = &[
    ("村民小组", "g"),
    ("生产队", "g"),
    ("号楼", "b"),
    ("号院", "b"),
    ("号房", "r"),
    ("单元", "u"),
    ("小组", "g"),
    ("栋", "b"),
    ("幢", "b"),
    ("座", "b"),
    ("楼", "bf"),
    ("门", "u"),
    ("层", "f"),
    ("室", "r"),
    ("房", "r"),
    ("户", "rn"),
    ("组", "g"),
    ("社", "g"),
    ("队", "g"),
    ("号", "bnr"),
];

/// What counts like a number, in its order.
const STEMS: &str = "甲乙丙丁戊己庚辛壬癸";

/// A piece of a canonical text.
#[derive(Debug, PartialEq, Eq)]
enum Segment<'a> {
    /// A number, or what stands for one, and the parts it may be by the noun behind it.
    Number { core: &'a str, parts: Option<&'static str> },
    /// Anything else.
    Text(&'a str),
}

/// `text` with its numerals as digits, narrow and small, without blanks and signs; a `#` before each number.
pub(crate) fn canonical(text: &str) -> String {
    let letters: Vec<char> = text.trim().chars().flat_map(narrow).collect();
    let mut made = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let rest = &letters[at..];
        if let Some((number, length)) = number(rest) {
            made.push('#');
            made.push_str(&number);
            at += length;
            continue;
        }
        let below = match letter {
            '负' => 1,
            '-' if at == 0 => 1,
            '地' if rest.get(1) == Some(&'下') => 2,
            // 第三组 is 三组.
            '第' if number(&rest[1..]).is_some() => {
                at += 1;
                continue;
            }
            _ => 0,
        };
        if below > 0
            && let Some((number, length)) = number(&rest[below..])
            && (below == 1 || matches!(rest.get(below + length), Some('层' | '楼')))
        {
            made.push_str("#-");
            made.push_str(&number);
            at += below + length;
            continue;
        }
        if letter.is_alphanumeric() {
            made.push(letter);
        }
        at += 1;
    }
    made
}

/// The number that `letters` begin with, in digits, and how many letters it takes.
fn number(letters: &[char]) -> Option<(String, usize)> {
    let length = letters.iter().take_while(|letter| letter.is_ascii_digit()).count();
    if length > 0 {
        return Some((bare(letters[..length].iter().collect::<String>()), length));
    }
    let length = letters.iter().take_while(|letter| digit(**letter).is_some() || ten(**letter).is_some()).count();
    let run = &letters[..length];
    if run.iter().all(|letter| digit(*letter).is_some()) {
        let spelt = run.iter().filter_map(|letter| digit(*letter)).map(|digit| char::from(b'0' + digit)).collect();
        return (length > 0).then(|| (bare(spelt), length));
    }
    // 百 and 千 do not begin a number, nor do two digits follow each other in one with tens.
    let (mut whole, mut open) = (0_u64, None);
    for letter in run {
        match (digit(*letter), ten(*letter)) {
            (Some(0), _) => {}
            (Some(digit), _) if open.is_none() => open = Some(u64::from(digit)),
            (None, Some(ten)) if open.is_some() || ten < 100 => {
                whole += if ten > 10 && ten < 100 { ten } else { open.unwrap_or(1) * ten };
                open = None;
            }
            _ => return None,
        }
        if whole > 9_999 {
            return None;
        }
    }
    (length > 0).then(|| ((whole + open.unwrap_or(0)).to_string(), length))
}

fn bare(digits: String) -> String {
    match digits.trim_start_matches('0') {
        "" => "0".to_owned(),
        rest => rest.to_owned(),
    }
}

const fn digit(letter: char) -> Option<u8> {
    Some(match letter {
        '〇' | '零' | '○' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

const fn ten(letter: char) -> Option<u64> {
    Some(match letter {
        '十' => 10,
        '廿' => 20,
        '卅' => 30,
        '百' => 100,
        '千' => 1_000,
        _ => return None,
    })
}

/// The pieces of a canonical text.
fn segments(text: &str) -> Vec<Segment<'_>> {
    let mut found = Vec::new();
    let (mut begun, mut at) = (0, 0);
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        let core = if letter == '#' {
            let sign = 1 + usize::from(rest[1..].starts_with('-'));
            let end = sign + digits(&rest[sign..]);
            end + rest[end..].bytes().take_while(u8::is_ascii_lowercase).count()
        } else if begun == at
            && (letter.is_ascii_lowercase() || STEMS.contains(letter) || "东西南北中".contains(letter))
        {
            letter.len_utf8()
        } else {
            0
        };
        let noun = NOUNS.iter().find(|(noun, _)| rest[core..].starts_with(noun));
        if core == 0 || letter != '#' && noun.is_none() {
            at += letter.len_utf8();
            continue;
        }
        if begun < at {
            found.push(Segment::Text(&text[begun..at]));
        }
        found
            .push(Segment::Number { core: rest[..core].trim_start_matches('#'), parts: noun.map(|(_, parts)| *parts) });
        at += core + noun.map_or(0, |(noun, _)| noun.len());
        begun = at;
    }
    if begun < text.len() {
        found.push(Segment::Text(&text[begun..]));
    }
    found
}

impl Parts<'_> {
    fn texts(&self) -> [(char, Option<String>); 5] {
        let canonical = |text: Option<&str>| text.map(canonical).filter(|text| !text.is_empty());
        [
            (GROUP, canonical(self.group)),
            (BUILDING, canonical(self.building)),
            (UNIT, canonical(self.unit)),
            (ROOM, canonical(self.room)),
            (NUMBER, canonical(self.number)),
        ]
    }

    /// The address as it is searched: all of it in one piece, then `#number.part` for each number in it. The floor
    /// is only among the latter: people say 3号楼2单元502.
    #[must_use]
    pub fn searched(&self) -> String {
        let texts = self.texts();
        let mut made: String = texts.iter().filter_map(|(_, text)| text.as_deref()).collect();
        for (part, text) in &texts {
            let found = text.as_deref().map(segments).unwrap_or_default();
            for segment in &found {
                let (core, parts) = match segment {
                    Segment::Number { core, parts } => (*core, *parts),
                    Segment::Text(text) if found.len() == 1 && text.chars().count() == 1 => (*text, None),
                    Segment::Text(_) => continue,
                };
                term(&mut made, core, *part);
                // A number with a noun of its own in another's field: 12组15号 as the house number.
                if let Some([said]) = parts.map(str::as_bytes)
                    && char::from(*said) != *part
                {
                    term(&mut made, core, char::from(*said));
                }
            }
        }
        if let Some(floor) = self.floor {
            term(&mut made, &floor.to_string(), FLOOR);
        }
        made
    }

    /// Whether an address in words has every number of this one as the same part, the room or the house among them.
    #[must_use]
    pub fn are_in(&self, text: &str) -> bool {
        let canonical = canonical(text);
        let mut said: Vec<(&str, Option<&str>)> = segments(&canonical)
            .into_iter()
            .filter_map(|segment| match segment {
                Segment::Number { core, parts } => Some((core, parts)),
                Segment::Text(_) => None,
            })
            .collect();
        // One after another, so that in 3-2-501 each number stands for one part alone.
        let mut told = false;
        for (part, text) in self.texts() {
            let Some(text) = text else { continue };
            let numbers: Vec<String> = segments(&text)
                .into_iter()
                .filter_map(|segment| match segment {
                    Segment::Number { core, .. } => Some(core.to_owned()),
                    Segment::Text(text) if text.chars().count() == 1 => Some(text.to_owned()),
                    Segment::Text(_) => None,
                })
                .collect();
            if numbers.is_empty() {
                continue;
            }
            for number in numbers {
                let found = said
                    .iter()
                    .position(|(core, parts)| *core == number && parts.is_none_or(|parts| parts.contains(part)));
                let Some(at) = found else { return false };
                said.drain(..=at);
            }
            told |= part == ROOM || part == NUMBER;
        }
        told
    }

    /// The way a worker walks: village group, building, unit, floor, room, house number, each in the order of the
    /// numbers inside it, whatever nouns stand behind them. Compared byte by byte.
    #[must_use]
    pub fn walk(&self) -> String {
        let [group, building, unit, room, number] = self.texts().map(|(_, text)| text);
        let mut key = String::new();
        for text in [group, building, unit] {
            step(text.as_deref(), &mut key);
        }
        // Cellars lie below the ground. Where nobody wrote the floor, the room says it.
        if let Some(floor) = self.floor.or_else(|| room.as_deref().and_then(floor_of)) {
            count(&(floor.clamp(-999, 8999) + 1000).to_string(), &mut key);
        }
        key.push('\u{1f}');
        for text in [room, number] {
            step(text.as_deref(), &mut key);
        }
        key
    }
}

fn term(made: &mut String, core: &str, part: char) {
    made.extend([" #", core, "."]);
    made.push(part);
}

/// The floor that a room's number tells: 502 is on the fifth, 1203 on the twelfth.
fn floor_of(room: &str) -> Option<i64> {
    let number = room.strip_prefix('#')?;
    let sign = usize::from(number.starts_with('-'));
    let length = digits(&number[sign..]);
    let number: i64 = number[..sign + length].parse().ok().filter(|_| (3..=4).contains(&length))?;
    Some(number / 100)
}

/// Appends a part of the address so that keys compare as people count.
fn step(text: Option<&str>, key: &mut String) {
    let found = text.map(segments).unwrap_or_default();
    for segment in &found {
        match segment {
            Segment::Text(text) if found.len() > 1 => key.push_str(text),
            Segment::Text(core) | Segment::Number { core, .. } => {
                let mut letters = core.chars();
                match (letters.next().and_then(|letter| STEMS.chars().position(|stem| stem == letter)), letters.next())
                {
                    (Some(place), None) => key.push(char::from(b'a' + place as u8)),
                    _ => count(core, key),
                }
            }
        }
    }
    key.push('\u{1f}');
}

/// Appends a number so that keys compare as people count: it is preceded by how many digits it has.
fn count(core: &str, key: &mut String) {
    let (below, core) = match core.strip_prefix('-') {
        Some(core) => (true, core),
        None => (false, core),
    };
    let length = digits(core);
    let (number, letters) = core.split_at(length);
    if below {
        // The deeper, the earlier.
        let depth: u32 = number.parse().unwrap_or(u32::MAX);
        key.push_str(&format!("!{:010}", u32::MAX - depth));
    } else if length > 0 {
        let number = number.trim_start_matches('0');
        key.push(char::from(b'0' + number.len().min(9) as u8));
        key.push_str(number);
    }
    key.push_str(letters);
}

/// What a typed word asks of an address; nothing where it says no more than its letters.
pub(super) fn asks(word: &str) -> Option<Condition> {
    let found = segments(word);
    let last = found.len().checked_sub(1)?;
    if found.iter().all(|segment| matches!(segment, Segment::Text(_))) {
        return None;
    }
    let ask = |(at, segment): (usize, &Segment<'_>)| match segment {
        Segment::Text(text) => Condition::Has((*text).to_owned()),
        Segment::Number { core, parts: Some(parts) } => {
            Condition::Any(parts.chars().map(|part| Condition::Has(format!("#{core}.{part}"))).collect())
        }
        // Somebody may still be typing the last one.
        Segment::Number { core, parts: None } if at == last => Condition::Has(format!("#{core}")),
        Segment::Number { core, parts: None } => Condition::Has(format!("#{core}.")),
    };
    Some(Condition::All(found.iter().enumerate().map(ask).collect()))
}

/// What a door has whose room or house number is the one that a typed word names.
pub(super) fn names(word: &str) -> Vec<String> {
    let Some(Segment::Number { core, parts }) = segments(word).pop() else { return Vec::new() };
    let parts = parts.unwrap_or("rn").chars().filter(|part| [ROOM, NUMBER].contains(part));
    parts.map(|part| format!("#{core}.{part}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_digits_however_they_were_written() {
        for (written, read) in [
            ("三号楼", "#3号楼"),
            ("３号楼", "#3号楼"),
            (" 03 号楼", "#3号楼"),
            ("十号楼", "#10号楼"),
            ("第十二村民小组", "#12村民小组"),
            ("二十组", "#20组"),
            ("廿一号", "#21号"),
            ("一百零二号", "#102号"),
            ("一千二百号", "#1200号"),
            ("二〇一室", "#201室"),
            ("负一层", "#-1层"),
            ("地下二层", "#-2层"),
            ("-1", "#-1"),
            ("地下室", "地下室"),
            ("百合苑", "百合苑"),
            ("甲单元", "甲单元"),
            ("9-1", "#9#1"),
            ("Ａ座 201b", "a座#201b"),
            ("", ""),
        ] {
            assert_eq!(canonical(written), read, "{written}");
            assert_eq!(canonical(read), read.replace("#-", "#"), "what is canonical stays so");
        }
    }

    #[test]
    fn pieces_of_an_address() {
        let number = |core, parts| Segment::Number { core, parts };
        assert_eq!(segments("#3号楼#2单元#502"), [number("3", Some("b")), number("2", Some("u")), number("502", None)]);
        assert_eq!(
            segments("紫荆苑a座甲单元#-1层"),
            [Segment::Text("紫荆苑a座甲单元"), number("-1", Some("f"))],
            "what stands behind a name is a part of it"
        );
        assert_eq!(segments("a座甲单元"), [number("a", Some("b")), number("甲", Some("u"))]);
        assert_eq!(segments("#15号附#1"), [number("15", Some("bnr")), Segment::Text("附"), number("1", None)]);
    }
}
