//! The answers to what is refused.

use agora_token::http::Code;
use agora_token::http::contract::codes;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The codes of each status, with what they mean.
fn by_status() -> BTreeMap<u16, Vec<(Code, &'static str)>> {
    let mut by_status: BTreeMap<u16, Vec<(Code, &str)>> = BTreeMap::new();
    for (code, meaning) in codes() {
        let of_status = by_status.entry(code.status().as_u16()).or_default();
        // Two kinds of refusal may share a code.
        if of_status
            .iter()
            .all(|(other, _)| other.as_str() != code.as_str())
        {
            of_status.push((code, meaning));
        }
    }
    by_status
}

/// The schema of a problem.
pub fn schema() -> Value {
    let codes = by_status();
    let codes: Vec<&str> = codes
        .values()
        .flatten()
        .map(|(code, _)| code.as_str())
        .collect();
    json!({
        "type": "object",
        "description": "What is wrong and what to do (RFC 9457).",
        "required": ["type", "title", "status", "detail", "code", "requestId"],
        "properties": {
            "type": {"type": "string", "description": "A URN that ends with the code."},
            "title": {"type": "string", "description": "The status in words."},
            "status": {"type": "integer", "description": "The status of the answer."},
            "detail": {"type": "string", "description": "What is wrong and what to do, for people."},
            "code": {"type": "string", "enum": codes, "description": "The rule, for programs. It stays as it is."},
            "field": {"type": "string", "description": "The parameter that is wrong, if it is one."},
            "requestId": {"type": "string", "description": "The name of the request in the log."},
        },
        "additionalProperties": false,
    })
}

/// Whether only requests that no route takes are answered so.
fn is_elsewhere(status: u16) -> bool {
    matches!(status, 404 | 405)
}

/// What a route in the service's own form answers to what it refuses. `whiteboard`: whether it signs with keys
/// that a project may not have.
pub fn responses(whiteboard: bool, takes_body: bool) -> Map<String, Value> {
    let mut responses = Map::new();
    for status in by_status().into_keys() {
        let elsewhere = match status {
            413 | 415 => !takes_body,
            501 => !whiteboard,
            _ => false,
        };
        if !elsewhere && !is_elsewhere(status) {
            let response = format!("#/components/responses/{}", name(status));
            responses.insert(status.to_string(), json!({"$ref": response}));
        }
    }
    responses.insert("429".to_owned(), throttled());
    responses
}

/// What a route in another server's form answers to what it refuses: the `content` in that form, with the
/// status of the code; or a problem, where it is refused before its form is known.
pub fn in_form(mut content: Value) -> Map<String, Value> {
    let response = |description: &str, content: &Value| json!({"description": description, "headers": headers(), "content": content});
    let failed = response(
        "It could not be answered: the statuses of the service's own form.",
        &content,
    );
    content["application/problem+json"] =
        json!({"schema": {"$ref": "#/components/schemas/Problem"}});
    let refused = response(
        "It is refused: the statuses of the service's own form.",
        &content,
    );
    let responses = [("4XX", refused), ("429", throttled()), ("5XX", failed)];
    responses
        .into_iter()
        .map(|(status, response)| (status.to_owned(), response))
        .collect()
}

/// The answer of the gateway to too many requests.
pub fn throttled() -> Value {
    json!({"$ref": "#/components/responses/Throttled"})
}

/// The headers of every answer.
pub fn headers() -> Value {
    json!({"x-request-id": {"$ref": "#/components/headers/RequestId"}})
}

/// The same of an answer that says when to try again.
pub fn headers_to_retry() -> Value {
    let mut headers = headers();
    headers["retry-after"] = json!({"$ref": "#/components/headers/RetryAfter"});
    headers
}

/// The responses in the service's own form, for all to refer to.
pub fn components() -> Map<String, Value> {
    let responses = by_status().into_iter();
    let responses = responses.map(|(status, codes)| (name(status), response(status, &codes)));
    let mut responses: Map<_, _> = responses.collect();
    let throttled = json!({
        "description": "API Gateway throttles.",
        "content": {"application/json": {"schema": {
            "type": "object",
            "properties": {"message": {"type": "string"}},
        }}},
    });
    responses.insert("Throttled".to_owned(), throttled);
    responses
}

fn name(status: u16) -> String {
    let status = http::StatusCode::from_u16(status).unwrap_or_default();
    status
        .canonical_reason()
        .unwrap_or_default()
        .replace(' ', "")
}

fn response(status: u16, codes: &[(Code, &str)]) -> Value {
    let lines = codes
        .iter()
        .map(|(code, meaning)| format!("- `{}`: {meaning}", code.as_str()));
    let headers = match status {
        503 => headers_to_retry(),
        _ => headers(),
    };
    let lines: Vec<String> = lines.collect();
    let codes: Vec<&str> = codes.iter().map(|(code, _)| code.as_str()).collect();
    let schema = json!({"allOf": [
        {"$ref": "#/components/schemas/Problem"},
        {"type": "object", "properties": {"status": {"const": status}, "code": {"enum": codes}}},
    ]});
    json!({
        "description": lines.join("\n"),
        "headers": headers,
        "content": {"application/problem+json": {"schema": schema}},
    })
}
