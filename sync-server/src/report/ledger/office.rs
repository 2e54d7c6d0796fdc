//! Ledgers of the office: staff, and who did what in the console.
//!
//! Floor: report, ledger. Invariant: of staff, those with a role in the areas that the ledger is of.

use std::collections::HashMap;

use qiaomen_core::record::{AreaId, PersonId, Role, Time};

use super::{Cell, Column, Ledger, MOST_ROWS, Shelf, Table, column};
use crate::access::SYSTEM;
use crate::store::{AuditWanted, StoreError};

const PEOPLE: &[Column] = &[
    column("姓名", "Name", 14),
    column("账号", "Login", 14),
    column("电话", "Telephone", 16),
    column("角色", "Role", 14),
    column("区域", "Area", 24),
    column("已离任", "Left", 8),
    column("手机数", "Phones", 8),
    column("最近同步", "Last sync", 17),
    column("编号", "Identifier", 38),
];

pub(super) fn people(shelf: &Shelf<'_>) -> Result<Table, StoreError> {
    let mut phones: HashMap<PersonId, (i64, Option<Time>)> = HashMap::new();
    for device in shelf.town.devices()?.into_iter().filter(|device| device.revoked.is_none() && !device.own) {
        let (count, seen) = phones.entry(device.person).or_default();
        *count += 1;
        *seen = (*seen).max(device.seen);
    }
    let mut roles: HashMap<PersonId, Vec<(Role, AreaId)>> = HashMap::new();
    for (person, role, area) in shelf.town.roles()? {
        if shelf.areas.contains(&area) {
            roles.entry(person).or_default().push((role, area));
        }
    }
    let mut found = shelf.town.people()?;
    found.sort_by(|(one, a), (other, b)| a.name.cmp(&b.name).then(one.cmp(other)));
    let mut rows = Vec::new();
    for (id, person) in found.into_iter().filter(|(id, _)| *id != SYSTEM) {
        let (count, seen) = phones.get(&id).copied().unwrap_or_default();
        for (role, area) in roles.get(&id).into_iter().flatten() {
            rows.push(vec![
                Cell::text(person.name.clone()),
                Cell::maybe(person.login.clone()),
                Cell::maybe(person.telephone.clone()),
                Cell::Word("role", role.to_string()),
                shelf.place(*area),
                Cell::Truth(person.left),
                Cell::Number(count),
                Cell::time(seen),
                Cell::Text(id.to_string()),
            ]);
        }
    }
    Ok(Table::of(Ledger::People, PEOPLE, rows, false))
}

const AUDIT: &[Column] = &[
    column("序号", "Number", 9),
    column("时间", "When", 17),
    column("人员", "Who", 14),
    column("操作", "Action", 18),
    column("对象", "Subject", 38),
    column("对象名称", "What it is", 24),
    column("详情", "Detail", 48),
    column("网络地址", "Address", 18),
];

pub(super) fn audit(shelf: &Shelf<'_>) -> Result<Table, StoreError> {
    const PAGE: usize = 5_000;
    let period = shelf.wanted.period;
    let mut wanted = AuditWanted { from: period.from, to: period.until, limit: PAGE, ..shelf.wanted.trail.clone() };
    let mut rows = Vec::new();
    while rows.len() <= MOST_ROWS {
        let found = shelf.town.store().audit(&wanted)?;
        let Some((last, _)) = found.last() else { break };
        wanted.below = Some(*last);
        for (number, entry) in found {
            let called = entry.subject.as_deref().and_then(|id| id.parse::<PersonId>().ok());
            let called = called.and_then(|person| shelf.people.get(&person)).map(String::as_str);
            rows.push(vec![
                Cell::count(number),
                Cell::Time(entry.at),
                entry.person.map_or(Cell::Blank, |person| shelf.person(person)),
                Cell::Word("action", entry.action),
                Cell::maybe(entry.subject),
                Cell::maybe(called),
                Cell::maybe(entry.detail),
                Cell::maybe(entry.address),
            ]);
        }
    }
    Ok(Table::of(Ledger::Audit, AUDIT, rows, false))
}
