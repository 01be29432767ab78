//! How a function is to be started.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};

use super::Function;
use super::api::Api;
use super::environment;
use super::process::Process;
use super::record::Record;
use crate::binary::binary;
use crate::monitor::Monitor;
use crate::secrets::SecretsManager;

/// Long enough for a debug build on a busy machine, short enough for a hanging test to be noticed.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A function that is about to be started.
#[derive(Clone, Debug)]
#[must_use = "nothing runs until it is started"]
pub struct Builder {
    name: String,
    /// Where the binary stands, if it is not one of this workspace's functions.
    path: Option<PathBuf>,
    variables: Vec<(String, String)>,
    timeout: Duration,
}

impl Builder {
    pub(super) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            path: None,
            variables: Vec::new(),
            timeout: TIMEOUT,
        }
    }

    pub(super) fn at(path: PathBuf) -> Self {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Self {
            path: Some(path.clone()),
            ..Self::named(&name)
        }
    }

    /// Sets an environment variable, also one that Lambda sets.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Has the function read its secrets from the stand-in.
    pub fn secrets_manager(self, stand_in: &SecretsManager) -> Self {
        self.env("AWS_ENDPOINT_URL_SECRETS_MANAGER", &stand_in.endpoint())
    }

    /// Limits the time for one event (20 s unless set): it makes the deadline that the function is
    /// told, and limits everything that waits for the function.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Builds the function, if it is one of this workspace's, and starts it.
    ///
    /// # Panics
    ///
    /// When it does not build or cannot be run.
    #[must_use]
    pub fn start(self) -> Function {
        let path = self.path.unwrap_or_else(|| binary(&self.name));
        let record = Arc::new(Monitor::new(Record::new()));
        let (deliveries, receiver) = mpsc::unbounded_channel();
        let api = Api {
            function: self.name.clone(),
            timeout: self.timeout,
            deliveries: Mutex::new(receiver),
            record: Arc::clone(&record),
        };
        let api = api.serve();
        let mut variables = environment::of(&self.name, api.address());
        variables.extend(self.variables);
        Function {
            process: Process::start(&path, variables, &record),
            _api: api,
            deliveries,
            record,
            timeout: self.timeout,
            invocations: AtomicU64::new(0),
        }
    }
}
