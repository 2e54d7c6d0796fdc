//! Duty groups that are told: real receivers on this machine, a clock that goes when it is told to.

mod command;
mod messages;
mod queue;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use parking_lot::Mutex;
use qiaomen_core::record::{PersonId, SeededRandom, Time};
use qiaomen_server::clock::Clock;
use qiaomen_server::hook::Post;
use qiaomen_server::store::{HookFormat, HookTarget, NewHook, News, NewsKind, Webhook};
use qiaomen_server::town::Town;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

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
