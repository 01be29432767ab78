//! What was read elsewhere, kept fresh: one attempt at a time, and hardly anybody waits for it.
//!
//! The secret and the keys of a JWT issuer are kept by the same rules:
//!
//! - A value is used as it is until it is due. When that is, differs by up to a tenth, so that
//!   processes that started together do not ask together.
//! - A value that is due serves on for a bounded time. The request that finds it due starts a refresh
//!   and waits 250 ms for it; then the refresh goes on by itself, and nobody else waits.
//! - Without a value, all requests wait for the one attempt, which its source bounds.
//! - After an attempt that failed there is a pause, which grows from failure to failure.
//!
//! Lambda freezes the process between two requests: an attempt that goes on by itself does so while
//! other requests are served, and its connection may be dead when the process goes on. One that has not
//! ended after 10 s is given up. Times are therefore of the wall clock, in Unix milliseconds; the
//! monotonic ones stop with the process. When the wall clock is set back, no age can be told any more:
//! the value is due, and every pause is over.

use crate::clock_and_randomness::ClockAndRandomness;
use std::fmt::Display;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// How long the request that starts a refresh waits for it while there is a value to go on with.
/// Several times what a source in good health needs.
const PATIENCE: Duration = Duration::from_millis(250);

/// In milliseconds, more than any attempt takes in a process that is not frozen. A request's time,
/// which is that of its arrival, may lie as much behind the latest.
const LONGEST: u64 = 10_000;

/// The first and the longest pause after a failure, in milliseconds. Half as much again may be added,
/// by chance.
const PAUSES_WITH_VALUE: (u64, u64) = (30_000, 200_000);
/// The same without a value: soon back, and no crowd at the source.
const PAUSES_WITHOUT: (u64, u64) = (1_000, 6_000);

/// Anybody can ask for what does not exist: all of that together causes one attempt in this time, in
/// milliseconds.
const WINDOW: u64 = 60_000;

/// Where a value comes from.
pub(crate) trait Source: Send + Sync + 'static {
    /// What is read.
    type Value: Send + Sync + 'static;
    /// Why it could not be read.
    type Error: Send;

    /// Reads it once. An implementation bounds its own time, by timers.
    fn read(&self) -> impl Future<Output = Result<Self::Value, Self::Error>> + Send;

    /// The error of an attempt that was given up.
    fn given_up(&self) -> Self::Error;
}

/// What a failure meant for the requests, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastGood {
    /// The last good value serves on.
    Serves,
    /// There is none, or it is too old: requests are answered with 503.
    IsGone,
}

/// There is no value that may be used. The operator's log has the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable {
    /// The whole seconds, 1 or more, until the next attempt may be made.
    pub retry_after: u64,
}

/// A value and its refreshes.
pub(crate) struct Refresher<S: Source> {
    source: S,
    /// How long a value is used as it is, in milliseconds.
    fresh: u64,
    /// How much longer it serves if it cannot be refreshed, in milliseconds.
    stale: u64,
    system: Box<dyn ClockAndRandomness>,
    log: fn(&S::Error, LastGood),
    state: Mutex<State<S>>,
}

/// All times are Unix times in milliseconds.
struct State<S: Source> {
    /// The latest time that was seen.
    now: u64,
    kept: Option<Kept<S::Value>>,
    attempt: Option<Attempt>,
    /// Why the last attempt failed, if it did.
    error: Option<S::Error>,
    /// The attempts that failed since the last good one.
    failures: u32,
    /// When the pause after the last failure ends.
    next: u64,
    /// When an attempt may again be made for what is not in the value.
    next_ask: u64,
}

struct Kept<T> {
    value: Arc<T>,
    /// When it is to be refreshed.
    due: u64,
    /// When it serves no longer.
    gone: u64,
}

/// The attempt under way.
struct Attempt {
    /// When it is given up.
    until: u64,
    /// Closes when it has ended, whatever came of it.
    ended: watch::Receiver<()>,
    task: AbortHandle,
}

impl<S: Source> Refresher<S> {
    /// One that uses what `source` gives for `fresh`, at most a day, and for `stale` longer where it
    /// cannot be refreshed. `log` is told of each attempt that fails. `system` says how long attempts
    /// took, and scatters them.
    pub(crate) fn new(
        source: S,
        fresh: Duration,
        stale: Duration,
        system: Box<dyn ClockAndRandomness>,
        log: fn(&S::Error, LastGood),
    ) -> Arc<Self> {
        Arc::new(Self {
            source,
            fresh: fresh.as_millis() as u64,
            stale: stale.as_millis() as u64,
            system,
            log,
            state: Mutex::new(State {
                now: 0,
                kept: None,
                attempt: None,
                error: None,
                failures: 0,
                next: 0,
                next_ask: 0,
            }),
        })
    }

    /// The value as of `now`, a Unix time in milliseconds.
    ///
    /// # Errors
    /// [`Unavailable`] where there is none that may still be used.
    pub(crate) async fn current(self: &Arc<Self>, now: u64) -> Result<Arc<S::Value>, Unavailable> {
        let (usable, mut ended) = {
            let mut state = self.at(now);
            if let Some(kept) = &state.kept
                && state.now < kept.due
            {
                return Ok(Arc::clone(&kept.value));
            }
            let under_way = self.under_way(&mut state);
            match (state.usable(), under_way) {
                (Some(value), Some(_)) => return Ok(value),
                (None, Some(ended)) => (false, ended),
                (usable, None) if state.now < state.next => {
                    return usable.ok_or(state.unavailable(state.next));
                }
                (usable, None) => (usable.is_some(), self.start(&mut state)),
            }
        };
        // Nothing is ever sent: what comes is the end of the attempt.
        if usable {
            let _ = timeout(PATIENCE, ended.changed()).await;
        } else {
            let _ = ended.changed().await;
        }
        let state = self.lock();
        state.usable().ok_or(state.unavailable(state.next))
    }

    /// A value other than `known`, in which something was not found, as of `now`; `None` where it is too
    /// early to ask again, so that what was not found is taken not to exist.
    ///
    /// # Errors
    /// [`Unavailable`] where the last attempt failed, so that nobody can tell.
    pub(crate) async fn newer(
        self: &Arc<Self>,
        known: &Arc<S::Value>,
        now: u64,
    ) -> Result<Option<Arc<S::Value>>, Unavailable> {
        let mut ended = {
            let mut state = self.at(now);
            let under_way = self.under_way(&mut state);
            let may_ask = state.next_ask <= state.now;
            if state.holds_other_than(known) || (under_way.is_none() && !may_ask) {
                return state.newer(known);
            }
            if may_ask {
                state.next_ask = state.now + WINDOW;
            }
            under_way.unwrap_or_else(|| self.start(&mut state))
        };
        let _ = ended.changed().await;
        self.lock().newer(known)
    }

    /// Why the last attempt failed, if it did: the log has it too.
    pub(crate) fn trouble(&self) -> Option<String>
    where
        S::Error: Display,
    {
        self.lock().error.as_ref().map(ToString::to_string)
    }

    /// Starts an attempt, and says how to wait for its end. Only where none is under way.
    fn start(self: &Arc<Self>, state: &mut State<S>) -> watch::Receiver<()> {
        let (end, ended) = watch::channel(());
        let attempt = Arc::clone(self).attempt(state.now, end);
        state.attempt = Some(Attempt {
            until: state.now + LONGEST,
            ended: ended.clone(),
            task: tokio::spawn(attempt).abort_handle(),
        });
        ended
    }

    /// Reads the value; `_end` tells those who wait, also of a panic.
    async fn attempt(self: Arc<Self>, started: u64, _end: watch::Sender<()>) {
        let before = self.system.unix_millis();
        let outcome = self.source.read().await;
        let took = self.system.unix_millis().saturating_sub(before);
        let mut state = self.at(started + took);
        match outcome {
            Ok(value) => {
                state.kept = Some(Kept {
                    value: Arc::new(value),
                    due: started + self.fresh - self.chance(self.fresh / 10),
                    gone: started + self.fresh + self.stale,
                });
                state.attempt = None;
                state.error = None;
                state.failures = 0;
                state.next = 0;
            }
            Err(error) => self.fail(&mut state, started + took, error),
        }
    }

    /// How to wait for the end of the attempt that is under way, if one is. One that panicked, or that
    /// was frozen and thawed too late, has failed.
    fn under_way(&self, state: &mut State<S>) -> Option<watch::Receiver<()>> {
        let attempt = state.attempt.as_ref()?;
        if state.now < attempt.until && !attempt.task.is_finished() {
            return Some(attempt.ended.clone());
        }
        attempt.task.abort();
        let ended = attempt.until.min(state.now);
        self.fail(state, ended, self.source.given_up());
        None
    }

    fn fail(&self, state: &mut State<S>, ended: u64, error: S::Error) {
        let gone = state.kept.as_ref().map(|kept| kept.gone);
        let gone = gone.filter(|gone| ended < *gone);
        let (first, longest) = match gone {
            Some(_) => PAUSES_WITH_VALUE,
            None => PAUSES_WITHOUT,
        };
        let pause = (first << state.failures.min(8)).min(longest);
        let next = ended + pause + self.chance(pause / 2);
        // No pause goes on when the value that bore it is gone.
        state.next = gone.map_or(next, |gone| next.min(gone));
        state.failures = state.failures.saturating_add(1);
        state.attempt = None;
        let last_good = gone.map_or(LastGood::IsGone, |_| LastGood::Serves);
        (self.log)(&error, last_good);
        state.error = Some(error);
    }

    /// A part of `span` by chance, which may be nothing or nearly all. `span` is less than a day.
    fn chance(&self, span: u64) -> u64 {
        let [a, b, c, d, ..] = self.system.random().unwrap_or_default();
        (span * u64::from(u32::from_be_bytes([a, b, c, d]))) >> 32
    }

    /// The state as of `now`.
    fn at(&self, now: u64) -> MutexGuard<'_, State<S>> {
        let mut state = self.lock();
        if now + LONGEST < state.now {
            self.forget_times(&mut state, now);
        }
        state.now = state.now.max(now);
        state
    }

    /// For a clock that was set back to `now`.
    fn forget_times(&self, state: &mut State<S>, now: u64) {
        state.now = now;
        state.next = now;
        state.next_ask = now;
        if let Some(kept) = &mut state.kept {
            kept.due = now;
            kept.gone = kept.gone.min(now + self.stale);
        }
        if let Some(attempt) = &mut state.attempt {
            attempt.until = now + LONGEST;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Source> State<S> {
    fn usable(&self) -> Option<Arc<S::Value>> {
        let kept = self.kept.as_ref().filter(|kept| self.now < kept.gone);
        kept.map(|kept| Arc::clone(&kept.value))
    }

    fn holds_other_than(&self, known: &Arc<S::Value>) -> bool {
        let kept = self.kept.as_ref();
        kept.is_some_and(|kept| !Arc::ptr_eq(&kept.value, known))
    }

    fn newer(&self, known: &Arc<S::Value>) -> Result<Option<Arc<S::Value>>, Unavailable> {
        match &self.kept {
            Some(kept) if self.holds_other_than(known) => Ok(Some(Arc::clone(&kept.value))),
            _ if self.failures > 0 => Err(self.unavailable(self.next_ask)),
            _ => Ok(None),
        }
    }

    /// There is nothing until the attempt that may be made at `next`.
    fn unavailable(&self, next: u64) -> Unavailable {
        let left = next.saturating_sub(self.now);
        Unavailable {
            retry_after: left.div_ceil(1000).max(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::SeqCst};
    use tokio::time::{Instant, sleep};

    const SECOND: u64 = 1000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const START: u64 = 1_700_000_000_000;
    /// For ever.
    const HANGS: u64 = 1000 * HOUR;

    /// The clock, the randomness and the conduct of the source, as a test wants them.
    #[derive(Default)]
    struct World {
        now: AtomicU64,
        chance: AtomicU32,
        fails: AtomicBool,
        panics: AtomicBool,
        /// How many milliseconds a read takes.
        takes: AtomicU64,
        reads: AtomicUsize,
        under_way: AtomicUsize,
        /// The failures that were logged: those in which the last good value served, and the others.
        logged: [AtomicUsize; 2],
    }

    #[derive(Clone)]
    struct Script(Arc<World>);

    impl ClockAndRandomness for Script {
        fn unix_millis(&self) -> u64 {
            self.0.now.load(SeqCst)
        }

        fn random(&self) -> Option<[u8; 16]> {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&self.0.chance.load(SeqCst).to_be_bytes());
            Some(bytes)
        }
    }

    impl Source for Script {
        type Value = ();
        type Error = Arc<World>;

        async fn read(&self) -> Result<(), Arc<World>> {
            let world = &self.0;
            world.reads.fetch_add(1, SeqCst);
            let _one = One::new(world);
            assert!(!world.panics.load(SeqCst), "as the test wants it");
            let takes = world.takes.load(SeqCst);
            sleep(Duration::from_millis(takes)).await;
            world.now.fetch_add(takes, SeqCst);
            match world.fails.load(SeqCst) {
                true => Err(Arc::clone(world)),
                false => Ok(()),
            }
        }

        fn given_up(&self) -> Arc<World> {
            Arc::clone(&self.0)
        }
    }

    /// Makes sure of every test that there is one read at a time.
    struct One<'a>(&'a World);

    impl<'a> One<'a> {
        fn new(world: &'a World) -> Self {
            assert_eq!(world.under_way.fetch_add(1, SeqCst), 0);
            Self(world)
        }
    }

    impl Drop for One<'_> {
        fn drop(&mut self) {
            self.0.under_way.fetch_sub(1, SeqCst);
        }
    }

    fn log(world: &Arc<World>, last_good: LastGood) {
        world.logged[usize::from(last_good == LastGood::IsGone)].fetch_add(1, SeqCst);
    }

    #[derive(Clone)]
    struct Fixture {
        refresher: Arc<Refresher<Script>>,
        world: Arc<World>,
    }

    /// A value that is used for five minutes, and serves for an hour more.
    fn fixture() -> Fixture {
        let world = Arc::new(World::default());
        let script = Script(Arc::clone(&world));
        let refresher = Refresher::new(
            script.clone(),
            Duration::from_millis(5 * MINUTE),
            Duration::from_millis(HOUR),
            Box::new(script),
            log,
        );
        Fixture { refresher, world }
    }

    impl Fixture {
        /// Whether there is a value at `now`, and how many milliseconds the answer took.
        async fn current(&self, now: u64) -> (Result<(), u64>, u128) {
            self.world.now.store(now, SeqCst);
            let asked = Instant::now();
            let outcome = self.refresher.current(now).await;
            let outcome = outcome.map(|_| ()).map_err(|error| error.retry_after);
            (outcome, asked.elapsed().as_millis())
        }

        async fn serves(&self, now: u64) -> u128 {
            let (outcome, took) = self.current(now).await;
            assert_eq!(outcome, Ok(()), "at {} s", (now - START) / SECOND);
            took
        }

        /// Whether asking for what is not in the value brings another one.
        async fn token_request(&self, now: u64) -> Result<bool, u64> {
            let known = self.refresher.current(now).await;
            let known = known.map_err(|error| error.retry_after)?;
            self.world.now.store(now, SeqCst);
            match self.refresher.newer(&known, now).await {
                Ok(newer) => Ok(newer.is_some()),
                Err(error) => Err(error.retry_after),
            }
        }

        /// A request that goes on by itself.
        fn spawn(&self, now: u64) -> tokio::task::JoinHandle<(Result<(), u64>, u128)> {
            let fixture = self.clone();
            tokio::spawn(async move { fixture.current(now).await })
        }

        /// Asks every second from `from` on until there is an attempt, lets it end, and says when it
        /// was made.
        async fn next_attempt(&self, from: u64) -> u64 {
            let before = self.reads();
            let mut now = from;
            loop {
                let _ = self.current(now).await;
                if self.reads() > before {
                    sleep(Duration::from_millis(self.world.takes.load(SeqCst))).await;
                    return now;
                }
                now += SECOND;
            }
        }

        fn reads(&self) -> usize {
            self.world.reads.load(SeqCst)
        }

        fn logged(&self) -> [usize; 2] {
            [0, 1].map(|which| self.world.logged[which].load(SeqCst))
        }

        fn fails(&self, fails: bool) -> &Self {
            self.world.fails.store(fails, SeqCst);
            self
        }

        fn takes(&self, takes: u64) -> &Self {
            self.world.takes.store(takes, SeqCst);
            self
        }

        fn chance(&self, chance: u32) -> &Self {
            self.world.chance.store(chance, SeqCst);
            self
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_is_read_once_and_again_when_it_is_due() {
        let kept = fixture();
        for now in [START, START + 1, START + 5 * MINUTE - 1] {
            kept.serves(now).await;
        }
        assert_eq!(kept.reads(), 1);
        kept.serves(START + 5 * MINUTE).await;
        assert_eq!(kept.reads(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn sixty_that_started_together_refresh_one_after_the_other() {
        let mut times = Vec::new();
        for process in 0..60 {
            let kept = fixture();
            kept.chance(process * (u32::MAX / 60)).serves(START).await;
            times.push(kept.next_attempt(START + SECOND).await - START);
        }
        times.sort_unstable();
        assert!(times[0] >= 270 * SECOND && times[59] <= 300 * SECOND);
        // 60 within 30 seconds: two or three in each.
        assert!(times.iter().all(|time| {
            let same = times.iter().filter(|other| *other == time).count();
            same <= 3
        }));
    }

    #[tokio::test(start_paused = true)]
    async fn one_request_waits_a_moment_for_a_refresh_that_hangs() {
        let kept = fixture();
        kept.serves(START).await;
        kept.fails(true).takes(3100);
        let due = START + 5 * MINUTE;
        assert_eq!(kept.serves(due).await, 250);
        for later in 1..100 {
            assert_eq!(kept.serves(due + later * 100).await, 0);
        }
        assert_eq!(kept.reads(), 2);

        // It goes on by itself, and what comes of it is used.
        let kept = fixture();
        kept.serves(START).await;
        let old = kept.refresher.current(START).await.unwrap();
        kept.takes(3100);
        assert_eq!(kept.serves(due).await, 250);
        sleep(Duration::from_secs(3)).await;
        let new = kept.refresher.current(due + 3100).await.unwrap();
        assert!(!Arc::ptr_eq(&old, &new));
        assert_eq!(kept.reads(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refresh_that_is_quick_is_waited_for() {
        let kept = fixture();
        kept.serves(START).await;
        let old = kept.refresher.current(START).await.unwrap();
        kept.takes(200);
        assert_eq!(kept.serves(START + 5 * MINUTE).await, 200);
        let new = kept.refresher.current(START + 5 * MINUTE).await.unwrap();
        assert!(!Arc::ptr_eq(&old, &new));
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_and_count_from_the_end_of_the_attempt() {
        for (chance, with_value, without) in [
            (0, [30, 60, 120, 200, 200], [1, 2, 4, 6, 6]),
            // In whole seconds, and rounded up: that is when they are looked for.
            (u32::MAX, [45, 90, 180, 300, 300], [2, 3, 6, 9, 9]),
        ] {
            let kept = fixture();
            kept.serves(START).await;
            kept.fails(true).takes(3000).chance(chance);
            let mut ended = kept.next_attempt(START + 5 * MINUTE).await + 3 * SECOND;
            for pause in with_value {
                let next = kept.next_attempt(ended).await;
                assert_eq!((next - ended) / SECOND, pause);
                ended = next + 3 * SECOND;
            }
            assert_eq!(kept.logged(), [6, 0]);

            let kept = fixture();
            kept.fails(true).takes(3000).chance(chance);
            let mut ended = kept.next_attempt(START).await + 3 * SECOND;
            for pause in without {
                let next = kept.next_attempt(ended).await;
                assert_eq!((next - ended) / SECOND, pause);
                ended = next + 3 * SECOND;
            }
            assert_eq!(kept.logged(), [0, 6]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_good_attempt_ends_the_pauses() {
        let kept = fixture();
        kept.serves(START).await;
        kept.fails(true);
        let failed = kept.next_attempt(START + 5 * MINUTE).await;
        let failed = kept.next_attempt(failed + SECOND).await;
        kept.fails(false);
        let good = kept.next_attempt(failed + SECOND).await;
        kept.fails(true);
        let failed = kept.next_attempt(good + SECOND).await;
        assert_eq!(failed - good, 5 * MINUTE);
        assert_eq!(kept.next_attempt(failed).await - failed, 30 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_good_value_serves_for_its_time_and_no_longer() {
        let kept = fixture();
        kept.serves(START).await;
        kept.fails(true);
        let gone = START + 5 * MINUTE + HOUR;
        let mut now = START + 5 * MINUTE;
        while now < gone {
            kept.serves(now).await;
            now += SECOND;
        }
        // The last pause would have gone on; but without a value, it is time to try.
        let reads = kept.reads();
        assert_eq!(kept.current(gone).await, (Err(6), 0));
        assert_eq!(kept.reads(), reads + 1);
        assert_eq!(kept.logged()[1], 1);
        kept.fails(false).serves(gone + 6 * SECOND).await;
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_value_it_fails_fast_and_says_truly_when_it_tries_again() {
        for chance in [0, u32::MAX / 3, u32::MAX] {
            let kept = fixture();
            kept.fails(true).takes(3100).chance(chance);
            let mut now = START;
            for attempt in 1..10 {
                let (outcome, took) = kept.current(now).await;
                assert_eq!((kept.reads(), took), (attempt, 3100));
                // Answered when the attempt had ended.
                now += 3100;
                let mut retry_after = outcome.unwrap_err();
                while retry_after > 1 {
                    now += SECOND;
                    retry_after -= 1;
                    assert_eq!(kept.current(now).await, (Err(retry_after), 0));
                }
                assert_eq!(kept.reads(), attempt);
                now += SECOND;
            }
            kept.fails(false).serves(now).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_value_requests_at_once_share_one_attempt() {
        for (fails, outcome) in [(false, Ok(())), (true, Err(1))] {
            let kept = fixture();
            kept.fails(fails).takes(3100);
            let requests: Vec<_> = (0..50).map(|_| kept.spawn(START)).collect();
            for request in requests {
                assert_eq!(request.await.unwrap(), (outcome, 3100));
            }
            assert_eq!(kept.reads(), 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_that_was_frozen_is_given_up() {
        let kept = fixture();
        kept.serves(START).await;
        let due = START + 5 * MINUTE;
        assert_eq!(kept.takes(HANGS).serves(due).await, 250);
        assert_eq!(kept.serves(due + 9 * SECOND).await, 0);
        assert_eq!(kept.logged(), [0, 0]);
        assert_eq!(kept.serves(due + 10 * SECOND).await, 0);
        assert_eq!(kept.logged(), [1, 0]);
        // It ended at the latest when its time was over: the pause counts from there.
        assert_eq!(kept.serves(due + 39 * SECOND).await, 0);
        assert_eq!(kept.reads(), 2);
        assert_eq!(kept.takes(0).serves(due + 40 * SECOND).await, 0);
        assert_eq!(kept.reads(), 3);

        // The process of a request every quarter of an hour.
        let kept = fixture();
        kept.serves(START).await;
        kept.takes(HANGS);
        for quarter in 1..=4 {
            assert_eq!(kept.serves(START + quarter * 15 * MINUTE).await, 250);
        }
        assert_eq!(kept.logged(), [3, 0]);
        kept.takes(300);
        assert_eq!(kept.current(START + 2 * HOUR).await, (Ok(()), 300));
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_an_attempt_that_is_given_up_goes_on() {
        let kept = fixture();
        let request = kept.takes(HANGS).spawn(START);
        tokio::task::yield_now().await;
        assert_eq!(kept.current(START + 10 * SECOND).await, (Err(1), 0));
        assert_eq!(request.await.unwrap().0, Err(1));
        kept.takes(0).serves(START + 11 * SECOND).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_a_failure() {
        let kept = fixture();
        kept.world.panics.store(true, SeqCst);
        assert_eq!(kept.current(START).await, (Err(1), 0));
        assert_eq!(kept.current(START).await, (Err(1), 0));
        assert_eq!((kept.reads(), kept.logged()), (1, [0, 1]));
        kept.world.panics.store(false, SeqCst);
        kept.serves(START + SECOND).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_back_stops_no_refresh() {
        let kept = fixture();
        kept.serves(START).await;
        // By no more than requests may overtake one another: nothing happens.
        kept.serves(START - 10 * SECOND).await;
        assert_eq!(kept.reads(), 1);
        // By an hour: the value is due, and then no older than it is.
        kept.serves(START - HOUR).await;
        assert_eq!(kept.reads(), 2);
        kept.serves(START - HOUR + 5 * MINUTE - 1).await;
        assert_eq!(kept.reads(), 2);
        kept.serves(START - HOUR + 5 * MINUTE).await;
        assert_eq!(kept.reads(), 3);

        // While it cannot be refreshed, it serves for an hour and no longer.
        kept.fails(true);
        let back = START - 1000 * HOUR;
        kept.serves(back).await;
        assert_eq!(kept.reads(), 4);
        kept.serves(back + HOUR - 1).await;
        assert_eq!(kept.current(back + HOUR).await.0, Err(4));
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_set_back_stretches_no_pause() {
        let kept = fixture();
        kept.fails(true);
        assert_eq!(kept.current(START).await, (Err(1), 0));
        assert_eq!(kept.current(START - HOUR).await, (Err(2), 0));
        assert_eq!(kept.reads(), 2);
        kept.fails(false).serves(START - HOUR + 2 * SECOND).await;

        // Nor one of asking.
        assert_eq!(
            kept.token_request(START - HOUR + 2 * SECOND).await,
            Ok(true)
        );
        assert_eq!(
            kept.token_request(START - HOUR + 3 * SECOND).await,
            Ok(false)
        );
        assert_eq!(kept.token_request(START - 2 * HOUR).await, Ok(true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_may_be_set_back_while_an_attempt_is_under_way() {
        let kept = fixture();
        kept.serves(START).await;
        kept.takes(1000);
        assert_eq!(kept.serves(START + 5 * MINUTE).await, 250);
        let back = START - HOUR;
        assert_eq!(kept.serves(back).await, 0);
        sleep(Duration::from_secs(1)).await;
        assert_eq!(kept.reads(), 2);
        // Nobody can tell how old that value is.
        assert_eq!(kept.takes(0).serves(back + 2 * SECOND).await, 0);
        assert_eq!(kept.reads(), 3);
        kept.serves(back + 5 * MINUTE).await;
        assert_eq!(kept.reads(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_unknown_causes_one_attempt_a_minute() {
        let kept = fixture();
        // At once after the start: something may have been added just then.
        assert_eq!(kept.token_request(START).await, Ok(true));
        for now in [START, START + 1, START + 59 * SECOND] {
            assert_eq!(kept.token_request(now).await, Ok(false));
        }
        assert_eq!(kept.reads(), 2);
        assert_eq!(kept.token_request(START + MINUTE).await, Ok(true));
        assert_eq!(kept.reads(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn what_could_not_be_asked_for_is_not_called_unknown() {
        let kept = fixture();
        kept.serves(START).await;
        kept.fails(true).takes(3100);
        // As of the answer, after the attempt.
        assert_eq!(kept.token_request(START).await, Err(57));
        assert_eq!(kept.token_request(START + 20 * SECOND).await, Err(40));
        assert_eq!(kept.reads(), 2);
        // What is known serves all the while.
        assert_eq!(kept.serves(START + 20 * SECOND).await, 0);
        assert_eq!(
            kept.fails(false).token_request(START + MINUTE).await,
            Ok(true)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn fifty_that_ask_at_once_share_one_attempt_and_nobody_else_waits() {
        let kept = fixture();
        kept.serves(START).await;
        let due = START + 5 * MINUTE;
        kept.takes(3100);
        let requests = (0..50).map(|_| {
            let kept = kept.clone();
            tokio::spawn(async move { kept.token_request(due - SECOND).await })
        });
        let requests: Vec<_> = requests.collect();
        tokio::task::yield_now().await;
        // Neither before nor after it is due.
        assert_eq!(kept.serves(due - SECOND).await, 0);
        assert_eq!(kept.serves(due).await, 0);
        for token_request in requests {
            assert_eq!(token_request.await.unwrap(), Ok(true));
        }
        assert_eq!(kept.reads(), 2);

        // Who asks while a refresh is under way waits for that one.
        let due = due + 6 * MINUTE;
        assert_eq!(kept.serves(due).await, 250);
        assert_eq!(kept.token_request(due).await, Ok(true));
        assert_eq!(kept.reads(), 3);
    }
}
