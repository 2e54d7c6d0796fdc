//! One household of a file beside the one that is there.
//!
//! Floor: sync-server, import. Invariants: a household that lies elsewhere is listed, not moved; one that
//! somebody has taken out is left so, and said.

use std::collections::{BTreeSet, HashSet};

use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    Address, DocumentId, Door, Fields, Household, HouseholdId, Kind, Resident, ResidentId, Scope, Tag, Value,
};

use super::{Said, SaidResident, door_word};
use crate::import::compare::{self, How, Part, Present, Say};
use crate::import::desk::{Desk, Planned};
use crate::import::stage::{self, Stage, mark};
use crate::import::table::BadRow;
use crate::import::{ImportError, Twin, address};
use crate::store::IdentityNumber;

/// A resident of the file: the row, and what it says.
type Person = (u64, SaidResident);

/// What the rows of a door come to.
struct Told {
    row: u64,
    address: Address,
    door: Option<(u64, String)>,
    note: Option<(u64, String)>,
    residents: Vec<Person>,
}

pub(super) fn door(
    door: &stage::Door,
    stage: &Stage,
    met: &mut HashSet<DocumentId>,
    desk: &mut Desk<'_>,
) -> Result<(), ImportError> {
    let Some(address) = &door.address else {
        for (row, _) in &door.lines {
            let reason = "no row of this household gives its address: building and room, or group and number";
            desk.bad(BadRow::new(*row, "address", reason));
        }
        return Ok(());
    };
    let Some(told) = told(door, address, desk)? else { return Ok(()) };
    let names = stage.names(door.number)?;
    let hashes: Vec<[u8; 32]> =
        told.residents.iter().filter_map(|(_, said)| said.identity.as_ref()).map(|identity| identity.hash).collect();
    let known = if hashes.is_empty() { Vec::new() } else { desk.store().identities(&hashes)? };
    let found = find(door, &told, &names, &known, stage, met, desk)?;
    for (row, said) in &told.residents {
        let elsewhere = |document: DocumentId| Some(document) != found;
        let mut twin = said.identity.as_ref().and_then(|identity| {
            known.iter().find(|one| one.hash == identity.hash && elsewhere(one.document)).map(|one| one.document)
        });
        for telephone in &said.telephones {
            if twin.is_none() {
                twin = stage.here_marked(&mark(&said.name, telephone), found)?;
            }
        }
        if let Some(document) = twin {
            desk.twin(*row, Twin::Record(document));
        }
    }
    let present = found.map(|id| desk.present(id)).transpose()?.flatten();
    match present {
        Some(mut present) => {
            met.insert(present.stored.id);
            there(door, &told, names, &mut present, desk)
        }
        None => fresh(door, &told, names, desk),
    }
}

/// Puts the rows of a door together; nothing where none of them is good.
fn told(door: &stage::Door, address: &Address, desk: &mut Desk<'_>) -> Result<Option<Told>, ImportError> {
    let mut told = Told { row: door.first, address: address.clone(), door: None, note: None, residents: Vec::new() };
    let mut first = None;
    let mut rows = Vec::new();
    for (row, body) in &door.lines {
        let said: Said = serde_json::from_str(body).map_err(|_| ImportError::Stage("a row".to_owned()))?;
        if let Some(word) = &said.door {
            match &told.door {
                Some((other, have)) if have != word => {
                    desk.bad(BadRow::new(*row, "door", format!("differs from row {other} of the same household")));
                    continue;
                }
                Some(_) => {}
                None => told.door = Some((*row, word.clone())),
            }
        }
        rows.push((*row, said));
        first = first.or(Some(*row));
    }
    let Some(first) = first else { return Ok(None) };
    told.row = first;
    let mut notes: Vec<String> = Vec::new();
    for (row, said) in rows {
        if let Some(note) = &said.note {
            let line = note.replace('\n', " ");
            told.note.get_or_insert((row, String::new()));
            if !notes.contains(&line) {
                notes.push(line);
            }
        }
        match said.resident {
            Some(resident) => {
                let same = |other: &SaidResident| match (&other.identity, &resident.identity) {
                    (Some(one), Some(other)) => one.hash == other.hash,
                    _ => other.name == resident.name && other.birth_year == resident.birth_year,
                };
                match told.residents.iter().find(|(_, other)| same(other)) {
                    Some((other, _)) => desk.twin(row, Twin::Row(*other)),
                    None => told.residents.push((row, resident)),
                }
            }
            None if row != first => desk.twin(row, Twin::Row(first)),
            None => {}
        }
    }
    if let Some((_, text)) = &mut told.note {
        *text = notes.join("\n");
    }
    if let Err(invalid) = household(&told).validate() {
        desk.bad(BadRow::invalid(first, &invalid));
        return Ok(None);
    }
    Ok(Some(told))
}

/// The household that is there: at this address, under this number, or, with the same address in another grid,
/// with one of the same people.
fn find(
    door: &stage::Door,
    told: &Told,
    names: &[String],
    known: &[IdentityNumber],
    stage: &Stage,
    met: &HashSet<DocumentId>,
    desk: &mut Desk<'_>,
) -> Result<Option<DocumentId>, ImportError> {
    let key = address::key(&told.address);
    let mut here = stage.here_at(door.grid, &key)?.into_iter().filter(|document| !met.contains(document));
    if let Some(found) = here.next() {
        if let Some(other) = here.next() {
            desk.twin(told.row, Twin::Record(other));
        }
        return Ok(Some(found));
    }
    for name in names {
        if let Some(found) = desk.called(name)?
            && !met.contains(&found)
        {
            return Ok(Some(found));
        }
    }
    for one in known {
        if !met.contains(&one.document) && stage.has_key(one.document, &key)? {
            return Ok(Some(one.document));
        }
    }
    // Somebody has put its address right since, or moved it: it is still the one that a file last had here.
    if names.is_empty()
        && let Some(found) = desk.called(&place(door, told))?
        && !met.contains(&found)
        && let Some(memory) = desk.store().remembered(&[found])?.into_iter().find(|one| one.part.is_none())
        && Address::read_fields("address.", &memory.fields).is_ok_and(|last| address::key(&last) == key)
    {
        return Ok(Some(found));
    }
    Ok(None)
}

/// The name under which a household without a number of its own is known again: where the file has it.
fn place(door: &stage::Door, told: &Told) -> String {
    format!("place:{}:{}", door.grid, address::key(&told.address))
}

fn household(told: &Told) -> Household {
    Household {
        address: told.address.clone(),
        door: told.door.as_ref().map_or(Door::LivedIn, |(_, word)| door_word(word)),
        note: told.note.as_ref().map(|(_, note)| note.clone()),
        residents: told
            .residents
            .iter()
            .zip(1_u128..)
            .map(|((_, said), at)| (ResidentId::from_bytes(at.to_be_bytes()), resident(said)))
            .collect(),
        grid: None,
        removed: false,
        merged_into: None,
        counterparts: BTreeSet::new(),
    }
}

fn resident(said: &SaidResident) -> Resident {
    Resident {
        name: said.name.clone(),
        telephones: said.telephones.iter().cloned().collect(),
        birth_year: said.birth_year,
        tags: said.tags.iter().map(|tag| Tag::from_word(tag)).collect(),
        app_installed: said.app_installed,
        left_town: false,
        left_to: None,
        left_contact: None,
        removed: false,
    }
}

const ADDRESS: [(&str, &str); 6] = [
    ("building", "address.building"),
    ("unit", "address.unit"),
    ("floor", "address.floor"),
    ("room", "address.room"),
    ("group", "address.group"),
    ("number", "address.number"),
];

fn address_fields(address: &Address) -> Fields {
    let mut fields = Fields::new();
    address.write_fields("address.", &mut fields);
    fields
}

/// What a file says of a household's own fields, its address as it stands.
fn says(told: &Told) -> Vec<Say> {
    let mut says = Vec::new();
    if let Some((row, word)) = &told.door {
        says.push(Say::text(*row, "door", "door", word));
    }
    if let Some((row, note)) = &told.note {
        says.push(Say { how: How::Lines, ..Say::text(*row, "note", "note", note) });
    }
    says.push(Say::new(told.row, "removed", "removed", Value::Bool(false)));
    says
}

fn address_says(row: u64, address: &Address) -> Vec<Say> {
    let fields = address_fields(address);
    let value = |key: &str| fields.get(key).cloned().unwrap_or(Value::Null);
    ADDRESS.iter().map(|(column, key)| Say::new(row, column, *key, value(key))).collect()
}

fn resident_says((row, said): &Person, memory: Option<&Fields>) -> Vec<Say> {
    let mut says = vec![Say::text(*row, "name", "name", &said.name)];
    let telephones = said.telephones.iter().map(String::as_str);
    says.extend(compare::members(*row, "telephone", "telephones", telephones, memory));
    says.extend(said.birth_year.map(|year| Say::new(*row, "birth_year", "birth_year", Value::Int(year))));
    says.extend(compare::members(*row, "tags", "tags", said.tags.iter().map(String::as_str), memory));
    let app = said.app_installed.map(|app| Say::new(*row, "app_installed", "app_installed", Value::Bool(app)));
    says.extend(app);
    says.push(Say::new(*row, "removed", "removed", Value::Bool(false)));
    says
}

fn identity(document: DocumentId, part: [u8; 16], said: &SaidResident) -> Option<IdentityNumber> {
    let identity = said.identity.as_ref()?;
    let (hash, last_four, born) = (identity.hash, identity.last_four.clone(), identity.born);
    Some(IdentityNumber { hash, last_four, born, document, part })
}

fn fresh(door: &stage::Door, told: &Told, names: Vec<String>, desk: &mut Desk<'_>) -> Result<(), ImportError> {
    let id: DocumentId = HouseholdId::fresh(desk.now, desk.random).into();
    let mut record = household(told);
    record.residents.clear();
    let (mut parts, mut also) = (Vec::new(), Planned::default());
    for person in &told.residents {
        let part = ResidentId::fresh(desk.now, desk.random);
        record.residents.insert(part, resident(&person.1));
        also.identities.extend(identity(id, *part.bytes(), &person.1));
        parts.push(Part { row: person.0, id: *part.bytes(), fresh: None, says: resident_says(person, None) });
    }
    let names = if names.is_empty() { vec![place(door, told)] } else { names };
    also.keys = names.into_iter().map(|name| (name, id)).collect();
    let mut says = says(told);
    says.extend(address_says(told.row, &told.address));
    desk.make(told.row, (id, Scope::Grid(door.grid), record.into()), &says, &parts, also)
}

fn there(
    door: &stage::Door,
    told: &Told,
    names: Vec<String>,
    present: &mut Present,
    desk: &mut Desk<'_>,
) -> Result<(), ImportError> {
    let id = present.stored.id;
    if let Scope::Grid(grid) = present.stored.scope
        && grid != door.grid
        && let Err(bad) = desk.permit(&Kind::Household, grid, told.row, "grid")?
    {
        desk.bad(bad);
        return Ok(());
    }
    let moved = desk.elsewhere(told.row, present, door.grid);
    let mut also = Planned::default();
    let names = if names.is_empty() { vec![place(door, told)] } else { names };
    for name in names {
        if desk.called(&name)? != Some(id) {
            also.keys.push((name, id));
        }
    }
    let is_removed = |fields: &Fields| fields.get("removed") == Some(&Value::Bool(true));
    // Somebody has taken it out since: that is said, and nothing else of it is looked at.
    let gone = |fields: &Fields, memory: Option<&Fields>, row: u64, desk: &mut Desk<'_>| {
        is_removed(fields)
            && memory.and_then(|memory| memory.get("removed")) != Some(&Value::Bool(true))
            && !desk.takes(row, "removed")
    };
    if gone(&present.fields, present.memory.get(&None), told.row, desk) {
        let say = [Say::new(told.row, "removed", "removed", Value::Bool(false))];
        return desk.meet(told.row, present, &say, ("residents", &[]), also);
    }
    let mut says = says(told);
    says.extend(moved);
    says.extend(moved_says(told, present));
    let there = present.parts("residents");
    let numbers = desk.store().identities_of(&[id])?;
    let mut used: BTreeSet<[u8; 16]> = BTreeSet::new();
    let mut parts = Vec::new();
    for person in &told.residents {
        let found =
            same(&person.1, &there, &numbers, &used).or_else(|| once(&person.1, &there, &numbers, &used, present));
        let part = found.unwrap_or_else(|| *ResidentId::fresh(desk.now, desk.random).bytes());
        used.insert(part);
        if let Some(number) = identity(id, part, &person.1).filter(|number| !numbers.contains(number)) {
            also.identities.push(number);
        }
        let memory = present.memory.get(&Some(part));
        let shown = there.iter().find(|(id, _)| *id == part).map(|(_, fields)| fields);
        let mut says = resident_says(person, memory);
        if shown.is_some_and(|fields| gone(fields, memory, person.0, desk)) {
            says.retain(|say| say.key == "removed");
        }
        let fresh = found.is_none().then(|| {
            let mut fields = Fields::new();
            resident(&person.1).write_fields("", &mut fields);
            fields
        });
        parts.push(Part { row: person.0, id: part, fresh, says });
    }
    desk.meet(told.row, present, &says, ("residents", &parts), also)
}

/// What is said of the address of a household that is there. The same door written otherwise says nothing.
fn moved_says(told: &Told, present: &Present) -> Vec<Say> {
    let here = Address::read_fields("address.", &present.fields).ok();
    let mut says = address_says(told.row, &told.address);
    if here.is_some_and(|here| address::key(&here) == address::key(&told.address)) {
        for say in &mut says {
            let shown = present.fields.get(&say.key).cloned().unwrap_or(Value::Null);
            if say.value.is_null() || !shown.is_null() {
                say.value = shown;
            }
        }
    }
    says
}

/// The resident whose name or year of birth somebody has put right since a file last gave what this one gives.
fn once(
    said: &SaidResident,
    there: &[([u8; 16], Fields)],
    numbers: &[IdentityNumber],
    used: &BTreeSet<[u8; 16]>,
    present: &Present,
) -> Option<[u8; 16]> {
    let read: Vec<([u8; 16], Fields)> = there
        .iter()
        .filter_map(|(id, _)| Some((*id, present.memory.get(&Some(*id))?.clone())))
        .filter(|(_, memory)| memory.get("birth_year").is_some() == said.birth_year.is_some())
        .collect();
    same(&SaidResident { identity: None, ..said.clone() }, &read, &[], used).filter(|part| {
        let number = numbers.iter().find(|number| number.part == *part);
        said.identity.as_ref().zip(number).is_none_or(|(identity, number)| identity.hash == number.hash)
    })
}

/// The resident who is there: the one of this ID number, else of this name and year of birth.
fn same(
    said: &SaidResident,
    there: &[([u8; 16], Fields)],
    numbers: &[IdentityNumber],
    used: &BTreeSet<[u8; 16]>,
) -> Option<[u8; 16]> {
    let number_of = |part: &[u8; 16]| numbers.iter().find(|number| number.part == *part);
    if let Some(identity) = &said.identity
        && let Some(found) = numbers.iter().find(|number| number.hash == identity.hash && !used.contains(&number.part))
        && there.iter().any(|(id, _)| *id == found.part)
    {
        return Some(found.part);
    }
    let free: Vec<&([u8; 16], Fields)> = there
        .iter()
        .filter(|(id, fields)| {
            let another = match (&said.identity, number_of(id)) {
                (Some(identity), Some(number)) => identity.hash != number.hash,
                _ => false,
            };
            !used.contains(id) && !another && fields.get("name") == Some(&Value::Text(said.name.as_str().into()))
        })
        .collect();
    let year = |fields: &Fields| match fields.get("birth_year") {
        Some(Value::Int(year)) => Some(*year),
        _ => None,
    };
    if let Some((id, _)) = free.iter().find(|(_, fields)| year(fields) == said.birth_year) {
        return Some(*id);
    }
    // One of whom the year was not known before, if there is no doubt which.
    let mut vague = free.iter().filter(|(_, fields)| year(fields).is_none() || said.birth_year.is_none());
    match (vague.next(), vague.next()) {
        (Some((id, _)), None) => Some(*id),
        _ => None,
    }
}
