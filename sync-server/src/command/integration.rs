//! `integration add`, `integration list`, `integration revoke`.
//!
//! Floor: sync-server, command. Invariants: a key is printed once and kept as a hash; an integration is somebody by name,
//! so that what it hands in says whose it is; it holds nothing that it could read.

use std::collections::HashMap;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::identity::secret;
use qiaomen_core::record::random;
use qiaomen_core::record::{Assignment, AssignmentId, Person, PersonId, Record, Role, Scope, Time};
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use crate::author::Draft;

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

#[derive(Serialize)]
struct Made {
    number: u64,
    person: PersonId,
    key: String,
}

#[derive(Serialize)]
struct Shown {
    number: u64,
    person: PersonId,
    name: Option<String>,
    created: Time,
    seen: Option<Time>,
    revoked: Option<Time>,
}

impl IntegrationCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        match self {
            Self::Add(asked) => add(&mut session, place, &asked)?,
            Self::List => list(&session, place)?,
            Self::Revoke(asked) => {
                session.managing(&asked.acting)?;
                if !session.town.store().integrations()?.iter().any(|key| key.number == asked.number) {
                    return Err(Failure::usage("there is no such key; `integration list` shows those there are"));
                }
                let revoked = session.town.store().integration_revoke(asked.number, session.now)?;
                output::result(place.json, &revoked, |revoked| {
                    output::line(if *revoked { "The key is revoked." } else { "It was revoked before." }.to_owned());
                })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn is_integration(person: &Person) -> bool {
    person.assignments.values().any(|held| held.role == Role::Integration)
}

fn add(session: &mut Session, place: &Place, asked: &Add) -> Result<(), Failure> {
    let by = session.managing(&asked.acting)?;
    let areas = session.town.areas()?;
    let area = match &asked.area {
        Some(text) => {
            crate::import::find_area(&areas, text).map_err(|reason| Failure::usage(format!("--area: {reason}")))?
        }
        None => {
            let mut roots = areas.iter().filter(|(_, area)| area.parent.is_none());
            match (roots.next(), roots.next()) {
                (Some((root, _)), None) => *root,
                (None, _) => return Err(Failure::usage("there are no areas yet; import them first")),
                _ => return Err(Failure::usage("there are several areas at the top; name one with --area")),
            }
        }
    };
    let known = session.town.people()?.into_iter().find(|(_, person)| person.name == asked.name);
    let person = match known {
        Some((_, person)) if !is_integration(&person) => {
            return Err(Failure::usage("this is the name of somebody who works here; give the system another"));
        }
        Some((id, person)) => {
            if asked.area.is_some() && !person.roles().any(|(_, held)| held == area) {
                return Err(Failure::usage(
                    "this integration is for another area; leave --area out for one more key, or give another name",
                ));
            }
            id
        }
        None => {
            let id = PersonId::fresh(session.now, &mut session.random);
            let assignment = AssignmentId::fresh(session.now, &mut session.random);
            let held = Assignment { role: Role::Integration, area, ended: false };
            let record = Record::from(Person {
                name: asked.name.clone(),
                login: None,
                telephone: None,
                left: false,
                assignments: [(assignment, held)].into(),
            });
            record.validate().map_err(|invalid| Failure::usage(format!("not written: {invalid}")))?;
            let draft = Draft::Create { id: id.into(), record: Box::new(record), scope: Scope::Town };
            session.write(by, vec![draft])?;
            id
        }
    };
    let key: [u8; 32] = random::bytes(&mut session.random);
    let number = session.town.store().integration_add(&secret::token_hash(&key), person, by, session.now)?;
    let made = Made { number, person, key: secret::token_text(&key) };
    output::result(place.json, &made, |made| {
        output::line(&made.key);
        output::note(format!(
            "This is key {}; it is shown this once. Revoke it with `integration revoke {0}`.",
            made.number
        ));
    })
}

fn list(session: &Session, place: &Place) -> Result<(), Failure> {
    let people: HashMap<_, _> = session.town.people()?.into_iter().collect();
    let shown: Vec<Shown> = session
        .town
        .store()
        .integrations()?
        .into_iter()
        .map(|key| Shown {
            number: key.number,
            person: key.person,
            name: people.get(&key.person).map(|person| person.name.clone()),
            created: key.created,
            seen: key.seen,
            revoked: key.revoked,
        })
        .collect();
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
