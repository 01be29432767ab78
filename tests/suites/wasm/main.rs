//! The crate as WebAssembly, run in Node.js: it signs and explains as it does here.

mod console;

use agora_token::token::AccessToken2;
use agora_token_tests::vectors::{self, TokenVector, unhex};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

const TARGET: &str = "wasm32-unknown-unknown";

/// The built module.
static MODULE: LazyLock<PathBuf> = LazyLock::new(|| {
    module("agora-token-wasm-tests", &[]).join("debug/agora_token_wasm_tests.wasm")
});

/// Builds a package for WebAssembly; the folder that has it, beside whatever builds these tests, and not in its
/// way.
fn module(package: &str, options: &[&str]) -> PathBuf {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("wasm");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--package", package])
        .args(options)
        .args(["--target", TARGET, "--target-dir"])
        .arg(&target)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .status()
        .unwrap();
    assert!(
        built.success(),
        "is the target there? rustup target add {TARGET}"
    );
    target.join(TARGET)
}

/// What the module answers to these calls.
fn calls(lines: &[serde_json::Value]) -> Vec<String> {
    let mut node = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/suites/wasm/call.mjs"))
        .arg(&*MODULE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut sent = node.stdin.take().unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let writer = std::thread::spawn(move || sent.write_all(text.as_bytes()).unwrap());
    let done = node.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(done.status.success());
    let answers = String::from_utf8(done.stdout).unwrap();
    let answers: Vec<String> = answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), lines.len());
    answers
}

/// Golden vectors of publishers with one lifetime for all, which is what `sign` makes.
fn publishers() -> Vec<TokenVector> {
    let mut vectors = vectors::tokens();
    vectors.retain(|vector| {
        let inputs = &vector.inputs;
        vector.method == "rtc.build_token_with_uid"
            && inputs["role"] == 1
            && inputs["uid"] != 0
            && inputs["token_expire"] == inputs["privilege_expire"]
    });
    vectors
}

#[test]
fn golden_tokens_are_signed_in_webassembly() {
    let vectors = publishers();
    assert!(vectors.len() >= 2, "there are only {}", vectors.len());
    let lines: Vec<_> = vectors
        .iter()
        .map(|vector| {
            let inputs = &vector.inputs;
            let text = [
                &json!(vector.app_id),
                &json!(vector.app_certificate),
                &inputs["channel_name"],
                &inputs["uid"],
                &inputs["issue_ts"],
                &inputs["token_expire"],
                &inputs["salt"],
            ]
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
            .join("\n");
            json!(["sign", text])
        })
        .collect();
    for (vector, text) in vectors.iter().zip(calls(&lines)) {
        let token = AccessToken2::parse(&text)
            .unwrap_or_else(|error| panic!("{}: {error}: {text}", vector.id));
        assert_eq!(
            token.message(),
            unhex(&vector.signing_message_hex),
            "{}",
            vector.id
        );
        assert_eq!(
            token.signature(),
            unhex(&vector.signature_hex),
            "{}",
            vector.id
        );
    }
}

/// What the module says of an input that it cannot take: it ends neither itself nor the page.
#[test]
fn a_wrong_input_is_an_answer() {
    let answers = calls(&[json!(["sign", "one line"]), json!(["sign", ""])]);
    for answer in answers {
        assert!(answer.starts_with("error: "), "{answer}");
    }
}
