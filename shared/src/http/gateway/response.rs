//! The answer.

use super::event::Door;
use super::request::Request;
use super::{http_api, load_balancer, rest_api};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::ser::{Serialize, Serializer};
use serde_json::json;
use std::borrow::Cow;

/// An answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The header `Content-Type`.
    pub content_type: &'static str,
    /// The body, in Base64 where that is said.
    pub body: String,
    /// Whether it is: bytes that are no text cannot travel otherwise.
    pub is_base64: bool,
    /// Further headers. Those that every answer has are added when it is sent; without a
    /// `cache-control` among these, nobody may keep it.
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
            is_base64: false,
            headers: Vec::new(),
        }
    }

    /// A plain text answer.
    pub fn text(status: StatusCode, body: impl Into<String>) -> Self {
        Self {
            status,
            content_type: "text/plain; charset=utf-8",
            body: body.into(),
            is_base64: false,
            headers: Vec::new(),
        }
    }

    /// A file of any type, as a gzip stream to whoever takes that.
    pub fn file(
        request: &Request<'_>,
        content_type: &'static str,
        bytes: &[u8],
        gzip: &[u8],
    ) -> Self {
        let encoded = |bytes: &[u8]| Self {
            is_base64: true,
            ..Self::text(StatusCode::OK, STANDARD.encode(bytes))
        };
        let response = if request.accepts_gzip() {
            encoded(gzip).with_header("content-encoding", "gzip")
        } else {
            str::from_utf8(bytes)
                .map_or_else(|_| encoded(bytes), |text| Self::text(StatusCode::OK, text))
        };
        Self {
            content_type,
            ..response.with_header("vary", "accept-encoding")
        }
    }

    /// What a health check is told.
    pub fn healthy() -> Self {
        Self::json(StatusCode::OK, &json!({ "status": "ok" }))
    }

    /// The same with one header more.
    pub fn with_header(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// All of its headers by lower-case name.
    pub(super) fn all_headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let own = self.headers.iter();
        let own = own.map(|(name, value)| (*name, value.as_ref()));
        // A token is nobody's to keep but its user's.
        let kept = own.clone().any(|(name, _)| name == "cache-control");
        let no_store = (!kept).then_some(("cache-control", "no-store"));
        [("content-type", self.content_type)]
            .into_iter()
            .chain(no_store)
            .chain(own)
    }

    /// The same as a map, without those that cannot stand in a header.
    pub(super) fn header_map(&self) -> HeaderMap {
        let headers = self.all_headers().filter_map(|(name, value)| {
            let value = HeaderValue::from_str(value).ok()?;
            Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value))
        });
        headers.collect()
    }
}

/// An answer in the shape of the front door that it leaves by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The front door.
    pub door: Door,
    /// The answer.
    pub response: Response,
}

impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let response = &self.response;
        match self.door {
            Door::HttpApi => http_api::Answer(response).serialize(serializer),
            Door::RestApi => rest_api::answer(response).serialize(serializer),
            Door::LoadBalancer => load_balancer::answer(response).serialize(serializer),
        }
    }
}
