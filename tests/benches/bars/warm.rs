//! Requests to a process that is up: their time, their work, and the memory that they leave behind.

use crate::load;
use crate::process::Process;
use crate::report::{Bar, Report, Row};
use crate::sample::Sample;
use std::process::Stdio;
use std::time::Duration;

const BLOCKS: usize = 40;
const BLOCK: usize = 250;

pub fn run(report: &mut Report) {
    let rtc = load::rtc();
    let functions = [
        Process::start(&rtc, load::event(), &[]),
        Process::start(load::empty(), load::event(), &[]),
        Process::start_logging(&rtc, load::event(), &[], Stdio::null()),
    ];
    for function in &functions {
        function.run(4 * BLOCK);
    }
    let mut times: [Vec<Duration>; 3] = Default::default();
    let mut cpu: [Vec<Duration>; 3] = Default::default();
    for _ in 0..BLOCKS {
        for (place, function) in functions.iter().enumerate() {
            let before = function.cpu();
            times[place].extend(function.run(BLOCK));
            cpu[place].push((function.cpu() - before) / BLOCK as u32);
        }
    }
    let [ours, empty, silent] = times.map(|times| Sample::of_micros(&times));
    let [our_cpu, empty_cpu, silent_cpu] = cpu.map(|cpu| Sample::of_micros(&cpu));
    report.row(
        Row::new("warm request, POST /v1/rtc", "us", &ours)
            .beside("empty function, same event", &empty)
            .bar(Bar::Times(1.15)),
    );
    report.row(
        Row::new("CPU time of the process for it", "us", &our_cpu)
            .beside("empty function, same event", &empty_cpu),
    );
    report.row(
        Row::new("the same, log written to /dev/null", "us", &silent)
            .beside("log written to a pipe that is read", &ours),
    );
    report.row(
        Row::new("CPU time of the process for it", "us", &silent_cpu)
            .beside("log written to a pipe that is read", &our_cpu),
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
