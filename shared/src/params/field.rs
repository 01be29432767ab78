//! From a JSON or query value to a type that keeps the rules.

use super::{Invalid, Rule, Schema, Value, quoted};
use serde_json::json;

/// A type that can be read from one parameter.
pub trait FromValue: Sized {
    /// Reads `value`, which came under the name `field`.
    ///
    /// # Errors
    /// [`Invalid`] names the field and the rule that the value breaks.
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid>;

    /// What is read, for the OpenAPI document: what this refuses, [`FromValue::from_value`] does too.
    fn schema() -> Schema;
}

impl FromValue for String {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        match value {
            Value::Text(text) => Ok(text),
            other => Err(wrong_type(field, "a string", &other)),
        }
    }

    fn schema() -> Schema {
        Schema::new(json!({"type": "string"}))
    }
}

impl FromValue for bool {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        match value {
            Value::Bool(flag) => Ok(flag),
            Value::Text(text) if text == "true" => Ok(true),
            Value::Text(text) if text == "false" => Ok(false),
            other => Err(wrong_type(field, "true or false", &other)),
        }
    }

    fn schema() -> Schema {
        Schema::new(json!({"anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}]}))
    }
}

/// A whole number, as a JSON number or as its decimal digits (the only form a query has).
///
/// Digits must be the number's canonical text: `007`, `+7` and ` 7` are other strings than `7`, and
/// other servers read them as other users.
impl FromValue for i128 {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        match value {
            Value::Integer(number) => Ok(number),
            Value::Text(text) => {
                let digits = text.strip_prefix('-').unwrap_or(&text);
                let canonical = digits == "0" && digits.len() == text.len()
                    || !digits.starts_with('0')
                        && !digits.is_empty()
                        && digits.bytes().all(|b| b.is_ascii_digit());
                if !canonical {
                    return Err(Invalid::new(
                        field,
                        Rule::Type,
                        format!(
                            "`{}` must be a whole number in plain digits, without sign `+`, spaces or leading zeros",
                            quoted(field)
                        ),
                    ));
                }
                text.parse().map_err(|_| {
                    Invalid::new(
                        field,
                        Rule::Range,
                        format!("`{}` is larger than any number in use here", quoted(field)),
                    )
                })
            }
            other => Err(wrong_type(field, "a whole number", &other)),
        }
    }

    fn schema() -> Schema {
        Schema::new(
            json!({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^(0|-?[1-9][0-9]*)$"}]}),
        )
    }
}

impl FromValue for i16 {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        let number = i128::from_value(value, field)?;
        Self::try_from(number).map_err(|_| {
            Invalid::new(
                field,
                Rule::Range,
                format!(
                    "`{}` must be {} to {}, not {number}",
                    quoted(field),
                    Self::MIN,
                    Self::MAX
                ),
            )
        })
    }

    fn schema() -> Schema {
        Schema::integer("", Self::MIN.into(), Self::MAX.into(), "A whole number.")
    }
}

impl FromValue for Vec<Value> {
    fn from_value(value: Value, field: &str) -> Result<Self, Invalid> {
        match value {
            Value::List(list) => Ok(list),
            other => Err(wrong_type(
                field,
                "a list (send it as JSON in a POST)",
                &other,
            )),
        }
    }

    fn schema() -> Schema {
        Schema::new(json!({"type": "array"}))
    }
}

impl FromValue for Value {
    fn from_value(value: Value, _field: &str) -> Result<Self, Invalid> {
        Ok(value)
    }

    fn schema() -> Schema {
        Schema::new(json!({}))
    }
}

/// The error for a value of another JSON type than `wanted`.
pub(crate) fn wrong_type(field: &str, wanted: &str, got: &Value) -> Invalid {
    Invalid::new(
        field,
        Rule::Type,
        format!("`{}` must be {wanted}, not {}", quoted(field), got.kind()),
    )
}

/// Finds `text` in a table of spellings, in any letter case.
///
/// # Errors
/// [`Rule::Choice`], with the list of what may be sent.
pub(crate) fn choice<T: Copy>(
    text: &str,
    field: &str,
    allowed: &str,
    table: &[(&str, T)],
) -> Result<T, Invalid> {
    table
        .iter()
        .find(|(spelling, _)| spelling.eq_ignore_ascii_case(text))
        .map(|(_, value)| *value)
        .ok_or_else(|| {
            Invalid::new(
                field,
                Rule::Choice,
                format!("`{}` must be {allowed}", quoted(field)),
            )
        })
}

/// The same where the table holds numbers too, which a request may send as such.
pub(crate) fn choice_or_number<T: Copy>(
    value: Value,
    field: &str,
    allowed: &str,
    table: &[(&str, T)],
) -> Result<T, Invalid> {
    let text = match value {
        Value::Integer(number) => number.to_string(),
        other => String::from_value(other, field)?,
    };
    choice(&text, field, allowed, table)
}
