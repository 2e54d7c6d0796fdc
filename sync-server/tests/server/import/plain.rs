//! Spreadsheets read in by the program: every bad line named, nothing written beside one, and what is there
//! afterwards.

use serde_json::Value;

use qiaomen_core::record::{Asked, Kind, OsRandom, Record, Time};
use qiaomen_server::town::Town;

use crate::command::{Desk, Done};

/// How many records of each kind are there.
fn counts(desk: &Desk) -> [u64; 4] {
    let town = town(desk);
    [Kind::Area, Kind::Person, Kind::Household, Kind::Alert].map(|kind| town.count(&kind).unwrap())
}

fn town(desk: &Desk) -> Town {
    let now = Time::parse("2026-03-20T02:00:00Z").unwrap();
    Town::open(&desk.path("qiaomen-data"), now, &mut OsRandom::new().unwrap()).unwrap()
}

/// Imports with `--json`.
fn import(desk: &Desk, noun: &str, file: impl AsRef<[u8]>, by: &str) -> Done {
    desk.write("file.csv", file);
    desk.run(&["import", noun, "file.csv", "--as", by, "--apply", "--json"])
}

/// That just these lines are bad, by number and column, and that nothing was written.
#[track_caller]
fn bad(desk: &Desk, noun: &str, file: impl AsRef<[u8]>, by: &str, expected: &[(u64, &str)]) {
    let before = counts(desk);
    let done = import(desk, noun, file, by);
    let report = done.json();
    let named: Vec<(u64, String)> = report["bad"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bad| (bad["row"].as_u64().unwrap(), bad["field"].as_str().unwrap().to_owned()))
        .collect();
    let expected: Vec<(u64, String)> = expected.iter().map(|(row, field)| (*row, (*field).to_owned())).collect();
    assert_eq!(named, expected, "{done:?}");
    assert_eq!((done.code, &report["applied"], &report["id"]), (2, &Value::Bool(false), &Value::Null), "{done:?}");
    assert_eq!(counts(desk), before, "something was written");
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let desk = Desk::town();
    for end in ["\n", "\r\n", "\r"] {
        for mark in ["", "\u{feff}"] {
            let file = format!("{mark}name,level,parent\n\nX1,grid,North\n\n\nX2,grad,North\n,,\nX3,grid,Nowhere\n");
            bad(&desk, "areas", file.replace('\n', end), "admin", &[(6, "level"), (8, "parent")]);
        }
    }
    // A line break inside a cell is a line too.
    let file = "grid,number,note\r\nN1,1,\"two\r\nlines\"\r\nN9,2,\r\n";
    bad(&desk, "households", file, "sup", &[(4, "grid")]);
}

#[test]
fn what_is_no_table_is_refused_as_a_whole_and_says_what_to_do() {
    let desk = Desk::town();
    let before = counts(&desk);
    let table: [(&[u8], &[&str]); 10] = [
        (b"", &["empty", "name the columns"]),
        (b"\r\n\r\n", &["empty"]),
        (b"level\tparent\ngrid\tNorth\n", &["none is \"name\"", "name, level, parent, code"]),
        (b"colour,size\nred,1\n", &["no row names the columns", "name, level, parent, code"]),
        (b"name,level,Name\n", &["\"name\" twice"]),
        (b"name,level,parent\nX,grid,North\n\xff\xfe\xff,grid,North\n", &["line 3", "GB18030"]),
        (b"name,level,parent,code\nX,grid,North,\"1\nY,grid,North,2\nZ,grid,North,3\n", &["line 2", "never closed"]),
        (b"name,level,parent\nX,grid,North\n\n\"Y,grid,North\n", &["line 4", "never closed"]),
        (b"PK\x03\x04 no workbook", &["workbook cannot be read", "XLSX"]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", &["old .xls", "XLSX"]),
    ];
    for (file, words) in table {
        let done = desk.import("areas", file, "admin");
        done.fails(2, words);
        done.fails(2, &["file.csv"]);
    }
    desk.run(&["import", "areas", "none.csv", "--as", "admin"]).fails(2, &["none.csv"]);
    desk.run(&["import", "areas", "file.csv", "--as", "nobody"]).fails(2, &["user list"]);
    desk.run(&["import", "cats", "file.csv", "--as", "admin"]).fails(2, &["cats"]);
    desk.run(&["import", "areas", "file.csv", "--as", "admin", "--take-file", "x"]).fails(2, &["12:telephone"]);
    assert_eq!(counts(&desk), before);
}

#[test]
fn quotation_marks_spaces_and_empty_columns_are_read_as_they_are_meant() {
    let desk = Desk::town();
    let file = "Name, LEVEL ,parent,,\n\"X, the \"\"first\"\"\", grid ,North,,\nX2,grid,North\n,,,,\n";
    let report = import(&desk, "areas", file, "admin");
    let done = report.done().json();
    assert_eq!((done["rows"].as_u64(), done["areas"]["new"].as_u64()), (Some(2), Some(2)));
    let areas = town(&desk).areas().unwrap();
    assert!(areas.iter().any(|(_, area)| area.name == "X, the \"first\""));
    bad(&desk, "areas", "name,level,parent\nX3,grid,North,over\nX\0,grid,North\n", "admin", &[(2, ""), (3, "name")]);
    // Two marks left open look like one long cell.
    bad(&desk, "areas", "name,level,parent\n\"X3,grid,North\nX4\",grid,North\n", "admin", &[(2, "name")]);
}

#[test]
fn areas_lie_where_they_can() {
    let desk = Desk::town();
    let file = "name,level,parent\nA,grid,\nB,town,North\nN1,grid,North\nC/D,grid,North\n,grid,North\nE,grid,E\n\
                F,grid,Later\nLater,village,Town\nG,grid,Later\nG,grid,Later\nTown,town,Loop\nLoop,county,Town\n";
    // N1 is there already, F comes before what it lies in, and G is there twice: none of that is wrong.
    let expected =
        [(2, "parent"), (3, "parent"), (5, "name"), (6, "name"), (7, "parent"), (12, "parent"), (13, "parent")];
    bad(&desk, "areas", file, "admin", &expected);
    // One that stands twice is listed, and made once.
    let twice = import(&desk, "areas", "name,level,parent\nN7,grid,North\nN7,grid,North\n", "admin").done().json();
    assert_eq!(twice["duplicates"], serde_json::json!([{"row": 3, "of": 2}]));
    assert_eq!(twice["areas"]["new"], 1);
    // The same name in two places must be told apart.
    desk.import("areas", "name,level,parent\nSame,grid,North\nSame,grid,South\n", "admin").done();
    let file = "grid,number\nSame,1\nSouth/Same,1\n";
    bad(&desk, "households", file, "sup", &[(2, "grid")]);
}

#[test]
fn p4_the_roster_is_taken_whole_or_not_at_all() {
    let desk = Desk::town();
    let heading = "grid,building,room,floor,door,name,telephone,birth_year,tags,app_installed\n";
    let rows = [
        ("N1,1,101,,lived_in,Zhang,12000138000;0755-1,1950,elderly; student,yes", None),
        // Once more, and once more without a name: the same, not wrong.
        ("N1,1,101,,,Zhang,12000138000;0755-1,1950,elderly; student,yes", None),
        ("N1,1,101,,,,,,,", None),
        ("N1,1,101,,vacant,Li,,,,", Some("door")),
        ("N1,1,101,,,Li,,,,no", None),
        ("N1,1,102,,vacant,,,,,", None),
        ("N1,1,103,,,,138,,,", Some("name")),
        ("N1,1,103,,,Li,abc,,,", Some("telephone")),
        ("N1,1,103,,,Li,,1850,,", Some("birth_year")),
        ("N1,1,103,,,Li,,2150,,", Some("birth_year")),
        ("N1,1,103,,,Li,,195O,,", Some("birth_year")),
        ("N1,1,103,,,Li,,,old,", Some("tags")),
        ("N1,1,103,,,Li,,,,maybe", Some("app_installed")),
        ("N1,1,103,third,,Li,,,,", Some("floor")),
        ("N1,1,103,99999,,Li,,,,", Some("floor")),
        ("N1,1,103,,open,Li,,,,", Some("door")),
        ("N9,1,103,,,Li,,,,", Some("grid")),
        ("North,1,103,,,Li,,,,", Some("grid")),
        (",1,103,,,Li,,,,", Some("grid")),
        ("N1,,,,,Li,,,,", Some("building")),
    ];
    let file = |only_good: bool| {
        let rows = rows.iter().filter(|(_, wrong)| !only_good || wrong.is_none());
        rows.fold(heading.to_owned(), |file, (row, _)| file + row + "\n")
    };
    let expected: Vec<(u64, &str)> =
        rows.iter().enumerate().filter_map(|(at, (_, wrong))| wrong.map(|field| (at as u64 + 2, field))).collect();
    bad(&desk, "households", file(false), "worker", &expected);
    // In text every line stands on its own line, and what a person wrote on none.
    let text = desk.import("households", file(false), "worker");
    for (row, field) in &expected {
        assert!(text.out.contains(&format!("row {row}: {field}: ")), "{row} {field}: {text:?}");
    }
    assert!(text.out.contains("Nothing was written"), "{text:?}");
    for written in ["Zhang", "138", "195O", "abc", "maybe"] {
        assert!(!text.out.contains(written) && !text.err.contains(written), "{written}: {text:?}");
    }
    let report = import(&desk, "households", file(true), "worker").json();
    assert_eq!((report["rows"].as_u64(), &report["applied"]), (Some(5), &Value::Bool(true)));
    assert_eq!(report["duplicates"], serde_json::json!([{"row": 3, "of": 2}, {"row": 4, "of": 2}]));
    assert_eq!(report["households"]["new"], 2);
    assert_eq!(report["residents"]["new"], 2);
    let households = town(&desk).records(&Kind::Household).unwrap();
    let residents = households.iter().map(|(_, record)| match record {
        Record::Household(household) => household.residents.len(),
        _ => 0,
    });
    assert_eq!(residents.sum::<usize>(), 2);
    // The same file once more: each door is there.
    let again = import(&desk, "households", file(true), "worker").done().json();
    assert_eq!(again["households"], serde_json::json!({"new": 0, "changed": 0, "unchanged": 2}));
    assert_eq!(again["residents"], serde_json::json!({"new": 0, "changed": 0, "unchanged": 2}));
    assert_eq!(again["id"], Value::Null, "there was nothing to write");
}

#[test]
fn people_come_with_roles_that_are_there() {
    let desk = Desk::town();
    let file = "login,name,roles\nWorker,W,grid_worker@N1\nw 2,W,grid_worker@N1\nw3,W,\nw4,W,;\nw5,W,grid_worker@N9\n\
                w6,W,boss@N1\nw7,W,grid_worker\nw8,,grid_worker@N1\nworker,W,grid_worker@N1\nw9,W,administrator\n\
                w9,V,grid_worker@N1\n";
    let expected = [
        (3, "login"),
        (4, "roles"),
        (5, "roles"),
        (6, "roles"),
        (7, "roles"),
        (8, "roles"),
        (9, "name"),
        (12, "login"),
    ];
    bad(&desk, "people", file, "admin", &expected);
    let file = "login,name,roles\nw9,W,administrator; grid_worker@North/N1; grid_worker@N1\n";
    desk.import("people", file, "sup").done();
    let listed = desk.run(&["user", "list", "--json"]).json();
    let person = listed.as_array().unwrap().iter().find(|person| person["login"] == "w9").unwrap();
    assert_eq!(person["roles"], serde_json::json!(["administrator", "grid_worker@North/N1"]));
}

#[test]
fn q14_the_four_times_of_an_alert_are_past_and_in_order() {
    let desk = Desk::town();
    let heading = "name,level,area,issuer,number,issued,reached_station,passed_on,origin,telephone\n";
    let file = "\
        P,high,N1,City,1,2026-03-01 09:00,2026-03-01 08:59,,,\n\
        P,high,N1,City,2,2026-03-01 09:00,2198-03-01 09:10,,,\n\
        P,high,N1,City,3,2026-03-01 09:00,2026-03-01 09:10,2026-03-01 09:05,,\n\
        P,high,N1,City,4,2026-03-01 09:00,,2198-03-01 09:05,,\n\
        P,high,N1,City,5,2198-03-01 09:00,,,,\n\
        P,high,N1,City,6,2026-02-30 09:00,,,,\n\
        P,high,N1,City,7,3/1 9:00,,,,\n\
        P,high,N1,City,8,,,,,\n\
        P,urgent,N1,City,9,2026-03-01 09:00,,,,\n\
        P,high,N9,City,10,2026-03-01 09:00,,,,\n\
        P,high,N1,,11,2026-03-01 09:00,,,,\n\
        ,high,N1,City,12,2026-03-01 09:00,,,,\n\
        P,high,N1,City,13,2026-03-01 09:00,,,bank,\n";
    let expected = [
        (2, "reached_station"),
        (3, "reached_station"),
        (4, "passed_on"),
        (5, "passed_on"),
        (6, "issued"),
        (7, "issued"),
        (8, "issued"),
        (9, "issued"),
        (10, "level"),
        (11, "area"),
        (12, "issuer"),
        (13, "name"),
        (14, "origin"),
    ];
    bad(&desk, "alerts", format!("{heading}{file}"), "pol", &expected);
    let good = "P,high,N1,City,A1,2026-03-01 09:00,2026-03-01T01:10:00Z,2026-03-01 09:20,funds_side,12000000001\n";
    desk.import("alerts", format!("{heading}{good}"), "pol").done();
    let (_, record) = town(&desk).records(&Kind::Alert).unwrap().remove(0);
    let Record::Alert(alert) = record else { panic!("{record:?}") };
    let at = |text: &str| Time::parse(text).unwrap();
    assert_eq!(alert.issued, at("2026-03-01T09:00:00+08:00"));
    assert_eq!(alert.reached_station, Some(at("2026-03-01T09:10:00+08:00")));
    assert_eq!(alert.passed_on, Some(at("2026-03-01T09:20:00+08:00")));
    assert!(alert.entered > alert.issued);
    // The platform's number is there once.
    let again = import(&desk, "alerts", format!("{heading}{good}{good}"), "pol").done().json();
    assert_eq!(again["alerts"], serde_json::json!({"new": 0, "changed": 0, "unchanged": 1}));
    assert_eq!(again["duplicates"], serde_json::json!([{"row": 3, "of": 2}]));
    // Its level and the moment it was issued stand for ever.
    let other = good.replace("high", "extreme");
    let report = import(&desk, "alerts", format!("{heading}{other}"), "pol").json();
    assert_eq!(report["alerts"]["unchanged"], 1);
    assert_eq!(report["levels"][0]["level"], "extreme");
    // A higher level is a raise, a lower one a question; the same again says nothing more.
    for _ in 0..2 {
        desk.import("alerts", format!("{heading}{other}"), "pol").done();
        assert_eq!(town(&desk).count(&Kind::Raise).unwrap(), 1);
        desk.import("alerts", format!("{heading}{}", good.replace("high", "low")), "pol").done();
        assert_eq!(
            town(&desk)
                .records(&Kind::Question)
                .unwrap()
                .iter()
                .filter(|(_, record)| {
                    matches!(record, Record::Question(question) if question.what == Asked::LowerLevel)
                })
                .count(),
            1
        );
    }
}

#[test]
fn nothing_is_written_where_one_line_lies_outside_what_somebody_may_write() {
    let desk = Desk::town();
    let heading = "name,level,area,issuer,issued\n";
    let alerts = format!("{heading}P,high,N1,City,2026-03-01 09:00\nP,high,S1,City,2026-03-01 09:00\n");
    bad(&desk, "alerts", &alerts, "supnorth", &[(3, "area")]);
    let doors = "grid,number\nS1,1\nN1,1\nS1,2\n";
    bad(&desk, "households", doors, "worker", &[(2, "grid"), (4, "grid")]);
    // Whoever may write none of it is told so once.
    let before = counts(&desk);
    for (noun, file, by) in [
        ("alerts", alerts.as_str(), "worker"),
        ("alerts", &alerts, "head"),
        ("households", doors, "admin"),
        ("areas", "name,level,parent\nX,grid,North\n", "supnorth"),
        ("people", "login,name,roles\nx,X,volunteer@N1\n", "pol"),
    ] {
        import(&desk, noun, file, by).fails(2, &["--as", noun, "somebody else"]);
    }
    assert_eq!(counts(&desk), before);
    desk.import("alerts", &alerts, "sup").done();
    desk.import("households", doors, "pol").done();
    assert_eq!(counts(&desk)[2..], [3, 2]);
}

#[test]
fn a_long_roster_is_taken_and_one_bad_line_near_its_end_keeps_all_of_it_out() {
    let desk = Desk::town();
    let mut file = "grid,building,room,name,birth_year\n".to_owned();
    for door in 0..2_500 {
        file += &format!("N1,{},{},Person {door},1980\n", door / 50, door % 50);
    }
    bad(&desk, "households", format!("{file}N9,1,1,Last,1980\n"), "sup", &[(2_502, "grid")]);
    assert_eq!(import(&desk, "households", &file, "sup").json()["households"]["new"].as_u64(), Some(2_500));
    assert_eq!(counts(&desk)[2], 2_500);
}
