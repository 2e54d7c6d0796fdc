//! `report` as somebody meets it who runs the program. What the figures are is shown in the suites.

use super::command::Desk;

fn desk() -> Desk {
    let desk = Desk::town();
    let file = "grid,building,room,floor,door,name,telephone,birth_year,tags,app_installed\n\
                N1,1,101,,lived_in,Zhang,12000138000,1950,easily_deceived,yes\n\
                N1,1,101,,lived_in,Li,,,,no\n\
                N1,1,102,,vacant,,,,,\n\
                S1,2,201,,lived_in,Wang,,,,\n";
    desk.import("households", file, "sup").done();
    desk
}

#[test]
fn l1_coverage_of_any_area_is_counted_and_divided() {
    let desk = desk();
    let whole = desk.run(&["report", "coverage", "--json"]).done().json();
    assert_eq!((whole["area"]["name"].as_str(), whole["area"]["level"].as_str()), (Some("Town"), Some("town")));
    assert_eq!(whole["total"]["doors"], 3);
    let parts: Vec<_> = whole["parts"].as_array().unwrap().iter().map(|part| part["area"]["name"].clone()).collect();
    assert_eq!(parts, ["North", "South"]);
    let north = desk.run(&["report", "coverage", "--area", "North", "--by", "grid", "--json"]).done().json();
    assert_eq!((north["parts"][0]["area"]["name"].as_str(), &north["total"]["counted"]), (Some("N1"), &2.into()));
    assert_eq!(north["total"]["residents"]["app_missing"], 1);
    let period = ["--from", "2026-03-01", "--to", "2026-03-01"];
    let dated = desk.run(&[&["report", "coverage", "--json"], &period[..]].concat()).done().json();
    assert_eq!(dated["period"]["from"], "2026-02-28T16:00:00Z");
    assert_eq!(dated["period"]["until"], "2026-03-01T16:00:00Z");
    let text = desk.run(&["report", "coverage", "--by", "village"]);
    for word in ["never", "North", "South", "Town"] {
        assert!(text.done().out.contains(word), "{word}: {text:?}");
    }
    assert_eq!(text.out.lines().count(), 4);
    // Names nobody.
    assert!(!whole.to_string().contains("Zhang"));
}

#[test]
fn w2_w5_b5_lists_show_what_their_reader_holds_and_no_more() {
    let desk = desk();
    let names = |arguments: &[&str]| -> Vec<String> {
        let found = desk.run(&[&["report"], arguments, &["--json"]].concat()).done().json();
        found["list"].as_array().unwrap().iter().map(|line| line["name"].as_str().unwrap().to_owned()).collect()
    };
    // Those behind one door come in no order of their own.
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let all = names(&["unsigned", "--as", "sup"]);
    assert_eq!((all[2].as_str(), sorted(all.clone())), ("Wang", ["Li", "Wang", "Zhang"].map(str::to_owned).to_vec()));
    assert_eq!(sorted(names(&["unsigned", "--as", "worker"])), ["Li", "Zhang"]);
    assert_eq!(names(&["unsigned", "--as", "sup", "--area", "South"]), ["Wang"]);
    assert_eq!(names(&["unsigned", "--as", "sup", "--skip", "1", "--take", "1"]), all[1..2]);
    assert_eq!(names(&["app", "--as", "supnorth"]), ["Li"]);
    assert_eq!(names(&["reach-again", "--as", "head"]), ["Zhang"]);
    let text = desk.run(&["report", "reach-again", "--as", "head"]);
    for word in ["North/N1", "1-101", "Zhang", "12000138000", "at once", "overdue", "last: never"] {
        assert!(text.done().out.contains(word), "{word}: {text:?}");
    }
    for list in ["unfiled", "left-town"] {
        let text = desk.run(&["report", list, "--as", "head"]);
        assert_eq!((text.done().out.as_str(), text.err.as_str()), ("", "Nobody.\n"));
    }
    let text = desk.run(&["report", "unsigned", "--as", "sup", "--take", "2"]);
    assert_eq!(text.done().out.lines().count(), 2);
    assert!(text.err.contains("--skip 2"), "{text:?}");
}

#[test]
fn a_report_that_cannot_be_made_says_what_to_do() {
    let desk = desk();
    desk.run(&["report", "unsigned"]).fails(2, &["--as"]);
    desk.run(&["report", "unsigned", "--as", "nobody"]).fails(2, &["nobody", "user list"]);
    desk.run(&["report", "app", "--as", "admin"]).fails(2, &["holds no grid", "--as"]);
    desk.run(&["report", "app", "--as", "worker", "--area", "South"]).fails(2, &["holds no grid"]);
    desk.run(&["report", "coverage", "--area", "West"]).fails(2, &["West", "spelling"]);
    desk.run(&["report", "coverage", "--from", "yesterday"]).fails(2, &["--from", "2026-03-01"]);
    desk.run(&["report", "coverage", "--from", "2026-03-02", "--to", "2026-03-01"]).fails(2, &["turn them round"]);
    desk.import("areas", "name,level,parent\nN2,grid,South\nB1,building,N1\n", "sup").done();
    desk.run(&["report", "coverage", "--area", "B1"]).fails(2, &["no grid lies", "above"]);
    desk.import("areas", "name,level,parent\nN1,grid,South\n", "sup").done();
    desk.run(&["report", "coverage", "--area", "N1"]).fails(2, &["several", "village/grid"]);
    desk.run(&["report", "coverage", "--area", "South/N1"]).done();
}
