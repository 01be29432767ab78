//! What the functions do when more is asked of them at once.

use crate::load;
use crate::process::Process;
use crate::report::{Report, Row};
use crate::sample::Sample;
use std::time::{Duration, Instant};

const REQUESTS: usize = 20_000;
const PROCESSES: usize = 10;

pub fn run(report: &mut Report) {
    let rtc = load::rtc();
    for concurrency in ["1", "8", "64"] {
        let variables = [("AWS_LAMBDA_MAX_CONCURRENCY", concurrency)];
        let function = Process::start(&rtc, load::event(), &variables);
        function.run(2_000);
        let started = Instant::now();
        let times = function.run(REQUESTS);
        let what = format!("one process, {concurrency} at a time");
        rows(report, &what, &times, started.elapsed());
    }
    for (who, binary) in [
        ("rtc", rtc.as_path()),
        ("the empty function", load::empty()),
    ] {
        let functions: Vec<_> = (0..PROCESSES)
            .map(|_| Process::start(binary, load::event(), &[]))
            .collect();
        let side_by_side = |count: usize| -> Vec<Duration> {
            std::thread::scope(|scope| {
                let runs: Vec<_> = functions
                    .iter()
                    .map(|function| scope.spawn(move || function.run(count)))
                    .collect();
                let times = runs.into_iter().map(|run| run.join().expect("a run ends"));
                times.flatten().collect()
            })
        };
        side_by_side(200);
        let started = Instant::now();
        let times = side_by_side(REQUESTS / PROCESSES);
        let what = format!("{PROCESSES} processes of {who} side by side");
        rows(report, &what, &times, started.elapsed());
    }
}

fn rows(report: &mut Report, what: &str, times: &[Duration], took: Duration) {
    let sample = Sample::of_micros(times);
    report.row(Row::new(
        what,
        "requests/s",
        times.len() as f64 / took.as_secs_f64(),
    ));
    report.row(Row::new(format!("{what}: p50"), "us", sample.median()));
    report.row(Row::new(
        format!("{what}: p99"),
        "us",
        sample.quantile(0.99),
    ));
}
