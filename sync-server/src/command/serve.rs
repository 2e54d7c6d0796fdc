//! `serve`.
//!
//! Floor: sync-server, command. Invariant: where it listens is told before anything is served.

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use qiaomen_core::record::OsRandom;
use serde::Serialize;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use super::Place;
use super::config::{Config, LogFormat, MAX_DRAIN};
use super::open;
use super::output::{self, Failure};
use crate::access::account;
use crate::api::{self, Server};
use crate::clock::SystemClock;
use crate::store::LinkUse;
use crate::town::Town;

/// Serve phones until stopped
///
/// Ctrl-C or SIGTERM ends it: waiting phones are answered first. Each setting is taken from its flag, else from
/// the environment, else from the config file, else it is the one built in. Where it listens is printed on
/// standard output, logs go to standard error. It speaks plain HTTP: put a reverse proxy that does TLS in front.
/// Other commands may be run beside it at any time; phones that wait are woken.
///
/// GET /healthz answers 200 as long as the process is alive, GET /readyz only while it should be given work: its store
/// can be read and written, its disk has room, and nobody has told it to stop. Prometheus' GET /metrics is served at
/// --metrics-listen alone, never where phones come in.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen [built in: 127.0.0.1:8420]; port 0 takes a free one
    #[arg(long, env = "QIAOMEN_LISTEN", value_name = "ADDRESS")]
    listen: Option<String>,
    /// How much to log: error, warn, info, debug or trace [built in: info]
    #[arg(long, env = "QIAOMEN_LOG", value_name = "LEVEL")]
    log: Option<String>,
    /// How to write log lines
    #[arg(long, env = "QIAOMEN_LOG_FORMAT", value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    /// Where to serve /metrics, for nobody but a monitoring system: 127.0.0.1:8421, or off [built in: off]
    #[arg(long, env = "QIAOMEN_METRICS_LISTEN", value_name = "ADDRESS")]
    metrics_listen: Option<String>,
    /// Below how many megabytes of free disk /readyz says no [built in: 64]
    #[arg(long, env = "QIAOMEN_MIN_FREE_MB", value_name = "MB")]
    min_free_mb: Option<u32>,
    /// For how many seconds to go on serving when told to stop, while /readyz says no, so that a load balancer can
    /// turn away in time [built in: 0]; told again, it stops at once
    #[arg(long, env = "QIAOMEN_DRAIN_SECONDS", value_name = "SECONDS")]
    #[arg(value_parser = clap::value_parser!(u32).range(..=i64::from(MAX_DRAIN)))]
    drain_seconds: Option<u32>,
    /// The address of a reverse proxy on another machine that is believed when it says who asks; several are parted by
    /// commas [built in: none; one on this machine always is]
    #[arg(long, env = "QIAOMEN_TRUSTED_PROXY", value_name = "ADDRESS")]
    trusted_proxy: Option<String>,
    /// A config file (TOML): data, listen, log, log_format, metrics_listen, min_free_mb, drain_seconds, trusted_proxy
    #[arg(long, env = "QIAOMEN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Serialize)]
struct Listening {
    listening: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_administrator: Option<String>,
}

/// Where and how to serve, once flags, environment and file have been heard.
struct Settings {
    listen: String,
    metrics_listen: Option<String>,
    min_free_mb: u32,
    drain: Duration,
    trusted: Vec<IpAddr>,
}

/// Reads addresses that are parted by commas.
fn addresses(text: &str) -> Result<Vec<IpAddr>, Failure> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            part.parse().map_err(|_| {
                Failure::usage(format!("trusted_proxy: {part} is no address; write 10.0.0.2, and several with commas"))
            })
        })
        .collect()
}

impl Serve {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let config = self.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
        let level = self.log.or(config.log).unwrap_or_else(|| "info".to_owned());
        log_to_stderr(&level, self.log_format.or(config.log_format).unwrap_or_default())?;
        let data = match config.data {
            // A flag or the environment says otherwise than what is built in.
            Some(data) if !place.is_given => PathBuf::from(data),
            _ => place.data.clone(),
        };
        let drain = self.drain_seconds.or(config.drain_seconds).unwrap_or(0);
        let settings = Settings {
            listen: self.listen.or(config.listen).unwrap_or_else(|| "127.0.0.1:8420".to_owned()),
            metrics_listen: self.metrics_listen.or(config.metrics_listen).filter(|address| address != "off"),
            min_free_mb: self.min_free_mb.or(config.min_free_mb).unwrap_or(api::MIN_FREE_MB),
            drain: Duration::from_secs(drain.into()),
            trusted: addresses(&self.trusted_proxy.or(config.trusted_proxy).unwrap_or_default())?,
        };
        let mut random = open::random()?;
        let town = open::town(&data, open::now(), &mut random)?;
        open::writable(&town, &data)?;
        if town.people()?.is_empty() {
            output::note(format!(
                "There is nobody in {} yet; begin with `qiaomen-server user add` (see its --help).",
                data.display()
            ));
        }
        let first = first_link(&town, &mut random)?;
        runtime()?.block_on(serve(Arc::new(town), &settings, random, (place.json, first)))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A one-time link by which the first administrator is made, where nobody can sign in yet.
fn first_link(town: &Town, random: &mut OsRandom) -> Result<Option<String>, Failure> {
    let store = &**town.store();
    if store.any_account()? {
        return Ok(None);
    }
    let token = account::link(store, LinkUse::First, None, open::now(), random)?;
    Ok(Some(format!("/link/{token}")))
}

/// A runtime for a whole program.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::from)
}

async fn serve(
    town: Arc<Town>,
    settings: &Settings,
    random: OsRandom,
    (json, first): (bool, Option<String>),
) -> Result<(), Failure> {
    let listener =
        TcpListener::bind(&settings.listen).await.map_err(|error| cannot_listen(&settings.listen, &error))?;
    let operators = match &settings.metrics_listen {
        None => None,
        Some(address) => Some(TcpListener::bind(address).await.map_err(|error| no_metrics(address, &error))?),
    };
    let metrics = operators.as_ref().map(TcpListener::local_addr).transpose()?;
    if let Some(address) = metrics.filter(|address| !address.ip().is_loopback()) {
        output::note(format!(
            "Whoever reaches {address} can read this server's figures; let nobody but monitoring in."
        ));
    }
    let listening = Listening {
        listening: format!("http://{}", listener.local_addr()?),
        metrics: metrics.map(|address| format!("http://{address}/metrics")),
        first_administrator: first.map(|path| {
            format!(
                "http://{}{path}",
                listener.local_addr().map_or_else(|_| settings.listen.clone(), |address| address.to_string())
            )
        }),
    };
    output::result(json, &listening, |listening| {
        output::line(format!("Listening on {}", listening.listening));
        if let Some(metrics) = &listening.metrics {
            output::line(format!("Figures on {metrics}"));
        }
        if let Some(link) = &listening.first_administrator {
            output::line(format!(
                "Nobody can sign in to the console yet. Make the first administrator, once, at {link}"
            ));
        }
    })?;
    let server = Server::new(town, Arc::new(SystemClock), Box::new(random))
        .with_operators(operators)
        .with_trusted_proxies(settings.trusted.clone())
        .with_min_free(settings.min_free_mb);
    let (readiness, drain) = (server.readiness(), settings.drain);
    let shutdown = async move {
        told_to_stop().await;
        readiness.withdraw();
        if !drain.is_zero() {
            tracing::info!(seconds = drain.as_secs(), "told to stop; serving on for a while");
            tokio::select! {
                () = tokio::time::sleep(drain) => {}
                () = told_to_stop() => {}
            }
        }
    };
    server.serve(listener, shutdown).await?;
    Ok(())
}

fn no_metrics(address: &str, error: &std::io::Error) -> Failure {
    Failure::usage(format!(
        "cannot serve figures on {address}: {error}; give --metrics-listen an address of this machine and a free port \
         other than --listen's, such as 127.0.0.1:8421, or off"
    ))
}

/// What to say where a port cannot be had.
pub(crate) fn cannot_listen(address: &str, error: &std::io::Error) -> Failure {
    Failure::usage(format!(
        "cannot listen on {address}: {error}; give --listen an address of this machine and a free port, such as \
         127.0.0.1:8420, or port 0 for any that is free"
    ))
}

/// Ends when the program is told to stop.
pub(crate) async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt => {}
            () = terminate => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}

/// Sends log lines to standard error.
pub(crate) fn log_to_stderr(level: &str, format: LogFormat) -> Result<(), Failure> {
    const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];
    if !LEVELS.contains(&level) {
        return Err(Failure::usage(format!("\"{level}\" is no log level; write one of: {}", LEVELS.join(", "))));
    }
    let filter = EnvFilter::new(format!("warn,qiaomen_server={level},qiaomen_core={level}"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = match format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    begun.map_err(|error| Failure::new(format!("cannot log: {error}")))
}
