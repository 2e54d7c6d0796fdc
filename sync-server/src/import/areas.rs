//! `name,level,parent,code`: one line an area, parents before children.
//!
//! Floor: sync-server, import. Invariant: a parent stands before its children.

use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{Area, AreaId, AreaLevel, Scope};

use super::table::{BadRow, Columns, FileError, Line, read};
use super::{Context, Plan, Planned, places};

const COLUMNS: Columns = Columns { required: &["name", "level"], optional: &["parent", "code"] };

pub(super) fn plan(file: &[u8], context: &mut Context<'_>) -> Result<Plan, FileError> {
    let (lines, bad) = read(file, &COLUMNS)?;
    let mut plan = Plan { rows: lines.len() + bad.len(), records: Vec::new(), bad };
    let mut areas = context.present.areas.clone();
    for line in &lines {
        match area(line, &areas) {
            Ok(area) => {
                let id = AreaId::fresh(context.now, context.random);
                areas.push((id, area.clone()));
                plan.records.push(Planned { row: line.number, id: id.into(), scope: Scope::Town, record: area.into() });
            }
            Err(bad) => plan.bad.push(bad),
        }
    }
    Ok(plan)
}

fn area(line: &Line, areas: &[(AreaId, Area)]) -> Result<Area, BadRow> {
    let words: Vec<&str> = AreaLevel::KNOWN.iter().map(|level| level.word()).collect();
    let level = line.word("level", &words)?.ok_or_else(|| line.bad("level", "must be given"))?;
    let parent = line
        .cell("parent")
        .map(|text| places::find(areas, text, None).map_err(|reason| line.bad("parent", reason)))
        .transpose()?;
    let area = Area {
        name: line.required("name")?.to_owned(),
        level: AreaLevel::from_word(level),
        parent,
        code: line.owned("code"),
    };
    area.validate().map_err(|invalid| BadRow::invalid(line.number, &invalid))?;
    let is_top = |level: &AreaLevel| matches!(level, AreaLevel::County | AreaLevel::Town);
    let above = area.parent.and_then(|parent| areas.iter().find(|(id, _)| *id == parent));
    match above {
        None if !is_top(&area.level) => {
            return Err(line.bad("parent", "must be given; only a town or a county lies in nothing"));
        }
        Some((_, above)) if is_top(&area.level) && above.level != AreaLevel::County => {
            return Err(line.bad("parent", "must be a county, or be left out, where the level is town or county"));
        }
        _ => {}
    }
    if area.name.contains('/') {
        return Err(line.bad("name", "must not contain a slash; it stands between an area and the one above"));
    }
    if areas.iter().any(|(_, other)| other.name == area.name && other.parent == area.parent) {
        return Err(line.bad("name", "is already there in the same place"));
    }
    Ok(area)
}
