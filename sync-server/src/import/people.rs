//! `login,name,telephone,roles`: one line a person; roles as `grid_worker@village/grid; volunteer@…`.
//!
//! Floor: sync-server, import. Invariant: a login is taken once.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{Area, AreaId, Assignment, AssignmentId, Person, PersonId, Role, Scope};

use super::table::{BadRow, Columns, FileError, Line, read};
use super::{Context, Plan, Planned, places};

const COLUMNS: Columns = Columns { required: &["login", "name", "roles"], optional: &["telephone"] };

pub(super) fn plan(file: &[u8], context: &mut Context<'_>) -> Result<Plan, FileError> {
    let (lines, bad) = read(file, &COLUMNS)?;
    let mut plan = Plan { rows: lines.len() + bad.len(), records: Vec::new(), bad };
    let mut logins: BTreeSet<String> =
        context.present.people.iter().filter_map(|(_, person)| person.login.clone()).collect();
    for line in &lines {
        match person(line, &logins, context) {
            Ok(person) => {
                logins.extend(person.login.clone());
                let id = PersonId::fresh(context.now, context.random);
                plan.records.push(Planned {
                    row: line.number,
                    id: id.into(),
                    scope: Scope::Town,
                    record: person.into(),
                });
            }
            Err(bad) => plan.bad.push(bad),
        }
    }
    Ok(plan)
}

fn person(line: &Line, logins: &BTreeSet<String>, context: &mut Context<'_>) -> Result<Person, BadRow> {
    let login = line.required("login")?.to_owned();
    let mut assignments = BTreeMap::new();
    for text in line.required("roles")?.split(';').map(str::trim).filter(|text| !text.is_empty()) {
        let assignment = assignment(text, &context.present.areas).map_err(|reason| line.bad("roles", reason))?;
        if !assignments.values().any(|other| *other == assignment) {
            assignments.insert(AssignmentId::fresh(context.now, context.random), assignment);
        }
    }
    if assignments.is_empty() {
        return Err(line.bad("roles", "must be given"));
    }
    let person = Person {
        name: line.required("name")?.to_owned(),
        login: Some(login.clone()),
        telephone: line.owned("telephone"),
        left: false,
        assignments,
    };
    person.validate().map_err(|invalid| BadRow::invalid(line.number, &invalid))?;
    if logins.contains(&login) {
        return Err(line.bad("login", "is taken"));
    }
    Ok(person)
}

/// The area of a role that holds everywhere.
pub(crate) const EVERYWHERE: AreaId = AreaId::from_bytes([0; 16]);

/// `role@area`; an administrator needs no area.
pub(crate) fn assignment(text: &str, areas: &[(AreaId, Area)]) -> Result<Assignment, String> {
    let (role, area) = match text.split_once('@') {
        Some((role, area)) => (role.trim(), Some(area.trim())),
        None => (text.trim(), None),
    };
    let role = Role::from_word(role);
    if !role.is_known() {
        let words: Vec<&str> = Role::KNOWN.iter().map(|role| role.word()).collect();
        return Err(format!("has a role that is not one of: {}", words.join(", ")));
    }
    let Some(area) = area else {
        return match role {
            Role::Administrator => Ok(Assignment { role, area: EVERYWHERE, ended: false }),
            _ => Err("must say where: role@area, such as grid_worker@village/grid".to_owned()),
        };
    };
    Ok(Assignment { role, area: places::find(areas, area, None)?, ended: false })
}
