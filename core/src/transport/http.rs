//! The transport over HTTP.
//!
//! Floor: transport. Invariants: no redirect is followed; an answer is read no further than its limit; plain
//! HTTP goes to this machine only, unless the caller says otherwise.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustls::pki_types::CertificateDer;

use super::{Answer, Transport, TransportError};
use crate::identity::secret::token_text;
use crate::protocol::limits::MAX_ANSWER;
use crate::protocol::{Code, MEDIA_TYPE, Problem, path};

/// The most bytes of a problem's body that are read.
const MAX_PROBLEM: usize = 64 * 1024;

/// How an [`HttpTransport`] behaves.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// Certificates in DER form that are trusted besides the public ones.
    pub extra_roots: Vec<Vec<u8>>,
    /// Whether plain HTTP may go to other machines than this one.
    pub allow_plain_http: bool,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long nothing may arrive before the connection counts as cut.
    pub read_timeout: Duration,
    /// How long a whole request may take, a poll's wait not counted.
    pub timeout: Duration,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            extra_roots: Vec::new(),
            allow_plain_http: false,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            timeout: Duration::from_secs(300),
        }
    }
}

/// What went over the wire, bodies only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// How many requests.
    pub requests: u64,
    /// How many bytes up.
    pub up: u64,
    /// How many bytes down.
    pub down: u64,
}

/// Counts what goes over the wire.
#[derive(Debug, Default)]
pub struct Counters {
    requests: AtomicU64,
    up: AtomicU64,
    down: AtomicU64,
}

impl Counters {
    /// What went so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        Traffic {
            requests: self.requests.load(Ordering::Relaxed),
            up: self.up.load(Ordering::Relaxed),
            down: self.down.load(Ordering::Relaxed),
        }
    }
}

/// The transport over HTTP. Cheap to clone.
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    base: String,
    options: Arc<HttpOptions>,
    counters: Arc<Counters>,
}

impl std::fmt::Debug for HttpTransport {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("HttpTransport")
    }
}

impl HttpTransport {
    /// A transport to the server at `base`, such as `https://town.example`.
    ///
    /// # Errors
    /// [`TransportError::Address`] for an address that cannot be used, or a certificate that is none.
    pub fn new(base: &str, options: HttpOptions) -> Result<Self, TransportError> {
        let url = reqwest::Url::parse(base).map_err(|_| TransportError::Address)?;
        let secure = match url.scheme() {
            "https" => true,
            "http" if options.allow_plain_http || is_loopback(&url) => false,
            _ => return Err(TransportError::Address),
        };
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(options.connect_timeout)
            .tls_backend_preconfigured(tls(&options)?)
            .https_only(secure);
        if is_loopback(&url) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|_| TransportError::Address)?;
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { client, base, options: Arc::new(options), counters: Arc::new(Counters::default()) })
    }

    /// The server's address, without a slash at its end.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.base
    }

    /// What went over the wire.
    #[must_use]
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    async fn post(
        &self,
        path: &str,
        token: Option<[u8; 32]>,
        body: Vec<u8>,
        wait_seconds: u16,
    ) -> Result<Vec<u8>, TransportError> {
        let wait = Duration::from_secs(u64::from(wait_seconds));
        let sent = body.len() as u64;
        let mut request = self
            .client
            .post(format!("{}{path}", self.base))
            .header("content-type", MEDIA_TYPE)
            .timeout(self.options.timeout + wait)
            .body(body);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {}", token_text(&token)));
        }
        self.counters.requests.fetch_add(1, Ordering::Relaxed);
        let silence = self.options.read_timeout + wait;
        let answer = tokio::time::timeout(silence, request.send());
        let answer = match answer.await {
            Err(_) => return Err(TransportError::Cut),
            Ok(Err(error)) if error.is_connect() => return Err(TransportError::Offline),
            Ok(Err(_)) => return Err(TransportError::Cut),
            Ok(Ok(answer)) => answer,
        };
        self.counters.up.fetch_add(sent, Ordering::Relaxed);
        if answer.status().is_success() {
            return self.read(answer, MAX_ANSWER).await;
        }
        let status = answer.status().as_u16();
        let body = self.read(answer, MAX_PROBLEM).await?;
        let code = serde_json::from_slice::<Problem>(&body).ok().and_then(|problem| Code::from_word(&problem.code));
        Err(match (code, status) {
            (Some(Code::SignedOut), _) => TransportError::SignedOut,
            (Some(Code::Revoked), _) => TransportError::Revoked,
            (Some(code), _) => TransportError::Problem(code),
            // Something between here and the server answered in its place.
            (None, 502..=504) => TransportError::Offline,
            (None, _) => TransportError::Malformed,
        })
    }

    async fn read(&self, mut answer: reqwest::Response, limit: usize) -> Result<Vec<u8>, TransportError> {
        if answer.content_length().is_some_and(|length| length > limit as u64) {
            return Err(TransportError::TooLarge);
        }
        let mut body = Vec::new();
        loop {
            match tokio::time::timeout(self.options.read_timeout, answer.chunk()).await {
                Ok(Ok(Some(chunk))) => {
                    self.counters.down.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                    if body.len() + chunk.len() > limit {
                        return Err(TransportError::TooLarge);
                    }
                    body.extend_from_slice(&chunk);
                }
                Ok(Ok(None)) => return Ok(body),
                Ok(Err(_)) | Err(_) => return Err(TransportError::Cut),
            }
        }
    }
}

fn is_loopback(url: &reqwest::Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        None => false,
    }
}

fn tls(options: &HttpOptions) -> Result<rustls::ClientConfig, TransportError> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in &options.extra_roots {
        roots.add(CertificateDer::from(root.as_slice())).map_err(|_| TransportError::Address)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| TransportError::Address)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

impl Transport for HttpTransport {
    fn enrol(&self, body: Vec<u8>) -> Answer<'_> {
        Box::pin(self.post(path::ENROL, None, body, 0))
    }

    fn exchange(&self, token: &[u8; 32], body: Vec<u8>, wait_seconds: u16) -> Answer<'_> {
        let token = *token;
        Box::pin(self.post(path::EXCHANGE, Some(token), body, wait_seconds))
    }

    fn common(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        let token = *token;
        Box::pin(self.post(path::COMMON, Some(token), body, 0))
    }

    fn salvage(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        let token = *token;
        Box::pin(self.post(path::SALVAGE, Some(token), body, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(base: &str, allow_plain_http: bool) -> Result<(), TransportError> {
        HttpTransport::new(base, HttpOptions { allow_plain_http, ..HttpOptions::default() }).map(|_| ())
    }

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        assert_eq!(address("http://127.0.0.1:8080", false), Ok(()));
        assert_eq!(address("http://[::1]:8080", false), Ok(()));
        assert_eq!(address("http://localhost:8080", false), Ok(()));
        assert_eq!(address("http://town.example", false), Err(TransportError::Address));
        assert_eq!(address("http://town.example", true), Ok(()));
        assert_eq!(address("https://town.example", false), Ok(()));
        assert_eq!(address("ftp://town.example", true), Err(TransportError::Address));
        assert_eq!(address("town", true), Err(TransportError::Address));
    }

    #[test]
    fn a_root_that_is_no_certificate_is_refused() {
        let options = HttpOptions { extra_roots: vec![vec![1, 2, 3]], ..HttpOptions::default() };
        assert_eq!(HttpTransport::new("https://town.example", options).err(), Some(TransportError::Address));
    }
}
