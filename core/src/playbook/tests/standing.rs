//! How a case stands, and what joins, transfers and recalls do to what is due.

use super::super::case::{Away, Closed, Closing, Joined, Sent, Stopped};
use super::super::{Case, CaseResult, CaseVisit, Cleared, Raised, Standing, standing};
use super::*;
use crate::record::{Level, Outcome, Purpose, Risk, StopStep};

fn case(level: Level) -> Case {
    Case::new(level, at("03-01 09:00"))
}

fn met(case: &mut Case, when: &str, risk: Option<Risk>) {
    let (outcome, purpose) = (Outcome::Met, Purpose::FollowUp);
    let (started, ended) = (at(when).plus_minutes(-20), at(when));
    case.visits.push(CaseVisit { id: None, purpose, outcome, met_target: true, started, ended, risk });
}

fn sent(case: &mut Case, when: &str, fen: Option<i64>) {
    case.money_sent.push(Sent { at: at(when), fen });
}

fn stands(case: &Case, now: &str) -> Standing {
    standing(case, &zone(), at(now))
}

fn zone() -> Zone {
    Zone::named("Asia/Shanghai").unwrap()
}

fn due_at(case: &Case, now: &str) -> Due {
    due(&Playbook::builtin(), case, &zone(), at(now))
}

#[test]
fn l6_met_and_defrauded_afterwards_is_an_accident_whatever_comes_later() {
    let mut case = case(Level::High);
    sent(&mut case, "03-01 09:30", Some(100));
    met(&mut case, "03-01 10:00", None);
    let before = stands(&case, "03-02 09:00");
    assert_eq!((before.accident, before.sent_after_alert), (None, Some(at("03-01 09:30"))));
    sent(&mut case, "03-03 14:00", Some(250_000));
    assert_eq!(stands(&case, "03-03 13:59").accident, None);
    let after = stands(&case, "03-03 14:00");
    assert_eq!((after.accident, after.fen_after_alert), (Some(at("03-03 14:00")), 250_100));
    case.clearances.push(Cleared { at: at("03-10 09:00"), withdrawn: None });
    let cleared = stands(&case, "03-20 09:00");
    assert_eq!((cleared.accident, cleared.result), (Some(at("03-03 14:00")), CaseResult::Cleared));
}

#[test]
fn b2_money_that_went_before_the_alert_is_not_money_sent_again() {
    let mut case = case(Level::Low);
    sent(&mut case, "02-28 20:00", Some(9_900));
    sent(&mut case, "03-01 09:00", Some(1));
    let found = stands(&case, "03-05 09:00");
    assert_eq!((found.sent_after_alert, found.fen_after_alert), (None, 0));
}

#[test]
fn q8_money_that_went_owes_a_stop_payment_until_it_is_asked_for() {
    let mut case = case(Level::Low);
    assert!(!stands(&case, "03-01 10:00").stop_payment_owed);
    sent(&mut case, "02-28 20:00", None);
    assert!(stands(&case, "03-01 10:00").stop_payment_owed);
    case.stops.push(Stopped { at: at("03-01 10:05"), step: StopStep::Asked });
    assert!(!stands(&case, "03-01 10:06").stop_payment_owed);
}

#[test]
fn l5_a_clearance_lists_the_stop_payment_for_release_until_it_is_released() {
    let mut case = case(Level::High);
    met(&mut case, "03-01 10:00", None);
    case.stops.push(Stopped { at: at("03-01 10:05"), step: StopStep::Frozen });
    assert!(!stands(&case, "03-04 12:00").release_owed);
    case.clearances.push(Cleared { at: at("03-05 09:00"), withdrawn: None });
    assert!(stands(&case, "03-05 09:00").release_owed);
    // A later judgement of risk takes the clearance back, and so what it asked for.
    met(&mut case, "03-06 09:00", Some(Risk::MayBeDefraudedAgain));
    assert!(!stands(&case, "03-06 09:00").release_owed);
    case.clearances.push(Cleared { at: at("03-07 09:00"), withdrawn: None });
    case.stops.push(Stopped { at: at("03-07 10:00"), step: StopStep::Released });
    let found = stands(&case, "03-07 10:00");
    assert_eq!((found.release_owed, found.result), (false, CaseResult::Cleared));
}

#[test]
fn w4_a_month_that_ends_without_a_word_leaves_the_alert_lying() {
    let mut case = case(Level::Low);
    met(&mut case, "03-01 10:00", None);
    assert_eq!(stands(&case, "04-01 23:59").result, CaseResult::Running);
    assert_eq!(stands(&case, "04-02 00:00").result, CaseResult::Lying);
    case.clearances.push(Cleared { at: at("04-03 09:00"), withdrawn: None });
    assert_eq!(stands(&case, "04-03 09:00").result, CaseResult::Cleared);
}

#[test]
fn q14_a_recalled_alert_owes_nothing_more_and_shows_that() {
    let mut case = case(Level::Extreme);
    met(&mut case, "03-01 09:30", None);
    case.closed = Some(Closing { at: at("03-02 10:00"), why: Closed::Recalled });
    assert_eq!(stands(&case, "03-02 09:59").result, CaseResult::Running);
    assert_eq!(stands(&case, "03-02 10:00").result, CaseResult::Recalled);
    let due = due_at(&case, "03-20 12:00");
    assert!(due.list.iter().all(|visit| matches!(visit.state, DueState::Done | DueState::Late | DueState::Excused)));
    assert!(due.list.iter().any(|visit| visit.kind == DueKind::SecondVisit && visit.state == DueState::Excused));
}

#[test]
fn q4_an_alert_that_joins_brings_its_level_and_its_month() {
    let mut case = case(Level::Low);
    met(&mut case, "03-01 10:00", None);
    assert!(!due_at(&case, "03-10 12:00").list.iter().any(|visit| visit.kind == DueKind::SecondVisit));
    // Another, of a higher level, was issued on the tenth: one set of tasks, the later month.
    case.raises.push(Raised { level: Level::Extreme, at: at("03-10 11:00") });
    case.joins.push(Joined { issued: at("03-10 10:30"), at: at("03-10 11:00") });
    let found = stands(&case, "03-10 11:00");
    assert_eq!((found.level, found.series_ends), (Level::Extreme, at("04-11 00:00")));
    let due = due_at(&case, "03-10 12:00");
    let second: Vec<_> = due.list.iter().filter(|visit| visit.kind == DueKind::SecondVisit).collect();
    assert_eq!(second.len(), 1);
    assert_eq!(second[0].due, at("03-12 11:00"));
    assert_eq!(due.list.iter().filter(|visit| visit.kind == DueKind::MonthEndJudgement).count(), 1);
    // Before it joined nothing was different.
    assert_eq!(stands(&case, "03-10 10:59").series_ends, at("04-02 00:00"));
}

#[test]
fn l4_three_day_visits_that_fall_due_in_other_hands_are_excused() {
    let mut case = case(Level::Low);
    met(&mut case, "03-01 10:00", None);
    case.transfers.push(Away { at: at("03-03 09:00"), until: Some(at("03-08 09:00")) });
    let due = due_at(&case, "03-09 12:00");
    let three: Vec<_> = due.list.iter().filter(|visit| visit.kind == DueKind::ThreeDayVisit).collect();
    assert_eq!(three[0].state, DueState::Excused);
}
