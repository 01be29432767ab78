//! A stand-in for the Lambda service: it starts a function's real binary as Lambda would, serves it
//! the Runtime API and hands the outcomes to the test.
//!
//! What it leaves out: it neither freezes the process between invocations, nor restarts one that
//! ended, nor kills one that overruns its time.

mod api;
mod builder;
mod environment;
mod invocation;
mod process;
mod record;

use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

pub use builder::Builder;
pub use invocation::{Invocation, Outcome};

use crate::answer::Answer;
use crate::event::Event;
use crate::loopback::Server;
use crate::monitor::Monitor;
use api::Delivery;
use process::Process;
use record::Record;

/// A running function. Its process ends when this is dropped.
///
/// ```no_run
/// use agora_token_tests::event::Event;
/// use agora_token_tests::runtime::Function;
///
/// let rtc = Function::builder("rtc").env("AGORA_APP_ID", "...").start();
/// let answer = rtc.send(&Event::get("/v1/rtc").query("channelName=lobby&uid=1"));
/// assert_eq!(answer.status, 200);
/// ```
#[derive(Debug)]
pub struct Function {
    // Fields are dropped in this order: the process has to be gone before the API it polls, because
    // some runtimes poll a vanished API for ever and as fast as they can.
    process: Process,
    _api: Server,
    deliveries: UnboundedSender<Delivery>,
    record: Arc<Monitor<Record>>,
    timeout: Duration,
    invocations: AtomicU64,
}

impl Function {
    /// Prepares a function of this workspace, which is built when it is started.
    pub fn builder(name: &str) -> Builder {
        Builder::named(name)
    }

    /// Prepares a binary that stands somewhere else.
    pub fn builder_at(path: impl Into<PathBuf>) -> Builder {
        Builder::at(path.into())
    }

    /// Starts a function of this workspace with what Lambda sets and nothing more.
    ///
    /// # Panics
    ///
    /// When it does not build or cannot be run.
    #[must_use]
    pub fn start(name: &str) -> Self {
        Self::builder(name).start()
    }

    /// Invokes the function and waits for the outcome. Several threads may do so at once; a function
    /// that serves one event at a time gets the others when it is ready.
    pub fn invoke(&self, event: &Value) -> Invocation {
        self.invoke_raw(event.to_string())
    }

    /// Invokes the function with bytes that need not be JSON.
    pub fn invoke_raw(&self, event: impl Into<Vec<u8>>) -> Invocation {
        let number = self.invocations.fetch_add(1, Ordering::Relaxed);
        let request_id = format!("8476a536-e9f4-4a5c-8000-{number:012x}");
        self.record.update(|record| record.expect(&request_id));
        // Nobody receives once the server is gone, and it is only gone when `self` is.
        let _ = self.deliveries.send(Delivery {
            request_id: request_id.clone(),
            event: event.into().into(),
        });
        let outcome = self
            .record
            .wait_for(self.timeout, |record| record.take_outcome(&request_id))
            .unwrap_or(Outcome::TimedOut);
        self.record.update(|record| record.forget(&request_id));
        Invocation {
            request_id,
            outcome,
        }
    }

    /// Sends an HTTP request to the function.
    ///
    /// # Panics
    ///
    /// When no HTTP answer comes back; the message holds the outcome and what the function logged.
    #[track_caller]
    pub fn send(&self, event: &Event) -> Answer {
        let invocation = self.invoke(&event.to_json());
        let Outcome::Response(response) = &invocation.outcome else {
            let logs = self.logs().join("\n");
            panic!("no answer: {:?}\nlogs:\n{logs}", invocation.outcome);
        };
        Answer::from_response(response)
    }

    /// Waits until the function asks for its first event, which ends its initialisation, and says
    /// how long that took from the start of the process. `None` when the process ended before, or
    /// did not get there within the time limit.
    pub fn wait_until_ready(&self) -> Option<Duration> {
        self.record.wait_for(self.timeout, |record| {
            match (record.first_poll, record.exit) {
                (Some(time), _) => Some(Some(time)),
                (None, Some(_)) => Some(None),
                (None, None) => None,
            }
        })?
    }

    /// From the start of the process to its first response or error, if there was one yet.
    #[must_use]
    pub fn time_to_first_response(&self) -> Option<Duration> {
        self.record.read(|record| record.first_response)
    }

    /// What the function reported as the reason why it could not be initialised.
    #[must_use]
    pub fn init_error(&self) -> Option<Value> {
        self.record.read(|record| record.init_error.clone())
    }

    /// The lines the function has written to standard output and standard error so far. All of them
    /// are here once the process has ended; before, `wait_for_log` waits for the one that matters.
    #[must_use]
    pub fn logs(&self) -> Vec<String> {
        self.record.read(|record| record.logs.clone())
    }

    /// Waits for a line that holds `text` and returns it.
    ///
    /// # Panics
    ///
    /// When there is none within the time limit, or none any more because the process ended.
    #[track_caller]
    pub fn wait_for_log(&self, text: &str) -> String {
        let line = self.record.wait_for(self.timeout, |record| {
            let line = record.logs.iter().find(|line| line.contains(text));
            match line {
                None if record.exit.is_none() => None,
                line => Some(line.cloned()),
            }
        });
        line.flatten()
            .unwrap_or_else(|| panic!("no line holds {text:?}:\n{}", self.logs().join("\n")))
    }

    /// The id of the process, which stays the same whatever becomes of the process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Whether the process is still running.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.record.read(|record| record.exit.is_none())
    }

    /// Waits for the process to end by itself; `None` if it does not within the time limit.
    pub fn wait_for_exit(&self) -> Option<ExitStatus> {
        self.record.wait_for(self.timeout, |record| record.exit)
    }
}
