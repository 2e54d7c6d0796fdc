//! Telephones in a text, brought to one form.
//!
//! Floor: record. Invariant: two that differ in signs, blanks or the country's number are one.

/// The telephones in a text, each by its digits, without the country's number.
#[must_use]
pub fn numbers(text: &str) -> Vec<String> {
    let parts = text.split([';', '；', ',', '，', '、', '/', '|', '\n']);
    let digits = parts.map(|part| part.chars().filter(char::is_ascii_digit).collect::<String>());
    let home = digits.map(|digits| match digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")) {
        Some(rest) if rest.len() == 11 => rest.to_owned(),
        _ => digits,
    });
    let mut found: Vec<String> = home.filter(|digits| !digits.is_empty()).collect();
    found.dedup();
    found
}

/// Whether a text is one telephone and nothing else, so that it can be called by a tap: three digits or more, with what
/// people write between them.
#[must_use]
pub fn is_one(text: &str) -> bool {
    let between = |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '(' | ')' | '（' | '）');
    let rest = text.strip_prefix('+').unwrap_or(text);
    rest.chars().all(between) && rest.chars().filter(char::is_ascii_digit).count() >= 3
}

/// What a telephone that [is one](is_one) is dialled by: a plus if it begins with one, and its digits.
#[must_use]
pub fn dialled(text: &str) -> String {
    let plus = text.starts_with('+').then_some('+');
    plus.into_iter().chain(text.chars().filter(char::is_ascii_digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_compared_by_their_digits() {
        assert_eq!(numbers("+86 120 0001 0000；0371-6000 0000"), ["12000010000", "037160000000"]);
        assert_eq!(numbers(" - "), Vec::<String>::new());
        assert_eq!(numbers("8612000010000"), ["12000010000"]);
    }

    #[test]
    fn what_is_to_be_called_is_one_telephone() {
        for text in ["110", "0371-1200 0000", "(0371) 12000000", "+86 12000010000"] {
            assert!(is_one(text), "{text}");
        }
        for text in ["", "11", "王芳 12000010000", "110、120", "12000010000;12000020000", "0371+110", "１１０"] {
            assert!(!is_one(text), "{text}");
        }
        assert_eq!(dialled("+86 1200-0010000"), "+8612000010000");
        assert_eq!(dialled("(0371) 12000000"), "037112000000");
    }
}
