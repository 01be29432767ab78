//! Blocks of shell, run by bash with the real curl.

use std::process::Command;

use agora_token_tests::sample::API_KEY;

use crate::answer::Answer;
use crate::deployment::{Deployment, Laptop, demo_token};

/// Where `make run` serves, as the documentation has it.
const LAPTOP: &str = "http://127.0.0.1:9000";
/// What stands for the reader's own token.
const TOKEN: &str = "007eJx…";

/// A request, and what the documentation says of its answer.
pub(crate) struct Call {
    pub(crate) command: String,
    pub(crate) status: u16,
    pub(crate) answer: Option<String>,
}

/// The requests of a block, but for those of a release, which are GitHub's.
pub(crate) fn calls(text: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for line in text.lines() {
        if line.starts_with("curl ") && !line.contains(" https://github.com/") {
            calls.push(Call {
                command: line.to_owned(),
                status: 200,
                answer: None,
            });
        } else if let (Some(stated), Some(call)) = (line.strip_prefix("# "), calls.last_mut()) {
            let (status, answer) = stated.split_once(' ').unwrap_or((stated, ""));
            let (status, answer) = match status.parse() {
                Ok(status) => (status, answer),
                Err(_) => (200, stated),
            };
            call.status = status;
            call.answer = Some(answer.to_owned()).filter(|answer| !answer.is_empty());
        }
    }
    calls
}

/// Runs a block for the user with these claims; the answers, in order.
pub(crate) fn run(
    text: &str,
    laptop: &Laptop,
    deployment: &Deployment,
    claims: Option<&str>,
) -> Vec<Answer> {
    let script: String = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| [line, "\n"])
        .collect();
    let script = script
        .replace(LAPTOP, &laptop.base_url())
        .replace(TOKEN, &demo_token());
    // Characters that no answer holds stand between body and status, and between answers.
    let curl = "curl() { command curl --max-time 30 -w $'\\036%{http_code}\\037' \"$@\"; }";
    let ran = Command::new("bash")
        .args(["-euc", &format!("{curl}\n{script}")])
        .env("API_KEY", API_KEY)
        .env("BASE_URL", deployment.base_url())
        .env("JWT", deployment.jwt(claims))
        // Requests to this machine go to no proxy.
        .env("no_proxy", "127.0.0.1")
        .output()
        .expect("bash is there");
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{text}\n{told}");
    let printed = String::from_utf8(ran.stdout).unwrap();
    printed
        .split_terminator('\u{1f}')
        .map(|answer| {
            let (body, status) = answer.split_once('\u{1e}').expect("curl says the status");
            Answer::new(status.parse().unwrap(), body)
        })
        .collect()
}
