//! The audit line: one for each request, whatever became of it, with its counters.
//!
//! The counters are CloudWatch metrics in the embedded format: members of the line that `_aws` names.
//! Their names carry the kind (`Issued.rtc`, `Denied.denied_role`, `Errors`), because a line can have
//! several kinds and a dimension only one value.

use super::app::Done;
use super::issue::Issued;
use super::log;
use super::problem::Problem;
use crate::access::Principal;
use crate::request::{Ask, Description};
use crate::token::AppId;
use http::StatusCode;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::borrow::Cow;
use std::time::Instant;

/// The CloudWatch namespace that the counters count in: `AgoraToken`, unless told otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricsNamespace(Cow<'static, str>);

impl Default for MetricsNamespace {
    fn default() -> Self {
        Self(Cow::Borrowed("AgoraToken"))
    }
}

impl MetricsNamespace {
    /// A namespace of this name: 1 to 255 letters, digits and `.-_/#`, which are those of CloudWatch
    /// but for the colon that its own begin with. None of any other.
    pub fn new(name: String) -> Option<Self> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_/#".contains(&byte);
        let fits = (1..=255).contains(&name.len()) && name.bytes().all(known);
        fits.then_some(Self(Cow::Owned(name)))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is noted about a request while it is dealt with.
#[derive(Debug)]
pub(super) struct Audit<'a> {
    pub(super) request_id: &'a str,
    /// Where CloudWatch counts.
    pub(super) namespace: &'a str,
    pub(super) started: Instant,
    /// Unix milliseconds.
    pub(super) time: u64,
    /// The method and the route's pattern, where there is such a route. Never the path, which can hold
    /// what a caller keeps to themselves.
    pub(super) route: Option<(&'a str, &'static str)>,
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
    code: &'static str,
}

impl Refused {
    pub(super) fn new(ask: &Ask, problem: &Problem) -> Self {
        Self {
            token_type: ask.grant.token_type(),
            app_id: ask.app_id,
            description: ask.grant.describe(),
            lifetime: ask.lifetime.map(|lifetime| lifetime.seconds()),
            code: problem.code,
        }
    }
}

impl Audit<'_> {
    /// Writes the line.
    pub(super) fn write(&self, done: &Done) {
        log::write(&Line { audit: self, done });
    }
}

struct Line<'a> {
    audit: &'a Audit<'a>,
    done: &'a Done,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { audit, done } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("level", "INFO")?;
        map.serialize_entry("type", "audit")?;
        map.serialize_entry("time", &audit.time)?;
        map.serialize_entry("requestId", audit.request_id)?;
        if let Some((method, path)) = &audit.route {
            map.serialize_entry("route", &format_args!("{method} {path}"))?;
        }
        if let Some(principal) = &audit.principal {
            map.serialize_entry("principal", principal.kind())?;
            match principal {
                Principal::Service { key_id, .. } => map.serialize_entry("keyId", key_id)?,
                Principal::User { subject_hash, .. } => {
                    map.serialize_entry("subjectHash", subject_hash)?
                }
                Principal::Anonymous => {}
            }
        }
        map.serialize_entry(
            "tokens",
            &done.tokens.iter().flatten().map(Token).collect::<Vec<_>>(),
        )?;
        if !audit.refused.is_empty() {
            map.serialize_entry("refused", &audit.refused)?;
        }
        map.serialize_entry("outcome", done.outcome)?;
        map.serialize_entry("status", &done.response.status.as_u16())?;
        map.serialize_entry("durationMicros", &audit.started.elapsed().as_micros())?;

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
    /// The counters of this request by name.
    fn counters(&self) -> Vec<(String, u32)> {
        let mut counters: Vec<(String, u32)> = Vec::new();
        let mut count = |name: String| match counters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counters.push((name, 1)),
        };
        for token in &self.done.tokens {
            match token {
                Ok(issued) => count(format!("Issued.{}", issued.token_type)),
                Err(problem) if problem.is_denial() => count(format!("Denied.{}", problem.code)),
                Err(_) => {}
            }
        }
        let status = self.done.response.status;
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            count(format!("Denied.{}", self.done.outcome));
        }
        if status.is_server_error() {
            count("Errors".to_owned());
        }
        counters
    }
}

/// A token as the audit line shows it: everything but the token.
struct Token<'a>(&'a Issued);

impl Serialize for Token<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(issued) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("tokenType", issued.token_type)?;
        map.serialize_entry("appId", issued.app_id.as_str())?;
        for (name, value) in &issued.description {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("lifetime", &(issued.expires_at - issued.issued_at))?;
        map.serialize_entry("fingerprint", &issued.fingerprint())?;
        map.end()
    }
}

impl Serialize for Refused {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("tokenType", self.token_type)?;
        if let Some(app_id) = &self.app_id {
            map.serialize_entry("appId", app_id.as_str())?;
        }
        for (name, value) in &self.description {
            map.serialize_entry(name, value)?;
        }
        if let Some(lifetime) = self.lifetime {
            map.serialize_entry("lifetime", &lifetime)?;
        }
        map.serialize_entry("code", self.code)?;
        map.end()
    }
}

/// The member that makes CloudWatch count.
struct Metrics<'a> {
    time: u64,
    namespace: &'a str,
    counters: &'a [(String, u32)],
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
    unit: &'static str,
}

impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let metrics = self
            .counters
            .iter()
            .map(|(name, _)| Metric {
                name,
                unit: "Count",
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
