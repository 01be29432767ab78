//! A second opinion: a model of the access policy, written from its documentation alone, judges the
//! tokens that the functions' real binaries issue to random callers, under random policies, by every route
//! there is.
//!
//! A run makes the same requests whenever it has the same seed. `make test` runs one with a fixed seed,
//! in which every route has to issue a token, and a short one whose seed is new each time and printed.
//! `make judge COUNT=1000000` runs as long a one as is wanted, on optimised functions. Each finding comes
//! with the policy, the caller, the request, the answer, and the rule that is broken;
//! `make judge SEED=... COUNT=... ROUND=...` repeats it, with the numbers that it shows.
//!
//! `model/` is the model, with `kinds.rs` for each kind of token, and knows nothing of the crates that it
//! judges. Change it when docs/policy.md or docs/authentication.md changes, and never to please the code.
//! `setting/` makes random deployments and callers, `ask.rs` their requests, `verdict.rs` looks at the answers.

mod ask;
mod documents;
mod kinds;
mod model;
mod random;
mod setting;
mod stage;
mod verdict;

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use ask::{ROUTES, ROWS};
use stage::Stage;
use verdict::Tally;

const SEED: u64 = 2_026;
/// How many findings are shown before a run is given up.
const ENOUGH: usize = 20;

#[test]
fn every_route_keeps_to_the_policy() {
    let tally = run(SEED, 10_000, None);
    let mut silent = Vec::new();
    let usual = ROUTES.iter().map(|(_, route)| (*route, false));
    let legacy = ROWS.iter().filter(|(_, node)| *node);
    for route in usual.chain(legacy.map(|(row, _)| (*row, true))) {
        if tally
            .routes
            .get(&route)
            .is_none_or(|(_, issued)| *issued == 0)
        {
            silent.push(route);
        }
    }
    assert!(silent.is_empty(), "no token came by {silent:?}");
    let granted = tally.granted * 10 / tally.requests;
    assert!(granted >= 3, "too few requests were granted to learn much");
}

#[test]
fn so_it_does_by_another_seed() {
    let number = |name: &str| {
        let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
        let number: u64 = text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number"));
        Some(number)
    };
    let seed = number("SEED").unwrap_or_else(|| now_in_millis() % 1_000_000_007);
    let count = number("COUNT").unwrap_or(400);
    let round = number("ROUND").and_then(|round| round.try_into().ok());
    run(seed, count, round);
}

/// The functions, each as often as it has routes: first each of them, then those that have a second one, and
/// so on.
fn one_after_another() -> Vec<&'static str> {
    let names = ROUTES.iter().enumerate().map(|(place, (name, _))| {
        let before = ROUTES[..place].iter().filter(|(one, _)| one == name);
        (before.count(), *name)
    });
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.into_iter().map(|(_, name)| name).collect()
}

fn now_in_millis() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(0)
}

/// Makes so many requests, or those of one round alone, prints what became of them, and fails if a rule
/// was broken.
fn run(seed: u64, count: u64, round: Option<usize>) -> Tally {
    println!("SEED={seed} COUNT={count}");
    let requests = match count {
        0..=1000 => 25,
        1001..=50_000 => 50,
        _ => 200,
    };
    let last = usize::try_from(count.div_ceil(requests)).unwrap_or(usize::MAX);
    let rounds = round.map_or(0..last, |round| round..round + 1);
    let stage = Stage::new();
    for function in one_after_another() {
        let _built = agora_token_tests::binary::binary(function);
    }
    let started = Instant::now();
    let (next, whole) = (AtomicUsize::new(rounds.start), Mutex::new(Tally::default()));
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores * 2 {
            scope.spawn(|| {
                loop {
                    let round = next.fetch_add(1, Ordering::Relaxed);
                    if round >= rounds.end {
                        return;
                    }
                    let tally = stage.round(seed, round, requests);
                    let mut whole = whole.lock().unwrap_or_else(PoisonError::into_inner);
                    whole.add(tally);
                    if whole.findings.len() >= ENOUGH {
                        return;
                    }
                }
            });
        }
    });
    let tally = whole.into_inner().unwrap_or_else(PoisonError::into_inner);
    print(&tally, started);
    let cases = tally.findings.iter().map(|(_, case)| case.as_str());
    let shown: Vec<&str> = cases.take(ENOUGH).collect();
    assert!(
        shown.is_empty(),
        "SEED={seed} COUNT={count}\n\n{}",
        shown.join("\n")
    );
    tally
}

fn print(tally: &Tally, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{} requests, {} granted, {} tokens; {seconds:.1} s, {:.0} a second",
        tally.requests,
        tally.granted,
        tally.tokens,
        tally.requests as f64 / seconds
    );
    println!("refused: {:?}", tally.refused);
    println!("broken rules: {:?}", tally.broken);
    let routes: BTreeMap<_, _> = tally.routes.iter().collect();
    for ((route, legacy), (asked, issued)) in routes {
        let format = if *legacy { " (006)" } else { "" };
        println!("{issued:>8} of {asked:>8} issued  {route}{format}");
    }
}
