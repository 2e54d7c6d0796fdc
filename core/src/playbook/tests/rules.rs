//! The playbook's file.

use super::super::rules::BUILTIN;
use super::*;
use crate::record::Level;

#[test]
fn the_built_in_file_says_everything_that_is_built_in() {
    let builtin = Playbook::parse(BUILTIN).unwrap();
    assert_eq!(builtin, Playbook::defaults());
    assert_eq!(Playbook::builtin(), builtin);
    assert_eq!(builtin.version(), "builtin-1");
    assert_eq!(builtin.first_contact_minutes(&Level::Extreme), 10);
    assert_eq!(builtin.first_meeting_minutes(&Level::Unknown("worse".into())), 60);
    assert!(builtin.owes_second_visit(&Level::High) && !builtin.owes_second_visit(&Level::Medium));
    // Leaving out any line would not be seen above; every key must stand in the file.
    for key in [
        "version",
        "zone",
        "feedback_minutes",
        "second_visit_hours",
        "second_visit_levels",
        "second_visit_grace_hours",
        "three_day_visit_days",
        "clearing_ends_series",
        "telephone_satisfies_second_visit",
        "easily_deceived_days",
    ] {
        assert!(BUILTIN.lines().any(|line| line.starts_with(&format!("{key} = "))), "{key}");
    }
}

#[test]
fn a_file_says_what_it_does_otherwise() {
    let town = Playbook::parse(
        "version = \"town-2\"\nthree_day_visit_days = 2\nsecond_visit_levels = []\n[first_contact_minutes]\nlow = 90",
    )
    .unwrap();
    assert_eq!(town.version(), "town-2");
    assert_eq!(town.three_day_visit_days(), 2);
    assert!(!town.owes_second_visit(&Level::Extreme));
    assert_eq!(town.first_contact_minutes(&Level::Low), 90);
    assert_eq!(town.first_contact_minutes(&Level::High), 15);
    assert_eq!(Playbook::parse("").unwrap().version(), "unnamed");
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    for (text, place) in [
        ("zone = \"Asia/Nowhere\"", "zone"),
        ("version = \" \"", "version"),
        ("feedback_minutes = 0", "feedback_minutes"),
        ("feedback_minutes = -5", "feedback_minutes"),
        ("second_visit_hours = 9223372036854775807", "second_visit_hours"),
        ("second_visit_grace_hours = 0", "second_visit_grace_hours"),
        ("three_day_visit_days = 32", "three_day_visit_days"),
        ("easily_deceived_days = 367", "easily_deceived_days"),
        ("second_visit_levels = [\"high\", \"urgent\"]", "second_visit_levels[1]"),
        ("second_visit_levels = [\"high\", \"high\"]", "second_visit_levels[1]"),
        ("[first_meeting_minutes]\nhigh = 0", "first_meeting_minutes.high"),
        ("# a comment\n[first_meeting_minutes]\nurgent = 5", "line 3, urgent"),
        ("\nthree_days = 3", "line 2, three_days"),
        ("second_visit_hours = \"48\"", "line 1, second_visit_hours"),
        ("second_visit_hours = 48.5", "line 1, second_visit_hours"),
        ("clearing_ends_series = 1", "line 1, clearing_ends_series"),
        ("zone = \"UTC\"\nzone = \"UTC\"", "line 2, zone"),
        ("second_visit_hours 48", "line 1"),
    ] {
        let error = Playbook::parse(text).unwrap_err();
        assert_eq!(error.place, place, "{text}: {error}");
        assert!(!error.problem.is_empty());
    }
}

#[test]
fn b5_who_is_easily_deceived_is_reached_again_by_the_end_of_a_day() {
    let at = |text: &str| Time::parse(text).unwrap();
    let (builtin, zone) = (Playbook::builtin(), Zone::shanghai());
    let due = at("2026-04-01T00:00:00+08:00");
    for last in ["2026-03-01T00:00:00+08:00", "2026-03-01T23:59:59.999+08:00"] {
        assert_eq!(builtin.easily_deceived_due(at(last), &zone), due);
    }
    let weekly = Playbook::parse("easily_deceived_days = 7").unwrap();
    assert_eq!(weekly.easily_deceived_due(at("2026-03-01T09:00:00+08:00"), &zone), at("2026-03-09T00:00:00+08:00"));
}
