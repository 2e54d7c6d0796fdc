//! Households: one row a resident; rows with the same household number, or the same grid and address, are one
//! household. A row without a name is a door without residents.
//!
//! Floor: sync-server, import. Invariants: an address of a grid is one household; a resident is the same by ID
//! number, else by name and year of birth within the household.

pub(super) mod columns;
mod plan;

use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{Address, AreaId, Door, Kind, Tag};
use serde::{Deserialize, Serialize};

use self::columns::{COLUMNS, DOORS, TAGS};
use super::desk::Desk;
use super::sheet::Source;
use super::stage::{Stage, mark};
use super::table::{BadRow, Line, Lines, each};
use super::{ImportError, Planner, Twin, address, clean, identity};

/// An address as one text, in the order in which a worker walks.
#[must_use]
pub fn door_key(address: &Address) -> String {
    let floor = address.floor.map(|floor| floor.to_string());
    [&address.building, &address.unit, &floor, &address.room, &address.group, &address.number]
        .map(|part| part.as_deref().unwrap_or_default())
        .join("|")
}

/// What a row says, while rows are put in order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Said {
    door: Option<String>,
    note: Option<String>,
    resident: Option<SaidResident>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct SaidResident {
    name: String,
    telephones: Vec<String>,
    birth_year: Option<i64>,
    tags: Vec<String>,
    app_installed: Option<bool>,
    identity: Option<SaidIdentity>,
}

/// What may be kept of an ID number; see `identity`.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SaidIdentity {
    hash: [u8; 32],
    last_four: String,
    born: i64,
}

/// The rows in order.
pub(super) struct Households {
    stage: Stage,
}

pub(super) fn read(source: &mut dyn Source, desk: &mut Desk<'_>) -> Result<Households, ImportError> {
    let mut households = Households { stage: Stage::new(desk.store())? };
    let mut reader = Reader { stage: &mut households.stage, desk };
    let aside = each(source, &COLUMNS, &mut reader)?;
    desk.aside(aside);
    Ok(households)
}

struct Reader<'r, 'd> {
    stage: &'r mut Stage,
    desk: &'r mut Desk<'d>,
}

impl Lines for Reader<'_, '_> {
    fn line(&mut self, line: &Line<'_>) -> Result<(), ImportError> {
        self.desk.count_row();
        match self.take(line)? {
            Ok(()) => {}
            Err(bad) => self.desk.bad(bad),
        }
        Ok(())
    }

    fn bad(&mut self, bad: BadRow) {
        self.desk.count_row();
        self.desk.bad(bad);
    }
}

/// What a row comes to, unless the import as a whole fails.
type Taken<T> = Result<Result<T, BadRow>, ImportError>;

impl Reader<'_, '_> {
    fn take(&mut self, line: &Line<'_>) -> Taken<()> {
        let read = self.grid(line).and_then(|grid| {
            let address = self.address(line)?;
            let said = self.said(line)?;
            Ok((grid, address, said))
        });
        let (grid, address, said) = match read {
            Ok(read) => read,
            Err(bad) => return Ok(Err(bad)),
        };
        if let Err(bad) = self.desk.permit(&Kind::Household, grid, line.number, "grid")? {
            return Ok(Err(bad));
        }
        let door = match self.door(line, grid, address.as_ref())? {
            Ok(door) => door,
            Err(bad) => return Ok(Err(bad)),
        };
        if let Some(resident) = &said.resident {
            self.twins(line.number, door, resident)?;
        }
        let body = serde_json::to_string(&said).map_err(|_| ImportError::Stage("a row".to_owned()))?;
        self.stage.add_line(line.number, door, &body)?;
        Ok(Ok(()))
    }

    fn grid(&mut self, line: &Line<'_>) -> Result<AreaId, BadRow> {
        let found = self.desk.areas.grid(line.cell("grid"), line.cell("village"));
        found.map_err(|(column, reason)| line.bad(column, reason))
    }

    fn address(&self, line: &Line<'_>) -> Result<Option<Address>, BadRow> {
        let told = Address {
            building: line.cell("building"),
            unit: line.cell("unit"),
            floor: line.integer("floor")?,
            room: line.cell("room"),
            group: line.cell("group"),
            number: line.cell("number"),
        };
        if told.building.is_some() || told.room.is_some() || told.group.is_some() || told.number.is_some() {
            return Ok(Some(told));
        }
        let areas = self.desk.areas.all.iter().map(|(_, area)| area.name.as_str());
        Ok(line.cell("address").map(|text| address::read(&text, areas)))
    }

    /// The door that a row belongs to.
    fn door(&mut self, line: &Line<'_>, grid: AreaId, address: Option<&Address>) -> Taken<i64> {
        let column = if line.has("address") { "address" } else { "building" };
        // A number means something within a village, whatever its grids are.
        let above = self.desk.areas.above(grid);
        let name = line.cell("household").map(|number| format!("household:{above}:{number}"));
        let by_name = name.as_deref().map(|name| self.stage.door_called(name)).transpose()?.flatten();
        let by_address = address.map(|address| self.stage.door_at(grid, &address::key(address))).transpose()?.flatten();
        let differs = |field: &str, first: u64| {
            Ok(Err(line.bad(field, format!("differs from row {first} of the same household"))))
        };
        let door = match (by_name, by_address) {
            (Some((_, first, other, _)), _) if other != grid => return differs("grid", first),
            (Some((door, ..)), Some((same, _))) if door == same => door,
            (Some((door, _, _, false)), Some((into, first))) => {
                self.stage.join(door, into)?;
                self.desk.twin(line.number, Twin::Row(first));
                into
            }
            (Some((_, first, _, true)), found) if found.is_some() || address.is_some() => {
                return differs(column, first);
            }
            (Some((door, ..)), _) => {
                if let Some(address) = address {
                    self.stage.locate(door, address)?;
                }
                door
            }
            (None, Some((door, first))) => {
                if name.is_some() && self.stage.is_called(door)? {
                    self.desk.twin(line.number, Twin::Row(first));
                }
                door
            }
            (None, None) if name.is_none() && address.is_none() => {
                let reason = "an address must be given: building and room, or group and number";
                return Ok(Err(line.bad(column, reason)));
            }
            (None, None) => self.stage.add_door(line.number, grid, address)?,
        };
        if let Some(name) = name
            && by_name.is_none()
        {
            self.stage.call(&name, door)?;
        }
        Ok(Ok(door))
    }

    /// Lists somebody who stands in another household of the file too.
    fn twins(&mut self, row: u64, door: i64, resident: &SaidResident) -> Result<(), ImportError> {
        let mut marks: Vec<Vec<u8>> =
            resident.telephones.iter().map(|telephone| mark(&resident.name, telephone)).collect();
        marks.extend(resident.identity.as_ref().map(|identity| identity.hash.to_vec()));
        let mut twin = None;
        for mark in marks {
            let found = self.stage.note(&mark, row, door)?;
            twin = twin.or(found);
        }
        if let Some(other) = twin {
            self.desk.twin(row, Twin::Row(other));
        }
        Ok(())
    }

    fn said(&self, line: &Line<'_>) -> Result<Said, BadRow> {
        let door = line.word("door", DOORS)?.map(str::to_owned);
        let (mut tags, mut note) = (tags(line)?, line.prose("note").filter(|text| !clean::is_nothing(text)));
        // 标签/备注: what is no tag is a remark.
        let remarks = line.prose("remarks").unwrap_or_default();
        let mut others = Vec::new();
        for remark in clean::members(&remarks).filter(|remark| !clean::is_nothing(remark)) {
            match tag(remark) {
                Some(tag) => tags.push(tag.to_owned()),
                None => others.push(remark),
            }
        }
        if !others.is_empty() {
            note = Some(note.into_iter().chain([others.join("；")]).collect::<Vec<_>>().join("\n"));
        }
        tags.sort_unstable();
        tags.dedup();
        let resident = self.resident(line, tags)?;
        Ok(Said { door, note, resident })
    }

    fn resident(&self, line: &Line<'_>, tags: Vec<String>) -> Result<Option<SaidResident>, BadRow> {
        let name = line.cell("name").or_else(|| line.cell("head"));
        let Some(name) = name.filter(|name| !clean::is_nothing(name)) else {
            for column in ["telephone", "birth_year", "birth_date", "id_number", "tags", "app_installed"] {
                if line.cell(column).is_some_and(|text| !clean::is_nothing(&text)) {
                    return Err(line.bad("name", format!("must be given where {column} is")));
                }
            }
            return Ok(None);
        };
        if name.chars().all(|letter| !letter.is_alphabetic()) {
            return Err(line.bad("name", "is no name; it has no letters"));
        }
        let today = self.desk.zone().day(self.desk.now);
        let telephones = line.telephones("telephone")?;
        let identity = identity::reduce(line.raw("id_number"), &self.desk.identity_key, today)
            .map_err(|reason| line.bad("id_number", reason))?
            .map(|kept| SaidIdentity { hash: kept.hash, last_four: kept.last_four, born: kept.born });
        let mut birth_year = None;
        for column in ["birth_year", "birth_date"] {
            if line.raw(column).is_blank() || line.cell(column).is_some_and(|text| clean::is_nothing(&text)) {
                continue;
            }
            let reason = "is no year or date of birth; write four digits, such as 1950, or 1950-03-01";
            let year = clean::birth_year(line.raw(column))
                .filter(|year| (1880..=i64::from(today.year())).contains(year))
                .ok_or_else(|| line.bad(column, reason))?;
            if identity.as_ref().is_some_and(|identity| identity.born != year)
                || birth_year.is_some_and(|before| before != year)
            {
                return Err(line.bad(column, "does not go with the ID number or the other date of birth; check both"));
            }
            birth_year = Some(year);
        }
        Ok(Some(SaidResident {
            name,
            telephones,
            birth_year: birth_year.or(identity.as_ref().map(|identity| identity.born)),
            tags,
            app_installed: line.truth("app_installed")?,
            identity,
        }))
    }
}

fn tag(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    TAGS.iter().find(|(word, others)| *word == text || others.contains(&text.as_str())).map(|(word, _)| *word)
}

fn tags(line: &Line<'_>) -> Result<Vec<String>, BadRow> {
    let known: Vec<&str> = Tag::KNOWN.iter().map(|tag| tag.word()).collect();
    let text = line.prose("tags").unwrap_or_default();
    clean::members(&text)
        .filter(|text| !clean::is_nothing(text))
        .map(|text| {
            let reason = || format!("each must be one of: {}; with ; between them", known.join(", "));
            tag(text).map(str::to_owned).ok_or_else(|| line.bad("tags", reason()))
        })
        .collect()
}

/// The door that a word stands for.
fn door_word(word: &str) -> Door {
    Door::from_word(word)
}

impl Planner for Households {
    fn plan(&mut self, desk: &mut Desk<'_>) -> Result<(), ImportError> {
        let mut met = std::collections::HashSet::new();
        let stage = &self.stage;
        stage.each(&mut |door| plan::door(&door, stage, &mut met, desk))
    }
}
