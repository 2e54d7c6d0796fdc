//! Reading bytes that nobody vouches for: LEB128 and run-length columns, in the one way Automerge writes them.
//!
//! Floor: document. Invariants: nothing is allocated; whatever is read could not have been written
//! otherwise, so that Automerge, which writes a change anew when it saves a document, arrives at the same
//! bytes and the same hash.

use super::error::GateError;

/// Bytes still to be read.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], GateError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(GateError::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, GateError> {
        let (first, rest) = self.0.split_first().ok_or(GateError::Malformed)?;
        self.0 = rest;
        Ok(*first)
    }

    /// A number in as few bytes as it needs.
    pub(super) fn unsigned(&mut self) -> Result<u64, GateError> {
        let mut value = 0;
        for place in 0..10_u32 {
            let byte = self.byte()?;
            if place == 9 && byte > 1 {
                return Err(GateError::Malformed);
            }
            value |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return if byte == 0 && place > 0 { Err(GateError::NotCanonical) } else { Ok(value) };
            }
        }
        Err(GateError::Malformed)
    }

    /// A signed number in as few bytes as it needs.
    pub(super) fn signed(&mut self) -> Result<i64, GateError> {
        let mut value = 0_i64;
        let mut before = 0;
        for place in 0..10_u32 {
            let byte = self.byte()?;
            if place == 9 && byte != 0 && byte != 0x7f {
                return Err(GateError::Malformed);
            }
            value |= i64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                let implied = if before & 0x40 == 0 { 0 } else { 0x7f };
                if place > 0 && byte == implied {
                    return Err(GateError::NotCanonical);
                }
                if place < 9 && byte & 0x40 != 0 {
                    value |= -1 << (7 * (place + 1));
                }
                return Ok(value);
            }
            before = byte;
        }
        Err(GateError::Malformed)
    }

    /// A number that counts bytes or entries.
    pub(super) fn length(&mut self) -> Result<usize, GateError> {
        usize::try_from(self.unsigned()?).map_err(|_| GateError::Malformed)
    }
}

/// What a run-length column holds.
pub(super) trait Cell<'a>: Copy + PartialEq {
    fn read(from: &mut Bytes<'a>) -> Result<Self, GateError>;
}

impl Cell<'_> for u64 {
    fn read(from: &mut Bytes<'_>) -> Result<Self, GateError> {
        from.unsigned()
    }
}

impl Cell<'_> for i64 {
    fn read(from: &mut Bytes<'_>) -> Result<Self, GateError> {
        from.signed()
    }
}

impl<'a> Cell<'a> for &'a str {
    fn read(from: &mut Bytes<'a>) -> Result<Self, GateError> {
        let length = from.length()?;
        std::str::from_utf8(from.take(length)?).map_err(|_| GateError::Malformed)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Run {
    Start,
    Nulls,
    Repeat,
    Literal,
}

/// A run-length column. Its entries are maximal: no run could be longer, none shorter than two.
#[derive(Clone)]
pub(super) struct Column<'a, T> {
    from: Bytes<'a>,
    run: Run,
    left: u64,
    last: Option<T>,
    any: bool,
}

impl<'a, T: Cell<'a>> Column<'a, T> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { from: Bytes::new(bytes), run: Run::Start, left: 0, last: None, any: false }
    }

    fn open(&mut self) -> Result<(), GateError> {
        match self.from.signed()? {
            0 => {
                self.left = self.from.unsigned()?;
                if self.run == Run::Nulls || self.left == 0 {
                    return Err(GateError::NotCanonical);
                }
                self.run = Run::Nulls;
                self.last = None;
            }
            1 => return Err(GateError::NotCanonical),
            count if count > 0 => {
                let value = T::read(&mut self.from)?;
                if self.last == Some(value) {
                    return Err(GateError::NotCanonical);
                }
                self.left = count.unsigned_abs();
                self.run = Run::Repeat;
                self.last = Some(value);
                self.any = true;
            }
            count => {
                if self.run == Run::Literal {
                    return Err(GateError::NotCanonical);
                }
                self.left = count.unsigned_abs();
                self.run = Run::Literal;
                self.any = true;
            }
        }
        Ok(())
    }

    /// The next entry; `None` where it is null.
    pub(super) fn next(&mut self) -> Result<Option<T>, GateError> {
        if self.left == 0 {
            self.open()?;
        }
        self.left -= 1;
        if self.run == Run::Literal {
            let value = T::read(&mut self.from)?;
            if self.last == Some(value) {
                return Err(GateError::NotCanonical);
            }
            self.last = Some(value);
        }
        Ok(self.last)
    }

    /// The next entry, which must not be null.
    pub(super) fn value(&mut self) -> Result<T, GateError> {
        self.next()?.ok_or(GateError::Malformed)
    }

    /// How many entries there are, unless there are more than `limit`.
    pub(super) fn count(&self, limit: usize) -> Result<usize, GateError> {
        let mut column = self.clone();
        let mut count = 0_u64;
        while !column.from.is_empty() {
            column.open()?;
            count = count.saturating_add(column.left);
            if count > limit as u64 {
                return Err(GateError::TooManyOperations);
            }
            if column.run == Run::Literal {
                for _ in 0..column.left {
                    column.last = Some(T::read(&mut column.from)?);
                }
            }
            column.left = 0;
        }
        usize::try_from(count).map_err(|_| GateError::TooManyOperations)
    }

    /// Complains about whatever was not read, and about a column that need not be there.
    pub(super) fn finish(self) -> Result<(), GateError> {
        if self.left != 0 || !self.from.is_empty() {
            return Err(GateError::Trailing);
        }
        if self.any { Ok(()) } else { Err(GateError::NotCanonical) }
    }
}
