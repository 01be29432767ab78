//! What a client receives.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// An HTTP answer, read from a function's response the way an HTTP API reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers, with lower-case names; the values of a repeated header are joined with commas.
    pub headers: BTreeMap<String, String>,
    /// The body, decoded where the function had encoded it; empty when there is none, or when it is no text.
    pub body: String,
    /// The same as it travels.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Reads a response of the payload format 2.0.
    ///
    /// # Panics
    ///
    /// When the gateway could not make an HTTP answer of it.
    #[must_use]
    #[track_caller]
    pub fn from_response(response: &Value) -> Self {
        // Without a status code the gateway guesses; our functions shall not depend on that.
        let Some(status) = response["statusCode"].as_u64() else {
            panic!("no status code in the response {response}");
        };
        let encoded = response["isBase64Encoded"].as_bool().unwrap_or(false);
        let bytes = match &response["body"] {
            Value::Null => Vec::new(),
            Value::String(text) if encoded => decoded(text),
            Value::String(text) => text.clone().into_bytes(),
            other => panic!("the body is neither text nor null: {other}"),
        };
        Self {
            status: u16::try_from(status).expect("a status code has three digits"),
            headers: headers(response),
            body: String::from_utf8(bytes.clone()).unwrap_or_default(),
            bytes,
        }
    }

    /// The value of a header, whose name may be given in any letter case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(&name.to_ascii_lowercase())
            .map(String::as_str)
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// When it is not JSON.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("the body is not JSON ({error}): {:?}", self.body),
        }
    }
}

#[track_caller]
fn decoded(text: &str) -> Vec<u8> {
    STANDARD
        .decode(text)
        .expect("the body is base64, as flagged")
}

/// Single values and lists in one map: the runtime's crates use either.
#[track_caller]
fn headers(response: &Value) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::<String, String>::new();
    let single = fields(response, "headers").filter_map(|(name, value)| {
        // A header that is also in the list is there with all of its values.
        let listed = response["multiValueHeaders"].get(name).is_some();
        (!listed).then(|| (name, text(value)))
    });
    let listed = fields(response, "multiValueHeaders").flat_map(|(name, values)| {
        let values = values.as_array().into_iter().flatten();
        values.map(move |value| (name, text(value)))
    });
    for (name, value) in single.chain(listed) {
        headers
            .entry(name.to_ascii_lowercase())
            .and_modify(|joined| {
                joined.push(',');
                joined.push_str(value);
            })
            .or_insert_with(|| value.to_owned());
    }
    headers
}

fn fields<'a>(
    response: &'a Value,
    name: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    response[name].as_object().into_iter().flatten()
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().expect("the value of a header is text")
}
