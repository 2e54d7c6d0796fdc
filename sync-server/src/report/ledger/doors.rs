//! Ledgers of doors: households, who has not signed, how far each grid is (L1, W2).
//!
//! Floor: report, ledger. Invariant: reckoned by core's doors, as on every phone, one grid read after another.

use qiaomen_core::doors::{Coverage, standing, unsigned as not_signed};
use qiaomen_core::record::Outcome;
use qiaomen_core::record::word::Word as _;

use super::{Cell, Column, Ledger, MOST_ROWS, Shelf, Table, column};
use crate::amend::address;
use crate::store::StoreError;

const HOUSEHOLDS: &[Column] = &[
    column("区域", "Area", 22),
    column("地址", "Address", 22),
    column("门户状态", "Door", 10),
    column("常住人数", "People", 9),
    column("姓名", "Names", 24),
    column("电话", "Telephones", 26),
    column("走访情况", "Reached", 12),
    column("上门次数", "Visits", 9),
    column("最近见面", "Last met", 17),
    column("已签承诺书人数", "Signed", 9),
    column("已装反诈 App 人数", "With the app", 10),
    column("不计入原因", "Left out of the count", 14),
    column("编号", "Identifier", 38),
];

pub(super) fn households(shelf: &Shelf<'_>) -> Result<Table, StoreError> {
    let (mut rows, mut cut) = (Vec::new(), false);
    'all: for grid in shelf.grids() {
        for door in shelf.reports.doors_in(grid)? {
            if !shelf.wants(door.household.into()) {
                continue;
            }
            let Some(stands) = standing(&door, shelf.wanted.period) else { continue };
            if rows.len() >= MOST_ROWS {
                cut = true;
                break 'all;
            }
            let here = || door.residents.iter().filter(|resident| resident.is_here());
            let names: Vec<&str> = here().map(|resident| resident.name.as_str()).collect();
            let telephones: Vec<&str> = here().flat_map(|found| &found.telephones).map(String::as_str).collect();
            let visits = || {
                let all = door.visits.iter().filter(|visit| visit.is_to_the_door());
                all.filter(|visit| shelf.wanted.period.contains(visit.ended))
            };
            let met = visits().filter(|visit| visit.outcome == Outcome::Met).map(|visit| visit.ended).max();
            rows.push(vec![
                shelf.place(door.grid),
                Cell::text(address(&door.address)),
                Cell::Word("door", door.door.word().to_owned()),
                Cell::count(stands.here),
                Cell::text(names.join("、")),
                Cell::text(telephones.join("、")),
                Cell::Word("reach", stands.reach.word().to_owned()),
                Cell::count(visits().count()),
                Cell::time(met),
                Cell::count(stands.signed),
                Cell::count(stands.app_installed),
                stands.out.map_or(Cell::Blank, |out| Cell::Word("door", out.reason.word().to_owned())),
                Cell::Text(door.household.to_string()),
            ]);
        }
    }
    Ok(Table::of(Ledger::Households, HOUSEHOLDS, rows, cut))
}

const RESIDENTS: &[Column] = &[
    column("区域", "Area", 22),
    column("地址", "Address", 22),
    column("姓名", "Name", 12),
    column("电话", "Telephones", 26),
    column("人员类别", "Marks", 20),
    column("已签承诺书", "Signed", 9),
    column("已装反诈 App", "With the app", 10),
    column("最近联系", "Last reached", 17),
    column("已离开本镇", "Left the town", 9),
    column("去向", "Where to", 18),
    column("去向联系方式", "How to reach them there", 18),
    column("户编号", "Household", 38),
    column("编号", "Identifier", 38),
];

pub(super) fn residents(shelf: &Shelf<'_>) -> Result<Table, StoreError> {
    let (mut rows, mut cut) = (Vec::new(), false);
    'all: for grid in shelf.grids() {
        for door in shelf.reports.doors_in(grid)?.iter().filter(|door| !door.removed) {
            for one in door.residents.iter().filter(|one| !one.removed) {
                if shelf.wanted.residents.as_ref().is_some_and(|wanted| !wanted.contains(&one.resident)) {
                    continue;
                }
                if rows.len() >= MOST_ROWS {
                    cut = true;
                    break 'all;
                }
                let period = shelf.wanted.period;
                let signed = door
                    .pledges
                    .iter()
                    .any(|pledge| pledge.resident == one.resident && pledge.stands() && period.contains(pledge.at));
                let reached = door.visits.iter().filter(|visit| visit.met.contains(&one.resident));
                let last = reached.map(|visit| visit.ended).filter(|ended| period.contains(*ended)).max();
                rows.push(vec![
                    shelf.place(door.grid),
                    Cell::text(address(&door.address)),
                    Cell::text(one.name.clone()),
                    Cell::text(one.telephones.join("、")),
                    Cell::Words("tag", one.tags.iter().map(|tag| tag.word().to_owned()).collect()),
                    Cell::Truth(signed),
                    one.app_installed.map_or(Cell::Blank, Cell::Truth),
                    Cell::time(last),
                    Cell::Truth(one.left_town),
                    Cell::maybe(one.left_to.clone()),
                    Cell::maybe(one.left_contact.clone()),
                    Cell::Text(door.household.to_string()),
                    Cell::Text(one.resident.to_string()),
                ]);
            }
        }
    }
    Ok(Table::of(Ledger::Residents, RESIDENTS, rows, cut))
}

const UNSIGNED: &[Column] = &[
    column("区域", "Area", 22),
    column("地址", "Address", 22),
    column("姓名", "Name", 12),
    column("电话", "Telephones", 26),
];

pub(super) fn unsigned(shelf: &Shelf<'_>) -> Result<Table, StoreError> {
    let mut rows = Vec::new();
    for grid in shelf.grids() {
        for door in shelf.reports.doors_in(grid)? {
            rows.extend(not_signed(&door, shelf.wanted.period).into_iter().map(|who| {
                vec![
                    shelf.place(who.grid),
                    Cell::text(address(&who.address)),
                    Cell::maybe(who.name),
                    Cell::text(who.telephones.join("、")),
                ]
            }));
        }
        if rows.len() > MOST_ROWS {
            break;
        }
    }
    Ok(Table::of(Ledger::Unsigned, UNSIGNED, rows, false))
}

const COVERAGE: &[Column] = &[
    column("区域", "Area", 24),
    column("住户", "Doors", 9),
    column("应走访", "Counted", 9),
    column("已见面", "Visited", 9),
    column("仅电话", "By telephone only", 9),
    column("拒绝", "Refused", 9),
    column("未果", "In vain", 9),
    column("从未上门", "Never tried", 9),
    column("已发公开信", "Letter given", 10),
    column("已发联系卡", "Card given", 10),
    column("四项讲全", "All explained", 9),
    column("已签承诺书户", "Doors pledged", 11),
    column("常住人口", "Residents", 9),
    column("已签人数", "Signed", 9),
    column("未签人数", "Not signed", 9),
    column("已装 App", "App installed", 9),
    column("未装 App", "App missing", 9),
    column("未查看 App", "App not looked at", 10),
    column("空户", "Vacant", 8),
    column("已拆除", "Demolished", 8),
    column("长期外出", "Long absent", 9),
];

pub(super) fn coverage(shelf: &Shelf<'_>) -> Result<Table, StoreError> {
    let mut rows = Vec::new();
    for grid in shelf.grids() {
        let mut all = Coverage::default();
        for door in shelf.reports.doors_in(grid)? {
            if let Some(standing) = standing(&door, shelf.wanted.period) {
                all += Coverage::from(&standing);
            }
        }
        let counts = [
            all.doors,
            all.counted,
            all.visited,
            all.telephone_only,
            all.refused,
            all.in_vain,
            all.never_tried,
            all.letter,
            all.card,
            all.explained.all,
            all.pledged,
            all.residents.here,
            all.residents.signed,
            all.residents.unsigned,
            all.residents.app_installed,
            all.residents.app_missing,
            all.residents.app_not_looked,
            all.left_out.vacant,
            all.left_out.demolished,
            all.left_out.long_absent,
        ];
        rows.push(std::iter::once(shelf.place(grid)).chain(counts.map(Cell::count)).collect());
    }
    Ok(Table::of(Ledger::Coverage, COVERAGE, rows, false))
}
