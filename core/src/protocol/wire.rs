//! One message: a CBOR value inside a zstd frame.
//!
//! Floor: protocol. Invariant: what is inflated never passes the limit the reader states, whatever the
//! frame claims.

use std::io::Read;

/// Why a message could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// It inflates to more than this many bytes.
    #[error("the message inflates to more than {0} bytes")]
    TooLarge(usize),
    /// It is not one whole zstd frame.
    #[error("the message is not compressed as it should be")]
    Frame,
    /// It is not the message expected here.
    #[error("the message is not one that is understood here")]
    Shape,
    /// It could not be written.
    #[error("the message could not be written")]
    Encode,
}

/// zstd's level: higher ones cost more time than they save bytes on records.
const LEVEL: i32 = 3;

/// `message` as CBOR in a zstd frame.
///
/// # Errors
/// [`WireError::Encode`].
pub fn encode<T: minicbor::Encode<()>>(message: &T) -> Result<Vec<u8>, WireError> {
    let plain = minicbor::to_vec(message).map_err(|_| WireError::Encode)?;
    zstd::bulk::compress(&plain, LEVEL).map_err(|_| WireError::Encode)
}

/// The CBOR inside a zstd frame of at most `limit` bytes inflated.
///
/// # Errors
/// [`WireError::TooLarge`] or [`WireError::Frame`].
pub fn unpack(frame: &[u8], limit: usize) -> Result<Vec<u8>, WireError> {
    let mut reader = zstd::stream::read::Decoder::with_buffer(frame).map_err(|_| WireError::Frame)?;
    // A window larger than the limit could only serve a message that is refused anyway.
    reader.window_log_max(limit.next_power_of_two().ilog2().clamp(10, 27)).map_err(|_| WireError::Frame)?;
    let mut plain = Vec::with_capacity(limit.min(frame.len().saturating_mul(4)));
    let taken = reader.by_ref().take(limit as u64 + 1).read_to_end(&mut plain).map_err(|_| WireError::Frame)?;
    if taken > limit {
        return Err(WireError::TooLarge(limit));
    }
    Ok(plain)
}

/// The message in `plain`, as [`unpack`] returned it; nothing may follow it.
///
/// # Errors
/// [`WireError::Shape`].
pub fn decode<'b, T: minicbor::Decode<'b, ()>>(plain: &'b [u8]) -> Result<T, WireError> {
    let mut decoder = minicbor::Decoder::new(plain);
    let message = decoder.decode().map_err(|_| WireError::Shape)?;
    if decoder.position() == plain.len() { Ok(message) } else { Err(WireError::Shape) }
}
