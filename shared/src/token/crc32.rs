//! The checksum of the names in a 006 token: CRC-32 as zlib and Ethernet have it.
//!
//! Names are short. What counts a gigabyte a second brings 16 KB of tables into each binary, which no
//! zip makes smaller.

/// The checksum of `bytes`.
pub(super) fn hash(bytes: &[u8]) -> u32 {
    let shift = |crc: u32, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    !bytes
        .iter()
        .fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), shift))
}

#[cfg(test)]
mod tests {
    use super::hash;

    /// The last two were calculated with Python's `zlib.crc32`.
    #[test]
    fn known_checksums() {
        for (text, expected) in [
            ("", 0),
            ("123456789", 0xcbf4_3926),
            ("7d72365eb983485397e3e3f9d460bdda", 0x107d_48b7),
            ("频道", 0x623f_2105),
        ] {
            assert_eq!(hash(text.as_bytes()), expected, "{text}");
        }
    }
}
