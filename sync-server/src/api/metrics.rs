//! Figures for a monitoring system, in Prometheus' text format.
//!
//! Floor: api. Invariants: each server has a registry of its own; a label's values are those of a table in the
//! program (routes, kinds, outcomes, statuses), never a path, a name or an identifier; what lies in the store is
//! counted when it is asked for.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::extract::State as Extract;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use qiaomen_core::protocol::{Code, Verdict};
use qiaomen_core::record::Time;
use qiaomen_core::record::word::Word;

use super::Shared;
use super::poll::work;
use super::problem::Failure;
use crate::accept::Answer;
use crate::store::Counts;

/// The bounds of durations, in seconds.
const SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0];

/// What a batch's changes can come to.
const OUTCOMES: [&str; 4] = ["accepted", "refused", "held", "depends_on_refused"];

/// Where a request went: a row of the table of routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Asked {
    pub(super) method: &'static str,
    pub(super) route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfKind {
    kind: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InState {
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfFile {
    file: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Version {
    version: &'static str,
}

/// The figures of one server.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<Asked, Histogram>,
    received: Counter,
    sent: Counter,
    polls: Gauge,
    verdicts: Family<Outcome, Counter>,
    accepted: Counter,
    log: Gauge,
    documents: Family<OfKind, Gauge>,
    devices: Family<InState, Gauge>,
    held: Gauge,
    refused: Gauge,
    database: Family<OfFile, Gauge>,
}

impl Metrics {
    /// Those of a server that starts now.
    pub(super) fn new(now: Time) -> Self {
        let mut registry = Registry::default();
        let started = Gauge::<f64, AtomicU64>::default();
        // Milliseconds of this age are exact as a float.
        #[allow(clippy::cast_precision_loss)]
        started.set(now.millis() as f64 / 1_000.0);
        registry.register_with_unit(
            "process_start_time",
            "When the server started, since the beginning of 1970",
            Unit::Seconds,
            started,
        );
        let ours = registry.sub_registry_with_prefix("qiaomen");
        ours.register("build", "The program", Info::new(Version { version: env!("CARGO_PKG_VERSION") }));
        macro_rules! figure {
            ($name:literal, $help:literal) => {
                figure!($name, $help, Default::default())
            };
            ($name:literal, $help:literal, $made:expr) => {{
                let figure = $made;
                let kept = Clone::clone(&figure);
                ours.register($name, $help, figure);
                kept
            }};
        }
        let seconds: fn() -> Histogram = || Histogram::new(SECONDS);
        let metrics = Self {
            requests: figure!(
                "http_requests",
                "Requests by route and status; 499 where whoever asked had gone before the answer",
                Family::default()
            ),
            durations: figure!(
                "http_request_duration_seconds",
                "How long requests took, without the time for which a phone wanted to wait for news",
                Family::new_with_constructor(seconds)
            ),
            received: figure!("http_received_bytes", "Bytes of the bodies of requests, as they came"),
            sent: figure!("http_sent_bytes", "Bytes of the bodies of answers"),
            polls: figure!("open_polls", "Phones that wait for news"),
            verdicts: figure!(
                "verdicts",
                "Verdicts on changes that phones sent, by outcome, repeated ones too",
                Family::default()
            ),
            accepted: figure!("changes_accepted", "Changes of phones that this server put into the log"),
            log: figure!("log_entries", "Entries of the log: every change ever accepted"),
            documents: figure!("documents", "Documents by kind", Family::default()),
            devices: figure!("devices", "Phones by state", Family::default()),
            held: figure!("held_changes", "Changes that wait for a decision or for what they depend on"),
            refused: figure!("refused_changes", "Refusals that are kept"),
            database: figure!("database_bytes", "Size of the store's files", Family::default()),
            registry,
        };
        for outcome in OUTCOMES {
            drop(metrics.verdicts.get_or_create(&Outcome { outcome }));
        }
        metrics
    }

    /// A request was answered, or given up.
    pub(super) fn answered(&self, asked: Asked, status: u16) {
        let Asked { method, route } = asked;
        self.requests.get_or_create(&Answered { method, route, status }).inc();
    }

    /// How long the server took, and how much it sends.
    pub(super) fn took(&self, asked: Asked, time: Duration, bytes: u64) {
        self.durations.get_or_create(&asked).observe(time.as_secs_f64());
        self.sent.inc_by(bytes);
    }

    /// A body was read.
    pub(super) fn received(&self, bytes: usize) {
        self.received.inc_by(bytes as u64);
    }

    /// A phone waits until what is returned is dropped.
    pub(super) fn poll(&self) -> OpenPoll {
        self.polls.inc();
        OpenPoll(self.polls.clone())
    }

    /// An exchange came to this.
    pub(super) fn exchanged(&self, answer: &Answer) {
        for run in &answer.verdicts {
            let (outcome, fresh) = match &run.verdict {
                // What is repeated arrived earlier.
                Verdict::Accepted { arrival, .. } => ("accepted", answer.wrote && *arrival == answer.now),
                Verdict::Refused(_) => ("refused", false),
                Verdict::Held(_) => ("held", false),
                Verdict::DependsOnRefused => ("depends_on_refused", false),
            };
            self.verdicts.get_or_create(&Outcome { outcome }).inc_by(run.count.into());
            if fresh {
                self.accepted.inc_by(run.count.into());
            }
        }
    }

    /// All of it as text.
    fn text(&self, counts: &Counts) -> Result<String, std::fmt::Error> {
        let gauge = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.log.set(gauge(counts.log));
        for (kind, number) in &counts.documents {
            self.documents.get_or_create(&OfKind { kind: kind.word().to_owned() }).set(gauge(*number));
        }
        for (state, number) in [("enrolled", counts.enrolled), ("revoked", counts.revoked)] {
            self.devices.get_or_create(&InState { state }).set(gauge(number));
        }
        self.held.set(gauge(counts.held));
        self.refused.set(gauge(counts.refused));
        for (file, number) in [("database", counts.database), ("write_ahead_log", counts.write_ahead)] {
            self.database.get_or_create(&OfFile { file }).set(gauge(number));
        }
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A phone that waits.
pub(super) struct OpenPoll(Gauge);

impl Drop for OpenPoll {
    fn drop(&mut self) {
        self.0.dec();
    }
}

pub(super) async fn metrics(Extract(state): Extract<Shared>) -> Result<Response, Failure> {
    let text = work(&state, |state| {
        let counts = state.town.counts()?;
        state.metrics.text(&counts).map_err(|_| Failure(Code::Unexpected))
    });
    let mut response = text.await?.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(prometheus_text::CONTENT_TYPE));
    Ok(response)
}
