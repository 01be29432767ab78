//! A request, as the routes read it.

use super::super::problem::Problem;
use super::headers::Headers;
use super::query;
use crate::access::Credentials;
#[cfg(feature = "contract")]
use crate::params::record;
use crate::params::{Invalid, Parameters, Rule, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;

/// The longest path and query together, in bytes: API Gateway takes no more for the whole request line
/// and all headers.
const LONGEST_URI: usize = 10 * 1024;

/// What a front door hands over of a request.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    /// In upper case.
    pub(super) method: &'a str,
    /// From the first slash on.
    pub(super) path: &'a str,
    /// The same decoded.
    pub(super) segments: Result<Vec<String>, Problem>,
    /// The query as it was sent.
    pub(super) query: Cow<'a, str>,
    pub(super) headers: Headers<'a>,
    pub(super) body: &'a str,
    pub(super) body_is_base64: bool,
}

/// One HTTP request.
#[derive(Debug)]
pub struct Request<'a> {
    method: &'a str,
    path: &'a str,
    segments: Vec<String>,
    query: Cow<'a, str>,
    headers: Headers<'a>,
    sent_body: &'a str,
    body_is_base64: bool,
    /// Empty before [`Request::with_body`].
    body: Result<Cow<'a, [u8]>, Problem>,
}

impl<'a> Request<'a> {
    /// A request, short of its body.
    ///
    /// # Errors
    /// A problem where a part is missing, or the path is ambiguous or too long.
    pub(super) fn new(sent: Sent<'a>) -> Result<Self, Problem> {
        if sent.method.is_empty() || sent.path.is_empty() {
            return Err(Problem::event_malformed());
        }
        if sent.path.len() + sent.query.len() > LONGEST_URI {
            return Err(Problem::uri_too_long(LONGEST_URI));
        }
        Ok(Self {
            method: sent.method,
            path: sent.path,
            segments: sent.segments?,
            query: sent.query,
            headers: sent.headers,
            sent_body: sent.body,
            body_is_base64: sent.body_is_base64,
            body: Ok(Cow::default()),
        })
    }

    /// The same with its body, which may have so many bytes on the route that was found.
    pub(in super::super) fn with_body(self, largest: usize) -> Self {
        Self {
            body: body(self.sent_body, self.body_is_base64, largest),
            ..self
        }
    }

    /// The method, in upper case.
    pub fn method(&self) -> &str {
        self.method
    }

    /// The path as it was handed over, without what a custom domain puts before it.
    pub fn raw_path(&self) -> &str {
        self.path
    }

    /// The decoded segments of the path; a trailing slash makes none.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// What the request shows of its sender.
    pub fn credentials(&self) -> Credentials<'_> {
        Credentials {
            api_key: self.headers.api_key.as_deref(),
            authorization: self.headers.authorization.as_deref(),
            origin: self.headers.origin.as_deref(),
        }
    }

    /// The entity tags of what its sender has already (RFC 9110, 13.1.2).
    pub fn if_none_match(&self) -> Option<&str> {
        self.headers.if_none_match.as_deref()
    }

    /// Whether its sender takes an answer as a gzip stream (RFC 9110, 12.5.3).
    pub(super) fn accepts_gzip(&self) -> bool {
        let accepted = self.headers.accept_encoding.as_deref().unwrap_or_default();
        accepted.split(',').any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
            let refused = weight.bytes().all(|byte| matches!(byte, b'0' | b'.'));
            name.trim().eq_ignore_ascii_case("gzip") && !refused
        })
    }

    /// The parameters, where the method says they are: a POST has them in its JSON body, anything
    /// else in the query.
    ///
    /// # Errors
    /// A problem where they cannot be read, or where a POST has some in the query too.
    pub fn parameters(&self) -> Result<Parameters, Problem> {
        if self.method() != "POST" {
            return self.query();
        }
        if !self.query.is_empty() {
            return Err(Invalid::new(
                "query",
                Rule::Conflict,
                "a POST has its parameters in the body; leave the query empty, or send a GET",
            )
            .into());
        }
        Ok(Parameters::new(self.json()?)?)
    }

    /// The parameters in the query.
    ///
    /// # Errors
    /// A problem where the query is malformed or repeats a name.
    pub fn query(&self) -> Result<Parameters, Problem> {
        Ok(Parameters::new(query::parse(&self.query)?)?)
    }

    /// The JSON object in the body; an empty body counts as an empty object.
    ///
    /// # Errors
    /// A problem where the body is something else.
    pub fn json(&self) -> Result<Vec<(String, Value)>, Problem> {
        let body = self.body()?;
        if body.is_empty() {
            return Ok(Vec::new());
        }
        let announced = self.headers.content_type.as_deref();
        if announced.is_some_and(|media_type| !is_json(media_type)) {
            return Err(Problem::body_not_announced_as_json());
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(entries)) => Ok(entries),
            Ok(other) => Err(not_an_object(&other)),
            Err(error) => Err(not_json(&error)),
        }
    }

    /// The fields of a form in the body.
    ///
    /// # Errors
    /// A problem where it is malformed.
    pub(in super::super) fn form(&self) -> Result<Vec<(String, Value)>, Problem> {
        #[cfg(feature = "contract")]
        record::place(record::Place::Form);
        let body = self.body()?;
        let text = std::str::from_utf8(body)
            .map_err(|_| Problem::body_not_form("the body is not UTF-8"))?;
        query::parse(text.trim())
    }

    /// The fields of the query.
    ///
    /// # Errors
    /// A problem where it is malformed.
    pub(in super::super) fn query_fields(&self) -> Result<Vec<(String, Value)>, Problem> {
        #[cfg(feature = "contract")]
        record::place(record::Place::Query);
        query::parse(&self.query)
    }

    /// The JSON object that the body begins with, however it is announced and whatever follows it.
    ///
    /// # Errors
    /// A problem where it begins with something else.
    pub(in super::super) fn leading_json(&self) -> Result<Vec<(String, Value)>, Problem> {
        #[cfg(feature = "contract")]
        record::place(record::Place::Json);
        let body = self.body()?;
        let mut values = serde_json::Deserializer::from_slice(body).into_iter::<Value>();
        match values.next() {
            Some(Ok(Value::Object(entries))) => Ok(entries),
            Some(Ok(other)) => Err(not_an_object(&other)),
            Some(Err(error)) => Err(not_json(&error)),
            None => Err(Problem::body_not_json(
                "the body is empty; send a JSON object",
            )),
        }
    }

    /// What the body looks like, by what it holds and, where that doesn't tell, by how it is announced.
    /// One that cannot be had looks like JSON: whoever reads that finds out why.
    pub(in super::super) fn body_kind(&self) -> BodyKind {
        let Ok(body) = self.body() else {
            return BodyKind::Json;
        };
        let announced = self.headers.content_type.as_deref();
        let announced = announced.map(essence).unwrap_or_default();
        let form = announced == "application/x-www-form-urlencoded";
        match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => BodyKind::Empty,
            Some(b'{' | b'[' | b'"') => BodyKind::Json,
            Some(_) if form => BodyKind::Form,
            Some(_) if is_json(&announced) => BodyKind::Json,
            Some(_) if body.contains(&b'=') => BodyKind::Form,
            Some(_) => BodyKind::Odd,
        }
    }

    fn body(&self) -> Result<&[u8], Problem> {
        self.body.as_deref().map_err(Clone::clone)
    }
}

/// The body as it was sent, of at most so many bytes.
fn body(body: &str, is_base64: bool, largest: usize) -> Result<Cow<'_, [u8]>, Problem> {
    let arrives_in = if is_base64 {
        largest.div_ceil(3) * 4
    } else {
        largest
    };
    if body.len() > arrives_in {
        return Err(Problem::body_too_large(largest));
    }
    if !is_base64 {
        return Ok(Cow::Borrowed(body.as_bytes()));
    }
    let decoded = STANDARD
        .decode(body)
        .map_err(|_| Problem::body_not_json("the body does not arrive as it was sent"))?;
    if decoded.len() > largest {
        return Err(Problem::body_too_large(largest));
    }
    Ok(Cow::Owned(decoded))
}

/// What a body looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// There is none.
    Empty,
    /// JSON, or meant to be.
    Json,
    /// Names and values, as an HTML form sends them.
    Form,
    /// Neither.
    Odd,
}

fn not_an_object(value: &Value) -> Problem {
    Problem::body_not_json(format!(
        "the body must be one JSON object, not {}",
        value.kind()
    ))
}

fn not_json(error: &serde_json::Error) -> Problem {
    // Every kind of value is taken: what remains is that there are too many, or too deep.
    if error.is_data() {
        return Problem::body_too_complex(format!("the body {error}"));
    }
    Problem::body_not_json(format!(
        "the body is not JSON: look at line {}, column {}",
        error.line(),
        error.column()
    ))
}

/// A media type without its parameters, in lower case.
fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// `application/json`, or a type whose structure is JSON (RFC 6839), whatever its parameters.
fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}
