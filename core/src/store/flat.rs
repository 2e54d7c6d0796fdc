//! A record's flat form as bytes, for drafts and the quarantine.
//!
//! Floor: store. Invariant: what is read is what was written, keys that this version does not know included.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

use super::StoreError;
use crate::record::field::Edit;
use crate::record::{Fields, Value};

/// How deep maps may lie in one another.
const MAX_DEPTH: u8 = 4;

type Out<'a> = Encoder<&'a mut Vec<u8>>;
type Wrote = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn put_fields(fields: &Fields, out: &mut Out<'_>) -> Wrote {
    out.map(fields.len() as u64)?;
    for (key, value) in fields.iter() {
        out.str(key)?;
        put(value, out)?;
    }
    Ok(())
}

fn put(value: &Value, out: &mut Out<'_>) -> Wrote {
    match value {
        Value::Null => out.null()?.ok(),
        Value::Bool(truth) => out.bool(*truth)?.ok(),
        Value::Int(number) => out.i64(*number)?.ok(),
        Value::Text(text) => out.str(text)?.ok(),
        Value::Bytes(bytes) => out.bytes(bytes)?.ok(),
        Value::Map(fields) => put_fields(fields, out),
    }
}

fn take_fields(from: &mut Decoder<'_>, depth: u8) -> Result<Fields, minicbor::decode::Error> {
    let count = from.map()?.unwrap_or(0);
    let mut fields = Fields::new();
    for _ in 0..count {
        let key = from.str()?;
        fields.set(key, take(from, depth)?);
    }
    Ok(fields)
}

fn take(from: &mut Decoder<'_>, depth: u8) -> Result<Value, minicbor::decode::Error> {
    Ok(match from.datatype()? {
        Type::Null => {
            from.null()?;
            Value::Null
        }
        Type::Bool => Value::Bool(from.bool()?),
        Type::String => Value::Text(from.str()?.into()),
        Type::Bytes => Value::Bytes(from.bytes()?.into()),
        Type::Map if depth < MAX_DEPTH => Value::Map(take_fields(from, depth + 1)?),
        _ => Value::Int(from.i64()?),
    })
}

/// `fields` as bytes.
pub(super) fn encode(fields: &Fields) -> Vec<u8> {
    let mut out = Vec::new();
    // Writing into a Vec cannot fail.
    let _ = put_fields(fields, &mut Encoder::new(&mut out));
    out
}

/// The fields of `bytes`.
pub(super) fn decode(bytes: &[u8]) -> Result<Fields, StoreError> {
    take_fields(&mut Decoder::new(bytes), 0).map_err(|_| StoreError::Malformed("fields"))
}

/// `edits` as bytes.
pub(super) fn encode_edits(edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out);
    let mut write = || -> Wrote {
        encoder.array(edits.len() as u64)?;
        for edit in edits {
            encoder.array(edit.path.len() as u64)?;
            for key in &edit.path {
                encoder.str(key)?;
            }
            put(&edit.value, &mut encoder)?;
        }
        Ok(())
    };
    let _ = write();
    out
}

/// The edits of `bytes`.
pub(super) fn decode_edits(bytes: &[u8]) -> Result<Vec<Edit>, StoreError> {
    let mut from = Decoder::new(bytes);
    let mut read = || -> Result<Vec<Edit>, minicbor::decode::Error> {
        let mut edits = Vec::new();
        for _ in 0..from.array()?.unwrap_or(0) {
            let keys = from.array()?.unwrap_or(0);
            let path = (0..keys).map(|_| from.str().map(Into::into)).collect::<Result<_, _>>()?;
            edits.push(Edit { path, value: take(&mut from, 0)? });
        }
        Ok(edits)
    };
    read().map_err(|_| StoreError::Malformed("edits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_edits_come_back_as_they_were() {
        let inner: Fields = [("name", Value::Text("某".into())), ("tags/x", Value::Bool(false))].into_iter().collect();
        let fields: Fields = [
            ("a", Value::Null),
            ("b", Value::Int(-5)),
            ("c", Value::Int(i64::MAX)),
            ("d", Value::Bytes(vec![1, 2].into())),
            ("residents", Value::Map([("id", Value::Map(inner))].into_iter().collect())),
        ]
        .into_iter()
        .collect();
        assert_eq!(decode(&encode(&fields)).unwrap(), fields);
        let edits = vec![
            Edit { path: vec!["note".into()], value: Value::Null },
            Edit { path: vec!["residents".into(), "id".into()], value: Value::Map(fields) },
        ];
        assert_eq!(decode_edits(&encode_edits(&edits)).unwrap(), edits);
    }
}
