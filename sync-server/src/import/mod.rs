//! Spreadsheets into records: a preview, what is written, and taking it back.
//!
//! Floor: sync-server, import; knows records, the town and its store, nothing of HTTP. Invariants: nothing is
//! written unless it is asked for; every bad row is named by its number in the file, the column and the reason,
//! never by what stands in it; only what differs from what was last read from a file is written, and what
//! somebody else has changed since is left alone; an ID number leaves this room only as a keyed hash; what is
//! written goes through `author`, naming the person on whose behalf; what is about to be written is noted first,
//! so that an import that was cut off can be gone on with or undone.
//!
//! `docs/decisions/0007-import.md` says why.

mod address;
mod alerts;
mod areas;
pub(crate) mod clean;
pub(crate) mod compare;
mod desk;
mod first;
mod households;
mod identity;
mod nodata;
mod people;
mod places;
mod sheet;
mod stage;
mod table;
mod undo;
mod units;

use std::collections::BTreeSet;

use qiaomen_core::record::random::Random;
use qiaomen_core::record::{AlertId, DocumentId, Level, PersonId, Time, Value};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

pub use self::first::{FirstLines, first_lines, unfolds_within};
pub use self::sheet::Source;
pub use self::table::{BadRow, FileError};
pub use self::undo::{Stayed, Undone, undo};
use crate::author::AuthorError;
use crate::store::StoreError;
use crate::town::Town;

use self::compare::Say;
use self::desk::Desk;
pub use self::households::door_key;
pub(crate) use self::people::{EVERYWHERE, assignment};

/// An address in one text, taken apart.
pub(crate) fn read_address(text: &str) -> qiaomen_core::record::Address {
    address::read(text, std::iter::empty())
}

/// The area called `text`: a name, or names from an area above down to it, `village/grid`.
pub(crate) fn find_area(
    areas: &[(qiaomen_core::record::AreaId, qiaomen_core::record::Area)],
    text: &str,
) -> Result<qiaomen_core::record::AreaId, &'static str> {
    places::find(areas, text, None)
}

/// What a file lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// The area tree.
    Areas,
    /// People and their roles.
    People,
    /// Schools, banks, enterprises, and who answers for them.
    Units,
    /// Doors, and who lives behind them.
    Households,
    /// Alerts.
    Alerts,
}

impl Noun {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Areas, Self::People, Self::Units, Self::Households, Self::Alerts];

    /// The one of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|noun| noun.word() == word)
    }

    /// The word of the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Areas => "areas",
            Self::People => "people",
            Self::Units => "units",
            Self::Households => "households",
            Self::Alerts => "alerts",
        }
    }
}

/// Why nothing, or no more, was imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file as a whole cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The person may not import any of it.
    #[error("the role of the person that --as names may not write these {0}; name somebody else")]
    NotPermitted(&'static str),
    /// What was chosen cannot be done.
    #[error("{0}")]
    Choice(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The author failed.
    #[error(transparent)]
    Author(#[from] AuthorError),
    /// The rows could not be set aside while they are put in order.
    #[error("no room to sort the rows in: {0}; see whether the folder for temporary files has space")]
    Stage(String),
}

impl ImportError {
    /// Whether the file or the request is at fault, not the server.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        matches!(self, Self::File(_) | Self::NotPermitted(_) | Self::Choice(_))
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// What the file lists.
    pub noun: Noun,
    /// The file's name, without its folder: by it an import is known again.
    pub name: String,
    /// On whose behalf.
    pub by: PersonId,
    /// Whether to write; a preview otherwise.
    pub apply: bool,
    /// Whether to write the good rows of a file that has bad ones.
    pub skip_bad: bool,
    /// The rows and fields in which the file counts, whatever somebody else has written since.
    pub take: BTreeSet<(u64, String)>,
}

impl Request {
    /// A preview.
    #[must_use]
    pub fn preview(noun: Noun, name: &str, by: PersonId) -> Self {
        Self { noun, name: name.to_owned(), by, apply: false, skip_bad: false, take: BTreeSet::new() }
    }

    /// All of it, unless a row is bad.
    #[must_use]
    pub fn apply(noun: Noun, name: &str, by: PersonId) -> Self {
        Self { apply: true, ..Self::preview(noun, name, by) }
    }
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many rows are read.
    Read(u64),
    /// So many records are compared with what is there.
    Compared(u64),
    /// So many records are written.
    Written(u64),
}

/// How many records there were of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Not there before.
    pub new: u64,
    /// There, and changed.
    pub changed: u64,
    /// There, and left as they are.
    pub unchanged: u64,
}

/// What a row is the same as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Twin {
    /// An earlier row of the file.
    Row(u64),
    /// A record that is there.
    Record(DocumentId),
}

/// A row that seems to say what something else says already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Duplicate {
    /// The row.
    pub row: u64,
    /// What it is the same as.
    pub of: Twin,
}

/// A field that somebody has changed since a file last gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clash {
    /// The row.
    pub row: u64,
    /// The column.
    pub field: &'static str,
    /// What is there.
    pub here: String,
    /// What the file says.
    pub file: String,
}

impl Clash {
    fn new(say: &Say, here: &Value) -> Self {
        let member = say.key.split_once('/').map(|(_, member)| member);
        let shown = |value: &Value| match (value, member) {
            (Value::Bool(true), Some(member)) => member.to_owned(),
            (Value::Bool(false) | Value::Null, Some(member)) => format!("without {member}"),
            (Value::Bool(truth), None) => if *truth { "yes" } else { "no" }.to_owned(),
            (Value::Int(number), _) => number.to_string(),
            (Value::Text(text), _) => text.to_string(),
            (Value::Null, None) => String::new(),
            (Value::Bytes(_) | Value::Map(_), _) => "another".to_owned(),
        };
        Self { row: say.row, field: say.column, here: shown(here), file: shown(&say.value) }
    }
}

/// What an import came to, or would.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its number, by which it can be undone; none where nothing was to be written.
    pub id: Option<u64>,
    /// What the file lists.
    pub noun: Noun,
    /// Rows of data.
    pub rows: u64,
    /// The records.
    pub records: Counts,
    /// Of households: the residents.
    pub residents: Counts,
    /// Rows that say what something else says already.
    pub duplicates: Vec<Duplicate>,
    /// Fields that somebody has changed since.
    pub clashes: Vec<Clash>,
    /// Rows that cannot be taken.
    pub bad: Vec<BadRow>,
    /// Rows that name another level than their alert was issued with, and which: no field of it is edited, but whoever
    /// imports it raises it, or asks (`Intake::levels`).
    pub levels: Vec<(u64, AlertId, Level)>,
    /// Whether it was written.
    pub applied: bool,
    /// Headings that mean nothing here, and sheets that were not read.
    pub ignored: (Vec<String>, Vec<String>),
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("rows", &self.rows)?;
        map.serialize_entry(self.noun.word(), &self.records)?;
        if self.noun == Noun::Households {
            map.serialize_entry("residents", &self.residents)?;
        }
        map.serialize_entry("duplicates", &self.duplicates)?;
        map.serialize_entry("clashes", &self.clashes)?;
        map.serialize_entry("bad", &self.bad)?;
        if self.noun == Noun::Alerts {
            let levels = self
                .levels
                .iter()
                .map(|(row, alert, level)| serde_json::json!({ "row": row, "alert": alert, "level": level }));
            map.serialize_entry("levels", &levels.collect::<Vec<_>>())?;
        }
        map.serialize_entry("applied", &self.applied)?;
        map.end()
    }
}

/// Imports a file, or says what importing it would come to.
///
/// # Errors
/// Where the file as a whole cannot be read, the person may write none of it, what is chosen cannot be done, or
/// the store fails. What was written until then stays, and `undo` or the same import again puts it right.
pub fn run(
    town: &Town,
    request: &Request,
    source: &mut dyn Source,
    now: Time,
    random: &mut dyn Random,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, ImportError> {
    let mut desk = Desk::new(town, request, now, random, progress)?;
    let mut read: Box<dyn Planner> = match request.noun {
        Noun::Areas => Box::new(areas::read(source, &mut desk)?),
        Noun::People => Box::new(people::read(source, &mut desk)?),
        Noun::Units => Box::new(units::read(source, &mut desk)?),
        Noun::Households => Box::new(households::read(source, &mut desk)?),
        Noun::Alerts => Box::new(alerts::read(source, &mut desk)?),
    };
    desk.have_read();
    read.plan(&mut desk)?;
    if desk.is_wholly_denied() {
        return Err(ImportError::NotPermitted(request.noun.word()));
    }
    desk.check_choices()?;
    if request.apply && desk.may_apply() {
        desk.begin(digest(source)?)?;
        read.plan(&mut desk)?;
        desk.end()?;
    }
    Ok(desk.into_report())
}

/// What has been read of a file, ready to be compared, as often as need be.
trait Planner {
    fn plan(&mut self, desk: &mut Desk<'_>) -> Result<(), ImportError>;
}

fn digest(source: &mut dyn Source) -> Result<[u8; 32], ImportError> {
    let read = |source: &mut dyn Source| -> std::io::Result<[u8; 32]> {
        source.seek(std::io::SeekFrom::Start(0))?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match source.read(&mut buffer)? {
                0 => return Ok(hash.finalize().into()),
                read => hash.update(buffer.get(..read).unwrap_or_default()),
            }
        }
    };
    read(source).map_err(|error| FileError::from(error).into())
}
