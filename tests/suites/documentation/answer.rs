//! Answers, and how the documentation states them: `…` stands for anything.

use serde_json::{Map, Value};

/// What a function answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    /// The text as JSON; null where it is none.
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn new(status: u16, text: &str) -> Self {
        Self {
            status,
            text: text.to_owned(),
            body: serde_json::from_str(text).unwrap_or_default(),
        }
    }
}

/// Members that are others each time; of these only the type counts.
const CHANGING: [&str; 4] = ["issuedAt", "expiresAt", "renewAt", "requestId"];

/// The name of a member that stands for others.
const REST: &str = "…";

/// Reads JSON in which a bare `…` stands for further members of an object, or for the rest of a list.
pub(crate) fn read(text: &str) -> serde_json::Result<Value> {
    let (mut json, mut quoted, mut escaped, mut around) = (String::new(), false, false, Vec::new());
    for character in text.chars() {
        match character {
            '…' if !quoted && around.last() == Some(&'[') => json.push_str("\"…\""),
            '…' if !quoted => json.push_str("\"…\":null"),
            _ => json.push(character),
        }
        match character {
            '{' | '[' if !quoted => around.push(character),
            '}' | ']' if !quoted => drop(around.pop()),
            _ => {}
        }
        quoted ^= character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
    }
    serde_json::from_str(&json)
}

/// Whether `given` is what is stated, and if not, where.
pub(crate) fn like(stated: &Value, given: &Value) -> Result<(), String> {
    match (stated, given) {
        (Value::Object(stated), Value::Object(given)) => members(stated, given),
        (Value::Array(stated), Value::Array(given)) => match stated.split_last() {
            Some((rest, stated)) if rest == REST => elements(stated, given.get(..stated.len())),
            _ => elements(
                stated,
                Some(given.as_slice()).filter(|given| given.len() == stated.len()),
            ),
        },
        (Value::String(stated), Value::String(given)) if fits(stated, given) => Ok(()),
        (stated, given) if stated == given => Ok(()),
        _ => Err(format!("{stated} is stated, and {given} is given")),
    }
}

fn elements(stated: &[Value], given: Option<&[Value]>) -> Result<(), String> {
    let given = given.ok_or("another number of elements is stated")?;
    let mut pairs = stated.iter().zip(given);
    pairs.try_for_each(|(stated, given)| like(stated, given))
}

fn members(stated: &Map<String, Value>, given: &Map<String, Value>) -> Result<(), String> {
    for (name, stated) in stated.iter().filter(|(name, _)| *name != REST) {
        let Some(given) = given.get(name) else {
            return Err(format!("there is no `{name}`"));
        };
        let same_type = std::mem::discriminant(stated) == std::mem::discriminant(given);
        if !(CHANGING.contains(&name.as_str()) && same_type) {
            like(stated, given).map_err(|why| format!("`{name}`: {why}"))?;
        }
    }
    let unstated = given.keys().find(|name| !stated.contains_key(*name));
    match unstated {
        Some(name) if !stated.contains_key(REST) => Err(format!("`{name}` is not stated")),
        _ => Ok(()),
    }
}

fn fits(stated: &str, given: &str) -> bool {
    match stated.split_once('…') {
        None => stated == given,
        Some((begin, rest)) => given.strip_prefix(begin).is_some_and(|given| {
            // The shortest that it may stand for first, then any longer one.
            let starts = given.char_indices().map(|(at, _)| at);
            starts
                .chain([given.len()])
                .any(|at| fits(rest, &given[at..]))
        }),
    }
}

#[test]
fn what_differs_is_noticed() {
    let given = read(r#"{"a":1,"token":"007abc","issuedAt":5,"list":[{"b":2,"c":3}]}"#).unwrap();
    for same in [
        r#"{"a":1,"token":"007abc","issuedAt":6,"list":[{"b":2,"c":3}]}"#,
        r#"{"token":"007…",…}"#,
        r#"{"list":[{…,"b":2}],…}"#,
        r#"{"list":[{"b":2,"c":3},…],…}"#,
        r#"{"list":[…],…}"#,
        r#"{"token":"0…ab…",…}"#,
        "{…}",
    ] {
        assert_eq!(like(&read(same).unwrap(), &given), Ok(()), "{same}");
    }
    for other in [
        r#"{"a":1}"#,
        r#"{"a":2,…}"#,
        r#"{"a":"1",…}"#,
        r#"{"d":1,…}"#,
        r#"{"token":"006…",…}"#,
        r#"{"token":"007…x",…}"#,
        r#"{"issuedAt":"5",…}"#,
        r#"{"list":[],…}"#,
        r#"{"list":[{"b":2,"c":3},{…}],…}"#,
        r#"{"list":[{"b":3,"c":3},…],…}"#,
        r#"{"list":[{"b":2}],…}"#,
    ] {
        assert!(like(&read(other).unwrap(), &given).is_err(), "{other}");
    }
}
