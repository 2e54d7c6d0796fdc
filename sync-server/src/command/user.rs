//! `user add`, `user set`, `user list`.
//!
//! Floor: sync-server, command. Invariant: somebody is always left who may add people.

use std::collections::{BTreeMap, HashMap};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::{
    Area, AreaId, Assignment, AssignmentId, DocumentId, Person, PersonId, Record, Role, Scope, Time,
};
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::tree::Tree;
use crate::access::SYSTEM;
use crate::author::Draft;
use crate::import::{EVERYWHERE, assignment};
use crate::store::Standing;

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
        let (people, areas) = (session.town.people()?, session.town.areas()?);
        let by = match &self.acting {
            Some(name) => session.managing(name)?,
            None if people.is_empty() => SYSTEM,
            None => return Err(Failure::usage("this town has people already; say on whose behalf with --as USER")),
        };
        let mut assignments = BTreeMap::new();
        for text in &self.roles {
            let id = AssignmentId::fresh(session.now, &mut session.random);
            assignments.insert(id, role(text, &areas)?);
        }
        if by == SYSTEM && !assignments.values().any(|assignment| assignment.role == Role::Administrator) {
            return Err(Failure::usage("the first person of a town must be an administrator: --role administrator"));
        }
        let person = Person {
            name: self.name,
            login: Some(self.login.clone()),
            telephone: self.telephone,
            left: false,
            assignments,
        };
        checked(&person)?;
        if people.iter().any(|(_, other)| other.login.as_ref() == Some(&self.login)) {
            return Err(Failure::usage(format!("the login \"{}\" is taken", self.login)));
        }
        let id = PersonId::fresh(session.now, &mut session.random);
        let shown = show(id, &person, &areas);
        session
            .write(by, vec![Draft::Create { id: id.into(), record: Box::new(person.into()), scope: Scope::Town }])?;
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
        let (_, document) = session
            .town
            .document(DocumentId::from(id))?
            .ok_or_else(|| Failure::new("this person's record is not to be found"))?;
        let Record::Person(before) = document.record()? else {
            return Err(Failure::usage("this is not a person"));
        };
        if before.left && !self.back && !self.roles.is_empty() {
            return Err(Failure::usage("they have left; say --back with the roles they have from now on"));
        }
        let mut after = before.clone();
        if let Some(name) = self.name {
            after.name = name;
        }
        if let Some(telephone) = self.telephone {
            after.telephone = (!telephone.is_empty()).then_some(telephone);
        }
        let given = self.roles.iter().map(|text| role(text, &areas)).collect::<Result<Vec<_>, _>>()?;
        let ended = self.end.iter().map(|text| role(text, &areas)).collect::<Result<Vec<_>, _>>()?;
        for assignment in &ended {
            if !before.assignments.values().any(|have| have == assignment) {
                return Err(Failure::usage("--end-role names a role they do not have; `user list` shows theirs"));
            }
        }
        for have in after.assignments.values_mut() {
            let goes = self.left
                || ended.contains(have)
                || (self.only_these_roles && !given.iter().any(|assignment| assignment == have));
            have.ended |= goes;
        }
        for assignment in given {
            if !after.assignments.values().any(|have| *have == assignment) {
                after.assignments.insert(AssignmentId::fresh(session.now, &mut session.random), assignment);
            }
        }
        after.left = (after.left || self.left) && !self.back;
        checked(&after)?;
        session.keeps_a_manager(id, &after)?;
        let edits = Record::from(before).fields().difference(&Record::from(after.clone()).fields());
        let shown = show(id, &after, &areas);
        session.write(by, vec![Draft::Edit { id: id.into(), edits }])?;
        output::result(place.json, &shown, print)
    }
}

/// As the record's own rules have it, on one line each, and a login that can be typed.
fn checked(person: &Person) -> Result<(), Failure> {
    let texts = [Some(&person.name), person.login.as_ref(), person.telephone.as_ref()];
    if texts.into_iter().flatten().any(|text| text.contains(char::is_control)) {
        return Err(Failure::usage("a name, login or telephone holds a line break or another control character"));
    }
    person.validate().map_err(|invalid| match invalid.field.as_ref() {
        "login" => Failure::usage("the login must be 1 to 64 bytes without blanks, such as wang.fang"),
        _ => Failure::usage(invalid),
    })
}

impl Session {
    /// Refuses a change after which nobody could change people any more.
    fn keeps_a_manager(&self, changed: PersonId, after: &Person) -> Result<(), Failure> {
        for (id, person) in self.town.people()? {
            let person = if id == changed { after } else { &person };
            let roles = person.roles().map(|(role, area)| (role.clone(), area)).collect();
            if self.manages(&Standing { roles, sent: Vec::new(), made: Vec::new(), left: person.left })? {
                return Ok(());
            }
        }
        Err(Failure::usage("nobody would be left who may add people; make somebody else administrator first"))
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
