//! What commands begin with: the town, this moment, randomness, the person on whose behalf.
//!
//! Floor: sync-server, command.

use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::{OsRandom, Person, PersonId, Time};

use super::Place;
use super::output::Failure;
use crate::author::{Author, Draft, Written};
use crate::clock::{Clock as _, SystemClock};
use crate::town::Town;

/// This moment, by the system's clock.
pub(crate) fn now() -> Time {
    SystemClock.now()
}

/// The operating system's randomness.
pub(crate) fn random() -> Result<OsRandom, Failure> {
    OsRandom::new().map_err(|_| Failure::new("the operating system gives no randomness"))
}

/// A town at work.
pub(super) struct Session {
    pub town: Town,
    pub now: Time,
    pub random: OsRandom,
}

impl Session {
    /// Opens the town in the folder; makes it if it is not there.
    pub(super) fn open(place: &Place) -> Result<Self, Failure> {
        let (now, mut random) = (now(), random()?);
        let town = Town::open(&place.data, now, &mut random)
            .map_err(|error| Failure::new(format!("cannot open the town in {}: {error}", place.data.display())))?;
        Ok(Self { town, now, random })
    }

    /// Opens a town that must be there already.
    pub(super) fn open_present(place: &Place) -> Result<Self, Failure> {
        if !crate::store::SqliteStore::is_in(&place.data) {
            return Err(Failure::usage(format!(
                "there is no town in {}; name its folder with --data, or begin one with `qiaomen-server user add`",
                place.data.display()
            )));
        }
        Self::open(place)
    }

    /// The person called `name`: a login or an identifier.
    pub(super) fn person(&self, name: &str) -> Result<PersonId, Failure> {
        self.town.find_person(name)?.ok_or_else(|| {
            Failure::usage(format!("nobody is called \"{name}\" here; `qiaomen-server user list` shows who is"))
        })
    }

    /// The person `--as` names, who must still work here.
    pub(super) fn acting(&self, name: &str) -> Result<(PersonId, Person), Failure> {
        let id = self.person(name)?;
        let (_, person) = self
            .town
            .people()?
            .into_iter()
            .find(|(other, _)| *other == id)
            .ok_or_else(|| Failure::usage(format!("nobody is called \"{name}\" here")))?;
        if person.left {
            return Err(Failure::usage(format!("\"{name}\" no longer works here, and can do nothing")));
        }
        Ok((id, person))
    }

    /// Writes `drafts` on behalf of `person`; every one must be accepted.
    pub(super) fn write(&mut self, person: PersonId, drafts: Vec<Draft>) -> Result<usize, Failure> {
        let mut author = Author::new(&self.town, person, self.now, &mut self.random)?;
        let written = author.write(drafts, self.now, &mut self.random)?;
        for written in &written {
            match written {
                Written::Nothing | Written::Verdict(Verdict::Accepted { .. }) => {}
                Written::Verdict(verdict) => return Err(Failure::new(refused(verdict))),
            }
        }
        Ok(written.len())
    }
}

/// What to tell about a verdict other than accepted.
pub(crate) fn refused(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accepted { .. } => "accepted".to_owned(),
        Verdict::Refused(refusal) | Verdict::Held(refusal) => {
            let field = refusal.field.as_ref().map(|field| format!(" ({field})")).unwrap_or_default();
            match refusal.code.as_str() {
                "not_permitted" => "their role may not do this here; name somebody else with --as".to_owned(),
                "role_not_held" => "they do not hold a role that may do this; name somebody else with --as".to_owned(),
                code => format!("not accepted: {code}{field}"),
            }
        }
        Verdict::DependsOnRefused => "not accepted: it follows a change that was refused".to_owned(),
    }
}
