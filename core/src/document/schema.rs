//! What may stand where in a document of a kind.
//!
//! Floor: document. Invariants: a complaint names the field as its kind does, never the member of a set or
//! the part that it was found in, for those are what somebody wrote; maps stand only where the kind says.

use uuid::Uuid;

use crate::record::kind::is_header_key;
use crate::record::{FieldSpec, Fields, Header, Invalid, Kind, Reason, Shape, Value, spec};

use super::error::GateError;

/// The fields of a part in the map under `key`; none if this kind has no such map.
pub(super) fn parts(kind: &Kind, key: &str) -> Option<&'static [FieldSpec]> {
    kind.fields().iter().find_map(|spec| match spec.shape {
        Shape::Map(fields) if spec.key == key => Some(fields),
        _ => None,
    })
}

/// Checks a scalar under a key that is not the header's. Keys this version does not know may hold any.
pub(super) fn scalar(specs: &'static [FieldSpec], key: &str, value: &Value) -> Result<(), GateError> {
    if is_header_key(key) {
        return Err(GateError::HeaderKey);
    }
    match spec::governing(specs, key) {
        None => Ok(()),
        Some(spec) => checked(spec, value),
    }
}

/// Checks a scalar under one of the header's keys.
pub(super) fn header(key: &str, value: &Value) -> Result<(), GateError> {
    let spec = Header::FIELDS.iter().find(|spec| spec.key == key).ok_or(GateError::HeaderKey)?;
    checked(*spec, value)
}

fn checked(spec: FieldSpec, value: &Value) -> Result<(), GateError> {
    spec.check(spec.key, value)
        .map_err(|invalid| GateError::Field(Invalid { field: spec.key.into(), reason: invalid.reason }))
}

/// Whether `key` is a UUID in the one way that records write it.
pub(super) fn is_part_key(key: &str) -> bool {
    key.len() == 36
        && Uuid::try_parse(key).is_ok_and(|id| *id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == *key)
}

/// Whether every field that must be there is, in a part with `fields`.
pub(super) fn complete(specs: &'static [FieldSpec], prefix: &str, fields: &Fields) -> Result<(), Invalid> {
    for spec in specs {
        let missing = || Err(Invalid::new(spec.key, Reason::Missing));
        match spec.shape {
            Shape::Group(inner) => {
                let prefix = format!("{prefix}{}.", spec.key);
                if spec.required || fields.under(&prefix).any(|(_, value)| !value.is_null()) {
                    complete(inner, &prefix, fields)?;
                }
            }
            _ if !spec.required => {}
            _ if prefix.is_empty() && fields.present(spec.key).is_some() => {}
            _ if !prefix.is_empty() && fields.present(&format!("{prefix}{}", spec.key)).is_some() => {}
            _ => return missing(),
        }
    }
    Ok(())
}
