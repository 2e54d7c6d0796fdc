//! Phones: when each was there last, what waits or was refused, how far behind it is; locking one.
//!
//! Floor: console. Invariants: what is counted on today's page is what is listed here; what a phone has not told is not
//! made up.

use std::collections::HashMap;

use qiaomen_core::record::{DeviceId, PersonId, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Action;
use crate::console::names::{Names, Staff};
use crate::console::{Asked, Deed, Done, Lang, Moment, Shell, Trouble};
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
    /// How many of its changes lie at the server and wait there, for a decision or for what they follow.
    pub(crate) held: u64,
    /// How many of its changes reached the server and were refused, ever.
    pub(crate) refused: u64,
    /// How many changes the town's log has that the phone has not said it holds; only those of its own areas will come.
    pub(crate) behind: u64,
    /// When it last said how it is; null, as all that follows, where it never did.
    pub(crate) told: Option<Moment>,
    /// The version of its app.
    pub(crate) version: Option<String>,
    /// How many bytes it has free.
    pub(crate) free_bytes: Option<u64>,
    /// Whether that is little.
    pub(crate) little_room: bool,
    /// How many bytes the app uses.
    pub(crate) used_bytes: Option<u64>,
    /// By how many milliseconds its clock is fast; below nought it is slow. Records carry corrected times all the same.
    pub(crate) clock_fast_ms: Option<i64>,
    /// Whether that is far.
    pub(crate) clock_off: bool,
    /// How many of its changes were still on the phone alone when it told.
    pub(crate) unsent: Option<u64>,
    /// When the first of them was written.
    pub(crate) unsent_since: Option<Moment>,
    /// How many refused records and edits lay on the phone then, to be corrected or given up there.
    pub(crate) quarantined: Option<u64>,
}

/// From how many minutes on a clock is far off.
const CLOCK_OFF_MINUTES: u64 = 5;
/// Below how many bytes a phone has little room.
const LITTLE_ROOM: u64 = 500_000_000;

/// A size as phones themselves tell it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000),
    }
}

/// By how much a clock is off, in words.
fn clock_words(lang: Lang, fast_ms: i64) -> String {
    let seconds = fast_ms.unsigned_abs() / 1_000;
    if seconds < 2 {
        return lang.pick("准", "right").to_owned();
    }
    let (days, hours, minutes, rest) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    let units = [
        (days, "天", if days == 1 { "day" } else { "days" }),
        (hours, "小时", "h"),
        (minutes, "分", "min"),
        (rest, "秒", "s"),
    ];
    // The two largest that follow one another: seconds say nothing about a clock that is off by hours.
    let first = units.iter().position(|(count, ..)| *count > 0).unwrap_or(units.len());
    let said = units.iter().skip(first).take(2).filter(|(count, ..)| *count > 0);
    match lang {
        Lang::Zh => {
            let amount: String = said.map(|(count, zh, _)| format!("{count}{zh}")).collect();
            format!("{}{amount}", if fast_ms > 0 { "快" } else { "慢" })
        }
        Lang::En => {
            let amount: Vec<String> = said.map(|(count, _, en)| format!("{count} {en}")).collect();
            format!("{} {}", amount.join(" "), if fast_ms > 0 { "fast" } else { "slow" })
        }
    }
}

impl DeviceLine {
    fn of(asked: &Asked<'_>, names: &Names, (device, refused): &(DeviceRecord, u64)) -> Result<Self, Trouble> {
        let (_, held) = asked.town.store().waiting(device.id)?;
        let status = device.told.as_ref().map(|(status, _)| status.clone()).unwrap_or_default();
        let clock_fast_ms = status.clock_offset.map(i64::saturating_neg);
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
            told: device.told.as_ref().map(|(_, at)| asked.moment(*at)),
            little_room: status.free_bytes.is_some_and(|bytes| bytes < LITTLE_ROOM),
            clock_off: clock_fast_ms.is_some_and(|fast| fast.unsigned_abs() >= CLOCK_OFF_MINUTES * 60_000),
            version: status.version,
            free_bytes: status.free_bytes,
            used_bytes: status.used_bytes,
            clock_fast_ms,
            unsent: device.told.as_ref().map(|(status, _)| status.unsent),
            unsent_since: status.unsent_since.map(|since| asked.moment(since)),
            quarantined: device.told.as_ref().map(|(status, _)| status.quarantined),
        })
    }

    /// How much room it has left.
    pub(crate) fn room(&self) -> Option<String> {
        self.free_bytes.map(size)
    }

    /// How much room the app takes.
    pub(crate) fn takes(&self) -> Option<String> {
        self.used_bytes.map(size)
    }

    /// By how much its clock is off.
    pub(crate) fn clock(&self, shell: &Shell) -> Option<String> {
        self.clock_fast_ms.map(|fast| clock_words(shell.lang, fast))
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
            Done::new(asked, next, "手机已停用。", "The phone was taken out of use.")
        } else {
            Done::new(asked, next, "这部手机早已停用。", "This phone was taken out of use before.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_and_a_size_are_told_as_people_say_them() {
        assert_eq!(clock_words(Lang::Zh, 192_400), "快3分12秒");
        assert_eq!(clock_words(Lang::En, 192_400), "3 min 12 s fast");
        assert_eq!(clock_words(Lang::Zh, -11_220_000), "慢3小时7分");
        assert_eq!(clock_words(Lang::En, -11_220_000), "3 h 7 min slow");
        assert_eq!(clock_words(Lang::En, -86_400_000), "1 day slow");
        assert_eq!(clock_words(Lang::Zh, 7_000), "快7秒");
        assert_eq!(clock_words(Lang::Zh, -1_900), "准");
        assert!(clock_words(Lang::En, i64::MIN).ends_with("slow"));
        assert_eq!((size(999_999), size(12_345_678)), ("999 KB".to_owned(), "12 MB".to_owned()));
        assert_eq!(size(3_250_000_000), "3.2 GB");
    }
}
