//! The worked cases of `docs/rules.md`, by their numbers.

use serde_json::json;

use super::super::scenario::run;
use super::*;

#[test]
fn case_1_a_dissuasion_starts_both_clocks() {
    let found = reckon(&scenario_of("extreme", "03-01 09:00", &["met 03-01 10:30"]), "03-01 12:00");
    assert_eq!(second(&found), ["03-03 10:30 Open"]);
    assert_eq!(three_day(&found), ["03-05 00:00 Open"]);
    assert_eq!(short(found.series_ends), "04-02 00:00");
    assert_eq!(judgements(&found), ["04-02 00:00 Open"]);
}

#[test]
fn case_2_one_meeting_does_both() {
    let scenario = scenario_of("extreme", "03-01 09:00", &["met 03-01 10:30", "met 03-03 10:29"]);
    let found = reckon(&scenario, "03-03 12:00");
    assert_eq!(second(&found), ["03-03 10:30 Done 03-03 10:29"]);
    assert_eq!(three_day(&found), ["03-05 00:00 Done 03-03 10:29", "03-07 00:00 Open"]);
}

#[test]
fn case_3_late_by_a_minute() {
    let scenario = scenario_of("extreme", "03-01 09:00", &["met 03-01 10:30", "met 03-03 10:31"]);
    let found = reckon(&scenario, "03-03 12:00");
    assert_eq!(second(&found), ["03-03 10:30 Late 03-03 10:31 +1"]);
    assert_eq!(three_day(&found), ["03-05 00:00 Done 03-03 10:31", "03-07 00:00 Open"]);
}

#[test]
fn case_4_a_low_alert_at_the_end_of_january() {
    let found = reckon(&scenario_of("low", "01-31 18:00", &["met 01-31 19:00 none"]), "01-31 20:00");
    assert_eq!(second(&found), [""; 0]);
    assert_eq!(three_day(&found), ["02-04 00:00 Open"]);
    assert_eq!(short(found.series_ends), "03-01 00:00");
}

#[test]
fn case_5_a_judgement_of_risk_starts_a_second_visit_at_any_level() {
    let scenario = scenario_of("low", "01-31 18:00", &["met 01-31 19:00 none", "met 02-02 15:00 risk"]);
    let found = reckon(&scenario, "02-02 16:00");
    assert_eq!(second(&found), ["02-04 15:00 Open"]);
    assert_eq!(three_day(&found), ["02-04 00:00 Done 02-02 15:00", "02-06 00:00 Open"]);
}

#[test]
fn case_6_attempts_are_shown_and_satisfy_nothing() {
    let scenario = scenario_of(
        "high",
        "03-01 09:00",
        &["met 03-01 11:00", "nobody_home 03-04 15:00", "telephone_only 03-05 10:00"],
    );
    assert_eq!(second(&reckon(&scenario, "03-03 11:00:59")), ["03-03 11:00 Open"]);
    assert_eq!(second(&reckon(&scenario, "03-03 11:01")), ["03-03 11:00 Overdue +1"]);
    assert_eq!(three_day(&reckon(&scenario, "03-04 23:59:59")), ["03-05 00:00 Open x1"]);
    assert_eq!(three_day(&reckon(&scenario, "03-05 00:00")), ["03-05 00:00 Overdue x1"]);
    let found = reckon(&scenario, "03-05 12:00");
    assert_eq!(three_day(&found), ["03-05 00:00 Overdue +720 x2"]);
    assert_eq!(second(&found), ["03-03 11:00 Overdue +2940 x2"]);
}

#[test]
fn case_7_a_clearance_ends_the_series_only_where_the_town_says_so() {
    let scenario = with(
        scenario_of("medium", "03-01 09:00", &["met 03-01 20:00"]),
        "clearances",
        json!([{"at": stamp("03-10 12:00")}]),
    );
    let found = reckon(&scenario, "03-20 12:00");
    assert_eq!(
        three_day(&found),
        [
            "03-05 00:00 Missed +4320",
            "03-08 00:00 Missed +4320",
            "03-11 00:00 Missed +4320",
            "03-14 00:00 Missed +4320",
            "03-17 00:00 Missed +4320",
            "03-20 00:00 Overdue +720",
        ]
    );
    let found = reckon_by(&clearing_ends(), &scenario, "03-20 12:00");
    assert_eq!(three_day(&found), ["03-05 00:00 Missed +4320", "03-08 00:00 Missed +3600"]);
    assert_eq!(short(found.series_ends), "04-02 00:00");
}

#[test]
fn case_8_a_clearance_cancels_no_second_visit() {
    let scenario = with(
        scenario_of("high", "03-01 09:00", &["met 03-01 20:00"]),
        "clearances",
        json!([{"at": stamp("03-02 08:00")}]),
    );
    assert_eq!(second(&reckon(&scenario, "03-02 09:00")), ["03-03 20:00 Open"]);
    assert_eq!(second(&reckon_by(&clearing_ends(), &scenario, "03-02 09:00")), ["03-03 20:00 Open"]);
}

#[test]
fn case_9_whatever_order_they_arrive_in() {
    let visits = ["met 03-01 10:30", "nobody_home 03-03 09:00", "met 03-03 10:31", "met 03-08 08:00 risk"];
    let one = scenario_of("extreme", "03-01 09:00", &visits).to_string();
    let other = scenario_of("extreme", "03-01 09:00", &[visits[3], visits[2], visits[0], visits[1]]).to_string();
    let now = at("03-09 00:00");
    let playbook = Playbook::builtin();
    assert_eq!(run(&one, &playbook, None, now).unwrap(), run(&other, &playbook, None, now).unwrap());
}

#[test]
fn case_10_meeting_the_wife_is_an_attempt() {
    let found = reckon(&scenario_of("extreme", "03-01 09:00", &["wife 03-01 10:00"]), "03-01 11:00");
    assert_eq!(second(&found), [""; 0]);
    assert_eq!(contact(&found), ["03-01 09:10 Overdue +110 x1"]);
    assert_eq!(meeting(&found), ["03-01 10:00 Overdue +60 x1"]);
    assert_eq!(three_day(&found), ["03-05 00:00 Open x1"]);
}

#[test]
fn case_11_nobody_ever_met() {
    let scenario = scenario_of("low", "03-01 09:00", &[]);
    let found = reckon(&scenario, "04-02 00:00");
    assert_eq!(count(&found, DueKind::ThreeDayVisit, DueState::Missed), 10);
    assert_eq!(three_day(&found).len(), 10);
    assert_eq!(three_day(&found)[0], "03-05 00:00 Missed +4320");
    assert_eq!(three_day(&found)[9], "04-01 00:00 Missed +1440");
    assert_eq!(judgements(&found), ["04-02 00:00 Overdue"]);
    let found = reckon(&scenario, "04-01 23:59:59");
    assert_eq!(three_day(&found)[9], "04-01 00:00 Overdue +1439");
}

#[test]
fn case_12_a_raise_starts_the_second_visit() {
    let scenario = with(
        scenario_of("low", "03-01 09:00", &["met 03-01 10:00"]),
        "raises",
        json!([{"level": "extreme", "at": stamp("03-05 12:00")}]),
    );
    assert_eq!(second(&reckon(&scenario, "03-05 13:00")), ["03-07 12:00 Open"]);
    assert_eq!(second(&reckon(&scenario, "03-05 11:59")), [""; 0]);
}

#[test]
fn the_answer_is_written_with_the_zone_s_offset() {
    let scenario = scenario_of("extreme", "03-01 09:00", &["met 03-01 10:30"]).to_string();
    let answer = run(&scenario, &Playbook::builtin(), None, at("03-03 10:31")).unwrap();
    assert_eq!(
        serde_json::to_value(answer).unwrap(),
        json!({"series_ends": "2026-04-02T00:00:00+08:00", "due": [
            {"kind": "first_contact", "due": "2026-03-01T09:10:00+08:00", "state": "late",
             "done_at": "2026-03-01T10:30:00+08:00", "late_minutes": 80, "attempts": 0},
            {"kind": "first_meeting", "due": "2026-03-01T10:00:00+08:00", "state": "late",
             "done_at": "2026-03-01T10:30:00+08:00", "late_minutes": 30, "attempts": 0},
            {"kind": "feedback", "due": "2026-03-01T12:30:00+08:00", "state": "overdue",
             "done_at": null, "late_minutes": 2761, "attempts": 0},
            {"kind": "second_visit", "due": "2026-03-03T10:30:00+08:00", "state": "overdue",
             "done_at": null, "late_minutes": 1, "attempts": 0},
            {"kind": "three_day_visit", "due": "2026-03-05T00:00:00+08:00", "state": "open",
             "done_at": null, "late_minutes": 0, "attempts": 0},
            {"kind": "month_end_judgement", "due": "2026-04-02T00:00:00+08:00", "state": "open",
             "done_at": null, "late_minutes": 0, "attempts": 0},
        ]})
    );
    let utc = Zone::named("UTC").unwrap();
    let answer = run(&scenario, &Playbook::builtin(), Some(&utc), at("03-01 11:00")).unwrap();
    assert_eq!(answer.series_ends, "2026-04-02T00:00:00+00:00");
    assert_eq!(answer.due[0].due, "2026-03-01T01:10:00+00:00");
    let finer = scenario.replace("10:30:00", "10:30:00.250");
    let answer = run(&finer, &Playbook::builtin(), None, at("03-01 11:00")).unwrap();
    assert_eq!(answer.due[1].done_at.as_deref(), Some("2026-03-01T10:30:00.250+08:00"));
}
