//! Ledgers of what workers recorded: visits and pledges (L1, L3, W2).
//!
//! Floor: report, ledger. Invariants: read from rows; a record of a case file is listed to whoever holds that alert's
//! area.

use std::collections::HashMap;

use qiaomen_core::projection::{Cell as Raw, table_named};
use qiaomen_core::record::{AlertId, AreaId, DocumentId, Scope, Time};

use super::reviews::Reviews;
use super::{Cell, Column, Gathered, Ledger, Shelf, Table, column};
use crate::store::{RecordRow, StoreError};

/// What doors and those behind them are called, and where alerts belong.
struct Called {
    doors: HashMap<DocumentId, String>,
    residents: HashMap<[u8; 16], String>,
    alerts: HashMap<AlertId, (AreaId, String)>,
}

impl Called {
    fn read(shelf: &Shelf<'_>) -> Result<Self, StoreError> {
        let mut found = Self { doors: HashMap::new(), residents: HashMap::new(), alerts: HashMap::new() };
        let columns = ["group", "building", "unit", "floor", "room", "number"];
        let store = shelf.town.store();
        store.walk_cells("household", &columns, &mut |row, cells| {
            if shelf.grid(row.scope).is_some() {
                let parts = cells.iter().filter_map(|cell| match cell {
                    Raw::Text(text) => Some(text.clone()),
                    Raw::Integer(number) => Some(number.to_string()),
                    _ => None,
                });
                found.doors.insert(row.document, parts.collect::<Vec<_>>().join("-"));
            }
            Ok(())
        })?;
        store.walk_cells("resident", &["name"], &mut |row, cells| {
            if let ([Raw::Text(name)], Some(part), Some(_)) = (cells, row.part, shelf.grid(row.scope)) {
                found.residents.insert(part, name.clone());
            }
            Ok(())
        })?;
        store.walk_cells("alert", &["area", "name"], &mut |row, cells| {
            if let [Raw::Blob(area), Raw::Text(name)] = cells
                && let Ok(area) = AreaId::from_slice(area)
                && shelf.areas.contains(&area)
            {
                found.alerts.insert(row.document.into(), (area, name.clone()));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The area of a record, where the ledger is of it.
    fn area(&self, shelf: &Shelf<'_>, scope: Scope) -> Option<AreaId> {
        match scope {
            Scope::CaseFile(alert) => self.alerts.get(&alert).map(|(area, _)| *area),
            scope => shelf.grid(scope),
        }
    }

    fn door(&self, raw: Option<&Raw>) -> Cell {
        let id = match raw {
            Some(Raw::Blob(bytes)) => DocumentId::from_slice(bytes).ok(),
            _ => None,
        };
        Cell::maybe(id.and_then(|id| self.doors.get(&id)).map(String::as_str))
    }

    fn resident(&self, raw: Option<&Raw>) -> Cell {
        let id = match raw {
            Some(Raw::Blob(bytes)) => <[u8; 16]>::try_from(bytes.as_slice()).ok(),
            _ => None,
        };
        Cell::maybe(id.and_then(|id| self.residents.get(&id)).map(String::as_str))
    }

    /// Those of a stored set of residents, and others who were there.
    fn met(&self, met: Option<&Raw>, others: Option<&Raw>, target: Option<&str>) -> Cell {
        let mut names: Vec<&str> = target.into_iter().collect();
        if let Some(Raw::Text(ids)) = met {
            let known = ids.split(',').filter_map(|id| id.parse::<qiaomen_core::record::ResidentId>().ok());
            names.extend(known.filter_map(|id| self.residents.get(id.bytes())).map(String::as_str));
        }
        names.dedup();
        if let Some(Raw::Text(others)) = others {
            names.push(others);
        }
        Cell::text(names.join("、"))
    }
}

fn moment(raw: Option<&Raw>) -> Option<Time> {
    match raw {
        Some(Raw::Integer(millis)) => Some(Time::from_millis(*millis)),
        _ => None,
    }
}

/// Where a column of a table stands: looked for in one table, as there are very many rows.
fn places(table: &str) -> impl Fn(&str) -> Option<usize> + use<> {
    let columns = table_named(table).map_or(&[][..], |table| table.columns);
    move |name| columns.iter().position(|column| column.name == name)
}

/// The rows of a kind in the wanted period, the newest first.
fn gathered(
    shelf: &Shelf<'_>,
    called: &Called,
    table: &'static str,
    at: &'static str,
) -> Result<(Vec<(AreaId, RecordRow)>, bool), StoreError> {
    let mut gathered = Gathered::new();
    let place = places(table)(at).ok_or(StoreError::Damaged("a column there is not"))?;
    shelf.town.store().walk_rows(table, &mut |row| {
        if shelf.wants(row.document.id)
            && let Some(area) = called.area(shelf, row.document.scope)
            && let Some(at) = moment(row.cells.get(place))
            && shelf.wanted.period.contains(at)
        {
            gathered.add(at, (area, row));
        }
        Ok(())
    })?;
    Ok(gathered.done())
}

/// How a record was reviewed, where it is wanted so.
fn state<'r>(shelf: &Shelf<'_>, reviews: &'r Reviews, row: &RecordRow) -> Result<Option<&'r str>, StoreError> {
    let state = reviews.state(shelf.town, &row.document)?;
    Ok(Some(state).filter(|state| shelf.wanted.state.as_ref().is_none_or(|wanted| wanted == state)))
}

const VISITS: &[Column] = &[
    column("区域", "Area", 22),
    column("地址", "Address", 20),
    column("开始", "Began", 17),
    column("结束", "Ended", 17),
    column("到达服务器", "Arrived", 17),
    column("走访人", "By", 12),
    column("身份", "Role", 12),
    column("事由", "Purpose", 12),
    column("结果", "Outcome", 12),
    column("见到的人", "Met", 20),
    column("发放", "Given", 24),
    column("讲解", "Explained", 32),
    column("风险判断", "Risk", 16),
    column("备注", "Note", 32),
    column("时间存疑", "Times doubtful", 9),
    column("审核状态", "Review", 10),
    column("预警编号", "Alert", 38),
    column("编号", "Identifier", 38),
];

pub(super) fn visits(shelf: &Shelf<'_>) -> Result<Table, StoreError> {
    const T: &str = "visit";
    let (called, reviews, place) = (Called::read(shelf)?, Reviews::read(shelf.town)?, places(T));
    let (found, cut) = gathered(shelf, &called, T, "ended")?;
    let mut rows = Vec::with_capacity(found.len());
    for (area, row) in found {
        let Some(state) = state(shelf, &reviews, &row)? else { continue };
        let cell = |name| row.cells.get(place(name)?);
        let alert = match cell("alert") {
            Some(Raw::Blob(bytes)) => AlertId::from_slice(bytes).ok(),
            _ => None,
        };
        let met_them = cell("met_person") == Some(&Raw::Integer(1));
        let target = alert.filter(|_| met_them).and_then(|alert| called.alerts.get(&alert)).map(|(_, name)| name);
        rows.push(vec![
            shelf.place(area),
            called.door(cell("household")),
            Cell::moment(cell("started")),
            Cell::moment(cell("ended")),
            Cell::Time(row.document.arrival),
            shelf.person(row.document.author),
            Cell::Word("role", row.document.role.to_string()),
            Cell::word("purpose", cell("purpose")),
            Cell::word("outcome", cell("outcome")),
            called.met(cell("met"), cell("met_others"), target.map(String::as_str)),
            Cell::words("given", cell("given")),
            Cell::words("explained", cell("explained")),
            Cell::word("risk", cell("risk")),
            Cell::stored(cell("note")),
            Cell::truth(cell("doubtful")),
            Cell::Word("review", state.to_owned()),
            Cell::maybe(alert.map(|alert| alert.to_string())),
            Cell::Text(row.document.id.to_string()),
        ]);
    }
    Ok(Table::of(Ledger::Visits, VISITS, rows, cut))
}

const PLEDGES: &[Column] = &[
    column("区域", "Area", 22),
    column("地址", "Address", 20),
    column("姓名", "Name", 12),
    column("签署时间", "Signed", 17),
    column("到达服务器", "Arrived", 17),
    column("经办人", "By", 12),
    column("方式", "Way", 10),
    column("代签人", "Signed for them by", 14),
    column("归档号", "Filed under", 16),
    column("作废", "Taken back", 8),
    column("备注", "Note", 28),
    column("审核状态", "Review", 10),
    column("编号", "Identifier", 38),
];

pub(super) fn pledges(shelf: &Shelf<'_>) -> Result<Table, StoreError> {
    const T: &str = "pledge";
    let (called, reviews, place) = (Called::read(shelf)?, Reviews::read(shelf.town)?, places(T));
    let (found, cut) = gathered(shelf, &called, T, "at")?;
    let mut rows = Vec::with_capacity(found.len());
    for (area, row) in found {
        let Some(state) = state(shelf, &reviews, &row)? else { continue };
        let cell = |name| row.cells.get(place(name)?);
        let on_screen = cell("signature") == Some(&Raw::Integer(1));
        rows.push(vec![
            shelf.place(area),
            called.door(cell("household")),
            called.resident(cell("resident")),
            Cell::moment(cell("at")),
            Cell::Time(row.document.arrival),
            shelf.person(row.document.author),
            Cell::Word("signed_on", if on_screen { "screen" } else { "paper" }.to_owned()),
            Cell::stored(cell("proxy")),
            Cell::stored(cell("archive_number")),
            Cell::truth(cell("void")),
            Cell::stored(cell("note")),
            Cell::Word("review", state.to_owned()),
            Cell::Text(row.document.id.to_string()),
        ]);
    }
    Ok(Table::of(Ledger::Pledges, PLEDGES, rows, cut))
}
