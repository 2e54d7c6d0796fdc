//! Phones: when each was there last, what waits or was refused, how far behind it is; locking one.
//!
//! Floor: console. Invariants: what is counted on today's page is what is listed here; what no phone tells is not made up.

use std::collections::HashMap;

use qiaomen_core::record::{DeviceId, PersonId, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Action;
use crate::console::names::{Names, Staff};
use crate::console::{Asked, Deed, Done, Moment, Trouble};
use crate::store::DeviceRecord;

/// For how many hours a phone may be silent.
pub(crate) const SILENT_HOURS: i64 = 72;

/// The phones that have refused records, and how many.
pub(crate) fn refused(asked: &Asked<'_>) -> Result<Vec<(DeviceRecord, u64)>, Trouble> {
    let counts: HashMap<DeviceId, u64> = asked.town.store().refusals()?.into_iter().collect();
    let devices = asked.town.devices()?.into_iter();
    let with_count = devices.map(|device| {
        let count = counts.get(&device.id).copied().unwrap_or(0);
        (device, count)
    });
    Ok(with_count.filter(|(_, count)| *count > 0).collect())
}

/// Whether a phone that may exchange has not been heard from since then.
pub(crate) fn is_silent(device: &DeviceRecord, since: Time) -> bool {
    device.revoked.is_none() && device.seen.unwrap_or(device.enrolled) < since
}

/// A phone.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DeviceLine {
    pub(crate) id: String,
    pub(crate) person: Staff,
    /// What it calls itself.
    pub(crate) label: String,
    pub(crate) enrolled: Moment,
    /// When it was last there, ten minutes ago at most.
    pub(crate) seen: Option<Moment>,
    pub(crate) silent: bool,
    pub(crate) revoked: Option<Moment>,
    /// How many of its changes wait at the server for a decision.
    pub(crate) held: u64,
    /// How many of its changes were refused.
    pub(crate) refused: u64,
    /// How many changes the town's log has that the phone has not said it holds; only those of its own areas will come.
    pub(crate) behind: u64,
    /// The version of its app; null, as phones do not tell it.
    pub(crate) version: Option<String>,
    /// How much room it has left; null, as phones do not tell it.
    pub(crate) storage: Option<u64>,
    /// How far its clock is off; null, as the server keeps that of records and not of phones.
    pub(crate) clock_offset: Option<i64>,
}

impl DeviceLine {
    fn of(asked: &Asked<'_>, names: &Names, (device, refused): &(DeviceRecord, u64)) -> Result<Self, Trouble> {
        let (_, held) = asked.town.store().waiting(device.id)?;
        Ok(Self {
            id: device.id.to_string(),
            person: names.staff(device.person),
            label: device.label.clone(),
            enrolled: asked.moment(device.enrolled),
            seen: device.seen.map(|seen| asked.moment(seen)),
            silent: is_silent(device, asked.now.plus_hours(-SILENT_HOURS)),
            revoked: device.revoked.map(|at| asked.moment(at)),
            held,
            refused: *refused,
            // Asked for after the device was read, so that no phone is ahead of it.
            behind: asked.town.store().log()?.size.saturating_sub(device.base),
            version: None,
            storage: None,
            clock_offset: None,
        })
    }
}

fn all(asked: &Asked<'_>) -> Result<Vec<(DeviceRecord, u64)>, Trouble> {
    let counts: HashMap<DeviceId, u64> = asked.town.store().refusals()?.into_iter().collect();
    let devices = asked.town.devices()?.into_iter();
    Ok(devices.map(|device| (counts.get(&device.id).copied().unwrap_or(0), device)).map(|(n, d)| (d, n)).collect())
}

/// The phones of one person, those that may exchange first.
pub(crate) fn of_person(asked: &Asked<'_>, names: &Names, person: PersonId) -> Result<Vec<DeviceLine>, Trouble> {
    let mut own: Vec<_> = all(asked)?.into_iter().filter(|(device, _)| device.person == person).collect();
    own.sort_by_key(|(device, _)| (device.revoked.is_some(), std::cmp::Reverse(device.enrolled)));
    own.iter().map(|device| DeviceLine::of(asked, names, device)).collect()
}

/// The phones of a list, so many of them.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Devices {
    /// How many there are under this filter.
    pub(crate) total: u64,
    pub(crate) only: Option<String>,
    pub(crate) lines: Vec<DeviceLine>,
}

impl Devices {
    /// Whether this filter is on; no word stands for none.
    pub(crate) fn is_only(&self, word: &str) -> bool {
        self.only.as_deref().unwrap_or_default() == word
    }
}

/// How many stand on a page.
pub(crate) const PAGE: usize = 50;

/// The phones, by when they were last there, the longest ago first; locked ones only where they are asked for.
pub(crate) fn list(
    asked: &Asked<'_>,
    names: &Names,
    only: Option<&str>,
    page: usize,
) -> Result<(Devices, bool), Trouble> {
    let mut found = match only {
        Some("refused") => refused(asked)?,
        Some("silent") => {
            let since = asked.now.plus_hours(-SILENT_HOURS);
            all(asked)?.into_iter().filter(|(device, _)| is_silent(device, since)).collect()
        }
        Some("revoked") => all(asked)?.into_iter().filter(|(device, _)| device.revoked.is_some()).collect(),
        Some("held") => {
            let mut held = Vec::new();
            for device in all(asked)? {
                if asked.town.store().waiting(device.0.id)?.1 > 0 {
                    held.push(device);
                }
            }
            held
        }
        _ => all(asked)?.into_iter().filter(|(device, _)| device.revoked.is_none()).collect(),
    };
    found.sort_by_key(|(device, _)| (device.seen.unwrap_or(device.enrolled), device.id));
    let total = found.len() as u64;
    let more = found.len() > page.saturating_add(1).saturating_mul(PAGE);
    let shown = found.iter().skip(page.saturating_mul(PAGE)).take(PAGE);
    let lines = shown.map(|device| DeviceLine::of(asked, names, device)).collect::<Result<_, _>>()?;
    Ok((Devices { total, only: only.map(str::to_owned), lines }, more))
}

/// Which phone.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DeviceForm {
    device: String,
}

/// Locks a phone.
pub(crate) struct Revoke;

impl Deed for Revoke {
    const ID: &'static str = "revokeDevice";
    const SUMMARY: &'static str = "Lock a phone from its next request on; what it had not sent can still be handed in";
    type Form = DeviceForm;

    fn perform(asked: &Asked<'_>, form: DeviceForm) -> Result<Done, Trouble> {
        let id: DeviceId = asked.id(&form.device)?;
        let device = asked.town.devices()?.into_iter().find(|device| device.id == id).ok_or_else(Trouble::not_found)?;
        asked.note(Action::Revoke, Some(&id.to_string()), Some("phone"))?;
        let next = format!("/people/{}", device.person);
        Ok(if asked.town.revoke_device(id, asked.now)? {
            Done::new(asked, next, "手机已停用。", "The phone is locked.")
        } else {
            Done::new(asked, next, "这部手机早已停用。", "This phone was locked before.")
        })
    }
}
