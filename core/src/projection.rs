//! Document to flat row: what lists and rules are answered from, the same on the phone and the server.
//!
//! Floor: projection; pure. Invariants: total over whatever a merged document holds: what is missing or of
//! another type is null, and fields that no longer fit together still make rows; a table's columns and a
//! row's cells stand in the same order. The stores keep documents, their kind, scope, author and role in a
//! table of their own, and add the key that ties a row to its document (and, for a part, the part's).

mod address;
mod back;
pub mod search;
mod spelling;

#[cfg(test)]
mod tests;

use std::fmt;

pub(crate) use address::canonical;
pub use back::record_of;

use crate::record::word::Word;
use crate::record::{Fields, Header, Outcome, Time, Value};

/// The version of what rows are computed from documents. It grows with every change of that which does not change the
/// shape of a table, so that phones and servers make their rows anew.
pub const VERSION: u32 = 3;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A number, a truth value as 0 or 1, an instant in milliseconds.
    Integer,
    /// Text; the members of a set are joined by commas, and none of them make an empty text.
    Text,
    /// Bytes: an identifier's sixteen.
    Blob,
}

/// A column of a table.
pub struct Column {
    /// Its name, to be quoted: it may be a word of SQL.
    pub name: &'static str,
    /// What it holds, where it is not null.
    pub kind: ColumnKind,
    source: Source,
}

impl fmt::Debug for Column {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {:?}", self.name, self.kind)
    }
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name: the kind's word, or the noun of a part.
    pub name: &'static str,
    /// Whether its rows are parts of a document, several to one.
    pub parts: bool,
    /// Its columns.
    pub columns: &'static [Column],
    /// The columns of each index.
    pub indexes: &'static [&'static [&'static str]],
    /// The columns of each index that leaves out the rows in which its first column is null.
    pub filled: &'static [&'static [&'static str]],
    /// The kind's word.
    pub of: &'static str,
    /// The key of the map that a part lies in.
    map: &'static str,
    /// What the keys begin with of which one must have been written for there to be a row; none where there always is.
    only: Option<&'static str>,
}

impl Table {
    /// Whether a record may have fewer rows in it than it had.
    #[must_use]
    pub const fn varies(&self) -> bool {
        self.parts || self.only.is_some()
    }
}

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A number.
    Integer(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// One row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where it belongs.
    pub table: &'static Table,
    /// The part it stands for, in a table of parts.
    pub part: Option<[u8; 16]>,
    /// A cell for each column.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell of the column with this name.
    #[must_use]
    pub fn cell(&self, column: &str) -> Option<&Cell> {
        self.table.columns.iter().position(|have| have.name == column).and_then(|at| self.cells.get(at))
    }
}

/// What a cell is made from.
struct Whole<'a> {
    header: &'a Header,
    arrival: Option<Time>,
    fields: &'a Fields,
}

enum Source {
    /// The field of this key.
    Field(&'static str),
    /// The members of the set of this key.
    Set(&'static str),
    /// The whole of the record.
    Made(fn(&Whole<'_>) -> Cell),
}

const fn column(name: &'static str, kind: ColumnKind, source: Source) -> Column {
    Column { name, kind, source }
}

const fn text(name: &'static str) -> Column {
    column(name, ColumnKind::Text, Source::Field(name))
}

const fn int(name: &'static str) -> Column {
    column(name, ColumnKind::Integer, Source::Field(name))
}

const fn id(name: &'static str) -> Column {
    column(name, ColumnKind::Blob, Source::Field(name))
}

const fn set(name: &'static str) -> Column {
    column(name, ColumnKind::Text, Source::Set(name))
}

/// A truth value that reads as false where it is absent.
macro_rules! flag {
    ($name:literal) => {
        column(
            $name,
            ColumnKind::Integer,
            Source::Made(|whole| truth(whole.fields.get($name) == Some(&Value::Bool(true)))),
        )
    };
}

const fn within(name: &'static str, kind: ColumnKind, key: &'static str) -> Column {
    column(name, kind, Source::Field(key))
}

const fn table(of: &'static str, name: &'static str, columns: &'static [Column]) -> Table {
    Table { name, parts: false, columns, indexes: &[], filled: &[], of, map: "", only: None }
}

const BY_ALERT: &[&[&str]] = &[&["alert", "at"]];

const LATITUDE: Column = within("latitude", ColumnKind::Integer, "position.latitude");
const LONGITUDE: Column = within("longitude", ColumnKind::Integer, "position.longitude");
const DATUM: Column = within("datum", ColumnKind::Text, "position.datum");
const ACCURACY: Column = within("accuracy", ColumnKind::Integer, "position.accuracy");

/// Every table.
pub static TABLES: &[Table] = &[
    Table {
        indexes: &[&["parent"]],
        ..table("area", "area", &[text("name"), text("level"), id("parent"), text("code"), text("telephone")])
    },
    Table {
        indexes: &[&["login"]],
        ..table("person", "person", &[text("name"), text("telephone"), text("login"), flag!("left")])
    },
    Table {
        parts: true,
        indexes: &[&["area", "role"]],
        map: "assignments",
        ..table("person", "assignment", &[text("role"), id("area"), flag!("ended")])
    },
    Table {
        indexes: &[&["walk"]],
        // Few doors are.
        filled: &[&["merged_into"]],
        ..table(
            "household",
            "household",
            &[
                within("building", ColumnKind::Text, "address.building"),
                within("unit", ColumnKind::Text, "address.unit"),
                within("floor", ColumnKind::Integer, "address.floor"),
                within("room", ColumnKind::Text, "address.room"),
                within("group", ColumnKind::Text, "address.group"),
                within("number", ColumnKind::Text, "address.number"),
                text("door"),
                text("note"),
                id("grid"),
                flag!("removed"),
                id("merged_into"),
                set("counterparts"),
                column("walk", ColumnKind::Text, Source::Made(walk)),
                column("search", ColumnKind::Text, Source::Made(searched)),
            ],
        )
    },
    Table {
        parts: true,
        indexes: &[&["name"]],
        map: "residents",
        ..table(
            "household",
            "resident",
            &[
                text("name"),
                set("telephones"),
                int("birth_year"),
                set("tags"),
                int("app_installed"),
                flag!("left_town"),
                text("left_to"),
                text("left_contact"),
                flag!("removed"),
            ],
        )
    },
    Table {
        indexes: &[&["household", "ended"]],
        // Most visits are to doors, and belong to no alert.
        filled: &[&["alert", "ended"]],
        ..table(
            "visit",
            "visit",
            &[
                text("purpose"),
                id("household"),
                id("alert"),
                text("outcome"),
                column("met_person", ColumnKind::Integer, Source::Made(met_person)),
                set("met"),
                text("met_others"),
                int("started"),
                int("ended"),
                LATITUDE,
                LONGITUDE,
                DATUM,
                ACCURACY,
                set("given"),
                set("explained"),
                set("observations"),
                text("note"),
                text("risk"),
                text("next_step"),
                column("doubtful", ColumnKind::Integer, Source::Made(|whole| truth(whole.doubtful()))),
            ],
        )
    },
    Table {
        // Only where one was made: most visits are to doors.
        only: Some("dissuasion."),
        ..table(
            "visit",
            "dissuasion",
            &[
                column("steps", ColumnKind::Text, Source::Set("dissuasion.steps")),
                within("fraud", ColumnKind::Text, "dissuasion.fraud"),
                within("script", ColumnKind::Text, "dissuasion.script"),
                within("deeply_taken_in", ColumnKind::Integer, "dissuasion.deeply_taken_in"),
                column("brought_in", ColumnKind::Text, Source::Set("dissuasion.brought_in")),
                column("ways", ColumnKind::Text, Source::Set("dissuasion.ways")),
                within("place", ColumnKind::Blob, "dissuasion.place"),
                within("officers", ColumnKind::Text, "dissuasion.officers"),
                within("team", ColumnKind::Text, "dissuasion.team"),
                within("courtesy", ColumnKind::Integer, "dissuasion.courtesy"),
                within("recorded_with", ColumnKind::Text, "dissuasion.recorded_with"),
                within("recorded_by", ColumnKind::Text, "dissuasion.recorded_by"),
                within("kept_at", ColumnKind::Text, "dissuasion.kept_at"),
                within("kept_as", ColumnKind::Text, "dissuasion.kept_as"),
                column("care", ColumnKind::Text, Source::Set("dissuasion.care")),
            ],
        )
    },
    Table {
        // Only where some were taken.
        only: Some("photos."),
        ..table(
            "visit",
            "photos",
            &[
                within("taken_with", ColumnKind::Text, "photos.taken_with"),
                within("taken_by", ColumnKind::Text, "photos.taken_by"),
                within("kept_at", ColumnKind::Text, "photos.kept_at"),
                within("kept_as", ColumnKind::Text, "photos.kept_as"),
            ],
        )
    },
    Table {
        indexes: &[&["area", "issued"]],
        // Somebody is looked for by these; few alerts name all of them.
        filled: &[&["household"], &["resident"], &["platform_number"], &["called"]],
        ..table(
            "alert",
            "alert",
            &[
                text("name"),
                text("telephone"),
                column("called", ColumnKind::Text, Source::Made(called)),
                id("household"),
                id("resident"),
                flag!("outsider"),
                id("area"),
                text("level"),
                text("issuer"),
                text("platform_number"),
                text("origin"),
                int("issued"),
                int("reached_station"),
                column("reached", ColumnKind::Integer, Source::Made(reached)),
                int("passed_on"),
                int("entered"),
                text("playbook"),
                text("note"),
            ],
        )
    },
    Table {
        parts: true,
        map: "places",
        ..table("alert", "place", &[text("label"), text("address"), LATITUDE, LONGITUDE, DATUM, ACCURACY])
    },
    Table { indexes: BY_ALERT, ..table("raise", "raise", &[id("alert"), text("level"), int("at"), text("reason")]) },
    Table { indexes: BY_ALERT, ..table("receipt", "receipt", &[id("alert"), int("at"), id("offer")]) },
    Table { indexes: BY_ALERT, ..table("feedback", "feedback", &[id("alert"), int("at"), text("note")]) },
    Table { indexes: BY_ALERT, ..table("clearance", "clearance", &[id("alert"), int("at"), text("reason")]) },
    Table {
        indexes: BY_ALERT,
        ..table("withdrawal", "withdrawal", &[id("alert"), id("clearance"), int("at"), text("reason")])
    },
    Table {
        indexes: BY_ALERT,
        ..table("extension", "extension", &[id("alert"), int("at"), int("until"), text("reason")])
    },
    Table {
        indexes: &[&["alert", "at"], &["person", "alert"]],
        ..table("sending", "sending", &[id("alert"), id("person"), int("at"), text("note")])
    },
    Table {
        indexes: &[&["alert", "at"], &["to", "alert"]],
        ..table("hand_over", "hand_over", &[id("alert"), id("to"), int("at"), text("note")])
    },
    Table {
        indexes: BY_ALERT,
        ..table(
            "money_sent",
            "money_sent",
            &[id("alert"), int("at"), int("sent"), int("fen"), text("to"), text("note")],
        )
    },
    Table {
        indexes: BY_ALERT,
        ..table(
            "stop_payment",
            "stop_payment",
            &[id("alert"), int("at"), text("step"), int("fen"), text("institution"), text("note")],
        )
    },
    Table { indexes: BY_ALERT, ..table("seen", "seen", &[id("alert"), int("at")]) },
    Table { indexes: BY_ALERT, ..table("recall", "recall", &[id("alert"), int("at"), text("reason")]) },
    Table {
        indexes: &[&["alert", "at"], &["other"]],
        ..table(
            "join",
            "join",
            &[id("alert"), int("at"), id("other"), text("level"), int("issued"), flag!("into_other")],
        )
    },
    Table {
        indexes: BY_ALERT,
        ..table(
            "transfer",
            "transfer",
            &[id("alert"), int("at"), text("hands"), text("place"), text("accepted_by"), int("until"), text("reason")],
        )
    },
    Table { indexes: BY_ALERT, ..table("proposal", "proposal", &[id("alert"), int("at"), text("reason")]) },
    Table { indexes: BY_ALERT, ..table("comment", "comment", &[id("alert"), int("at"), text("text")]) },
    Table {
        indexes: BY_ALERT,
        ..table("take_back", "take_back", &[id("alert"), int("at"), id("offer"), text("reason")])
    },
    Table {
        indexes: &[&["alert", "at"], &["owner", "alert"]],
        ..table("custody_decision", "custody_decision", &[id("alert"), int("at"), id("owner"), text("reason")])
    },
    table(
        "routing",
        "routing",
        &[text("level"), text("first"), int("deputy_minutes"), int("head_minutes"), int("telephone_minutes")],
    ),
    Table {
        indexes: &[&["area", "until"]],
        ..table(
            "duty",
            "duty",
            &[id("area"), int("from"), int("until"), id("person"), id("deputy"), flag!("cancelled")],
        )
    },
    table("script", "script", &[text("fraud"), text("language"), text("title"), text("body"), flag!("retired")]),
    table(
        "reminder",
        "reminder",
        &[text("title"), text("body"), text("fraud"), int("at"), int("until"), flag!("withdrawn")],
    ),
    Table {
        indexes: &[&["alert"], &["answered"]],
        ..table(
            "question",
            "question",
            &[id("alert"), text("what"), text("level"), text("note"), int("at"), int("answered"), text("answer")],
        )
    },
    Table {
        indexes: &[&["at"]],
        ..table("whereabouts", "whereabouts", &[int("at"), int("until"), LATITUDE, LONGITUDE, DATUM, ACCURACY])
    },
    Table {
        indexes: &[&["from"]],
        ..table(
            "phase",
            "phase",
            &[text("campaign"), text("name"), int("from"), int("to"), text("note"), flag!("cancelled")],
        )
    },
    table("rulebook", "rulebook", &[text("version"), text("rules"), int("from"), text("reason")]),
    table(
        "pledge_text",
        "pledge_text",
        &[text("language"), text("title"), text("body"), int("version"), int("from"), flag!("retired")],
    ),
    table(
        "draw",
        "draw",
        &[
            int("at"),
            text("seed"),
            int("from"),
            int("to"),
            int("count"),
            int("population"),
            text("population_hash"),
            set("chosen"),
        ],
    ),
    Table {
        indexes: &[&["alert", "at"], &["draw"]],
        ..table(
            "call_back",
            "call_back",
            &[
                id("alert"),
                id("draw"),
                int("at"),
                text("outcome"),
                text("visited"),
                text("explained"),
                text("signed"),
                text("app"),
                text("met_in_time"),
                int("satisfied"),
                id("corrects"),
                text("note"),
            ],
        )
    },
    table(
        "unit",
        "unit",
        &[
            text("name"),
            text("sort"),
            text("address"),
            within("responsible", ColumnKind::Text, "responsible.name"),
            within("responsible_telephone", ColumnKind::Text, "responsible.telephone"),
            within("deputy", ColumnKind::Text, "deputy.name"),
            within("deputy_telephone", ColumnKind::Text, "deputy.telephone"),
            text("note"),
            id("grid"),
            flag!("removed"),
        ],
    ),
    Table {
        indexes: &[&["household", "at"]],
        ..table(
            "pledge",
            "pledge",
            &[
                id("household"),
                id("resident"),
                text("template"),
                int("version"),
                int("at"),
                column("signature", ColumnKind::Integer, Source::Made(|whole| present(whole, "signature"))),
                within("proxy", ColumnKind::Text, "proxy.name"),
                within("proxy_relation", ColumnKind::Text, "proxy.relation"),
                text("witness"),
                text("archive_number"),
                id("corrects"),
                flag!("void"),
                text("note"),
            ],
        )
    },
    Table {
        indexes: &[&["household"]],
        ..table(
            "consent",
            "consent",
            &[id("household"), flag!("out_of_count"), text("reason"), int("at"), text("note")],
        )
    },
    Table {
        indexes: &[&["of"]],
        ..table("review", "review", &[id("of"), id("heads"), text("state"), int("at"), text("comment")])
    },
    Table {
        indexes: &[&["subject"]],
        filled: &[&["other"]],
        ..table(
            "decision",
            "decision",
            &[
                id("subject"),
                text("about"),
                text("field"),
                id("other"),
                text("reason"),
                int("at"),
                id("moved_from"),
                set("residents"),
                set("filled"),
            ],
        )
    },
];

/// The table of this name.
#[must_use]
pub fn table_named(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// The rows of a document: its own first, and one for each of its parts. None for an unknown kind.
#[must_use]
pub fn rows(header: &Header, fields: &Fields, arrival: Option<Time>) -> Vec<Row> {
    let mut rows = Vec::new();
    for table in TABLES.iter().filter(|table| table.of == header.kind.word()) {
        if !table.parts {
            if table.only.is_none_or(|prefix| fields.under(prefix).next().is_some()) {
                rows.push(row(table, None, &Whole { header, arrival, fields }));
            }
            continue;
        }
        let Some(Value::Map(parts)) = fields.get(table.map) else { continue };
        for (key, part) in parts.iter() {
            if let (Ok(id), Value::Map(fields)) = (uuid::Uuid::try_parse(key), part) {
                rows.push(row(table, Some(id.into_bytes()), &Whole { header, arrival, fields }));
            }
        }
    }
    rows
}

/// Whether the times of a record cannot be relied upon: its clock was not to be trusted, or it, or what it
/// tells of, is dated after it arrived.
#[must_use]
pub fn doubtful(header: &Header, fields: &Fields, arrival: Option<Time>) -> bool {
    Whole { header, arrival, fields }.doubtful()
}

/// The latest instant that a record tells of, its writing included: where it arrived before that, its times
/// cannot be relied upon.
#[must_use]
pub fn dated(header: &Header, fields: &Fields) -> Time {
    Whole { header, arrival: None, fields }.dated()
}

/// A letter as it is searched for: narrow and small.
fn narrow(letter: char) -> std::char::ToLowercase {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    }
    .to_lowercase()
}

/// How many digits a text begins with.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn row(table: &'static Table, part: Option<[u8; 16]>, whole: &Whole<'_>) -> Row {
    Row { table, part, cells: table.columns.iter().map(|column| column.cell(whole)).collect() }
}

impl Column {
    fn cell(&self, whole: &Whole<'_>) -> Cell {
        match self.source {
            Source::Made(make) => make(whole),
            Source::Set(key) => Cell::Text(members(whole.fields, key)),
            Source::Field(key) => match (self.kind, whole.fields.get(key)) {
                (ColumnKind::Integer, Some(Value::Int(number))) => Cell::Integer(*number),
                (ColumnKind::Integer, Some(Value::Bool(value))) => truth(*value),
                (ColumnKind::Text, Some(Value::Text(text))) => Cell::Text(text.to_string()),
                (ColumnKind::Blob, Some(Value::Bytes(bytes))) => Cell::Blob(bytes.to_vec()),
                _ => Cell::Null,
            },
        }
    }
}

impl Whole<'_> {
    fn doubtful(&self) -> bool {
        self.header.doubtful || self.arrival.is_some_and(|arrival| self.dated() > arrival)
    }

    fn dated(&self) -> Time {
        let told = ["at", "ended"].into_iter().filter_map(|key| self.int(key)).map(Time::from_millis);
        told.fold(self.header.written(), Ord::max)
    }

    fn int(&self, key: &str) -> Option<i64> {
        match self.fields.get(key) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    fn text(&self, key: &str) -> Option<&str> {
        match self.fields.get(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

const fn truth(value: bool) -> Cell {
    Cell::Integer(value as i64)
}

/// Whether anything stands under a key, where the thing itself is too large for a row.
fn present(whole: &Whole<'_>, key: &str) -> Cell {
    truth(whole.fields.present(key).is_some())
}

fn members(fields: &Fields, key: &str) -> String {
    each(fields, &format!("{key}/")).collect::<Vec<_>>().join(",")
}

/// The members of the set whose keys begin with `prefix`.
fn each<'a>(fields: &'a Fields, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    fields.under(prefix).filter(|(_, value)| **value == Value::Bool(true)).map(|(member, _)| member)
}

fn met_person(whole: &Whole<'_>) -> Cell {
    let target = whole.fields.get("met_target") != Some(&Value::Bool(false));
    truth(whole.text("outcome") == Some(Outcome::Met.word()) && target)
}

/// An alert's first telephone by its digits, for whoever looks for others about the same person.
fn called(whole: &Whole<'_>) -> Cell {
    let numbers = whole.text("telephone").map(crate::record::numbers).unwrap_or_default();
    numbers.into_iter().next().map_or(Cell::Null, Cell::Text)
}

fn reached(whole: &Whole<'_>) -> Cell {
    whole.int("reached_station").or_else(|| whole.int("issued")).map_or(Cell::Null, Cell::Integer)
}

/// Where a door is.
fn parts<'a>(whole: &'a Whole<'_>) -> search::Parts<'a> {
    search::Parts {
        group: whole.text("address.group"),
        building: whole.text("address.building"),
        unit: whole.text("address.unit"),
        floor: whole.int("address.floor"),
        room: whole.text("address.room"),
        number: whole.text("address.number"),
    }
}

/// The way a worker walks.
fn walk(whole: &Whole<'_>) -> Cell {
    Cell::Text(parts(whole).walk())
}

/// What a door is found by: its address, and its residents but those marked as removed.
fn searched(whole: &Whole<'_>) -> Cell {
    let mut residents = Vec::new();
    if let Some(Value::Map(map)) = whole.fields.get("residents") {
        for (_, part) in map.iter() {
            let Value::Map(fields) = part else { continue };
            let Some(Value::Text(name)) = fields.get("name") else { continue };
            if fields.get("removed") != Some(&Value::Bool(true)) {
                residents.push(search::resident(name, each(fields, "telephones/")));
            }
        }
    }
    Cell::Text(search::whole(&parts(whole).searched(), &residents))
}
