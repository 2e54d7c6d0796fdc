//! How long the room takes; run by hand: `cargo test --release -p qiaomen-core --lib speed -- --ignored --nocapture`.

#![allow(clippy::print_stderr)]

use std::hint::black_box;

use super::*;

fn each(name: &str, times: usize, mut run: impl FnMut(usize)) {
    (0..times / 10).for_each(&mut run);
    let begun = nanoseconds();
    (0..times).for_each(&mut run);
    eprintln!("{name}: {:.1} µs", (nanoseconds() - begun) / 1e3 / times as f64);
}

/// What this thread has used of its processor, where the system tells: others may be busy too.
fn nanoseconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(f64::NAN)
}

#[test]
#[ignore = "measures"]
fn speed() {
    let records: Vec<Record> = (0..500).map(|seed| sample::record(&Kind::Visit, seed)).collect();
    let header = header(Kind::Visit);
    let raw: Vec<Vec<u8>> =
        records.iter().map(|record| Document::create(&header, record, actor(1), time(0)).unwrap().1).collect();
    let (bytes, ops) =
        raw.iter().fold((0, 0), |(bytes, ops), raw| (bytes + raw.len(), ops + Change::parse(raw).unwrap().len()));
    eprintln!("visits of {} bytes and {} operations", bytes / raw.len(), ops / raw.len());
    let pick = |at: usize| &raw[at % raw.len()];
    each("parse", 20_000, |at| drop(black_box(Change::parse(pick(at)).unwrap())));
    each("parse and first", 20_000, |at| drop(black_box(Change::parse(pick(at)).unwrap().first().unwrap())));
    let fields: Vec<_> = records.iter().map(Record::fields).collect();
    each("of it, reading and validating the record", 20_000, |at| {
        Record::read(&Kind::Visit, black_box(&fields[at % 500])).unwrap().validate().unwrap();
    });
    each("parse, first and rows", 20_000, |at| {
        let first = Change::parse(pick(at)).unwrap().first().unwrap();
        black_box(crate::projection::rows(&first.header, &first.fields, None));
    });
    each("create", 20_000, |at| {
        drop(black_box(Document::create(&header, &records[at % 500], actor(1), time(0)).unwrap()));
    });
    each("load", 20_000, |at| drop(black_box(Document::load([&pick(at)[..]]).unwrap())));
    each("load and fields", 20_000, |at| drop(black_box(Document::load([&pick(at)[..]]).unwrap().fields())));
    let household = new_household().0;
    let edits = [edit(&["note"], text("有狗,凶"))];
    let later = fork(&household).edit(&edits, actor(2), time(1)).unwrap().unwrap();
    let change = Change::parse(&later).unwrap();
    each("household: load", 10_000, |_| drop(black_box(fork(&household))));
    each("household: examine", 10_000, |_| drop(black_box(household.examine(&change).unwrap())));
    each("household: load, examine and apply", 5_000, |_| fork(&household).apply(&change).unwrap());
    each("household: load and edit", 5_000, |_| drop(black_box(fork(&household).edit(&edits, actor(2), time(1)))));
    let mut edited = fork(&household);
    for number in 0..50 {
        edited.edit(&[edit(&["note"], text(&format!("记{number}")))], actor(2), time(number)).unwrap();
    }
    each("50 edits: load", 2_000, |_| drop(black_box(fork(&edited))));
    let mut number = 0;
    each("one edit more of a live document", 2_000, |_| {
        number += 1;
        edited.edit(&[edit(&["note"], text(&format!("再{number}")))], actor(2), time(number)).unwrap();
    });
    each("Automerge: parse and apply", 5_000, |at| drop(black_box(automerge_of([&pick(at)[..]]))));
}
