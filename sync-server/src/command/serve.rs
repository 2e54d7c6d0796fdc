//! `serve`.
//!
//! Floor: sync-server, command.

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

/// Serves phones until it is told to stop (Ctrl-C, or SIGTERM). Each setting is taken from its flag, else from
/// the environment, else from the config file.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen; port 0 takes a free one
    #[arg(long, env = "QIAOMEN_LISTEN", value_name = "ADDRESS")]
    listen: Option<String>,
    /// How much to log: error, warn, info or debug
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
        let town = Town::open(&data, open::now(), &mut random)
            .map_err(|error| Failure::new(format!("cannot open the town in {}: {error}", data.display())))?;
        runtime()?.block_on(serve(Arc::new(town), &address, place.json))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A runtime for a whole program.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::from)
}

async fn serve(town: Arc<Town>, address: &str, json: bool) -> Result<(), Failure> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| Failure::usage(format!("cannot listen on {address}: {error}")))?;
    let listening = Listening { listening: format!("http://{}", listener.local_addr()?) };
    output::result(json, &listening, |listening| output::line(format!("Listening on {}", listening.listening)))?;
    api::serve(town, listener, Arc::new(SystemClock), told_to_stop()).await?;
    Ok(())
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
