//! Requests to a process that is up: their time, their work, and the memory that they leave behind.

use crate::load;
use crate::process::Process;
use crate::report::{Bar, Report, Row};
use crate::sample::Sample;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::with_project;
use std::process::Stdio;
use std::time::Duration;

const BLOCKS: usize = 40;
const BLOCK: usize = 250;

/// What the audit line of such a request takes, in bytes.
fn audit_line_length() -> String {
    let function = with_project(Function::builder_at(load::rtc())).start();
    function.invoke_raw(load::event());
    let line = function.wait_for_log("\"audit\"");
    (line.len() + "\n".len()).to_string()
}

pub fn run(report: &mut Report) {
    let rtc = load::rtc();
    let length = audit_line_length();
    let logs = [("EMPTY_LOG_BYTES", length.as_str())];
    let functions = [
        Process::start(&rtc, load::event(), &[]),
        Process::start(load::empty(), load::event(), &[]),
        Process::start_logging(&rtc, load::event(), &[], Stdio::null()),
        Process::start(load::empty(), load::event(), &logs),
    ];
    for function in &functions {
        function.run(4 * BLOCK);
    }
    let mut times: [Vec<Duration>; 4] = Default::default();
    let mut cpu: [Vec<Duration>; 4] = Default::default();
    for _ in 0..BLOCKS {
        for (place, function) in functions.iter().enumerate() {
            let before = function.cpu();
            times[place].extend(function.run(BLOCK));
            cpu[place].push((function.cpu() - before) / BLOCK as u32);
        }
    }
    let [ours, empty, silent, logging] = times.map(|times| Sample::of_micros(&times));
    let [our_cpu, empty_cpu, silent_cpu, _] = cpu.map(|cpu| Sample::of_micros(&cpu));
    report.row(
        Row::new("warm request, POST /v1/rtc", "us", &ours)
            .beside("empty function, same event", &empty)
            .bar(Bar::Times(1.15)),
    );
    report.row(
        Row::new("CPU time of the process for it", "us", &our_cpu)
            .beside("empty function, same event", &empty_cpu),
    );
    // A line that is read wakes its reader, which is a matter of the machine and of whoever reads:
    // so the same with nobody woken, and what a line costs a function that does nothing else.
    report.row(
        Row::new("the same, log written to /dev/null", "us", &silent)
            .beside("empty function, same event", &empty)
            .bar(Bar::Times(1.15)),
    );
    report.row(
        Row::new("CPU time of the process for it", "us", &silent_cpu)
            .beside("empty function, same event", &empty_cpu),
    );
    report.row(
        Row::new(
            "empty function that writes one line as long",
            "us",
            &logging,
        )
        .beside("empty function, same event", &empty),
    );
    report.row(
        Row::new("warm request, beside a function that logs", "us", &ours)
            .beside("empty function that writes one line as long", &logging),
    );
    drop(functions);

    let function = Process::start(&rtc, load::event(), &[]);
    let mut done = 0;
    let resident = [1_000, 10_000, 100_000].map(|count| {
        function.run(count - done);
        done = count;
        function.resident()
    });
    report.row(
        Row::new("resident memory after 10,000 requests", "MB", resident[1]).bar(Bar::AtMost(10.0)),
    );
    // A page or two come and go with whatever the kernel maps.
    report.row(
        Row::new(
            "its growth from 1,000 to 100,000 requests",
            "MB",
            resident[2] - resident[0],
        )
        .bar(Bar::AtMost(0.05)),
    );
}
