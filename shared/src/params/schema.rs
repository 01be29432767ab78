//! What a reader takes, in the words of JSON Schema (2020-12): what the OpenAPI document says of a parameter
//! stands beside the code that reads it.

use serde_json::{Value, json};

/// What a value may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// The name under which the document has it; empty for one that stands where it is used.
    pub name: &'static str,
    /// The JSON Schema itself.
    pub json: Value,
}

impl Schema {
    /// One that stands where it is used.
    pub fn new(json: Value) -> Self {
        Self { name: "", json }
    }

    /// One that the document has once, for all who use it.
    pub fn named(name: &'static str, json: Value) -> Self {
        Self { name, json }
    }

    /// A whole number of this range, or its digits.
    pub(crate) fn integer(name: &'static str, least: i64, most: i64, about: &str) -> Self {
        let digits = if least < 0 {
            "^(0|-?[1-9][0-9]*)$"
        } else {
            "^(0|[1-9][0-9]*)$"
        };
        let json = json!({
            "description": about,
            "anyOf": [
                {"type": "integer", "minimum": least, "maximum": most},
                {"type": "string", "pattern": digits},
            ],
        });
        Self::named(name, json)
    }

    /// One of these spellings, in any letter case; the digits among them may be sent as numbers where
    /// `numbers` says so.
    pub(crate) fn choice<T>(
        name: &'static str,
        table: &[(&str, T)],
        numbers: bool,
        about: &str,
    ) -> Self {
        let spellings: Vec<&str> = table.iter().map(|(spelling, _)| *spelling).collect();
        let mut ways = vec![json!({"enum": spellings})];
        let digits = spellings.iter().filter_map(|one| one.parse::<i64>().ok());
        let digits: Vec<i64> = digits.collect();
        if numbers && !digits.is_empty() {
            ways.push(json!({"enum": digits}));
        }
        let lettered = |one: &&&str| one.contains(|c: char| c.is_ascii_alphabetic());
        let lettered: Vec<String> = spellings
            .iter()
            .filter(lettered)
            .map(|one| in_any_case(one))
            .collect();
        if !lettered.is_empty() {
            ways.push(json!({"type": "string", "pattern": format!("^({})$", lettered.join("|"))}));
        }
        let json = match ways.len() {
            1 => ways.remove(0),
            _ => json!({"anyOf": ways}),
        };
        Self::named(name, json).with("description", format!("{about}."))
    }

    /// The same with an example.
    #[must_use]
    pub(crate) fn such_as(self, example: impl Into<Value>) -> Self {
        self.with("examples", vec![example.into()])
    }

    fn with(mut self, keyword: &str, value: impl Into<Value>) -> Self {
        if let Value::Object(object) = &mut self.json {
            object.insert(keyword.to_owned(), value.into());
        }
        self
    }
}

/// A pattern for a spelling in any letter case.
fn in_any_case(spelling: &str) -> String {
    let one = |c: char| match c.is_ascii_alphabetic() {
        true => format!("[{}{}]", c.to_ascii_uppercase(), c.to_ascii_lowercase()),
        false => c.to_string(),
    };
    spelling.chars().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_lists_its_spellings_numbers_and_letter_cases() {
        let schema = Schema::choice("Role", &[("host", ()), ("1", ())], true, "A role");
        let ways = json!([
            {"enum": ["host", "1"]},
            {"enum": [1]},
            {"type": "string", "pattern": "^([Hh][Oo][Ss][Tt])$"},
        ]);
        assert_eq!(schema.json["anyOf"], ways);
        let exact = Schema::choice("Version", &[("007", ())], false, "A format");
        assert_eq!(exact.json["enum"], json!(["007"]));
    }
}
