//! Ledgers of alerts: how each stands, what was and is due, the cases to look at (B2, L4, L6, L8).
//!
//! Floor: report, ledger. Invariant: each alert is reckoned by core's playbook from its rows, as in the other reports.

use qiaomen_core::playbook::{CaseResult, DueState};
use qiaomen_core::projection::Cell as Raw;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{AlertId, AreaId, PersonId, Time};

use super::{Cell, Column, Gathered, Ledger, MOST_ROWS, Shelf, Table, column};
use crate::board::OpenCase;
use crate::report::accountability::{Limits, automatic};
use crate::report::word;
use crate::store::{CaseSet, StoreError};

/// The alerts that the ledger is of, the newest first.
fn wanted(shelf: &Shelf<'_>, period: bool) -> Result<(Vec<AlertId>, bool), StoreError> {
    let mut found = Gathered::new();
    shelf.town.store().walk_cells("alert", &["area", "issued"], &mut |row, cells| {
        if let [Raw::Blob(area), Raw::Integer(issued)] = cells
            && shelf.wants(row.document)
            && AreaId::from_slice(area).is_ok_and(|area| shelf.areas.contains(&area))
        {
            let issued = Time::from_millis(*issued);
            if !period || shelf.wanted.period.contains(issued) {
                found.add(issued, row.document.into());
            }
        }
        Ok(())
    })?;
    Ok(found.done())
}

fn case(shelf: &Shelf<'_>, alert: AlertId) -> Result<Option<OpenCase>, StoreError> {
    let mut rows = Vec::new();
    shelf.town.store().case_rows(CaseSet::One(alert), &mut |row| rows.push(row))?;
    Ok(OpenCase::read(rows))
}

const ALERTS: &[Column] = &[
    column("平台编号", "Number", 18),
    column("等级", "Level", 8),
    column("姓名", "Name", 12),
    column("电话", "Telephone", 16),
    column("区域", "Area", 22),
    column("发布单位", "Issuer", 18),
    column("来源", "Side", 10),
    column("下发", "Issued", 17),
    column("到所", "Reached the station", 17),
    column("到达服务器", "Arrived", 17),
    column("首次接收", "First taken", 17),
    column("责任人", "Owner", 12),
    column("首次见面", "First met", 17),
    column("结果", "Result", 10),
    column("事故", "Accident", 17),
    column("预警后转账（元）", "Sent after it (yuan)", 14),
    column("逾期项", "Overdue", 8),
    column("下一项", "Next", 16),
    column("应办时间", "Due", 17),
    column("编号", "Identifier", 38),
];

pub(super) fn alerts(shelf: &Shelf<'_>) -> Result<Table, StoreError> {
    let (found, cut) = wanted(shelf, true)?;
    let (books, zone) = (shelf.town.books()?, shelf.town.zone());
    let mut rows = Vec::new();
    for id in found {
        let Some(case) = case(shelf, id)? else { continue };
        let stands = case.standing(zone, shelf.now);
        if shelf.wanted.level.as_ref().is_some_and(|level| *level != stands.level) {
            continue;
        }
        let due = case.due(&books, zone, shelf.now).list;
        let overdue = due.iter().filter(|due| due.state == DueState::Overdue).count();
        let next = due.iter().find(|due| matches!(due.state, DueState::Open | DueState::Overdue));
        let owner = case.custody.owner.as_ref().map(|owner| owner.person);
        let alert = &case.alert;
        rows.push(vec![
            Cell::maybe(alert.platform_number.clone()),
            Cell::Word("level", stands.level.word().to_owned()),
            Cell::text(alert.name.clone()),
            Cell::maybe(alert.telephone.clone()),
            shelf.place(alert.area),
            Cell::text(alert.issuer.clone()),
            Cell::Word("origin", alert.origin.word().to_owned()),
            Cell::Time(alert.issued),
            Cell::time(alert.reached_station),
            Cell::Time(case.arrival),
            Cell::time(case.custody.holders.first().map(|holder| holder.at)),
            owner.map_or(Cell::Blank, |owner| shelf.person(owner)),
            Cell::time(stands.met),
            Cell::Word("result", word(stands.result)),
            Cell::time(stands.accident),
            Cell::Yuan(stands.fen_after_alert),
            Cell::count(overdue),
            next.map_or(Cell::Blank, |next| Cell::Word("due", word(next.kind))),
            Cell::time(next.map(|next| next.due)),
            Cell::Text(id.to_string()),
        ]);
    }
    Ok(Table::of(Ledger::Alerts, ALERTS, rows, cut))
}

const DUE: &[Column] = &[
    column("应办时间", "Due", 17),
    column("事项", "What", 18),
    column("状态", "State", 10),
    column("办结时间", "Done", 17),
    column("迟办分钟", "Minutes late", 10),
    column("未果次数", "Tried in vain", 9),
    column("平台编号", "Alert's number", 18),
    column("等级", "Level", 8),
    column("姓名", "Name", 12),
    column("区域", "Area", 22),
    column("责任人", "Owner", 12),
    column("预警编号", "Alert", 38),
];

pub(super) fn due(shelf: &Shelf<'_>) -> Result<Table, StoreError> {
    let (books, zone) = (shelf.town.books()?, shelf.town.zone());
    let (found, _) = wanted(shelf, false)?;
    let mut gathered = Gathered::new();
    for id in found {
        let Some(case) = case(shelf, id)? else { continue };
        let stands = case.standing(zone, shelf.now);
        let over = matches!(stands.result, CaseResult::Recalled | CaseResult::Joined);
        if over || shelf.wanted.level.as_ref().is_some_and(|level| *level != stands.level) {
            continue;
        }
        let owner = case.custody.owner.as_ref().map(|owner| owner.person);
        let list = case.due(&books, zone, shelf.now).list;
        for due in list.iter().filter(|due| shelf.wanted.period.contains(due.due)) {
            gathered.add(
                due.due,
                vec![
                    Cell::Time(due.due),
                    Cell::Word("due", word(due.kind)),
                    Cell::Word("state", word(due.state)),
                    Cell::time(due.done_at),
                    if due.late_minutes > 0 { Cell::Number(due.late_minutes) } else { Cell::Blank },
                    Cell::count(due.attempts),
                    Cell::maybe(case.alert.platform_number.clone()),
                    Cell::Word("level", stands.level.word().to_owned()),
                    Cell::text(case.alert.name.clone()),
                    shelf.place(case.alert.area),
                    owner.map_or(Cell::Blank, |owner| shelf.person(owner)),
                    Cell::Text(id.to_string()),
                ],
            );
        }
    }
    let (rows, cut) = gathered.done();
    Ok(Table::of(Ledger::Due, DUE, rows, cut))
}

const ACCOUNTABILITY: &[Column] = &[
    column("平台编号", "Number", 18),
    column("等级", "Level", 8),
    column("姓名", "Name", 12),
    column("区域", "Area", 22),
    column("下发", "Issued", 17),
    column("首次见面", "First met", 17),
    column("转账时间", "Money sent", 17),
    column("预警后转账（元）", "Sent after it (yuan)", 14),
    column("漏办三天回访", "Three-day visits missed", 10),
    column("列入原因", "Why", 40),
    column("编号", "Identifier", 38),
];

pub(super) fn accountability(shelf: &Shelf<'_>, reader: PersonId) -> Result<Table, StoreError> {
    let found = automatic(shelf.town, reader, shelf.wanted.period, Limits::default(), shelf.now)?;
    let lines = found.lines.into_iter().filter(|line| {
        let level = shelf.wanted.level.as_ref().is_none_or(|level| *level == line.level);
        let reason = shelf.wanted.reason.is_none_or(|reason| line.reasons.contains(&reason));
        level && reason && shelf.areas.contains(&line.area)
    });
    let rows: Vec<Vec<Cell>> = lines
        .take(MOST_ROWS + 1)
        .map(|line| {
            vec![
                Cell::maybe(line.number),
                Cell::Word("level", line.level.word().to_owned()),
                Cell::text(line.name),
                shelf.place(line.area),
                Cell::Time(line.issued),
                Cell::time(line.met),
                Cell::time(line.sent),
                Cell::Yuan(line.fen_after_alert),
                Cell::count(line.missed_visits),
                Cell::Words("reason", line.reasons.iter().map(word).collect()),
                Cell::Text(line.alert.to_string()),
            ]
        })
        .collect();
    Ok(Table::of(Ledger::Accountability, ACCOUNTABILITY, rows, false))
}
