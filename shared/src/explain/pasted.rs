//! The text that is to be explained, as a request has it.

use crate::params::{FromValue, Invalid, Parameters, Schema, Value};
use serde_json::json;

/// Takes the parameter `token`. A `null` is an app's variable without a token, and as good as an empty text;
/// an object or a list is the answer of a token server, pasted as it is.
///
/// # Errors
/// [`Invalid`] if there is none, or if it is a number or a boolean.
pub fn pasted(parameters: &mut Parameters) -> Result<String, Invalid> {
    let sent = parameters.has("token");
    match parameters.take(&["token"])? {
        Some(Pasted(text)) => Ok(text),
        None if sent => Ok(String::new()),
        None => Err(Invalid::missing(
            "token",
            "the text that is to be explained; `null` or an empty text where the app has none",
        )),
    }
}

/// A text, or the answer of a token server as text.
struct Pasted(String);

impl FromValue for Pasted {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        Ok(Self(match value {
            value @ (Value::List(_) | Value::Object(_)) => value
                .into_json()
                .and_then(|json| serde_json::to_vec(&json).ok())
                .and_then(|json| String::from_utf8(json).ok())
                .unwrap_or_default(),
            value => String::from_value(value, field)?,
        }))
    }

    fn schema() -> Schema {
        Schema::new(json!({"type": ["string", "object", "array"], "items": {}})).such_as("007eJx…")
    }
}
