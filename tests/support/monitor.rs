//! Shared state that a test can wait on.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A value behind a lock that wakes its waiters whenever it changes, so that no test ever sleeps and
/// hopes.
#[derive(Debug, Default)]
pub(crate) struct Monitor<T> {
    value: Mutex<T>,
    changed: Condvar,
}

impl<T> Monitor<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            value: Mutex::new(value),
            changed: Condvar::new(),
        }
    }

    /// BodyKind at the value.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.lock())
    }

    /// Changes the value and wakes everyone who waits on it.
    pub(crate) fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    /// Waits until `find` finds what it looks for; `None` once `limit` has passed.
    pub(crate) fn wait_for<R>(
        &self,
        limit: Duration,
        mut find: impl FnMut(&mut T) -> Option<R>,
    ) -> Option<R> {
        let mut found = None;
        let _guard = self
            .changed
            .wait_timeout_while(self.lock(), limit, |value| {
                found = find(value);
                found.is_none()
            })
            .unwrap_or_else(PoisonError::into_inner);
        found
    }

    /// A panic while the lock was held is that thread's failure; the others shall report their own.
    fn lock(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
