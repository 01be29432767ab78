//! The answer, in the form that API Gateway takes.

use http::StatusCode;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::borrow::Cow;

/// An answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The header `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
    /// Further headers. Those that every answer has are added when it is sent.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
}

impl Response {
    /// A JSON answer.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Self {
        // Room for one token with all that is said about it.
        let mut text = Vec::with_capacity(768);
        // Only maps with keys that aren't strings cannot be written; there are none here.
        let written = serde_json::to_writer(&mut text, body);
        let body = written.ok().and_then(|()| String::from_utf8(text).ok());
        let body = body.unwrap_or_default();
        Self {
            status,
            content_type: "application/json",
            body,
            headers: Vec::new(),
        }
    }

    /// A plain text answer.
    pub fn text(status: StatusCode, body: impl Into<String>) -> Self {
        Self {
            status,
            content_type: "text/plain; charset=utf-8",
            body: body.into(),
            headers: Vec::new(),
        }
    }

    /// The same with one header more.
    pub fn with_header(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

struct Headers<'a>(&'a Response);

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.headers.len() + 2))?;
        map.serialize_entry("content-type", self.0.content_type)?;
        // A token is nobody's to keep but its user's.
        map.serialize_entry("cache-control", "no-store")?;
        for (name, value) in &self.0.headers {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for Response {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serializer.serialize_struct("Response", 5)?;
        answer.serialize_field("statusCode", &self.status.as_u16())?;
        answer.serialize_field("headers", &Headers(self))?;
        answer.serialize_field("body", &self.body)?;
        answer.serialize_field("isBase64Encoded", &false)?;
        // cargo-lambda cannot do without it.
        answer.serialize_field("cookies", &[(); 0])?;
        answer.end()
    }
}
