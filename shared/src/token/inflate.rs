//! Reading the zlib stream inside a token.
//!
//! Only the inflated bytes are defined by the format; every library writes its own stream.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

use super::error::ParseError;

// A decompressor owns tens of kilobytes of tables. Making one costs the page faults of that memory,
// more than inflating a token; resetting one is cheap.
thread_local! {
    static DECOMPRESS: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// What a zlib stream stands for.
pub(super) struct Inflated {
    pub(super) bytes: Vec<u8>,
    /// How many bytes follow the stream. They are ignored, as all official libraries do.
    pub(super) trailing: usize,
}

/// The bytes that a zlib stream stands for, at most `max`.
#[cfg(test)]
pub(super) fn inflate(zlib: &[u8], max: usize) -> Result<Vec<u8>, ParseError> {
    inflate_counting(zlib, max).map(|inflated| inflated.bytes)
}

/// The bytes that a zlib stream stands for, at most `max`, and how many bytes follow it.
///
/// A stream that inflates to more costs the work and the memory of `max` bytes, however long it
/// would have become.
pub(super) fn inflate_counting(zlib: &[u8], max: usize) -> Result<Inflated, ParseError> {
    DECOMPRESS.with_borrow_mut(|stream| {
        // A token is about as long inflated as deflated. For others begin again with more room.
        let mut room = zlib.len().saturating_mul(4).clamp(512.min(max), max);
        loop {
            stream.reset(true);
            let mut out = vec![0; room];
            let status = stream
                .decompress(zlib, &mut out, FlushDecompress::Finish)
                .map_err(|_| ParseError::Zlib)?;
            let len = usize::try_from(stream.total_out()).unwrap_or(usize::MAX);
            match status {
                Status::StreamEnd => {
                    out.truncate(len);
                    let read = usize::try_from(stream.total_in()).unwrap_or(usize::MAX);
                    return Ok(Inflated {
                        bytes: out,
                        trailing: zlib.len().saturating_sub(read),
                    });
                }
                Status::Ok | Status::BufError if len < room => {
                    return Err(ParseError::ZlibTruncated);
                }
                Status::Ok | Status::BufError if room == max => {
                    return Err(ParseError::MessageTooLong);
                }
                Status::Ok | Status::BufError => room = room.saturating_mul(8).min(max),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::deflate::deflate;
    use crate::token::noise::Noise;

    const MAX: usize = 100_000;

    /// Bytes that do not compress.
    fn noise(len: usize) -> Vec<u8> {
        Noise(1).exactly(len, 256)
    }

    #[test]
    fn what_is_deflated_inflates_again() {
        for len in [0, 1, 100, 511, 512, 513, 5000, MAX] {
            for bytes in [noise(len), vec![b'c'; len]] {
                let zlib = deflate(&bytes);
                assert_eq!(inflate(&zlib, MAX).unwrap(), bytes, "{len} bytes");
            }
        }
    }

    #[test]
    fn what_inflates_to_too_much_is_refused() {
        for bytes in [noise(MAX + 1), vec![0; MAX + 1], vec![0; 20 * MAX]] {
            assert_eq!(
                inflate(&deflate(&bytes), MAX),
                Err(ParseError::MessageTooLong)
            );
        }
    }

    #[test]
    fn a_stream_that_is_cut_anywhere_is_refused() {
        for bytes in [noise(600), vec![b'c'; 600]] {
            let zlib = deflate(&bytes);
            for len in 0..zlib.len() {
                assert_eq!(
                    inflate(&zlib[..len], MAX),
                    Err(ParseError::ZlibTruncated),
                    "{len}"
                );
            }
        }
    }

    #[test]
    fn a_wrong_checksum_is_refused_and_bytes_after_it_are_not() {
        let mut zlib = deflate(b"a token");
        zlib.extend([1, 2, 3]);
        let inflated = inflate_counting(&zlib, MAX).unwrap();
        assert_eq!(
            (inflated.bytes.as_slice(), inflated.trailing),
            (&b"a token"[..], 3)
        );
        let last_of_checksum = zlib.len() - 4;
        zlib[last_of_checksum] ^= 1;
        assert_eq!(inflate(&zlib, MAX), Err(ParseError::Zlib));
    }

    #[test]
    fn raw_deflate_and_gzip_are_refused() {
        let zlib = deflate(b"a token");
        assert!(inflate(&zlib[2..], MAX).is_err());
        let gzip = [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0], &zlib[2..]].concat();
        assert!(inflate(&gzip, MAX).is_err());
    }
}
