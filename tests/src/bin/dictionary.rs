//! Makes the dictionary under which single changes are kept: `dictionary FILE`.
//!
//! Floor: tests. The dictionaries themselves lie in `core/src/document/` and are never made anew: what is kept
//! under one can only be read with it. A better one becomes the next number beside the ones there are.

use std::error::Error;

use qiaomen_tests::corpus::Corpus;

/// The corpus that dictionary 1 was made from.
const SEED: u64 = 1;
/// How many changes.
const CHANGES: usize = 12_000;
/// The dictionary's size in bytes.
const SIZE: usize = 8 * 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: dictionary FILE")?;
    let changes = Corpus::new(SEED).changes(CHANGES)?;
    let mut dictionary = zstd::dict::from_samples(&changes, SIZE)?;
    // The frames name their dictionary; a small number takes them one byte.
    if let Some(number) = dictionary.get_mut(4..8) {
        number.copy_from_slice(&1_u32.to_le_bytes());
    }
    Ok(std::fs::write(path, dictionary)?)
}
