//! The calls that the functions list, of which the documentation and the rehearsal are made: each is answered
//! with a token that holds what its list says.

use agora_token::token::whiteboard::WhiteboardToken;
use agora_token_tests::event::Event;
use agora_token_tests::functions;
use agora_token_tests::routes::{self, Listed, ListedExample};
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{API_KEY, closed};
use serde_json::Value;

use crate::drop_in::describe::{legacy, token};

#[test]
fn the_calls_that_the_functions_list_are_answered_with_what_they_say() {
    for (name, _) in functions::all() {
        let function = closed(name)
            .env("AGORA_WHITEBOARD_ACCESS_KEY", "sample-access-key")
            .env("AGORA_WHITEBOARD_SECRET_KEY", "sample-secret-key")
            .start();
        for row in routes::all().iter().filter(|row| row.function == name) {
            let issues = row.issues.as_ref().map(|issues| &issues.about.example);
            let drop_in = row.drop_in.as_ref().map(|row| &row.example);
            if let Some(example) = issues.or(drop_in) {
                for path in &row.paths {
                    is_answered(&function, row, path, example);
                }
            }
        }
    }
}

fn is_answered(function: &Function, row: &Listed, path: &str, example: &ListedExample) {
    let asks = example.asks.as_str();
    let target = if asks.starts_with('/') { asks } else { path };
    let (target, query) = target.split_once('?').unwrap_or((target, ""));
    let event = match asks.strip_prefix('?') {
        _ if asks.starts_with('{') => {
            Event::post(target).json(&serde_json::from_str(asks).unwrap())
        }
        own => Event::new(&row.methods[0], target).query(own.unwrap_or(query)),
    };
    let answer = function.send(&event.header("x-api-key", API_KEY));
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let pointer = format!("/{}", example.token.replace('.', "/"));
    let text = match example.token.as_str() {
        "" => &answer.body,
        _ => body.pointer(&pointer).and_then(Value::as_str).unwrap(),
    };
    let holds: Value = serde_json::from_str(&example.holds).unwrap();
    let is_held = if holds["type"].is_u64() {
        let services = token(text)["services"].as_array().unwrap().clone();
        services.iter().any(|service| is_in(service, &holds))
    } else if let Some(kind) = holds["kind"].as_str() {
        WhiteboardToken::parse(text).is_ok() && text.starts_with(kind)
    } else {
        let named = |name: &str| holds[name].as_str().unwrap();
        serde_json::json!(legacy(text, named("channel"), named("uid"))) == holds["privileges"]
    };
    assert!(is_held, "{path}: {text} holds no {holds}");
}

/// Whether a service is as stated; of its privileges, the numbers are.
fn is_in(service: &Value, stated: &Value) -> bool {
    let mut stated = stated.as_object().unwrap().iter();
    stated.all(|(name, value)| match value.as_array() {
        Some(keys) => service[name].as_object().unwrap().keys().eq(keys),
        None => service[name] == *value,
    })
}
