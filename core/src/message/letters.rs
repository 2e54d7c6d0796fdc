//! A message as letters that are easy to compare: narrow, without what is not seen, blanks one at a time.
//!
//! Floor: message; pure. Invariants: each letter knows where it came from in the text as written; making them
//! takes one pass, and what comes out is never longer than what went in.

use super::lexicon::{Lexicon, Words};
use std::ops::Range;

/// A stretch of letters, by their places.
pub(super) type Span = Range<usize>;

/// Words of forms that people pull apart to fill a column: 姓　名.
static PULLED_APART: Words =
    Words::new("姓名 电话 手机 住址 地址 编号 等级 级别 时间 类型 单位 来源 性别 人员 号码 单号 对象 年龄 备注");

/// The letters of a message.
pub(super) struct Letters {
    letters: Vec<char>,
    /// Where each letter begins in the text, and where the text ends.
    from: Vec<usize>,
}

impl Letters {
    /// The letters of `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut made = Self { letters: Vec::new(), from: Vec::new() };
        for (at, letter) in text.char_indices() {
            let letter = narrow(letter);
            if is_unseen(letter) {
                continue;
            }
            if letter == ' ' && matches!(made.letters.last(), None | Some(' ' | '\n')) {
                continue;
            }
            if letter == '\n' {
                made.drop_blank();
            }
            made.letters.push(letter);
            made.from.push(at);
        }
        made.drop_blank();
        made.close_up();
        made.from.push(text.len());
        made
    }

    fn drop_blank(&mut self) {
        if self.letters.last() == Some(&' ') {
            self.letters.pop();
            self.from.pop();
        }
    }

    /// Takes the blank out of 姓 名.
    fn close_up(&mut self) {
        let mut keep = vec![true; self.letters.len()];
        for (at, three) in self.letters.windows(3).enumerate() {
            let apart = |word: &&str| word.starts_with(three[0]) && word.ends_with(three[2]);
            if three[1] == ' ' && PULLED_APART.iter().any(|word| apart(&word)) {
                keep[at + 1] = false;
            }
        }
        let mut kept = keep.iter();
        self.letters.retain(|_| kept.next().copied().unwrap_or(true));
        let mut kept = keep.iter();
        self.from.retain(|_| kept.next().copied().unwrap_or(true));
    }

    /// All of them.
    pub(super) fn whole(&self) -> Span {
        0..self.letters.len()
    }

    /// The letter at a place; none past the end.
    pub(super) fn at(&self, at: usize) -> Option<char> {
        self.letters.get(at).copied()
    }

    /// The letter before a place.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|at| self.at(at))
    }

    /// The letters of a stretch; what lies past the end is left out.
    pub(super) fn slice(&self, span: Span) -> &[char] {
        let end = span.end.min(self.letters.len());
        &self.letters[span.start.min(end)..end]
    }

    /// Whether `word` stands at a place.
    pub(super) fn starts(&self, at: usize, word: &str) -> bool {
        let mut place = at;
        word.chars().all(|letter| {
            place += 1;
            self.at(place - 1) == Some(letter)
        })
    }

    /// Whether `word` ends at a place.
    pub(super) fn ends(&self, at: usize, word: &str) -> bool {
        let length = word.chars().count();
        at <= self.letters.len() && at >= length && self.starts(at - length, word)
    }

    /// The longest of `words` that stands at a place, in letters.
    pub(super) fn longest(&self, at: usize, words: &(impl Lexicon + ?Sized)) -> Option<usize> {
        words.at(self, at)
    }

    /// The longest of `words` that ends at a place, in letters.
    pub(super) fn longest_before(&self, at: usize, words: &(impl Lexicon + ?Sized)) -> Option<usize> {
        words.before(self, at)
    }

    /// Where the first of `words` stands in a stretch, and its length.
    pub(super) fn first(&self, span: Span, words: &(impl Lexicon + ?Sized)) -> Option<(usize, usize)> {
        span.clone().find_map(|at| {
            let length = self.longest(at, words)?;
            (at + length <= span.end).then_some((at, length))
        })
    }

    /// Where the last of `words` stands in a stretch, and its length.
    pub(super) fn last(&self, span: Span, words: &(impl Lexicon + ?Sized)) -> Option<(usize, usize)> {
        span.clone().rev().find_map(|at| {
            let length = self.longest(at, words)?;
            (at + length <= span.end).then_some((at, length))
        })
    }

    /// Whether one of `words` stands in a stretch.
    pub(super) fn has(&self, span: Span, words: &(impl Lexicon + ?Sized)) -> bool {
        self.first(span, words).is_some()
    }

    /// The place behind the blanks at a place; line ends stay.
    pub(super) fn past_blanks(&self, mut at: usize) -> usize {
        while self.at(at) == Some(' ') {
            at += 1;
        }
        at
    }

    /// The place of the first letter in the stretch that ends something, or its end.
    pub(super) fn until(&self, span: Span, ends: impl Fn(char) -> bool) -> usize {
        span.clone().find(|at| self.at(*at).is_none_or(&ends)).unwrap_or(span.end)
    }

    /// The beginning of the stretch before a place that has no letter that ends something, at most `most` long.
    pub(super) fn since(&self, from: usize, at: usize, most: usize, ends: impl Fn(char) -> bool) -> usize {
        let floor = from.max(at.saturating_sub(most));
        (floor..at).rev().find(|place| self.at(*place).is_some_and(&ends)).map_or(floor, |place| place + 1)
    }

    /// A stretch as text.
    pub(super) fn text(&self, span: Span) -> String {
        self.slice(span).iter().collect::<String>().trim().to_owned()
    }

    /// A stretch as it was written.
    pub(super) fn written<'t>(&self, text: &'t str, span: Span) -> &'t str {
        let last = self.from.len() - 1;
        let (start, end) =
            (self.from[span.start.min(last)], self.from[span.end.clamp(span.start, last.max(span.start)).min(last)]);
        text.get(start..end).unwrap_or(text).trim()
    }
}

/// What is not seen, or only arranges what is.
fn is_unseen(letter: char) -> bool {
    match letter {
        '\n' => false,
        '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}' => true,
        '\u{e0000}'..='\u{e0fff}' => true,
        other => other.is_control(),
    }
}

/// A letter as it is compared: wide forms narrow, every blank one blank, every line end one line end.
const fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(letter as u32 - 0xfee0) {
            Some(narrow) => narrow,
            None => letter,
        },
        '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        '｡' => '。',
        '∶' | '︰' => ':',
        // The box around 1️⃣, which people number lists with.
        '\u{20e3}' => '.',
        other => other,
    }
}

/// A letter of Chinese writing.
pub(super) const fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// What ends a sentence.
pub(super) const fn is_full_stop(letter: char) -> bool {
    matches!(letter, '\n' | '。' | '!' | '?' | ';' | '…')
}

/// What ends a part of a sentence.
pub(super) const fn is_stop(letter: char) -> bool {
    is_full_stop(letter) || matches!(letter, ',' | '、' | '|' | '—' | '~' | '"' | '“' | '”' | '→')
}

/// An opening or closing bracket.
pub(super) const fn is_bracket(letter: char) -> bool {
    matches!(
        letter,
        '(' | ')'
            | '['
            | ']'
            | '【'
            | '】'
            | '「'
            | '」'
            | '『'
            | '』'
            | '〔'
            | '〕'
            | '<'
            | '>'
            | '《'
            | '》'
            | '{'
            | '}'
    )
}

/// Where a word may begin or end.
pub(super) fn is_edge(letter: Option<char>) -> bool {
    letter.is_none_or(|letter| {
        is_stop(letter) || is_bracket(letter) || !letter.is_alphanumeric() && !"*#-+·".contains(letter)
    })
}
