//! The text that a door is found by, and what somebody typed as a question to it.
//!
//! Floor: projection; pure. Invariants: a door is found by its address, and by name, pinyin, initials and the end of
//! a telephone of each resident who is not marked as removed; every word has to be found. The text is made of
//! sections that blanks part: typed words have none, so nothing is found across two of them by chance. In it
//! numbers stand behind `#`, spellings behind `*` in capitals, and a telephone ends in `;`: none is found as another.

use super::{address, narrow, spelling};

pub use super::address::Parts;

/// Words after so many are not looked at.
const MOST_WORDS: usize = 10;
/// The fewest last digits that a telephone is found by.
const FEWEST_DIGITS: usize = 3;
/// So many digits in several words may be one telephone.
const WHOLE_TELEPHONE: usize = 7;

/// What has to stand in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// This, anywhere.
    Has(String),
    /// All of these.
    All(Vec<Condition>),
    /// One of these.
    Any(Vec<Condition>),
}

impl Condition {
    /// Whether it holds for `text`.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        match self {
            Self::Has(part) => text.contains(part.as_str()),
            Self::All(all) => all.iter().all(|one| one.holds(text)),
            Self::Any(any) => any.iter().any(|one| one.holds(text)),
        }
    }

    /// Whether some part of it stands in `text`.
    fn touches(&self, text: &str) -> bool {
        match self {
            Self::Has(part) => text.contains(part.as_str()),
            Self::All(some) | Self::Any(some) => some.iter().any(|one| one.touches(text)),
        }
    }
}

/// As what a word was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum As {
    /// In the characters of an address or a name.
    Text,
    /// As pinyin or initials of a name.
    Spelling,
    /// As the end of a telephone.
    Telephone,
}

/// A word, and the ways to find it.
#[derive(Clone, Debug)]
struct Word {
    typed: String,
    ways: Vec<(As, Condition)>,
}

/// What somebody typed.
#[derive(Clone, Debug)]
pub struct Search {
    words: Vec<Word>,
    /// All words together as a telephone.
    telephone: Option<Word>,
    exact: Vec<Condition>,
}

impl Search {
    /// Reads what somebody typed. Nothing typed finds everything.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let words: Vec<Word> = typed.split_whitespace().take(MOST_WORDS).filter_map(word).collect();
        let telephone = (words.len() > 1)
            .then(|| endings(typed).filter(|endings| endings.iter().any(|end| end.len() > WHOLE_TELEPHONE)))
            .flatten()
            .map(|endings| Word { typed: typed.trim().to_owned(), ways: vec![(As::Telephone, any(endings))] });
        let exact =
            typed.split_whitespace().take(MOST_WORDS).flat_map(|word| address::names(&address::canonical(word)));
        Self { exact: exact.map(Condition::Has).collect(), words, telephone }
    }

    /// Whether nothing was asked for, so that everybody is found: nothing typed, or signs alone.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty() && self.telephone.is_none()
    }

    /// What the text of a door has to fulfil.
    #[must_use]
    pub fn condition(&self) -> Condition {
        let any = |word: &Word| Condition::Any(word.ways.iter().map(|(_, way)| way.clone()).collect());
        let all = Condition::All(self.words.iter().map(any).collect());
        match &self.telephone {
            None => all,
            Some(telephone) => Condition::Any(vec![all, any(telephone)]),
        }
    }

    /// What the text of a door fulfils whose room or house number is a word that was typed: it comes first.
    #[must_use]
    pub fn exact(&self) -> Condition {
        Condition::Any(self.exact.clone())
    }

    /// The words that were found in `section`, a part of `text`, and as what.
    #[must_use]
    pub fn found(&self, text: &str, section: &str) -> Vec<(&str, As)> {
        let words = self.words.iter().chain(&self.telephone);
        let ways = words.flat_map(|word| word.ways.iter().map(|(how, way)| (word.typed.as_str(), *how, way)));
        let found = ways.filter(|(_, _, way)| way.holds(text) && way.touches(section));
        let mut found: Vec<_> = found.map(|(word, how, _)| (word, how)).collect();
        found.dedup();
        found
    }
}

fn any(of: Vec<String>) -> Condition {
    Condition::Any(of.into_iter().map(Condition::Has).collect())
}

/// None for a word of signs alone.
fn word(typed: &str) -> Option<Word> {
    let mut ways = Vec::new();
    let canonical = address::canonical(typed);
    let name = named(typed);
    ways.extend(address::asks(&canonical).map(|asks| (As::Text, asks)));
    for text in [canonical, name] {
        let has = Condition::Has(text.clone());
        if !text.is_empty() && ways.iter().all(|(_, way)| *way != has) {
            ways.push((As::Text, has));
        }
    }
    let spellings = spelling::typed(typed).into_iter();
    ways.extend(spellings.map(|letters| (As::Spelling, Condition::Has(format!("*{letters}")))));
    ways.extend(endings(typed).map(|endings| (As::Telephone, any(endings))));
    (!ways.is_empty()).then(|| Word { typed: typed.to_owned(), ways })
}

/// The ends of telephones that `typed` may be; none if it is no telephone's.
fn endings(typed: &str) -> Option<Vec<String>> {
    let letters: Vec<char> = typed.chars().flat_map(narrow).collect();
    let sign = |letter: &char| letter.is_whitespace() || "+-()./—–".contains(*letter);
    if !letters.iter().all(|letter| letter.is_ascii_digit() || sign(letter)) {
        return None;
    }
    let digits: String = letters.into_iter().filter(char::is_ascii_digit).collect();
    if digits.len() < FEWEST_DIGITS {
        return None;
    }
    // The country's number is rarely on a roster.
    let home = digits.strip_prefix("00861").or_else(|| digits.strip_prefix("861")).filter(|rest| rest.len() == 10);
    let home = home.map(|rest| format!("1{rest};"));
    Some(std::iter::once(format!("{digits};")).chain(home).collect())
}

/// A name as it is searched for: small and narrow, without blanks and signs; a `#` before digits, as in an address.
fn named(name: &str) -> String {
    let mut made = String::with_capacity(name.len());
    let mut counting = false;
    for letter in name.chars().flat_map(narrow).filter(|letter| letter.is_alphanumeric()) {
        if letter.is_ascii_digit() && !counting {
            made.push('#');
        }
        counting = letter.is_ascii_digit();
        made.push(letter);
    }
    made
}

/// The section of a resident.
#[must_use]
pub fn resident<'a>(name: &str, telephones: impl Iterator<Item = &'a str>) -> String {
    let mut made = named(name);
    let small: String = name.chars().flat_map(narrow).collect();
    spelling::spell(&small, &mut made);
    for written in telephones {
        for one in written.split(['/', ',', '，', '、', ';', '；']) {
            let digits: String = one.chars().flat_map(narrow).filter(char::is_ascii_digit).collect();
            if !digits.is_empty() {
                made.extend([" ", &digits, ";"]);
            }
        }
    }
    made
}

/// The whole text of a door.
#[must_use]
pub fn whole(address: &str, residents: &[String]) -> String {
    std::iter::once(address).chain(residents.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> String {
        let parts = Parts {
            building: Some("三号楼"),
            unit: Some("甲单元"),
            floor: Some(-1),
            room: Some("502室"),
            ..Parts::default()
        };
        let residents =
            [resident("单 雄信", ["138-0013-8000", "0571 8888 1234"].into_iter()), resident("吕布", [].into_iter())];
        whole(&parts.searched(), &residents)
    }

    #[test]
    fn the_text_of_a_door() {
        insta::assert_snapshot!(text());
    }

    #[test]
    fn found_by_whatever_is_known() {
        let text = text();
        for typed in [
            "3号楼",
            "三栋",
            "３",
            "3号楼甲单元502",
            "3-甲-502室",
            "3-502",
            "甲单元",
            "负一层",
            "-1楼",
            "50",
            "502号",
            "单雄信",
            "雄信",
            "单·雄信",
            "shanxiongxin",
            "DAN xiong",
            "chan",
            "xiongx",
            "sxx",
            "dx",
            "xin",
            "lv",
            "lu",
            "lü",
            "lǚbù",
            "lyubu",
            "lb",
            "8000",
            "000",
            "13800138000",
            "+8613800138000",
            "138 0013 8000",
            "0571-88881234",
            "234",
            "三号楼 吕",
            "吕布 8000",
            "",
            "  ",
            "，",
        ] {
            assert!(Search::new(typed).condition().holds(&text), "{typed}");
        }
        for typed in [
            "13号楼",
            "2",
            "02",
            "502栋",
            "1楼",
            "4栋",
            "乙单元",
            "雄单",
            "an",
            "iong",
            "88",
            "00",
            "1380013",
            "3800",
            "08000 9",
            "吕布 张",
            "张",
            "z",
            "楼甲 李",
            "nv",
            "13900138000",
        ] {
            assert!(!Search::new(typed).condition().holds(&text), "{typed}");
        }
    }

    #[test]
    fn what_was_found_where() {
        let section = resident("单雄信", ["13800138502"].into_iter());
        let address = Parts { room: Some("502"), ..Parts::default() }.searched();
        let text = whole(&address, std::slice::from_ref(&section));
        let search = Search::new("502 shan");
        assert_eq!(search.found(&text, &address), [("502", As::Text)]);
        assert_eq!(search.found(&text, &section), [("502", As::Telephone), ("shan", As::Spelling)]);
        assert!(search.exact().holds(&address));
        assert!(!Search::new("50").exact().holds(&address));
        assert!(!Search::new("").exact().holds(&address));
        let long = "字 ".repeat(4_000);
        assert_eq!(Search::new(&long).words.len(), MOST_WORDS);
    }
}
