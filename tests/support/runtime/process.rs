//! The function's process, from its start to its end.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;

use super::record::Record;
use crate::loopback::background;
use crate::monitor::Monitor;

/// A process that does not outlive this value.
#[derive(Debug)]
pub(super) struct Process {
    id: u32,
    kill: Option<oneshot::Sender<()>>,
    record: Arc<Monitor<Record>>,
}

impl Process {
    /// Starts the binary with these environment variables and no others.
    pub(super) fn start(
        path: &Path,
        variables: Vec<(String, String)>,
        record: &Arc<Monitor<Record>>,
    ) -> Self {
        let _context = background().enter();
        record.update(Record::starts);
        let child = Command::new(path)
            .env_clear()
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} cannot be run: {error}", path.display()));
        let id = child
            .id()
            .expect("a process that was not waited for has an id");
        let (kill, killed) = oneshot::channel();
        background().spawn(supervise(child, killed, Arc::clone(record)));
        Self {
            id,
            kill: Some(kill),
            record: Arc::clone(record),
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.id
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill.take();
        // Killed and reaped before the test goes on. The limit is for a process that the kernel
        // itself cannot end, which must not take the test along.
        self.record
            .wait_for(Duration::from_secs(5), |record| record.exit);
    }
}

/// Keeps the record of the process until it has ended, by itself or because `killed` resolved.
async fn supervise(mut child: Child, killed: oneshot::Receiver<()>, record: Arc<Monitor<Record>>) {
    let output = tokio::spawn(collect(child.stdout.take(), Arc::clone(&record)));
    let errors = tokio::spawn(collect(child.stderr.take(), Arc::clone(&record)));
    tokio::select! {
        _ = child.wait() => {}
        _ = killed => {
            // Fails only for a process that has just ended.
            let _ = child.start_kill();
        }
    }
    let status = child.wait().await;
    // The exit is announced when nothing more is to be said.
    let _ = tokio::join!(output, errors);
    record.update(|record| record.exit = status.ok());
}

/// Reads lines until the other end is closed. They need not be UTF-8: a log is to be seen whole.
async fn collect(source: Option<impl AsyncRead + Unpin>, record: Arc<Monitor<Record>>) {
    let Some(source) = source else { return };
    let mut lines = BufReader::new(source).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&line).into_owned();
        record.update(|record| record.logs.push(line));
    }
}
