//! A JSON value as a caller wrote it.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::fmt;

/// The most values of one JSON text, whatever they stand in. One that is
/// written in two bytes may take a hundred in memory. A batch of 100 requests has a hundred for each.
const MOST_VALUES: usize = 10_000;

/// How deep lists and objects may stand in one another. The names in the RTM permissions of a bundle
/// in a batch stand in 8.
const DEEPEST: usize = 16;

/// A JSON value that keeps what `serde_json::Value` loses: names that stand twice in an object (so
/// that they can be refused, not silently overwritten) and their order.
///
/// A text with more than 10,000 values, or with lists and objects more than 16 deep in one another, is
/// refused while it is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number without a fraction that fits 64 bits, signed or unsigned.
    Integer(i128),
    /// Any other number.
    Fraction(f64),
    /// A string, or any value that came in a query.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object: its names as they stand, repeated ones included.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// What the value is, in the words of an error.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "a number",
            Self::Fraction(_) => "a number with a fraction or beyond 64 bits",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl Value {
    /// The same without what `serde_json` loses; `None` where a name stands twice in an object.
    pub(crate) fn into_json(self) -> Option<serde_json::Value> {
        Some(match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(flag) => flag.into(),
            Self::Integer(number) => serde_json::Number::from_i128(number)?.into(),
            Self::Fraction(number) => serde_json::Number::from_f64(number)?.into(),
            Self::Text(text) => text.into(),
            Self::List(items) => {
                let items = items.into_iter().map(Self::into_json);
                serde_json::Value::Array(items.collect::<Option<_>>()?)
            }
            Self::Object(members) => {
                let mut object = serde_json::Map::new();
                for (name, value) in members {
                    if object.insert(name, value.into_json()?).is_some() {
                        return None;
                    }
                }
                object.into()
            }
        })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Reader {
            left: &Cell::new(MOST_VALUES),
            deeper: DEEPEST,
        }
        .deserialize(deserializer)
    }
}

/// Reads one value of a text.
#[derive(Clone, Copy)]
struct Reader<'a> {
    /// How many values may still come in the whole text.
    left: &'a Cell<usize>,
    /// How many more lists and objects the value may stand in.
    deeper: usize,
}

impl Reader<'_> {
    /// What reads the values in a list or an object.
    fn inside<E: Error>(self) -> Result<Self, E> {
        match self.deeper.checked_sub(1) {
            Some(deeper) => Ok(Self { deeper, ..self }),
            None => Err(E::custom(format_args!(
                "nests more than {DEEPEST} levels deep"
            ))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Err(D::Error::custom(format_args!(
                "holds more than {MOST_VALUES} values"
            )));
        };
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Fraction(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut object = Vec::new();
        while let Some(name) = entries.next_key()? {
            object.push((name, entries.next_value_seed(inside)?));
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Value, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_text_holds_so_many_values_and_no_more() {
        let list = |values: usize| format!("[{}]", vec!["1"; values].join(","));
        assert!(read(&list(MOST_VALUES - 1)).is_ok());
        let refused = read(&list(MOST_VALUES)).unwrap_err();
        assert!(
            refused.starts_with("holds more than 10000 values"),
            "{refused}"
        );
        // They count wherever they stand.
        let spread = vec![r#"{"a":[1,2]}"#; MOST_VALUES / 4].join(",");
        assert!(read(&format!("[{spread}]")).is_err());
    }

    #[test]
    fn lists_and_objects_stand_so_deep_and_no_deeper() {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let nested =
                |levels: usize| format!("{}1{}", open.repeat(levels), close.repeat(levels));
            assert!(read(&nested(DEEPEST)).is_ok());
            let refused = read(&nested(DEEPEST + 1)).unwrap_err();
            assert!(
                refused.starts_with("nests more than 16 levels"),
                "{refused}"
            );
        }
    }
}
