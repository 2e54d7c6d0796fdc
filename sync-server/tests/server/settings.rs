//! What a town sets for the alerts that are to come, on the command line: scripts, reminders, duties, routing.

use qiaomen_core::record::{SeededRandom, Zone};
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_server::intake::Intake;
use qiaomen_server::town::Town;
use serde_json::Value;

use crate::command::{Desk, Done};

const HEADINGS: &str = "name,telephone,level,area,place,issuer,number,origin,issued,reached_station\n";

/// An alert of this level in North is handed in; who it is offered to, by name.
fn offered(desk: &Desk, number: usize, level: &str) -> Vec<String> {
    // One whose month is over would be nobody's to go to.
    let [day, ..] = days();
    let line =
        format!("王{number},1200000000{number},{level},North,North 1,PS,N-{number},other,{day} 09:00,{day} 09:02\n");
    desk.import("alerts", format!("{HEADINGS}{line}"), "sup").done();
    // What a server that serves does with every alert that has come.
    let (now, mut random) = (SystemClock.now(), SeededRandom::new(number as u64));
    let town = Town::open(&desk.path("qiaomen-data"), now, &mut random).unwrap();
    Intake::default().tend(&town, now, &mut random).unwrap();
    drop(town);
    let shown = desk.run(&["alert", "show", &format!("N-{number}"), "--as", "sup", "--json"]).json();
    let offers = shown["offers"].as_array().unwrap();
    offers.iter().map(|offer| offer["name"].as_str().unwrap().to_owned()).collect()
}

/// The days before today, today and after, as the town counts them.
fn days() -> [String; 3] {
    let (zone, now) = (Zone::shanghai(), SystemClock.now());
    [-24, 0, 24].map(|hours| zone.day(now.plus_hours(hours)).to_string())
}

#[test]
fn p6_a_town_s_script_goes_before_the_built_in_one_until_it_is_retired() {
    let desk = Desk::town();
    let show = |kind: &str| desk.run(&["script", "show", kind, "--language", "en", "--json"]);
    let all = desk.run(&["script", "list", "--json"]).json();
    assert_eq!(all.as_array().unwrap().len(), 20);
    assert!(all.as_array().unwrap().iter().all(|one| one["own"] == false));
    assert_eq!(show("romance").json()["name"], "builtin-1/romance/en");
    assert!(desk.run(&["script", "show", "romance"]).done().out.contains("builtin-1/romance/zh"), "Chinese by itself");

    // As Notepad writes it.
    let file = desk.write("romance.txt", "\u{feff}Do not send money.\r\nCall us.\r\n\r\n");
    let set = |kind: &str, title: &str, file: &str, by: &str| {
        desk.run(&["script", "set", kind, "--language", "en", "--title", title, "--file", file, "--as", by, "--json"])
    };
    let file = file.to_str().unwrap();
    let first = set("romance", "Love", file, "sup").json();
    assert_eq!((&first["own"], first["body"].as_str()), (&Value::Bool(true), Some("Do not send money.\nCall us.")));
    let second = set("romance", "Love again", file, "admin").json();
    assert_ne!(first["name"], second["name"], "what the first said can be told for good");
    assert_eq!(show("romance").json(), second);
    let listed = desk.run(&["script", "list", "--language", "en"]);
    assert_eq!(listed.done().out.lines().filter(|line| line.contains("the town's")).count(), 1, "{listed:?}");

    set("love", "T", file, "sup").fails(2, &["KIND", "romance", "refund_rebate_task"]);
    set("romance", "", file, "sup").fails(2, &["--title"]);
    set("romance", "T", "none.txt", "sup").fails(2, &["none.txt"]);
    set("romance", "T\u{202e}", file, "sup").fails(2, &["title"]);
    desk.write("empty.txt", " \n");
    set("romance", "T", "empty.txt", "sup").fails(2, &["no words"]);
    desk.write("long.txt", "长".repeat(2001));
    set("romance", "T", "long.txt", "sup").fails(2, &["6003", "6000", "2000"]);
    desk.write("other.txt", b"\xff\xfea\0");
    set("romance", "T", "other.txt", "sup").fails(2, &["UTF-8"]);
    for by in ["worker", "head", "pol", "supnorth"] {
        set("romance", "T", file, by).fails(2, &["--as", "somebody else"]);
    }
    desk.run(&["script", "show", "romance", "--language", "fr"]).fails(2, &["--language", "zh, en"]);
    assert_eq!(show("romance").json(), second, "nothing of that changed anything");

    let retire = |by: &str| desk.run(&["script", "retire", "romance", "--language", "en", "--as", by, "--json"]);
    retire("worker").fails(2, &["--as"]);
    assert_eq!(retire("sup").json()["name"], "builtin-1/romance/en", "both of the town's are retired");
    retire("sup").fails(2, &["no script of its own"]);
}

#[test]
fn p6_a_reminder_is_listed_until_it_is_over() {
    let desk = Desk::town();
    let [yesterday, today, _] = days();
    let add = |more: &[&str], by: &str| {
        desk.run(&[&["reminder", "add", "--title", "A new trick", "--json", "--as", by][..], more].concat())
    };
    let first = add(&["--text", "They say that they are from the bank.", "--kind", "fake_loan"], "sup").json();
    assert_eq!(
        (&first["on"], &first["kind"], &first["until"]),
        (&Value::Bool(true), &Value::from("fake_loan"), &Value::Null)
    );
    desk.write("trick.txt", "They ring twice.\n");
    // What reaches every phone is for the town's supervisors to say.
    add(&["--file", "trick.txt"], "supnorth").fails(2, &["--as"]);
    let second = add(&["--file", "trick.txt", "--until", &today], "sup").json();
    assert_eq!(second["body"], "They ring twice.");
    let ids =
        |list: &Done| -> Vec<Value> { list.json().as_array().unwrap().iter().map(|one| one["id"].clone()).collect() };
    let listed = desk.run(&["reminder", "list", "--json"]);
    assert_eq!(ids(&listed), [second["id"].clone(), first["id"].clone()], "the newest first");

    add(&["--text", "T", "--until", &yesterday], "sup").fails(2, &["--until", "over"]);
    add(&["--text", "T", "--until", "soon"], "sup").fails(2, &["--until", "2026-05-01"]);
    add(&["--text", "T", "--kind", "bank"], "sup").fails(2, &["--kind", "fake_loan"]);
    add(&["--text", "T", "--file", "trick.txt"], "sup").fails(2, &["--text", "--file"]);
    add(&[], "sup").fails(2, &["--text"]);
    add(&["--text", "T"], "worker").fails(2, &["--as", "somebody else"]);
    add(&["--text", "T"], "nobody").fails(2, &["nobody", "user list"]);

    let end = |id: &str, by: &str| desk.run(&["reminder", "end", id, "--as", by, "--json"]);
    let id = first["id"].as_str().unwrap();
    end(id, "worker").fails(2, &["--as"]);
    assert_eq!(end(id, "sup").json()["withdrawn"], true);
    end(id, "sup").fails(2, &["over already"]);
    end("first", "sup").fails(2, &["reminder list"]);
    assert_eq!(ids(&desk.run(&["reminder", "list", "--json"])), [second["id"].clone()]);
    assert_eq!(ids(&desk.run(&["reminder", "list", "--all", "--json"])).len(), 2, "it can be looked up");
    assert!(desk.run(&["reminder", "list", "--all"]).done().out.contains("taken back"));
}

#[test]
fn l11_intake_offers_an_alert_to_whoever_is_on_duty() {
    let desk = Desk::town();
    let [yesterday, today, tomorrow] = days();
    // Nobody is on duty: the team's head is offered what goes to the team, nobody what goes to the station.
    assert_eq!(offered(&desk, 1, "medium"), ["H"]);
    assert_eq!(offered(&desk, 2, "high"), Vec::<String>::new());
    let add = |more: &[&str], by: &str| desk.run(&[&["duty", "add"][..], more, &["--json", "--as", by]].concat());
    add(&["North", "worker", "--on", &today], "supnorth").fails(2, &["--as"]);
    let north = add(&["North", "worker", "--on", &today, "--until", &tomorrow, "--deputy", "head"], "sup").json();
    let town = add(&["Town", "pol", "--on", &today], "sup").json();
    assert_eq!((north.as_array().unwrap().len(), &north[0]["deputy_name"]), (1, &Value::from("H")));
    assert_eq!(offered(&desk, 3, "medium"), ["W"]);
    assert_eq!(offered(&desk, 4, "high"), ["P"]);
    // Tomorrow's duty is nobody's today.
    add(&["North", "pol", "--on", &tomorrow], "sup").done();
    assert_eq!(offered(&desk, 5, "medium"), ["W"]);
    let listed = desk.run(&["duty", "list"]);
    assert_eq!(listed.done().out.lines().count(), 3, "{listed:?}");
    assert!(listed.out.contains("W  deputy H"), "{listed:?}");

    // Ended, it stays to be told: whoever was offered an alert meanwhile was on duty.
    let id = north[0]["id"].as_str().unwrap();
    let ended = desk.run(&["duty", "end", id, "--as", "sup", "--json"]).json();
    assert_eq!((&ended[0]["cancelled"], ended[0]["from"].clone()), (&Value::Bool(false), north[0]["from"].clone()));
    desk.run(&["duty", "end", id, "--as", "sup"]).fails(2, &["over already"]);
    desk.run(&["duty", "end", "none", "--as", "sup"]).fails(2, &["duty list"]);
    desk.run(&["duty", "end", town[0]["id"].as_str().unwrap(), "--as", "worker"]).fails(2, &["--as"]);
    assert_eq!(offered(&desk, 6, "medium"), ["H"]);
    let on = desk.run(&["duty", "list", "--on", &today, "--json"]).json();
    assert_eq!(on.as_array().unwrap().len(), 2);
    assert_eq!(desk.run(&["duty", "list", "--on", &yesterday, "--json"]).json().as_array().unwrap().len(), 0);
}

#[test]
fn l11_duties_are_of_days_and_hours_as_the_town_counts_them() {
    let desk = Desk::town();
    let add = |more: &[&str]| desk.run(&[&["duty", "add"][..], more, &["--json", "--as", "sup"]].concat());
    let moments = |done: Done| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().trim_end_matches(":00Z").to_owned();
        done.json().as_array().unwrap().iter().map(|one| (text(&one["from"]), text(&one["until"]))).collect()
    };
    let pair = |from: &str, until: &str| (from.to_owned(), until.to_owned());
    let day = |more: &[&str]| moments(add(&[&["North", "worker", "--on", "2101-05-01"][..], more].concat()));
    assert_eq!(day(&[]), [pair("2101-04-30T16:00", "2101-05-01T16:00")]);
    let several = ["North", "head", "--on", "2101-05-01", "--until", "2101-05-03"];
    assert_eq!(moments(add(&several)), [pair("2101-04-30T16:00", "2101-05-03T16:00")], "whole days are one");
    let nights = ["South", "worker", "--on", "2101-05-01", "--until", "2101-05-02", "--from", "20:00", "--to", "08:00"];
    assert_eq!(
        moments(add(&nights)),
        [pair("2101-05-01T12:00", "2101-05-02T00:00"), pair("2101-05-02T12:00", "2101-05-03T00:00")]
    );
    let evening = ["North/N1", "worker", "--on", "2101-05-01", "--from", "20:00", "--to", "24:00"];
    assert_eq!(moments(add(&evening)), [pair("2101-05-01T12:00", "2101-05-01T16:00")]);

    // Twice on duty for one thing is a slip.
    add(&["North", "worker", "--on", "2101-05-01"]).fails(2, &["already", "duty list"]);
    add(&["North", "worker", "--on", "2026-01-01"]).fails(2, &["over already"]);
    add(&["North", "worker", "--on", "May"]).fails(2, &["--on", "2026-05-01"]);
    add(&["North", "worker", "--on", "2101-05-09", "--until", "2101-05-08"]).fails(2, &["--until", "before"]);
    add(&["North", "worker", "--on", "2101-05-09", "--until", "2199-05-08"]).fails(2, &["year"]);
    add(&["North", "worker", "--on", "2101-05-09", "--from", "8", "--to", "25:00"]).fails(2, &["--from", "08:00"]);
    add(&["North", "worker", "--on", "2101-05-09", "--from", "08:00", "--to", "25:00"]).fails(2, &["--to", "08:00"]);
    add(&["North", "worker", "--on", "2101-05-09", "--from", "08:00"]).fails(2, &["--to"]);
    add(&["North", "worker", "--on", "2101-05-09", "--deputy", "worker"]).fails(2, &["--deputy", "somebody else"]);
    add(&["North", "nobody", "--on", "2101-05-09"]).fails(2, &["nobody", "user list"]);
    add(&["North", "admin", "--on", "2101-05-09"]).fails(2, &["admin", "user set"]);
    add(&["West", "worker", "--on", "2101-05-09"]).fails(2, &["AREA", "West", "spelling"]);
    desk.import("areas", "name,level,parent\nN1,grid,South\n", "admin").done();
    add(&["N1", "worker", "--on", "2101-05-09"]).fails(2, &["several areas", "village/grid"]);
    desk.run(&["user", "set", "worker", "--left", "--as", "sup"]).done();
    add(&["North", "worker", "--on", "2101-05-09"]).fails(2, &["no longer works here"]);

    // What has not begun is called off.
    let listed = desk.run(&["duty", "list", "--json"]).json();
    let id = listed[0]["id"].as_str().unwrap();
    assert_eq!(desk.run(&["duty", "end", id, "--as", "sup", "--json"]).json()[0]["cancelled"], true);
    assert_eq!(
        desk.run(&["duty", "list", "--json"]).json().as_array().unwrap().len() + 1,
        listed.as_array().unwrap().len()
    );
    assert!(desk.run(&["duty", "list", "--on", "2101-05-01"]).done().out.contains("called off"));
}

#[test]
fn q4_routing_says_who_is_offered_an_alert_first() {
    let desk = Desk::town();
    let [_, today, _] = days();
    desk.run(&["duty", "add", "Town", "pol", "--on", &today, "--as", "sup"]).done();
    assert_eq!(offered(&desk, 1, "high"), ["P"]);
    assert_eq!(offered(&desk, 2, "low"), ["H"]);
    let set = |level: &str, more: &[&str], by: &str| {
        desk.run(&[&["routing", "set", level][..], more, &["--json", "--as", by]].concat())
    };
    let high = set("high", &["--first", "team"], "sup").json();
    let minutes = ["deputy_minutes", "head_minutes", "telephone_minutes"];
    assert_eq!(minutes.map(|name| high[name].as_i64().unwrap()), [5, 10, 15], "what is left out stays");
    set("low", &["--first", "station"], "admin").done();
    assert_eq!(offered(&desk, 3, "high"), ["H"]);
    assert_eq!(offered(&desk, 4, "low"), ["P"]);
    let high = set("high", &["--head-minutes", "12"], "sup").json();
    assert_eq!(minutes.map(|name| high[name].as_i64().unwrap()), [5, 12, 15]);
    assert_eq!(high["first"], "team");

    let listed = desk.run(&["routing", "list", "--json"]).json();
    let levels: Vec<_> = listed.as_array().unwrap().iter().map(|one| (&one["level"], &one["own"])).collect();
    let (yes, no) = (&Value::Bool(true), &Value::Bool(false));
    let words = ["extreme", "high", "medium", "low"].map(Value::from);
    assert_eq!(levels, [(&words[0], no), (&words[1], yes), (&words[2], no), (&words[3], yes)]);
    assert!(desk.run(&["routing", "list"]).done().out.contains("high  team first  deputy after 5 min"));

    set("worst", &["--first", "team"], "sup").fails(2, &["LEVEL", "extreme"]);
    set("high", &["--first", "army"], "sup").fails(2, &["--first", "station, team, joint"]);
    set("high", &[], "sup").fails(2, &["--first", "--telephone-minutes"]);
    set("high", &["--deputy-minutes", "0"], "sup").fails(2, &["--deputy-minutes", "1 to 10080"]);
    set("high", &["--deputy-minutes", "30"], "sup").fails(2, &["--head-minutes", "deputy 30, head 12"]);
    for by in ["worker", "head", "pol", "supnorth"] {
        set("high", &["--first", "joint"], by).fails(2, &["--as", "somebody else"]);
    }
    assert_eq!(offered(&desk, 5, "high"), ["H"]);
}

#[test]
fn p1_phases_of_campaigns_are_set_and_reports_are_cut_by_them() {
    let desk = Desk::town();
    let add = |name: &str, from: &str, to: &str, by: &str| {
        let days = ["--from", from, "--to", to, "--as", by, "--json"];
        desk.run(&[&["phase", "add", "--campaign", "Spring", "--name", name][..], &days].concat())
    };
    let second = add("Second", "2026-03-11", "2026-03-20", "admin").json()[0].clone();
    let first = add("First", "2026-03-01", "2026-03-10", "sup").json()[0].clone();
    assert_eq!(first["period"]["from"], "2026-02-28T16:00:00Z");
    assert_eq!(first["period"]["until"], "2026-03-10T16:00:00Z");
    for by in ["worker", "head", "pol", "supnorth"] {
        add("x", "2026-03-01", "2026-03-10", by).fails(2, &["--as", "somebody else"]);
    }
    add("x", "2026-03-10", "2026-03-01", "sup").fails(2, &["--to"]);
    add("x", "soon", "2026-03-01", "sup").fails(2, &["--from"]);
    add("", "2026-03-01", "2026-03-10", "sup").fails(2, &["--name"]);
    let names = |arguments: &[&str]| -> Vec<Value> {
        let found = desk.run(&[arguments, &["--json"]].concat()).done().json();
        found.as_array().unwrap().iter().map(|one| one["name"].clone()).collect()
    };
    assert_eq!(names(&["phase", "list"]), ["First", "Second"]);
    let id = first["id"].as_str().unwrap();
    let set =
        desk.run(&["phase", "set", id, "--to", "2026-03-09", "--note", "Everybody", "--as", "sup", "--json"]).json();
    assert_eq!((&set[0]["note"], &set[0]["name"]), (&"Everybody".into(), &"First".into()));
    assert_eq!(set[0]["period"]["until"], "2026-03-09T16:00:00Z");
    let found = desk.run(&["phase", "coverage", "--json"]).done().json();
    assert_eq!(found["phases"].as_array().unwrap().len(), 2);
    desk.run(&["phase", "coverage", "--area", "Nowhere"]).fails(2, &["Nowhere"]);
    let cancel = || desk.run(&["phase", "cancel", second["id"].as_str().unwrap(), "--as", "sup"]);
    assert!(cancel().done().out.contains("called off"));
    cancel().fails(2, &["already"]);
    desk.run(&["phase", "cancel", "x", "--as", "sup"]).fails(2, &["phase list"]);
    assert_eq!(names(&["phase", "list"]), ["First"]);
    assert_eq!(names(&["phase", "list", "--all"]).len(), 2);
}

#[test]
fn a_town_publishes_a_playbook_and_lists_what_there_is() {
    let desk = Desk::town();
    let write = |name: &str, text: &str| desk.write(name, text).to_str().unwrap().to_owned();
    let sound = write("sound.toml", "\u{feff}version = \"town-1\"\nfeedback_minutes = 60\n");
    let wrong = write("wrong.toml", "version = \"town-2\"\nfeedback_minutes = \"soon\"\n");
    let nameless = write("nameless.toml", "feedback_minutes = 60\n");
    let publish = |file: &str, by: &str, more: &[&str]| {
        desk.run(&[&["playbook", "publish", file, "--as", by, "--json"][..], more].concat())
    };
    publish(&wrong, "sup", &[]).fails(2, &["line 2, feedback_minutes"]);
    publish(&nameless, "sup", &[]).fails(2, &["version", "town-2"]);
    publish(&sound, "sup", &["--from", "2026-01-01"]).fails(2, &["--from"]);
    for by in ["worker", "head", "pol", "supnorth"] {
        publish(&sound, by, &[]).fails(2, &["--as", "somebody else"]);
    }
    let line = publish(&sound, "sup", &["--reason", "We are few"]).json();
    assert_eq!((&line["version"], &line["in_force"]), (&"town-1".into(), &true.into()));
    publish(&sound, "admin", &[]).fails(2, &["version", "already"]);
    let [.., after] = days();
    let later = write("later.toml", "version = \"town-2\"\n");
    assert_eq!(publish(&later, "admin", &["--from", &after]).json()["in_force"], false);
    let listed = desk.run(&["playbook", "list"]);
    let lines: Vec<&str> = listed.done().out.lines().collect();
    assert!(lines[0].starts_with("town-2") && lines[1].starts_with("town-1") && lines[2].starts_with("builtin-1"));
    assert!(lines[1].contains("We are few") && lines[1].contains("in force") && !lines[2].contains("in force"));
    let effect = desk.run(&["playbook", "effect", &sound, "--as", "sup", "--json"]).done().json();
    assert_eq!((&effect["current"], &effect["version_free"]), (&"town-1".into(), &false.into()));
    assert!(effect["samples"].as_array().unwrap().iter().all(|sample| sample["differs"] == false));
    desk.run(&["playbook", "effect", &wrong, "--as", "sup"]).fails(2, &["line 2, feedback_minutes"]);
    assert!(
        desk.run(&["playbook", "effect", &later, "--as", "sup"]).done().out.contains("town-1 now, town-2 as drafted")
    );
}

#[test]
fn l1_a_town_s_pledge_text_goes_before_the_built_in_one() {
    let desk = Desk::town();
    let file = desk.write("pledge.txt", "I send no money to strangers.\r\n");
    let add = |title: &str, by: &str, more: &[&str]| {
        let words = ["pledge-text", "add", "--language", "en", "--title", title, "--file", file.to_str().unwrap()];
        desk.run(&[&words[..], &["--as", by, "--json"], more].concat())
    };
    let show = || desk.run(&["pledge-text", "show", "--language", "en", "--json"]).done().json();
    assert_eq!(show()["template"], "builtin-1/en");
    add("Ours", "worker", &[]).fails(2, &["--as", "somebody else"]);
    add("", "sup", &[]).fails(2, &["--title"]);
    add("Ours", "sup", &["--edition", "0"]).fails(2, &["--edition"]);
    let line = add("Ours", "sup", &["--edition", "3"]).json()[0].clone();
    assert_eq!((&line["shown"], &show()["template"]), (&true.into(), &line["id"]));
    add("Ours", "sup", &["--edition", "3"]).fails(2, &["--edition", "another number"]);
    assert_eq!(add("Ours again", "admin", &[]).json()[0]["version"], 4);
    let listed = desk.run(&["pledge-text", "list"]);
    assert!(listed.done().out.lines().next().unwrap().contains("signed now"), "{listed:?}");
    let retire = |id: &Value| desk.run(&["pledge-text", "retire", id.as_str().unwrap(), "--as", "sup"]);
    retire(&show()["template"]).done();
    assert_eq!(show()["template"], line["id"]);
    retire(&line["id"]).done();
    retire(&line["id"]).fails(2, &["already"]);
    assert_eq!(show()["template"], "builtin-1/en");
    assert!(desk.run(&["pledge-text", "list"]).done().out.is_empty());
    assert_eq!(desk.run(&["pledge-text", "list", "--all"]).done().out.lines().count(), 2);
}
