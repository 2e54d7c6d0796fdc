//! Alerts and dossiers on the command line, as a supervisor meets them.

use serde_json::Value;

use crate::command::Desk;

const ALERTS: &str = "name,telephone,level,area,place,issuer,number,origin,issued,reached_station\n\
     王<b>五,12000000000,high,North,North 1,PS,N-1,other,2026-03-01 09:00,2026-03-01 09:02\n\
     李六,12000000001,low,South,South 1,PS,N-2,other,2026-03-01 10:00,2026-03-01 10:00\n\
     王<b>五,12000000000,extreme,North,North 1,PS,N-3,other,2026-03-05 09:00,2026-03-05 09:00\n";

fn town() -> Desk {
    let desk = Desk::town();
    desk.import("alerts", ALERTS, "sup").done();
    desk
}

fn numbers(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|alert| alert["number"].as_str().unwrap()).collect()
}

#[test]
fn q5_alerts_are_listed_for_whom_they_are_shown_to_with_whose_they_are() {
    let desk = town();
    let all = desk.run(&["alert", "list", "--as", "sup", "--json"]).json();
    assert_eq!(all.as_array().unwrap().len(), 3);
    assert!(all.as_array().unwrap().iter().all(|alert| alert["owner"].is_null()));
    let north = desk.run(&["alert", "list", "--as", "supnorth", "--json"]).json();
    assert_eq!(numbers(&north), ["N-3", "N-1"], "the higher level first");
    // Somebody who holds no case file sees none.
    assert_eq!(desk.run(&["alert", "list", "--as", "worker", "--json"]).json().as_array().unwrap().len(), 0);
    let text = desk.run(&["alert", "list", "--as", "sup"]);
    assert!(text.done().out.contains("nobody's"), "{text:?}");
}

#[test]
fn q5_a_supervisor_gives_an_alert_to_somebody_and_it_is_theirs() {
    let desk = town();
    let shown = desk.run(&["alert", "assign", "N-1", "--to", "head", "--as", "sup", "--reason", "R", "--json"]).json();
    assert_eq!(shown["owner"]["name"], "H");
    // An offer waits for the other side.
    let shown = desk.run(&["alert", "offer", "N-1", "--to", "pol", "--as", "sup", "--json"]).json();
    assert_eq!((shown["owner"]["name"].as_str(), shown["offers"][0]["name"].as_str()), (Some("H"), Some("P")));
    desk.run(&["alert", "assign", "N-1", "--to", "head", "--as", "head"]).fails(2, &["--as"]);
    desk.run(&["alert", "assign", "N-9", "--to", "head", "--as", "sup"]).fails(2, &["no alert", "alert list"]);
    desk.run(&["alert", "assign", "N-1", "--to", "nobody", "--as", "sup"]).fails(2, &["nobody"]);
    desk.run(&["alert", "assign", "12000000000", "--to", "head", "--as", "sup"]).fails(2, &["several", "identifier"]);
    desk.run(&["alert", "assign", "N-2", "--to", "head", "--as", "supnorth"]).fails(2, &["no alert"]);
}

#[test]
fn q4_joins_raises_extensions_and_recalls_are_a_supervisor_s_to_write() {
    let desk = town();
    let shown = desk.run(&["alert", "raise", "N-2", "--level", "extreme", "--as", "sup", "--json"]).json();
    assert_eq!(shown["level"], "extreme");
    desk.run(&["alert", "raise", "N-2", "--level", "worst", "--as", "sup"]).fails(2, &["--level", "extreme"]);
    desk.run(&["alert", "extend", "N-2", "--until", "soon", "--as", "sup"]).fails(2, &["--until", "2026-05-01"]);
    desk.run(&["alert", "extend", "N-2", "--until", "2026-03-02", "--as", "sup"]).fails(2, &["until"]);
    let shown = desk.run(&["alert", "extend", "N-2", "--until", "2199-01-01", "--as", "sup", "--json"]).json();
    assert!(shown["series_ends"].as_str().unwrap().starts_with("2199-01-01"), "{shown}");
    let shown = desk.run(&["alert", "recall", "N-2", "--as", "sup", "--json"]).json();
    assert_eq!(shown["result"], "recalled");
    let open = desk.run(&["alert", "list", "--as", "sup", "--json"]).json();
    assert!(!numbers(&open).contains(&"N-2"));
    let all = desk.run(&["alert", "list", "--all", "--as", "sup", "--json"]).json();
    assert!(numbers(&all).contains(&"N-2"), "closed, and still visible");
    desk.run(&["alert", "join", "N-1", "--other", "N-1", "--as", "sup"]).fails(2, &["itself"]);
    desk.run(&["alert", "recall", "N-1", "--as", "head"]).fails(2, &["--as"]);
}

#[test]
fn l4_a_dossier_is_printed_for_whoever_holds_it_and_is_safe_whatever_was_written() {
    let desk = town();
    desk.run(&["alert", "comment", "N-1", "--text", "turned\u{202e}", "--as", "sup"]).fails(2, &["text"]);
    desk.run(&["alert", "comment", "N-1", "--text", "<script>alert(1)</script>", "--as", "sup"]).done();
    let found = desk.run(&["dossier", "N-1", "--as", "sup", "--json"]).json();
    assert_eq!(found["name"], "王<b>五");
    let kinds: Vec<&str> =
        found["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["alert", "alert", "comment"], "both alerts of this telephone");
    // What was put right keeps what stood there before.
    desk.import("alerts", ALERTS.replace("12000000000", "12000000009"), "sup").done();
    let put_right = desk.run(&["dossier", "N-1", "--as", "sup", "--json"]).json();
    let first = &put_right["corrections"][0];
    assert_eq!((&first["field"], &first["before"]), (&Value::from("telephone"), &Value::from("12000000000")));
    let page = desk.folder.path().join("page.html");
    let path = page.to_str().unwrap();
    desk.run(&["dossier", "N-1", "--as", "sup", "--html", path]).done();
    let written = std::fs::read_to_string(&page).unwrap();
    assert!(written.contains("&lt;script&gt;") && !written.contains("<script"), "{written}");
    assert!(written.contains("王&lt;b&gt;五") && !written.contains('\u{202e}'));
    assert!(written.contains("更正记录") && written.contains("下发时间"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(page.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    desk.run(&["dossier", "N-1", "--as", "sup", "--html", path]).fails(2, &["there already"]);
    desk.run(&["dossier", "N-1", "--as", "worker"]).fails(2, &["no alert"]);
}
