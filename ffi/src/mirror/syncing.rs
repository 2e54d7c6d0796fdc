//! Exchanges, conflicts and refusals, as a shell sees them.
//!
//! Floor: mirror. Invariant: as the core tells it; a value that is shown and given back is the same.

use qiaomen_core::protocol::reasons;
use qiaomen_core::record::field::{Edit, Fields, Value};
use qiaomen_core::record::{Invalid, Reason};
use qiaomen_core::{replica, store, sync};

use super::any::AnyRecord;
use super::macros::shown;
use super::state::KeptRecord;
use super::words::{RecordKind, Role};
use super::{Back, Id, Millis, Scope, Show};

shown! {
    /// A QR picture. A margin of four dots all round, light on every side, is for whoever draws it.
    pub struct QrPicture = replica::QrPicture {
        /// How many dots it is wide, and high.
        size: u32,
        /// Which dots are dark: row by row from the top, each from the left.
        dark: Vec<bool>,
    }
}

shown! {
    /// What a worker shows at a door, and a resident can check.
    pub struct Badge = replica::Badge {
        /// Where the resident's own telephone finds the same, said by the server.
        url: String,
        /// Until when that is said; then a new badge is to be made.
        until: Millis,
        /// The worker's name.
        name: String,
        /// The town; empty where the phone knows none.
        town: String,
        /// The station's number, to be called by whoever is in doubt; none where the town has set none.
        telephone: Option<String>,
        /// The address as a picture.
        qr: QrPicture,
    }
}

shown! {
    /// What one answer of the server's came to.
    pub struct Taken = store::Taken {
        /// Own changes that were accepted.
        accepted: u64,
        /// Own changes that were refused.
        refused: u64,
        /// Own changes that are held.
        held: u64,
        /// Documents that are on the phone now.
        documents: u64,
        /// Documents that could not be applied and were put aside.
        aside: u64,
        /// Documents that left the phone.
        dropped: u64,
        /// Whether the person's scopes are others now.
        scopes_changed: bool,
        /// Whether the phone has to ask again at once.
        asks_again: bool,
    }
}

shown! {
    /// What one exchange came to.
    pub struct SyncStep = sync::Step {
        /// What the answer came to.
        taken: Taken,
        /// Whether there is nothing more to send or fetch.
        caught_up: bool,
        /// Whether the phone went back to a point it has in common with a restored server.
        rolled_back: bool,
    }
}

shown! {
    /// What a run came to.
    pub struct SyncSummary = sync::Summary {
        /// How many exchanges.
        steps: u64,
        /// Own changes that were accepted.
        accepted: u64,
        /// Own changes that were refused.
        refused: u64,
        /// Own changes that are held.
        held: u64,
        /// Documents taken in.
        documents: u64,
        /// Documents put aside.
        aside: u64,
        /// Documents that left the phone.
        dropped: u64,
        /// How often the phone went back to a common point.
        rolled_back: u64,
    }
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SyncProgress {
    /// Own changes sent.
    pub sent: u64,
    /// How many there were to send.
    pub to_send: u64,
    /// The place in the server's log.
    pub fetched: u64,
    /// The log's size.
    pub to_fetch: u64,
    /// Documents taken in so far.
    pub documents: u64,
}

impl Show<SyncProgress> for sync::Progress {
    fn show(self) -> SyncProgress {
        let Self { sent: (sent, to_send), fetched: (fetched, to_fetch), documents } = self;
        SyncProgress { sent, to_send, fetched, to_fetch, documents }
    }
}

shown! {
    /// How much goes in one exchange.
    pub struct SyncPace = store::Pace {
        /// Bytes asked for in one page.
        page: u32,
        /// Bytes of changes sent in one batch.
        batch: u32,
    }
}

/// What only the shell knows of its phone, for the server.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct ShellStatus {
    /// The version of the app, as people are to read it.
    pub version: Option<String>,
    /// How many bytes are free where the replica lies.
    pub free_bytes: Option<u64>,
    /// How many bytes the app uses.
    pub used_bytes: Option<u64>,
}

impl From<ShellStatus> for sync::Shell {
    fn from(status: ShellStatus) -> Self {
        let ShellStatus { version, free_bytes, used_bytes } = status;
        Self { version, free_bytes, used_bytes }
    }
}

/// One value of a field.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum FieldValue {
    /// It was cleared.
    Cleared,
    /// A truth value.
    Truth {
        /// Which.
        value: bool,
    },
    /// A whole number; instants are milliseconds since 1970, coordinates ten-millionths of a degree.
    Number {
        /// Which.
        value: i64,
    },
    /// Text, or a word of an enumeration.
    Text {
        /// Which.
        value: String,
    },
    /// Bytes: an identifier, a signature.
    Binary {
        /// Which.
        value: Vec<u8>,
    },
    /// A new part with all its fields.
    Parts {
        /// Which.
        fields: Vec<NamedValue>,
    },
}

/// A field's name with its value.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct NamedValue {
    /// The name.
    pub name: String,
    /// The value.
    pub value: FieldValue,
}

impl Show<FieldValue> for Value {
    fn show(self) -> FieldValue {
        match self {
            Self::Null => FieldValue::Cleared,
            Self::Bool(value) => FieldValue::Truth { value },
            Self::Int(value) => FieldValue::Number { value },
            Self::Text(value) => FieldValue::Text { value: value.into() },
            Self::Bytes(value) => FieldValue::Binary { value: value.into() },
            Self::Map(fields) => FieldValue::Parts { fields: fields.show() },
        }
    }
}

impl Show<Vec<NamedValue>> for Fields {
    fn show(self) -> Vec<NamedValue> {
        let named = |(name, value): (&str, &Value)| NamedValue { name: name.to_owned(), value: value.clone().show() };
        self.iter().map(named).collect()
    }
}

impl Back<Value> for FieldValue {
    fn back(self) -> Result<Value, Invalid> {
        Ok(match self {
            Self::Cleared => Value::Null,
            Self::Truth { value } => Value::Bool(value),
            Self::Number { value } => Value::Int(value),
            Self::Text { value } => Value::Text(value.into()),
            Self::Binary { value } => Value::Bytes(value.into()),
            // A conflict is about a scalar.
            Self::Parts { .. } => return Err(Invalid::new("value", Reason::WrongType)),
        })
    }
}

/// One of several values of a field.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ConflictValue {
    /// The value.
    pub value: FieldValue,
    /// Who wrote it, where that is known.
    pub person: Option<Id>,
    /// When, by the writer's corrected clock.
    pub at: Millis,
}

impl Show<ConflictValue> for replica::ConflictValue {
    fn show(self) -> ConflictValue {
        ConflictValue { value: self.value.show(), person: self.person.show(), at: self.at.show() }
    }
}

/// A field that was written concurrently.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct FieldConflict {
    /// The keys from the root to the field.
    pub path: Vec<String>,
    /// What was written; the first one counts now.
    pub values: Vec<ConflictValue>,
}

impl Show<FieldConflict> for replica::FieldConflict {
    fn show(self) -> FieldConflict {
        FieldConflict { path: self.path.into_iter().map(Into::into).collect(), values: self.values.show() }
    }
}

shown! {
    /// A record with fields that were written concurrently.
    pub struct ConflictedRecord = replica::Conflicted {
        /// The document.
        id: Id,
        /// What it is.
        kind: RecordKind,
        /// Its fields.
        fields: Vec<FieldConflict>,
    }
}

/// What an edit wrote into a field.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct FieldEdit {
    /// The keys from the root to the field.
    pub path: Vec<String>,
    /// What was written.
    pub value: FieldValue,
}

impl Show<FieldEdit> for Edit {
    fn show(self) -> FieldEdit {
        FieldEdit { path: self.path.into_iter().map(Into::into).collect(), value: self.value.show() }
    }
}

/// One refused record or edit, with its reason for people.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct QuarantineEntry {
    /// Its number on this phone.
    pub item: i64,
    /// The document.
    pub document: Id,
    /// What the document is.
    pub kind: RecordKind,
    /// Where it was filed.
    pub scope: Scope,
    /// The role it was written in.
    pub role: Role,
    /// Whether all of the record was refused, and not an edit of it.
    pub whole: bool,
    /// Why: a stable code.
    pub code: String,
    /// The field, where it is about one.
    pub field: Option<String>,
    /// When the refusal came, corrected.
    pub at: Millis,
    /// Why, in Chinese.
    pub reason_zh: String,
    /// Why, in English.
    pub reason_en: String,
    /// The record as the person had it; none where this phone cannot put it together any more.
    pub record: Option<AnyRecord>,
    /// What an edit wrote.
    pub edits: Vec<FieldEdit>,
}

impl Show<QuarantineEntry> for replica::QuarantineEntry {
    fn show(self) -> QuarantineEntry {
        let record = self.record().ok().show();
        let Self { refused, reason_zh, reason_en } = self;
        QuarantineEntry {
            item: refused.item,
            document: refused.document.show(),
            kind: refused.kind.show(),
            scope: refused.scope.show(),
            role: refused.role.show(),
            whole: refused.whole,
            code: refused.code,
            field: refused.field,
            at: refused.at.show(),
            reason_zh: reason_zh.to_owned(),
            reason_en: reason_en.to_owned(),
            record,
            edits: refused.edits.unwrap_or_default().show(),
        }
    }
}

/// Who this phone is.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Identity {
    /// The device.
    pub device: Id,
    /// The person.
    pub person: Id,
    /// When it was enrolled, by the server's clock.
    pub issued: Millis,
    /// The name of the town's zone.
    pub zone: String,
}

impl Show<Identity> for store::Identity {
    fn show(self) -> Identity {
        let certificate = self.certificate;
        Identity {
            device: certificate.device.show(),
            person: certificate.person.show(),
            issued: certificate.issued.show(),
            zone: self.zone,
        }
    }
}

/// Why a record is held.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct HeldBecause {
    /// The code.
    pub code: String,
    /// The field, where it is about one.
    pub field: Option<String>,
    /// Why, in Chinese.
    pub reason_zh: String,
    /// Why, in English.
    pub reason_en: String,
}

/// Something that the server keeps until something comes, or somebody decides.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct HeldEntry {
    /// The document.
    pub document: Id,
    /// When the change was written, where that is known.
    pub at: Option<Millis>,
    /// Why it is held.
    pub because: HeldBecause,
    /// The record as this phone shows it; none where it may see it no longer.
    pub record: Option<KeptRecord>,
}

impl Show<HeldEntry> for replica::Held {
    fn show(self) -> HeldEntry {
        let Self { document, at, code, field, record } = self;
        let because = HeldBecause::of(code, field);
        HeldEntry { document: document.show(), at: at.show(), because, record: record.show() }
    }
}

impl HeldBecause {
    /// Why, in both languages.
    pub(crate) fn of(code: String, field: Option<String>) -> Self {
        let reason = reasons::reason(&code);
        Self { code, field, reason_zh: reason.zh.to_owned(), reason_en: reason.en.to_owned() }
    }
}
