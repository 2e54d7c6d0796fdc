//! What the server refused: why, for people; to be corrected, exported, or given up in so many words.
//!
//! Floor: replica. Invariant: nothing leaves it but by a correction that was saved, or by a person's own word.

use super::{Replica, ReplicaError, Writing, header, reasons, scope_of_fact};
use crate::record::field::Edit;
use crate::record::{Fields, Invalid, Record, Value};
use crate::store::Quarantined;

/// What the server refused.
#[derive(Clone, Copy, Debug)]
pub struct Quarantine<'r>(pub(super) &'r Replica);

/// One refused record or edit, with its reason for people.
#[derive(Clone, Debug)]
pub struct QuarantineEntry {
    /// What was refused.
    pub refused: Quarantined,
    /// Why, in Chinese.
    pub reason_zh: &'static str,
    /// Why, in English.
    pub reason_en: &'static str,
}

impl QuarantineEntry {
    fn of(refused: Quarantined) -> Self {
        let reason = reasons::reason(&refused.code);
        Self { refused, reason_zh: reason.zh, reason_en: reason.en }
    }

    /// The record as the person had it.
    ///
    /// # Errors
    /// Where it cannot be read as one, or others' part of it is not on this phone any more.
    pub fn record(&self) -> Result<Record, Invalid> {
        let fields = self.refused.fields.as_ref();
        let fields = fields.ok_or_else(|| Invalid::new("record", crate::record::Reason::Missing))?;
        Record::read(&self.refused.kind, fields)
    }
}

impl Quarantine<'_> {
    /// Everything that was refused, the oldest first.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self) -> Result<Vec<QuarantineEntry>, ReplicaError> {
        self.0.read(|store| Ok(store.quarantined()?.into_iter().map(QuarantineEntry::of).collect()))
    }

    /// One item.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`], [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, item: i64) -> Result<QuarantineEntry, ReplicaError> {
        self.0.read(|store| Ok(QuarantineEntry::of(store.quarantined_item(item)?)))
    }

    /// Sends a corrected record in the place of the refused one, under the same identifier.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn resend(&self, item: i64, corrected: &Record, writing: impl Into<Writing>) -> Result<(), ReplicaError> {
        corrected.validate()?;
        let writing = writing.into();
        self.0.write(&writing, |store, author, clock| {
            let found = store.quarantined_item(item)?;
            let scope = match corrected.subject() {
                Some(_) => scope_of_fact(store, corrected).unwrap_or(found.scope),
                None => found.scope,
            };
            let header = match store.facts(found.document)? {
                Some(known) => known.header,
                None if found.whole => header(store, found.document, corrected, scope, &writing, clock)?,
                // An edit of a record that is not on this phone any more.
                None => return Err(ReplicaError::NotFound),
            };
            // Keys that this version does not know go along as they were.
            let fields = match &found.fields {
                Some(before) => with_unknown(before, &found.kind, corrected)?,
                None => corrected.fields(),
            };
            Ok(store.resend(item, &header, &fields, author)?)
        })
    }

    /// Everything about an item as JSON, for whoever the person shows it to.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`], [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn export(&self, item: i64) -> Result<String, ReplicaError> {
        let entry = self.get(item)?;
        let refused = &entry.refused;
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let exported = serde_json::json!({
            "document": refused.document,
            "kind": refused.kind,
            "scope": refused.scope,
            "role": refused.role,
            "refused_at": refused.at,
            "code": refused.code,
            "field": refused.field,
            "reason": { "zh": entry.reason_zh, "en": entry.reason_en },
            "record": refused.fields.as_ref().map(json_fields),
            "edits": refused.edits.as_ref().map(|edits| edits.iter().map(json_edit).collect::<Vec<_>>()),
            "changes": refused.changes.iter().map(|raw| hex(raw)).collect::<Vec<_>>(),
        });
        serde_json::to_string_pretty(&exported).map_err(|_| ReplicaError::Unexpected("the export"))
    }

    /// Gives an item up for good.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`], or when the store cannot be written.
    pub fn discard(&self, item: i64) -> Result<(), ReplicaError> {
        Ok(self.0.engine.state().store.discard(item)?)
    }
}

/// `corrected` with what `before` held under keys that this version does not know.
fn with_unknown(before: &Fields, kind: &crate::record::Kind, corrected: &Record) -> Result<Fields, ReplicaError> {
    let known = Record::read(kind, before).map(|record| record.fields()).unwrap_or_default();
    let mut fields = corrected.fields();
    for (key, value) in before.iter() {
        let strange = known.get(key).is_none() && crate::record::spec::governing(kind.fields(), key).is_none();
        if strange && fields.get(key).is_none() && !matches!(value, Value::Map(_)) {
            fields.set(key, value.clone());
        }
    }
    Ok(fields)
}

fn json_value(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Int(number) => (*number).into(),
        Value::Text(text) => text.to_string().into(),
        Value::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
        Value::Map(fields) => json_fields(fields),
    }
}

fn json_fields(fields: &Fields) -> serde_json::Value {
    fields.iter().map(|(key, value)| (key.to_owned(), json_value(value))).collect::<serde_json::Map<_, _>>().into()
}

fn json_edit(edit: &Edit) -> serde_json::Value {
    serde_json::json!({ "path": edit.path, "value": json_value(&edit.value) })
}
