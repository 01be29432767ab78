//! Writing the zlib stream inside a token (RFC 1950 and 1951), for contents as short as a token's.
//!
//! A general compressor clears 128 KiB of tables before it looks at the first of some 150 bytes, and
//! takes the page faults of twice as much when it is made: more than everything else that signing
//! costs. For so little it then chooses the fixed code, which needs no tables, and which is the only
//! one here. Contents of any length come out right, long ones a little longer than they could be.

/// The window of 32 KiB and the usual level. Nothing acts on the level, but with it a token begins as
/// people expect it to: `007eJ`.
const HEADER: [u8; 2] = [0x78, 0x9c];

/// Places in the table of three bytes already seen, as a power of two.
const SLOT_BITS: u32 = 9;
/// The longest repetition that has a code, and the farthest.
const LONGEST: usize = 258;
const FARTHEST: usize = 32 * 1024;
/// Three bytes from farther away take more bits than the bytes themselves.
const FARTHEST_FOR_THREE: usize = 4 * 1024;
/// The bytes that one stored block can hold.
const STORED: usize = 65_535;

/// A zlib stream of these bytes, never longer than one that only stores them.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let stored = HEADER.len() + stored_len(bytes) + 4;
    // Random bytes grow by a sixteenth before it is clear that storing them is better.
    let mut out = Vec::with_capacity(stored + bytes.len() / 8);
    out.extend_from_slice(&HEADER);
    let mut out = compress(bytes, out);
    if out.len() + 4 > stored {
        out.truncate(HEADER.len());
        store(bytes, &mut out);
    }
    out.extend_from_slice(&adler2::adler32_slice(bytes).to_be_bytes());
    out
}

/// Appends one block in the fixed code.
fn compress(bytes: &[u8], out: Vec<u8>) -> Vec<u8> {
    let mut bits = Bits::new(out);
    let mut seen = Seen::default();
    let mut rest = bytes;
    let mut at = 0;
    while let Some((first, after)) = rest.split_first() {
        let advance = match seen.repetition(bytes, at) {
            Some((length, distance)) => {
                bits.repetition(length, distance);
                (1..length).for_each(|step| seen.note(bytes, at + step));
                length
            }
            None => {
                bits.literal(*first);
                1
            }
        };
        at += advance;
        rest = after.get(advance - 1..).unwrap_or_default();
    }
    bits.finish()
}

/// Where three bytes were seen last, by a hash of them, counted from 1.
struct Seen([u32; 1 << SLOT_BITS]);

impl Default for Seen {
    fn default() -> Self {
        Self([0; 1 << SLOT_BITS])
    }
}

impl Seen {
    /// The slot of the three bytes at `at`.
    fn slot(&mut self, bytes: &[u8], at: usize) -> Option<&mut u32> {
        let [a, b, c] = *bytes.get(at..)?.first_chunk::<3>()?;
        let hash = u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9e37_79b1) >> (32 - SLOT_BITS);
        self.0.get_mut(hash as usize)
    }

    fn note(&mut self, bytes: &[u8], at: usize) {
        if let Some(slot) = self.slot(bytes, at) {
            *slot = at as u32 + 1;
        }
    }

    /// Length and distance of what was seen before and stands at `at` again, if it takes fewer bits
    /// to say so.
    fn repetition(&mut self, bytes: &[u8], at: usize) -> Option<(usize, usize)> {
        let slot = self.slot(bytes, at)?;
        let place = std::mem::replace(slot, at as u32 + 1).checked_sub(1)? as usize;
        let distance = at - place;
        if distance > FARTHEST {
            return None;
        }
        let (before, here) = (bytes.get(place..)?, bytes.get(at..)?);
        let same = before.iter().zip(here).take(LONGEST);
        let length = same.take_while(|(before, here)| before == here).count();
        let worth = length > 3 || (length == 3 && distance <= FARTHEST_FOR_THREE);
        worth.then_some((length, distance))
    }
}

/// The bits of one block in the fixed code, the first of them the lowest of the first byte.
struct Bits {
    out: Vec<u8>,
    pending: u64,
    count: u32,
}

impl Bits {
    fn new(out: Vec<u8>) -> Self {
        let mut bits = Self {
            out,
            pending: 0,
            count: 0,
        };
        // The last block, in the fixed code.
        bits.put(0b011, 3);
        bits
    }

    /// Up to 32 bits.
    fn put(&mut self, bits: u32, count: u32) {
        self.pending |= u64::from(bits) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.out
                .extend_from_slice(&(self.pending as u32).to_le_bytes());
            self.pending >>= 32;
            self.count -= 32;
        }
    }

    /// A code, whose first bit is its highest.
    fn code(&mut self, code: u16, count: u32) {
        self.put(u32::from(code.reverse_bits() >> (16 - count)), count);
    }

    /// The fixed code (RFC 1951, 3.2.6).
    fn literal(&mut self, byte: u8) {
        match u16::from(byte) {
            low @ ..144 => self.code(0x30 + low, 8),
            high => self.code(0x190 + (high - 144), 9),
        }
    }

    /// `length` bytes, from 3 to 258, that also stand `distance` bytes before (RFC 1951, 3.2.5).
    fn repetition(&mut self, length: usize, distance: usize) {
        let (symbol, extra, count) = match length as u32 - 3 {
            255 => (28, 0, 0),
            short @ ..8 => (short, 0, 0),
            long => {
                let count = long.ilog2() - 2;
                (4 * count + (long >> count), long & low_bits(count), count)
            }
        };
        // The first of these symbols is 257, and those from 280 on have codes of 8 bits.
        match symbol as u16 + 1 {
            low @ ..24 => self.code(low, 7),
            high => self.code(0xc0 + (high - 24), 8),
        }
        self.put(extra, count);

        let (symbol, extra, count) = match distance as u32 - 1 {
            near @ ..4 => (near, 0, 0),
            far => {
                let count = far.ilog2() - 1;
                (2 * count + (far >> count), far & low_bits(count), count)
            }
        };
        self.code(symbol as u16, 5);
        self.put(extra, count);
    }

    fn finish(mut self) -> Vec<u8> {
        // The end of the block.
        self.code(0, 7);
        let bytes = self.pending.to_le_bytes();
        let left = bytes.iter().take(self.count.div_ceil(8) as usize);
        self.out.extend(left);
        self.out
    }
}

fn low_bits(count: u32) -> u32 {
    (1 << count) - 1
}

fn stored_len(bytes: &[u8]) -> usize {
    bytes.len() + 5 * bytes.len().div_ceil(STORED).max(1)
}

/// Appends blocks that hold the bytes as they are (RFC 1951, 3.2.4).
fn store(bytes: &[u8], out: &mut Vec<u8>) {
    let mut blocks = bytes.chunks(STORED).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::inflate::inflate;
    use crate::token::noise::Noise;

    const MAX: usize = 300_000;

    /// Bytes out of `kinds` different ones.
    fn noise(len: usize, kinds: u32) -> Vec<u8> {
        Noise(1).exactly(len, kinds)
    }

    /// What two readers that know nothing of each other make of a stream, which must be the same.
    fn read(zlib: &[u8], max: usize) -> Vec<u8> {
        let bytes = inflate(zlib, max).unwrap();
        let other = miniz_oxide::inflate::decompress_to_vec_zlib(zlib).unwrap();
        assert_eq!(bytes, other);
        bytes
    }

    /// Deflates, and checks that the same bytes come back.
    fn there_and_back(bytes: &[u8]) -> usize {
        let zlib = deflate(bytes);
        assert_eq!(read(&zlib, MAX), bytes);
        zlib.len()
    }

    fn zlib(block: Vec<u8>, bytes: &[u8]) -> Vec<u8> {
        let checksum = adler2::adler32_slice(bytes).to_be_bytes();
        [HEADER.as_slice(), &block, &checksum].concat()
    }

    #[test]
    fn every_byte_every_length_and_every_distance_has_its_code() {
        let mut expected = noise(FARTHEST, 256);
        let mut bits = Bits::new(Vec::new());
        for byte in &expected {
            bits.literal(*byte);
        }
        let lengths = (3..=LONGEST).cycle();
        for (distance, length) in (1..=FARTHEST).zip(lengths) {
            bits.repetition(length, distance);
            for _ in 0..length {
                expected.push(expected[expected.len() - distance]);
            }
        }
        let zlib = zlib(bits.finish(), &expected);
        assert!((0..=255).all(|byte| expected[..FARTHEST].contains(&byte)));
        assert_eq!(read(&zlib, expected.len()), expected);
    }

    #[test]
    fn contents_of_every_kind_and_length_come_back() {
        for kinds in [1, 2, 3, 5, 16, 100, 256] {
            for len in (0..600).chain([5551, 5552, 5553, 32_767, 32_770, 65_535, 65_536, MAX]) {
                there_and_back(&noise(len, kinds));
            }
        }
    }

    #[test]
    fn repetitions_are_found_from_near_and_from_far() {
        let word = b"a word to find again";
        let twice = |distance: usize| {
            let gap = vec![b'-'; distance - word.len()];
            let once = there_and_back(&[word, gap.as_slice()].concat());
            there_and_back(&[word, gap.as_slice(), word].concat()) - once
        };
        for distance in [20, 21, 300, 4095, 4096, 4097, FARTHEST - 1, FARTHEST] {
            let more = twice(distance);
            assert!(more <= 5, "{distance}: {more} bytes more");
        }
        for distance in FARTHEST + 1..FARTHEST + 30 {
            assert!(twice(distance) > 10, "{distance}");
        }
        let filler = noise(1000, 256);
        for length in 1..1000 {
            there_and_back(&filler[..length].repeat(3));
            there_and_back(&[&filler[..length], b"-", &filler[..length]].concat());
        }
    }

    #[test]
    fn what_does_not_compress_is_stored() {
        for len in [0, 1, 100, STORED, STORED + 1, MAX] {
            let zlib = there_and_back(&noise(len, 256));
            let blocks = len.div_ceil(STORED).max(1);
            assert!(zlib <= len + 5 * blocks + 6, "{len}: {zlib}");
        }
        assert!(there_and_back(&[7; MAX]) < MAX / 100);
    }

    #[test]
    fn a_stream_begins_as_those_of_the_official_libraries() {
        assert_eq!(deflate(b"a token")[..2], [0x78, 0x9c]);
    }
}
