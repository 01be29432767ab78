//! Time and randomness, as inputs.

use std::time::{SystemTime, UNIX_EPOCH};

/// What a token takes from its surroundings. Tests give their own, so that golden vectors go through
/// the code that serves requests.
pub trait Ambient: Send + Sync {
    /// The Unix time in milliseconds.
    fn unix_millis(&self) -> u64;

    /// 16 bytes that nobody can guess; `None` where the system has no randomness to give.
    fn random(&self) -> Option<[u8; 16]>;
}

/// The system's clock and random number generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Ambient for System {
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
