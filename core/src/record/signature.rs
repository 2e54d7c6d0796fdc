//! A signature as it was drawn: strokes of points, each with its time.
//!
//! Floor: record. Invariants: one value of bytes, at most [`MAX_SIGNATURE`]; what cannot be read as strokes is
//! no signature; the same strokes always make the same bytes.
//!
//! # Form
//! A byte 1, the version. Then for each stroke the number of its points, and for each point three numbers: across
//! and down, in ten-thousandths of the field's width, and milliseconds, each as the difference to the point before
//! (of the whole signature; the first from zero). Numbers are LEB128; differences of place are folded (0, -1, 1,
//! -2 … become 0, 1, 2, 3 …).

use super::field::{Field, Fields, Value};
use super::invalid::{Invalid, Reason};
use super::spec::Shape;

/// The most bytes a signature may have.
pub const MAX_SIGNATURE: usize = 8 * 1024;

/// How far a point may lie from the field's corner, in ten-thousandths of its width.
const MAX_PLACE: i64 = 40_000;
/// How long signing may take, in milliseconds: an hour.
const MAX_MILLIS: i64 = 3_600_000;

/// One point of a stroke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Point {
    /// Across, in ten-thousandths of the field's width.
    pub x: u32,
    /// Down, in ten-thousandths of the field's width.
    pub y: u32,
    /// Milliseconds since the signing began.
    pub millis: u32,
}

/// A signature, kept as its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature(Box<[u8]>);

impl std::fmt::Debug for Signature {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Signature({} bytes)", self.0.len())
    }
}

impl serde::Serialize for Signature {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.strokes())
    }
}

impl Signature {
    /// The signature of these strokes.
    ///
    /// # Errors
    /// [`Reason::Missing`] without a point, [`Reason::OutOfRange`] for a point outside the field or times that run
    /// backwards, [`Reason::TooLong`] where it takes more than [`MAX_SIGNATURE`] bytes: draw fewer points.
    pub fn of(strokes: &[Vec<Point>]) -> Result<Self, Invalid> {
        let complaint = |reason| Invalid::new("signature", reason);
        let mut bytes = vec![1];
        let mut last = Point { x: 0, y: 0, millis: 0 };
        for stroke in strokes {
            number(stroke.len() as u64, &mut bytes);
            for point in stroke {
                let fits = |place: u32| i64::from(place) <= MAX_PLACE;
                if !fits(point.x)
                    || !fits(point.y)
                    || point.millis < last.millis
                    || i64::from(point.millis) > MAX_MILLIS
                {
                    return Err(complaint(Reason::OutOfRange));
                }
                number(folded(i64::from(point.x) - i64::from(last.x)), &mut bytes);
                number(folded(i64::from(point.y) - i64::from(last.y)), &mut bytes);
                number(u64::from(point.millis - last.millis), &mut bytes);
                last = *point;
            }
        }
        if strokes.iter().any(Vec::is_empty) || strokes.is_empty() {
            return Err(complaint(Reason::Missing));
        }
        if bytes.len() > MAX_SIGNATURE {
            return Err(complaint(Reason::TooLong(MAX_SIGNATURE)));
        }
        Ok(Self(bytes.into()))
    }

    /// The signature of these bytes.
    ///
    /// # Errors
    /// [`Reason::Malformed`], [`Reason::TooLong`].
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Invalid> {
        if bytes.len() > MAX_SIGNATURE {
            return Err(Invalid::new("signature", Reason::TooLong(MAX_SIGNATURE)));
        }
        let strokes = read(bytes).ok_or_else(|| Invalid::new("signature", Reason::Malformed))?;
        let again = Self::of(&strokes)?;
        if *again.0 == *bytes { Ok(again) } else { Err(Invalid::new("signature", Reason::Malformed)) }
    }

    /// Its strokes.
    #[must_use]
    pub fn strokes(&self) -> Vec<Vec<Point>> {
        read(&self.0).unwrap_or_default()
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Field for Signature {
    const SHAPE: Shape = Shape::Bytes;

    fn write(&self, key: &str, out: &mut Fields) {
        out.set(key, Value::Bytes(self.0.clone()));
    }

    fn read(key: &str, from: &Fields) -> Result<Self, Invalid> {
        Self::from_slice(from.bytes(key)?).map_err(|found| Invalid::new(key.to_owned(), found.reason))
    }
}

const fn folded(difference: i64) -> u64 {
    ((difference << 1) ^ (difference >> 63)).cast_unsigned()
}

const fn unfolded(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

fn number(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take(from: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn read(bytes: &[u8]) -> Option<Vec<Vec<Point>>> {
    let (1, mut rest) = bytes.split_first().map(|(version, rest)| (*version, rest))? else { return None };
    let mut strokes = Vec::new();
    let (mut x, mut y, mut millis) = (0_i64, 0_i64, 0_i64);
    while !rest.is_empty() {
        let mut stroke = Vec::new();
        for _ in 0..take(&mut rest)? {
            x += unfolded(take(&mut rest)?);
            y += unfolded(take(&mut rest)?);
            millis += i64::try_from(take(&mut rest)?).ok()?;
            let place = |value: i64| u32::try_from(value).ok();
            stroke.push(Point { x: place(x)?, y: place(y)?, millis: place(millis)? });
        }
        strokes.push(stroke);
    }
    Some(strokes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point(x: u32, y: u32, millis: u32) -> Point {
        Point { x, y, millis }
    }

    #[test]
    fn strokes_come_back_as_they_were_drawn() {
        let strokes = vec![vec![point(0, 0, 0), point(9_000, 40_000, 16)], vec![point(3, 1, 900)]];
        let signature = Signature::of(&strokes).unwrap();
        assert_eq!(signature.strokes(), strokes);
        assert_eq!(Signature::from_slice(signature.bytes()).unwrap(), signature);
    }

    #[test]
    fn what_is_no_signature_is_refused_with_a_reason() {
        let reason = |strokes: &[Vec<Point>]| Signature::of(strokes).unwrap_err().reason;
        assert_eq!(reason(&[]), Reason::Missing);
        assert_eq!(reason(&[vec![]]), Reason::Missing);
        assert_eq!(reason(&[vec![point(40_001, 0, 0)]]), Reason::OutOfRange);
        assert_eq!(reason(&[vec![point(0, 0, 5), point(0, 0, 4)]]), Reason::OutOfRange);
        let long = (0..5_000).map(|at| point(at % 2 * 40_000, 0, at)).collect();
        assert_eq!(reason(&[long]), Reason::TooLong(MAX_SIGNATURE));
        for bytes in [&[][..], &[2, 1, 0, 0, 0], &[1, 2, 0, 0, 0], &[1, 1, 0x80, 0, 0, 0], &[1, 0], &[1, 1, 1, 0, 0]] {
            assert!(Signature::from_slice(bytes).is_err(), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_what_is_taken_is_written_the_same(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(signature) = Signature::from_slice(&bytes) {
                prop_assert_eq!(signature.bytes(), &bytes[..]);
            }
        }
    }
}
