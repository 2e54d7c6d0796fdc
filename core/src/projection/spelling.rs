//! How a name may be spelt in letters: full pinyin and initials, in every reading of its characters.
//!
//! Floor: projection; pure. Invariants: bounded whatever the name; the fewer unusual readings a spelling has, the
//! earlier it comes, so that what a bound cuts off is the least likely; no tones, ü as V and as U, capital letters,
//! so that nothing here is mistaken for text.

use pinyin::ToPinyinMulti;

/// The most spellings of a whole name, and as many again of its later parts.
const SPELLINGS: usize = 256;
/// The same for a name of more than [`LONG`] syllables.
const SPELLINGS_OF_LONG: usize = 16;
/// The most syllables of a name that has every spelling.
const LONG: usize = 4;
/// What comes after so many syllables is not spelt.
const MOST_SYLLABLES: usize = 24;

/// Readings that the table lacks.
const MORE_READINGS: &[(char, &str)] = &[('黑', "HE"), ('谌', "SHEN")];

/// Every reading of a character without tones; none where it has no pinyin.
fn readings(letter: char) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |reading: String| {
        if !reading.is_empty() && !found.contains(&reading) {
            found.push(reading);
        }
    };
    for reading in letter.to_pinyin_multi().into_iter().flatten() {
        let plain = |umlaut: char| {
            let letters = reading.plain().chars().map(|letter| match letter {
                'ü' => umlaut,
                'ê' => 'E',
                other => other.to_ascii_uppercase(),
            });
            letters.filter(char::is_ascii_uppercase).collect::<String>()
        };
        add(plain('V'));
        add(plain('U'));
    }
    for (_, reading) in MORE_READINGS.iter().filter(|(of, _)| *of == letter) {
        add((*reading).to_owned());
    }
    found
}

/// The syllables of a name, each with its readings: a character, or a word in Latin letters. `name` is small and
/// narrow.
fn syllables(name: &str) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut latin = false;
    for letter in name.chars() {
        if letter.is_ascii_alphabetic() {
            let capital = letter.to_ascii_uppercase();
            match found.last_mut().and_then(|last| last.first_mut()).filter(|_| latin) {
                Some(word) => word.push(capital),
                None => found.push(vec![capital.to_string()]),
            }
            latin = true;
            continue;
        }
        latin = false;
        let readings = readings(letter);
        if !readings.is_empty() {
            found.push(readings);
        }
    }
    found.truncate(MOST_SYLLABLES);
    found
}

/// Appends ` *SPELLING` for each way to spell a name, from its beginning and from every later syllable.
pub(super) fn spell(name: &str, into: &mut String) {
    let full = syllables(name);
    let initials: Vec<Vec<String>> = full
        .iter()
        .map(|readings| {
            let mut letters: Vec<String> = readings.iter().map(|reading| reading[..1].to_owned()).collect();
            letters.dedup();
            letters
        })
        .collect();
    // Those of this name alone: another's say nothing about it.
    let mut made = String::new();
    for syllables in [&full, &initials] {
        let most = if syllables.len() > LONG { SPELLINGS_OF_LONG } else { SPELLINGS };
        let mut whole = Spellings { left: most, made: &mut made };
        for unusual in 0..=syllables.len() {
            whole.add(syllables, unusual, &mut String::new());
        }
        let mut later = Spellings { left: most, made: &mut made };
        for unusual in 0..syllables.len() {
            for start in 1..syllables.len() {
                later.add(&syllables[start..], unusual, &mut String::new());
            }
        }
    }
    into.push_str(&made);
}

struct Spellings<'a> {
    /// How many more there may be.
    left: usize,
    made: &'a mut String,
}

impl Spellings<'_> {
    /// Adds the spellings of `syllables` behind `begun` in which exactly `unusual` readings are not the first.
    fn add(&mut self, syllables: &[Vec<String>], unusual: usize, begun: &mut String) {
        if self.left == 0 {
            return;
        }
        let Some((readings, rest)) = syllables.split_first() else {
            // What an earlier one begins with is found by it.
            let marked = format!(" *{begun}");
            if unusual == 0 && !begun.is_empty() && !self.made.contains(&marked) {
                self.made.push_str(&marked);
                self.left -= 1;
            }
            return;
        };
        if unusual > syllables.iter().filter(|readings| readings.len() > 1).count() {
            return;
        }
        let length = begun.len();
        for (at, reading) in readings.iter().enumerate() {
            let Some(unusual) = unusual.checked_sub(usize::from(at > 0)) else { break };
            begun.push_str(reading);
            self.add(rest, unusual, begun);
            begun.truncate(length);
        }
    }
}

/// A typed word as the beginning of a spelling: tones, as marks or as numbers, and apostrophes left out, ü as V.
/// Several where it may be meant otherwise, none if it is no pinyin.
pub(super) fn typed(word: &str) -> Vec<String> {
    let mut made = String::new();
    let mut toned = false;
    for letter in word.chars().flat_map(super::narrow) {
        let plain = match letter {
            'ā' | 'á' | 'ǎ' | 'à' => 'A',
            'ē' | 'é' | 'ě' | 'è' | 'ê' => 'E',
            'ī' | 'í' | 'ǐ' | 'ì' => 'I',
            'ō' | 'ó' | 'ǒ' | 'ò' => 'O',
            'ū' | 'ú' | 'ǔ' | 'ù' => 'U',
            'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'V',
            'ń' | 'ň' | 'ǹ' => 'N',
            // The two dots of a ü that came in pieces, or as people type it: u:.
            '\u{308}' | ':' if made.ends_with('U') => {
                made.pop();
                'V'
            }
            '\u{300}'..='\u{36f}' | '\'' | '’' | '‘' | '-' | '·' | '.' => continue,
            '0'..='5' if !made.is_empty() && !toned => {
                toned = true;
                continue;
            }
            other if other.is_ascii_lowercase() => other.to_ascii_uppercase(),
            _ => return Vec::new(),
        };
        toned = false;
        // After these there is no other u.
        let rounded = plain == 'V' && made.ends_with(['J', 'Q', 'X', 'Y']);
        made.push(if rounded { 'U' } else { plain });
    }
    // A letter with a number is a door, not a syllable.
    if made.is_empty() || made.len() == 1 && word.chars().any(|letter| letter.is_ascii_digit()) {
        return Vec::new();
    }
    // As passports write ü, whole or begun. It may be the end of one syllable and the beginning of the next as well
    // (shan'yue), or initials.
    let passport = made.replace("LYU", "LV").replace("NYU", "NV");
    let begun = passport.strip_suffix('Y').filter(|begun| begun.ends_with(['L', 'N'])).map(|begun| format!("{begun}V"));
    let passport = Some(passport).filter(|passport| *passport != made);
    std::iter::once(made).chain(passport).chain(begun).collect()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    fn spelt(name: &str) -> Vec<String> {
        let mut made = String::new();
        spell(name, &mut made);
        made.split(" *").skip(1).map(str::to_owned).collect()
    }

    #[test]
    fn every_reading_of_every_character() {
        assert_eq!(
            spelt("单曾"),
            [
                "DANCENG", "DANZENG", "CHANCENG", "SHANCENG", "CHANZENG", "SHANZENG", "CENG", "ZENG", "DC", "DZ", "CC",
                "SC", "CZ", "SZ"
            ]
        );
        for (name, surname) in [
            ("解", "XIE"),
            ("仇", "QIU"),
            ("查", "ZHA"),
            ("区", "OU"),
            ("盖", "GE"),
            ("朴", "PIAO"),
            ("尉", "YU"),
            ("缪", "MIAO"),
            ("员", "YUN"),
            ("种", "CHONG"),
            ("黑", "HE"),
            ("乐", "YUE"),
            ("秘", "BI"),
            ("繁", "PO"),
            ("召", "SHAO"),
            ("覃", "QIN"),
            ("翟", "ZHAI"),
            ("谌", "SHEN"),
            ("折", "SHE"),
            ("那", "NA"),
        ] {
            assert!(spelt(name).iter().any(|reading| reading.starts_with(surname)), "{name} {:?}", spelt(name));
        }
        assert!(spelt("万俟").contains(&"MOQI".to_owned()));
        assert_eq!(spelt("吕绿"), ["LVLV", "LVLU", "LULV", "LULU", "LL"]);
        assert_eq!(spelt("ann lee"), ["ANNLEE", "LEE", "AL"]);
        assert!(spelt("·7").is_empty());
    }

    #[test]
    fn spellings_are_bounded() {
        let name = "和".repeat(200);
        let mut made = String::new();
        spell(&name, &mut made);
        assert!(made.len() < 8_000, "{}", made.len());
        // Four characters of four readings each: all with up to two unusual ones are there.
        let four = spelt("乐车和解");
        assert!(four.len() <= 4 * SPELLINGS, "{}", four.len());
        for spelling in ["LECHEHEJIE", "YUECHEHEJIE", "LEJUHEJIE", "LECHEHUXIE", "YUEJUHEJIE"] {
            assert!(four.contains(&spelling.to_owned()), "{spelling}");
        }
    }

    #[test]
    fn pinyin_however_it_is_typed() {
        for (word, read) in [
            ("zhang", &["ZHANG"][..]),
            ("ＺＨＡＮＧ", &["ZHANG"][..]),
            ("zhāngsān", &["ZHANGSAN"][..]),
            ("zhang1san1", &["ZHANGSAN"][..]),
            ("xi'an", &["XIAN"][..]),
            ("lǚ", &["LV"][..]),
            ("lu:4", &["LV"][..]),
            ("lyu", &["LYU", "LV"][..]),
            ("shanyue", &["SHANYUE", "SHANVE"][..]),
            ("lu\u{308}\u{30c}", &["LV"][..]),
            ("u\u{304}", &["U"][..]),
            ("nüly", &["NVLY", "NVLV"][..]),
            ("jv", &["JU"][..]),
            ("qü", &["QU"][..]),
            ("b1", &[]),
            ("a12", &[]),
            ("张san", &[]),
            ("12", &[]),
            ("'", &[]),
        ] {
            assert_eq!(typed(word), read, "{word}");
        }
    }

    /// Where this fails after an upgrade of the table, `projection::VERSION` has to grow, so that phones and servers
    /// make their rows anew.
    #[test]
    fn the_table_is_the_one_that_rows_were_made_with() {
        let mut digest = Sha256::new();
        for letter in '\u{3400}'..='\u{9fff}' {
            for reading in readings(letter) {
                digest.update(reading);
                digest.update([0]);
            }
            digest.update([1]);
        }
        let digest: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        insta::assert_snapshot!(format!("rows of version {}: {digest}", crate::projection::VERSION));
    }
}
