//! The audit line: one for each request, whatever became of it.

use super::app::Done;
use super::issue::Issued;
use super::log;
use super::problem::Problem;
use crate::access::Principal;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::time::Instant;

/// What is noted about a request while it is dealt with.
#[derive(Debug)]
pub(super) struct Audit<'a> {
    pub(super) request_id: &'a str,
    pub(super) started: Instant,
    /// Unix milliseconds.
    pub(super) time: u64,
    pub(super) principal: Option<Principal>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    level: &'static str,
    r#type: &'static str,
    time: u64,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<&'a str>,
    tokens: Vec<Token<'a>>,
    outcome: &'a str,
    status: u16,
    duration_micros: u128,
}

/// A token as the audit line shows it: everything but the token. A refused one has its problem's code.
struct Token<'a>(&'a Result<Issued, Problem>);

impl Serialize for Token<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            Err(problem) => map.serialize_entry("refused", problem.code)?,
            Ok(issued) => {
                map.serialize_entry("tokenType", issued.token_type)?;
                map.serialize_entry("appId", issued.app_id.as_str())?;
                for (name, value) in &issued.description {
                    map.serialize_entry(name, value)?;
                }
                map.serialize_entry("lifetime", &(issued.expires_at - issued.issued_at))?;
                map.serialize_entry("fingerprint", &issued.fingerprint())?;
            }
        }
        map.end()
    }
}

impl Audit<'_> {
    /// Writes the line.
    pub(super) fn write(&self, done: &Done) {
        let key_id = match &self.principal {
            Some(Principal::Service { key_id, .. }) => Some(key_id.as_str()),
            _ => None,
        };
        log::write(&Line {
            level: "INFO",
            r#type: "audit",
            time: self.time,
            request_id: self.request_id,
            principal: self.principal.as_ref().map(Principal::kind),
            key_id,
            tokens: done.tokens.iter().map(Token).collect(),
            outcome: done.outcome,
            status: done.response.status.as_u16(),
            duration_micros: self.started.elapsed().as_micros(),
        });
    }
}
