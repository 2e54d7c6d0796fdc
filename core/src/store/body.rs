//! A document's confirmed changes, framed into one value.
//!
//! Floor: store. Invariant: the first byte says how the rest is written, so that it can be written otherwise
//! one day: 0 plain frames, 1 the same in one zstd frame.

use super::StoreError;
use crate::record::Time;

/// From how many bytes on frames are compressed.
const COMPRESSED_FROM: usize = 1024;
/// What a body may inflate to at most.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// One change that the server has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Confirmed {
    pub(crate) sequence: u64,
    pub(crate) acceptance: u64,
    pub(crate) arrival: Time,
    pub(crate) raw: Vec<u8>,
}

fn number(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take_number(from: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn frame(sequence: u64, acceptance: u64, arrival: Time, raw: &[u8], out: &mut Vec<u8>) {
    number(sequence, out);
    number(if acceptance == sequence { 0 } else { acceptance }, out);
    out.extend_from_slice(&arrival.millis().to_le_bytes());
    number(raw.len() as u64, out);
    out.extend_from_slice(raw);
}

/// The body of a document with one change.
pub(super) fn single(sequence: u64, acceptance: u64, arrival: Time, raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + 32);
    out.push(0);
    frame(sequence, acceptance, arrival, raw, &mut out);
    out
}

/// The body of a document with these changes.
pub(super) fn pack(changes: &[Confirmed]) -> Vec<u8> {
    let mut out = vec![0];
    for change in changes {
        frame(change.sequence, change.acceptance, change.arrival, &change.raw, &mut out);
    }
    if changes.len() > 1
        && out.len() >= COMPRESSED_FROM
        && let Ok(small) = zstd::bulk::compress(&out[1..], 3)
        && small.len() + 1 < out.len()
    {
        out.clear();
        out.push(1);
        out.extend_from_slice(&small);
    }
    out
}

/// The changes of a body.
pub(super) fn unpack(body: &[u8]) -> Result<Vec<Confirmed>, StoreError> {
    const WRONG: StoreError = StoreError::Malformed("body");
    let inflated;
    let mut rest = match body.split_first() {
        None => return Ok(Vec::new()),
        Some((0, frames)) => frames,
        Some((1, frames)) => {
            inflated = crate::protocol::unpack(frames, MAX_BODY).map_err(|_| WRONG)?;
            &inflated
        }
        Some(_) => return Err(WRONG),
    };
    let mut changes = Vec::new();
    while !rest.is_empty() {
        let sequence = take_number(&mut rest).ok_or(WRONG)?;
        let acceptance = match take_number(&mut rest).ok_or(WRONG)? {
            0 => sequence,
            other => other,
        };
        let (arrival, after) = rest.split_first_chunk::<8>().ok_or(WRONG)?;
        rest = after;
        let length = take_number(&mut rest).and_then(|length| usize::try_from(length).ok()).ok_or(WRONG)?;
        let (raw, after) = rest.split_at_checked(length).ok_or(WRONG)?;
        rest = after;
        let arrival = Time::from_millis(i64::from_le_bytes(*arrival));
        changes.push(Confirmed { sequence, acceptance, arrival, raw: raw.to_vec() });
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_back_as_they_were() {
        let change = |sequence, acceptance, length| Confirmed {
            sequence,
            acceptance,
            arrival: Time::from_millis(1_700_000_000_123),
            raw: vec![7; length],
        };
        for changes in [
            vec![],
            vec![change(1, 1, 3)],
            vec![change(128, 5, 700)],
            vec![change(1, 1, 700), change(900_000, 900_000, 700), change(u64::MAX, 2, 0)],
        ] {
            assert_eq!(unpack(&pack(&changes)).unwrap(), changes);
        }
        let one = change(9, 4, 10);
        assert_eq!(unpack(&single(one.sequence, one.acceptance, one.arrival, &one.raw)).unwrap(), vec![one]);
        assert!(unpack(&[0, 1]).is_err());
        assert!(unpack(&[9]).is_err());
    }
}
