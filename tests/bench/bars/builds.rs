//! How long a release build takes, from nothing, and how large what comes of it is.

use crate::report::{Bar, Report, Row};
use crate::workspace;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// What a zip has around one compressed file: its local header, its entry in the directory, and the
/// end of the directory.
const ZIP: usize = 30 + 46 + 22 + 2 * "bootstrap".len();

/// The size of a zip of this binary, in megabytes.
pub fn zipped(binary: &Path) -> f64 {
    let bytes = std::fs::read(binary).expect("a built function can be read");
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    let compressed = written.expect("memory takes what is written to it");
    (compressed.len() + ZIP) as f64 / 1e6
}

pub fn run(report: &mut Report) {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("builds");
    let _ = std::fs::remove_dir_all(&target);
    let (one, first) = build(&target, &["--bin", "rtc"]);
    // Its dependencies are there: what is left is its own few lines and the linking, which optimises
    // the whole binary as one unit.
    let (link, second) = build(&target, &["--bin", "rtm"]);
    let (rest, others) = build(&target, &[]);
    let built = first.iter().chain(&second).chain(&others);
    let functions: Vec<_> = built.filter_map(|(_, path)| path.as_ref()).collect();
    let linking = link * (functions.len() - 1) as f64;
    report.row(
        Row::new("release build of all functions", "s", one + link + rest)
            .beside(
                "twice that of one, plus linking the others",
                2.0 * one + linking,
            )
            .bar(Bar::Times(1.0)),
    );
    report.row(Row::new("release build of one function", "s", one));
    report.row(Row::new("linking another one, by itself", "s", link));
    let dependencies = |built: &[(String, _)]| {
        let theirs = built.iter().filter(|(package, _)| !is_ours(package));
        theirs.count() as f64
    };
    report.row(
        Row::new(
            "dependencies built again for the others",
            "",
            dependencies(&second) + dependencies(&others),
        )
        .beside("built for the first", dependencies(&first))
        .bar(Bar::AtMost(0.0)),
    );
    let largest = functions
        .iter()
        .map(|path| zipped(path))
        .fold(0.0, f64::max);
    report.row(Row::new("zip of the largest function", "MB", largest).bar(Bar::AtMost(2.5)));
    let _ = std::fs::remove_dir_all(&target);
}

fn is_ours(package: &str) -> bool {
    package.contains("path+file")
}

/// Builds, and says how long it took in seconds, and what was built with the executables among it.
fn build(target: &Path, what: &[&str]) -> (f64, Vec<(String, Option<PathBuf>)>) {
    let started = Instant::now();
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(workspace())
        .args([
            "build",
            "--release",
            "--quiet",
            "--message-format=json-render-diagnostics",
        ])
        .args(what)
        .arg("--target-dir")
        .arg(target)
        .output()
        .expect("cargo can be run");
    let took = started.elapsed().as_secs_f64();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let built = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact" && message["fresh"] == false)
        .map(|message| {
            let package = message["package_id"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            (package, message["executable"].as_str().map(PathBuf::from))
        })
        .collect();
    (took, built)
}
