//! Time and randomness, as inputs.

use std::time::{SystemTime, UNIX_EPOCH};

/// Why there is no token where the system has no randomness to give.
pub(crate) const NO_RANDOMNESS: &str =
    "the system gave no random bytes, without which no token can be signed";

/// What comes from the surroundings. Tests give their own, so that golden vectors go through
/// the code that serves requests.
pub trait ClockAndRandomness: Send + Sync {
    /// The Unix time in milliseconds.
    fn unix_millis(&self) -> u64;

    /// 16 bytes that nobody can guess; `None` where the system has no randomness to give.
    fn random(&self) -> Option<[u8; 16]>;

    /// A UUID that nobody can guess, as text; `None` as for [`random`](Self::random).
    fn uuid(&self) -> Option<String> {
        self.random().map(uuid)
    }
}

/// These bytes as a UUID of version 4 (RFC 9562, 5.4), for which 6 of their bits make way.
fn uuid(bytes: [u8; 16]) -> String {
    let version = 0x4_u128 << 76;
    let variant = 0b10_u128 << 62;
    let kept = !(0xf << 76 | 0b11 << 62);
    let digits = format!(
        "{:032x}",
        u128::from_be_bytes(bytes) & kept | version | variant
    );
    let groups = digits.chars().enumerate().flat_map(|(place, digit)| {
        let hyphen = matches!(place, 8 | 12 | 16 | 20).then_some('-');
        hyphen.into_iter().chain([digit])
    });
    groups.collect()
}

/// The system's clock and random number generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl ClockAndRandomness for System {
    fn unix_millis(&self) -> u64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn random(&self) -> Option<[u8; 16]> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).ok()?;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_become_a_uuid_of_version_4() {
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        let counted = std::array::from_fn(|place| place as u8);
        assert_eq!(uuid(counted), "00010203-0405-4607-8809-0a0b0c0d0e0f");
    }
}
