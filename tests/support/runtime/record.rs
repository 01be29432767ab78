//! What is known about a running function.

use std::collections::HashMap;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::invocation::Outcome;

/// Written by the Runtime API and by the process's supervisor, read by the test.
#[derive(Debug)]
pub(super) struct Record {
    started: Instant,
    /// From the start to the first poll for an event.
    pub(super) first_poll: Option<Duration>,
    /// From the start to the first response or error.
    pub(super) first_response: Option<Duration>,
    pub(super) init_error: Option<Value>,
    pub(super) logs: Vec<String>,
    /// Set last, when the logs are complete.
    pub(super) exit: Option<ExitStatus>,
    /// The invocations in flight, with their outcomes once they have one.
    outcomes: HashMap<String, Option<Outcome>>,
}

impl Record {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            first_poll: None,
            first_response: None,
            init_error: None,
            logs: Vec::new(),
            exit: None,
            outcomes: HashMap::new(),
        }
    }

    /// The process is about to be started.
    pub(super) fn starts(&mut self) {
        self.started = Instant::now();
    }

    /// The function asked for an event.
    pub(super) fn polled(&mut self) {
        self.first_poll.get_or_insert(self.started.elapsed());
    }

    /// An invocation is about to be delivered.
    pub(super) fn expect(&mut self, request_id: &str) {
        self.outcomes.insert(request_id.to_owned(), None);
    }

    /// The function reported an outcome. Says whether it was waited for: an unknown request id and a
    /// second outcome of the same invocation are not.
    pub(super) fn conclude(&mut self, request_id: &str, outcome: Outcome) -> bool {
        self.first_response.get_or_insert(self.started.elapsed());
        match self.outcomes.get_mut(request_id) {
            Some(slot @ None) => {
                *slot = Some(outcome);
                true
            }
            _ => false,
        }
    }

    /// The outcome of an invocation. A reported one comes before the end of the process, which
    /// concludes all that are left.
    pub(super) fn take_outcome(&mut self, request_id: &str) -> Option<Outcome> {
        let reported = self.outcomes.get_mut(request_id).and_then(Option::take);
        reported.or_else(|| self.exit.map(Outcome::Exited))
    }

    /// Nobody waits for this invocation any more.
    pub(super) fn forget(&mut self, request_id: &str) {
        self.outcomes.remove(request_id);
    }
}
