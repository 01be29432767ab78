//! The log: JSON lines on standard output, which Lambda hands to CloudWatch.
//!
//! Lambda takes the level of a line, by which an operator may have it dropped, from its `level`, where its
//! `timestamp` is one of RFC 3339. Without both, an error would count as `INFO`.

use crate::access::jwt::KeysError;
use crate::calendar;
use crate::clock_and_randomness::{ClockAndRandomness, System};
use crate::params::is_deceptive;
use crate::refresh::LastGood;
use crate::secret::SourceError;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::panic::PanicHookInfo;

/// A Unix time in milliseconds, written as RFC 3339 has it: `2026-11-25T08:35:00.123Z`.
pub(super) struct Timestamp(pub(super) u64);

impl Timestamp {
    fn now() -> Self {
        Self(System.unix_millis())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (seconds, millis) = (self.0 / 1000, self.0 % 1000);
        let (year, month, day) = calendar::date(seconds / 86_400);
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        serializer.collect_str(&format_args!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        ))
    }
}

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
    timestamp: Timestamp,
    level: &'static str,
    code: &'a str,
    message: String,
    last_good_value_serves: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Note<'a> {
    timestamp: Timestamp,
    level: &'static str,
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

/// Tells the operator that the process ends, and why.
pub(super) fn fatal(code: &'static str, reason: &dyn fmt::Display) {
    write(&Note {
        timestamp: Timestamp::now(),
        level: "FATAL",
        code,
        message: &reason.to_string(),
        request_id: None,
    });
}

/// Tells the operator where the code has a bug. What the panic says stays out of it: it may repeat what a
/// caller sent.
pub(super) fn panicked(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    write(&Note {
        timestamp: Timestamp::now(),
        level: "ERROR",
        code: "panic",
        message: place.as_deref().unwrap_or("somewhere"),
        request_id: None,
    });
}

/// Tells the operator that a client sends the App Certificate along, which only the client's own code
/// can have put there. Its value goes nowhere.
pub(super) fn certificate_shipped(request_id: &str) {
    write(&Note {
        timestamp: Timestamp::now(),
        level: "WARN",
        code: "certificate_in_request",
        message: "a client sent an App Certificate, so the app ships one to everybody who installs it; \
                  it was ignored. Take it out of the app and make a new certificate in Agora Console",
        request_id: Some(request_id),
    });
}

/// Tells the operator why a request failed that should not have been able to.
pub(super) fn internal(request_id: &str, reason: &'static str) {
    write(&Note {
        timestamp: Timestamp::now(),
        level: "ERROR",
        code: "internal",
        message: reason,
        request_id: Some(request_id),
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
        timestamp: Timestamp::now(),
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
    fn a_time_is_one_of_rfc_3339() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_795_595_700_007, "2026-11-25T08:35:00.007Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(serde_json::to_value(Timestamp(millis)).unwrap(), text);
        }
    }

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
