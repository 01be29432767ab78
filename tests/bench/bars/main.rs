//! The figures that the project is judged by, each beside its reference in the same run.
//!
//! `make bench` prints them as a table and writes them as JSON. Absolute times drift with the machine
//! and with whatever else runs on it, so a subject and its reference take turns, and what is judged
//! is their ratio. Nothing here fails because something was slow.

mod access;
mod builds;
mod child;
mod counts;
mod gateway;
mod hostile;
mod lambda;
mod library;
mod load;
mod machine;
mod process;
mod report;
mod sample;
mod size;
mod starts;
mod throughput;
mod tls;
mod warm;
mod wire;

use report::Report;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// A part of the bench: its name, and what measures it.
type Part = (&'static str, fn(&mut Report));

/// What can be run by name; the last two take long and run only when they are named.
const PARTS: [Part; 10] = [
    ("starts", starts::run),
    ("warm", warm::run),
    ("throughput", throughput::run),
    ("size", size::run),
    ("library", library::run),
    ("access", access::run),
    ("counts", counts::run),
    ("hostile", hostile::run),
    ("builds", builds::run),
    ("lambda", lambda::run),
];
const USUAL: usize = 8;

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    if arguments.first().is_some_and(|first| first == child::FLAG) {
        child::run(&arguments[1..]);
        return ExitCode::SUCCESS;
    }
    let all = arguments.iter().any(|argument| argument == "all");
    arguments.retain(|argument| argument != "all");
    let unknown = |name: &&String| !PARTS.iter().any(|(part, _)| part == name);
    if let Some(name) = arguments.iter().find(unknown) {
        let names: Vec<_> = PARTS.iter().map(|(part, _)| *part).collect();
        eprintln!(
            "error: there is no part `{name}`; there are `all`, {}",
            names.join(", ")
        );
        return ExitCode::FAILURE;
    }
    let began = Instant::now();
    let mut report = Report::new(machine::describe());
    let chosen: Vec<&Part> = PARTS
        .iter()
        .enumerate()
        .filter(|(place, (part, _))| {
            let usual = arguments.is_empty() && *place < USUAL;
            all || usual || arguments.iter().any(|argument| argument == part)
        })
        .map(|(_, part)| part)
        .collect();
    for (place, (part, run)) in chosen.iter().enumerate() {
        let part_began = Instant::now();
        eprint!("[{} of {}] {part:<12}", place + 1, chosen.len());
        run(&mut report);
        eprintln!(" {} s", part_began.elapsed().as_secs());
    }
    println!("{}", report.table());
    let path = workspace().join("target/bench.json");
    let written = std::fs::create_dir_all(workspace().join("target"))
        .and_then(|()| std::fs::write(&path, report.json(began.elapsed())));
    match written {
        Ok(()) => println!(
            "Written to target/bench.json after {} s.",
            began.elapsed().as_secs()
        ),
        Err(error) => eprintln!("error: target/bench.json cannot be written: {error}"),
    }
    ExitCode::SUCCESS
}

/// The root of the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
