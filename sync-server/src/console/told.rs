//! What records say, field by field, so that a page can put it in plain words.
//!
//! Floor: console. Invariants: names, telephones and addresses of residents are masked unless they were revealed; what is
//! not known here is shown as it is written, never left out.

use std::collections::{BTreeMap, HashMap};

use qiaomen_core::record::{
    Address, AlertId, AreaId, DocumentId, Fields, Household, HouseholdId, PersonId, Record, ResidentId, Time, Value,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::names::Names;
use super::{Asked, Moment, Shell};
use crate::amend::address;
use crate::report::reviews::Rewritten;
use crate::store::StoreError;

/// A value, as far as it has been put in words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "as")]
pub(crate) enum Shown {
    /// Nothing stands there.
    Nothing,
    /// One of a list's words.
    Word {
        /// The list.
        list: String,
        /// The word.
        word: String,
    },
    /// What somebody wrote, or what something is called; masked where it names a resident.
    Text {
        /// The text.
        text: String,
    },
    /// A moment.
    Moment {
        /// When.
        at: Moment,
    },
    /// Yes or no.
    Flag {
        /// Which.
        yes: bool,
    },
    /// Something that is there and is not written out.
    There,
}

impl Shown {
    fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// In the language of a page.
    pub(crate) fn say(&self, shell: &Shell) -> String {
        match self {
            Self::Nothing => "—".to_owned(),
            Self::Word { list, word } => shell.word(list, word).to_owned(),
            Self::Text { text } => text.clone(),
            Self::Moment { at } => at.minute(),
            Self::Flag { yes: true } => shell.w("是", "yes").to_owned(),
            Self::Flag { yes: false } => shell.w("否", "no").to_owned(),
            Self::There => shell.w("有", "there").to_owned(),
        }
    }
}

/// A field and what it holds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Told {
    /// Which field.
    pub(crate) field: String,
    /// Whose it is, where it is somebody's behind a door; masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) whose: Option<String>,
    /// What it holds.
    pub(crate) values: Vec<Shown>,
}

impl Told {
    /// What it holds, in the language of a page.
    pub(crate) fn say(&self, shell: &Shell) -> String {
        let said: Vec<String> = self.values.iter().map(|value| value.say(shell)).collect();
        said.join(shell.w("、", ", "))
    }
}

/// A field before and after a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Difference {
    /// Which field.
    pub(crate) field: String,
    /// Whose it is, where it is somebody's behind a door; masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) whose: Option<String>,
    /// What it held.
    pub(crate) before: Shown,
    /// What it holds then.
    pub(crate) after: Shown,
}

/// The fields whose values are words, each with its list; then those that are moments.
const WORDS: &[(&str, &str)] = &[
    ("purpose", "purpose"),
    ("outcome", "outcome"),
    ("given", "given"),
    ("explained", "explained"),
    ("observations", "observation"),
    ("risk", "risk"),
    ("door", "door"),
    ("tags", "tag"),
    ("origin", "origin"),
    ("steps", "step"),
    ("fraud", "fraud"),
    ("brought_in", "brought_in"),
    ("ways", "way"),
    ("care", "care"),
    ("recorded_with", "recorder"),
    ("taken_with", "taken_with"),
    ("kept_at", "kept_at"),
    ("first", "first_hands"),
    ("language", "language"),
    ("state", "review"),
    ("hands", "hands"),
    ("what", "asked"),
    ("role", "role"),
    ("sort", "unit_sort"),
];
const MOMENTS: &[&str] = &[
    "at",
    "started",
    "ended",
    "issued",
    "reached_station",
    "passed_on",
    "entered",
    "sent",
    "until",
    "from",
    "answered",
];
/// Fields that name a resident, or say how to reach them.
const PERSONAL: &[&str] = &["left_to", "left_contact", "met_others", "witness", "address", "called", "proxy.name"];
/// Fields that are told together with another, or to nobody.
const UNTOLD: &[&str] = &["heads", "position.longitude", "position.datum", "position.accuracy", "household", "alert"];
/// The order in which a visit's and a pledge's fields are told; the rest follow as they stand.
const ORDER: &[&str] = &[
    "purpose",
    "outcome",
    "met_target",
    "met",
    "met_others",
    "started",
    "ended",
    "at",
    "resident",
    "template",
    "version",
    "signature",
    "proxy.name",
    "proxy.relation",
    "witness",
    "archive_number",
    "given",
    "explained",
    "observations",
    "risk",
    "next_step",
    "note",
    "position.latitude",
];

/// Puts records in words for one request.
pub(crate) struct Teller<'a> {
    asked: &'a Asked<'a>,
    names: &'a Names,
    revealed: bool,
    residents: HashMap<ResidentId, String>,
}

/// The door of this identifier.
pub(crate) fn door(asked: &Asked<'_>, id: HouseholdId) -> Result<Option<Household>, StoreError> {
    Ok(match asked.town.document(id.into())? {
        Some((_, document)) => match document.record() {
            Ok(Record::Household(door)) => Some(door),
            _ => None,
        },
        None => None,
    })
}

/// Where a door is: up to the building and unit as long as it is not revealed.
pub(crate) fn place(door: &Address, revealed: bool) -> String {
    if revealed {
        return address(door);
    }
    let front = Address { floor: None, room: None, number: None, ..door.clone() };
    match address(&front) {
        front if front.is_empty() => "***".to_owned(),
        front => format!("{front}-***"),
    }
}

impl<'a> Teller<'a> {
    /// For a record whose names were revealed, or were not.
    pub(crate) fn new(asked: &'a Asked<'a>, names: &'a Names, revealed: bool) -> Self {
        Self { asked, names, revealed, residents: HashMap::new() }
    }

    /// Has the people behind a door be called by their names; returns where it is.
    pub(crate) fn behind(&mut self, id: HouseholdId) -> Result<Option<String>, StoreError> {
        let Some(door) = door(self.asked, id)? else { return Ok(None) };
        self.residents.extend(door.residents.into_iter().map(|(id, resident)| (id, resident.name)));
        Ok(Some(place(&door.address, self.revealed)))
    }

    /// What somebody behind a door is called.
    fn resident(&self, id: ResidentId) -> Option<String> {
        self.residents.get(&id).map(|name| self.asked.name(name, self.revealed))
    }

    fn id(&self, key: &str, bytes: &[u8]) -> Result<Shown, StoreError> {
        let Ok(id) = DocumentId::from_slice(bytes) else { return Ok(Shown::There) };
        let text = match key {
            "grid" | "area" | "parent" | "moved_from" => Some(self.names.area(AreaId::from(id)).path),
            "person" | "deputy" | "owner" | "to" => Some(self.names.person(PersonId::from(id))),
            "resident" | "met" => ResidentId::from_slice(bytes).ok().and_then(|id| self.resident(id)),
            "household" | "merged_into" => {
                let door = door(self.asked, id.into())?;
                door.map(|door| place(&door.address, self.revealed))
            }
            "alert" => match self.asked.town.document(AlertId::from(id).into())? {
                Some((_, document)) => match document.record() {
                    Ok(Record::Alert(alert)) => Some(self.asked.name(&alert.name, self.revealed)),
                    _ => None,
                },
                None => None,
            },
            _ => None,
        };
        Ok(text.map_or(Shown::There, Shown::text))
    }

    /// A value of a field of a record of this kind, as it stands in a document.
    pub(crate) fn value(&self, kind: &str, key: &str, value: &Value) -> Result<Shown, StoreError> {
        let (field, member) = key.split_once('/').map_or((key, None), |(field, member)| (field, Some(member)));
        let leaf = ["dissuasion.", "photos."].iter().find_map(|group| field.strip_prefix(group)).unwrap_or(field);
        if let Some(member) = member {
            if !matches!(value, Value::Bool(true)) {
                return Ok(Shown::Nothing);
            }
            return Ok(match member.parse::<ResidentId>() {
                Ok(id) => self.resident(id).map_or(Shown::There, Shown::text),
                Err(_) => self.written(kind, leaf, member),
            });
        }
        Ok(match value {
            Value::Null => Shown::Nothing,
            Value::Bool(yes) => Shown::Flag { yes: *yes },
            Value::Int(millis) if MOMENTS.contains(&leaf) => {
                Shown::Moment { at: self.asked.moment(Time::from_millis(*millis)) }
            }
            Value::Int(degrees) if leaf.ends_with("latitude") || leaf.ends_with("longitude") => {
                Shown::text(degrees_text(*degrees))
            }
            Value::Int(number) => Shown::text(number.to_string()),
            Value::Text(text) => self.written(kind, leaf, text),
            Value::Bytes(bytes) => self.id(leaf, bytes)?,
            Value::Map(inner) => match inner.text("name") {
                Ok(name) => Shown::text(self.asked.name(name, self.revealed)),
                Err(_) => Shown::There,
            },
        })
    }

    /// A word or text.
    fn written(&self, kind: &str, leaf: &str, text: &str) -> Shown {
        let list = match leaf {
            "level" if kind == "area" => Some("area_level"),
            "level" => Some("level"),
            "step" if kind == "stop_payment" => Some("stop"),
            _ => WORDS.iter().find(|(field, _)| *field == leaf).map(|(_, list)| *list),
        };
        let staff = matches!(kind, "area" | "person" | "unit" | "script" | "reminder");
        match list {
            Some(list) => Shown::Word { list: list.to_owned(), word: text.to_owned() },
            None if leaf.starts_with("telephone") && !staff => Shown::text(self.asked.telephone(text, self.revealed)),
            None if leaf == "name" && !staff => Shown::text(self.asked.name(text, self.revealed)),
            None if leaf.starts_with("address.") => Shown::text(if self.revealed { text } else { "***" }),
            None if PERSONAL.contains(&leaf) => Shown::text(self.asked.place(text, self.revealed)),
            None => Shown::text(text),
        }
    }

    /// All that a record says.
    pub(crate) fn all(&self, kind: &str, fields: &Fields) -> Result<Vec<Told>, StoreError> {
        let mut found: BTreeMap<(usize, String), Vec<Shown>> = BTreeMap::new();
        for (key, value) in fields.iter() {
            let field = key.split('/').next().unwrap_or(key);
            if UNTOLD.contains(&field) || matches!(value, Value::Null) {
                continue;
            }
            let shown = match (field, value, fields.get("position.longitude")) {
                ("position.latitude", Value::Int(north), Some(Value::Int(east))) if self.revealed => {
                    Shown::text(format!("{}, {}", degrees_text(*north), degrees_text(*east)))
                }
                ("position.latitude", ..) => Shown::There,
                _ => self.value(kind, key, value)?,
            };
            if !matches!(shown, Shown::Nothing) {
                let place = ORDER.iter().position(|have| *have == field).unwrap_or(ORDER.len());
                found.entry((place, field.to_owned())).or_default().push(shown);
            }
        }
        Ok(found.into_iter().map(|((_, field), values)| Told { field, whose: None, values }).collect())
    }

    /// What a change wrote.
    pub(crate) fn differences(&self, kind: &str, fields: &[Rewritten]) -> Result<Vec<Difference>, StoreError> {
        let mut found = Vec::new();
        for rewritten in fields {
            let (field, whose) = self.named(&rewritten.path);
            if UNTOLD.contains(&field.as_str()) {
                continue;
            }
            let key = rewritten.path.last().map(String::as_str).unwrap_or_default();
            let shown = |value: &Option<Value>| match value {
                None => Ok(Shown::Nothing),
                Some(_) if key.starts_with("position.") && !self.revealed => Ok(Shown::There),
                Some(value) => self.value(kind, key, value),
            };
            found.push(Difference { field, whose, before: shown(&rewritten.before)?, after: shown(&rewritten.after)? });
        }
        Ok(found)
    }

    /// A field by its path, and whose it is.
    pub(crate) fn named(&self, path: &[String]) -> (String, Option<String>) {
        let key = path.last().map(String::as_str).unwrap_or_default();
        let field = key.split('/').next().unwrap_or(key).to_owned();
        let whose = path.get(1).and_then(|key| key.parse::<ResidentId>().ok()).and_then(|id| self.resident(id));
        (field, whose)
    }
}

fn degrees_text(ten_millionths: i64) -> String {
    let sign = if ten_millionths < 0 { "-" } else { "" };
    let size = ten_millionths.unsigned_abs();
    format!("{sign}{}.{:05}", size / 10_000_000, size % 10_000_000 / 100)
}

#[cfg(test)]
mod tests {
    #[test]
    fn degrees_are_written_as_people_read_them() {
        assert_eq!(super::degrees_text(229_512_345), "22.95123");
        assert_eq!(super::degrees_text(-5_000_000), "-0.50000");
    }
}
