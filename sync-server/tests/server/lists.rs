//! What commands list of people, phones and grids, the scripts for shells, and the settings of `serve`.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::Stdio;

use qiaomen_core::record::{AreaId, AreaLevel, Assignment, AssignmentId, Person, PersonId, Role, Scope};
use qiaomen_server::author::Draft;
use serde_json::Value;

use super::command::{Desk, Serving, finish};
use super::{Fixture, household};

/// The same with every identifier called by the order of its first appearance.
fn without_ids(mut value: Value) -> Value {
    fn rename(value: &mut Value, seen: &mut HashMap<String, usize>) {
        match value {
            Value::String(text) if text.len() == 36 && text.parse::<PersonId>().is_ok() => {
                let next = seen.len() + 1;
                *text = format!("id {}", seen.entry(text.clone()).or_insert(next));
            }
            Value::Array(values) => values.iter_mut().for_each(|value| rename(value, seen)),
            Value::Object(values) => values.values_mut().for_each(|value| rename(value, seen)),
            _ => {}
        }
    }
    rename(&mut value, &mut HashMap::new());
    value
}

fn person(fixture: &mut Fixture, login: Option<&str>, roles: &[(Role, AreaId)], left: bool) -> PersonId {
    let id = PersonId::fresh(fixture.now, &mut fixture.random);
    let assignments = roles
        .iter()
        .map(|(role, area)| {
            let id = AssignmentId::fresh(fixture.now, &mut fixture.random);
            (id, Assignment { role: role.clone(), area: *area, ended: false })
        })
        .collect();
    let name = format!("Name of {}", login.unwrap_or("nobody"));
    let person = Person { name, login: login.map(str::to_owned), telephone: None, left, assignments };
    fixture.system_writes(Draft::Create { id: id.into(), record: Box::new(person.into()), scope: Scope::Town });
    id
}

/// A town with people who have two phones, one or none, and grids with and without workers and households.
fn town() -> (Fixture, String) {
    let mut fixture = Fixture::new();
    let (grids, villages) = (fixture.grids.clone(), fixture.villages.clone());
    let zhang = person(&mut fixture, Some("zhang"), &[(Role::GridWorker, grids[0])], false);
    let wang =
        person(&mut fixture, Some("wang"), &[(Role::Volunteer, villages[1]), (Role::GridWorker, grids[0])], false);
    person(&mut fixture, Some("head"), &[(Role::TeamHead, villages[0])], false);
    person(&mut fixture, None, &[(Role::Volunteer, grids[2])], false);
    person(&mut fixture, Some("gone"), &[(Role::GridWorker, grids[1])], true);
    // A grid of its own, right below the town, and one in a yard between.
    let (alone, yard) =
        (AreaId::fresh(fixture.now, &mut fixture.random), AreaId::fresh(fixture.now, &mut fixture.random));
    let root = fixture.root;
    fixture.area(alone, "Market", AreaLevel::Grid, Some(root));
    fixture.area(yard, "Yard", AreaLevel::Courtyard, Some(villages[0]));
    let inner = AreaId::fresh(fixture.now, &mut fixture.random);
    fixture.area(inner, "Grid 0.9", AreaLevel::Grid, Some(yard));

    let mut phone = fixture.phone(wang);
    let lost = fixture.phone(wang);
    let mut other = fixture.phone(zhang);
    let (grid, foreign) = (Scope::Grid(grids[2]), Scope::Grid(grids[1]));
    let outs = [("1", grid), ("2", grid), ("3", foreign)]
        .map(|(room, scope)| phone.create(&mut fixture, household(room), scope, Role::Volunteer).1);
    phone.sync(&mut fixture);
    phone.send(&mut fixture, &outs);
    phone.sync(&mut fixture);
    let revoked = fixture.tick();
    fixture.town.revoke_device(lost.device.id, revoked).unwrap();
    // Moved away with an edit unsent, which a supervisor has to decide on.
    other.sync(&mut fixture);
    let here = Scope::Grid(grids[0]);
    let (home, out) = other.create(&mut fixture, household("9"), here, Role::GridWorker);
    other.send(&mut fixture, &[out]);
    other.sync(&mut fixture);
    let edits =
        other.document(home).fields().difference(&qiaomen_core::record::Record::from(super::household("10")).fields());
    let out = other.edit(&mut fixture, home, &edits);
    fixture.reassign(zhang, &[(Role::GridWorker, grids[3])]);
    other.send(&mut fixture, &[out]);
    let data = fixture.folder.path().to_str().unwrap().to_owned();
    (fixture, data)
}

#[test]
fn people_phones_and_grids_are_listed() {
    let (_fixture, data) = town();
    let desk = Desk::new();
    let list = |noun: &str, more: &[&str]| desk.run(&[&[noun, "list", "--data", &data][..], more].concat());
    let json = |noun: &str| without_ids(list(noun, &["--json"]).done().json());
    insta::assert_json_snapshot!("users", json("user"));
    insta::assert_json_snapshot!("devices", json("device"));
    insta::assert_json_snapshot!("grids", json("grid"));
    // For people, and the same at every call.
    let grids = list("grid", &[]).done().out.clone();
    insta::assert_snapshot!("grids_in_words", grids);
    assert_eq!(list("grid", &[]).out, grids);
    let idle = list("grid", &["--without-worker", "--json"]).json();
    let idle: Vec<&str> = idle.as_array().unwrap().iter().map(|grid| grid["path"].as_str().unwrap()).collect();
    assert_eq!(idle, ["Market", "Village 0/Grid 0.1", "Village 0/Yard/Grid 0.9"]);
    let devices = list("device", &[]).done().out.clone();
    let devices: Vec<&str> = devices.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    insta::assert_snapshot!("devices_in_words", devices.join("\n"));
    let users = list("user", &[]).done().out.clone();
    let users: Vec<&str> = users.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    insta::assert_snapshot!("users_in_words", users.join("\n"));
}

#[test]
fn lists_say_what_is_missing_and_teach() {
    let desk = Desk::new();
    for noun in ["user", "device", "grid"] {
        desk.run(&[noun, "list"]).fails(2, &["there is no town", "user add"]);
    }
    desk.run(&["user", "add", "admin", "--name", "A", "--role", "administrator"]).done();
    let none = desk.run(&["grid", "list"]);
    assert!(none.done().err.contains("import areas") && none.out.is_empty(), "{none:?}");
    assert_eq!(desk.run(&["grid", "list", "--json"]).json(), Value::Array(Vec::new()));
    for (noun, words) in [
        ("user", ["\"seen\"", "not locked", "UTC"]),
        ("device", ["\"behind\"", "held list", "UTC"]),
        ("grid", ["\"last_activity\"", "--without-worker", "UTC"]),
    ] {
        let help = desk.run(&[noun, "list", "--help"]).done().out.clone();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(help.contains(word), "{word}: {help}");
        }
    }
    let help = desk.run(&["serve", "--help"]).done().out.clone();
    for word in ["/readyz", "--metrics-listen", "--drain-seconds", "--min-free-mb"] {
        assert!(help.contains(word), "{word}: {help}");
    }
}

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.run(&["completions", shell]);
        for word in ["qiaomen-server", "playbook", "metrics-listen", "without-worker"] {
            assert!(script.done().out.contains(word), "{shell}: {word}");
        }
        let json = desk.run(&["completions", shell, "--json"]).json();
        assert_eq!(
            (&json["shell"], json["script"].as_str().unwrap().trim_end()),
            (&Value::from(shell), script.out.trim_end())
        );
    }
    desk.run(&["completions", "csh"]).fails(2, &["csh", "fish"]);
    assert!(desk.run(&["completions", "--help"]).done().out.contains("bash-completion/completions"));
    assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 0);
}

/// What bash offers after these words.
#[test]
#[cfg(unix)]
fn bash_completes_what_it_was_given() {
    let desk = Desk::new();
    let script = desk.write("script", desk.run(&["completions", "bash"]).done().out.clone());
    let offered = |words: &str, at: usize| {
        let ask = format!(
            "source {}; asked=$(complete -p qiaomen-server | sed 's/.*-F \\([^ ]*\\).*/\\1/'); \
             COMP_WORDS=({words} ''); COMP_CWORD={at}; $asked qiaomen-server '' x; echo ${{COMPREPLY[*]}}",
            script.display()
        );
        finish(std::process::Command::new("bash").args(["--norc", "-c", &ask])).done().out.clone()
    };
    assert!(offered("qiaomen-server", 1).contains("serve"));
    assert!(offered("qiaomen-server grid", 2).contains("list"));
    assert!(offered("qiaomen-server user add", 3).contains("--telephone"));
    assert!(offered("qiaomen-server completions", 2).contains("fish"));
}

/// One request to a program that serves; the status.
fn asked(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: town\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let answer = std::io::read_to_string(stream).unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

fn places(serving: &Serving) -> (String, Option<String>) {
    let said: Value = serde_json::from_str(&serving.first).unwrap();
    let place = |key: &str| {
        said[key].as_str().map(|at| at.trim_start_matches("http://").trim_end_matches("/metrics").to_owned())
    };
    (place("listening").unwrap(), place("metrics"))
}

#[test]
#[cfg(unix)]
fn figures_are_off_unless_a_place_for_them_is_named() {
    let desk = Desk::town();
    let serve = ["serve", "--json", "--listen", "127.0.0.1:0"];
    let serving = Serving::start(&mut desk.command(&serve));
    let (address, metrics) = places(&serving);
    assert_eq!(
        (metrics, asked(&address, "/metrics").as_str(), asked(&address, "/readyz").as_str()),
        (None, "404", "200")
    );
    // The file is heard last, the flag first; either may switch it off again.
    desk.write("town.toml", "metrics_listen = \"127.0.0.1:0\"\nmin_free_mb = 4294967295\ndrain_seconds = 0\n");
    let with_file = [&serve[..], &["--config", "town.toml"]].concat();
    let serving = Serving::start(&mut desk.command(&with_file));
    let (address, metrics) = places(&serving);
    let metrics = metrics.unwrap();
    assert_eq!((asked(&address, "/metrics").as_str(), asked(&metrics, "/metrics").as_str()), ("404", "200"));
    // The file's other setting was heard too.
    assert_eq!((asked(&address, "/readyz").as_str(), asked(&metrics, "/healthz").as_str()), ("503", "200"));
    let taken = [&serve[..], &["--metrics-listen", &metrics]].concat();
    desk.run(&taken).fails(2, &["cannot serve figures", "--metrics-listen", "off"]);
    let serving =
        Serving::start(desk.command(&with_file).env("QIAOMEN_METRICS_LISTEN", "off").env("QIAOMEN_MIN_FREE_MB", "1"));
    let (address, metrics) = places(&serving);
    assert_eq!((metrics, asked(&address, "/readyz").as_str()), (None, "200"));
    let flags = [&with_file[..], &["--metrics-listen", "127.0.0.1:0"]].concat();
    let serving = Serving::start(desk.command(&flags).env("QIAOMEN_METRICS_LISTEN", "off"));
    assert!(places(&serving).1.is_some());
}

#[test]
#[cfg(unix)]
fn a_server_that_is_told_to_stop_serves_on_as_long_as_it_was_asked_to() {
    let desk = Desk::town();
    let serve = ["serve", "--json", "--listen", "127.0.0.1:0", "--drain-seconds", "3600"];
    let serving = Serving::start(&mut desk.command(&serve));
    let (address, _) = places(&serving);
    assert_eq!(asked(&address, "/readyz"), "200");
    serving.tell_to_stop();
    while asked(&address, "/readyz") != "503" {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(asked(&address, "/healthz"), "200");
    // Told again, it stops at once.
    assert_eq!(serving.terminate(), Some(0));
    desk.run(&["serve", "--drain-seconds", "3601"]).fails(2, &["3601", "3600"]);
    desk.write("town.toml", "drain_seconds = 3601\n");
    desk.run(&["serve", "--config", "town.toml"]).fails(2, &["town.toml", "drain_seconds", "3600"]);
    desk.run(&["serve", "--trusted-proxy", "the proxy"]).fails(2, &["trusted_proxy", "10.0.0.2"]);
    desk.write("town.toml", "min_free_mb = -1\n");
    desk.run(&["serve", "--config", "town.toml"]).fails(2, &["town.toml", "line 1"]);
    desk.write("town.toml", "metrics = \"127.0.0.1:0\"\n");
    desk.run(&["serve", "--config", "town.toml"]).fails(2, &["`metrics`", "`metrics_listen`"]);
}

#[test]
#[cfg(unix)]
fn figures_that_others_could_read_are_warned_of() {
    let desk = Desk::town();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--metrics-listen", "0.0.0.0:0"];
    let mut child = desk.command(&serve).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines: Vec<String> = BufReader::new(child.stdout.take().unwrap()).lines().take(2).map(Result::unwrap).collect();
    child.kill().unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    assert!(lines[0].starts_with("Listening on") && lines[1].starts_with("Figures on"), "{lines:?}");
    assert!(said.contains("nobody but monitoring"), "{said}");
}
