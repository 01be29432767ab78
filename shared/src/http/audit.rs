//! The audit line: one for each request, whatever became of it, with its counters.
//!
//! The counters are CloudWatch metrics in the embedded format: members of the line that `_aws` names.
//! Their names carry the kind (`Issued.rtc`, `Denied.denied_role`, `Answered.403`, `Errors`), because a line
//! can have several kinds and a dimension only one value.
//!
//! Lambda's own lines about starts and requests are off, so this one has what is wanted of them: how long the
//! process took to start, the duration, the memory.
//!
//! A line has 8 KiB at most, whatever a request holds: see [`ROOM`].

use super::code::Code;
use super::done::{Done, Outcome};
use super::log::{self, Timestamp};
use super::problem::Problem;
use super::process::Process;
use crate::access::Principal;
use crate::grant::{Description, TokenRequest};
use crate::issue::Issued;
use crate::params::quoted;
use crate::token::AppId;
use http::StatusCode;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;
use std::borrow::Cow;
use std::time::Instant;

/// How much of a line what was issued may take, and how much what was refused, in bytes: some seven
/// tokens. One that doesn't fit has its lists replaced by their lengths; where it doesn't fit even so,
/// it and those after it are counted in `tokensOmitted` or `refusedOmitted`. The counters are of all.
const ROOM: usize = 2 * 1024;

/// How much of a path that no route has stands in a line, in bytes.
const LONGEST_PATH: usize = 256;
/// How long the process took to start, in the line of its first request.
const COLD_START: &str = "ColdStart";

/// What is noted about a request while it is dealt with.
pub(super) struct Audit<'a> {
    pub(super) request_id: &'a str,
    /// Where CloudWatch counts.
    pub(super) namespace: &'a str,
    pub(super) process: &'a Process,
    pub(super) started: Instant,
    /// Unix milliseconds.
    pub(super) time: u64,
    /// The method and the route's pattern, where there is such a route. Never its path, which can hold
    /// what a caller keeps to themselves.
    pub(super) route: Option<(&'a str, &'static str)>,
    /// The method and the path where there is none: what an app asks for that was written for another server.
    pub(super) nowhere: Option<(String, String)>,
    pub(super) principal: Option<Principal>,
    /// What was asked for and refused.
    pub(super) refused: Vec<Refused>,
}

/// A token that was asked for and refused.
#[derive(Debug)]
pub(super) struct Refused {
    token_type: &'static str,
    app_id: Option<AppId>,
    description: Description,
    /// Seconds.
    lifetime: Option<u32>,
    code: Code,
}

impl Refused {
    pub(super) fn new(request: &TokenRequest, problem: &Problem) -> Self {
        Self {
            token_type: request.grant.token_type(),
            app_id: request.app_id,
            description: request.grant.describe(),
            lifetime: request.lifetime.map(|lifetime| lifetime.seconds()),
            code: problem.code,
        }
    }
}

impl Audit<'_> {
    /// Notes a request that no route takes, short of what could be secret. The query is left out.
    pub(super) fn saw_nowhere(&mut self, method: &str, path: &str) {
        let segments: Vec<&str> = path.split('/').map(harmless).collect();
        let mut path = segments.join("/");
        if path.len() > LONGEST_PATH {
            while path.len() > LONGEST_PATH {
                path.pop();
            }
            path.push('…');
        }
        self.nowhere = Some((quoted(method), path));
    }

    /// Writes the line, and before it the reason of an internal problem.
    pub(super) fn write(&self, done: &Done) {
        if let Some(reason) = done.reason {
            log::internal(self.request_id, reason);
        }
        log::write(&Line { audit: self, done });
    }
}

/// A segment of a path, or a mark in its place where it could be a token, a key or a certificate: by its
/// length, or by digits in something longer than most words.
fn harmless(segment: &str) -> &str {
    let length = segment.len();
    let digits = segment.bytes().any(|byte| byte.is_ascii_digit());
    if length >= 32 || (length >= 16 && digits) {
        return "…";
    }
    segment
}

struct Line<'a> {
    audit: &'a Audit<'a>,
    done: &'a Done,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { audit, done } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("timestamp", &Timestamp(audit.time))?;
        map.serialize_entry("level", self.level())?;
        map.serialize_entry("type", "audit")?;
        map.serialize_entry("requestId", audit.request_id)?;
        if let Some((method, path)) = &audit.route {
            map.serialize_entry("route", &format_args!("{method} {path}"))?;
        }
        if let Some((method, path)) = &audit.nowhere {
            map.serialize_entry("method", method)?;
            map.serialize_entry("path", path)?;
        }
        if let Some(principal) = &audit.principal {
            map.serialize_entry("principal", principal.kind())?;
            if let Some(name) = principal.key_name() {
                map.serialize_entry("keyName", name)?;
            }
            if let Some((name, alias)) = principal.alias() {
                map.serialize_entry(name, alias)?;
            }
        }
        let issued = done.tokens.iter().flatten();
        let (tokens, omitted) = listed(issued.map(Entry::issued));
        map.serialize_entry("tokens", &tokens)?;
        if omitted > 0 {
            map.serialize_entry("tokensOmitted", &omitted)?;
        }
        if !audit.refused.is_empty() {
            let (refused, omitted) = listed(audit.refused.iter().map(Entry::refused));
            map.serialize_entry("refused", &refused)?;
            if omitted > 0 {
                map.serialize_entry("refusedOmitted", &omitted)?;
            }
        }
        map.serialize_entry("outcome", done.outcome.as_str())?;
        map.serialize_entry("status", &done.response.status.as_u16())?;
        map.serialize_entry("durationMicros", &audit.started.elapsed().as_micros())?;
        if let Some(memory) = audit.process.memory() {
            map.serialize_entry("memoryMB", &memory)?;
        }

        let counters = self.counters();
        if !counters.is_empty() {
            map.serialize_entry(
                "_aws",
                &Metrics {
                    time: audit.time,
                    namespace: audit.namespace,
                    counters: &counters,
                },
            )?;
            for (name, count) in &counters {
                map.serialize_entry(name, count)?;
            }
        }
        map.end()
    }
}

impl Line<'_> {
    /// Whom it concerns: the operator where the service failed, whoever watches the door where it was shut.
    fn level(&self) -> &'static str {
        match self.done.outcome {
            _ if self.done.response.status.is_server_error() => "ERROR",
            Outcome::Refused(code) if code.is_denial() => "WARN",
            _ => "INFO",
        }
    }

    /// The counters of this request by name.
    fn counters(&self) -> Vec<(String, u64)> {
        let mut counters: Vec<(String, u64)> = Vec::new();
        let mut count = |name: String| match counters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counters.push((name, 1)),
        };
        for token in &self.done.tokens {
            match token {
                Ok(issued) => count(format!("Issued.{}", issued.token_type)),
                Err(problem) if problem.code.is_denial() => {
                    count(format!("Denied.{}", problem.code))
                }
                Err(_) => {}
            }
        }
        let status = self.done.response.status;
        if let Outcome::Refused(code) = self.done.outcome
            && code.is_denial()
        {
            count(format!("Denied.{code}"));
        }
        if status.is_server_error() {
            count("Errors".to_owned());
        }
        if status.is_client_error() {
            // The gateway counts these and its own together; the difference is what it turned away itself.
            count("Answered.4xx".to_owned());
        }
        if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
            count(format!("Answered.{}", status.as_u16()));
        }
        if let Some(micros) = self.audit.process.start() {
            counters.push((COLD_START.to_owned(), micros));
        }
        counters
    }
}

/// A token that was issued or refused, as the line shows it: everything but the token.
struct Entry<'a> {
    token_type: &'static str,
    app_id: Option<&'a AppId>,
    description: &'a Description,
    /// Seconds.
    lifetime: Option<u64>,
    /// What became of it: the fingerprint of the token, or the code of the refusal.
    end: (&'static str, Cow<'static, str>),
    /// Whether lists are shown by their lengths.
    brief: bool,
}

impl<'a> Entry<'a> {
    fn issued(issued: &'a Issued) -> Self {
        Self {
            token_type: issued.token_type,
            app_id: Some(&issued.app_id),
            description: &issued.description,
            lifetime: Some(issued.expires_at.saturating_sub(issued.issued_at)),
            end: ("fingerprint", issued.fingerprint().into()),
            brief: false,
        }
    }

    fn refused(refused: &'a Refused) -> Self {
        Self {
            token_type: refused.token_type,
            app_id: refused.app_id.as_ref(),
            description: &refused.description,
            lifetime: refused.lifetime.map(u64::from),
            end: ("code", refused.code.as_str().into()),
            brief: false,
        }
    }
}

impl Entry<'_> {
    /// How many bytes it takes in the line at most.
    fn length(&self) -> usize {
        /// What it takes without a description: the longest type, code and numbers.
        const BARE: usize = 192;
        let member = |(name, value): &(&str, Value)| name.len() + 3 + length(value, self.brief);
        BARE + self.description.iter().map(member).sum::<usize>()
    }
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("tokenType", self.token_type)?;
        if let Some(app_id) = self.app_id {
            map.serialize_entry("appId", app_id.as_str())?;
        }
        for (name, value) in self.description {
            if self.brief {
                map.serialize_entry(name, &Brief(value))?;
            } else {
                map.serialize_entry(name, value)?;
            }
        }
        if let Some(lifetime) = self.lifetime {
            map.serialize_entry("lifetime", &lifetime)?;
        }
        map.serialize_entry(self.end.0, &self.end.1)?;
        map.end()
    }
}

/// A value whose lists are shown by their lengths.
struct Brief<'a>(&'a Value);

impl Serialize for Brief<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(list) => list.len().serialize(serializer),
            Value::Object(object) => {
                serializer.collect_map(object.iter().map(|(name, value)| (name, Brief(value))))
            }
            other => other.serialize(serializer),
        }
    }
}

/// The entries that fit into [`ROOM`], and how many don't.
fn listed<'a>(mut entries: impl Iterator<Item = Entry<'a>>) -> (Vec<Entry<'a>>, usize) {
    let (mut listed, mut room) = (Vec::new(), ROOM);
    while let Some(mut entry) = entries.next() {
        entry.brief = entry.length() > room;
        let Some(left) = room.checked_sub(entry.length()) else {
            return (listed, 1 + entries.count());
        };
        listed.push(entry);
        room = left;
    }
    (listed, 0)
}

/// How many bytes a value takes in the line at most.
fn length(value: &Value, brief: bool) -> usize {
    // With a comma.
    1 + match value {
        Value::Array(list) if !brief => {
            2 + list.iter().map(|one| length(one, brief)).sum::<usize>()
        }
        Value::Object(object) => {
            let member = |(name, value): (&String, _)| name.len() + 3 + length(value, brief);
            2 + object.iter().map(member).sum::<usize>()
        }
        Value::String(text) => 2 + text_length(text),
        // The longest number that there is.
        _ => 24,
    }
}

/// The same for a text without its quotation marks: one byte of it takes six where it is escaped.
fn text_length(text: &str) -> usize {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        text.len()
    } else {
        6 * text.len()
    }
}

/// The member that makes CloudWatch count.
struct Metrics<'a> {
    time: u64,
    namespace: &'a str,
    counters: &'a [(String, u64)],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: [[&'static str; 0]; 1],
    metrics: Vec<Metric<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
}

impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let metrics = self
            .counters
            .iter()
            .map(|(name, _)| Metric {
                name,
                // Numbers need none.
                unit: (name == COLD_START).then_some("Microseconds"),
            })
            .collect();
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("Timestamp", &self.time)?;
        map.serialize_entry(
            "CloudWatchMetrics",
            &[Directive {
                namespace: self.namespace,
                dimensions: [[]],
                metrics,
            }],
        )?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_entry_is_longer_than_it_is_taken_for() {
        let values = [
            json!(null),
            json!(u64::MAX),
            json!(-1.234_567_890_123_456_7e-300),
            json!("plain"),
            json!("\u{61c}\u{2028}\u{e0041}"),
            json!("\u{1}\"\\频"),
            json!(["a", ["b", {"c": []}], 1]),
            json!({"users": {"read": vec!["name"; 40]}, "": ""}),
        ];
        for value in values {
            let description = vec![("channelName", value.clone()), ("account", value)];
            for brief in [false, true] {
                let app_id = "0123456789abcdef0123456789abcdef".parse().unwrap();
                let entry = Entry {
                    token_type: "education/room-user",
                    app_id: Some(&app_id),
                    description: &description,
                    lifetime: Some(u32::MAX.into()),
                    end: ("code", "subscriber_needs_cohost_authentication".into()),
                    brief,
                };
                let text = serde_json::to_string(&entry).unwrap();
                let len = log::escaped(&text).len();
                assert!(len < entry.length(), "{len} {}: {text}", entry.length());
            }
        }
    }
}
