//! What is deployed: a function as cargo-lambda builds it for each of Lambda's two architectures.

use crate::builds::zipped;
use crate::report::{Bar, Report, Row};
use crate::workspace;
use std::path::PathBuf;
use std::process::Command;

pub fn run(report: &mut Report) {
    let tools = workspace().join(".venv/bin");
    let path = std::env::var("PATH").unwrap_or_default();
    for (name, architecture) in [("x86-64", "--x86-64"), ("arm64", "--arm64")] {
        let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lambda");
        let built = Command::new(tools.join("cargo-lambda"))
            .current_dir(workspace())
            .env("PATH", format!("{}:{path}", tools.display()))
            .env("CARGO_TARGET_DIR", &target)
            .args(["lambda", "build", "--release", "--bin", "rtc", architecture])
            .arg("--lambda-dir")
            .arg(target.join("out"))
            .output();
        match built {
            Ok(output) if output.status.success() => {
                let size = zipped(&target.join("out/rtc/bootstrap"));
                let what = format!("zip of rtc, {name}, as deployed");
                report.row(Row::new(what, "MB", size).bar(Bar::AtMost(2.5)));
            }
            Ok(output) => report.note(format!(
                "No {name} build: {}",
                String::from_utf8_lossy(&output.stderr)
                    .lines()
                    .last()
                    .unwrap_or_default()
            )),
            Err(error) => report.note(format!(
                "No {name} build: cargo-lambda cannot be run: {error}"
            )),
        }
    }
}
