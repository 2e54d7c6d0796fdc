//! Valid changes, bent at random: what our gate takes, Automerge takes, reads the same, saves and loads.

use super::chunk::Chunk;
use super::*;
use crate::document::First;
use crate::record::{Random, SeededRandom};

const MUTATIONS: usize = 4_000;

fn below(random: &mut SeededRandom, limit: usize) -> usize {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    (u64::from_le_bytes(bytes) % limit.max(1) as u64) as usize
}

/// Bends the bytes, and puts length and checksum right again.
fn bent(raw: &[u8], random: &mut SeededRandom) -> Vec<u8> {
    let mut chunk = Chunk::of(raw);
    for _ in 0..=below(random, 2) {
        let at = below(random, chunk.columns.len());
        let other = below(random, chunk.columns.len());
        match below(random, 12) {
            0 => chunk.seq = below(random, 4) as u64,
            1 => chunk.start_op = (chunk.start_op + below(random, 3) as u64).saturating_sub(1),
            2 => chunk.seconds = below(random, 1000) as i64 - 500,
            3 => chunk.columns.swap(at, other),
            4 => {
                let from = chunk.columns[other].1.clone();
                chunk.columns[at].1 = from;
            }
            5 => chunk.actor[below(random, 16)] ^= 1 << below(random, 8),
            6 => {
                let column = &mut chunk.columns[at].1;
                let place = below(random, column.len() + 1);
                column.insert(place, below(random, 256) as u8);
            }
            7 => {
                let column = &mut chunk.columns[at].1;
                let place = below(random, column.len());
                if !column.is_empty() {
                    column.remove(place);
                }
            }
            8 => {
                // Anywhere at all.
                let mut whole = chunk.bytes();
                let place = 11 + below(random, whole.len() - 11);
                whole[place] = whole[place].wrapping_add(below(random, 5) as u8).wrapping_sub(2);
                let content = if whole[9] & 0x80 == 0 { 10 } else { 11 };
                return super::super::write::chunk(1, &whole[content..]);
            }
            _ => {
                let column = &mut chunk.columns[at].1;
                let place = below(random, column.len());
                if let Some(byte) = column.get_mut(place) {
                    *byte = match below(random, 3) {
                        0 => below(random, 256) as u8,
                        1 => byte.wrapping_add(1),
                        _ => byte.wrapping_sub(1),
                    };
                }
            }
        }
    }
    chunk.bytes()
}

#[test]
fn gate_first_changes_bent_at_random() {
    let mut random = SeededRandom::new(1);
    let mut taken = 0;
    for number in 0..MUTATIONS {
        let kind = &Kind::KNOWN[number % Kind::KNOWN.len()];
        let record = sample::record(kind, number as u64 % 97);
        let (_, raw) = Document::create(&header(kind.clone()), &record, actor(1), time(0)).unwrap();
        let bent = bent(&raw, &mut random);
        let Ok(First { fields, .. }) = Change::parse(&bent).and_then(|change| change.first()) else { continue };
        taken += 1;
        let document = Document::load([&bent[..]]).unwrap();
        assert_eq!(document.fields(), fields);
        same_in_automerge(&document);
    }
    assert!(taken > 300, "{taken} were taken, too few to tell anything");
}

#[test]
fn gate_later_changes_bent_at_random() {
    let mut random = SeededRandom::new(2);
    let mut base = new_household().0;
    let mut other = fork(&base);
    base.edit(&[edit(&["note"], text("一")), edit(&["address.floor"], Value::Int(4))], actor(2), time(1)).unwrap();
    let concurrent = other.edit(&[edit(&["note"], text("二"))], actor(3), time(1)).unwrap().unwrap();
    applied(&mut base, &concurrent);
    let (known, new) = (resident_id(1).to_string(), resident_id(7).to_string());
    let part = Value::Map([("name", text("新人")), ("birth_year", Value::Int(1990))].into_iter().collect());
    let all = [
        edit(&["note"], text("三")),
        edit(&["address.floor"], Value::Null),
        edit(&["later"], Value::Bytes([1, 2, 3].into())),
        edit(&["residents", &known, "name"], text("王桂香")),
        edit(&["residents", &known, "tags/elderly"], Value::Bool(false)),
        edit(&["residents", &new], part),
    ];
    let mut taken = 0;
    for number in 0..MUTATIONS {
        let from = number % all.len();
        let edits: Vec<_> = all.iter().cycle().skip(from).take(1 + number % 4).cloned().collect();
        let author = [actor(2), actor(9)][number % 2];
        let raw = fork(&base).edit(&edits, author, time(3)).unwrap().unwrap();
        let bent = bent(&raw, &mut random);
        let Ok(change) = Change::parse(&bent) else { continue };
        let mut document = fork(&base);
        // What the context passes, Automerge takes: the engine never has to say no.
        let Ok(_) = document.examine(&change) else {
            document.apply(&change).unwrap_err();
            continue;
        };
        taken += 1;
        document.apply(&change).unwrap();
        same_in_automerge(&document);
    }
    assert!(taken > 300, "{taken} were taken, too few to tell anything");
}

/// Bytes that never were a change.
#[test]
fn gate_noise_is_refused() {
    let mut random = SeededRandom::new(3);
    for _ in 0..4000 {
        let mut data = vec![0; below(&mut random, 300)];
        random.fill(&mut data);
        assert!(Change::parse(&data).is_err());
        assert!(Change::parse(&super::super::write::chunk(1, &data)).is_err());
    }
}
