//! The half of the gate that needs the document: what a later change may depend on, name and write.
//!
//! Floor: document. Invariants: nothing is applied here; whatever passes is what an honest replica with the
//! change's ancestors could have written, so that Automerge can take it, save it and load it again.

use super::change::Change;
use super::error::GateError;
use super::first::readable;
use super::id::OpId;
use super::index::{Held, Index, ROOT, View};
use super::{MAX_DOCUMENT_BYTES, MAX_DOCUMENT_CHANGES, MAX_DOCUMENT_OPS, MAX_HEADS, MAX_KEYS, MAX_PARTS, schema};
use crate::record::field::Edit;
use crate::record::kind::is_header_key;
use crate::record::{FieldSpec, Fields, Kind, Value, spec};

/// Where an operation writes.
#[derive(Clone, Copy)]
enum Place {
    Root,
    /// A map of parts.
    Map(u32, &'static [FieldSpec]),
    /// A part that was there.
    Part(u32, &'static [FieldSpec]),
    /// A part that this change makes.
    New(New),
}

#[derive(Clone, Copy)]
struct New {
    /// The operation that makes it.
    counter: u64,
    /// The map it lies in.
    object: u32,
    /// Its edit's number.
    edit: usize,
    specs: &'static [FieldSpec],
}

impl Index {
    /// Judges a later change of a document of this kind; returns what it writes.
    pub(super) fn examine(&self, kind: &Kind, change: &Change<'_>) -> Result<Vec<Edit>, GateError> {
        if change.is_first() {
            return Err(GateError::SecondFirst);
        }
        if self.entry(&change.hash()).is_some() {
            return Err(GateError::AlreadyThere);
        }
        if self.entries.len() >= MAX_DOCUMENT_CHANGES
            || self.bytes + change.raw().len() > MAX_DOCUMENT_BYTES
            || self.op_count() + change.len() > MAX_DOCUMENT_OPS
        {
            return Err(GateError::DocumentFull);
        }
        let view = self.ancestry(change)?;
        let mut edits: Vec<Edit> = Vec::with_capacity(change.len());
        let mut made: Vec<New> = Vec::new();
        let mut new_keys = 0;
        for (op, counter) in change.ops().iter().zip(change.start_op()..) {
            let place = match op.object {
                None => Place::Root,
                Some(id) if id.actor == change.actor() && id.counter >= change.start_op() => {
                    let at = made.binary_search_by_key(&id.counter, |new| new.counter);
                    Place::New(made[at.map_err(|_| GateError::Object)?])
                }
                Some(id) => self.place(kind, id, &view)?,
            };
            new_keys += usize::from(match place {
                Place::Root => !self.written(ROOT, op.key),
                Place::Map(object, _) | Place::Part(object, _) => !self.written(object, op.key),
                Place::New(_) => true,
            });
            let named = change.predecessors(op);
            match (place, op.put.value()) {
                (Place::Root, _) if is_header_key(op.key) => return Err(GateError::HeaderKey),
                (Place::Root, Some(value)) => {
                    schema::scalar(kind.fields(), op.key, &value)?;
                    self.replaces(ROOT, op.key, &view, named)?;
                    edits.push(Edit { path: vec![op.key.into()], value });
                }
                (Place::Part(object, specs), Some(value)) => {
                    schema::scalar(specs, op.key, &value)?;
                    self.replaces(object, op.key, &view, named)?;
                    let mut path = self.path(object);
                    path.push(op.key.into());
                    edits.push(Edit { path, value });
                }
                (Place::New(New { edit, specs, .. }), Some(value)) => {
                    schema::scalar(specs, op.key, &value)?;
                    if !named.is_empty() {
                        return Err(GateError::Predecessor);
                    }
                    if let Some(Edit { value: Value::Map(fields), .. }) = edits.get_mut(edit) {
                        fields.set(op.key, value);
                    }
                }
                (Place::Map(object, specs), None) => {
                    if !named.is_empty() {
                        return Err(GateError::Predecessor);
                    }
                    if !schema::is_part_key(op.key) || self.written(object, op.key) {
                        return Err(GateError::PartKey);
                    }
                    if self.size(object) + made.iter().filter(|new| new.object == object).count() >= MAX_PARTS {
                        return Err(GateError::DocumentFull);
                    }
                    made.push(New { counter, object, edit: edits.len(), specs });
                    let mut path = self.path(object);
                    path.push(op.key.into());
                    edits.push(Edit { path, value: Value::Map(Fields::new()) });
                }
                (Place::Map(..), Some(_)) | (Place::Root | Place::Part(..) | Place::New(..), None) => {
                    return Err(GateError::Container);
                }
            }
        }
        for new in &made {
            if let Value::Map(fields) = &edits[new.edit].value {
                schema::complete(new.specs, "", fields)?;
            }
        }
        if new_keys > 0 && self.key_count() + new_keys > MAX_KEYS {
            return Err(GateError::TooManyKeys);
        }
        self.keeps(kind, &view, &edits)?;
        Ok(edits)
    }

    /// Whether the change stands where it says; what its author had seen.
    fn ancestry(&self, change: &Change<'_>) -> Result<View, GateError> {
        let known = |hash| self.entry(hash).ok_or(GateError::Dependency);
        let dependencies = change.dependencies().iter().map(known).collect::<Result<Vec<u32>, _>>()?;
        // A document that has too many already may still be mended.
        let heads = self.heads_after(&dependencies);
        if heads > MAX_HEADS && heads > self.head_count() {
            return Err(GateError::TooManyHeads);
        }
        let view = self.view(&dependencies);
        match (self.last(&change.actor()), change.seq()) {
            (None, 1) => {}
            (Some(last), seq) if seq > 1 => {
                if self.numbered(&change.actor(), seq - 1) != Some(last) || !view.sees(last) {
                    return Err(GateError::Sequence);
                }
            }
            _ => return Err(GateError::Sequence),
        }
        if change.start_op() != self.max_op(&view) + 1 {
            return Err(GateError::StartOp);
        }
        Ok(view)
    }

    /// The place of a map that was there.
    fn place(&self, kind: &Kind, id: OpId, view: &View) -> Result<Place, GateError> {
        let op = self.op(id).filter(|op| view.sees(self.entry_of(*op))).ok_or(GateError::Object)?;
        let Held::Map(object) = self.held(op) else { return Err(GateError::Object) };
        let path = self.path(*object);
        let specs = path.first().and_then(|key| schema::parts(kind, key)).ok_or(GateError::Object)?;
        match path.len() {
            1 => Ok(Place::Map(*object, specs)),
            2 => Ok(Place::Part(*object, specs)),
            _ => Err(GateError::Object),
        }
    }

    /// Whether an operation replaces just what the field showed its author.
    fn replaces(&self, object: u32, key: &str, view: &View, named: &[OpId]) -> Result<(), GateError> {
        let shown = self.visible(object, key, view);
        if shown.len() == named.len() && shown.iter().zip(named).all(|(op, id)| self.id(*op) == *id) {
            Ok(())
        } else {
            Err(GateError::Predecessor)
        }
    }

    /// Whether the record, as the author saw it, can still be read and holds together, if it did before.
    fn keeps(&self, kind: &Kind, view: &View, edits: &[Edit]) -> Result<(), GateError> {
        let mut edits = edits.iter().filter(|edit| governs(kind, &edit.path)).peekable();
        if edits.peek().is_none() {
            return Ok(());
        }
        let mut fields = self.governed(ROOT, kind.fields(), view);
        for edit in edits {
            put(&mut fields, &edit.path, &edit.value);
        }
        match readable(kind, &fields) {
            Err(invalid) if readable(kind, &self.governed(ROOT, kind.fields(), view)).is_ok() => {
                Err(GateError::Field(invalid))
            }
            _ => Ok(()),
        }
    }
}

/// Whether this version knows what stands at the end of `path`.
fn governs(kind: &Kind, path: &[Box<str>]) -> bool {
    match path {
        [key] => spec::governing(kind.fields(), key).is_some(),
        [map, _] => schema::parts(kind, map).is_some(),
        [map, _, key] => schema::parts(kind, map).is_some_and(|specs| spec::governing(specs, key).is_some()),
        _ => false,
    }
}

fn put(fields: &mut Fields, path: &[Box<str>], value: &Value) {
    match path {
        [] => {}
        [key] => fields.set(key, value.clone()),
        [key, rest @ ..] => {
            if let Some(Value::Map(inner)) = fields.get_mut(key) {
                put(inner, rest, value);
            }
        }
    }
}
