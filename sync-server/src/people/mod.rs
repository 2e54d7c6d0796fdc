//! The people who work with Qiaomen: adding them, and changing their names, telephones and roles.
//!
//! Floor: sync-server, above `author` and `import`, below `command` and `console`; knows nothing of HTTP. Invariants: it
//! says what is to be written and writes nothing itself, so that command line and console keep the same rules; somebody
//! is always left who may change people; a login is one person's.

use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::{
    Assignment, AssignmentId, DocumentId, Invalid, Kind, Person, PersonId, Random, Record, Role, Scope, Time,
};

use crate::access::{self, Asker};
use crate::author::Draft;
use crate::store::{Standing, StoreError};
use crate::town::Town;

/// Why somebody cannot be added, or changed so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PeopleError {
    /// There is no such person.
    #[error("this person's record is not to be found")]
    Unknown,
    /// Somebody else has the login.
    #[error("the login is taken")]
    LoginTaken,
    /// It cannot be typed.
    #[error("the login must be 1 to 64 bytes without blanks, such as wang.fang")]
    Login,
    /// One line is asked for, and there are more.
    #[error("a name, login or telephone holds a line break or another control character")]
    Control,
    /// The record does not hold together.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A town's first person must be able to add the others.
    #[error("the first person of a town must be an administrator")]
    FirstMustManage,
    /// They have left, and were given a role without being back.
    #[error("they have left")]
    HasLeft,
    /// A role was ended that they do not hold.
    #[error("they do not hold this role")]
    RoleNotHeld,
    /// Nobody could change people any more.
    #[error("nobody would be left who may add people; make somebody else administrator first")]
    NobodyLeft,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody to add.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Their name.
    pub name: String,
    /// The short name by which they sign in and are called on the command line.
    pub login: String,
    /// Their telephone at work.
    pub telephone: Option<String>,
    /// Their roles.
    pub roles: Vec<Assignment>,
}

/// What is to change of somebody; what is not said stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Another name.
    pub name: Option<String>,
    /// Another login.
    pub login: Option<String>,
    /// Another telephone; an empty one takes it away.
    pub telephone: Option<String>,
    /// Roles to give; one that they hold already is theirs once.
    pub give: Vec<Assignment>,
    /// Roles to end.
    pub end: Vec<Assignment>,
    /// Whether every role ends that is not given.
    pub only_given: bool,
    /// Whether they no longer work here: every role ends, and their phones are locked.
    pub left: bool,
    /// Whether they work here again.
    pub back: bool,
}

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Who.
    pub id: PersonId,
    /// As they are afterwards.
    pub person: Person,
    /// What brings that about.
    pub draft: Draft,
}

/// Somebody new.
///
/// # Errors
/// [`PeopleError`]; the permission of whoever writes it is judged when it is written.
pub fn add(town: &Town, new: NewPerson, now: Time, random: &mut dyn Random) -> Result<Planned, PeopleError> {
    let people = town.people()?;
    let NewPerson { name, login, telephone, roles } = new;
    if people.is_empty() && !roles.iter().any(|assignment| assignment.role == Role::Administrator) {
        return Err(PeopleError::FirstMustManage);
    }
    let assignments = roles.into_iter().map(|assignment| (AssignmentId::fresh(now, random), assignment)).collect();
    let person = Person { name, login: Some(login), telephone, left: false, assignments };
    checked(&person)?;
    is_free(&people, &person, None)?;
    let id = PersonId::fresh(now, random);
    let record = Box::new(person.clone().into());
    Ok(Planned { id, person, draft: Draft::Create { id: id.into(), record, scope: Scope::Town } })
}

/// Somebody changed.
///
/// # Errors
/// [`PeopleError`]; the permission of whoever writes it is judged when it is written.
pub fn change(
    town: &Town,
    id: PersonId,
    change: Change,
    now: Time,
    random: &mut dyn Random,
) -> Result<Planned, PeopleError> {
    let (_, document) = town.document(DocumentId::from(id))?.ok_or(PeopleError::Unknown)?;
    let Record::Person(before) = document.record()? else { return Err(PeopleError::Unknown) };
    let Change { name, login, telephone, give, end, only_given, left, back } = change;
    if before.left && !back && !give.is_empty() {
        return Err(PeopleError::HasLeft);
    }
    let mut after = before.clone();
    if let Some(name) = name {
        after.name = name;
    }
    let renamed = login.is_some() && login != before.login;
    if let Some(login) = login {
        after.login = Some(login);
    }
    if let Some(telephone) = telephone {
        after.telephone = (!telephone.is_empty()).then_some(telephone);
    }
    if end.iter().any(|assignment| !before.assignments.values().any(|have| have == assignment)) {
        return Err(PeopleError::RoleNotHeld);
    }
    for have in after.assignments.values_mut() {
        let goes = left || end.contains(have) || (only_given && !give.contains(have));
        have.ended |= goes;
    }
    for assignment in give {
        if !after.assignments.values().any(|have| *have == assignment) {
            after.assignments.insert(AssignmentId::fresh(now, random), assignment);
        }
    }
    after.left = (after.left || left) && !back;
    checked(&after)?;
    if renamed {
        is_free(&town.people()?, &after, Some(id))?;
    }
    keeps_a_manager(town, id, &after)?;
    let edits = Record::from(before).fields().difference(&Record::from(after.clone()).fields());
    Ok(Planned { id, person: after, draft: Draft::Edit { id: id.into(), edits } })
}

/// Whether somebody of this standing may change people.
///
/// # Errors
/// As the store.
pub fn manages(town: &Town, standing: &Standing) -> Result<bool, StoreError> {
    access::may_create_in(&**town.store(), Asker::Person(standing), &Kind::Person, Scope::Town, None)
}

/// Refuses a change after which nobody could change people any more.
fn keeps_a_manager(town: &Town, changed: PersonId, after: &Person) -> Result<(), PeopleError> {
    for (id, person) in town.people()? {
        let person = if id == changed { after } else { &person };
        let roles = person.roles().map(|(role, area)| (role.clone(), area)).collect();
        if manages(town, &Standing { roles, sent: Vec::new(), made: Vec::new(), left: person.left })? {
            return Ok(());
        }
    }
    Err(PeopleError::NobodyLeft)
}

fn is_free(people: &[(PersonId, Person)], person: &Person, own: Option<PersonId>) -> Result<(), PeopleError> {
    let taken = people.iter().any(|(id, other)| Some(*id) != own && other.login == person.login);
    if taken && person.login.is_some() { Err(PeopleError::LoginTaken) } else { Ok(()) }
}

/// As the record's own rules have it, on one line each, and a login that can be typed.
fn checked(person: &Person) -> Result<(), PeopleError> {
    let texts = [Some(&person.name), person.login.as_ref(), person.telephone.as_ref()];
    if texts.into_iter().flatten().any(|text| text.contains(char::is_control)) {
        return Err(PeopleError::Control);
    }
    person.validate().map_err(|invalid| match invalid.field.as_ref() {
        "login" => PeopleError::Login,
        _ => PeopleError::Invalid(invalid),
    })
}
