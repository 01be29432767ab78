//! What requests cost that are made to cost: the same that the tests send.

use crate::load;
use crate::process::Process;
use crate::report::{Bar, Report, Row};
use agora_token_tests::binary::binary;
use agora_token_tests::hostile::{self, Hostile};
use std::collections::HashMap;
use std::path::Path;

/// How often each request is sent.
const ROUNDS: usize = 20;

/// An event of at most so many bytes takes the runtime no time that counts.
const SMALL_EVENT: usize = 1_000_000;

/// One request's cost: CPU in milliseconds, and by how many megabytes the peak of a process that gets
/// it is higher than that of one which gets a usual request, beyond the event itself.
struct Cost {
    cpu: f64,
    memory: f64,
}

pub fn run(report: &mut Report) {
    let mut usual = HashMap::new();
    let mut costs = Vec::new();
    for request in hostile::requests() {
        let path = binary(request.function);
        let usual = *usual.entry(request.function).or_insert_with(|| {
            let small = r#"{"requestContext":{"http":{"method":"GET"}},"rawPath":"/"}"#;
            measure(&path, small.to_owned(), 404).memory
        });
        let mut cost = measure(&path, request.event.clone(), request.status);
        cost.memory -= usual + request.event.len() as f64 / 1e6;
        eprintln!(
            "  {:<64} {:6.2} ms {:6.2} MB",
            request.what, cost.cpu, cost.memory
        );
        costs.push((request, cost));
    }
    let (small, large): (Vec<_>, Vec<_>) = costs
        .into_iter()
        .partition(|(request, _)| request.event.len() <= SMALL_EVENT);
    // A full batch does the work of a hundred requests, and is not judged as one.
    let (batches, single): (Vec<_>, Vec<_>) = small
        .into_iter()
        .partition(|(request, _)| request.event.contains("/v1/batch") && request.status == 200);
    for (who, costs, judged) in [("request", &single, true), ("batch", &batches, false)] {
        let bar = |most| judged.then_some(Bar::AtMost(most));
        most(
            report,
            &format!("CPU of the costliest hostile {who}"),
            "ms",
            costs,
            bar(5.0),
            |cost| cost.cpu,
        );
        most(
            report,
            &format!("memory of the largest hostile {who}"),
            "MB",
            costs,
            bar(4.0),
            |cost| cost.memory,
        );
    }
    // What the runtime reads before anybody can refuse it.
    for (request, cost) in large {
        let empty = measure(load::empty(), request.event, 200);
        report.row(
            Row::new(format!("CPU for {}", request.what), "ms", cost.cpu)
                .beside("empty function, same event", empty.cpu),
        );
    }
}

fn most(
    report: &mut Report,
    what: &str,
    unit: &'static str,
    costs: &[(Hostile, Cost)],
    bar: Option<Bar>,
    of: impl Fn(&Cost) -> f64,
) {
    let worst = costs
        .iter()
        .max_by(|(_, a), (_, b)| of(a).total_cmp(&of(b)));
    let Some((request, cost)) = worst else { return };
    let row = Row::new(format!("{what}: {}", request.what), unit, of(cost));
    report.row(match bar {
        Some(bar) => row.bar(bar),
        None => row,
    });
}

/// CPU of one answer, and the peak of the process.
fn measure(binary: &Path, event: String, status: u16) -> Cost {
    let function = Process::start(binary, event, &[]);
    function.run_for(1, status);
    let memory = function.peak();
    let before = function.cpu();
    function.run_for(ROUNDS, status);
    let cpu = (function.cpu() - before) / ROUNDS as u32;
    Cost {
        cpu: cpu.as_secs_f64() * 1e3,
        memory,
    }
}
