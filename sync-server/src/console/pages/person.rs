//! One person: their roles, phones and sign-in, and what may be done about each.
//!
//! Floor: console. Invariants: codes and links are shown once and kept as hashes; whoever sees to people may not give
//! themselves a link or take away their own second factor, for which there is one's own account.

use askama::Template;
use qiaomen_core::protocol::enrol::invitation;
use qiaomen_core::protocol::limits::INVITE_HOURS;
use qiaomen_core::record::{AssignmentId, DocumentId, Person, PersonId, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::areas::{self, AreaChoice};
use super::devices::{self, DeviceLine};
use super::people::{area_name, assignment};
use crate::access::{Action, account, needs_second_factor};
use crate::console::names::AreaName;
use crate::console::{Asked, Deed, Done, Moment, Once, Page, Shell, Trouble, qr};
use crate::people::{self, Change};
use crate::store::{Account, LinkUse};

/// A role that somebody holds.
#[derive(Debug, Serialize, JsonSchema)]
struct RoleLine {
    /// By which it is ended.
    assignment: String,
    role: String,
    area: AreaName,
}

/// Somebody.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PersonModel {
    id: String,
    name: String,
    login: Option<String>,
    telephone: Option<String>,
    left: bool,
    roles: Vec<RoleLine>,
    /// Roles that they held once.
    former: Vec<RoleLine>,
    phones: Vec<DeviceLine>,
    /// Whether they have chosen a password.
    account: bool,
    password_changed: Option<Moment>,
    second_factor: bool,
    second_factor_needed: bool,
    recovery_left: u64,
    /// How many browsers they are signed in at.
    sessions: u64,
    /// How many tokens of theirs work.
    tokens: u64,
    /// Whether it is whoever asks.
    own: bool,
    choices: Vec<AreaChoice>,
    invite_hours: i64,
    #[serde(skip)]
    now: Option<Moment>,
}

/// Whom.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct PersonQuery {
    person: String,
}

fn record(asked: &Asked<'_>, text: &str) -> Result<(PersonId, Person), Trouble> {
    let id: PersonId = asked.id(text)?;
    let (_, document) = asked.town.document(DocumentId::from(id))?.ok_or_else(Trouble::not_found)?;
    match document.record() {
        Ok(Record::Person(person)) => Ok((id, person)),
        _ => Err(Trouble::not_found()),
    }
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonView<'a> {
    shell: &'a Shell,
    m: &'a PersonModel,
    now: &'a Moment,
}

/// One person.
pub(crate) struct One;

impl Page for One {
    const ID: &'static str = "person";
    const SUMMARY: &'static str = "One person: roles, phones, how they sign in";
    type Query = PersonQuery;
    type Model = PersonModel;

    fn read(asked: &Asked<'_>, query: PersonQuery) -> Result<PersonModel, Trouble> {
        let (id, person) = record(asked, &query.person)?;
        let (store, names) = (asked.town.store(), asked.names()?);
        let account = store.account(id)?;
        let line = |ended: bool| -> Vec<RoleLine> {
            let held = person.assignments.iter().filter(|(_, one)| (one.ended || person.left) == ended);
            let mut lines: Vec<RoleLine> = held
                .map(|(id, one)| RoleLine {
                    assignment: id.to_string(),
                    role: one.role.to_string(),
                    area: area_name(&names, one.area),
                })
                .collect();
            lines.sort_by(|one, other| (&one.role, &one.area.path).cmp(&(&other.role, &other.area.path)));
            lines
        };
        let working = store.user_tokens(id)?.into_iter();
        let working = working.filter(|token| token.revoked.is_none() && token.expires > asked.now).count() as u64;
        Ok(PersonModel {
            id: id.to_string(),
            roles: line(false),
            former: line(true),
            phones: devices::of_person(asked, &names, id)?,
            account: account.is_some(),
            password_changed: account.as_ref().map(|account| asked.moment(account.changed)),
            second_factor: account.is_some_and(|account| account.confirmed),
            second_factor_needed: needs_second_factor(&store.standing(id)?),
            recovery_left: store.recovery_left(id)?,
            sessions: store.sessions(id)?.len() as u64,
            tokens: working,
            own: id == asked.person,
            choices: areas::choices(asked, &names)?,
            invite_hours: INVITE_HOURS,
            name: person.name,
            login: person.login,
            telephone: person.telephone,
            left: person.left,
            now: Some(asked.moment(asked.now)),
        })
    }

    fn show(shell: &Shell, m: &PersonModel) -> askama::Result<String> {
        let Some(now) = &m.now else { return Ok(String::new()) };
        PersonView { shell, m, now }.render()
    }
}

/// Changes somebody, and notes what was done.
fn change(asked: &Asked<'_>, id: PersonId, change: Change, detail: &str) -> Result<(), Trouble> {
    let _turn = asked.desk.people.lock();
    let planned = people::change(asked.town, id, change, asked.now, &mut asked.random())?;
    asked.write(vec![planned.draft])?;
    Ok(asked.note(Action::People, Some(&id.to_string()), Some(detail))?)
}

fn here(id: PersonId) -> String {
    format!("/people/{id}")
}

/// What somebody is called from now on.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ChangeForm {
    person: String,
    /// Their name.
    #[schemars(length(min = 1))]
    name: String,
    /// By which they sign in; where it is absent it stays.
    login: Option<String>,
    /// Their telephone at work; where it is absent they have none.
    telephone: Option<String>,
}

/// Changes a name, a login or a telephone.
pub(crate) struct SetPerson;

impl Deed for SetPerson {
    const ID: &'static str = "changePerson";
    const SUMMARY: &'static str = "Change somebody's name, login and telephone";
    type Form = ChangeForm;

    fn perform(asked: &Asked<'_>, form: ChangeForm) -> Result<Done, Trouble> {
        let (id, _) = record(asked, &form.person)?;
        let to = Change {
            name: Some(form.name.trim().to_owned()),
            login: form.login.map(|login| login.trim().to_owned()),
            telephone: Some(form.telephone.unwrap_or_default().trim().to_owned()),
            ..Change::default()
        };
        change(asked, id, to, "changed")?;
        Ok(Done::new(asked, here(id), "已保存。", "Saved."))
    }
}

/// A role to give.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct GiveForm {
    person: String,
    role: String,
    /// Where they hold it; an administrator needs no area.
    area: Option<String>,
}

/// Gives a role.
pub(crate) struct GiveRole;

impl Deed for GiveRole {
    const ID: &'static str = "giveRole";
    const SUMMARY: &'static str = "Give somebody a role in an area; somebody who had left works here again";
    type Form = GiveForm;

    fn perform(asked: &Asked<'_>, form: GiveForm) -> Result<Done, Trouble> {
        let (id, person) = record(asked, &form.person)?;
        let give = vec![assignment(asked, &form.role, form.area.as_deref())?];
        let back = person.left;
        change(asked, id, Change { give, back, ..Change::default() }, if back { "back" } else { "role_given" })?;
        Ok(Done::new(
            asked,
            here(id),
            "角色已授予，手机下次联网即生效。",
            "The role was given. Phones learn of it at their next request.",
        ))
    }
}

/// A role to end.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct EndForm {
    person: String,
    assignment: String,
}

/// Ends a role.
pub(crate) struct EndRole;

impl Deed for EndRole {
    const ID: &'static str = "endRole";
    const SUMMARY: &'static str = "End one of somebody's roles; what they did under it stays explained";
    type Form = EndForm;

    fn perform(asked: &Asked<'_>, form: EndForm) -> Result<Done, Trouble> {
        let (id, person) = record(asked, &form.person)?;
        let which: AssignmentId = asked.id(&form.assignment)?;
        let held = person.assignments.get(&which).cloned().ok_or_else(Trouble::not_found)?;
        change(asked, id, Change { end: vec![held], ..Change::default() }, "role_ended")?;
        Ok(Done::new(asked, here(id), "角色已结束。", "The role has ended."))
    }
}

/// Somebody leaves.
pub(crate) struct Leave;

impl Deed for Leave {
    const ID: &'static str = "personLeft";
    const SUMMARY: &'static str =
        "Somebody no longer works here: every role ends, their phones are locked, they sign in no more";
    type Form = PersonQuery;

    fn perform(asked: &Asked<'_>, form: PersonQuery) -> Result<Done, Trouble> {
        let (id, _) = record(asked, &form.person)?;
        change(asked, id, Change { left: true, ..Change::default() }, "left")?;
        asked.town.revoke_person(id, asked.now)?;
        account::shut_out(&**asked.town.store(), id, asked.now)?;
        let (zh, en) = (
            "已标记离岗：角色结束，手机停用，不能再登录。",
            "They have left: roles ended, phones taken out of use, no more signing in.",
        );
        Ok(Done::new(asked, here(id), zh, en))
    }
}

/// Whose phone, and for how long.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct InviteForm {
    person: String,
    /// For how many hours the code works.
    #[schemars(range(min = 1, max = 720))]
    hours: Option<i64>,
}

/// Makes an enrolment code.
pub(crate) struct Invite;

impl Deed for Invite {
    const ID: &'static str = "invitePhone";
    const SUMMARY: &'static str = "Make a one-time code by which a phone joins as this person; it is shown once";
    type Form = InviteForm;

    fn perform(asked: &Asked<'_>, form: InviteForm) -> Result<Done, Trouble> {
        let (id, person) = record(asked, &form.person)?;
        let hours = form.hours.unwrap_or(INVITE_HOURS);
        if !(1..=720).contains(&hours) {
            return Err(Trouble::field("hours", "请填 1 至 720 小时。", "Write 1 to 720 hours."));
        }
        if person.left {
            return Err(gone());
        }
        let code = asked.town.invite(id, hours, Some(asked.person), asked.now, &mut asked.random())?;
        let Some(code) = code else {
            return Err(Trouble::invalid("对接系统没有手机。", "A system has a key and no phone."));
        };
        asked.note(Action::Invite, Some(&id.to_string()), Some("code"))?;
        let mut done = Done::new(asked, here(id), "入网码已生成。", "The code was made.");
        let until = asked.moment(asked.now.plus_hours(hours)).minute();
        let about = match asked.lang {
            crate::console::Lang::Zh => format!(
                "{}：在手机上打开敲门，扫描二维码，或输入服务器地址和入网码。只能用一次，{until} 前有效。离开本页后不再显示。",
                person.name
            ),
            crate::console::Lang::En => format!(
                "{}: open Qiaomen on the phone and scan this, or type the server's address and the code. It works once, until \
                 {until}, and is not shown again.",
                person.name
            ),
        };
        done.once =
            Some(Once { about, qr: qr(&invitation(&asked.origin, &code)), codes: vec![code, asked.origin.clone()] });
        Ok(done)
    }
}

fn gone() -> Trouble {
    Trouble::invalid("此人已离岗，请先恢复在岗。", "They have left. Have them back first.")
}

/// Somebody else who has a login.
fn other(asked: &Asked<'_>, text: &str) -> Result<PersonId, Trouble> {
    let (id, person) = record(asked, text)?;
    if id == asked.person {
        return Err(Trouble::invalid(
            "自己的密码和第二步验证请在“我的账户”里更改。",
            "See to your own under My account.",
        ));
    }
    if person.left {
        return Err(gone());
    }
    if person.login.is_none() {
        return Err(Trouble::field("login", "请先给此人设用户名。", "Give them a login first."));
    }
    Ok(id)
}

fn link(asked: &Asked<'_>, id: PersonId, zh: &str, en: &str) -> Result<Done, Trouble> {
    let store = asked.town.store();
    let token = account::link(&**store, LinkUse::Password, Some(id), asked.now, &mut asked.random())?;
    let mut done = Done::new(asked, here(id), zh, en);
    let about = asked.lang.pick(
        "一次性链接：请亲手交给本人，打开后设置密码。72 小时内有效，只能用一次；谁打开它，谁就能以此人身份登录。离开本页后不再显示。",
        "A one-time link: hand it to them yourself; whoever opens it chooses the password and signs in as them. It works once, for \
         72 hours, and is not shown again.",
    );
    done.once = Some(Once { about: about.to_owned(), codes: vec![format!("{}/link/{token}", asked.origin)], qr: None });
    Ok(done)
}

/// Makes a link by which somebody chooses a password.
pub(crate) struct GiveLink;

impl Deed for GiveLink {
    const ID: &'static str = "passwordLink";
    const SUMMARY: &'static str =
        "Make a one-time link by which somebody else chooses their password; it is shown once";
    type Form = PersonQuery;

    fn perform(asked: &Asked<'_>, form: PersonQuery) -> Result<Done, Trouble> {
        let id = other(asked, &form.person)?;
        asked.note(Action::Invite, Some(&id.to_string()), Some("link"))?;
        link(asked, id, "登录链接已生成。", "The link was made.")
    }
}

/// Takes a second factor away.
pub(crate) struct ResetFactor;

impl Deed for ResetFactor {
    const ID: &'static str = "resetSecondFactor";
    const SUMMARY: &'static str = "Take somebody else's second factor and recovery codes away, because their phone is lost; ends their sessions and \
         tokens";
    type Form = PersonQuery;

    fn perform(asked: &Asked<'_>, form: PersonQuery) -> Result<Done, Trouble> {
        let id = other(asked, &form.person)?;
        let store = asked.town.store();
        let account = store
            .account(id)?
            .ok_or_else(|| Trouble::invalid("此人还没有设置密码。", "They have not chosen a password yet."))?;
        asked.note(Action::Invite, Some(&id.to_string()), Some("second_factor_reset"))?;
        store.account_put(&Account { totp: None, confirmed: false, ..account })?;
        store.recovery_put(id, &[])?;
        account::shut_out(&**store, id, asked.now)?;
        // Whoever finds the password sets up the next factor: it is chosen anew together with it.
        link(
            asked,
            id,
            "第二步验证已重置，请让本人用这个链接重设密码。",
            "The second factor was reset. Have them choose a new password by this link.",
        )
    }
}

/// Locks all phones of somebody.
pub(crate) struct RevokeAll;

impl Deed for RevokeAll {
    const ID: &'static str = "revokePerson";
    const SUMMARY: &'static str =
        "Lock every phone of a person, end their sessions and tokens; codes that they have not used work no more";
    type Form = PersonQuery;

    fn perform(asked: &Asked<'_>, form: PersonQuery) -> Result<Done, Trouble> {
        let (id, _) = record(asked, &form.person)?;
        asked.note(Action::Revoke, Some(&id.to_string()), Some("all_phones"))?;
        let revoked = asked.town.revoke_person(id, asked.now)?.len();
        account::shut_out(&**asked.town.store(), id, asked.now)?;
        let (zh, en) = (
            format!("已停用 {revoked} 部手机，未用的入网码作废，网页登录和程序令牌已失效。"),
            format!("{revoked} phones taken out of use; unused codes are void, sessions and tokens are over."),
        );
        Ok(Done::new(asked, here(id), &zh, &en))
    }
}
