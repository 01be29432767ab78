//! A function's process under the gateway.

use crate::gateway::Gateway;
use agora_token_tests::sample::PROJECT;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running function. It ends when this is dropped.
pub struct Process {
    child: Child,
    gateway: Gateway,
}

impl Process {
    /// Starts the binary with what Lambda sets, the sample project, and `variables`.
    pub fn start(binary: &Path, event: String, variables: &[(&str, &str)]) -> Self {
        Self::start_logging(binary, event, variables, Stdio::piped())
    }

    /// The same, with its log written there.
    pub fn start_logging(
        binary: &Path,
        event: String,
        variables: &[(&str, &str)],
        log: Stdio,
    ) -> Self {
        let gateway = Gateway::start(event);
        let mut child = Command::new(binary)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", gateway.address().to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "f")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .envs(PROJECT)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(log)
            .spawn()
            .expect("the function can be run");
        // As Lambda does, somebody has to read the log, or the pipe fills up.
        if let Some(mut log) = child.stdout.take() {
            std::thread::spawn(move || {
                let mut buffer = [0; 64 * 1024];
                while log.read(&mut buffer).is_ok_and(|read| read > 0) {}
            });
        }
        Self { child, gateway }
    }

    /// Has it answer `count` events and says how long each of them took.
    pub fn run(&self, count: usize) -> Vec<Duration> {
        self.run_for(count, 200)
    }

    /// The same where the answers have this status.
    pub fn run_for(&self, count: usize, status: u16) -> Vec<Duration> {
        self.gateway.run(count, status)
    }

    /// The CPU time that all its threads have had.
    pub fn cpu(&self) -> Duration {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let nanoseconds = tasks
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|task| fs::read_to_string(task.path().join("schedstat")).ok())
            .filter_map(|text| text.split(' ').next()?.parse::<u64>().ok())
            .sum();
        Duration::from_nanos(nanoseconds)
    }

    /// Its resident memory in megabytes.
    pub fn resident(&self) -> f64 {
        self.memory("VmRSS:")
    }

    /// The most that its resident memory has been, in megabytes.
    pub fn peak(&self) -> f64 {
        self.memory("VmHWM:")
    }

    fn memory(&self, which: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the process is there");
        let kibibytes: f64 = status
            .lines()
            .find_map(|line| line.strip_prefix(which))
            .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
            .expect("the kernel tells the resident memory");
        kibibytes * 1024.0 / 1e6
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
