//! Duty groups that are told: real receivers on this machine, a clock that goes when it is told to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use base64::Engine as _;
use parking_lot::Mutex;
use qiaomen_core::record::{AlertId, PersonId, Role, SeededRandom, Time};
use qiaomen_server::author::Draft;
use qiaomen_server::clock::{Clock, SystemClock};
use qiaomen_server::hook::Post;
use qiaomen_server::store::{HookFormat, HookTarget, NewHook, News, NewsKind, Webhook};
use qiaomen_server::town::Town;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::command::{Desk, finish};
use super::http::Running;
use super::{Fixture, alert, case};

const SECRET: &[u8] = b"SEC-of-the-group";
const LINK: &str = "https://town.example/alerts";
const FINE: (u16, &str) = (200, r#"{"errcode":0,"errmsg":"ok"}"#);

/// A request as it arrived.
#[derive(Clone)]
struct Arrived {
    uri: Uri,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Arrived {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// What a group reads.
    fn content(&self) -> String {
        self.json()["text"]["content"].as_str().unwrap().to_owned()
    }

    /// A parameter of the address, read as receivers read it.
    fn parameter(&self, name: &str) -> Option<String> {
        let url = reqwest::Url::parse(&format!("http://receiver{}", self.uri)).unwrap();
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// An answer: status, headers, body.
type Answer = (u16, Vec<(&'static str, String)>, &'static str);

#[derive(Clone, Default)]
struct Inside {
    arrived: Arc<Mutex<Vec<Arrived>>>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

/// Somebody who is told, on a thread of its own until the test is over.
struct Receiver {
    address: SocketAddr,
    inside: Inside,
}

impl Receiver {
    fn new() -> Self {
        let inside = Inside::default();
        let (tell, told) = std::sync::mpsc::channel();
        let state = inside.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                axum::serve(listener, axum::Router::new().fallback(take).with_state(state)).await.unwrap();
            });
        });
        Self { address: told.recv().unwrap(), inside }
    }

    fn url(&self) -> String {
        format!("http://{}/robot/send?access_token=the-token", self.address)
    }

    /// What the next requests are answered; those after them are taken.
    fn answers(&self, answers: impl IntoIterator<Item = (u16, &'static str)>) {
        self.inside.answers.lock().extend(answers.into_iter().map(|(status, body)| (status, Vec::new(), body)));
    }

    fn answers_with(&self, status: u16, header: &'static str, value: &str) {
        self.inside.answers.lock().push_back((status, vec![(header, value.to_owned())], ""));
    }

    fn arrived(&self) -> Vec<Arrived> {
        self.inside.arrived.lock().clone()
    }

    fn count(&self) -> usize {
        self.inside.arrived.lock().len()
    }
}

async fn take(
    State(inside): State<Inside>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, &'static str) {
    inside.arrived.lock().push(Arrived { uri, headers, body: body.to_vec() });
    let (status, named, body) = inside.answers.lock().pop_front().unwrap_or((FINE.0, Vec::new(), FINE.1));
    let headers = named
        .into_iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap()))
        .collect();
    (StatusCode::from_u16(status).unwrap(), headers, body)
}

/// A clock that stands still until it is moved.
struct Hands(Mutex<Time>);

impl Clock for Hands {
    fn now(&self) -> Time {
        *self.0.lock()
    }
}

/// A town that tells.
struct Told {
    folder: tempfile::TempDir,
    town: Arc<Town>,
    clock: Arc<Hands>,
    post: Post,
    runtime: tokio::runtime::Runtime,
}

fn open(folder: &std::path::Path, clock: &Arc<Hands>) -> (Arc<Town>, Post) {
    let town = Arc::new(Town::open(folder, clock.now(), &mut SeededRandom::new(7)).unwrap());
    let post = Post::new(town.clone(), clock.clone()).unwrap();
    (town, post)
}

impl Told {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Hands(Mutex::new(super::start())));
        let (town, post) = open(folder.path(), &clock);
        // One thread, so that a test hears what is logged.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { folder, town, clock, post, runtime }
    }

    fn restart(self) -> Self {
        let Self { folder, town, clock, post, runtime } = self;
        drop((town, post));
        let (town, post) = open(folder.path(), &clock);
        Self { folder, town, clock, post, runtime }
    }

    fn add(&self, name: &str, format: HookFormat, url: String) {
        self.add_with(name, format, url, 20);
    }

    fn add_with(&self, name: &str, format: HookFormat, url: String, per_minute: u32) {
        let secret = (format != HookFormat::Wecom).then(|| SECRET.to_vec());
        let target = HookTarget { name: name.to_owned(), url, format, secret, link: Some(LINK.to_owned()), per_minute };
        let new = NewHook { target: &target, person: nobody(), now: self.clock.now() };
        assert!(self.town.store().hook_add(&new).unwrap());
    }

    fn tell(&self, kind: NewsKind, count: u64) {
        self.town.tell(&[News { kind, count }], self.clock.now()).unwrap();
    }

    fn step(&self) {
        self.runtime.block_on(self.post.step()).unwrap();
    }

    /// Lets so many seconds pass, and sends what is due then.
    fn after(&self, seconds: i64) {
        let mut now = self.clock.0.lock();
        *now = now.plus_millis(seconds * 1_000);
        drop(now);
        self.step();
    }

    fn hook(&self) -> Webhook {
        self.town.store().hooks().unwrap().remove(0)
    }
}

fn nobody() -> PersonId {
    PersonId::from_bytes([7; 16])
}

/// HMAC-SHA-256 as RFC 2104 writes it down, apart from the program's.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    assert!(key.len() <= 64);
    let pad = |with: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect() };
    let inner = Sha256::digest([pad(0x36), text.to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}

#[test]
fn our_own_message_is_signed_over_its_time_and_body() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    told.tell(NewsKind::Waiting, 2);
    told.step();
    let [arrived] = &receiver.arrived()[..] else { panic!("one message") };
    assert_eq!(
        String::from_utf8(arrived.body.clone()).unwrap(),
        r#"{"kind":"waiting","count":2,"text":"【敲门】2 条预警无人签收，请立即处理：https://town.example/alerts","link":"https://town.example/alerts","time":"2026-03-01T01:00:00Z"}"#
    );
    assert_eq!(arrived.uri.to_string(), "/robot/send?access_token=the-token");
    assert_eq!(arrived.headers["content-type"], "application/json");
    let header = arrived.headers["Qiaomen-Signature"].to_str().unwrap();
    let (time, code) = header.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    assert_eq!(time, (super::start().millis() / 1_000).to_string());
    let signed = [time.as_bytes(), b".", &arrived.body].concat();
    let expected: String = hmac(SECRET, &signed).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(code, expected);
    // It was taken, and is not sent again.
    told.after(3_600);
    assert_eq!(receiver.count(), 1);
    assert_eq!((told.hook().waiting, told.hook().sent), (0, Some(super::start())));
}

#[test]
fn robots_are_told_as_they_want_to_be() {
    let (told, wecom, dingtalk) = (Told::new(), Receiver::new(), Receiver::new());
    told.add("wecom", HookFormat::Wecom, wecom.url());
    told.add("dingtalk", HookFormat::Dingtalk, dingtalk.url());
    told.tell(NewsKind::Telephone, 1);
    told.step();
    let body = json!({
        "msgtype": "text",
        "text": {"content": "【敲门】1 条预警未能通知到任何人，请立即打电话落实：https://town.example/alerts"},
    });
    let ([plain], [signed]) = (&wecom.arrived()[..], &dingtalk.arrived()[..]) else { panic!("one message each") };
    assert_eq!((plain.json(), signed.json()), (body.clone(), body));
    for arrived in [plain, signed] {
        assert_eq!(arrived.parameter("access_token").unwrap(), "the-token");
        assert!(!arrived.headers.contains_key("Qiaomen-Signature"));
    }
    assert_eq!(plain.uri.to_string(), "/robot/send?access_token=the-token");
    let millis = super::start().millis().to_string();
    assert_eq!(signed.parameter("timestamp").unwrap(), millis);
    let text = [millis.as_bytes(), b"\n", SECRET].concat();
    let expected = base64::engine::general_purpose::STANDARD.encode(hmac(SECRET, &text));
    assert_eq!(signed.parameter("sign").unwrap(), expected);
}

#[test]
fn what_failed_is_tried_again_less_and_less_often() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    receiver.answers([(500, ""), (302, ""), (503, "")]);
    told.tell(NewsKind::NoTeam, 3);
    told.step();
    for (seconds, count) in [(4, 1), (1, 2), (9, 2), (1, 3), (19, 3), (1, 4), (3_600, 4)] {
        told.after(seconds);
        assert_eq!(receiver.count(), count, "after {seconds} more seconds");
    }
    // Each try is signed anew.
    let mut signatures: Vec<_> =
        receiver.arrived().iter().map(|arrived| arrived.headers["Qiaomen-Signature"].clone()).collect();
    signatures.dedup();
    assert_eq!(signatures.len(), 4);
}

#[test]
fn a_robot_that_was_sent_too_much_is_left_alone_for_a_minute() {
    for (format, code) in [
        (HookFormat::Wecom, r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#),
        (HookFormat::Dingtalk, r#"{"errcode":130101,"errmsg":"send too fast"}"#),
        (HookFormat::Dingtalk, r#"{"errcode":660026,"errmsg":"send too fast"}"#),
    ] {
        let (told, receiver) = (Told::new(), Receiver::new());
        told.add("duty", format, receiver.url());
        receiver.answers([(200, code)]);
        told.tell(NewsKind::Waiting, 2);
        told.step();
        told.tell(NewsKind::Telephone, 1);
        told.after(59);
        assert_eq!(receiver.count(), 1, "other news waits as well");
        told.after(1);
        assert_eq!(receiver.count(), 3);
        assert_eq!(told.hook().waiting, 0);
    }
}

#[test]
fn a_robots_other_code_is_a_failure_like_any() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Wecom, receiver.url());
    receiver.answers([(200, r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#), (200, "<html>"), (200, "")]);
    told.tell(NewsKind::Waiting, 2);
    told.step();
    for (seconds, count) in [(5, 2), (10, 3), (20, 4), (3_600, 4)] {
        told.after(seconds);
        assert_eq!(receiver.count(), count);
    }
}

#[test]
fn a_receiver_that_says_for_how_long_is_left_alone_so_long() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    receiver.answers_with(429, "retry-after", "300");
    receiver.answers_with(429, "retry-after", "Sun, 01 Mar 2026 02:00:00 GMT");
    told.tell(NewsKind::Waiting, 2);
    told.step();
    for (seconds, count) in [(299, 1), (1, 2), (3_299, 2), (1, 3)] {
        told.after(seconds);
        assert_eq!(receiver.count(), count);
    }
    receiver.answers([(429, "")]);
    told.tell(NewsKind::Waiting, 2);
    told.step();
    for (seconds, count) in [(59, 4), (1, 5)] {
        told.after(seconds);
        assert_eq!(receiver.count(), count);
    }
}

#[test]
fn no_more_is_sent_in_a_minute_than_the_receiver_takes() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add_with("duty", HookFormat::Wecom, receiver.url(), 2);
    // What failed counts: the receiver has counted it too.
    receiver.answers([(500, "")]);
    told.tell(NewsKind::Waiting, 1);
    told.step();
    told.after(10);
    assert_eq!(receiver.count(), 2);
    for kind in NewsKind::ALL {
        told.tell(kind, 2);
    }
    // Nor does a restart forget what was sent.
    let told = told.restart();
    told.after(49);
    assert_eq!(receiver.count(), 2);
    told.after(1);
    assert_eq!(receiver.count(), 3, "the first is a minute ago");
    told.after(9);
    assert_eq!(receiver.count(), 3);
    told.after(1);
    assert_eq!(receiver.count(), 4);
    told.after(60);
    assert_eq!(receiver.count(), 5);
    assert_eq!(told.hook().waiting, 0);
}

#[test]
fn never_more_than_twenty_in_any_minute() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Dingtalk, receiver.url());
    let mut when = Vec::new();
    for second in 0..180 {
        told.tell(NewsKind::ALL[second % 3], 1 + second as u64);
        told.after(1);
        when.resize(receiver.count(), second);
    }
    assert_eq!(when.len(), 60, "it is not held back either");
    for first in &when {
        assert!(when.iter().filter(|at| (*first..first + 60).contains(at)).count() <= 20);
    }
}

#[test]
fn what_waits_is_told_with_the_newest_count() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Wecom, receiver.url());
    told.tell(NewsKind::Waiting, 1);
    told.tell(NewsKind::NoTeam, 1);
    told.tell(NewsKind::Waiting, 4);
    told.tell(NewsKind::NoTeam, 0);
    told.step();
    let texts: Vec<_> = receiver.arrived().iter().map(Arrived::content).collect();
    assert_eq!(texts, ["【敲门】4 条预警无人签收，请立即处理：https://town.example/alerts"]);
}

#[test]
fn a_restart_keeps_what_waits() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    receiver.answers([(500, "")]);
    told.tell(NewsKind::Waiting, 2);
    told.step();
    let told = told.restart();
    told.after(4);
    assert_eq!(receiver.count(), 1, "the pause is kept as well");
    told.after(1);
    assert_eq!(receiver.count(), 2);
    let told = told.restart();
    told.after(3_600);
    assert_eq!(receiver.count(), 2);
}

#[test]
fn a_removed_webhook_is_told_nothing() {
    let (told, receiver, other) = (Told::new(), Receiver::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    told.add("other", HookFormat::Json, other.url());
    told.tell(NewsKind::Waiting, 2);
    assert!(told.town.store().hook_remove("duty", nobody(), told.clock.now()).unwrap());
    told.step();
    told.tell(NewsKind::Telephone, 1);
    told.step();
    assert_eq!((receiver.count(), other.count()), (0, 2));
    // Neither its address nor its secret is kept, though the row is.
    let connection = rusqlite::Connection::open(told.folder.path().join("town.sqlite3")).unwrap();
    let kept: (String, Option<Vec<u8>>) = connection
        .query_row("SELECT url, secret FROM webhook WHERE name = 'duty'", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(kept, (String::new(), None));
}

#[test]
fn a_message_is_given_up_after_a_day() {
    let told = Told::new();
    // Nobody listens there.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    told.add("duty", HookFormat::Json, format!("http://{gone}/"));
    told.tell(NewsKind::Waiting, 2);
    told.step();
    let mut minutes = 0;
    while told.hook().waiting == 1 {
        told.after(60);
        minutes += 1;
    }
    assert!((24 * 60 - 11..=24 * 60).contains(&minutes), "{minutes}");
    assert_eq!((told.hook().sent, told.hook().failed), (None, Some(told.clock.now())));
    // One that nobody could send for a day, since nothing ran, is not sent late.
    let receiver = Receiver::new();
    told.add("late", HookFormat::Json, receiver.url());
    told.tell(NewsKind::Waiting, 3);
    told.after(24 * 3_600);
    assert_eq!(receiver.count(), 0);
    told.tell(NewsKind::Waiting, 3);
    told.step();
    assert_eq!(receiver.count(), 1);
}

#[test]
fn a_redirect_leads_nowhere() {
    let (told, receiver, elsewhere) = (Told::new(), Receiver::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    receiver.answers_with(307, "location", &elsewhere.url());
    told.tell(NewsKind::Waiting, 2);
    told.step();
    assert_eq!((receiver.count(), elsewhere.count(), told.hook().waiting), (1, 0, 1));
}

#[test]
fn a_receiver_that_fails_keeps_no_other_waiting() {
    let (told, broken, sound) = (Told::new(), Receiver::new(), Receiver::new());
    told.add("a", HookFormat::Wecom, broken.url());
    told.add("b", HookFormat::Wecom, sound.url());
    broken.answers([(500, ""), (500, "")]);
    told.tell(NewsKind::Waiting, 2);
    told.step();
    assert_eq!((broken.count(), sound.count()), (1, 1));
    told.after(5);
    assert_eq!((broken.count(), sound.count()), (2, 1));
}

#[test]
fn p4_nobody_is_named_in_any_message() {
    let mut fixture = Fixture::new();
    let receivers = HookFormat::ALL.map(|format| (format, Receiver::new()));
    for (format, receiver) in &receivers {
        let secret = Some(SECRET.to_vec());
        let name = format.word().to_owned();
        let target = HookTarget {
            name,
            url: receiver.url(),
            format: *format,
            secret,
            link: Some(LINK.to_owned()),
            per_minute: 20,
        };
        fixture.town.store().hook_add(&NewHook { target: &target, person: nobody(), now: fixture.now }).unwrap();
    }
    // A town in which there is somebody to be named.
    fixture.person(Role::TeamHead, fixture.villages[0]);
    let id = AlertId::fresh(fixture.now, &mut fixture.random);
    let mut record = alert(fixture.grids[0], fixture.now);
    record.name = "陈某某".to_owned();
    record.telephone = Some("12000000000".parse().unwrap());
    let record = Box::new(record.into());
    fixture.system_writes(Draft::Create { id: id.into(), record, scope: case(id) });
    let news = NewsKind::ALL.map(|kind| News { kind, count: 1 });
    fixture.town.tell(&news, fixture.now).unwrap();
    let clock = Arc::new(Hands(Mutex::new(fixture.now)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Post::new(fixture.town.clone(), clock).unwrap().step()).unwrap();
    for (format, receiver) in receivers {
        let arrived = receiver.arrived();
        assert_eq!(arrived.len(), 3);
        for arrived in arrived {
            let body = String::from_utf8(arrived.body.clone()).unwrap();
            let whole = format!("{}{:?}{body}", arrived.uri, arrived.headers);
            for personal in ["陈", "12000000000", "Somebody", "station", "Grid", "Village", &id.to_string()] {
                assert!(!whole.contains(personal), "{personal}: {whole}");
            }
            // Nor is there room for it: these keys and no others.
            let keys: Vec<String> = arrived.json().as_object().unwrap().keys().cloned().collect();
            let expected: &[&str] = match format {
                HookFormat::Json => &["count", "kind", "link", "text", "time"],
                HookFormat::Wecom | HookFormat::Dingtalk => &["msgtype", "text"],
            };
            assert_eq!(keys, expected);
        }
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn p4_no_log_line_has_an_address_a_secret_or_a_text() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Dingtalk, receiver.url());
    receiver.answers([(500, "the answer"), (200, r#"{"errcode":310000,"errmsg":"the answer"}"#)]);
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        told.tell(NewsKind::Waiting, 2);
        told.step();
        told.after(5);
        told.after(10);
    });
    let text = String::from_utf8(lines.0.lock().clone()).unwrap();
    let ours: Vec<&str> = text.lines().filter(|line| line.contains("qiaomen_server")).collect();
    assert_eq!(ours.len(), 3, "{text}");
    assert!(ours[0].contains("HTTP 500") && ours[1].contains("errcode 310000") && ours[2].contains("told"), "{text}");
    assert!(ours.iter().all(|line| line.contains("webhook=\"duty\"")), "{text}");
    let port = receiver.address.port().to_string();
    for secret in ["the-token", "SEC-of", "敲门", "town.example", "robot", "the answer", &port] {
        assert!(!ours.iter().any(|line| line.contains(secret)), "{secret}: {text}");
    }
}

#[test]
fn a_server_sends_what_another_process_has_to_tell() {
    let receiver = Receiver::new();
    let fixture = Fixture::new();
    let mut server = Running::new(fixture.town.clone());
    let mut random = SeededRandom::new(3);
    let beside = Town::open(fixture.folder.path(), SystemClock.now(), &mut random).unwrap();
    let target = HookTarget {
        name: "duty".to_owned(),
        url: receiver.url(),
        format: HookFormat::Wecom,
        secret: None,
        link: None,
        per_minute: 20,
    };
    let now = SystemClock.now();
    assert!(beside.store().hook_add(&NewHook { target: &target, person: nobody(), now }).unwrap());
    beside.tell(&[News { kind: NewsKind::Waiting, count: 7 }], now).unwrap();
    while beside.store().hooks().unwrap()[0].sent.is_none() {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(receiver.arrived()[0].content(), "【敲门】7 条预警无人签收，请立即处理");
    server.stop();
    // Nobody sends when nobody serves.
    beside.tell(&[News { kind: NewsKind::Waiting, count: 8 }], SystemClock.now()).unwrap();
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(receiver.count(), 1);
}

#[test]
fn webhooks_are_added_listed_tried_and_removed() {
    let (desk, receiver) = (Desk::town(), Receiver::new());
    desk.write("secret.txt", [SECRET, b"\n"].concat());
    let url = receiver.url();
    let add = |name: &str, more: &[&str]| {
        let mut arguments = vec!["webhook", "add", name, "--url", &url];
        arguments.extend(more);
        let mut command = desk.command(&arguments);
        finish(command.env_remove("QIAOMEN_WEBHOOK_SECRET").env_remove("QIAOMEN_WEBHOOK_URL"))
    };
    let signed = ["--format", "dingtalk", "--secret-file", "secret.txt", "--link", LINK, "--as", "admin"];
    add("duty", &signed).done();
    add("duty", &signed).fails(2, &["already", "webhook remove duty"]);
    for by in ["worker", "head", "pol", "supnorth"] {
        add("other", &["--format", "wecom", "--as", by]).fails(2, &["administrator", "--as"]);
    }
    add("no name", &["--format", "wecom", "--as", "admin"]).fails(2, &["1 to 32 letters"]);
    add("other", &["--format", "json", "--as", "admin"]).fails(2, &["--secret-file", "QIAOMEN_WEBHOOK_SECRET"]);
    add("other", &["--format", "json", "--secret-file", "none", "--as", "admin"]).fails(2, &["none", "name a file"]);
    add("other", &["--format", "wecom", "--secret-file", "secret.txt", "--as", "admin"]).fails(2, &["no secret"]);
    add("other", &["--format", "wecom", "--per-minute", "21", "--as", "admin"]).fails(2, &["20 messages"]);
    add("other", &["--format", "wecom", "--link", "alerts", "--as", "admin"]).fails(2, &["--link", "https://"]);
    let open = ["webhook", "add", "other", "--url", "http://town.example/k", "--format", "wecom", "--as", "admin"];
    let failed = desk.run(&open);
    failed.fails(2, &["--url", "https://"]);
    assert!(!failed.err.contains("town.example"));
    let mut command = desk.command(&["webhook", "add", "ours", "--format", "json", "--as", "sup"]);
    finish(command.env("QIAOMEN_WEBHOOK_SECRET", "s3cret").env("QIAOMEN_WEBHOOK_URL", &url)).done();

    let listed = desk.run(&["webhook", "list"]).done().out.clone();
    for hidden in ["the-token", "robot", "SEC", "s3cret"] {
        assert!(!listed.contains(hidden), "{listed}");
    }
    assert!(
        listed.contains(&format!("duty  dingtalk  http://{}  0 waiting  told never", receiver.address)),
        "{listed}"
    );
    let shown = desk.run(&["webhook", "list", "--json"]).done().json();
    assert_eq!(
        (&shown[0]["signed"], &shown[0]["link"], &shown[0]["per_minute"]),
        (&json!(true), &json!(LINK), &json!(20))
    );

    assert!(desk.run(&["webhook", "test", "duty"]).done().out.contains("took"));
    let arrived = receiver.arrived();
    assert_eq!(arrived[0].content(), "【敲门】这是一条测试消息，预警提醒已接通：https://town.example/alerts");
    let text = [arrived[0].parameter("timestamp").unwrap().as_bytes(), b"\n", SECRET].concat();
    let expected = base64::engine::general_purpose::STANDARD.encode(hmac(SECRET, &text));
    assert_eq!(arrived[0].parameter("sign").unwrap(), expected);
    receiver.answers([(200, r#"{"errcode":310000,"errmsg":"sign not match"}"#), (429, "")]);
    desk.run(&["webhook", "test", "duty"]).fails(1, &["errcode 310000", "secret"]);
    desk.run(&["webhook", "test", "duty"]).fails(1, &["HTTP 429", "later"]);
    desk.run(&["webhook", "test", "duty"]).fails(1, &["left alone", "try again later"]);
    assert_eq!(receiver.count(), 3);
    desk.run(&["webhook", "test", "nobody"]).fails(2, &["nobody", "webhook list"]);

    desk.run(&["webhook", "remove", "duty", "--as", "worker"]).fails(2, &["administrator"]);
    desk.run(&["webhook", "remove", "duty", "--as", "admin"]).done();
    desk.run(&["webhook", "remove", "duty", "--as", "admin"]).fails(2, &["webhook list"]);
    assert_eq!(desk.run(&["webhook", "list", "--json"]).done().json().as_array().unwrap().len(), 1);
}
