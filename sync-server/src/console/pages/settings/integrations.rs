//! The systems that hand in alerts, and their keys.
//!
//! Floor: console. Invariant: a key is shown once, by the deed that made it.

use std::collections::BTreeMap;

use askama::Template;
use qiaomen_core::doors::in_order;
use qiaomen_core::record::AreaId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Nothing, note, rooms};
use crate::console::names::AreaName;
use crate::console::{Asked, Deed, Done, Moment, Once, Page, Shell, Trouble};
use crate::settings::integrations::{self, IntegrationError};

const HERE: &str = "/settings/integrations";

/// The systems that hand in alerts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SystemsModel {
    /// By name.
    systems: Vec<SystemModel>,
    /// The areas.
    areas: Vec<AreaName>,
    /// Where they hand alerts in.
    address: String,
}

/// A system.
#[derive(Debug, Serialize, JsonSchema)]
struct SystemModel {
    id: String,
    name: String,
    /// The area whose alerts it may hand in.
    area: Option<AreaName>,
    /// Its keys, the newest first.
    keys: Vec<KeyModel>,
}

/// A key.
#[derive(Debug, Serialize, JsonSchema)]
struct KeyModel {
    number: u64,
    created: Moment,
    /// When it was last used.
    seen: Option<Moment>,
    revoked: Option<Moment>,
}

#[derive(Template)]
#[template(path = "settings_integrations.html")]
struct SystemsView<'a> {
    shell: &'a Shell,
    m: &'a SystemsModel,
    rooms: Vec<(&'static str, &'static str, bool)>,
}

/// The systems that hand in alerts.
pub(crate) struct Systems;

impl Page for Systems {
    const ID: &'static str = "integrations";
    const SUMMARY: &'static str = "The systems that hand in alerts, and their keys";
    type Query = Nothing;
    type Model = SystemsModel;

    fn read(asked: &Asked<'_>, _: Nothing) -> Result<SystemsModel, Trouble> {
        let names = asked.names()?;
        let mut systems: BTreeMap<(String, String), SystemModel> = BTreeMap::new();
        let mut keys = integrations::list(asked.town)?;
        keys.sort_by_key(|key| std::cmp::Reverse(key.number));
        for key in keys {
            let (id, name) = (key.person.to_string(), key.name.unwrap_or_else(|| "—".to_owned()));
            let system = systems.entry((name.clone(), id.clone())).or_insert_with(|| SystemModel {
                id,
                name,
                area: key.area.map(|area| names.area(area)),
                keys: Vec::new(),
            });
            system.keys.push(KeyModel {
                number: key.number,
                created: asked.moment(key.created),
                seen: key.seen.map(|seen| asked.moment(seen)),
                revoked: key.revoked.map(|revoked| asked.moment(revoked)),
            });
        }
        let mut areas: Vec<AreaName> = asked.town.areas()?.iter().map(|(id, _)| names.area(*id)).collect();
        areas.sort_by_cached_key(|area| in_order(&area.path));
        let address = format!("{}/api/v1/alerts", asked.origin);
        Ok(SystemsModel { systems: systems.into_values().collect(), areas, address })
    }

    fn show(shell: &Shell, m: &SystemsModel) -> askama::Result<String> {
        SystemsView { shell, m, rooms: rooms(shell) }.render()
    }
}

/// A system that is to hand in alerts.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AddKey {
    /// What it is called; one that is known gets one more key.
    name: String,
    /// The area whose alerts it may hand in; the town if absent.
    area: Option<String>,
}

/// Makes a key.
pub(crate) struct Add;

impl Deed for Add {
    const ID: &'static str = "addIntegrationKey";
    const SUMMARY: &'static str = "Make a key with which a system hands in alerts; it is shown once";
    type Form = AddKey;

    fn perform(asked: &Asked<'_>, form: AddKey) -> Result<Done, Trouble> {
        let area: Option<AreaId> = form.area.as_deref().map(|area| asked.id(area)).transpose()?;
        if let Some(area) = area
            && asked.names()?.tree().get(area).is_none()
        {
            return Err(Trouble::not_found());
        }
        let name = form.name.trim();
        let made = integrations::add(asked.town, asked.person, name, area, asked.now, &mut asked.random());
        let made = made.map_err(|error| match error {
            IntegrationError::NoArea => {
                Trouble::field("area", "还没有区域，请先导入。", "There are no areas yet. Import them first.")
            }
            IntegrationError::SeveralAreas => {
                Trouble::field("area", "请选择区域。", "Several areas have none above them. Name one.")
            }
            IntegrationError::Name => Trouble::field(
                "name",
                "这是一位工作人员的姓名，请给系统另取名称。",
                "This is the name of somebody who works here. Give the system another.",
            ),
            IntegrationError::OtherArea => Trouble::field(
                "area",
                "这个系统登记的是别的区域。如只要再加一个密钥，请不选区域。",
                "This system is for another area. Leave the area out for one more key, or give another name.",
            ),
            IntegrationError::Setting(error) => error.into(),
        })?;
        note(asked, made.number, "integration_key_added")?;
        let mut done = Done::new(asked, HERE, "密钥已生成。", "The key was made.").with_id(made.number);
        let about = asked.lang.pick(
            "对接密钥：请填到对接系统里，作为 Bearer 令牌发送。离开本页后不再显示。",
            "The key: put it into the system, which sends it as a bearer token. It is not shown again.",
        );
        done.once = Some(Once { about: about.to_owned(), codes: vec![made.key], qr: None });
        Ok(done)
    }
}

/// Which key.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WhichKey {
    /// Its number.
    number: u64,
}

/// Revokes a key.
pub(crate) struct Revoke;

impl Deed for Revoke {
    const ID: &'static str = "revokeIntegrationKey";
    const SUMMARY: &'static str = "Revoke a system's key, from its next request on";
    type Form = WhichKey;

    fn perform(asked: &Asked<'_>, form: WhichKey) -> Result<Done, Trouble> {
        integrations::revoke(asked.town, asked.person, form.number, asked.now)?;
        note(asked, form.number, "integration_key_revoked")?;
        Ok(Done::new(asked, HERE, "密钥已停用。", "The key was revoked."))
    }
}
