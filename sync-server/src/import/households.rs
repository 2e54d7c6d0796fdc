//! `village,grid,building,unit,floor,room,group,number,door,name,telephone,birth_year,tags,app_installed`:
//! one line a resident; lines with the same grid and address are one household. A line without a name is a
//! door without residents.
//!
//! Floor: sync-server, import. Invariant: an address of a grid is one household.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    Address, AreaId, AreaLevel, Door, Household, HouseholdId, Resident, ResidentId, Scope, Tag,
};

use super::table::{BadRow, Columns, FileError, Line, read};
use super::{Context, Plan, Planned, places};

const COLUMNS: Columns = Columns {
    required: &["grid"],
    optional: &[
        "village",
        "building",
        "unit",
        "floor",
        "room",
        "group",
        "number",
        "door",
        "note",
        "name",
        "telephone",
        "birth_year",
        "tags",
        "app_installed",
    ],
};

/// An address as one text, by which the same door is found again.
#[must_use]
pub fn door_key(address: &Address) -> String {
    let floor = address.floor.map(|floor| floor.to_string());
    [&address.building, &address.unit, &floor, &address.room, &address.group, &address.number]
        .map(|part| part.as_deref().unwrap_or_default())
        .join("|")
}

pub(super) fn plan(file: &[u8], context: &mut Context<'_>) -> Result<Plan, FileError> {
    let (lines, bad) = read(file, &COLUMNS)?;
    let mut plan = Plan { rows: lines.len() + bad.len(), records: Vec::new(), bad };
    let mut doors: BTreeMap<(AreaId, String), usize> = BTreeMap::new();
    let mut households: Vec<(u64, AreaId, Household)> = Vec::new();
    for line in &lines {
        if let Err(bad) = take(line, &mut doors, &mut households, context) {
            plan.bad.push(bad);
        }
    }
    for (row, grid, household) in households {
        let id = HouseholdId::fresh(context.now, context.random);
        plan.records.push(Planned { row, id: id.into(), scope: Scope::Grid(grid), record: household.into() });
    }
    Ok(plan)
}

fn take(
    line: &Line,
    doors: &mut BTreeMap<(AreaId, String), usize>,
    households: &mut Vec<(u64, AreaId, Household)>,
    context: &mut Context<'_>,
) -> Result<(), BadRow> {
    let grid = line.required("grid")?;
    let path = line.cell("village").map_or_else(|| grid.to_owned(), |village| format!("{village}/{grid}"));
    let grid = places::find(&context.present.areas, &path, Some(&AreaLevel::Grid))
        .map_err(|reason| line.bad("grid", reason))?;
    let address = Address {
        building: line.owned("building"),
        unit: line.owned("unit"),
        floor: line.integer("floor")?,
        room: line.owned("room"),
        group: line.owned("group"),
        number: line.owned("number"),
    };
    let key = (grid, door_key(&address));
    if context.present.doors.contains(&key) {
        return Err(line.bad("grid", "a household with this address is already there"));
    }
    let words: Vec<&str> = Door::KNOWN.iter().map(|door| door.word()).collect();
    let door = Door::from_word(line.word("door", &words)?.unwrap_or("lived_in"));
    let resident = resident(line, context)?;
    let fresh =
        Household { address, door, note: line.owned("note"), residents: BTreeMap::new(), grid: None, removed: false };
    let at = doors.get(&key).copied();
    let mut household = at.map_or(fresh.clone(), |at| households[at].2.clone());
    if line.cell("door").is_some() && household.door != fresh.door {
        return Err(line.bad("door", "differs from an earlier line of the same household"));
    }
    if let Some(resident) = resident {
        if household.residents.values().any(|other| *other == resident) {
            return Err(line.bad("name", "the same resident stands on an earlier line"));
        }
        household.residents.insert(ResidentId::fresh(context.now, context.random), resident);
    } else if at.is_some() {
        return Err(line.bad("name", "must be given, this household stands on an earlier line"));
    }
    household.validate().map_err(|invalid| BadRow::invalid(line.number, &invalid))?;
    match at {
        Some(at) => households[at].2 = household,
        None => {
            doors.insert(key, households.len());
            households.push((line.number, grid, household));
        }
    }
    Ok(())
}

fn resident(line: &Line, context: &Context<'_>) -> Result<Option<Resident>, BadRow> {
    let Some(name) = line.owned("name") else {
        for column in ["telephone", "birth_year", "tags", "app_installed"] {
            if line.cell(column).is_some() {
                return Err(line.bad("name", format!("must be given where {column} is")));
            }
        }
        return Ok(None);
    };
    let known: Vec<&str> = Tag::KNOWN.iter().map(|tag| tag.word()).collect();
    let mut tags = BTreeSet::new();
    for text in line.cell("tags").unwrap_or_default().split(';').map(str::trim).filter(|text| !text.is_empty()) {
        if !known.contains(&text) {
            return Err(line.bad("tags", format!("each must be one of: {}; with ; between them", known.join(", "))));
        }
        tags.insert(Tag::from_word(text));
    }
    let telephones: BTreeSet<String> = line
        .cell("telephone")
        .unwrap_or_default()
        .split(';')
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
        .collect();
    if telephones.iter().any(|text| !text.chars().all(|letter| letter.is_ascii_digit() || "+- ".contains(letter))) {
        return Err(line.bad("telephone", "holds something else than digits, +, - and blanks"));
    }
    let birth_year = line.integer("birth_year")?;
    let this_year = i64::from(context.zone.day(context.now).year());
    if birth_year.is_some_and(|year| !(1880..=this_year).contains(&year)) {
        return Err(line.bad("birth_year", "is no year of birth; write four digits, such as 1950"));
    }
    let app_installed = line.word("app_installed", &["yes", "no"])?.map(|word| word == "yes");
    Ok(Some(Resident {
        name,
        telephones,
        birth_year,
        tags,
        app_installed,
        left_town: false,
        left_to: None,
        left_contact: None,
        removed: false,
    }))
}
