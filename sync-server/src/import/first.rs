//! What a file begins with, and whether it may be opened at all.
//!
//! Floor: sync-server, import. Invariants: nothing is written; what is shown is under columns that mean something here, so
//! that whoever shows it knows what to mask.

use std::io::{Read as _, SeekFrom};

use super::sheet::Source;
use super::table::{BadRow, Columns, FileError, Line, Lines, each};
use super::{ImportError, Noun, alerts, areas, households, people, units};

/// How a file begins.
#[derive(Clone, Debug, Default)]
pub struct FirstLines {
    /// The columns that mean something here, as they stand in the file.
    pub columns: Vec<&'static str>,
    /// The first rows: their numbers in the file, and their cells under these columns.
    pub lines: Vec<(u64, Vec<String>)>,
}

struct Reader {
    first: FirstLines,
    most: usize,
    enough: bool,
}

impl Lines for Reader {
    fn line(&mut self, line: &Line<'_>) -> Result<(), ImportError> {
        let named = line.named();
        self.first.columns = named.iter().map(|(name, _)| *name).collect();
        self.first.lines.push((line.number, named.into_iter().map(|(_, text)| text).collect()));
        if self.first.lines.len() >= self.most {
            // The only way to have a reader stop; nobody is told of it.
            self.enough = true;
            return Err(ImportError::Choice(String::new()));
        }
        Ok(())
    }

    fn bad(&mut self, _: BadRow) {}
}

/// The first rows of a file that can be read at all, so many at most.
///
/// # Errors
/// Where the file as a whole cannot be read.
pub fn first_lines(noun: Noun, source: &mut dyn Source, most: usize) -> Result<FirstLines, ImportError> {
    let columns: &Columns = match noun {
        Noun::Areas => &areas::COLUMNS,
        Noun::People => &people::COLUMNS,
        Noun::Units => &units::COLUMNS,
        Noun::Households => &households::columns::COLUMNS,
        Noun::Alerts => &alerts::COLUMNS,
    };
    let mut reader = Reader { first: FirstLines::default(), most, enough: false };
    match each(source, columns, &mut reader) {
        Err(_) if reader.enough => Ok(reader.first),
        Err(error) => Err(error),
        Ok(_) => Ok(reader.first),
    }
}

/// Whether a workbook unfolds to so many bytes at most. What it says of itself is not believed: it is unfolded, and
/// thrown away, part after part. Anything but a workbook is as large as it looks.
///
/// # Errors
/// Where it is no workbook that can be read.
pub fn unfolds_within(source: &mut dyn Source, most: u64) -> Result<bool, FileError> {
    source.seek(SeekFrom::Start(0))?;
    let mut begin = [0; 4];
    let mut filled = 0;
    while filled < begin.len() {
        match source.read(begin.get_mut(filled..).unwrap_or_default())? {
            0 => break,
            more => filled += more,
        }
    }
    source.seek(SeekFrom::Start(0))?;
    if begin != *b"PK\x03\x04" {
        return Ok(true);
    }
    let mut book = zip::ZipArchive::new(&mut *source).map_err(|_| FileError::BrokenBook)?;
    let mut left = most;
    for at in 0..book.len() {
        let part = book.by_index(at).map_err(|_| FileError::BrokenBook)?;
        let read = std::io::copy(&mut part.take(left.saturating_add(1)), &mut std::io::sink());
        left = match read.map_err(|_| FileError::BrokenBook)? {
            read if read > left => return Ok(false),
            read => left - read,
        };
    }
    source.seek(SeekFrom::Start(0))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_file_begins_with_what_means_something() {
        let text =
            "Roster of the town\n姓名,x,电话,网格,地址\n王芳,1,13800135678,第一网格,3栋501\n李明,2,,第一网格,3栋502\n";
        let first = first_lines(Noun::Households, &mut Cursor::new(text.as_bytes().to_vec()), 1).unwrap();
        assert_eq!(first.columns, ["name", "telephone", "grid", "address"]);
        assert_eq!(first.lines, [(3, ["王芳", "13800135678", "第一网格", "3栋501"].map(str::to_owned).to_vec())]);
        assert!(first_lines(Noun::Households, &mut Cursor::new(Vec::new()), 1).is_err());
    }

    #[test]
    fn a_workbook_that_unfolds_without_end_is_not_opened() {
        use std::io::Write as _;
        let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
        book.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
        book.write_all(&vec![b' '; 1_000_000]).unwrap();
        let bytes = book.finish().unwrap().into_inner();
        assert!(bytes.len() < 10_000);
        assert!(!unfolds_within(&mut Cursor::new(bytes.clone()), 999_999).unwrap());
        assert!(unfolds_within(&mut Cursor::new(bytes), 1_000_000).unwrap());
        assert!(unfolds_within(&mut Cursor::new(b"PK\x03\x04rubbish".to_vec()), 10).is_err());
        assert!(unfolds_within(&mut Cursor::new(b"name,level".to_vec()), 1).unwrap());
    }
}
