//! The web sample without the package, as it stands in the documentation, run by Node.js against the real function.

use std::process::Command;

use agora_token_tests::gateway::Gateway;
use agora_token_tests::sample::{APP_ID, open};
use serde_json::{Value, json};

use crate::drop_in::describe::{of, rtc, token};

const RUN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/suites/process/by_hand.mjs");
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/clients.md");

#[test]
fn the_web_sample_joins_renews_and_publishes_again_after_the_end() {
    let gateway = Gateway::start([("rtc", open("rtc").start())]);
    let base = format!("http://{}", gateway.address());
    let ran = Command::new("node")
        .args([RUN, PAGE, &base])
        .output()
        .expect("Node.js is there, as CONTRIBUTING.md asks");
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{told}");
    let calls: Vec<Value> = serde_json::from_slice(&ran.stdout).unwrap();

    let steps: Vec<&Value> = calls.iter().map(|call| &call["did"]).collect();
    let expected = ["join", "publish", "renew", "join", "publish"];
    assert_eq!(json!(steps), json!(expected));
    for call in &calls {
        if let Some(text) = call["token"].as_str() {
            assert_eq!(token(text), of([rtc("demo", "7", true, 3600)], 3600));
        }
        if call["did"] == "join" {
            assert_eq!(call["as"], json!([APP_ID, "demo", 7]));
        }
        if call["did"] == "publish" {
            assert_eq!(call["tracks"], json!(["microphone", "camera"]));
        }
    }
}
