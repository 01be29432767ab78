//! The program as a process.

use std::ffi::OsString;
use std::io::Write;
use std::process::{Command, Stdio};

/// The exit code, standard output and standard error.
pub(crate) fn run<W: Into<OsString>>(
    words: impl IntoIterator<Item = W>,
    variables: &[(&str, &str)],
    input: &[u8],
) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_agora-token"))
        .args(words.into_iter().map(Into::into))
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}
