//! The log: JSON lines on standard output, which Lambda hands to CloudWatch.

use crate::access::jwt::KeysError;
use crate::params::is_deceptive;
use crate::refresh::LastGood;
use crate::secret::SourceError;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::Write as _;

/// Writes `line` as one line, in one piece. JSON escapes line breaks, and [`escaped`] what else could
/// pass for one, so nothing that a caller sends can start a line of its own. A log that cannot be
/// written must not stop a request.
pub(super) fn write(line: &impl Serialize) {
    // Room for an audit line, which would otherwise be copied as it grows.
    let mut text = Vec::with_capacity(1024);
    if serde_json::to_writer(&mut text, line).is_ok() {
        if !text.is_ascii() {
            text = escaped(&String::from_utf8_lossy(&text)).into_owned().into();
        }
        text.push(b'\n');
        let _ = std::io::stdout().lock().write_all(&text);
    }
}

/// JSON with all that makes a line look like another one written as `\uXXXX`, which means the same:
/// such characters can only stand in its strings.
pub(super) fn escaped(json: &str) -> Cow<'_, str> {
    if json.is_ascii() || !json.contains(is_deceptive) {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len() * 2);
    for c in json.chars() {
        if is_deceptive(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    Cow::Owned(text)
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
struct Note<'a> {
    level: &'static str,
    code: &'static str,
    message: &'static str,
    request_id: &'a str,
}

/// Tells the operator that a client sends the App Certificate along, which only the client's own code
/// can have put there. Its value goes nowhere.
pub(super) fn certificate_shipped(request_id: &str) {
    write(&Note {
        level: "WARN",
        code: "certificate_in_request",
        message: "a client sent an App Certificate, so the app ships one to everybody who installs it; \
                  it was ignored. Take it out of the app and make a new certificate in Agora Console",
        request_id,
    });
}

/// Tells the operator why a request failed that should not have been able to.
pub(super) fn internal(request_id: &str, reason: &'static str) {
    write(&Note {
        level: "ERROR",
        code: "internal",
        message: reason,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_or_turns_text_is_escaped_and_means_the_same() {
        let marks = "\u{80}\u{85}\u{9f}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2060}\u{2066}\u{2067}\u{2068}\u{2069}\u{feff}\u{e0041}";
        let json = serde_json::to_string(&format!("a{marks}é频")).unwrap();
        let text = escaped(&json);
        assert!(!text.contains(|c| marks.contains(c)), "{text}");
        assert!(
            text.contains("\\u2028") && text.contains("\\udb40\\udc41"),
            "{text}"
        );
        assert!(text.contains("é频"), "{text}");
        let read: String = serde_json::from_str(&text).unwrap();
        assert_eq!(read, format!("a{marks}é频"));
        for plain in [r#"{"a":"b"}"#, r#"{"a":"é频"}"#] {
            assert!(matches!(escaped(plain), Cow::Borrowed(_)), "{plain}");
        }
    }
}
