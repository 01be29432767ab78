//! JSON objects in which every name occurs once.

use crate::params::Value;
use serde_json::Map;

/// Reads a JSON object. Two members of one name are refused at every depth: the next program to read
/// the same token might take the other one (RFC 7519, 4, and RFC 8725, 2.4).
pub(super) fn parse(text: &[u8]) -> Option<Map<String, serde_json::Value>> {
    let value: Value = serde_json::from_slice(text).ok()?;
    match value.into_json()? {
        serde_json::Value::Object(object) => Some(object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use serde_json::{Value, json};

    #[test]
    fn an_object_is_read_as_it_is() {
        let text = r#"{"a":[1,-2,1.5,null,true,"x\u0041"],"b":{"a":{}},"":0}"#;
        assert_eq!(
            Value::Object(parse(text.as_bytes()).unwrap()),
            json!({"a": [1, -2, 1.5, null, true, "xA"], "b": {"a": {}}, "": 0})
        );
    }

    #[test]
    fn a_repeated_name_is_refused_at_every_depth() {
        for text in [
            r#"{"sub":"a","sub":"b"}"#,
            r#"{"sub":"a","sub":"a"}"#,
            r#"{"sub":"a","s\u0075b":"b"}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let deep = format!("{}{}", r#"{"a":"#.repeat(1000), "}".repeat(1000));
        for text in [
            "",
            "null",
            "[]",
            r#""{}""#,
            "1",
            "{",
            "{}x",
            "{}{}",
            r#"{"a":1e999}"#,
            "{'a':1}",
            &deep,
        ] {
            assert_eq!(parse(text.as_bytes()), None);
        }
        assert_eq!(parse(b"{\"a\":\"\xff\"}"), None);
    }
}
