//! `name,telephone,level,area,place,issuer,number,origin,issued,reached_station,passed_on,note`: one line an
//! alert.
//!
//! Floor: sync-server, import. Invariant: a number of the issuer's platform is taken once.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::playbook::Playbook;
use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{Alert, AlertId, Level, Origin, Place, PlaceId, Scope};

use super::table::{BadRow, Columns, FileError, Line, read};
use super::{Context, Plan, Planned, places};

const COLUMNS: Columns = Columns {
    required: &["name", "level", "area", "issuer", "issued"],
    optional: &["telephone", "place", "number", "origin", "reached_station", "passed_on", "note"],
};

pub(super) fn plan(file: &[u8], context: &mut Context<'_>) -> Result<Plan, FileError> {
    let (lines, bad) = read(file, &COLUMNS)?;
    let mut plan = Plan { rows: lines.len() + bad.len(), records: Vec::new(), bad };
    let mut numbers = context.present.numbers.clone();
    for line in &lines {
        match alert(line, &mut numbers, context) {
            Ok(alert) => {
                let id = AlertId::fresh(context.now, context.random);
                plan.records.push(Planned {
                    row: line.number,
                    id: id.into(),
                    scope: Scope::CaseFile(id),
                    record: alert.into(),
                });
            }
            Err(bad) => plan.bad.push(bad),
        }
    }
    Ok(plan)
}

fn alert(line: &Line, numbers: &mut BTreeSet<String>, context: &mut Context<'_>) -> Result<Alert, BadRow> {
    let words: Vec<&str> = Level::KNOWN.iter().map(|level| level.word()).collect();
    let level = line.word("level", &words)?.ok_or_else(|| line.bad("level", "must be given"))?;
    let words: Vec<&str> = Origin::KNOWN.iter().map(|origin| origin.word()).collect();
    let origin = line.word("origin", &words)?.unwrap_or("other");
    let past = |column: &str| line.past(column, context.zone, context.now);
    let issued = past("issued")?.ok_or_else(|| line.bad("issued", "must be given"))?;
    let (reached_station, passed_on) = (past("reached_station")?, past("passed_on")?);
    if reached_station.zip(passed_on).is_some_and(|(reached, passed)| passed < reached) {
        return Err(line.bad("passed_on", "is before reached_station"));
    }
    let area = places::find(&context.present.areas, line.required("area")?, None)
        .map_err(|reason| line.bad("area", reason))?;
    let mut places = BTreeMap::new();
    if let Some(address) = line.owned("place") {
        let place = Place { label: "home".to_owned(), address: Some(address), position: None };
        places.insert(PlaceId::fresh(context.now, context.random), place);
    }
    let alert = Alert {
        name: line.required("name")?.to_owned(),
        telephone: line.owned("telephone"),
        household: None,
        resident: None,
        area,
        places,
        level: Level::from_word(level),
        issuer: line.required("issuer")?.to_owned(),
        platform_number: line.owned("number"),
        origin: Origin::from_word(origin),
        issued,
        reached_station,
        passed_on,
        entered: context.now,
        playbook: Playbook::builtin().version().to_owned(),
        note: line.owned("note"),
    };
    alert.validate().map_err(|invalid| BadRow::invalid(line.number, &invalid))?;
    if alert.platform_number.as_ref().is_some_and(|number| !numbers.insert(number.clone())) {
        return Err(line.bad("number", "an alert with this number is already there"));
    }
    Ok(alert)
}
