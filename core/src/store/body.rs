//! A document's confirmed changes, framed into one value.
//!
//! Floor: store. Invariant: the first byte says how the rest is written, and what was once written stays
//! readable:
//!
//! - 0: plain frames, each sequence, acceptance, arrival, length, and the change's bytes;
//! - 1: the same in one zstd frame;
//! - 2: one change: sequence, acceptance, arrival, then its bytes packed under dictionary 1, to the end;
//! - 3: plain frames packed under dictionary 1.

use super::StoreError;
use crate::document::{MAX_CHANGE, packed};
use crate::record::Time;

const PLAIN: u8 = 0;
const COMPRESSED: u8 = 1;
const ONE_PACKED: u8 = 2;
const PACKED: u8 = 3;
/// The dictionary that the last two are packed under.
const DICTIONARY: u8 = 1;
const _: () = assert!(packed::NUMBER == DICTIONARY, "another dictionary needs first bytes of its own");

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

/// When and as what the server accepted a change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accepted {
    pub(super) sequence: u64,
    pub(super) acceptance: u64,
    pub(super) arrival: Time,
}

impl Accepted {
    fn put(self, out: &mut Vec<u8>) {
        number(self.sequence, out);
        number(if self.acceptance == self.sequence { 0 } else { self.acceptance }, out);
        out.extend_from_slice(&self.arrival.millis().to_le_bytes());
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let sequence = take_number(from)?;
        let acceptance = match take_number(from)? {
            0 => sequence,
            other => other,
        };
        let (arrival, rest) = from.split_first_chunk::<8>()?;
        *from = rest;
        Some(Self { sequence, acceptance, arrival: Time::from_millis(i64::from_le_bytes(*arrival)) })
    }

    fn confirmed(self, raw: Vec<u8>) -> Confirmed {
        let Self { sequence, acceptance, arrival } = self;
        Confirmed { sequence, acceptance, arrival, raw }
    }
}

fn frame(change: &Confirmed, out: &mut Vec<u8>) {
    let Confirmed { sequence, acceptance, arrival, ref raw } = *change;
    Accepted { sequence, acceptance, arrival }.put(out);
    number(raw.len() as u64, out);
    out.extend_from_slice(raw);
}

/// The body of a document with one change, whose `bytes` are kept as `encoding` says: 0 raw, otherwise packed
/// under the dictionary of that number.
pub(super) fn single(accepted: Accepted, encoding: u8, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len() + 32);
    match encoding {
        0 => {
            out.push(PLAIN);
            accepted.put(&mut out);
            number(bytes.len() as u64, &mut out);
        }
        DICTIONARY => {
            out.push(ONE_PACKED);
            accepted.put(&mut out);
        }
        _ => return None,
    }
    out.extend_from_slice(bytes);
    Some(out)
}

/// The body of a document with these changes.
pub(super) fn pack(changes: &[Confirmed]) -> Vec<u8> {
    if let [Confirmed { sequence, acceptance, arrival, raw }] = changes
        && let Some(small) = packed::pack(raw)
        && let (sequence, acceptance, arrival) = (*sequence, *acceptance, *arrival)
        && let Some(body) = single(Accepted { sequence, acceptance, arrival }, DICTIONARY, &small)
    {
        return body;
    }
    let mut out = vec![PLAIN];
    for change in changes {
        frame(change, &mut out);
    }
    if let Some(small) = packed::pack(&out[1..]) {
        out.clear();
        out.push(PACKED);
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
        Some((&PLAIN, frames)) => frames,
        Some((&COMPRESSED, frames)) => {
            inflated = crate::protocol::unpack(frames, MAX_BODY).map_err(|_| WRONG)?;
            &inflated
        }
        Some((&ONE_PACKED, mut rest)) => {
            let accepted = Accepted::take(&mut rest).ok_or(WRONG)?;
            let raw = packed::unpack(DICTIONARY, rest, MAX_CHANGE).ok_or(WRONG)?;
            return Ok(vec![accepted.confirmed(raw)]);
        }
        Some((&PACKED, small)) => {
            inflated = packed::unpack(DICTIONARY, small, MAX_BODY).ok_or(WRONG)?;
            &inflated
        }
        Some(_) => return Err(WRONG),
    };
    let mut changes = Vec::new();
    while !rest.is_empty() {
        let accepted = Accepted::take(&mut rest).ok_or(WRONG)?;
        let length = take_number(&mut rest).and_then(|length| usize::try_from(length).ok()).ok_or(WRONG)?;
        let (raw, after) = rest.split_at_checked(length).ok_or(WRONG)?;
        rest = after;
        changes.push(accepted.confirmed(raw.to_vec()));
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
        assert!(unpack(&[0, 1]).is_err());
        assert!(unpack(&[2, 1]).is_err());
        assert!(unpack(&[3, 1]).is_err());
        assert!(unpack(&[9]).is_err());
    }

    #[test]
    fn whatever_way_a_body_was_written_it_is_read() {
        let change = Confirmed { sequence: 9, acceptance: 4, arrival: Time::from_millis(5), raw: vec![7; 900] };
        let accepted = Accepted { sequence: 9, acceptance: 4, arrival: Time::from_millis(5) };
        let mut frames = Vec::new();
        frame(&change, &mut frames);
        let plain = [&[PLAIN], frames.as_slice()].concat();
        let compressed = [&[COMPRESSED], zstd::bulk::compress(&frames, 3).unwrap().as_slice()].concat();
        let one = single(accepted, DICTIONARY, &packed::pack(&change.raw).unwrap()).unwrap();
        let several = [&[PACKED], packed::pack(&frames).unwrap().as_slice()].concat();
        for body in [plain.clone(), compressed, one.clone(), several] {
            assert_eq!(unpack(&body).unwrap(), vec![change.clone()]);
        }
        assert_eq!(single(accepted, 0, &change.raw), Some(plain));
        assert_eq!(single(accepted, DICTIONARY + 1, &change.raw), None);
        assert_eq!(pack(&[change]), one);
    }
}
