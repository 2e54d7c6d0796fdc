//! A browser's cookie jar, or a program's token, over plain HTTP.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use qiaomen_core::identity::secret;
use qiaomen_core::record::random::bytes;
use qiaomen_core::record::{PersonId, Record};
use qiaomen_server::access::account as accounts;
use qiaomen_server::author::Draft;
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_server::store::{Account, UserToken};

use crate::Fixture;

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The same as it came: of a file.
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The code of a problem.
    #[track_caller]
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Somebody who asks.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    pub token: Option<String>,
    /// Headers besides.
    pub extra: Vec<(String, String)>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new(), token: None, extra: Vec::new() }
    }

    pub fn with_token(address: SocketAddr, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::new(address) }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    /// A form, as a browser sends it.
    pub fn form(&mut self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.send("POST", path, Some(("application/x-www-form-urlencoded", body.join("&"))))
    }

    pub fn post(&mut self, path: &str, body: &serde_json::Value) -> Answer {
        self.send("POST", path, Some(("application/json", body.to_string())))
    }

    pub fn send(&mut self, method: &str, path: &str, body: Option<(&str, String)>) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            head += &format!("Cookie: {}\r\n", cookies.join("; "));
        }
        if let Some(token) = &self.token {
            head += &format!("Authorization: Bearer {token}\r\n");
        }
        for (name, value) in &self.extra {
            head += &format!("{name}: {value}\r\n");
        }
        let body = match body {
            Some((media, body)) => {
                head += &format!("Content-Type: {media}\r\nContent-Length: {}\r\n", body.len());
                body
            }
            None => String::new(),
        };
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        // The server may have answered before it has read all.
        let _ = stream.write_all(body.as_bytes());
        let mut answer = Vec::new();
        if path == "/events" {
            // What it tells has no end; that it begins is enough.
            let mut part = [0; 1024];
            while !answer.windows(4).any(|four| four == b"\r\n\r\n") {
                let count = stream.read(&mut part).unwrap();
                assert!(count > 0, "no answer");
                answer.extend_from_slice(&part[..count]);
            }
        } else if path.starts_with("/events?") {
            // Up to the first thing it tells.
            let mut part = [0; 1024];
            while !answer.windows(14).any(|some| some == b"event: changed") {
                let count = stream.read(&mut part).unwrap();
                assert!(count > 0, "nothing was told");
                answer.extend_from_slice(&part[..count]);
            }
        } else {
            stream.read_to_end(&mut answer).unwrap();
        }
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        for (name, value) in &headers {
            if name.eq_ignore_ascii_case("set-cookie") {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = answer.split_off(end + 4);
        Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }

    /// The token that a page's forms carry.
    #[track_caller]
    pub fn csrf(&mut self, path: &str) -> String {
        let page = self.get(path);
        let (_, rest) = page.body.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("{page:?}"));
        rest.split('"').next().unwrap().to_owned()
    }
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Gives somebody a login, a password and, with `factor`, a second factor, whose secret is returned.
pub fn account(fixture: &mut Fixture, person: PersonId, login: &str, password: &str, factor: bool) -> Option<Vec<u8>> {
    let (_, document) = fixture.town.document(person.into()).unwrap().unwrap();
    let before = document.fields();
    let Record::Person(mut record) = document.record().unwrap() else { unreachable!() };
    record.login = Some(login.to_owned());
    let edits = before.difference(&Record::from(record).fields());
    fixture.system_writes(Draft::Edit { id: person.into(), edits });
    let now = SystemClock.now();
    let store = fixture.town.store().clone();
    let kept = accounts::password_hash(password, &mut fixture.random).unwrap();
    let totp = factor.then(|| accounts::totp_secret(&mut fixture.random));
    store
        .account_put(&Account { person, password: kept, totp: totp.clone(), confirmed: factor, changed: now })
        .unwrap();
    totp
}

/// A token with which a program acts as somebody.
pub fn token(fixture: &mut Fixture, person: PersonId) -> String {
    let token: [u8; 32] = bytes(&mut fixture.random);
    let now = SystemClock.now();
    let kept = UserToken {
        number: 0,
        person,
        label: "test".to_owned(),
        created: now,
        expires: now.plus_hours(1),
        revoked: None,
        seen: None,
    };
    fixture.town.store().user_token_add(&secret::token_hash(&token), &kept).unwrap();
    format!("qmu_{}", secret::token_text(&token))
}
