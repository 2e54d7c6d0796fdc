//! Names and telephones as lists show them.
//!
//! Floor: console; pure. Invariant: what is masked cannot be told back from what is left.

/// A name with all but its first character masked: 王**.
pub(super) fn name(name: &str) -> String {
    let mut letters = name.trim().chars();
    let Some(first) = letters.next() else { return String::new() };
    // How long a name is says something too, so that two stand for the rest, however many they are.
    let rest = if letters.next().is_some() { "**" } else { "*" };
    format!("{first}{rest}")
}

/// A telephone with its middle masked: 138****5678.
pub(super) fn telephone(telephone: &str) -> String {
    let digits: Vec<char> = telephone.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 8 {
        return "****".to_owned();
    }
    let front: String = digits.iter().take(3).collect();
    let back: String = digits.iter().skip(digits.len() - 4).collect();
    format!("{front}****{back}")
}

/// An address with its last numbers masked: what stands behind a building stays unsaid.
pub(super) fn address(address: &str) -> String {
    let letters: Vec<char> = address.chars().collect();
    let keep = (letters.len() / 2).clamp(1, 6).min(letters.len());
    let front: String = letters.iter().take(keep).collect();
    if letters.len() > keep { format!("{front}***") } else { front }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_masked_cannot_be_told_back() {
        assert_eq!(name("王小明"), "王**");
        assert_eq!(name("欧阳"), "欧**");
        assert_eq!(name("李"), "李*");
        assert_eq!(name(""), "");
        assert_eq!(telephone("138 0013 5678"), "138****5678");
        assert_eq!(telephone("110"), "****");
        assert_eq!(address("3栋2单元501"), "3栋2单***");
    }
}
