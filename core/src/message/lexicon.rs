//! Lists of words that are looked for at every place of a message.
//!
//! Floor: message. Invariant: however long a list is, a place is compared only with the words that begin (or end) with
//! its letter, so that reading takes no longer for more words.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::letters::Letters;

/// Words that may stand somewhere; the longest counts.
pub(super) trait Lexicon {
    /// How many letters the longest word has that stands at a place.
    fn at(&self, letters: &Letters, at: usize) -> Option<usize>;
    /// How many letters the longest word has that ends at a place.
    fn before(&self, letters: &Letters, at: usize) -> Option<usize>;
}

/// A list with an index, written as one text with blanks between the words.
pub(super) struct Words {
    text: &'static str,
    index: OnceLock<Index>,
}

/// The words by a letter of theirs, the longest first.
type ByLetter = HashMap<char, Vec<(usize, &'static str)>>;

struct Index {
    first: ByLetter,
    last: ByLetter,
}

impl Words {
    pub(super) const fn new(text: &'static str) -> Self {
        Self { text, index: OnceLock::new() }
    }

    /// The words in the order in which they are written.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.text.split_ascii_whitespace()
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let (mut first, mut last) = (ByLetter::new(), ByLetter::new());
            for word in self.iter() {
                let entry = (word.chars().count(), word);
                first.entry(word.chars().next().unwrap_or(' ')).or_default().push(entry);
                last.entry(word.chars().next_back().unwrap_or(' ')).or_default().push(entry);
            }
            for words in first.values_mut().chain(last.values_mut()) {
                words.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
            }
            Index { first, last }
        })
    }
}

impl Lexicon for Words {
    fn at(&self, letters: &Letters, at: usize) -> Option<usize> {
        let words = self.index().first.get(&letters.at(at)?)?;
        words.iter().find(|(_, word)| letters.starts(at, word)).map(|(length, _)| *length)
    }

    fn before(&self, letters: &Letters, at: usize) -> Option<usize> {
        let words = self.index().last.get(&letters.before(at)?)?;
        words.iter().find(|(_, word)| letters.ends(at, word)).map(|(length, _)| *length)
    }
}

impl Lexicon for [&str] {
    fn at(&self, letters: &Letters, at: usize) -> Option<usize> {
        self.iter().filter(|word| letters.starts(at, word)).map(|word| word.chars().count()).max()
    }

    fn before(&self, letters: &Letters, at: usize) -> Option<usize> {
        self.iter().filter(|word| letters.ends(at, word)).map(|word| word.chars().count()).max()
    }
}

impl<const COUNT: usize> Lexicon for [&str; COUNT] {
    fn at(&self, letters: &Letters, at: usize) -> Option<usize> {
        self.as_slice().at(letters, at)
    }

    fn before(&self, letters: &Letters, at: usize) -> Option<usize> {
        self.as_slice().before(letters, at)
    }
}
