//! `invite`, `device revoke`, `device list`.
//!
//! Floor: sync-server, command. Invariant: a code is printed once and kept only as a hash.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::protocol::limits::INVITE_HOURS;
use qiaomen_core::record::{DeviceId, PersonId, Time};
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};

/// Print a one-time code with which a person's phone joins
///
/// Whoever types the code into the app joins as this person. It works once, and only until it expires; nothing
/// but its hash is kept, so one that is lost is replaced by another invitation.
#[derive(Debug, Args)]
pub(super) struct Invite {
    /// Whose phone: a login or an identifier
    user: String,
    /// For how many hours the code works
    #[arg(long, default_value_t = INVITE_HOURS, value_parser = clap::value_parser!(i64).range(1..=720))]
    hours: i64,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum DeviceCommand {
    Revoke(Revoke),
    /// List the phones that have joined
    List,
}

/// Lock a phone, or all phones of a person, from their next request on
///
/// Work that they had not sent can still be handed in, and waits on the server for a decision. A phone that was
/// locked stays so; its user joins again with a new code. With --person, codes that they have not used work no more.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Revoke {
    /// The phone, as `device list` names it
    #[arg(value_name = "DEVICE")]
    device: Option<String>,
    /// All phones of this person
    #[arg(long, value_name = "USER")]
    person: Option<String>,
}

#[derive(Serialize)]
struct Invited {
    person: PersonId,
    code: String,
    expires: Time,
}

#[derive(Serialize)]
struct Shown {
    id: DeviceId,
    person: PersonId,
    login: Option<String>,
    label: String,
    enrolled: Time,
    seen: Option<Time>,
    revoked: Option<Time>,
}

#[derive(Serialize)]
struct Revoked {
    revoked: Vec<DeviceId>,
}

impl Invite {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        let (person, _) = session.acting(&self.user)?;
        let by = self.acting.as_deref().map(|name| session.managing(name)).transpose()?;
        let code = session
            .town
            .invite(person, self.hours, by, session.now, &mut session.random)?
            .ok_or_else(|| Failure::usage("this is not a person"))?;
        let invited = Invited { person, code, expires: session.now.plus_hours(self.hours) };
        output::result(place.json, &invited, |invited| {
            output::line(&invited.code);
            output::note(format!("It works once, until {}.", session.town.zone().written(invited.expires)));
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

impl DeviceCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let session = Session::open_present(place)?;
        match self {
            Self::List => {
                let people: BTreeMap<_, _> = session.town.people()?.into_iter().collect();
                let shown: Vec<Shown> = session
                    .town
                    .devices()?
                    .into_iter()
                    .map(|device| Shown {
                        id: device.id,
                        person: device.person,
                        login: people.get(&device.person).and_then(|person| person.login.clone()),
                        label: device.label,
                        enrolled: device.enrolled,
                        seen: device.seen,
                        revoked: device.revoked,
                    })
                    .collect();
                output::result(place.json, &shown, |shown| {
                    if shown.is_empty() {
                        output::note("No phone has joined yet; `qiaomen-server invite USER` prints a code for one.");
                    }
                    for device in shown {
                        let login = device.login.as_deref().unwrap_or("-");
                        let revoked = if device.revoked.is_some() { "  (revoked)" } else { "" };
                        output::line(format!("{}  {login}  {}{revoked}", device.id, device.label));
                    }
                })?;
            }
            Self::Revoke(revoke) => {
                let devices: Vec<DeviceId> = match (&revoke.device, &revoke.person) {
                    (Some(text), _) => {
                        let wrong =
                            || Failure::usage(format!("\"{text}\" is no phone's identifier; see `device list`"));
                        let device = text.parse().map_err(|_| wrong())?;
                        if !session.town.devices()?.iter().any(|known| known.id == device) {
                            return Err(Failure::usage("there is no such phone; `device list` shows those there are"));
                        }
                        let revoked = session.town.revoke_device(device, session.now)?;
                        revoked.then_some(device).into_iter().collect()
                    }
                    (None, Some(name)) => session.town.revoke_person(session.person(name)?, session.now)?,
                    (None, None) => Vec::new(),
                };
                output::result(place.json, &Revoked { revoked: devices }, |revoked| {
                    output::line(match revoked.revoked.len() {
                        0 => "Nothing to lock: locked before, or no phone has joined.".to_owned(),
                        1 => "1 phone is locked.".to_owned(),
                        many => format!("{many} phones are locked."),
                    });
                })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
