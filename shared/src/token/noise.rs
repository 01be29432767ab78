//! Bytes without a pattern, the same on every run.

/// A small generator (Knuth's MMIX constants).
pub(super) struct Noise(pub(super) u64);

impl Noise {
    pub(super) fn next(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    /// Up to `max` bytes.
    pub(super) fn bytes(&mut self, max: usize) -> Vec<u8> {
        let len = self.next() as usize % (max + 1);
        self.exactly(len, 256)
    }

    /// So many bytes, out of `kinds` different ones.
    pub(super) fn exactly(&mut self, len: usize, kinds: u32) -> Vec<u8> {
        std::iter::repeat_with(|| (self.next() % kinds) as u8)
            .take(len)
            .collect()
    }
}
