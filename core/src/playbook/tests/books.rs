//! Which playbook is in force when, and by which an alert is reckoned.

use super::super::books::{Books, Entry};
use super::super::samples::samples;
use super::{at, due, shanghai};
use crate::record::{DocumentId, Record, Rulebook};

fn entry(number: u8, acceptance: Option<u64>, version: &str, from: &str, rules: &str) -> Entry {
    let rules = format!("version = \"{version}\"\n{rules}");
    let rulebook = Rulebook { version: version.to_owned(), rules, from: at(from), reason: None };
    Entry { id: DocumentId::from_bytes([number; 16]), acceptance, rulebook }
}

fn in_force(books: &Books, when: &str) -> String {
    books.in_force(at(when)).version().to_owned()
}

#[test]
fn a_town_without_one_of_its_own_goes_by_the_built_in_playbook() {
    let books = Books::default();
    assert_eq!(in_force(&books, "03-01 09:00"), "builtin-1");
    assert!(books.knows("builtin-1") && !books.knows("builtin-2") && !books.knows("town-1"));
    assert_eq!(books.of_alert("town-1"), books.builtin(), "what is not known is reckoned by the built-in one");
}

#[test]
fn the_last_to_come_into_force_counts_and_the_order_of_arrival_does_not() {
    let late = entry(1, Some(7), "town-2", "03-05 00:00", "feedback_minutes = 60");
    let early = entry(2, Some(9), "town-1", "03-01 00:00", "feedback_minutes = 90");
    let same = entry(3, Some(8), "town-3", "03-05 00:00", "");
    let own = entry(4, None, "town-4", "03-09 00:00", "");
    let entries = [late, early, same, own];
    for turn in 0..entries.len() {
        let mut entries = entries.clone();
        entries.rotate_left(turn);
        let books = Books::of(entries);
        let found = ["02-28 23:59", "03-01 00:00", "03-04 23:59", "03-05 00:00", "03-09 00:00"];
        // Of two from the same instant on, the one accepted last.
        assert_eq!(found.map(|when| in_force(&books, when)), ["builtin-1", "town-1", "town-1", "town-3", "town-4"]);
        assert_eq!(books.of_alert("town-1").feedback_minutes(), 90, "an alert keeps its own");
        assert!(books.unreadable().is_empty());
    }
}

#[test]
fn a_version_means_the_same_rules_for_good() {
    let first = entry(2, Some(3), "town-1", "03-05 00:00", "feedback_minutes = 60");
    let second = entry(1, Some(4), "town-1", "03-01 00:00", "feedback_minutes = 90");
    let unsent = entry(0, None, "town-1", "03-01 00:00", "feedback_minutes = 120");
    let books = Books::of([unsent, second, first]);
    assert_eq!(books.of_alert("town-1").feedback_minutes(), 60);
    assert_eq!(in_force(&books, "03-02 00:00"), "builtin-1");
    assert_eq!(books.unreadable().len(), 2);
}

#[test]
fn what_cannot_be_read_is_in_force_nowhere_and_says_why() {
    let newer = entry(1, Some(1), "town-1", "03-01 00:00", "moon = 3");
    let mut other = entry(2, Some(2), "town-2", "03-01 00:00", "");
    other.rulebook.version = "town-9".to_owned();
    let books = Books::of([newer, other]);
    assert_eq!(in_force(&books, "03-02 00:00"), "builtin-1");
    let places: Vec<_> = books.unreadable().iter().map(|(_, error)| error.place.as_str()).collect();
    assert_eq!(places, ["line 2, moon", "version"]);
}

#[test]
fn a_record_takes_no_name_of_the_program_s_own() {
    let of = |version: &str| {
        let Entry { rulebook, .. } = entry(1, None, version, "03-01 00:00", "");
        Record::from(rulebook).validate().is_ok()
    };
    assert!(of("town-1") && !of("builtin-1") && !of("builtin-7") && !of("") && !of("a\nb"));
}

#[test]
fn samples_owe_something_at_any_moment() {
    for when in ["03-01 09:00", "07-15 23:59"] {
        for sample in samples(at(when)) {
            let found = due(Books::default().builtin(), &sample.case, &shanghai(), at(when));
            assert!(found.list.len() >= 2, "{}", sample.name);
            assert!(sample.case.latest() <= at(when), "{}", sample.name);
        }
    }
}
