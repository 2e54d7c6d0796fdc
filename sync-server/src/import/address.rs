//! Addresses as one text, taken apart; and addresses in one form, so that the same door is found again.
//!
//! Floor: sync-server, import; pure. Invariant: what cannot be taken apart as a whole is kept whole as a house
//! number; nothing of it is lost.

use qiaomen_core::record::Address;

use super::clean;

/// Reads `3栋2单元501`, `七组12号`, `5幢1单元3楼302室`, `2#-1-501` and their like. `areas` are names of areas
/// that may stand in front.
pub(super) fn read<'n>(text: &str, areas: impl Iterator<Item = &'n str> + Clone) -> Address {
    let plain: String = clean::narrow_signs(&clean::word(text)).chars().filter(|letter| *letter != ' ').collect();
    let mut rest = plain.as_str();
    // 幸福村第三网格3栋501: where it lies is told by other columns.
    while let Some(name) = areas.clone().filter(|name| rest.starts_with(name)).max_by_key(|name| name.len()) {
        if name.is_empty() || name.len() == rest.len() || name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            break;
        }
        rest = rest[name.len()..].trim_start_matches(['-', ',', '/']);
    }
    taken_apart(rest).unwrap_or_else(|| Address {
        building: None,
        unit: None,
        floor: None,
        room: None,
        group: None,
        number: Some(rest.to_owned()),
    })
}

const EMPTY: Address = Address { building: None, unit: None, floor: None, room: None, group: None, number: None };

/// A number or a mark, and the word behind it.
#[derive(Debug)]
struct Token<'t> {
    /// What stands before its number: the name of an estate, a road.
    front: &'t str,
    number: String,
    word: &'t str,
}

const WORDS: [&str; 24] = [
    "号楼",
    "号院",
    "村民小组",
    "单元",
    "楼栋",
    "小组",
    "栋",
    "幢",
    "座",
    "楼",
    "层",
    "室",
    "房",
    "组",
    "队",
    "社",
    "号",
    "户",
    "#楼",
    "#",
    "门",
    "F",
    "f",
    "-",
];

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let digit = |letter: char| letter.is_ascii_digit() || is_numeral(letter);
        // A letter counts as a number where a word or a number follows: A座, B12.
        let begin = rest
            .char_indices()
            .find(|(at, letter)| {
                digit(*letter)
                    || (letter.is_ascii_alphabetic()
                        && WORDS.iter().any(|word| rest[at + 1..].starts_with(word))
                        && !rest[at + 1..].starts_with('-'))
                    || (letter.is_ascii_alphabetic() && rest[at + 1..].starts_with(|l: char| l.is_ascii_digit()))
            })
            .map(|(at, _)| at);
        let Some(begin) = begin else {
            tokens.push(Token { front: rest, number: String::new(), word: "" });
            break;
        };
        let (front, from) = rest.split_at(begin);
        let han = from.starts_with(is_numeral);
        let end = from
            .find(|letter: char| if han { !is_numeral(letter) } else { !letter.is_ascii_alphanumeric() })
            .unwrap_or(from.len());
        let (number, after) = from.split_at(end);
        // 3F: the letter is the word.
        let (number, after) = match number.strip_suffix(['F', 'f']) {
            Some(bare) if !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit()) => {
                (bare, &from[end - 1..])
            }
            _ => (number, after),
        };
        let word = WORDS.iter().find(|word| after.starts_with(**word)).copied().unwrap_or("");
        rest = &after[word.len()..];
        let number = if han {
            value(number).map_or_else(|| number.to_owned(), |number| number.to_string())
        } else {
            number.to_owned()
        };
        tokens.push(Token { front: front.trim_start_matches(['-', ',']), number, word });
    }
    tokens
}

fn taken_apart(text: &str) -> Option<Address> {
    let tokens = tokens(text);
    let mut address = EMPTY;
    let mut front = String::new();
    let any = |words: &[&str]| tokens.iter().any(|token| words.contains(&token.word));
    let has_unit = any(&["单元"]);
    let has_house = any(&["栋", "幢", "座", "楼栋", "号楼", "#楼", "#"]);
    let has_group = any(&["组", "小组", "村民小组", "队", "社"]);
    // Numbers that nothing but dashes stands between: building, unit and room.
    let mut dashed: Vec<&str> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let last = at + 1 == tokens.len();
        let told = format!("{front}{}", token.front.strip_suffix('第').unwrap_or(token.front));
        let put = |slot: &mut Option<String>, value: String| slot.replace(value).is_none();
        let fits = match token.word {
            _ if token.number.is_empty() => false,
            "栋" | "幢" | "座" | "楼栋" | "号楼" | "#楼" | "#" => {
                put(&mut address.building, named(&told, token))
            }
            "楼" if has_unit && !has_house && address.unit.is_none() => {
                put(&mut address.building, named(&told, token))
            }
            "单元" | "门" => told.is_empty() && put(&mut address.unit, token.number.clone()),
            "楼" | "层" | "F" | "f" => {
                told.is_empty() && address.floor.is_none() && {
                    address.floor = token.number.parse().ok();
                    address.floor.is_some()
                }
            }
            "室" | "房" | "户" => told.is_empty() && put(&mut address.room, token.number.clone()),
            "组" | "小组" | "村民小组" | "队" | "社" => put(&mut address.group, named(&told, token)),
            "号" if has_group && address.group.is_some() && address.building.is_none() => {
                told.is_empty() && put(&mut address.number, token.number.clone())
            }
            "号" if address.building.is_some() && (last || address.unit.is_some()) => {
                told.is_empty() && put(&mut address.room, token.number.clone())
            }
            "号" | "号院" if !last => {
                // 建设路12号3栋: part of what the building is called.
                front = format!("{told}{}{}", token.number, token.word);
                continue;
            }
            "-" | ""
                if address.group.is_none() && !told.is_empty() && dashed.is_empty() && address.building.is_none() =>
            {
                false
            }
            "-" | "" if told.is_empty() => {
                dashed.push(&token.number);
                true
            }
            _ => false,
        };
        if !fits {
            return None;
        }
        front.clear();
    }
    if !front.is_empty() {
        return None;
    }
    place_dashed(&mut address, &dashed)?;
    let whole =
        address.building.is_some() && (address.room.is_some() || address.unit.is_some() || address.floor.is_some());
    let village = address.group.is_some() && address.number.is_some();
    (whole || village || (address.building.is_some() && tokens.len() == 1)).then_some(address)
}

/// `3-2-501`, and what follows a building or a group without a word of its own.
fn place_dashed(address: &mut Address, dashed: &[&str]) -> Option<()> {
    let owned = |text: &str| Some(text.to_owned());
    let is_room = |text: &str| text.len() >= 3;
    match (dashed, address.building.is_some(), address.unit.is_some(), address.group.is_some()) {
        ([], ..) => {}
        ([building, unit, room], false, false, false) if address.room.is_none() => {
            (address.building, address.unit, address.room) = (owned(building), owned(unit), owned(room));
        }
        ([building, room], false, false, false) if address.room.is_none() && is_room(room) => {
            (address.building, address.room) = (owned(building), owned(room));
        }
        ([unit, room], true, false, false) if address.room.is_none() => {
            (address.unit, address.room) = (owned(unit), owned(room));
        }
        ([unit], true, false, false) if address.room.is_some() => address.unit = owned(unit),
        ([room], true, _, false) if address.room.is_none() => address.room = owned(room),
        (numbers, false, false, true) if address.number.is_none() => address.number = Some(numbers.join("-")),
        _ => return None,
    }
    Some(())
}

/// A building's or a group's number, with the name that stands before it.
fn named(front: &str, token: &Token<'_>) -> String {
    if front.is_empty() { token.number.clone() } else { format!("{front}{}{}", token.number, token.word) }
}

const fn is_numeral(letter: char) -> bool {
    matches!(letter, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '〇' | '零' | '两')
}

/// The number that Chinese numerals below a thousand say.
fn value(text: &str) -> Option<u32> {
    let digit = |letter: char| "零一二三四五六七八九".chars().position(|have| have == letter);
    let letters: Vec<char> = text
        .chars()
        .map(|letter| {
            if letter == '两' {
                '二'
            } else if letter == '〇' {
                '零'
            } else {
                letter
            }
        })
        .collect();
    if letters.iter().all(|letter| digit(*letter).is_some()) {
        return letters
            .iter()
            .try_fold(0_u32, |sum, letter| sum.checked_mul(10)?.checked_add(u32::try_from(digit(*letter)?).ok()?));
    }
    let (mut sum, mut digits) = (0, None);
    for letter in letters {
        match letter {
            '百' => sum += digits.take()? * 100,
            '十' => sum += digits.take().unwrap_or(1) * 10,
            '零' => {}
            other => digits = Some(u32::try_from(digit(other)?).ok()?),
        }
    }
    Some(sum + digits.unwrap_or(0))
}

/// An address in one form: 3栋 is building 3 and 七组 is group 7, so that the same door is found however
/// somebody wrote it.
pub(super) fn key(address: &Address) -> String {
    let plain = |text: &Option<String>, words: &[&str]| -> String {
        let text = clean::narrow_signs(&clean::word(text.as_deref().unwrap_or_default()));
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let text = text.to_uppercase();
        let mut bare = text.as_str();
        for word in words {
            if let Some(rest) = bare.strip_suffix(word).filter(|rest| !rest.is_empty()) {
                bare = rest;
                break;
            }
        }
        bare = bare.strip_prefix('第').filter(|rest| !rest.is_empty()).unwrap_or(bare);
        let number = if !bare.is_empty() && bare.chars().all(is_numeral) { value(bare) } else { bare.parse().ok() };
        number.map_or_else(|| bare.to_owned(), |number| number.to_string())
    };
    let room = plain(&address.room, &["室", "房", "号", "户"]);
    // A room's number tells its floor.
    let floor = address.floor.filter(|_| room.is_empty()).map(|floor| floor.to_string()).unwrap_or_default();
    [
        plain(&address.building, &["号楼", "楼栋", "#楼", "栋", "幢", "座", "楼", "#"]),
        plain(&address.unit, &["单元", "门"]),
        floor,
        room,
        plain(&address.group, &["村民小组", "小组", "组", "队", "社"]),
        plain(&address.number, &["号"]),
    ]
    .join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let areas = ["幸福村", "第三网格", "平安镇"];
        let address = read(text, areas.iter().copied());
        let floor = address.floor.map(|floor| floor.to_string());
        [
            ("b", &address.building),
            ("u", &address.unit),
            ("f", &floor),
            ("r", &address.room),
            ("g", &address.group),
            ("n", &address.number),
        ]
        .iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}={value}")))
        .collect::<Vec<_>>()
        .join(" ")
    }

    #[test]
    fn addresses_are_taken_apart_where_they_can_be() {
        for (text, expected) in [
            ("3栋2单元501", "b=3 u=2 r=501"),
            ("３栋２单元５０１室", "b=3 u=2 r=501"),
            ("3 栋 2 单元 501 室", "b=3 u=2 r=501"),
            ("5幢1单元3楼302室", "b=5 u=1 f=3 r=302"),
            ("2#-1-501", "b=2 u=1 r=501"),
            ("2#501", "b=2 r=501"),
            ("3-2-501", "b=3 u=2 r=501"),
            ("3-501", "b=3 r=501"),
            ("3号楼2单元501", "b=3 u=2 r=501"),
            ("3楼2单元501", "b=3 u=2 r=501"),
            ("A座1203", "b=A r=1203"),
            ("A栋3F", "b=A f=3"),
            ("3栋", "b=3"),
            ("3栋501号", "b=3 r=501"),
            ("3栋-2-501", "b=3 u=2 r=501"),
            ("3栋—2—501", "b=3 u=2 r=501"),
            ("七组12号", "g=7 n=12"),
            ("第十二组3号", "g=12 n=3"),
            ("7组12", "g=7 n=12"),
            ("7组12-1", "g=7 n=12-1"),
            ("三队8号", "g=3 n=8"),
            ("第二十一村民小组105号", "g=21 n=105"),
            ("幸福村七组12号", "g=7 n=12"),
            ("平安镇幸福村第三网格3栋2单元501", "b=3 u=2 r=501"),
            ("阳光花园3栋2单元501", "b=阳光花园3栋 u=2 r=501"),
            ("建设路12号3栋2单元501", "b=建设路12号3栋 u=2 r=501"),
            ("王家湾七组12号", "g=王家湾7组 n=12"),
            // Whole.
            ("建设路12号", "n=建设路12号"),
            ("村口小卖部旁", "n=村口小卖部旁"),
            ("12号", "n=12号"),
            ("12-3", "n=12-3"),
            ("幸福村", "n=幸福村"),
            ("3栋3栋501", "n=3栋3栋501"),
            ("鱼塘边平房二", "n=鱼塘边平房二"),
            ("501", "n=501"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn the_same_door_has_one_key_however_it_is_written() {
        let key_of = |text: &str| key(&read(text, std::iter::empty()));
        for (one, other) in [
            ("3栋2单元501", "3号楼2单元501室"),
            ("5幢1单元3楼302室", "5-1-302"),
            ("七组12号", "7组12"),
            ("3栋501", "03栋501室"),
        ] {
            assert_eq!(key_of(one), key_of(other), "{one} {other}");
        }
        let typed = Address { building: Some("３栋".into()), room: Some("501室".into()), ..EMPTY };
        assert_eq!(key(&typed), key_of("3栋501"));
        assert_ne!(key_of("3栋501"), key_of("3栋502"));
        assert_ne!(key_of("3栋3楼"), key_of("3栋4楼"));
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_it_panic_and_nothing_comes_out_empty(text in "[0-9A-F栋单元楼室组号第七十百零 #-]{1,14}") {
            let address = read(&text, std::iter::empty());
            let _ = key(&address);
            if !text.trim().is_empty() {
                proptest::prop_assert!(address != EMPTY);
            }
        }
    }
}
