//! One message to one receiver, and what its answer means.
//!
//! Floor: hook. Invariants: ten seconds are all that a receiver is given; no redirect is followed; of an answer no more
//! is read than its code takes; what went wrong is told as a status, never in the words of whoever answered.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use qiaomen_core::record::Time;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, redirect};
use serde::Deserialize;

use super::address::{self, AddressError};
use super::message::{self, SIGNATURE};
use crate::store::{HookFormat, HookTarget, News};

/// How long a receiver may take.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// How many bytes of an answer are read.
const MAX_ANSWER: usize = 16 * 1024;

const MINUTE: i64 = 60_000;

/// The longest time for which a receiver may ask to be left alone.
const LONGEST: i64 = 24 * 60 * MINUTE;

/// By which WeCom (45009) and DingTalk (130101, 660026) say that they were sent too much.
const LIMITED: [i64; 3] = [45_009, 130_101, 660_026];

/// What came of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The receiver took it.
    Taken,
    /// An answer that is no success.
    Http(u16),
    /// A robot's error code.
    Code(i64),
    /// A robot's answer that has no error code.
    Unclear,
    /// No connection came about, or it broke.
    Unreachable,
    /// No answer in time.
    Late,
    /// The address will not do.
    Address(AddressError),
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken => out.write_str("taken"),
            Self::Http(status) => write!(out, "HTTP {status}"),
            Self::Code(code) => write!(out, "errcode {code}"),
            Self::Unclear => out.write_str("an answer without an errcode"),
            Self::Unreachable => out.write_str("no connection"),
            Self::Late => write!(out, "no answer within {} seconds", TIMEOUT.as_secs()),
            Self::Address(error) => write!(out, "the address {error}"),
        }
    }
}

/// What a receiver answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What came of the message.
    pub status: Status,
    /// For how many milliseconds the receiver wants to be left alone.
    pub wait: Option<i64>,
}

impl Reply {
    const fn of(status: Status) -> Self {
        Self { status, wait: None }
    }
}

/// Why there is no client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the client for webhooks could not be made")]
pub struct ClientError;

/// What sends messages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    outside: reqwest::Client,
    /// For receivers on this machine, to whom no proxy leads.
    here: reqwest::Client,
}

impl Client {
    /// A client that trusts the public certificates.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn new() -> Result<Self, ClientError> {
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| ClientError)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let builder = || {
            reqwest::Client::builder()
                .redirect(redirect::Policy::none())
                .timeout(TIMEOUT)
                .user_agent(concat!("qiaomen/", env!("CARGO_PKG_VERSION")))
                .tls_backend_preconfigured(tls.clone())
        };
        let outside = builder().https_only(true).build().map_err(|_| ClientError)?;
        let here = builder().no_proxy().build().map_err(|_| ClientError)?;
        Ok(Self { outside, here })
    }

    /// Sends a message, signed as of `now`, and says what came of it.
    pub async fn send(&self, target: &HookTarget, news: News, now: Time) -> Reply {
        let outgoing = match message::outgoing(target, news, now) {
            Ok(outgoing) => outgoing,
            Err(error) => return Reply::of(Status::Address(error)),
        };
        let client = if address::is_here(&outgoing.url) { &self.here } else { &self.outside };
        let mut request = client.post(outgoing.url).header(CONTENT_TYPE, "application/json").body(outgoing.body);
        if let Some(signature) = outgoing.signature {
            request = request.header(SIGNATURE, signature);
        }
        match request.send().await {
            Ok(answer) => read(target.format, answer, now).await,
            Err(error) => Reply::of(broken(&error)),
        }
    }
}

/// The status of what broke; the error itself would tell the address.
fn broken(error: &reqwest::Error) -> Status {
    if error.is_timeout() { Status::Late } else { Status::Unreachable }
}

async fn read(format: HookFormat, mut answer: Response, now: Time) -> Reply {
    let status = answer.status().as_u16();
    let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut body = Vec::new();
    // Of our own format's receivers the status says all.
    if format != HookFormat::Json && answer.status().is_success() {
        while body.len() <= MAX_ANSWER {
            match answer.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Reply::of(broken(&error)),
            }
        }
    }
    judge(format, status, retry_after.as_deref(), &body, now)
}

#[derive(Deserialize)]
struct Answer {
    errcode: i64,
}

/// What an answer means.
fn judge(format: HookFormat, status: u16, retry_after: Option<&str>, body: &[u8], now: Time) -> Reply {
    let asked = retry_after.and_then(|text| asked(text, now));
    if !(200..300).contains(&status) {
        let wait = asked.or((status == 429).then_some(MINUTE));
        return Reply { status: Status::Http(status), wait };
    }
    if format == HookFormat::Json {
        return Reply::of(Status::Taken);
    }
    match serde_json::from_slice::<Answer>(body) {
        Ok(Answer { errcode: 0 }) => Reply::of(Status::Taken),
        Ok(Answer { errcode }) => {
            let wait = LIMITED.contains(&errcode).then_some(asked.unwrap_or(MINUTE));
            Reply { status: Status::Code(errcode), wait }
        }
        Err(_) => Reply::of(Status::Unclear),
    }
}

/// What `Retry-After` asks for: seconds, or a date.
fn asked(text: &str, now: Time) -> Option<i64> {
    let wait = match text.trim().parse::<u32>() {
        Ok(seconds) => i64::from(seconds) * 1_000,
        Err(_) => {
            let until = jiff::fmt::rfc2822::parse(text.trim()).ok()?;
            Time::from_millis(until.timestamp().as_millisecond()).millis_since(now)
        }
    };
    Some(wait.clamp(0, LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_millis(1_772_326_800_000);

    #[test]
    fn an_answer_means_what_the_receivers_say_it_does() {
        use HookFormat::{Dingtalk, Json, Wecom};
        let say = |format, status, after, body: &str| judge(format, status, after, body.as_bytes(), NOW);
        assert_eq!(say(Json, 204, None, ""), Reply::of(Status::Taken));
        assert_eq!(say(Json, 302, None, ""), Reply::of(Status::Http(302)));
        assert_eq!(say(Json, 500, None, ""), Reply::of(Status::Http(500)));
        assert_eq!(say(Json, 429, None, ""), Reply { status: Status::Http(429), wait: Some(60_000) });
        assert_eq!(say(Json, 429, Some("120"), ""), Reply { status: Status::Http(429), wait: Some(120_000) });
        assert_eq!(say(Json, 503, Some("7"), ""), Reply { status: Status::Http(503), wait: Some(7_000) });
        assert_eq!(say(Json, 429, Some("soon"), ""), Reply { status: Status::Http(429), wait: Some(60_000) });
        assert_eq!(say(Json, 429, Some("999999999"), "").wait, Some(LONGEST));
        // NOW is 2026-03-01T01:00:00Z.
        assert_eq!(say(Json, 429, Some("Sun, 01 Mar 2026 01:05:00 GMT"), "").wait, Some(300_000));
        assert_eq!(say(Json, 429, Some("Sun, 01 Mar 2026 00:05:00 GMT"), "").wait, Some(0));
        for format in [Wecom, Dingtalk] {
            assert_eq!(say(format, 200, None, r#"{"errcode":0,"errmsg":"ok"}"#), Reply::of(Status::Taken));
            assert_eq!(say(format, 200, None, r#"{"errcode":93000}"#), Reply::of(Status::Code(93_000)));
            assert_eq!(say(format, 200, None, "<html>"), Reply::of(Status::Unclear));
            assert_eq!(say(format, 502, None, ""), Reply::of(Status::Http(502)));
            for code in LIMITED {
                let reply = Reply { status: Status::Code(code), wait: Some(60_000) };
                assert_eq!(say(format, 200, None, &format!("{{\"errcode\":{code}}}")), reply);
            }
        }
    }
}
