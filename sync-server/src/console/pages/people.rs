//! People, phones and areas: three lists behind one address.
//!
//! Floor: console. Invariants: read from rows, a page at a time; staff are shown by name, their telephones on their own
//! page alone.

use std::collections::HashMap;

use askama::Template;
use qiaomen_core::projection::Cell;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{AreaId, Assignment, PersonId, Role, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::areas::{self, AreaChoice, Areas};
use super::devices::{self, Devices, PAGE};
use crate::access::Action;
use crate::console::names::{AreaName, Names};
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::import::EVERYWHERE;
use crate::people::{self, NewPerson, PeopleError};
use crate::store::RecordRow;

/// A role in an area.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RoleIn {
    pub(crate) role: String,
    /// Where; nothing where it is held everywhere.
    pub(crate) area: AreaName,
}

/// Somebody.
#[derive(Debug, Serialize, JsonSchema)]
struct PersonLine {
    id: String,
    login: Option<String>,
    name: String,
    left: bool,
    roles: Vec<RoleIn>,
    /// How many phones they have that may exchange.
    phones: u64,
    /// When the last of their phones was there.
    seen: Option<Moment>,
    /// Whether they have chosen a password for the console.
    account: bool,
    second_factor: bool,
}

impl PersonLine {
    /// Each role with the first areas that it is held in, and in how many more it is.
    fn grouped(&self) -> Vec<(&str, String, usize)> {
        const SHOWN: usize = 3;
        let groups = self.roles.chunk_by(|one, other| one.role == other.role);
        groups
            .map(|group| {
                let shown: Vec<&str> = group.iter().take(SHOWN).map(|role| role.area.path.as_str()).collect();
                let role = group.first().map_or("", |role| role.role.as_str());
                (role, shown.join("、"), group.len().saturating_sub(SHOWN))
            })
            .collect()
    }
}

/// People under a filter.
#[derive(Debug, Serialize, JsonSchema)]
struct People {
    total: u64,
    lines: Vec<PersonLine>,
}

/// People, phones and areas.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PeopleModel {
    /// Which of the three: people, devices, areas.
    tab: String,
    role: Option<String>,
    area: Option<String>,
    left: bool,
    people: Option<People>,
    devices: Option<Devices>,
    areas: Option<Areas>,
    /// The areas that a role may be held in.
    choices: Vec<AreaChoice>,
    page: usize,
    more: bool,
    #[serde(skip)]
    now: Option<Moment>,
}

impl PeopleModel {
    fn is_role(&self, word: &str) -> bool {
        self.role.as_deref() == Some(word)
    }

    fn is_area(&self, id: &str) -> bool {
        self.area.as_deref() == Some(id)
    }
}

/// Which list, and what of it.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct PeopleQuery {
    /// people, devices or areas; people where it is absent.
    tab: Option<String>,
    /// Of people: who holds this role.
    role: Option<String>,
    /// Of people: who holds a role in this area or below it.
    area: Option<String>,
    /// Of people: those who have left, instead of those who work here.
    #[serde(default)]
    left: bool,
    /// Of people: whose login begins so.
    login: Option<String>,
    /// Of devices: refused, silent, held or revoked.
    only: Option<String>,
    #[serde(default)]
    page: usize,
}

fn text(row: &RecordRow, table: &str, column: &str) -> Option<String> {
    match row.cell(table, column) {
        Some(Cell::Text(text)) => Some(text.to_string()),
        _ => None,
    }
}

/// The roles that everybody holds now, from rows.
fn roles(asked: &Asked<'_>) -> Result<HashMap<PersonId, Vec<(Role, AreaId)>>, Trouble> {
    let mut roles: HashMap<PersonId, Vec<(Role, AreaId)>> = HashMap::new();
    for (person, role, area) in asked.town.roles()? {
        roles.entry(person).or_default().push((role, area));
    }
    Ok(roles)
}

/// An area's name; everywhere has none.
pub(crate) fn area_name(names: &Names, area: AreaId) -> AreaName {
    if area == EVERYWHERE { AreaName { id: area.to_string(), path: String::new() } } else { names.area(area) }
}

/// Roles in the order in which the roles are listed.
pub(crate) fn in_order(names: &Names, mut held: Vec<(Role, AreaId)>) -> Vec<RoleIn> {
    let rank = |role: &Role| Role::KNOWN.iter().position(|known| known == role).map(|at| usize::MAX - at);
    held.sort_by_cached_key(|(role, area)| (std::cmp::Reverse(rank(role)), names.area(*area).path));
    held.into_iter().map(|(role, area)| RoleIn { role: role.to_string(), area: area_name(names, area) }).collect()
}

fn list(asked: &Asked<'_>, names: &Names, query: &PeopleQuery) -> Result<(People, bool), Trouble> {
    let mut roles = roles(asked)?;
    let wanted = query.role.as_deref().map(Role::from_word);
    let area: Option<AreaId> = query.area.as_deref().map(|area| asked.id(area)).transpose()?;
    let lies_in = |held: AreaId, area: AreaId| names.tree().upward(held).any(|(above, _)| above == area);
    let fits = |held: &[(Role, AreaId)]| {
        (wanted.is_none() && area.is_none())
            || held.iter().any(|(role, of)| {
                wanted.as_ref().is_none_or(|wanted| wanted == role) && area.is_none_or(|area| lies_in(*of, area))
            })
    };
    let mut phones: HashMap<PersonId, (u64, Option<Time>)> = HashMap::new();
    for device in asked.town.devices()? {
        let (have, seen) = phones.entry(device.person).or_default();
        *have += u64::from(device.revoked.is_none());
        *seen = (*seen).max(device.seen);
    }
    let mut found: Vec<(Option<String>, String, PersonId)> = Vec::new();
    for row in asked.town.rows("person")? {
        let id: PersonId = row.document.id.into();
        let left = row.cell("person", "left") == Some(&Cell::Integer(1));
        let login = text(&row, "person", "login");
        let begins = |start: &str| login.as_deref().is_some_and(|login| login.starts_with(start.trim()));
        if left == query.left
            && (left || fits(roles.get(&id).map(Vec::as_slice).unwrap_or_default()))
            && query.login.as_deref().is_none_or(begins)
        {
            found.push((login, text(&row, "person", "name").unwrap_or_default(), id));
        }
    }
    // Whoever has no login comes last.
    found.sort_by(|one, other| (one.0.is_none(), one).cmp(&(other.0.is_none(), other)));
    let total = found.len() as u64;
    let more = found.len() > query.page.saturating_add(1).saturating_mul(PAGE);
    let store = asked.town.store();
    let mut lines = Vec::new();
    for (login, name, id) in found.into_iter().skip(query.page.saturating_mul(PAGE)).take(PAGE) {
        let (phones, seen) = phones.get(&id).copied().unwrap_or_default();
        let account = store.account(id)?;
        lines.push(PersonLine {
            id: id.to_string(),
            login,
            name,
            left: query.left,
            roles: in_order(names, roles.remove(&id).unwrap_or_default()),
            phones,
            seen: seen.map(|seen| asked.moment(seen)),
            account: account.is_some(),
            second_factor: account.is_some_and(|account| account.confirmed),
        });
    }
    Ok((People { total, lines }, more))
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeopleView<'a> {
    shell: &'a Shell,
    m: &'a PeopleModel,
    now: &'a Moment,
}

/// People, phones and areas.
pub(crate) struct Everybody;

impl Page for Everybody {
    const ID: &'static str = "people";
    const SUMMARY: &'static str = "People and their roles, the phones that have joined, or the area tree";
    type Query = PeopleQuery;
    type Model = PeopleModel;

    fn read(asked: &Asked<'_>, query: PeopleQuery) -> Result<PeopleModel, Trouble> {
        let names = asked.names()?;
        let mut model = PeopleModel {
            tab: "people".to_owned(),
            role: query.role.clone(),
            area: query.area.clone(),
            left: query.left,
            people: None,
            devices: None,
            areas: None,
            choices: areas::choices(asked, &names)?,
            page: query.page,
            more: false,
            now: Some(asked.moment(asked.now)),
        };
        match query.tab.as_deref() {
            Some("devices") => {
                let (devices, more) = devices::list(asked, &names, query.only.as_deref(), query.page)?;
                "devices".clone_into(&mut model.tab);
                (model.devices, model.more) = (Some(devices), more);
            }
            Some("areas") => {
                "areas".clone_into(&mut model.tab);
                model.areas = Some(areas::tree(asked, &names)?);
            }
            _ => {
                let (people, more) = list(asked, &names, &query)?;
                (model.people, model.more) = (Some(people), more);
            }
        }
        Ok(model)
    }

    fn show(shell: &Shell, m: &PeopleModel) -> askama::Result<String> {
        let Some(now) = &m.now else { return Ok(String::new()) };
        PeopleView { shell, m, now }.render()
    }
}

/// Roles that people are given: an integration is no person.
pub(crate) const GIVEN: [Role; 6] =
    [Role::Volunteer, Role::GridWorker, Role::TeamHead, Role::Police, Role::Supervisor, Role::Administrator];

/// A role in an area as a form names it.
pub(crate) fn assignment(asked: &Asked<'_>, role: &str, area: Option<&str>) -> Result<Assignment, Trouble> {
    let role = Role::from_word(role);
    if !GIVEN.contains(&role) {
        return Err(Trouble::field("role", "没有这个角色。", "There is no such role."));
    }
    let area = match area {
        Some(area) => {
            let known = area.parse::<AreaId>().ok().filter(|area| {
                *area == EVERYWHERE && role == Role::Administrator
                    || asked.names().is_ok_and(|names| names.tree().get(*area).is_some())
            });
            known.ok_or_else(|| Trouble::field("area", "没有这个区域。", "There is no such area."))?
        }
        None if role == Role::Administrator => EVERYWHERE,
        None => {
            return Err(Trouble::field("area", "请选择这个角色管哪个区域。", "Say in which area they hold this role."));
        }
    };
    Ok(Assignment { role, area, ended: false })
}

impl From<PeopleError> for Trouble {
    fn from(error: PeopleError) -> Self {
        let en = error.to_string();
        match error {
            PeopleError::Unknown => Self::not_found(),
            PeopleError::LoginTaken => {
                Self::field("login", "这个用户名已有人使用，请换一个。", "This login is taken. Choose another.")
            }
            PeopleError::Login => Self::field(
                "login",
                "用户名为 1 至 64 个字节，不能有空格，例如 wang.fang。",
                "A login has 1 to 64 bytes without blanks, such as wang.fang.",
            ),
            PeopleError::Control => Self::invalid("内容里有换行或控制字符。", en),
            PeopleError::Invalid(invalid) => invalid.into(),
            PeopleError::FirstMustManage => Self::field("role", "第一个人必须是管理员。", en),
            PeopleError::HasLeft => {
                Self::field("role", "此人已离岗，请先恢复在岗。", "They have left. Have them back first.")
            }
            PeopleError::RoleNotHeld => Self::moved_on(),
            PeopleError::NobodyLeft => Self::invalid(
                "这样改之后就没有人能管理人员了，请先把别人设为管理员。",
                "Nobody would be left who may see to people. Make somebody else administrator first.",
            ),
            PeopleError::Store(error) => error.into(),
        }
    }
}

/// Somebody to add.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AddForm {
    /// Their name.
    #[schemars(length(min = 1))]
    name: String,
    /// The short name by which they sign in.
    #[schemars(length(min = 1, max = 64))]
    login: String,
    /// Their telephone at work.
    telephone: Option<String>,
    /// Their first role.
    role: String,
    /// Where they hold it; an administrator needs no area.
    area: Option<String>,
}

/// Adds a person.
pub(crate) struct Add;

impl Deed for Add {
    const ID: &'static str = "addPerson";
    const SUMMARY: &'static str = "Add a person with their first role";
    type Form = AddForm;

    fn perform(asked: &Asked<'_>, form: AddForm) -> Result<Done, Trouble> {
        let new = NewPerson {
            roles: vec![assignment(asked, &form.role, form.area.as_deref())?],
            name: form.name.trim().to_owned(),
            login: form.login.trim().to_owned(),
            telephone: form.telephone.map(|telephone| telephone.trim().to_owned()),
        };
        let _turn = asked.desk.people.lock();
        let planned = people::add(asked.town, new, asked.now, &mut asked.random())?;
        asked.write(vec![planned.draft])?;
        asked.note(Action::People, Some(&planned.id.to_string()), Some("added"))?;
        let next = format!("/people/{}", planned.id);
        let done = Done::new(
            asked,
            next,
            "已添加。现在可以给手机生成入网码，或给一个设置密码的链接。",
            "Added. Now give their phone a code, or give them a link to choose a password.",
        );
        Ok(done.with_id(planned.id))
    }
}
