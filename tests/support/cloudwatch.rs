//! What Lambda makes of a line that a function writes, by its documentation of the JSON log format.

use serde_json::Value;

/// The levels by which an operator may have lines dropped, the least important first.
pub const LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/// The level that Lambda gives a line: its own, where it is a JSON object with a `timestamp` of RFC 3339
/// and a `level` that there is, in letters of whichever case; otherwise `INFO`.
#[must_use]
pub fn level(line: &str) -> &'static str {
    let parsed: Value = serde_json::from_str(line).unwrap_or_default();
    let named = parsed["level"].as_str().unwrap_or_default();
    match LEVELS
        .iter()
        .find(|level| level.eq_ignore_ascii_case(named))
    {
        Some(level) if parsed["timestamp"].as_str().is_some_and(is_rfc_3339) => level,
        _ => "INFO",
    }
}

/// Whether a line is kept where the operator set `ApplicationLogLevel` to `least`.
#[must_use]
pub fn keeps(least: &str, line: &str) -> bool {
    let rank = |level: &str| LEVELS.iter().position(|one| *one == level);
    rank(level(line)) >= rank(least)
}

/// Whether a text is a time in the form `2026-11-25T08:35:00.123Z`, with or without a fraction.
fn is_rfc_3339(text: &str) -> bool {
    let digits = |from: usize, to: usize| {
        text.get(from..to)
            .is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let marks = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")];
    let end = text.get(19..).and_then(|rest| rest.strip_suffix('Z'));
    let fraction = end.is_some_and(|end| {
        let digits = end.strip_prefix('.').unwrap_or("0");
        end.is_empty() || digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty()
    });
    let places = [(0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19)];
    marks
        .iter()
        .all(|(place, mark)| text.get(*place..place + 1) == Some(mark))
        && places.iter().all(|(from, to)| digits(*from, *to))
        && fraction
}
