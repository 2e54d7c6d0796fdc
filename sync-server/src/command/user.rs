//! `user add`, `user set`, `user list`.
//!
//! Floor: sync-server, command, above `people`, which knows what may be changed.

use std::collections::HashMap;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::{Area, AreaId, Assignment, Person, PersonId, Time};
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::tree::Tree;
use crate::access::SYSTEM;
use crate::import::{EVERYWHERE, assignment};
use crate::people::{self, Change, NewPerson, PeopleError};

#[derive(Debug, Subcommand)]
pub(super) enum User {
    Add(Add),
    Set(Set),
    List(List),
}

/// List everybody with their roles and phones
///
/// One line a person, by login: identifier, login, name, roles with the areas they are held in, how many phones
/// they have that are not locked. Whoever has left stays listed; their records keep their name. With --json each
/// person is {"id","login","name","left","roles":["grid_worker@village/grid"],"phones","seen"}, where seen is
/// when the last of their phones was there, in UTC; what there is not is null.
#[derive(Debug, Args)]
pub(super) struct List {}

/// Add a person
///
/// The first one of a new town must be an administrator, and needs nobody's leave:
///   qiaomen-server user add admin --name Administrator --role administrator
/// From then on --as names an administrator, or a supervisor of the town:
///   qiaomen-server user add wang --name 王芳 --role grid_worker@村/第一网格 --as admin
/// Roles: volunteer grid_worker team_head police supervisor administrator.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Add {
    /// The short name they are called by on the command line
    login: String,
    /// Their name
    #[arg(long)]
    name: String,
    /// Their telephone at work
    #[arg(long)]
    telephone: Option<String>,
    /// A role and where: grid_worker@village/grid; may be given several times. An administrator needs no place
    #[arg(long = "role", value_name = "ROLE[@AREA]", required = true)]
    roles: Vec<String>,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: Option<String>,
}

/// Change a person's name, telephone or roles
///
/// Roles that are not named stay as they are, unless --only-these-roles is given. Their phones learn of it at
/// their next request.
#[derive(Debug, Args)]
pub(super) struct Set {
    /// Who: a login or an identifier
    user: String,
    /// Their new name
    #[arg(long)]
    name: Option<String>,
    /// Their new telephone; "" takes it away
    #[arg(long)]
    telephone: Option<String>,
    /// A role to give, grid_worker@village/grid; may be given several times
    #[arg(long = "role", value_name = "ROLE[@AREA]")]
    roles: Vec<String>,
    /// A role to end, written the same way; may be given several times
    #[arg(long = "end-role", value_name = "ROLE[@AREA]")]
    end: Vec<String>,
    /// End every role that --role does not name
    #[arg(long)]
    only_these_roles: bool,
    /// They no longer work here: every role ends, and their phones are locked
    #[arg(long, conflicts_with = "roles")]
    left: bool,
    /// They work here again: give their roles with --role, and invite a phone
    #[arg(long, conflicts_with = "left")]
    back: bool,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Serialize)]
struct Shown {
    id: PersonId,
    login: Option<String>,
    name: String,
    left: bool,
    roles: Vec<String>,
}

/// Somebody in the list.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    person: Shown,
    phones: usize,
    seen: Option<Time>,
}

impl User {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Self::Add(add) => add.run(place)?,
            Self::Set(set) => set.run(place)?,
            Self::List(List {}) => list(place)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    fn run(self, place: &Place) -> Result<(), Failure> {
        let mut session = if self.acting.is_some() { Session::open_present(place)? } else { Session::open(place)? };
        let (anybody, areas) = (!session.town.people()?.is_empty(), session.town.areas()?);
        let by = match &self.acting {
            Some(name) => session.managing(name)?,
            None if !anybody => SYSTEM,
            None => return Err(Failure::usage("this town has people already; say on whose behalf with --as USER")),
        };
        let roles = self.roles.iter().map(|text| role(text, &areas)).collect::<Result<Vec<_>, _>>()?;
        let new = NewPerson { name: self.name, login: self.login.clone(), telephone: self.telephone, roles };
        let planned =
            people::add(&session.town, new, session.now, &mut session.random).map_err(|error| match error {
                PeopleError::FirstMustManage => Failure::usage(format!("{error}: --role administrator")),
                PeopleError::LoginTaken => Failure::usage(format!("the login \"{}\" is taken", self.login)),
                error => failed(error),
            })?;
        let shown = show(planned.id, &planned.person, &areas);
        session.write(by, vec![planned.draft])?;
        output::result(place.json, &shown, |shown| {
            output::line(format!(
                "Added {}. Give their phone a code with `qiaomen-server invite {}`.",
                self.login, shown.id
            ));
        })
    }
}

impl Set {
    fn run(self, place: &Place) -> Result<(), Failure> {
        let mut session = Session::open_present(place)?;
        let by = session.managing(&self.acting)?;
        let id = session.person(&self.user)?;
        let given = !self.roles.is_empty() || !self.end.is_empty() || self.only_these_roles || self.left || self.back;
        if !given && self.name.is_none() && self.telephone.is_none() {
            return Err(Failure::usage("say what to change, with --name, --telephone, --role, --end-role or --left"));
        }
        let areas = session.town.areas()?;
        let change = Change {
            name: self.name,
            login: None,
            telephone: self.telephone,
            give: self.roles.iter().map(|text| role(text, &areas)).collect::<Result<Vec<_>, _>>()?,
            end: self.end.iter().map(|text| role(text, &areas)).collect::<Result<Vec<_>, _>>()?,
            only_given: self.only_these_roles,
            left: self.left,
            back: self.back,
        };
        let planned = people::change(&session.town, id, change, session.now, &mut session.random).map_err(failed)?;
        let shown = show(id, &planned.person, &areas);
        session.write(by, vec![planned.draft])?;
        output::result(place.json, &shown, print)
    }
}

fn failed(error: PeopleError) -> Failure {
    match error {
        PeopleError::HasLeft => Failure::usage("they have left; say --back with the roles they have from now on"),
        PeopleError::RoleNotHeld => {
            Failure::usage("--end-role names a role they do not have; `user list` shows theirs")
        }
        PeopleError::Unknown | PeopleError::Store(_) => error.into(),
        error => Failure::usage(error),
    }
}

fn list(place: &Place) -> Result<(), Failure> {
    let session = Session::open_present(place)?;
    let areas = session.town.areas()?;
    let mut phones: HashMap<PersonId, (usize, Option<Time>)> = HashMap::new();
    for device in session.town.devices()? {
        let (have, seen) = phones.entry(device.person).or_default();
        *have += usize::from(device.revoked.is_none());
        *seen = (*seen).max(device.seen);
    }
    let mut shown: Vec<Listed> = Vec::new();
    for (id, person) in session.town.people()? {
        let (phones, seen) = phones.get(&id).copied().unwrap_or_default();
        shown.push(Listed { person: show(id, &person, &areas), phones, seen });
    }
    // Whoever has no login comes last.
    shown.sort_by_cached_key(|Listed { person, .. }| (person.login.is_none(), person.login.clone(), person.id));
    output::result(place.json, &shown, |shown| {
        for Listed { person, phones, .. } in shown {
            let phones = match phones {
                0 => "no phone".to_owned(),
                1 => "1 phone".to_owned(),
                many => format!("{many} phones"),
            };
            output::line(format!("{}  {phones}", written(person)));
        }
    })
}

fn print(shown: &Shown) {
    output::line(written(shown));
}

fn written(shown: &Shown) -> String {
    let left = if shown.left { "  (left)" } else { "" };
    let login = shown.login.as_deref().unwrap_or("-");
    format!("{}  {login}  {}  {}{left}", shown.id, shown.name, shown.roles.join("; "))
}

fn role(text: &str, areas: &[(AreaId, Area)]) -> Result<Assignment, Failure> {
    assignment(text, areas).map_err(|reason| Failure::usage(format!("the role \"{text}\" {reason}")))
}

fn show(id: PersonId, person: &Person, areas: &[(AreaId, Area)]) -> Shown {
    let tree = Tree::new(areas);
    let mut roles: Vec<String> = person
        .roles()
        .map(|(role, area)| if area == EVERYWHERE { role.to_string() } else { format!("{role}@{}", tree.path(area)) })
        .collect();
    roles.sort();
    Shown { id, login: person.login.clone(), name: person.name.clone(), left: person.left, roles }
}
