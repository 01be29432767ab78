//! The projects as this process has them: read once, kept for a while, refreshed by one request at a
//! time.

use super::{ProjectSource, Projects, SourceError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long the last good value serves after it should have been refreshed. Long enough for an
/// incident of Secrets Manager, short enough that a revoked role or a deleted secret counts.
const STALE: Duration = Duration::from_secs(3600);

/// After a failed attempt, requests do without another one for this long. Without it, each would wait
/// out the time limits of the attempt again.
const PAUSE: Duration = Duration::from_secs(5);

/// The projects of a deployment, wherever they come from.
///
/// A value younger than `ttl` is used as it is. An older one is refreshed by one request, while the
/// others go on with what there is. If that fails, the last good value serves for an hour more, with
/// an error logged for each attempt; after that, and where there never was a value, [`Unavailable`]
/// is the answer until an attempt succeeds.
///
/// Ages are of the wall clock: Lambda stops the other clocks while it keeps a process frozen.
pub struct ProjectStore {
    source: Result<Box<dyn ProjectSource>, SourceError>,
    ttl: Duration,
    state: Mutex<State>,
    /// Held by the one request that reads the source.
    refreshing: tokio::sync::Mutex<()>,
    log: fn(&SourceError, LastGood),
}

#[derive(Default)]
struct State {
    /// The last good value and the Unix time, in milliseconds, at which it was read.
    value: Option<(Arc<Projects>, u64)>,
    /// The Unix time, in milliseconds, of the last attempt if it failed.
    failed_at: Option<u64>,
}

/// What a failure meant for the requests, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastGood {
    /// The last good value serves on.
    Serves,
    /// There is none, or it is too old: requests are answered with 503.
    IsGone,
}

/// There are no projects to sign for. The operator's log has the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable {
    /// The whole seconds after which another try makes sense.
    pub retry_after: u64,
}

impl ProjectStore {
    /// A store that keeps what `source` gives for `ttl`. A source that could not even be set up is
    /// an error like any other: it is logged, and requests are answered with 503.
    pub fn new(
        source: Result<Box<dyn ProjectSource>, SourceError>,
        ttl: Duration,
        log: fn(&SourceError, LastGood),
    ) -> Self {
        Self {
            source,
            ttl,
            state: Mutex::default(),
            refreshing: tokio::sync::Mutex::new(()),
            log,
        }
    }

    /// The projects as of `now`, a Unix time in milliseconds.
    ///
    /// # Errors
    /// [`Unavailable`] where there is no value that may still be used.
    pub async fn current(&self, now: u64) -> Result<Arc<Projects>, Unavailable> {
        let seen = self.look(now);
        if let Seen::Fresh(projects) = seen {
            return Ok(projects);
        }
        // The value there is serves everyone but the one request that refreshes it. Without a value,
        // everyone waits for that one.
        let _turn = match &seen {
            Seen::Old(projects) => match self.refreshing.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(Arc::clone(projects)),
            },
            _ => self.refreshing.lock().await,
        };
        match self.look(now) {
            Seen::Fresh(projects) => return Ok(projects),
            Seen::Pausing(usable, left) => return usable.ok_or(Unavailable { retry_after: left }),
            Seen::Old(_) | Seen::Nothing => {}
        }
        let read = match &self.source {
            Ok(source) => source.load().await,
            Err(error) => Err(error.clone()),
        };
        self.note(read, now)
    }

    fn look(&self, now: u64) -> Seen {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |since: u64| Duration::from_millis(now.saturating_sub(since));
        if let Some((projects, read_at)) = &state.value
            && age(*read_at) < self.ttl
        {
            return Seen::Fresh(Arc::clone(projects));
        }
        let usable = state
            .value
            .as_ref()
            .filter(|(_, read_at)| age(*read_at) < self.ttl + STALE);
        let usable = usable.map(|(projects, _)| Arc::clone(projects));
        match (state.failed_at.map(age), usable) {
            (Some(since), usable) if since < PAUSE => {
                Seen::Pausing(usable, (PAUSE - since).as_secs().max(1))
            }
            (_, Some(projects)) => Seen::Old(projects),
            (_, None) => Seen::Nothing,
        }
    }

    fn note(
        &self,
        read: Result<Projects, SourceError>,
        now: u64,
    ) -> Result<Arc<Projects>, Unavailable> {
        match read {
            Ok(projects) => {
                let projects = Arc::new(projects);
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                *state = State {
                    value: Some((Arc::clone(&projects), now)),
                    failed_at: None,
                };
                Ok(projects)
            }
            Err(error) => {
                self.state
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .failed_at = Some(now);
                let outcome = match self.look(now) {
                    Seen::Pausing(Some(projects), _) => Ok(projects),
                    _ => Err(Unavailable {
                        retry_after: PAUSE.as_secs(),
                    }),
                };
                (self.log)(
                    &error,
                    if outcome.is_ok() {
                        LastGood::Serves
                    } else {
                        LastGood::IsGone
                    },
                );
                outcome
            }
        }
    }
}

/// What the store holds at one moment.
enum Seen {
    /// A value to be used as it is.
    Fresh(Arc<Projects>),
    /// A value that is due for a refresh.
    Old(Arc<Projects>),
    /// An attempt has just failed: what may still be used, and the seconds until the next attempt.
    Pausing(Option<Arc<Projects>>, u64),
    /// No value, or one that is too old.
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::super::source::Loading;
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const ID: &str = "970CA35de60c44645bbae8a215061b33";
    const MINUTE: u64 = 60_000;
    const HOUR: u64 = 60 * MINUTE;
    const START: u64 = 1_700_000_000_000;

    /// Gives what its list says, one entry a load, the last one for ever, each after `delay`.
    struct Script {
        certificates: Vec<Option<char>>,
        delay: Duration,
        loads: Arc<AtomicUsize>,
    }

    impl ProjectSource for Script {
        fn load(&self) -> Loading<'_> {
            let load = self.loads.fetch_add(1, Ordering::SeqCst);
            let entry = self.certificates[load.min(self.certificates.len() - 1)];
            Box::pin(async move {
                tokio::time::sleep(self.delay).await;
                let digit = entry.ok_or_else(|| SourceError::Unreachable("script".to_owned()))?;
                let certificate = digit.to_string().repeat(32);
                Ok(Projects::parse(&format!(
                    r#"{{"appId":"{ID}","appCertificate":"{certificate}"}}"#
                ))?)
            })
        }
    }

    fn store(certificates: Vec<Option<char>>) -> (Arc<ProjectStore>, Arc<AtomicUsize>) {
        let loads = Arc::new(AtomicUsize::new(0));
        let script = Script {
            certificates,
            delay: Duration::from_millis(5),
            loads: Arc::clone(&loads),
        };
        let store = ProjectStore::new(Ok(Box::new(script)), Duration::from_secs(300), |_, _| {});
        (Arc::new(store), loads)
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_value_is_read_once_and_again_after_its_time() {
        let (store, loads) = store(vec![Some('a'), Some('b')]);
        for now in [START, START + 1, START + 5 * MINUTE - 1] {
            store.current(now).await.unwrap();
        }
        assert_eq!(loads.load(Ordering::SeqCst), 1);
        store.current(START + 5 * MINUTE).await.unwrap();
        assert_eq!(loads.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn many_requests_at_once_cost_one_read_and_only_the_first_ones_wait() {
        let (store, loads) = store(vec![Some('a')]);
        let all = (0..50).map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.current(START).await.is_ok() })
        });
        for request in all.collect::<Vec<_>>() {
            assert!(request.await.unwrap());
        }
        assert_eq!(loads.load(Ordering::SeqCst), 1);

        // One request refreshes; a second one, sent while it does, is answered at once.
        let refresher = tokio::spawn({
            let store = Arc::clone(&store);
            async move { store.current(START + HOUR / 2).await.is_ok() }
        });
        tokio::task::yield_now().await;
        assert_eq!(loads.load(Ordering::SeqCst), 2);
        store.current(START + HOUR / 2).await.unwrap();
        assert!(!refresher.is_finished());
        assert!(refresher.await.unwrap());
        assert_eq!(loads.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn the_last_good_value_serves_for_an_hour_and_no_longer() {
        let (store, loads) = store(vec![Some('a'), None]);
        store.current(START).await.unwrap();
        store.current(START + 10 * MINUTE).await.unwrap();
        store.current(START + 10 * MINUTE + 1).await.unwrap();
        assert_eq!(
            loads.load(Ordering::SeqCst),
            2,
            "no second attempt within the pause"
        );
        store.current(START + HOUR).await.unwrap();
        assert_eq!(
            store.current(START + HOUR + 5 * MINUTE).await.unwrap_err(),
            Unavailable { retry_after: 5 }
        );
    }

    #[tokio::test(flavor = "current_thread")]
    async fn without_a_value_it_fails_fast_and_heals_by_itself() {
        let (store, loads) = store(vec![None, Some('a')]);
        assert_eq!(
            store.current(START).await.unwrap_err(),
            Unavailable { retry_after: 5 }
        );
        assert_eq!(
            store.current(START + 2000).await.unwrap_err(),
            Unavailable { retry_after: 3 }
        );
        assert_eq!(loads.load(Ordering::SeqCst), 1);
        store.current(START + 5000).await.unwrap();
        assert_eq!(loads.load(Ordering::SeqCst), 2);
    }
}
