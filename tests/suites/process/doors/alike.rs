//! Whatever the front door, a request gets the same answer.

use std::collections::BTreeMap;

use agora_token_tests::answer::Answer;
use agora_token_tests::event::Event;
use agora_token_tests::runtime::Function;
use agora_token_tests::sample::{API_KEY, CERTIFICATE, closed, open, read_token};
use serde_json::{Value, json};

/// What an answer says, apart from its request's id, what is random in its tokens, and the time.
fn said(answer: &Answer) -> (u16, BTreeMap<String, String>, Value) {
    let mut headers = answer.headers.clone();
    assert!(headers.remove("x-request-id").is_some(), "{answer:?}");
    let body = serde_json::from_str(&answer.body);
    let body = steady(body.unwrap_or_else(|_| answer.body.as_str().into()));
    (answer.status, headers, body)
}

fn steady(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .filter(|(name, _)| name != "requestId")
            .map(|(name, value)| (name, steady(value)))
            .collect(),
        Value::Array(list) => list.into_iter().map(steady).collect(),
        Value::String(text) if text.starts_with("007e") => {
            let token = read_token(&text, CERTIFICATE);
            json!({"expire": token.expire, "services": format!("{:?}", token.services)})
        }
        // A Unix time.
        Value::Number(number) if number.as_u64() > Some(1_700_000_000) => Value::Null,
        other => other,
    }
}

/// Sends each request through each door, and says how many had which status.
#[track_caller]
fn send(function: &Function, requests: &[Event]) -> BTreeMap<u16, usize> {
    let mut statuses = BTreeMap::new();
    for request in requests {
        let expected = function.send(request);
        for event in [
            request.clone().as_function_url(),
            request.clone().as_rest_api(),
            request.clone().as_load_balancer(),
            request.clone().as_load_balancer_with_lists(),
        ] {
            let answer = function.send(&event);
            assert_eq!(said(&answer), said(&expected), "{}", event.to_json());
        }
        *statuses.entry(expected.status).or_default() += 1;
    }
    statuses
}

fn rtc() -> Event {
    Event::post("/v1/rtc").json(&json!({"channelName": "demo", "uid": 7}))
}

#[test]
fn queries_and_bodies() {
    let query = |query: &str| Event::get("/v1/rtc").query(query);
    let body = |body: &str| {
        Event::post("/v1/rtc")
            .header("content-type", "application/json")
            .body(body)
    };
    let statuses = send(
        &open("rtc").start(),
        &[
            query("channelName=demo&uid=7"),
            query("channelName=live%20room&uid=7"),
            query("channelName=live+room&account=a%2Bb%26c%3Dd"),
            query("channelName=100%25&uid=7"),
            query("channelName=a<b>c&uid=1"),
            query("channelName=a b&account=x y"),
            query("channelName=a&uid=1&role=publisher&expire=60"),
            rtc(),
            Event::post("/v1/rtc")
                .header("content-type", "Application/JSON; charset=utf-8")
                .body_base64(r#"{"channelName":"demo","account":"ann"}"#),
            // Refusals.
            query("channelName=\"<>&uid=1"),
            query("channelName=%E9%A2%91&uid=1"),
            query("channelName=demo"),
            query("channelName=demo&uid=7&nonsense=1"),
            query("channelName=demo&uid=-x"),
            query("channelName=demo&uid="),
            query(&format!("channelName=demo&uid=7&a={}", "a".repeat(11_000))),
            Event::get("/v1/rtc"),
            Event::post("/v1/rtc"),
            rtc().query("uid=7"),
            body("{"),
            body("[1]"),
            body(r#"{"channelName":"demo","uid":7,"uid":8}"#),
            body(&format!(r#"{{"a":"{}"}}"#, "x".repeat(17_000))),
            Event::post("/v1/rtc").form("channelName=demo&uid=7"),
            Event::post("/v1/rtc")
                .header("content-type", "application/json")
                .body_base64([0xff, 0xfe]),
        ],
    );
    assert_eq!(
        statuses,
        BTreeMap::from([(200, 9), (400, 13), (413, 1), (414, 1), (415, 1)])
    );
}

#[test]
fn paths() {
    let get = Event::get;
    let statuses = send(
        &open("rtc").start(),
        &[
            get("/rtc/demo/publisher/uid/7"),
            get("/rtc/demo/publisher/uid/7/"),
            get("/rtc/demo/publisher/uid/7/").query("expiry=60"),
            get("/rtc/live%20room/1/userAccount/a.b@c"),
            get("/rtc/a+b/1/userAccount/x%2By"),
            get("/rtc/%61%5B%5D/1/uid/7"),
            get("/access_token").query("channelName=demo"),
            get("/access_token/").query("channelName=live%20room&uid=7"),
            get("/rtcToken/").query("channelName=demo"),
            Event::post("/fetch_rtc_token").json(&json!({"ChannelName": "demo", "uid": 7})),
            // Refusals.
            get("/rtc/demo/publisher/nobody/7"),
            get("/rtc/demo/publisher/uid/-x"),
            get("/rtc/demo/sideways/uid/7"),
            get("/rtc//publisher/uid/7"),
            get("/rtc/demo/publisher/uid"),
            get("/nowhere"),
            get("/"),
            Event::post("/rtc/demo/publisher/uid/7"),
            Event::new("DELETE", "/v1/rtc"),
            Event::new("OPTIONS", "/v1/rtc"),
            Event::new("PUT", "/v1/rtc/").json(&json!({})),
        ],
    );
    let refused: usize = statuses.range(400..).map(|(_, count)| count).sum();
    assert_eq!(refused, 11, "{statuses:?}");
    assert_eq!(statuses[&200], 10, "{statuses:?}");
    assert_eq!(statuses[&405], 4, "{statuses:?}");
}

#[test]
fn credentials() {
    let bearer = |token: &str| rtc().header("authorization", &format!("Bearer {token}"));
    let statuses = send(
        &closed("rtc").start(),
        &[
            rtc().header("x-api-key", API_KEY),
            rtc().header("X-Api-Key", API_KEY),
            bearer(API_KEY),
            rtc().header("Authorization", API_KEY),
            // Refusals.
            rtc(),
            rtc().header("x-api-key", "wrong"),
            rtc().header("x-api-key", ""),
            rtc().header("x-api-key", "é"),
            bearer("eyJhbGciOiJFUzI1NiJ9.e30.AAAA"),
            rtc()
                .header("x-api-key", API_KEY)
                .header("authorization", "Bearer wrong"),
            Event::get("/rtc/demo/publisher/uid/7"),
        ],
    );
    let answered: usize = statuses.values().sum();
    assert_eq!(answered, 11);
    assert_eq!(statuses[&200], 4, "{statuses:?}");
    assert_eq!(answered - statuses[&200], statuses[&401], "{statuses:?}");
}

#[test]
fn forms_and_batches() {
    let statuses = send(
        &open("bundle").start(),
        &[
            Event::post("/v1/bundle").json(&json!({"services": [
                {"type": "rtc", "channelName": "demo", "uid": 7},
                {"type": "rtm", "userId": "7"},
            ]})),
            Event::post("/v1/batch").json(&json!({"requests": [
                {"tokenType": "rtc", "channelName": "demo", "uid": 7},
                {"tokenType": "rtm", "userId": "ann"},
                {"tokenType": "rtc", "channelName": "demo"},
            ]})),
            Event::post("/getToken").json(
                &json!({"tokenType": "rtc", "channel": "demo", "uid": "7", "role": "publisher"}),
            ),
            Event::post("/token/generate").form("userId=ann&tokenType=user"),
            Event::post("/token/generate")
                .json(&json!({"channelName": "demo", "uid": "7", "serviceRtc": {"enable": true, "role": 1}})),
            Event::get("/rte/demo/publisher/uid/7/"),
            // Refusals.
            Event::post("/v1/batch").json(&json!({"requests": []})),
            Event::post("/token/generate").form("userId=%zz&tokenType=user"),
            Event::post("/token/generate"),
        ],
    );
    assert_eq!(statuses.get(&200), Some(&6), "{statuses:?}");
}

#[test]
fn greetings_and_explanations() {
    let function = open("inspect").start();
    let statuses = send(
        &function,
        &[
            Event::get("/health"),
            Event::get("/ping"),
            Event::post("/ping"),
            Event::post("/v1/inspect").json(&json!({"token": "007nonsense"})),
            Event::get("/v1/inspect").query("token=007nonsense%2B%3D"),
        ],
    );
    assert_eq!(statuses, BTreeMap::from([(200, 4), (405, 1)]));
}

/// A header that is sent twice is no header of its first or last value.
#[test]
fn a_repeated_header_is_one_wrong_value() {
    let function = closed("rtc").start();
    let event = rtc()
        .header("x-api-key", "wrong")
        .header("x-api-key", API_KEY);
    for event in [
        event.clone(),
        event.clone().as_rest_api(),
        event.as_load_balancer_with_lists(),
    ] {
        assert_eq!(function.send(&event).status, 401, "{}", event.to_json());
    }
}

/// Where there are single values only, the load balancer has dropped the others.
#[test]
fn a_repeated_parameter_is_refused_where_the_door_tells() {
    let function = open("rtc").start();
    let event = Event::get("/v1/rtc").query("channelName=demo&uid=1&uid=2");
    for event in [
        event.clone(),
        event.clone().as_rest_api(),
        event.as_load_balancer_with_lists(),
    ] {
        let answer = function.send(&event);
        assert_eq!(answer.status, 400, "{}", event.to_json());
        assert_eq!(answer.json()["code"], "parameter_repeated");
    }
}
