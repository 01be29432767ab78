//! The projects as this process has them.

use super::{ProjectSource, Projects, SourceError};
use crate::ambient::Ambient;
use crate::refresh::{LastGood, Refresher, Source, Unavailable};
use std::sync::Arc;
use std::time::Duration;

/// How long the last good value serves after it should have been refreshed. Long enough for an
/// incident of Secrets Manager, short enough that a revoked role or a deleted secret counts.
const STALE: Duration = Duration::from_secs(3600);

/// The projects of a deployment, wherever they come from: read once and kept fresh.
///
/// They are read anew when they are as old as their time to live, or up to a tenth before. If that
/// fails, they serve for an hour more; after that, and where there never were any, [`Unavailable`] is
/// the answer until an attempt succeeds. While there are some, one request waits for each attempt, and
/// no longer than 250 ms.
pub struct ProjectStore(Arc<Refresher<Origin>>);

/// A source that could not even be set up is an error like any other.
struct Origin(Result<Box<dyn ProjectSource>, SourceError>);

impl ProjectStore {
    /// A store that keeps what `source` gives for `ttl`, at most a day; `log` is told of each attempt
    /// that fails.
    pub fn new(
        source: Result<Box<dyn ProjectSource>, SourceError>,
        ttl: Duration,
        ambient: Box<dyn Ambient>,
        log: fn(&SourceError, LastGood),
    ) -> Self {
        Self(Refresher::new(Origin(source), ttl, STALE, ambient, log))
    }

    /// The projects as of `now`, a Unix time in milliseconds. It has to be called from within a Tokio
    /// runtime that has timers.
    ///
    /// # Errors
    /// [`Unavailable`] where there is no value that may still be used.
    pub async fn current(&self, now: u64) -> Result<Arc<Projects>, Unavailable> {
        self.0.current(now).await
    }
}

impl Source for Origin {
    type Value = Projects;
    type Error = SourceError;

    async fn read(&self) -> Result<Projects, SourceError> {
        match &self.0 {
            Ok(source) => source.load().await,
            Err(error) => Err(error.clone()),
        }
    }

    fn given_up(&self) -> SourceError {
        SourceError::Unreachable("no answer by the time it was given up".to_owned())
    }
}
