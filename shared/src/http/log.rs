//! The log: JSON lines on standard output, which Lambda hands to CloudWatch.

use crate::access::jwt::KeysError;
use crate::project::SourceError;
use crate::refresh::LastGood;
use serde::Serialize;
use std::fmt;
use std::io::Write;

/// Writes `line` as one line, in one piece. JSON escapes line breaks, so nothing that a caller sends
/// can start a line of its own. A log that cannot be written must not stop a request.
pub(super) fn write(line: &impl Serialize) {
    // Room for an audit line, which would otherwise be copied as it grows.
    let mut text = Vec::with_capacity(1024);
    if serde_json::to_writer(&mut text, line).is_ok() {
        text.push(b'\n');
        let _ = std::io::stdout().lock().write_all(&text);
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure<'a> {
    level: &'static str,
    code: &'a str,
    message: String,
    last_good_value_serves: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shipped<'a> {
    level: &'static str,
    code: &'static str,
    message: &'static str,
    request_id: &'a str,
}

/// Tells the operator that a client sends the App Certificate along, which only the client's own code
/// can have put there. Its value goes nowhere.
pub(super) fn certificate_shipped(request_id: &str) {
    write(&Shipped {
        level: "WARN",
        code: "certificate_in_request",
        message: "a client sent an App Certificate, so the app ships one to everybody who installs it; \
                  it was ignored. Take it out of the app and make a new certificate in Agora Console",
        request_id,
    });
}

/// Tells the operator that the projects could not be read.
pub(super) fn source_failed(error: &SourceError, last_good: LastGood) {
    failed(error.code(), error, last_good);
}

/// Tells the operator that users, or anonymous callers too, get nothing because of a setting.
pub(super) fn users_stopped(error: &SourceError) {
    failed(error.code(), error, LastGood::IsGone);
}

/// Tells the operator that the keys of the JWT issuer could not be read.
pub(super) fn keys_failed(error: &KeysError, last_good: LastGood) {
    failed(error.code(), error, last_good);
}

fn failed(code: &str, error: &dyn fmt::Display, last_good: LastGood) {
    let serves = last_good == LastGood::Serves;
    write(&Failure {
        level: if serves { "WARN" } else { "ERROR" },
        code,
        message: error.to_string(),
        last_good_value_serves: serves,
    });
}
