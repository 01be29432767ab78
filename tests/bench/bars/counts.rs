//! Work rather than time: CPU of fresh processes, and instructions, which a busy machine cannot blur.

use crate::child;
use crate::report::{Bar, Report, Row};
use crate::sample::Sample;
use agora_token_tests::sample::PROJECT;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

const FRESH: usize = 40;
const ROUNDS: usize = 9;
/// The function inside of which a request is logged.
const LOGGING: &str = "*audit::Audit::write*";

pub fn run(report: &mut Report) {
    let first: Vec<_> = (0..FRESH).map(|_| cpu("build", 1)).collect();
    report.row(
        Row::new(
            "CPU for the first token of a fresh process",
            "us",
            &Sample::of_micros(&first),
        )
        .bar(Bar::AtMost(300.0)),
    );
    let rounds = |task| {
        let times: Vec<_> = (0..ROUNDS).map(|_| cpu(task, 5_000)).collect();
        Sample::of_micros(&times)
    };
    let (answer, write) = (rounds("answer"), rounds("write"));
    report.row(Row::new(
        "CPU of a request inside the function, event to response",
        "us",
        &answer,
    ));
    if Command::new("valgrind").arg("--version").output().is_err() {
        report.note("Instructions were not counted: it needs valgrind.");
        return;
    }
    let what = [
        "build one RTC token",
        "parse and verify one RTC token",
        "a request, event to response",
    ];
    for (what, task) in what.into_iter().zip(["build", "verify", "answer"]) {
        report.row(Row::new(
            format!("instructions: {what}"),
            "",
            instructions(task, None),
        ));
    }
    report.note(
        "Instructions are counted by callgrind, which knows no SHA instructions: hashing counts several times what it takes.",
    );
    let logging = instructions("answer", Some(LOGGING));
    if logging > 0.0 {
        let share = logging / instructions("answer", None);
        report.row(Row::new("instructions: of it, the audit line", "", logging));
        // The write is the kernel's and no instruction of the process: it has a time of its own.
        let own = (answer.median() - write.median()).max(0.0) * share;
        report.row(
            Row::new(
                "logging of a request: making the line and writing it",
                "us",
                own + write.median(),
            )
            .bar(Bar::AtMost(15.0)),
        );
    }
}

/// The CPU that a fresh process takes for doing a task so many times, for each.
fn cpu(task: &str, count: u32) -> Duration {
    let mut child = child::command(task, count)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the bench can start itself");
    if let Some(mut log) = child.stdout.take() {
        let mut buffer = [0; 64 * 1024];
        while log.read(&mut buffer).is_ok_and(|read| read > 0) {}
    }
    let output = child.wait_with_output().expect("the child ends");
    let said = String::from_utf8_lossy(&output.stderr);
    let nanoseconds = said.trim().parse();
    Duration::from_nanos(nanoseconds.unwrap_or_else(|_| panic!("the child said: {said}")))
}

/// The instructions of a task, or of those of its functions whose names fit: what a thousand times
/// more cost, so that the start of the process does not count.
fn instructions(task: &str, within: Option<&str>) -> f64 {
    let (few, many) = (counted(task, 500, within), counted(task, 1_500, within));
    (many - few) / 1_000.0
}

fn counted(task: &str, count: u32, within: Option<&str>) -> f64 {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("callgrind.out");
    let mut command = Command::new("valgrind");
    command
        .args(["--quiet", "--tool=callgrind"])
        .arg(format!("--callgrind-out-file={}", path.display()));
    if let Some(pattern) = within {
        command.arg(format!("--toggle-collect={pattern}"));
    }
    command
        .arg(child::executable())
        .args(child::arguments(task, count))
        .envs(PROJECT);
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("valgrind can be run");
    assert!(status.success(), "valgrind failed");
    let profile = std::fs::read_to_string(&path).unwrap_or_default();
    let totals = profile.lines().find_map(|line| {
        line.strip_prefix("totals: ")
            .or(line.strip_prefix("summary: "))
    });
    totals
        .and_then(|totals| totals.trim().parse().ok())
        .unwrap_or(0.0)
}
