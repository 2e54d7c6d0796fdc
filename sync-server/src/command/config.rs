//! Settings of `serve`: flags before environment before the config file before what is built in.
//!
//! Floor: sync-server, command. Invariant: a setting that nobody knows is an error that names it.

use std::path::Path;

use serde::Deserialize;

use super::output::Failure;

/// What a config file may say; `docs/config.md` describes it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder that holds the town.
    pub data: Option<String>,
    /// Where to listen, `127.0.0.1:8420`.
    pub listen: Option<String>,
    /// How much to log: `error`, `warn`, `info`, `debug`.
    pub log: Option<String>,
    /// `text` or `json`.
    pub log_format: Option<LogFormat>,
    /// Where operators' figures are served, or `off`.
    pub metrics_listen: Option<String>,
    /// How many megabytes the disk must have left for `/readyz` to say yes.
    pub min_free_mb: Option<u32>,
    /// The addresses of reverse proxies that are believed, parted by commas.
    pub trusted_proxy: Option<String>,
    /// For how many seconds the server goes on serving when told to stop.
    pub drain_seconds: Option<u32>,
}

/// The longest that a stopping server goes on serving, in seconds.
pub(super) const MAX_DRAIN: u32 = 3_600;

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs, one JSON value a line.
    Json,
}

impl Config {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// Where it cannot be read, or says what nobody knows.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("cannot read the config file {}: {error}", path.display())))?;
        let config: Self = toml::from_str(&text).map_err(|error| {
            // The parser shows the line too; one line is enough to find it.
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Failure::usage(format!("the config file {} is wrong: line {line}: {}", path.display(), error.message()))
        })?;
        if config.drain_seconds.is_some_and(|seconds| seconds > MAX_DRAIN) {
            return Err(Failure::usage(format!(
                "the config file {} is wrong: drain_seconds is more than {MAX_DRAIN}",
                path.display()
            )));
        }
        Ok(config)
    }
}
