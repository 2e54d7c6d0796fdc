//! People: one row a person, with the roles they have and where.
//!
//! Floor: sync-server, import. Invariants: a person is the same by their login; a role that a file gave and gives
//! no more ends, one that somebody else gave stays.

use std::collections::BTreeSet;

use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    Area, AreaId, Assignment, AssignmentId, DocumentId, Fields, Kind, Person, PersonId, Role, Scope, Value,
};

use super::compare::{Part, Present, Say};
use super::desk::{Desk, Planned};
use super::places;
use super::sheet::Source;
use super::table::{BadRow, Column, Columns, Line, Lines, each};
use super::{ImportError, Planner, Twin, clean};

pub(super) const COLUMNS: Columns = Columns {
    known: &[
        Column { name: "login", words: &["账号", "帐号", "登录名", "用户名", "登录账号", "工号"] },
        Column { name: "name", words: &["姓名", "人员姓名", "网格员姓名"] },
        Column {
            name: "telephone",
            words: &["电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "电话/手机号"],
        },
        Column { name: "roles", words: &["角色", "职务", "岗位", "身份", "role"] },
        Column {
            name: "village", words: &["村/社区", "村社区", "村", "社区", "所属村", "所属社区", "村居"]
        },
        Column { name: "grid", words: &["网格", "所属网格", "负责网格", "网格名称", "责任网格"] },
        Column { name: "area", words: &["区域", "负责区域", "辖区", "责任区域", "范围"] },
    ],
    required: &[&["name"], &["roles"], &["login", "telephone"]],
};

/// What roles are called.
const ROLES: &[(&str, &[&str])] = &[
    ("volunteer", &["志愿者", "志愿服务者"]),
    ("grid_worker", &["网格员", "专职网格员", "兼职网格员", "网格长"]),
    ("team_head", &["队长", "小队长", "劝阻队长", "村反诈队长", "组长"]),
    ("police", &["民警", "辅警", "警察", "公安", "派出所"]),
    ("supervisor", &["主管", "督导", "督导员", "审核员"]),
    ("administrator", &["管理员", "系统管理员"]),
];

struct Good {
    row: u64,
    login: String,
    name: String,
    telephone: Option<String>,
    roles: Vec<(Role, AreaId)>,
}

pub(super) struct People {
    good: Vec<Good>,
    /// Who is there, by login.
    here: Vec<(String, DocumentId)>,
}

struct Reader<'r, 'd> {
    people: People,
    desk: &'r mut Desk<'d>,
}

impl Lines for Reader<'_, '_> {
    fn line(&mut self, line: &Line<'_>) -> Result<(), ImportError> {
        self.desk.count_row();
        match person(line, &self.desk.areas.all) {
            Err(bad) => self.desk.bad(bad),
            Ok(good) => {
                let earlier = self.people.good.iter().find(|other| other.login == good.login);
                match earlier {
                    Some(other) if other.name == good.name => self.desk.twin(line.number, Twin::Row(other.row)),
                    Some(other) => {
                        let reason = format!("is taken by row {}", other.row);
                        self.desk.bad(line.bad("login", reason));
                    }
                    None if self.desk.may(&Kind::Person, None)? => self.people.good.push(good),
                    None => {}
                }
            }
        }
        Ok(())
    }

    fn bad(&mut self, bad: BadRow) {
        self.desk.count_row();
        self.desk.bad(bad);
    }
}

pub(super) fn read(source: &mut dyn Source, desk: &mut Desk<'_>) -> Result<People, ImportError> {
    let here = desk.town.people()?;
    let here = here.into_iter().filter_map(|(id, person)| Some((person.login?, id.into()))).collect();
    let mut reader = Reader { people: People { good: Vec::new(), here }, desk };
    let aside = each(source, &COLUMNS, &mut reader)?;
    let people = reader.people;
    desk.aside(aside);
    Ok(people)
}

fn person(line: &Line<'_>, areas: &[(AreaId, Area)]) -> Result<Good, BadRow> {
    let telephone = line.telephones("telephone")?.into_iter().next();
    // Whoever has no login yet is called by their telephone.
    let login = match line.cell("login").or_else(|| telephone.clone().filter(|_| !line.has("login"))) {
        Some(login) => login,
        None => return Err(line.bad("login", "must be given")),
    };
    let around = around(line);
    let mut roles: Vec<(Role, AreaId)> = Vec::new();
    for text in clean_roles(&line.required("roles")?) {
        let text = match &around {
            Some(area) if !text.contains('@') && role_word(&text) != Some("administrator") => format!("{text}@{area}"),
            _ => text,
        };
        let given = assignment(&text, areas).map_err(|reason| line.bad("roles", reason))?;
        if !roles.contains(&(given.role.clone(), given.area)) {
            roles.push((given.role, given.area));
        }
    }
    if roles.is_empty() {
        return Err(line.bad("roles", "must be given"));
    }
    let good = Good { row: line.number, login, name: line.required("name")?, telephone, roles };
    record(&good).validate().map_err(|invalid| BadRow::invalid(line.number, &invalid))?;
    Ok(good)
}

/// The area that columns of their own name for a role.
fn around(line: &Line<'_>) -> Option<String> {
    match (line.cell("village"), line.cell("grid"), line.cell("area")) {
        (Some(village), Some(grid), _) => Some(format!("{village}/{grid}")),
        (None, Some(grid), _) => Some(grid),
        (_, None, Some(area)) => Some(area),
        (village, None, None) => village,
    }
}

fn clean_roles(text: &str) -> Vec<String> {
    text.split([';', '；', '、', '\n']).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn role_word(text: &str) -> Option<&'static str> {
    let text = clean::word(text);
    ROLES.iter().find(|(word, others)| *word == text || others.contains(&text.as_str())).map(|(word, _)| *word)
}

/// The area of a role that holds everywhere.
pub(crate) const EVERYWHERE: AreaId = AreaId::from_bytes([0; 16]);

/// `role@area`; an administrator needs no area.
pub(crate) fn assignment(text: &str, areas: &[(AreaId, Area)]) -> Result<Assignment, String> {
    let (role, area) = match text.split_once('@') {
        Some((role, area)) => (role.trim(), Some(area.trim())),
        None => (text.trim(), None),
    };
    let role = role_word(role).map(Role::from_word).ok_or_else(|| {
        let words: Vec<&str> = Role::KNOWN.iter().map(|role| role.word()).collect();
        format!("has a role that is not one of: {}", words.join(", "))
    })?;
    let Some(area) = area else {
        return match role {
            Role::Administrator => Ok(Assignment { role, area: EVERYWHERE, ended: false }),
            _ => Err("must say where: role@area, such as grid_worker@village/grid".to_owned()),
        };
    };
    Ok(Assignment { role, area: places::find(areas, area, None)?, ended: false })
}

fn record(good: &Good) -> Person {
    let given = |(at, (role, area)): (u128, &(Role, AreaId))| {
        let assignment = Assignment { role: role.clone(), area: *area, ended: false };
        (AssignmentId::from_bytes(at.to_be_bytes()), assignment)
    };
    Person {
        name: good.name.clone(),
        login: Some(good.login.clone()),
        telephone: good.telephone.clone(),
        left: false,
        assignments: (1_u128..).zip(&good.roles).map(given).collect(),
    }
}

fn says(good: &Good) -> Vec<Say> {
    let row = good.row;
    let mut says = vec![Say::text(row, "login", "login", &good.login), Say::text(row, "name", "name", &good.name)];
    says.extend(good.telephone.as_ref().map(|text| Say::text(row, "telephone", "telephone", text)));
    says.push(Say::new(row, "left", "left", Value::Bool(false)));
    says
}

fn ended(row: u64, ended: bool) -> Vec<Say> {
    vec![Say::new(row, "roles", "ended", Value::Bool(ended))]
}

/// What the file says of the roles of somebody who is there.
fn roles(good: &Good, present: &Present, desk: &mut Desk<'_>) -> Vec<Part> {
    let there = present.parts("assignments");
    let of = |fields: &Fields| {
        let role = fields.text("role").map(Role::from_word).ok()?;
        Some((role, AreaId::from_slice(fields.bytes("area").ok()?).ok()?))
    };
    let is_ended = |fields: &Fields| fields.get("ended") == Some(&Value::Bool(true));
    let mut parts = Vec::new();
    let mut used = BTreeSet::new();
    for role in &good.roles {
        let mut same: Vec<_> = there.iter().filter(|(_, fields)| of(fields).as_ref() == Some(role)).collect();
        // One that stands, before one that has ended.
        same.sort_by_key(|(_, fields)| is_ended(fields));
        match same.first() {
            Some((id, _)) => {
                used.insert(*id);
                parts.push(Part { row: good.row, id: *id, fresh: None, says: ended(good.row, false) });
            }
            None => {
                let id = *AssignmentId::fresh(desk.now, desk.random).bytes();
                let mut fields = Fields::new();
                Assignment { role: role.0.clone(), area: role.1, ended: false }.write_fields("", &mut fields);
                parts.push(Part { row: good.row, id, fresh: Some(fields), says: ended(good.row, false) });
            }
        }
    }
    // What a file gave, and gives no more.
    for (id, _) in there.iter().filter(|(id, _)| !used.contains(id)) {
        let read = present.memory.get(&Some(*id)).and_then(|memory| memory.get("ended"));
        if read.is_some() {
            parts.push(Part { row: good.row, id: *id, fresh: None, says: ended(good.row, true) });
        }
    }
    parts
}

impl Planner for People {
    fn plan(&mut self, desk: &mut Desk<'_>) -> Result<(), ImportError> {
        for good in &self.good {
            let here = self.here.iter().find(|(login, _)| *login == good.login).map(|(_, id)| *id);
            let present = here.map(|id| desk.present(id)).transpose()?.flatten();
            let says = says(good);
            match present {
                Some(present) => {
                    let parts = roles(good, &present, desk);
                    desk.meet(good.row, &present, &says, ("assignments", &parts), Planned::default())?;
                }
                None => {
                    let mut person = record(good);
                    let mut parts = Vec::new();
                    for assignment in std::mem::take(&mut person.assignments).into_values() {
                        let id = AssignmentId::fresh(desk.now, desk.random);
                        person.assignments.insert(id, assignment);
                        parts.push(Part { row: good.row, id: *id.bytes(), fresh: None, says: ended(good.row, false) });
                    }
                    let id: DocumentId = PersonId::fresh(desk.now, desk.random).into();
                    desk.make(good.row, (id, Scope::Town, person.into()), &says, &parts, Planned::default())?;
                }
            }
        }
        Ok(())
    }
}
