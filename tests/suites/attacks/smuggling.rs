//! One request that two readers read differently, and text that wants to be something else.

use crate::attack::{attack, try_all};
use agora_token_tests::event::Event;
use agora_token_tests::sample::{API_KEY, closed};

#[test]
fn a_parameter_has_one_value_or_none() {
    let function = closed("rtc").start();
    let get = |query: &str| {
        Event::get("/v1/rtc")
            .query(query)
            .header("x-api-key", API_KEY)
    };
    let post = |body: &str| {
        Event::post("/v1/rtc")
            .header("content-type", "application/json")
            .body(body)
            .header("x-api-key", API_KEY)
    };
    let repeated = "parameter_repeated";
    try_all(
        &function,
        vec![
            attack(
                "twice in the query",
                get("channelName=a&uid=1&uid=2"),
                400,
                repeated,
            ),
            attack(
                "twice in the query, once encoded",
                get("channelName=a&uid=1&%75id=2"),
                400,
                repeated,
            ),
            attack(
                "twice in the body",
                post(r#"{"channelName":"a","uid":1,"uid":2}"#),
                400,
                repeated,
            ),
            attack(
                "twice in the body, once escaped",
                post(r#"{"channelName":"a","uid":1,"\u0075id":2}"#),
                400,
                repeated,
            ),
            attack(
                "twice in a nested object",
                post(
                    r#"{"channelName":"a","uid":1,"privileges":{"joinChannel":1,"joinChannel":2}}"#,
                ),
                400,
                repeated,
            ),
            attack(
                "under its name and its alias",
                post(r#"{"channelName":"a","channel":"b","uid":1}"#),
                400,
                repeated,
            ),
            attack(
                "in two letter cases",
                post(r#"{"channelName":"a","uid":1,"UID":2}"#),
                400,
                "parameter_unknown",
            ),
            attack(
                "as a list",
                post(r#"{"channelName":["a","b"],"uid":1}"#),
                400,
                "parameter_type",
            ),
            attack(
                "with PHP's brackets",
                get("channelName[]=a&uid=1"),
                400,
                "parameter_missing",
            ),
            attack(
                "in the query and in the body",
                post(r#"{"channelName":"a","uid":1}"#).query("uid=2"),
                400,
                "parameter_conflict",
            ),
            attack(
                "encoded twice",
                get("channelName=%2564emo%2500&uid=1&uid"),
                400,
                repeated,
            ),
        ],
    );
}

#[test]
fn a_body_is_bounded_and_plain_json() {
    let function = closed("rtc").start();
    let post = |body: &str| {
        Event::post("/v1/rtc")
            .header("content-type", "application/json")
            .body(body)
            .header("x-api-key", API_KEY)
    };
    let not_json = "body_not_json";
    try_all(
        &function,
        vec![
            attack(
                "a body of a megabyte",
                post(&format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20))),
                413,
                "body_too_large",
            ),
            attack(
                "16,000 levels of lists",
                post(&"[".repeat(16_000)),
                400,
                "body_too_complex",
            ),
            attack(
                "3,000 levels of objects",
                post(&"{\"a\":".repeat(3_000)),
                400,
                "body_too_complex",
            ),
            attack(
                "1,500 names",
                post(&format!(
                    "{{{}}}",
                    (0..1_500)
                        .map(|n| format!("\"{n}\":0"))
                        .collect::<Vec<_>>()
                        .join(",")
                )),
                400,
                "parameter_range",
            ),
            attack(
                "a number beyond all bounds",
                post(r#"{"channelName":"a","uid":1e999}"#),
                400,
                not_json,
            ),
            attack(
                "a number of 10,000 digits",
                post(&format!(
                    r#"{{"channelName":"a","uid":{}}}"#,
                    "9".repeat(10_000)
                )),
                400,
                not_json,
            ),
            attack(
                "a lone surrogate",
                post(r#"{"channelName":"\ud800","uid":1}"#),
                400,
                not_json,
            ),
            attack(
                "a comment",
                post("{\"channelName\":\"a\"/**/,\"uid\":1}"),
                400,
                not_json,
            ),
            attack(
                "XML",
                post("<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><x>&y;</x>"),
                400,
                not_json,
            ),
        ],
    );
}

#[test]
fn no_text_starts_a_log_line_of_its_own() {
    let function = closed("rtc").start();
    let forged = "x\\r\\n{\\\"type\\\":\\\"audit\\\",\\\"outcome\\\":\\\"forged\\\"}";
    let body = format!(r#"{{"channelName":"a","uid":1,"{forged}":1,"account":"{forged}"}}"#);
    let event = Event::post("/v1/rtc")
        .header("content-type", "application/json")
        .body(&body);
    assert_eq!(function.send(&event).status, 400);
    function.wait_for_log("\"audit\"");
    for line in function.logs() {
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_ne!(line["outcome"], "forged");
    }
}
