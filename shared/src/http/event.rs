//! The event that API Gateway sends.

use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashMap;

/// An event of an HTTP API, payload format 2.0: the fields that a request is made of.
///
/// This is read here and not by `lambda_http`, whose conversion to an `http::Request` panics on what
/// browsers do send (a raw `"`, `<`, `>` or space in the query) and on other odd events. Nothing here
/// builds a URI, so nothing can go wrong in one; texts are borrowed from the event where they can be.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Event<'a> {
    /// `2.0`.
    #[serde(borrow)]
    pub version: Cow<'a, str>,
    /// The route that matched, or `$default`.
    #[serde(borrow)]
    pub route_key: Option<Cow<'a, str>>,
    /// The path: decoded by API Gateway, as sent by a local server.
    #[serde(borrow)]
    pub raw_path: Cow<'a, str>,
    /// The query as it was sent.
    #[serde(borrow)]
    pub raw_query_string: Option<Cow<'a, str>>,
    /// Headers by lower-case name.
    #[serde(borrow)]
    pub headers: HashMap<Cow<'a, str>, Cow<'a, str>>,
    /// What the variables of the route matched.
    #[serde(borrow)]
    pub path_parameters: Option<HashMap<Cow<'a, str>, Cow<'a, str>>>,
    /// The method and the request's id.
    #[serde(borrow)]
    pub request_context: RequestContext<'a>,
    /// The body.
    #[serde(borrow)]
    pub body: Option<Cow<'a, str>>,
    /// Whether the body is Base64.
    pub is_base64_encoded: bool,
}

/// What the gateway says about the request.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct RequestContext<'a> {
    /// The request line.
    #[serde(borrow)]
    pub http: RequestLine<'a>,
    /// The gateway's id of the request.
    #[serde(borrow)]
    pub request_id: Option<Cow<'a, str>>,
}

/// The request line.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub struct RequestLine<'a> {
    /// The method in upper case.
    #[serde(borrow)]
    pub method: Cow<'a, str>,
}
