//! The functions' binaries, built as a deployment builds them.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::Value;

static BUILT: LazyLock<Mutex<HashMap<String, PathBuf>>> = LazyLock::new(Mutex::default);

/// The path of the function `name`, which is built once per test process and in the test's own
/// profile: an optimised test or bench gets an optimised function.
///
/// # Panics
///
/// When the function does not build; cargo has then said why on standard error.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    // Held while cargo runs: the builds would wait for one another anyway, and a function that
    // several tests ask for at once is built once.
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built
        .entry(name.to_owned())
        .or_insert_with(|| build(name))
        .clone()
}

/// Selects no package, so that cargo takes the workspace's default members and, with them, the
/// features a plain `cargo build` switches on: what is tested is what ships, and artifacts are shared.
fn build(name: &str) -> PathBuf {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .args(["build", "--quiet", "--bin", name])
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    if let Some(directory) = target_directory() {
        cargo.arg("--target-dir").arg(directory);
    }
    for (variable, _) in env::vars_os() {
        if variable.to_str().is_some_and(describes_the_test) {
            cargo.env_remove(variable);
        }
    }

    let output = cargo.output().expect("cargo can be run");
    assert!(
        output.status.success(),
        "the function `{name}` does not build"
    );
    executable(&output.stdout, name)
        .unwrap_or_else(|| panic!("cargo built no executable for the function `{name}`"))
}

/// The target directory this test was built into, recognised by the tag cargo puts into it. The
/// environment is not enough to go by: `CARGO_TARGET_DIR` may be relative to a directory this process
/// does not know, and `--target-dir` leaves no trace in it.
fn target_directory() -> Option<PathBuf> {
    let test = env::current_exe().ok()?;
    let directory = test
        .ancestors()
        .find(|directory| directory.join("CACHEDIR.TAG").is_file())?;
    Some(directory.to_owned())
}

/// Whether cargo set this variable to describe the test's own package. Some build scripts ask to be
/// run again when one of them changes, and would then rebuild a good part of the tree.
fn describes_the_test(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_EXE_"]
        .iter()
        .any(|prefix| variable.starts_with(prefix))
}

/// Finds the executable in cargo's messages, one JSON object a line.
fn executable(messages: &[u8], name: &str) -> Option<PathBuf> {
    messages
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter(|message| {
            message["reason"] == "compiler-artifact" && message["target"]["name"] == name
        })
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}
