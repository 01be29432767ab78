//! The keys as this process has them: fetched when a token needs them, kept for a while, refreshed by
//! one request at a time.

use super::error::JwtError;
use super::key_set::KeySet;
use super::source::{KeySource, KeysError};
use crate::project::LastGood;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long keys are used as they are. Issuers announce new keys longer ahead than that, and one that
/// comes as a surprise is asked for when a token names it.
const FRESH: Duration = Duration::from_secs(3600);

/// How much longer the last good keys serve if they cannot be refreshed. Long enough for an incident
/// at the issuer, short enough that a key it has withdrawn is out of use on the same day.
const STALE: Duration = Duration::from_secs(5 * 3600);

/// After a failed attempt, requests do without another one for this long where there are no keys.
/// Without it, each would wait out the time limits again.
const PAUSE: Duration = Duration::from_secs(5);

/// The same where there are keys to go on with: nothing is urgent then, and whoever tries waits.
const LONG_PAUSE: Duration = Duration::from_secs(30);

/// Anybody can name keys that do not exist: all of that together causes one fetch in this time.
const WINDOW: Duration = Duration::from_secs(60);

/// The keys of an issuer.
///
/// All times are Unix times in milliseconds, as the callers' clock has them: Lambda stops the
/// monotonic clocks while it keeps a process frozen.
pub(super) struct KeyCache {
    source: Box<dyn KeySource>,
    state: Mutex<State>,
    /// Held by the one request that fetches.
    fetching: tokio::sync::Mutex<()>,
    log: fn(&KeysError, LastGood),
}

#[derive(Default)]
struct State {
    /// The last good keys, and when they were fetched.
    keys: Option<(Arc<KeySet>, u64)>,
    /// The last attempt, if it failed.
    failed_at: Option<u64>,
    /// The last attempt that an unknown key caused.
    asked_at: Option<u64>,
}

/// What there is at one moment.
enum Seen {
    /// Keys to be used as they are.
    Fresh(Arc<KeySet>),
    /// Keys that are due for a refresh.
    Old(Arc<KeySet>),
    /// No keys, and the seconds until the next attempt.
    Pausing(u64),
    /// No keys.
    Nothing,
}

impl State {
    fn look(&self, now: u64) -> Seen {
        let failed = |pause| self.failed_at.and_then(|at| left(at, pause, now));
        match &self.keys {
            Some((keys, read_at)) if left(*read_at, FRESH, now).is_some() => {
                Seen::Fresh(Arc::clone(keys))
            }
            Some((keys, read_at)) if left(*read_at, FRESH + STALE, now).is_some() => {
                match failed(LONG_PAUSE) {
                    Some(_) => Seen::Fresh(Arc::clone(keys)),
                    None => Seen::Old(Arc::clone(keys)),
                }
            }
            _ => failed(PAUSE).map_or(Seen::Nothing, Seen::Pausing),
        }
    }
}

/// The whole seconds, rounded up, of `span` that are left at `now`; `None` when it is over.
fn left(since: u64, span: Duration, now: u64) -> Option<u64> {
    let age = Duration::from_millis(now.saturating_sub(since));
    let left = span.checked_sub(age).filter(|left| !left.is_zero())?;
    Some(left.as_millis().div_ceil(1000) as u64)
}

impl KeyCache {
    /// A cache of what `source` gives; `log` is told of each attempt that fails.
    pub(super) fn new(source: Box<dyn KeySource>, log: fn(&KeysError, LastGood)) -> Self {
        Self {
            source,
            state: Mutex::default(),
            fetching: tokio::sync::Mutex::new(()),
            log,
        }
    }

    /// The keys as of `now`.
    ///
    /// # Errors
    /// [`JwtError::KeysUnavailable`] where there are none that may still be used.
    pub(super) async fn current(&self, now: u64) -> Result<Arc<KeySet>, JwtError> {
        // Keys that are old serve everyone but the one request that refreshes them. Without keys,
        // everyone waits for that one.
        let _turn = match self.look(now) {
            Seen::Fresh(keys) => return Ok(keys),
            Seen::Pausing(retry_after) => return Err(JwtError::KeysUnavailable { retry_after }),
            Seen::Old(keys) => match self.fetching.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(keys),
            },
            Seen::Nothing => self.fetching.lock().await,
        };
        let last_good = match self.look(now) {
            Seen::Fresh(keys) => return Ok(keys),
            Seen::Pausing(retry_after) => return Err(JwtError::KeysUnavailable { retry_after }),
            Seen::Old(keys) => Some(keys),
            Seen::Nothing => None,
        };
        let retry_after = PAUSE.as_secs();
        self.fetch(now)
            .await
            .or(last_good)
            .ok_or(JwtError::KeysUnavailable { retry_after })
    }

    /// Keys that are newer than `known`, in which a key was not found. `None` where it is too early to
    /// ask again: the key is then taken to be unknown.
    ///
    /// # Errors
    /// [`JwtError::KeysUnavailable`] where the issuer could not be asked.
    pub(super) async fn newer(
        &self,
        known: &Arc<KeySet>,
        now: u64,
    ) -> Result<Option<Arc<KeySet>>, JwtError> {
        let _turn = self.fetching.lock().await;
        {
            let mut state = self.state();
            if let Some((keys, _)) = &state.keys
                && !Arc::ptr_eq(keys, known)
            {
                return Ok(Some(Arc::clone(keys)));
            }
            if let Some(retry_after) = state.asked_at.and_then(|at| left(at, WINDOW, now)) {
                // After a success, the issuer has no such key. After a failure, nobody can tell.
                return match state.failed_at >= state.asked_at {
                    true => Err(JwtError::KeysUnavailable { retry_after }),
                    false => Ok(None),
                };
            }
            state.asked_at = Some(now);
        }
        let retry_after = WINDOW.as_secs();
        match self.fetch(now).await {
            Some(keys) => Ok(Some(keys)),
            None => Err(JwtError::KeysUnavailable { retry_after }),
        }
    }

    /// Fetches and keeps what comes. Only whoever has the turn may do so.
    async fn fetch(&self, now: u64) -> Option<Arc<KeySet>> {
        let error = match self.source.fetch().await {
            Ok(keys) => {
                let keys = Arc::new(keys);
                let mut state = self.state();
                state.keys = Some((Arc::clone(&keys), now));
                state.failed_at = None;
                return Some(keys);
            }
            Err(error) => error,
        };
        self.state().failed_at = Some(now);
        let last_good = match self.look(now) {
            Seen::Fresh(_) | Seen::Old(_) => LastGood::Serves,
            Seen::Pausing(_) | Seen::Nothing => LastGood::IsGone,
        };
        (self.log)(&error, last_good);
        None
    }

    fn look(&self, now: u64) -> Seen {
        self.state().look(now)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::Fetching;
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const SECOND: u64 = 1000;
    const HOUR: u64 = 3600 * SECOND;
    const START: u64 = 1_700_000_000_000;
    const KEYS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"}]}"#;

    /// Succeeds as its list says, one entry a fetch, the last one for ever.
    struct Script {
        outcomes: Vec<bool>,
        fetches: Arc<AtomicUsize>,
    }

    impl KeySource for Script {
        fn fetch(&self) -> Fetching<'_> {
            let fetch = self.fetches.fetch_add(1, Ordering::SeqCst);
            let good = self.outcomes[fetch.min(self.outcomes.len() - 1)];
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                if good {
                    Ok(KeySet::parse(KEYS.as_bytes()).unwrap())
                } else {
                    Err(KeysError::Setting("script".to_owned()))
                }
            })
        }
    }

    struct Fixture {
        cache: Arc<KeyCache>,
        fetches: Arc<AtomicUsize>,
    }

    fn fixture(outcomes: &[bool]) -> Fixture {
        let fetches = Arc::new(AtomicUsize::new(0));
        let script = Script {
            outcomes: outcomes.to_vec(),
            fetches: Arc::clone(&fetches),
        };
        Fixture {
            cache: Arc::new(KeyCache::new(Box::new(script), |_, _| {})),
            fetches,
        }
    }

    impl Fixture {
        fn fetches(&self) -> usize {
            self.fetches.load(Ordering::SeqCst)
        }

        async fn current(&self, now: u64) -> Result<Arc<KeySet>, JwtError> {
            self.cache.current(now).await
        }

        /// Whether asking for an unknown key brings new ones.
        async fn ask(&self, now: u64) -> Result<bool, JwtError> {
            let known = self.current(now).await?;
            Ok(self.cache.newer(&known, now).await?.is_some())
        }
    }

    fn unavailable(retry_after: u64) -> JwtError {
        JwtError::KeysUnavailable { retry_after }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn keys_are_fetched_once_an_hour() {
        let keys = fixture(&[true]);
        for now in [START, START + 1, START + HOUR - 1] {
            keys.current(now).await.unwrap();
        }
        assert_eq!(keys.fetches(), 1);
        keys.current(START + HOUR).await.unwrap();
        assert_eq!(keys.fetches(), 2);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn fifty_requests_at_once_cost_one_fetch() {
        for ask in [false, true] {
            let keys = fixture(&[true]);
            let known = Arc::new(KeySet::parse(KEYS.as_bytes()).unwrap());
            let requests = (0..50).map(|_| {
                let (cache, known) = (Arc::clone(&keys.cache), Arc::clone(&known));
                tokio::spawn(async move {
                    match ask {
                        true => cache
                            .newer(&known, START)
                            .await
                            .is_ok_and(|new| new.is_some()),
                        false => cache.current(START).await.is_ok(),
                    }
                })
            });
            for request in requests.collect::<Vec<_>>() {
                assert!(request.await.unwrap());
            }
            assert_eq!(keys.fetches(), 1);
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn while_one_request_refreshes_the_others_go_on() {
        let keys = fixture(&[true]);
        keys.current(START).await.unwrap();
        let refresher = tokio::spawn({
            let cache = Arc::clone(&keys.cache);
            async move { cache.current(START + HOUR).await.is_ok() }
        });
        tokio::task::yield_now().await;
        assert_eq!(keys.fetches(), 2);
        keys.current(START + HOUR).await.unwrap();
        assert!(!refresher.is_finished());
        assert!(refresher.await.unwrap());
        assert_eq!(keys.fetches(), 2);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn the_last_good_keys_serve_for_six_hours_and_no_longer() {
        let keys = fixture(&[true, false]);
        keys.current(START).await.unwrap();
        keys.current(START + HOUR).await.unwrap();
        keys.current(START + HOUR + 29 * SECOND).await.unwrap();
        assert_eq!(keys.fetches(), 2, "no attempt within the pause");
        keys.current(START + HOUR + 30 * SECOND).await.unwrap();
        assert_eq!(keys.fetches(), 3);
        keys.current(START + 6 * HOUR - 1).await.unwrap();
        assert_eq!(
            keys.current(START + 6 * HOUR + HOUR).await.unwrap_err(),
            unavailable(5)
        );
    }

    #[tokio::test(flavor = "current_thread")]
    async fn without_keys_it_fails_fast_and_heals_by_itself() {
        let keys = fixture(&[false, true]);
        assert_eq!(keys.current(START).await.unwrap_err(), unavailable(5));
        assert_eq!(
            keys.current(START + 2 * SECOND).await.unwrap_err(),
            unavailable(3)
        );
        assert_eq!(keys.fetches(), 1);
        keys.current(START + 5 * SECOND).await.unwrap();
        assert_eq!(keys.fetches(), 2);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn unknown_keys_cause_one_fetch_a_minute() {
        let keys = fixture(&[true]);
        // At once after the start: a key may have been changed just then.
        assert_eq!(keys.ask(START).await, Ok(true));
        for now in [START, START + 1, START + 59 * SECOND] {
            assert_eq!(keys.ask(now).await, Ok(false));
        }
        assert_eq!(keys.fetches(), 2);
        assert_eq!(keys.ask(START + 60 * SECOND).await, Ok(true));
        assert_eq!(keys.fetches(), 3);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_key_that_could_not_be_asked_for_is_not_called_unknown() {
        let keys = fixture(&[true, false, true]);
        assert_eq!(keys.ask(START).await, Err(unavailable(60)));
        assert_eq!(keys.ask(START + 20 * SECOND).await, Err(unavailable(40)));
        assert_eq!(keys.fetches(), 2);
        // The known keys serve all the while.
        keys.current(START + 20 * SECOND).await.unwrap();
        assert_eq!(keys.ask(START + 60 * SECOND).await, Ok(true));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_clock_that_steps_back_does_no_harm() {
        let keys = fixture(&[true, false]);
        keys.current(START).await.unwrap();
        keys.current(START - HOUR).await.unwrap();
        assert_eq!(keys.ask(START - HOUR).await, Err(unavailable(60)));
        keys.current(0).await.unwrap();
        assert_eq!(keys.fetches(), 2);
    }
}
