//! What waits for the morning, and what does not.

use super::NoticeKind::{DueInSixHours, HandedOver, NewAlert, Overdue};
use super::*;
use crate::playbook::tests::properties::met;

#[test]
fn quiet_at_night_but_not_for_extreme() {
    for (level, expected) in
        [(Level::Low, vec![]), (Level::Medium, vec![]), (Level::High, vec![NewAlert]), (Level::Extreme, vec![NewAlert])]
    {
        let mut phone = Phone::of(true);
        phone.alert(level.clone(), at("03-01 22:00"));
        let plan = phone.plan(at("03-01 22:00"));
        assert_eq!(plan.show.iter().map(|notice| notice.kind).collect::<Vec<_>>(), expected);
        if expected.is_empty() {
            assert_eq!(plan.next, Some(at("03-02 07:00")));
            assert_eq!(phone.tells("03-02 06:59"), []);
            assert!(phone.tells("03-02 07:00").contains(&NewAlert));
        }
    }
}

#[test]
fn a_contest_and_what_others_say_wait_for_the_morning() {
    let mut phone = Phone::of(false);
    let case = phone.alert(Level::Extreme, at("03-01 21:00"));
    phone.takes(case, ME, "03-01 21:10");
    phone.cases[case].1.visits.push(met(at("03-01 21:20")));
    phone.cases[case].1.feedbacks.push(at("03-01 21:20"));
    phone.takes(case, 5, "03-01 21:05");
    phone.cases[case].0.comments.push(said(9, 5, "03-01 23:00"));
    assert_eq!(phone.tells("03-01 23:00"), []);
    assert_eq!(phone.plan(at("03-01 23:00")).next, Some(at("03-02 07:00")));
    assert_eq!(phone.tells("03-02 07:00").len(), 2);
}

#[test]
fn a_night_offer_of_a_high_alert_is_told_at_once() {
    let mut phone = Phone::of(false);
    let case = phone.alert(Level::High, at("03-01 21:00"));
    phone.takes(case, 5, "03-01 21:10");
    phone.offers(case, 5, ME, "03-02 02:00");
    assert_eq!(phone.tells("03-02 02:00"), [HandedOver]);
}

#[test]
fn nobody_is_woken_for_what_is_owed_by_the_end_of_a_day() {
    let mut phone = Phone::of(false);
    let case = phone.alert(Level::Extreme, at("03-01 09:00"));
    phone.takes(case, ME, "03-01 09:00");
    phone.cases[case].1.visits = vec![met(at("03-01 09:05")), met(at("03-02 09:05"))];
    phone.cases[case].1.feedbacks.push(at("03-01 09:06"));
    assert_eq!(phone.tells("03-05 18:00"), [DueInSixHours]);
    assert_eq!(phone.plan(at("03-05 18:00")).next, Some(at("03-06 07:00")));
    assert_eq!(phone.tells("03-05 23:30"), []);
    assert_eq!(phone.tells("03-06 00:00"), []);
    assert_eq!(phone.tells("03-06 07:00"), [Overdue]);
}

#[test]
fn the_hours_may_be_others_or_none() {
    let mut phone = Phone::of(true);
    phone.settings = Settings { quiet_from: 0, quiet_until: 0, ..Settings::default() };
    phone.alert(Level::Low, at("03-01 23:00"));
    assert_eq!(phone.tells("03-01 23:00"), [NewAlert]);
    let mut phone = Phone::of(true);
    phone.settings = Settings { quiet_from: 12 * 60, quiet_until: 14 * 60, ..Settings::default() };
    phone.alert(Level::Low, at("03-01 13:00"));
    assert_eq!(phone.plan(at("03-01 13:00")).next, Some(at("03-01 14:00")));
    assert_eq!(phone.tells("03-01 14:00"), [NewAlert]);
}

#[test]
fn nights_follow_the_clocks_where_they_are_changed() {
    let zone = Zone::named("Europe/Berlin").unwrap();
    let settings = Settings::default();
    // The night to 29 March 2026 is an hour shorter there.
    let evening = Time::parse("2026-03-28T22:00:00+01:00").unwrap();
    let morning = Time::parse("2026-03-29T07:00:00+02:00").unwrap();
    assert_eq!(super::super::quiet::ends(&settings, &zone, evening), Some(morning));
    assert_eq!(super::super::quiet::ends(&settings, &zone, evening.plus_millis(-1)), None);
    assert_eq!(super::super::quiet::ends(&settings, &zone, morning.plus_millis(-1)), Some(morning));
    assert_eq!(super::super::quiet::ends(&settings, &zone, morning), None);
}
