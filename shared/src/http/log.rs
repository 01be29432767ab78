//! The log: JSON lines on standard output, which Lambda hands to CloudWatch.

use crate::project::{LastGood, SourceError};
use serde::Serialize;
use std::io::Write;

/// Writes `line` as one line, in one piece. JSON escapes line breaks, so nothing that a caller sends
/// can start a line of its own. A log that cannot be written must not stop a request.
pub(super) fn write(line: &impl Serialize) {
    if let Ok(mut text) = serde_json::to_vec(line) {
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

/// Tells the operator that the projects could not be read.
pub(super) fn source_failed(error: &SourceError, last_good: LastGood) {
    let serves = last_good == LastGood::Serves;
    write(&Failure {
        level: if serves { "WARN" } else { "ERROR" },
        code: error.code(),
        message: error.to_string(),
        last_good_value_serves: serves,
    });
}
