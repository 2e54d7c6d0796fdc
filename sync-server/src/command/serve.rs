//! `serve`.
//!
//! Floor: sync-server, command. Invariant: where it listens is told before anything is served.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use super::Place;
use super::config::{Config, LogFormat};
use super::open;
use super::output::{self, Failure};
use crate::api;
use crate::clock::SystemClock;
use crate::town::Town;

/// Serve phones until stopped
///
/// Ctrl-C or SIGTERM ends it: waiting phones are answered first. Each setting is taken from its flag, else from
/// the environment, else from the config file, else it is the one built in. Where it listens is printed on
/// standard output, logs go to standard error. It speaks plain HTTP: put a reverse proxy that does TLS in front.
/// Other commands may be run beside it at any time; phones that wait are woken.
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
    /// A config file (TOML): data, listen, log, log_format
    #[arg(long, env = "QIAOMEN_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Serialize)]
struct Listening {
    listening: String,
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
        let address = self.listen.or(config.listen).unwrap_or_else(|| "127.0.0.1:8420".to_owned());
        let mut random = open::random()?;
        let town = open::town(&data, open::now(), &mut random)?;
        open::writable(&data)?;
        if town.people()?.is_empty() {
            output::note(format!(
                "There is nobody in {} yet; begin with `qiaomen-server user add` (see its --help).",
                data.display()
            ));
        }
        runtime()?.block_on(serve(Arc::new(town), &address, place.json))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A runtime for a whole program.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::from)
}

async fn serve(town: Arc<Town>, address: &str, json: bool) -> Result<(), Failure> {
    let listener = TcpListener::bind(address).await.map_err(|error| cannot_listen(address, &error))?;
    let listening = Listening { listening: format!("http://{}", listener.local_addr()?) };
    output::result(json, &listening, |listening| output::line(format!("Listening on {}", listening.listening)))?;
    api::serve(town, listener, Arc::new(SystemClock), told_to_stop()).await?;
    Ok(())
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
