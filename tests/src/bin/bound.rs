//! What nobody can go below: the same records with zstd, HTTP and SQLite alone.
//!
//! Floor: tests; uses nothing of ours, so that no change to the product moves it, except the two lines that
//! carry questions and answers. A page of records is compressed with zstd-3, sent over one HTTP/1.1
//! connection, and each record in it inserted as 20 columns with 2 indexes and one blob (the record's JSON),
//! one transaction a page with `synchronous=FULL`, into an SQLite database of the kind that the side in
//! question keeps: SQLCipher's on a phone, a plain one on the server. No permission, no signature, no
//! merging, no parsing: the values come already in the form in which they are bound.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Instant;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Statement};
use serde_json::value::RawValue;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Records in a page.
const PAGE: usize = 2_500;

/// The columns, in the order in which their values stand in the record's JSON, and what is bound of them.
const COLUMNS: [(&str, Kind); 20] = [
    ("purpose", Kind::Text),
    ("household", Kind::Id),
    ("alert", Kind::Id),
    ("outcome", Kind::Text),
    ("met_target", Kind::Number),
    ("met", Kind::Text),
    ("met_others", Kind::Text),
    ("started", Kind::Number),
    ("ended", Kind::Number),
    ("latitude", Kind::Number),
    ("longitude", Kind::Number),
    ("datum", Kind::Text),
    ("accuracy", Kind::Number),
    ("given", Kind::Text),
    ("explained", Kind::Text),
    ("observations", Kind::Text),
    ("note", Kind::Text),
    ("risk", Kind::Text),
    ("next_step", Kind::Text),
    ("doubtful", Kind::Number),
];

const SCHEMA: &str = "
    CREATE TABLE visit (
        id INTEGER PRIMARY KEY, purpose TEXT, household BLOB, alert BLOB, outcome TEXT, met_person INTEGER, met TEXT,
        met_others TEXT, started INTEGER, ended INTEGER, latitude INTEGER, longitude INTEGER, datum TEXT,
        accuracy INTEGER, given TEXT, explained TEXT, observations TEXT, note TEXT, risk TEXT, next_step TEXT,
        doubtful INTEGER, raw BLOB NOT NULL);
    CREATE INDEX visit_household ON visit (household, ended);
    CREATE INDEX visit_alert ON visit (alert, ended);";

const INSERT: &str = "
    INSERT INTO visit (purpose, household, alert, outcome, met_person, met, met_others, started, ended, latitude,
        longitude, datum, accuracy, given, explained, observations, note, risk, next_step, doubtful, raw)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Id,
    Number,
}

/// A record as it travels: where in the JSON each column's value stands, then the JSON. A place is told by how
/// far behind the last one it begins, and its length.
fn record(json: &str, out: &mut Vec<u8>) -> Outcome<()> {
    let fields: BTreeMap<&str, &RawValue> = serde_json::from_str(json)?;
    let position = fields.get("position").filter(|position| position.get() != "null");
    let position: BTreeMap<&str, &RawValue> =
        position.map_or(Ok(BTreeMap::new()), |it| serde_json::from_str(it.get()))?;
    let mut last = 0;
    for (name, _) in COLUMNS {
        let value = fields.get(name).or_else(|| position.get(name)).map_or("null", |raw| raw.get());
        let value = value.trim_matches(['"', '[', ']']);
        let (skip, length) = if value == "null" || value.is_empty() {
            (0, 0)
        } else {
            let at = value.as_ptr().addr() - json.as_ptr().addr();
            let skip = at - last;
            last = at + value.len();
            (skip, value.len())
        };
        out.extend_from_slice(&u16::try_from(skip)?.to_le_bytes());
        out.extend_from_slice(&u16::try_from(length)?.to_le_bytes());
    }
    out.extend_from_slice(&u16::try_from(json.len())?.to_le_bytes());
    out.extend_from_slice(json.as_bytes());
    Ok(())
}

/// The digits of a number or a time as a number.
fn number(digits: &[u8]) -> i64 {
    let digits = digits.iter().filter(|byte| byte.is_ascii_digit());
    digits.fold(0, |sum: i64, digit| sum.wrapping_mul(10).wrapping_add(i64::from(digit - b'0')))
}

/// Takes the next `count` bytes.
fn take<'b>(from: &mut &'b [u8], count: usize) -> Outcome<&'b [u8]> {
    let (taken, rest) = from.split_at_checked(count).ok_or("a page ends too soon")?;
    *from = rest;
    Ok(taken)
}

fn short(from: &mut &[u8]) -> Outcome<usize> {
    Ok(usize::from(u16::from_le_bytes(take(from, 2)?.try_into()?)))
}

enum Cell<'b> {
    Borrowed(ValueRef<'b>),
    Id([u8; 16]),
}

impl rusqlite::ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Borrowed(value) => *value,
            Self::Id(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The sixteen bytes of a UUID's text.
fn id(text: &[u8]) -> [u8; 16] {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut digits = text.iter().filter_map(|byte| digit(*byte));
    std::array::from_fn(|_| digits.next().unwrap_or(0) << 4 | digits.next().unwrap_or(0))
}

/// Inserts the record at the front of `from`.
fn insert(statement: &mut Statement<'_>, from: &mut &[u8]) -> Outcome<()> {
    let mut places = [(0, 0); COLUMNS.len()];
    for place in &mut places {
        *place = (short(from)?, short(from)?);
    }
    let length = short(from)?;
    let json = take(from, length)?;
    let mut rest = json;
    for (place, ((skip, length), (_, kind))) in (1..).zip(places.into_iter().zip(COLUMNS)) {
        take(&mut rest, skip)?;
        let value = take(&mut rest, length)?;
        let cell = match kind {
            _ if value.is_empty() => Cell::Borrowed(ValueRef::Null),
            Kind::Text => Cell::Borrowed(ValueRef::Text(value)),
            Kind::Id => Cell::Id(id(value)),
            Kind::Number => Cell::Borrowed(ValueRef::Integer(number(value))),
        };
        statement.raw_bind_parameter(place, cell)?;
    }
    statement.raw_bind_parameter(COLUMNS.len() + 1, json)?;
    statement.raw_execute()?;
    Ok(())
}

fn database(path: &str, encrypted: bool) -> Outcome<Connection> {
    let database = Connection::open(path)?;
    if encrypted {
        database.execute_batch(&format!("PRAGMA key = \"x'{}'\";", "5a".repeat(32)))?;
    }
    database.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;",
    )?;
    database.execute_batch(SCHEMA)?;
    Ok(database)
}

/// Inserts a compressed page in one transaction.
fn take_in(database: &mut Connection, frame: &[u8]) -> Outcome<()> {
    let page = zstd::stream::decode_all(frame)?;
    let transaction = database.transaction()?;
    {
        let mut statement = transaction.prepare_cached(INSERT)?;
        let mut rest = page.as_slice();
        while !rest.is_empty() {
            insert(&mut statement, &mut rest)?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// One HTTP/1.1 connection, on either side.
struct Http {
    read: BufReader<TcpStream>,
    write: TcpStream,
}

impl Http {
    fn new(stream: TcpStream) -> Outcome<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { read: BufReader::with_capacity(1 << 16, stream.try_clone()?), write: stream })
    }

    fn send(&mut self, first: &str, body: &[u8]) -> Outcome<()> {
        let head = format!("{first}\r\nhost: bound\r\ncontent-length: {}\r\n\r\n", body.len());
        self.write.write_all(head.as_bytes())?;
        Ok(self.write.write_all(body)?)
    }

    /// The first line and the body of what comes next; none at the end.
    fn receive(&mut self) -> Outcome<Option<(String, Vec<u8>)>> {
        let mut first = String::new();
        if self.read.read_line(&mut first)? == 0 {
            return Ok(None);
        }
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.read.read_line(&mut line)?;
            match line.trim().split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse()?,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.read.read_exact(&mut body)?;
        Ok(Some((first, body)))
    }
}

/// Answers one connection: `POST` takes a page in, `GET /N` gives the Nth.
fn answer(stream: TcpStream, database: &mut Connection, pages: &[Vec<u8>]) -> Outcome<()> {
    let mut http = Http::new(stream)?;
    while let Some((first, body)) = http.receive()? {
        let page = first.strip_prefix("GET /").and_then(|rest| rest.split(' ').next()?.parse::<usize>().ok());
        match page {
            None => {
                take_in(database, &body)?;
                http.send("HTTP/1.1 204 No Content", &[])?;
            }
            Some(page) => {
                let page = pages.get(page).map_or(&[][..], Vec::as_slice);
                http.send("HTTP/1.1 200 OK", &zstd::bulk::compress(page, 3)?)?;
            }
        }
    }
    Ok(())
}

/// What this process keeps between questions.
struct Bound {
    pages: Vec<Vec<u8>>,
    single: Option<Connection>,
    inserted: usize,
}

impl Bound {
    fn load(path: &str) -> Outcome<Self> {
        let text = std::fs::read_to_string(path)?;
        let lines: Vec<&str> = text.lines().collect();
        let mut pages = Vec::new();
        for lines in lines.chunks(PAGE) {
            let mut page = Vec::new();
            lines.iter().try_for_each(|line| record(line, &mut page))?;
            pages.push(page);
        }
        Ok(Self { pages, single: None, inserted: 0 })
    }

    fn reply(&mut self, words: &[&str]) -> Outcome<String> {
        match words {
            ["serve", path] => self.serve(path),
            ["upload", port] => self.upload(port.parse()?),
            ["download", port, path] => self.download(port.parse()?, path),
            ["insert", path, count] => self.insert(path, count.parse()?),
            _ => Err("serve PATH | upload PORT | download PORT PATH | insert PATH COUNT".into()),
        }
    }

    fn serve(&self, path: &str) -> Outcome<String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let mut database = database(path, false)?;
        let pages = self.pages.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A connection that breaks is noticed by the side that asks.
                let _ = answer(stream, &mut database, &pages);
            }
        });
        Ok(format!("port={port}"))
    }

    fn upload(&self, port: u16) -> Outcome<String> {
        let begun = Instant::now();
        let mut http = Http::new(TcpStream::connect((Ipv4Addr::LOCALHOST, port))?)?;
        let mut bytes = 0;
        for page in &self.pages {
            let frame = zstd::bulk::compress(page, 3)?;
            bytes += frame.len();
            http.send("POST / HTTP/1.1", &frame)?;
            http.receive()?.ok_or("the connection was cut")?;
        }
        Ok(format!("wall_us={} up={bytes} down=0 requests={}", begun.elapsed().as_micros(), self.pages.len()))
    }

    fn download(&self, port: u16, path: &str) -> Outcome<String> {
        let mut database = database(path, true)?;
        let begun = Instant::now();
        let mut http = Http::new(TcpStream::connect((Ipv4Addr::LOCALHOST, port))?)?;
        let mut bytes = 0;
        for page in 0..self.pages.len() {
            http.send(&format!("GET /{page} HTTP/1.1"), &[])?;
            let (_, frame) = http.receive()?.ok_or("the connection was cut")?;
            bytes += frame.len();
            take_in(&mut database, &frame)?;
        }
        Ok(format!("wall_us={} up=0 down={bytes} requests={}", begun.elapsed().as_micros(), self.pages.len()))
    }

    /// The next `count` records into an encrypted database, each in a transaction of its own.
    fn insert(&mut self, path: &str, count: usize) -> Outcome<String> {
        let single = match self.single.take() {
            Some(open) => open,
            None => database(path, true)?,
        };
        // Every record is read here once more, from the front of a page of its own.
        let mut rest: &[u8] = self.pages.first().map_or(&[], Vec::as_slice);
        let whole = rest;
        let mut took = Vec::with_capacity(count);
        for _ in 0..count {
            if rest.is_empty() {
                rest = whole;
            }
            let begun = Instant::now();
            let transaction = single.unchecked_transaction()?;
            insert(&mut *transaction.prepare_cached(INSERT)?, &mut rest)?;
            transaction.commit()?;
            took.push(begun.elapsed().as_secs_f64() * 1e6);
            self.inserted += 1;
        }
        self.single = Some(single);
        took.sort_by(f64::total_cmp);
        let median = took.get(took.len() / 2).copied().unwrap_or(0.0);
        Ok(format!("median_us={median:.1} sum_us={:.1} inserted={}", took.iter().sum::<f64>(), self.inserted))
    }
}

fn main() -> Outcome<()> {
    let path = std::env::args().nth(1).ok_or("usage: bound FILE (one record of JSON a line)")?;
    let mut bound = Bound::load(&path)?;
    let ready = format!("pages={}", bound.pages.len());
    Ok(qiaomen_tests::process::serve_lines(&ready, |words| bound.reply(words))?)
}
