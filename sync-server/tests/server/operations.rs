//! What those who look after a server see of it: whether it is alive and ready, and its figures.

use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use qiaomen_core::protocol::{MEDIA_TYPE, Problem, encode, path};
use qiaomen_core::record::{Role, Scope};
use qiaomen_server::store::sqlite::FILE;

use super::http::{Running, poll, problem, send};
use super::phone::Phone;
use super::{Fixture, household};

fn get(address: std::net::SocketAddr, path: &str) -> (u16, String) {
    let (status, body) = send(address, "GET", path, None, b"");
    (status, String::from_utf8(body).unwrap())
}

/// Why the server is not ready.
#[track_caller]
fn unready(address: std::net::SocketAddr) -> String {
    let (status, body) = get(address, "/readyz");
    let problem: Problem = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
    assert_eq!((status, problem.code.as_str()), (503, "not_ready"));
    problem.detail.unwrap()
}

#[track_caller]
fn is_ready(address: std::net::SocketAddr) {
    assert_eq!(get(address, "/readyz"), (200, "ready\n".to_owned()));
}

/// Waits for what comes to pass by itself, however long that takes.
fn until(what: impl Fn() -> bool) {
    while !what() {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The value of a figure by its whole name with labels.
#[track_caller]
fn figure(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name}: {text}")).parse().unwrap()
}

fn hand_in(server: &Running, phone: &Phone, body: &[u8]) -> u16 {
    send(server.address, "POST", path::EXCHANGE, Some(&phone.token), body).0
}

#[test]
fn a_server_is_ready_while_its_store_can_be_read_and_written() {
    let mut fixture = Fixture::new();
    let server = Running::new(fixture.town.clone());
    let (phones, operators) = (server.address, server.operators);
    is_ready(phones);
    is_ready(operators);

    // A batch that is being judged is no fault.
    let turn = fixture.town.store().turn();
    is_ready(phones);
    drop(turn);

    // Another process that never ends its writing is one; the server is alive all the same.
    let file = fixture.folder.path().join(FILE);
    let beside = rusqlite::Connection::open(&file).unwrap();
    beside.execute_batch("BEGIN IMMEDIATE").unwrap();
    insta::assert_snapshot!(unready(phones), @"The store cannot be written: somebody else has been writing for a second.");
    assert_eq!(get(phones, "/healthz"), (200, "ok\n".to_owned()));
    beside.execute_batch("ROLLBACK").unwrap();
    is_ready(phones);
    drop(beside);

    // What is written into a file that was taken away is lost.
    let away = fixture.folder.path().join("away");
    std::fs::rename(&file, &away).unwrap();
    insta::assert_snapshot!(unready(operators), @"The store cannot be read and written; the log says why.");
    assert_eq!(get(operators, "/healthz"), (200, "ok\n".to_owned()));
    std::fs::rename(&away, &file).unwrap();
    is_ready(operators);

    let person = fixture.person(Role::GridWorker, fixture.grids[0]);
    let mut phone = fixture.phone(person);
    let grid = Scope::Grid(fixture.grids[0]);
    let outs = [phone.create(&mut fixture, household("1"), grid, Role::GridWorker).1];
    let body = encode(&phone.request(Some(phone.batch(&outs, fixture.now)))).unwrap();
    assert_eq!(hand_in(&server, &phone, &body), 200);
}

#[test]
fn a_server_without_room_on_its_disk_is_not_ready() {
    let fixture = Fixture::new();
    let server = Running::with(fixture.town.clone(), |server| server.with_min_free(u32::MAX));
    insta::assert_snapshot!(unready(server.address), @"The store's disk has less than 4294967295 MB left.");
    assert_eq!(get(server.address, "/healthz").0, 200);
    is_ready(Running::with(fixture.town.clone(), |server| server.with_min_free(0)).address);
}

#[test]
fn a_stopping_server_says_so_until_its_last_request_is_answered() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    let grid = Scope::Grid(fixture.grids[0]);
    let outs = [phone.create(&mut fixture, household("1"), grid, Role::GridWorker).1];
    let body = encode(&phone.request(Some(phone.batch(&outs, fixture.now)))).unwrap();
    let mut server = Running::new(fixture.town.clone());
    let operators = server.operators;
    std::thread::scope(|scope| {
        let turn = fixture.town.store().turn();
        let (address, token, body) = (server.address, &phone.token, &body);
        let sent = scope.spawn(move || send(address, "POST", path::EXCHANGE, Some(token), body));
        until(|| figure(&get(operators, "/metrics").1, "qiaomen_http_received_bytes_total") > 0.0);
        server.tell_to_stop();
        until(|| get(operators, "/readyz").0 == 503);
        insta::assert_snapshot!(unready(operators), @"The server is shutting down.");
        assert_eq!(get(operators, "/healthz").0, 200);
        drop(turn);
        assert_eq!(sent.join().unwrap().0, 200);
    });
    server.stop();
    assert_eq!(fixture.town.count(&qiaomen_core::record::Kind::Household).unwrap(), 1);
}

#[test]
fn a_server_can_say_that_it_is_not_ready_before_it_stops() {
    let mut fixture = Fixture::new();
    let (_, phone) = fixture.worker(0);
    let (tell, told) = std::sync::mpsc::channel();
    let server = Running::with(fixture.town.clone(), move |server| {
        tell.send(server.readiness()).unwrap();
        server
    });
    is_ready(server.address);
    told.recv().unwrap().withdraw();
    insta::assert_snapshot!(unready(server.address), @"The server is shutting down.");
    // Who is here already is served on.
    assert_eq!(poll(server.address, &phone, 0).0, 200);
}

#[test]
fn figures_are_not_served_where_phones_come_in() {
    let fixture = Fixture::new();
    let server = Running::new(fixture.town.clone());
    assert_eq!(get(server.operators, "/metrics").0, 200);
    let (status, body) = send(server.address, "GET", "/metrics", None, b"");
    assert_eq!((status, problem(&body).as_str()), (404, "not_found"));
    // Nor is what phones do, where operators come in.
    for path in [path::ENROL, path::EXCHANGE, path::COMMON, path::SALVAGE] {
        let (status, body) = send(server.operators, "POST", path, None, b"");
        assert_eq!((status, problem(&body).as_str()), (404, "not_found"), "{path}");
    }
}

#[test]
fn figures_count_what_happened() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    let (_, lost) = fixture.worker(1);
    fixture.town.revoke_device(lost.device.id, fixture.now).unwrap();
    let (grid, foreign) = (Scope::Grid(fixture.grids[0]), Scope::Grid(fixture.grids[3]));
    let outs = [
        phone.create(&mut fixture, household("1"), grid, Role::GridWorker).1,
        phone.create(&mut fixture, household("2"), grid, Role::GridWorker).1,
        phone.create(&mut fixture, household("3"), foreign, Role::GridWorker).1,
    ];
    let server = Running::new(fixture.town.clone());
    let body = encode(&phone.request(Some(phone.batch(&outs, fixture.now)))).unwrap();
    // The second time all of it is a repetition.
    for _ in 0..2 {
        assert_eq!(hand_in(&server, &phone, &body), 200);
    }
    assert_eq!(poll(server.address, &lost, 0).0, 403);
    get(server.address, "/healthz");
    let size = fixture.town.store().log().unwrap().size;

    let (status, text) = get(server.operators, "/metrics");
    assert_eq!(status, 200);
    assert_eq!(figure(&text, "qiaomen_verdicts_total{outcome=\"accepted\"}"), 4.0);
    assert_eq!(figure(&text, "qiaomen_verdicts_total{outcome=\"refused\"}"), 2.0);
    assert_eq!(figure(&text, "qiaomen_changes_accepted_total"), 2.0);
    assert_eq!(figure(&text, "qiaomen_log_entries"), size as f64);
    assert_eq!(figure(&text, "qiaomen_documents{kind=\"household\"}"), 2.0);
    let files = figure(&text, "qiaomen_database_bytes{file=\"database\"}");
    assert_eq!(files, std::fs::metadata(fixture.folder.path().join(FILE)).unwrap().len() as f64);
    let received = 2 * body.len() as u64;
    assert!(figure(&text, "qiaomen_http_received_bytes_total") >= received as f64, "{text}");
    assert!(figure(&text, "process_start_time_seconds") > 1.7e9);
    // All of it, but for what no two runs have in common, and kinds of which there is nothing.
    let varies = ["process_start_time", "_bucket{", "_seconds_sum{", "_bytes_total ", "database_bytes{", "build_info{"];
    let mut shown: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("qiaomen_documents{") || !line.ends_with(" 0"))
        .map(|line| match line.rsplit_once(' ') {
            Some((name, _)) if !line.starts_with('#') && varies.iter().any(|part| line.contains(part)) => name,
            _ => line,
        })
        .filter(|line| !line.contains("_bucket{") || line.contains("healthz"))
        .collect();
    let build = format!("qiaomen_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert!(shown.contains(&build.as_str()));
    shown.retain(|line| *line != build);
    // Series of one figure come in no order.
    shown.sort_by_key(|line| line.trim_start_matches("# HELP ").trim_start_matches("# TYPE ").to_owned());
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_servers_figures_are_its_own() {
    let fixture = Fixture::new();
    let (one, other) = (Running::new(fixture.town.clone()), Running::new(fixture.town.clone()));
    get(one.address, "/healthz");
    let health = "qiaomen_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"}";
    assert_eq!(figure(&get(one.operators, "/metrics").1, health), 1.0);
    assert!(!get(other.operators, "/metrics").1.contains(health));
}

#[test]
fn labels_are_those_that_the_program_knows_and_name_nobody() {
    let mut fixture = Fixture::new();
    let (person, phone) = fixture.worker(0);
    let server = Running::new(fixture.town.clone());
    poll(server.address, &phone, 0);
    for (method, path) in [
        ("GET", "/somebody/13800000000"),
        ("BREW", "/healthz"),
        ("DELETE", path::EXCHANGE),
        ("POST", "/healthz?name=somebody"),
        ("GET", "/readyz?name=somebody"),
        ("HEAD", "/healthz"),
    ] {
        send(server.address, method, path, Some(&phone.token), b"");
    }
    let text = get(server.operators, "/metrics").1;
    let asked = |line: &&str| line.starts_with("qiaomen_http_requests_total{");
    let mut asked: Vec<&str> = text.lines().filter(asked).collect();
    asked.sort_unstable();
    insta::assert_snapshot!(asked.join("\n"), @r#"
    qiaomen_http_requests_total{method="GET",route="/healthz",status="200"} 1
    qiaomen_http_requests_total{method="GET",route="/readyz",status="200"} 1
    qiaomen_http_requests_total{method="POST",route="/sync/v1/exchange",status="200"} 1
    qiaomen_http_requests_total{method="other",route="none",status="404"} 1
    qiaomen_http_requests_total{method="other",route="none",status="405"} 3
    "#);
    let folder = fixture.folder.path();
    for personal in
        [&person.to_string(), &phone.device.id.to_string(), "omebody", MEDIA_TYPE, Path::to_str(folder).unwrap()]
    {
        assert!(!text.contains(personal), "{personal}");
    }
}

#[test]
fn polls_are_counted_while_they_are_open_and_their_waiting_is_no_work() {
    let mut fixture = Fixture::new();
    let (_, mut waiting) = fixture.worker(0);
    let (_, mut writer) = fixture.worker(0);
    waiting.sync(&mut fixture);
    let server = Running::new(fixture.town.clone());
    let figures = || get(server.operators, "/metrics").1;
    let open = |many: f64| until(|| figure(&figures(), "qiaomen_open_polls") == many);
    std::thread::scope(|scope| {
        let polled = scope.spawn(|| poll(server.address, &waiting, 50));
        open(1.0);
        let grid = Scope::Grid(fixture.grids[0]);
        let out = writer.create(&mut fixture, household("1"), grid, Role::GridWorker).1;
        writer.send(&mut fixture, &[out]);
        assert_eq!(polled.join().unwrap().0, 200);
    });
    open(0.0);
    waiting.sync(&mut fixture);

    // A phone that goes away is no longer waited with, and counted.
    let mut request = waiting.request(None);
    request.wait_seconds = 50;
    let body = encode(&request).unwrap();
    let token = qiaomen_core::identity::secret::token_text(&waiting.token);
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: town\r\nContent-Type: {MEDIA_TYPE}\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\n\r\n",
        path::EXCHANGE,
        body.len()
    );
    let mut stream = TcpStream::connect(server.address).unwrap();
    std::io::Write::write_all(&mut stream, &[head.as_bytes(), &body].concat()).unwrap();
    open(1.0);
    drop(stream);
    open(0.0);
    let gone = "qiaomen_http_requests_total{method=\"POST\",route=\"/sync/v1/exchange\",status=\"499\"}";
    until(|| figures().contains(gone));
    // Only the answered one was timed.
    let timed = "qiaomen_http_request_duration_seconds_count{method=\"POST\",route=\"/sync/v1/exchange\"}";
    assert_eq!(figure(&figures(), timed), 1.0);
}
