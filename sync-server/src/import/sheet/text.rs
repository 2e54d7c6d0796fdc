//! CSV: UTF-8, UTF-16 as Excel's "Unicode text" has it, or GB18030; commas, semicolons or tabs.
//!
//! Floor: import, sheet. Invariants: what is not written in one of these is refused as a whole, never guessed
//! letter by letter; lines end with LF, CR LF or CR, and are counted so.

use std::io::{BufRead as _, BufReader, Read, SeekFrom};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{Cell, Row, Rows, Source};
use crate::import::table::FileError;

/// How much is read at a time.
const CHUNK: usize = 64 * 1024;
/// In how many of the first lines the separator is looked for.
const LINES: usize = 40;
/// The most columns a row may have.
const MAX_COLUMNS: usize = 500;

pub(super) fn read(source: &mut dyn Source, rows: &mut dyn Rows) -> Result<(), FileError> {
    let encoding = encoding_of(source)?;
    let separator = separator_of(source, encoding)?;
    source.seek(SeekFrom::Start(0))?;
    let text = Quotes::new(Lines::new(Decoded::new(source, encoding)), separator);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(separator)
        .terminator(csv::Terminator::Any(b'\n'))
        .buffer_capacity(CHUNK)
        .from_reader(text);
    rows.sheet("");
    let mut record = csv::StringRecord::new();
    loop {
        let more = reader.read_record(&mut record);
        let next = reader.position().line();
        match more {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                return Err(match error.into_kind() {
                    csv::ErrorKind::Io(error) => error.into(),
                    _ => FileError::Broken(next),
                });
            }
        }
        if record.len() > MAX_COLUMNS {
            return Err(FileError::Broken(next.saturating_sub(1)));
        }
        // Every record ends with one end of a line; those inside its cells are lines of the file too.
        let inside: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
        let number = next.saturating_sub(1 + inside as u64);
        let cells =
            record.iter().map(|cell| if cell.is_empty() { Cell::Blank } else { Cell::Text(cell.to_owned()) }).collect();
        // A quotation mark that is never closed makes one cell of all that follows.
        if reader.get_ref().is_open() && inside > 0 {
            break;
        }
        if !rows.row(Row { number, cells, merged: Vec::new() })? {
            return Ok(());
        }
    }
    match reader.get_ref().open {
        Some(line) if reader.get_ref().ended => Err(FileError::Open(line)),
        _ => Ok(()),
    }
}

/// How the file is written: by its mark, or by what it can be.
fn encoding_of(source: &mut dyn Source) -> Result<&'static Encoding, FileError> {
    let mut begin = [0; 3];
    source.seek(SeekFrom::Start(0))?;
    let filled = source.read(&mut begin)?;
    if let Some((encoding, _)) = Encoding::for_bom(begin.get(..filled).unwrap_or_default()) {
        return valid(source, encoding)?.map_or(Ok(encoding), |line| Err(FileError::Encoding(line)));
    }
    let Some(line) = valid(source, UTF_8)? else { return Ok(UTF_8) };
    match valid(source, GB18030)? {
        None => Ok(GB18030),
        Some(_) => Err(FileError::Encoding(line)),
    }
}

/// The line in which the file stops being written so; none where all of it is.
fn valid(source: &mut dyn Source, encoding: &'static Encoding) -> Result<Option<u64>, FileError> {
    source.seek(SeekFrom::Start(0))?;
    let mut decoded = Lines::new(Decoded::new(source, encoding));
    let mut buffer = vec![0; CHUNK];
    let mut line = 1;
    loop {
        match decoded.read(&mut buffer) {
            Ok(0) => return Ok(None),
            Ok(read) => {
                let text = buffer.get(..read).unwrap_or_default();
                if text.contains(&0) && encoding != UTF_8 {
                    return Ok(Some(line));
                }
                line += text.iter().filter(|byte| **byte == b'\n').count() as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                return Ok(Some(line));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// What stands between the cells: of comma, semicolon and tab the one that the first lines have most of.
fn separator_of(source: &mut dyn Source, encoding: &'static Encoding) -> Result<u8, FileError> {
    source.seek(SeekFrom::Start(0))?;
    let mut reader = BufReader::new(Lines::new(Decoded::new(source, encoding)).take(CHUNK as u64));
    let mut counts = [(b',', 0), (b'\t', 0), (b';', 0)];
    let mut line = Vec::new();
    let mut quoted = false;
    for _ in 0..LINES {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        for byte in &line {
            quoted ^= *byte == b'"';
            if let Some((_, count)) = counts.iter_mut().find(|(separator, _)| separator == byte && !quoted) {
                *count += 1;
            }
        }
    }
    let best = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    Ok(best.map_or(b',', |(separator, _)| separator))
}

/// A source as UTF-8, without its mark. What is not written as it should be is an error of kind
/// `InvalidData`.
struct Decoded<'s> {
    source: &'s mut dyn Source,
    decoder: Decoder,
    raw: Vec<u8>,
    at: usize,
    filled: usize,
    ended: bool,
    done: bool,
}

impl<'s> Decoded<'s> {
    fn new(source: &'s mut dyn Source, encoding: &'static Encoding) -> Self {
        let decoder = if encoding == UTF_16LE || encoding == UTF_16BE || encoding == UTF_8 {
            encoding.new_decoder_with_bom_removal()
        } else {
            encoding.new_decoder_without_bom_handling()
        };
        Self { source, decoder, raw: vec![0; CHUNK], at: 0, filled: 0, ended: false, done: false }
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while !self.done {
            if self.at == self.filled && !self.ended {
                self.at = 0;
                self.filled = self.source.read(&mut self.raw)?;
                self.ended = self.filled == 0;
            }
            let from = self.raw.get(self.at..self.filled).unwrap_or_default();
            let (result, read, wrote) = self.decoder.decode_to_utf8_without_replacement(from, out, self.ended);
            self.at += read;
            match result {
                DecoderResult::Malformed(..) if wrote == 0 => {
                    self.done = true;
                    return Err(std::io::ErrorKind::InvalidData.into());
                }
                // What came before it is handed over first.
                DecoderResult::Malformed(..) => {
                    self.done = true;
                    self.raw.clear();
                    self.filled = usize::MAX;
                    return Ok(wrote);
                }
                DecoderResult::InputEmpty => self.done = self.ended,
                DecoderResult::OutputFull => {}
            }
            if wrote > 0 {
                return Ok(wrote);
            }
        }
        if self.filled == usize::MAX { Err(std::io::ErrorKind::InvalidData.into()) } else { Ok(0) }
    }
}

/// Text whose lines all end with LF, the last one too.
struct Lines<R> {
    inner: R,
    after_return: bool,
    last: u8,
    ended: bool,
}

impl<R> Lines<R> {
    const fn new(inner: R) -> Self {
        Self { inner, after_return: false, last: b'\n', ended: false }
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if out.is_empty() || self.ended {
            return Ok(0);
        }
        loop {
            let read = self.inner.read(out)?;
            if read == 0 {
                self.ended = true;
                if self.last == b'\n' {
                    return Ok(0);
                }
                out[0] = b'\n';
                return Ok(1);
            }
            let mut kept = 0;
            for at in 0..read {
                let byte = out[at];
                let skip = byte == b'\n' && self.after_return;
                self.after_return = byte == b'\r';
                if !skip {
                    out[kept] = if byte == b'\r' { b'\n' } else { byte };
                    self.last = out[kept];
                    kept += 1;
                }
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

/// Watches quotation marks go by.
struct Quotes<R> {
    inner: R,
    separator: u8,
    line: u64,
    /// The line in which the quotation mark stands that is open.
    open: Option<u64>,
    fresh: bool,
    after_mark: bool,
    ended: bool,
}

impl<R> Quotes<R> {
    const fn new(inner: R, separator: u8) -> Self {
        Self { inner, separator, line: 1, open: None, fresh: true, after_mark: false, ended: false }
    }

    const fn is_open(&self) -> bool {
        self.open.is_some() && self.ended
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(out)?;
        self.ended = read == 0 && !out.is_empty();
        for byte in out.get(..read).unwrap_or_default() {
            let ends = *byte == self.separator || *byte == b'\n';
            match self.open {
                // Two marks stand for one.
                Some(_) if self.after_mark && *byte == b'"' => self.after_mark = false,
                Some(_) if self.after_mark => {
                    self.after_mark = false;
                    self.open = None;
                    self.fresh = ends;
                }
                Some(_) => self.after_mark = *byte == b'"',
                None if *byte == b'"' && self.fresh => {
                    self.open = Some(self.line);
                    self.fresh = false;
                }
                None => self.fresh = ends,
            }
            self.line += u64::from(*byte == b'\n');
        }
        if self.ended && self.after_mark {
            self.open = None;
        }
        Ok(read)
    }
}
