//! Whole processes, with the reference function in the leading part.

use std::process::Command;
use std::thread;

use agora_token_tests::event::Event;
use agora_token_tests::runtime::{Function, Outcome};
use serde_json::json;

const EMPTY: &str = env!("CARGO_BIN_EXE_empty");

#[test]
fn one_process_answers_one_event_after_the_other() {
    let function = Function::builder_at(EMPTY).start();
    let pid = function.pid();

    for _ in 0..3 {
        let answer = function.send(&Event::get("/"));
        assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    }

    assert!(function.is_alive());
    assert_eq!(function.pid(), pid);
}

#[test]
fn events_of_several_threads_get_their_own_answers() {
    let function = Function::builder_at(EMPTY).start();

    let mut ids = thread::scope(|scope| {
        let invoke = || function.invoke(&Event::get("/").to_json());
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(invoke)).collect();
        let invocations = threads.into_iter().map(|thread| thread.join().unwrap());
        let answered = invocations.map(|invocation| {
            assert_eq!(invocation.answer().status, 200);
            invocation.request_id
        });
        answered.collect::<Vec<_>>()
    });

    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8);
}

#[test]
fn an_event_that_cannot_be_read_is_reported_and_survived() {
    let function = Function::builder_at(EMPTY).start();

    let invocation = function.invoke_raw("not JSON");

    let Outcome::Failed(error) = invocation.outcome else {
        panic!("unexpected: {invocation:?}");
    };
    assert!(error["errorMessage"].is_string(), "{error}");
    assert_eq!(function.send(&Event::get("/")).status, 200);
}

#[test]
fn start_and_first_response_are_timed() {
    let function = Function::builder_at(EMPTY).start();

    let ready = function.wait_until_ready().unwrap();
    assert_eq!(function.time_to_first_response(), None);
    function.send(&Event::get("/"));
    let first = function.time_to_first_response().unwrap();

    assert!(ready < first, "{ready:?} {first:?}");
    function.send(&Event::get("/"));
    assert_eq!(function.time_to_first_response(), Some(first));
}

#[test]
fn the_environment_is_lambdas_and_the_tests() {
    let function = Function::builder_at("/usr/bin/env")
        .env("AGORA_APP_ID", "970CA35de60c44645bbae8a215061b33")
        .env("AWS_REGION", "eu-central-1")
        .start();

    assert!(function.wait_for_exit().unwrap().success());
    let mut names: Vec<_> = function
        .logs()
        .into_iter()
        .map(|line| line.split('=').next().unwrap_or_default().to_owned())
        .collect();
    names.retain(|name| !name.starts_with("AWS_") && !name.starts_with("LAMBDA_"));
    names.sort();
    assert_eq!(names, ["AGORA_APP_ID", "LANG", "PATH", "TZ", "_HANDLER"]);
    function.wait_for_log("AWS_REGION=eu-central-1");
    function.wait_for_log("AWS_LAMBDA_FUNCTION_NAME=env");
}

#[test]
fn the_end_of_the_process_ends_the_invocation() {
    let function = Function::builder_at("/usr/bin/false").start();

    let outcome = function.invoke(&json!({})).outcome;

    assert!(
        matches!(outcome, Outcome::Exited(status) if status.code() == Some(1)),
        "{outcome:?}"
    );
    assert!(!function.is_alive());
    assert_eq!(function.wait_until_ready(), None);
}

#[test]
fn nothing_is_left_running() {
    let function = Function::builder_at(EMPTY).start();
    function.wait_until_ready().unwrap();
    let pid = function.pid().to_string();

    drop(function);

    // Signal 0 only asks whether the process is there.
    let found = Command::new("kill").args(["-0", &pid]).output().unwrap();
    assert!(!found.status.success());
}
