//! `integration add`, `integration list`, `integration revoke`.
//!
//! Floor: sync-server, command. Invariants: a key is printed once and kept as a hash; an integration is somebody by name,
//! so that what it hands in says whose it is; it holds nothing that it could read.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::open::Session;
use super::output::{self, Failure};
use super::{Place, words};
use crate::settings::SettingError;
use crate::settings::integrations::{self, IntegrationError};

#[derive(Debug, Subcommand)]
pub(super) enum IntegrationCommand {
    /// Make a key with which a system hands in alerts
    ///
    /// The key is printed once and kept as a hash alone; the system sends it as a bearer token to POST /api/v1/alerts
    /// (GET /api/openapi.json describes it). A name that is known already gets one more key, so that a key can be
    /// changed without a gap: make the new one, give it to the system, revoke the old one.
    Add(Add),
    /// List integrations and their keys: number, name, when made, when last used, whether revoked
    List,
    /// Revoke a key, from its next request on
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// What the system is called: it stands beside every alert that it hands in
    name: String,
    /// The area whose alerts it may hand in: a name, or names from above down to it [default: the town]
    #[arg(long, value_name = "AREA")]
    area: Option<String>,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The key's number, as `integration list` shows it
    number: u64,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

impl IntegrationCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        match self {
            Self::Add(asked) => add(&mut session, place, &asked)?,
            Self::List => list(&session, place)?,
            Self::Revoke(asked) => {
                let by = session.managing(&asked.acting)?;
                let revoked = integrations::revoke(&session.town, by, asked.number, session.now);
                let revoked = revoked.map_err(|error| match error {
                    SettingError::Unknown => {
                        Failure::usage("there is no such key; `integration list` shows those there are")
                    }
                    error => words::not_set(error),
                })?;
                output::result(place.json, &revoked, |revoked| {
                    output::line(if *revoked { "The key is revoked." } else { "It was revoked before." }.to_owned());
                })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn add(session: &mut Session, place: &Place, asked: &Add) -> Result<(), Failure> {
    let by = session.managing(&asked.acting)?;
    let area = match &asked.area {
        Some(text) => Some(
            crate::import::find_area(&session.town.areas()?, text)
                .map_err(|reason| Failure::usage(format!("--area: {reason}")))?,
        ),
        None => None,
    };
    session.writable()?;
    let made = integrations::add(&session.town, by, &asked.name, area, session.now, &mut session.random);
    let made = made.map_err(|error| match error {
        IntegrationError::SeveralAreas => Failure::usage("there are several areas at the top; name one with --area"),
        IntegrationError::OtherArea => Failure::usage(
            "this integration is for another area; leave --area out for one more key, or give another name",
        ),
        IntegrationError::Setting(error) => words::not_set(error),
        error => Failure::usage(error),
    })?;
    output::result(place.json, &made, |made| {
        output::line(&made.key);
        output::note(format!(
            "This is key {}; it is shown this once. Revoke it with `integration revoke {0}`.",
            made.number
        ));
    })
}

fn list(session: &Session, place: &Place) -> Result<(), Failure> {
    let shown = integrations::list(&session.town)?;
    let zone = session.town.zone();
    output::result(place.json, &shown, |shown| {
        if shown.is_empty() {
            output::note("No integration yet; `qiaomen-server integration add NAME --as USER` makes a key for one.");
        }
        for key in shown {
            let seen = key.seen.map_or_else(|| "never used".to_owned(), |seen| format!("used {}", zone.written(seen)));
            let revoked = if key.revoked.is_some() { "  (revoked)" } else { "" };
            let (name, made) = (key.name.as_deref().unwrap_or("-"), zone.written(key.created));
            output::line(format!("{}  {name}  made {made}  {seen}{revoked}", key.number));
        }
    })
}
