//! A change's bytes made small, for keeping: one zstd frame under a dictionary that both sides have.
//!
//! Floor: document; knows nothing of what the bytes say. Invariants: a dictionary, once released, is never
//! changed and stays for ever, because what was packed under it can be read with nothing else; whoever keeps
//! what was packed keeps [`NUMBER`] beside it; nothing inflates to more than its reader allows. What travels is
//! never packed so: a message is one frame of many changes, which serve each other as a dictionary.
//!
//! Dictionary 1 was made by `cargo run -p qiaomen-tests --bin dictionary`, from changes of a corpus written for
//! that alone (`tests/src/corpus.rs`).

use std::cell::RefCell;
use std::sync::OnceLock;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::CParameter;

/// The number of the dictionary that [`pack`] packs under.
pub const NUMBER: u8 = 1;

static FIRST: &[u8] = include_bytes!("changes-1.zdict");

/// zstd's level: the dictionary does most of the work, higher ones only cost time.
const LEVEL: i32 = 3;

fn encoder() -> Option<Compressor<'static>> {
    static PREPARED: OnceLock<EncoderDictionary<'static>> = OnceLock::new();
    let prepared = PREPARED.get_or_init(|| EncoderDictionary::copy(FIRST, LEVEL));
    let mut compressor = Compressor::with_prepared_dictionary(prepared).ok()?;
    // What is kept says elsewhere under which dictionary, and has its checksum in itself.
    compressor.set_parameter(CParameter::DictIdFlag(false)).ok()?;
    Some(compressor)
}

fn decoder() -> Option<Decompressor<'static>> {
    static PREPARED: OnceLock<DecoderDictionary<'static>> = OnceLock::new();
    Decompressor::with_prepared_dictionary(PREPARED.get_or_init(|| DecoderDictionary::copy(FIRST))).ok()
}

thread_local! {
    static ENCODER: RefCell<Option<Compressor<'static>>> = RefCell::new(encoder());
    static DECODER: RefCell<Option<Decompressor<'static>>> = RefCell::new(decoder());
}

/// `raw` packed under the dictionary [`NUMBER`]; none where that would not make it smaller.
#[must_use]
pub fn pack(raw: &[u8]) -> Option<Vec<u8>> {
    let packed = ENCODER.with_borrow_mut(|encoder| encoder.as_mut()?.compress(raw).ok())?;
    (packed.len() < raw.len()).then_some(packed)
}

/// What was packed under the dictionary with this number; none if it is not that, or inflates to more than
/// `limit` bytes.
#[must_use]
pub fn unpack(number: u8, packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    if number != 1 {
        return None;
    }
    // The frame says how long its content is; what it claims is not believed beyond the limit.
    let length = usize::try_from(zstd::zstd_safe::get_frame_content_size(packed).ok()??).ok()?;
    if length > limit {
        return None;
    }
    DECODER.with_borrow_mut(|decoder| decoder.as_mut()?.decompress(packed, length).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn what_is_packed_comes_back_and_no_further_than_allowed() {
        for raw in [&b""[..], b"a", &[7; 3000], &(0..=255).collect::<Vec<u8>>()] {
            if let Some(packed) = pack(raw) {
                assert!(packed.len() < raw.len());
                assert_eq!(unpack(NUMBER, &packed, raw.len()).as_deref(), Some(raw));
                assert_eq!(unpack(NUMBER, &packed, raw.len() - 1), None);
                assert_eq!(unpack(NUMBER + 1, &packed, raw.len()), None);
            }
        }
        assert_eq!(unpack(NUMBER, b"", 10), None);
        assert_eq!(unpack(NUMBER, b"no frame at all", 1000), None);
        assert!(pack(&[7; 3000]).is_some_and(|packed| packed.len() < 40));
    }

    #[test]
    fn a_dictionary_never_changes() {
        let digest: String = Sha256::digest(FIRST).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, "5e50a2eb5aac584a2bde81ed7b4c6bc1968860d9d910855d21779b3673572ea0");
        // Packed when the dictionary was released.
        let packed = [
            40, 181, 47, 253, 33, 1, 60, 181, 0, 0, 24, 32, 32, 32, 5, 252, 17, 92, 176, 233, 186, 120, 116, 205, 187,
            168, 2, 25, 22, 6, 97, 7,
        ];
        assert_eq!(unpack(1, &packed, 100).unwrap(), b"household given/open_letter explained/investment grid_worker");
    }
}
