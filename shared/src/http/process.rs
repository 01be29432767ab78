//! What a function knows of its own process: how long it took to start, and how much memory it has.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// The bytes of a page, wherever Lambda runs.
const PAGE: u64 = 4096;

/// How often the kernel is asked for the memory: once in so many requests, for it takes a microsecond to tell.
const SELDOM: u64 = 64;

/// The process, from when its function was set up.
pub(super) struct Process {
    begun: Instant,
    /// Microseconds until requests could be taken, until they are told; 0 before and after.
    start: AtomicU64,
    /// What the kernel says of the memory.
    statm: Option<File>,
    /// How many requests there were.
    requests: AtomicU64,
    /// The most memory that was told, in megabytes.
    memory: AtomicU64,
}

impl Process {
    pub(super) fn begin() -> Self {
        Self {
            begun: Instant::now(),
            start: AtomicU64::new(0),
            statm: File::open("/proc/self/statm").ok(),
            requests: AtomicU64::new(0),
            memory: AtomicU64::new(0),
        }
    }

    /// From now on, requests can be taken.
    pub(super) fn is_ready(&self) {
        let micros = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.start.store(micros.max(1), Ordering::Relaxed);
    }

    /// How long it took to start, in microseconds: told once, to the first that asks.
    pub(super) fn start(&self) -> Option<u64> {
        // One that finds nothing must not wait for the others.
        if self.start.load(Ordering::Relaxed) == 0 {
            return None;
        }
        Some(self.start.swap(0, Ordering::Relaxed)).filter(|micros| *micros > 0)
    }

    /// The memory that it has at a request, in megabytes, rounded up: told where it is more than was told
    /// before. The first request asks, and then one in [`SELDOM`].
    pub(super) fn memory(&self) -> Option<u64> {
        if !self
            .requests
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(SELDOM)
        {
            return None;
        }
        let memory = self.resident()?;
        (self.memory.fetch_max(memory, Ordering::Relaxed) < memory).then_some(memory)
    }

    fn resident(&self) -> Option<u64> {
        let mut text = [0; 64];
        let length = self.statm.as_ref()?.read_at(&mut text, 0).ok()?;
        let text = std::str::from_utf8(text.get(..length)?).ok()?;
        let pages: u64 = text.split(' ').nth(1)?.parse().ok()?;
        Some((pages * PAGE).div_ceil(1_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::{Process, SELDOM};

    #[test]
    fn the_start_is_told_once_and_only_when_it_is_over() {
        let process = Process::begin();
        assert_eq!(process.start(), None);
        process.is_ready();
        assert!(process.start().is_some_and(|micros| micros > 0));
        assert_eq!(process.start(), None);
    }

    #[test]
    fn memory_is_what_the_kernel_says_and_told_when_it_grows() {
        let process = Process::begin();
        let next = || {
            (1..SELDOM)
                .find_map(|_| process.memory())
                .or(process.memory())
        };
        let before = process.memory().unwrap();
        let more = std::hint::black_box(vec![1_u8; 50_000_000]);
        let after = next().unwrap();
        // Other tests run in the same process.
        assert!(
            (before + 25..before + 200).contains(&after),
            "{before}, {after}"
        );
        drop(more);
        assert!(next().is_none_or(|memory| memory > after));
    }
}
