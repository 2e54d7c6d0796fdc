//! Visits that are due, and how much is told at once.

use super::NoticeKind::{DueInOneHour, DueInSixHours, NewAlert, Overdue};
use super::*;
use crate::playbook::tests::properties::met;

/// An alert that is this phone's, whose person was met.
fn followed(level: Level) -> Phone {
    let mut phone = Phone::of(false);
    let case = phone.alert(level, at("03-01 09:00"));
    phone.takes(case, ME, "03-01 09:00");
    phone.cases[case].1.visits.push(met(at("03-01 09:10")));
    phone.cases[case].1.feedbacks.push(at("03-01 09:20"));
    phone
}

#[test]
fn a_visit_is_told_of_twice_before_its_time_and_once_after_it() {
    let mut phone = followed(Level::High);
    assert_eq!(phone.tells("03-01 09:30"), []);
    // The second visit is due on the 3rd at 09:10.
    assert_eq!(phone.plan(at("03-02 12:00")).next, Some(at("03-03 07:00")), "03:10 is in the night");
    assert_eq!(phone.tells("03-03 07:00"), [DueInSixHours]);
    assert_eq!(phone.plan(at("03-03 07:00")).next, Some(at("03-03 08:10")));
    assert_eq!(phone.tells("03-03 08:10"), [DueInOneHour]);
    assert_eq!(phone.tells("03-03 09:10"), []);
    assert_eq!(phone.plan(at("03-03 09:10")).next, Some(at("03-03 09:11")));
    assert_eq!(phone.tells("03-03 09:11"), [Overdue]);
    assert_eq!(phone.tells("03-03 09:12"), []);
}

#[test]
fn the_later_word_swallows_the_earlier() {
    let mut phone = followed(Level::High);
    assert_eq!(phone.tells("03-03 08:30"), [DueInOneHour]);
    assert_eq!(phone.shown.len(), 2, "the six hours count as told: {:?}", phone.shown);
    let mut phone = followed(Level::High);
    assert_eq!(phone.tells("03-03 12:00"), [Overdue]);
    assert_eq!(phone.shown.len(), 3);
    // Even if the clock is put back.
    assert_eq!(phone.tells("03-03 08:30"), []);
}

#[test]
fn who_has_just_heard_of_a_visit_is_not_reminded_of_it() {
    let mut phone = Phone::of(true);
    phone.alert(Level::Extreme, at("03-01 09:00"));
    assert_eq!(phone.tells("03-01 09:00"), [NewAlert], "first contact is due within ten minutes");
    assert_eq!(phone.tells("03-01 09:11"), [Overdue]);
}

#[test]
fn what_is_due_is_told_to_whose_it_is() {
    let mut phone = followed(Level::High);
    phone.me.takes = true;
    phone.events[0].clear();
    phone.takes(0, 5, "03-01 09:00");
    assert_eq!(phone.plan(at("03-03 12:00")), Plan::default());
}

#[test]
fn at_most_five_stand_for_themselves_and_the_rest_is_counted() {
    let mut phone = Phone::of(true);
    for level in [Level::Low, Level::Medium, Level::Extreme, Level::High, Level::Low, Level::Low, Level::Low] {
        phone.alert(level, at("03-01 09:00"));
    }
    let plan = phone.plan(at("03-01 09:00"));
    assert_eq!(plan.show.iter().map(|notice| notice.count).collect::<Vec<_>>(), [1, 1, 1, 1, 1, 2]);
    let level = |at: usize| {
        let of = |case: &&(CaseNow, Case)| Some(case.0.alert) == plan.show[at].alert;
        phone.cases.iter().find(of).unwrap().0.level.clone()
    };
    assert_eq!([level(0), level(1), level(2)], [Level::Extreme, Level::High, Level::Medium]);
    assert_eq!((plan.show[5].alert, plan.show[5].document), (None, None));
    let keys: usize = plan.show.iter().map(|notice| notice.keys().count()).sum();
    assert_eq!(keys, 7);
    phone.tells("03-01 09:00");
    assert_eq!(phone.tells("03-01 09:01"), [], "what was folded counts as told");
}

#[test]
fn one_more_than_five_of_a_kind_makes_no_sixth() {
    let mut phone = Phone::of(true);
    for _ in 0..6 {
        phone.alert(Level::Low, at("03-01 09:00"));
    }
    let plan = phone.plan(at("03-01 09:00"));
    assert_eq!(plan.show.iter().map(|notice| notice.count).collect::<Vec<_>>(), [1, 1, 1, 1, 2]);
}
