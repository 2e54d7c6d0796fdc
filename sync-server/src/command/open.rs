//! What commands begin with: the town, this moment, randomness, the person on whose behalf.
//!
//! Floor: sync-server, command. Invariant: a folder that holds no town is not made one, except where a command
//! says that it begins one.

use std::path::{Path, PathBuf};

use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::{OsRandom, Person, PersonId, Time};

use super::Place;
use super::output::Failure;
use crate::author::{Author, Draft, Written};
use crate::clock::{Clock as _, SystemClock};
use crate::intake::IntakeError;
use crate::store::{Standing, StoreError};
use crate::town::Town;

/// This moment, by the system's clock.
pub(crate) fn now() -> Time {
    SystemClock.now()
}

/// The operating system's randomness.
pub(crate) fn random() -> Result<OsRandom, Failure> {
    OsRandom::new().map_err(|_| Failure::new("the operating system gives no randomness"))
}

/// Opens the town in `folder`, or begins one there; nobody else on the machine may read a folder that it makes.
pub(crate) fn town(folder: &Path, now: Time, random: &mut OsRandom) -> Result<Town, Failure> {
    let shown = folder.display();
    make(folder).map_err(|error| {
        Failure::new(format!("cannot make the folder {shown}: {error}; name another with --data, or see to its rights"))
    })?;
    Town::open(folder, now, random).map_err(|error| {
        let what = if error.to_string().contains("damaged") {
            "restore it from a backup, or name another folder with --data"
        } else {
            "see whether this user may write there and the disk has room, or name another folder with --data"
        };
        Failure::new(format!("cannot open the town in {shown}: {error}; {what}"))
    })
}

/// Says so where this user may read the town and not write it: SQLite opens it all the same. The store is asked, not
/// the file system: to open the file beside SQLite and close it would take this process's locks on it away.
pub(crate) fn writable(town: &Town, folder: &Path) -> Result<(), Failure> {
    match town.store().probe() {
        // Whoever is kept waiting by another writer may write.
        Ok(_) | Err(StoreError::Busy) => Ok(()),
        Err(error) => Err(Failure::new(format!(
            "cannot write the town in {}: {error}; run it as the user that owns the folder, or see to its rights",
            folder.display()
        ))),
    }
}

/// Makes the folder, where it is not there.
pub(crate) fn make(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A town at work.
pub(super) struct Session {
    pub town: Town,
    pub now: Time,
    pub random: OsRandom,
    folder: PathBuf,
}

impl Session {
    /// Opens the town in the folder; makes it if it is not there.
    pub(super) fn open(place: &Place) -> Result<Self, Failure> {
        let (now, mut random) = (now(), random()?);
        let town = town(&place.data, now, &mut random)?;
        Ok(Self { town, now, random, folder: place.data.clone() })
    }

    /// Opens a town that must be there already.
    pub(super) fn open_present(place: &Place) -> Result<Self, Failure> {
        if let Err(error) = place.data.join(crate::store::sqlite::FILE).metadata()
            && error.kind() == std::io::ErrorKind::PermissionDenied
        {
            return Err(Failure::new(format!(
                "this user may not look into {}; run it as the user that owns the folder, or name another with --data",
                place.data.display()
            )));
        }
        if !crate::store::SqliteStore::is_in(&place.data) {
            return Err(Failure::usage(format!(
                "there is no town in {}; name its folder with --data, or begin one with `qiaomen-server user add LOGIN --name NAME --role administrator`",
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
        let (_, person) = self.town.people()?.into_iter().find(|(other, _)| *other == id).ok_or_else(|| {
            Failure::usage(format!("nobody is called \"{name}\" here; `qiaomen-server user list` shows who is"))
        })?;
        if person.left {
            return Err(Failure::usage(format!("\"{name}\" no longer works here, and can do nothing")));
        }
        Ok((id, person))
    }

    /// The person `--as` names, who must be one that may change people.
    pub(super) fn managing(&self, name: &str) -> Result<PersonId, Failure> {
        let (id, _) = self.acting(name)?;
        if self.manages(&self.town.store().standing(id)?)? {
            Ok(id)
        } else {
            Err(Failure::usage("only an administrator or a supervisor of the town may do this; name one with --as"))
        }
    }

    /// Whether somebody of this standing may change people.
    pub(super) fn manages(&self, standing: &Standing) -> Result<bool, Failure> {
        Ok(crate::people::manages(&self.town, standing)?)
    }

    /// Says so where this user may read the town and not write it.
    pub(super) fn writable(&self) -> Result<(), Failure> {
        writable(&self.town, &self.folder)
    }

    /// Writes `drafts` on behalf of `person`; every one must be accepted.
    pub(super) fn write(&mut self, person: PersonId, drafts: Vec<Draft>) -> Result<usize, Failure> {
        writable(&self.town, &self.folder)?;
        let mut author = Author::new(&self.town, person, self.now, &mut self.random)?;
        let written = author.write(drafts, self.now, &mut self.random)?;
        for written in &written {
            match written {
                Written::Nothing | Written::Verdict(Verdict::Accepted { .. }) => {}
                Written::Verdict(verdict) => return Err(Failure::usage(refused(verdict))),
            }
        }
        Ok(written.len())
    }
}

/// What to tell where intake did not do something.
pub(super) fn not_taken(error: IntakeError) -> Failure {
    match error {
        IntakeError::Invalid(invalid) => Failure::usage(format!("not written: {invalid}")),
        IntakeError::Denied(why) => Failure::usage(why),
        IntakeError::Unknown => Failure::usage("there is no such record; `today` and `alert list` show what there is"),
        IntakeError::Store(error) => error.into(),
    }
}

/// What to tell about a verdict other than accepted.
pub(crate) fn refused(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accepted { .. } => "accepted".to_owned(),
        Verdict::Refused(refusal) | Verdict::Held(refusal) => {
            let field = refusal.field.as_ref().map(|field| format!(" ({field})")).unwrap_or_default();
            match refusal.code.as_str() {
                "not_permitted" => {
                    "the role of the person that --as names may not do this here; name somebody else".to_owned()
                }
                "role_not_held" => {
                    "the person that --as names does not hold a role that may do this; name somebody else".to_owned()
                }
                code => format!("not accepted: {code}{field}"),
            }
        }
        Verdict::DependsOnRefused => "not accepted: it follows a change that was refused".to_owned(),
    }
}
