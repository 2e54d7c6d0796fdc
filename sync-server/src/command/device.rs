//! `invite`, `device revoke`, `device list`.
//!
//! Floor: sync-server, command. Invariant: a code is printed once and kept only as a hash.

use std::collections::HashMap;
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
    List(List),
}

/// List the phones that have joined: whose, when last seen, what waits, how far behind
///
/// One line a phone, by its person's login: identifier, login, what it calls itself, when it was last there, how many
/// of its changes wait for a decision (`held list` shows them), how many were refused, and how many changes of the
/// town it has not fetched, as it said itself a while ago at most; only those of its own grids and case files will come.
/// A locked phone says so. With --json each is {"id","person","login","name","label","enrolled","seen","revoked","held",
/// "refused","base","behind"}, times in UTC; what there is not is null. base is the place in the log up to which the
/// phone said that it has everything, behind how many changes the log has after it.
#[derive(Debug, Args)]
pub(super) struct List {}

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
    name: Option<String>,
    label: String,
    enrolled: Time,
    seen: Option<Time>,
    revoked: Option<Time>,
    held: u64,
    refused: u64,
    base: u64,
    behind: u64,
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
            Self::List(List {}) => list(&session, place)?,
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
                        0 => "Nothing to take out of use: it was done before, or no phone has joined.".to_owned(),
                        1 => "1 phone was taken out of use.".to_owned(),
                        many => format!("{many} phones were taken out of use."),
                    });
                })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn list(session: &Session, place: &Place) -> Result<(), Failure> {
    let people: HashMap<_, _> = session.town.people()?.into_iter().collect();
    let refused: HashMap<_, _> = session.town.store().refusals()?.into_iter().collect();
    let mut shown = Vec::new();
    for device in session.town.devices()? {
        let (_, held) = session.town.store().waiting(device.id)?;
        let person = people.get(&device.person);
        shown.push(Shown {
            id: device.id,
            person: device.person,
            login: person.and_then(|person| person.login.clone()),
            name: person.map(|person| person.name.clone()),
            label: device.label,
            enrolled: device.enrolled,
            seen: device.seen,
            revoked: device.revoked,
            held,
            refused: refused.get(&device.id).copied().unwrap_or(0),
            base: device.base,
            behind: 0,
        });
    }
    // Read last, so that no phone is ahead of it.
    let size = session.town.store().log()?.size;
    for phone in &mut shown {
        phone.behind = size.saturating_sub(phone.base);
    }
    // Whoever has no login comes last.
    shown.sort_by_cached_key(|phone| (phone.login.is_none(), phone.login.clone(), phone.enrolled, phone.id));
    output::result(place.json, &shown, |shown| {
        if shown.is_empty() {
            output::note("No phone has joined yet; `qiaomen-server invite USER` prints a code for one.");
        }
        for phone in shown {
            let login = phone.login.as_deref().unwrap_or("-");
            let seen = phone.seen.map_or_else(|| "never".to_owned(), |seen| session.town.zone().written(seen));
            let revoked = if phone.revoked.is_some() { "  (locked)" } else { "" };
            output::line(format!(
                "{}  {login}  {}  seen {seen}  {} held  {} refused  {} behind{revoked}",
                phone.id, phone.label, phone.held, phone.refused, phone.behind
            ));
        }
    })
}
