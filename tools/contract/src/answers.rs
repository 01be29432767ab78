//! What an answer looks like, inferred from answers.

use serde_json::{Map, Value, json};

/// What is said of the members that answers have; the schema of what is not here is inferred.
fn known(name: &str) -> Option<Value> {
    let unix = |what: &str| json!({"type": "integer", "description": format!("{what}, a Unix time in seconds.")});
    Some(match name {
        "token" => json!({"type": "string", "description": "The token."}),
        "appId" => json!({"type": "string", "description": "The project that signed."}),
        "issuedAt" => unix("When it was issued"),
        "expiresAt" => unix("When it ends"),
        "renewAt" => unix("When to fetch the next one"),
        "authorization" => {
            json!({"type": "string", "description": "The header that Agora's REST APIs take."})
        }
        "warnings" => json!({
            "type": "array",
            "description": "What the caller should know about the token. A warning never changes it.",
            "items": {"$ref": "#/components/schemas/Warning"},
        }),
        _ => return None,
    })
}

/// Members whose texts are words of the API.
const WORDS: [&str; 5] = ["role", "tokenType", "type", "version", "status"];

/// The schema of which these are all.
pub fn infer(values: &[&Value]) -> Value {
    let mut ways: Vec<Value> = Vec::new();
    let objects: Vec<&Map<String, Value>> = values
        .iter()
        .filter_map(|value| value.as_object())
        .collect();
    if !objects.is_empty() {
        ways.push(object(&objects));
    }
    let lists: Vec<&Vec<Value>> = values.iter().filter_map(|value| value.as_array()).collect();
    if !lists.is_empty() {
        let entries: Vec<&Value> = lists.iter().flat_map(|list| list.iter()).collect();
        ways.push(match entries.is_empty() {
            true => json!({"type": "array"}),
            false => json!({"type": "array", "items": infer(&entries)}),
        });
    }
    type Is = fn(&Value) -> bool;
    let scalars: [(&str, Is); 5] = [
        ("string", Value::is_string),
        ("integer", |value| value.is_i64() || value.is_u64()),
        ("number", Value::is_f64),
        ("boolean", Value::is_boolean),
        ("null", Value::is_null),
    ];
    for (name, is) in scalars {
        if values.iter().any(|value| is(value)) {
            ways.push(json!({"type": name}));
        }
    }
    match ways.len() {
        1 => ways.remove(0),
        _ => json!({"anyOf": ways}),
    }
}

fn object(objects: &[&Map<String, Value>]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for name in objects.iter().flat_map(|object| object.keys()) {
        if properties.contains_key(name) {
            continue;
        }
        let values: Vec<&Value> = objects
            .iter()
            .filter_map(|object| object.get(name))
            .collect();
        if values.len() == objects.len() {
            required.push(name.clone());
        }
        let words = WORDS.contains(&name.as_str()) && values.iter().all(|value| value.is_string());
        let schema = known(name).unwrap_or_else(|| match words {
            true => listed(&values),
            false => infer(&values),
        });
        properties.insert(name.clone(), schema);
    }
    let mut schema =
        json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema
}

fn listed(values: &[&Value]) -> Value {
    let mut words: Vec<&Value> = Vec::new();
    for value in values {
        if !words.contains(value) {
            words.push(value);
        }
    }
    json!({"type": "string", "enum": words})
}
