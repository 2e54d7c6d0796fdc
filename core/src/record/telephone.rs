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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_compared_by_their_digits() {
        assert_eq!(numbers("+86 120 0001 0000；0371-6000 0000"), ["12000010000", "037160000000"]);
        assert_eq!(numbers(" - "), Vec::<String>::new());
        assert_eq!(numbers("8612000010000"), ["12000010000"]);
    }
}
