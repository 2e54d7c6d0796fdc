//! What a phone tells of itself, so that whoever answers for the phones sees which of them needs a look.
//!
//! Floor: protocol. Invariants: nothing in it is about a person; both sides bring it into the same bounds, so that no
//! exchange fails for its sake; an older phone tells none, an older server passes over it.

use minicbor::{Decode, Encode};

use super::limits::MAX_APP_VERSION;
use crate::record::Time;

/// How a phone is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct PhoneStatus {
    /// The app's version: at most [`MAX_APP_VERSION`] bytes, without control characters.
    #[n(0)]
    pub version: Option<String>,
    /// How many bytes are free where the app keeps its store.
    #[n(1)]
    pub free_bytes: Option<u64>,
    /// How many bytes the app uses.
    #[n(2)]
    pub used_bytes: Option<u64>,
    /// The server's time less what the phone's clock says, in milliseconds, as the phone knows it; below nought its
    /// clock is fast.
    #[n(3)]
    pub clock_offset: Option<i64>,
    /// How many changes the phone still has to send, those of this request not among them.
    #[n(4)]
    pub unsent: u64,
    /// When the first of these was written, corrected; none where that is not known.
    #[n(5)]
    pub unsent_since: Option<Time>,
    /// How many refused records and edits lie in its quarantine.
    #[n(6)]
    pub quarantined: u64,
}

/// The largest number that is told: what SQLite can keep.
const MOST: u64 = i64::MAX.unsigned_abs();

impl PhoneStatus {
    /// The same within its bounds.
    #[must_use]
    pub fn bounded(self) -> Self {
        Self {
            version: self.version.as_deref().map(app_version).filter(|version| !version.is_empty()),
            free_bytes: self.free_bytes.map(|bytes| bytes.min(MOST)),
            used_bytes: self.used_bytes.map(|bytes| bytes.min(MOST)),
            clock_offset: self.clock_offset,
            unsent: self.unsent.min(MOST),
            unsent_since: self.unsent_since.filter(|_| self.unsent > 0),
            quarantined: self.quarantined.min(MOST),
        }
    }

    /// Whether the server should be told, who was told `before`: what is counted has come to be none, or to be some, or
    /// to twice or half as many; sizes have moved by a sixteenth, the clock by five seconds.
    #[must_use]
    pub fn differs(&self, before: &Self) -> bool {
        let counts = |now: u64, then: u64| (now == 0) != (then == 0) || now / 2 > then || then / 2 > now;
        let sizes = |now: Option<u64>, then: Option<u64>| match (now, then) {
            (Some(now), Some(then)) => now.abs_diff(then) > then / 16,
            (now, then) => now != then,
        };
        let clocks = match (self.clock_offset, before.clock_offset) {
            (Some(now), Some(then)) => now.abs_diff(then) > 5_000,
            (now, then) => now != then,
        };
        self.version != before.version
            || sizes(self.free_bytes, before.free_bytes)
            || sizes(self.used_bytes, before.used_bytes)
            || clocks
            || counts(self.unsent, before.unsent)
            || self.quarantined != before.quarantined
    }
}

/// A version as far as it is kept: without control characters and what turns the direction of writing, cut where it is
/// too long.
fn app_version(text: &str) -> String {
    let turns =
        |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut kept = String::new();
    for letter in text.trim().chars().filter(|letter| !letter.is_control() && !turns(*letter)) {
        if kept.len() + letter.len_utf8() > MAX_APP_VERSION {
            break;
        }
        kept.push(letter);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_brought_into_its_bounds() {
        let told = PhoneStatus {
            version: Some(format!("  1.2\u{7}\u{202e}\n{}", "版".repeat(40))),
            free_bytes: Some(u64::MAX),
            used_bytes: Some(7),
            clock_offset: Some(i64::MIN),
            unsent: 0,
            unsent_since: Some(Time::from_millis(1)),
            quarantined: u64::MAX,
        };
        let kept = told.bounded();
        assert_eq!(
            kept.version,
            Some(format!("1.2{}", "版".repeat(20))),
            "63 bytes, the next letter would be too much"
        );
        assert_eq!((kept.free_bytes, kept.used_bytes, kept.quarantined), (Some(MOST), Some(7), MOST));
        assert_eq!((kept.clock_offset, kept.unsent_since), (Some(i64::MIN), None));
        assert_eq!(kept.clone().bounded(), kept);
        let unsaid = PhoneStatus { version: Some("\n\t".into()), ..PhoneStatus::default() };
        assert_eq!(unsaid.bounded().version, None);
    }

    #[test]
    fn only_what_matters_is_told_again() {
        let before = PhoneStatus {
            version: Some("1.0".into()),
            free_bytes: Some(16_000),
            used_bytes: None,
            clock_offset: Some(1_000),
            unsent: 10,
            unsent_since: None,
            quarantined: 1,
        };
        let same = |change: &dyn Fn(&mut PhoneStatus)| {
            let mut now = before.clone();
            change(&mut now);
            !now.differs(&before)
        };
        assert!(same(&|_| ()));
        assert!(same(&|now| now.free_bytes = Some(15_100)));
        assert!(!same(&|now| now.free_bytes = Some(14_000)));
        assert!(!same(&|now| now.used_bytes = Some(1)));
        assert!(same(&|now| now.clock_offset = Some(-3_000)));
        assert!(!same(&|now| now.clock_offset = Some(-5_000)));
        assert!(same(&|now| now.unsent = 19));
        assert!(!same(&|now| now.unsent = 22));
        assert!(!same(&|now| now.unsent = 0));
        assert!(!same(&|now| now.quarantined = 2));
        assert!(!same(&|now| now.version = Some("1.1".into())));
    }
}
