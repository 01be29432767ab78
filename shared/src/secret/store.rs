//! The secret as this process has it.

use super::{Secret, SecretSource, SourceError};
use crate::clock_and_randomness::ClockAndRandomness;
use crate::refresh::{LastGood, Refresher, Source, Unavailable};
use std::sync::Arc;
use std::time::Duration;

/// How long the last good value serves after it should have been refreshed. Long enough for an
/// incident of Secrets Manager, short enough that a revoked role or a deleted secret counts.
const STALE: Duration = Duration::from_secs(3600);

/// The secret of a deployment, wherever it comes from: read once and kept fresh.
///
/// It is read anew when it is as old as its time to live, or up to a tenth before. If that fails, it
/// serves for an hour more; after that, and where there never was one, [`Unavailable`] is the answer
/// until an attempt succeeds. While there is one, one request waits for each attempt, and no longer
/// than 250 ms.
pub struct SecretStore(Arc<Refresher<Origin>>);

/// A source that could not even be set up is an error like any other.
struct Origin(Result<Box<dyn SecretSource>, SourceError>);

impl SecretStore {
    /// A store that keeps what `source` gives for `ttl`, at most a day; `log` is told of each attempt
    /// that fails.
    pub fn new(
        source: Result<Box<dyn SecretSource>, SourceError>,
        ttl: Duration,
        system: Box<dyn ClockAndRandomness>,
        log: fn(&SourceError, LastGood),
    ) -> Self {
        Self(Refresher::new(Origin(source), ttl, STALE, system, log))
    }

    /// The secret as of `now`, a Unix time in milliseconds. It has to be called from within a Tokio
    /// runtime that has timers.
    ///
    /// # Errors
    /// [`Unavailable`] where there is no value that may still be used.
    pub async fn current(&self, now: u64) -> Result<Arc<Secret>, Unavailable> {
        self.0.current(now).await
    }

    /// Why it could not be read the last time, if it couldn't: for the operator.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.0.trouble()
    }
}

impl Source for Origin {
    type Value = Secret;
    type Error = SourceError;

    async fn read(&self) -> Result<Secret, SourceError> {
        match &self.0 {
            Ok(source) => source.load().await,
            Err(error) => Err(error.clone()),
        }
    }

    fn given_up(&self) -> SourceError {
        SourceError::Unreachable("no answer by the time it was given up".to_owned())
    }
}
