//! How much of the server one person may take up.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use qiaomen_core::record::{Role, SeededRandom, Time};
use qiaomen_server::api::Server;
use qiaomen_server::clock::{Clock, SystemClock};
use serde_json::json;

use super::{Client, account, token};
use crate::Fixture;
use crate::http::{DRIVER, Running};

const PASSWORD: &str = "tapping softly";

/// A clock at which whoever looks stands still, while it is held; but for the threads that drive the server, which look at it
/// too, for what it does by itself.
#[derive(Default)]
struct Held {
    held: AtomicBool,
    still: AtomicUsize,
    over: Mutex<bool>,
    told: Condvar,
}

impl Held {
    fn let_go(&self) {
        *self.over.lock().unwrap() = true;
        self.told.notify_all();
    }
}

impl Clock for Held {
    fn now(&self) -> Time {
        let drives = std::thread::current().name() == Some(DRIVER);
        if self.held.load(Ordering::SeqCst) && !drives {
            self.still.fetch_add(1, Ordering::SeqCst);
            let over = self.over.lock().unwrap();
            drop(self.told.wait_while(over, |over| !*over).unwrap());
        }
        SystemClock.now()
    }
}

#[test]
fn many_exports_at_once_keep_nobody_else_waiting() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::Supervisor, fixture.root);
    let held = token(&mut fixture, person);
    let (clock, town) = (Arc::new(Held::default()), fixture.town.clone());
    let set = clock.clone();
    let server = Running::with(fixture.town.clone(), move |_| Server::new(town, set, Box::new(SeededRandom::new(5))));
    let address = server.address;
    // It serves: whoever starts it looks at the clock too.
    assert_eq!(Client::with_token(address, &held).get("/api/v1/today").status, 200);
    clock.held.store(true, Ordering::SeqCst);
    let count = std::thread::available_parallelism().map_or(2, usize::from) * 4 + 4;
    let exports: Vec<_> = (0..count)
        .map(|_| {
            let held = held.clone();
            std::thread::spawn(move || Client::with_token(address, &held).get("/api/v1/exports/households/csv").status)
        })
        .collect();
    // All of them have arrived, and as many as may stand in the midst of their work.
    while clock.still.load(Ordering::SeqCst) == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(500));
    clock.held.store(false, Ordering::SeqCst);
    let (tell, told) = std::sync::mpsc::channel();
    let other = std::thread::spawn(move || {
        let _ = tell.send(Client::with_token(address, &held).get("/api/v1/today").status);
    });
    let status = told.recv_timeout(Duration::from_secs(40));
    clock.let_go();
    other.join().unwrap();
    assert_eq!(status, Ok(200));
    for export in exports {
        assert_eq!(export.join().unwrap(), 200);
    }
}

#[test]
fn only_a_deed_that_takes_a_file_takes_much() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::Administrator, fixture.root);
    let held = token(&mut fixture, person);
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &held);
    let much = json!({ "name": "x".repeat(300 * 1024) });
    for path in ["/api/v1/people/new", "/api/v1/settings/scripts", "/people/new"] {
        let answer = client.post(path, &much);
        assert_eq!(answer.status, 413, "{path}: {}", answer.body);
    }
    // base64 of a file that is no spreadsheet: it is looked at.
    let file = json!({ "noun": "people", "file": { "name": "a.csv", "content": "QUFB".repeat(100 * 1024) } });
    let answer = client.post("/api/v1/imports/new", &file);
    assert!(answer.status != 413, "{}", answer.body);
    let file = json!({ "noun": "people", "file": { "name": "a.csv", "content": "QUFB".repeat(7 * 1024 * 1024) } });
    assert_eq!(client.post("/api/v1/imports/new", &file).status, 413);
}

#[test]
fn of_what_a_script_sends_without_the_forms_token_nothing_is_read() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::Supervisor, fixture.root);
    account(&mut fixture, person, "wang", PASSWORD, true);
    let server = Running::new(fixture.town.clone());
    let mut half = Client::new(server.address);
    assert_eq!(half.form("/sign-in", &[("login", "wang"), ("password", PASSWORD)]).status, 303);
    let csrf = half.csrf("/second-factor");
    // The body never comes: whoever waited for it would wait for a minute.
    for shown in [None, Some("0123")] {
        let mut half = half.clone();
        half.extra = vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("Content-Length".to_owned(), "200000".to_owned()),
        ];
        half.extra.extend(shown.map(|shown| ("X-CSRF".to_owned(), shown.to_owned())));
        let began = std::time::Instant::now();
        for path in ["/second-factor", "/api/v1/second-factor"] {
            assert_eq!(half.send("POST", path, None).status, 403, "{path}");
        }
        assert!(began.elapsed() < Duration::from_secs(20));
    }
    half.extra.push(("X-CSRF".to_owned(), csrf));
    assert_eq!(half.post("/second-factor", &json!({ "code": "000000" })).status, 422);
    assert_eq!(half.post("/second-factor", &json!({ "code": "0".repeat(300 * 1024) })).status, 413);
}

#[test]
fn a_link_to_a_file_that_stands_elsewhere_makes_none() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::Supervisor, fixture.root);
    account(&mut fixture, person, "wang", PASSWORD, true);
    let codes =
        qiaomen_server::access::account::recovery_codes(&**fixture.town.store(), person, &mut fixture.random).unwrap();
    let server = Running::new(fixture.town.clone());
    let mut browser = Client::new(server.address);
    assert_eq!(browser.form("/sign-in", &[("login", "wang"), ("password", PASSWORD)]).status, 303);
    let csrf = browser.csrf("/second-factor");
    assert_eq!(browser.form("/second-factor", &[("csrf", &csrf), ("code", &codes[0])]).status, 303);
    let exports = |fixture: &Fixture| {
        let wanted =
            qiaomen_server::store::AuditWanted { action: Some("export".to_owned()), limit: 9, ..Default::default() };
        fixture.town.store().audit(&wanted).unwrap().len()
    };
    for path in ["/exports/households/csv", "/api/v1/exports/households/csv", "/audit/export/csv"] {
        let mut foreign = browser.clone();
        foreign.extra.push(("Sec-Fetch-Site".to_owned(), "cross-site".to_owned()));
        assert_eq!(foreign.get(path).status, 403, "{path}");
    }
    assert_eq!(exports(&fixture), 0);
    for site in ["same-origin", "none"] {
        let mut own = browser.clone();
        own.extra.push(("Sec-Fetch-Site".to_owned(), site.to_owned()));
        assert_eq!(own.get("/exports/households/csv").status, 200, "{site}");
    }
    assert_eq!(exports(&fixture), 2);
}
