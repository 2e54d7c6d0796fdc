//! What the rules say beside the worked cases.

use serde_json::json;

use super::*;

pub(super) fn times(list: &[&str]) -> Value {
    list.iter().map(|time| json!({"at": stamp(time)})).collect()
}

pub(super) fn raises(list: &[(&str, &str)]) -> Value {
    list.iter().map(|(level, time)| json!({"level": level, "at": stamp(time)})).collect()
}

pub(super) fn spans(second: &str, list: &[(&str, &str)]) -> Value {
    let span = |(at, until): &(&str, &str)| {
        if until.is_empty() { json!({"at": stamp(at)}) } else { json!({"at": stamp(at), second: stamp(until)}) }
    };
    list.iter().map(span).collect()
}

#[test]
fn q3_response_clocks_run_from_the_station() {
    for (level, contact_due, meeting_due) in [
        ("extreme", "03-01 09:40", "03-01 10:30"),
        ("high", "03-01 09:45", "03-01 11:30"),
        ("medium", "03-01 10:00", "03-01 21:30"),
        ("low", "03-01 10:30", "03-02 09:30"),
    ] {
        let mut scenario = scenario_of(level, "03-01 09:00", &[]);
        scenario["alert"]["reached_station"] = json!(stamp("03-01 09:30"));
        let found = reckon(&scenario, "03-01 09:30");
        assert_eq!(contact(&found), [format!("{contact_due} Open")]);
        assert_eq!(meeting(&found), [format!("{meeting_due} Open")]);
        assert_eq!(feedback(&found), [""; 0]);
        assert_eq!(three_day(&found), ["03-05 00:00 Open"]);
    }
}

#[test]
fn q3_first_contact_takes_a_refusal_or_a_call_and_nothing_less() {
    for (visit, expected) in [
        ("met 03-01 09:05", "03-01 09:10 Done 03-01 09:05"),
        ("refused 03-01 09:05", "03-01 09:10 Done 03-01 09:05"),
        ("telephone_only 03-01 09:05", "03-01 09:10 Done 03-01 09:05"),
        ("wife 03-01 09:05", "03-01 09:10 Overdue +50 x1"),
        ("nobody_home 03-01 09:05", "03-01 09:10 Overdue +50 x1"),
        ("moved 03-01 09:05", "03-01 09:10 Overdue +50 x1"),
        ("inaccessible 03-01 09:05", "03-01 09:10 Overdue +50 x1"),
    ] {
        let found = reckon(&scenario_of("extreme", "03-01 09:00", &[visit]), "03-01 10:00");
        assert_eq!(contact(&found), [expected], "{visit}");
        let met = visit.starts_with("met");
        let expected = if met { "03-01 10:00 Done 03-01 09:05" } else { "03-01 10:00 Open x1" };
        assert_eq!(meeting(&found), [expected], "{visit}");
    }
}

#[test]
fn q3_what_ended_by_the_issue_satisfies_nothing() {
    let found = reckon(
        &scenario_of("extreme", "03-01 09:00", &["met 03-01 08:00 risk", "met 03-01 09:00", "refused 03-01 09:00"]),
        "03-01 09:05",
    );
    assert_eq!(contact(&found), ["03-01 09:10 Open"]);
    assert_eq!(meeting(&found), ["03-01 10:00 Open"]);
    assert_eq!(second(&found), [""; 0]);
    let found = reckon(&scenario_of("extreme", "03-01 09:00", &["met 03-01 09:00:01"]), "03-01 09:05");
    assert_eq!(meeting(&found), ["03-01 10:00 Done 03-01 09:00:01"]);
}

#[test]
fn q7_feedback_is_owed_once_after_the_first_meeting() {
    let visits = ["met 03-01 10:00", "met 03-05 10:00"];
    let base = scenario_of("low", "03-01 09:00", &visits);
    for (given, expected) in [
        (vec!["03-01 09:59"], "03-01 12:00 Overdue +180"),
        (vec!["03-01 10:00"], "03-01 12:00 Done 03-01 10:00"),
        (vec!["03-01 12:00:59"], "03-01 12:00 Done 03-01 12:00:59"),
        (vec!["03-01 14:00", "03-01 12:01:59"], "03-01 12:00 Late 03-01 12:01:59 +1"),
        (vec!["03-01 15:00:01"], "03-01 12:00 Overdue +180"),
    ] {
        let scenario = with(base.clone(), "feedbacks", times(&given));
        assert_eq!(feedback(&reckon(&scenario, "03-01 15:00")), [expected]);
    }
}

#[test]
fn q3_response_is_overdue_until_the_series_ends_and_then_missed() {
    let scenario = scenario_of("low", "03-01 09:00", &["met 04-03 10:00"]);
    assert_eq!(meeting(&reckon(&scenario, "04-01 23:59")), ["03-02 09:00 Overdue +44099"]);
    let found = reckon(&scenario, "04-03 12:00");
    assert_eq!(contact(&found), ["03-01 10:00 Missed +45480"]);
    assert_eq!(meeting(&found), ["03-02 09:00 Missed +44100"]);
    assert_eq!(count(&found, DueKind::ThreeDayVisit, DueState::Missed), 10);
}

#[test]
fn q3_feedback_is_not_missed_before_its_time() {
    let scenario = scenario_of("low", "03-01 09:00", &["met 04-01 23:30"]);
    assert_eq!(feedback(&reckon(&scenario, "04-02 00:00")), ["04-02 01:30 Open"]);
    assert_eq!(feedback(&reckon(&scenario, "04-02 01:30:59")), ["04-02 01:30 Open"]);
    assert_eq!(feedback(&reckon(&scenario, "04-02 05:00")), ["04-02 01:30 Missed +1"]);
    let given = with(scenario, "feedbacks", times(&["04-02 01:00"]));
    assert_eq!(feedback(&reckon(&given, "04-02 05:00")), ["04-02 01:30 Done 04-02 01:00"]);
}

#[test]
fn q4_a_raise_moves_the_response_clocks_forward_only() {
    let base = scenario_of("low", "03-01 09:00", &[]);
    let raised = |list: &[(&str, &str)]| reckon(&with(base.clone(), "raises", raises(list)), "03-03 09:00");
    assert_eq!(contact(&raised(&[("extreme", "03-01 09:20")]))[0][..11], *"03-01 09:30");
    assert_eq!(meeting(&raised(&[("extreme", "03-01 09:20")]))[0][..11], *"03-01 10:20");
    // Later than the old time changes nothing.
    assert_eq!(contact(&raised(&[("extreme", "03-01 09:55")]))[0][..11], *"03-01 10:00");
    assert_eq!(meeting(&raised(&[("extreme", "03-02 08:30")]))[0][..11], *"03-02 09:00");
    // Two raises: each moves what the one before left. One to a lower level is none.
    let both = raised(&[("extreme", "03-01 20:00"), ("medium", "03-01 10:00")]);
    assert_eq!(meeting(&both)[0][..11], *"03-01 21:00");
    let lower = raised(&[("high", "03-01 10:00"), ("medium", "03-01 09:00"), ("low", "03-01 09:00")]);
    assert_eq!(meeting(&lower)[0][..11], *"03-01 12:00");
}

#[test]
fn q9_levels_that_owe_a_second_visit() {
    for (level, owed) in [("extreme", 1), ("high", 1), ("medium", 0), ("low", 0)] {
        let found = reckon(&scenario_of(level, "03-01 09:00", &["met 03-01 10:00"]), "03-01 11:00");
        assert_eq!(second(&found).len(), owed, "{level}");
    }
}

#[test]
fn q9_a_full_minute_makes_it_late() {
    for (met, expected) in [
        ("03-03 10:30", "Done 03-03 10:30"),
        ("03-03 10:30:59", "Done 03-03 10:30:59"),
        ("03-03 10:31", "Late 03-03 10:31 +1"),
        ("03-03 10:32:59", "Late 03-03 10:32:59 +2"),
    ] {
        let scenario = scenario_of("extreme", "03-01 09:00", &["met 03-01 10:30", &format!("met {met}")]);
        assert_eq!(second(&reckon(&scenario, "03-05 00:00")), [format!("03-03 10:30 {expected}")]);
    }
}

#[test]
fn q9_the_day_of_the_dissuasion_is_too_early() {
    let scenario = scenario_of("extreme", "03-01 09:00", &["met 03-01 10:30", "met 03-01 23:59", "met 03-02 00:00"]);
    assert_eq!(second(&reckon(&scenario, "03-01 23:59")), ["03-03 10:30 Open"]);
    assert_eq!(second(&reckon(&scenario, "03-02 00:00")), ["03-03 10:30 Done 03-02 00:00"]);
}

#[test]
fn q9_a_later_dissuasion_restarts_nothing() {
    let scenario = scenario_of("extreme", "03-01 09:00", &["met 03-01 10:30", "met 03-01 20:00"]);
    assert_eq!(second(&reckon(&scenario, "03-02 00:00")), ["03-03 10:30 Open"]);
}

#[test]
fn q9_only_a_new_judgement_of_risk_adds_one() {
    // Judged at risk from the first: said again, it is not new.
    let visits = ["met 03-01 10:00 risk", "met 03-02 10:00 risk", "met 03-04 10:00"];
    assert_eq!(
        second(&reckon(&scenario_of("low", "03-01 09:00", &visits), "03-05 00:00")),
        ["03-03 10:00 Done 03-02 10:00"]
    );
    // Judged safe in between: new. A meeting that judges nothing is no judgement.
    let visits = ["met 03-01 10:00 risk", "met 03-02 10:00 none", "met 03-02 11:00", "met 03-04 10:00 risk"];
    assert_eq!(
        second(&reckon(&scenario_of("low", "03-01 09:00", &visits), "03-05 00:00")),
        ["03-03 10:00 Done 03-02 10:00", "03-06 10:00 Open"]
    );
    // An extreme alert whose dissuasion judged nothing: the judgement is new, adds one and removes none.
    let visits = ["met 03-01 10:00", "met 03-01 15:00 risk"];
    assert_eq!(
        second(&reckon(&scenario_of("extreme", "03-01 09:00", &visits), "03-02 00:00")),
        ["03-03 10:00 Open", "03-03 15:00 Open"]
    );
    // One whose dissuasion judged a risk owes one, not two.
    let found = reckon(&scenario_of("extreme", "03-01 09:00", &["met 03-01 10:00 risk"]), "03-02 00:00");
    assert_eq!(second(&found), ["03-03 10:00 Open"]);
}

#[test]
fn q9_one_meeting_may_do_several() {
    let visits = ["met 03-01 10:00", "met 03-01 15:00 risk", "met 03-03 16:00"];
    let found = reckon(&scenario_of("extreme", "03-01 09:00", &visits), "03-03 17:00");
    assert_eq!(second(&found), ["03-03 10:00 Late 03-03 16:00 +360", "03-03 15:00 Late 03-03 16:00 +60"]);
    assert_eq!(three_day(&found), ["03-05 00:00 Done 03-03 16:00", "03-07 00:00 Open"]);
}

#[test]
fn q9_a_visit_that_judges_does_not_satisfy_what_it_starts() {
    let visits = ["met 03-01 10:00", "met 03-02 10:00 risk", "met 03-02 18:00", "met 03-04 10:00"];
    let found = reckon(&scenario_of("high", "03-01 09:00", &visits), "03-05 00:00");
    assert_eq!(second(&found), ["03-03 10:00 Done 03-02 10:00", "03-04 10:00 Done 03-04 10:00"]);
}

#[test]
fn q9_only_a_meeting_with_the_person_judges() {
    let visits = ["met 03-01 10:00 none", "wife 03-02 10:00 risk", "telephone_only 03-02 11:00 risk"];
    let found = reckon(&scenario_of("low", "03-01 09:00", &visits), "03-05 00:00");
    assert_eq!(second(&found), [""; 0]);
    // Nor does it hide that the next judgement is new.
    let visits = ["met 03-01 10:00 none", "wife 03-02 10:00 risk", "met 03-02 11:00 risk"];
    let found = reckon(&scenario_of("low", "03-01 09:00", &visits), "03-03 00:00");
    assert_eq!(second(&found), ["03-04 11:00 Open"]);
}

#[test]
fn q9_at_the_same_moment_the_one_that_judges_a_risk_is_the_last() {
    for visits in [
        ["met 03-01 10:00 none", "met 03-02 10:00 risk", "met 03-02 10:00 none", "met 03-04 10:00 risk"],
        ["met 03-04 10:00 risk", "met 03-02 10:00 none", "met 03-02 10:00 risk", "met 03-01 10:00 none"],
    ] {
        let found = reckon(&scenario_of("low", "03-01 09:00", &visits), "03-04 11:00");
        assert_eq!(second(&found), ["03-04 10:00 Done 03-04 10:00"]);
    }
}

#[test]
fn q9_a_raise_starts_one_only_where_none_was_owed() {
    let raised = |visits: &[&str], list: &[(&str, &str)], now: &str| {
        second(&reckon(&with(scenario_of("low", "03-01 09:00", visits), "raises", raises(list)), now))
    };
    // Raised before the dissuasion: from its end. At its very end: the same.
    assert_eq!(raised(&["met 03-02 10:00"], &[("high", "03-01 12:00")], "03-02 11:00"), ["03-04 10:00 Open"]);
    assert_eq!(raised(&["met 03-02 10:00"], &[("high", "03-02 10:00")], "03-02 11:00"), ["03-04 10:00 Open"]);
    // To medium: none.
    assert_eq!(raised(&["met 03-02 10:00"], &[("medium", "03-03 10:00")], "03-03 11:00"), [""; 0]);
    // Raised twice: from the first that owes it.
    let twice = [("extreme", "03-06 10:00"), ("high", "03-05 10:00"), ("medium", "03-04 10:00")];
    assert_eq!(raised(&["met 03-02 10:00"], &twice, "03-06 11:00"), ["03-07 10:00 Open"]);
    // One was owed already, and even done.
    let visits = ["met 03-02 10:00 risk", "met 03-03 10:00"];
    assert_eq!(raised(&visits, &[("extreme", "03-05 10:00")], "03-06 11:00"), ["03-04 10:00 Done 03-03 10:00"]);
    // Judged a risk only after the raise: both.
    let visits = ["met 03-02 10:00", "met 03-06 10:00 risk"];
    assert_eq!(
        raised(&visits, &[("extreme", "03-05 10:00")], "03-06 11:00"),
        ["03-07 10:00 Done 03-06 10:00", "03-08 10:00 Open"]
    );
    // Nobody met: none.
    assert_eq!(raised(&["wife 03-02 10:00"], &[("extreme", "03-05 10:00")], "03-06 11:00"), [""; 0]);
}

#[test]
fn q9_a_raise_to_a_lower_level_counts_for_nothing() {
    for raised in ["03-01 09:30", "03-01 10:30"] {
        let base = scenario_of("extreme", "03-01 09:00", &["met 03-01 10:30"]);
        let lowered = with(base.clone(), "raises", raises(&[("low", raised)]));
        assert_eq!(second(&reckon(&lowered, "03-02 00:00")), ["03-03 10:30 Open"]);
        assert_eq!(reckon(&lowered, "03-20 00:00"), reckon(&base, "03-20 00:00"));
    }
    // Nor does one below a level that was reached since: it starts none, and takes none away.
    let list = [("extreme", "03-01 09:10"), ("low", "03-01 09:20"), ("high", "03-01 12:00")];
    let raised = with(scenario_of("low", "03-01 09:00", &["met 03-01 10:30"]), "raises", raises(&list));
    assert_eq!(second(&reckon(&raised, "03-02 00:00")), ["03-03 10:30 Open"]);
}

#[test]
fn q9_a_raised_one_is_measured_against_the_day_of_the_dissuasion() {
    let visits = ["met 03-01 10:00", "met 03-01 20:00", "met 03-02 07:00"];
    let scenario = with(scenario_of("low", "03-01 09:00", &visits), "raises", raises(&[("extreme", "03-01 12:00")]));
    assert_eq!(second(&reckon(&scenario, "03-01 21:00")), ["03-03 12:00 Open"]);
    assert_eq!(second(&reckon(&scenario, "03-02 08:00")), ["03-03 12:00 Done 03-02 07:00"]);
    // On the raise's own day, after it: it is a later day than the dissuasion's.
    let visits = ["met 03-01 10:00", "met 03-05 13:00"];
    let scenario = with(scenario_of("low", "03-01 09:00", &visits), "raises", raises(&[("extreme", "03-05 12:00")]));
    assert_eq!(second(&reckon(&scenario, "03-05 14:00")), ["03-07 12:00 Done 03-05 13:00"]);
    // Before the raise nothing was there to be satisfied.
    let visits = ["met 03-01 10:00", "met 03-05 11:00"];
    let scenario = with(scenario_of("low", "03-01 09:00", &visits), "raises", raises(&[("extreme", "03-05 12:00")]));
    assert_eq!(second(&reckon(&scenario, "03-05 14:00")), ["03-07 12:00 Open"]);
}

#[test]
fn q9_missed_at_the_end_of_the_month_or_a_day_after_its_time() {
    let early = scenario_of("high", "03-01 09:00", &["met 03-01 10:00"]);
    assert_eq!(second(&reckon(&early, "04-01 23:59")), ["03-03 10:00 Overdue +42599"]);
    assert_eq!(second(&reckon(&early, "04-02 00:00")), ["03-03 10:00 Missed +42600"]);
    let late = scenario_of("high", "03-01 09:00", &["met 03-31 10:00", "met 04-03 10:00"]);
    assert_eq!(second(&reckon(&late, "04-02 12:00")), ["04-02 10:00 Overdue +120"]);
    assert_eq!(second(&reckon(&late, "04-03 12:00")), ["04-02 10:00 Missed +1440"]);
    let done = scenario_of("high", "03-01 09:00", &["met 03-31 10:00", "met 04-03 09:59"]);
    assert_eq!(second(&reckon(&done, "04-03 12:00")), ["04-02 10:00 Late 04-03 09:59 +1439"]);
}

#[test]
fn q9_a_call_does_only_where_the_town_says_so() {
    let visits = ["met 03-01 10:00", "telephone_only 03-01 18:00", "telephone_only 03-02 10:00", "met 03-02 18:00"];
    let scenario = scenario_of("high", "03-01 09:00", &visits);
    let town = Playbook::parse("telephone_satisfies_second_visit = true").unwrap();
    assert_eq!(second(&reckon(&scenario, "03-02 12:00")), ["03-03 10:00 Open x2"]);
    let found = reckon_by(&town, &scenario, "03-02 12:00");
    assert_eq!(second(&found), ["03-03 10:00 Done 03-02 10:00 x1"]);
    assert_eq!(three_day(&found), ["03-05 00:00 Open x2"]);
}

#[test]
fn l4_a_first_meeting_in_time_leaves_no_entry_and_a_later_one_does() {
    let found = reckon(&scenario_of("low", "03-01 09:00", &["met 03-04 23:59:59"]), "03-05 00:00");
    assert_eq!(three_day(&found), ["03-08 00:00 Open"]);
    let found = reckon(&scenario_of("low", "03-01 09:00", &["met 03-05 00:00"]), "03-05 00:00");
    assert_eq!(three_day(&found), ["03-05 00:00 Late 03-05 00:00", "03-09 00:00 Open"]);
    let found = reckon(&scenario_of("low", "03-01 09:00", &["met 03-09 01:00"]), "03-09 02:00");
    assert_eq!(
        three_day(&found),
        ["03-05 00:00 Missed +4320", "03-08 00:00 Late 03-09 01:00 +1500", "03-13 00:00 Open"]
    );
}

#[test]
fn l4_missed_when_the_next_falls_due() {
    let scenario =
        scenario_of("low", "03-01 09:00", &["met 03-01 10:00", "nobody_home 03-05 10:00", "nobody_home 03-08 00:00"]);
    assert_eq!(three_day(&reckon(&scenario, "03-07 23:59:59")), ["03-05 00:00 Overdue +4319 x1"]);
    assert_eq!(three_day(&reckon(&scenario, "03-08 00:00")), ["03-05 00:00 Missed +4320 x1", "03-08 00:00 Overdue x1"]);
}

#[test]
fn l4_further_meetings_on_the_same_day_change_nothing() {
    let visits = ["met 03-01 10:00", "met 03-01 20:00", "met 03-04 08:00", "met 03-04 09:00", "met 03-04 23:59"];
    let found = reckon(&scenario_of("low", "03-01 09:00", &visits), "03-05 12:00");
    assert_eq!(three_day(&found), ["03-05 00:00 Done 03-04 08:00", "03-08 00:00 Open"]);
}

#[test]
fn l4_the_instant_after_the_day_is_late() {
    let visits = ["met 03-01 10:00", "met 03-05 00:00"];
    let found = reckon(&scenario_of("low", "03-01 09:00", &visits), "03-05 12:00");
    assert_eq!(three_day(&found), ["03-05 00:00 Late 03-05 00:00", "03-09 00:00 Open"]);
}

#[test]
fn l4_what_would_fall_due_after_the_end_is_not_owed() {
    let found = reckon(&scenario_of("low", "03-01 09:00", &["met 03-03 10:00", "met 03-29 10:00"]), "03-29 11:00");
    assert_eq!(three_day(&found).last().unwrap(), "04-02 00:00 Open");
    let found = reckon(&scenario_of("low", "03-01 09:00", &["met 03-03 10:00", "met 03-29 10:00"]), "04-02 00:00");
    assert_eq!(three_day(&found).last().unwrap(), "04-02 00:00 Missed");
    let visits = ["met 03-03 10:00", "met 03-30 10:00", "met 04-01 10:00", "met 04-02 00:00"];
    let found = reckon(&scenario_of("low", "03-01 09:00", &visits), "04-02 00:00");
    assert_eq!(three_day(&found).last().unwrap(), "03-28 00:00 Late 03-30 10:00 +3480");
}

#[test]
fn l5_a_clearance_ends_the_series_only_while_it_stands() {
    let visits = ["met 03-01 20:00", "met 03-04 10:00", "met 03-06 12:00"];
    let base = scenario_of("medium", "03-01 09:00", &visits);
    let cleared =
        |spans: Value| three_day(&reckon_by(&clearing_ends(), &with(base.clone(), "clearances", spans), "03-10 12:00"));
    let on = ["03-05 00:00 Done 03-04 10:00", "03-08 00:00 Done 03-06 12:00", "03-10 00:00 Overdue +720"];
    assert_eq!(cleared(json!([])), on);
    // At the end of the meeting: that still counts, and nothing after it.
    assert_eq!(cleared(spans("withdrawn", &[("03-06 12:00", "")])), on[..2]);
    // What was done before stays, though it would have fallen due after.
    assert_eq!(cleared(spans("withdrawn", &[("03-04 12:00", "")])), on[..1]);
    assert_eq!(cleared(spans("withdrawn", &[("03-04 12:00", "03-09 12:00")])), on);
    assert_eq!(cleared(spans("withdrawn", &[("03-04 12:00", "03-10 12:01")])), on[..1]);
    assert_eq!(cleared(spans("withdrawn", &[("03-10 12:01", "")])), on);
}

#[test]
fn l5_a_later_risk_or_money_sent_withdraws_a_clearance() {
    let visits = ["met 03-01 20:00", "met 03-06 12:00 risk"];
    let base =
        with(scenario_of("medium", "03-01 09:00", &visits), "clearances", spans("withdrawn", &[("03-06 11:00", "")]));
    assert_eq!(judgements(&reckon(&base, "03-06 11:30")), ["04-02 00:00 Done 03-06 11:00"]);
    assert_eq!(judgements(&reckon(&base, "03-06 12:00")), ["04-02 00:00 Open"]);
    let after = with(base.clone(), "clearances", spans("withdrawn", &[("03-06 12:00", "")]));
    assert_eq!(judgements(&reckon(&after, "03-07 12:00")), ["04-02 00:00 Done 03-06 12:00"]);
    let sent = with(after.clone(), "money_sent", times(&["03-08 10:00"]));
    assert_eq!(judgements(&reckon(&sent, "03-08 09:59")), ["04-02 00:00 Done 03-06 12:00"]);
    assert_eq!(judgements(&reckon(&sent, "03-08 10:00")), ["04-02 00:00 Open"]);
    let before = with(after, "money_sent", times(&["03-06 12:00"]));
    assert_eq!(judgements(&reckon(&before, "03-08 10:00")), ["04-02 00:00 Done 03-06 12:00"]);
    // Cleared anew.
    let anew = with(sent, "clearances", spans("withdrawn", &[("03-09 12:00", ""), ("03-06 12:00", "")]));
    assert_eq!(judgements(&reckon(&anew, "03-09 12:00")), ["04-02 00:00 Done 03-09 12:00"]);
    // A judgement on a visit that did not meet the person withdraws nothing.
    let wife = with(
        scenario_of("medium", "03-01 09:00", &["met 03-01 20:00", "wife 03-07 12:00 risk"]),
        "clearances",
        spans("withdrawn", &[("03-06 11:00", "")]),
    );
    assert_eq!(judgements(&reckon(&wife, "03-08 12:00")), ["04-02 00:00 Done 03-06 11:00"]);
}

#[test]
fn l5_the_judgement_is_late_from_the_first_instant_after_the_month() {
    let base = scenario_of("low", "03-01 09:00", &[]);
    for (cleared, expected) in [
        ("04-01 23:59:59", "04-02 00:00 Done 04-01 23:59:59"),
        ("04-02 00:00", "04-02 00:00 Late 04-02 00:00"),
        ("04-02 01:30:30", "04-02 00:00 Late 04-02 01:30:30 +90"),
    ] {
        let scenario = with(base.clone(), "clearances", spans("withdrawn", &[(cleared, "")]));
        assert_eq!(judgements(&reckon(&scenario, "04-03 00:00")), [expected]);
    }
    assert_eq!(judgements(&reckon(&base, "2027-03-01 00:00")), ["04-02 00:00 Overdue +479520"]);
}
