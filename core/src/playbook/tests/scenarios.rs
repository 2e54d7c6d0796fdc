//! What a scenario may not say, and where the complaint points.

use serde_json::json;

use super::super::scenario::{parse, parse_time};
use super::*;
use crate::record::Outcome;

const ALERT: &str = r#""alert":{"level":"high","issued":"2026-03-01T09:00:00+08:00"}"#;

/// A scenario with `rest` beside a sound alert.
fn beside(rest: &str) -> String {
    format!("{{{ALERT},{rest}}}")
}

/// A scenario whose third visit has `from` instead of `to`.
fn third_visit(from: &str, to: &str) -> String {
    let visit = r#"{"purpose":"follow_up","outcome":"met","started":"2026-03-02T10:00:00+08:00","ended":"2026-03-02T10:30:00+08:00"}"#;
    assert!(visit.contains(from), "{from}");
    beside(&format!("\"visits\":[{visit},{visit},{}]", visit.replace(from, to)))
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    let table: Vec<(String, &str, &str)> = vec![
        (String::new(), "line 1, column 0", "JSON"),
        ("[]".to_owned(), "scenario", "object"),
        ("{}".to_owned(), "alert", "must be given"),
        (format!("{{{ALERT}}} x"), "line 1, column 65", "nothing after"),
        (format!("{{{ALERT}}}{{}}"), "line 1, column 64", "nothing after"),
        (beside("\"visit\":[]"), "visit", "no such field"),
        (beside(ALERT), "alert", "twice"),
        (beside("\"visits\":{}"), "visits", "list"),
        (beside("\"visits\":null"), "visits", "list"),
        (beside("\"visits\":[5]"), "visits[0]", "object"),
        (beside("\"visits\":[],\"visits\":[]"), "visits", "twice"),
        (r#"{"alert":5}"#.to_owned(), "alert", "object"),
        (r#"{"alert":null}"#.to_owned(), "alert", "object"),
        (r#"{"alert":{"issued":"2026-03-01T09:00:00+08:00"}}"#.to_owned(), "alert.level", "extreme"),
        (r#"{"alert":{"level":"high"}}"#.to_owned(), "alert.issued", "must be given"),
        (format!("{{{}}}", ALERT.replace("high", "urgent")), "alert.level", "extreme"),
        (format!("{{{}}}", ALERT.replace("\"high\"", "3")), "alert.level", "a number"),
        (format!("{{{}}}", ALERT.replace("}", ",\"name\":\"x\"}")), "alert.name", "no such field"),
        (format!("{{{}}}", ALERT.replace("}", ",\"level\":\"low\"}")), "alert.level", "twice"),
        (
            format!("{{{}}}", ALERT.replace("}", ",\"reached_station\":\"2026-03-01T08:59:59+08:00\"}")),
            "alert.reached_station",
            "before issued",
        ),
        (third_visit("02T10:30:00", "30T10:30:00").replace("03-30", "02-30"), "visits[2].ended", "does not exist"),
        (third_visit("T10:30:00", "T25:30:00"), "visits[2].ended", "does not exist"),
        (third_visit("T10:30:00", "T24:00:00"), "visits[2].ended", "does not exist"),
        (third_visit("T10:30:00", "T10:60:00"), "visits[2].ended", "does not exist"),
        (third_visit("T10:30:00", "T10:30:60"), "visits[2].ended", "does not exist"),
        (third_visit("T10:30:00+08:00", "T10:30:00"), "visits[2].ended", "no offset"),
        (third_visit("T10:30:00+08:00", "T10:30:00+8"), "visits[2].ended", "offset"),
        (third_visit("T10:30:00+08:00", "T10:30:00+24:00"), "visits[2].ended", "offset"),
        (third_visit("T10:30:00+08:00", "T10:30:00+08:00[Asia/Shanghai]"), "visits[2].ended", "offset"),
        (third_visit("2026-03-02T10:30:00+08:00", "tomorrow"), "visits[2].ended", "no time"),
        (third_visit("2026-03-02T10:30:00+08:00", "20260302T103000+0800"), "visits[2].ended", "no time"),
        (third_visit("2026-03-02T10:30", "1626-03-02T10:30"), "visits[2].ended", "1900"),
        (third_visit("\"2026-03-02T10:30:00+08:00\"", "1772418600"), "visits[2].ended", "a number"),
        (third_visit("T10:30:00+08:00", "T09:59:59+08:00"), "visits[2].ended", "before started"),
        (third_visit("\"ended\"", "\"end\""), "visits[2].end", "no such field"),
        (third_visit("\"outcome\":\"met\",", ""), "visits[2].outcome", "must be given"),
        (third_visit("\"purpose\":\"follow_up\",", ""), "visits[2].purpose", "must be given"),
        (third_visit("\"started\":\"2026-03-02T10:00:00+08:00\",", ""), "visits[2].started", "must be given"),
        (third_visit("follow_up", "visit"), "visits[2].purpose", "dissuasion"),
        (third_visit("\"met\"", "\"seen\""), "visits[2].outcome", "nobody_home"),
        (third_visit("\"met\"", "\"met\",\"risk\":\"high\""), "visits[2].risk", "may_be_defrauded_again"),
        (third_visit("\"met\"", "\"met\",\"met_target\":1"), "visits[2].met_target", "true or false"),
        (third_visit("\"met\"", "\"refused\",\"met_target\":true"), "visits[2].met_target", "outcome"),
        (beside(r#""raises":[{"level":"extreme"}]"#), "raises[0].at", "must be given"),
        (beside(r#""raises":[{"at":"2026-03-02T10:00:00Z","level":"x"}]"#), "raises[0].level", "extreme"),
        (beside(r#""feedbacks":["2026-03-02T10:00:00Z"]"#), "feedbacks[0]", "object"),
        (beside(r#""money_sent":[{"at":"2026-03-02T10:00:00Z","amount":5}]"#), "money_sent[0].amount", "no such field"),
        (
            beside(r#""clearances":[{"at":"2026-03-02T10:00:00Z","withdrawn":"2026-03-02T09:59:59Z"}]"#),
            "clearances[0].withdrawn",
            "before at",
        ),
        (beside(r#""extensions":[{"at":"2026-03-02T10:00:00Z"}]"#), "extensions[0].until", "must be given"),
        (
            beside(r#""extensions":[{"at":"2026-03-02T10:00:00Z","until":"2026-03-01T17:59:59+08:00"}]"#),
            "extensions[0].until",
            "before at",
        ),
        (
            beside(r#""transfers":[{"at":"2026-03-02T10:00:00Z","until":"2026-03-01T09:59:59Z"}]"#),
            "transfers[0].until",
            "before at",
        ),
    ];
    for (json, place, problem) in table {
        let error = parse(&json).expect_err(&json);
        assert_eq!(error.place, place, "{json}\n{error}");
        assert!(error.problem.contains(problem), "{json}\n{error}");
    }
}

#[test]
fn what_may_be_left_out_has_its_meaning() {
    let case = parse(&format!("{{{ALERT}}}")).unwrap();
    assert_eq!(case.reached_station, case.issued);
    assert!(case.visits.is_empty() && case.raises.is_empty() && case.transfers.is_empty());
    let mut scenario =
        scenario_of("high", "03-01 09:00", &["met 03-01 10:00", "refused 03-01 10:00", "wife 03-01 10:00"]);
    scenario["visits"][0]["risk"] = Value::Null;
    scenario["transfers"] = json!([{"at": stamp("03-02 10:00"), "until": null}]);
    let case = parse(&scenario.to_string()).unwrap();
    assert_eq!(case.visits.iter().map(|visit| visit.met_target).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(case.visits[1].outcome, Outcome::Refused);
    assert_eq!(case.transfers[0].until, None);
    // Everything at its limit: ends with its start, reaches the station when issued.
    scenario["alert"]["reached_station"] = scenario["alert"]["issued"].clone();
    scenario["clearances"] = json!([{"at": stamp("03-02 10:00"), "withdrawn": stamp("03-02 10:00")}]);
    assert!(parse(&scenario.to_string()).is_ok());
}

#[test]
fn times_are_rfc_3339() {
    let reference = at("03-01 09:00");
    for text in
        ["2026-03-01T01:00:00Z", "2026-03-01t01:00:00z", "2026-03-01T09:00:00.000+08:00", "2026-02-28T15:00:00-10:00"]
    {
        assert_eq!(parse_time(text), Ok(reference), "{text}");
    }
    for text in [
        "",
        "2026-03-01",
        "2026-03-01T09:00+08:00",
        "2026-03-01 09:00:00+08:00",
        "2026-03-01T09:00:00.+08:00",
        "２０26-03-01T09:00:00Z",
    ] {
        assert!(parse_time(text).is_err(), "{text}");
    }
}
