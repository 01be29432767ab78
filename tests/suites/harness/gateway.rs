//! The gateway, with the reference function behind it.

use std::path::PathBuf;

use agora_token_tests::event::Event;
use agora_token_tests::gateway::Gateway;
use agora_token_tests::runtime::Function;

const EMPTY: &str = env!("CARGO_BIN_EXE_empty");

/// Were they ended in the background, they would hold up everything else that runs there.
#[test]
fn its_functions_have_ended_when_it_is_gone() {
    let function = Function::builder_at(EMPTY).start();
    assert_eq!(function.send(&Event::get("/")).status, 200);
    let process = PathBuf::from(format!("/proc/{}", function.pid()));
    assert!(process.exists());

    drop(Gateway::start([("empty", function)]));

    assert!(!process.exists());
}
