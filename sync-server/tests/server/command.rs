//! The command line as somebody meets it who runs the program: what it prints, its exit code, and what a
//! second command reads of it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// What a run came to.
#[derive(Debug)]
pub struct Done {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Done {
    /// The one JSON value on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// That it failed, with this code, nothing on standard output, and every one of `words` in what it said.
    #[track_caller]
    pub fn fails(&self, code: i32, words: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "{word}: {self:?}");
        }
    }

    #[track_caller]
    pub fn done(&self) -> &Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

/// A folder of its own for the program to work in.
pub struct Desk {
    pub folder: tempfile::TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A town with people of every role, made by the program itself.
    pub fn town() -> Self {
        let desk = Self::new();
        desk.run(&["user", "add", "admin", "--name", "A", "--role", "administrator"]).done();
        let areas =
            "name,level,parent\nTown,town,\nNorth,village,Town\nSouth,village,Town\nN1,grid,North\nS1,grid,South\n";
        desk.import("areas", areas, "admin").done();
        let people = "login,name,roles\nsup,S,supervisor@Town\nsupnorth,S,supervisor@North\npol,P,police@Town\n\
                      head,H,team_head@North\nworker,W,grid_worker@N1\n";
        desk.import("people", people, "admin").done();
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qiaomen-server"));
        command.current_dir(self.folder.path()).args(arguments);
        for setting in [
            "DATA",
            "LISTEN",
            "LOG",
            "LOG_FORMAT",
            "CONFIG",
            "METRICS_LISTEN",
            "MIN_FREE_MB",
            "DRAIN_SECONDS",
            "TRUSTED_PROXY",
        ] {
            command.env_remove(format!("QIAOMEN_{setting}"));
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Done {
        finish(&mut self.command(arguments))
    }

    pub fn import(&self, noun: &str, file: impl AsRef<[u8]>, by: &str) -> Done {
        self.write("file.csv", file);
        self.run(&["import", noun, "file.csv", "--as", by, "--apply"])
    }
}

pub fn finish(command: &mut Command) -> Done {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A server at work; killed when let go of.
pub struct Serving {
    child: Child,
    pub first: String,
}

impl Serving {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        Self { child, first }
    }

    pub fn address(&self) -> &str {
        let rest = self.first.split("//").nth(1).unwrap();
        rest.split(|letter: char| letter == '"' || letter.is_whitespace()).next().unwrap()
    }

    #[cfg(unix)]
    pub fn tell_to_stop(&self) {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
    }

    #[cfg(unix)]
    pub fn terminate(mut self) -> Option<i32> {
        self.tell_to_stop();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn help_teaches_what_a_file_and_a_scenario_look_like() {
    let desk = Desk::new();
    let help = |arguments: &[&str]| desk.run(arguments).done().out.clone();
    let import = help(&["import", "--help"]);
    for word in [
        "name[,level,parent,code]",
        "grid_worker@village/grid",
        "--take-file ROW:FIELD",
        "app_installed",
        "reached_station",
        "2026-03-01 09:00",
    ] {
        assert!(import.contains(word), "{word}: {import}");
    }
    let scenario = help(&["playbook", "try", "--help"]);
    for word in ["\"alert\"", "telephone_only", "met_target", "transfers", "missed"] {
        assert!(scenario.contains(word), "{word}: {scenario}");
    }
    assert!(help(&["--help"]).contains("Exit codes"));
    assert!(help(&["user", "add", "--help"]).contains("--role administrator"));
    assert!(help(&["serve", "--help"]).contains("SIGTERM"));
    assert!(help(&["device", "revoke", "--help"]).contains("handed in"));
    // Nothing but help was asked for: nothing was made.
    assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_command_without_its_town_says_how_to_begin_one() {
    let desk = Desk::new();
    for arguments in [&["user", "list"][..], &["held", "list"], &["device", "list"], &["invite", "x"]] {
        desk.run(arguments).fails(2, &["there is no town", "qiaomen-data", "user add"]);
    }
    assert!(!desk.path("qiaomen-data").exists());
    desk.write("file", "no folder");
    let add = ["user", "add", "a", "--name", "A", "--role", "administrator", "--data", "file"];
    desk.run(&add).fails(1, &["file", "--data"]);
    std::fs::create_dir(desk.path("broken")).unwrap();
    desk.write("broken/town.sqlite3", "this is no database at all, but it is long enough to look at");
    desk.run(&["user", "list", "--data", "broken"]).fails(1, &["damaged", "backup"]);
    // The folder of another is named by flag or environment, the flag before the environment.
    let mut command = desk.command(&["user", "list"]);
    finish(command.env("QIAOMEN_DATA", "elsewhere")).fails(2, &["elsewhere"]);
    let mut command = desk.command(&["user", "list", "--data", "here"]);
    finish(command.env("QIAOMEN_DATA", "elsewhere")).fails(2, &["there is no town in here;"]);
}

#[test]
#[cfg(unix)]
fn nobody_else_may_read_a_new_town() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::town();
    assert_eq!(std::fs::metadata(desk.path("qiaomen-data")).unwrap().permissions().mode() & 0o077, 0);
}

#[test]
fn people_are_added_and_changed_by_those_who_may() {
    let desk = Desk::town();
    let add = |login: &str, by: &str| {
        desk.run(&["user", "add", login, "--name", "N", "--role", "grid_worker@N1", "--as", by])
    };
    add("worker2", "sup").done();
    for by in ["worker", "pol", "head", "supnorth"] {
        add("worker3", by).fails(2, &["administrator", "--as"]);
    }
    add("worker2", "sup").fails(2, &["worker2", "taken"]);
    add("worker 3", "sup").fails(2, &["login", "without blanks"]);
    add("worker3", "nobody").fails(2, &["nobody", "user list"]);
    let name =
        |name: &str| desk.run(&["user", "add", "worker3", "--name", name, "--role", "grid_worker@N1", "--as", "sup"]);
    name("").fails(2, &["name"]);
    name("\u{1b}[31m").fails(2, &["control character"]);
    let role = |role: &str| desk.run(&["user", "add", "worker3", "--name", "N", "--role", role, "--as", "sup"]);
    role("grid_worker").fails(2, &["role@area"]);
    role("boss@N1").fails(2, &["volunteer, grid_worker"]);
    role("grid_worker@N9").fails(2, &["not known", "spelling"]);
    desk.run(&["user", "add", "worker3", "--name", "N", "--role", "grid_worker@N1"]).fails(2, &["--as"]);

    let set = |arguments: &[&str]| {
        desk.run(&[&["user", "set", "--json", "worker2"][..], arguments, &["--as", "sup"]].concat())
    };
    assert_eq!(set(&["--role", "volunteer@S1"]).json()["roles"].as_array().unwrap().len(), 2);
    set(&["--end-role", "volunteer@N1"]).fails(2, &["do not have"]);
    assert_eq!(set(&["--end-role", "volunteer@S1"]).json()["roles"][0], "grid_worker@North/N1");
    set(&[]).fails(2, &["--name", "--role"]);
    assert_eq!(set(&["--left"]).json()["left"], true);
    set(&["--role", "volunteer@S1"]).fails(2, &["--back"]);
    desk.run(&["invite", "worker2"]).fails(2, &["no longer works here"]);
    let back = set(&["--back", "--role", "volunteer@S1"]).json();
    assert_eq!((&back["left"], &back["roles"][0]), (&Value::Bool(false), &Value::from("volunteer@South/S1")));

    let listed = desk.run(&["user", "list", "--json"]).json();
    let of = |login: &str| listed.as_array().unwrap().iter().find(|person| person["login"] == login).cloned();
    assert_eq!(of("worker2").unwrap()["roles"], back["roles"]);
    assert!(of("worker3").is_none());
}

#[test]
fn the_last_who_may_add_people_cannot_be_taken_away() {
    let desk = Desk::new();
    desk.run(&["user", "add", "w", "--name", "W", "--role", "volunteer"]).fails(2, &["role@area"]);
    desk.run(&["user", "add", "admin", "--name", "A", "--role", "administrator"]).done();
    for change in [&["--left"][..], &["--end-role", "administrator"], &["--only-these-roles"]] {
        desk.run(&[&["user", "set", "admin", "--as", "admin"][..], change].concat()).fails(2, &["make somebody else"]);
    }
    desk.run(&["user", "add", "other", "--name", "B", "--role", "administrator", "--as", "admin"]).done();
    desk.run(&["user", "set", "admin", "--left", "--as", "admin"]).done();
}

#[test]
fn invitations_and_devices_answer_as_json_too() {
    let desk = Desk::town();
    let invited = desk.run(&["invite", "worker", "--hours", "5", "--json"]);
    assert_eq!(invited.err, "");
    assert_eq!(invited.json()["code"].as_str().unwrap().len(), 19);
    // The code alone on standard output, so that a script can take it.
    let plain = desk.run(&["invite", "worker"]);
    assert_eq!((plain.done().out.trim().len(), plain.err.contains("until")), (19, true));
    desk.run(&["invite", "worker", "--as", "worker"]).fails(2, &["administrator"]);
    desk.run(&["invite", "nobody"]).fails(2, &["user list"]);
    desk.run(&["invite", "worker", "--hours", "0"]).fails(2, &["1..=720"]);
    assert_eq!(desk.run(&["device", "list", "--json"]).json(), Value::Array(Vec::new()));
    assert_eq!(desk.run(&["held", "list", "--json"]).json(), Value::Array(Vec::new()));
    desk.run(&["device", "revoke", "x"]).fails(2, &["device list"]);
    desk.run(&["device", "revoke", "01a202eb-1bd7-7fb8-8226-4b2caad70556"]).fails(2, &["no such phone"]);
    assert_eq!(
        desk.run(&["device", "revoke", "--person", "worker", "--json"]).json()["revoked"],
        Value::Array(Vec::new())
    );
    desk.run(&["held", "accept", "1", "--as", "sup"]).fails(2, &["held list"]);
}

#[test]
fn every_phone_of_a_person_is_locked_though_one_was_before() {
    let mut fixture = super::Fixture::new();
    let (person, first) = fixture.worker(0);
    let second = fixture.phone(person);
    let data = fixture.folder.path().to_str().unwrap().to_owned();
    let desk = Desk::new();
    let (first, person) = (first.device.id.to_string(), person.to_string());
    let revoked = desk.run(&["device", "revoke", &first, "--data", &data, "--json"]).json();
    assert_eq!(revoked["revoked"], serde_json::json!([first]));
    let revoked = desk.run(&["device", "revoke", "--person", &person, "--data", &data, "--json"]).json();
    assert_eq!(revoked["revoked"], serde_json::json!([second.device.id.to_string()]));
    // Asked again, there is nothing to do, and that is no failure.
    desk.run(&["device", "revoke", &first, "--data", &data]).done();
    desk.run(&["device", "revoke", "--person", &person, "--data", &data]).done();
    let listed = desk.run(&["device", "list", "--data", &data, "--json"]).json();
    assert!(listed.as_array().unwrap().iter().all(|device| !device["revoked"].is_null()), "{listed}");
}

#[test]
#[cfg(unix)]
fn serve_says_where_and_ends_when_told_to() {
    let desk = Desk::town();
    desk.write("town.toml", "listen = \"127.0.0.1:0\"\nlog = \"error\"\ndata = \"qiaomen-data\"\n");
    let serving = Serving::start(&mut desk.command(&["serve", "--config", "town.toml", "--json"]));
    let said: Value = serde_json::from_str(&serving.first).unwrap();
    assert!(said["listening"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    // The port is taken now; another server may share the folder, and commands run beside both.
    desk.run(&["serve", "--listen", serving.address()]).fails(2, &["cannot listen", "--listen", "free port"]);
    let other = Serving::start(desk.command(&["serve"]).env("QIAOMEN_LISTEN", "127.0.0.1:0"));
    assert!(other.first.starts_with("Listening on http://127.0.0.1:"), "{}", other.first);
    assert_ne!(other.address(), serving.address());
    desk.run(&["user", "add", "beside", "--name", "B", "--role", "volunteer@N1", "--as", "sup"]).done();
    for serving in [serving, other] {
        let mut stream = std::net::TcpStream::connect(serving.address()).unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: town\r\nconnection: close\r\n\r\n").unwrap();
        let answer = std::io::read_to_string(stream).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert_eq!(serving.terminate(), Some(0));
    }
    assert_eq!(desk.run(&["user", "list", "--json"]).json().as_array().unwrap().len(), 7);
}

#[test]
fn a_setting_that_nobody_knows_is_named_with_its_line() {
    let desk = Desk::new();
    desk.write("town.toml", "log = \"info\"\nport = 1\n");
    desk.run(&["serve", "--config", "town.toml"]).fails(2, &["town.toml", "line 2", "`port`", "`listen`"]);
    desk.run(&["serve", "--config", "none.toml"]).fails(2, &["none.toml"]);
    desk.run(&["serve", "--log", "loud"]).fails(2, &["loud", "warn"]);
    desk.run(&["serve", "--listen", "nowhere", "--log", "error"]).fails(2, &["nowhere", "127.0.0.1:8420"]);
}

#[test]
fn a_reader_that_has_heard_enough_is_no_crash() {
    let desk = Desk::town();
    let mut child = desk.command(&["user", "list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
    // A result that is lost on a full disk is one.
    if let Ok(full) = std::fs::File::options().write(true).open("/dev/full") {
        let output = desk.command(&["user", "list"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stderr).unwrap().contains("disk"));
    }
}

#[test]
fn a_playbook_is_checked_and_tried() {
    let desk = Desk::new();
    let sound = desk.write("town.toml", "version = \"ours-1\"\nclearing_ends_series = true\n");
    assert_eq!(desk.run(&["playbook", "check", "town.toml", "--json"]).json()["version"], "ours-1");
    desk.write("bad.toml", "version = \"ours-1\"\n[first_contact_minutes]\nextreme = -1\n");
    desk.run(&["playbook", "check", "bad.toml"]).fails(2, &["bad.toml", "first_contact_minutes.extreme"]);
    desk.run(&["playbook", "check", "none.toml"]).fails(2, &["none.toml"]);
    // Editors on Windows begin a file with a mark.
    desk.write("case.json", "\u{feff}{\"alert\":{\"level\":\"low\",\"issued\":\"2026-03-01T09:00:00+08:00\"}}");
    let tried = |more: &[&str]| {
        desk.run(&[&["playbook", "try", "case.json", "--playbook"][..], &[sound.to_str().unwrap()], more].concat())
    };
    let answer = tried(&["--now", "2026-03-02T09:00:00+08:00"]).json();
    assert_eq!(answer["series_ends"], "2026-04-02T00:00:00+08:00");
    tried(&["--now", "yesterday"]).fails(2, &["--now", "offset"]);
    tried(&["--zone", "Mars"]).fails(2, &["Mars", "Asia/Shanghai"]);
    desk.write("wrong.json", "{\"alert\":{\"level\":\"low\",\"issued\":\"2026-03-01T09:00:00\"}}");
    desk.run(&["playbook", "try", "wrong.json"]).fails(2, &["alert.issued", "offset"]);
    desk.write("utf16.json", b"\xff\xfe{\0}\0");
    desk.run(&["playbook", "try", "utf16.json"]).fails(2, &["UTF-8"]);
}

/// A folder that is open to all keeps the town from others all the same.
#[test]
#[cfg(unix)]
fn nobody_else_on_the_machine_reads_the_town() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    std::fs::create_dir(desk.path("town")).unwrap();
    std::fs::set_permissions(desk.path("town"), std::fs::Permissions::from_mode(0o755)).unwrap();
    desk.run(&["user", "add", "admin", "--name", "A", "--role", "administrator", "--data", "town"]).done();
    let mode = std::fs::metadata(desk.path("town/town.sqlite3")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// The lines of a file's first block of shell that has this word in it.
fn shell(file: &str, word: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = std::fs::read_to_string(root.join(file)).unwrap();
    let block = text
        .split("```sh\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap())
        .find(|block| block.contains(word));
    block.unwrap().lines().map(str::to_owned).collect()
}

/// Whoever copies the README's lines, in order, has a town.
#[test]
#[cfg(unix)]
fn the_commands_of_the_readme_run_as_they_are_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for file in ["README.md", "README.zh.md"] {
        let desk = Desk::new();
        let mut script = vec!["set -euo pipefail".to_owned()];
        let lines = shell(file, "qiaomen import").into_iter().chain(shell(file, "playbook try"));
        // The program that the suite has built, and no server that never ends.
        script.extend(lines.filter(|line| !line.starts_with("qiaomen serve")));
        let program = env!("CARGO_BIN_EXE_qiaomen-server");
        script[1] = format!("qiaomen() {{ {program} \"$@\"; }}");
        let mut bash = Command::new("bash");
        bash.current_dir(root).env("QIAOMEN_DATA", desk.path("town")).args(["-c", &script.join("\n")]);
        let run = finish(&mut bash);
        assert!(run.done().out.contains("households: 3066 new") && run.out.contains("alerts: 3 new"), "{run:?}");
        assert!(run.out.contains("second_visit"), "{run:?}");
    }
}

#[cfg(feature = "demo")]
mod demo {
    use super::*;

    const NOW: [&str; 2] = ["--now", "2026-03-20T10:00:00+08:00"];

    #[test]
    fn a_folder_that_is_not_the_demos_is_left_alone() {
        let desk = Desk::town();
        let refused = |data: &str| desk.run(&["demo", "--exit", "--data", data]).fails(2, &[data, "--data"]);
        refused("qiaomen-data");
        std::fs::create_dir(desk.path("mine")).unwrap();
        desk.write("mine/notes.txt", "mine");
        // Not even where it was interrupted, and something was put beside it.
        let marker = r#"{"demo":true,"seed":1,"now":"2026-03-20T02:00:00Z"}"#;
        for marker in [None, Some(marker), Some("{\"demo\":tr")] {
            if let Some(marker) = marker {
                desk.write("mine/demo.json", marker);
            }
            refused("mine");
            assert_eq!(std::fs::read_to_string(desk.path("mine/notes.txt")).unwrap(), "mine");
        }
        desk.write("file", "no folder");
        refused("file");
        desk.run(&["demo", "--now", "1900-01-01T00:00:00Z", "--data", "never"]).fails(2, &["--now", "2026"]);
        desk.run(&["demo", "--now", "tomorrow", "--data", "never"]).fails(2, &["--now", "offset"]);
        assert!(!desk.path("never").exists());
    }

    #[test]
    fn an_interrupted_demo_is_made_anew_one_at_a_time_and_a_finished_one_is_kept() {
        let desk = Desk::new();
        let demo = |more: &[&str]| desk.run(&[&["demo", "--exit", "--json", "--data", "d"][..], &NOW, more].concat());
        // Cut off while it is at work.
        let running = Serving::start(desk.command(&["demo", "--data", "d"]).args(NOW));
        assert!(running.first.contains("listens"), "{}", running.first);
        demo(&[]).fails(2, &["another demo"]);
        drop(running);
        assert!(desk.path("d/demo.json").exists());
        let made = demo(&["--seed", "3"]);
        assert_eq!(made.done().json()["agree"], true);
        let size = std::fs::metadata(desk.path("d/demo.json")).unwrap().len();
        // It is there now: the same table, whatever is asked for, and nothing is made again.
        let again = demo(&["--seed", "4"]);
        assert_eq!(again.done().json(), made.json());
        assert!(again.err.contains("--seed 3"), "{again:?}");
        assert_eq!(std::fs::metadata(desk.path("d/demo.json")).unwrap().len(), size);
        // Where phones and server did not agree the exit code says so.
        let marker = std::fs::read_to_string(desk.path("d/demo.json")).unwrap();
        assert!(marker.contains(r#""agree": true"#));
        desk.write("d/demo.json", marker.replace(r#""agree": true"#, r#""agree": false"#));
        let apart = desk.run(&["demo", "--exit", "--data", "d"]);
        assert_eq!(apart.code, 1, "{apart:?}");
        assert!(apart.out.contains("do NOT agree"), "{apart:?}");
        // The office's commands work in it like in any town.
        let held = desk.run(&["held", "list", "--data", "d", "--json"]).json();
        let number = held[0]["number"].to_string();
        assert_eq!(held[0]["login"], "worker2");
        let decide = |by: &str| desk.run(&["held", "accept", &number, "--as", by, "--data", "d", "--json"]);
        decide("worker1").fails(2, &["supervisor"]);
        assert_eq!(decide("supervisor").json()["verdict"], "accepted");
        decide("supervisor").fails(2, &["held list"]);
    }
}
