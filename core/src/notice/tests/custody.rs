//! Whose alert it is, and what others say.

use super::NoticeKind::{Comment, Contest, HandedOver, NewAlert, Overdue, Refused, Reminder, TakenFromMe};
use super::*;

/// What is told of custody, not of visits.
fn told(phone: &mut Phone, when: &str) -> Vec<NoticeKind> {
    let of_visits = [NoticeKind::DueInSixHours, NoticeKind::DueInOneHour, Overdue];
    phone.tells(when).into_iter().filter(|kind| !of_visits.contains(kind)).collect()
}

#[test]
fn an_alert_that_nobody_has_is_told_to_those_who_take_alerts_and_once() {
    let mut head = Phone::of(true);
    head.alert(Level::Medium, at("03-01 09:00"));
    assert_eq!(told(&mut head, "03-01 09:01"), [NewAlert]);
    assert_eq!(told(&mut head, "03-01 09:02"), []);
    let mut volunteer = Phone::of(false);
    volunteer.alert(Level::Medium, at("03-01 09:00"));
    assert_eq!(volunteer.tells("03-01 09:01"), []);
}

#[test]
fn a_volunteer_who_was_sent_is_told_and_not_who_sent_themselves() {
    let mut phone = Phone::of(false);
    let case = phone.alert(Level::Low, at("03-01 09:00"));
    phone.takes(case, 5, "03-01 09:01");
    phone.cases[case].0.sendings.push(said(10, ME, "03-01 09:05"));
    assert_eq!(phone.tells("03-01 09:10"), []);
    phone.cases[case].0.sendings.push(said(11, 5, "03-01 09:15"));
    assert_eq!(phone.tells("03-01 09:20"), [NewAlert]);
    assert_eq!(phone.tells("03-01 09:30"), []);
}

#[test]
fn what_i_did_myself_never_notifies_me() {
    let mut phone = Phone::of(true);
    let case = phone.alert(Level::High, at("03-01 09:00"));
    phone.cases[case].0.entered.by = person(ME);
    assert_eq!(told(&mut phone, "03-01 09:00"), []);
    phone.takes(case, ME, "03-01 09:01");
    phone.cases[case].0.comments.push(said(20, ME, "03-01 09:02"));
    let offer = phone.offers(case, ME, 5, "03-01 09:03");
    assert_eq!(told(&mut phone, "03-01 09:04"), []);
    phone.accepts(case, 5, offer, "03-01 09:05");
    assert_eq!(told(&mut phone, "03-01 09:06"), [], "they gave it away themselves");
}

#[test]
fn what_was_taken_here_and_is_not_sent_yet_is_no_news() {
    let mut phone = Phone::of(true);
    let case = phone.alert(Level::Low, at("03-01 09:00"));
    phone.takes(case, ME, "03-01 09:01");
    phone.events[case][0].acceptance = None;
    assert_eq!(told(&mut phone, "03-01 09:02"), []);
}

#[test]
fn an_offer_is_told_as_what_it_is_and_swallows_the_alert() {
    let mut phone = Phone::of(true);
    let case = phone.alert(Level::Low, at("03-01 09:00"));
    phone.offers(case, 90, ME, "03-01 09:01");
    assert_eq!(told(&mut phone, "03-01 09:02"), [NewAlert], "nobody has it: it is new to them, and told once");
    assert_eq!(told(&mut phone, "03-01 09:03"), []);
    let other = phone.alert(Level::Low, at("03-01 10:00"));
    phone.takes(other, 5, "03-01 10:01");
    let offer = phone.offers(other, 5, ME, "03-01 10:02");
    assert_eq!(told(&mut phone, "03-01 10:03"), [HandedOver]);
    phone.accepts(other, ME, offer, "03-01 10:04");
    assert_eq!(told(&mut phone, "03-01 10:05"), []);
}

#[test]
fn an_offer_taken_back_is_void() {
    let mut phone = Phone::of(false);
    let case = phone.alert(Level::Low, at("03-01 09:00"));
    phone.takes(case, 5, "03-01 09:01");
    let offer = phone.offers(case, 5, ME, "03-01 23:00");
    phone.does(case, 5, Role::GridWorker, "03-01 23:05", What::TakenBack { offer });
    assert_eq!(phone.tells("03-02 08:00"), []);
}

#[test]
fn a_supervisors_word_gives_and_takes() {
    let mut phone = Phone::of(false);
    let case = phone.alert(Level::Medium, at("03-01 09:00"));
    phone.decides(case, 99, ME, "03-01 09:01");
    assert_eq!(told(&mut phone, "03-01 09:02"), [HandedOver]);
    phone.decides(case, 99, 5, "03-01 09:03");
    assert_eq!(told(&mut phone, "03-01 09:04"), [TakenFromMe]);
    assert_eq!(told(&mut phone, "03-01 09:05"), []);
    phone.decides(case, 99, ME, "03-01 09:06");
    phone.decides(case, ME, 5, "03-01 09:07");
    assert_eq!(told(&mut phone, "03-01 09:08"), [], "they decided that themselves");
}

#[test]
fn a_contest_is_told_to_whom_it_touches_and_to_who_ends_it() {
    for (me, decides, expected) in [(ME, false, vec![Contest]), (7, false, vec![]), (7, true, vec![Contest])] {
        let mut phone = Phone::of(false);
        phone.me = Me { person: person(me), takes: false, decides };
        let case = phone.alert(Level::Low, at("03-01 09:00"));
        phone.takes(case, ME, "03-01 09:10");
        phone.takes(case, 5, "03-01 09:05");
        assert_eq!(told(&mut phone, "03-01 09:20"), expected);
        assert_eq!(told(&mut phone, "03-01 09:21"), []);
    }
}

#[test]
fn a_contest_that_ends_for_its_owner_hands_nothing_over() {
    let mut phone = Phone::of(false);
    let case = phone.alert(Level::Low, at("03-01 09:00"));
    phone.takes(case, ME, "03-01 09:10");
    phone.takes(case, 5, "03-01 09:05");
    assert_eq!(told(&mut phone, "03-01 09:20"), [Contest]);
    phone.decides(case, 99, ME, "03-01 09:30");
    assert_eq!(told(&mut phone, "03-01 09:31"), []);
}

#[test]
fn a_closed_alert_is_told_of_no_more() {
    for closed in [CaseResult::Recalled, CaseResult::Joined] {
        let mut phone = Phone::of(true);
        let case = phone.alert(Level::Extreme, at("03-01 09:00"));
        phone.cases[case].0.result = closed;
        phone.offers(case, 90, ME, "03-01 09:01");
        let plan = phone.plan(at("03-01 09:02"));
        assert_eq!(plan, Plan::default());
    }
}

#[test]
fn what_is_said_about_a_case_is_told_to_its_owner_since_it_is_theirs() {
    let mut phone = Phone::of(false);
    let case = phone.alert(Level::Low, at("03-01 09:00"));
    phone.cases[case].0.comments = vec![said(20, 5, "03-01 09:05"), said(21, 5, "03-01 09:15")];
    assert_eq!(told(&mut phone, "03-01 09:16"), []);
    phone.takes(case, ME, "03-01 09:10");
    assert_eq!(told(&mut phone, "03-01 09:17"), [Comment]);
}

#[test]
fn refusals_reviews_and_reminders_are_told() {
    let mut phone = Phone::of(false);
    phone.refused.push(RefusedNow { document: document(1), at: at("03-01 09:00") });
    let review = |number, by, state, comment: Option<&str>| ReviewNow {
        said: said(number, by, "03-01 09:00"),
        of: document(50),
        state,
        comment: comment.map(str::to_owned),
    };
    phone.reviews = vec![
        review(2, 5, ReviewState::Approved, None),
        review(3, 5, ReviewState::Approved, Some("好")),
        review(4, ME, ReviewState::Rejected, None),
    ];
    phone.reminders = vec![
        ReminderNow { said: said(5, 5, "03-01 09:00"), until: None },
        ReminderNow { said: said(6, 5, "03-01 12:00"), until: None },
        ReminderNow { said: said(7, 5, "03-01 08:00"), until: Some(at("03-01 09:01")) },
        ReminderNow { said: said(8, ME, "03-01 08:00"), until: None },
    ];
    let mut kinds = phone.tells("03-01 09:30");
    kinds.sort_unstable();
    assert_eq!(kinds, [Refused, Comment, Reminder]);
    assert_eq!(phone.plan(at("03-01 09:31")).next, Some(at("03-01 12:00")));
    // Its author writes the first one anew.
    phone.reviews[0].state = ReviewState::HasIssues;
    assert_eq!(phone.tells("03-01 09:32"), [Comment]);
}

#[test]
fn history_is_not_told() {
    let mut phone = Phone::of(true);
    phone.floor = at("03-09 09:00");
    let old = phone.alert(Level::Extreme, at("03-01 09:00"));
    let new = phone.alert(Level::Low, at("03-10 08:59"));
    let plan = phone.plan(at("03-10 09:00"));
    assert!(plan.show.iter().all(|notice| notice.kind != NewAlert || notice.alert == Some(phone.cases[new].0.alert)));
    let of_old = plan.show.iter().filter(|notice| notice.alert == Some(phone.cases[old].0.alert));
    assert!(of_old.clone().all(|notice| notice.kind == Overdue), "only what has become overdue since: {plan:?}");
}
