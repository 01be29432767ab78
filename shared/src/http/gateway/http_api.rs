//! Events of an HTTP API or a function URL, in payload format 2.0.

use super::super::problem::Problem;
use super::headers::Headers;
use super::path;
use super::request::{Request, Sent};
use super::response::Response;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// An event: the fields that a request is made of.
///
/// `lambda_http` has a type for it as well, which takes about three times as long to read. Texts are
/// borrowed from the event where they can be.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(in super::super) struct Event<'a> {
    /// The route that matched, or `$default`.
    #[serde(borrow)]
    route_key: Option<Text<'a>>,
    /// The path: decoded by an HTTP API, as sent by a function URL and a local server.
    #[serde(borrow)]
    raw_path: Cow<'a, str>,
    /// The query as it was sent.
    #[serde(borrow)]
    raw_query_string: Option<Text<'a>>,
    /// Headers by lower-case name.
    #[serde(borrow)]
    headers: Fields<'a>,
    /// What the variables of the route matched.
    #[serde(borrow)]
    path_parameters: Option<Fields<'a>>,
    /// The method and the request's id.
    #[serde(borrow)]
    request_context: RequestContext<'a>,
    /// The body.
    #[serde(borrow)]
    body: Option<Text<'a>>,
    /// Whether the body is Base64.
    is_base64_encoded: bool,
}

impl Event<'_> {
    pub(super) fn has_method(&self) -> bool {
        !self.request_context.http.method.is_empty()
    }

    pub(super) fn request_id(&self) -> Option<&str> {
        self.request_context.request_id.as_deref()
    }

    /// The request. Where local paths are encoded, a local server's are: it knows no routes and says
    /// `$default`. So do function URLs, which tell the path twice.
    pub(super) fn request(&self, encoded_locally: bool) -> Result<Request<'_>, Problem> {
        let path = self.raw_path.as_ref();
        let proxy = self
            .path_parameters
            .as_ref()
            .and_then(|parameters| parameters.get("proxy"));
        let local = encoded_locally && matches!(self.route_key.as_deref(), None | Some("$default"));
        let segments = if local || path::is_encoded(path, &self.request_context.http.path) {
            path::encoded(path)
        } else if proxy.is_none_or(|proxy| path::ends_with(path, proxy)) {
            path::decoded(path)
        } else {
            Err(Problem::path_ambiguous())
        };
        Request::new(Sent {
            method: &self.request_context.http.method,
            path,
            segments,
            query: self.raw_query_string.as_deref().unwrap_or_default().into(),
            headers: Headers::pick(|name| self.header(name).map(Cow::Borrowed)),
            body: self.body.as_deref().unwrap_or_default(),
            body_is_base64: self.is_base64_encoded,
        })
    }

    /// The header of this lower-case name. API Gateway lower-cases names; a local server may not.
    fn header(&self, name: &str) -> Option<&str> {
        let exact = self.headers.get(name);
        let found = exact.or_else(|| {
            self.headers
                .iter()
                .find(|(sent, _)| sent.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        });
        found.map(AsRef::as_ref)
    }
}

/// What the gateway says about the request.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RequestContext<'a> {
    /// The request line.
    #[serde(borrow)]
    http: RequestLine<'a>,
    /// The gateway's id of the request.
    #[serde(borrow)]
    request_id: Option<Text<'a>>,
}

/// The request line.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct RequestLine<'a> {
    /// The method in upper case.
    #[serde(borrow)]
    method: Cow<'a, str>,
    /// The path once more, decoded.
    #[serde(borrow)]
    path: Cow<'a, str>,
}

/// A text of the event. serde borrows a `Cow` only where it is a field by itself: within an option, a
/// list or a map, it would be copied.
#[derive(Debug, Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        self
    }
}

/// Texts by name. A request has a dozen headers, of which three are looked at: hashing all of their
/// names would cost more than it saves.
#[derive(Debug, Default)]
struct Fields<'a>(Vec<(Text<'a>, Text<'a>)>);

impl<'a> Fields<'a> {
    /// The text of exactly this name, the last one where there are several.
    fn get(&self, name: &str) -> Option<&Text<'a>> {
        let mut fields = self.0.iter().rev();
        let (_, text) = fields.find(|(known, _)| **known == *name)?;
        Some(text)
    }

    /// All of them.
    fn iter(&self) -> std::slice::Iter<'_, (Text<'a>, Text<'a>)> {
        self.0.iter()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("texts by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::with_capacity(16);
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// The answer.
pub(super) struct Answer<'a>(pub(super) &'a Response);

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(response) = self;
        let mut answer = serializer.serialize_struct("Response", 5)?;
        answer.serialize_field("statusCode", &response.status.as_u16())?;
        answer.serialize_field("headers", &AnswerHeaders(response))?;
        answer.serialize_field("body", &response.body)?;
        answer.serialize_field("isBase64Encoded", &response.is_base64)?;
        // cargo-lambda cannot do without it.
        answer.serialize_field("cookies", &[(); 0])?;
        answer.end()
    }
}

struct AnswerHeaders<'a>(&'a Response);

impl Serialize for AnswerHeaders<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.headers.len() + 2))?;
        for (name, value) in self.0.all_headers() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_borrowed_where_they_stand_as_they_are() {
        let event = r#"{"body":"plain","routeKey":"a\"b","headers":{"x":"1","y":"2","x":"3","z":"\u00e9"}}"#;
        let event: Event<'_> = serde_json::from_str(event).unwrap();
        let borrowed = |text: &Text<'_>| matches!(text.0, Cow::Borrowed(_));
        assert!(event.body.as_ref().is_some_and(borrowed));
        assert_eq!(event.route_key.as_deref(), Some("a\"b"));
        assert!(event.headers.get("y").is_some_and(borrowed));
        assert_eq!(event.headers.get("x").map(AsRef::as_ref), Some("3"));
        assert_eq!(event.headers.get("z").map(AsRef::as_ref), Some("é"));
        assert!(event.headers.get("Y").is_none());
    }

    #[test]
    fn headers_that_are_no_texts_are_refused() {
        for event in [
            r#"{"headers":null}"#,
            r#"{"headers":{"a":1}}"#,
            r#"{"headers":["a"]}"#,
        ] {
            assert!(serde_json::from_str::<Event<'_>>(event).is_err(), "{event}");
        }
    }
}
