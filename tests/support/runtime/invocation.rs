//! What became of an event.

use std::process::ExitStatus;

use serde_json::Value;

use crate::answer::Answer;

/// One invocation of a function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The id under which Lambda would have logged it.
    pub request_id: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// How an invocation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The function responded; a response that is not JSON is here as a string.
    Response(Value),
    /// The function's runtime reported an error: `{"errorType", "errorMessage"}`.
    Failed(Value),
    /// The process ended before it had responded.
    Exited(ExitStatus),
    /// Nothing came back within the function's time.
    TimedOut,
}

impl Invocation {
    /// The HTTP answer that the function responded with.
    ///
    /// # Panics
    ///
    /// When it did not respond, or not with an HTTP answer.
    #[must_use]
    #[track_caller]
    pub fn answer(&self) -> Answer {
        Answer::from_response(self.response())
    }

    /// What the function responded with.
    ///
    /// # Panics
    ///
    /// When it did not respond.
    #[must_use]
    #[track_caller]
    pub fn response(&self) -> &Value {
        match &self.outcome {
            Outcome::Response(response) => response,
            other => panic!("no response: {other:?}"),
        }
    }
}
