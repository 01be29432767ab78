//! What the tests of every route have in common.

use agora_token::token::Service;
use agora_token_tests::event::Event;
use agora_token_tests::runtime::{Builder, Function};
use agora_token_tests::sample::{API_KEY, APP_ID, CERTIFICATE, open, read_token};
use serde_json::{Value, json};

/// Sends a service's request.
#[track_caller]
pub(crate) fn post(function: &Function, path: &str, body: &Value) -> (u16, Value) {
    let answer = function.send(&Event::post(path).header("x-api-key", API_KEY).json(body));
    (answer.status, answer.json())
}

/// The same as a GET.
#[track_caller]
pub(crate) fn get(function: &Function, path: &str, query: &str) -> (u16, Value) {
    let event = Event::get(path).query(query).header("x-api-key", API_KEY);
    let answer = function.send(&event);
    (answer.status, answer.json())
}

/// Sends a request that is granted, and returns the answer.
#[track_caller]
pub(crate) fn issued(function: &Function, path: &str, body: &Value) -> Value {
    let (status, answer) = post(function, path, body);
    assert_eq!(status, 200, "{body}: {answer}");
    assert_eq!(answer["appId"], APP_ID);
    answer
}

/// The services of the 007 token in an answer, whose times are the token's.
#[track_caller]
pub(crate) fn services(answer: &Value) -> Vec<Service> {
    let parsed = read_token(answer["token"].as_str().unwrap(), CERTIFICATE);
    assert_eq!(parsed.app_id, APP_ID);
    assert_eq!(answer["issuedAt"], parsed.issue_ts);
    assert_eq!(answer["expiresAt"], parsed.expires_at());
    parsed.services
}

/// The codes of the warnings in an answer.
#[track_caller]
pub(crate) fn warnings(answer: &Value) -> Vec<&str> {
    let warnings = answer["warnings"].as_array().unwrap().iter();
    warnings
        .map(|warning| warning["code"].as_str().unwrap())
        .collect()
}

/// Sends `good` with one change after another, each of which makes it wrong: the answer names the code
/// and the field.
#[track_caller]
pub(crate) fn refuses(
    function: &Function,
    path: &str,
    good: &Value,
    cases: &[(Value, &str, &str)],
) {
    for (change, code, field) in cases {
        let mut body = good.clone();
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let answer = function.send(&Event::post(path).header("x-api-key", API_KEY).json(&body));
        let problem = answer.json();
        assert_eq!(
            (answer.status, &problem["code"], &problem["field"]),
            (400, &json!(code), &json!(field)),
            "{body}: {problem}"
        );
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|detail| detail.len() > 10),
            "{problem}"
        );
        assert_eq!(problem["requestId"].as_str(), answer.header("x-request-id"));
    }
}

/// What every route refuses, whatever its token.
#[track_caller]
pub(crate) fn refuses_what_none_takes(function: &Function, path: &str, good: &Value) {
    let cases = [
        (json!({"tokenExpire": 0}), "parameter_range", "tokenExpire"),
        (
            json!({"tokenExpire": 86_401}),
            "parameter_range",
            "tokenExpire",
        ),
        (
            json!({"expire": 1_700_000_000}),
            "lifetime_is_timestamp",
            "expire",
        ),
        (
            json!({"tokenExpire": 60, "expire": 60}),
            "parameter_repeated",
            "expire",
        ),
        (json!({"expire": 1.5}), "parameter_type", "expire"),
        (json!({"appId": "x"}), "parameter_characters", "appId"),
        (
            json!({"appId": "0123456789abcdef0123456789abcdef"}),
            "parameter_choice",
            "appId",
        ),
        (
            json!({"appCertificate": "x"}),
            "parameter_unknown",
            "appCertificate",
        ),
    ];
    refuses(function, path, good, &cases);
}

/// A function whose door is open to anybody, for what the policy grants that stands in no document.
pub(crate) fn open_by_default(name: &str) -> Builder {
    open(name).env("AGORA_POLICY", "")
}

/// Whoever shows nothing gets no token where the door is closed, and where it is open the policy denies
/// this one by the rule `code`.
#[track_caller]
pub(crate) fn denies_anonymous(open: Builder, path: &str, good: &Value, code: &str) {
    let refused = |builder: Builder| {
        let answer = builder.start().send(&Event::post(path).json(good));
        (answer.status, answer.json()["code"].clone())
    };
    let closed = open.clone().env("AGORA_ANONYMOUS_ACCESS", "closed");
    assert_eq!(refused(closed), (401, json!("credentials_missing")));
    assert_eq!(refused(open), (403, json!(code)), "{path}");
}
