//! The event that API Gateway sends.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

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
    pub route_key: Option<Text<'a>>,
    /// The path: decoded by API Gateway, as sent by a local server.
    #[serde(borrow)]
    pub raw_path: Cow<'a, str>,
    /// The query as it was sent.
    #[serde(borrow)]
    pub raw_query_string: Option<Text<'a>>,
    /// Headers by lower-case name.
    #[serde(borrow)]
    pub headers: Fields<'a>,
    /// What the variables of the route matched.
    #[serde(borrow)]
    pub path_parameters: Option<Fields<'a>>,
    /// The method and the request's id.
    #[serde(borrow)]
    pub request_context: RequestContext<'a>,
    /// The body.
    #[serde(borrow)]
    pub body: Option<Text<'a>>,
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
    pub request_id: Option<Text<'a>>,
}

/// The request line.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
pub struct RequestLine<'a> {
    /// The method in upper case.
    #[serde(borrow)]
    pub method: Cow<'a, str>,
}

/// A text of the event. serde borrows a `Cow` only where it is a field by itself: within an option, a
/// list or a map, it would be copied.
#[derive(Debug, Deserialize)]
pub struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

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
pub struct Fields<'a>(Vec<(Text<'a>, Text<'a>)>);

impl<'a> Fields<'a> {
    /// The text of exactly this name, the last one where there are several.
    pub fn get(&self, name: &str) -> Option<&Text<'a>> {
        let mut fields = self.0.iter().rev();
        let (_, text) = fields.find(|(known, _)| **known == *name)?;
        Some(text)
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, (Text<'a>, Text<'a>)> {
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
